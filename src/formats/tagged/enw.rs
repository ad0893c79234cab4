//! EndNote's tagged text (`.enw`), also known as refer and BibIX.
//!
//! Each field is a line such as `%T Title`. A line without a tag belongs to the field above. EndNote begins a record
//! with `%0 Journal Article`; older programs end a record with a blank line
//! ([EndNote's tags](https://www.cardiff.ac.uk/insrv/educationandtraining/guides/endnote/endnote_codes.html),
//! [refer](https://man7.org/linux/man-pages/man1/refer.1.html)).

use super::records::{Dialect, Fields, Line};
use super::table::To::{
    Abstract, Authors, Date, Detail, Dropped, Id, Keywords, Names, Note, Organizations, StandardNumbers, Title, Url,
};
use super::table::{To, detail, fill, publisher_of};
use crate::formats::organisations::organisation;
use crate::formats::thesis_degrees::thesis_type;
use crate::paper::{Identifier, IdentifierKind, Record};

/// Whether a file that begins with `start` is in this format: its first field is a type (`%0`), or one of its fields is
/// a title (`%T`).
pub(in crate::formats) fn claims(start: &str) -> bool {
    let mut lines = start.lines().filter(|line| !line.trim().is_empty());
    let first = lines.by_ref().take(10).take_while(|line| !line.starts_with(['@', '{', '<'])).find_map(tagged);
    match first {
        Some(("%0", kind)) => kind.chars().all(|c| !c.is_ascii_digit()) && kind.len() < 60,
        Some((tag, value)) if tag != "%%" && !value.is_empty() => {
            tag == "%T" && lines.clone().next().and_then(tagged).is_some()
                || lines.filter_map(tagged).any(|(tag, value)| tag == "%T" && !value.is_empty())
        }
        _ => false,
    }
}

pub(super) struct Refer;

impl Dialect for Refer {
    fn line<'l>(&mut self, line: &'l str, open: &Fields) -> Line<'l> {
        match tagged(line) {
            // Some programs write two types in a row for one record.
            Some(("%0", value)) if open.last_tag() != "%0" || open.is_after_blank => Line::First("%0", value),
            Some((tag, value)) if open.is_empty() => Line::First(tag, value),
            // In a record with `%0`, a blank line may be part of an abstract.
            Some((tag, value)) if open.is_after_blank && !open.has("%0") => Line::First(tag, value),
            Some((tag, value)) => Line::Field(tag, value),
            None => Line::More(line),
        }
    }

    fn record(&self, fields: &mut Fields) -> Record {
        let types = fields.take_all("%0");
        let is_plain_refer = types.is_empty();
        let kind = match kind(&types) {
            "misc" if !fields.peek("%J").is_empty() => "article",
            "misc" if is_plain_refer && !fields.peek("%B").is_empty() => "incollection",
            kind => kind,
        };
        let mut record = Record { kind: kind.to_owned(), ..Record::default() };
        let is_book = matches!(kind, "book" | "collection" | "report" | "software");
        if !is_book {
            record.venue = fields.take("%J %B");
        }
        let work_type = fields.take("%9");
        match kind {
            "thesis" => detail(&mut record, "type", thesis_type(&work_type)),
            "report" | "patent" => detail(&mut record, "type", work_type),
            _ => detail(&mut record, "enw:9", work_type),
        }
        let of_kind = [
            (if kind == "collection" { "%A %E" } else { "%E" }, Names("editor")),
            (if is_book { "%S %B" } else { "%S" }, Detail("series")),
            ("%I", Detail(publisher_of(kind))),
        ];
        fill(&mut record, fields, &of_kind);
        fill(&mut record, fields, TAGS);
        if is_plain_refer {
            record.authors.extend(fields.take_all("%Q").iter().map(|name| organisation(name)));
        }
        for number in fields.take_all("%R %M %1 %2 %3 %4") {
            match Identifier::parse(&number).filter(|found| found.kind != IdentifierKind::Acl) {
                Some(found) => record.identifiers.push((found.kind, found.value)),
                None if kind == "report" => detail(&mut record, "number", number),
                None => record.mentions.push(number),
            }
        }
        for (tag, value) in fields.take_rest() {
            detail(&mut record, &detail_name(&tag), value);
        }
        record
    }
}

#[rustfmt::skip]
const TAGS: &[(&str, To)] = &[
    ("%F", Id), ("%T", Title), ("%X", Abstract), ("%A", Authors), ("%D %8", Date), ("%K", Keywords),
    ("%+", Organizations), ("%U", Url), ("%Z %O %<", Note), ("%@", StandardNumbers), ("%?", Names("translator")),
    ("%V", Detail("volume")), ("%N", Detail("number")), ("%P", Detail("pages")), ("%C", Detail("location")),
    ("%7", Detail("edition")), ("%6", Detail("volumes")), ("%!", Detail("shorttitle")), ("%G", Detail("language")),
    ("%&", Detail("chapter")),
    // Access dates, names of databases, links to files.
    ("%[ %W %~ %> %H", Dropped),
];

/// Returns the tag and the value of a line such as `%T Title`.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let sign = line.strip_prefix('%')?.chars().next().filter(|c| c.is_ascii_graphic())?;
    let (tag, value) = line.split_at(1 + sign.len_utf8());
    (value.is_empty() || value.starts_with([' ', '\t'])).then_some((tag, value.trim()))
}

/// Parts of type names in EndNote and other programs, in lower case, and the kind of work for each. The first match
/// counts.
#[rustfmt::skip]
const KINDS: &[(&str, &str)] = &[
    ("journal", "article"), ("magazine", "article"), ("newspaper", "article"), ("electronic article", "article"),
    ("conference", "inproceedings"), ("book section", "incollection"), ("encyclopedia", "inreference"),
    ("dictionary", "inreference"), ("edited book", "collection"), ("book", "book"), ("classical work", "book"),
    ("thesis", "thesis"), ("dissertation", "thesis"), ("report", "report"), ("government document", "report"),
    ("patent", "patent"), ("standard", "standard"), ("computer program", "software"), ("dataset", "dataset"),
    ("database", "dataset"), ("web page", "online"), ("blog", "online"), ("audio", "audio"),
    ("unpublished", "unpublished"),
];

fn kind(types: &[String]) -> &'static str {
    let known = |name: &String| {
        let name = name.to_lowercase();
        KINDS.iter().find(|(part, _)| name.contains(part)).map(|(_, kind)| *kind)
    };
    // Of several types, the last one is the most specific.
    types.iter().rev().find_map(known).unwrap_or("misc")
}

/// Returns the name of the detail for a tag: `enw:l` for `%L`. A sign that BibTeX does not allow in field names is
/// written as its code: `enw:x28` for `%(`.
fn detail_name(tag: &str) -> String {
    let sign = tag.trim_start_matches('%').to_lowercase();
    match sign.as_bytes() {
        [byte] if b"\"#%'(),=@\\{}~".contains(byte) => format!("enw:x{byte:02x}"),
        _ => format!("enw:{sign}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::Format;
    use crate::formats::tests::read_bytes;
    use crate::paper::IdentifierKind;

    #[test]
    fn records_of_endnote_are_read() {
        let text = "%0 Journal Article\n%A Byron, Ada\n%A Gauss, Carl\n%D 1999\n%T On Bees\n%J Bee Letters\n%V 7\n%N 2\n%P 12-34\n\
                    %@ 1234-5678\n%K honey\nwax\n%X First part.\n\nSecond part.\n%8 June 3\n%U https://bees.example/1\n%R 10.1234/x\n\
                    %+ Hive, Garden\n%Z A note\n\n%0 Thesis\n%A Noether, Emmy\n%T Hives\n%I University of Bees\n%9 Ph.D.\n";
        let outcome = read_bytes(text, "a.enl");
        assert_eq!((outcome.format, outcome.titles()), (Format::Enw, vec!["On Bees", "Hives"]));
        let paper = &outcome.papers[0];
        assert_eq!(paper.abstract_text.as_deref(), Some("First part. Second part."));
        assert_eq!((paper.venue.as_deref(), paper.kind.as_deref()), (Some("Bee Letters"), Some("article")));
        assert_eq!(paper.date, Some(jiff::civil::date(1999, 6, 3)));
        assert_eq!(
            (paper.keywords.join("|").as_str(), paper.organizations.join("|").as_str()),
            ("honey|wax", "Hive, Garden")
        );
        assert_eq!(paper.ids.get(IdentifierKind::Doi), Some("10.1234/x"));
        assert_eq!((paper.details["pages"].as_str(), paper.details["note"].as_str()), ("12-34", "A note"));
        let thesis = &outcome.papers[1];
        assert_eq!(
            (thesis.details["type"].as_str(), thesis.details["institution"].as_str()),
            ("phdthesis", "University of Bees")
        );
    }

    #[test]
    fn blank_lines_separate_records_of_refer_without_types() {
        let text = "%A Ada Byron\n%Q The Bee Group\n%T On Bees\n%J Bee Letters\n\n%T Hives\n%B The Book of Bees\n%A Carl Gauss\n";
        let outcome = read_bytes(text, "a.ref");
        assert_eq!(outcome.titles(), ["On Bees", "Hives"]);
        assert_eq!(outcome.papers[0].authors, ["Ada Byron", "The Bee Group"]);
        assert_eq!(
            (outcome.papers[0].kind.as_deref(), outcome.papers[1].kind.as_deref()),
            (Some("article"), Some("incollection"))
        );
    }

    #[test]
    fn chinese_exports_and_records_with_two_types_are_read() {
        let text = "%0 Serial\n%0 Audio\n%T 蜜蜂\n%A 余敏\n%J 蜂学\n%J BEE STUDIES\n%K 蜂蜜 蜂蜡 Bees\n%X 摘要.\n";
        let outcome = read_bytes(text, "a.txt");
        let paper = &outcome.papers[0];
        assert_eq!((outcome.papers.len(), paper.kind.as_deref()), (1, Some("audio")));
        assert_eq!(
            (paper.keywords.len(), paper.venue.as_deref(), paper.details["enw:j"].as_str()),
            (3, Some("蜂学"), "BEE STUDIES")
        );
    }

    #[test]
    fn other_formats_are_not_claimed() {
        for text in [
            "% A comment\n@article{a, title={On Bees}}",
            "%% This is BibTeX\n@book{a}",
            "%A comment that goes on\nfor lines\n",
            "rate\n%0 20\n%1 30\n",
            "@article{a,\n abstract={\n%0 Book\n}}",
        ] {
            assert!(!super::claims(text), "{text}");
        }
    }
}
