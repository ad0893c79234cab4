//! Reads [Dublin Core](https://www.dublincore.org/specifications/dublin-core/dcmi-terms/). All repositories offer it
//! over OAI-PMH (`oai_dc`), arXiv with conventions of its own. Europe PMC offers it as RDF.
//!
//! Its fifteen elements are loosely defined. A `description` may be an abstract, a comment or the type of the work. An
//! `identifier` may be a link, a DOI or a journal reference. So the form of a value decides what it means.

use percent_encoding::percent_decode_str;

use super::parts::{detail, first_of, identifier, identify, kind_of, link, put_kind, serial_number, written_name};
use super::text::prose;
use super::tree::Element;
use crate::formats::fields::When;
use crate::paper::{IdentifierKind, Record};

/// A description with fewer characters is an abstract only if it ends in a full stop, `!` or `?`. `Journal Article` and
/// `text/html` are not abstracts.
const SHORT: usize = 60;

/// Reads a `dc` element, or an element with the same children.
pub(super) fn record(element: &Element) -> Record {
    let texts = |name: &str| leaves(element, name);
    let mut record = Record {
        title: first_of(element.all("title").map(prose)),
        authors: texts("creator").iter().map(|name| written_name(name)).collect(),
        ..Record::default()
    };
    descriptions(&mut record, element);
    references(&mut record, element);
    citations(&mut record, element);
    for wording in texts("type") {
        let kind = kind_of(&wording);
        if !kind.is_empty() && (record.kind.is_empty() || kind == "thesis") {
            put_kind(&mut record, kind, &wording);
        }
    }
    // A repository lists the day of issue and the day on which it received the work. The earliest day counts.
    let issued = texts("issued");
    let dates = if issued.is_empty() { [texts("date"), texts("created")].concat() } else { issued };
    let known = dates.iter().map(|date| When::parse(date)).filter(|when| when.year.is_some());
    if let Some(when) = known.min_by_key(|when| (when.year, when.month.unwrap_or(13), when.day.unwrap_or(32))) {
        when.put(&mut record);
    }
    let subjects = texts("subject");
    let is_arxiv = record.identifiers.iter().any(|(kind, _)| *kind == IdentifierKind::Arxiv)
        || record.url.contains("//arxiv.org/");
    if is_arxiv {
        record.categories = subjects;
        if record.kind.is_empty() {
            record.kind = if record.venue.is_empty() { "online" } else { "article" }.to_owned();
        }
    } else {
        record.keywords = subjects;
    }
    for name in ["publisher", "language"] {
        detail(&mut record, name, texts(name).into_iter().next().unwrap_or_default());
    }
    record
}

/// Returns the texts of the children that contain no elements. In RDF, a child may contain a person or a journal.
fn leaves(element: &Element, name: &str) -> Vec<String> {
    let leaves = element.all(name).filter(|child| child.children().next().is_none());
    leaves.map(Element::trimmed).filter(|text| !text.is_empty()).collect()
}

fn descriptions(record: &mut Record, element: &Element) {
    record.abstract_text = first_of(element.all("abstract").map(prose));
    for description in element.all("description").map(prose).filter(|text| !text.is_empty()) {
        let comment = ["Comment: ", "Comments: "].iter().find_map(|prefix| description.strip_prefix(prefix));
        if let Some(comment) = comment {
            detail(record, "note", comment);
        } else if description.chars().count() < SHORT && !description.ends_with(['.', '!', '?']) {
            if record.kind.is_empty() {
                let last = description.rsplit(';').next().unwrap_or_default();
                put_kind(record, kind_of(last), last);
            }
        } else if record.abstract_text.is_empty() {
            record.abstract_text = description;
        }
    }
}

fn references(record: &mut Record, element: &Element) {
    for text in leaves(element, "identifier") {
        let lower = text.to_lowercase();
        if let Some(id) = text.strip_prefix("oai:arXiv.org:") {
            identifier(record, IdentifierKind::Arxiv, id);
        } else if ["issn", "urn:issn", "isbn", "urn:isbn"].iter().any(|prefix| lower.starts_with(prefix)) {
            serial_number(record, text.trim_start_matches(|c: char| !c.is_ascii_digit()));
        } else if let Some((_, number)) = text.split_once("europepmc.org/abstract/MED/") {
            identifier(record, IdentifierKind::Pmid, number);
            link(record, &text);
        } else if text.contains("://") {
            link(record, &text);
        } else if lower.starts_with("doi ") {
            identifier(record, IdentifierKind::Doi, &text[4..]);
        } else if !identify(record, &text) && record.venue.is_empty() && is_journal_reference(&text) {
            record.venue = text;
        }
    }
    for text in ["relation", "isVersionOf", "hasVersion"].iter().flat_map(|name| element.texts_of(name)) {
        record.mentions.push(text);
    }
    let sources = leaves(element, "source").into_iter().chain(leaves(element, "isPartOf"));
    for text in sources {
        let lower = text.to_lowercase();
        if let Some(number) = ["urn:issn:", "issn:", "issn "].iter().find_map(|prefix| lower.strip_prefix(prefix)) {
            serial_number(record, number);
        } else if record.venue.is_empty() && !text.contains("://") {
            record.venue = text;
        }
    }
}

/// Whether a text looks like a journal reference, `J. of Bees, 53:5 (2009)`, and not like a shelf mark.
fn is_journal_reference(text: &str) -> bool {
    text.contains(' ')
        && text.contains(|c: char| c.is_ascii_digit())
        && text.chars().filter(|c| c.is_alphabetic()).count() > 3
}

/// Reads `bibliographicCitation`. Its text is in words or a query of
/// [OpenURL](https://www.niso.org/standards-committees/openurl): `rft.jtitle=Bees&rft.volume=3`.
fn citations(record: &mut Record, element: &Element) {
    for citation in element.texts_of("bibliographicCitation") {
        if !citation.contains("rft.") {
            record.mentions.push(citation);
            continue;
        }
        for (key, value) in citation.split(['&', '?']).filter_map(|pair| pair.split_once('=')) {
            let value = value.replace('+', " ");
            let value = percent_decode_str(&value).decode_utf8_lossy();
            match key {
                "rft.jtitle" if record.venue.is_empty() => record.venue = value.into_owned(),
                "rft.volume" => detail(record, "volume", value),
                "rft.issue" => detail(record, "number", value),
                "rft.pages" => detail(record, "pages", value),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn the_form_of_a_value_decides_what_it_means() {
        let outcome = read_bytes(
            "<oai_dc:dc><dc:title>On bees</dc:title><dc:creator>Byron, Ada</dc:creator><dc:creator>Hive University</dc:creator>\
             <dc:subject>Physics - Bees</dc:subject><dc:description>  Bees hum, and\nwasps do not. This is what was found out.\n</dc:description>\
             <dc:description>Comment: 3 pages</dc:description><dc:date>2021-03-04</dc:date><dc:date>2020-01-02</dc:date><dc:type>text</dc:type>\
             <dc:identifier>http://arxiv.org/abs/2001.00001</dc:identifier><dc:identifier>J. of Bees, 53:5 (2009)</dc:identifier>\
             <dc:identifier>doi:10.1000/a</dc:identifier></oai_dc:dc>",
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!(paper.abstract_text.as_deref(), Some("Bees hum, and wasps do not. This is what was found out."));
        assert_eq!(paper.details["note"], "3 pages");
        assert_eq!(paper.date, Some(jiff::civil::date(2020, 1, 2)));
        assert_eq!(paper.venue.as_deref(), Some("J. of Bees, 53:5 (2009)"));
        assert_eq!(
            paper.ids.iter().map(|id| id.to_string()).collect::<Vec<_>>(),
            ["arxiv:2001.00001", "doi:10.1000/a"]
        );
        assert_eq!(paper.categories, ["Physics - Bees"]);
        assert_eq!(paper.authors, ["Ada Byron", "Hive University"]);
    }

    #[test]
    fn a_repository_gives_types_publishers_and_keywords() {
        let outcome = read_bytes(
            "<dc><title>On bees</title><creator>Byron, Ada</creator><subject>bees</subject><description>PeerReviewed</description>\
             <description>Bees hum.</description><type>info:eu-repo/semantics/doctoralThesis</type><publisher>Hive</publisher>\
             <identifier>urn:issn:1234-5678</identifier><identifier>https://hive.example/1</identifier><date>1999</date></dc>",
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!((paper.kind.as_deref(), paper.details["type"].as_str()), (Some("thesis"), "phdthesis"));
        assert_eq!(paper.abstract_text.as_deref(), Some("Bees hum."));
        assert_eq!((paper.details["issn"].as_str(), paper.details["publisher"].as_str()), ("1234-5678", "Hive"));
        assert_eq!((paper.keywords.as_slice(), paper.year), (&["bees".to_owned()][..], Some(1999)));
    }

    #[test]
    fn the_journal_is_read_from_a_citation_in_openurl_form() {
        let outcome = read_bytes(
            "<rdf:RDF><rdf:Description rdf:about=\"http://europepmc.org/abstract/MED/12\"><dc:title>On bees.</dc:title>\
             <dc:creator>Byron, A</dc:creator><dc:description>Review; Journal Article</dc:description>\
             <dc:identifier>http://europepmc.org/abstract/MED/12</dc:identifier>\
             <dcterms:abstract>Bees hum.</dcterms:abstract><dcterms:bibliographicCitation>&amp;rft.jtitle=J%20of+Bees&amp;rft.volume=3\
             </dcterms:bibliographicCitation></rdf:Description></rdf:RDF>",
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!((paper.title.as_str(), paper.venue.as_deref()), ("On bees", Some("J of Bees")));
        assert_eq!((paper.details["volume"].as_str(), paper.kind.as_deref()), ("3", Some("article")));
        assert_eq!((paper.abstract_text.as_deref(), paper.id.as_str()), (Some("Bees hum."), "pmid:12"));
    }
}
