//! MEDLINE's tagged text (`.nbib`), which PubMed and ERIC export.
//!
//! A field begins with a tag of up to four letters and a hyphen in the fifth column. Its further lines are indented by
//! six spaces. A blank line ends a record ([fields](https://www.nlm.nih.gov/bsd/mms/medlineelements.html),
//! [help](https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format)).

use super::names::{person, without_et_al};
use super::records::{Dialect, Fields, Line};
use super::table::To::{Date, Detail, StandardNumbers, Venue};
use super::table::{To, detail, fill};
use crate::formats::organisations::organisation;
use crate::formats::thesis_degrees::degree;
use crate::paper::{Identifier, IdentifierKind, Record};

/// Whether a file that begins with `start` is in this format: it contains the first line of a record, and no RIS record
/// before it.
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

pub(super) struct Medline;

impl Dialect for Medline {
    fn line<'l>(&mut self, line: &'l str, open: &Fields) -> Line<'l> {
        // Each of these tags occurs once in a record. A second one begins another record, even if there is no blank
        // line before it.
        let begins_another = |tag: &str| matches!(tag, "PMID" | "OWN") && open.has(tag);
        match tagged(line) {
            Some((tag, value)) if open.is_empty() || open.is_after_blank || begins_another(tag) => {
                Line::First(tag, value)
            }
            Some((tag, value)) => Line::Field(tag, value),
            None if line.starts_with([' ', '\t']) => Line::More(line),
            None => Line::Nothing,
        }
    }

    fn record(&self, fields: &mut Fields) -> Record {
        let types = fields.take_all("PT");
        let (title, book) = (fields.take_all("TI").join(" "), fields.take("BTI"));
        let is_part = !title.is_empty() && !book.is_empty();
        let mut record = Record { kind: kind(&types, is_part).to_owned(), ..Record::default() };
        let types: Vec<String> = types.into_iter().filter(|name| !is_plain(name)).collect();
        if record.kind == "thesis" {
            detail(&mut record, "type", degree(&types.join("; ")).unwrap_or_default());
        } else {
            detail(&mut record, "nbib:pt", types.join("; "));
        }
        (record.title, record.venue) = if title.is_empty() { (book, String::new()) } else { (title, book) };
        if record.venue.is_empty() {
            fill(&mut record, fields, &[("JT TA", Venue), ("TA", Detail("shortjournal"))]);
        }
        fill(&mut record, fields, TAGS);
        // ERIC's own number, which has no space. PubMed repeats other identifiers under this tag.
        let number = fields.take_all("OID").into_iter().find(|number| !number.contains(' '));
        detail(&mut record, "nbib:oid", number.unwrap_or_default());
        detail(&mut record, "editor", names(fields, "FED ED", "FED").join(" and "));
        record.abstract_text = fields.take_all("AB").join("\n");
        let other = fields.take_all("OAB").join("\n");
        if record.abstract_text.is_empty() {
            record.abstract_text = other;
        } else {
            detail(&mut record, "nbib:oab", other);
        }
        (record.authors, record.et_al) = without_et_al(names(fields, "FAU AU CN", "FAU"));
        record.organizations = fields.take_all("AD");
        // An asterisk marks the main topics of a paper.
        let headings = fields.take_all("OT MH").into_iter();
        record.keywords = headings.map(|heading| heading.replace('*', "").replace('\n', " ")).collect();
        identifiers(&mut record, fields);
        record
    }
}

#[rustfmt::skip]
const TAGS: &[(&str, To)] = &[
    ("CTI", Detail("series")), ("VI", Detail("volume")), ("IP", Detail("number")), ("PG", Detail("pages")),
    ("LA", Detail("language")), ("PB", Detail("publisher")), ("PL", Detail("location")), ("EN", Detail("edition")),
    ("GN", Detail("note")), ("TT", Detail("origtitle")), ("PMC", Detail("pmcid")),
    ("IS ISBN ISSN", StandardNumbers), ("DP DEP", Date), ("PMID", To::Identifier(IdentifierKind::Pmid)),
];

/// Returns the tag and the value of a line such as `AB  - Text`, `TI-` or `ISSN - 1`.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let length = line.bytes().take(5).take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).count();
    if !(2..=4).contains(&length) || !line.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let (tag, rest) = line.split_at(length);
    let spaces = rest.bytes().take_while(|byte| *byte == b' ').count();
    let value = rest[spaces..].strip_prefix('-')?;
    // The hyphen is in the fifth column, with two exceptions: ERIC writes a space after a tag of four letters, and
    // lines typed by hand may have no space.
    let is_in_place = spaces == 4 - length || spaces == 1 && length == 4 || spaces == 0;
    let is_field =
        is_in_place && (value.is_empty() || value.starts_with(' ') || value.starts_with(|c: char| c.is_ascii_digit()));
    is_field.then_some((tag, value.trim()))
}

/// Whether a publication type adds nothing to the kind of work.
fn is_plain(name: &str) -> bool {
    matches!(name, "Journal Article" | "Book" | "Book Chapter" | "Books") || name.starts_with("Research Support")
}

/// Returns the kind of work for its publication types.
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

/// Returns the names of groups and people under these tags. An abbreviated name is left out if it follows the full
/// name, which is under the tag `full`.
fn names(fields: &mut Fields, tags: &str, full: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_after_full = false;
    for (tag, name) in fields.take_tagged(tags) {
        let name = name.replace('\n', " ");
        if tag == "CN" {
            names.push(organisation(&name));
        } else if tag == full || !is_after_full {
            names.push(person(&name));
        }
        // The abbreviated name follows the full name.
        is_after_full = tag == full;
    }
    names
}

/// Reads identifiers of articles, with their kind in brackets: `10.1234/x [doi]`.
fn identifiers(record: &mut Record, fields: &mut Fields) {
    for text in fields.take_all("AID LID") {
        let (value, kind) = text.rsplit_once(" [").unwrap_or((&text, ""));
        let value = value.trim_start_matches("doi:").trim();
        match kind {
            "doi]" => record.identifiers.push((IdentifierKind::Doi, value.to_owned())),
            // The last of ERIC's links leads to the paper's page at ERIC.
            "" if value.contains("://") => record.url = value.to_owned(),
            "" => match Identifier::parse(value) {
                Some(found) => record.identifiers.push((found.kind, found.value)),
                None => detail(record, "eid", value),
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
    fn a_record_of_pubmed_is_read_whatever_the_file_name() {
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
    fn records_of_eric_and_lines_typed_by_hand_are_read() {
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
    fn other_formats_are_not_claimed() {
        for text in ["TY  - JOUR\nPMID- 1\n", "pmid,title\n1,On Bees\n", "PMID- is a number.\n", "OWN - bees\n"] {
            assert!(!super::claims(text), "{text}");
        }
    }
}
