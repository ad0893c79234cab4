//! CSV (RFC 4180, UTF-8): one row per pair of a paper and one of its nearest, of the library and then of the batch. A paper
//! without nearest has no row. [`pairs`] and [`papers`] have the other tables.
//!
//! Spreadsheets run a cell that begins with `=`, `+`, `-` or `@` as a formula, and titles come from files that strangers
//! wrote. Such a text gets an apostrophe in front, as [OWASP] advises; numbers are ours and stay numbers. Who needs every
//! title to the letter reads the JSON.
//!
//! [OWASP]: https://owasp.org/www-community/attacks/CSV_Injection

pub(super) mod pairs;
pub(super) mod papers;

use std::io::{self, Write};

use super::Report;
use crate::formats::write::csv::inert;
use crate::formats::write::six_decimals;

const COLUMNS: [&str; 10] = [
    "paper_id",
    "paper_title",
    "rank",
    "score",
    "similarity",
    "neighbor_id",
    "neighbor_title",
    "neighbor_year",
    "neighbor_url",
    "among",
];

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(COLUMNS)?;
    for entry in &report.entries {
        let library = entry.nearest.iter().map(|found| (found, "library"));
        for (found, among) in library.chain(entry.within.iter().map(|found| (found, "batch"))) {
            let link = found.paper.link().unwrap_or_default();
            let row: [&str; COLUMNS.len()] = [
                &inert(entry.paper.id.as_str()),
                &inert(&entry.paper.title),
                &found.rank.to_string(),
                &number(found.score),
                &number(found.similarity),
                &inert(found.paper.id.as_str()),
                &inert(&found.paper.title),
                &found.paper.year.map(|year| year.to_string()).unwrap_or_default(),
                &inert(&link),
                among,
            ];
            rows.write_record(row)?;
        }
    }
    rows.flush()
}

fn number(score: f32) -> String {
    format!("{:.6}", six_decimals(score))
}
