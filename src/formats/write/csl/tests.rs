use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::formats::tests::{papers, read_bytes};

fn written(papers: &[Paper]) -> String {
    let mut text = Vec::new();
    let mut writer = CslWriter::new(&mut text);
    papers.iter().for_each(|paper| writer.paper(paper).unwrap());
    writer.finish().unwrap();
    String::from_utf8(text).unwrap()
}

fn items(papers: &[Paper]) -> Vec<Value> {
    serde_json::from_str(&written(papers)).unwrap()
}

fn read(items: &Value) -> Vec<Paper> {
    let outcome = read_bytes(items.to_string(), "p.json");
    assert_eq!(outcome.problems, [""; 0]);
    outcome.papers
}

#[test]
fn no_papers_give_an_empty_array() {
    assert_eq!(written(&[]), "[]\n");
}

#[test]
fn an_item_is_written_back_unchanged() {
    let item = json!({
        "id": "byron2019", "type": "article-journal", "title": "On Bees",
        "author": [
            {"family": "Byron", "given": "Ada", "suffix": "Jr."}, {"family": "Plato"}, {"literal": "Bees, Wasps and Co"},
        ],
        "issued": {"date-parts": [[2019, 3, 1]]}, "container-title": "Bee Letters", "volume": "28", "issue": "4",
        "page": "429-452", "publisher": "Hive", "publisher-place": "Apis", "DOI": "10.1234/x", "PMID": "123",
        "PMCID": "PMC12", "URL": "https://bees.example/1", "ISSN": "0193-7235", "abstract": "They hum.",
        "keyword": "honey; wax, hard", "language": "en", "title-short": "Bees", "container-title-short": "Bee Let.",
        "accessed": {"date-parts": [[2020, 5]]}, "editor": [{"family": "Gauss", "given": "Carl"}], "section": "7",
        "translator": [{"literal": "The Hive"}], "citation-key": "byron", "source": "Bee Base",
        "event-date": {"date-parts": [[2019, 1, 1], [2019, 1, 3]]},
    });
    let papers = read(&json!([item]));
    let found = &items(&papers)[0];
    assert_eq!(found.as_object().unwrap().keys().find(|key| *key == "custom"), None, "every field has a variable");
    for (key, value) in item.as_object().unwrap() {
        assert_eq!(&found[key], value, "{key}");
    }
    let paper = &papers[0];
    assert_eq!(paper.authors, ["Ada Byron Jr.", "Plato", "Bees, Wasps and Co"]);
    assert_eq!(paper.names()[0].suffix, "Jr.");
    assert_eq!(paper.keywords, ["honey", "wax, hard"]);
    let detail = |name: &str| paper.details.get(name).map(String::as_str).unwrap_or_default();
    assert_eq!((detail("pages"), detail("number"), detail("urldate")), ("429--452", "4", "2020-05"));
    assert_eq!((detail("editor"), detail("translator")), ("Gauss, Carl", "{The Hive}"));
    assert_eq!((detail("csl:section"), detail("eventdate")), ("7", "2019-01-01/2019-01-03"));
}

#[test]
fn types_and_numbers_follow_the_kind_of_work() {
    for (item, kind, details) in [
        (
            json!({"type": "thesis", "genre": "PhD thesis", "publisher": "Hive"}),
            "thesis",
            "institution=Hive type=phdthesis",
        ),
        (json!({"type": "report", "number": "7", "genre": "Memo"}), "report", "number=7 type=Memo"),
        (json!({"type": "book", "collection-number": "7", "number": "8"}), "book", "csl:number=8 number=7"),
        (json!({"type": "article-newspaper", "number": "8"}), "article", "csl:number=8 csl:type=article-newspaper"),
        (json!({"type": "post-weblog", "genre": "g"}), "online", "csl:genre=g csl:type=post-weblog"),
        (json!({"type": "paper-conference", "event-title": "Bees"}), "inproceedings", "eventtitle=Bees"),
    ] {
        let mut item = item;
        item["id"] = "a".into();
        item["title"] = "On Bees".into();
        let papers = read(&json!([item]));
        assert_eq!(papers[0].kind.as_deref(), Some(kind));
        let found: Vec<String> = papers[0].details.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(found.join(" "), details);
        assert_eq!(items(&papers)[0], item);
    }
}

#[test]
fn dates_in_every_form_are_written_back_unchanged() {
    for (issued, year) in [
        (json!({"date-parts": [[2019]]}), Some(2019)),
        (json!({"date-parts": [[2019, 11]]}), Some(2019)),
        (json!({"date-parts": [[2019, 1], [2020, 2]]}), Some(2019)),
        (json!({"date-parts": [[2019]], "season": 2, "circa": true}), Some(2019)),
        (json!({"date-parts": [[-44, 3, 15]]}), None),
        (json!({"literal": "forthcoming"}), None),
        (json!({"raw": "spring of 2019"}), Some(2019)),
    ] {
        let papers =
            read(&json!([{"id": "a", "type": "book", "title": "On Bees", "issued": issued, "accessed": issued}]));
        assert_eq!(papers[0].year, year, "{issued}");
        let item = &items(&papers)[0];
        assert_eq!((&item["issued"], &item["accessed"]), (&issued, &issued));
        assert_eq!(read(&json!([item])), papers);
    }
    let strings =
        read(&json!([{"id": "a", "type": "book", "title": "On Bees", "issued": {"date-parts": [["2013", 1, "1"]]}}]));
    assert_eq!(strings[0].date, Some(jiff::civil::date(2013, 1, 1)));
}

#[test]
fn fields_without_a_variable_of_csl_are_under_custom() {
    let text = r#"{"id": "a", "title": "On Bees", "authors": ["Ada Byron"], "et_al": true, "has_code": true,
        "organizations": ["Hive"], "ids": {"arxiv": "2101.00001", "acl": "P18-1001"}, "kind": "inbook",
        "details": {"ris:c1": "x"}, "keywords": ["a; b", "c"]}"#;
    let papers = read_bytes(text, "p.json").papers;
    let item = &items(&papers)[0];
    assert_eq!(item["type"], "chapter");
    assert_eq!(item["DOI"], "10.48550/arXiv.2101.00001");
    assert_eq!(
        item["custom"]["relata"],
        json!({
            "keywords": ["a; b", "c"], "organizations": ["Hive"], "et_al": true, "has_code": true, "kind": "inbook",
            "ids": {"arxiv": "2101.00001", "acl": "P18-1001"}, "authors": ["Ada Byron"], "details": {"ris:c1": "x"}
        })
    );
    assert_eq!(read(&json!([item])), papers);
}

#[test]
fn an_error_of_the_target_is_returned() {
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("full"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let papers = read_bytes(r#"{"title": "On Bees"}"#, "p.json").papers;
    assert_eq!(CslWriter::new(Full).paper(&papers[0]).unwrap_err().to_string(), "full");
}

proptest! {
    #[test]
    fn papers_are_read_back_from_csl_unchanged(papers in papers()) {
        prop_assert_eq!(read_bytes(written(&papers), "p.json").papers, papers);
    }
}
