//! Papers are written with the tags that reference managers expect, and read back unchanged.

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
fn an_article_is_written_with_the_usual_tags() {
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
fn tags_follow_the_type_of_the_work() {
    for (details, kind, expected) in [
        (
            &[("series", "Bee Series"), ("editor", "Gauss, Carl"), ("pagetotal", "300")][..],
            "book",
            "A3 Gauss, Carl|JF Bee Letters|T2 Bee Series|SP 300",
        ),
        (&[("editor", "Gauss, Carl and {Bee Hive}")], "proceedings", "ED Gauss, Carl|ED Bee Hive,|JF Bee Letters"),
        (
            &[("eventtitle", "Bees 2019"), ("series", "Bee Series")],
            "inproceedings",
            "C3 Bee Letters|T2 Bees 2019|T3 Bee Series",
        ),
        (&[("type", "phdthesis"), ("institution", "Hive")], "thesis", "PB Hive|M3 PhD thesis"),
        (&[], "thesis", "PB Bee Letters"),
        (&[("number", "TR 7"), ("publisher", "Hive")], "report", "JF Bee Letters|SN TR 7|PB Hive"),
        (
            &[("ris:ty", "MGZN"), ("ris:c1", "x; y"), ("pages", "1-2, 7")],
            "article",
            "T2 Bee Letters|SP 1-2, 7|C1 x|C1 y",
        ),
        (&[("csl:genre", "Essay"), ("month", "jun"), ("ris:er", "x"), ("ris:2a", "x")], "misc", "T2 Bee Letters"),
    ] {
        let text = written(&[paper(details, kind)]);
        let lines = text.lines().filter_map(|line| line.split_once("  - "));
        let is_plain = |tag: &str| matches!(tag, "TY" | "TI" | "AU" | "PY" | "ID" | "ER");
        let others: Vec<String> =
            lines.filter(|(tag, _)| !is_plain(tag)).map(|(tag, value)| format!("{tag} {value}")).collect();
        assert_eq!(others.join("|"), expected, "{text}");
    }
}

#[test]
fn fields_without_a_tag_of_ris_are_not_written() {
    let mut unusual = paper(&[("howpublished", "By hand"), ("note", "")], "hive");
    unusual.details.insert("note".into(), "See\nER  - \nTY  - BOOK".into());
    (unusual.et_al, unusual.has_code, unusual.categories) = (true, true, vec!["q-bio".into()]);
    assert_eq!(
        written(&[unusual]),
        "TY  - GEN\r\nTI  - On Bees\r\nAU  - Byron, Ada\r\nAU  - World of Bees,\r\nT2  - Bee Letters\r\nPY  - 2019\r\n\
         N1  - See ER  -  TY  - BOOK\r\nID  - byron2019\r\nER  - \r\n\r\n"
    );
}

/// Kinds of work, and the details that RIS has tags for in works of that kind.
const SAYABLE: &[(&str, &str)] = &[
    ("article", "volume number pages issn language shortjournal shorttitle editor eid note"),
    ("inproceedings", "eventtitle series volume pages isbn publisher location editor edition"),
    ("incollection", "chapter series volume pages isbn publisher editor translator volumes"),
    ("book", "series edition pagetotal isbn publisher location editor translator volumes"),
    ("thesis", "institution type location pagetotal language"),
    ("report", "number institution type series pages location"),
    ("online", "urldate publisher series language"),
    ("dataset", "publisher edition"),
    ("misc", "publisher volume note"),
];

prop_compose! {
    fn sayable()(
        (kind, names) in proptest::sample::select(SAYABLE), word in "[A-Z][a-z]{3,8}", picks in any::<u16>(),
        title in "[A-Z][a-z]{3,9}( [a-zé]{2,8}){1,5}", abstract_text in "([A-Z][a-z]{3,9}( [a-z0-9;:,-]{2,8}){5,9}\\.)?",
        authors in proptest::collection::vec("[A-Z][a-zé]{2,6}, [A-Z][a-z. ]{0,6}[a-z.]|[A-Z][a-z]{2,6}, Ada, Jr\\.|\\{[A-Z][a-z]{1,6} of Bees\\}", 0..4),
        keywords in proptest::collection::vec("[a-z]{2,8}( [a-z]{2,8})?", 0..4),
        organizations in proptest::collection::vec("[A-Z][a-z]{2,8}, [A-Z][a-z]{3,8}", 0..3),
        year in proptest::option::of(1000i64..2999), day in proptest::option::of(1i8..=28), month in 1i8..=12,
        identifiers in proptest::sample::subsequence(vec![
            (IdentifierKind::Arxiv, "2101.00001".to_owned()),
            (IdentifierKind::Doi, "10.1234/ab.c".to_owned()),
            (IdentifierKind::Pmid, "123".to_owned()),
            (IdentifierKind::Acl, "P18-1001".to_owned()),
        ], 0..4),
        id in "[a-z]{1,8}", url in "(https://[a-z]{2}\\.example/[a-z]{0,5})?",
    ) -> Record {
        let detail = |name: &str| match name {
            "pages" => "12--34".to_owned(),
            "pagetotal" => "300".to_owned(),
            "issn" => "1234-567X".to_owned(),
            "isbn" => "978-1-5985-7192-9".to_owned(),
            "urldate" => "2019-03-04".to_owned(),
            "editor" | "translator" => format!("{word}, Ada and {{{word} of Bees}}"),
            name => format!("{word} {name}"),
        };
        let picked = names.split(' ').enumerate().filter(|(at, _)| picks >> at & 1 == 1);
        let mut details: Vec<(String, String)> = picked.map(|(_, name)| (name.to_owned(), detail(name))).collect();
        if year.is_some() && day.is_none() {
            details.push(("month".to_owned(), month.to_string()));
        }
        let date = year.zip(day).map(|(year, day)| jiff::civil::date(year as i16, month, day));
        let venue = if matches!(kind, "thesis" | "book") { String::new() } else { format!("{word} Letters") };
        Record {
            id, title, abstract_text, authors, year, date, venue, keywords, organizations, identifiers, url, details,
            kind: kind.to_owned(), ..Record::default()
        }
    }
}

proptest! {
    #[test]
    fn fields_with_a_tag_of_ris_are_read_back(records in proptest::collection::vec(sayable(), 1..4)) {
        let papers: Vec<Paper> = records.into_iter().map(|record| record.into_paper().unwrap()).collect();
        let text = written(&papers);
        prop_assert_eq!(read_bytes(&text, "a").papers, papers, "{}", text);
    }
}
