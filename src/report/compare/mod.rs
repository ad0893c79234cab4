//! Compares two reports: papers added and removed, changes in the nearest papers of the others, changes of clusters.
//!
//! [`read`] reads reports from their JSON, so they may be of different days, libraries and versions of relata. The
//! fields of a [`Comparison`] are also its JSON, and [`markdown`] writes it for people.

mod changes;
mod clusters;
mod lists;
pub mod markdown;
mod read;
mod same;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

pub use changes::{Move, NearestChange, PaperName, RankedPaper};
pub use clusters::{ClusterChange, ClusterChanges};
pub use read::{Head, List, ReportRead, read};

use crate::Paper;
use changes::{name, rounded};
use read::Found;

/// The differences between two reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Version of the JSON format: [`SCHEMA_VERSION`](crate::engine::json::SCHEMA_VERSION).
    pub schema_version: u32,
    /// The earlier report.
    pub before: Head,
    /// The later report.
    pub after: Head,
    /// The comparison in numbers.
    pub summary: Summary,
    /// Papers only in the later report, in its order.
    pub came: Vec<PaperName>,
    /// Papers only in the earlier report, in its order.
    pub went: Vec<PaperName>,
    /// Papers in both reports whose nearest papers changed, greatest change first; `[]` if a report has no lists.
    pub nearest: Vec<NearestChange>,
    /// Changes of clusters; `null` if a report has no section of clusters.
    pub clusters: Option<ClusterChanges>,
}

/// A comparison in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Number of papers in both reports.
    pub papers_in_both: usize,
    /// Number of papers only in the later report.
    pub papers_came: usize,
    /// Number of papers only in the earlier report.
    pub papers_went: usize,
    /// The kind of the compared lists: nearest in the library if both reports have them, else within the report. `null`
    /// if no lists were compared.
    pub list: Option<List>,
    /// Maximum number of papers compared in each list: the smaller `top_k` of the two reports, or the length of the
    /// longest list if both are unknown.
    pub at: usize,
    /// Number of papers in both reports whose lists were compared.
    pub lists_compared: usize,
    /// Number of lists in which a paper is new, is gone, or has another rank or score.
    pub lists_changed: usize,
    /// Mean share of papers in both lists, 0 to 1; `null` if no lists were compared.
    pub overlap: Option<f64>,
    /// Mean rank-biased overlap of two lists, 0 to 1; `null` if no lists were compared.
    pub rank_biased_overlap: Option<f64>,
    /// Number of papers that entered a list, over all lists.
    pub nearest_came: usize,
    /// Number of papers that left a list, over all lists.
    pub nearest_went: usize,
    /// Number of papers with another rank or score in a list, over all lists.
    pub nearest_moved: usize,
}

/// Compares two reports.
pub fn compare(before: &ReportRead, after: &ReportRead) -> Comparison {
    let [papers_before, papers_after] =
        [before, after].map(|report| report.papers.iter().map(|entry| &entry.paper).collect::<Vec<_>>());
    let earlier = same::matches(&papers_before, &papers_after);
    // The earlier and the later place of each common paper.
    let pairs: Vec<[usize; 2]> = earlier.iter().zip(0..).filter_map(|(one, other)| Some([(*one)?, other])).collect();
    let list = [List::Nearest, List::Within].into_iter().find(|&list| before.has_lists(list) && after.has_lists(list));
    let at = [before, after].iter().filter_map(|report| report.report.top_k).min();
    let (mut nearest, mut overlaps, mut rank_biased) = (Vec::new(), Vec::new(), Vec::new());
    let mut longest = 0;
    if let Some(list) = list {
        let ids = earlier_ids(before, after, list);
        for [one, other] in &pairs {
            let (one, other) = (before.list(&before.papers[*one], list), &after.papers[*other]);
            let (Some(one), Some(others)) = (one, after.list(other, list)) else { continue };
            let [one, others] = [&one, &others].map(|list| first(list, at));
            longest = longest.max(one.len()).max(others.len());
            let change = lists::compare(name(&other.paper), one, others, &ids);
            overlaps.push(change.overlap);
            rank_biased.push(change.rank_biased_overlap);
            if !(change.came.is_empty() && change.went.is_empty() && change.moved.is_empty()) {
                nearest.push(change);
            }
        }
    }
    nearest.sort_by(|a, b| a.rank_biased_overlap.total_cmp(&b.rank_biased_overlap));
    let only = |papers: &[&Paper], which: usize| -> Vec<PaperName> {
        let in_both: HashSet<usize> = pairs.iter().map(|pair| pair[which]).collect();
        let alone = papers.iter().zip(0..).filter(|(_, place)| !in_both.contains(place));
        alone.map(|(paper, _)| name(paper)).collect()
    };
    let (came, went) = (only(&papers_after, 1), only(&papers_before, 0));
    let total = |count: fn(&NearestChange) -> usize| nearest.iter().map(count).sum();
    let summary = Summary {
        papers_in_both: pairs.len(),
        papers_came: came.len(),
        papers_went: went.len(),
        list: list.filter(|_| !overlaps.is_empty()),
        at: at.unwrap_or(longest),
        lists_compared: overlaps.len(),
        lists_changed: nearest.len(),
        overlap: mean(&overlaps),
        rank_biased_overlap: mean(&rank_biased),
        nearest_came: total(|change| change.came.len()),
        nearest_went: total(|change| change.went.len()),
        nearest_moved: total(|change| change.moved.len()),
    };
    Comparison {
        schema_version: crate::engine::json::SCHEMA_VERSION,
        clusters: clusters::compare(before, after, &pairs),
        before: before.report.clone(),
        after: after.report.clone(),
        summary,
        came,
        went,
        nearest,
    }
}

impl Comparison {
    /// Whether the reports have no differences in the parts that both have.
    pub fn is_same(&self) -> bool {
        let clusters = self.clusters.as_ref().is_none_or(|clusters| clusters.changes.is_empty());
        self.came.is_empty() && self.went.is_empty() && self.nearest.is_empty() && clusters
    }

    /// Whether the scores are of two different models, so that they cannot be compared.
    pub fn has_two_models(&self) -> bool {
        self.before.model != self.after.model
    }
}

/// Maps the later id of a paper to its earlier id, for papers in these lists whose id changed.
fn earlier_ids<'r>(before: &'r ReportRead, after: &'r ReportRead, list: List) -> HashMap<&'r str, &'r str> {
    let [before, after] = [before, after].map(|report| {
        let found = report.papers.iter().flat_map(|entry| report.list(entry, list).unwrap_or_default());
        let papers: BTreeMap<&str, &Paper> = found.map(|found| (found.paper.id.as_str(), found.paper)).collect();
        papers.into_values().collect::<Vec<_>>()
    });
    let earlier = same::matches(&before, &after).into_iter().zip(&after);
    let pairs = earlier.filter_map(|(one, other)| Some((other.id.as_str(), before[one?].id.as_str())));
    pairs.filter(|(later, earlier)| later != earlier).collect()
}

fn first<'l, 'r>(list: &'l [Found<'r>], count: Option<usize>) -> &'l [Found<'r>] {
    &list[..list.len().min(count.unwrap_or(usize::MAX))]
}

fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| rounded(numbers.iter().sum::<f64>() / numbers.len() as f64))
}

#[cfg(test)]
mod tests;
