//! Tests each writer with one small report.

mod sections;

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Report, ReportFormat, Section, wording, write};
use crate::engine::json::{PaperJson, Papers, Versioned};
use crate::engine::{BatchEntry, Recommendation};
use crate::paper::{IdentifierKind, Paper, Record};
use crate::rank::Parts;

fn scripted() -> Paper {
    let record = Record {
        title: "Is it safe?".into(),
        authors: ["Ada Lovelace", "Charles Babbage", "Mary Somerville", "Luigi Menabrea"].map(String::from).into(),
        year: Some(1843),
        date: Some(jiff::civil::date(1843, 9, 1)),
        venue: "Taylor's Memoirs".into(),
        identifiers: vec![(IdentifierKind::Arxiv, "1706.03762".into()), (IdentifierKind::Doi, "10.1000/a(b)".into())],
        has_code: true,
        ..Record::default()
    };
    // Set after the record was cleaned, because writers must not rely on clean text.
    Paper {
        title: r#"Is <script>alert("x")</script> *safe* & [sound](y)?"#.into(),
        abstract_text: Some("It is </details> text.".into()),
        ..record.into_paper().unwrap()
    }
}

fn right_to_left() -> Paper {
    let record = Record {
        id: "rtl".into(),
        title: "التعلم العميق 🙂 'deep'".into(),
        authors: vec!["Zoë".into()],
        et_al: true,
        url: "javascript:alert(1)".into(),
        ..Record::default()
    };
    record.into_paper().unwrap()
}

fn formula() -> Paper {
    let url = "https://example.org/?a=1&b=\"2\"".to_owned();
    let record =
        Record { id: "@sum".into(), title: "=1+2, \"three\"".into(), year: Some(1999), url, ..Record::default() };
    record.into_paper().unwrap()
}

fn near(rank: usize, similarity: f32, paper: Paper) -> Recommendation {
    let parts = Parts { document: similarity, ..Parts::default() };
    let (score, number, paper) = (similarity, Some(rank as i64), Arc::new(paper));
    let (seed, candidate, because) = (None, None, None);
    Recommendation {
        rank,
        score,
        parts,
        similarity,
        percentile: Some(0.5),
        is_close: true,
        seed,
        candidate,
        number,
        because,
        paper,
        reason: None,
    }
}

fn report() -> Report {
    let near_scripted = vec![near(1, 0.996, right_to_left()), near(2, 0.712_345_67, formula())];
    let near_right_to_left = vec![near(1, -0.000_000_4, scripted())];
    Report {
        title: "Notes & <queries>".into(),
        library_papers: 87_395,
        model: "all-MiniLM-L6-v2".into(),
        top_k: 2,
        made_at: "2026-03-14".into(),
        entries: vec![
            BatchEntry { paper: scripted(), in_library: true, nearest: near_scripted, within: Vec::new() },
            BatchEntry { paper: right_to_left(), in_library: true, nearest: near_right_to_left, within: Vec::new() },
            BatchEntry { paper: formula(), in_library: false, nearest: Vec::new(), within: Vec::new() },
        ],
        sections: [Section::Nearest].into(),
        analysis: crate::analysis::Analysis::default(),
    }
}

fn written(report: &Report, format: ReportFormat) -> String {
    let mut bytes = Vec::new();
    write(report, format, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[track_caller]
fn assert_snapshot(actual: &str, snapshot: &str) {
    assert!(actual.trim_end() == snapshot.trim_end(), "this differs from the snapshot:\n{actual}");
}

/// The part of the page that contains the papers.
fn papers_of(page: &str) -> &str {
    let start = page.find("<article").unwrap();
    &page[start..page.find("</section>").unwrap()]
}

#[test]
fn formats_are_recognised_by_name_and_extension() {
    for &format in ReportFormat::ALL {
        let path = format!("a/b.{}", format.name().to_uppercase());
        assert_eq!(ReportFormat::from_path(Path::new(&path)), Some(format));
    }
    assert_eq!(ReportFormat::from_path(Path::new("pairs.csv")), Some(ReportFormat::Csv));
    assert_eq!(ReportFormat::from_path(Path::new("x.md")), Some(ReportFormat::Markdown));
    assert_eq!(ReportFormat::from_path(Path::new("html")), None);
    assert_eq!(ReportFormat::from_path(Path::new("x.html.gz")), None);
}

#[test]
fn markdown_escapes_titles() {
    assert_snapshot(&written(&report(), ReportFormat::Markdown), include_str!("snapshots/report.md"));
}

#[test]
fn csv_has_a_row_per_pair_and_no_formula() {
    let text = written(&report(), ReportFormat::Csv);
    assert_snapshot(
        &text,
        r#"paper_id,paper_title,rank,score,similarity,neighbor_id,neighbor_title,neighbor_year,neighbor_url,among
arxiv:1706.03762,"Is <script>alert(""x"")</script> *safe* & [sound](y)?",1,0.996000,0.996000,rtl,التعلم العميق 🙂 'deep',,javascript:alert(1),library
arxiv:1706.03762,"Is <script>alert(""x"")</script> *safe* & [sound](y)?",2,0.712346,0.712346,'@sum,"'=1+2, ""three""",1999,"https://example.org/?a=1&b=""2""",library
rtl,التعلم العميق 🙂 'deep',1,0.000000,0.000000,arxiv:1706.03762,"Is <script>alert(""x"")</script> *safe* & [sound](y)?",1843,https://arxiv.org/abs/1706.03762,library
"#,
    );
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(&rows[0][1], scripted().title);
}

#[test]
fn json_has_everything_in_a_fixed_order() {
    let text = written(&report(), ReportFormat::Json);
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_snapshot(&serde_json::to_string_pretty(&value).unwrap(), include_str!("snapshots/report.json"));
    assert!(text.ends_with("}\n") && text.lines().count() == 1);
}

#[test]
fn a_paper_has_every_key_even_if_nothing_is_known() {
    let bare = Record { id: "x".into(), title: "T".into(), ..Record::default() }.into_paper().unwrap();
    let expected = json!({
        "id": "x", "ids": {}, "title": "T", "authors": [], "et_al": false, "year": null, "date": null, "venue": null,
        "url": null, "categories": [], "keywords": [], "organizations": [], "has_code": false,
        "kind": null, "details": {}, "abstract": null,
    });
    let actual = serde_json::to_value(PaperJson::from(&bare)).unwrap();
    assert_eq!(serde_json::to_string(&actual).unwrap(), serde_json::to_string(&expected).unwrap());
    let papers = Versioned::from(Papers { papers: vec![bare] });
    assert_eq!(serde_json::to_value(papers).unwrap(), json!({"schema_version": 1, "papers": [expected]}));
}

#[test]
fn a_result_has_its_seed_if_there_are_several_seeds() {
    let one = near(1, 0.5, right_to_left());
    let two = Recommendation { seed: Some(1), ..one.clone() };
    let [one, two] = [one, two].map(|found| serde_json::to_value(found).unwrap());
    assert_eq!((one.get("seed"), &two["seed"]), (None, &json!(1)));
    assert_eq!(two["score"], 0.5);
}

#[test]
fn html_shows_papers_and_links_those_that_are_in_the_report() {
    let page = written(&report(), ReportFormat::Html);
    assert_snapshot(papers_of(&page), include_str!("snapshots/papers.html"));
    assert!(page.contains("<title>Notes &#38; &#60;queries&#62;</title>"));
    assert!(page.contains("3 papers, each with its nearest in a library of 87,395 papers."));
}

#[test]
fn no_text_of_a_paper_becomes_markup() {
    let mut report = report();
    let hostile = "\"><img src=x onerror=alert(1)>'</script></style></title><!--";
    for paper in report.entries.iter_mut().flat_map(|entry| {
        entry.nearest.iter_mut().map(|found| Arc::make_mut(&mut found.paper)).chain(std::iter::once(&mut entry.paper))
    }) {
        paper.id = crate::PaperId::new(hostile);
        paper.title = hostile.into();
        paper.abstract_text = Some(hostile.into());
        paper.authors = vec![hostile.into(); 5];
        paper.venue = Some(hostile.into());
        paper.url = Some(format!("https://{hostile}"));
    }
    (report.title, report.model, report.made_at) = (hostile.into(), hostile.into(), hostile.into());
    let page = written(&report, ReportFormat::Html);
    let tags = |name: &str| page.matches(&format!("<{name}")).count();
    assert_eq!((tags("img"), tags("!--"), tags("script"), tags("/script"), tags("/style")), (0, 0, 2, 2, 2));
}

#[test]
fn the_page_loads_nothing_and_links_to_the_web_only() {
    let page = written(&report(), ReportFormat::Html);
    for reference in ["src=", "<link", "@import", "url(", "<iframe", "fetch(", "javascript:"] {
        assert!(!page.contains(reference), "{reference}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_report_without_papers_or_pairs_is_still_a_report() {
    let empty = Report { entries: Vec::new(), library_papers: 1, ..report() };
    assert!(written(&empty, ReportFormat::Html).contains("0 papers, each with its nearest in a library of 1 paper."));
    assert!(written(&empty, ReportFormat::Markdown).starts_with("# Notes"));
    assert_eq!(written(&empty, ReportFormat::Csv).lines().count(), 1);
    let value: Value = serde_json::from_str(&written(&empty, ReportFormat::Json)).unwrap();
    assert_eq!(value["papers"], json!([]));
}

#[test]
fn a_paper_of_a_file_is_not_confused_with_a_paper_of_the_library_that_has_the_same_id() {
    let mut report = report();
    report.entries[1].in_library = false;
    assert!(!papers_of(&written(&report, ReportFormat::Html)).contains("href=\"#2\" dir"));
}

#[test]
fn only_the_same_text_has_similarity_one() {
    let shown = [1.000_000_1, 0.999_95, 0.9989, 0.995, 0.706, -0.004, -0.3].map(wording::similarity);
    assert_eq!(shown, ["1.00", "1.00", "0.99", "0.99", "0.71", "0.00", "-0.30"]);
}

#[test]
fn long_lists_of_authors_are_shortened() {
    assert_eq!(scripted().short_authors(3), "Ada Lovelace, Charles Babbage, Mary Somerville et al.");
    assert_eq!(scripted().short_authors(4), "Ada Lovelace, Charles Babbage, Mary Somerville, Luigi Menabrea");
    assert_eq!(right_to_left().short_authors(3), "Zoë et al.");
    assert_eq!(formula().short_authors(3), "");
}

#[test]
fn the_range_covers_the_nearest_paper_of_each_entry() {
    let mut report = report();
    let told = wording::range(&report).unwrap();
    assert_eq!(told, "Here the similarity to the nearest paper ranges from 0.00 to 0.99, with a median of 0.99.");
    report.entries.remove(0);
    assert_eq!(wording::range(&report).unwrap(), "Here the similarity to the nearest paper is 0.00.");
    report.entries.remove(0);
    assert_eq!(wording::range(&report), None);
}

#[test]
fn a_percentage_is_0_or_100_only_if_exact() {
    let told = [0.0, 0.000_01, 0.25, 0.333, 0.999_99, 1.0].map(wording::percentage);
    assert_eq!(told, ["0 %", "0.1 %", "25 %", "33.3 %", "99.9 %", "100 %"]);
}

#[test]
fn counts_have_thousands_separators_and_the_noun_is_singular_or_plural() {
    let told = [0, 1, 999, 1_000, 1_234_567].map(|number| wording::count(number, "paper", "papers"));
    assert_eq!(told, ["0 papers", "1 paper", "999 papers", "1,000 papers", "1,234,567 papers"]);
}
