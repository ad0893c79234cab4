//! What the fields of a RIS record mean.
//!
//! Programs disagree about some tags: the `A2` of a book may be its editor or the editor of its series. EndNote's table
//! of tags by type applies, unless other fields of the record show the meaning. A tag without a meaning is kept as a
//! detail such as `ris:c1`.

use super::types::{self, Shape, Type};
use crate::formats::pages::page_range;
use crate::formats::tagged::dates::Day;
use crate::formats::tagged::names::{joined, people};
use crate::formats::tagged::numbers::StandardNumbers;
use crate::formats::tagged::records::Fields;
use crate::formats::tagged::table::To::{Authors, Detail, Dropped, Id, Identifier, Keywords, Names};
use crate::formats::tagged::table::{To, detail, fill, set_date};
use crate::formats::thesis_degrees::thesis_type;
use crate::paper::{self, IdentifierKind, Record};

#[rustfmt::skip]
const TAGS: &[(&str, To)] = &[
    ("ID", Id), ("AU A1", Authors), ("KW DE", Keywords), ("DO DI", Identifier(IdentifierKind::Doi)),
    ("PMID PM", Identifier(IdentifierKind::Pmid)), ("VL VO", Detail("volume")), ("VO", Dropped),
    ("CY PP PI", Detail("location")), ("LA", Detail("language")), ("NV", Detail("volumes")),
];

/// Tags that are useless to a reader: times of export, names of programs, counts of citations, references, the mark of
/// the end.
const DROPPED: &str = "ER TS M4 TC Z9 NR CR WE LB AI";

/// The most values of `M1` that are kept. Ovid puts the list of references under `M1`, so more values than this are
/// references.
const MOST_NUMBERS: usize = 3;

/// Makes a record from its fields.
pub(super) fn record(fields: &mut Fields) -> Record {
    let code = fields.take("TY");
    let code = code.split_whitespace().next().unwrap_or_default().to_uppercase();
    let known = types::by_code(&code);
    let mut record = Record { kind: known.kind.to_owned(), ..Record::default() };
    if types::by_kind(known.kind).code != code {
        detail(&mut record, "ris:ty", code);
    }
    fields.take_all(DROPPED);
    if fields.count("M1") > MOST_NUMBERS {
        fields.take_all("M1");
    }
    titles(&mut record, fields, known.shape);
    fill(&mut record, fields, TAGS);
    credits(&mut record, fields, known);
    dates(&mut record, fields);
    extra(&mut record, fields);
    identifiers(&mut record, fields);
    abstracts(&mut record, fields);
    numbers(&mut record, fields, known.shape);
    notes(&mut record, fields);
    links(&mut record, fields);
    for (tag, value) in fields.take_rest() {
        detail(&mut record, &format!("ris:{}", tag.to_lowercase()), value);
    }
    record
}

fn has_detail(record: &Record, name: &str) -> bool {
    record.details.iter().any(|(known, _)| known == name)
}

fn titles(record: &mut Record, fields: &mut Fields, shape: Shape) {
    let is_whole = matches!(shape, Shape::Book | Shape::Thesis | Shape::Report);
    record.title = fields.take(if is_whole { "TI T1 CT BT" } else { "TI T1 CT" });
    if record.title.is_empty() {
        // Some records have only a short title, or the title of the book or the journal.
        record.title = fields.take("ST BT T2 TT");
    }
    // Drops the same title under another tag.
    for tag in ["T1", "CT", "ST"] {
        if fields.peek(tag) == record.title {
            fields.take(tag);
        }
    }
    record.venue = fields.take(match shape {
        Shape::Article => "JF T2 JO BT JA J2 J1 T3",
        Shape::Conference if fields.count("C3") == 1 => "C3 T2 BT JF JO JA J2 J1",
        Shape::Conference | Shape::Part | Shape::Other | Shape::Patent => "T2 BT JF JO JA J2 J1",
        Shape::Book | Shape::Report => "JF JO",
        Shape::Thesis => "",
    });
    if fields.peek("T2") == record.venue {
        fields.take("T2");
    }
    let mut series = "T3";
    match shape {
        Shape::Conference => detail(record, "eventtitle", fields.take("T2")),
        Shape::Book | Shape::Report => series = "T2 T3",
        Shape::Article | Shape::Thesis | Shape::Patent => series = "",
        Shape::Part | Shape::Other => {}
    }
    fill(record, fields, &[(series, Detail("series")), ("ST", Detail("shorttitle"))]);
    let short_names = fields.take_all("JO JA J2 JI J1 J9 NL");
    let short_name = short_names.into_iter().find(|name| *name != record.venue);
    detail(record, "shortjournal", short_name.unwrap_or_default());
}

/// Sets editors, translators and organisations.
fn credits(record: &mut Record, fields: &mut Fields, known: Type) {
    let mut editors = people(&fields.take_all("ED"));
    let is_edited = known.code == "EDBOOK";
    let tag = match known.shape {
        Shape::Book if is_edited => "",
        Shape::Book if fields.has("A3") => "A3",
        Shape::Thesis | Shape::Patent | Shape::Other => "",
        _ => "A2",
    };
    // Under this tag, Ovid lists the authors of tests, all on one line.
    if fields.peek(tag).matches(',').count() <= 2 {
        editors.extend(people(&fields.take_all(tag)));
    }
    if is_edited && editors.is_empty() {
        editors = std::mem::take(&mut record.authors);
    }
    detail(record, "editor", joined(&editors));
    if matches!(known.shape, Shape::Book | Shape::Part) {
        fill(record, fields, &[("A4", Names("translator"))]);
    }
    let addresses = fields.take_lines("AD");
    record.organizations = addresses.iter().flat_map(|line| line.split("; ")).map(str::to_owned).collect();
    // Only Web of Science has the tags `PU` and `FX`. It lists organisations under `C3`.
    if fields.has("PU") || fields.has("FX") {
        let places = fields.take_all("C3");
        if record.organizations.is_empty() {
            record.organizations = places;
        }
        fields.take_all("PA");
    }
}

fn dates(record: &mut Record, fields: &mut Fields) {
    let texts = ["PY", "DA", "Y1"].map(|tag| fields.take(tag));
    set_date(record, &texts);
    for (name, text) in ["ris:py", "ris:da", "ris:y1"].into_iter().zip(texts) {
        // Keeps a text in which nothing could be read, such as "NOV-DEC" or "Spring".
        if Day::parse(&text) == Day::default() {
            detail(record, name, text);
        }
    }
    if let Some(date) = Day::parse(fields.peek("Y2")).date() {
        fields.take("Y2");
        detail(record, "urldate", date.to_string());
    }
}

/// Takes identifiers from the field that Zotero calls "Extra": `PMID: 12345678`.
fn extra(record: &mut Record, fields: &mut Fields) {
    let mut others = Vec::new();
    for line in fields.take_lines("M2") {
        let (name, value) = line.split_once(": ").unwrap_or_default();
        let kind = IdentifierKind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name));
        match kind.and_then(|kind| paper::Identifier::of_kind(kind, value)) {
            Some(found) => record.identifiers.push((found.kind, found.value)),
            None => others.push(line),
        }
    }
    detail(record, "ris:m2", others.join("; "));
}

fn identifiers(record: &mut Record, fields: &mut Fields) {
    let is_of_pubmed = ["DP", "DB"].iter().any(|tag| {
        let database = fields.peek(tag).to_lowercase();
        ["nlm", "pubmed", "medline"].iter().any(|name| database.contains(name))
    });
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let tags: &[&str] = if is_of_pubmed { &["AN", "C2", "C5"] } else { &["C2", "C5"] };
    for tag in tags {
        let text = fields.peek(tag);
        if text.strip_prefix("PMC").is_some_and(are_digits) {
            detail(record, "pmcid", fields.take(tag));
        } else if (6..=8).contains(&text.len()) && are_digits(text) {
            record.identifiers.push((IdentifierKind::Pmid, fields.take(tag)));
        }
    }
    // Cochrane writes "PUBMED 21314913,EMBASE 361121190".
    if let Some(rest) = fields.peek("C3").strip_prefix("PUBMED ") {
        let digits = rest.chars().take_while(char::is_ascii_digit).collect();
        record.identifiers.push((IdentifierKind::Pmid, digits));
    }
    // Some programs put identifiers under these tags, and others put other values there.
    for tag in ["M3", "L3", "AN", "C7", "M1", "DOI"] {
        let found = paper::Identifier::parse(fields.peek(tag));
        if let Some(found) = found.filter(|found| matches!(found.kind, IdentifierKind::Doi | IdentifierKind::Arxiv)) {
            fields.take(tag);
            record.identifiers.push((found.kind, found.value));
        }
    }
}

/// Sets the abstract to the first text that is not a copyright notice. Other texts are kept as a detail.
fn abstracts(record: &mut Record, fields: &mut Fields) {
    let mut texts = fields.take_all("AB");
    texts.extend(fields.take_all("N2"));
    let is_notice = |text: &String| {
        let start = text.trim_start_matches(['(', ' ']);
        ["Copyright of ", "Copyright \u{a9}", "\u{a9} ", "Copyright (c)"].iter().any(|notice| start.starts_with(notice))
    };
    // The sort is stable, so the other texts stay in order.
    texts.sort_by_key(is_notice);
    let mut texts = texts.into_iter();
    record.abstract_text = texts.next().unwrap_or_default();
    let others: Vec<String> = texts.filter(|text| *text != record.abstract_text && !is_notice(text)).collect();
    detail(record, "ris:ab", others.join("; "));
}

/// Sets ISSN, ISBN, number, pages, publisher, edition and type.
fn numbers(record: &mut Record, fields: &mut Fields, shape: Shape) {
    let numbers = StandardNumbers::find(&fields.take_all("SN"));
    detail(record, "issn", numbers.issn);
    detail(record, "isbn", numbers.isbn);
    let is_numbered = matches!(shape, Shape::Report | Shape::Patent);
    detail(record, if is_numbered { "number" } else { "ris:sn" }, numbers.others.join("; "));
    detail(record, "number", fields.take("IS CP"));
    if fields.peek("M1").len() <= 12 && shape != Shape::Part && !has_detail(record, "number") {
        detail(record, "number", fields.take("M1"));
    }
    let (first, last) = (fields.take("SP"), fields.take("EP"));
    let is_total = matches!(shape, Shape::Book | Shape::Thesis) && last.is_empty() && !first.contains('-');
    detail(record, if is_total { "pagetotal" } else { "pages" }, page_range(&first, &last));
    let has_institution = matches!(shape, Shape::Thesis | Shape::Report);
    detail(record, if has_institution { "institution" } else { "publisher" }, fields.take("PB PU"));
    // Ovid gives the country as a second publisher.
    if record.details.iter().any(|(name, place)| name == "location" && place == fields.peek("PB")) {
        fields.take("PB");
    }
    if shape != Shape::Article {
        fill(record, fields, &[("ET", Detail("edition"))]);
    }
    match shape {
        Shape::Article => detail(record, "eid", fields.take("C7")),
        Shape::Part => detail(record, "chapter", fields.take("SE")),
        Shape::Thesis => detail(record, "type", thesis_type(&fields.take("M3 U1"))),
        Shape::Report | Shape::Patent => detail(record, "type", fields.take("M3")),
        _ => {}
    }
}

/// The beginnings of lines that Scopus and Web of Science add to notes: the date of export and counts of citations.
/// These lines are dropped.
const DROPPED_NOTE_LINES: [&str; 5] =
    ["Export Date:", "Cited By", "Times Cited", "Total Times Cited", "Cited Reference Count"];

fn notes(record: &mut Record, fields: &mut Fields) {
    let mut notes = Vec::new();
    for note in fields.take_all("N1 RN") {
        let lines = note.lines().filter(|line| !DROPPED_NOTE_LINES.iter().any(|start| line.starts_with(start)));
        let note = lines.collect::<Vec<_>>().join("; ");
        match paper::Identifier::parse(&note) {
            Some(found) => record.identifiers.push((found.kind, found.value)),
            None if !note.is_empty() => notes.push(note),
            None => {}
        }
    }
    detail(record, "note", notes.join("; "));
    record.mentions.extend(notes);
}

/// Sets the URL to the first link, and looks for identifiers in all links.
fn links(record: &mut Record, fields: &mut Fields) {
    let is_link = |text: &str| text.contains("://") && !text.starts_with("internal-pdf") && !text.starts_with("file:");
    // `LK` is a link to the resolver of a library, which is useless if there is another link.
    if !fields.peek("UR").is_empty() {
        fields.take_all("LK");
    }
    for tag in ["UR", "L2", "LK", "L1", "L3", "L4"] {
        let lines = fields.take_lines(tag);
        let mut links: Vec<String> = lines.iter().flat_map(|line| line.split("; ")).map(str::to_owned).collect();
        let identifier = |link: &String| paper::Identifier::parse(link);
        if tag != "UR" {
            links.retain(|link| is_link(link) || identifier(link).is_some());
        }
        record.mentions.extend(links.iter().cloned());
        if record.url.is_empty() && !links.is_empty() {
            record.url = links.remove(0);
        }
        // A link to the DOI is dropped, because the DOI itself is kept as an identifier.
        links.retain(|link| tag == "UR" || identifier(link).is_none_or(|found| found.kind != IdentifierKind::Doi));
        detail(record, &format!("ris:{}", tag.to_lowercase()), links.join("; "));
    }
}
