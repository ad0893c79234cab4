//! EndNote's XML, which Bookends, Mendeley, Papers and Citavi write too (its elements are those of `RSXML.dtd`, which
//! comes with EndNote). Text is in runs of `<style>`, or plain.

use super::parts::{detail, first_of, identifier, joined_names, link, serial_number, written_name};
use super::text::prose;
use super::tree::Element;
use crate::formats::fields::When;
use crate::formats::organisations::organisation;
use crate::paper::{IdentifierKind, Record};

/// Whether a `record` is EndNote's.
pub(super) fn is_record(record: &Element) -> bool {
    ["ref-type", "titles", "contributors", "source-app", "rec-number"].iter().any(|name| record.child(name).is_some())
}

pub(super) fn record(element: &Element) -> Record {
    let text = |path: &[&str]| element.at(path).map(styled).unwrap_or_default();
    let mut record =
        Record { title: text(&["titles", "title"]), abstract_text: text(&["abstract"]), ..Record::default() };
    kind(&mut record, element);
    let names = |role: &str| -> Vec<String> {
        let lists = element.within("contributors", role);
        lists.flat_map(|list| list.all("author")).map(name).filter(|name| !name.is_empty()).collect()
    };
    record.authors = names("authors");
    let container = [&["titles", "secondary-title"][..], &["periodical", "full-title"], &["titles", "alt-title"]];
    record.venue = first_of(container.map(text));
    if matches!(record.kind.as_str(), "book" | "collection" | "report" | "thesis") {
        // There it is the series.
        let series = std::mem::take(&mut record.venue);
        detail(&mut record, "series", series);
    }
    if record.authors.is_empty() && record.title.is_empty() {
        record.title = text(&["titles", "short-title"]);
    }
    detail(&mut record, "editor", joined_names(names("secondary-authors")));
    detail(&mut record, "translator", joined_names(names("subsidiary-authors")));
    record.keywords = element
        .within("keywords", "keyword")
        .map(styled)
        .flat_map(|text| text.split(['\n', '\r']).map(|word| word.trim().to_owned()).collect::<Vec<_>>())
        .collect();
    dates(&mut record, element);
    details(&mut record, &text);
    links(&mut record, element);
    identifier(&mut record, IdentifierKind::Doi, text(&["electronic-resource-num"]));
    record.mentions.push(text(&["notes"]));
    record
}

/// Text in runs, which may be laid out over lines.
fn styled(element: &Element) -> String {
    // A superscript is a run with that face.
    if element.all("style").any(|run| run.attribute("face").contains("superscript")) {
        let runs = element.children().map(|run| {
            let text = run.plain();
            let is_exponent = run.attribute("face").contains("superscript") && text.chars().count() <= 3;
            if is_exponent && text.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '+') {
                format!("^{text}")
            } else {
                text
            }
        });
        return runs.collect::<String>().trim().to_owned();
    }
    prose(element)
}

/// EndNote marks what is no person by a comma at its end.
fn name(author: &Element) -> String {
    let name = styled(author);
    match name.strip_suffix(',') {
        Some(bare) => organisation(bare),
        None => written_name(&name),
    }
}

fn kind(record: &mut Record, element: &Element) {
    let Some(reference) = element.child("ref-type") else { return };
    let name = reference.attribute("name");
    let name = if name.is_empty() { reference.trimmed() } else { name.to_owned() };
    let kind = match name.as_str() {
        "Journal Article" | "Electronic Article" | "Magazine Article" | "Newspaper Article" => "article",
        "Book" | "Electronic Book" | "Classical Work" | "Ancient Text" => "book",
        "Edited Book" => "collection",
        "Book Section" | "Electronic Book Section" | "Encyclopedia" | "Dictionary" => "incollection",
        "Conference Paper" | "Conference Proceedings" | "Conference Proceeding" => "inproceedings",
        "Thesis" => "thesis",
        "Report" | "Government Document" | "Grant" | "Standard" => "report",
        "Patent" => "patent",
        "Web Page" | "Online Database" | "Online Multimedia" | "Blog" | "Podcast" => "online",
        "Computer Program" => "software",
        "Dataset" => "dataset",
        "Unpublished Work" | "Manuscript" | "Personal Communication" => "unpublished",
        "Generic" | "" => "misc",
        _ => "misc",
    };
    record.kind = kind.to_owned();
}

fn dates(record: &mut Record, element: &Element) {
    let year = element.at(&["dates", "year"]).map(styled).unwrap_or_default();
    let day = element.at(&["dates", "pub-dates", "date"]).map(styled).unwrap_or_default();
    let year = When::parse(&year);
    // "Mar 3", or a full day.
    let with_year = When::parse(&format!("{day} {}", year.year.map(|year| year.to_string()).unwrap_or_default()));
    let full = When::parse(&day);
    let best = if full.date().is_some() { full } else { with_year };
    if best.year == year.year && best.is_finer_than(year) || year.year.is_none() { best } else { year }.put(record);
}

fn details(record: &mut Record, text: &impl Fn(&[&str]) -> String) {
    let is_thesis = record.kind == "thesis";
    for (name, source) in [
        ("volume", "volume"),
        ("number", "number"),
        ("issue", "issue"),
        ("pages", "pages"),
        ("edition", "edition"),
        ("location", "pub-location"),
        (if is_thesis { "institution" } else { "publisher" }, "publisher"),
        ("language", "language"),
        ("note", "notes"),
        ("annotation", "research-notes"),
        ("type", "work-type"),
        ("endnote:section", "section"),
        ("endnote:label", "label"),
        ("endnote:accession-num", "accession-num"),
        ("endnote:call-num", "call-num"),
        ("endnote:custom1", "custom1"),
        ("endnote:custom2", "custom2"),
    ] {
        detail(record, name, text(&[source]));
    }
    detail(record, "shorttitle", text(&["titles", "short-title"]));
    detail(record, "series", text(&["titles", "tertiary-title"]));
    let short = first_of([text(&["periodical", "abbr-1"]), text(&["alt-periodical", "abbr-1"])]);
    detail(record, "shortjournal", short);
    match record.kind.as_str() {
        "patent" => detail(record, "number", text(&["isbn"])),
        _ => serial_number(record, &text(&["isbn"])),
    }
}

fn links(record: &mut Record, element: &Element) {
    let Some(urls) = element.child("urls") else { return };
    for group in ["web-urls", "related-urls", "text-urls", "pdf-urls"] {
        for url in urls.within(group, "url").map(styled) {
            // Several in one element, a line each.
            url.split_whitespace().for_each(|url| link(record, url));
        }
    }
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
    fn runs_of_styles_are_one_text() {
        let paper = record(
            "<titles><title><style face=\"normal\">On </style><style face=\"italic\">Apis</style><style face=\"normal\"> at 10</style>\
             <style face=\"superscript\">3</style><style face=\"normal\"> m</style></title></titles>\
             <abstract><style>Bees hum.&#xD;Wasps do not.</style></abstract>",
        );
        assert_eq!(paper.title, "On Apis at 10^3 m");
        assert_eq!(paper.abstract_text.as_deref(), Some("Bees hum. Wasps do not."));
    }

    #[test]
    fn what_a_work_appeared_in_is_a_venue_or_a_series() {
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
