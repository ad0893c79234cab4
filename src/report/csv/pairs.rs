//! One row per pair of papers of the batch, the most similar first.

use std::io::{self, Write};

use super::number;
use crate::formats::write::csv::inert;
use crate::report::Report;
use crate::report::json::kinship_name;

const COLUMNS: [&str; 9] =
    ["number_a", "id_a", "title_a", "number_b", "id_b", "title_b", "similarity", "percentile", "mutual"];

pub(in crate::report) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(COLUMNS.iter().chain(&["kinship"]))?;
    for pair in &report.analysis.pairs {
        for place in pair.papers {
            let paper = &report.entries[place].paper;
            rows.write_field((place + 1).to_string())?;
            rows.write_field(&*inert(paper.id.as_str()))?;
            rows.write_field(&*inert(&paper.title))?;
        }
        rows.write_field(number(pair.similarity))?;
        rows.write_field(pair.percentile.map(number).unwrap_or_default())?;
        rows.write_field(if pair.is_mutual { "true" } else { "false" })?;
        rows.write_field(kinship_name(pair.kinship))?;
        rows.write_record(None::<&[u8]>)?;
    }
    rows.flush()
}
