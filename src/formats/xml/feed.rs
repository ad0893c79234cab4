//! Feeds of papers: Atom ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)), foremost
//! [arXiv's interface](https://info.arxiv.org/help/api/user-manual.html), RSS 2.0 and RSS 1.0 of preprint servers,
//! journals and PubMed, with the elements of Dublin Core and
//! [PRISM](https://www.w3.org/submissions/2020/SUBM-prism-20200910/).

use super::super::fields::people;
use super::parts::{detail, details, first_of, identifier, identify, link, serial_number, written_name};
use super::text::prose_of;
use super::tree::Element;
use crate::formats::fields::When;
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

/// An `entry` or `item`.
pub(super) fn record(element: &Element) -> Result<Record, String> {
    let mut record = Record { title: prose_of(element, "title"), ..Record::default() };
    let id = element.text_of("id");
    if record.title == "Error" && id.contains("/errors") {
        let text = element.text_of("summary");
        return Err(format!(
            "arXiv answered with an error instead of papers: {text}; correct the request and ask again"
        ));
    }
    record.abstract_text = abstract_text(element);
    authors(&mut record, element);
    identifiers(&mut record, element, &id);
    subjects(&mut record, element);
    // In Atom a `source` is another feed.
    let venues = ["journal_ref", "publicationName", "source"].map(|name| element.child(name));
    let venues = venues.into_iter().flatten().filter(|venue| venue.children().next().is_none());
    record.venue = first_of(venues.map(Element::trimmed));
    if let Some(journal) = element.child("journal_ref") {
        record.mentions.push(journal.trimmed());
    }
    let names = [("volume", "volume"), ("number", "number"), ("note", "comment"), ("publisher", "publisher")];
    details(&mut record, element, &names);
    let (first, last) = (element.text_of("startingPage"), element.text_of("endingPage"));
    detail(&mut record, "pages", page_range(&first, &last));
    for name in ["issn", "eIssn"] {
        serial_number(&mut record, &element.text_of(name));
    }
    let dates = ["published", "publicationDate", "coverDate", "date", "pubDate", "issued", "updated"];
    dates
        .into_iter()
        .map(|name| When::parse(&element.text_of(name)))
        .find(|when| when.year.is_some())
        .unwrap_or_default()
        .put(&mut record);
    of_arxiv(&mut record);
    Ok(record)
}

fn abstract_text(element: &Element) -> String {
    first_of(["summary", "description", "abstract", "encoded", "content"].map(|name| prose_of(element, name)))
}

fn authors(record: &mut Record, element: &Element) {
    let mut organizations = Vec::new();
    for author in element.all("author") {
        match author.child("name") {
            Some(name) => record.authors.push(written_name(&name.trimmed())),
            None => record.authors.extend(people::split(&author.trimmed()).names),
        }
        organizations.extend(author.texts_of("affiliation"));
    }
    record.organizations = organizations;
    if !record.authors.is_empty() {
        return;
    }
    let creators = element.texts_of("creator");
    for creator in &creators {
        let creator = without_tags(creator);
        // One name to an element, or all in one.
        if creators.len() > 1 {
            record.authors.push(written_name(&creator));
        } else {
            let list = people::split(&creator);
            record.et_al = list.et_al;
            record.authors.extend(list.names.iter().map(|name| written_name(name)));
        }
    }
    record.authors.extend(element.texts_of("collaboration").iter().map(|name| organisation(name)));
}

/// arXiv's older feeds make each author a link.
fn without_tags(text: &str) -> String {
    let mut plain = String::new();
    let mut is_tag = false;
    for c in text.chars() {
        match c {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            c if !is_tag => plain.push(c),
            _ => {}
        }
    }
    plain
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
    let links = || element.all("link");
    let page = links().find(|link| matches!(link.attribute("rel"), "" | "alternate"));
    let address = page
        .map(|page| if page.attribute("href").is_empty() { page.trimmed() } else { page.attribute("href").to_owned() });
    if let Some(address) = address.filter(|address| !address.is_empty()) {
        let other = std::mem::replace(&mut record.url, address);
        identify(record, &other);
    }
    for other in links().filter(|other| other.attribute("title") == "doi") {
        identify(record, other.attribute("href"));
    }
    let id = id.strip_prefix("oai:arXiv.org:").unwrap_or(id);
    if !identify(record, id) {
        link(record, id);
    }
}

/// arXiv's first category counts most.
fn subjects(record: &mut Record, element: &Element) {
    let of = |category: &Element| match category.attribute("term") {
        "" => category.trimmed(),
        term => term.to_owned(),
    };
    let primary = element.child("primary_category").map(of);
    let mut subjects = element.texts_of("subject");
    subjects.extend(element.texts_of("section"));
    record.categories = primary.into_iter().chain(element.all("category").map(of)).chain(subjects).collect();
}

/// Removes what arXiv's feeds put around title and abstract, and sets the kind.
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
    fn entries_of_arxiv_give_every_field() {
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
    fn items_of_rss_lose_what_arxiv_puts_around_them() {
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
