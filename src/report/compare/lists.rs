//! Compares two lists of nearest papers.

use std::collections::{HashMap, HashSet};

use super::changes::{Move, NearestChange, PaperName, RankedPaper, name, rounded};
use super::read::Found;

/// The weight of a paper relative to the paper before it. The first ten papers have 86 % of the weight (Webber, Moffat
/// and Zobel, "A similarity measure for indefinite rankings", 2010, section 4.3).
const PERSISTENCE: f64 = 0.9;

/// Scores that differ by less count as equal. A single new paper changes the rarity of words, and thus all scores by
/// thousandths.
const SAME_SCORE: f64 = 0.01;

/// Compares two lists of the nearest papers of a paper. `earlier` maps the later id of a paper to its earlier id, if
/// the id changed.
pub(super) fn compare(
    paper: PaperName,
    before: &[Found],
    after: &[Found],
    earlier: &HashMap<&str, &str>,
) -> NearestChange {
    let ids_before: Vec<&str> = before.iter().map(|found| found.paper.id.as_str()).collect();
    let ids_after = after.iter().map(|found| found.paper.id.as_str());
    let ids_after: Vec<&str> = ids_after.map(|id| earlier.get(id).copied().unwrap_or(id)).collect();
    let ranks_before: HashMap<&str, usize> = ids_before.iter().copied().zip(1..).collect();
    let are_after: HashSet<&str> = ids_after.iter().copied().collect();
    let standing = |found: &Found, rank| RankedPaper { paper: name(found.paper), rank, score: found.score };
    let (mut came, mut moved) = (Vec::new(), Vec::new());
    for ((found, id), rank) in after.iter().zip(&ids_after).zip(1..) {
        let Some(&earlier) = ranks_before.get(*id) else {
            came.push(standing(found, rank));
            continue;
        };
        let score = [before[earlier - 1].score, found.score];
        if earlier != rank || (score[1] - score[0]).abs() >= SAME_SCORE {
            moved.push(Move { paper: name(found.paper), rank: [earlier, rank], score });
        }
    }
    let went = before.iter().zip(&ids_before).zip(1..).filter(|((_, id), _)| !are_after.contains(**id));
    let went: Vec<RankedPaper> = went.map(|((found, _), rank)| standing(found, rank)).collect();
    let longer = before.len().max(after.len());
    let overlap = if longer == 0 { 1.0 } else { (after.len() - came.len()) as f64 / longer as f64 };
    let rank_biased_overlap = rounded(rank_biased_overlap(&ids_before, &ids_after, PERSISTENCE));
    NearestChange { paper, overlap: rounded(overlap), rank_biased_overlap, came, went, moved }
}

/// Returns the rank-biased overlap of two lists without repetitions, 0 to 1, extrapolated beyond their ends (equation
/// 32 of the paper above). It is 1 for two empty lists.
pub(super) fn rank_biased_overlap(one: &[&str], other: &[&str], persistence: f64) -> f64 {
    let (shorter, longer) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let (s, l) = (shorter.len(), longer.len());
    if l == 0 {
        return 1.0;
    }
    if s == 0 {
        return 0.0;
    }
    let (mut seen_shorter, mut seen_longer) = (HashSet::new(), HashSet::new());
    // The number of papers in both lists up to a depth.
    let (mut shared, mut shared_at_s) = (0.0, 0.0);
    let (mut sum, mut weight) = (0.0, 1.0);
    for depth in 1..=l {
        if let Some(&id) = shorter.get(depth - 1) {
            seen_shorter.insert(id);
            shared += f64::from(u8::from(seen_longer.contains(id)));
        }
        let id = longer[depth - 1];
        seen_longer.insert(id);
        shared += f64::from(u8::from(seen_shorter.contains(id)));
        weight *= persistence;
        let d = depth as f64;
        sum += shared / d * weight;
        if depth == s {
            shared_at_s = shared;
        }
        if depth > s {
            sum += shared_at_s * (d - s as f64) / (s as f64 * d) * weight;
        }
    }
    let (s, l) = (s as f64, l as f64);
    (1.0 - persistence) / persistence * sum + ((shared - shared_at_s) / l + shared_at_s / s) * weight
}
