//! The steps of a transformer except matrix products. Each is a single pass over rows that are in cache.
//!
//! Each function is compiled for AVX-512, AVX2, NEON and the baseline; the best version is chosen at run time. The
//! exponential and the error function are polynomials, because calls into the C library cannot be vectorised. In
//! candle's own operations, these calls took a fifth of the time.

use multiversion::multiversion;
use multiversion::target::target_cfg_f;

use crate::gemm::casts::{from_bf16, to_bf16};
use crate::gemm::lanes::{LANES, combine_lanes, greatest, sum, sum_of_squares};

/// `row ← row + bias`, for every row of `rows` (`rows.len()` is a multiple of `bias.len()`).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn add_bias(rows: &mut [f32], bias: &[f32]) {
    for row in rows.chunks_exact_mut(bias.len()) {
        for (x, b) in row.iter_mut().zip(bias) {
            *x += b;
        }
    }
}

/// `row ← gelu(row + bias)`, in the exact form `x · Φ(x)` of [Hendrycks and Gimpel](https://arxiv.org/abs/1606.08415).
/// The error is at most 1e-6 for |x| ≤ 5, and at most 4e-7 |x| beyond.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn add_bias_gelu(rows: &mut [f32], bias: &[f32]) {
    const FMA: bool = target_cfg_f!(any(target_feature = "fma", target_feature = "neon"));
    for row in rows.chunks_exact_mut(bias.len()) {
        for (x, b) in row.iter_mut().zip(bias) {
            let y = *x + b;
            *x = y * (0.5 + half_erf::<FMA>(y));
        }
    }
}

/// `row ← max(0, row + bias)`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn add_bias_relu(rows: &mut [f32], bias: &[f32]) {
    for row in rows.chunks_exact_mut(bias.len()) {
        for (x, b) in row.iter_mut().zip(bias) {
            *x = (*x + b).max(0.0);
        }
    }
}

/// `row ← softmax(scale · row)` for every row of length `width`; `scale` is positive.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn softmax(rows: &mut [f32], width: usize, scale: f32) {
    const FMA: bool = target_cfg_f!(any(target_feature = "fma", target_feature = "neon"));
    let scale = scale * std::f32::consts::LOG2_E;
    for row in rows.chunks_exact_mut(width) {
        let shift = greatest(row);
        for x in row.iter_mut() {
            *x = exp2::<FMA>((*x - shift) * scale);
        }
        let inverse = 1.0 / sum(row);
        for x in row.iter_mut() {
            *x *= inverse;
        }
    }
}

/// `weights ← exp(scale · (scores - their maximum))` in bf16. Returns the inverse of their sum, so that
/// `weights · inverse` is `softmax(scale · scores)`. For a score of minus infinity the weight is 2⁻¹²⁶.
///
/// # Panics
/// If the lengths differ or are not a multiple of [`LANES`]. Processing a remainder number by number would take as long
/// as all other numbers together.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn softmax_to_bf16(scores: &[f32], scale: f32, weights: &mut [u16]) -> f32 {
    const FMA: bool = target_cfg_f!(any(target_feature = "fma", target_feature = "neon"));
    let (scores, rest) = scores.as_chunks::<LANES>();
    let (weights, weights_rest) = weights.as_chunks_mut::<LANES>();
    assert!(rest.is_empty() && weights_rest.is_empty() && scores.len() == weights.len());
    let scale = scale * std::f32::consts::LOG2_E;
    let shift = greatest(scores.as_flattened()) * scale;
    let mut total = [0f32; LANES];
    for (scores, weights) in scores.iter().zip(weights) {
        for lane in 0..LANES {
            let weight = exp2::<FMA>(fma::<FMA>(scores[lane], scale, -shift));
            weights[lane] = to_bf16(weight);
            // Sums the rounded weights, because the caller multiplies those by the inverse.
            total[lane] += from_bf16(weights[lane]);
        }
    }
    1.0 / combine_lanes(total, |a, b| a + b)
}

/// `row ← factor · row` for the first `width` numbers of every row; rows are `stride` numbers apart.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn scale_rows(rows: &mut [f32], stride: usize, width: usize, factors: &[f32]) {
    for (row, factor) in rows.chunks_mut(stride).zip(factors) {
        for x in &mut row[..width] {
            *x *= factor;
        }
    }
}

/// Weights of a layer normalisation.
#[derive(Debug)]
pub(super) struct LayerNorm {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
    pub epsilon: f32,
}

/// `row ← layer_norm(row + residual + bias)`, where `residual` has the shape of `rows`
/// ([Ba, Kiros and Hinton](https://arxiv.org/abs/1607.06450)).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn add_layer_norm(rows: &mut [f32], residual: &[f32], bias: &[f32], norm: &LayerNorm) {
    let width = bias.len();
    for (row, residual) in rows.chunks_exact_mut(width).zip(residual.chunks_exact(width)) {
        for ((x, r), b) in row.iter_mut().zip(residual).zip(bias) {
            *x += r + b;
        }
        let mean = sum(row) / width as f32;
        for x in row.iter_mut() {
            *x -= mean;
        }
        let inverse = 1.0 / (sum_of_squares(row) / width as f32 + norm.epsilon).sqrt();
        for ((x, w), b) in row.iter_mut().zip(&norm.weight).zip(&norm.bias) {
            *x = *x * inverse * w + b;
        }
    }
}

/// Returns `a · b + c`. If the processor has an instruction for this, the result is rounded once. Otherwise it is
/// rounded twice, because `mul_add` would be a call into the C library.
#[inline(always)]
fn fma<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// Returns `2ˣ` with a relative error below 2e-7 for -126 ≤ x ≤ 0, the range of a softmax. Returns 2⁻¹²⁶ for a smaller
/// x.
///
/// x = n + r, where n is an integer and |r| ≤ 1/2. 2ʳ is approximated by the polynomial of degree 5 with the smallest
/// maximum relative error on that range (7.5e-8; found by iteratively reweighted least squares).
#[inline(always)]
fn exp2<const FMA: bool>(x: f32) -> f32 {
    // Adding 1.5 · 2²³ rounds to an integer, which is then in the low bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    let x = if x > -126.0 { x } else { -126.0 };
    let rounded = x + ROUND;
    let r = x - (rounded - ROUND);
    let series = fma::<FMA>(0.001_327_647_1, r, 0.009_675_541);
    let series = fma::<FMA>(series, r, 0.055_507_13);
    let series = fma::<FMA>(series, r, 0.240_221_2);
    let series = fma::<FMA>(series, r, 0.693_146_94);
    let series = fma::<FMA>(series, r, 1.000_000_1);
    // Adds n to the exponent; the shift drops the bits above the integer.
    f32::from_bits(series.to_bits().wrapping_add(rounded.to_bits() << 23))
}

/// Returns `Φ(x) - 1/2 = erf(x / √2) / 2`, where Φ is the normal distribution function. The error is at most 1e-7 for
/// |x| ≤ 5. Beyond, returns the value at ±5, which differs from ±1/2 by 3e-7.
///
/// The function is x times a polynomial of degree 13 in u = 2 (x / 5)² - 1. With this u, the coefficients are small.
/// They give the smallest maximum error (3e-8; found by iteratively reweighted least squares).
#[inline(always)]
fn half_erf<const FMA: bool>(x: f32) -> f32 {
    #[rustfmt::skip]
    const COEFFICIENTS: [f32; 14] = [
        0.706_819_06, -0.351_483_94, 0.257_592_2, -0.202_135_31, 0.157_349_8, -0.117_020_81, 0.081_343_63,
        -0.053_307_407, 0.033_482_946, -0.017_937_215, 0.007_214_913, -0.004_203_738, 0.003_552_539_3, -0.001_266_993_2,
    ];
    let x = if x > -5.0 { x } else { -5.0 };
    let x = if x < 5.0 { x } else { 5.0 } * 0.2;
    let u = fma::<FMA>(2.0 * x, x, -1.0);
    let mut series = COEFFICIENTS[13];
    for coefficient in COEFFICIENTS[..13].iter().rev() {
        series = fma::<FMA>(series, u, *coefficient);
    }
    series * x
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn assert_close(ours: &[f32], plain: impl IntoIterator<Item = f64>, tolerance: f64) {
        for (index, (ours, plain)) in ours.iter().zip(plain).enumerate() {
            assert!((f64::from(*ours) - plain).abs() <= tolerance, "at {index}: {ours} is not {plain}");
        }
    }

    /// erf by its Taylor series in f64. Limits x to ±5, where 120 terms are enough.
    fn plain_erf(x: f64) -> f64 {
        let x = x.clamp(-5.0, 5.0);
        let (mut term, mut total) = (x, x);
        for n in 1..120 {
            term *= -x * x / f64::from(n);
            total += term / f64::from(2 * n + 1);
        }
        total * std::f64::consts::FRAC_2_SQRT_PI
    }

    #[test]
    fn the_exponential_is_exact_to_2e7_over_its_range() {
        for step in -12600..=0 {
            let x = step as f32 / 100.0;
            let exact = f64::from(x).exp2();
            assert!((f64::from(exp2::<false>(x)) - exact).abs() <= 2e-7 * exact, "2^{x}");
        }
        assert!(exp2::<false>(-1e9) < 2e-38 && exp2::<true>(f32::NEG_INFINITY) < 2e-38);
    }

    #[test]
    fn the_normal_distribution_is_exact_to_1e7_and_has_flat_tails() {
        for step in -500..=500 {
            let x = step as f32 / 100.0;
            assert!(
                (f64::from(half_erf::<false>(x)) - plain_erf(f64::from(x) / 2f64.sqrt()) / 2.0).abs() < 1.2e-7,
                "at {x}"
            );
        }
        for x in [5.5, 40.0, 1e30, f32::INFINITY] {
            assert!((half_erf::<false>(x) - 0.5).abs() < 4e-7 && (half_erf::<true>(-x) + 0.5).abs() < 4e-7, "at {x}");
        }
    }

    proptest! {
        #[test]
        fn gelu_matches_its_definition(rows in prop::collection::vec(-6f32..6.0, 37 * 3)) {
            let bias: Vec<f32> = (0..37).map(|i| (i as f32 - 18.0) / 20.0).collect();
            let mut ours = rows.clone();
            add_bias_gelu(&mut ours, &bias);
            assert_close(&ours, rows.iter().zip(bias.iter().cycle()).map(|(x, b)| {
                let y = f64::from(x + b);
                0.5 * y * (1.0 + plain_erf(y / 2f64.sqrt()))
            }), 3e-6);
        }

        #[test]
        fn softmax_matches_its_definition(row in prop::collection::vec(-40f32..40.0, 1..70), scale in 0.05f32..2.0) {
            let mut ours = row.clone();
            softmax(&mut ours, row.len(), scale);
            let powers: Vec<f64> = row.iter().map(|x| (f64::from(*x) * f64::from(scale)).exp()).collect();
            let total: f64 = powers.iter().sum();
            assert_close(&ours, powers.iter().map(|power| power / total), 1e-5);
        }

        #[test]
        fn bf16_weights_times_their_inverse_are_the_softmax(
            mut scores in prop::collection::vec(-40f32..40.0, 1..70), scale in 0.05f32..2.0,
        ) {
            let mut expected = scores.clone();
            softmax(&mut expected, scores.len(), scale);
            let count = scores.len();
            scores.resize(count.next_multiple_of(LANES), f32::NEG_INFINITY);
            let mut weights = vec![9u16; scores.len()];
            let inverse = softmax_to_bf16(&scores, scale, &mut weights);
            // A bf16 weight has eight significant bits.
            let ours: Vec<f32> = weights.iter().map(|weight| from_bf16(*weight) * inverse).collect();
            assert_close(&ours, expected.iter().map(|x| f64::from(*x)), 4e-3);
            prop_assert!((ours.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            prop_assert!(ours[count..].iter().all(|weight| *weight < 1e-37));
        }

        #[test]
        fn layer_norm_matches_its_definition(rows in prop::collection::vec(-4f32..4.0, 2 * 41)) {
            let residual: Vec<f32> = rows.iter().rev().copied().collect();
            let bias: Vec<f32> = (0..41).map(|i| i as f32 / 41.0).collect();
            let norm = LayerNorm { weight: bias.iter().map(|b| 1.0 + b).collect(), bias: bias.clone(), epsilon: 1e-5 };
            let mut ours = rows.clone();
            add_layer_norm(&mut ours, &residual, &bias, &norm);
            for start in [0, 41] {
                let summed: Vec<f64> =
                    (0..41).map(|i| f64::from(rows[start + i]) + f64::from(residual[start + i]) + f64::from(bias[i])).collect();
                let mean = summed.iter().sum::<f64>() / 41.0;
                let variance = summed.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 41.0;
                assert_close(&ours[start..start + 41], summed.iter().enumerate().map(|(i, x)| {
                    (x - mean) / (variance + 1e-5).sqrt() * f64::from(norm.weight[i]) + f64::from(norm.bias[i])
                }), 1e-4);
            }
        }

        #[test]
        fn biases_are_added_row_by_row(rows in prop::collection::vec(-4f32..4.0, 3 * 19)) {
            let bias: Vec<f32> = (0..19).map(|i| i as f32 - 9.0).collect();
            let (mut added, mut rectified) = (rows.clone(), rows.clone());
            add_bias(&mut added, &bias);
            add_bias_relu(&mut rectified, &bias);
            for (i, x) in rows.iter().enumerate() {
                prop_assert_eq!(added[i], x + bias[i % 19]);
                prop_assert_eq!(rectified[i], (x + bias[i % 19]).max(0.0));
            }
        }
    }
}
