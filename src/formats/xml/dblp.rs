//! Reads the XML of DBLP ([format](https://dblp.org/faq/16154937.html)): the dump, single records, the records of a
//! person, and search results.

use super::parts::{day_of, detail, identifier, joined_names, person, take};
use super::tree::Element;
use crate::formats::fields::Field::{self, Detail, Identifier, Title, Url, Venue};
use crate::paper::{IdentifierKind, Name, Record};

/// The names of elements that are records. Most are BibTeX's entry types.
const KINDS: [&str; 9] =
    ["article", "inproceedings", "proceedings", "book", "incollection", "phdthesis", "mastersthesis", "data", "www"];

/// The paths of the fields.
#[rustfmt::skip]
const FIELDS: [(Field, &str); 15] = [
    (Title, "title"), (Venue, "journal"), (Venue, "booktitle"), (Venue, "venue"), (Detail("pages"), "pages"),
    (Detail("volume"), "volume"), (Detail("number"), "number"), (Detail("publisher"), "publisher"),
    (Detail("institution"), "school"), (Detail("series"), "series"), (Detail("note"), "note"),
    (Detail("isbn"), "isbn"), (Detail("issn"), "issn"), (Identifier(IdentifierKind::Doi), "doi"), (Url, "ee"),
];

pub(super) fn is_kind(name: &str) -> bool {
    KINDS.contains(&name)
}

/// Whether an element of this name, in `parent`, with this `key`, is a record of DBLP.
pub(super) fn is_record(name: &str, parent: &str, key: &str) -> bool {
    is_kind(name) && (matches!(parent, "dblp" | "r") || key.contains('/'))
}

/// Reads a record. Returns `None` for the page of a person.
pub(super) fn record(element: &Element) -> Option<Record> {
    let key = element.attribute("key");
    // The page of a person, or of a person's old name.
    if element.name() == "www" && (key.starts_with("homepages/") || element.text_of("title") == "Home Page") {
        return None;
    }
    let mut record = Record::default();
    take(&mut record, element, &FIELDS);
    let people = |list: &str| element.all(list).map(|person| name(&person.plain())).filter(|name| !name.is_empty());
    record.authors = people("author").chain(people("authors/author")).collect();
    detail(&mut record, "editor", joined_names(people("editor")));
    kind(&mut record, element);
    day_of(element).put(&mut record);
    // DBLP has arXiv's papers in a "journal", with the arXiv id as the volume.
    if let Some(id) = element.text_of("volume").strip_prefix("abs/") {
        identifier(&mut record, IdentifierKind::Arxiv, id);
    }
    if record.url.is_empty() && !key.is_empty() {
        record.url = format!("https://dblp.org/rec/{key}");
    }
    Some(record)
}

fn kind(record: &mut Record, element: &Element) {
    let wording = element.text_of("type");
    let kind = match (element.name(), wording.as_str()) {
        ("info", "Conference and Workshop Papers") => "inproceedings",
        ("info", "Parts in Books or Collections") => "incollection",
        ("info", "Books and Theses") => "book",
        ("info", "Editorship") => "proceedings",
        ("info", "Data and Artifacts") | ("data", _) => "dataset",
        ("info", _) => "article",
        ("phdthesis" | "mastersthesis", _) => {
            detail(record, "type", element.name());
            "thesis"
        }
        ("www", _) => "online",
        (name, _) => name,
    };
    record.kind = kind.to_owned();
}

/// Returns the name of a person without the number that DBLP gives to people of the same name: `Ada Byron 0001`.
fn name(name: &str) -> String {
    let name = name.trim();
    let without = name
        .rsplit_once(' ')
        .filter(|(_, number)| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()));
    let Name { family, given, suffix } = Name::parse(without.map_or(name, |(name, _)| name));
    person(&family, &given, &suffix)
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn records_of_a_dump_are_read_and_homepages_are_not() {
        let outcome = read_bytes(
            "<?xml version=\"1.0\"?><!DOCTYPE dblp SYSTEM \"dblp.dtd\"><dblp>\
             <article key=\"journals/corr/abs-2101-00001\" publtype=\"informal\"><author>Ada Byron 0001</author><author>J&ouml;rg van der Bee</author>\
             <title>On <i>bees</i>.</title><journal>CoRR</journal><volume>abs/2101.00001</volume><year>2021</year></article>\
             <inproceedings key=\"conf/bee/Byron21\"><author>Ada Byron</author><title>On wasps.</title><booktitle>BEE</booktitle><year>2021</year>\
             <pages>1-2</pages><ee>https://doi.org/10.1000/a</ee><crossref>conf/bee/2021</crossref><url>db/conf/bee/bee2021.html</url></inproceedings>\
             <phdthesis key=\"phd/Byron\"><author>Ada Byron</author><title>On ants.</title><school>Hive</school></phdthesis>\
             <www key=\"homepages/b/AdaByron\"><author>Ada Byron</author><title>Home Page</title></www></dblp>",
            "a.xml",
        );
        assert_eq!((outcome.titles(), outcome.problems.len()), (vec!["On bees", "On wasps", "On ants"], 0));
        assert_eq!(outcome.papers[0].authors, ["Ada Byron", "Jörg van der Bee"]);
        assert_eq!(outcome.papers[0].id.as_str(), "arxiv:2101.00001");
        assert_eq!((outcome.papers[1].venue.as_deref(), outcome.papers[1].id.as_str()), (Some("BEE"), "doi:10.1000/a"));
        assert_eq!(outcome.papers[2].details["type"], "phdthesis");
        assert_eq!(outcome.papers[2].details["institution"], "Hive");
    }

    #[test]
    fn hits_of_a_search_are_read() {
        let outcome = read_bytes(
            "<result><query>bees</query><hits total=\"1\"><hit id=\"1\"><info><authors><author pid=\"1\">Ada Byron</author></authors>\
             <title>On bees.</title><venue>BEE</venue><year>2021</year><type>Conference and Workshop Papers</type><doi>10.1000/a</doi></info></hit>\
             </hits></result>",
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!(
            (paper.title.as_str(), paper.kind.as_deref(), paper.venue.as_deref()),
            ("On bees", Some("inproceedings"), Some("BEE"))
        );
        assert_eq!(paper.authors, ["Ada Byron"]);
    }
}
