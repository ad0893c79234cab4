//! Products of rows with [`Panels`], tile by tile: the innermost loops of the encoder and of exact search over batches.
//!
//! A tile is [`TILE_ROWS`] rows by one panel. Its sums stay in registers from the first step of the depth to the last.
//! With AVX-512 this runs at the rate of the multipliers (`benches/kernels`). Other processors use [`portable`]. The
//! tests check both.

use super::operands::{Out, Scales, Words};
use super::panels::Panels;
use super::portable;

/// The number of rows whose sums fit in registers. They take 12 × 2 of the 32 registers.
#[cfg(target_arch = "x86_64")]
const TILE_ROWS: usize = 12;

/// Whether this processor has the instructions for the fast form of [`bf16`] and [`i8`].
pub(crate) fn has_avx512() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512bf16")
            && is_x86_feature_detected!("avx512vnni")
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Computes `out ← a · b` for rows of bf16, with sums in f32.
pub(crate) fn bf16(a: Words, b: &Panels, out: Out) {
    check(&a, b, &out);
    #[cfg(target_arch = "x86_64")]
    if has_avx512() {
        // SAFETY: the processor has the instructions, and `check` has checked that every row, column and step is in
        // bounds.
        return unsafe { avx512::product::<avx512::Bf16>(a, b, out, ()) };
    }
    portable::bf16(a, b, out);
}

/// Computes `out ← a · b` for rows of bytes 0 to 255 and columns of bytes -128 to 127.
pub(crate) fn i8(a: Words, b: &Panels, scales: Scales, out: Out) {
    check(&a, b, &out);
    assert!(scales.rows.len() >= a.rows && scales.columns.len() >= b.columns() && scales.sums.len() >= b.columns());
    #[cfg(target_arch = "x86_64")]
    if has_avx512() {
        // SAFETY: the processor has the instructions, and every row, column and step is in bounds, as just checked.
        return unsafe { avx512::product::<avx512::Bytes>(a, b, out, scales) };
    }
    portable::i8(a, b, scales, out);
}

fn check(a: &Words, b: &Panels, out: &Out) {
    assert!(a.stride >= b.steps() && out.stride >= b.columns());
    assert!(a.rows == 0 || a.words.len() >= (a.rows - 1) * a.stride + b.steps());
    assert!(a.rows == 0 || out.values.len() >= (a.rows - 1) * out.stride + b.columns());
}

/// The products with the dot-product instructions of AVX-512.
#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::*;
    use std::mem::transmute;

    use super::super::panels::{Line, PANEL_COLUMNS, Panels};
    use super::{Out, Scales, TILE_ROWS, Words};

    /// The operations in which products of bf16 and products of bytes differ.
    ///
    /// # Safety
    /// For all methods, the processor must have the features of [`product`]. The methods are inlined into its tiles.
    pub(crate) trait Arithmetic {
        type Sums: Copy;
        type Scales<'a>: Copy;

        unsafe fn zero() -> Self::Sums;
        /// Returns `sums + a · b`, lane by lane.
        unsafe fn add_product(sums: Self::Sums, a: __m512i, b: __m512i) -> Self::Sums;
        /// Returns the numbers of sixteen columns, beginning with `column`, in `row`. Lanes outside `mask` may have any
        /// value.
        unsafe fn finish(
            sums: Self::Sums,
            scales: Self::Scales<'_>,
            row: usize,
            column: usize,
            mask: __mmask16,
        ) -> __m512;
    }

    pub(crate) struct Bf16;

    impl Arithmetic for Bf16 {
        type Sums = __m512;
        type Scales<'a> = ();

        #[inline(always)]
        unsafe fn zero() -> __m512 {
            // SAFETY: the caller has AVX-512.
            unsafe { _mm512_setzero_ps() }
        }

        #[inline(always)]
        unsafe fn add_product(sums: __m512, a: __m512i, b: __m512i) -> __m512 {
            // SAFETY: the caller has AVX-512 with bf16. The types have 512 bits, and every bit pattern is valid.
            unsafe { _mm512_dpbf16_ps(sums, transmute::<__m512i, __m512bh>(a), transmute::<__m512i, __m512bh>(b)) }
        }

        #[inline(always)]
        unsafe fn finish(sums: __m512, (): (), _: usize, _: usize, _: __mmask16) -> __m512 {
            sums
        }
    }

    pub(crate) struct Bytes;

    impl Arithmetic for Bytes {
        type Sums = __m512i;
        type Scales<'a> = Scales<'a>;

        #[inline(always)]
        unsafe fn zero() -> __m512i {
            // SAFETY: the caller has AVX-512.
            unsafe { _mm512_setzero_si512() }
        }

        #[inline(always)]
        unsafe fn add_product(sums: __m512i, a: __m512i, b: __m512i) -> __m512i {
            // SAFETY: the caller has AVX-512 with VNNI.
            unsafe { _mm512_dpbusd_epi32(sums, a, b) }
        }

        #[inline(always)]
        unsafe fn finish(sums: __m512i, scales: Scales, row: usize, column: usize, mask: __mmask16) -> __m512 {
            let of_row = scales.rows[row];
            // SAFETY: the caller has AVX-512, and lanes outside `mask`, which may be past the arrays, are not read.
            unsafe {
                let columns = _mm512_maskz_loadu_ps(mask, scales.columns.as_ptr().wrapping_add(column));
                let of_columns = _mm512_maskz_loadu_ps(mask, scales.sums.as_ptr().wrapping_add(column));
                let offsets = _mm512_mul_ps(_mm512_set1_ps(of_row.offset), of_columns);
                let factors = _mm512_mul_ps(_mm512_set1_ps(of_row.scale), columns);
                _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), factors, offsets)
            }
        }
    }

    /// Computes `out ← a · b`, panel by panel. A panel stays in the first-level cache while it is multiplied by all
    /// rows.
    ///
    /// # Safety
    /// The processor must have the features below. All rows of `a` must have `b.steps()` words, and all rows of `out`
    /// must have room for `b.columns()` numbers. `scales` must have an entry for each row and column.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16,avx512vnni")]
    pub(crate) unsafe fn product<A: Arithmetic>(a: Words, b: &Panels, out: Out<'_>, scales: A::Scales<'_>) {
        for (panel, steps) in b.panels().enumerate() {
            let column = panel * PANEL_COLUMNS;
            let mut row = 0;
            while row < a.rows {
                let at = Place { row, column, width: PANEL_COLUMNS.min(b.columns() - column) };
                let from = a.words.as_ptr().wrapping_add(row * a.stride);
                let to = out.values.as_mut_ptr().wrapping_add(row * out.stride + column);
                macro_rules! tile {
                    ($($rows:literal)*) => {
                        match TILE_ROWS.min(a.rows - row) {
                            // SAFETY: as for this function; the tile ends at or before the last row and column.
                            $($rows => unsafe {
                                tile::<A, $rows>((from, a.stride), steps, (to, out.stride), at, scales);
                            },)*
                            _ => unreachable!("a tile has 1 to {TILE_ROWS} rows"),
                        }
                    };
                }
                tile!(1 2 3 4 5 6 7 8 9 10 11 12);
                row += TILE_ROWS;
            }
        }
    }

    #[derive(Clone, Copy)]
    struct Place {
        row: usize,
        column: usize,
        width: usize,
    }

    /// Computes one tile. `from` and `to` are pointers to its first row, each with the distance to the next row.
    ///
    /// # Safety
    /// As for [`product`].
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16,avx512vnni")]
    unsafe fn tile<A: Arithmetic, const ROWS: usize>(
        from: (*const u32, usize),
        steps: &[[Line; 2]],
        to: (*mut f32, usize),
        at: Place,
        scales: A::Scales<'_>,
    ) {
        // SAFETY: the caller has the features. `Line` is 64 bytes of plain data, aligned to 64 bytes. The rows of
        // `from` have as many words as there are steps, and the rows of `to` have room for `at.width` numbers.
        unsafe {
            let mut sums = [[A::zero(); 2]; ROWS];
            for (step, lines) in steps.iter().enumerate() {
                let left = _mm512_load_si512((&raw const lines[0]).cast());
                let right = _mm512_load_si512((&raw const lines[1]).cast());
                for (row, [first, second]) in sums.iter_mut().enumerate() {
                    let word = _mm512_set1_epi32((*from.0.add(row * from.1 + step)).cast_signed());
                    *first = A::add_product(*first, word, left);
                    *second = A::add_product(*second, word, right);
                }
            }
            let lanes = |count: usize| if count >= 16 { 0xffff } else { (1u16 << count) - 1 };
            let masks = [lanes(at.width), lanes(at.width.saturating_sub(16))];
            for (row, pair) in sums.iter().enumerate() {
                for (half, sums) in pair.iter().enumerate() {
                    let values = A::finish(*sums, scales, at.row + row, at.column + 16 * half, masks[half]);
                    // A masked store writes nothing after the last column.
                    _mm512_mask_storeu_ps(to.0.wrapping_add(row * to.1 + 16 * half), masks[half], values);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::casts::{RowScale, from_bf16, quantise, to_bf16};
    use super::*;

    fn random(count: usize, seed: u64) -> Vec<f32> {
        let mut state = seed;
        let step = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count).map(step).collect()
    }

    fn words_bf16(rows: &[f32], depth: usize) -> Vec<u32> {
        let pair = |pair: &[f32]| u32::from(to_bf16(pair[0])) | pair.get(1).map_or(0, |x| u32::from(to_bf16(*x))) << 16;
        rows.chunks(depth).flat_map(|row| row.chunks(2).map(pair)).collect()
    }

    fn plain(
        a: impl Fn(usize, usize) -> f64,
        b: impl Fn(usize, usize) -> f64,
        depth: usize,
        at: (usize, usize),
    ) -> f64 {
        (0..depth).map(|k| a(at.0, k) * b(at.1, k)).sum()
    }

    type Product = fn(Words, &Panels, Out);
    type ByteProduct = fn(Words, &Panels, Scales, Out);

    proptest! {
        #[test]
        fn bf16_products_match_plain_sums(rows in 0usize..40, columns in 1usize..80, depth in 1usize..70, seed: u64) {
            let (a, b) = (random(rows * depth, seed), random(columns * depth, !seed));
            let panels = Panels::from_rows_bf16(&b, depth);
            let words = words_bf16(&a, depth);
            let rounded = |x: f32| f64::from(from_bf16(to_bf16(x)));
            for product in [bf16 as Product, portable::bf16 as Product] {
                // The last column must not change.
                let mut out = vec![7f32; rows * (columns + 1)];
                product(
                    Words { words: &words, stride: depth.div_ceil(2), rows },
                    &panels,
                    Out { values: &mut out, stride: columns + 1 },
                );
                for (row, out) in out.chunks_exact(columns + 1).enumerate() {
                    for (column, ours) in out[..columns].iter().enumerate() {
                        let plain = plain(
                            |i, k| rounded(a[i * depth + k]), |j, k| rounded(b[j * depth + k]), depth, (row, column),
                        );
                        prop_assert!((f64::from(*ours) - plain).abs() < 1e-5, "{ours} is not {plain}");
                    }
                    prop_assert_eq!(out[columns], 7.0);
                }
            }
        }

        #[test]
        fn byte_products_match_plain_sums(rows in 0usize..40, columns in 1usize..80, depth in 1usize..70, seed: u64) {
            let stride = depth.div_ceil(4);
            let a = random(rows * depth, seed);
            let mut words = vec![0u32; rows * stride];
            let scales_of_rows: Vec<RowScale> = a
                .chunks_exact(depth)
                .zip(words.chunks_exact_mut(stride))
                .map(|(row, words)| quantise(row, 0, &mut bytemuck::cast_slice_mut(words)[..depth]))
                .collect();
            let b: Vec<i8> = random(columns * depth, !seed).iter().map(|x| (x * 128.0) as i8).collect();
            let scales: Vec<f32> = random(columns, seed ^ 1).iter().map(|x| (x + 1.1) / 128.0).collect();
            let sums: Vec<f32> = b
                .chunks_exact(depth)
                .zip(&scales)
                .map(|(column, scale)| scale * column.iter().map(|b| f32::from(*b)).sum::<f32>())
                .collect();
            for product in [i8 as ByteProduct, portable::i8 as ByteProduct] {
                let mut out = vec![7f32; rows * columns];
                product(
                    Words { words: &words, stride, rows },
                    &Panels::from_rows_i8(&b, depth),
                    Scales { rows: &scales_of_rows, columns: &scales, sums: &sums },
                    Out { values: &mut out, stride: columns },
                );
                for (at, ours) in out.iter().enumerate() {
                    let (row, column) = (at / columns, at % columns);
                    // The error of a row is at most half a step of its scale.
                    let plain = plain(
                        |i, k| f64::from(a[i * depth + k]),
                        |j, k| f64::from(scales[j]) * f64::from(b[j * depth + k]),
                        depth,
                        (row, column),
                    );
                    let bound: f64 = (0..depth)
                        .map(|k| f64::from(scales[column]) * f64::from(b[column * depth + k]).abs())
                        .sum::<f64>() * f64::from(scales_of_rows[row].scale) * 0.51 + 1e-5;
                    prop_assert!((f64::from(*ours) - plain).abs() <= bound, "{ours} is not {plain} to {bound}");
                }
            }
        }
    }
}
