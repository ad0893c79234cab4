//! What the fields of a RIS record say.
//!
//! Where programs disagree about a tag (is `A2` of a book its editor or that of its series?), EndNote's table of tags
//! by type is followed unless other fields of the record tell better. What no tag means is kept as `ris:c1`.
//!
//! relata writes what RIS has no tag for as `M2  - name: value`, which Zotero shows under "Extra" and others pass over.
//! Such a line is right against every other field; without a value it says that there is none.

use std::collections::BTreeMap;

use super::types::{self, Shape, Type};
use crate::formats::pages::page_range;
use crate::formats::tagged::dates::Day;
use crate::formats::tagged::names::{is_et_al, people, without_et_al};
use crate::formats::tagged::numbers::StandardNumbers;
use crate::formats::tagged::records::Fields;
use crate::formats::theses::thesis_type;
use crate::paper::{Identifier, IdentifierKind, Name, Record, split_and};

/// Begins the names of what is no detail in lines `M2  - relata.kind: inbook`.
pub(in crate::formats) const OWN: &str = "relata.";

/// Of no use to a person: times of export, names of programs, counts of citations, references, the mark of the end.
const DROPPED: [&str; 10] = ["ER", "TS", "M4", "TC", "Z9", "NR", "CR", "WE", "LB", "AI"];

/// More values than this under `M1` are the list of references that Ovid puts there.
const MOST_NUMBERS: usize = 3;

/// Makes a record of the fields of one.
pub(in crate::formats) fn record(fields: &mut Fields) -> Record {
    let code = fields.take(&["TY"]);
    let code = code.split_whitespace().next().unwrap_or_default();
    let known = types::by_code(code);
    let mut record = Record { kind: known.kind.to_owned(), ..Record::default() };
    if types::by_kind(known.kind).code != code.to_uppercase() && !code.is_empty() {
        detail(&mut record, "ris:ty", code.to_uppercase());
    }
    fields.take_all(&DROPPED);
    if fields.count("M1") > MOST_NUMBERS {
        fields.take_all(&["M1"]);
    }
    let spelled_out = extra(&mut record, fields);
    titles(&mut record, fields, known.shape);
    credits(&mut record, fields, known);
    dates(&mut record, fields);
    identifiers(&mut record, fields);
    record.abstract_text = the_abstract(&mut record, fields);
    record.keywords = keywords(fields);
    numbers(&mut record, fields, known.shape);
    notes(&mut record, fields);
    links(&mut record, fields);
    record.id = fields.take(&["ID"]);
    for (tag, value) in fields.take_rest() {
        detail(&mut record, &format!("ris:{}", tag.to_lowercase()), value);
    }
    overrule(&mut record, spelled_out);
    record
}

/// Adds a detail; of several of one name the first counts.
fn detail(record: &mut Record, name: &str, value: String) {
    if !value.is_empty() {
        record.details.push((name.to_owned(), value));
    }
}

/// What lines `M2  - name: value` say, by name.
type SpelledOut = BTreeMap<String, Vec<String>>;

/// Takes `M2  - name: value` out of the fields, and puts identifiers into the record.
fn extra(record: &mut Record, fields: &mut Fields) -> SpelledOut {
    let mut spelled_out = SpelledOut::new();
    let mut others = Vec::new();
    for line in fields.take_lines(&["M2"]) {
        let (name, value) = line.split_once(": ").or(line.strip_suffix(':').map(|name| (name, ""))).unwrap_or(("", ""));
        let kind = name.parse::<IdentifierKind>().ok();
        if let Some(kind) = kind.filter(|kind| Identifier::of_kind(*kind, value).is_some()) {
            record.identifiers.push((kind, value.to_owned()));
        } else if is_name(name) {
            let values = spelled_out.entry(name.to_owned()).or_default();
            values.extend(Some(value.trim()).filter(|value| !value.is_empty()).map(str::to_owned));
        } else {
            others.push(line);
        }
    }
    detail(record, "ris:m2", others.join("; "));
    spelled_out
}

/// Whether this is how details are named. People's names and headings have capitals.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= 60 && !name.contains(char::is_uppercase)
}

/// Replaces what other fields said.
fn overrule(record: &mut Record, spelled_out: SpelledOut) {
    record.details.retain(|(name, _)| !spelled_out.contains_key(name));
    for (name, values) in spelled_out {
        let Some(own) = name.strip_prefix(OWN) else {
            detail(record, &name, values.join("; "));
            continue;
        };
        let first = || values.first().cloned().unwrap_or_default();
        match own {
            "id" => record.id = first(),
            "title" => record.title = first(),
            "abstract" => record.abstract_text = first(),
            "kind" => record.kind = first(),
            "venue" => record.venue = first(),
            "url" => record.url = first(),
            "author" => record.authors = split_and(&first()),
            "et_al" => record.et_al = first() == "yes",
            "has_code" => record.has_code = first() == "yes",
            "year" => record.year = first().parse().ok(),
            "date" => record.date = first().parse().ok(),
            "keyword" => record.keywords = values,
            "category" => record.categories = values,
            "organization" => record.organizations = values,
            // A detail that is called like an identifier.
            _ => detail(record, own, values.join("; ")),
        }
    }
}

fn titles(record: &mut Record, fields: &mut Fields, shape: Shape) {
    let is_book = matches!(shape, Shape::Book | Shape::Thesis | Shape::Report);
    let titles: &[&str] = if is_book { &["TI", "T1", "CT", "BT"] } else { &["TI", "T1", "CT"] };
    record.title = fields.take(titles);
    let short = fields.take(&["ST"]);
    if record.title.is_empty() {
        // A record that has only the title of what it is part of.
        record.title = if short.is_empty() { fields.take(&["BT", "T2", "TT"]) } else { short };
    } else if short != record.title {
        detail(record, "shorttitle", short);
    }
    // The same title under both tags.
    if [fields.peek("T1"), fields.peek("CT")].contains(&record.title.as_str()) {
        fields.take_all(&["T1", "CT"]);
    }
    let proceedings =
        if shape == Shape::Conference && fields.count("C3") == 1 { fields.take(&["C3"]) } else { String::new() };
    record.venue = match shape {
        Shape::Article => fields.take(&["JF", "T2", "JO", "BT", "JA", "J2", "J1", "T3"]),
        Shape::Conference if !proceedings.is_empty() => proceedings,
        Shape::Part | Shape::Conference | Shape::Other | Shape::Patent => {
            fields.take(&["T2", "BT", "JF", "JO", "JA", "J2", "J1"])
        }
        Shape::Book | Shape::Report => fields.take(&["JF", "JO"]),
        Shape::Thesis => String::new(),
    };
    let rival = fields.peek("T2").to_owned();
    match shape {
        Shape::Conference if rival != record.venue => detail(record, "eventtitle", fields.take(&["T2"])),
        _ if !rival.is_empty() && rival == record.venue => drop(fields.take(&["T2"])),
        Shape::Book | Shape::Report => detail(record, "series", fields.take(&["T2"])),
        _ => {}
    }
    if !matches!(shape, Shape::Article | Shape::Thesis | Shape::Patent)
        && !record.details.iter().any(|(name, _)| name == "series")
    {
        detail(record, "series", fields.take(&["T3"]));
    }
    let mut short_names = fields.take_all(&["JO", "JA", "J2", "JI", "J1", "J9", "NL"]);
    short_names.retain(|name| *name != record.venue);
    if !short_names.is_empty() {
        detail(record, "shortjournal", short_names.remove(0));
    }
}

/// Authors, editors, translators, and where they work.
fn credits(record: &mut Record, fields: &mut Fields, known: Type) {
    let (authors, et_al) = without_et_al(people(&fields.take_all(&["AU", "A1"])));
    (record.authors, record.et_al) = (authors, et_al);
    let mut editors = people(&fields.take_all(&["ED"]));
    let tag = match known.shape {
        Shape::Book if known.code == "EDBOOK" => "",
        Shape::Book if !fields.peek("A3").is_empty() => "A3",
        Shape::Thesis | Shape::Patent | Shape::Other => "",
        _ => "A2",
    };
    // Ovid lists the authors of tests there, all in one line.
    if !tag.is_empty() && fields.peek(tag).matches(',').count() <= 2 {
        editors.extend(people(&fields.take_all(&[tag])));
    }
    if known.code == "EDBOOK" && editors.is_empty() {
        editors = std::mem::take(&mut record.authors);
    }
    detail(record, "editor", joined(&editors));
    if matches!(known.shape, Shape::Book | Shape::Part) {
        detail(record, "translator", joined(&people(&fields.take_all(&["A4"]))));
    }
    let addresses = fields.take_lines(&["AD"]);
    record.organizations =
        addresses.iter().flat_map(|line| line.split("; ")).map(|place| place.trim().to_owned()).collect();
    // Web of Science lists organisations as `C3`, and has tags that nobody else has.
    if fields.has("PU") || fields.has("FX") {
        let places = fields.take_all(&["C3"]);
        if record.organizations.is_empty() {
            record.organizations = places;
        }
        fields.take_all(&["PA"]);
    }
}

/// A list of names in BibTeX's notation.
pub(in crate::formats) fn joined(names: &[String]) -> String {
    let protected = names.iter().filter(|name| !is_et_al(name)).map(|name| Name::parse(name).notation());
    protected.collect::<Vec<_>>().join(" and ")
}

fn dates(record: &mut Record, fields: &mut Fields) {
    let texts = [fields.take(&["PY"]), fields.take(&["DA"]), fields.take(&["Y1"])];
    let day = Day::merged(&texts.each_ref().map(String::as_str));
    record.year = day.year;
    record.date = day.date();
    if let (None, Some(month)) = (record.date, day.month) {
        detail(record, "month", month.to_string());
    }
    for (name, text) in ["ris:py", "ris:da", "ris:y1"].into_iter().zip(texts) {
        // "NOV-DEC", "Spring": nothing that a date can hold.
        if Day::parse(&text) == Day::default() {
            detail(record, name, text);
        }
    }
    let seen = Day::parse(fields.peek("Y2"));
    if let Some(date) = seen.date() {
        fields.take(&["Y2"]);
        detail(record, "urldate", date.to_string());
    }
}

fn identifiers(record: &mut Record, fields: &mut Fields) {
    let mut found: Vec<(IdentifierKind, String)> = Vec::new();
    found.extend(fields.take_lines(&["DO", "DI"]).into_iter().map(|text| (IdentifierKind::Doi, text)));
    found.extend(fields.take_all(&["PMID", "PM"]).into_iter().map(|text| (IdentifierKind::Pmid, text)));
    let is_of_pubmed = ["DP", "DB"].iter().any(|tag| {
        let database = fields.peek(tag).to_lowercase();
        ["nlm", "pubmed", "medline"].iter().any(|name| database.contains(name))
    });
    let numbers: &[&str] = if is_of_pubmed { &["AN", "C2", "C5"] } else { &["C2", "C5"] };
    for tag in numbers {
        let text = fields.peek(tag).to_owned();
        if let Some(number) = text.strip_prefix("PMC")
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            detail(record, "pmcid", fields.take(&[tag]));
        } else if (6..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            found.push((IdentifierKind::Pmid, fields.take(&[tag])));
        }
    }
    // Cochrane: "PUBMED 21314913,EMBASE 361121190".
    if let Some(behind) = fields.peek("C3").strip_prefix("PUBMED ") {
        let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
        found.push((IdentifierKind::Pmid, digits));
    }
    // Where only some programs put identifiers, and others something else.
    for tag in ["M3", "L3", "AN", "C7", "M1", "DOI"] {
        let identifier = Identifier::parse(fields.peek(tag));
        if let Some(identifier) =
            identifier.filter(|found| [IdentifierKind::Doi, IdentifierKind::Arxiv].contains(&found.kind))
        {
            fields.take(&[tag]);
            found.push((identifier.kind, identifier.value));
        }
    }
    record.identifiers.extend(found);
}

/// The abstract proper: the first that is neither a notice nor empty; the others are kept apart.
fn the_abstract(record: &mut Record, fields: &mut Fields) -> String {
    let mut texts = fields.take_all(&["AB"]);
    texts.extend(fields.take_all(&["N2"]));
    let is_notice = |text: &String| {
        let start = text.trim_start_matches(['(', ' ']);
        ["Copyright of ", "Copyright \u{a9}", "\u{a9} ", "Copyright (c)"].iter().any(|notice| start.starts_with(notice))
    };
    let Some(first) = texts.iter().position(|text| !is_notice(text)).or((!texts.is_empty()).then_some(0)) else {
        return String::new();
    };
    let chosen = texts.remove(first);
    texts.retain(|text| *text != chosen && !is_notice(text));
    detail(record, "ris:ab", texts.join("; "));
    chosen
}

/// One to a line, or several with semicolons between; a single line with commas is a list too.
fn keywords(fields: &mut Fields) -> Vec<String> {
    let lines = fields.take_lines(&["KW", "DE"]);
    let pieces: Vec<&str> = match &lines[..] {
        [line] if !line.contains(';') && line.matches(',').count() >= 2 => line.split(',').collect(),
        lines => lines.iter().flat_map(|line| line.split(';')).collect(),
    };
    // MEDLINE and PsycINFO mark major headings with an asterisk.
    let plain = pieces.into_iter().map(|piece| piece.trim().trim_start_matches('*').to_owned());
    plain.filter(|keyword| !keyword.is_empty()).collect()
}

/// Everything that places a work in a volume or on a shelf.
fn numbers(record: &mut Record, fields: &mut Fields, shape: Shape) {
    let standard_texts = fields.take_all(&["SN"]);
    let numbers = StandardNumbers::find(&standard_texts);
    detail(record, "issn", numbers.issn);
    detail(record, "isbn", numbers.isbn);
    let is_numbered = matches!(shape, Shape::Report | Shape::Patent);
    detail(record, if is_numbered { "number" } else { "ris:sn" }, numbers.others.join("; "));
    detail(record, "volume", fields.take(&["VL", "VO"]));
    fields.take_all(&["VO"]);
    detail(record, "number", fields.take(&["IS", "CP"]));
    let first = fields.peek("M1");
    if first.len() <= 12
        && !first.is_empty()
        && shape != Shape::Part
        && !record.details.iter().any(|(name, _)| name == "number")
    {
        detail(record, "number", fields.take(&["M1"]));
    }
    let (first, last) = (fields.take(&["SP"]), fields.take(&["EP"]));
    let is_total = matches!(shape, Shape::Book | Shape::Thesis) && last.is_empty() && !first.contains('-');
    detail(record, if is_total { "pagetotal" } else { "pages" }, page_range(&first, &last));
    let publisher = if matches!(shape, Shape::Thesis | Shape::Report) { "institution" } else { "publisher" };
    detail(record, publisher, fields.take(&["PB", "PU"]));
    detail(record, "location", fields.take(&["CY", "PP", "PI"]));
    // Ovid gives the country as a second publisher.
    if record.details.iter().any(|(name, place)| name == "location" && place == fields.peek("PB")) {
        fields.take(&["PB"]);
    }
    detail(record, "language", fields.take(&["LA"]));
    if shape != Shape::Article {
        detail(record, "edition", fields.take(&["ET"]));
    }
    if shape == Shape::Part {
        detail(record, "chapter", fields.take(&["SE"]));
    }
    detail(record, "volumes", fields.take(&["NV"]));
    if shape == Shape::Article {
        detail(record, "eid", fields.take(&["C7"]));
    }
    match shape {
        Shape::Thesis => {
            let degree = if fields.peek("M3").is_empty() { fields.take(&["U1"]) } else { fields.take(&["M3"]) };
            detail(record, "type", thesis_type(&degree));
        }
        Shape::Report | Shape::Patent => detail(record, "type", fields.take(&["M3"])),
        _ => {}
    }
}

/// How the lines of notes begin in which Scopus and Web of Science tell when they were asked, and how often a work was
/// cited.
const IN_PASSING: [&str; 5] = ["Export Date:", "Cited By", "Times Cited", "Total Times Cited", "Cited Reference Count"];

fn notes(record: &mut Record, fields: &mut Fields) {
    let mut notes = Vec::new();
    for note in fields.take_all(&["N1", "RN"]) {
        let mut lines: Vec<&str> = note.lines().map(str::trim).collect();
        lines.retain(|line| !IN_PASSING.iter().any(|start| line.starts_with(start)));
        let note = lines.join("; ");
        match Identifier::parse(&note) {
            Some(identifier) => record.identifiers.push((identifier.kind, identifier.value)),
            None if !note.is_empty() => notes.push(note),
            None => {}
        }
    }
    record.mentions.extend(notes.iter().cloned());
    detail(record, "note", notes.join("; "));
}

/// The first link is where to read the work; others may tell what it is.
fn links(record: &mut Record, fields: &mut Fields) {
    let is_link = |text: &str| text.contains("://") && !text.starts_with("internal-pdf") && !text.starts_with("file:");
    let split = |lines: Vec<String>| -> Vec<String> {
        let words = lines.iter().flat_map(|line| line.split("; ")).map(|word| word.trim().to_owned());
        words.filter(|word| !word.is_empty()).collect()
    };
    let mut given = split(fields.take_lines(&["UR"]));
    if !given.is_empty() {
        record.url = given.remove(0);
    }
    detail(record, "ris:ur", given.join("; "));
    record.mentions.extend(given);
    if !record.url.is_empty() {
        // The resolver of somebody's library.
        fields.take_all(&["LK"]);
    }
    for tag in ["L2", "LK", "L1", "L3", "L4"] {
        let mut links = split(fields.take_lines(&[tag]));
        links.retain(|link| is_link(link) || Identifier::parse(link).is_some());
        record.mentions.extend(links.iter().cloned());
        if record.url.is_empty() && !links.is_empty() {
            record.url = links.remove(0);
        }
        // A link to the DOI says nothing new.
        links.retain(|link| Identifier::parse(link).is_none_or(|found| found.kind != IdentifierKind::Doi));
        detail(record, &format!("ris:{}", tag.to_lowercase()), links.join("; "));
    }
}
