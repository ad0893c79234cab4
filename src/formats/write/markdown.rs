//! Markdown ([CommonMark](https://spec.commonmark.org/0.31.2/)): a numbered list for reading, and for pasting into
//! notes.
//!
//! Each paper is an item with its linked title, a line of authors, year, venue and identifiers, and the abstract as a
//! quotation. The text of papers is escaped, so it is shown unchanged and is not read as markup. relata does not read
//! this format.

use std::borrow::Cow;
use std::io::{self, Write};

use super::writer::{PaperWriter, Ranking};
use crate::paper::Paper;

/// The number of authors before "et al."; a collaboration may have thousands.
const SHOWN_AUTHORS: usize = 20;

/// Writes papers as Markdown.
pub struct MarkdownWriter<W> {
    out: W,
    written: usize,
}

impl<W: Write> MarkdownWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, written: 0 }
    }

    fn item(&mut self, number: usize, standing: Option<Ranking>, paper: &Paper) -> io::Result<()> {
        if self.written > 0 {
            writeln!(self.out)?;
        }
        self.written += 1;
        let marker = format!("{number}. ");
        let indent = " ".repeat(marker.len());
        let score = standing.map(|standing| format!("{:.3} · ", standing.score)).unwrap_or_default();
        writeln!(self.out, "{marker}{score}**{}**", linked_title(paper))?;
        let byline = byline(standing, paper);
        if !byline.is_empty() {
            writeln!(self.out, "\n{indent}{}", escape_line(&byline))?;
        }
        if let Some(text) = &paper.abstract_text {
            writeln!(self.out, "\n{indent}> {}", escape_line(text))?;
        }
        Ok(())
    }
}

impl<W: Write> PaperWriter for MarkdownWriter<W> {
    fn paper(&mut self, paper: &Paper) -> io::Result<()> {
        self.item(self.written + 1, None, paper)
    }

    fn found(&mut self, standing: Ranking, paper: &Paper) -> io::Result<()> {
        self.item(standing.rank, Some(standing), paper)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn byline(standing: Option<Ranking>, paper: &Paper) -> String {
    let year = paper.year.map(|year| year.to_string()).unwrap_or_default();
    let venue = paper.venue.clone().unwrap_or_default();
    // With several seeds, the score is not the similarity.
    let similarity = standing.filter(|standing| standing.similarity != standing.score);
    let similarity = similarity.map(|standing| format!("similarity {:.3}", standing.similarity)).unwrap_or_default();
    let mut parts = vec![paper.short_authors(SHOWN_AUTHORS), year, venue];
    parts.extend(paper.ids.iter().map(|identifier| identifier.to_string()));
    parts.push(similarity);
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Returns the title, as a link if the paper has a web address.
pub(crate) fn linked_title(paper: &Paper) -> String {
    let text = escape(&paper.title);
    match paper.web_link() {
        Some(link) => format!("[{text}]({})", destination(&link)),
        None => text.into_owned(),
    }
}

/// Escapes `text`, so that Markdown shows it unchanged within a line. Line ends become spaces.
///
/// [CommonMark](https://spec.commonmark.org/0.31.2/#backslash-escapes) allows a backslash before any ASCII punctuation.
/// This function escapes the signs that have a meaning within a line, in CommonMark or in its usual extensions (tables,
/// strike-through, formulas).
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    const SPECIAL: [char; 14] = ['\\', '`', '*', '_', '[', ']', '<', '>', '&', '#', '|', '~', '$', '^'];
    if !text.contains(SPECIAL) && !text.contains(['\n', '\r']) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if SPECIAL.contains(&c) {
            escaped.push('\\');
        }
        escaped.push(if matches!(c, '\n' | '\r') { ' ' } else { c });
    }
    escaped.into()
}

/// Like [`escape`], for the start of a line. There, a dash, a plus, an equals sign, or a number with a full stop or a
/// bracket would begin a list, a rule or a heading.
pub(crate) fn escape_line(text: &str) -> String {
    let mut escaped = escape(text.trim_start()).into_owned();
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    if escaped[digits..].starts_with(if digits == 0 { &['-', '+', '='][..] } else { &['.', ')'] }) {
        escaped.insert(digits, '\\');
    }
    escaped
}

/// Returns a link in which the signs that would end it too early are encoded. Old DOIs contain parentheses and angle
/// brackets.
fn destination(link: &str) -> String {
    let encoded = link.chars().map(|c| match c {
        '(' | ')' | '<' | '>' | '\\' | ' ' | '\n' | '\r' => format!("%{:02X}", u32::from(c)),
        c => c.to_string(),
    });
    encoded.collect()
}
