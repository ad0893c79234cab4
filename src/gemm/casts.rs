//! Casts between f32 and the narrow number formats of products: bf16 and bytes.
//!
//! Each function is compiled for several instruction sets; the best version is chosen at run time.

use multiversion::multiversion;

use super::lanes::{LANES, combine_lanes, greatest, least};

/// Returns the bits of the bf16 number nearest to `x`. If two are equally near, returns the even one. The bits of a
/// bf16 number are the upper half of an f32.
#[inline(always)]
pub(crate) fn to_bf16(x: f32) -> u16 {
    let bits = x.to_bits();
    (bits.wrapping_add(0x7fff + ((bits >> 16) & 1)) >> 16) as u16
}

#[inline(always)]
pub(crate) fn from_bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// Writes to `out` the bits of the bf16 numbers nearest to `values`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn cast_to_bf16(values: &[f32], out: &mut [u16]) {
    for (out, x) in out.iter_mut().zip(values) {
        *out = to_bf16(*x);
    }
}

/// `out ← row + bias` in bf16, for every row of `rows`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn add_bias_to_bf16(rows: &[f32], bias: &[f32], out: &mut [u16]) {
    let width = bias.len();
    for (row, out) in rows.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        for ((out, x), b) in out.iter_mut().zip(row).zip(bias) {
            *out = to_bf16(x + b);
        }
    }
}

/// Writes a word of two bf16 numbers for each pair of numbers in `low` and `high`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn interleave(low: &[u16], high: &[u16], out: &mut [u32]) {
    for ((word, low), high) in out.iter_mut().zip(low).zip(high) {
        *word = u32::from(*low) | u32::from(*high) << 16;
    }
}

/// `value ≈ offset + scale · quantised`, for the values of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowScale {
    pub scale: f32,
    pub offset: f32,
}

/// Maps the range of `row` to the 256 values of a byte: 0 to 255 if `sign_bit` is 0, and -128 to 127 in two's
/// complement if it is 0x80.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn quantise(row: &[f32], sign_bit: u8, out: &mut [u8]) -> RowScale {
    let (low, high) = (least(row), greatest(row));
    let scale = ((high - low) / 255.0).max(f32::MIN_POSITIVE);
    let inverse = 1.0 / scale;
    for (out, x) in out.iter_mut().zip(row) {
        // Adding 2²³ rounds to an integer, which is then in the low bits.
        let rounded = ((x - low) * inverse + 8_388_608.0).to_bits();
        *out = rounded as u8 ^ sign_bit;
    }
    RowScale { scale, offset: low + scale * f32::from(sign_bit) }
}

/// Maps the numbers of `column` to the bytes -127 to 127, and zero to zero. Returns the scale.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn to_signed_bytes(column: &[f32], out: &mut [i8]) -> f32 {
    let scale = greatest(column).max(-least(column)).max(f32::MIN_POSITIVE) / 127.0;
    for (out, x) in out.iter_mut().zip(column) {
        // Rounds as `quantise` does, but adds 1.5 · 2²³, which works for numbers of both signs.
        *out = (x / scale + 12_582_912.0).to_bits() as i8;
    }
    scale
}

/// Returns the norm of `values - (offset + scale · byte)`, where `bytes` are the result of [`quantise`] with this
/// `sign_bit`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn distance_to_bytes(values: &[f32], bytes: &[u8], sign_bit: u8, scale: RowScale) -> f32 {
    let mut squares = [0f32; LANES];
    for (values, bytes) in values.chunks(LANES).zip(bytes.chunks(LANES)) {
        for ((square, x), byte) in squares.iter_mut().zip(values).zip(bytes) {
            let number = f32::from(byte ^ sign_bit) - f32::from(sign_bit);
            *square += (x - (scale.offset + scale.scale * number)).powi(2);
        }
    }
    combine_lanes(squares, |a, b| a + b).sqrt()
}

/// Converts sums of products of bytes to numbers, in place. `row` has the bits of the sums, which are i32, and receives
/// the numbers. A number of the row is `offset + scale · byte`; a number of a column is `scale · byte`. `column_sums`
/// has `scale · sum of bytes` for each column.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn sums_to_numbers(row: &mut [f32], of_row: RowScale, column_scales: &[f32], column_sums: &[f32]) {
    for ((x, scale), sum) in row.iter_mut().zip(column_scales).zip(column_sums) {
        let products = x.to_bits().cast_signed() as f32;
        *x = products * (of_row.scale * scale) + of_row.offset * sum;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bf16_is_the_nearest_number_and_ties_round_to_even() {
        for (x, bits) in [(1.0, 0x3f80), (-2.5, 0xc020), (0.0, 0), (1.003_906_2, 0x3f80), (1.011_718_8, 0x3f82)] {
            assert_eq!(to_bf16(x), bits, "{x}");
        }
        assert!(from_bf16(to_bf16(f32::NAN)).is_nan());
        assert_eq!(from_bf16(to_bf16(f32::MAX)), f32::INFINITY);
    }

    proptest! {
        #[test]
        fn the_error_of_quantised_rows_is_at_most_half_a_step(row in prop::collection::vec(-9f32..4.0, 1..200)) {
            for sign_bit in [0, 0x80] {
                let mut bytes = vec![0u8; row.len()];
                let RowScale { scale, offset } = quantise(&row, sign_bit, &mut bytes);
                for (x, byte) in row.iter().zip(&bytes) {
                    let byte = if sign_bit == 0 { f32::from(*byte) } else { f32::from(byte.cast_signed()) };
                    prop_assert!((x - (offset + scale * byte)).abs() <= 0.501 * scale, "{x} became {byte}");
                }
            }
        }

        #[test]
        fn the_error_of_columns_is_at_most_half_a_step(column in prop::collection::vec(-9f32..4.0, 1..200)) {
            let mut bytes = vec![0i8; column.len()];
            let scale = to_signed_bytes(&column, &mut bytes);
            for (x, byte) in column.iter().zip(&bytes) {
                prop_assert!((x - scale * f32::from(*byte)).abs() <= 0.501 * scale, "{x} became {byte}");
                prop_assert!(*byte > -128);
            }
        }

        #[test]
        fn the_distance_to_bytes_is_the_norm_of_the_rounding_error(row in prop::collection::vec(-9f32..4.0, 1..200)) {
            for sign_bit in [0, 0x80] {
                let mut bytes = vec![0u8; row.len()];
                let RowScale { scale, offset } = quantise(&row, sign_bit, &mut bytes);
                let number = |byte: u8| if sign_bit == 0 { f64::from(byte) } else { f64::from(byte.cast_signed()) };
                let taken = row.iter().zip(&bytes).map(|(x, byte)| f64::from(*x) - (f64::from(offset) + f64::from(scale) * number(*byte)));
                let norm = taken.map(|x| x * x).sum::<f64>().sqrt();
                let ours = distance_to_bytes(&row, &bytes, sign_bit, RowScale { scale, offset });
                prop_assert!((f64::from(ours) - norm).abs() <= 1e-5 + 1e-3 * norm, "{ours} is not {norm}");
            }
        }

        #[test]
        fn casts_round_each_number(rows in prop::collection::vec(-4f32..4.0, 2 * 37)) {
            let bias: Vec<f32> = (0..37).map(|i| i as f32 / 9.0).collect();
            let (mut cast, mut added) = (vec![0u16; 74], vec![0u16; 74]);
            cast_to_bf16(&rows, &mut cast);
            add_bias_to_bf16(&rows, &bias, &mut added);
            for (at, x) in rows.iter().enumerate() {
                prop_assert_eq!(cast[at], to_bf16(*x));
                prop_assert_eq!(added[at], to_bf16(x + bias[at % 37]));
            }
        }
    }
}
