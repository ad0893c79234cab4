//! Graphs of nearest papers, as files.

use std::collections::BTreeSet;

use crate::program::{Workplace, ids, six_papers};

/// Returns the edges of a CSV file: source, target, and whether the edge is mutual.
fn edges(place: &Workplace, name: &str) -> Vec<(String, String, bool)> {
    let mut rows = csv::Reader::from_path(place.path(name)).unwrap();
    assert_eq!(rows.headers().unwrap(), vec!["source", "target", "type", "weight", "mutual"]);
    let row = |row: csv::StringRecord| (row[0].to_owned(), row[1].to_owned(), &row[4] == "true");
    rows.records().map(|record| row(record.unwrap())).collect()
}

#[test]
fn edges_connect_each_paper_with_the_papers_that_similar_finds() {
    let place = Workplace::with(six_papers());
    place.run(&["graph", "-k", "2", "-o", "edges.csv", "--nodes", "papers.csv"]).ok();
    let edges = edges(&place, "edges.csv");
    for paper in ["walk1", "walk2", "fold1", "fold2", "lang1", "lang2"] {
        let expected =
            BTreeSet::from_iter(ids(&place.json(&["similar", paper, "-k", "2", "--ranker", "vector", "--exact"])));
        let here = edges.iter().filter_map(|(source, target, is_mutual)| match (source == paper, target == paper) {
            (true, _) => Some(target.clone()),
            (_, true) if *is_mutual => Some(source.clone()),
            _ => None,
        });
        assert_eq!(here.collect::<BTreeSet<_>>(), expected, "{paper}");
    }
    let nodes = std::fs::read_to_string(place.path("papers.csv")).unwrap();
    assert_eq!(nodes.lines().count(), 7, "{nodes}");
}

#[test]
fn graphml_has_all_papers_and_only_the_requested_edges() {
    let place = Workplace::with(six_papers());
    let told = place.json(&["graph", "-k", "1", "--mutual", "-o", "g.graphml"]);
    assert_eq!((&told["papers"], &told["edges"], &told["without_vector"]), (&6.into(), &3.into(), &0.into()));
    let text = std::fs::read_to_string(place.path("g.graphml")).unwrap();
    assert_eq!((text.matches("<node ").count(), text.matches("<edge ").count()), (6, 3), "{text}");
    let none = place.json(&["graph", "--min-similarity", "1", "-o", "g.graphml"]);
    assert_eq!(none["edges"], 0);
    let said = place.run(&["graph", "-k", "1", "--mutual", "-o", "g.graphml"]).ok().stderr;
    assert_eq!(said, "Wrote 6 papers and 3 edges to g.graphml\n");
}

#[test]
fn a_graph_with_filters_has_only_edges_between_matching_papers() {
    let place = Workplace::with(
        "{\"title\":\"Robots walk\",\"year\":2001}\n{\"title\":\"Robots run\",\"year\":2002}\n{\"title\":\"Robots jump\",\"year\":2003}\n",
    );
    assert_eq!(place.json(&["graph", "--since", "2002", "-o", "g.csv"])["papers"], 2);
    assert_eq!(edges(&place, "g.csv").len(), 1);
    let ran = place.run(&["graph", "--since", "2010", "-o", "none.csv"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), "No paper to write.\n"));
    assert!(!place.path("none.csv").exists());
}

#[test]
fn a_graph_that_cannot_be_written_is_refused_before_the_work() {
    let place = Workplace::with(six_papers());
    place.run(&["graph", "-o", "g.dot"]).fails_saying(&["g.dot", ".graphml"]);
    place.run(&["graph", "-o", "g.csv", "--nodes", "n.json"]).fails_saying(&["n.json", ".csv"]);
    let one = "g.csv: --output and --nodes need different files";
    place.run(&["graph", "-o", "g.csv", "--nodes", "g.csv"]).fails_saying(&[one]);
    place.run(&["graph", "-o", "./g.csv", "--nodes", "g.csv"]).fails_saying(&[one]);
    place.run(&["graph", "-o", "no/folder/g.csv"]).fails_saying(&["cannot write no/folder/g.csv"]);
    place.run(&["graph", "-o", "g.csv", "--min-similarity", "2"]).fails_saying(&["number from -1 to 1"]);
    #[cfg(not(feature = "parquet"))]
    place.run(&["graph", "-o", "g.parquet"]).fails_saying(&["g.parquet", "--features parquet"]);
}
