//! Reads Crossref's own XML, [UNIXREF](https://www.crossref.org/documentation/retrieve-metadata/xml-api/) and deposits:
//! journals, books and conferences with the works in them, preprints, dissertations and reports.

use super::parts::{Finding, day_of, detail, joined_names, name_of, take};
use super::tree::Element;
use crate::formats::fields::Field::{self, Abstract, Detail, Identifier, Title, Url, Venue};
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

pub(super) const PRUNED: [&str; 4] = ["citation_list", "crawler", "collection", "component_list"];

/// The elements of `crossref` (in deposits, of `body`). A row has the name of an element, its kind of work, its
/// children with shared metadata, and its children that are works. An element without such works is a work itself.
const KINDS: [(&str, &str, &[&str], &[&str]); 8] = [
    ("journal", "article", &["journal_metadata", "journal_issue", "journal_volume"], &["journal_article"]),
    ("book", "book", &["book_metadata", "book_series_metadata", "book_set_metadata"], &["content_item"]),
    (
        "conference",
        "inproceedings",
        &["event_metadata", "proceedings_metadata", "proceedings_series_metadata"],
        &["conference_paper"],
    ),
    ("posted_content", "online", &[], &[]),
    ("dissertation", "thesis", &[], &[]),
    ("report-paper", "report", &["report-paper_metadata", "report-paper_series_metadata"], &["content_item"]),
    ("standard", "report", &["standard_metadata"], &["content_item"]),
    ("database", "dataset", &["database_metadata"], &["dataset"]),
];

/// The paths of a work's fields.
#[rustfmt::skip]
const FIELDS: [(Field, &str); 8] = [
    (Title, "titles/title"), (Title, "titles/original_language_title"), (Detail("subtitle"), "titles/subtitle"),
    (Abstract, "abstract"), (Venue, "group_title"), (Identifier(IdentifierKind::Doi), "doi_data/doi"),
    (Url, "doi_data/resource"), (Detail("eid"), "publisher_item/item_number@item_number_type=article_number"),
];

/// The paths of details, in a work and in the metadata around it.
#[rustfmt::skip]
const SHARED: [(Field, &str); 6] = [
    (Detail("publisher"), "publisher/publisher_name"), (Detail("location"), "publisher/publisher_place"),
    (Detail("edition"), "edition_number"), (Detail("issn"), "issn"), (Detail("isbn"), "isbn"),
    (Detail("shortjournal"), "abbrev_title"),
];

/// Whether an element of this name is a record, if it is a child of `crossref` or `body`.
pub(super) fn is_record(name: &str) -> bool {
    KINDS.iter().any(|(known, ..)| *known == name)
}

/// Whether the element is Crossref's. Its name is not enough, because `book` and `journal` are common names.
pub(super) fn has_metadata(element: &Element) -> bool {
    element.children().any(|child| child.name().contains("metadata") || matches!(child.name(), "titles" | "doi_data"))
}

/// The most bytes of metadata that the works of one element may share, counted once for each work. An issue of a
/// thousand works with 50 KB of metadata has fewer.
const MAX_SHARED_BYTES: usize = 64 << 20;

/// Returns the works in an element of `crossref`.
pub(super) fn findings(element: &Element) -> Vec<Finding> {
    let Some((_, kind, shared, works)) = KINDS.iter().find(|(name, ..)| *name == element.name()) else {
        return Vec::new();
    };
    let shared: Vec<&Element> = element.children().filter(|child| shared.contains(&child.name())).collect();
    let mut findings = Vec::new();
    let count = element.children().filter(|child| works.contains(&child.name())).count();
    let bytes: usize = shared.iter().map(|element| element.plain().len() + element.descendants().count()).sum();
    if count.saturating_mul(bytes) > MAX_SHARED_BYTES {
        let reason = format!("{count} works share {bytes} bytes of metadata, too many for one record; skipped");
        return vec![Finding { line: element.line, found: Err(reason) }];
    }
    for work in element.children().filter(|child| works.contains(&child.name())) {
        let kind = if work.name() == "content_item" { "incollection" } else { kind };
        findings.push(Finding { line: work.line, found: Ok(record(work, &shared, kind)) });
    }
    if findings.is_empty() {
        // A journal, a conference or a database is not a work itself.
        let itself = match *kind {
            "article" | "inproceedings" | "dataset" => return findings,
            "book" => shared.last().copied().unwrap_or(element),
            "report" if !shared.is_empty() => shared[0],
            _ => element,
        };
        let around: Vec<&Element> = shared.iter().copied().filter(|other| !std::ptr::eq(*other, itself)).collect();
        findings.push(Finding { line: element.line, found: Ok(record(itself, &around, kind)) });
    }
    findings
}

/// Reads a work and the metadata around it.
fn record(work: &Element, around: &[&Element], kind: &str) -> Record {
    let mut record = Record { kind: kind.to_owned(), ..Record::default() };
    take(&mut record, work, &FIELDS);
    contributors(&mut record, work);
    around.iter().for_each(|element| take_container(&mut record, element));
    // The date of print counts more than the date online, because citations use the year of print.
    let date = date_of(work).or_else(|| around.iter().find_map(|element| date_of(element)));
    date.map(day_of).unwrap_or_default().put(&mut record);
    let range = page_range(&work.text_of("pages/first_page"), &work.text_of("pages/last_page"));
    detail(&mut record, "pages", range);
    if kind == "thesis" {
        detail(&mut record, "institution", work.text_of("institution/institution_name"));
        detail(&mut record, "type", work.text_of("degree"));
    }
    for element in std::iter::once(work).chain(around.iter().copied()) {
        take(&mut record, element, &SHARED);
        detail(&mut record, "language", element.attribute("language"));
    }
    record
}

fn contributors(record: &mut Record, work: &Element) {
    let (mut editors, mut organizations) = (Vec::new(), Vec::new());
    for contributor in work.all("contributors/*") {
        let name = match contributor.name() {
            "person_name" => {
                organizations.extend(contributor.texts_of("affiliation"));
                organizations.extend(contributor.every("institution_name").map(Element::trimmed));
                name_of(contributor)
            }
            "organization" => organisation(&contributor.plain()),
            _ => continue,
        };
        match contributor.attribute("contributor_role") {
            "author" | "" => record.authors.push(name),
            "editor" => editors.push(name),
            _ => {}
        }
    }
    record.organizations = organizations;
    detail(record, "editor", joined_names(editors));
}

/// Reads the journal, book, conference or series in which a work appeared.
fn take_container(record: &mut Record, element: &Element) {
    let title = match record.kind.as_str() {
        "incollection" => "titles/title",
        "inproceedings" => "proceedings_title",
        _ => "",
    };
    let fields: &[(Field, &str)] = match element.name() {
        "journal_metadata" => &[(Venue, "full_title")],
        "proceedings_metadata" => &[(Venue, "proceedings_title")],
        "book_metadata" => &[(Venue, "titles/title")],
        "event_metadata" => &[(Detail("eventtitle"), "conference_name"), (Detail("venue"), "conference_location")],
        // One element holds both the book and its series.
        "book_series_metadata" | "proceedings_series_metadata" | "report-paper_series_metadata" => {
            &[(Detail("series"), "series_metadata/titles/title"), (Detail("volume"), "volume"), (Venue, title)]
        }
        "journal_issue" => &[(Detail("volume"), "journal_volume/volume"), (Detail("number"), "issue")],
        _ => &[],
    };
    take(record, element, fields);
}

fn date_of(element: &Element) -> Option<&Element> {
    let named = ["publication_date", "posted_date", "approval_date", "acceptance_date"];
    let dates: Vec<&Element> = named.iter().flat_map(|name| element.all(name)).collect();
    let print = dates.iter().find(|date| date.attribute("media_type") != "online");
    print.or(dates.first()).copied()
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    const NAMES: &str = "<contributors><person_name contributor_role=\"author\" sequence=\"first\"><given_name>Ada</given_name>\
        <surname>Byron</surname></person_name><organization contributor_role=\"author\" sequence=\"additional\">Hive Group</organization>\
        <person_name contributor_role=\"editor\"><given_name>Carl</given_name><surname>Gauss</surname></person_name></contributors>";

    fn records(inside: &str) -> crate::formats::tests::Outcome {
        let outcome = read_bytes(
            format!("<doi_records><doi_record><crossref>\n{inside}</crossref></doi_record></doi_records>"),
            "a.xml",
        );
        assert_eq!(outcome.problems.len(), 0, "{:?}", outcome.problems);
        outcome
    }

    #[test]
    fn articles_share_their_journal_and_issue() {
        let article = |title: &str, doi: &str| {
            format!(
                "\n<journal_article><titles><title>{title}</title></titles>{NAMES}<jats:abstract><jats:p>Hum.</jats:p></jats:abstract>\
                 <publication_date media_type=\"online\"><year>2012</year></publication_date><publication_date media_type=\"print\">\
                 <month>04</month><year>2013</year></publication_date><pages><first_page>6</first_page><last_page>9</last_page></pages>\
                 <doi_data><doi>{doi}</doi><resource>https://hive.example/{doi}</resource></doi_data>\
                 <citation_list><citation><doi>10.1000/cited</doi></citation></citation_list></journal_article>"
            )
        };
        let outcome = records(&format!(
            "<journal><journal_metadata language=\"en\"><full_title>J. of Bees</full_title><issn>12345678</issn></journal_metadata>\
             <journal_issue><journal_volume><volume>3</volume></journal_volume><issue>1</issue></journal_issue>{}{}</journal>",
            article("On bees", "10.1000/a"),
            article("On wasps", "10.1000/b")
        ));
        assert_eq!((outcome.titles(), outcome.lines.as_slice()), (vec!["On bees", "On wasps"], &[3, 4][..]));
        let paper = &outcome.papers[1];
        assert_eq!(paper.authors, ["Ada Byron", "Hive Group"]);
        assert_eq!((paper.venue.as_deref(), paper.year), (Some("J. of Bees"), Some(2013)));
        assert_eq!((paper.details["volume"].as_str(), paper.details["pages"].as_str()), ("3", "6--9"));
        assert_eq!((paper.details["editor"].as_str(), paper.id.as_str()), ("Gauss, Carl", "doi:10.1000/b"));
        assert_eq!(paper.abstract_text.as_deref(), Some("Hum."));
    }

    #[test]
    fn books_conferences_and_preprints_are_read() {
        let item = |element: &str, title: &str| {
            format!(
                "<{element}><titles><title>{title}</title></titles><doi_data><doi>10.1000/{title}</doi></doi_data></{element}>"
            )
        };
        let book = format!("<book>{}", item("book_metadata", "Bees"));
        let outcome = records(&format!("{book}</book>"));
        assert_eq!((outcome.titles(), outcome.papers[0].kind.as_deref()), (vec!["Bees"], Some("book")));
        let outcome =
            records(&format!("{book}{}{}</book>", item("content_item", "Wings"), item("content_item", "Legs")));
        assert_eq!(outcome.titles(), ["Wings", "Legs"]);
        assert_eq!(
            (outcome.papers[0].kind.as_deref(), outcome.papers[0].venue.as_deref()),
            (Some("incollection"), Some("Bees"))
        );
        let outcome = records(&format!(
            "<conference><event_metadata><conference_name>BEE</conference_name></event_metadata><proceedings_metadata>\
             <proceedings_title>Proc. of BEE</proceedings_title></proceedings_metadata>{}</conference>",
            item("conference_paper", "Nests")
        ));
        let paper = &outcome.papers[0];
        assert_eq!((paper.venue.as_deref(), paper.details["eventtitle"].as_str()), (Some("Proc. of BEE"), "BEE"));
        let outcome = records(&item("posted_content", "Hum"));
        assert_eq!((outcome.titles(), outcome.papers[0].kind.as_deref()), (vec!["Hum"], Some("online")));
    }
}
