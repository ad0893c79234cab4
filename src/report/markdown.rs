//! Markdown (CommonMark): a digest to paste or to convert, without abstracts.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Report, wording};
use crate::paper::Paper;

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
        writeln!(out, "\n## {}. {}\n", index + 1, title(&entry.paper))?;
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
            let similarity = wording::similarity(found.similarity);
            writeln!(out, "{}. **{similarity}** {}{byline}{here}", found.rank, title(&found.paper))?;
        }
    }
    Ok(())
}

fn title(paper: &Paper) -> String {
    let text = escape(&paper.title);
    match wording::web_link(paper) {
        Some(link) => format!("[{text}]({})", destination(&link)),
        None => text.into_owned(),
    }
}

/// `text` as Markdown that shows exactly it, inside a line.
///
/// [CommonMark](https://spec.commonmark.org/0.31.2/#backslash-escapes) allows a backslash before any ASCII punctuation;
/// these are the ones that mean something inside a line, there or in the usual extensions (tables, strike-through, formulas).
fn escape(text: &str) -> Cow<'_, str> {
    const SPECIAL: [char; 14] = ['\\', '`', '*', '_', '[', ']', '<', '>', '&', '#', '|', '~', '$', '^'];
    if !text.contains(SPECIAL) && !text.contains('\n') {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if SPECIAL.contains(&c) {
            escaped.push('\\');
        }
        escaped.push(if c == '\n' { ' ' } else { c });
    }
    escaped.into()
}

/// A link that cannot end before its end: old DOIs hold parentheses and angle brackets.
fn destination(link: &str) -> String {
    let mut encoded = String::with_capacity(link.len());
    for c in link.chars() {
        match c {
            '(' | ')' | '<' | '>' | '\\' | ' ' | '\n' => encoded.push_str(&format!("%{:02X}", u32::from(c))),
            c => encoded.push(c),
        }
    }
    encoded
}
