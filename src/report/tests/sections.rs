//! Tests how each writer shows the analysis of a report.

use super::*;
use crate::analysis::{
    Analysis, Bridge, Cluster, EmbeddingStatistics, HeatMap, Histogram, Orphan, Pair, Relation, Spread,
};
use crate::engine::{Explanation, SentenceMatch};
use crate::lexical::SharedTerm;

/// The small report with every section.
fn whole() -> Report {
    let mut whole = report();
    whole.sections = Section::ALL.iter().copied().collect();
    let because = Explanation {
        about: None,
        sentences: vec![SentenceMatch { seed: "A </script>.".into(), paper: "B.".into(), similarity: 0.5 }],
        terms: vec![SharedTerm { text: "safety".into(), share: 0.5 }],
    };
    let within = Recommendation { candidate: Some(2), because: Some(because), ..near(1, 0.5, formula()) };
    whole.entries[0].within = vec![within];
    whole.analysis = Analysis {
        pairs: vec![
            Pair {
                papers: [0, 2],
                similarity: 0.5,
                percentile: Some(0.99),
                is_mutual: true,
                kinship: Relation::Distinct,
            },
            Pair {
                papers: [1, 2],
                similarity: 0.25,
                percentile: None,
                is_mutual: false,
                kinship: Relation::NearDuplicate,
            },
        ],
        clusters: vec![
            Cluster { papers: vec![0, 2], terms: vec!["<safe>".into()], representative: 2, cohesion: 0.5 },
            Cluster { papers: vec![1], terms: Vec::new(), representative: 1, cohesion: 1.0 },
        ],
        orphans: vec![Orphan { paper: 1, similarity: 0.125 }],
        bridges: vec![Bridge { paper: 0, clusters: [0, 1], similarities: [0.5, 0.25] }],
        map: vec![[0.0, 0.0], [1.0, 0.25], [0.5, 1.0]],
        heat_map: Some(HeatMap {
            order: vec![1, 0, 2],
            similarities: vec![1.0, 0.1, 0.25, 0.1, 1.0, 0.5, 0.25, 0.5, 1.0],
        }),
        spread: Some(Spread {
            years: vec![(1843, 1), (1844, 0)],
            without_year: 1,
            venues: vec![("Taylor's Memoirs".into(), 1)],
            without_venue: 2,
        }),
        embedding: Some(EmbeddingStatistics {
            shape: [3, 384],
            effective_rank: 2.5,
            variance_shares: vec![0.75, 0.25],
            similarities: Histogram { range: [-1.0, 1.0], counts: vec![0, 1, 2, 0] },
            percentile_scale: vec![(0.5, 0.125)],
        }),
    };
    whole
}

#[test]
fn json_has_each_section_under_a_key_of_its_own() {
    let value: Value = serde_json::from_str(&written(&whole(), ReportFormat::Json)).unwrap();
    assert_eq!(value["schema_version"], 1);
    assert_eq!(
        value["report"]["sections"],
        json!(Section::ALL.iter().map(|section| section.name()).collect::<Vec<_>>())
    );
    let within = &value["papers"][0]["within"][0];
    assert_eq!((&within["rank"], &within["place"], &within["score"]), (&json!(1), &json!(2), &json!(0.5)));
    assert_eq!(within["because"]["terms"], json!([{"text": "safety", "share": 0.5}]));
    assert_eq!(
        value["pairs"],
        json!([
            {"papers": [0, 2], "similarity": 0.5, "percentile": 0.99, "mutual": true, "kinship": "distinct"},
            {"papers": [1, 2], "similarity": 0.25, "percentile": null, "mutual": false, "kinship": "near_duplicate"},
        ])
    );
    assert_eq!(
        value["clusters"],
        json!([
            {"papers": [0, 2], "terms": ["<safe>"], "representative": 2, "cohesion": 0.5},
            {"papers": [1], "terms": [], "representative": 1, "cohesion": 1.0},
        ])
    );
    assert_eq!(value["orphans"], json!([{"paper": 1, "similarity": 0.125}]));
    assert_eq!(value["bridges"], json!([{"paper": 0, "clusters": [0, 1], "similarities": [0.5, 0.25]}]));
    assert_eq!(value["map"], json!([[0.0, 0.0], [1.0, 0.25], [0.5, 1.0]]));
    assert_eq!(
        value["heat_map"],
        json!({"order": [1, 0, 2], "rows": [[1.0, 0.1, 0.25], [0.1, 1.0, 0.5], [0.25, 0.5, 1.0]]})
    );
    assert_eq!(
        value["spread"],
        json!({
            "years": [[1843, 1], [1844, 0]], "without_year": 1, "venues": [["Taylor's Memoirs", 1]], "without_venue": 2,
        })
    );
    assert_eq!(
        value["embedding"],
        json!({
            "vectors": 3, "dimensions": 384, "effective_rank": 2.5, "variance_shares": [0.75, 0.25],
            "similarities": {"range": [-1.0, 1.0], "counts": [0, 1, 2, 0]}, "percentile_scale": [[0.5, 0.125]],
        })
    );
}

#[test]
fn tables_list_the_pairs_and_the_papers() {
    assert_snapshot(
        &written(&whole(), ReportFormat::PairsCsv),
        r#"number_a,id_a,title_a,number_b,id_b,title_b,similarity,percentile,mutual,kinship
1,arxiv:1706.03762,"Is <script>alert(""x"")</script> *safe* & [sound](y)?",3,'@sum,"'=1+2, ""three""",0.500000,0.990000,true,distinct
2,rtl,التعلم العميق 🙂 'deep',3,'@sum,"'=1+2, ""three""",0.250000,,false,near_duplicate
"#,
    );
    let papers = written(&whole(), ReportFormat::PapersCsv);
    let mut reader = csv::Reader::from_reader(papers.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| &rows[row][columns.iter().position(|column| column == name).unwrap()];
    assert_eq!(rows.len(), 3);
    assert_eq!([0, 1, 2].map(|row| cell(row, "cluster")), ["1", "2", "1"]);
    assert_eq!([0, 1, 2].map(|row| cell(row, "is_representative")), ["false", "true", "true"]);
    assert_eq!([0, 1, 2].map(|row| cell(row, "bridged_clusters")), ["2", "", ""]);
    assert_eq!([0, 1, 2].map(|row| cell(row, "orphan_similarity")), ["", "0.125000", ""]);
    assert_eq!((cell(1, "map_x"), cell(1, "map_y")), ("1.000000", "0.250000"));
    assert_eq!((cell(0, "nearest_here_number"), cell(0, "nearest_in_library_id")), ("3", "rtl"));
    assert_eq!(cell(2, "title"), "'=1+2, \"three\"");
    let nearest = written(&whole(), ReportFormat::Csv);
    assert!(nearest.lines().any(|line| line.starts_with("arxiv:1706.03762") && line.ends_with(",batch")));
}

#[test]
fn bibtex_has_the_papers_of_the_sections_each_once() {
    let titles = |sections: &[Section]| {
        let report = Report { sections: sections.iter().copied().collect(), ..whole() };
        let text = written(&report, ReportFormat::Bibtex);
        text.lines().filter(|line| line.trim_start().starts_with("title")).count()
    };
    assert_eq!(titles(&[Section::Map]), 3);
    let mut one_pair = whole();
    one_pair.analysis.pairs.truncate(1);
    one_pair.sections = [Section::Pairs].into();
    assert_eq!(written(&one_pair, ReportFormat::Bibtex).matches("\n@").count() + 1, 2);
    // The two papers nearest to the first paper, and the paper nearest to the second, which is the first paper.
    assert_eq!(titles(&[Section::Nearest]), 3);
    assert_eq!(titles(Section::ALL), 4, "papers of a file and of the library may share an id, and both are written");
}

#[test]
fn markdown_has_the_sections_before_the_papers() {
    let text = written(&whole(), ReportFormat::Markdown);
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is not in\n{text}"));
    let order =
        ["## Clusters", "### \\<safe\\>", "### Bridges", "### Orphans", "## Strongest pairs", "## Years and venues"];
    let places: Vec<usize> = order.into_iter().chain(["## Embedding statistics", "## 1. [Is"]).map(at).collect();
    assert!(places.is_sorted(), "{places:?}");
    at("| 0.50 | 99 % | 1. Is \\<script\\>");
    at("near-duplicate");
    at("Nearest here:\n\n1. **0.50**");
    at(". Both mention safety.");
}

#[test]
fn the_page_has_the_sections_that_were_chosen_and_are_not_empty() {
    let ids = |report: &Report| {
        let page = written(report, ReportFormat::Html);
        let ids = page
            .split("<section id=")
            .skip(1)
            .map(|rest| rest.trim_start_matches('"').split(['"', ' ']).next().unwrap_or_default().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids(&whole()), ["map", "clusters", "pairs", "heat-map", "spread", "embedding", "papers"]);
    assert_eq!(ids(&Report { sections: [Section::Pairs, Section::Within].into(), ..whole() }), ["pairs", "papers"]);
    assert_eq!(ids(&Report { analysis: Analysis::default(), ..whole() }), ["papers"]);
    let page = written(&whole(), ReportFormat::Html);
    assert!(page.contains("3 papers, compared with each other and with a library of 87,395 papers."));
    assert!(page.contains(r##"<a href=#3 tabindex=-1><path class="c0 y6""##));
}

#[test]
fn a_report_on_a_whole_library_has_one_list_per_paper() {
    let mut report = whole();
    for entry in &mut report.entries {
        entry.in_library = true;
        entry.nearest = entry.within.clone();
    }
    assert!(report.shows(Section::Within) && !report.shows(Section::Nearest));
    report.entries[1].in_library = false;
    assert!(report.shows(Section::Nearest));
}

#[test]
fn a_sentence_of_an_abstract_is_written_as_its_position() {
    let mut report = whole();
    let matching = SentenceMatch { seed: "text.".into(), paper: "Both.".into(), similarity: 0.5 };
    let found = &mut report.entries[0].within[0];
    found.because = Some(Explanation { sentences: vec![matching], ..Explanation::default() });
    report.entries[0].paper.abstract_text = Some("🙂 It is text.".into());
    let page = written(&report, ReportFormat::Html);
    assert!(
        page.contains(r#""within":[[[2,50,[],[[[9,5],"Both."]]]]"#),
        "{}",
        &page[page.find("\"within\"").unwrap()..]
    );
}

#[test]
fn data_of_the_script_cannot_end_its_element() {
    let page = written(&whole(), ReportFormat::Html);
    let data = page.split(r#"id="data">"#).nth(1).unwrap().split("</script>").next().unwrap();
    assert!(!data.contains('<'));
    let value: Value = serde_json::from_str(data).unwrap();
    assert_eq!(value["names"][0][0], scripted().title);
    assert_eq!(value["within"][0][0], json!([2, 50, ["safety"], [["A </script>.", "B."]]]));
    assert_eq!(value["nearest"][0], json!([[1, 99], [3, 71]]), "papers of a file and of the library may share an id");
    assert_eq!(value["names"][3][0], formula().title);
    assert_eq!(value["clusters"], json!([0, 1, 0]));
    assert_eq!(value["heat_map"], json!({"order": [1, 0, 2], "cells": [10, 25, 50]}));
}

#[test]
fn a_large_page_has_reasons_for_the_first_ranks_only() {
    let long = "honey ".repeat(10_000);
    let because = || {
        let pair = || SentenceMatch { seed: long.clone(), paper: long.clone(), similarity: 0.5 };
        Explanation { sentences: vec![pair(), pair()], ..Explanation::default() }
    };
    let mut report = whole();
    report.entries[0].within = (1..=20)
        .map(|rank| Recommendation { candidate: Some(2), because: Some(because()), ..near(rank, 0.5, formula()) })
        .collect();
    let page = written(&report, ReportFormat::Html);
    // One pair of sentences for each result, for as many results as there is room for.
    assert_eq!(page.matches(long.as_str()).count(), 2 * 8);
}
