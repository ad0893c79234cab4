//! Compares papers sentence by sentence.

use crate::vector::ByteEmbedding;

/// A sentence and its weight among the sentences of its paper.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedSentence {
    /// Its vector.
    pub vector: ByteEmbedding,
    /// Its weight, above 0.
    pub weight: f32,
}

impl From<ByteEmbedding> for WeightedSentence {
    /// A sentence with weight 1.
    fn from(vector: ByteEmbedding) -> Self {
        Self { vector, weight: 1.0 }
    }
}

/// Two sentences, given by their places, and their similarity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SentencePair {
    /// Place in the first paper.
    pub first: usize,
    /// Place in the second.
    pub second: usize,
    /// Cosine of their vectors, -1 to 1.
    pub similarity: f32,
}

/// Returns the similarity of two papers by their sentences, -1 to 1, or `None` if a paper has no sentence.
///
/// Each sentence of one paper has a best match in the other paper. The similarity in one direction is the weighted mean
/// of the similarities of these matches. The result is the mean of both directions, so it is symmetric. Compares every
/// pair of sentences.
pub fn similarity(first: &[WeightedSentence], second: &[WeightedSentence]) -> Option<f32> {
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let mut best_of_second = vec![f32::NEG_INFINITY; second.len()];
    let mut forth = 0.0;
    for one in first {
        let mut best = f32::NEG_INFINITY;
        for (other, best_of_other) in second.iter().zip(&mut best_of_second) {
            let similarity = one.vector.similarity(&other.vector);
            best = best.max(similarity);
            *best_of_other = best_of_other.max(similarity);
        }
        forth += one.weight * best;
    }
    let back: f32 = second.iter().zip(best_of_second).map(|(other, best)| other.weight * best).sum();
    let all = |sentences: &[WeightedSentence]| sentences.iter().map(|sentence| sentence.weight).sum::<f32>();
    Some((forth / all(first) + back / all(second)) / 2.0)
}

/// Returns the similarity of the sentence that is nearest to a text, -1 to 1, or `None` if there is no sentence.
pub fn nearest(text: &ByteEmbedding, sentences: &[WeightedSentence]) -> Option<f32> {
    sentences.iter().map(|sentence| text.similarity(&sentence.vector)).max_by(f32::total_cmp)
}

/// Returns the most similar pairs of sentences, best first, at most `limit`. A sentence is in at most one pair.
pub fn best_pairs(first: &[&ByteEmbedding], second: &[&ByteEmbedding], limit: usize) -> Vec<SentencePair> {
    let mut pairs: Vec<SentencePair> = first
        .iter()
        .enumerate()
        .flat_map(|(at, one)| {
            let pair = move |(other_at, other): (usize, &&ByteEmbedding)| SentencePair {
                first: at,
                second: other_at,
                similarity: one.similarity(other),
            };
            second.iter().enumerate().map(pair)
        })
        .collect();
    pairs.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    let (mut taken_first, mut taken_second) = (vec![false; first.len()], vec![false; second.len()]);
    pairs.retain(|pair| {
        let free = !taken_first[pair.first] && !taken_second[pair.second];
        if free {
            taken_first[pair.first] = true;
            taken_second[pair.second] = true;
        }
        free
    });
    pairs.truncate(limit);
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vectors() -> impl Strategy<Value = Vec<ByteEmbedding>> {
        let vector = prop::collection::vec(1i8..9, 3)
            .prop_map(|values| ByteEmbedding::new(&values.into_iter().map(f32::from).collect::<Vec<_>>()).unwrap());
        prop::collection::vec(vector, 0..6)
    }

    /// The same vectors, with weights.
    fn weighted() -> impl Strategy<Value = Vec<WeightedSentence>> {
        (vectors(), prop::collection::vec(1u8..9, 6)).prop_map(|(vectors, eighths)| {
            let weighted = |(vector, eighths)| WeightedSentence { vector, weight: f32::from(eighths) / 8.0 };
            vectors.into_iter().zip(eighths).map(weighted).collect()
        })
    }

    fn borrowed(vectors: &[ByteEmbedding]) -> Vec<&ByteEmbedding> {
        vectors.iter().collect()
    }

    #[test]
    fn a_weight_of_two_equals_two_sentences() {
        let [one, other] = [[1.0, 0.0], [3.0, 4.0]].map(|values| ByteEmbedding::new(&values).unwrap());
        let twice = WeightedSentence { vector: one.clone(), weight: 2.0 };
        let seed = [WeightedSentence::from(other.clone())];
        assert_eq!(
            similarity(&seed, &[twice, other.clone().into()]),
            similarity(&seed, &[one.clone().into(), one.into(), other.into()])
        );
    }

    proptest! {
        #[test]
        fn the_similarity_is_the_mean_of_best_matches_in_both_directions(a in weighted(), b in weighted()) {
            let one_way = |from: &[WeightedSentence], to: &[WeightedSentence]| {
                let best = |one: &WeightedSentence| {
                    one.weight * to.iter().map(|other| one.vector.similarity(&other.vector)).fold(-1.0, f32::max)
                };
                from.iter().map(best).sum::<f32>() / from.iter().map(|one| one.weight).sum::<f32>()
            };
            match similarity(&a, &b) {
                None => prop_assert!(a.is_empty() || b.is_empty()),
                Some(similarity) => prop_assert!((similarity - (one_way(&a, &b) + one_way(&b, &a)) / 2.0).abs() < 1e-6),
            }
            prop_assert!(similarity(&a, &a).is_none_or(|own| (own - 1.0).abs() < 1e-6));
        }

        #[test]
        fn each_pair_is_the_best_of_the_remaining_sentences(a in vectors(), b in vectors(), limit in 0usize..8) {
            let (a, b) = (borrowed(&a), borrowed(&b));
            let pairs = best_pairs(&a, &b, limit);
            prop_assert_eq!(pairs.len(), limit.min(a.len()).min(b.len()));
            let (mut firsts, mut seconds): (Vec<usize>, Vec<usize>) = ((0..a.len()).collect(), (0..b.len()).collect());
            for pair in pairs {
                let best = firsts.iter().flat_map(|&i| seconds.iter().map(move |&j| (i, j)))
                    .map(|(i, j)| a[i].similarity(b[j])).fold(-1.0, f32::max);
                prop_assert_eq!(pair.similarity, best);
                firsts.retain(|&i| i != pair.first);
                seconds.retain(|&j| j != pair.second);
            }
        }
    }
}
