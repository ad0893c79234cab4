//! Runs the program as a user runs it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A temporary folder with its own library. The model is that of the user, and is fetched at its first use.
pub struct Workplace {
    folder: TempDir,
}

/// The result of a run.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Workplace {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Returns a place whose library has the papers of a file in JSON Lines.
    pub fn with(papers: impl AsRef<[u8]>) -> Self {
        let place = Self::new();
        place.run(&["add", &place.file("papers.jsonl", papers)]).ok();
        place
    }

    /// Returns a place whose library has the landmark papers that ship with relata.
    pub fn with_landmarks() -> Self {
        let place = Self::new();
        place.run(&["add", sample().to_str().unwrap()]).ok();
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn library(&self) -> PathBuf {
        self.path("library")
    }

    /// Writes a file and returns its path.
    pub fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, contents).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relata"));
        command.args(arguments).current_dir(self.folder.path()).env("RELATA_LIBRARY", self.library());
        command.env("NO_COLOR", "1").env("COLUMNS", "100").env_remove("RELATA_MODEL");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The program may stop reading early.
        let _ = child.stdin.take().unwrap().write_all(input);
        ran(child.wait_with_output().unwrap())
    }

    /// Runs with `--json` and parses the output.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--json"]].concat());
        let value: Value = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{}\n{}", ran.stdout, ran.stderr));
        assert_eq!(value["schema_version"], 1, "{arguments:?}");
        value
    }
}

pub fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Checks that the run failed with exit code 2, and that its message contains all of `parts`.
    #[track_caller]
    pub fn fails_saying(self, parts: &[&str]) -> Self {
        assert_eq!(self.code, Some(2), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is not in: {}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}

/// Returns a file in JSON Lines with papers of an id, a title and an abstract.
pub fn json_lines(papers: &[(&str, &str, &str)]) -> String {
    papers
        .iter()
        .map(|(id, title, text)| format!("{}\n", json!({ "id": id, "title": title, "abstract": text })))
        .collect()
}

/// Six papers on three subjects, two on each.
pub fn six_papers() -> String {
    json_lines(&[
        ("walk1", "Legged robots learn to walk", "A robot with four legs learns gaits by reinforcement learning."),
        ("fold1", "Predicting protein structure", "A neural network predicts how a protein folds from its sequence."),
        ("lang1", "Translating with attention", "An encoder and a decoder translate sentences between languages."),
        ("walk2", "Walking machines on rough ground", "Controllers for quadruped locomotion trained in simulation."),
        ("fold2", "Folding of amino acid chains", "We compute the three-dimensional shape of proteins."),
        ("lang2", "Neural machine translation", "Sentences in one language become sentences in another."),
    ])
}

/// The path of the papers that ship with relata.
pub fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/landmark-papers.jsonl")
}

pub fn ids(results: &Value) -> Vec<String> {
    let results = results["results"].as_array().unwrap();
    results.iter().map(|result| result["paper"]["id"].as_str().unwrap().to_owned()).collect()
}
