//! Reads articles in [JATS](https://jats.nlm.nih.gov/publishing/tag-library/) and its predecessor NLM, from PubMed
//! Central, publishers and preprint servers. Skips the text of the articles.

use super::parts::{day_of, detail, first_of, joined_names, link, name_of, person_of, take, written_name};
use super::text::{prose, prose_of};
use super::tree::{Content, Element};
use crate::formats::fields::Field::{self, Detail, Identifier, Title, Venue};
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record, single_spaced};

/// Elements that are skipped: the text, the references, comments on the article.
pub(super) const PRUNED: [&str; 10] = [
    "body", "back", "ref-list", "sub-article", "response", "floats-group", "floats-wrap", "bio", "author-notes",
    "custom-meta-group",
];

/// The types of abstracts that are not the main abstract.
const SECONDARY_ABSTRACTS: [&str; 12] = [
    "teaser", "graphical", "toc", "short", "key-points", "precis", "executive-summary", "web-summary",
    "author-highlights", "highlights", "plain-language-summary", "summary",
];

/// The paths of the fields in `article-meta`. The review of a book may have only the title of the book
/// (`product/source`).
#[rustfmt::skip]
const FIELDS: [(Field, &str); 9] = [
    (Title, "title-group/article-title"), (Detail("subtitle"), "title-group/subtitle"), (Title, "product/source"),
    (Identifier(IdentifierKind::Doi), "article-id@pub-id-type=doi"),
    (Identifier(IdentifierKind::Pmid), "article-id@pub-id-type=pmid"),
    (Identifier(IdentifierKind::Arxiv), "article-id@pub-id-type=arxiv"), (Detail("volume"), "volume"),
    (Detail("number"), "issue"), (Detail("eid"), "elocation-id"),
];

/// The paths of the fields in `journal-meta`.
#[rustfmt::skip]
const JOURNAL: [(Field, &str); 8] = [
    (Venue, "journal-title-group/journal-title"), (Venue, "journal-title"),
    (Venue, "journal-title-group/abbrev-journal-title"), (Venue, "abbrev-journal-title"),
    (Venue, "journal-id@journal-id-type=nlm-ta"), (Detail("issn"), "issn"),
    (Detail("publisher"), "publisher/publisher-name"), (Detail("location"), "publisher/publisher-loc"),
];

/// Reads an `article`.
pub(super) fn record(element: &Element) -> Record {
    let front = element.child("front").or_else(|| element.child("front-stub")).unwrap_or(element);
    let meta = front.child("article-meta").unwrap_or(front);
    let kind = if element.attribute("article-type") == "preprint" { "online" } else { "article" };
    let mut record = Record { kind: kind.to_owned(), abstract_text: abstract_text(meta), ..Record::default() };
    take(&mut record, meta, &FIELDS);
    contributors(&mut record, meta);
    subjects(&mut record, meta);
    if let Some(journal) = front.child("journal-meta") {
        take(&mut record, journal, &JOURNAL);
        let short = first_of(
            ["journal-title-group/abbrev-journal-title", "abbrev-journal-title"].map(|path| prose_of(journal, path)),
        );
        if short != record.venue {
            detail(&mut record, "shortjournal", short);
        }
    }
    // The most precise date counts, or the first of equally precise dates.
    let days = meta.all("pub-date").map(day_of);
    days.reduce(|best, other| if other.is_finer_than(best) { other } else { best })
        .unwrap_or_default()
        .put(&mut record);
    for id in ["article-id@pub-id-type=pmc", "article-id@pub-id-type=pmcid"].iter().flat_map(|path| meta.texts_of(path))
    {
        detail(&mut record, "pmcid", if id.starts_with("PMC") { id } else { format!("PMC{id}") });
    }
    meta.all("self-uri").for_each(|found| link(&mut record, found.attribute("href")));
    let range = page_range(&meta.text_of("fpage"), &meta.text_of("lpage"));
    detail(&mut record, "pages", if range.is_empty() { meta.text_of("page-range") } else { range });
    detail(&mut record, "language", element.attribute("lang"));
    record
}

fn abstract_text(meta: &Element) -> String {
    let proper = meta
        .all("abstract")
        .find(|found| !SECONDARY_ABSTRACTS.contains(&found.attribute("abstract-type")) && !prose(found).is_empty());
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
    organizations.extend(
        meta.all("aff").chain(meta.all("aff-alternatives").filter_map(|found| found.child("aff"))).map(affiliation),
    );
    record.organizations = organizations;
    detail(record, "editor", joined_names(editors));
}

fn name(contributor: &Element) -> String {
    let inside = contributor.child("name-alternatives").unwrap_or(contributor);
    match inside.child("name").or_else(|| inside.child("string-name")) {
        Some(name) => person_of(name).unwrap_or_else(|| written_name(&prose(name))),
        None => name_of(inside),
    }
}

/// Returns an affiliation without labels, superscripts, e-mail addresses and links.
fn affiliation(element: &Element) -> String {
    let pieces = element.content().map(|content| match content {
        Content::Text(text) => text.to_owned(),
        Content::Element(inside) if matches!(inside.name(), "label" | "sup" | "email" | "ext-link") => String::new(),
        Content::Element(inside) => prose(inside),
    });
    single_spaced(&pieces.collect::<String>()).trim_matches([',', ';', ' ']).to_owned()
}

fn subjects(record: &mut Record, meta: &Element) {
    let groups = meta.all("kwd-group").filter(|group| group.attribute("kwd-group-type") != "abbreviations");
    groups.for_each(|group| record.keywords.extend(group.every("kwd").map(prose)));
    for group in meta.all("article-categories/subj-group") {
        // Such groups contain the section of the journal: "Research Article".
        let sections = ["heading", "toc-heading", "toc-major", "article-type"];
        if !sections.contains(&group.attribute("subj-group-type")) {
            record.categories.extend(group.every("subject").map(prose));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn the_front_matter_is_read_and_the_text_is_skipped() {
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
