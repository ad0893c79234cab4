//! Reads manuscripts in Markdown, with citations in the syntax of
//! [Pandoc](https://pandoc.org/MANUAL.html#citation-syntax), and in plain text. Finds headings, paragraphs, citations
//! and the list of references.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::parts::Draft;
use super::passages::Passages;
use super::references;
use crate::paper::Identifier;

/// Maximum length of a key in braces, in bytes. Without a limit, each unclosed brace would search to the end of the
/// text.
const LONGEST_KEY: usize = 1000;

/// Punctuation that Pandoc allows inside a citation key.
const WITHIN_KEYS: &str = ":.#$%&-+?<>~/_";

/// A line without the markup of a heading can be the heading of a list of references only if it has fewer bytes.
const LONGEST_BARE_HEADING: usize = 40;

pub(super) fn read(text: &str) -> Draft {
    let mut reading = Reading { has_keys: true, ..Reading::default() };
    let text = front_matter(text, &mut reading.draft);
    let mut blocks = Blocks { text, block: String::new(), aside: None, is_code: false, listed: None, reading };
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_MATH | Options::ENABLE_HEADING_ATTRIBUTES;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        blocks.event(event, range.start, range.end);
    }
    blocks.end_block();
    blocks.end_list(text.len());
    blocks.reading.finish()
}

pub(super) fn read_plain(text: &str) -> Draft {
    let mut reading = Reading::default();
    let mut lines: Vec<&str> = Vec::new();
    let mut is_list = false;
    for line in text.lines() {
        let last = lines.last().copied().unwrap_or_default().trim();
        let is_alone = lines.len() < 2 || lines[lines.len() - 2].trim().is_empty();
        let heading = if is_references(line) || is_list && ends_list(line, last) {
            Some(line)
        // In a list of references, dashes below an entry are a page break and not an underline.
        } else if is_alone && !last.is_empty() && is_underline(line) && !(is_list && line.starts_with('-')) {
            lines.pop()
        } else {
            None
        };
        if let Some(heading) = heading {
            reading.lines(&std::mem::take(&mut lines), is_list);
            reading.passages.heading(heading);
            is_list = references::is_heading(heading);
        } else if !is_list && line.trim().is_empty() {
            reading.lines(&std::mem::take(&mut lines), is_list);
        } else {
            lines.push(line);
        }
    }
    reading.lines(&lines, is_list);
    reading.finish()
}

/// Whether a line without the markup of a heading is the heading of a list of references.
fn is_references(line: &str) -> bool {
    line.len() < LONGEST_BARE_HEADING && references::is_heading(line)
}

fn ends_list(line: &str, last: &str) -> bool {
    references::ends_list(line) && (last.is_empty() || last.ends_with('.'))
}

/// Whether a line is an underline, which makes the line above it a heading.
fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3 && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// The parts of a manuscript that were read so far.
#[derive(Default)]
struct Reading {
    draft: Draft,
    passages: Passages,
    /// Whether `@key` is a citation.
    has_keys: bool,
}

impl Reading {
    /// Adds the lines of a paragraph, or of a list of references.
    fn lines(&mut self, lines: &[&str], is_list: bool) {
        if !is_list {
            return self.paragraph(&lines.join("\n"));
        }
        let (references, prose) = references::entries(lines);
        self.draft.references.extend(references);
        if !prose.is_empty() {
            // The list's heading is not the heading of the text below the list.
            self.passages.heading("");
        }
        for paragraph in prose {
            self.paragraph(&paragraph);
        }
    }

    fn paragraph(&mut self, text: &str) {
        let text = self.without_citations(text);
        self.passages.paragraph(&text);
    }

    /// Adds the identifiers and keys in a text to the draft. Returns the text without citations by key.
    fn without_citations(&mut self, text: &str) -> String {
        self.draft.identifiers.extend(Identifier::all_in(text));
        if self.has_keys { take_keys(text, &mut self.draft.keys) } else { text.to_owned() }
    }

    fn finish(mut self) -> Draft {
        self.draft.passages = self.passages.finish();
        self.draft
    }
}

/// Reads the blocks of a Markdown text, one after the other.
struct Blocks<'t> {
    text: &'t str,
    /// The text of the current block so far.
    block: String,
    /// Position in `block` where an image or a table begins. These are not prose, but may contain citations.
    aside: Option<usize>,
    is_code: bool,
    /// Position in `text` where the current list of references begins.
    listed: Option<usize>,
    reading: Reading,
}

impl Blocks<'_> {
    fn event(&mut self, event: Event, start: usize, end: usize) {
        match event {
            Event::Text(text) if !self.is_code => self.block.push_str(&text),
            Event::Code(text) | Event::Html(text) => self.block.push_str(&text),
            Event::InlineMath(formula) => self.block.push_str(&format!("${formula}$")),
            Event::DisplayMath(formula) => self.block.push_str(&format!("$${formula}$$")),
            Event::SoftBreak | Event::HardBreak => self.block.push('\n'),
            Event::Start(Tag::Emphasis | Tag::Strong)
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link) => {}
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.reading.draft.identifiers.extend(Identifier::all_in(&dest_url));
            }
            Event::Start(Tag::Image { .. }) => _ = self.aside.get_or_insert(self.block.len()),
            Event::End(TagEnd::Image) => self.end_aside(),
            Event::Start(Tag::TableCell) | Event::End(TagEnd::TableCell) => self.block.push('\n'),
            Event::Start(Tag::TableHead | Tag::TableRow) | Event::End(TagEnd::TableHead | TagEnd::TableRow) => {}
            Event::End(TagEnd::Heading(level)) => self.heading(level, start, end),
            Event::End(TagEnd::HtmlBlock) => {
                self.block = without_tags(&self.block);
                self.end_block();
            }
            Event::Start(tag) => {
                self.end_block();
                match tag {
                    Tag::Table(_) => self.aside = Some(0),
                    // Indented text is prose more often than code.
                    Tag::CodeBlock(kind) => self.is_code = matches!(kind, CodeBlockKind::Fenced(_)),
                    Tag::Paragraph => self.begin_paragraph(start, end),
                    _ => {}
                }
            }
            Event::End(_) => {
                self.is_code = false;
                self.end_aside();
                self.end_block();
            }
            _ => {}
        }
    }

    /// Begins a list of references if the first line of the paragraph is its heading without markup, such as
    /// `References`.
    fn begin_paragraph(&mut self, start: usize, end: usize) {
        let line = self.text[start..end].lines().next().unwrap_or_default();
        if is_references(line) {
            self.end_list(start);
            self.reading.passages.heading(line);
            self.listed = Some(start + line.len());
        }
    }

    fn heading(&mut self, level: HeadingLevel, start: usize, end: usize) {
        self.end_list(start);
        let heading = std::mem::take(&mut self.block);
        self.listed = references::is_heading(&heading).then_some(end);
        let title = Some(heading.trim().to_owned()).filter(|_| level == HeadingLevel::H1);
        self.reading.draft.title = self.reading.draft.title.take().or(title);
        self.reading.passages.heading(&heading);
    }

    fn end_block(&mut self) {
        let text = std::mem::take(&mut self.block);
        if self.listed.is_none() {
            self.reading.paragraph(&text);
        }
    }

    fn end_aside(&mut self) {
        if let Some(start) = self.aside.take() {
            let aside = self.block.split_off(start.min(self.block.len()));
            self.reading.without_citations(&aside);
        }
    }

    /// Reads the current list of references line by line, because its entries are often not Markdown list items.
    fn end_list(&mut self, end: usize) {
        if let Some(start) = self.listed.take() {
            let lines: Vec<&str> = self.text[start..end.max(start)].lines().collect();
            self.reading.lines(&lines, true);
        }
    }
}

/// Removes the citations from a text and adds their keys to `keys`. Citations are `@key`, `[see @key, p. 3; -@other]`
/// and `@{key}`.
fn take_keys(text: &str, keys: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('@') {
        let is_within_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '\\');
        let (key, length) = key_at(after);
        rest = after;
        out.push_str(before);
        if is_within_word || key.is_empty() {
            out.push('@');
            continue;
        }
        keys.push(key.to_owned());
        rest = &after[length..];
        // A citation in brackets is everything in the brackets: words such as "see" and "p. 3", and other keys.
        let opening = before.rfind('[').filter(|open| !before[*open..].contains(']'));
        let closing = rest.find(['[', ']']).filter(|close| rest.as_bytes()[*close] == b']');
        if let (Some(opening), Some(closing)) = (opening, closing) {
            take_keys(&rest[..closing], keys);
            out.truncate(out.len() - (before.len() - opening));
            rest = &rest[closing + 1..];
        } else if before.ends_with('-') {
            out.pop();
        }
    }
    out + rest
}

/// Returns the key at the beginning of a text, and its length in bytes with braces.
fn key_at(text: &str) -> (&str, usize) {
    if let Some(inner) = text.strip_prefix('{') {
        let inner = &inner[..inner.floor_char_boundary(LONGEST_KEY)];
        return inner.find('}').map_or(("", 0), |end| (&inner[..end], end + 2));
    }
    if !text.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return ("", 0);
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && !WITHIN_KEYS.contains(c)).unwrap_or(text.len());
    let key = text[..end].trim_end_matches(|c: char| WITHIN_KEYS.contains(c) && c != '_');
    (key, key.len())
}

/// Adds the title and bibliographies in the front matter to `draft`. Returns the text after the front matter.
fn front_matter<'t>(text: &'t str, draft: &mut Draft) -> &'t str {
    let Some(inner) = text.strip_prefix("---\n") else { return text };
    let Some(end) = ["\n---\n", "\n...\n"].iter().filter_map(|end| inner.find(end)).min() else { return text };
    let unquoted = |value: &str| value.trim().trim_matches(['"', '\'']).to_owned();
    let mut in_bibliography = false;
    for line in inner[..end].lines() {
        if let Some(item) = line.trim_start().strip_prefix("- ").filter(|_| in_bibliography) {
            draft.bibliographies.push(unquoted(item));
            continue;
        }
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        in_bibliography = key == "bibliography";
        match key {
            "title" => draft.title = Some(unquoted(value)).filter(|title| !title.is_empty()),
            "bibliography" => {
                let values = value.trim().trim_start_matches('[').trim_end_matches(']').split(',');
                draft.bibliographies.extend(values.map(unquoted).filter(|value| !value.is_empty()));
            }
            _ => {}
        }
    }
    &inner[end + 5..]
}

/// Returns the text of HTML, without tags and comments.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        // A tag or a comment that is never closed hides no text.
        let Some((_, behind)) = tag.split_once(end) else { return out + tag };
        rest = behind;
    }
    out + rest
}
