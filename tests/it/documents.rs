//! Checks README.md, docs and ARCHITECTURE.md: commands run, paths exist, tables are complete.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use crate::program::Workplace;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A folder with the files that the documents use, made from the papers that ship with relata.
static SAMPLE: LazyLock<Workplace> = LazyLock::new(|| {
    let place = Workplace::with_landmarks();
    let export = |arguments: &[&str]| _ = place.run(&[&["export"], arguments].concat()).ok();
    export(&["-o", "library.bib"]);
    export(&["1706.03762", "1810.04805", "1409.0473", "-o", "reading-list.bib"]);
    export(&["1409.0473", "-o", "export.ris"]);
    let mut papers = zip::ZipWriter::new(std::fs::File::create(place.path("papers.zip")).unwrap());
    papers.start_file("reading-list.bib", zip::write::SimpleFileOptions::default()).unwrap();
    papers.write_all(&std::fs::read(place.path("reading-list.bib")).unwrap()).unwrap();
    papers.finish().unwrap();
    std::fs::create_dir(place.path("new-papers")).unwrap();
    std::fs::copy(place.path("reading-list.bib"), place.path("new-papers/list.bib")).unwrap();
    place.file("liste.csv", "Titel,Kurzfassung\nGehende Roboter,Ein Roboter mit vier Beinen lernt gehen.\n");
    place.file(
        "abstract.txt",
        "Attention for speech\n\nWe recognise speech with an encoder, a decoder and attention.\n",
    );
    place.file("draft.tex", "We translate with attention \\cite{vaswani2017attention}. Encoders read a sentence.\n\\bibliography{library}\n");
    place.file(
        "notes.md",
        "# Notes\n\nRecurrent networks translate sentences between languages [@bahdanau2015neural].\n",
    );
    place.file("questions.jsonl", "{\"id\": \"q1\", \"text\": \"machine translation with attention\"}\n");
    place.file("judgements.qrels", "q1 0 bahdanau2015neural 1\n");
    place
});

/// Returns the paths of README.md and of the pages in docs.
fn documents() -> Vec<PathBuf> {
    let pages = std::fs::read_dir(Path::new(ROOT).join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut documents: Vec<PathBuf> = pages.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    documents.push(Path::new(ROOT).join("README.md"));
    documents.sort();
    documents
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// Returns the contents of the fenced code blocks in `language`.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == format!("```{language}") {
            let indent = line.len() - line.trim_start().len();
            let block = lines.by_ref().take_while(|line| line.trim() != "```");
            blocks.push(block.map(|line| line.get(indent..).unwrap_or_default().to_owned() + "\n").collect());
        }
    }
    blocks
}

/// Copies the sample's files and library to a new place.
fn copy_of_sample() -> Workplace {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
            let to = to.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                copy(&entry.path(), &to)
            } else {
                _ = std::fs::copy(entry.path(), to).unwrap()
            }
        }
    }
    let place = Workplace::new();
    copy(&SAMPLE.path(""), &place.path(""));
    place
}

/// Runs code with a program such as `sh`, with `relata` in its `PATH`.
fn output(place: &Workplace, program: &str, code: &str) -> Output {
    let relata = Path::new(env!("CARGO_BIN_EXE_relata")).parent().unwrap();
    let path = std::env::join_paths(
        std::iter::once(relata.to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let mut command = Command::new(program);
    command.args(["-c", code]).current_dir(place.path("")).stdin(Stdio::null()).env("PATH", path.unwrap());
    command.env("RELATA_LIBRARY", place.library()).env_remove("RELATA_MODEL").env("NO_COLOR", "1");
    command.output().unwrap()
}

#[test]
fn every_command_in_the_documents_runs() {
    let mut commands = 0;
    for document in documents() {
        let place = copy_of_sample();
        for line in blocks(&read(&document), "sh").iter().flat_map(|block| block.lines()) {
            let output = output(&place, "sh", line);
            let stderr = String::from_utf8(output.stderr).unwrap();
            // With exit code 1, the command ran and found nothing.
            let ran = matches!(output.status.code(), Some(0 | 1));
            assert!(ran, "{}: {line}\n{stderr}", document.display());
            commands += 1;
        }
    }
    assert!(commands > 60, "{commands} commands");
}

#[test]
fn the_readme_shows_what_similar_prints() {
    let text = read(&Path::new(ROOT).join("README.md"));
    let [shown] = &blocks(&text, "text")[..] else { panic!("README.md has several outputs") };
    let printed = copy_of_sample().run(&["similar", "Attention Is All You Need", "-k", "1"]).ok().stdout;
    // The score may differ in its last digit from processor to processor.
    let score =
        |output: &str| output.split_whitespace().find_map(|word| word.parse::<f64>().ok().filter(|it| *it < 1.0));
    let without_score = |output: &str| {
        let words = output.split_whitespace().filter(|word| !word.starts_with("0."));
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without_score(shown), without_score(&printed));
    let (shown, printed) = (score(shown).unwrap(), score(&printed).unwrap());
    assert!((shown - printed).abs() < 0.002, "README.md has {shown}, similar prints {printed}");
}

#[test]
fn the_function_for_notebooks_works() {
    let text = read(&Path::new(ROOT).join("docs/notebooks.md"));
    let code = blocks(&text, "python").into_iter().next().unwrap();
    let output = output(&copy_of_sample(), "python3", &code);
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(stdout.lines().count() == 5 && stdout.contains("Neural Machine Translation"), "{stdout}{stderr}");
}

#[test]
fn the_ci_script_runs_the_cargo_commands_of_the_readme() {
    let script = read(&Path::new(ROOT).join(".ci/run"));
    let readme = read(&Path::new(ROOT).join("README.md"));
    let commands: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("    cargo ")).collect();
    assert!(commands.len() > 5, "{commands:?}");
    for command in commands {
        let example = command.strip_prefix("run --release --example ").map(|name| format!(" {name}"));
        let part = example.unwrap_or(format!("cargo {command}"));
        assert!(script.contains(&part), ".ci/run lacks {part}");
    }
}

#[test]
fn every_path_in_the_documents_exists() {
    let decisions = std::fs::read_dir(Path::new(ROOT).join("docs/decisions")).unwrap();
    let decisions = decisions.map(|entry| entry.unwrap().path());
    let front = ["ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| Path::new(ROOT).join(name));
    for document in documents().into_iter().chain(decisions).chain(front) {
        let (text, folder) = (read(&document), document.parent().unwrap());
        let document = document.display();
        let code = text.split('`').skip(1).step_by(2);
        let paths = code.filter(|code| code.contains('/') && !code.contains(['<', ' ', '*', '~', ':']));
        for path in paths {
            let known = ["", "src/", "docs/"].iter().any(|folder| Path::new(ROOT).join(folder).join(path).exists());
            assert!(known, "{document} names {path}");
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let is_outside = link.starts_with("http") || link.is_empty();
            assert!(is_outside || folder.join(link).exists(), "{document} links to {link}");
        }
    }
}

#[test]
fn every_dependency_has_a_documented_reason() {
    let reasons = read(&Path::new(ROOT).join("docs/decisions/018-dependencies.md"));
    let named: Vec<&str> = reasons
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|names| names.split(", "))
        .collect();
    let manifest: toml::Table = read(&Path::new(ROOT).join("Cargo.toml")).parse().unwrap();
    let tables = ["dependencies", "dev-dependencies"].map(|name| manifest[name].as_table().unwrap());
    let wanted: Vec<&String> = tables.iter().flat_map(|table| table.keys()).collect();
    for name in &wanted {
        assert!(named.contains(&name.as_str()), "no reason for {name}");
    }
    for name in named.iter().filter(|name| **name != "crate" && !name.starts_with('-')) {
        assert!(wanted.iter().any(|wanted| wanted == name), "{name} is gone from Cargo.toml");
    }
}

#[test]
fn the_front_pages_are_short() {
    for document in ["README.md", "ARCHITECTURE.md"] {
        let lines = read(&Path::new(ROOT).join(document)).lines().count();
        assert!(lines <= 150, "{document} has {lines} lines");
    }
}
