//! Reads arXiv's own formats of OAI-PMH ([formats](https://info.arxiv.org/help/oa/index.html)). `arXiv` splits the
//! names of authors into parts. `arXivRaw` has the versions of a paper, and all authors on one line.

use super::super::fields::people;
use super::parts::{day_of, identifier, name_of, take, written_name};
use super::tree::Element;
use crate::formats::fields::Field::{Abstract, Detail, Identifier, Organizations, Title, Venue};
use crate::formats::organisations::{is_organisation, organisation};
use crate::paper::{IdentifierKind, Record};

/// Reads an `arXiv` or `arXivRaw` element.
pub(super) fn record(element: &Element) -> Record {
    let mut record = Record::default();
    #[rustfmt::skip]
    take(&mut record, element, &[
        (Title, "title"), (Abstract, "abstract"), (Venue, "journal-ref"), (Detail("note"), "comments"),
        (Detail("number"), "report-no"), (Identifier(IdentifierKind::Arxiv), "id"),
        (Organizations, "authors/author/affiliation"),
    ]);
    record.categories = element.text_of("categories").split_whitespace().map(str::to_owned).collect();
    // There are several DOIs if parts of the work were published separately.
    for doi in element.text_of("doi").split([' ', ',', ';']) {
        identifier(&mut record, IdentifierKind::Doi, doi);
    }
    record.kind = if record.venue.is_empty() { "online" } else { "article" }.to_owned();
    record.mentions.push(record.venue.clone());
    record.authors = element.all("authors/author").filter_map(name).collect();
    if record.authors.is_empty() {
        written_authors(&mut record, &element.text_of("authors"));
    }
    let when = element.child("created").or_else(|| element.child("version/date")).map(day_of).unwrap_or_default();
    (record.year, record.date) = (when.year, when.date());
    record
}

/// Returns the name of a person or a collaboration. arXiv takes the last word of a collaboration's name for a family
/// name. It cuts "The Bee Collaboration: A. Byron, …" at the colon and lists the colon as an author, for which this
/// function returns `None`.
fn name(author: &Element) -> Option<String> {
    let (family, given) = (author.text_of("keyname"), author.text_of("forenames"));
    let is_group = ["Collaboration", "Consortium"].iter().any(|word| family.ends_with(word));
    family.contains(char::is_alphanumeric).then(|| {
        if is_group || given.is_empty() && is_organisation(&family) {
            organisation(&format!("{given} {family}"))
        } else {
            name_of(author)
        }
    })
}

/// Adds the authors of a line such as `A. Byron (1), C. Gauss (2) and D. Curie ((1) Hive, (2) Nest)`. Leaves out the
/// text in brackets.
fn written_authors(record: &mut Record, line: &str) {
    let mut depth = 0usize;
    let mut names = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            // A line end only wraps the list, so it becomes a space.
            c if depth == 0 => names.push(if c == '\n' { ' ' } else { c }),
            _ => {}
        }
    }
    let names = names.replace(": ", ", ");
    let authors = people::split(&names);
    record.et_al = authors.et_al;
    record.authors.extend(authors.names.iter().map(|name| written_name(name)));
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn arxiv_records_give_names_dates_and_both_identifiers() {
        let outcome = read_bytes(
            "<OAI-PMH><ListRecords><record><header><identifier>oai:arXiv.org:2101.00001</identifier></header><metadata>\n\
             <arXiv><id>2101.00001</id><created>2021-01-02</created><updated>2022-03-04</updated><authors>\
             <author><keyname>Collaboration</keyname><forenames>Super-Hive</forenames></author>\
             <author><keyname>:</keyname></author>\
             <author><keyname>van der Bee</keyname><forenames>Maja</forenames><suffix>Jr</suffix><affiliation>Hive</affiliation></author>\
             <author><keyname>Byron</keyname><forenames>Ada</forenames><affiliation>Hive</affiliation></author></authors>\
             <title>On\n  bees</title><categories>cs.CL q-bio.PE</categories><comments>3 pages</comments>\
             <journal-ref>J. Bees 3 (2022) 1</journal-ref><doi>10.1000/a 10.1000/b</doi><abstract>  Bees\nhum.\n</abstract></arXiv>\
             </metadata></record></ListRecords></OAI-PMH>",
            "a.xml",
        );
        assert_eq!(outcome.problems.len(), 0);
        let paper = &outcome.papers[0];
        assert_eq!(paper.title, "On bees");
        assert_eq!(paper.abstract_text.as_deref(), Some("Bees hum."));
        assert_eq!(paper.authors, ["Super-Hive Collaboration", "Maja van der Bee Jr", "Ada Byron"]);
        assert_eq!(paper.names()[1].family, "van der Bee");
        assert_eq!(paper.date, Some(jiff::civil::date(2021, 1, 2)));
        assert_eq!(paper.categories, ["cs.CL", "q-bio.PE"]);
        assert_eq!(paper.organizations, ["Hive"]);
        assert_eq!(paper.venue.as_deref(), Some("J. Bees 3 (2022) 1"));
        let ids: Vec<String> = paper.ids.iter().map(|id| id.to_string()).collect();
        assert_eq!(ids[..2], ["arxiv:2101.00001", "doi:10.1000/a"]);
        assert_eq!(paper.details["note"], "3 pages");
    }

    #[test]
    fn raw_records_give_authors_from_one_line_and_the_date_of_the_first_version() {
        let outcome = read_bytes(
            "<arXivRaw><id>math/0601001</id><submitter>A. Byron</submitter>\
             <version version=\"v1\"><date>Mon, 2 Jan 2006 14:57:58 GMT</date></version>\
             <version version=\"v2\"><date>Tue, 3 Apr 2007 14:57:58 GMT</date></version>\
             <title>On bees</title><authors>The Hive Collaboration: A. Byron (1), C. Gauss (1 and\n 2) and D. Curie ((1) Hive, (2) Nest)</authors>\
             <categories>math.CO</categories><abstract>Hum.</abstract></arXivRaw>",
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!(paper.authors, ["The Hive Collaboration", "A. Byron", "C. Gauss", "D. Curie"]);
        assert_eq!(paper.date, Some(jiff::civil::date(2006, 1, 2)));
        assert_eq!(paper.id.as_str(), "arxiv:math/0601001");
    }
}
