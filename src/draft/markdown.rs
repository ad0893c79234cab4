//! Manuscripts in Markdown, read lightly, and in plain text: headings, paragraphs, citations, a list of references.

use super::passages::Passages;
use super::{Draft, references};
use crate::paper::Identifier;

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
    let heading = |line: &str| -> Option<String> {
        let text = line.trim_start_matches('#');
        let is_heading =
            is_markdown && text.len() < line.len() && line.len() - text.len() <= 6 && text.starts_with(' ');
        let is_of_references = line.len() < 40 && references::is_heading(line);
        (is_heading || is_of_references).then(|| text.trim().trim_end_matches('#').trim().to_owned())
    };
    let mut passages = Passages::default();
    let mut paragraph = String::new();
    let mut listed: Option<Vec<&str>> = None;
    for line in lines {
        if let Some(heading) = heading(line) {
            end_paragraph(&mut paragraph, is_markdown, &mut passages, draft);
            draft.references.extend(references::entries(&listed.take().unwrap_or_default()));
            listed = references::is_heading(&heading).then(Vec::new);
            if draft.title.is_none() && is_markdown && line.starts_with("# ") {
                draft.title = Some(heading.clone());
            }
            passages.heading(&heading);
        } else if let Some(listed) = &mut listed {
            listed.push(line);
        } else if line.trim().is_empty() {
            end_paragraph(&mut paragraph, is_markdown, &mut passages, draft);
        } else {
            paragraph.push_str(line);
            paragraph.push('\n');
        }
    }
    end_paragraph(&mut paragraph, is_markdown, &mut passages, draft);
    draft.references.extend(references::entries(&listed.unwrap_or_default()));
    draft.passages = passages.finish();
}

fn end_paragraph(paragraph: &mut String, is_markdown: bool, passages: &mut Passages, draft: &mut Draft) {
    let text = std::mem::take(paragraph);
    for identifier in Identifier::all_in(&text) {
        if !draft.identifiers.contains(&identifier) {
            draft.identifiers.push(identifier);
        }
    }
    if is_markdown {
        let without_keys = take_keys(&text, &mut draft.keys);
        passages.paragraph(&without_marks(&without_keys));
    } else {
        passages.paragraph(&text);
    }
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
        let target = |text: &str| text.starts_with('(').then(|| text.find(')')).flatten();
        rest = match &mark[..1] {
            "!" if after.starts_with('[') => {
                match after.find("](").and_then(|at| Some((at, target(&after[at + 1..])?))) {
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
