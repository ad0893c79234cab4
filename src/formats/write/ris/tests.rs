//! What is written reads back, and looks as reference managers expect.

use proptest::prelude::*;

use super::*;
use crate::formats::tests::read_bytes;
use crate::paper::Record;

fn written(papers: &[Paper]) -> String {
    let mut bytes = Vec::new();
    let mut writer = RisWriter::new(&mut bytes);
    papers.iter().for_each(|paper| writer.paper(paper).unwrap());
    writer.finish().unwrap();
    String::from_utf8(bytes).unwrap()
}

fn paper(details: &[(&str, &str)], kind: &str) -> Paper {
    Record {
        id: "byron2019".into(),
        title: "On Bees".into(),
        authors: vec!["Byron, Ada".into(), "{World of Bees}".into()],
        venue: "Bee Letters".into(),
        year: Some(2019),
        kind: kind.into(),
        details: details.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..Record::default()
    }
    .into_paper()
    .unwrap()
}

#[test]
fn an_article_is_written_in_tags_that_everyone_reads() {
    let mut article = paper(
        &[
            ("volume", "7"),
            ("number", "2"),
            ("pages", "12--34"),
            ("issn", "1234-5678"),
            ("editor", "Gauss, Carl"),
            ("month", "6"),
        ],
        "article",
    );
    article.abstract_text = Some("They hum.".into());
    article.keywords = vec!["honey".into()];
    article.ids.add(crate::paper::Identifier { kind: IdentifierKind::Pmid, value: "123".into() });
    assert_eq!(
        written(&[article]),
        "TY  - JOUR\r\nTI  - On Bees\r\nAU  - Byron, Ada\r\nAU  - World of Bees,\r\nA2  - Gauss, Carl\r\nT2  - Bee Letters\r\n\
         PY  - 2019\r\nDA  - 2019/06//\r\nVL  - 7\r\nIS  - 2\r\nSP  - 12\r\nEP  - 34\r\nSN  - 1234-5678\r\nAB  - They hum.\r\n\
         KW  - honey\r\nM2  - PMID: 123\r\nID  - byron2019\r\nER  - \r\n\r\n"
    );
}

#[test]
fn what_ris_has_no_tag_for_is_spelled_out_and_comes_back() {
    for (details, kind, lines) in [
        (&[("volumes", "3"), ("series", "Bee Series")][..], "book", &[][..]),
        (&[("howpublished", "By hand")], "inbook", &["M2  - howpublished: By hand", "M2  - relata.kind: inbook"]),
        (&[("csl:genre", "Essay")], "article", &["M2  - csl:genre: Essay"]),
        (&[("series", "Bee Series"), ("venue", "Hive")], "article", &["M2  - series: Bee Series", "M2  - venue: Hive"]),
        (
            &[("month", "jun"), ("type", "phdthesis")],
            "thesis",
            &["M2  - month: jun", "M2  - relata.venue: Bee Letters"],
        ),
        (&[("ris:ty", "MGZN"), ("ris:c1", "x; y"), ("pages", "1-2, 7")], "article", &[]),
        (&[("editor", "Gauss, Carl and {Bee Hive}"), ("eventtitle", "Bees 2019")], "inproceedings", &[]),
        (&[("note", "See 10.1234/other")], "article", &[]),
        (&[("note", "10.1234/other")], "article", &["M2  - note: 10.1234/other"]),
        (&[], "", &["M2  - relata.kind:"]),
        (&[], "proceedings", &["M2  - relata.kind: proceedings"]),
    ] {
        let paper = paper(details, kind);
        let text = written(std::slice::from_ref(&paper));
        let spelled_out: Vec<&str> = text.lines().filter(|line| line.starts_with("M2")).collect();
        for line in lines {
            assert!(spelled_out.contains(line), "{line} in {text}");
        }
        assert!(!lines.is_empty() || spelled_out.is_empty(), "{text}");
        assert_eq!(read_bytes(&text, "a.ris").papers, [paper], "{text}");
    }
}

/// Text with everything that RIS could take for something else.
fn text() -> impl Strategy<Value = String> {
    "([a-zA-Z0-9éß中Ł,;:.'\"{}\\-\u{2013}\\[\\]* ]|TY  - JOUR|\nER  - |\n|AB  - |\r\n|; |: |, |relata\\.kind: |10\\.1234/x|\u{2028}){0,12}"
}

fn records() -> impl Strategy<Value = Record> {
    let texts = || proptest::collection::vec(text(), 0..4);
    let kinds = proptest::sample::select(vec![
        "",
        "article",
        "inproceedings",
        "incollection",
        "inbook",
        "book",
        "collection",
        "proceedings",
        "thesis",
        "report",
        "online",
        "software",
        "dataset",
        "unpublished",
        "misc",
        "patent",
        "manual",
        "hive",
    ]);
    let names = proptest::sample::select(vec![
        "volume",
        "number",
        "pages",
        "publisher",
        "location",
        "editor",
        "series",
        "edition",
        "isbn",
        "issn",
        "language",
        "note",
        "eventtitle",
        "institution",
        "howpublished",
        "pmcid",
        "month",
        "type",
        "chapter",
        "eid",
        "shortjournal",
        "pagetotal",
        "translator",
        "urldate",
        "ris:c1",
        "ris:ty",
        "ris:ab",
        "ris:t2",
        "ris:m1",
        "ris:m2",
        "ris:a2",
        "csl:genre",
        "venue",
        "kind",
        "doi",
    ]);
    let values =
        prop_oneof![text(), "[0-9]{1,4}(--?[0-9]{1,4})?", "[A-Z][a-z]{1,5}, [A-Z][a-z]{1,5}( and [A-Z][a-z]{1,5})?"];
    let details = proptest::collection::vec((names.prop_map(str::to_owned), values), 0..8);
    let person = "[A-Z][a-zé]{1,6}(, [A-Z][a-z. ]{0,6}[a-z.])?(, Jr\\.)?|\\{[A-Z][a-z]{1,6} [A-Z][a-z,]{1,6}[a-z]\\}|[A-Z][a-z]{1,5} [A-Z]{1,2}";
    let people = proptest::collection::vec(person, 0..4);
    let identifiers = proptest::sample::subsequence(
        vec![
            (IdentifierKind::Arxiv, "2101.00001".to_owned()),
            (IdentifierKind::Doi, "10.1234/ab.c".to_owned()),
            (IdentifierKind::Pmid, "123".to_owned()),
            (IdentifierKind::Acl, "P18-1001".to_owned()),
            (IdentifierKind::Openreview, "rJXMpikCZ".to_owned()),
            (IdentifierKind::Openalex, "W12345".to_owned()),
            (IdentifierKind::S2, "204e3073870fae3d05bcbc2f6a8e263d9b72e776".to_owned()),
        ],
        0..7,
    );
    let words = (text(), "[A-Za-z]", text(), text(), text(), text());
    let lists = (people, texts(), texts(), texts(), details, kinds);
    let rest =
        (any::<(bool, bool)>(), proptest::option::of(900..3100i64), proptest::option::of(0..200_000i64), identifiers);
    (words, lists, rest).prop_map(|((id, first, title, abstract_text, venue, url), lists, rest)| {
        let (authors, categories, keywords, organizations, details, kind) = lists;
        let ((et_al, has_code), year, days, identifiers) = rest;
        let date = days.map(|days| jiff::civil::date(1600, 1, 1).saturating_add(jiff::Span::new().days(days)));
        Record {
            id,
            title: format!("{first}{title}"),
            abstract_text,
            authors,
            et_al,
            year,
            date,
            venue,
            categories,
            keywords,
            organizations,
            identifiers,
            url,
            has_code,
            kind: kind.to_owned(),
            details,
            ..Record::default()
        }
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_unchanged(records in proptest::collection::vec(records(), 1..4)) {
        let papers: Vec<Paper> = records.into_iter().map(|record| record.into_paper().unwrap()).collect();
        let text = written(&papers);
        let outcome = read_bytes(&text, "a");
        prop_assert_eq!(&outcome.papers, &papers, "{}", text);
        prop_assert_eq!(written(&outcome.papers), text);
    }
}
