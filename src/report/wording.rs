//! What the formats for people, HTML and Markdown, say alike.

use std::collections::HashMap;

use super::Report;
use crate::paper::{Paper, PaperId};

/// How to read the numbers.
pub(super) const ABOUT_SIMILARITY: &str = "Similarity weighs three things: how alike the model finds two papers as \
    wholes, how well their sentences match, and the terms that they share. 1 is the same text, near 0 is nothing in common. \
    It tells what papers are about, not how good they are or whether they agree. Compare numbers within a report; another \
    model has another scale.";

/// Said of a paper without nearest.
pub(super) const NONE_NEAR: &str = "No paper of the library is near it.";

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
pub(super) fn similarity(value: f32) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    let shown = if rounded == 1.0 && value < 0.9999 { 0.99 } else { rounded };
    // Adding zero keeps "-0.00" away.
    format!("{:.2}", shown + 0.0)
}

/// "1 paper", "87,395 papers".
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if number == 1 { one } else { many })
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
