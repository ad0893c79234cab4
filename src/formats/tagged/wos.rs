//! Tagged text of Web of Science (`.ciw`, `.isi`, savedrecs.txt).
//!
//! A field is a tag of two letters or digits, a space and the value. Its further lines are indented by three spaces.
//! `PT` begins a record, and `ER` ends it
//! ([field tags](https://webofscience.help.clarivate.com/en-us/Content/export-records.htm)).

use super::dates::Day;
use super::names::{people, without_et_al};
use super::records::{Dialect, Fields, Line};
use super::table::To::{Abstract, Date, Detail, Identifier, Names, Organizations, StandardNumbers, Title, Url, Venue};
use super::table::{To, detail, fill};
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

/// Whether a file that begins with `start` is in this format: it has the heading, or the first line of a record
/// followed by another field.
pub(in crate::formats) fn claims(start: &str) -> bool {
    let lines = start.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(200);
    lines.clone().zip(lines.skip(1)).any(|(line, next)| match tagged(line) {
        Some(("FN", _)) => next.starts_with("VR "),
        Some(("PT", kind)) => is_publication_type(kind) && tagged(next).is_some(),
        _ => false,
    })
}

/// Whether this is the code of a journal, book, series, patent, conference or dataset.
fn is_publication_type(kind: &str) -> bool {
    matches!(kind, "J" | "B" | "S" | "P" | "C" | "D")
}

pub(super) struct WebOfScience;

impl Dialect for WebOfScience {
    fn line<'l>(&mut self, line: &'l str, open: &Fields) -> Line<'l> {
        match tagged(line) {
            Some(("ER" | "EF", "")) => Line::End,
            Some(("PT", kind)) if open.is_empty() || is_publication_type(kind) => Line::First("PT", kind),
            // A record without its first line.
            Some((tag @ ("AU" | "TI"), value)) if open.is_empty() => Line::First(tag, value),
            Some((tag, value)) => Line::Field(tag, value),
            None => Line::More(line),
        }
    }

    fn record(&self, fields: &mut Fields) -> Record {
        let kind = kind(&fields.take("PT"), &fields.take("DT"));
        let mut record = Record { kind: kind.to_owned(), ..Record::default() };
        record.keywords = list(&fields.take("DE ID"));
        record.categories = list(&fields.take("WC SC"));
        fill(&mut record, fields, TAGS);
        if kind == "book" && record.title.is_empty() {
            record.title = std::mem::take(&mut record.venue);
        } else if kind == "book" && record.venue == record.title {
            record.venue.clear();
        }
        // In damaged exports, references follow the addresses in the same field: "BYRON A, 1843, BEE LETT, V1, P2".
        record.organizations.retain(|line| line.split(", ").nth(1).is_none_or(|part| Day::parse(part).year.is_none()));
        (record.authors, record.et_al) = authors(fields);
        // An article number may begin with a label such as `ARTN`.
        let article = fields.take("AR");
        detail(&mut record, "eid", article.trim_start_matches("UNSP ").trim_start_matches("ARTN "));
        detail(&mut record, "pages", fields.take("PS"));
        detail(&mut record, "pages", page_range(&fields.take("BP"), &fields.take("EP")));
        record
    }
}

#[rustfmt::skip]
const TAGS: &[(&str, To)] = &[
    ("TI", Title), ("AB", Abstract), ("SO", Venue), ("PY PD", Date), ("C1", Organizations), ("UR DL", Url),
    ("DI", Identifier(IdentifierKind::Doi)), ("PM", Identifier(IdentifierKind::Pmid)), ("BE", Names("editor")),
    ("SN EI BN", StandardNumbers), ("VL", Detail("volume")), ("IS", Detail("number")), ("LA", Detail("language")),
    ("PU", Detail("publisher")), ("PI", Detail("location")), ("SE", Detail("series")), ("CT", Detail("eventtitle")),
    ("CY", Detail("eventdate")), ("CL", Detail("eventlocation")), ("PN", Detail("part")), ("ED", Detail("edition")),
    ("JI J9", Detail("shortjournal")), ("UT", Detail("wos:ut")), ("ID", Detail("wos:id")),
];

/// Returns the tag and the value of a line such as `TI On Bees`.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, value) = line.split_at_checked(2)?;
    let is_tag = matches!(tag.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z' | b'0'..=b'9']);
    (is_tag && (value.is_empty() || value.starts_with([' ', '\t']))).then_some((tag, value.trim()))
}

/// Splits a list at its semicolons. Line ends may be anywhere in the list.
fn list(text: &str) -> Vec<String> {
    text.replace('\n', " ").split("; ").map(str::to_owned).collect()
}

/// Returns the authors, and whether the list contains "et al.".
fn authors(fields: &mut Fields) -> (Vec<String>, bool) {
    // `AF` has the full names. It is used if it has at least as many names as `AU`.
    let (short, full) = (fields.take_lines("AU BA"), fields.take_lines("AF BF"));
    let (mut authors, et_al) = without_et_al(people(if full.len() >= short.len() { &full } else { &short }));
    authors.retain(|name| !name.contains("[Anonymous]"));
    let groups = fields.take_lines("CA GP");
    authors.extend(groups.iter().flat_map(|line| line.split("; ")).map(organisation));
    (authors, et_al)
}

fn kind(form: &str, document: &str) -> &'static str {
    let is = |name: &str| document.contains(name);
    match form {
        "J" | "" => "article",
        "P" => "patent",
        "D" => "dataset",
        "C" => "inproceedings",
        _ if is("Proceedings Paper") || is("Meeting") => "inproceedings",
        _ if is("Chapter") => "incollection",
        "B" => "book",
        _ => "incollection",
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::Format;
    use crate::formats::tests::read_bytes;
    use crate::paper::IdentifierKind;

    const BEES: &str = "\
FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Byron, A
   Gauss, CF
AF Byron, Ada
   Gauss, Carl Friedrich
CA Bee Grp
TI On bees that hum in
   the evening
SO BEE LETTERS
LA English
DT Article; Proceedings Paper
DE honey; bees
   wax
ID HUMMING
AB Bees hum.
   They fly.
C1 [Byron, Ada] Univ Bees, Hive, Garden.
   GAUSS CF, 1801, BEE LETT, V1, P2
CR NOETHER E, 1921, MATH ANN, V83, P24
TC 7
PU BEE PRESS
SN 1234-5678
EI 2345-6789
JI Bee Lett.
PD SEP 22
PY 2010
VL 5
BP 12
EP 34
AR ARTN e7
DI 10.1234/x
WC Entomology
UT WOS:0001
PM 12345678
ER

PT B
AU Noether, E
TI Hives
SO The Book of Bees
DT Article; Book Chapter
ER

EF
";

    #[test]
    fn records_are_read_whatever_the_file_name() {
        let outcome = read_bytes(BEES, "a.ris");
        assert_eq!((outcome.format, outcome.lines.clone()), (Format::Wos, vec![3, 39]));
        let paper = &outcome.papers[0];
        assert_eq!(paper.title, "On bees that hum in the evening");
        assert_eq!(paper.abstract_text.as_deref(), Some("Bees hum. They fly."));
        assert_eq!(paper.authors, ["Ada Byron", "Carl Friedrich Gauss", "Bee Grp"]);
        assert_eq!(paper.keywords, ["honey", "bees wax"]);
        assert_eq!(paper.categories, ["Entomology"]);
        assert_eq!(paper.organizations, ["[Byron, Ada] Univ Bees, Hive, Garden."]);
        assert_eq!(paper.date, Some(jiff::civil::date(2010, 9, 22)));
        assert_eq!(paper.ids.get(IdentifierKind::Doi), Some("10.1234/x"));
        assert_eq!(paper.ids.get(IdentifierKind::Pmid), Some("12345678"));
        assert_eq!(
            (paper.details["pages"].as_str(), paper.details["issn"].as_str()),
            ("12--34", "1234-5678, 2345-6789")
        );
        assert_eq!(paper.details["eid"], "e7");
        assert!(!paper.details.values().any(|value| value == "7" || value.contains("NOETHER")));
        let chapter = &outcome.papers[1];
        assert_eq!(
            (chapter.kind.as_deref(), chapter.venue.as_deref()),
            (Some("incollection"), Some("The Book of Bees"))
        );
    }

    #[test]
    fn a_file_without_heading_or_end_marks_is_read() {
        let outcome = read_bytes("PT J\nTI On Bees\nPT J\nTI On Wasps\nDE PT B\n", "a.isi");
        assert_eq!((outcome.format, outcome.titles()), (Format::Wos, vec!["On Bees", "On Wasps"]));
    }

    #[test]
    fn other_formats_are_not_claimed() {
        for text in [
            "FN is a name.\nSo is VR.\n", "PT J\nis a publication type\n", "TI On Bees\nAU Byron\n",
            "PT,TI\nJ,On Bees\n",
        ] {
            assert!(!super::claims(text), "{text}");
        }
    }
}
