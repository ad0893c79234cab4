//! Reads feeds of papers: Atom ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)), mainly from
//! [arXiv's interface](https://info.arxiv.org/help/api/user-manual.html), and RSS 2.0 and 1.0 from preprint servers,
//! journals and PubMed. Feeds may contain elements of Dublin Core and
//! [PRISM](https://www.w3.org/submissions/2020/SUBM-prism-20200910/).

use super::super::fields::people;
use super::parts::{detail, identifier, identify, link, take, take_one, written_name};
use super::tree::Element;
use crate::formats::fields::Field::{self, Abstract, Date, Detail, Identifier, Mention, Organizations, Title, Venue};
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

/// The paths of the fields.
#[rustfmt::skip]
const FIELDS: [(Field, &str); 24] = [
    (Title, "title"), (Abstract, "summary"), (Abstract, "description"), (Abstract, "abstract"), (Abstract, "encoded"),
    (Abstract, "content"), (Identifier(IdentifierKind::Doi), "doi"), (Organizations, "author/affiliation"),
    (Venue, "journal_ref"), (Venue, "publicationName"), (Mention, "journal_ref"), (Detail("volume"), "volume"),
    (Detail("number"), "number"), (Detail("note"), "comment"), (Detail("publisher"), "publisher"),
    (Detail("issn"), "issn"), (Detail("issn"), "eIssn"), (Date, "published"), (Date, "publicationDate"),
    (Date, "coverDate"), (Date, "date"), (Date, "pubDate"), (Date, "issued"), (Date, "updated"),
];

/// Reads an `entry` or `item`. Fails if it is an error message from arXiv.
pub(super) fn record(element: &Element) -> Result<Record, String> {
    let mut record = Record::default();
    take(&mut record, element, &FIELDS);
    let id = element.text_of("id");
    if record.title == "Error" && id.contains("/errors") {
        let text = element.text_of("summary");
        return Err(format!(
            "arXiv answered with an error instead of papers: {text}; correct the request and ask again"
        ));
    }
    // In Atom, a `source` contains elements and describes another feed.
    if let Some(source) = element.child("source").filter(|source| source.children().next().is_none()) {
        take_one(&mut record, Venue, source);
    }
    authors(&mut record, element);
    identifiers(&mut record, element, &id);
    // arXiv's primary category comes first.
    let listed = ["primary_category", "category"].into_iter().flat_map(|name| element.all(name));
    let subjects = ["subject", "section"].into_iter().flat_map(|name| element.texts_of(name));
    record.categories = listed.map(|category| category.attribute_or_text("term")).chain(subjects).collect();
    detail(&mut record, "pages", page_range(&element.text_of("startingPage"), &element.text_of("endingPage")));
    of_arxiv(&mut record);
    Ok(record)
}

fn authors(record: &mut Record, element: &Element) {
    for author in element.all("author") {
        match author.child("name") {
            Some(name) => record.authors.push(written_name(&name.trimmed())),
            None => record.authors.extend(people::split(&author.trimmed()).names),
        }
    }
    if !record.authors.is_empty() {
        return;
    }
    // Each `creator` element has one name, or the only `creator` has all names.
    match &element.texts_of("creator")[..] {
        [creators] => {
            let list = people::split(&without_tags(creators));
            record.et_al = list.et_al;
            record.authors = list.names.iter().map(|name| written_name(name)).collect();
        }
        creators => record.authors = creators.iter().map(|creator| written_name(&without_tags(creator))).collect(),
    }
    record.authors.extend(element.texts_of("collaboration").iter().map(|name| organisation(name)));
}

/// Removes tags. arXiv's older feeds make each author a link.
fn without_tags(text: &str) -> String {
    text.split('<')
        .enumerate()
        .map(|(at, part)| if at == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) })
        .collect()
}

fn identifiers(record: &mut Record, element: &Element, id: &str) {
    identifier(record, IdentifierKind::Doi, element.text_of("doi"));
    for name in ["identifier", "guid"] {
        for text in element.texts_of(name) {
            match text.strip_prefix("oai:arXiv.org:") {
                Some(id) => identifier(record, IdentifierKind::Arxiv, id),
                None => link(record, &text),
            }
        }
    }
    let page = element.all("link").find(|link| matches!(link.attribute("rel"), "" | "alternate"));
    if let Some(page) = page.map(|page| page.attribute_or_text("href")).filter(|page| !page.is_empty()) {
        let other = std::mem::replace(&mut record.url, page);
        identify(record, &other);
    }
    for other in element.all("link@title=doi") {
        identify(record, other.attribute("href"));
    }
    let id = id.strip_prefix("oai:arXiv.org:").unwrap_or(id);
    if !identify(record, id) {
        link(record, id);
    }
}

/// Removes the texts that arXiv's feeds add to title and abstract, and sets the kind.
fn of_arxiv(record: &mut Record) {
    if let Some((title, id)) = record.title.trim_end_matches('.').rsplit_once(" (arXiv:")
        && id.ends_with(')')
    {
        let id = id.split([' ', ')']).next().unwrap_or_default().to_owned();
        record.title = title.to_owned();
        identifier(record, IdentifierKind::Arxiv, id);
    }
    let is_announced = record.abstract_text.starts_with("arXiv:") && record.abstract_text.contains("Announce Type:");
    if let Some((_, text)) = record.abstract_text.split_once("Abstract:").filter(|_| is_announced) {
        record.abstract_text = text.trim_start().to_owned();
    }
    let is_preprint = record.identifiers.iter().any(|(kind, _)| *kind == IdentifierKind::Arxiv);
    record.kind = match (is_preprint, record.venue.is_empty()) {
        (true, true) => "online",
        (false, true) => "",
        (_, false) => "article",
    }
    .to_owned();
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn entries_of_arxiv_are_read_with_every_field() {
        let outcome = read_bytes(
            "<feed xmlns:arxiv=\"http://arxiv.org/schemas/atom\"><title>arXiv Query</title><entry>\
             <id>http://arxiv.org/abs/2101.00001v2</id><published>2021-01-02T03:04:05Z</published><updated>2022-01-02T03:04:05Z</updated>\
             <title>On\n  bees</title><summary>  Bees hum. </summary>\
             <author><name>Ada Byron</name><arxiv:affiliation>Hive</arxiv:affiliation></author><author><name>Hive Collaboration</name></author>\
             <arxiv:doi>10.1000/a</arxiv:doi><arxiv:journal_ref>J. Bees 3</arxiv:journal_ref><arxiv:comment>3 pages</arxiv:comment>\
             <link href=\"http://arxiv.org/abs/2101.00001v2\" rel=\"alternate\"/><link title=\"pdf\" href=\"http://arxiv.org/pdf/x\" rel=\"related\"/>\
             <category term=\"q-bio.PE\"/><category term=\"cs.CL\"/><arxiv:primary_category term=\"cs.CL\"/></entry></feed>",
            "a",
        );
        let paper = &outcome.papers[0];
        assert_eq!((paper.title.as_str(), paper.id.as_str()), ("On bees", "arxiv:2101.00001"));
        assert_eq!(paper.authors, ["Ada Byron", "Hive Collaboration"]);
        assert_eq!(paper.categories, ["cs.CL", "q-bio.PE"]);
        assert_eq!(paper.date, Some(jiff::civil::date(2021, 1, 2)));
        assert_eq!((paper.venue.as_deref(), paper.kind.as_deref()), (Some("J. Bees 3"), Some("article")));
        assert_eq!(paper.url.as_deref(), Some("http://arxiv.org/abs/2101.00001v2"));
        assert_eq!(paper.organizations, ["Hive"]);
    }

    #[test]
    fn an_error_of_arxiv_is_a_problem() {
        let text = "<feed><entry><id>http://arxiv.org/api/errors#incorrect_id</id><title>Error</title>\
                    <summary>incorrect id format for bee</summary></entry></feed>";
        let outcome = read_bytes(text, "a.xml");
        assert_eq!(outcome.papers.len(), 0);
        assert!(
            outcome.problems[0].contains("arXiv answered with an error instead of papers: incorrect id format for bee")
        );
    }

    #[test]
    fn texts_that_arxiv_adds_to_rss_items_are_removed() {
        let outcome = read_bytes(
            "<rss version=\"2.0\"><channel><title>cs.CL updates</title><item><title>On bees</title>\
             <link>https://arxiv.org/abs/2101.00001</link>\
             <description>arXiv:2101.00001v1 Announce Type: new \nAbstract: Bees hum.</description>\
             <guid isPermaLink=\"false\">oai:arXiv.org:2101.00001v1</guid><category>cs.CL</category>\
             <pubDate>Mon, 04 Jan 2021 00:00:00 -0500</pubDate><dc:creator>Ada Byron, Carl Gauss</dc:creator></item>\
             </channel></rss>",
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!(paper.abstract_text.as_deref(), Some("Bees hum."));
        assert_eq!(paper.authors, ["Ada Byron", "Carl Gauss"]);
        assert_eq!(paper.id.as_str(), "arxiv:2101.00001");
        assert_eq!(paper.date, Some(jiff::civil::date(2021, 1, 4)));

        let older = read_bytes(
            "<rdf:RDF><channel rdf:about=\"x\"><title>cs.CL</title></channel><item rdf:about=\"http://arxiv.org/abs/2101.00001\">\
             <title>On bees. (arXiv:2101.00001v1 [cs.CL] UPDATED)</title><description>&lt;p&gt;Bees hum.&lt;/p&gt;</description>\
             <dc:creator>&lt;a href=\"x\"&gt;Ada Byron&lt;/a&gt;, &lt;a href=\"y\"&gt;Carl Gauss&lt;/a&gt;</dc:creator></item></rdf:RDF>",
            "a.xml",
        );
        let paper = &older.papers[0];
        assert_eq!((paper.title.as_str(), paper.id.as_str()), ("On bees", "arxiv:2101.00001"));
        assert_eq!(paper.authors, ["Ada Byron", "Carl Gauss"]);
        assert_eq!((older.papers.len(), older.problems.len()), (1, 0));
    }
}
