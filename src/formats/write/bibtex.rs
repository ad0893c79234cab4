//! Writes papers as BibTeX. The LaTeX works with BibTeX and pdfTeX, and with Biber.
//!
//! Fields and entry types have BibTeX's names if BibTeX has them (`journal`, `address`, `school`), else BibLaTeX's.
//! BibTeX's styles print an unknown entry type, such as `@software`, like `@misc`. `paper::clean::latex` escapes text;
//! some symbols need the package `amssymb`.

use std::collections::BTreeMap;
use std::collections::hash_map::{Entry, HashMap};
use std::io::{self, Write};

use super::writer::PaperWriter;
use crate::formats::bibtex::{
    HAS_CODE, PROTECTED, classic_field, entry, is_container, is_people, is_verbatim, is_within_book, month_macro,
    with_groups,
};
use crate::paper::clean::latex::{to_latex, to_latex_in_ascii};
use crate::paper::{IdentifierKind, Name, Paper, derived_id, split_and};

/// The fields at the start of an entry, in the usual order; all others follow by name, then [`LAST`].
const FIRST: &[&str] = &[
    "author", "title", "editor", "journal", "booktitle", "year", "month", "day", "date", "series", "volume", "number",
    "pages", "edition", "publisher", "school", "institution", "organization", "address", "type", "howpublished",
    "note",
];

/// The fields at the end of an entry.
const LAST: &[&str] = &[
    "isbn", "issn", "doi", "eprint", "archiveprefix", "primaryclass", "pmid", "acl", "openreview", "openalex", "s2",
    "url", "urldate", "categories", "affiliation", "keywords", "abstract", "annote",
];

/// Writes BibTeX.
pub struct BibtexWriter<W> {
    target: W,
    /// The keys in the file, in lower case, each with the number of suffixes that were tried for it.
    keys: HashMap<String, u64>,
}

impl<W: Write> BibtexWriter<W> {
    /// Writes to `target`.
    pub fn new(target: W) -> Self {
        Self { target, keys: HashMap::new() }
    }

    /// Returns a key for the paper: its id if BibTeX accepts that, else a key made from author, year and title. If the
    /// key is taken, a letter or a number is appended.
    fn key(&mut self, paper: &Paper) -> String {
        let id = paper.id.as_str();
        let key = if is_legal_key(id) { id.to_owned() } else { made_key(paper) };
        // BibTeX ignores the case of keys.
        let lower_case = key.to_lowercase();
        let mut tried = match self.keys.entry(lower_case.clone()) {
            Entry::Vacant(free) => {
                free.insert(0);
                return key;
            }
            Entry::Occupied(taken) => *taken.get(),
        };
        // Starts where the last paper with this key stopped, so that many papers with one key take linear time.
        let (suffix, written) = loop {
            let suffix = suffix(tried);
            tried += 1;
            let written = lower_case.clone() + &suffix;
            if !self.keys.contains_key(&written) {
                break (suffix, written);
            }
        };
        self.keys.insert(written, 0);
        self.keys.insert(lower_case, tried);
        key + &suffix
    }
}

impl<W: Write> PaperWriter for BibtexWriter<W> {
    fn paper(&mut self, paper: &Paper) -> io::Result<()> {
        let separator = if self.keys.is_empty() { "" } else { "\n" };
        let key = self.key(paper);
        let detail = |name: &str| paper.details.get(name).map(String::as_str);
        let (entry, of_type) = entry(paper.kind.as_deref(), detail("type"), paper.venue.is_some());
        let mut fields = fields(paper, entry);
        if let Some(of_type) = of_type {
            fields.insert("type".to_owned(), braced(&to_latex(of_type)));
        }
        writeln!(self.target, "{separator}@{entry}{{{key},")?;
        let listed = |names: &'static [&str]| names.iter().filter_map(|name| fields.get_key_value(*name));
        let others =
            fields.iter().filter(|(name, _)| !FIRST.contains(&name.as_str()) && !LAST.contains(&name.as_str()));
        for (name, value) in listed(FIRST).chain(others).chain(listed(LAST)) {
            writeln!(self.target, "  {name} = {value},")?;
        }
        writeln!(self.target, "}}")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}

/// The suffix of a key at a place: `a` to `z`, then 2, 3 and so on.
fn suffix(place: u64) -> String {
    u8::try_from(place)
        .ok()
        .filter(|place| *place < 26)
        .map_or_else(|| (place - 24).to_string(), |place| char::from(b'a' + place).to_string())
}

/// Whether TeX and BibTeX accept this as a key.
fn is_legal_key(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || "-_:./+*;!?<>@[]|()'`^$".contains(c))
}

/// Returns a key made from author, year and title. It is the same in every export.
fn made_key(paper: &Paper) -> String {
    let author = paper.authors.first().map_or("", String::as_str);
    let derived = derived_id(&paper.title, author, paper.year).to_string();
    let key: String = derived.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    if key.starts_with('-') { format!("paper{key}") } else { key }
}

/// The fields of an entry, with their values as written in the file.
fn fields(paper: &Paper, entry: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for (name, value) in &paper.details {
        let name = field_name(classic_field(name, entry));
        if !name.is_empty() && !matches!(name.as_str(), PROTECTED | "type" | "author" | "crossref" | "xdata") {
            let value = detail(&name, value);
            fields.insert(name, value);
        }
    }
    let mut set = |name: &str, value: String| fields.insert(name.to_owned(), value);
    let detail = |name: &str| paper.details.get(name).map(String::as_str);
    set("title", braced(&with_groups(&paper.title, detail(PROTECTED))));
    if !paper.authors.is_empty() {
        let others = paper.et_al.then(|| "others".to_owned());
        let names = paper.names().iter().map(written_name).chain(others).collect::<Vec<_>>();
        set("author", braced(&names.join(" and ")));
    }
    if let Some(venue) = &paper.venue {
        let kind = paper.kind.as_deref().unwrap_or_default();
        let name = if is_within_book(kind) || is_container(kind) { "booktitle" } else { "journal" };
        set(name, braced(&to_latex(venue)));
    }
    if let (Some(year), None) = (paper.year, detail("year")) {
        set("year", braced(&year.to_string()));
    }
    if let Some(date) = paper.date {
        set("month", month_macro(&date.month().to_string()).unwrap_or_default().to_owned());
        set("day", braced(&date.day().to_string()));
    }
    for (name, list) in
        [("keywords", &paper.keywords), ("affiliation", &paper.organizations), ("categories", &paper.categories)]
    {
        if !list.is_empty() {
            set(name, braced(&written_list(list)));
        }
    }
    if let Some(url) = &paper.url {
        set("url", braced(&verbatim(url)));
    }
    if paper.has_code {
        set(HAS_CODE, braced("true"));
    }
    if let Some(text) = &paper.abstract_text {
        set("abstract", braced(&to_latex(text)));
    }
    identifiers(paper, &mut fields);
    fields
}

fn identifiers(paper: &Paper, fields: &mut BTreeMap<String, String>) {
    for identifier in paper.ids.iter() {
        let name = match identifier.kind {
            IdentifierKind::Arxiv => "eprint",
            other => other.name(),
        };
        fields.insert(name.to_owned(), braced(&verbatim(&identifier.value)));
        if identifier.kind == IdentifierKind::Arxiv {
            fields.insert("archiveprefix".to_owned(), braced("arXiv"));
            if let [class] = &paper.categories[..] {
                fields.remove("categories");
                fields.insert("primaryclass".to_owned(), braced(&written_list(std::slice::from_ref(class))));
            }
        }
    }
}

fn braced(value: &str) -> String {
    format!("{{{value}}}")
}

/// Returns `name` with a hyphen for each sign that BibTeX does not allow in field names. A name that begins with a
/// digit gets `x-` in front.
fn field_name(name: &str) -> String {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || "!$&*+-./:;<>?[]^_`|".contains(c);
    let legal: String = name.chars().map(|c| if is_legal(c) { c } else { '-' }).collect();
    if legal.starts_with(|c: char| c.is_ascii_digit()) { format!("x-{legal}") } else { legal }
}

fn detail(name: &str, value: &str) -> String {
    match name {
        "month" => month_macro(value).map_or_else(|| braced(&to_latex(value)), str::to_owned),
        "pages" => braced(&to_latex(&value.replace("--", "–"))),
        _ if is_people(name) => braced(&written_names(value)),
        "file" if is_balanced(value) => braced(value),
        _ if is_verbatim(name) => braced(&verbatim(value)),
        _ => braced(&to_latex(value)),
    }
}

/// Returns a list of names in BibTeX's notation, with the names in LaTeX.
fn written_names(list: &str) -> String {
    let names = split_and(list);
    let written = names.iter().map(|name| match name.as_str() {
        "others" => name.clone(),
        name => written_name(&Name::parse(name)),
    });
    written.collect::<Vec<_>>().join(" and ")
}

fn written_name(name: &Name) -> String {
    let part = |text: &str| {
        let latex = to_latex_in_ascii(text);
        // Commas and the word "and" are separators in a list of names, so a part of a name that contains one is put in
        // braces.
        let is_list = text.split_whitespace().any(|word| word.eq_ignore_ascii_case("and")) || text.contains(',');
        if is_list && !(name.given.is_empty() && name.suffix.is_empty()) { braced(&latex) } else { latex }
    };
    let is_others = name.given.is_empty() && name.suffix.is_empty() && name.family.eq_ignore_ascii_case("others");
    let written = Name { family: part(&name.family), given: part(&name.given), suffix: part(&name.suffix) };
    if is_others { braced(&written.family) } else { written.notation() }
}

/// Joins elements with commas. An element that contains a comma or a semicolon is put in braces.
fn written_list(list: &[String]) -> String {
    let element = |text: &String| {
        let latex = to_latex(text);
        if text.contains([',', ';']) { braced(&latex) } else { latex }
    };
    list.iter().map(element).collect::<Vec<_>>().join(", ")
}

/// Returns a text such as a link, unchanged except for signs that would break the entry.
fn verbatim(text: &str) -> String {
    if !text.contains(['\\', '{', '}']) {
        return text.to_owned();
    }
    if text.contains("://") {
        return text.replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C");
    }
    let [open, close] = if is_balanced(text) { ["\\{", "\\}"] } else { ["(", ")"] };
    let escaped = text.chars().map(|c| match c {
        '\\' => "\\textbackslash{}".to_owned(),
        '{' => open.to_owned(),
        '}' => close.to_owned(),
        c => c.to_string(),
    });
    escaped.collect()
}

fn is_balanced(text: &str) -> bool {
    let mut depth = 0i64;
    let never_below = text.bytes().all(|byte| {
        depth += i64::from(byte == b'{') - i64::from(byte == b'}');
        depth >= 0
    });
    never_below && depth == 0
}

#[cfg(test)]
mod tests;
