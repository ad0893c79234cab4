//! MEDLINE's tagged text, of PubMed and ERIC (`.nbib`).
//!
//! Tags of up to four letters stand before a hyphen in the fifth column, further lines of a field are indented by six
//! spaces, and a blank line ends a record
//! ([fields](https://www.nlm.nih.gov/bsd/mms/medlineelements.html),
//! [help](https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format)).

use super::dates::Day;
use super::names::{person, without_et_al};
use super::numbers::StandardNumbers;
use super::records::{self, Fields, Line, Syntax};
use crate::Result;
use crate::formats::input::Input;
use crate::formats::organisations::organisation;
use crate::formats::output::Output;
use crate::paper::{Identifier, IdentifierKind, Record};

/// Whether a text that begins like this is in this format: it has the line that begins a record, and no RIS before it.
pub(in crate::formats) fn claims(start: &str) -> bool {
    let first = start.lines().take(200).find_map(|line| {
        let (tag, value) = tagged(line)?;
        match tag {
            "PMID" => Some(line[tag.len()..].starts_with('-') && value.starts_with(|c: char| c.is_ascii_digit())),
            "OWN" => Some(["NLM", "ERIC", "NASA", "PIP", "KIE", "HSR", "HMD"].contains(&value)),
            "TY" => Some(false),
            _ => None,
        }
    });
    first == Some(true)
}

pub(in crate::formats) fn read(input: &mut Input, output: &mut Output) -> Result<()> {
    records::read(input, output, &mut Medline { is_behind_blank: true })
}

/// The syntax of a file.
struct Medline {
    is_behind_blank: bool,
}

impl Syntax for Medline {
    fn line<'l>(&mut self, line: &'l str, open: &Fields) -> Line<'l> {
        let is_behind_blank = std::mem::replace(&mut self.is_behind_blank, line.trim().is_empty());
        match tagged(line) {
            Some((tag, value)) if open.is_empty() || is_behind_blank || begins_another(tag, open) => {
                Line::First(tag, value)
            }
            Some((tag, value)) => Line::Field(tag, value),
            None if line.starts_with([' ', '\t']) => Line::More(line),
            None => Line::Nothing,
        }
    }

    fn record(&mut self, fields: &mut Fields) -> Record {
        record(fields)
    }
}

/// Without a blank line between them records are told apart by what each has once.
fn begins_another(tag: &str, open: &Fields) -> bool {
    matches!(tag, "PMID" | "OWN") && open.has(tag)
}

/// Tag and value: `AB  - Text`, also `TI-` and `ISSN - 1`.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let length = line.bytes().take(5).take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).count();
    if !(2..=4).contains(&length) || !line.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let (tag, rest) = line.split_at(length);
    let spaces = rest.bytes().take_while(|byte| *byte == b' ').count();
    let value = rest[spaces..].strip_prefix('-')?;
    // In the fifth column, but for ERIC's one space behind long tags, and for what people typed.
    let is_in_place = spaces == 4 - length || spaces == 1 && length == 4 || spaces == 0;
    let is_field =
        is_in_place && (value.is_empty() || value.starts_with(' ') || value.starts_with(|c: char| c.is_ascii_digit()));
    is_field.then_some((tag, value.trim()))
}

fn record(fields: &mut Fields) -> Record {
    let mut record = Record { title: fields.take_all(&["TI"]).join(" "), ..Record::default() };
    let mut detail = |name: &str, value: String| record.details.push((name.to_owned(), value));
    let book = fields.take(&["BTI"]);
    let kinds = fields.take_all(&["PT"]);
    let is_part = !book.is_empty() && !record.title.is_empty();
    record.kind = kind(&kinds, is_part).to_owned();
    match record.kind.as_str() {
        "thesis" => {
            detail("type", kinds.iter().find(|kind| kind.contains("Thes")).map_or("", |kind| thesis(kind)).to_owned())
        }
        _ => {
            detail("nbib:pt", kinds.into_iter().filter(|kind| !is_said_elsewhere(kind)).collect::<Vec<_>>().join("; "))
        }
    }
    let journal = fields.take(&["JT"]);
    let abbreviation = fields.take(&["TA"]);
    detail("series", fields.take(&["CTI"]));
    for (tag, name) in [
        ("VI", "volume"),
        ("IP", "number"),
        ("PG", "pages"),
        ("LA", "language"),
        ("PB", "publisher"),
        ("PL", "location"),
        ("EN", "edition"),
        ("GN", "note"),
        ("TT", "origtitle"),
        ("PMC", "pmcid"),
    ] {
        detail(name, fields.take(&[tag]));
    }
    // ERIC's own; PubMed repeats other identifiers there.
    detail("nbib:oid", fields.take_all(&["OID"]).into_iter().find(|id| !id.contains(' ')).unwrap_or_default());
    let numbers = StandardNumbers::find(&fields.take_all(&["IS", "ISBN", "ISSN"]));
    detail("issn", numbers.issn);
    detail("isbn", numbers.isbn);
    detail("editor", full_names(fields, "FED", "ED").join(" and "));
    let (own, other) = (fields.take_all(&["AB"]).join("\n"), fields.take_all(&["OAB"]).join("\n"));
    if own.is_empty() {
        record.abstract_text = other;
    } else {
        detail("nbib:oab", other);
        record.abstract_text = own;
    }
    if record.title.is_empty() {
        record.title = book;
    } else if !book.is_empty() {
        record.venue = book;
    }
    if record.venue.is_empty() {
        record.venue = if journal.is_empty() {
            abbreviation
        } else {
            record.details.push(("shortjournal".to_owned(), abbreviation));
            journal
        };
    }
    (record.authors, record.et_al) = without_et_al(full_names(fields, "FAU", "AU"));
    let day = Day::merged(&[&fields.take(&["DP"]), &fields.take(&["DEP"])]);
    (record.year, record.date) = (day.year, day.date());
    if let (None, Some(month)) = (record.date, day.month) {
        record.details.push(("month".to_owned(), month.to_string()));
    }
    record.organizations = fields.take_all(&["AD"]);
    // "*" marks what the paper is mainly about.
    let headings = fields.take_all(&["OT", "MH"]).into_iter();
    record.keywords = headings.map(|heading| heading.replace('*', "").replace('\n', " ")).collect();
    identifiers(&mut record, fields);
    record
}

/// Types that tell nothing about the work beyond its kind.
fn is_said_elsewhere(kind: &str) -> bool {
    matches!(kind, "Journal Article" | "Book" | "Book Chapter" | "Books") || kind.starts_with("Research Support")
}

/// The kind of work by its publication types.
fn kind(types: &[String], is_part: bool) -> &'static str {
    let is = |name: &str| types.iter().any(|kind| kind.starts_with(name));
    match () {
        () if is("Book Chapter") || is_part => "incollection",
        () if is("Book") => "book",
        () if is("Dissertations") || is("Academic Dissertation") => "thesis",
        () if is("Technical Report") || is("Reports") && !is("Journal Article") => "report",
        () if is("Dataset") => "dataset",
        () if is("Preprint") => "online",
        () if is("Patent") => "patent",
        () if is("Speeches") => "unpublished",
        () => "article",
    }
}

fn thesis(kind: &str) -> &'static str {
    if kind.contains("Master") { "mastersthesis" } else { "phdthesis" }
}

/// Names in full where they are, else as MEDLINE abbreviates them; and groups.
fn full_names(fields: &mut Fields, full: &str, short: &str) -> Vec<String> {
    let groups: &[&str] = if full == "FAU" { &[full, short, "CN"] } else { &[full, short] };
    let mut is_in_full = false;
    let mut names = Vec::new();
    for (tag, name) in fields.take_tagged(groups) {
        let name = name.replace('\n', " ");
        if tag == full {
            names.push(person(&name));
        } else if tag == "CN" {
            names.push(organisation(&name));
        } else if !is_in_full {
            names.push(person(&name));
        }
        // The short form of a name follows the full one.
        is_in_full = tag == full;
    }
    names
}

fn identifiers(record: &mut Record, fields: &mut Fields) {
    record.identifiers.extend(fields.take_all(&["PMID"]).into_iter().map(|text| (IdentifierKind::Pmid, text)));
    for text in fields.take_all(&["AID", "LID"]) {
        let (value, kind) = text.rsplit_once(" [").unwrap_or((&text, ""));
        let value = value.trim_start_matches("doi:").trim();
        match kind.trim_end_matches(']') {
            "doi" => record.identifiers.push((IdentifierKind::Doi, value.to_owned())),
            "" if value.contains("://") => {
                // Of ERIC's links the later one is to its own page.
                record.url = value.to_owned();
            }
            "" => match Identifier::parse(value) {
                Some(found) => record.identifiers.push((found.kind, found.value)),
                None => record.details.push(("eid".to_owned(), value.to_owned())),
            },
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::Format;
    use crate::formats::tests::read_bytes;
    use crate::paper::IdentifierKind;

    const BEES: &str = "\
PMID- 12345678
OWN - NLM
IS  - 1234-5678 (Electronic)
IS  - 1234-5678 (Linking)
VI  - 7
IP  - 2
DP  - 2011 Jun 15
TI  - On bees that hum in the
      evening.
PG  - 12-9
LID - 10.1234/bees.7 [doi]
LID - S12 [pii]
AB  - BACKGROUND: Bees hum.
      METHODS: We listened.
OAB - Las abejas zumban.
CI  - Copyright the bees.
FAU - Byron, Ada K
AU  - Byron AK
AD  - Hive, Garden.
AU  - Gauss CF
CN  - Bee Group
LA  - eng
PT  - Journal Article
PT  - Review
TA  - Bee Lett
JT  - Letters on bees
MH  - *Bees/physiology
OT  - humming
PMC - PMC1234567
AID - 10.1234/bees.7 [doi]
SO  - Bee Lett. 2011.

PMID- 23456789
TI  - Hives
BTI - The book of bees
PT  - Book Chapter
FED - Noether, Emmy
ED  - Noether E
DP  - 2012 Spring
";

    #[test]
    fn a_record_of_pubmed_is_read_whatever_its_name() {
        for name in ["a.nbib", "a.ris", "a.txt"] {
            let outcome = read_bytes(BEES, name);
            assert_eq!((outcome.format, outcome.papers.len()), (Format::Nbib, 2), "{:?}", outcome.problems);
            assert_eq!(outcome.lines, [1, 33]);
        }
        let outcome = read_bytes(BEES, "a.nbib");
        let paper = &outcome.papers[0];
        assert_eq!(paper.title, "On bees that hum in the evening");
        assert_eq!(paper.abstract_text.as_deref(), Some("BACKGROUND: Bees hum. METHODS: We listened."));
        assert_eq!(paper.authors, ["Ada K Byron", "CF Gauss", "Bee Group"]);
        assert_eq!(paper.date, Some(jiff::civil::date(2011, 6, 15)));
        assert_eq!((paper.venue.as_deref(), paper.kind.as_deref()), (Some("Letters on bees"), Some("article")));
        assert_eq!(paper.keywords, ["Bees/physiology", "humming"]);
        assert_eq!(paper.ids.get(IdentifierKind::Doi), Some("10.1234/bees.7"));
        assert_eq!(paper.ids.get(IdentifierKind::Pmid), Some("12345678"));
        let details: Vec<(&str, &str)> =
            paper.details.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            details,
            [
                ("author", "Byron, Ada K and Gauss, CF and {Bee Group}"),
                ("issn", "1234-5678"),
                ("language", "eng"),
                ("nbib:oab", "Las abejas zumban."),
                ("nbib:pt", "Review"),
                ("number", "2"),
                ("pages", "12-9"),
                ("shortjournal", "Bee Lett"),
                ("volume", "7"),
            ]
        );
        let chapter = &outcome.papers[1];
        assert_eq!(
            (chapter.kind.as_deref(), chapter.venue.as_deref()),
            (Some("incollection"), Some("The book of bees"))
        );
        assert_eq!((chapter.year, chapter.details["editor"].as_str()), (Some(2012), "Noether, Emmy"));
    }

    #[test]
    fn eric_and_what_people_type_are_read_too() {
        let text = "OWN - ERIC\r\nTI  - On Bees\r\nAU  - Byron, Ada\r\nISBN - 979-8-2098-8762-1\r\nLID - http://eric.example/1\r\n\
                    PT  - Dissertations/Theses - Doctoral Dissertations\r\n\r\n\r\nOWN - ERIC\r\nTI  - On Wasps\r\n\r\n\
                    A line of no field.\r\n\r\nPMID-345\r\nTI- On Ants\r\n";
        let outcome = read_bytes(text, "a.txt");
        assert_eq!(outcome.titles(), ["On Bees", "On Wasps", "On Ants"]);
        let thesis = &outcome.papers[0];
        assert_eq!((thesis.kind.as_deref(), thesis.details["type"].as_str()), (Some("thesis"), "phdthesis"));
        assert_eq!(
            (thesis.url.as_deref(), thesis.details["isbn"].as_str()),
            (Some("http://eric.example/1"), "979-8-2098-8762-1")
        );
    }

    #[test]
    fn only_its_own_is_claimed() {
        for text in ["TY  - JOUR\nPMID- 1\n", "pmid,title\n1,On Bees\n", "PMID- is a number.\n", "OWN - bees\n"] {
            assert!(!super::claims(text), "{text}");
        }
    }
}
