//! Tests with records in the dialects of JSON. Each record is invented according to the documentation of its source.

use serde_json::json;

use super::super::tests::read_bytes;
use crate::formats::{Item, ReadOptions, read_from};
use crate::paper::{IdentifierKind, Paper};

/// Reads `value` as JSON Lines and as JSON, and returns the one paper that both files contain.
fn paper(value: serde_json::Value) -> Paper {
    let outcome = read_bytes(value.to_string(), "p.jsonl");
    assert_eq!(outcome.problems, [""; 0]);
    assert_eq!(read_bytes(serde_json::json!([value]).to_string(), "p.json").papers, outcome.papers);
    let [paper] = &outcome.papers[..] else { panic!("{:?}", outcome.titles()) };
    paper.clone()
}

#[test]
fn names_of_fields_are_recognised_in_any_spelling() {
    let found = paper(json!({
        "Paper_ID": 12, "Article Title": "On Bees", "abstractText": "They hum.", "Author Full Names": "Byron, Ada; Gauss, Carl",
        "Publication Year": "1999.0", "Source Title": "Bee Letters", "Author Keywords": "honey; wax, hard", "DOI": "https://doi.org/10.1234/X",
        "Link": "https://bees.example/1"
    }));
    assert_eq!(found.id.as_str(), "12");
    assert_eq!((found.title.as_str(), found.abstract_text.as_deref()), ("On Bees", Some("They hum.")));
    assert_eq!(found.authors, ["Ada Byron", "Carl Gauss"]);
    assert_eq!((found.year, found.venue.as_deref()), (Some(1999), Some("Bee Letters")));
    assert_eq!(found.keywords, ["honey", "wax, hard"]);
    assert_eq!(found.ids.get(IdentifierKind::Doi), Some("10.1234/x"));
    assert_eq!(found.url.as_deref(), Some("https://bees.example/1"));
}

#[test]
fn the_most_preferred_field_that_is_not_empty_is_used() {
    let found = paper(
        json!({"summary": "Second.", "abstract": " ", "display_name": "No", "title": "Yes", "year": null, "published": "2001"}),
    );
    assert_eq!(
        (found.title.as_str(), found.abstract_text.as_deref(), found.year),
        ("Yes", Some("Second."), Some(2001))
    );
}

#[test]
fn records_of_paper_sites_are_read() {
    let semantic_scholar = paper(json!({
        "paperId": "204e3073870fae3d05bcbc2f6a8e263d9b72e776", "title": "On Bees", "publicationDate": "2017-06-12",
        "externalIds": {"ArXiv": "1706.03762", "CorpusId": 13756489, "PubMed": "123"}, "authors": [{"authorId": "1", "name": "Ada Byron"}],
        "s2FieldsOfStudy": [{"category": "Biology", "source": "x"}], "journal": {"name": "Bees", "volume": "1"}
    }));
    assert_eq!(semantic_scholar.id.as_str(), "arxiv:1706.03762");
    assert_eq!(semantic_scholar.ids.iter().count(), 4);
    assert_eq!((semantic_scholar.year, semantic_scholar.date), (Some(2017), Some(jiff::civil::date(2017, 6, 12))));
    assert_eq!((semantic_scholar.categories, semantic_scholar.venue), (vec!["Biology".into()], Some("Bees".into())));

    let openalex = paper(json!({
        "ids": {"openalex": "https://openalex.org/W12345", "doi": "https://doi.org/10.1234/x"}, "title": "On Bees",
        "abstract_inverted_index": {"hum": [1, 3], "They": [0], "and": [2]}, "publication_year": 2001,
        "authorships": [{"author": {"display_name": "Ada Byron"}, "institutions": []}], "keywords": [{"display_name": "Honey"}]
    }));
    assert_eq!(openalex.abstract_text.as_deref(), Some("They hum and hum"));
    assert_eq!((openalex.authors, openalex.keywords), (vec!["Ada Byron".into()], vec!["Honey".into()]));
    assert_eq!(openalex.ids.get(IdentifierKind::Openalex), Some("W12345"));

    let crossref = paper(json!({
        "title": ["On Bees"], "author": [{"given": "Ada", "family": "Byron"}], "container-title": ["Bee Letters"],
        "issued": {"date-parts": [[1999, 2, 3]]}, "DOI": "10.1234/x", "URL": "https://bees.example"
    }));
    assert_eq!((crossref.authors, crossref.venue), (vec!["Ada Byron".into()], Some("Bee Letters".into())));
    assert_eq!(crossref.date, Some(jiff::civil::date(1999, 2, 3)));

    let arxiv = paper(
        json!({"id": "1706.03762", "title": "On Bees", "categories": "cs.CL q-bio.NC", "authors_parsed": [["Byron", "Ada", ""]]}),
    );
    assert_eq!((arxiv.categories, arxiv.authors), (vec!["cs.CL".into(), "q-bio.NC".into()], vec!["Ada Byron".into()]));
    assert_eq!(arxiv.ids.get(IdentifierKind::Arxiv), Some("1706.03762"));
}

#[test]
fn a_text_with_a_date_gives_the_day_or_else_the_year() {
    for (text, expected_year, expected_date) in [
        ("2017-06-12T17:57:34Z", 2017, Some((6, 12))),
        ("2017/06/12", 2017, Some((6, 12))),
        ("2017-02-30", 2017, None),
        ("2017-06", 2017, None),
        ("12 June 2017", 2017, Some((6, 12))),
        ("Mon, 2 Apr 2007 19:18:42 GMT", 2007, Some((4, 2))),
        ("Jun-Jul 2017", 2017, None),
        ("12-06-2017", 2017, None),
    ] {
        let found = paper(json!({"title": "A", "published": text}));
        assert_eq!(found.year, Some(expected_year), "{text}");
        assert_eq!(found.date.map(|date| (date.month(), date.day())), expected_date, "{text}");
    }
    assert_eq!(paper(json!({"title": "A", "published": "forthcoming"})).year, None);
    assert_eq!(paper(json!({"title": "A", "year": 1234567890123u64})).year, None);
}

#[test]
fn identifiers_are_read_from_a_list_and_from_their_own_fields() {
    let found =
        paper(json!({"title": "A", "identifiers": ["arXiv:1706.03762v2", "nonsense"], "pmid": 123, "eprint": "none"}));
    assert_eq!(found.ids.iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["arxiv:1706.03762", "pmid:123"]);
}

#[test]
fn arxiv_snapshots_give_the_date_of_the_first_version_and_the_parts_of_names() {
    let found = paper(json!({
        "id": "0704.0001", "submitter": "Ada Byron", "authors": "A. Byron (Hive), C. Gau\\ss", "title": "On\n  Bees",
        "comments": "37 pages; published version", "journal-ref": "Bee.Lett.D76:013009,2007", "doi": null,
        "report-no": "HIVE-07-12", "categories": "hep-ph math.CO", "license": null, "abstract": "  They hum\n and hum.\n",
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"}],
        "update_date": "2008-11-26", "authors_parsed": [["Byron", "Ada", "", "Hive"], ["Gauß", "C.", "Jr."], [":", "", ""]]
    }));
    assert_eq!(found.authors, ["Ada Byron", "C. Gauß Jr."]);
    assert_eq!((found.year, found.date), (Some(2007), Some(jiff::civil::date(2007, 4, 2))));
    assert_eq!((found.title.as_str(), found.abstract_text.as_deref()), ("On Bees", Some("They hum and hum.")));
    assert_eq!(found.details["note"], "37 pages; published version");
    assert_eq!(found.details["arxiv:report-no"], "HIVE-07-12");
    assert_eq!(found.ids.get(IdentifierKind::Arxiv), Some("0704.0001"));
}

#[test]
fn the_journal_volume_and_pages_of_openalex_are_read() {
    let found = paper(json!({
        "id": "https://openalex.org/W12345", "doi": null, "title": null, "display_name": "On Bees", "publication_year": 2012,
        "publication_date": "2012-08-14", "type": "article", "type_crossref": "proceedings-article", "language": "en",
        "primary_location": {"landing_page_url": "https://bees.example/1", "source": {
            "display_name": "Bee Letters", "issn_l": "0193-7235", "issn": ["0193-7235"], "host_organization_name": "Hive Press",
            "type": "journal"}, "license": null},
        "biblio": {"volume": "488", "issue": null, "first_page": "304", "last_page": "312"}, "abstract_inverted_index": null,
        "authorships": [{"author": {"display_name": "Ada Byron"}, "institutions": [{"display_name": "Hive"}]}], "is_paratext": false
    }));
    assert_eq!((found.title.as_str(), found.venue.as_deref()), ("On Bees", Some("Bee Letters")));
    assert_eq!((found.kind.as_deref(), found.organizations), (Some("inproceedings"), vec!["Hive".to_owned()]));
    assert_eq!(found.url.as_deref(), Some("https://bees.example/1"));
    let details: Vec<_> = found.details.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(details, ["issn=0193-7235", "language=en", "pages=304--312", "publisher=Hive Press", "volume=488"]);
}

#[test]
fn papers_inside_other_objects_are_found() {
    for (value, id) in [
        (
            json!({"id": "n1aaaaaa", "forum": "n1aaaaaa", "content": {"title": {"value": "On Bees"}, "authors": {"value": ["Ada Byron"]},
            "TL;DR": {"value": "x"}, "_bibtex": {"value": "@inproceedings{\nbyron,\nbooktitle={Bee {L}etters},\nyear={2024}\n}"}}}),
            "n1aaaaaa",
        ),
        (
            json!({"id": "e58f", "bibjson": {"title": "On Bees", "author": [{"name": "Ada Byron", "affiliation": "Hive"}], "year": "2024",
            "journal": {"title": "Bee Letters", "volume": "9"}, "identifier": [{"type": "eissn", "id": "2072-6694"}, {"type": "doi", "id": "10.1234/x"}]}}),
            "doi:10.1234/x",
        ),
        (
            json!({"@score": "1", "@id": "77", "info": {"authors": {"author": [{"@pid": "1/2", "text": "Ada Byron 0001"}]}, "title": "On Bees.",
            "venue": "Bee Letters", "year": "2024", "type": "Journal Articles", "key": "journals/bee/Byron24"}, "url": "URL#77"}),
            "journals/bee/Byron24",
        ),
        (
            json!({"paper": {"id": "2101.00001", "title": "On Bees", "authors": [{"_id": "x", "name": "Ada Byron"}], "publishedAt": "2024-01-02T00:00:00.000Z",
            "venue": "Bee Letters", "ai_summary": "Made up."}, "title": "On Bees", "numComments": 2}),
            "2101.00001",
        ),
        (
            json!({"key": "ABCD2345", "version": 7, "library": {"name": "My library"}, "data": {"key": "ABCD2345", "itemType": "journalArticle",
            "title": "On Bees", "creators": [{"creatorType": "author", "firstName": "Ada", "lastName": "Byron"}, {"creatorType": "editor", "name": "Hive"}],
            "publicationTitle": "Bee Letters", "date": "March 2024", "tags": [{"tag": "honey"}]}}),
            "ABCD2345",
        ),
        (
            json!({"id": "10.1234/x", "type": "dois", "attributes": {"doi": "10.1234/X", "titles": [{"title": "Über Bienen", "titleType": "TranslatedTitle"},
            {"title": "On Bees"}], "creators": [{"name": "Byron, Ada", "nameType": "Personal", "givenName": "Ada", "familyName": "Byron"}],
            "publicationYear": 2024, "container": {"title": "Bee Letters"}, "types": {"citeproc": "article-journal"}}}),
            "10.1234/x",
        ),
        (
            json!({"citingPaper": {"paperId": null, "title": "On Bees", "authors": [{"name": "Ada Byron"}], "year": 2024, "venue": "",
            "externalIds": {"ArXiv": "2101.00001"}, "journal": {"name": "Bee Letters"}}, "contexts": ["as in"]}),
            "arxiv:2101.00001",
        ),
    ] {
        let found = paper(value);
        assert_eq!(found.id.as_str(), id);
        assert_eq!((found.title.as_str(), found.authors), ("On Bees", vec!["Ada Byron".to_owned()]), "{id}");
        assert_eq!((found.year, found.venue.as_deref()), (Some(2024), Some("Bee Letters")), "{id}");
    }
}

#[test]
fn abstracts_are_made_from_descriptions_paragraphs_and_sentences() {
    for (value, expected) in [
        (
            json!({"descriptions": [{"description": "Volume 7", "descriptionType": "SeriesInformation"}, {"description": "They hum.", "descriptionType": "Abstract"}]}),
            Some("They hum."),
        ),
        (json!({"descriptions": [{"description": "Volume 7", "descriptionType": "SeriesInformation"}]}), None),
        (
            json!({"abstract": [{"text": "They hum.", "section": "Abstract"}, {"text": "Loudly.", "section": "Abstract"}]}),
            Some("They hum. Loudly."),
        ),
        (
            json!({"abstracts": [{"source": "arXiv", "value": "They hum."}, {"source": "Hive", "value": "They do hum."}]}),
            Some("They hum."),
        ),
        (json!({"source": ["They hum .", "Loudly ."], "target": ["Hum."]}), Some("They hum . Loudly .")),
        (json!({"source": "Crossref"}), None),
        (json!({"abstract": "They hum. ::: Loudly."}), Some("They hum. Loudly.")),
        (json!({"abstract": null, "tldr": {"model": "m", "text": "Hum."}}), Some("Hum.")),
    ] {
        let mut value = value;
        value["title"] = "On Bees".into();
        assert_eq!(paper(value.clone()).abstract_text.as_deref(), expected, "{value}");
    }
}

#[test]
fn entries_that_are_not_papers_are_counted_and_skipped() {
    let paper = json!({"id": "n1", "forum": "n1", "replyto": null, "invitation": "Bees/-/Blind_Submission", "content": {"title": "On Bees"},
        "revisions": [{"content": {"title": "On Beez"}}]});
    let others = [
        json!({"id": "n2", "forum": "n1", "replyto": "n1", "content": {"title": "Official Review"}}),
        json!({"id": "n3", "forum": "n1", "content": {"title": "Thanks", "comment": "x"}}),
        json!({"invitations": ["Bees/Paper1/-/Decision"], "content": {"title": {"value": "Decision"}}}),
        json!({"itemType": "attachment", "title": "Full Text PDF"}),
        json!({"itemType": "note", "title": "My note"}),
        json!({"type": "peer-review", "title": ["Review: On Bees"], "DOI": "10.1234/r", "publisher": "Hive"}),
        json!({"type": "paratext", "title": "Front Matter", "authorships": []}),
    ];
    for other in &others {
        let outcome = read_bytes(json!([other, paper]).to_string(), "p.json");
        assert_eq!(outcome.titles(), ["On Bees"], "{other}");
        assert_eq!(
            outcome.notices,
            ["p.json:1: skipped 1 entry: reviews, comments, notes or attachments instead of papers"]
        );
    }
    let notes = json!({"notes": others, "count": 7});
    assert!(read_bytes(notes.to_string(), "p.json").notices[0].starts_with("p.json:1: skipped 7 entries: reviews"));
    let scopus = read_bytes("Title,Document Type\nOn Bees,Note\n", "p.csv");
    assert_eq!(scopus.titles(), ["On Bees"], "a note in a journal is a paper");
}

#[test]
fn the_lists_in_a_paper_are_not_lists_of_papers() {
    for text in [
        r#"{"documents": [{"key": "a.pdf", "url": "/a.pdf"}], "titles": [{"title": "On Bees"}], "notes": ["mine"]}"#,
        r#"{"title": "On Bees", "reviews": [{"TITLE": "Decision", "comments": "Good."}], "citations": [{"title": "Cited"}]}"#,
        r#"{"title": "On Bees", "data": ["on", "request"], "references": {"title": "Cited"}}"#,
    ] {
        let outcome = read_bytes(text, "p.json");
        assert_eq!((outcome.titles(), outcome.problems.len()), (vec!["On Bees"], 0), "{text}");
    }
}

#[test]
fn pages_of_results_are_read_from_lines_and_from_a_list() {
    let pages =
        [json!({"total": 2, "data": [{"title": "A"}, null]}), json!({"message": {"items": [{"title": ["B"]}]}})];
    let lines = read_bytes(format!("{}\n{}\n", pages[0], pages[1]), "p.jsonl");
    let list = read_bytes(json!(pages).to_string(), "p.json");
    for outcome in [lines, list] {
        assert_eq!(outcome.titles(), ["A", "B"]);
        assert_eq!(outcome.problems.len(), 1, "{:?}", outcome.problems);
    }
}

#[test]
fn a_map_by_the_user_overrides_the_names_of_fields() {
    let read = |text: &str, pairs: &[&str]| {
        let mut options = ReadOptions::default();
        pairs.iter().for_each(|pair| options.map.add_pair(pair).unwrap());
        let mut found = Vec::new();
        let result = read_from(text.as_bytes(), "p".as_ref(), &options, &mut |item| {
            found.push(item);
            Ok(())
        });
        result.map(|_| found).map_err(|error| error.to_string())
    };
    let title = |text: &str, pairs: &[&str]| match &read(text, pairs).unwrap()[..] {
        [Item::Paper { paper, .. }] => (paper.title.clone(), paper.year),
        other => panic!("{other:?}"),
    };
    let map = ["title=Titel", "year=Jahr"];
    assert_eq!(title("Titel;Jahr;Title\nOn Bees;1999;No\n", &map), ("On Bees".to_owned(), Some(1999)));
    assert_eq!(title(r#"{"Titel": "On Bees", "title": "No", "Jahr": 1999}"#, &map), ("On Bees".to_owned(), Some(1999)));
    assert_eq!(title("title,year\nOn Bees,7\n", &["id=year"]).1, None, "a column holds one field");
    assert_eq!(
        read("title,Jahr\nA,1\n", &map).unwrap_err(),
        "p: has no column or field \"Titel\", which is in --map; it has \"title\", \"Jahr\""
    );
    assert_eq!(
        read(r#"{"title": "A", "x": 1}"#, &map).unwrap_err(),
        "p: has no column or field \"Titel\", which is in --map; it has \"title\", \"x\""
    );
    assert_eq!(
        read("LGJan 2, 2020\nOn beesAda Byron, Carl Gauss\nBees hum.\n", &map).unwrap_err(),
        "p: is read as listing; --map is only for tables and JSON, leave it out"
    );
}
