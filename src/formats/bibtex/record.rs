//! Makes a record from an entry: the meaning of each field.

use std::collections::HashMap;

use super::dates;
use super::kinds;
use super::parse::Entry;
use super::people;
use super::protection::{self, PROTECTED};
use crate::paper::clean::latex::{from_latex, from_latex_link, from_latex_with_groups};
use crate::paper::{Identifier, IdentifierKind, Name, Record, split_outside_braces, with_subtitle};

/// relata's own field that marks papers with code.
pub(in crate::formats) const HAS_CODE: &str = "has_code";

/// Repeated fields get numbers below this one. Others are left out: an entry with more repeats no field on purpose.
const MAX_NUMBERED: u32 = 100;

/// The fields of an entry under BibLaTeX's names. A field that is used is removed; the remaining fields become details.
struct Fields {
    fields: Vec<(String, String)>,
}

impl Fields {
    /// Joins repeated lists, and numbers other repeated fields if their values differ.
    fn new(entry: Entry) -> Self {
        let mut fields: Vec<(String, String)> = Vec::with_capacity(entry.fields.len());
        // The place of each name, and the next number of repeated fields, so that many fields take linear time.
        let mut places: HashMap<String, usize> = HashMap::with_capacity(entry.fields.len());
        let mut next_numbers: HashMap<String, u32> = HashMap::new();
        let mut has_semicolon = false;
        let has_location = entry.get("location").is_some_and(|value| !value.trim().is_empty());
        for (name, value) in entry.fields {
            if value.trim().is_empty() {
                continue;
            }
            // In ACM's entries `address` is the place of the publisher, and `location` the place of the conference.
            let name = match name.as_str() {
                "location" => "location".to_owned(),
                "address" if has_location => "address".to_owned(),
                other => kinds::field(other).to_owned(),
            };
            let value = if value.trim().len() == value.len() { value } else { value.trim().to_owned() };
            let adds_semicolon = name == "keywords" && value.contains(';');
            match places.get(&name).map(|place| &mut fields[*place].1) {
                None => {
                    places.insert(name.clone(), fields.len());
                    fields.push((name, value));
                }
                Some(first) if *first == value => {}
                Some(first) if kinds::is_people(&name) => {
                    first.push_str(" and ");
                    first.push_str(&value);
                }
                Some(first) if name == "keywords" => {
                    first.push_str(if has_semicolon { "; " } else { ", " });
                    first.push_str(&value);
                }
                Some(_) => {
                    let next = next_numbers.entry(name.clone()).or_insert(2);
                    while *next < MAX_NUMBERED && places.contains_key(&format!("{name}-{next}")) {
                        *next += 1;
                    }
                    if *next < MAX_NUMBERED {
                        let numbered = format!("{name}-{next}");
                        places.insert(numbered.clone(), fields.len());
                        fields.push((numbered, value));
                    }
                }
            }
            has_semicolon |= adds_semicolon;
        }
        let mut fields = Self { fields };
        if fields.has("address") {
            if fields.get("address") == fields.get("location") {
                fields.take("location");
            }
            fields.rename("location", if fields.has("venue") { "eventlocation" } else { "venue" });
            fields.rename("address", "location");
        }
        fields
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Renames a field, if it is there.
    fn rename(&mut self, name: &str, new: &str) {
        let field = self.fields.iter_mut().find(|(found, _)| found == name);
        field.into_iter().for_each(|(name, _)| *name = new.to_owned());
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.fields.iter().position(|(found, _)| found == name)?;
        Some(self.fields.swap_remove(at).1)
    }

    /// Removes a field and returns it as text. The text is empty if the field is not there.
    fn text(&mut self, name: &str) -> String {
        self.take(name).map(|latex| text(&latex)).unwrap_or_default()
    }

    /// Removes a field and returns the identifier in it. If it has no identifier of this kind, keeps the field.
    fn identifier(&mut self, name: &str, kind: IdentifierKind) -> Option<(IdentifierKind, String)> {
        let value = from_latex_link(self.get(name)?.trim());
        let identifier = Identifier::of_kind(kind, &value)?;
        self.take(name);
        Some((identifier.kind, identifier.value))
    }
}

fn text(latex: &str) -> String {
    from_latex(latex.trim()).trim().to_owned()
}

/// Makes the record of an entry.
pub(super) fn record(entry: Entry) -> Record {
    let (kind, implied_type) = kinds::kind(&entry.kind);
    let mut record = Record { id: entry.key.clone(), kind: kind.to_owned(), ..Record::default() };
    let mut fields = Fields::new(entry);
    title(&mut fields, &mut record);
    if let Some(latex) = fields.take("author") {
        (record.authors, record.et_al) = people::names(&latex);
    }
    let [date, year, month, day] = ["date", "year", "month", "day"].map(|name| fields.text(name));
    let published = dates::published(&date, &year, &month, &day);
    (record.year, record.date) = (published.year, published.date);
    record.details.extend(published.details.into_iter().map(|(name, value)| (name.to_owned(), value)));
    venue(&mut fields, &mut record);
    record.abstract_text = fields.text("abstract");
    record.keywords = list(fields.take("keywords"));
    record.organizations = list(fields.take("affiliation"));
    identifiers(&mut fields, &mut record);
    record.categories.extend(list(fields.take("categories")));
    record.categories.dedup();
    links(&mut fields, &mut record);
    add_type(&mut fields, &mut record, implied_type);
    record.has_code = fields.text(HAS_CODE) == "true";
    if !fields.has("number") && fields.get("issue").is_some_and(is_number) {
        fields.rename("issue", "number");
    }
    record.mentions.extend(["note", "howpublished", "annotation"].iter().filter_map(|name| fields.get(name)).map(text));
    record.details.extend(fields.fields.into_iter().filter_map(|(name, value)| detail(name, &value)));
    record
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Sets the title, with the subtitle. If there is no `title`, the title is in `booktitle` (of a book), `maintitle` (of
/// a work in several volumes) or `issuetitle`.
fn title(fields: &mut Fields, record: &mut Record) {
    let is_book = kinds::is_container(&record.kind);
    let mut prefixes = ["", "book", "main", "issue"].into_iter().filter(|prefix| *prefix != "book" || is_book);
    let found = prefixes.find_map(|prefix| Some((prefix, fields.take(&format!("{prefix}title"))?)));
    let Some((prefix, title)) = found else { return };
    let mut marked = from_latex_with_groups(title.trim());
    if let Some(subtitle) = fields.take(&format!("{prefix}subtitle")) {
        marked = with_subtitle(&marked, &from_latex_with_groups(subtitle.trim()));
    }
    let (title, protected) = protection::without_groups(&marked);
    record.title = title.trim().to_owned();
    record.details.extend(protected.map(|words| (PROTECTED.to_owned(), words)));
}

/// Sets the venue from the first field that contains one. The other fields become details.
fn venue(fields: &mut Fields, record: &mut Record) {
    let is_book = kinds::is_container(&record.kind);
    let names = match is_book || kinds::is_within_book(&record.kind) {
        true => &["booktitle", "journaltitle"][..],
        false => &["journaltitle", "booktitle", "venue"],
    };
    let venues = names.iter().map(|name| fields.text(name));
    // The `booktitle` of a book may be its own title, which is not a venue.
    let mut venues = venues.filter(|venue| !(venue.is_empty() || is_book && *venue == record.title));
    record.venue = venues.next().unwrap_or_default();
    if !record.venue.is_empty() {
        record.mentions.push(record.venue.clone());
    }
    // dblp writes arXiv preprints as volume `abs/…` of the journal CoRR.
    let paper = fields.get("volume").and_then(|volume| volume.trim().strip_prefix("abs/"));
    record.mentions.extend(paper.filter(|_| record.venue == "CoRR").map(|id| format!("arXiv:{id}")));
}

fn identifiers(fields: &mut Fields, record: &mut Record) {
    let archive = fields.get("eprinttype").map(|value| text(value).to_lowercase());
    let of_archive = match archive.as_deref() {
        None | Some("arxiv") => Some(IdentifierKind::Arxiv),
        Some("pubmed" | "pmid" | "medline") => Some(IdentifierKind::Pmid),
        Some(_) => None,
    };
    if let Some(found) = of_archive.and_then(|kind| fields.identifier("eprint", kind)) {
        if found.0 == IdentifierKind::Arxiv {
            record.categories.extend(fields.take("eprintclass").map(|class| text(&class)));
        }
        fields.take("eprinttype");
        record.identifiers.push(found);
    }
    for kind in IdentifierKind::ALL {
        record.identifiers.extend(fields.identifier(kind.name(), kind));
    }
    record.identifiers.extend(fields.identifier("arxivid", IdentifierKind::Arxiv));
}

fn links(fields: &mut Fields, record: &mut Record) {
    record.url = fields.take("url").map(|url| from_latex_link(url.trim())).unwrap_or_default();
    if let Some(value) = fields.get("howpublished") {
        let is_link = |word: &&str| word.starts_with("http://") || word.starts_with("https://");
        let link = from_latex_link(value).split_whitespace().find(is_link).map(str::to_owned);
        match record.url.trim().is_empty() {
            true => record.url = link.unwrap_or_default(),
            false => record.mentions.extend(link),
        }
    }
}

/// Adds the detail `type`: the stated type of the work, or the one that its entry type implies.
fn add_type(fields: &mut Fields, record: &mut Record, implied: Option<&'static str>) {
    let stated = fields.text("type");
    let known = kinds::thesis_type(&stated).filter(|_| record.kind == "thesis");
    let value = match known.or(implied.filter(|_| stated.is_empty())) {
        Some(known) => known.to_owned(),
        None => stated,
    };
    if !value.is_empty() {
        record.details.push(("type".to_owned(), value));
    }
}

/// Makes a detail of a field for which a record has no place.
fn detail(name: String, latex: &str) -> Option<(String, String)> {
    let value = if kinds::is_people(&name) {
        let (names, et_al) = people::names(latex);
        let others = et_al.then(|| "others".to_owned());
        let names = names.iter().map(|name| Name::parse(name).notation());
        names.chain(others).collect::<Vec<_>>().join(" and ")
    } else if name == "file" {
        latex.trim().to_owned()
    } else if kinds::is_verbatim(&name) {
        from_latex_link(latex.trim())
    } else {
        text(latex)
    };
    // The writer sets `protected` itself.
    (!value.is_empty() && name != PROTECTED).then_some((name, value))
}

/// Splits a list at semicolons, or at commas if there are none, but not inside braces.
fn list(latex: Option<String>) -> Vec<String> {
    let latex = latex.unwrap_or_default();
    let parts = |separator| split_outside_braces(&latex, move |c| c == separator);
    let separator = if parts(';').count() > 1 { ';' } else { ',' };
    parts(separator).map(text).filter(|element| !element.is_empty()).collect()
}
