//! Encodes, decodes and reads the sentence vectors of the library.
//!
//! The layout of `sentence_vectors.data`, for a model of `dim` dimensions, integers little-endian:
//!
//! | bytes | what |
//! | --- | --- |
//! | 4 | `count`, the number of sentences, unsigned; may be 0 |
//! | 8 · `count` | the start and end of each sentence: byte offsets in the embedded text, unsigned, ascending |
//! | `dim` · `count` | the vector of each sentence: signed bytes ([`ByteEmbedding`]) |

use std::ops::Range;

use rusqlite::OptionalExtension;

use super::{Library, PaperNumber};
use crate::vector::{ByteEmbedding, SentenceVector};
use crate::{Error, Result};

/// Bytes of a blob before its sentences.
pub(super) const HEADER_BYTES: u64 = 4;

/// Bytes of a blob for each sentence, without those of its vector.
pub(super) const RANGE_BYTES: u64 = 8;

impl Library {
    /// Returns the vectors of a paper's sentences in the order of the text. Their ranges are byte offsets in the stored
    /// [`Paper::text`].
    ///
    /// Empty if the paper or its present text is not embedded, or has no sentences.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when they are damaged.
    ///
    /// [`Paper::text`]: crate::Paper::text
    pub fn sentences(&self, paper: PaperNumber) -> Result<Vec<SentenceVector>> {
        let Some(model) = self.model()? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        self.read_sentences([paper], model.dim, |sentences| found = sentences)?;
        Ok(found)
    }

    /// Reads the [`sentences`](Self::sentences) of papers and passes one list for each paper to `sink`, in the order of
    /// `papers`. The list of a paper without sentences is empty. `dim` is the dimension of the model.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when some are damaged.
    pub fn read_sentences(
        &self,
        papers: impl IntoIterator<Item = PaperNumber>,
        dim: usize,
        mut sink: impl FnMut(Vec<SentenceVector>),
    ) -> Result<()> {
        let sql = "SELECT sentence_vectors.data FROM vectors JOIN sentence_vectors ON vector = vectors.number
                   WHERE paper = ?";
        let mut statement = self.connection.prepare_cached(sql).map_err(|error| self.failed(error))?;
        for number in papers {
            let read = statement.query_row([number], |row| Ok(decode(row.get_ref(0)?.as_blob()?, dim)));
            let sentences = read.optional().map_err(|error| self.failed(error))?.unwrap_or(Ok(Vec::new()));
            sink(sentences.map_err(|detail| self.corrupt(format!("paper {number}: {detail}")))?);
        }
        Ok(())
    }
}

/// Encodes a paper's sentences as a blob.
///
/// # Errors
/// [`Error::InvalidVector`] for sentences that [`decode`] refuses.
pub(super) fn encode(sentences: &[SentenceVector], dim: usize) -> Result<Vec<u8>> {
    let invalid = |reason| Error::InvalidVector { dim, reason };
    let count = u32::try_from(sentences.len()).map_err(|_| invalid("the text has 2³² or more sentences"))?;
    if misplaced(sentences.iter().map(|sentence| &sentence.range)).is_some() {
        return Err(invalid("sentences of the text are empty, overlap or are out of order"));
    }
    let mut blob = count.to_le_bytes().to_vec();
    for SentenceVector { range, .. } in sentences {
        blob.extend(range.start.to_le_bytes());
        blob.extend(range.end.to_le_bytes());
    }
    for SentenceVector { vector, .. } in sentences {
        if vector.dim() != dim {
            return Err(invalid("the vector of a sentence has another dimension"));
        }
        blob.extend(vector.to_bytes());
    }
    Ok(blob)
}

/// Decodes a blob that [`encode`] made.
///
/// # Errors
/// A text that describes what is wrong with the blob.
pub(super) fn decode(blob: &[u8], dim: usize) -> Result<Vec<SentenceVector>, String> {
    let (count, body) = blob.split_first_chunk::<4>().ok_or("the sentence vectors are cut off")?;
    let count = u32::from_le_bytes(*count);
    let expected = u64::from(count) * (RANGE_BYTES + dim as u64);
    if body.len() as u64 != expected {
        let bytes = body.len();
        return Err(format!("{count} sentence vectors take {expected} bytes, not {bytes}"));
    }
    let (ranges, vectors) = body.split_at(count as usize * RANGE_BYTES as usize);
    let ranges: Vec<Range<u32>> = ranges
        .as_chunks::<4>()
        .0
        .as_chunks::<2>()
        .0
        .iter()
        .map(|[start, end]| u32::from_le_bytes(*start)..u32::from_le_bytes(*end))
        .collect();
    if let Some(range) = misplaced(&ranges) {
        return Err(format!("the sentence at bytes {range:?} is empty, overlaps another or is out of order"));
    }
    // `chunks_exact` panics with 0. If `dim` is 0, there are no bytes to split.
    let vectors = vectors.chunks_exact(dim.max(1));
    let sentence = |(range, bytes)| Ok(SentenceVector { range, vector: ByteEmbedding::from_bytes(bytes)? });
    let sentences = ranges.into_iter().zip(vectors).map(sentence).collect::<Result<Vec<_>>>();
    sentences.map_err(|error| format!("a sentence vector: {error}"))
}

/// The first range that is empty or begins before the end of the previous range.
fn misplaced<'a>(ranges: impl IntoIterator<Item = &'a Range<u32>>) -> Option<Range<u32>> {
    let mut end = 0;
    for range in ranges {
        if range.is_empty() || range.start < end {
            return Some(range.clone());
        }
        end = range.end;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_layout_is_the_documented_one() {
        let sentences = [
            SentenceVector { range: 1..0x0203, vector: ByteEmbedding::from_bytes(&[127, 0x81, 3, 0]).unwrap() },
            SentenceVector { range: 0x0203..0x0400_0000, vector: ByteEmbedding::from_bytes(&[1, 2, 3, 127]).unwrap() },
        ];
        let blob = [
            &[2, 0, 0, 0][..],
            &[1, 0, 0, 0, 3, 2, 0, 0],
            &[3, 2, 0, 0, 0, 0, 0, 4],
            &[127, 0x81, 3, 0],
            &[1, 2, 3, 127],
        ]
        .concat();
        assert_eq!(encode(&sentences, 4).unwrap(), blob);
        assert_eq!(decode(&blob, 4).unwrap(), sentences);
    }

    proptest! {
        #[test]
        fn a_blob_is_read_as_written_and_a_truncated_blob_is_refused(
            lengths in prop::collection::vec((0u32..5, 1u32..50), 0..20),
            dim in 1usize..40,
        ) {
            let mut end = 0;
            let sentences: Vec<SentenceVector> = (1u8..)
                .zip(lengths)
                .map(|(seed, (gap, length))| {
                    let start = end + gap;
                    end = start + length;
                    let values: Vec<f32> = (0..dim).map(|at| f32::from(seed) - 7.3 * at as f32).collect();
                    SentenceVector { range: start..end, vector: ByteEmbedding::new(&values).unwrap() }
                })
                .collect();
            let blob = encode(&sentences, dim).unwrap();
            prop_assert_eq!(decode(&blob, dim).unwrap(), sentences);
            for cut in 0..blob.len() {
                prop_assert!(decode(&blob[..cut], dim).is_err());
            }
        }
    }
}
