//! The invariants of ARCHITECTURE.md, read off the source.

use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What each module may use of ours; `error` is open to all.
const MAY_USE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("paper", &[]),
    ("vector", &[]),
    ("draft", &["paper"]),
    ("formats", &["paper"]),
    ("library", &["paper", "vector"]),
    ("cache", &[]),
    ("gemm", &[]),
    ("embed", &["vector", "gemm"]),
    ("index", &["vector", "cache", "gemm"]),
    ("lexical", &["cache"]),
    ("rank", &["vector"]),
    ("evaluate", &["library", "rank", "recommender"]),
    ("search", &["vector", "index", "lexical", "rank"]),
    ("analysis", &["paper", "vector", "index", "rank"]),
    (
        "recommender",
        &["paper", "vector", "draft", "formats", "library", "embed", "index", "lexical", "search", "rank", "analysis"],
    ),
    ("report", &["paper", "formats", "rank", "analysis", "recommender"]),
    ("sync", &["formats", "library", "recommender"]),
    ("watch", &["formats"]),
    (
        "cli",
        &[
            "paper",
            "vector",
            "draft",
            "formats",
            "library",
            "embed",
            "rank",
            "analysis",
            "recommender",
            "report",
            "evaluate",
            "sync",
            "watch",
        ],
    ),
    ("lib", &["paper"]),
    ("main", &["cli"]),
];

/// Crates that one module alone may name.
const NAMED_IN: &[(&str, &[&str])] = &[
    ("hnsw_rs", &["src/index/hnsw.rs"]),
    ("rusqlite", &["src/library", "src/error.rs"]),
    ("clap", &["src/cli"]),
    ("candle_core", &["src/embed"]),
    ("candle_nn", &["src/embed"]),
    ("candle_transformers", &["src/embed"]),
    ("tokenizers", &["src/embed"]),
    ("rust_stemmers", &["src/lexical/terms.rs"]),
    ("memmap2", &["src/cache.rs", "src/embed"]),
    ("hf_hub", &["src/embed/hub.rs"]),
    ("numkong", &["src/gemm"]),
    ("indicatif", &["src/cli"]),
    ("kodama", &["src/rank/clusters.rs"]),
    ("leiden_rs", &["src/analysis/clusters.rs"]),
    ("bhtsne", &["src/analysis/map.rs"]),
    ("nalgebra", &["src/analysis/directions.rs"]),
    ("ureq", &["src/sync/client.rs"]),
    ("signal_hook", &["src/cli/interrupt.rs"]),
    ("anyhow", &["src/cli"]),
    ("askama", &["src/report"]),
    ("resvg", &["src/report/map/picture.rs"]),
    ("dejavu", &["src/report/map/picture.rs"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(ROOT).join("src"), &mut found);
    // Tests may use what they like, also those that have files of their own.
    let is_of_tests =
        |path: &Path| path.strip_prefix(ROOT).unwrap().iter().any(|part| part == "tests" || part == "tests.rs");
    found.retain(|path| !is_of_tests(path));
    found.sort();
    assert!(found.len() > 20);
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
        (path.strip_prefix(ROOT).unwrap().to_owned(), code)
    };
    found.into_iter().map(read).collect()
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

fn module(path: &Path) -> String {
    let inner = path.strip_prefix("src").unwrap();
    inner.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

#[test]
fn modules_use_only_what_lies_below_them() {
    let modules: Vec<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    for (path, text) in sources() {
        let own = module(&path);
        let (_, allowed) = MAY_USE.iter().find(|(module, _)| *module == own).unwrap_or_else(|| panic!("{own} is new"));
        for line in code_lines(&text) {
            for used in line
                .split("crate::")
                .skip(1)
                .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
            {
                let fine = used == own || used == "error" || allowed.contains(&used) || !modules.contains(&used);
                assert!(fine, "{} uses {used}: {line}", path.display());
            }
        }
    }
}

#[test]
fn each_outer_crate_is_named_in_its_module_only() {
    for (path, text) in sources() {
        for (name, places) in NAMED_IN {
            let named = code_lines(&text).any(|line| line.contains(&format!("{name}::")));
            let allowed = places.iter().any(|place| path.starts_with(place));
            assert!(!named || allowed, "{} names {name}", path.display());
        }
    }
}

#[test]
fn only_the_command_line_prints_and_nothing_ends_the_process() {
    for (path, text) in sources() {
        let cli = path.starts_with("src/cli");
        for line in code_lines(&text) {
            let prints = ["println!", "eprintln!", "print!(", "dbg!"].iter().any(|word| line.contains(word));
            assert!(!prints || cli, "{}: {line}", path.display());
            assert!(!line.contains("process::exit") && !line.contains("process::abort"), "{}: {line}", path.display());
        }
    }
}
