//! From an entry to a record: which field means what.

use super::dates;
use super::kinds;
use super::parse::Entry;
use super::people;
use super::protection::{self, PROTECTED};
use crate::paper::clean::latex::{from_latex, from_latex_link, from_latex_with_groups};
use crate::paper::{Identifier, IdentifierKind, Name, Record, with_subtitle};

/// The field that says that there is code; only relata has it.
pub(in crate::formats) const HAS_CODE: &str = "has_code";

/// Fields by BibLaTeX's names; each is taken out once, and what is left goes into the details.
struct Fields {
    fields: Vec<(String, String)>,
}

impl Fields {
    /// Joins lists that are given in pieces, and numbers other fields that come again with something else in them.
    fn new(entry: Entry) -> Self {
        let mut fields: Vec<(String, String)> = Vec::with_capacity(entry.fields.len());
        let has_location = entry.get("location").is_some_and(|value| !value.trim().is_empty());
        for (name, value) in entry.fields {
            if value.trim().is_empty() {
                continue;
            }
            // ACM says where the publisher is in `address` and where people met in `location`.
            let name = match name.as_str() {
                "location" => "location".to_owned(),
                "address" if has_location => "address".to_owned(),
                other => kinds::field(other).to_owned(),
            };
            match fields.iter_mut().find(|(found, _)| *found == name) {
                None => fields.push((name, value)),
                Some((_, first)) if first.trim() == value.trim() => {}
                Some((_, first)) if kinds::is_people(&name) => *first = format!("{first} and {value}"),
                Some((_, first)) if name == "keywords" => {
                    let separator = if first.contains(';') { "; " } else { ", " };
                    *first = format!("{first}{separator}{value}");
                }
                Some(_) => {
                    let number =
                        (2..100).find(|number| !fields.iter().any(|(found, _)| *found == format!("{name}-{number}")));
                    fields.extend(number.map(|number| (format!("{name}-{number}"), value)));
                }
            }
        }
        let mut fields = Self { fields };
        if let Some(address) = fields.take("address") {
            let met = fields.take("location").filter(|met| *met != address);
            fields.fields.push(("location".to_owned(), address));
            let name = if fields.has("venue") { "eventlocation" } else { "venue" };
            fields.fields.extend(met.map(|met| (name.to_owned(), met)));
        }
        fields
    }

    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(found, _)| found == name)
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.fields.iter().position(|(found, _)| found == name)?;
        Some(self.fields.swap_remove(at).1)
    }

    /// The field as text; empty if it is not there.
    fn text(&mut self, name: &str) -> String {
        self.take(name).map(|latex| text(&latex)).unwrap_or_default()
    }

    /// An identifier, if the field has one of its kind; else it is left.
    fn identifier(&mut self, name: &str, kind: IdentifierKind) -> Option<(IdentifierKind, String)> {
        let value = from_latex_link(self.fields.iter().find(|(found, _)| found == name)?.1.trim());
        let identifier = Identifier::of_kind(kind, &value)?;
        self.take(name);
        Some((identifier.kind, identifier.value))
    }
}

fn text(latex: &str) -> String {
    from_latex(latex.trim()).trim().to_owned()
}

/// The record of an entry.
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
    of_type(&mut fields, &mut record, implied_type);
    record.has_code = fields.text(HAS_CODE) == "true";
    if !fields.has("number") && fields.fields.iter().any(|(name, value)| name == "issue" && is_number(value)) {
        let issue = fields.take("issue");
        fields.fields.extend(issue.map(|issue| ("number".to_owned(), issue)));
    }
    let mentions =
        ["note", "howpublished", "annotation"].map(|name| fields.fields.iter().find(|(found, _)| found == name));
    record.mentions.extend(mentions.into_iter().flatten().map(|(_, value)| text(value)));
    record.details.extend(fields.fields.into_iter().filter_map(|(name, value)| detail(name, &value)));
    record
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Title and subtitle. A book without a title may have one for those in it, a whole of several volumes for all of them.
fn title(fields: &mut Fields, record: &mut Record) {
    let is_book = kinds::is_container(&record.kind);
    let names = [
        ("title", "subtitle"),
        ("booktitle", "booksubtitle"),
        ("maintitle", "mainsubtitle"),
        ("issuetitle", "issuesubtitle"),
    ];
    let usable = names.iter().filter(|(name, _)| matches!(*name, "title" | "maintitle" | "issuetitle") || is_book);
    let Some((name, subname)) = usable.into_iter().find(|(name, _)| fields.has(name)) else { return };
    let mut marked = from_latex_with_groups(fields.take(name).unwrap_or_default().trim());
    if let Some(subtitle) = fields.take(subname) {
        marked = with_subtitle(&marked, &from_latex_with_groups(subtitle.trim()));
    }
    let (title, protected) = protection::without_groups(&marked);
    record.title = title.trim().to_owned();
    record.details.extend(protected.map(|words| (PROTECTED.to_owned(), words)));
}

/// Where it was published: the first of the fields that say so is the venue, another stays a detail.
fn venue(fields: &mut Fields, record: &mut Record) {
    let within_book = kinds::is_within_book(&record.kind) || kinds::is_container(&record.kind);
    let names =
        if within_book { ["booktitle", "journaltitle", "venue"] } else { ["journaltitle", "booktitle", "venue"] };
    for name in names {
        if name == "venue" && within_book {
            break;
        }
        let venue = fields.text(name);
        // A book may carry its own title for those in it.
        let is_its_own = kinds::is_container(&record.kind) && venue == record.title;
        if !venue.is_empty() && !is_its_own {
            record.venue = venue;
            break;
        }
    }
    if !record.venue.is_empty() {
        record.mentions.push(record.venue.clone());
    }
    // How dblp writes preprints.
    let paper = fields
        .fields
        .iter()
        .find(|(name, _)| name == "volume")
        .and_then(|(_, volume)| volume.trim().strip_prefix("abs/"));
    record.mentions.extend(paper.filter(|_| record.venue == "CoRR").map(|id| format!("arXiv:{id}")));
}

fn identifiers(fields: &mut Fields, record: &mut Record) {
    let archive =
        fields.fields.iter().find(|(name, _)| name == "eprinttype").map(|(_, value)| text(value).to_lowercase());
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
    for &kind in IdentifierKind::ALL {
        record.identifiers.extend(fields.identifier(kind.name(), kind));
    }
    record.identifiers.extend(fields.identifier("arxivid", IdentifierKind::Arxiv));
}

fn links(fields: &mut Fields, record: &mut Record) {
    record.url = fields.take("url").map(|url| from_latex_link(url.trim())).unwrap_or_default();
    if let Some((_, value)) = fields.fields.iter().find(|(name, _)| name == "howpublished") {
        let is_link = |word: &&str| word.starts_with("http://") || word.starts_with("https://");
        let link = from_latex_link(value).split_whitespace().find(is_link).map(str::to_owned);
        match record.url.trim().is_empty() {
            true => record.url = link.unwrap_or_default(),
            false => record.mentions.extend(link),
        }
    }
}

/// A thesis says which one it is.
fn of_type(fields: &mut Fields, record: &mut Record, implied: Option<&'static str>) {
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

/// A field that has no place of its own, by its name.
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
    // What only the writer sets, and what it writes in a form of its own.
    (!value.is_empty() && name != PROTECTED).then_some((name, value))
}

/// A list between semicolons, or commas if there are none; braces keep an element together.
fn list(latex: Option<String>) -> Vec<String> {
    let latex = latex.unwrap_or_default();
    let separator = if split(&latex, ';').len() > 1 { ';' } else { ',' };
    split(&latex, separator).into_iter().map(text).filter(|element| !element.is_empty()).collect()
}

fn split(latex: &str, separator: char) -> Vec<&str> {
    let mut depth = 0usize;
    let parts = latex.split(|c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && c == separator
    });
    parts.collect()
}
