//! Markdown (CommonMark): a digest to paste or to convert, without abstracts.

use std::io::{self, Write};

use super::{Report, wording};
use crate::formats::write::markdown::{escape, linked_title};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let numbers = wording::numbers(report);
    writeln!(out, "# {}\n", escape(&report.title))?;
    writeln!(
        out,
        "{} compared with a library of {}. Up to {} nearest each, by the model {}. {}.\n",
        wording::count(report.entries.len() as u64, "paper", "papers"),
        wording::count(report.library_papers, "paper", "papers"),
        report.top_k,
        escape(&report.model),
        escape(&report.made_at),
    )?;
    let range = wording::range(report).unwrap_or_default();
    writeln!(out, "> {} {range}", wording::ABOUT_SIMILARITY)?;
    for (index, entry) in report.entries.iter().enumerate() {
        writeln!(out, "\n## {}. {}\n", index + 1, linked_title(&entry.paper))?;
        let byline = wording::byline(&entry.paper, wording::AUTHORS_OF_ENTRY);
        let separator = if byline.is_empty() { "" } else { " · " };
        let absent = if entry.in_library { "" } else { " · not in the library" };
        writeln!(out, "{}{separator}{}{absent}\n", escape(&byline), escape(entry.paper.id.as_str()))?;
        if entry.nearest.is_empty() {
            writeln!(out, "{}", wording::NONE_NEAR)?;
        }
        for found in &entry.nearest {
            let byline = match wording::byline(&found.paper, wording::AUTHORS_OF_NEIGHBOR) {
                byline if byline.is_empty() => byline,
                byline => format!(" — {}", escape(&byline)),
            };
            let here = numbers.get(&found.paper.id).map(|number| format!(" (here no. {number})")).unwrap_or_default();
            let similarity = wording::similarity(found.score);
            writeln!(out, "{}. **{similarity}** {}{byline}{here}", found.rank, linked_title(&found.paper))?;
        }
    }
    Ok(())
}
