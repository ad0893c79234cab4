//! Files that commands take besides papers: lists of names, queries, judgements, runs, reports, requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use relata::engine::{AddRequest, FacetModel, FacetTraining, PaperList, ReportRequest, Request, read_queries};
use relata::evaluate::qrels::Qrels;
use relata::evaluate::run::Run;
use relata::report::compare::{self, markdown};
use tempfile::TempDir;

use super::{Parser, bytes, folder, seeds};

pub const PARSERS: &[Parser] = &[
    Parser { name: "paper_list", seeds: || bytes(seeds::PAPER_LISTS), read: read_list },
    Parser { name: "query_file", seeds: || bytes(seeds::QUERIES), read: read_query_file },
    Parser { name: "judgements", seeds: || bytes(seeds::JUDGEMENTS), read: read_judgements },
    Parser { name: "run_file", seeds: || bytes(seeds::RUNS), read: read_run },
    Parser { name: "report", seeds: || bytes(seeds::REPORTS), read: read_report },
    Parser { name: "json_request", seeds: || bytes(seeds::REQUESTS), read: read_request },
    Parser { name: "labelled_abstracts", seeds: || bytes(seeds::LABELLED), read: read_labelled },
    Parser { name: "facet_model", seeds: || bytes(seeds::FACET_MODELS), read: read_facet_model },
];

static FOLDER: LazyLock<TempDir> = LazyLock::new(folder);

/// Writes an input to a file, for parsers that take a path.
fn file(name: &str, input: &[u8]) -> PathBuf {
    let path = FOLDER.path().join(name);
    fs::write(&path, input).expect("a temporary file");
    path
}

/// Reads a list of papers or names.
fn read_list(input: &[u8]) -> usize {
    let read = PaperList::read_papers_or_names(&file("papers.txt", input));
    read.map_or(0, |read| read.list.papers.len() + read.list.names.len())
}

fn read_query_file(input: &[u8]) -> usize {
    read_queries(input, Path::new("queries.jsonl"), &Request::default()).map_or(0, |queries| queries.len())
}

fn read_judgements(input: &[u8]) -> usize {
    Qrels::read(input, Path::new("qrels")).map_or(0, |qrels| qrels.queries().count())
}

fn read_run(input: &[u8]) -> usize {
    Run::read(input, Path::new("run")).map_or(0, |run| run.queries().count())
}

/// Reads a report, and compares it with itself and with an example.
fn read_report(input: &[u8]) -> usize {
    static EXAMPLE: LazyLock<compare::ReportRead> = LazyLock::new(|| {
        compare::read(seeds::REPORTS[0].as_bytes(), Path::new("example.json")).expect("a valid report")
    });
    let Ok(report) = compare::read(input, Path::new("report.json")) else { return 0 };
    let comparisons = [compare::compare(&EXAMPLE, &report), compare::compare(&report, &report)];
    for comparison in &comparisons {
        markdown::write(comparison, &mut std::io::sink()).expect("a sink");
    }
    comparisons.len()
}

/// Reads the requests that programs send as JSON. They name files, so none is carried out here.
fn read_request(input: &[u8]) -> usize {
    usize::from(serde_json::from_slice::<Request>(input).is_ok())
        + usize::from(serde_json::from_slice::<ReportRequest>(input).is_ok())
        + serde_json::from_slice::<AddRequest>(input).map_or(0, |request| usize::from(request.read_options().is_ok()))
}

fn read_labelled(input: &[u8]) -> usize {
    usize::from(FacetTraining::read(&file("labelled.txt", input), None).is_ok())
}

fn read_facet_model(input: &[u8]) -> usize {
    usize::from(FacetModel::from_json(&String::from_utf8_lossy(input)).is_ok())
}
