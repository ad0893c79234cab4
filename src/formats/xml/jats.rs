//! Articles in [JATS](https://jats.nlm.nih.gov/publishing/tag-library/) and its forerunner NLM, as PubMed Central,
//! publishers and preprint servers give them out. Only what precedes the text is read.

use super::parts::{detail, details, identifier, joined_names, link, person, serial_number, written_name};
use super::text::{prose, prose_of};
use super::tree::{Content, Element};
use crate::formats::fields::When;
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

/// Elements that are skipped: the text, what it cites, comments on it.
#[rustfmt::skip]
pub(super) const PRUNED: [&str; 10] = [
    "body", "back", "ref-list", "sub-article", "response", "floats-group", "floats-wrap", "bio", "author-notes",
    "custom-meta-group",
];

/// Kinds of abstracts beside the abstract proper.
#[rustfmt::skip]
const ASIDE: [&str; 12] = [
    "teaser", "graphical", "toc", "short", "key-points", "precis", "executive-summary", "web-summary",
    "author-highlights", "highlights", "plain-language-summary", "summary",
];

/// An `article`.
pub(super) fn record(element: &Element) -> Record {
    let front = element.child("front").or_else(|| element.child("front-stub")).unwrap_or(element);
    let meta = front.child("article-meta").unwrap_or(front);
    let mut record = Record { kind: "article".to_owned(), ..Record::default() };
    if let Some(titles) = meta.child("title-group") {
        record.title = prose_of(titles, "article-title");
        detail(&mut record, "subtitle", prose_of(titles, "subtitle"));
    }
    if record.title.is_empty() {
        // A review of a book has the book's.
        record.title = meta.at(&["product", "source"]).map(prose).unwrap_or_default();
    }
    record.abstract_text = abstract_text(meta);
    contributors(&mut record, meta);
    subjects(&mut record, meta);
    if let Some(journal) = front.child("journal-meta") {
        journal_of(&mut record, journal);
    }
    dates(&mut record, meta);
    ids(&mut record, meta);
    details(&mut record, meta, &[("volume", "volume"), ("number", "issue")]);
    let range = page_range(&meta.text_of("fpage"), &meta.text_of("lpage"));
    detail(&mut record, "pages", if range.is_empty() { meta.text_of("page-range") } else { range });
    detail(&mut record, "eid", meta.text_of("elocation-id"));
    detail(&mut record, "language", element.attribute("lang"));
    if element.attribute("article-type") == "preprint" {
        record.kind = "online".to_owned();
    }
    record
}

fn abstract_text(meta: &Element) -> String {
    let proper = meta
        .all("abstract")
        .find(|found| !ASIDE.contains(&found.attribute("abstract-type")) && !prose(found).is_empty());
    let found = proper.or_else(|| meta.child("abstract")).or_else(|| meta.child("trans-abstract"));
    found.map(prose).unwrap_or_default()
}

fn contributors(record: &mut Record, meta: &Element) {
    let (mut editors, mut organizations) = (Vec::new(), Vec::new());
    for group in meta.all("contrib-group") {
        for contributor in group.all("contrib") {
            match contributor.attribute("contrib-type") {
                "author" | "" => record.authors.push(name(contributor)),
                "guest-editor" | "volume-editor" => editors.push(name(contributor)),
                _ => {}
            }
            organizations.extend(contributor.all("aff").map(affiliation));
        }
        organizations.extend(group.all("aff").map(affiliation));
    }
    let alternatives = meta.all("aff-alternatives").filter_map(|found| found.child("aff"));
    organizations.extend(meta.all("aff").chain(alternatives).map(affiliation));
    record.organizations = organizations;
    detail(record, "editor", joined_names(editors));
}

fn name(contributor: &Element) -> String {
    let inside = contributor.child("name-alternatives").unwrap_or(contributor);
    if let Some(name) = inside.child("name") {
        return person(&name.text_of("surname"), &name.text_of("given-names"), &name.text_of("suffix"));
    }
    if let Some(name) = inside.child("string-name") {
        let family = name.text_of("surname");
        return if family.is_empty() {
            written_name(&prose(name))
        } else {
            person(&family, &name.text_of("given-names"), "")
        };
    }
    // The members of a group are listed within its name.
    match inside.child("collab").or_else(|| inside.child("on-behalf-of")) {
        Some(group) => {
            let own: Vec<String> = group
                .content
                .iter()
                .map(|content| match content {
                    Content::Text(text) => text.clone(),
                    Content::Element(element) if element.name() == "contrib-group" => String::new(),
                    Content::Element(element) => prose(element),
                })
                .collect();
            organisation(&own.concat())
        }
        None => String::new(),
    }
}

/// An affiliation without the mark by which authors point to it.
fn affiliation(element: &Element) -> String {
    let mut text = String::new();
    for content in &element.content {
        match content {
            Content::Text(piece) => text.push_str(piece),
            Content::Element(inside)
                if matches!(inside.name(), "label" | "sup" | "institution-id" | "email" | "ext-link") => {}
            Content::Element(inside) if inside.name() == "institution-wrap" => {
                text.push_str(&inside.text_of("institution"))
            }
            Content::Element(inside) => text.push_str(&prose(inside)),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_matches([',', ';', ' ']).to_owned()
}

fn subjects(record: &mut Record, meta: &Element) {
    let groups = meta.all("kwd-group").filter(|group| group.attribute("kwd-group-type") != "abbreviations");
    let keywords = groups.flat_map(|group| group.every("kwd").map(prose).collect::<Vec<_>>());
    record.keywords = keywords.collect();
    for group in meta.within("article-categories", "subj-group") {
        let subjects = group.every("subject").map(prose);
        match group.attribute("subj-group-type") {
            // The section of the journal: "Research Article".
            "heading" | "toc-heading" | "toc-major" | "article-type" => {}
            _ => record.categories.extend(subjects),
        }
    }
}

fn journal_of(record: &mut Record, journal: &Element) {
    let group = journal.child("journal-title-group").unwrap_or(journal);
    record.venue = prose_of(group, "journal-title");
    let short = prose_of(group, "abbrev-journal-title");
    if record.venue.is_empty() {
        let ids = journal.all("journal-id").find(|id| id.attribute("journal-id-type") == "nlm-ta");
        record.venue = if short.is_empty() { ids.map(prose).unwrap_or_default() } else { short };
    } else if short != record.venue {
        detail(record, "shortjournal", short);
    }
    journal.texts_of("issn").iter().for_each(|number| serial_number(record, number));
    detail(record, "publisher", journal.text_at(&["publisher", "publisher-name"]));
    detail(record, "location", journal.text_at(&["publisher", "publisher-loc"]));
}

/// The first day that is given in full, else the finest.
fn dates(record: &mut Record, meta: &Element) {
    let when = |date: &Element| When::of_parts(&date.text_of("year"), &date.text_of("month"), &date.text_of("day"));
    let found = meta.all("pub-date").map(when);
    found.reduce(|best, other| if other.is_finer_than(best) { other } else { best }).unwrap_or_default().put(record);
}

fn ids(record: &mut Record, meta: &Element) {
    for id in meta.all("article-id") {
        let text = id.trimmed();
        match id.attribute("pub-id-type") {
            "doi" => identifier(record, IdentifierKind::Doi, text),
            "pmid" => identifier(record, IdentifierKind::Pmid, text),
            "pmc" | "pmcid" => {
                detail(record, "pmcid", if text.starts_with("PMC") { text } else { format!("PMC{text}") })
            }
            "arxiv" => identifier(record, IdentifierKind::Arxiv, text),
            _ => {}
        }
    }
    for address in meta.all("self-uri").map(|found| found.attribute("href")) {
        link(record, address);
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn what_stands_before_the_text_is_read_and_the_text_is_not() {
        let outcome = read_bytes(
            "<pmc-articleset><article xml:lang=\"en\"><front><journal-meta><journal-title-group><journal-title>J. of Bees</journal-title>\
             </journal-title-group><issn>1234-5678</issn><publisher><publisher-name>Hive</publisher-name></publisher></journal-meta>\
             <article-meta><article-id pub-id-type=\"doi\">10.1000/a</article-id><article-id pub-id-type=\"pmid\">12</article-id>\
             <article-id pub-id-type=\"pmc\">7</article-id><article-categories><subj-group subj-group-type=\"heading\"><subject>Research Article\
             </subject></subj-group><subj-group><subject>Insects</subject></subj-group></article-categories>\
             <title-group><article-title>On <italic>Apis</italic><xref>1</xref></article-title></title-group><contrib-group>\
             <contrib contrib-type=\"author\"><name><surname>Byron</surname><given-names>Ada</given-names></name></contrib>\
             <contrib contrib-type=\"author\"><collab>Hive Group<contrib-group><contrib><name><surname>Drone</surname></name></contrib>\
             </contrib-group></collab></contrib><contrib contrib-type=\"editor\"><name><surname>Gauss</surname></name></contrib></contrib-group>\
             <aff id=\"a\"><label>1</label>Nest, <institution>Hive University</institution></aff>\
             <pub-date pub-type=\"collection\"><year>2021</year></pub-date><pub-date pub-type=\"epub\"><day>4</day><month>3</month><year>2021</year></pub-date>\
             <volume>3</volume><issue>1</issue><fpage>12</fpage><lpage>14</lpage>\
             <abstract abstract-type=\"teaser\"><p>Buy it.</p></abstract>\
             <abstract><sec><title>Aim</title><p>Bees.</p></sec><sec><title>Result</title><p>Hum.</p></sec></abstract>\
             <kwd-group><kwd>bees</kwd><kwd>wings</kwd></kwd-group></article-meta></front>\
             <body><p>Long text.</p></body><back><ref-list><ref><article-title>Cited</article-title></ref></ref-list></back>\
             <sub-article><front-stub><title-group><article-title>A review</article-title></title-group></front-stub></sub-article></article></pmc-articleset>",
            "a.nxml",
        );
        assert_eq!((outcome.papers.len(), outcome.problems.len()), (1, 0));
        let paper = &outcome.papers[0];
        assert_eq!(paper.title, "On Apis");
        assert_eq!(paper.abstract_text.as_deref(), Some("Aim: Bees. Result: Hum."));
        assert_eq!(paper.authors, ["Ada Byron", "Hive Group"]);
        assert_eq!(paper.organizations, ["Nest, Hive University"]);
        assert_eq!((paper.date, paper.venue.as_deref()), (Some(jiff::civil::date(2021, 3, 4)), Some("J. of Bees")));
        assert_eq!((paper.keywords.len(), paper.categories.as_slice()), (2, &["Insects".to_owned()][..]));
        assert_eq!(
            (paper.details["pages"].as_str(), paper.ids.get(crate::paper::IdentifierKind::Pmcid)),
            ("12--14", Some("PMC7"))
        );
    }
}
