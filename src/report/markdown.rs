//! Writes reports as Markdown (CommonMark), without abstracts and pictures.

mod sections;

use std::io::{self, Write};

use super::{Report, Section, wording};
use crate::engine::Recommendation;
use crate::formats::write::markdown::{escape, linked_title};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let numbers = wording::numbers(report);
    writeln!(out, "# {}\n", escape(&report.title))?;
    writeln!(
        out,
        "{} Up to {} nearest papers each, by the model {}. {}.\n",
        wording::lead(report),
        report.top_k,
        escape(&report.model),
        escape(&report.made_at),
    )?;
    let range = wording::range(report).unwrap_or_default();
    writeln!(out, "> {} {range}", wording::ABOUT_SIMILARITY)?;
    sections::write(report, out)?;
    let (shows_within, shows_nearest) = (report.shows(Section::Within), report.shows(Section::Nearest));
    for (index, entry) in report.entries.iter().enumerate() {
        writeln!(out, "\n## {}. {}\n", index + 1, linked_title(&entry.paper))?;
        let byline = wording::byline(&entry.paper, wording::AUTHORS_OF_ENTRY);
        let separator = if byline.is_empty() { "" } else { " · " };
        let absent = if entry.in_library { "" } else { " · not in the library" };
        writeln!(out, "{}{separator}{}{absent}\n", escape(&byline), escape(entry.paper.id.as_str()))?;
        if shows_within {
            let place = |found: &Recommendation| found.candidate.map(|place| place + 1);
            list("Nearest here:\n\n", &entry.within, wording::NONE_NEAR_HERE, place, out)?;
        }
        if shows_nearest {
            let heading = if shows_within { "\nNearest in the library:\n\n" } else { "" };
            let number = |found: &Recommendation| numbers.get(&found.paper.id).copied();
            list(heading, &entry.nearest, wording::NONE_NEAR, number, out)?;
        }
    }
    Ok(())
}

/// Writes the nearest papers of a paper. `number` returns the number of a nearest paper's own entry in the report.
fn list(
    heading: &str,
    found: &[Recommendation],
    absent: &str,
    number: impl Fn(&Recommendation) -> Option<usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "{heading}")?;
    if found.is_empty() {
        writeln!(out, "{absent}")?;
    }
    for found in found {
        let byline = match wording::byline(&found.paper, wording::AUTHORS_OF_NEIGHBOR) {
            byline if byline.is_empty() => byline,
            byline => format!(" — {}", escape(&byline)),
        };
        let here = number(found).map(|number| format!(" (no. {number} here)")).unwrap_or_default();
        let terms = found.because.iter().flat_map(|because| &because.terms).take(wording::TERMS_OF_REASON);
        let terms: Vec<_> = terms.map(|term| escape(&term.text)).collect();
        let both = if terms.is_empty() { String::new() } else { format!(". Both mention {}.", terms.join(", ")) };
        let similarity = wording::similarity(found.score);
        writeln!(out, "{}. **{similarity}** {}{byline}{here}{both}", found.rank, linked_title(&found.paper))?;
    }
    Ok(())
}
