//! The parts of a transformer that are no matrix product, as single passes over rows that are in cache.
//!
//! Each is compiled for AVX-512, AVX2, NEON and the baseline, and the best is chosen at run time. Exponential and error
//! function are polynomials, because calls into the C library cannot be vectorised: in candle's stock path those calls
//! took a fifth of the time.

use multiversion::multiversion;

/// Partial sums kept side by side, so that a sum over a row is one vector instruction per step: as many as the widest
/// register (512 bits) holds.
const LANES: usize = 16;

/// `row ← row + bias`, for every row of `rows` (`rows.len()` is a multiple of `bias.len()`).
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn add_bias(rows: &mut [f32], bias: &[f32]) {
    for row in rows.chunks_exact_mut(bias.len()) {
        for (x, b) in row.iter_mut().zip(bias) {
            *x += b;
        }
    }
}

/// `row ← gelu(row + bias)`, with the exact form `x · (1 + erf(x / √2)) / 2` of
/// [Hendrycks and Gimpel](https://arxiv.org/abs/1606.08415).
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn add_bias_gelu(rows: &mut [f32], bias: &[f32]) {
    for row in rows.chunks_exact_mut(bias.len()) {
        for (x, b) in row.iter_mut().zip(bias) {
            let y = *x + b;
            *x = 0.5 * y * (1.0 + erf(y * std::f32::consts::FRAC_1_SQRT_2));
        }
    }
}

/// `row ← max(0, row + bias)`.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn add_bias_relu(rows: &mut [f32], bias: &[f32]) {
    for row in rows.chunks_exact_mut(bias.len()) {
        for (x, b) in row.iter_mut().zip(bias) {
            *x = (*x + b).max(0.0);
        }
    }
}

/// `row ← softmax(scale · row)` for every row of length `width`; `scale` is positive.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn softmax(rows: &mut [f32], width: usize, scale: f32) {
    for row in rows.chunks_exact_mut(width) {
        let mut greatest = [f32::NEG_INFINITY; LANES];
        let (chunks, rest) = row.as_chunks::<LANES>();
        for chunk in chunks {
            for (g, x) in greatest.iter_mut().zip(chunk) {
                *g = if *x > *g { *x } else { *g };
            }
        }
        let shift = greatest.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max);
        for x in row.iter_mut() {
            *x = exp((*x - shift) * scale);
        }
        let inverse = 1.0 / sum(row);
        for x in row.iter_mut() {
            *x *= inverse;
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
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
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

#[inline(always)]
fn sum(row: &[f32]) -> f32 {
    let mut partial = [0f32; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (p, x) in partial.iter_mut().zip(chunk) {
            *p += x;
        }
    }
    partial.iter().chain(rest).sum()
}

#[inline(always)]
fn sum_of_squares(row: &[f32]) -> f32 {
    let mut partial = [0f32; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (p, x) in partial.iter_mut().zip(chunk) {
            *p += x * x;
        }
    }
    partial.iter().sum::<f32>() + rest.iter().map(|x| x * x).sum::<f32>()
}

/// `eˣ` to 2 units in the last place for -87 ≤ x ≤ 88; beyond that range the result is the one at its end.
///
/// x = n ln 2 + r with |r| ≤ ln 2 / 2; then eʳ by its Taylor series, whose first term left out is r⁸/8! < 6e-9.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Adding 1.5 · 2²³ rounds to an integer, which then stands in the low bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts: the first has few enough bits for n · LN2_HIGH to be exact.
    const LN2_HIGH: f32 = 355.0 / 512.0;
    const LN2_LOW: f32 = (std::f64::consts::LN_2 - 355.0 / 512.0) as f32;
    let x = if x > -87.0 { x } else { -87.0 };
    let x = if x < 88.0 { x } else { 88.0 };
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * LN2_HIGH - n * LN2_LOW;
    let series = 1.0 / 5040.0;
    let series = series * r + 1.0 / 720.0;
    let series = series * r + 1.0 / 120.0;
    let series = series * r + 1.0 / 24.0;
    let series = series * r + 1.0 / 6.0;
    let series = series * r + 0.5;
    let series = series * r + 1.0;
    let series = series * r + 1.0;
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    series * f32::from_bits(exponent)
}

/// The error function to 5e-7 (absolute), by formula 7.1.26 of Abramowitz and Stegun, *Handbook of Mathematical
/// Functions* (1964), whose own error is 1.5e-7.
#[inline(always)]
fn erf(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let series = 1.061_405_4;
    let series = series * t - 1.453_152;
    let series = series * t + 1.421_413_8;
    let series = series * t - 0.284_496_74;
    let series = series * t + 0.254_829_6;
    let tail = series * t * exp(-x * x);
    (1.0 - tail).copysign(x)
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

    /// erf by its Taylor series in f64, for |x| small enough that it converges.
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
    fn the_exponential_holds_to_two_units_over_its_range() {
        for step in -8700..=8800 {
            let x = step as f32 / 100.0;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) - exact).abs() <= 2.5e-7 * exact, "exp({x})");
        }
        assert!(exp(-1e9) < 2e-38 && exp(f32::NEG_INFINITY) < 2e-38);
    }

    #[test]
    fn the_error_function_holds_to_5e7() {
        for step in -500..=500 {
            let x = step as f32 / 100.0;
            assert!((f64::from(erf(x)) - plain_erf(f64::from(x))).abs() < 5e-7, "erf({x})");
        }
    }

    proptest! {
        #[test]
        fn gelu_is_its_definition(rows in prop::collection::vec(-6f32..6.0, 37 * 3)) {
            let bias: Vec<f32> = (0..37).map(|i| (i as f32 - 18.0) / 20.0).collect();
            let mut ours = rows.clone();
            add_bias_gelu(&mut ours, &bias);
            assert_close(&ours, rows.iter().zip(bias.iter().cycle()).map(|(x, b)| {
                let y = f64::from(x + b);
                0.5 * y * (1.0 + plain_erf(y / 2f64.sqrt()))
            }), 3e-6);
        }

        #[test]
        fn softmax_is_its_definition(row in prop::collection::vec(-40f32..40.0, 1..70), scale in 0.05f32..2.0) {
            let mut ours = row.clone();
            softmax(&mut ours, row.len(), scale);
            let powers: Vec<f64> = row.iter().map(|x| (f64::from(*x) * f64::from(scale)).exp()).collect();
            let total: f64 = powers.iter().sum();
            assert_close(&ours, powers.iter().map(|power| power / total), 1e-5);
        }

        #[test]
        fn layer_norm_is_its_definition(rows in prop::collection::vec(-4f32..4.0, 2 * 41)) {
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
