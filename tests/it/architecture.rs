//! The invariants of ARCHITECTURE.md, checked on the source.

mod circles;
mod imports;
mod tokens;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use circles::circles;
use imports::{Crate, Import, Kind};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The modules that each module may use; all may use `error`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("faults", &[]),
    ("temporary", &["faults"]),
    ("paper", &[]),
    ("vector", &[]),
    ("draft", &["paper"]),
    ("formats", &["paper", "panics"]),
    ("library", &["faults", "paper", "temporary", "vector"]),
    ("cache", &["faults"]),
    ("http", &[]),
    ("panics", &[]),
    ("gemm", &[]),
    ("embed", &["temporary", "vector", "gemm", "http", "panics"]),
    ("index", &["vector", "cache", "gemm"]),
    ("lexical", &["cache"]),
    ("catalog", &["cache", "paper", "library"]),
    ("rank", &["vector"]),
    ("evaluate", &[]),
    ("search", &["vector", "index", "lexical", "rank"]),
    ("analysis", &["paper", "vector", "index", "rank"]),
    ("sync", &["formats", "http"]),
    ("watch", &["formats"]),
    (
        "engine",
        &[
            "paper", "vector", "draft", "formats", "library", "embed", "index", "lexical", "catalog", "search", "rank",
            "analysis", "evaluate", "sync", "watch",
        ],
    ),
    ("report", &["paper", "formats", "rank", "analysis", "engine"]),
    ("cli", &["faults", "formats", "temporary", "engine", "report"]),
    ("lib", &["paper"]),
    ("main", &["cli"]),
];

/// Crates, with the only files and folders that may use them.
const NAMED_IN: &[(&str, &[&str])] = &[
    ("hnsw_rs", &["src/index/hnsw.rs"]),
    ("rusqlite", &["src/library", "src/error.rs"]),
    ("clap", &["src/cli"]),
    ("candle_core", &["src/embed"]),
    ("candle_nn", &["src/embed"]),
    ("candle_transformers", &["src/embed"]),
    ("tokenizers", &["src/embed"]),
    ("rust_stemmers", &["src/lexical/language.rs", "src/lexical/terms.rs"]),
    ("stop_words", &["src/lexical/language.rs"]),
    ("whatlang", &["src/lexical/recognition.rs"]),
    ("memmap2", &["src/cache", "src/embed"]),
    ("hf_hub", &["src/embed/hub.rs"]),
    ("numkong", &["src/gemm"]),
    ("indicatif", &["src/cli"]),
    ("kodama", &["src/rank/clusters.rs"]),
    ("leiden_rs", &["src/analysis/clusters.rs"]),
    ("bhtsne", &["src/analysis/map.rs"]),
    ("nalgebra", &["src/analysis/directions.rs"]),
    ("ureq", &["src/http.rs"]),
    ("signal_hook", &["src/cli/interrupt.rs"]),
    ("anyhow", &["src/cli"]),
    ("askama", &["src/report"]),
    ("resvg", &["src/report/map/picture.rs"]),
    ("dejavu", &["src/report/map/picture.rs"]),
];

/// The only files with `unsafe` code. The compiler forbids it in every other module (`#[forbid(unsafe_code)]`).
const UNSAFE: &[(&str, &str)] = &[
    ("src/cache/mod.rs", "maps the files of a cache"),
    ("src/embed/files.rs", "maps the files of a model"),
    ("src/embed/weights.rs", "maps the weights to copy them"),
    ("src/gemm/numkong.rs", "calls the kernels of numkong"),
    ("src/gemm/panels.rs", "reads lines of panels as numbers"),
    ("src/gemm/tile.rs", "uses instructions of AVX-512"),
];

/// Import circles that are allowed, each with its reason.
const ALLOWED_CIRCLES: &[(&[&str], &str)] = &[
    (
        &["src/paper/clean/latex/reading.rs", "src/paper/clean/latex/reading/commands.rs"],
        "the arguments of a command are text like the text around it, so the two call each other",
    ),
    (
        &["src/formats/xml/events.rs", "src/formats/xml/events/recovery.rs"],
        "recovery continues the events that broke off, so the two call each other",
    ),
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
    // Files of tests may import anything.
    let is_of_tests =
        |path: &Path| path.strip_prefix(ROOT).unwrap().iter().any(|part| part == "tests" || part == "tests.rs");
    found.retain(|path| !is_of_tests(path));
    found.sort();
    assert!(found.len() > 20);
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        // The brace is needed: after `mod tests;`, which only declares a file, the code continues.
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
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

/// Each file with its imports from other files.
fn imports() -> Vec<(PathBuf, Vec<Import>)> {
    let sources = sources();
    let whole = Crate::read(sources.iter().map(|(path, text)| (path.as_path(), text.as_str())));
    whole.imports().map(|(file, imports)| (file.to_owned(), imports)).collect()
}

#[test]
fn modules_import_only_what_the_table_allows() {
    let modules: Vec<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    for (file, imports) in imports() {
        let own = module(&file);
        let (_, allowed) = MAY_USE.iter().find(|(module, _)| *module == own).unwrap_or_else(|| panic!("{own} is new"));
        // Calls of methods are allowed, because the file has the value from a module that it may use.
        for Import { path, file: other, line, .. } in imports.into_iter().filter(|import| import.kind != Kind::Call) {
            // An item that the root re-exports, such as `crate::Paper`, belongs to the module that defines it.
            let used = path.first().filter(|first| modules.contains(&first.as_str())).cloned();
            let used = used.unwrap_or_else(|| module(&other));
            let fine = used == own || used == "error" || allowed.contains(&used.as_str());
            assert!(fine, "{}:{line} uses {used}: {}", file.display(), path.join("::"));
        }
    }
}

#[test]
fn no_module_is_imported_with_a_star() {
    for (file, imports) in imports() {
        for Import { path, line, kind, .. } in imports {
            assert!(kind != Kind::Glob, "{}:{line} hides what it uses: {}::*", file.display(), path.join("::"));
        }
    }
}

#[test]
fn files_do_not_import_each_other_in_circles() {
    let imports = imports();
    let edges = imports.iter().map(|(file, imports)| {
        let used = imports.iter().filter(|import| import.kind != Kind::PassesOn);
        (file.as_path(), used.map(|import| import.file.as_path()).collect())
    });
    let found = circles(&edges.collect());
    let allowed: Vec<BTreeSet<&Path>> =
        ALLOWED_CIRCLES.iter().map(|(files, _)| files.iter().map(Path::new).collect()).collect();
    let mut message = String::new();
    for circle in found.iter().filter(|circle| !allowed.contains(circle)) {
        message += &format!("\n{} files in a circle:\n", circle.len());
        for (file, imports) in imports.iter().filter(|(file, _)| circle.contains(file.as_path())) {
            let mut named = BTreeSet::new();
            for Import { path, file: other, line, kind } in imports {
                if *kind != Kind::PassesOn && circle.contains(other.as_path()) && named.insert(other) {
                    let (file, path, other) = (file.display(), path.join("::"), other.display());
                    message += &format!("  {file}:{line} uses {path} of {other}\n");
                }
            }
        }
    }
    assert!(message.is_empty(), "{message}");
    for circle in &allowed {
        assert!(found.contains(circle), "this circle is gone, so remove it from ALLOWED_CIRCLES: {circle:?}");
    }
}

#[test]
fn each_listed_crate_is_used_only_in_its_module() {
    for (path, text) in sources() {
        for (name, places) in NAMED_IN {
            let named = code_lines(&text).any(|line| line.contains(&format!("{name}::")));
            let allowed = places.iter().any(|place| path.starts_with(place));
            assert!(!named || allowed, "{} names {name}", path.display());
        }
    }
}

#[test]
fn only_the_listed_files_have_unsafe_code_and_every_other_module_forbids_it() {
    let sources = sources();
    let has_unsafe = |text: &str| {
        code_lines(text).any(|line| line.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|word| word == "unsafe"))
    };
    let found: Vec<&Path> =
        sources.iter().filter(|(_, text)| has_unsafe(text)).map(|(path, _)| path.as_path()).collect();
    let listed: Vec<&Path> = UNSAFE.iter().map(|(file, _)| Path::new(*file)).collect();
    assert_eq!(found, listed, "the list UNSAFE must have exactly the files with unsafe code");
    for (path, text) in &sources {
        let folder = if path.ends_with("lib.rs") || path.ends_with("mod.rs") {
            path.with_file_name("")
        } else {
            path.with_extension("")
        };
        let is_unsafe = |file: &Path| UNSAFE.iter().any(|(other, _)| Path::new(other).starts_with(file));
        let mut before = "";
        for line in text.lines() {
            let declared = line
                .trim_end_matches(';')
                .split_once("mod ")
                .filter(|_| line.ends_with(';') && !line.starts_with("//"));
            let is_root = path.ends_with("lib.rs") || is_unsafe(&folder);
            if let Some((_, name)) = declared.filter(|_| is_root && before != "#[cfg(test)]") {
                let inside = folder.join(name);
                let needs_it = is_unsafe(&inside.with_extension("rs")) || is_unsafe(&inside);
                assert!(needs_it != before.contains("forbid(unsafe_code)"), "{}: mod {name}", path.display());
            }
            before = line;
        }
    }
}

#[test]
fn every_parser_of_the_fuzzer_has_a_target() {
    let folder = Path::new(ROOT).join("fuzz");
    let read = |path: PathBuf| std::fs::read_to_string(path).unwrap();
    let names_in = |folder: &str, part: fn(&Path) -> Vec<String>| -> BTreeSet<String> {
        let entries = std::fs::read_dir(Path::new(ROOT).join(folder)).unwrap();
        entries.flat_map(|entry| part(&entry.unwrap().path())).collect()
    };
    let quoted = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap();
        let names = text.split("Parser { name: \"").skip(1);
        names.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let parsers = names_in("fuzz/src", quoted);
    assert!(parsers.len() > 40, "{parsers:?}");
    let targets = names_in("fuzz/fuzz_targets", |path| vec![path.file_stem().unwrap().to_str().unwrap().to_owned()]);
    assert_eq!(targets, parsers);
    let manifest: toml::Table = read(folder.join("Cargo.toml")).parse().unwrap();
    let bins = manifest["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap().to_owned());
    assert_eq!(bins.collect::<BTreeSet<_>>(), parsers);
    for name in &parsers {
        let target = read(folder.join(format!("fuzz_targets/{name}.rs")));
        assert!(target.contains(&format!("parser(\"{name}\")")), "{name}");
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
