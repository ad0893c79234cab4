//! RefWorks' tagged text.
//!
//! Each line has a tag of two or more characters, a space and the value; the tag `RT` begins a record. RefWorks
//! explains its tags in a legend before the first record of each file, and calls the format "RefWorks Tagged Format".

use super::records::{Dialect, Fields, Line};
use super::table::To::{
    Abstract, Authors, Date, Detail, Id, Identifier, Keywords, Names, Note, Organizations, StandardNumbers, Title, Url,
    Venue,
};
use super::table::{To, detail, fill, publisher_of};
use crate::formats::pages::page_range;
use crate::formats::thesis_degrees::thesis_type;
use crate::paper::{IdentifierKind, Record};

/// Whether a file that begins with `start` is in this format: it has the heading, or the first line of a record
/// followed by another field.
pub(in crate::formats) fn claims(start: &str) -> bool {
    let mut lines = start.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let begins_record = |line, next| {
        matches!(tagged(line), Some(("RT", kind)) if KINDS.iter().any(|(known, _)| kind.starts_with(known)))
            && matches!(tagged(next), Some(("SR" | "ID" | "A1" | "T1" | "PMID", _)))
    };
    lines.clone().zip(lines.clone().skip(1)).any(|(line, next)| begins_record(line, next))
        || lines.next().is_some_and(|line| line.eq_ignore_ascii_case("Refworks Export Tagged Format"))
}

pub(super) struct RefWorks;

impl Dialect for RefWorks {
    fn line<'l>(&mut self, line: &'l str, _: &Fields) -> Line<'l> {
        match tagged(line) {
            Some(("RT", kind)) => Line::First("RT", kind),
            Some((tag, value)) => Line::Field(tag, value),
            None if line.trim() == "END EXPORTED REFERENCES" => Line::End,
            None => Line::More(line),
        }
    }

    fn record(&self, fields: &mut Fields) -> Record {
        let kind = fields.take("RT");
        let kind = KINDS.iter().find(|(start, _)| kind.starts_with(start)).map_or("misc", |(_, kind)| kind);
        let mut record = Record { kind: kind.to_owned(), ..Record::default() };
        let is_book = matches!(kind, "book" | "collection" | "report");
        let of_kind = [
            (if is_book { "JF" } else { "JF T2 JO WT" }, Venue),
            (if is_book { "T2 T3" } else { "T3" }, Detail("series")),
            ("PB", Detail(publisher_of(kind))),
        ];
        fill(&mut record, fields, &of_kind);
        fill(&mut record, fields, TAGS);
        detail(&mut record, "pages", page_range(&fields.take("SP"), &fields.take("OP")));
        if kind == "thesis" {
            detail(&mut record, "type", thesis_type(&fields.take("CL")));
        }
        record
    }
}

#[rustfmt::skip]
const TAGS: &[(&str, To)] = &[
    ("ID", Id), ("T1", Title), ("AB", Abstract), ("A1", Authors), ("A2", Names("editor")), ("YR FD", Date),
    ("K1", Keywords), ("AD", Organizations), ("NO", Note), ("SN", StandardNumbers), ("UL LK", Url),
    ("DO", Identifier(IdentifierKind::Doi)), ("PMID", Identifier(IdentifierKind::Pmid)), ("JO", Detail("shortjournal")),
    ("VO", Detail("volume")), ("IS", Detail("number")), ("ED", Detail("edition")), ("PP", Detail("location")),
    ("LA", Detail("language")), ("ST", Detail("shorttitle")), ("PMCID", Detail("pmcid")), ("OT", Detail("origtitle")),
    ("AN", Detail("refworks:an")),
];

/// Returns the tag and the value of a line such as `T1 On Bees`, `U10 Mine` or `PMCID PMC1`.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, value) = line.split_once(' ').unwrap_or((line.trim_end(), ""));
    let is_tag = tag == "PMID" || tag == "PMCID" || is_short_tag(tag);
    is_tag.then_some((tag, value.trim()))
}

fn is_short_tag(tag: &str) -> bool {
    matches!(
        tag.as_bytes(),
        [b'A'..=b'Z', b'A'..=b'Z' | b'0'..=b'9'] | [b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9']
    )
}

/// The beginnings of RefWorks' names for kinds of work, and relata's names for these kinds. The first match counts.
#[rustfmt::skip]
const KINDS: &[(&str, &str)] = &[
    ("Journal", "article"), ("Magazine Article", "article"), ("Newspaper Article", "article"), ("Abstract", "article"),
    ("Conference Proceedings", "inproceedings"), ("Book, Section", "incollection"), ("Book, Edited", "collection"),
    ("Book", "book"), ("Monograph", "book"), ("Dissertation", "thesis"), ("Report", "report"), ("Patent", "patent"),
    ("Computer Program", "software"), ("Web Page", "online"), ("Online Discussion", "online"),
    ("Unpublished Material", "unpublished"), ("Case/Court Decisions", "jurisdiction"),
    ("Laws/Statutes", "legislation"), ("Bills/Resolutions", "legislation"), ("Hearing", "legal"),
    ("Artwork", "artwork"), ("Motion Picture", "movie"), ("Video", "video"), ("Music Score", "music"),
    ("Sound Recording", "audio"), ("Personal Communication", "letter"), ("Generic", "misc"),
];

#[cfg(test)]
mod tests {
    use crate::formats::Format;
    use crate::formats::tests::read_bytes;

    #[test]
    fn records_after_a_legend_are_read() {
        let text = "Refworks Export Tagged Format\n\nTag legend\n*****\nRT=Reference Type\nA1=Primary Authors\n*****\n\
                    BEGIN EXPORTED REFERENCES\n\nRT Journal Article\nSR Electronic(1)\nID 12\nA1 Byron,Ada\nA1 Gauss,Carl\n\
                    T1 On Bees\nJF Bee Letters\nYR 2003\nFD June 3\nVO 29\nSP 12\nOP 34\nK1 honey\nK1 wax\nAB They hum.\n\
                    And fly.\nNO doi: 10.1234/x\nLK https://bees.example/1\nOL Unknown(0)\n\nRT Book, Section\nSR Print(0)\n\
                    A1 Noether,Emmy\nT1 Hives\nA2 Byron,Ada\nT2 The Book of Bees\nSN 0727912771 (paperback)\n\nEND EXPORTED REFERENCES\n";
        let outcome = read_bytes(text, "a.txt");
        assert_eq!((outcome.format, outcome.titles()), (Format::Refworks, vec!["On Bees", "Hives"]));
        let paper = &outcome.papers[0];
        assert_eq!((paper.id.as_str(), paper.authors.join("|").as_str()), ("12", "Ada Byron|Carl Gauss"));
        assert_eq!(paper.abstract_text.as_deref(), Some("They hum. And fly."));
        assert_eq!((paper.date, paper.details["pages"].as_str()), (Some(jiff::civil::date(2003, 6, 3)), "12--34"));
        let chapter = &outcome.papers[1];
        assert_eq!(
            (chapter.kind.as_deref(), chapter.venue.as_deref()),
            (Some("incollection"), Some("The Book of Bees"))
        );
        assert_eq!(
            (chapter.details["editor"].as_str(), chapter.details["isbn"].as_str()),
            ("Byron, Ada", "0727912771")
        );
    }

    #[test]
    fn other_formats_are_not_claimed() {
        assert!(super::claims("RT Book, Section\nSR Electronic(1)\n"));
        for text in ["RT Journal of bees\nis a name\n", "RT\nSR\n", "title\nRT Journal\n"] {
            assert!(!super::claims(text), "{text}");
        }
    }
}
