//! Reads EndNote's XML, which Bookends, Mendeley, Papers and Citavi also write. `RSXML.dtd`, which comes with EndNote,
//! defines its elements. Text is plain, or split into `<style>` elements.

use super::super::fields::kinds::kind_of_word;
use super::parts::{day_of, detail, joined_names, link, serial_number, take, written_name};
use super::text::{prose, prose_of};
use super::tree::Element;
use crate::formats::fields::Field::{self, Abstract, Detail, Identifier, Mention, Title, Venue};
use crate::formats::fields::When;
use crate::formats::organisations::organisation;
use crate::paper::{IdentifierKind, Record};

/// The paths of the fields.
#[rustfmt::skip]
const FIELDS: [(Field, &str); 27] = [
    (Title, "titles/title"), (Abstract, "abstract"), (Venue, "titles/secondary-title"), (Venue, "periodical/full-title"),
    (Venue, "titles/alt-title"), (Identifier(IdentifierKind::Doi), "electronic-resource-num"), (Mention, "notes"),
    (Detail("volume"), "volume"), (Detail("number"), "number"), (Detail("issue"), "issue"), (Detail("pages"), "pages"),
    (Detail("edition"), "edition"), (Detail("location"), "pub-location"), (Detail("language"), "language"),
    (Detail("note"), "notes"), (Detail("annotation"), "research-notes"), (Detail("type"), "work-type"),
    (Detail("endnote:section"), "section"), (Detail("endnote:label"), "label"),
    (Detail("endnote:accession-num"), "accession-num"), (Detail("endnote:call-num"), "call-num"),
    (Detail("endnote:custom1"), "custom1"), (Detail("endnote:custom2"), "custom2"),
    (Detail("shorttitle"), "titles/short-title"), (Detail("series"), "titles/tertiary-title"),
    (Detail("shortjournal"), "periodical/abbr-1"), (Detail("shortjournal"), "alt-periodical/abbr-1"),
];

/// Whether a `record` is EndNote's.
pub(super) fn is_record(record: &Element) -> bool {
    ["ref-type", "titles", "contributors", "source-app", "rec-number"].iter().any(|name| record.child(name).is_some())
}

pub(super) fn record(element: &Element) -> Record {
    let mut record = Record::default();
    kind(&mut record, element);
    take(&mut record, element, &FIELDS);
    if matches!(record.kind.as_str(), "book" | "collection" | "report" | "thesis") {
        // For these kinds, the venue that was read is the series.
        let series = std::mem::take(&mut record.venue);
        record.details.retain(|(name, _)| name != "series" || series.is_empty());
        detail(&mut record, "series", series);
    }
    let names = |path: &str| element.all(path).map(name).filter(|name| !name.is_empty());
    record.authors = names("contributors/authors/author").collect();
    if record.authors.is_empty() && record.title.is_empty() {
        record.title = prose_of(element, "titles/short-title");
    }
    detail(&mut record, "editor", joined_names(names("contributors/secondary-authors/author")));
    detail(&mut record, "translator", joined_names(names("contributors/subsidiary-authors/author")));
    let publisher = if record.kind == "thesis" { "institution" } else { "publisher" };
    detail(&mut record, publisher, prose_of(element, "publisher"));
    match record.kind.as_str() {
        "patent" => detail(&mut record, "number", prose_of(element, "isbn")),
        _ => serial_number(&mut record, &prose_of(element, "isbn")),
    }
    for keyword in element.all("keywords/keyword").map(prose) {
        record.keywords.extend(keyword.split(['\n', '\r']).map(|word| word.trim().to_owned()));
    }
    dates(&mut record, element);
    for group in ["web-urls", "related-urls", "text-urls", "pdf-urls"] {
        for url in element.all(&format!("urls/{group}/url")).map(prose) {
            // An element may contain several links, one per line.
            url.split_whitespace().for_each(|url| link(&mut record, url));
        }
    }
    record
}

/// Returns the name of an author. EndNote marks an organisation with a comma at the end.
fn name(author: &Element) -> String {
    let name = prose(author);
    match name.strip_suffix(',') {
        Some(bare) => organisation(bare),
        None => written_name(&name),
    }
}

fn kind(record: &mut Record, element: &Element) {
    let Some(reference) = element.child("ref-type") else { return };
    let kind = match reference.attribute_or_text("name").as_str() {
        "Conference Proceedings" | "Conference Proceeding" => "inproceedings",
        "Encyclopedia" | "Dictionary" => "incollection",
        "Standard" | "Grant" => "report",
        "Podcast" => "online",
        "Personal Communication" => "unpublished",
        name => kind_of_word(name).map_or("misc", |(kind, _)| kind),
    };
    record.kind = kind.to_owned();
}

fn dates(record: &mut Record, element: &Element) {
    let year = element.child("dates/year").map(day_of).unwrap_or_default();
    let day = prose_of(element, "dates/pub-dates/date");
    // `day` is "Mar 3" or a full date.
    let with_year = When::parse(&format!("{day} {}", year.year.map(|year| year.to_string()).unwrap_or_default()));
    let full = When::parse(&day);
    let best = if full.date().is_some() { full } else { with_year };
    if best.year == year.year && best.is_finer_than(year) || year.year.is_none() { best } else { year }.put(record);
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    fn record(inside: &str) -> crate::paper::Paper {
        let text = format!("<xml><records><record><source-app name=\"EndNote\"/>{inside}</record></records></xml>");
        let mut outcome = read_bytes(text, "a.xml");
        assert_eq!(outcome.problems.len(), 0, "{:?}", outcome.problems);
        outcome.papers.remove(0)
    }

    #[test]
    fn style_elements_are_joined_into_one_text() {
        let paper = record(
            "<titles><title><style face=\"normal\">On </style><style face=\"italic\">Apis</style><style face=\"normal\"> at 10</style>\
             <style face=\"superscript\">3</style><style face=\"normal\"> m</style></title></titles>\
             <abstract><style>Bees hum.&#xD;Wasps do not.</style></abstract>",
        );
        assert_eq!(paper.title, "On Apis at 10³ m");
        assert_eq!(paper.abstract_text.as_deref(), Some("Bees hum. Wasps do not."));
    }

    #[test]
    fn the_secondary_title_is_a_venue_or_a_series() {
        let titles = "<titles><title>On bees</title><secondary-title>All of bees</secondary-title></titles>";
        let article = record(&format!(
            "<ref-type name=\"Journal Article\">17</ref-type><contributors><authors><author>Byron, Ada</author><author>Hive Group,</author>\
             </authors></contributors>{titles}<periodical><full-title>All of bees</full-title><abbr-1>Bees</abbr-1></periodical>\
             <volume>3</volume><number>1</number><pages>12-14</pages><isbn>12345678</isbn><dates><year>2015</year><pub-dates>\
             <date>Mar 3</date></pub-dates></dates><keywords><keyword>bees</keyword><keyword>bees</keyword></keywords>\
             <electronic-resource-num>10.1000/a</electronic-resource-num><urls><related-urls><url>https://hive.example/1</url></related-urls>\
             <pdf-urls><url>internal-pdf://a.pdf</url></pdf-urls></urls>"
        ));
        assert_eq!((article.kind.as_deref(), article.venue.as_deref()), (Some("article"), Some("All of bees")));
        assert_eq!(article.authors, ["Ada Byron", "Hive Group"]);
        assert_eq!(article.date, Some(jiff::civil::date(2015, 3, 3)));
        assert_eq!((article.details["issn"].as_str(), article.details["shortjournal"].as_str()), ("1234-5678", "Bees"));
        assert_eq!((article.keywords.as_slice(), article.id.as_str()), (&["bees".to_owned()][..], "doi:10.1000/a"));
        assert_eq!(article.url.as_deref(), Some("https://hive.example/1"));
        let book = record(&format!(
            "<ref-type name=\"Book\">6</ref-type><contributors><secondary-authors><author>Byron, Ada</author><author>Gauss, Carl</author>\
             </secondary-authors></contributors>{titles}"
        ));
        assert_eq!(
            (book.kind.as_deref(), book.venue, book.details["series"].as_str()),
            (Some("book"), None, "All of bees")
        );
        assert_eq!(book.details["editor"], "Byron, Ada and Gauss, Carl");
    }
}
