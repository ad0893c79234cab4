//! How two reports differ: which papers came and went, how the nearest of those that stayed changed, and their clusters.
//!
//! Reports are read back from their JSON ([`read`]), so they may be of different days, libraries and versions of relata.
//! A [`Comparison`] is plain; as JSON it is what its fields say, and [`markdown`] writes it for reading.

mod clusters;
mod lists;
pub mod markdown;
mod read;

use std::collections::HashMap;

use serde::Serialize;

use crate::paper::title_key;

pub use clusters::{ClusterChange, ClusterChanges};
pub use read::{Head, ReportRead, read};

use read::{EntryRead, PaperRead};

/// How two reports differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Version of these keys: [`SCHEMA_VERSION`](super::json::SCHEMA_VERSION).
    pub schema_version: u32,
    /// The earlier report.
    pub before: Head,
    /// The later one.
    pub after: Head,
    /// All of it in numbers.
    pub summary: Summary,
    /// Papers that only the later one has, in its order.
    pub came: Vec<PaperName>,
    /// Papers that only the earlier one has, in its order.
    pub went: Vec<PaperName>,
    /// Papers of both whose nearest changed, those that changed most first; nothing is known of them (`[]`) if one of the
    /// reports does not list them.
    pub nearest: Vec<NearestChange>,
    /// How clusters changed; `null` if one of the reports has none.
    pub clusters: Option<ClusterChanges>,
}

/// A comparison in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Papers of both reports.
    pub papers_in_both: usize,
    /// Papers that came.
    pub papers_came: usize,
    /// Papers that went.
    pub papers_went: usize,
    /// Up to which place lists of nearest papers were compared: the lesser of what the reports asked for.
    pub at: usize,
    /// Papers of both whose lists were compared.
    pub lists_compared: usize,
    /// Lists in which something came, went or moved.
    pub lists_changed: usize,
    /// Mean share of papers that two lists have in common, 0 to 1; `null` if none was compared.
    pub overlap: Option<f64>,
    /// Mean rank-biased overlap of two lists, 0 to 1; `null` if none was compared.
    pub rank_biased_overlap: Option<f64>,
    /// Papers that came into some list.
    pub nearest_came: usize,
    /// Papers that went from some list.
    pub nearest_went: usize,
    /// Papers that stayed in a list and have another rank or score in it.
    pub nearest_moved: usize,
}

/// A paper by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperName {
    /// The name in the library, the later one's if there are two.
    pub id: String,
    /// Title.
    pub title: String,
}

/// How the nearest of a paper changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearestChange {
    /// The paper.
    pub paper: PaperName,
    /// The share of papers that both lists have, 0 to 1.
    pub overlap: f64,
    /// Rank-biased overlap, 0 to 1.
    pub rank_biased_overlap: f64,
    /// What is only in the later list, in its order.
    pub came: Vec<Standing>,
    /// What is only in the earlier list, in its order.
    pub went: Vec<Standing>,
    /// What is in both with another rank or score, in the later order.
    pub moved: Vec<Move>,
}

/// A paper in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// The paper.
    pub paper: PaperName,
    /// Its rank, from 1.
    pub rank: usize,
    /// Its score.
    pub score: f64,
}

/// A paper in two lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// The paper.
    pub paper: PaperName,
    /// Its ranks, before and after.
    pub rank: [usize; 2],
    /// Its scores, before and after.
    pub score: [f64; 2],
}

/// Compares two reports.
pub fn compare(before: &ReportRead, after: &ReportRead) -> Comparison {
    let same = Same::of(before, after);
    let places_before: HashMap<&str, usize> =
        before.papers.iter().zip(0..).map(|(entry, place)| (entry.paper.id.as_str(), place)).collect();
    let pairs: Vec<(&EntryRead, &EntryRead)> = after
        .papers
        .iter()
        .filter_map(|entry| Some((&before.papers[*places_before.get(same.earlier(&entry.paper.id))?], entry)))
        .collect();
    let at = before.report.top_k.min(after.report.top_k);
    let (mut nearest, mut overlaps, mut rank_biased) = (Vec::new(), Vec::new(), Vec::new());
    for (one, other) in &pairs {
        let (Some(one), Some(others)) = (before.nearest(one), after.nearest(other)) else { continue };
        let change = lists::compare(name(&other.paper), first(one, at), first(others, at), &same);
        overlaps.push(change.overlap);
        rank_biased.push(change.rank_biased_overlap);
        if !(change.came.is_empty() && change.went.is_empty() && change.moved.is_empty()) {
            nearest.push(change);
        }
    }
    nearest.sort_by(|a, b| a.rank_biased_overlap.total_cmp(&b.rank_biased_overlap));
    let in_both_before: Vec<&str> = pairs.iter().map(|(entry, _)| entry.paper.id.as_str()).collect();
    let in_both_after: Vec<&str> = pairs.iter().map(|(_, entry)| entry.paper.id.as_str()).collect();
    let only = |report: &ReportRead, in_both: &[&str]| -> Vec<PaperName> {
        let in_both: std::collections::HashSet<&str> = in_both.iter().copied().collect();
        let alone = report.papers.iter().filter(|entry| !in_both.contains(entry.paper.id.as_str()));
        alone.map(|entry| name(&entry.paper)).collect()
    };
    let (came, went) = (only(after, &in_both_after), only(before, &in_both_before));
    let total = |count: fn(&NearestChange) -> usize| nearest.iter().map(count).sum();
    let summary = Summary {
        papers_in_both: pairs.len(),
        papers_came: came.len(),
        papers_went: went.len(),
        at,
        lists_compared: overlaps.len(),
        lists_changed: nearest.len(),
        overlap: mean(&overlaps),
        rank_biased_overlap: mean(&rank_biased),
        nearest_came: total(|change| change.came.len()),
        nearest_went: total(|change| change.went.len()),
        nearest_moved: total(|change| change.moved.len()),
    };
    Comparison {
        schema_version: super::json::SCHEMA_VERSION,
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
    /// Whether nothing came, went or moved, papers, their nearest and clusters.
    pub fn is_same(&self) -> bool {
        let clusters = self.clusters.as_ref().is_none_or(|clusters| clusters.changes.is_empty());
        self.came.is_empty() && self.went.is_empty() && self.nearest.is_empty() && clusters
    }

    /// Whether scores cannot be compared, because two models made them.
    pub fn has_two_models(&self) -> bool {
        self.before.model != self.after.model
    }
}

/// Which papers of the later report are which of the earlier one.
struct Same<'r> {
    /// Ids that are not the same in both.
    earlier: HashMap<&'r str, &'r str>,
}

impl<'r> Same<'r> {
    /// By id; where only one report has it, by an identifier, or by a title that no other paper has.
    fn of(before: &'r ReportRead, after: &'r ReportRead) -> Self {
        let [earlier, later] = [before, after].map(every_paper);
        let mut by_key: HashMap<String, Option<&str>> = HashMap::new();
        for (id, paper) in earlier.iter().filter(|(id, _)| !later.contains_key(*id)) {
            for key in keys(paper) {
                by_key.entry(key).and_modify(|other| *other = None).or_insert(Some(id));
            }
        }
        let mut taken = std::collections::HashSet::new();
        let mut pairs = HashMap::new();
        let mut unknown: Vec<_> = later.iter().filter(|(id, _)| !earlier.contains_key(*id)).collect();
        unknown.sort_by_key(|(id, _)| **id);
        for (id, paper) in unknown {
            let known = keys(paper).find_map(|key| by_key.get(&key).copied().flatten());
            if let Some(known) = known.filter(|known| taken.insert(*known)) {
                pairs.insert(*id, known);
            }
        }
        Self { earlier: pairs }
    }

    /// The earlier report's id of a paper of the later one; the same where it has no other.
    fn earlier<'i>(&self, id: &'i str) -> &'i str
    where
        'r: 'i,
    {
        self.earlier.get(id).copied().unwrap_or(id)
    }
}

/// Every paper that a report names, by id.
fn every_paper(report: &ReportRead) -> HashMap<&str, &PaperRead> {
    let nearest = report.papers.iter().flat_map(|entry| entry.nearest.iter().flatten().map(|found| &found.paper));
    let papers = report.papers.iter().map(|entry| &entry.paper).chain(nearest);
    papers.map(|paper| (paper.id.as_str(), paper)).collect()
}

/// What a paper is known by, the surest first.
fn keys(paper: &PaperRead) -> impl Iterator<Item = String> + '_ {
    let identifiers = paper.ids.iter().map(|(kind, value)| format!("{kind}:{value}"));
    let title = title_key(&paper.title);
    identifiers.chain((!title.is_empty()).then(|| format!("title {title}")))
}

fn name(paper: &PaperRead) -> PaperName {
    PaperName { id: paper.id.clone(), title: paper.title.clone() }
}

fn first<T>(list: &[T], count: usize) -> &[T] {
    &list[..list.len().min(count)]
}

fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| rounded(numbers.iter().sum::<f64>() / numbers.len() as f64))
}

/// Six decimals, as everywhere in relata's JSON.
fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests;
