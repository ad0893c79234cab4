//! Finds the papers that are the same in two reports, by the rules of a library.

use std::collections::{HashMap, VecDeque};

use crate::Paper;
use crate::engine::{Features, Verdict, compare_records};

/// Returns, for each paper of `after`, the place of the same paper in `before`. No place occurs twice.
///
/// Papers are matched by id first; papers with equal ids are matched in their order. An id does not count if the
/// records are of different works, because some files number their papers from 1. The remaining papers are matched by
/// their records, if exactly one paper matches.
pub(super) fn matches(before: &[&Paper], after: &[&Paper]) -> Vec<Option<usize>> {
    let [features_before, features_after] =
        [before, after].map(|papers| papers.iter().map(|paper| Features::of(paper)).collect::<Vec<_>>());
    let mut by_id: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (place, paper) in before.iter().enumerate() {
        by_id.entry(paper.id.as_str()).or_default().push_back(place);
    }
    let mut taken = vec![false; before.len()];
    let mut found: Vec<Option<usize>> = Vec::with_capacity(after.len());
    for (paper, features) in after.iter().zip(&features_after) {
        let of_id = by_id.get_mut(paper.id.as_str()).and_then(|places| {
            let may_be = |place: &usize| {
                let other = &features_before[*place];
                other.is_like(features) || compare_records(other, features) != Verdict::Other
            };
            places.iter().position(may_be).and_then(|next| places.remove(next))
        });
        of_id.into_iter().for_each(|place| taken[place] = true);
        found.push(of_id);
    }
    let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, features) in features_before.iter().enumerate().filter(|(place, _)| !taken[*place]) {
        keys(features).for_each(|key| by_key.entry(key).or_default().push(place));
    }
    for (features, found) in features_after.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
        let mut candidates: Vec<usize> = keys(features).filter_map(|key| by_key.get(&key)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let is_same = |place: &usize| matches!(compare_records(&features_before[*place], features), Verdict::Same(_));
        candidates.retain(|place| !taken[*place] && is_same(place));
        if let [only] = candidates[..] {
            taken[only] = true;
            *found = Some(only);
        }
    }
    found
}

/// Returns the identifiers and keys that papers of one work may share.
fn keys(features: &Features) -> impl Iterator<Item = String> + '_ {
    let identifiers = features.identifiers.iter().map(ToString::to_string);
    identifiers.chain(features.keys.iter().map(ToString::to_string))
}
