//! The invariants of ARCHITECTURE.md, read off the source.

mod circles;
mod imports;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use circles::circles;
use imports::{Crate, Import};

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
    ("evaluate", &[]),
    ("search", &["vector", "index", "lexical", "rank"]),
    ("analysis", &["paper", "vector", "index", "rank"]),
    ("sync", &["formats"]),
    ("watch", &["formats"]),
    (
        "engine",
        &[
            "paper", "vector", "draft", "formats", "library", "embed", "index", "lexical", "search", "rank",
            "analysis", "evaluate", "sync", "watch",
        ],
    ),
    ("report", &["paper", "formats", "rank", "analysis", "engine"]),
    ("cli", &["formats", "engine", "report"]),
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

/// Each file with what it imports of others.
fn imports() -> Vec<(PathBuf, Vec<Import>)> {
    let sources = sources();
    let whole = Crate::read(sources.iter().map(|(path, text)| (path.as_path(), text.as_str())));
    whole.imports().map(|(file, imports)| (file.to_owned(), imports)).collect()
}

#[test]
fn modules_use_only_what_lies_below_them() {
    let modules: Vec<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    for (file, imports) in imports() {
        let own = module(&file);
        let (_, allowed) = MAY_USE.iter().find(|(module, _)| *module == own).unwrap_or_else(|| panic!("{own} is new"));
        for Import { path, file: other, line, .. } in imports {
            // What the root re-exports, as `crate::Paper`, is used of the module that has it.
            let used = path.first().filter(|first| modules.contains(&first.as_str())).cloned();
            let used = used.unwrap_or_else(|| module(&other));
            let fine = used == own || used == "error" || allowed.contains(&used.as_str());
            assert!(fine, "{}:{line} uses {used}: {}", file.display(), path.join("::"));
        }
    }
}

#[test]
fn files_do_not_import_each_other_in_circles() {
    let imports = imports();
    let edges = imports.iter().map(|(file, imports)| {
        let used = imports.iter().filter(|import| !import.passes_on);
        (file.as_path(), used.map(|import| import.file.as_path()).collect())
    });
    let mut message = String::new();
    for circle in circles(&edges.collect()) {
        message += &format!("\n{} files in a circle:\n", circle.len());
        for (file, imports) in imports.iter().filter(|(file, _)| circle.contains(file.as_path())) {
            let mut named = BTreeSet::new();
            for Import { path, file: other, line, passes_on } in imports {
                if !passes_on && circle.contains(other.as_path()) && named.insert(other) {
                    let (file, path, other) = (file.display(), path.join("::"), other.display());
                    message += &format!("  {file}:{line} uses {path} of {other}\n");
                }
            }
        }
    }
    assert!(message.is_empty(), "{message}");
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
