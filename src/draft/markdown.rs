//! Manuscripts in Markdown, read lightly, and in plain text: headings, paragraphs, citations, a list of references.

use super::parts::Draft;
use super::passages::Passages;
use super::references;
use crate::paper::Identifier;

/// Longest key in braces, and longest target of a link or text of an image: what is never closed must not make each search
/// to the end.
const LONGEST_KEY: usize = 1000;
const LONGEST_TARGET: usize = 2000;

/// Marks within a citation key of Pandoc's; they do not end it.
const WITHIN_KEYS: &str = ":.#$%&-+?<>~/_";

pub(super) fn read(text: &str) -> Draft {
    let mut draft = Draft::default();
    let text = front_matter(text, &mut draft);
    let text = without_comments(text);
    let lines: Vec<&str> = without_code(&text);
    read_lines(&lines, true, &mut draft);
    draft
}

pub(super) fn read_plain(text: &str) -> Draft {
    let mut draft = Draft::default();
    read_lines(&text.lines().collect::<Vec<_>>(), false, &mut draft);
    draft
}

fn read_lines(lines: &[&str], is_markdown: bool, draft: &mut Draft) {
    let mut reading =
        Reading { is_markdown, draft, passages: Passages::default(), paragraph: String::new(), listed: None };
    for line in lines {
        reading.line(line);
    }
    reading.end_paragraph();
    reading.end_list();
    let passages = reading.passages.finish();
    draft.passages = passages;
}

/// A text that is being read, line by line.
struct Reading<'l, 'd> {
    is_markdown: bool,
    draft: &'d mut Draft,
    passages: Passages,
    paragraph: String,
    /// The lines so far of the list of references, within one.
    listed: Option<Vec<&'l str>>,
}

impl<'l> Reading<'l, '_> {
    fn line(&mut self, line: &'l str) {
        if let Some(heading) = heading(line, self.is_markdown) {
            self.heading(heading, line.starts_with("# "));
        } else if let Some(heading) = is_underline(line).then(|| self.underlined(line)).flatten() {
            self.heading(&heading, line.starts_with('='));
        } else if let Some(listed) = &mut self.listed {
            let is_behind = |before: Option<&&str>| {
                before.is_none_or(|line| line.trim().is_empty() || line.trim_end().ends_with('.'))
            };
            if references::ends_list(line) && is_behind(listed.last()) {
                self.heading(line.trim(), false);
            } else {
                listed.push(line);
            }
        } else if line.trim().is_empty() {
            self.end_paragraph();
        } else {
            self.paragraph.push_str(line);
            self.paragraph.push('\n');
        }
    }

    fn heading(&mut self, heading: &str, is_first_level: bool) {
        self.end_paragraph();
        self.end_list();
        self.listed = references::is_heading(heading).then(Vec::new);
        if self.draft.title.is_none() && self.is_markdown && is_first_level {
            self.draft.title = Some(heading.to_owned());
        }
        self.passages.heading(heading);
    }

    /// What the line above an underline says, if it stands alone there, and is a heading.
    fn underlined(&mut self, underline: &str) -> Option<String> {
        if let Some(listed) = &mut self.listed {
            // In plain text, dashes below an entry end the page.
            let is_alone = matches!(&listed[..], [.., before, _] if before.trim().is_empty());
            let is_heading = is_alone && (self.is_markdown || underline.starts_with('='));
            return listed.pop_if(|line| is_heading && !line.trim().is_empty()).map(|line| line.trim().to_owned());
        }
        let is_one_line = self.paragraph.lines().take(2).count() == 1;
        is_one_line.then(|| without_attributes(std::mem::take(&mut self.paragraph).trim()).to_owned())
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        self.draft.identifiers.extend(Identifier::all_in(&text));
        if self.is_markdown {
            let without_keys = take_keys(&text, &mut self.draft.keys);
            self.passages.paragraph(&without_marks(&without_keys));
        } else {
            self.passages.paragraph(&text);
        }
    }

    fn end_list(&mut self) {
        let (references, prose) = references::entries(&self.listed.take().unwrap_or_default());
        self.draft.references.extend(references);
        if !prose.is_empty() {
            // It stands behind the list, and is not what the list's heading says.
            self.passages.heading("");
        }
        for paragraph in prose {
            self.paragraph = paragraph;
            self.end_paragraph();
        }
    }
}

/// What a line says, if it is a heading: `## Bees {#sec:bees}`, and, in plain text as well, `References`.
fn heading(line: &str, is_markdown: bool) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let marks = line.len() - text.len();
    let is_heading = is_markdown && (1..=6).contains(&marks) && text.starts_with(' ');
    let is_of_references = line.len() < 40 && references::is_heading(line);
    (is_heading || is_of_references).then(|| without_attributes(text.trim()).trim_end_matches('#').trim())
}

/// A heading without what Pandoc has in braces behind it.
fn without_attributes(heading: &str) -> &str {
    let attributes = heading.strip_suffix('}').and_then(|rest| rest.rsplit_once('{'));
    match attributes {
        Some((text, inner)) if inner.starts_with(['#', '.', '-']) => text.trim_end(),
        _ => heading,
    }
}

/// Whether a line makes a heading of the line above it.
fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3 && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// Takes the citations out of a text: `@key`, `[@key, p. 3; -@other]`, `@{key}`.
fn take_keys(text: &str, keys: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let is_within_word = before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '\\');
        let (key, length) = key_at(after);
        if is_within_word || key.is_empty() {
            out.push_str(&rest[..at + 1]);
            rest = after;
            continue;
        }
        keys.push(key.to_owned());
        let before = before.strip_suffix('-').unwrap_or(before);
        rest = &after[length..];
        // In brackets, all of them is the citation: what precedes the key and follows it is "see", "p. 3".
        let opening = before.rfind('[').filter(|open| !before[*open..].contains(']'));
        match (opening, rest.find([']', '@'])) {
            (Some(open), Some(end)) => {
                out.push_str(&before[..open]);
                // The next key is in the same brackets.
                if rest[end..].starts_with('@') {
                    out.push('[');
                    rest = &rest[end..];
                } else {
                    rest = &rest[end + 1..];
                }
            }
            _ => out.push_str(before),
        }
    }
    out.push_str(rest);
    out
}

/// The key at the beginning of a text, and how much of it that is.
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

/// The text without emphasis, code marks, images and the targets of links.
fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['*', '`', '!', ']', '[', '>']) {
        out.push_str(&rest[..at]);
        let mark = &rest[at..];
        let after = &mark[1..];
        let within = |text: &str| text.floor_char_boundary(LONGEST_TARGET);
        let target = |text: &str| text.starts_with('(').then(|| text[..within(text)].find(')')).flatten();
        rest = match &mark[..1] {
            "!" if after.starts_with('[') => {
                match after[..within(after)].find("](").and_then(|at| Some((at, target(&after[at + 1..])?))) {
                    Some((at, end)) => &after[at + 1 + end + 1..],
                    None => after,
                }
            }
            "!" => {
                out.push('!');
                after
            }
            "]" => match target(after) {
                Some(end) => &after[end + 1..],
                None => after,
            },
            ">" if !out.is_empty() && !out.ends_with('\n') => {
                out.push('>');
                after
            }
            _ => after,
        };
    }
    out.push_str(rest);
    out
}

/// The text behind the front matter, of which title and bibliographies are taken.
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

/// The text without HTML comments.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inner)) = rest.split_once("<!--") {
        let Some((_, after)) = inner.split_once("-->") else { break };
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The lines outside of fences.
fn without_code(text: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for line in text.lines() {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => lines.push(line),
            _ => {}
        }
    }
    lines
}
