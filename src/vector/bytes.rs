//! Vectors in 8 bits per number: a quarter of the size of f32, compared in integer arithmetic.

use multiversion::multiversion;

use crate::{Error, Result};

/// The greatest absolute value in every [`ByteEmbedding`]. -128 is not used, so that a vector and its opposite are
/// equally exact.
const FULL: u8 = i8::MAX as u8;

/// The direction of a vector in 8 bits per number, scaled so that its greatest absolute value is 127. It does not have
/// unit length, and is never zero.
///
/// The error of each number is at most half a step, and a step is 1/127 of the greatest absolute value. Let `dim` be
/// the number of dimensions, and `peak` the greatest absolute value divided by the vector's length. Then the error of
/// the direction is at most the angle asin(√dim · `peak` / 254), and the error of a cosine is at most the sum of two
/// such angles. The mean error is much smaller, because errors have both signs.
#[derive(Debug, Clone, PartialEq)]
pub struct ByteEmbedding {
    values: Box<[i8]>,
    /// Length of `values` as a vector; each comparison divides by it.
    norm: f64,
}

impl ByteEmbedding {
    /// Scales `values`, which need not have unit length, and rounds each to the nearest step.
    ///
    /// # Errors
    /// [`Error::InvalidVector`] if a value is not finite, or if all values are zero, so that the vector has no
    /// direction.
    pub fn new(values: &[f32]) -> Result<Self> {
        let dim = values.len();
        if !values.iter().all(|value| value.is_finite()) {
            return Err(Error::InvalidVector { dim, reason: "not every number is finite" });
        }
        let greatest = values.iter().fold(0f32, |greatest, value| greatest.max(value.abs()));
        if greatest == 0.0 {
            return Err(Error::InvalidVector { dim, reason: "all numbers are zero" });
        }
        // In f64 the quotient is finite even for the smallest f32.
        let scale = f64::from(FULL) / f64::from(greatest);
        Ok(Self::of(values.iter().map(|&value| (f64::from(value) * scale).round() as i8).collect()))
    }

    fn of(values: Box<[i8]>) -> Self {
        let norm = (dot(&values, &values) as f64).sqrt();
        Self { values, norm }
    }

    /// Number of dimensions.
    pub fn dim(&self) -> usize {
        self.values.len()
    }

    /// The numbers, -127 to 127.
    pub fn as_slice(&self) -> &[i8] {
        &self.values
    }

    /// Returns the cosine similarity to `other`, -1 to 1. Only the result is rounded, so it is the same on every
    /// machine.
    ///
    /// # Panics
    /// If the dimensions differ.
    pub fn similarity(&self, other: &Self) -> f32 {
        (dot(&self.values, &other.values) as f64 / (self.norm * other.norm)) as f32
    }

    /// The numbers as they are stored: two's complement, one byte each.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.values.iter().map(|value| value.cast_unsigned()).collect()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`Error::InvalidVector`] if the greatest absolute value is not 127, which means that the bytes are damaged or
    /// empty.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let values: Box<[i8]> = bytes.iter().map(|byte| byte.cast_signed()).collect();
        let greatest = values.iter().map(|value| value.unsigned_abs()).max();
        if greatest != Some(FULL) {
            return Err(Error::InvalidVector {
                dim: bytes.len(),
                reason: "the greatest of the stored bytes is not 127",
            });
        }
        Ok(Self::of(values))
    }
}

/// The number of products of two bytes that are summed in an i32. Each product is at most 2¹⁴, so the sum is below 2³¹.
const PRODUCTS_PER_I32: usize = 1 << 16;

/// Returns the exact dot product. Computes products and short sums in i32, for which processors have instructions.
///
/// # Panics
/// If the lengths differ.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn dot(a: &[i8], b: &[i8]) -> i64 {
    assert_eq!(a.len(), b.len(), "vectors of different dimensions were compared");
    let mut total = 0;
    for (a, b) in a.chunks(PRODUCTS_PER_I32).zip(b.chunks(PRODUCTS_PER_I32)) {
        // Uses loops, because a closure may be compiled separately, and then without these instructions.
        let (mut sum, b) = (0i32, &b[..a.len()]);
        for at in 0..a.len() {
            sum += i32::from(a[at]) * i32::from(b[at]);
        }
        total += i64::from(sum);
    }
    total
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vector::Embedding;

    /// Computes the same as [`ByteEmbedding::similarity`], with all steps in f64.
    fn plain_cosine<T: Copy + Into<f64>>(a: &[T], b: &[T]) -> f64 {
        let sum = |a: &[T], b: &[T]| a.iter().zip(b).map(|(&a, &b)| a.into() * b.into()).sum::<f64>();
        sum(a, b) / (sum(a, a) * sum(b, b)).sqrt()
    }

    /// Returns the greatest angle, in radians, by which rounding can turn a vector. After scaling, the greatest
    /// absolute value is 127, and the length of the vector is 127 / `peak`. Rounding adds a vector of `dim` numbers of
    /// at most ½, whose length is at most √dim / 2. In the worst case, the added vector is at a right angle to the sum.
    fn widest_turn(values: &[f32]) -> f64 {
        let unit = Embedding::new(values.to_vec()).unwrap();
        let peak = unit.as_slice().iter().fold(0f32, |peak, value| peak.max(value.abs()));
        ((values.len() as f64).sqrt() * f64::from(peak) / 254.0).min(1.0).asin()
    }

    fn values(dim: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<f32>> {
        let nonzero = |values: &Vec<f32>| values.iter().any(|value| *value != 0.0);
        prop::collection::vec(-1e3f32..1e3, dim).prop_filter("no direction", nonzero)
    }

    #[test]
    fn vectors_without_a_direction_are_refused() {
        for (values, reason) in [
            (vec![0.0; 3], "all numbers are zero"),
            (vec![], "all numbers are zero"),
            (vec![1.0, f32::NAN], "not every number is finite"),
            (vec![f32::NEG_INFINITY, 1.0], "not every number is finite"),
        ] {
            assert!(ByteEmbedding::new(&values).unwrap_err().to_string().ends_with(reason), "{values:?}");
        }
    }

    #[test]
    fn the_greatest_number_becomes_127_even_at_the_ends_of_the_range() {
        for value in [f32::MAX, 1.0, f32::MIN_POSITIVE, 1e-45] {
            assert_eq!(ByteEmbedding::new(&[value, -value, 0.0]).unwrap().as_slice(), [127, -127, 0], "{value}");
        }
        // 0.5 · 127 = 63.5 is as far from 63 as from 64.
        assert_eq!(ByteEmbedding::new(&[2.0, 1.0, -1.0, 0.99]).unwrap().as_slice(), [127, 64, -64, 63]);
    }

    #[test]
    fn damaged_bytes_are_refused() {
        for bytes in [vec![], vec![0; 4], vec![1, 126], vec![127, 128]] {
            let refused = ByteEmbedding::from_bytes(&bytes).unwrap_err();
            assert!(refused.to_string().ends_with("the greatest of the stored bytes is not 127"), "{bytes:?}");
        }
    }

    #[test]
    fn sums_beyond_32_bits_are_exact() {
        let long = vec![127i8; 200_003];
        assert_eq!(dot(&long, &long), 200_003 * 127 * 127);
        let opposite = vec![-127i8; 200_003];
        assert_eq!(ByteEmbedding::of(long.into()).similarity(&ByteEmbedding::of(opposite.into())), -1.0);
    }

    proptest! {
        #[test]
        fn the_similarity_matches_a_plain_cosine((a, b) in (1usize..600).prop_flat_map(|dim| (values(dim), values(dim)))) {
            let (a, b) = (ByteEmbedding::new(&a).unwrap(), ByteEmbedding::new(&b).unwrap());
            prop_assert!((f64::from(a.similarity(&b)) - plain_cosine(a.as_slice(), b.as_slice())).abs() < 1e-7);
            prop_assert_eq!(a.similarity(&a), 1.0);
        }

        #[test]
        fn the_error_of_a_number_is_at_most_half_a_step(values in values(1..600)) {
            let bytes = ByteEmbedding::new(&values).unwrap();
            let greatest = values.iter().fold(0f32, |greatest, value| greatest.max(value.abs()));
            for (&byte, &value) in bytes.as_slice().iter().zip(&values) {
                let exact = f64::from(value) / f64::from(greatest) * 127.0;
                prop_assert!((f64::from(byte) - exact).abs() <= 0.5 + 1e-9, "{value} became {byte}");
            }
        }

        #[test]
        fn the_error_of_a_cosine_is_below_the_sum_of_both_angles(
            (a, b) in (1usize..600).prop_flat_map(|dim| (values(dim), values(dim)))
        ) {
            let moved = ByteEmbedding::new(&a).unwrap().similarity(&ByteEmbedding::new(&b).unwrap());
            // The slope of the cosine is at most 1.
            let bound = widest_turn(&a) + widest_turn(&b);
            prop_assert!((f64::from(moved) - plain_cosine(&a, &b)).abs() <= bound + 1e-6);
        }

        #[test]
        fn bytes_are_read_as_they_were_written(values in values(1..64)) {
            let bytes = ByteEmbedding::new(&values).unwrap();
            prop_assert_eq!(ByteEmbedding::from_bytes(&bytes.to_bytes()).unwrap(), bytes);
        }
    }
}
