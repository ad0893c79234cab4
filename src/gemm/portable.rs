//! The products of [`tile`](super::tile) without special instructions, compiled for several instruction sets.

use multiversion::multiversion;

use super::casts::sums_to_numbers;
use super::operands::{Out, Scales, Words};
use super::panels::{PANEL_COLUMNS, Panels};

/// The number of rows in a tile: their sums and a step of the panel fit in sixteen registers of 256 bits.
const TILE_ROWS: usize = 2;

/// Computes the same as [`tile::bf16`](super::tile::bf16).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn bf16(a: Words, b: &Panels, out: Out) {
    for (panel, steps) in b.panels().enumerate() {
        let start = panel * PANEL_COLUMNS;
        let width = PANEL_COLUMNS.min(b.columns() - start);
        for row in (0..a.rows).step_by(TILE_ROWS) {
            // Repeats the last row if the last tile is not full.
            let rows: [usize; TILE_ROWS] = std::array::from_fn(|below| (row + below).min(a.rows - 1));
            let words = rows.map(|row| &a.words[row * a.stride..][..steps.len()]);
            let mut sums = [[0f32; PANEL_COLUMNS]; TILE_ROWS];
            for (step, lines) in steps.iter().enumerate() {
                let columns: &[u32; PANEL_COLUMNS] = bytemuck::cast_ref(lines);
                for (sums, words) in sums.iter_mut().zip(&words) {
                    let (low, high) = pair(words[step]);
                    for (sum, word) in sums.iter_mut().zip(columns) {
                        let (below, above) = pair(*word);
                        *sum += low * below + high * above;
                    }
                }
            }
            for (row, sums) in rows.iter().zip(&sums) {
                out.values[row * out.stride + start..][..width].copy_from_slice(&sums[..width]);
            }
        }
    }
}

/// The two bf16 numbers of a word.
#[inline(always)]
fn pair(word: u32) -> (f32, f32) {
    (f32::from_bits(word << 16), f32::from_bits(word & 0xffff_0000))
}

/// Computes the same as [`tile::i8`](super::tile::i8).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn i8(a: Words, b: &Panels, scales: Scales, out: Out) {
    for (panel, steps) in b.panels().enumerate() {
        let start = panel * PANEL_COLUMNS;
        let width = PANEL_COLUMNS.min(b.columns() - start);
        for row in 0..a.rows {
            let mut sums = [0i32; PANEL_COLUMNS];
            for (word, lines) in a.words[row * a.stride..].iter().zip(steps) {
                let columns: &[u32; PANEL_COLUMNS] = bytemuck::cast_ref(lines);
                for (sum, column) in sums.iter_mut().zip(columns) {
                    let products = word.to_le_bytes().into_iter().zip(column.to_le_bytes());
                    *sum += products.map(|(a, b)| i32::from(a) * i32::from(b.cast_signed())).sum::<i32>();
                }
            }
            let numbers = &mut out.values[row * out.stride + start..][..width];
            numbers.iter_mut().zip(&sums).for_each(|(number, sum)| *number = f32::from_bits(sum.cast_unsigned()));
            sums_to_numbers(numbers, scales.rows[row], &scales.columns[start..], &scales.sums[start..]);
        }
    }
}
