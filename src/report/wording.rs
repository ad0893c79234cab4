//! Words and numbers that HTML and Markdown share.

use std::borrow::Borrow;
use std::collections::HashMap;

use super::{Report, Section};
use crate::analysis::{Pair, Relation};
use crate::paper::{Paper, PaperId};

/// Explains similarities.
pub(super) const ABOUT_SIMILARITY: &str = "Similarity combines three things: how alike the model finds two papers as \
    a whole, how well their sentences match, and the terms that they share. 1 means equal texts. Near 0, the papers have nothing in common. \
    It measures topics, not how good papers are or whether they agree. Compare numbers only within a report: each model has \
    its own scale.";

/// For a paper without nearest papers in the library.
pub(super) const NONE_NEAR: &str = "No paper of the library is close.";

/// For a paper without nearest papers in the report.
pub(super) const NONE_NEAR_HERE: &str = "No paper of this report is close.";

/// Explains the map.
pub(super) const ABOUT_MAP: &str = "Each point is a paper; similar papers are close together. The axes have no \
    meaning, and neither do distances between papers that are far apart.";

/// Explains clusters.
pub(super) const ABOUT_CLUSTERS: &str = "Groups of papers that are closer to each other than to the rest, named by terms \
    that are frequent in the group and rare elsewhere. Cohesion is the mean similarity of a group’s pairs.";

/// Explains bridges.
pub(super) const ABOUT_BRIDGES: &str = "Papers with close neighbours in two clusters.";

/// Explains orphans.
pub(super) const ABOUT_ORPHANS: &str =
    "Papers without a close paper in this report. The number is the similarity to the nearest paper.";

/// Explains the scale of percentiles.
pub(super) const ABOUT_SCALE: &str =
    "The share of the library’s pairs that are less similar than each value. The column “Closer than” uses this scale.";

/// Maximum number of shared terms listed as a reason.
pub(super) const TERMS_OF_REASON: usize = 5;

/// Maximum number of terms in the name of a cluster.
pub(super) const TERMS_OF_NAME: usize = 3;

/// Maximum numbers of authors listed before "et al.", for an entry and for its nearest papers.
pub(super) const AUTHORS_OF_ENTRY: usize = 3;
pub(super) const AUTHORS_OF_NEIGHBOR: usize = 2;

/// Returns authors, year and venue, as far as they are known.
pub(super) fn byline(paper: &Paper, limit: usize) -> String {
    let year = paper.year.map(|year| year.to_string()).unwrap_or_default();
    let parts = [paper.short_authors(limit), year, paper.venue.clone().unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Formats a similarity with two decimals, because a third has no meaning for papers. "1.00" is only for equal texts,
/// up to rounding errors.
pub(super) fn similarity(value: impl Borrow<f32>) -> String {
    format!("{:.2}", f64::from(hundredths(*value.borrow())) / 100.0)
}

/// Returns a similarity in hundredths, by the rules of [`similarity`].
pub(super) fn hundredths(value: f32) -> i32 {
    let rounded = (value * 100.0).round() as i32;
    if rounded == 100 && value < 0.9999 { 99 } else { rounded }
}

/// Formats a share as a percentage. 0 % and 100 % are only for exact values; other shares are from "0.1 %" to "99.9 %".
pub(super) fn percentage(share: impl Borrow<f32>) -> String {
    let share = f64::from(*share.borrow());
    let tenths = (share * 1000.0).round();
    let tenths = if share > 0.0 && share < 1.0 { tenths.clamp(1.0, 999.0) } else { tenths };
    if tenths % 10.0 == 0.0 { format!("{:.0} %", tenths / 10.0) } else { format!("{:.1} %", tenths / 10.0) }
}

/// Returns the marks of a pair: mutual, near-duplicate, versions.
pub(super) fn marks(pair: &Pair) -> Vec<&'static str> {
    let kinship = match pair.kinship {
        Relation::Distinct => None,
        Relation::NearDuplicate => Some("near-duplicate"),
        Relation::Versions => Some("versions"),
    };
    pair.is_mutual.then_some("mutual").into_iter().chain(kinship).collect()
}

/// Returns a sentence that states which papers the report compares.
pub(super) fn lead(report: &Report) -> String {
    let papers = count(report.entries.len(), "paper", "papers");
    let library = count(report.library_papers, "paper", "papers");
    match (report.shows(Section::Within), report.shows(Section::Nearest)) {
        (false, true) => format!("{papers}, each with its nearest in a library of {library}."),
        (true, true) => format!("{papers}, compared with each other and with a library of {library}."),
        (_, false) => format!("{papers}, compared with each other."),
    }
}

/// Returns a number with its noun, such as "1 paper" or "87,395 papers".
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

/// Returns the entry numbers, from 1, of the papers of a report that are in the library.
///
/// Leaves out entries that are not in the library: the same id in another file may mean a different paper.
pub(super) fn numbers(report: &Report) -> HashMap<&PaperId, usize> {
    let mut numbers = HashMap::new();
    for (index, entry) in report.entries.iter().enumerate().filter(|(_, entry)| entry.in_library) {
        numbers.entry(&entry.paper.id).or_insert(index + 1);
    }
    numbers
}

/// Returns a sentence with the range of the similarities to the nearest papers; `None` if no paper has a nearest paper.
pub(super) fn range(report: &Report) -> Option<String> {
    let mut best: Vec<f32> = report.entries.iter().filter_map(|entry| Some(entry.nearest.first()?.score)).collect();
    best.sort_by(f32::total_cmp);
    let (least, greatest) = (best.first()?, best.last()?);
    let median = similarity(best[best.len() / 2]);
    Some(match best.len() {
        1 => format!("Here the similarity to the nearest paper is {median}."),
        _ => format!(
            "Here the similarity to the nearest paper ranges from {} to {}, with a median of {median}.",
            similarity(*least),
            similarity(*greatest),
        ),
    })
}
