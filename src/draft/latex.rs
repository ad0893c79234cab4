//! Manuscripts in LaTeX. What a command means is for [`clean::latex`](crate::paper::clean::latex); here is what cuts a
//! document into parts: comments, inclusions, environments, headings, paragraphs, citations.

use std::collections::HashSet;

use super::passages::Passages;
use super::{Draft, Reference};
use crate::paper::Identifier;
use crate::paper::clean::latex::from_latex;

/// Files that a document may include, one in the other or beside it.
const MOST_INPUTS: usize = 200;

/// Environments that are no prose; a star behind the name is the same.
const NO_PROSE: [&str; 29] = [
    "align",
    "algorithm",
    "algorithm2e",
    "algorithmic",
    "array",
    "CCSXML",
    "comment",
    "displaymath",
    "eqnarray",
    "equation",
    "figure",
    "filecontents",
    "flalign",
    "gather",
    "listing",
    "lstlisting",
    "math",
    "minted",
    "multline",
    "sidewaysfigure",
    "sidewaystable",
    "table",
    "tabular",
    "tabularx",
    "longtable",
    "thebibliography",
    "tikzpicture",
    "verbatim",
    "wrapfigure",
];

/// Commands that begin a part with a heading.
const HEADINGS: [&str; 7] = ["part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph"];

/// Commands whose argument is no text of the document, and of which nothing stays.
const DROPPED: [&str; 13] = [
    "label",
    "ref",
    "eqref",
    "cref",
    "Cref",
    "autoref",
    "pageref",
    "input",
    "include",
    "bibliography",
    "bibliographystyle",
    "vspace",
    "hspace",
];

pub(super) fn read(text: &str, input: &mut dyn FnMut(&str) -> Option<String>) -> Draft {
    let whole = included(&without_comments(text), input);
    let mut draft = Draft::default();
    for command in Commands::of(&whole) {
        take(&command, &whole, &mut draft);
    }
    let body = match whole.find("\\begin{document}") {
        Some(start) => &whole[start + "\\begin{document}".len()..],
        None => &whole[..],
    };
    let body = body.find("\\end{document}").map_or(body, |end| &body[..end]);
    draft.references.extend(bibitems(&whole));
    draft.identifiers = Identifier::all_in(&outside(body, &["thebibliography"]));
    draft.passages = passages(&outside(body, &NO_PROSE));
    draft
}

/// What a command says of the whole document.
fn take(command: &Command, text: &str, draft: &mut Draft) {
    match command.name {
        name if is_citing(name) => draft.keys.extend(command.keys(text)),
        "bibliography" | "nobibliography" | "addbibresource" | "addglobalbib" => {
            let named = command.argument(text).into_iter().flat_map(|(argument, _)| argument.split(','));
            draft.bibliographies.extend(named.map(str::trim).filter(|name| !name.is_empty()).map(|name| {
                let has_ending = name.to_ascii_lowercase().ends_with(".bib") || command.name.starts_with("add");
                if has_ending { name.to_owned() } else { format!("{name}.bib") }
            }));
        }
        "title" if draft.title.is_none() => {
            let title = command.argument(text).map(|(title, _)| plain(title));
            draft.title = title.filter(|title| !title.is_empty());
        }
        _ => {}
    }
}

/// Whether a command of this name cites: `\cite`, `\citep`, `\parencite`, `\textcites`, `\nocite`, whatever packages call
/// it, but not those that set how citations look.
fn is_citing(name: &str) -> bool {
    let is_setting = ["Declare", "new", "renew", "set", "bib", "provide"].iter().any(|prefix| name.starts_with(prefix));
    let is_style = ["style", "setup", "format", "delims"].iter().any(|suffix| name.ends_with(suffix));
    (name.contains("cite") || name.contains("Cite")) && !is_setting && !is_style
}

/// A command in a text.
struct Command<'t> {
    name: &'t str,
    /// Where its backslash is.
    start: usize,
    /// Where its name ends.
    end: usize,
}

impl Command<'_> {
    /// Its first argument in braces, behind a star and what is in brackets, and where that ends.
    fn argument<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        next_argument(text, self.end)
    }

    /// The keys in its argument, or in all of them (`\cites{a}{b}`).
    fn keys(&self, text: &str) -> Vec<String> {
        let mut keys = Vec::new();
        let mut at = self.end;
        while let Some((argument, end)) = next_argument(text, at) {
            keys.extend(argument.split(',').map(|key| key.trim().to_owned()));
            at = end;
            if !self.name.ends_with('s') {
                break;
            }
        }
        keys
    }
}

/// Commands of letters, in order.
struct Commands<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Commands<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'t> Iterator for Commands<'t> {
    type Item = Command<'t>;

    fn next(&mut self) -> Option<Command<'t>> {
        loop {
            let start = self.at + self.text[self.at..].find('\\')?;
            let letters =
                self.text.as_bytes()[start + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            if letters > 0 {
                self.at = start + 1 + letters;
                return Some(Command { name: &self.text[start + 1..self.at], start, end: self.at });
            }
            // `\\`, `\%`: the sign is no backslash.
            self.at = start + 1 + self.text[start + 1..].chars().next().map_or(0, char::len_utf8);
        }
    }
}

/// Longest argument that is looked at: a brace that is never closed must not make each command search to the end.
const LONGEST_ARGUMENT: usize = 16 << 10;

fn next_argument(text: &str, from: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        match bytes.get(at)? {
            b' ' | b'\n' | b'\t' | b'*' => at += 1,
            b'[' => at = closing(bytes, at, b'[', b']')? + 1,
            b'(' => at = closing(bytes, at, b'(', b')')? + 1,
            b'{' => {
                let end = closing(bytes, at, b'{', b'}')?;
                return Some((&text[at + 1..end], end + 1));
            }
            _ => return None,
        }
    }
}

/// Where what opens at `at` closes.
fn closing(bytes: &[u8], at: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0usize;
    let mut place = at;
    while place < bytes.len().min(at + LONGEST_ARGUMENT) {
        match bytes[place] {
            b'\\' => place += 1,
            byte if byte == open => depth += 1,
            byte if byte == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(place);
                }
            }
            _ => {}
        }
        place += 1;
    }
    None
}

/// The text without comments. A line that is nothing but a comment goes whole: it ends no paragraph.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() && bytes[at] != b'%' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        if at >= bytes.len() {
            out.push_str(line);
            continue;
        }
        let kept = &line[..at];
        out.push_str(kept);
        if !kept.trim().is_empty() {
            out.push('\n');
        }
    }
    out
}

/// The text with the files that it includes in their places.
fn included(text: &str, input: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut text = text.to_owned();
    let mut from = 0;
    for _ in 0..MOST_INPUTS {
        let next = Commands { text: &text, at: from }
            .find(|command| matches!(command.name, "input" | "include" | "subfile" | "subfileinclude"));
        let Some(command) = next else { break };
        from = command.end;
        let Some((name, end)) = command.argument(&text) else { continue };
        let Some(inner) = input(name.trim()) else { continue };
        let (start, inner) = (command.start, without_comments(&inner));
        text.replace_range(start..end, &inner);
        from = start;
    }
    text
}

/// The entries of `thebibliography`, here or in what an inclusion brought.
fn bibitems(text: &str) -> Vec<Reference> {
    let starts: Vec<Command> = Commands::of(text).filter(|command| command.name == "bibitem").collect();
    let mut found = Vec::new();
    for (place, command) in starts.iter().enumerate() {
        let end = starts.get(place + 1).map_or(text.len(), |next| next.start);
        let Some((key, start)) = command.argument(text) else { continue };
        let entry = &text[start.min(end)..end];
        let entry = entry.find("\\end{thebibliography}").map_or(entry, |end| &entry[..end]);
        found.push(Reference { key: Some(key.trim().to_owned()), text: plain(&entry.replace("\\newblock", " ")) });
    }
    found
}

/// The text without some environments.
fn outside(text: &str, environments: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut unclosed = HashSet::new();
    for command in Commands::of(text).filter(|command| command.name == "begin") {
        let Some((name, _)) = command.argument(text).filter(|_| command.start >= at) else { continue };
        if !environments.contains(&name.trim_end_matches('*')) || unclosed.contains(name) {
            continue;
        }
        let closing = format!("\\end{{{name}}}");
        // One that is never closed is left as it is, and nor are those of its name behind it.
        let Some(end) = text[command.start..].find(&closing) else {
            unclosed.insert(name);
            continue;
        };
        out.push_str(&text[at..command.start]);
        at = command.start + end + closing.len();
    }
    out.push_str(&text[at..]);
    out
}

fn passages(body: &str) -> Vec<super::Passage> {
    let mut passages = Passages::default();
    let mut at = 0;
    for command in Commands::of(body) {
        let is_abstract = || command.argument(body).is_some_and(|(name, _)| name == "abstract");
        let (heading, end) = match command.name {
            name if HEADINGS.contains(&name) => match command.argument(body) {
                Some((heading, end)) => (plain(heading), end),
                None => continue,
            },
            "begin" if is_abstract() => ("Abstract".to_owned(), command.end + "{abstract}".len()),
            _ => continue,
        };
        if command.start < at {
            continue;
        }
        paragraphs(&body[at..command.start], &mut passages);
        passages.heading(&heading);
        at = end.min(body.len());
    }
    paragraphs(&body[at..], &mut passages);
    passages.finish()
}

fn paragraphs(text: &str, passages: &mut Passages) {
    let mut paragraph = String::new();
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() || line.trim() == "\\par" {
            passages.paragraph(&plain(&paragraph));
            paragraph.clear();
        } else {
            paragraph.push_str(line);
            paragraph.push('\n');
        }
    }
}

/// LaTeX as people read it, without citations, references and the like.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for command in Commands::of(text) {
        let is_dropped = is_citing(command.name) || DROPPED.contains(&command.name);
        let is_environment = matches!(command.name, "begin" | "end");
        if command.start < at || !(is_dropped || is_environment || command.name == "item") {
            continue;
        }
        out.push_str(text[at..command.start].trim_end_matches('~'));
        out.push(' ');
        at = command.end;
        if command.name != "item"
            && let Some((_, end)) = command.argument(text)
        {
            at = end;
            // `\cites{a}{b}`
            while command.name.ends_with("cites")
                && let Some((_, end)) = next_argument(text, at)
            {
                at = end;
            }
        }
    }
    out.push_str(&text[at..]);
    super::passages::single_spaced(&from_latex(&out))
}
