//! Reads manuscripts in LaTeX.
//!
//! This file splits a document into its parts: environments, headings, paragraphs, citations. `source` finds the text
//! that LaTeX typesets, `commands` finds commands and their arguments, and [`clean::latex`](crate::paper::clean::latex)
//! turns LaTeX into plain text.

mod commands;
mod source;

use std::collections::HashSet;

use super::parts::{Draft, Reference};
use super::passages::Passages;
use crate::paper::Identifier;
use crate::paper::clean::latex::from_latex;
use commands::{Command, Macros, citing_macros, commands, is_citing};

/// Environments that are not prose. Their starred variants, such as `figure*`, are not prose either.
const NO_PROSE: [&str; 24] = [
    "align", "algorithm", "algorithm2e", "algorithmic", "array", "CCSXML", "displaymath", "eqnarray", "equation",
    "figure", "flalign", "gather", "listing", "math", "multline", "sidewaysfigure", "sidewaystable", "table",
    "tabular", "tabularx", "longtable", "thebibliography", "tikzpicture", "wrapfigure",
];

/// Commands whose argument is a heading.
const HEADINGS: [&str; 7] = ["part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph"];

/// Commands that are removed with their arguments, because they are not part of the text.
const DROPPED: [&str; 13] = [
    "label", "ref", "eqref", "cref", "Cref", "autoref", "pageref", "input", "include", "bibliography",
    "bibliographystyle", "vspace", "hspace",
];

pub(super) fn read(text: &str, input: &mut dyn FnMut(&str) -> Option<String>) -> Draft {
    let mut draft = Draft::default();
    let whole = source::included(text, input, &mut draft.inputs_missing);
    let macros = citing_macros(&whole);
    for command in commands(&whole, 0) {
        take(&command, &whole, &macros, &mut draft);
    }
    let body = match whole.find("\\begin{document}") {
        Some(start) => &whole[start + "\\begin{document}".len()..],
        None => &whole[..],
    };
    let body = body.find("\\end{document}").map_or(body, |end| &body[..end]);
    draft.references.extend(bibitems(&whole).into_iter().chain(biblatex_entries(&whole)));
    draft.identifiers = Identifier::all_in(&outside(body, &["thebibliography"]));
    draft.passages = passages(&outside(body, &NO_PROSE), &macros);
    draft
}

/// Adds the keys, bibliographies or title in a command to `draft`.
fn take(command: &Command, text: &str, macros: &Macros, draft: &mut Draft) {
    match command.name {
        name if is_citing(name) || macros.contains_key(name) => {
            draft.keys.extend(command.keys(text, macros).map(str::to_owned));
        }
        "bibliography" | "nobibliography" | "addbibresource" | "addglobalbib" => {
            let named = command.argument(text).into_iter().flat_map(|(argument, _)| argument.split(','));
            draft.bibliographies.extend(named.map(str::trim).filter(|name| !name.is_empty()).map(|name| {
                let has_known_extension =
                    name.to_ascii_lowercase().ends_with(".bib") || command.name.starts_with("add");
                if has_known_extension { name.to_owned() } else { format!("{name}.bib") }
            }));
        }
        "title" if draft.title.is_none() => {
            let title = command.argument(text).map(|(title, _)| plain(title, macros));
            draft.title = title.filter(|title| !title.is_empty());
        }
        _ => {}
    }
}

/// Returns the entries of `thebibliography`. `text` already contains the included files.
fn bibitems(text: &str) -> Vec<Reference> {
    let starts: Vec<Command> = commands(text, 0).filter(|command| command.name == "bibitem").collect();
    let mut found = Vec::new();
    for (place, command) in starts.iter().enumerate() {
        let end = starts.get(place + 1).map_or(text.len(), |next| next.start);
        let Some((key, start)) = command.argument(text) else { continue };
        let entry = &text[start.min(end)..end];
        let entry = entry.find("\\end{thebibliography}").map_or(entry, |end| &entry[..end]);
        found.push(Reference {
            key: Some(key.trim().to_owned()),
            text: plain(&entry.replace("\\newblock", " "), &Macros::new()),
        });
    }
    found
}

/// Returns the entries of a `.bbl` file of biblatex as references: the family names and the title.
fn biblatex_entries(text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    for command in commands(text, 0).filter(|command| command.name == "entry") {
        let Some((key, start)) = command.argument(text) else { continue };
        let Some(length) = text[start..].find("\\endentry") else { break };
        let entry = &text[start..start + length];
        let is_title =
            |field: &Command| field.name == "field" && field.argument(entry).is_some_and(|(n, _)| n == "title");
        let title = commands(entry, 0).find(is_title).and_then(|field| field.argument_at(entry, 1));
        let Some((title, _)) = title else { continue };
        let families = entry.split("family={").skip(1).filter_map(|rest| rest.split_once('}'));
        let families: Vec<&str> = families.map(|(family, _)| family).collect();
        let text = plain(&format!("{}. {title}.", families.join(", ")), &Macros::new());
        found.push(Reference { key: Some(key.trim().to_owned()), text });
    }
    found
}

/// Returns the text without the given environments.
fn outside(text: &str, environments: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut unclosed = HashSet::new();
    for command in commands(text, 0).filter(|command| command.name == "begin") {
        let Some((name, _)) = command.argument(text).filter(|_| command.start >= at) else { continue };
        if !environments.contains(&name.trim_end_matches('*')) || unclosed.contains(name) {
            continue;
        }
        let closing = format!("\\end{{{name}}}");
        // An environment that is never closed stays in the text, and so do all later ones of the same name.
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

fn passages(body: &str, macros: &Macros) -> Vec<super::Passage> {
    let mut passages = Passages::default();
    let mut at = 0;
    for command in commands(body, 0) {
        let is_abstract = || command.argument(body).is_some_and(|(name, _)| name == "abstract");
        let (heading, end) = match command.name {
            name if HEADINGS.contains(&name) => match command.argument(body) {
                Some((heading, end)) => (plain(heading, macros), end),
                None => continue,
            },
            "begin" if is_abstract() => ("Abstract".to_owned(), command.end + "{abstract}".len()),
            _ => continue,
        };
        if command.start < at {
            continue;
        }
        paragraphs(&body[at..command.start], macros, &mut passages);
        passages.heading(&heading);
        at = end.min(body.len());
    }
    paragraphs(&body[at..], macros, &mut passages);
    passages.finish()
}

fn paragraphs(text: &str, macros: &Macros, passages: &mut Passages) {
    let mut paragraph = String::new();
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() || line.trim() == "\\par" {
            passages.paragraph(&plain(&paragraph, macros));
            paragraph.clear();
        } else {
            paragraph.push_str(line);
            paragraph.push('\n');
        }
    }
}

/// Returns LaTeX as plain text, without citations and the commands in [`DROPPED`].
fn plain(text: &str, macros: &Macros) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for command in commands(text, 0) {
        let of_macro = macros.get(command.name).and_then(|number| command.argument_at(text, *number));
        let is_dropped = of_macro.is_some() || is_citing(command.name) || DROPPED.contains(&command.name);
        let is_environment = matches!(command.name, "begin" | "end");
        if command.start < at || !(is_dropped || is_environment || command.name == "item") {
            continue;
        }
        out.push_str(text[at..command.start].trim_end_matches('~'));
        out.push(' ');
        at = match command.name {
            _ if let Some((keys, end)) = of_macro => {
                // The arguments in braces before the keys are text.
                if macros[command.name] > 0 {
                    out.push_str(text[command.end..end - keys.len() - 2].trim());
                }
                end
            }
            "item" => command.end,
            name if is_citing(name) => command.citing_arguments(text).1,
            _ => command.argument(text).map_or(command.end, |(_, end)| end),
        };
    }
    out.push_str(&text[at..]);
    super::passages::without_gaps(&from_latex(&out))
}
