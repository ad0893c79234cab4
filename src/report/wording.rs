//! What the formats for people, HTML and Markdown, say alike.

use std::borrow::Borrow;
use std::collections::HashMap;

use super::{Report, Section};
use crate::analysis::{Kinship, Pair};
use crate::paper::{Paper, PaperId};

/// How to read the numbers.
pub(super) const ABOUT_SIMILARITY: &str = "Similarity weighs three things: how alike the model finds two papers as \
    wholes, how well their sentences match, and the terms that they share. 1 is the same text, near 0 is nothing in common. \
    It tells what papers are about, not how good they are or whether they agree. Compare numbers within a report; another \
    model has another scale.";

/// Said of a paper without nearest.
pub(super) const NONE_NEAR: &str = "No paper of the library is near it.";

/// The same of the batch.
pub(super) const NONE_NEAR_HERE: &str = "No paper of this report is near it.";

/// How to read a map.
pub(super) const ABOUT_MAP: &str = "Each point is a paper, and papers that are alike lie close together. Only being close \
    means something: the axes have no meaning, and of papers far apart it cannot be said how far.";

/// What clusters are.
pub(super) const ABOUT_CLUSTERS: &str = "Groups of papers that are closer to each other than to the rest, named by terms \
    that they share and the others seldom have. Cohesion is the mean similarity of a group’s pairs.";

/// What bridges are.
pub(super) const ABOUT_BRIDGES: &str = "Papers between two clusters: about as close to one as to the other.";

/// What orphans are.
pub(super) const ABOUT_ORPHANS: &str = "Papers that nothing here is close to, with the similarity to the nearest.";

/// How to read a scale of percentiles.
pub(super) const ABOUT_SCALE: &str = "Of all pairs of papers of the library, so many are less alike than the similarity \
    beside it. This is the scale of “closer than”.";

/// Shared terms that are named as a reason.
pub(super) const TERMS_OF_REASON: usize = 5;

/// Terms that a cluster is called by.
pub(super) const TERMS_OF_NAME: usize = 3;

/// Authors of an entry, and of one of its nearest, that are named before "et al.".
pub(super) const AUTHORS_OF_ENTRY: usize = 3;
pub(super) const AUTHORS_OF_NEIGHBOR: usize = 2;

/// Authors, year and venue, as far as known.
pub(super) fn byline(paper: &Paper, limit: usize) -> String {
    let year = paper.year.map(|year| year.to_string()).unwrap_or_default();
    let parts = [paper.short_authors(limit), year, paper.venue.clone().unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Two decimals, as a third says nothing about papers; but "1.00" only for what is the same up to rounding errors.
pub(super) fn similarity(value: impl Borrow<f32>) -> String {
    format!("{:.2}", f64::from(hundredths(*value.borrow())) / 100.0)
}

/// [`similarity`] as a whole number.
pub(super) fn hundredths(value: f32) -> i32 {
    let rounded = (value * 100.0).round() as i32;
    if rounded == 100 && value < 0.9999 { 99 } else { rounded }
}

/// A share as a percentage that says neither none nor all where it is not: "99.9 %".
pub(super) fn percentage(share: impl Borrow<f32>) -> String {
    let share = f64::from(*share.borrow());
    let tenths = (share * 1000.0).round();
    let tenths = if share > 0.0 && share < 1.0 { tenths.clamp(1.0, 999.0) } else { tenths };
    if tenths % 10.0 == 0.0 { format!("{:.0} %", tenths / 10.0) } else { format!("{:.1} %", tenths / 10.0) }
}

/// What there is to say of a pair beside how alike it is.
pub(super) fn marks(pair: &Pair) -> Vec<&'static str> {
    let kinship = match pair.kinship {
        Kinship::Distinct => None,
        Kinship::NearDuplicate => Some("near-duplicate"),
        Kinship::Versions => Some("versions"),
    };
    pair.is_mutual.then_some("mutual").into_iter().chain(kinship).collect()
}

/// What was compared with what.
pub(super) fn lead(report: &Report) -> String {
    let papers = count(report.entries.len(), "paper", "papers");
    let library = count(report.library_papers, "paper", "papers");
    match (report.shows(Section::Within), report.shows(Section::Nearest)) {
        (false, true) => format!("{papers}, each with its nearest in a library of {library}."),
        (true, true) => format!("{papers}, compared with each other and with a library of {library}."),
        (_, false) => format!("{papers}, compared with each other."),
    }
}

/// "1 paper", "87,395 papers".
pub(super) fn count(number: impl ToString, one: &str, many: &str) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if digits == "1" { one } else { many })
}

/// The numbers, from 1, under which the library's papers stand in a report.
///
/// Entries that the library does not hold are left out: an id of another file may be that of a different paper here.
pub(super) fn numbers(report: &Report) -> HashMap<&PaperId, usize> {
    let mut numbers = HashMap::new();
    for (index, entry) in report.entries.iter().enumerate().filter(|(_, entry)| entry.in_library) {
        numbers.entry(&entry.paper.id).or_insert(index + 1);
    }
    numbers
}

/// Where the similarities of a report lie, as one sentence; `None` without any pair.
pub(super) fn range(report: &Report) -> Option<String> {
    let mut best: Vec<f32> = report.entries.iter().filter_map(|entry| Some(entry.nearest.first()?.score)).collect();
    best.sort_by(f32::total_cmp);
    let (least, greatest) = (best.first()?, best.last()?);
    let median = similarity(best[best.len() / 2]);
    Some(match best.len() {
        1 => format!("Here the nearest paper has {median}."),
        _ => format!(
            "Here the similarity to the nearest paper runs from {} to {}; half of the papers have {median} or more.",
            similarity(*least),
            similarity(*greatest),
        ),
    })
}
