//! Reads [RDF/XML](https://www.w3.org/TR/rdf-syntax-grammar/): Zotero's export, the
//! [Bibliographic Ontology](https://www.dublincore.org/specifications/bibo/), [schema.org](https://schema.org), and any
//! other elements with Dublin Core.
//!
//! A work refers to its authors and its journal, which may be before or after it in the file. So all statements are
//! held until the end of the file. Only here does memory grow with a file, up to [`HELD_BYTES`]. Beyond that, the held
//! works are returned with the references that are known by then.

mod statement;

use std::collections::HashMap;

use super::parts::{Finding, detail, joined_names};
use super::tree::Element;
use statement::{Slot, Thing, Work, identity, put_container, thing, work};

/// About how many bytes of statements are held.
const HELD_BYTES: usize = 64 << 20;

/// Elements that do not describe works.
const NOT_WORKS: [&str; 24] = [
    "Person", "Organization", "Agent", "Attachment", "UserItem", "Memo", "Note", "AutomaticTag", "Tag", "Concept",
    "Journal", "Issue", "Series", "Periodical", "Newspaper", "Magazine", "Website", "Collection", "Event",
    "Conference", "Seq", "Bag", "image", "textinput",
];

/// The statements of a document that are still needed.
#[derive(Default)]
pub(super) struct Graph {
    things: HashMap<String, Thing>,
    works: Vec<Work>,
    /// About how many bytes the things take, and how many the works take.
    held: [usize; 2],
    /// Whether the document is Zotero's, in which only works have an `itemType`.
    is_zotero: bool,
    /// How many statements do not describe works.
    others: u64,
}

impl Graph {
    /// Adds a child of the root. Returns the held works if the statements take more than [`HELD_BYTES`], else nothing.
    pub(super) fn add(&mut self, element: &Element) -> Vec<Finding> {
        let item_type = element.text_of("itemType");
        self.is_zotero |= !item_type.is_empty();
        let is_work = !matches!(item_type.as_str(), "attachment" | "note" | "annotation")
            && !NOT_WORKS.contains(&element.name())
            && (!self.is_zotero || !item_type.is_empty())
            && (element.child("title").is_some() || element.child("name").is_some());
        self.held[usize::from(is_work)] += element.plain().len() + 256;
        if is_work {
            self.works.push(work(element, &item_type));
        } else {
            self.others += 1;
            if let Some(about) = identity(element) {
                self.things.entry(about).or_insert_with(|| thing(element));
            }
        }
        if self.held.iter().sum::<usize>() <= HELD_BYTES {
            return Vec::new();
        }
        let findings = self.finish();
        if self.held[0] > HELD_BYTES / 2 {
            self.things.clear();
            self.held[0] = 0;
        }
        findings
    }

    /// Whether there were statements that do not describe works.
    pub(super) fn held_no_works(&self) -> bool {
        self.others > 0
    }

    /// Returns the held works, with their references resolved as far as possible.
    pub(super) fn finish(&mut self) -> Vec<Finding> {
        self.held[1] = 0;
        let works = std::mem::take(&mut self.works);
        works.into_iter().map(|work| self.resolved(work)).collect()
    }

    fn resolved(&self, mut work: Work) -> Finding {
        let names = |slots: Vec<Slot>| {
            let names = slots.into_iter().filter_map(|slot| match slot {
                Slot::Name(name) => Some(name),
                Slot::Reference(reference) => match self.things.get(&reference) {
                    Some(Thing::Name(name)) => Some(name.clone()),
                    _ => None,
                },
            });
            names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
        };
        let authors = names(work.authors);
        if !authors.is_empty() {
            work.record.authors = authors;
        }
        detail(&mut work.record, "editor", joined_names(names(work.editors)));
        let mut within = work.container;
        // An issue is part of a journal. The limit ends the loop for a container that is part of itself.
        for _ in 0..4 {
            let Some(Thing::Container(container)) = within.as_ref().and_then(|within| self.things.get(within)) else {
                break;
            };
            put_container(&mut work.record, container.record.clone());
            within = container.within.clone();
        }
        Finding { line: work.line, found: Ok(work.record) }
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn works_of_zotero_get_their_journals_and_attachments_are_skipped() {
        let outcome = read_bytes(
            "<rdf:RDF>\n<bib:Article rdf:about=\"https://hive.example/1\"><z:itemType>journalArticle</z:itemType>\
             <dcterms:isPartOf rdf:resource=\"urn:issn:1234-5678\"/><bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>van der Bee</foaf:surname>\
             <foaf:givenName>Maja</foaf:givenName></foaf:Person></rdf:li><rdf:li><foaf:Person><foaf:surname>Byron</foaf:surname><foaf:givenName>Ada\
             </foaf:givenName></foaf:Person></rdf:li></rdf:Seq></bib:authors><dc:subject>bees</dc:subject><dc:subject><z:AutomaticTag>\
             <rdf:value>wings</rdf:value></z:AutomaticTag></dc:subject><dc:title>On bees</dc:title><dcterms:abstract>Hum.</dcterms:abstract>\
             <dc:date>March 4, 2021</dc:date><bib:pages>12-14</bib:pages></bib:Article>\n\
             <z:Attachment rdf:about=\"#item_2\"><z:itemType>attachment</z:itemType><dc:title>PDF</dc:title></z:Attachment>\n\
             <bib:Journal rdf:about=\"urn:issn:1234-5678\"><prism:volume>3</prism:volume><prism:number>1</prism:number><dc:title>J. of Bees</dc:title>\
             <dc:identifier>DOI 10.1000/a</dc:identifier><dc:identifier>ISSN 1234-5678</dc:identifier></bib:Journal>\n\
             <bib:Book rdf:about=\"urn:isbn:1\"><z:itemType>book</z:itemType><dc:title>All of bees</dc:title><dc:publisher><foaf:Organization>\
             <vcard:adr><vcard:Address><vcard:locality>Nest</vcard:locality></vcard:Address></vcard:adr><foaf:name>Hive</foaf:name>\
             </foaf:Organization></dc:publisher></bib:Book></rdf:RDF>",
            "a.rdf",
        );
        assert_eq!((outcome.titles(), outcome.lines.as_slice()), (vec!["On bees", "All of bees"], &[2, 5][..]));
        let paper = &outcome.papers[0];
        assert_eq!(paper.authors, ["Maja van der Bee", "Ada Byron"]);
        assert_eq!((paper.venue.as_deref(), paper.id.as_str()), (Some("J. of Bees"), "doi:10.1000/a"));
        assert_eq!((paper.details["volume"].as_str(), paper.details["pages"].as_str()), ("3", "12-14"));
        assert_eq!(
            (paper.keywords.as_slice(), paper.date),
            (&["bees".to_owned(), "wings".to_owned()][..], Some(jiff::civil::date(2021, 3, 4)))
        );
        let book = &outcome.papers[1];
        assert_eq!((book.details["publisher"].as_str(), book.details["location"].as_str()), ("Hive", "Nest"));
    }

    #[test]
    fn people_and_journals_may_be_anywhere() {
        let outcome = read_bytes(
            "<rdf:RDF><bibo:AcademicArticle rdf:about=\"https://hive.example/1\"><dcterms:title>On bees</dcterms:title>\
             <bibo:authorList><rdf:Seq><rdf:li rdf:nodeID=\"b\"/><rdf:li rdf:nodeID=\"a\"/></rdf:Seq></bibo:authorList>\
             <dcterms:isPartOf><bibo:Issue><bibo:issue>29</bibo:issue><dcterms:date>2016</dcterms:date><dcterms:isPartOf><bibo:Journal>\
             <dcterms:title>J. of Bees</dcterms:title></bibo:Journal></dcterms:isPartOf></bibo:Issue></dcterms:isPartOf></bibo:AcademicArticle>\
             <bibo:Article rdf:about=\"https://hive.example/2\"><dcterms:title>On wasps</dcterms:title><dcterms:creator rdf:resource=\"#nobody\"/></bibo:Article>\
             <foaf:Person rdf:nodeID=\"a\"><foaf:givenname>Ada</foaf:givenname><foaf:surname>Byron</foaf:surname></foaf:Person>\
             <foaf:Person rdf:nodeID=\"b\"><foaf:name>Carl Gauss</foaf:name></foaf:Person></rdf:RDF>",
            "a.rdf",
        );
        assert_eq!((outcome.titles(), outcome.problems.len()), (vec!["On bees", "On wasps"], 0));
        let paper = &outcome.papers[0];
        assert_eq!(paper.authors, ["Carl Gauss", "Ada Byron"]);
        assert_eq!(
            (paper.venue.as_deref(), paper.year, paper.details["number"].as_str()),
            (Some("J. of Bees"), Some(2016), "29")
        );
        let none = crate::formats::tests::read_reader(
            "<rdf:RDF><x:Hive rdf:about=\"a\"><x:size>3</x:size></x:Hive></rdf:RDF>".as_bytes(),
            "a",
            None,
        );
        assert!(none.unwrap_err().to_string().contains("root element <RDF>"));
    }
}
