//! The XML of the [ACL Anthology](https://github.com/acl-org/acl-anthology/tree/master/data/xml): a collection of
//! volumes, each with what its papers share, a frontmatter, which is not a paper, and papers.

use super::parts::{detail, details, identifier, joined_names, link, person};
use super::text::prose_of;
use super::tree::Element;
use crate::formats::fields::When;
use crate::paper::{IdentifierKind, Record};

/// What the papers of a volume share.
#[derive(Default)]
pub(super) struct Volume {
    collection: String,
    id: String,
    is_open: bool,
    is_journal: bool,
    shared: Record,
}

impl Volume {
    /// A `collection` or a `volume` starts.
    pub(super) fn enter(&mut self, element: &Element) {
        let id = element.attribute("id").to_owned();
        if element.name() == "collection" {
            *self = Self { collection: id, ..Self::default() };
        } else {
            let collection = std::mem::take(&mut self.collection);
            let is_journal = element.attribute("type") == "journal";
            *self = Self { collection, id, is_open: true, is_journal, shared: Record::default() };
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Takes the `meta` of a volume.
    pub(super) fn describe(&mut self, meta: &Element) {
        let mut shared = Record { venue: prose_of(meta, "journal-title"), ..Record::default() };
        let title = prose_of(meta, "booktitle");
        if self.is_journal && shared.venue.is_empty() {
            // "Bee Linguistics, Volume 15, Number 1, March 1989".
            shared.venue = title.split(", Volume").next().unwrap_or_default().to_owned();
        } else if shared.venue.is_empty() {
            shared.venue = title;
        }
        When::of_parts(&meta.text_of("year"), &meta.text_of("month"), "").put(&mut shared);
        detail(&mut shared, "editor", joined_names(meta.all("editor").map(name)));
        details(&mut shared, meta, &[("publisher", "publisher"), ("location", "address"), ("isbn", "isbn")]);
        details(&mut shared, meta, &[("volume", "journal-volume"), ("number", "journal-issue")]);
        self.shared = shared;
    }

    /// `2020.acl-main.1`; of older volumes `P18-1001`, and `W18-0501` where a collection has many volumes.
    fn anthology_id(&self, paper: &str) -> String {
        let collection = if self.collection.is_empty() { &self.id } else { &self.collection };
        if collection.len() != 3 {
            return format!("{collection}-{}.{paper}", self.id);
        }
        let Ok(number) = paper.parse::<u32>() else { return String::new() };
        // Before 2019 a volume was a whole collection, and the numbers of its papers began with that of the volume.
        if self.collection.is_empty() || *collection == self.id {
            return format!("{collection}-{number:04}");
        }
        let Ok(volume) = self.id.parse::<u32>() else { return String::new() };
        let has_many = collection.starts_with('W') || collection == "C69" || (collection == "D19" && volume >= 5);
        if has_many {
            format!("{collection}-{volume:02}{number:02}")
        } else {
            format!("{collection}-{volume}{number:03}")
        }
    }
}

/// A `paper` of a volume; `None` for its frontmatter.
pub(super) fn record(element: &Element, volume: &Volume) -> Option<Record> {
    let paper = element.attribute("id");
    if paper == "0" {
        return None;
    }
    let shared = &volume.shared;
    let mut record = Record {
        id: element.text_of("bibkey"),
        title: prose_of(element, "title"),
        abstract_text: prose_of(element, "abstract"),
        authors: element.all("author").map(name).collect(),
        year: shared.year,
        venue: shared.venue.clone(),
        kind: if volume.is_journal { "article" } else { "inproceedings" }.to_owned(),
        ..Record::default()
    };
    let url = element.text_of("url");
    if url.contains("://") {
        link(&mut record, &url);
    }
    let id = if url.is_empty() || url.contains("://") { volume.anthology_id(paper) } else { url };
    if !id.is_empty() {
        if record.url.is_empty() {
            record.url = format!("https://aclanthology.org/{id}");
        }
        identifier(&mut record, IdentifierKind::Acl, id);
    }
    identifier(&mut record, IdentifierKind::Doi, element.text_of("doi"));
    // The paper's own details come before those of its volume: the first of a name counts.
    detail(&mut record, "pages", element.text_of("pages").replace('\u{2013}', "-"));
    details(&mut record, element, &[("language", "language"), ("note", "note"), ("number", "issue")]);
    record.details.extend(shared.details.iter().cloned());
    Some(record)
}

fn name(element: &Element) -> String {
    match element.child("last") {
        Some(last) => person(&last.plain(), &element.text_of("first"), &element.text_of("suffix")),
        None => element.trimmed(),
    }
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

    #[test]
    fn ids_are_derived_where_a_paper_has_none() {
        for (collection_id, volume, paper, expected) in [
            ("2020.acl", "main", "12", "2020.acl-main.12"),
            ("P18", "1", "1", "P18-1001"),
            ("W18", "5", "1", "W18-0501"),
            ("D19", "1", "7", "D19-1007"),
            ("D19", "52", "7", "D19-5207"),
        ] {
            let outcome =
                collection(collection_id, volume, &format!("<paper id=\"{paper}\"><title>On bees</title></paper>"));
            let ids: Vec<String> = outcome.papers[0].ids.iter().map(|id| id.to_string()).collect();
            assert_eq!(ids, [format!("acl:{expected}")]);
        }
        let older =
            read_bytes("<volume id=\"P98\"><paper id=\"1001\"><title>On bees</title></paper></volume>", "a.xml");
        assert_eq!(older.papers[0].id.as_str(), "acl:P98-1001");
    }
}
