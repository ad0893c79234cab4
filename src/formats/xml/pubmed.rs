//! Reads PubMed and MEDLINE ([elements](https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html)): articles,
//! and books of NCBI's Bookshelf.

use super::parts::{day_of, detail, joined_names, kind_of, name_of, put_kind, take, take_one};
use super::text::{prose, prose_of};
use super::tree::Element;
use crate::formats::fields::Field::{self, Detail, Identifier, Keywords, Venue};
use crate::paper::{IdentifierKind, Record, clean};

/// Elements that are skipped: cited papers, grants, substances and others. They are often most of a record.
pub(super) const PRUNED: [&str; 8] = [
    "ReferenceList", "CommentsCorrectionsList", "GrantList", "ChemicalList", "History", "InvestigatorList",
    "DataBankList", "Sections",
];

/// The paths of an article's fields in `MedlineCitation`.
#[rustfmt::skip]
const ARTICLE: [(Field, &str); 10] = [
    (Identifier(IdentifierKind::Pmid), "PMID"), (Keywords, "KeywordList/Keyword"),
    (Keywords, "MeshHeadingList/MeshHeading/DescriptorName"), (Venue, "Article/Journal/Title"),
    (Venue, "Article/Journal/ISOAbbreviation"), (Detail("issn"), "Article/Journal/ISSN"),
    (Detail("volume"), "Article/Journal/JournalIssue/Volume"), (Detail("number"), "Article/Journal/JournalIssue/Issue"),
    (Detail("pages"), "Article/Pagination/MedlinePgn"), (Detail("pages"), "Article/Pagination/StartPage"),
];

/// The paths of a book's details in `BookDocument`.
#[rustfmt::skip]
const BOOK: [(Field, &str); 9] = [
    (Identifier(IdentifierKind::Pmid), "PMID"), (Keywords, "KeywordList/Keyword"), (Detail("language"), "Language"),
    (Detail("publisher"), "Book/Publisher/PublisherName"), (Detail("location"), "Book/Publisher/PublisherLocation"),
    (Detail("series"), "Book/CollectionTitle"), (Detail("edition"), "Book/Edition"), (Detail("volume"), "Book/Volume"),
    (Detail("isbn"), "Book/Isbn"),
];

/// The paths of the identifiers, for articles and books.
#[rustfmt::skip]
const IDS: [(Field, &str); 4] = [
    (Identifier(IdentifierKind::Doi), "ArticleIdList/ArticleId@IdType=doi"),
    (Identifier(IdentifierKind::Pmid), "ArticleIdList/ArticleId@IdType=pubmed"),
    (Identifier(IdentifierKind::Arxiv), "ArticleIdList/ArticleId@IdType=arxiv"),
    (Detail("pmcid"), "ArticleIdList/ArticleId@IdType=pmc"),
];

/// Reads a `PubmedArticle`, a `PubmedBookArticle` or a bare `MedlineCitation`.
pub(super) fn record(element: &Element) -> Result<Record, String> {
    let citation = if element.name() == "MedlineCitation" { Some(element) } else { element.child("MedlineCitation") };
    let mut record = match (citation, element.child("BookDocument")) {
        (Some(citation), _) => article(citation),
        (None, Some(book)) => book_article(book),
        (None, None) => return Err(format!("a <{}> without a citation", element.name())),
    };
    if let Some(data) = element.child("PubmedData").or_else(|| element.child("PubmedBookData")) {
        take(&mut record, data, &IDS);
    }
    Ok(record)
}

fn article(citation: &Element) -> Record {
    let mut record = Record::default();
    take(&mut record, citation, &ARTICLE);
    let Some(article) = citation.child("Article") else { return record };
    titles(&mut record, article);
    abstracts(&mut record, article);
    if record.abstract_text.is_empty() {
        abstracts(&mut record, citation);
    }
    authors(&mut record, article);
    let short = article.text_of("Journal/ISOAbbreviation");
    if short != record.venue {
        detail(&mut record, "shortjournal", short);
    }
    for location in article.all("ELocationID@EIdType=doi").filter(|location| location.attribute("ValidYN") != "N") {
        take_one(&mut record, Identifier(IdentifierKind::Doi), location);
    }
    // The date of the issue counts. If the date of the article agrees with it and is more precise, that date is used.
    let [issue, appeared] =
        ["Journal/JournalIssue/PubDate", "ArticleDate"].map(|path| article.child(path).map(day_of).unwrap_or_default());
    let agrees = issue.year.is_none() || issue.year == appeared.year && issue.day.is_none();
    if agrees && appeared.is_finer_than(issue) { appeared } else { issue }.put(&mut record);
    detail(&mut record, "language", article.text_of("Language"));
    let is_preprint = article.all("PublicationTypeList/PublicationType").any(|kind| kind.trimmed() == "Preprint");
    record.kind = if is_preprint { "online" } else { "article" }.to_owned();
    record
}

/// Sets the title. For a paper in another language, PubMed has a translated title in brackets, and the original as
/// `VernacularTitle`.
fn titles(record: &mut Record, article: &Element) {
    let title = prose_of(article, "ArticleTitle");
    let original = prose_of(article, "VernacularTitle");
    let inner = title.strip_prefix('[').and_then(|title| title.trim_end_matches('.').strip_suffix(']'));
    let title = inner.unwrap_or(&title);
    if title.is_empty() || title.trim_end_matches('.').eq_ignore_ascii_case("not available") {
        record.title = original;
    } else {
        record.title = title.to_owned();
        // Cleans the original as a title, because a detail would keep its full stop.
        detail(record, "origtitle", clean::title(&original));
    }
}

/// Sets the abstract, with the labels of its sections. `OtherAbstract`, such as one in another language, is used only
/// if there is no `Abstract`.
fn abstracts(record: &mut Record, parent: &Element) {
    let found = parent.child("Abstract").or_else(|| parent.child("OtherAbstract"));
    let sections = found.into_iter().flat_map(|found| found.all("AbstractText")).filter_map(|section| {
        let text = prose(section);
        let label = section.attribute("Label").trim().trim_end_matches(':');
        let is_labelled = !label.is_empty() && label != "UNLABELLED";
        (!text.is_empty()).then(|| if is_labelled { format!("{label}: {text}") } else { text })
    });
    record.abstract_text = sections.collect::<Vec<_>>().join("\n");
}

fn authors(record: &mut Record, parent: &Element) {
    for list in parent.all("AuthorList") {
        let people: Vec<&Element> = list.all("Author").filter(|author| author.attribute("ValidYN") != "N").collect();
        let names: Vec<String> = people.iter().map(|found| name_of(found)).filter(|name| !name.is_empty()).collect();
        if list.attribute("Type").eq_ignore_ascii_case("editors") {
            detail(record, "editor", joined_names(names));
            continue;
        }
        record.authors.extend(names);
        record.et_al |= list.attribute("CompleteYN") == "N";
        // Until 2014, only the first author had an affiliation, without `AffiliationInfo` around it.
        for author in people {
            let listed = [author.texts_of("AffiliationInfo/Affiliation"), author.texts_of("Affiliation")];
            record.organizations.extend(listed.concat());
        }
    }
    record.organizations.extend(parent.texts_of("Affiliation"));
}

fn book_article(document: &Element) -> Record {
    let mut record = Record::default();
    take(&mut record, document, &BOOK);
    take(&mut record, document, &IDS);
    abstracts(&mut record, document);
    authors(&mut record, document);
    let (title, book_title) = (prose_of(document, "ArticleTitle"), prose_of(document, "Book/BookTitle"));
    if title.is_empty() {
        record.title = book_title;
        record.kind = "book".to_owned();
    } else {
        (record.title, record.venue) = (title, book_title);
        let kind = kind_of(&document.text_of("PublicationType"));
        put_kind(&mut record, if kind == "report" { kind } else { "incollection" }, "");
    }
    if let Some(book) = document.child("Book").filter(|_| record.authors.is_empty()) {
        authors(&mut record, book);
    }
    document.child("Book/PubDate").map(day_of).unwrap_or_default().put(&mut record);
    record
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    fn article(inside: &str) -> String {
        format!(
            "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version=\"1\">12</PMID><Article>{inside}</Article>\
             </MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType=\"doi\">10.1000/a</ArticleId>\
             <ArticleId IdType=\"pmc\">PMC7</ArticleId></ArticleIdList><ReferenceList><Reference><ArticleIdList>\
             <ArticleId IdType=\"pubmed\">99</ArticleId><ArticleId IdType=\"doi\">10.1000/cited</ArticleId></ArticleIdList></Reference>\
             </ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>"
        )
    }

    #[test]
    fn sections_keep_their_labels_and_markup_becomes_text() {
        let outcome = read_bytes(
            article(
                "<ArticleTitle>CO<sub>2</sub> in <i>Apis</i>.</ArticleTitle><Abstract><AbstractText Label=\"BACKGROUND\">10<sup>3</sup> bees.\
                 </AbstractText><AbstractText Label=\"METHODS\">Wings &lt; 3 mm.</AbstractText><CopyrightInformation>© Hive\
                 </CopyrightInformation></Abstract>",
            ),
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!(paper.title, "CO2 in Apis");
        assert_eq!(paper.abstract_text.as_deref(), Some("BACKGROUND: 10³ bees. METHODS: Wings < 3 mm."));
        assert_eq!(
            paper.ids.iter().map(|id| id.to_string()).collect::<Vec<_>>(),
            ["doi:10.1000/a", "pmid:12", "pmcid:PMC7"]
        );
    }

    #[test]
    fn an_original_title_is_kept_beside_its_translation_or_replaces_a_missing_title() {
        for (titles, title, original) in [
            (
                "<ArticleTitle>[On bees].</ArticleTitle><VernacularTitle>Über Bienen.</VernacularTitle>",
                "On bees",
                Some("Über Bienen"),
            ),
            ("<ArticleTitle/><VernacularTitle>Om bin.</VernacularTitle>", "Om bin", None),
            ("<ArticleTitle>[Not Available].</ArticleTitle><VernacularTitle>Om bin.</VernacularTitle>", "Om bin", None),
        ] {
            let outcome = read_bytes(article(titles), "a.xml");
            assert_eq!(outcome.papers[0].title, title);
            assert_eq!(outcome.papers[0].details.get("origtitle").map(String::as_str), original);
        }
    }

    #[test]
    fn authors_journals_and_dates_are_read() {
        let outcome = read_bytes(
            article(
                "<Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume>3</Volume><Issue>1</Issue><PubDate><MedlineDate>1998 Dec-1999 Jan\
                 </MedlineDate></PubDate></JournalIssue><Title>Journal of bees</Title><ISOAbbreviation>J Bees</ISOAbbreviation></Journal>\
                 <ArticleTitle>On bees.</ArticleTitle><Pagination><MedlinePgn>12-4</MedlinePgn></Pagination>\
                 <ELocationID EIdType=\"doi\" ValidYN=\"N\">10.1000/wrong</ELocationID><AuthorList CompleteYN=\"N\">\
                 <Author><LastName>van der Bee</LastName><ForeName>Maja B</ForeName><Initials>MB</Initials><Suffix>Jr</Suffix></Author>\
                 <Author><CollectiveName>Hive Study Group</CollectiveName></Author></AuthorList>\
                 <Abstract><AbstractText>Hum.</AbstractText></Abstract>",
            ),
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!(paper.authors, ["Maja B van der Bee Jr", "Hive Study Group"]);
        assert!(paper.et_al);
        assert_eq!((paper.year, paper.details["month"].as_str()), (Some(1998), "12"));
        assert_eq!(
            (paper.venue.as_deref(), paper.details["shortjournal"].as_str()),
            (Some("Journal of bees"), "J Bees")
        );
        assert_eq!(paper.details["pages"], "12-4");
    }

    #[test]
    fn books_and_their_chapters_are_distinguished() {
        let book = |title: &str| {
            let text = format!(
                "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>12</PMID><Book><Publisher><PublisherName>Hive</PublisherName>\
                 </Publisher><BookTitle>All of bees</BookTitle><PubDate><Year>2001</Year></PubDate><AuthorList Type=\"editors\"><Author>\
                 <LastName>Byron</LastName><ForeName>Ada</ForeName></Author></AuthorList></Book>{title}\
                 <Abstract><AbstractText>Hum.</AbstractText></Abstract></BookDocument></PubmedBookArticle></PubmedArticleSet>"
            );
            read_bytes(text, "a.xml").papers.remove(0)
        };
        let whole = book("");
        assert_eq!((whole.title.as_str(), whole.kind.as_deref()), ("All of bees", Some("book")));
        assert_eq!(whole.details["editor"], "Byron, Ada");
        let chapter = book("<ArticleTitle>Wings</ArticleTitle>");
        assert_eq!((chapter.title.as_str(), chapter.kind.as_deref()), ("Wings", Some("incollection")));
        assert_eq!(chapter.venue.as_deref(), Some("All of bees"));
    }
}
