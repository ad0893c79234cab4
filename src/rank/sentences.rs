//! Papers compared sentence by sentence.

use crate::vector::ByteEmbedding;

/// Two sentences, by their places, and how similar they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SentencePair {
    /// Place in the first paper.
    pub first: usize,
    /// Place in the second.
    pub second: usize,
    /// Cosine of their vectors, -1 to 1.
    pub similarity: f32,
}

/// How well the sentences of two papers match, -1 to 1: for each sentence of one the similarity of the best match in the
/// other, averaged; then the mean of both directions. `None` if one of them has no sentence. Symmetric. Work is the
/// product of the numbers of sentences.
pub fn similarity(first: &[&ByteEmbedding], second: &[&ByteEmbedding]) -> Option<f32> {
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let mut best_of_second = vec![f32::NEG_INFINITY; second.len()];
    let mut forth = 0.0;
    for one in first {
        let mut best = f32::NEG_INFINITY;
        for (other, best_of_other) in second.iter().zip(&mut best_of_second) {
            let similarity = one.similarity(other);
            best = best.max(similarity);
            *best_of_other = best_of_other.max(similarity);
        }
        forth += best;
    }
    let back: f32 = best_of_second.iter().sum();
    Some((forth / first.len() as f32 + back / second.len() as f32) / 2.0)
}

/// The pairs that say most about why two papers match: the most similar first, each sentence in one pair only; at most
/// `limit`.
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

    fn borrowed(vectors: &[ByteEmbedding]) -> Vec<&ByteEmbedding> {
        vectors.iter().collect()
    }

    proptest! {
        #[test]
        fn the_similarity_is_the_mean_of_best_matches_both_ways(a in vectors(), b in vectors()) {
            let (a, b) = (borrowed(&a), borrowed(&b));
            let one_way = |from: &[&ByteEmbedding], to: &[&ByteEmbedding]| {
                let best = |one: &&ByteEmbedding| to.iter().map(|other| one.similarity(other)).fold(-1.0, f32::max);
                from.iter().map(best).sum::<f32>() / from.len() as f32
            };
            match similarity(&a, &b) {
                None => prop_assert!(a.is_empty() || b.is_empty()),
                Some(similarity) => prop_assert!((similarity - (one_way(&a, &b) + one_way(&b, &a)) / 2.0).abs() < 1e-6),
            }
            prop_assert!(similarity(&a, &a).is_none_or(|own| (own - 1.0).abs() < 1e-6));
        }

        #[test]
        fn pairs_are_the_best_of_what_is_left(a in vectors(), b in vectors(), limit in 0usize..8) {
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
