//! Tagged text of Web of Science (`.ciw`, `.isi`, savedrecs.txt).
//!
//! Two letters, a space, the value; further lines are indented by three spaces; `PT` begins a record, `ER` ends it
//! ([field tags](https://webofscience.help.clarivate.com/en-us/Content/export-records.htm)).

use super::dates::Day;
use super::names::{people, without_et_al};
use super::numbers::StandardNumbers;
use super::records::{self, Fields, Line, Syntax};
use super::ris::joined;
use crate::Result;
use crate::formats::input::Input;
use crate::formats::organisations::organisation;
use crate::formats::output::Output;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

/// Whether a text that begins like this is in this format: by its heading, or by the line that begins a record with
/// another field behind it.
pub(in crate::formats) fn claims(start: &str) -> bool {
    let mut lines = start.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(200).peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().copied().unwrap_or_default();
        match tagged(line) {
            Some(("FN", _)) if next.starts_with("VR ") => return true,
            Some(("PT", kind)) if is_publication_type(kind) && tagged(next).is_some() => return true,
            _ => {}
        }
    }
    false
}

/// Journal, book, series, patent, conference, dataset.
fn is_publication_type(kind: &str) -> bool {
    matches!(kind, "J" | "B" | "S" | "P" | "C" | "D")
}

pub(in crate::formats) fn read(input: &mut Input, output: &mut Output) -> Result<()> {
    records::read(input, output, &mut WebOfScience)
}

struct WebOfScience;

impl Syntax for WebOfScience {
    fn line<'l>(&mut self, line: &'l str, open: &Fields) -> Line<'l> {
        match tagged(line) {
            Some(("ER" | "EF", "")) => Line::End,
            Some(("FN" | "VR", _)) if open.is_empty() => Line::Nothing,
            Some(("PT", kind)) if open.is_empty() || is_publication_type(kind) => Line::First("PT", kind),
            // Without its first line.
            Some((tag @ ("AU" | "TI"), value)) if open.is_empty() => Line::First(tag, value),
            Some((tag, value)) => Line::Field(tag, value),
            None => Line::More(line),
        }
    }

    fn record(&mut self, fields: &mut Fields) -> Record {
        record(fields)
    }
}

/// Tag and value: `TI On Bees`.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let (tag, value) = line.split_at_checked(2)?;
    let mut letters = tag.bytes();
    let is_tag = letters.next().is_some_and(|byte| byte.is_ascii_uppercase())
        && letters.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (is_tag && (value.is_empty() || value.starts_with([' ', '\t']))).then_some((tag, value.trim()))
}

fn record(fields: &mut Fields) -> Record {
    let (form, document) = (fields.take(&["PT"]), fields.take(&["DT"]));
    let mut record = Record {
        title: fields.take(&["TI"]),
        abstract_text: fields.take(&["AB"]),
        venue: fields.take(&["SO"]),
        kind: kind(&form, &document).to_owned(),
        ..Record::default()
    };
    let is_whole = record.kind == "book";
    if is_whole && record.title.is_empty() {
        record.title = std::mem::take(&mut record.venue);
    } else if is_whole && record.venue == record.title {
        record.venue.clear();
    }
    // `AF` has the names in full where there is one for each.
    let (short, full) = (fields.take_all(&["AU", "BA"]), fields.take_all(&["AF", "BF"]));
    let count = |names: &[String]| names.iter().flat_map(|names| names.lines()).count();
    let chosen = if count(&full) >= count(&short) { full } else { short };
    let (mut authors, et_al) = without_et_al(people(&chosen));
    authors.retain(|name| !name.contains("[Anonymous]"));
    let groups = fields.take_lines(&["CA", "GP"]);
    authors.extend(groups.iter().flat_map(|line| line.split("; ")).map(organisation));
    (record.authors, record.et_al) = (authors, et_al);
    details(&mut record, fields);
    let texts = [fields.take(&["PY"]), fields.take(&["PD"])];
    let day = Day::merged(&texts.each_ref().map(String::as_str));
    (record.year, record.date) = (day.year, day.date());
    if let (None, Some(month)) = (record.date, day.month) {
        record.details.push(("month".to_owned(), month.to_string()));
    }
    let list = |text: String| -> Vec<String> {
        text.replace('\n', " ").split("; ").map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    record.keywords = list(fields.take(&["DE", "ID"]));
    record.categories = list(fields.take(&["WC", "SC"]));
    record.organizations = fields.take_lines(&["C1"]);
    // In damaged exports the list of references runs on from the addresses: "BYRON A, 1843, BEE LETT, V1, P2".
    record.organizations.retain(|line| !line.split(", ").skip(1).take(1).any(|part| Day::parse(part).year.is_some()));
    for (tag, kind) in [("DI", IdentifierKind::Doi), ("PM", IdentifierKind::Pmid)] {
        record.identifiers.extend(fields.take_all(&[tag]).into_iter().map(|text| (kind, text)));
    }
    record.url = fields.take(&["UR", "DL"]);
    record
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

fn details(record: &mut Record, fields: &mut Fields) {
    let mut detail = |name: &str, value: String| record.details.push((name.to_owned(), value));
    for (tag, name) in [
        ("VL", "volume"),
        ("IS", "number"),
        ("LA", "language"),
        ("PU", "publisher"),
        ("PI", "location"),
        ("SE", "series"),
        ("CT", "eventtitle"),
        ("CY", "eventdate"),
        ("CL", "eventlocation"),
        ("PN", "part"),
        ("ED", "edition"),
        ("UT", "wos:ut"),
        ("ID", "wos:id"),
    ] {
        if name != "wos:id" || !fields.peek("DE").is_empty() {
            detail(name, fields.take(&[tag]));
        }
    }
    // What is no page number is marked as such.
    let article = fields.take(&["AR"]);
    detail("eid", article.trim_start_matches("UNSP ").trim_start_matches("ARTN ").to_owned());
    detail("shortjournal", fields.take(&["JI", "J9"]));
    detail("editor", joined(&people(&fields.take_all(&["BE"]))));
    let (first, last, both) = (fields.take(&["BP"]), fields.take(&["EP"]), fields.take(&["PS"]));
    detail("pages", if both.is_empty() { page_range(&first, &last) } else { both });
    let numbers = StandardNumbers::find(&fields.take_all(&["SN", "EI", "BN"]));
    detail("issn", numbers.issn);
    detail("isbn", numbers.isbn);
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
    fn records_are_read_whatever_their_name() {
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
    fn a_file_without_heading_or_ends_is_read() {
        let outcome = read_bytes("PT J\nTI On Bees\nPT J\nTI On Wasps\nDE PT B\n", "a.isi");
        assert_eq!((outcome.format, outcome.titles()), (Format::Wos, vec!["On Bees", "On Wasps"]));
    }

    #[test]
    fn only_its_own_is_claimed() {
        for text in [
            "FN is a name.\nSo is VR.\n",
            "PT J\nis a publication type\n",
            "TI On Bees\nAU Byron\n",
            "PT,TI\nJ,On Bees\n",
        ] {
            assert!(!super::claims(text), "{text}");
        }
    }
}
