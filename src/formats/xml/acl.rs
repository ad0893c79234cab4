//! Reads the XML of the [ACL Anthology](https://github.com/acl-org/acl-anthology/tree/master/data/xml). A collection
//! contains volumes. A volume contains metadata that its papers share, a frontmatter (not a paper), and papers.

use super::parts::{day_of, detail, identifier, joined_names, link, name_of, take};
use super::text::prose_of;
use super::tree::Element;
use crate::formats::fields::Field::{self, Abstract, Authors, Detail, Id, Identifier, Title};
use crate::paper::{IdentifierKind, Record};

/// The paths of a volume's details in its `meta`.
#[rustfmt::skip]
const SHARED: [(Field, &str); 5] = [
    (Detail("publisher"), "publisher"), (Detail("location"), "address"), (Detail("isbn"), "isbn"),
    (Detail("volume"), "journal-volume"), (Detail("number"), "journal-issue"),
];

/// The paths of a paper's fields.
#[rustfmt::skip]
const FIELDS: [(Field, &str); 8] = [
    (Id, "bibkey"), (Title, "title"), (Abstract, "abstract"), (Authors, "author"),
    (Identifier(IdentifierKind::Doi), "doi"), (Detail("language"), "language"), (Detail("note"), "note"),
    (Detail("number"), "issue"),
];

/// The metadata that the papers of a volume share.
#[derive(Default)]
pub(super) struct Volume {
    is_open: bool,
    is_journal: bool,
    shared: Record,
}

impl Volume {
    /// Replaces the volume when a `collection` or a `volume` starts. The new volume has no metadata yet.
    pub(super) fn enter(&mut self, element: &Element) {
        let is_journal = element.attribute("type") == "journal";
        *self = Self { is_open: element.name() == "volume", is_journal, shared: Record::default() };
    }

    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Reads the `meta` of a volume.
    pub(super) fn describe(&mut self, meta: &Element) {
        let mut shared = Record { venue: prose_of(meta, "journal-title"), ..Record::default() };
        if shared.venue.is_empty() {
            shared.venue = prose_of(meta, "booktitle");
            if let Some((journal, _)) = shared.venue.split_once(", Volume").filter(|_| self.is_journal) {
                // "Bee Linguistics, Volume 15, Number 1, March 1989".
                shared.venue = journal.to_owned();
            }
        }
        day_of(meta).put(&mut shared);
        detail(&mut shared, "editor", joined_names(meta.all("editor").map(name_of)));
        take(&mut shared, meta, &SHARED);
        self.shared = shared;
    }
}

/// Reads a `paper` of a volume. Returns `None` for the frontmatter, which has the id 0.
pub(super) fn record(element: &Element, volume: &Volume) -> Option<Record> {
    if element.attribute("id") == "0" {
        return None;
    }
    let shared = &volume.shared;
    let kind = if volume.is_journal { "article" } else { "inproceedings" };
    let mut record =
        Record { year: shared.year, venue: shared.venue.clone(), kind: kind.to_owned(), ..Record::default() };
    take(&mut record, element, &FIELDS);
    // `url` is a web address, or the paper's id in the anthology.
    let url = element.text_of("url");
    if url.contains("://") {
        link(&mut record, &url);
    } else if !url.is_empty() {
        record.url = format!("https://aclanthology.org/{url}");
        identifier(&mut record, IdentifierKind::Acl, url);
    }
    // The first detail of a name counts, so the paper's own details come before those of its volume.
    detail(&mut record, "pages", element.text_of("pages").replace('\u{2013}', "-"));
    record.details.extend(shared.details.iter().cloned());
    Some(record)
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    fn collection(id: &str, volume: &str, papers: &str) -> crate::formats::tests::Outcome {
        read_bytes(
            format!(
                "<collection id=\"{id}\">\n<volume id=\"{volume}\"><meta><booktitle>Proceedings of <fixed-case>B</fixed-case>ees</booktitle>\
                 <editor><first>Ada</first><last>Byron</last></editor><publisher>Hive</publisher><address>Nest</address><month>May</month>\
                 <year>2020</year></meta><frontmatter><title>Front</title></frontmatter>\n{papers}</volume>\
                 <event><talk><title>A talk</title></talk></event></collection>"
            ),
            "a.xml",
        )
    }

    #[test]
    fn papers_share_the_details_of_their_volume() {
        let outcome = collection(
            "2020.acl",
            "main",
            "<paper id=\"1\"><title>On <fixed-case>B</fixed-case>ees</title><author><first>Carl</first><last>Gauss</last></author>\
             <pages>1\u{2013}9</pages><abstract>In <tex-math>O(n)</tex-math>.</abstract><url hash=\"x\">2020.acl-main.1</url>\
             <bibkey>gauss-2020-bees</bibkey><doi>10.18653/v1/2020.acl-main.1</doi></paper>",
        );
        assert_eq!((outcome.lines.as_slice(), outcome.problems.len()), (&[3][..], 0));
        let paper = &outcome.papers[0];
        assert_eq!((paper.title.as_str(), paper.id.as_str()), ("On Bees", "gauss-2020-bees"));
        assert_eq!((paper.venue.as_deref(), paper.year), (Some("Proceedings of Bees"), Some(2020)));
        assert_eq!(paper.url.as_deref(), Some("https://aclanthology.org/2020.acl-main.1"));
        assert_eq!((paper.details["editor"].as_str(), paper.details["pages"].as_str()), ("Byron, Ada", "1-9"));
        assert_eq!(paper.abstract_text.as_deref(), Some("In O(n)."));
    }
}
