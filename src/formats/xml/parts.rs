//! What the dialects share: putting names, types, pages and identifiers into a record.

use std::collections::HashSet;

use crate::paper::{Identifier, IdentifierKind, Name, Record};

/// What an element of a record's name turned out to be. An element that is no paper, and is none for a reason (a
/// frontmatter, a deleted record), gives none of these.
pub(super) struct Finding {
    /// Lines behind the start of the element.
    pub line: u64,
    /// The paper, or what to tell.
    pub found: Result<Record, String>,
}

impl From<Record> for Finding {
    fn from(record: Record) -> Self {
        Self { line: 0, found: Ok(record) }
    }
}

/// What a dialect makes of one element.
pub(super) type Findings = Vec<Finding>;

/// A problem and nothing else.
pub(super) fn problem(reason: impl Into<String>) -> Findings {
    vec![Finding { line: 0, found: Err(reason.into()) }]
}

/// Adds a detail that is not blank.
pub(super) fn detail(record: &mut Record, name: &str, value: impl Into<String>) {
    let value = value.into();
    if !value.trim().is_empty() {
        record.details.push((name.to_owned(), value));
    }
}

/// Adds an identifier that is not blank.
pub(super) fn identifier(record: &mut Record, kind: IdentifierKind, value: impl Into<String>) {
    let value = value.into();
    if !value.trim().is_empty() {
        record.identifiers.push((kind, value));
    }
}

/// Adds the identifier that `text` is; a text that is none may still mention one.
pub(super) fn identify(record: &mut Record, text: &str) -> bool {
    match Identifier::parse(text) {
        Some(identifier) => {
            record.identifiers.push((identifier.kind, identifier.value));
            true
        }
        None => {
            if !text.trim().is_empty() {
                record.mentions.push(text.trim().to_owned());
            }
            false
        }
    }
}

/// Takes a link: the first stays as the URL, every one may name an identifier.
pub(super) fn link(record: &mut Record, url: &str) {
    let url = url.trim();
    if !url.starts_with("http://") && !url.starts_with("https://") && !url.starts_with("ftp://") {
        if !url.is_empty() && !url.contains("pdf://") && !url.starts_with("file:") {
            identify(record, url);
        }
        return;
    }
    if record.url.is_empty() {
        record.url = url.to_owned();
    } else {
        identify(record, url);
    }
}

/// A person in BibTeX's notation.
pub(super) fn person(family: &str, given: &str, suffix: &str) -> String {
    let part = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = Name { family: part(family), given: part(given), suffix: part(suffix) };
    if name.family.is_empty() { name.given } else { name.notation() }
}

/// What is no person, in BibTeX's notation.
pub(super) fn organization(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.replace(['{', '}'], "");
    if name.is_empty() { name } else { format!("{{{name}}}") }
}

/// Whether a name without parts is surely no person's.
pub(super) fn is_organization(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "collaboration",
        "consortium",
        "university",
        "institute",
        "organization",
        "organisation",
        "association",
        "committee",
        "ministry",
        "department",
        "foundation",
        "society",
    ];
    let name = name.to_lowercase();
    name.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// A name as it was written, in whatever order.
pub(super) fn written_name(name: &str) -> String {
    let name = name.trim();
    if is_organization(name) { organization(name) } else { name.to_owned() }
}

/// A list of names in BibTeX's notation.
pub(super) fn joined_names(names: impl IntoIterator<Item = String>) -> String {
    names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" and ")
}

/// Every text once, in order, without blank ones.
pub(super) fn distinct(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.into_iter().filter(|text| !text.trim().is_empty() && seen.insert(text.clone())).collect()
}

/// `12--34`, or what there is of it.
pub(super) fn pages(first: &str, last: &str) -> String {
    match (first.trim(), last.trim()) {
        (first, last) if last.is_empty() || first == last => first.to_owned(),
        ("", last) => last.to_owned(),
        (first, last) => format!("{first}--{last}"),
    }
}

/// A title that its source ends with a full stop, as PubMed and DBLP do, without it.
pub(super) fn without_full_stop(title: &str) -> &str {
    let title = title.trim_end();
    match title.strip_suffix('.') {
        // An ellipsis, an initial or an abbreviation with stops in it ("U.S.") keeps it.
        Some(rest) => {
            let word = rest.rsplit(char::is_whitespace).next().unwrap_or_default();
            let is_abbreviation = word.contains('.') && !word.ends_with(|c: char| c.is_ascii_digit());
            if is_abbreviation || word.chars().count() < 2 { title } else { rest }
        }
        None => title,
    }
}

/// The ISSN or ISBN in `text` under its name.
pub(super) fn serial_number(record: &mut Record, text: &str) {
    for number in text.split(['\r', '\n', ';']).map(str::trim).filter(|number| !number.is_empty()) {
        let digits = number.split(['(', ' ']).next().unwrap_or_default();
        let count = digits.chars().filter(|c| c.is_ascii_digit() || matches!(c, 'X' | 'x')).count();
        match (count, digits.len()) {
            (8, 8) => detail(record, "issn", format!("{}-{}", &digits[..4], &digits[4..])),
            (8, _) => detail(record, "issn", digits),
            _ => detail(record, "isbn", digits),
        }
    }
}

/// BibLaTeX's entry type for what a source calls the type of a work; empty where it is nothing known.
pub(super) fn kind_of(text: &str) -> &'static str {
    let text = text.rsplit(['/', '#']).next().unwrap_or_default();
    let squeezed: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let is = |words: &[&str]| words.iter().any(|word| squeezed.contains(word));
    match squeezed.as_str() {
        "" | "text" => "",
        "article" | "journalarticle" | "research" | "researcharticle" | "academicarticle" => "article",
        "book" | "monograph" => "book",
        "posted" => "online",
        _ if is(&["thesis", "dissertation"]) => "thesis",
        _ if is(&[
            "preprint",
            "eprint",
            "postedcontent",
            "workingpaper",
            "webpage",
            "blogpost",
            "website",
            "internetsite",
        ]) =>
        {
            "online"
        }
        _ if is(&["bookchapter", "booksection", "bookpart", "chapter", "incollection"]) => "incollection",
        _ if is(&[
            "conferencepaper",
            "conferenceobject",
            "conferencearticle",
            "inproceedings",
            "proceedingsarticle",
        ]) =>
        {
            "inproceedings"
        }
        _ if is(&["proceedings"]) => "proceedings",
        _ if is(&["report"]) => "report",
        _ if is(&["dataset"]) => "dataset",
        _ if is(&["software", "computerprogram"]) => "software",
        _ if is(&["patent"]) => "patent",
        _ if is(&["manuscript", "unpublished"]) => "unpublished",
        _ if is(&["article", "review", "editorial", "letter"]) => "article",
        _ if is(&["book"]) => "book",
        _ => "",
    }
}

/// Sets the kind from a thesis' degree too: `phdthesis`, `mastersthesis`.
pub(super) fn put_kind(record: &mut Record, kind: &str, wording: &str) {
    record.kind = kind.to_owned();
    if kind == "thesis" {
        let wording = wording.to_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| wording.contains(word));
        if is(&["master", "msc", "m.s"]) {
            detail(record, "type", "mastersthesis");
        } else if is(&["phd", "ph.d", "doctor", "dissertation"]) {
            detail(record, "type", "phdthesis");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_the_full_stop_that_their_source_adds() {
        for (title, expected) in [
            ("On bees.", "On bees"),
            ("On bees", "On bees"),
            ("Bees in the U.S.", "Bees in the U.S."),
            ("Bees \u{2026} and so on...", "Bees \u{2026} and so on..."),
            ("Vitamin C.", "Vitamin C."),
            ("HiveML 2.0.", "HiveML 2.0"),
            ("Why?", "Why?"),
        ] {
            assert_eq!(without_full_stop(title), expected);
        }
    }

    #[test]
    fn kinds_of_works_are_recognised_by_many_names() {
        for (text, kind) in [
            ("info:eu-repo/semantics/article", "article"),
            ("http://purl.org/ontology/bibo/AcademicArticle", "article"),
            ("Journal Article", "article"),
            ("PhD thesis", "thesis"),
            ("journalArticle", "article"),
            ("conferencePaper", "inproceedings"),
            ("bookSection", "incollection"),
            ("Text", ""),
            ("bees", ""),
        ] {
            assert_eq!(kind_of(text), kind, "{text}");
        }
    }
}
