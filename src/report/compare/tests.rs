use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::clusters::adjusted_rand_index;
use super::lists::rank_biased_overlap;
use super::*;

/// A report as JSON: papers with the ids of their nearest papers. The scores are 0.9, 0.8 and so on.
fn report(papers: &[(&str, &[&str])]) -> Value {
    let paper = |id: &str| {
        let title = format!("On {id}");
        json!({ "id": id, "title": title, "authors": ["Ada Byron"], "ids": {}, "later_key": [1, 2] })
    };
    let entries = papers.iter().map(|(id, nearest)| {
        let found = nearest
            .iter()
            .enumerate()
            .map(|(place, id)| json!({ "rank": place + 1, "score": 0.9 - 0.1 * place as f64, "paper": paper(id) }));
        json!({ "paper": paper(id), "in_library": true, "nearest": found.collect::<Vec<_>>() })
    });
    json!({
        "schema_version": 1,
        "report": { "title": "Bees", "made_at": "2001-02-03", "model": "m", "library_papers": 9, "top_k": 3, "new": 1 },
        "papers": entries.collect::<Vec<_>>(),
        "something_later": {},
    })
}

fn read_value(value: &Value) -> crate::Result<ReportRead> {
    read(value.to_string().as_bytes(), Path::new("bees.json"))
}

fn compared(before: &Value, after: &Value) -> Comparison {
    compare(&read_value(before).unwrap(), &read_value(after).unwrap())
}

fn ids<'a>(papers: impl IntoIterator<Item = &'a PaperName>) -> Vec<&'a str> {
    papers.into_iter().map(|paper| paper.id.as_str()).collect()
}

#[test]
fn a_report_equals_itself() {
    let bees = report(&[("a", &["b", "c"]), ("b", &["a"]), ("c", &[])]);
    let comparison = compared(&bees, &bees);
    assert!(comparison.is_same(), "{comparison:?}");
    let Summary { papers_in_both, lists_compared, lists_changed, overlap, rank_biased_overlap, .. } =
        comparison.summary;
    assert_eq!((papers_in_both, lists_compared, lists_changed), (3, 3, 0));
    assert_eq!((overlap, rank_biased_overlap), (Some(1.0), Some(1.0)));
}

#[test]
fn changes_have_ranks_and_scores() {
    let before = report(&[("a", &["b", "c", "d"]), ("b", &["a"]), ("gone", &["a"])]);
    let after = report(&[("a", &["c", "e", "b"]), ("b", &["a"]), ("new", &["a"])]);
    let comparison = compared(&before, &after);
    assert_eq!((ids(&comparison.came), ids(&comparison.went)), (vec!["new"], vec!["gone"]));
    let [change] = &comparison.nearest[..] else { panic!("{:?}", comparison.nearest) };
    assert_eq!(change.paper.id, "a");
    assert_eq!(change.came.iter().map(|came| (&*came.paper.id, came.rank)).collect::<Vec<_>>(), [("e", 2)]);
    assert_eq!(change.went.iter().map(|went| (&*went.paper.id, went.rank)).collect::<Vec<_>>(), [("d", 3)]);
    let moved: Vec<_> = change.moved.iter().map(|moved| (&*moved.paper.id, moved.rank, moved.score)).collect();
    assert_eq!(moved, [("c", [2, 1], [0.8, 0.9]), ("b", [1, 3], [0.9, 0.7])]);
    assert_eq!(change.overlap, 0.666_667);
    let Summary { at, lists_compared, lists_changed, overlap, .. } = comparison.summary;
    assert_eq!((at, lists_compared, lists_changed), (3, 2, 1));
    assert!((overlap.unwrap() - 5.0 / 6.0).abs() < 2e-6);
}

#[test]
fn lists_are_compared_up_to_the_shorter_length() {
    let mut before = report(&[("a", &["b", "c", "d"])]);
    before["report"]["top_k"] = 1.into();
    let comparison = compared(&before, &report(&[("a", &["b", "d", "c"])]));
    assert!(comparison.is_same(), "{comparison:?}");
    assert_eq!(comparison.summary.at, 1);
}

#[test]
fn a_changed_score_is_reported_but_rounding_is_not() {
    let before = report(&[("a", &["b", "c"])]);
    let mut after = before.clone();
    after["papers"][0]["nearest"][0]["score"] = 0.895.into();
    assert!(compared(&before, &after).is_same());
    after["papers"][0]["nearest"][0]["score"] = 0.85.into();
    assert_eq!(compared(&before, &after).nearest[0].moved[0].rank, [1, 1]);
}

#[test]
fn a_paper_with_another_id_is_recognised_by_identifier_or_title() {
    let before = report(&[("a", &["b"]), ("old", &["a"]), ("older", &["a"])]);
    let mut after = report(&[("a", &["b"]), ("new", &["a"]), ("newer", &["a"])]);
    after["papers"][1]["paper"]["title"] = "ON: OLD!".into();
    let comparison = compared(&before, &after);
    assert_eq!((ids(&comparison.came), ids(&comparison.went)), (vec!["newer"], vec!["older"]));
    let mut before = before;
    before["papers"][2]["paper"]["ids"] = json!({ "doi": "10.1000/hive" });
    after["papers"][2]["paper"]["ids"] = json!({ "doi": "10.1000/hive" });
    after["papers"][2]["paper"]["title"] = "On older: a study".into();
    assert!(compared(&before, &after).is_same());
    // Two papers match, so neither is chosen.
    before["papers"][1]["paper"]["title"] = "Twins".into();
    before["papers"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "paper": { "id": "twin", "title": "Twins", "authors": ["Ada Byron"] } }));
    after["papers"][1]["paper"]["title"] = "Twins".into();
    assert_eq!(ids(&compared(&before, &after).went), ["old", "twin"]);
}

#[test]
fn papers_with_equal_ids_are_compared_in_their_order() {
    let twice = report(&[("a", &["b", "c"]), ("a", &["d", "e"])]);
    let comparison = compared(&twice, &twice);
    assert!(comparison.is_same() && comparison.summary.papers_in_both == 2, "{comparison:?}");
    let comparison = compared(&twice, &report(&[("a", &["b", "c"])]));
    assert_eq!((comparison.summary.lists_changed, ids(&comparison.went)), (0, vec!["a"]));
}

#[test]
fn papers_with_equal_titles_or_ids_but_different_identifiers_are_not_the_same() {
    let editorial = |id: &str, ids: Value| json!({ "paper": { "id": id, "title": "Editorial", "ids": ids } });
    let of = |papers: &[Value]| {
        let mut report = report(&[]);
        report["papers"] = papers.into();
        report
    };
    let before = of(&[editorial("a", json!({})), editorial("b", json!({}))]);
    let comparison = compared(&before, &of(&[editorial("b", json!({})), editorial("c", json!({}))]));
    assert_eq!((ids(&comparison.came), ids(&comparison.went)), (vec!["c"], vec!["a"]));
    let before = of(&[editorial("a", json!({ "arxiv": "1" }))]);
    let comparison = compared(&before, &of(&[editorial("c", json!({ "arxiv": "2" }))]));
    assert_eq!((ids(&comparison.came), ids(&comparison.went)), (vec!["c"], vec!["a"]));
    // Files may number their papers, so equal numbers may be different works.
    let one = json!({ "paper": { "id": "1", "title": "On hives", "ids": { "doi": "10.1/1" } } });
    let other = json!({ "paper": { "id": "1", "title": "On stars", "ids": { "doi": "10.1/2" } } });
    let comparison = compared(&of(std::slice::from_ref(&one)), &of(&[other]));
    assert_eq!((ids(&comparison.came), ids(&comparison.went)), (vec!["1"], vec!["1"]));
    let mut mended = one.clone();
    mended["paper"]["title"] = "On hives and bees".into();
    assert!(compared(&of(&[one]), &of(&[mended])).came.is_empty());
}

#[test]
fn a_paper_is_recognised_even_if_lists_of_the_other_report_contain_its_id() {
    // The same paper has the id "lib" in a report on the library, and the id "mine" in a report on a file.
    let mut before = report(&[("lib", &["b"]), ("b", &["lib"])]);
    before["papers"][0]["paper"]["title"] = "On mine".into();
    let after = report(&[("mine", &["b"]), ("b", &["lib"])]);
    let comparison = compared(&before, &after);
    assert_eq!((ids(&comparison.came), ids(&comparison.went)), (vec![], vec![]));
}

#[test]
fn lists_within_reports_are_compared_if_there_is_no_library() {
    let within = |places: &[usize]| {
        let mut report = report(&[("a", &[]), ("b", &[]), ("c", &[])]);
        for entry in report["papers"].as_array_mut().unwrap() {
            entry["within"] = json!([]);
        }
        let found: Vec<Value> = places.iter().map(|place| json!({ "score": 0.5, "place": place })).collect();
        report["papers"][0]["within"] = found.into();
        report["report"]["sections"] = json!(["within"]);
        report
    };
    let comparison = compared(&within(&[1]), &within(&[2]));
    assert_eq!((comparison.summary.list, comparison.summary.lists_compared), (Some(List::Within), 3));
    let [change] = &comparison.nearest[..] else { panic!("{comparison:?}") };
    assert_eq!((&*change.came[0].paper.id, &*change.went[0].paper.id), ("c", "b"));
    assert!(markdown::summary(&comparison).iter().any(|line| line.contains("within the reports, up to rank 3")));
    let comparison = compared(&within(&[1]), &report(&[("a", &["b"])]));
    assert_eq!((comparison.summary.list, comparison.summary.lists_compared), (None, 0));
}

#[test]
fn lists_of_unknown_length_are_compared_completely() {
    let mut before = report(&[("a", &["b", "c"])]);
    before["report"].as_object_mut().unwrap().remove("top_k");
    let mut after = report(&[("a", &["b", "d"])]);
    assert_eq!((compared(&before, &after).summary.at, compared(&before, &after).summary.lists_changed), (3, 1));
    after["report"].as_object_mut().unwrap().remove("top_k");
    assert_eq!((compared(&before, &after).summary.at, compared(&before, &after).summary.lists_changed), (2, 1));
}

#[test]
fn clusters_are_paired_by_common_papers() {
    let with = |clusters: Value| {
        let mut report = report(&[("a", &[]), ("b", &[]), ("c", &[]), ("d", &[]), ("e", &[])]);
        report["clusters"] = clusters;
        report
    };
    let before = with(json!([
        { "papers": [0, 1, 2], "terms": ["hive", "dance"] },
        { "papers": [3, 4], "terms": ["wasps"] },
    ]));
    let after = with(json!([
        { "papers": ["d", "e"], "terms": ["nests"] },
        { "papers": ["a", "b"], "terms": ["dance"], "cohesion": 0.5 },
    ]));
    let clusters = compared(&before, &after).clusters.unwrap();
    assert_eq!(clusters.count, [2, 2]);
    let [change] = &clusters.changes[..] else { panic!("{clusters:?}") };
    assert_eq!((change.before.as_deref(), change.after.as_deref()), (Some("hive, dance"), Some("dance")));
    assert_eq!((change.stayed, ids(&change.came), ids(&change.went)), (2, vec![], vec!["c"]));
    let clusters = compared(&before, &with(json!([{ "papers": [3, 4] }]))).clusters.unwrap();
    assert_eq!((clusters.changes[0].stayed, &clusters.changes[0].after), (0, &None));
    assert_eq!(compared(&before, &with(Value::Null)).clusters, None);
    let mut single = report(&[("a", &[])]);
    single["clusters"] = json!([]);
    assert_eq!(compared(&before, &single).clusters.unwrap().agreement, None, "a single paper has no agreement");
}

#[test]
fn sections_that_were_left_out_are_not_compared() {
    let mut before = report(&[("a", &["b"])]);
    before["clusters"] = json!([]);
    let mut after = report(&[("a", &[])]);
    after["clusters"] = json!([]);
    assert_eq!(compared(&before, &after).summary.overlap, Some(0.0));
    assert!(compared(&before, &after).clusters.is_some());
    after["report"]["sections"] = json!(["map"]);
    let comparison = compared(&before, &after);
    assert!(comparison.is_same(), "{comparison:?}");
    assert_eq!((comparison.summary.lists_compared, comparison.summary.overlap), (0, None));
    assert_eq!(comparison.clusters, None);
}

#[test]
fn other_files_and_reports_of_newer_versions_are_refused() {
    let message = |value: Value| {
        let error = read_value(&value).unwrap_err().to_string();
        assert!(error.starts_with("bees.json: "), "{error}");
        error
    };
    assert!(message(json!({ "schema_version": 1, "results": [] })).contains("relata report -o NAME.json"));
    assert!(message(json!([1, 2])).contains("is not a report"));
    let mut later = report(&[]);
    later["schema_version"] = 2.into();
    assert!(message(later).contains("schema_version 2, this relata reads up to 1; use a newer relata"));
}

#[test]
fn markdown_has_everything_and_escapes_titles() {
    let mut after = report(&[("a", &["e", "b"]), ("new", &["a"])]);
    after["papers"][1]["paper"]["title"] = "<b>*Bold*</b>".into();
    let comparison = compared(&report(&[("a", &["b", "c"])]), &after);
    let mut out = Vec::new();
    markdown::write(&comparison, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    for part in [
        "1 paper in both reports, 1 new, 0 gone",
        "## New papers",
        "### On a",
        "new at rank 1, score 0.900",
        "was at rank 2, score 0.800",
        "rank 1 → 2, score 0.900 → 0.800",
        "Clusters cannot be compared",
    ] {
        assert!(text.contains(part) || text.replace('\\', "").contains(part), "{part:?} is not in {text}");
    }
    assert!(!text.contains("<b>"), "{text}");
}

#[test]
fn the_adjusted_rand_index_equals_a_value_computed_by_hand() {
    // Ten things, with the contingency table [[3, 1], [0, 2], [1, 3]].
    let one = [0, 0, 0, 0, 1, 1, 2, 2, 2, 2];
    let other = [0, 0, 0, 1, 1, 1, 0, 1, 1, 1];
    // Of 45 pairs, 7 are together in both clusterings, 13 in the first, and 21 in the second.
    let expected = (7.0 - 13.0 * 21.0 / 45.0) / (17.0 - 13.0 * 21.0 / 45.0);
    assert!((adjusted_rand_index(&one, &other) - expected).abs() < 1e-12);
    assert_eq!(adjusted_rand_index(&[], &[]), 1.0);
    assert_eq!(adjusted_rand_index(&[1, 2, 3], &[3, 2, 1]), 1.0);
}

proptest! {
    /// Compares with the definition for lists of equal length. The infinite sum over depths is cut off at depth 400.
    #[test]
    fn rank_biased_overlap_equals_its_definition(one in Just((0..8usize).collect::<Vec<_>>()).prop_shuffle(), length in 1usize..8, shift in 0usize..8) {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"];
        let first: Vec<&str> = (0..length).map(|at| names[at + shift]).collect();
        let second: Vec<&str> = one[..length].iter().map(|&at| names[at]).collect();
        let agreement = |depth: usize| {
            let depth = depth.min(length);
            first[..depth].iter().filter(|name| second[..depth].contains(name)).count() as f64 / depth as f64
        };
        let direct: f64 = (1..400usize).map(|depth| 0.9f64.powi(depth as i32 - 1) * agreement(depth)).sum::<f64>() * 0.1;
        prop_assert!((rank_biased_overlap(&first, &second, 0.9) - direct).abs() < 1e-9);
        prop_assert!((rank_biased_overlap(&second, &first, 0.9) - direct).abs() < 1e-9);
    }

    #[test]
    fn the_overlap_of_any_two_lists_is_between_0_and_1(lengths in (0usize..9, 0usize..9), shift in 0usize..9) {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r"];
        let (first, second) = (&names[..lengths.0], &names[shift..shift + lengths.1]);
        let overlap = rank_biased_overlap(first, second, 0.9);
        prop_assert!((-1e-12..=1.0 + 1e-12).contains(&overlap), "{overlap}");
        if lengths.0.max(lengths.1) > 0 && shift >= lengths.0 {
            prop_assert!(overlap.abs() < 1e-12);
        }
    }
}
