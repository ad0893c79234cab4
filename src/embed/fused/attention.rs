//! Multi-head self-attention over one text, in bf16, with sums and softmax in f32.

use super::super::kernels;
use crate::gemm::casts;
use crate::gemm::lanes::LANES;
use crate::gemm::operands::{Out, Words};
use crate::gemm::panels::{Line, PANEL_COLUMNS, Panels};
use crate::gemm::tile;

/// The number of queries in a block. It is a multiple of the tile's rows. The scores of a block with 512 keys fit in
/// the second-level cache.
const QUERY_ROWS: usize = 48;

/// Buffers of one worker.
#[derive(Debug, Default)]
pub(super) struct Attention {
    keys: Panels,
    values: Panels,
    scores: Vec<f32>,
    weights: Vec<u32>,
}

impl Attention {
    /// Computes `context ← softmax(Q Kᵀ / √d) V` for each head. A row of `projected` has the query, key and value of a
    /// token. Each of the three has `width` bf16 numbers, two to a word, with the heads side by side. A row of
    /// `context` has `width` numbers. The width of a head is even.
    pub fn attend(&mut self, projected: &[u32], width: usize, heads: usize, context: &mut [f32]) {
        let head_width = width / heads;
        let row_words = 3 * width / 2;
        let tokens = projected.len() / row_words;
        let scale = 1.0 / (head_width as f32).sqrt();
        let padded = tokens.next_multiple_of(LANES);
        let most = QUERY_ROWS.min(tokens);
        self.scores.resize(most * padded, 0.0);
        self.weights.resize(most * padded / 2, 0);
        for head in 0..heads {
            let offset = head * head_width;
            pack_keys(projected, width, offset, head_width, &mut self.keys);
            pack_values(projected, width, offset, head_width, &mut self.values);
            for start in (0..tokens).step_by(QUERY_ROWS) {
                let rows = QUERY_ROWS.min(tokens - start);
                let queries = Words { words: &projected[start * row_words + offset / 2..], stride: row_words, rows };
                tile::bf16(queries, &self.keys, Out { values: &mut self.scores, stride: padded });
                let mut inverses = [0f32; QUERY_ROWS];
                let score_rows = self.scores.chunks_exact_mut(padded);
                let weight_rows = self.weights.chunks_exact_mut(padded / 2);
                for ((scores, weights), inverse) in score_rows.zip(weight_rows).zip(&mut inverses[..rows]) {
                    scores[tokens..].fill(f32::NEG_INFINITY);
                    *inverse = kernels::softmax_to_bf16(scores, scale, bytemuck::cast_slice_mut(weights));
                }
                let weights = Words { words: &self.weights, stride: padded / 2, rows };
                let context = &mut context[start * width + offset..];
                tile::bf16(weights, &self.values, Out { values: context, stride: width });
                kernels::scale_rows(context, width, head_width, &inverses[..rows]);
            }
        }
    }
}

/// Packs the keys of the head that starts at `offset`, with a column for each token.
fn pack_keys(projected: &[u32], width: usize, offset: usize, head_width: usize, keys: &mut Panels) {
    let row_words = 3 * width / 2;
    let pairs = head_width / 2;
    keys.reset(pairs, projected.len() / row_words);
    for (panel, rows) in projected.chunks(PANEL_COLUMNS * row_words).enumerate() {
        let steps = keys.panel_mut(panel);
        for (lane, row) in rows.chunks_exact(row_words).enumerate() {
            let own = &row[(width + offset) / 2..][..pairs];
            for (step, word) in steps.iter_mut().zip(own) {
                step[lane / 16].0[lane % 16] = *word;
            }
        }
    }
}

/// Packs the values of the head that starts at `offset`, with a step for each pair of tokens and a column for each
/// number.
fn pack_values(projected: &[u32], width: usize, offset: usize, head_width: usize, values: &mut Panels) {
    let projected: &[u16] = bytemuck::cast_slice(projected);
    let zeros = [0; PANEL_COLUMNS];
    values.reset(projected.len().div_ceil(6 * width), head_width);
    for panel in 0..head_width.div_ceil(PANEL_COLUMNS) {
        let first = panel * PANEL_COLUMNS;
        let columns = PANEL_COLUMNS.min(head_width - first);
        let own = |row: usize| projected.get(row * 3 * width + 2 * width + offset + first..).map(|row| &row[..columns]);
        for (step, lines) in values.panel_mut(panel).iter_mut().enumerate() {
            if let Some(low) = own(2 * step) {
                casts::interleave(low, own(2 * step + 1).unwrap_or(&zeros), Line::words_mut(lines));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gemm::casts::{from_bf16, to_bf16};

    proptest! {
        #[test]
        fn attention_matches_its_definition(tokens in 1usize..130, heads in 1usize..4, half_width in 1usize..35) {
            let head_width = 2 * half_width;
            let width = heads * head_width;
            let projected: Vec<u16> = (0..tokens * 3 * width)
                .map(|i| to_bf16(((i * 7919) % 1013) as f32 / 506.0 - 1.0))
                .collect();
            let number = |token: usize, part: usize, i: usize| {
                f64::from(from_bf16(projected[(token * 3 + part) * width + i]))
            };
            let mut attention = Attention::default();
            let mut context = vec![0f32; tokens * width];
            // Runs a longer text first, which must not affect the next result.
            let longer: Vec<u16> = projected.iter().chain(&projected).copied().collect();
            let words = |rows: &[u16]| bytemuck::pod_collect_to_vec::<u16, u32>(rows);
            attention.attend(&words(&longer), width, heads, &mut vec![0f32; 2 * tokens * width]);
            attention.attend(&words(&projected), width, heads, &mut context);
            for query in [0, tokens / 2, tokens - 1] {
                for head in 0..heads {
                    let own = head * head_width..(head + 1) * head_width;
                    let weights: Vec<f64> = (0..tokens)
                        .map(|key| own.clone().map(|i| number(query, 0, i) * number(key, 1, i)).sum::<f64>())
                        .map(|score| (score / (head_width as f64).sqrt()).exp())
                        .collect();
                    let total: f64 = weights.iter().sum();
                    for i in own {
                        let plain = weights.iter().enumerate().map(|(key, w)| w / total * number(key, 2, i)).sum::<f64>();
                        let ours = f64::from(context[query * width + i]);
                        // Weights are rounded to 8 bits.
                        prop_assert!((ours - plain).abs() < 4e-3, "{ours} is not {plain}");
                    }
                }
            }
        }
    }
}
