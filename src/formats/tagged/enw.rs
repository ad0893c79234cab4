//! EndNote's tagged text (`.enw`), also known as refer and BibIX.
//!
//! Each field is a line `%T Title`; lines without a percent sign belong to the field above. EndNote begins a record
//! with `%0 Journal Article`, older programs end it with a blank line
//! ([EndNote's tags](https://www.cardiff.ac.uk/insrv/educationandtraining/guides/endnote/endnote_codes.html),
//! [refer](https://man7.org/linux/man-pages/man1/refer.1.html)).

use super::dates::Day;
use super::names::{people, without_et_al};
use super::numbers::StandardNumbers;
use super::records::{self, Fields, Line, Syntax};
use crate::Result;
use crate::formats::input::Input;
use crate::formats::organisations::organisation;
use crate::formats::output::Output;
use crate::formats::theses::thesis_type;
use crate::paper::{Identifier, IdentifierKind, Record};

/// Whether a text that begins like this is in this format: its first field begins a record, or a title follows it.
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

pub(in crate::formats) fn read(input: &mut Input, output: &mut Output) -> Result<()> {
    records::read(input, output, &mut Refer { is_behind_blank: true })
}

/// The syntax of a file.
struct Refer {
    is_behind_blank: bool,
}

impl Syntax for Refer {
    fn line<'l>(&mut self, line: &'l str, open: &Fields) -> Line<'l> {
        let is_behind_blank = std::mem::replace(&mut self.is_behind_blank, line.trim().is_empty());
        match tagged(line) {
            // Some programs write two types one behind the other.
            Some(("%0", value)) if open.last_tag() != "%0" || is_behind_blank => Line::First("%0", value),
            Some((tag, value)) if open.is_empty() => Line::First(tag, value),
            // With `%0` blank lines may stand within an abstract.
            Some((tag, value)) if is_behind_blank && !open.has("%0") => Line::First(tag, value),
            Some((tag, value)) => Line::Field(tag, value),
            None => Line::More(line),
        }
    }

    fn record(&mut self, fields: &mut Fields) -> Record {
        record(fields)
    }
}

/// Tag and value: `%T Title`.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let sign = line.strip_prefix('%')?.chars().next().filter(|c| c.is_ascii_graphic())?;
    let (tag, value) = line.split_at(1 + sign.len_utf8());
    (value.is_empty() || value.starts_with([' ', '\t'])).then_some((tag, value.trim()))
}

/// What EndNote and others call a type, by a word of it in lower case.
const KINDS: [(&str, &str); 27] = [
    ("journal", "article"),
    ("magazine", "article"),
    ("newspaper", "article"),
    ("electronic article", "article"),
    ("conference paper", "inproceedings"),
    ("conference proceedings", "inproceedings"),
    ("conference", "inproceedings"),
    ("book section", "incollection"),
    ("electronic book section", "incollection"),
    ("encyclopedia", "inreference"),
    ("dictionary", "inreference"),
    ("edited book", "collection"),
    ("book", "book"),
    ("classical work", "book"),
    ("thesis", "thesis"),
    ("dissertation", "thesis"),
    ("report", "report"),
    ("government document", "report"),
    ("patent", "patent"),
    ("standard", "standard"),
    ("computer program", "software"),
    ("dataset", "dataset"),
    ("database", "dataset"),
    ("web page", "online"),
    ("blog", "online"),
    ("audio", "audio"),
    ("unpublished", "unpublished"),
];

fn kind(types: &[String]) -> &'static str {
    let known = |name: &String| {
        let name = name.to_lowercase();
        let exact = KINDS.iter().find(|(known, _)| *known == name);
        let found = exact.or_else(|| KINDS.iter().find(|(known, _)| name.contains(known)));
        found.map(|(_, kind)| *kind)
    };
    // Of several the last is the more specific.
    types.iter().rev().find_map(known).unwrap_or("misc")
}

fn record(fields: &mut Fields) -> Record {
    let types = fields.take_all(&["%0"]);
    let is_plain_refer = types.is_empty();
    let mut record = Record { id: fields.take(&["%F"]), title: fields.take(&["%T"]), ..Record::default() };
    record.kind = match kind(&types) {
        "misc" if !fields.peek("%J").is_empty() => "article",
        "misc" if is_plain_refer && !fields.peek("%B").is_empty() => "incollection",
        kind => kind,
    }
    .to_owned();
    let mut detail = |name: &str, value: String| record.details.push((name.to_owned(), value));
    let is_book = matches!(record.kind.as_str(), "book" | "collection" | "report" | "software");
    record.venue = if is_book { String::new() } else { fields.take(&["%J", "%B"]) };
    if record.kind == "collection" || record.kind == "book" && fields.peek("%A").is_empty() {
        detail("editor", super::ris::joined(&people(&fields.take_all(&["%A", "%E"]))));
    } else {
        detail("editor", super::ris::joined(&people(&fields.take_all(&["%E"]))));
    }
    detail("series", fields.take(if is_book { &["%S", "%B"] } else { &["%S"] }));
    let publisher = if matches!(record.kind.as_str(), "thesis" | "report") { "institution" } else { "publisher" };
    detail(publisher, fields.take(&["%I"]));
    let kind_of_work = fields.take(&["%9"]);
    match record.kind.as_str() {
        "thesis" => detail("type", thesis_type(&kind_of_work)),
        "report" | "patent" => detail("type", kind_of_work),
        _ => detail("enw:9", kind_of_work),
    }
    for (tag, name) in [
        ("%V", "volume"),
        ("%N", "number"),
        ("%P", "pages"),
        ("%C", "location"),
        ("%7", "edition"),
        ("%6", "volumes"),
        ("%!", "shorttitle"),
        ("%G", "language"),
        ("%&", "chapter"),
    ] {
        detail(name, fields.take(&[tag]));
    }
    detail("translator", super::ris::joined(&people(&fields.take_all(&["%?"]))));
    let numbers = StandardNumbers::find(&fields.take_all(&["%@"]));
    detail("issn", numbers.issn);
    detail("isbn", numbers.isbn);
    let notes = fields.take_all(&["%Z", "%O", "%<"]);
    record.mentions.extend(notes.iter().cloned());
    detail("note", notes.join("; "));
    let (mut authors, et_al) = without_et_al(people(&fields.take_all(&["%A"])));
    if is_plain_refer {
        authors.extend(fields.take_all(&["%Q"]).iter().map(|name| organisation(name)));
    }
    (record.authors, record.et_al) = (authors, et_al);
    record.abstract_text = fields.take(&["%X"]);
    let texts = [fields.take(&["%D"]), fields.take(&["%8"])];
    let day = Day::merged(&texts.each_ref().map(String::as_str));
    (record.year, record.date) = (day.year, day.date());
    if let (None, Some(month)) = (record.date, day.month) {
        record.details.push(("month".to_owned(), month.to_string()));
    }
    record.keywords = keywords(&fields.take_all(&["%K"]));
    record.organizations = fields.take_lines(&["%+"]);
    let mut links = fields.take_lines(&["%U"]);
    if !links.is_empty() {
        record.url = links.remove(0);
    }
    record.mentions.extend(links);
    for number in fields.take_all(&["%R", "%M", "%1", "%2", "%3", "%4"]) {
        match Identifier::parse(&number).filter(|found| found.kind != IdentifierKind::Acl) {
            Some(found) => record.identifiers.push((found.kind, found.value)),
            None if record.kind == "report" => record.details.push(("number".to_owned(), number)),
            None => record.mentions.push(number),
        }
    }
    // Times of access, names of databases, links to files.
    fields.take_all(&["%[", "%W", "%~", "%>", "%H"]);
    for (tag, value) in fields.take_rest() {
        record.details.push((detail_name(&tag), value));
    }
    record
}

/// `enw:l` for `%L`; a sign that no field of BibTeX may have in its name by its number, as `enw:x28`.
fn detail_name(tag: &str) -> String {
    let sign = tag.trim_start_matches('%').to_lowercase();
    match sign.as_bytes() {
        [byte] if b"\"#%'(),=@\\{}~".contains(byte) => format!("enw:x{byte:02x}"),
        _ => format!("enw:{sign}"),
    }
}

/// One to a line, or with semicolons between; in Chinese exports also with spaces.
fn keywords(values: &[String]) -> Vec<String> {
    let lines: Vec<&str> = values.iter().flat_map(|value| value.lines()).collect();
    let is_separator = |c: char| matches!(c, ';' | '\u{ff1b}');
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let pieces: Vec<&str> = match lines[..] {
        [line] if !line.contains(is_separator) && is_chinese(line) => line.split_whitespace().collect(),
        [line] if !line.contains(is_separator) && line.matches(',').count() >= 2 => line.split(',').collect(),
        _ => lines.iter().flat_map(|line| line.split(is_separator)).collect(),
    };
    pieces.into_iter().map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty()).collect()
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
    fn refer_without_types_is_parted_by_blank_lines() {
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
    fn chinese_exports_and_two_types_are_understood() {
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
    fn only_its_own_is_claimed() {
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
