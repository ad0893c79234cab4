//! Ovid's tagged text, which Ovid exports from MEDLINE, Embase, PsycINFO and other databases.
//!
//! A record begins with its number, `<1>`. A field is either a short tag, a hyphen and the value (`TI  - On Bees`), or
//! a long name on its own line with the text indented below. `SO` contains journal, volume, issue, pages and date
//! ([fields of MEDLINE at Ovid](https://ospguides.ovid.com/OSPguides/medline.htm)).

use super::names::{joined, people, without_et_al};
use super::records::{Dialect, Fields, Line};
use super::table::To::{Abstract, Detail, Identifier, Keywords, Organizations, StandardNumbers, Title, Url, Venue};
use super::table::{To, detail, fill, set_date};
use crate::formats::organisations::organisation;
use crate::paper::{IdentifierKind, Record};

/// Whether a file that begins with `start` is in this format: it has the number of a record, followed by a field.
pub(in crate::formats) fn claims(start: &str) -> bool {
    let mut lines = start.lines().filter(|line| !line.trim().is_empty()).take(50).skip_while(|line| !is_number(line));
    lines.nth(1).is_some_and(|next| tagged(next).is_some() || long_name(next).is_some())
}

#[derive(Default)]
pub(super) struct Ovid {
    /// Whether fields have long names. If so, each line without indentation is a name, even if the name is unknown.
    has_long_names: bool,
}

impl Dialect for Ovid {
    fn line<'l>(&mut self, line: &'l str, _: &Fields) -> Line<'l> {
        if is_number(line) {
            return Line::First("#", "");
        }
        if let Some((tag, value)) = tagged(line) {
            return Line::Field(tag, value);
        }
        let tag = long_name(line);
        self.has_long_names |= tag.is_some();
        match tag {
            Some(tag) => Line::Field(tag, ""),
            // The unknown name of a field, which is not read.
            None if self.has_long_names && line.starts_with(|c: char| !c.is_whitespace()) => Line::Field("-", ""),
            None => Line::More(line),
        }
    }

    fn record(&self, fields: &mut Fields) -> Record {
        let kind = kind(&fields.take_all("PT").join("; "));
        let mut record = Record { kind: kind.to_owned(), ..Record::default() };
        let source = fields.take("SO").replace('\n', " ");
        let source = Source::parse(&source);
        for (name, value) in [("volume", source.volume), ("number", source.number), ("pages", source.pages)] {
            detail(&mut record, name, value);
        }
        detail(&mut record, "editor", joined(&source.editors));
        fill(&mut record, fields, TAGS);
        if record.venue.is_empty() {
            record.venue = source.venue.to_owned();
        }
        if kind == "patent" {
            // Nearly all holders are companies. A name with a comma is that of a person.
            let holder = fields.take("PA");
            detail(&mut record, "holder", if holder.contains(',') { holder } else { organisation(&holder) });
        } else {
            detail(&mut record, "publisher", fields.take("PI PB"));
        }
        let names: Vec<String> = fields.take_lines("AU").iter().map(|name| without_role(name)).collect();
        (record.authors, record.et_al) = without_et_al(people(&names));
        set_date(&mut record, &[fields.take("YR"), fields.take("DG DP"), source.date.to_owned()]);
        record
    }
}

#[rustfmt::skip]
const TAGS: &[(&str, To)] = &[
    ("TI", Title), ("AB", Abstract), ("JN JA", Venue), ("IN AD", Organizations), ("KW DE SH MH MC", Keywords),
    ("DO DI", Identifier(IdentifierKind::Doi)), ("PM", Identifier(IdentifierKind::Pmid)), ("UR JL", Url),
    ("IS IB", StandardNumbers), ("VO", Detail("volume")), ("IP", Detail("number")), ("PG", Detail("pages")),
    ("LG", Detail("language")), ("PN", Detail("number")), ("BT", Detail("booktitle")),
];

/// Whether a line is the number of a record: `<12>`, `<12. >`.
fn is_number(line: &str) -> bool {
    let inside = line.trim().strip_prefix('<').and_then(|line| line.strip_suffix('>'));
    let digits = inside.map(|inside| inside.trim_end_matches(['.', ' '])).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the tag and the value of a line such as `TI  - On Bees`.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, value) = line.split_at_checked(2)?;
    let value = value.strip_prefix("  -")?;
    tag.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).then_some((tag, value.trim()))
}

/// Tags, and the long names of the same fields, separated by `|`.
#[rustfmt::skip]
const LONG_NAMES: &[(&str, &str)] = &[
    ("TI", "title"), ("AU", "author|authors|author(s)"), ("AB", "abstract"), ("SO", "source"), ("JN", "journal name"),
    ("YR", "publication year|year of publication"), ("UI", "unique identifier|accession number"),
    ("IN", "institution|author affiliation"), ("PT", "publication type"), ("DO", "digital object identifier|doi"),
    ("PM", "pmid|pubmed id"), ("LG", "language"), ("IS", "issn|issn print|issn electronic"), ("IB", "isbn"),
    ("PB", "publisher"), ("SH", "subject headings|mesh subject headings"),
    ("KW", "keyword heading|keyword|keywords|key concepts|author keywords"),
];

/// Returns the tag of the field whose long name is on this line.
fn long_name(line: &str) -> Option<&'static str> {
    if !line.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let name = line.trim().trim_end_matches(':').to_lowercase();
    LONG_NAMES.iter().find(|(_, names)| names.split('|').any(|known| known == name)).map(|(tag, _)| *tag)
}

fn kind(types: &str) -> &'static str {
    let types = types.to_lowercase();
    let is = |word: &str| types.contains(word);
    match () {
        () if is("chapter") => "incollection",
        () if is("dissertation") || is("thesis") => "thesis",
        () if is("patent") => "patent",
        () if is("conference paper") || is("proceeding") => "inproceedings",
        () if is("book") && !is("review") => "book",
        () if is("report") && !is("case report") => "report",
        () => "article",
    }
}

/// Returns a name without the role in brackets: `Byron, Ada` for
/// `Byron, Ada [Author, Reprint Author; E-mail: ada@bees.example]`.
fn without_role(name: &str) -> String {
    let name = name.split(" [").next().unwrap_or_default().trim();
    // MEDLINE at Ovid writes a full stop after a name. After one or two letters the full stop stays, because it may
    // belong to an initial.
    name.strip_suffix('.')
        .filter(|name| name.rsplit(' ').next().is_some_and(|last| last.len() > 2))
        .unwrap_or(name)
        .to_owned()
}

/// The parts of a source, the value of `SO`.
#[derive(Debug, Default, PartialEq)]
struct Source<'s> {
    /// The editors of a book.
    editors: Vec<String>,
    venue: &'s str,
    volume: &'s str,
    number: &'s str,
    pages: &'s str,
    date: &'s str,
}

impl<'s> Source<'s> {
    /// Reads `Bee Letters. 201(2-3):327-334, November 15, 2004.`
    fn parse(text: &'s str) -> Self {
        // "Byron, Ada [Editor], Gauss, Carl [Editor]. Methods of bees.:371-397, 2004."
        let (editors, text) = match text.rsplit_once("]. ").filter(|(editors, _)| editors.contains("[Editor")) {
            Some((editors, text)) => {
                (editors.split("], ").map(|name| people(&[without_role(name)]).concat()).collect(), text)
            }
            None => (Vec::new(), text),
        };
        let (venue, rest) = match text.split_once(". ").or(text.split_once(".:")) {
            Some((venue, _)) => (venue, text[venue.len() + 1..].trim_start()),
            None => (text.trim_end_matches('.'), ""),
        };
        let (place, after) = rest.split_once([',', ';']).unwrap_or((rest, ""));
        let (issue, pages) = place.split_once(':').unwrap_or((place, ""));
        let (volume, number) = issue.split_once('(').unwrap_or((issue, ""));
        let is_volume = volume.starts_with(|c: char| c.is_ascii_digit()) && volume.len() < 12;
        // MEDLINE at Ovid: "Bee Letters. 7(2):12-34, 2011 Jun."
        let digits = |text: &'s str| if is_volume { text.trim().trim_end_matches(')') } else { "" };
        let is_page = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let pages = pages.trim();
        let pages = if (is_volume || volume.is_empty()) && pages.chars().all(is_page) { pages } else { "" };
        Self { editors, venue: venue.trim(), volume: digits(volume), number: digits(number), pages, date: after.trim() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Format;
    use crate::formats::tests::read_bytes;

    #[test]
    fn both_layouts_are_read() {
        let text = "<1. >\r\nVN  - Ovid Technologies\r\nAU  - Byron, Ada [Author, Reprint Author; E-mail: a@bees.example]\r\n\
                    AU  - Gauss, C. F. [Author]\r\nTI  - On Bees.\r\nSO  - Bee Letters. 201(2-3):327-334, November 15, 2004.\r\n\
                    IS  - 1234-5678 (ISSN print)\r\nAB  - They hum.\r\nMC  - Honey\r\nYR  - 2004\r\n\r\n<2>\r\nUnique Identifier\r\n  123\r\n\
                    Authors\r\n  Noether E.\r\n  Byron AK.\r\nTitle\r\n  Hives.\r\nComments\r\n  None.\r\nAbstract\r\n  BACKGROUND: Bees\r\n  hum.\r\n\
                    Source\r\n  Bee Letters. 7:12-34, 2011 Jun.\r\n";
        let outcome = read_bytes(text, "a.txt");
        assert_eq!((outcome.format, outcome.titles()), (Format::Ovid, vec!["On Bees", "Hives"]));
        let paper = &outcome.papers[0];
        assert_eq!(paper.authors, ["Ada Byron", "C. F. Gauss"]);
        assert_eq!((paper.venue.as_deref(), paper.date), (Some("Bee Letters"), Some(jiff::civil::date(2004, 11, 15))));
        let details = |name: &str| paper.details[name].as_str();
        assert_eq!([details("volume"), details("number"), details("pages")], ["201", "2-3", "327-334"]);
        let second = &outcome.papers[1];
        assert_eq!(second.abstract_text.as_deref(), Some("BACKGROUND: Bees hum."));
        assert_eq!((second.authors.join("|").as_str(), second.year), ("E. Noether|AK. Byron", Some(2011)));
    }

    #[test]
    fn editors_in_the_source_are_not_the_journal() {
        let source =
            Source::parse("Byron, Ada [Editor, Author], Gauss, Carl [Editor]. Methods of bees.:371-397, 2004.");
        assert_eq!(source.editors, ["Byron, Ada", "Gauss, Carl"]);
        assert_eq!((source.venue, source.pages, source.date), ("Methods of bees", "371-397", "2004."));
    }

    #[test]
    fn an_unusual_source_gives_no_volume_or_pages() {
        for text in ["Bee Letters", "", "Byron [Editor]. The Book: of bees, 1999."] {
            let Source { volume, number, pages, .. } = Source::parse(text);
            assert_eq!((volume, number, pages), ("", "", ""), "{text}");
        }
    }

    #[test]
    fn other_formats_are_not_claimed() {
        for text in ["<1>\nsome text\n", "<feed>\n<entry>\n", "1.\nTY  - JOUR\n", "<1>,title\n"] {
            assert!(!claims(text), "{text}");
        }
    }
}
