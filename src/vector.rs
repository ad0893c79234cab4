//! Embeddings of texts: unit vectors, vectors of sentences in 8 bits, and their similarity. This module does no I/O.

mod bytes;

use std::ops::Range;

use multiversion::multiversion;
use serde::Serialize;
use strum::{Display, EnumString, IntoStaticStr};

use crate::{Error, Result};

pub use bytes::ByteEmbedding;

/// A vector of unit length whose numbers are all finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding(Box<[f32]>);

impl Embedding {
    /// Scales `values` to unit length (the norm is summed in f64).
    ///
    /// # Errors
    /// [`Error::InvalidVector`] if a value is not finite, or if all values are zero, so that the vector has no
    /// direction.
    pub fn new(mut values: Vec<f32>) -> Result<Self> {
        let dim = values.len();
        let squares: f64 = values.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
        // NaN and infinity make the sum NaN or infinite; squares of f32 cannot overflow f64.
        if !squares.is_finite() {
            return Err(Error::InvalidVector { dim, reason: "not every number is finite" });
        }
        if squares == 0.0 {
            return Err(Error::InvalidVector { dim, reason: "all numbers are zero" });
        }
        let scale = 1.0 / squares.sqrt();
        values.iter_mut().for_each(|value| *value = (f64::from(*value) * scale) as f32);
        Ok(Self(values.into()))
    }

    /// Number of dimensions.
    pub fn dim(&self) -> usize {
        self.0.len()
    }

    /// The numbers.
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// Cosine similarity to `other`, -1 to 1. Both must have the same dimension.
    pub fn similarity(&self, other: &Self) -> f32 {
        dot(&self.0, &other.0)
    }

    /// The numbers as they are stored: little-endian, four bytes each.
    pub fn to_le_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    /// Reads what [`to_le_bytes`](Self::to_le_bytes) wrote.
    ///
    /// # Errors
    /// [`Error::InvalidVector`] if the bytes are damaged: their number is not `4 × dim`, or the squared norm of the
    /// vector differs from 1 by 1e-3 or more.
    pub fn from_le_bytes(bytes: &[u8], dim: usize) -> Result<Self> {
        let (numbers, rest) = bytes.as_chunks::<4>();
        if numbers.len() != dim || !rest.is_empty() {
            return Err(Error::InvalidVector { dim, reason: "the stored bytes have another length" });
        }
        let values: Box<[f32]> = numbers.iter().map(|number| f32::from_le_bytes(*number)).collect();
        let norm = f64::from(dot(&values, &values));
        // Rounding changes the norm of a stored unit vector by about 1e-7. NaN fails the comparison too.
        if (norm - 1.0).abs() < 1e-3 {
            Ok(Self(values))
        } else {
            Err(Error::InvalidVector { dim, reason: "the stored bytes are not a unit vector" })
        }
    }
}

/// The arithmetic of a model. Vectors of one model are comparable in every precision, because rounding changes a vector
/// far less than the difference between two papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Precision {
    /// 32-bit floating point, the reference.
    F32,
    /// Products of 16-bit floating point (8 bits of mantissa), summed in 32 bits.
    #[default]
    Bf16,
    /// Products of 8-bit integers.
    Int8,
}

impl Precision {
    /// All precisions, most exact first.
    pub const ALL: [Self; 3] = [Self::F32, Self::Bf16, Self::Int8];

    /// The name in options and files: "f32", "bf16", "int8".
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The vector of one sentence of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceVector {
    /// The sentence's range of bytes in the embedded text. Not empty.
    pub range: Range<u32>,
    /// Its vector, which has the dimension of the text's vector.
    pub vector: ByteEmbedding,
}

/// The vectors of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// Vector of the whole text.
    pub vector: Embedding,
    /// Vectors of its sentences, in order and not overlapping. Empty if the model makes none. If the text is too long
    /// for the model, the sentences at its end have no vectors.
    pub sentences: Vec<SentenceVector>,
}

/// The identity of a model and its settings; only embeddings with the same identity are comparable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelIdentity {
    /// Name, for display.
    pub name: String,
    /// SHA-256 of weights, tokenizer and settings that change vectors, in hexadecimal.
    pub sha256: String,
    /// Dimension of the vectors.
    pub dim: usize,
    /// Whether it reads other languages than English.
    pub multilingual: bool,
}

impl ModelIdentity {
    /// Name and the first eight digits of the hash, for messages.
    pub fn short(&self) -> String {
        // A damaged library may have any text here.
        format!("{} ({})", self.name, self.sha256.chars().take(8).collect::<String>())
    }
}

/// The number of partial sums. They fill four of the widest registers (512 bits), so that additions need not wait for
/// each other.
const LANES: usize = 64;

/// Returns the dot product of two slices. Computes products and partial sums in f32, and adds the partial sums in f64.
/// For unit vectors the error is below 1e-6.
///
/// Deterministic on one machine; between processor families the last bit of the result may differ.
///
/// # Panics
/// If the lengths differ.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len(), "vectors of different dimensions were compared");
    let ((a_chunks, a_rest), (b_chunks, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut partial = [0f32; LANES];
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..LANES {
            partial[lane] += a[lane] * b[lane];
        }
    }
    // Pairs of sums are added, then pairs of these, so that few additions wait for each other.
    let mut sums: [f64; LANES / 4] = std::array::from_fn(|lane| {
        f64::from((partial[lane] + partial[lane + 16]) + (partial[lane + 32] + partial[lane + 48]))
    });
    for half in [8, 4, 2, 1] {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    (sums[0] + rest) as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn vectors_without_a_direction_are_refused() {
        for values in [vec![0.0; 3], vec![], vec![1.0, f32::NAN], vec![f32::INFINITY, 1.0]] {
            assert!(matches!(Embedding::new(values), Err(Error::InvalidVector { .. })));
        }
    }

    #[test]
    fn precisions_are_found_only_by_their_exact_names() {
        let names: Vec<String> = Precision::ALL.iter().map(Precision::to_string).collect();
        assert_eq!(names, ["f32", "bf16", "int8"]);
        assert_eq!(Precision::ALL.map(|precision| precision.name().parse()), Precision::ALL.map(Ok));
        assert!("F32".parse::<Precision>().is_err());
        assert_eq!(format!("{:>5}|", Precision::Bf16), " bf16|");
    }

    #[test]
    fn the_greatest_and_smallest_numbers_are_scaled_too() {
        for value in [f32::MAX, f32::MIN_POSITIVE, 1e-40] {
            let embedding = Embedding::new(vec![value, value]).unwrap();
            assert!((embedding.as_slice()[0] - 0.5f32.sqrt()).abs() < 1e-6, "{value}");
        }
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = Embedding::new(vec![3.0, 4.0]).unwrap().to_le_bytes();
        assert!(Embedding::from_le_bytes(&bytes[..7], 2).is_err());
        assert!(Embedding::from_le_bytes(&bytes, 3).is_err());
        assert!(Embedding::from_le_bytes(&[0xff; 8], 2).is_err());
        assert!(Embedding::from_le_bytes(&[0; 8], 2).is_err());
    }

    proptest! {
        #[test]
        fn the_dot_product_matches_a_plain_sum(pairs in prop::collection::vec((-1f32..1.0, -1f32..1.0), 1..600)) {
            let (a, b): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            let plain: f64 = a.iter().zip(&b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
            // The rounding error is proportional to the sum of the absolute terms, which is at most 1 for unit vectors.
            let size: f64 = a.iter().zip(&b).map(|(&a, &b)| f64::from(a * b).abs()).sum();
            prop_assert!((f64::from(dot(&a, &b)) - plain).abs() <= 1e-6 * size + 1e-12);
        }

        #[test]
        fn an_embedding_has_unit_length_and_is_read_as_it_was_stored(values in prop::collection::vec(-1e3f32..1e3, 1..64)) {
            let dim = values.len();
            let embedding = Embedding::new(values).unwrap();
            prop_assert!((embedding.similarity(&embedding) - 1.0).abs() < 1e-6);
            prop_assert_eq!(Embedding::from_le_bytes(&embedding.to_le_bytes(), dim).unwrap(), embedding);
        }
    }
}
