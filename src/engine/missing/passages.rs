//! Finds papers close to the passages of a draft. Each passage is a separate question, since a paper that is close to
//! one paragraph may be far from the whole draft. The results of all passages are merged.

use std::collections::{HashMap, HashSet};

use crate::Result;
use crate::engine::question::{FoundPaper, Question};
use crate::engine::snapshot::Snapshot;
use crate::rank::Parts;
use crate::search::Hit;

/// The number of papers found for each passage: three for each requested paper, and at least 100.
const POOL: (usize, usize) = (3, 100);

/// The weights of a paper's best passages in its score, the best first. A paper close to several passages is ranked
/// above a paper that is as close to a single passage, but it need not be close to all passages.
const SHARES: [f32; 3] = [0.5, 0.3, 0.2];

impl Snapshot<'_> {
    /// Ranks papers for each passage of a draft separately and merges the results. The passages are the liked seeds of
    /// the question.
    pub(super) fn near_passages(&self, question: &Question) -> Result<Vec<Hit<FoundPaper>>> {
        let (for_each, at_least) = POOL;
        let pool = question.top_k.saturating_mul(for_each).max(at_least);
        let of_passage = |passage| Question {
            liked: vec![passage],
            top_k: pool,
            diversity: 0.0,
            explain: false,
            ..question.clone()
        };
        let questions: Vec<Question> = question.liked.iter().cloned().map(of_passage).collect();
        Ok(merge_passages(self.rank(&questions)?))
    }
}

/// Merges the lists of all passages. The score of a paper is the mean of its best scores, weighted by [`SHARES`]. A
/// paper missing from a passage's list gets that list's lowest score (an upper bound).
///
/// Order: score descending, then the order of passages.
fn merge_passages(lists: Vec<Vec<Hit<FoundPaper>>>) -> Vec<Hit<FoundPaper>> {
    // The last hits of the lists, the greatest score first.
    let mut lowest_hits: Vec<(usize, Parts)> =
        lists.iter().enumerate().filter_map(|(list, ranked)| Some((list, ranked.last()?.parts))).collect();
    lowest_hits.sort_by(|a, b| b.1.score().total_cmp(&a.1.score()));
    let mut found: HashMap<FoundPaper, Vec<Hit<FoundPaper>>> = HashMap::new();
    let mut order = Vec::new();
    for (list, ranked) in lists.iter().enumerate() {
        for ranked in ranked {
            let of_paper = found.entry(ranked.paper).or_insert_with(|| {
                order.push(ranked.paper);
                Vec::new()
            });
            of_paper.push(Hit { seed: list, ..*ranked });
        }
    }
    let whole: f32 = SHARES[..lists.len().min(SHARES.len())].iter().sum();
    let mut joined: Vec<Hit<FoundPaper>> = order
        .into_iter()
        .filter_map(|paper| {
            let mut of_paper = found.remove(&paper)?;
            of_paper.sort_by(|a, b| b.score().total_cmp(&a.score()));
            let lists_with: HashSet<usize> = of_paper.iter().map(|ranked| ranked.seed).collect();
            // More scores have no weight in `SHARES`.
            let elsewhere = lowest_hits.iter().filter(|(list, _)| !lists_with.contains(list)).take(SHARES.len());
            let elsewhere = elsewhere.map(|(_, parts)| *parts);
            let mut all: Vec<Parts> = of_paper.iter().map(|ranked| ranked.parts).chain(elsewhere).collect();
            all.sort_by(|a, b| b.score().total_cmp(&a.score()));
            let parts =
                all.iter().zip(SHARES).fold(Parts::default(), |sum, (parts, share)| sum + *parts * (share / whole));
            Some(Hit { parts, ..of_paper[0] })
        })
        .collect();
    joined.sort_by(|a, b| b.score().total_cmp(&a.score()));
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::PaperNumber;

    fn list(papers: &[(PaperNumber, f32)]) -> Vec<Hit<FoundPaper>> {
        let ranked = |&(number, document): &(PaperNumber, f32)| Hit {
            paper: FoundPaper::Stored(number),
            parts: Parts { document, ..Parts::default() },
            similarity: document,
            seed: 0,
        };
        papers.iter().map(ranked).collect()
    }

    fn numbers_and_passages(ranked: &[Hit<FoundPaper>]) -> Vec<(PaperNumber, usize)> {
        let number = |found: &Hit<FoundPaper>| if let FoundPaper::Stored(number) = found.paper { number } else { 0 };
        ranked.iter().map(|found| (number(found), found.seed)).collect()
    }

    #[test]
    fn a_single_passage_keeps_its_list() {
        let alone = list(&[(3, 0.9), (1, 0.5)]);
        let joined = merge_passages(vec![alone.clone()]);
        assert_eq!(numbers_and_passages(&joined), [(3, 0), (1, 0)]);
        assert!((joined[1].score() - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_paper_near_several_passages_ranks_above_one_near_a_single_passage() {
        let lists =
            vec![list(&[(1, 0.7), (2, 0.65), (9, 0.1)]), list(&[(2, 0.68), (8, 0.1)]), list(&[(3, 0.7), (7, 0.1)])];
        let joined = merge_passages(lists);
        assert_eq!(numbers_and_passages(&joined)[..3], [(2, 1), (1, 0), (3, 2)]);
        // 0.5 * 0.7, and the lowest scores of the two other lists: (0.3 + 0.2) * 0.1.
        assert!((joined[1].score() - (0.35 + 0.05)).abs() < 1e-6, "{joined:?}");
    }

    #[test]
    fn a_paper_very_near_one_passage_ranks_above_one_far_from_many() {
        let lists = (0..5).map(|_| list(&[(2, 0.4), (8, 0.3)])).chain([list(&[(1, 0.9), (9, 0.3)])]).collect();
        assert_eq!(numbers_and_passages(&merge_passages(lists))[0], (1, 5));
        assert!(merge_passages(vec![Vec::new(), Vec::new()]).is_empty());
    }
}
