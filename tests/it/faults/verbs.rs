//! The commands that write to a library, each with a check of what it must leave after a failure.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use relata::engine::{
    AddRequest, Decision, EmbedOptions, Engine, ModelChoice, ModelStore, Opinion, OpinionRequest, Precision, Removal,
    Request, repair, restore, unobserved,
};
use relata::error::{Error, Result};
use relata::faults::{self, Operation};
use rusqlite::Connection;
use rusqlite::types::Value;

/// The files of a library, and those that the commands read.
pub struct Scene {
    folder: PathBuf,
    /// The folder in which the library was made; its files have the paths that the library knows.
    origin: PathBuf,
    model: Option<ModelChoice>,
}

/// A command that writes, by its name.
type Verb = (&'static str, fn(&Scene) -> Result<()>);

/// All commands that write to a library, and one that reads.
pub const VERBS: [Verb; 21] = [
    ("add", |scene| scene.add("new.jsonl")),
    ("add changed", |scene| scene.add("changed.jsonl")),
    ("add joining", |scene| scene.add("joining.jsonl")),
    ("remove", |scene| {
        scene.open()?.remove(&Removal::Papers(vec!["walk1".to_owned()]), false, &unobserved).map(|_| ())
    }),
    ("remove --source", |scene| {
        let file = scene.origin.join("first.jsonl").to_string_lossy().into_owned();
        scene.open()?.remove(&Removal::Source(file), false, &unobserved).map(|_| ())
    }),
    ("remove --undo", |scene| scene.open()?.undo_remove(&unobserved).map(|_| ())),
    ("duplicates --split", |scene| scene.decide(&Decision::Split { paper: "fold1".to_owned(), version: None })),
    ("duplicates --join", |scene| scene.decide(&Decision::Join("lang1".to_owned(), "lang2".to_owned()))),
    ("duplicates --undo", |scene| scene.open()?.undo_decision(&unobserved).map(|_| ())),
    ("like", |scene| scene.opinion("me", "lang1", Some(Opinion::Liked))),
    ("dislike", |scene| scene.opinion("you", "fold1", Some(Opinion::Disliked))),
    ("forget", |scene| scene.opinion("me", "walk2", None)),
    ("like --undo", |scene| scene.open()?.undo_opinion("me", Some(Opinion::Liked)).map(|_| ())),
    ("profile rename", |scene| scene.open()?.rename_profile("me", "us").map(|_| ())),
    ("profile remove", |scene| scene.open()?.remove_profile("me").map(|_| ())),
    ("profile remove --undo", |scene| scene.open()?.undo_remove_profile().map(|_| ())),
    ("seen", |scene| scene.open()?.mark_seen(&["lang2".to_owned()]).map(|_| ())),
    ("seen --clear", |scene| scene.open()?.clear_seen(&["walk2".to_owned()]).map(|_| ())),
    ("backup", |scene| scene.open()?.back_up(&scene.file("library/backup.db"), &unobserved).map(|_| ())),
    ("restore", |scene| restore(&scene.library(), &scene.file("earlier.db"), false, &unobserved).map(|_| ())),
    ("search", |scene| {
        scene.open()?.ask(&Request { anyway: true, ..Request::like(["walk2"]) }, &unobserved).map(|_| ())
    }),
];

/// A paper, and the papers that are found for it, each with its score.
type Found = (String, Vec<(String, f32)>);

/// How an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The disk reports an error, once.
    Error,
    /// The disk is full, from this operation on: nothing can be written any more.
    Full,
    /// Every operation fails from this one on, as if the process had been killed before it.
    Killed,
}

pub const FAULTS: [Fault; 3] = [Fault::Error, Fault::Full, Fault::Killed];

/// What was tried.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub tried: usize,
    /// Commands that did their work in spite of the fault.
    pub succeeded: usize,
    /// Commands that reported the fault.
    pub reported: usize,
}

impl Scene {
    /// Makes a library with a model, and the files for the commands, in `folder`.
    pub fn new(folder: &Path, model: Option<ModelChoice>) -> Self {
        let folder = folder.canonicalize().unwrap();
        let scene = Self { origin: folder.clone(), folder, model };
        let record = |id: &str, title: &str, text: &str, doi: &str| {
            let doi = if doi.is_empty() { String::new() } else { format!(r#","doi":"{doi}""#) };
            format!(r#"{{"id":"{id}","title":"{title}","abstract":"{text}"{doi}}}"#) + "\n"
        };
        let robots = "A robot with four legs learns gaits by reinforcement learning.";
        let folding = "A neural network predicts how a protein folds from its sequence.";
        let first = [
            record("walk1", "Legged robots learn to walk", robots, ""),
            record("fold1", "Predicting protein structure", folding, "10.1234/fold"),
            record("lang1", "Translating with attention", "An encoder and a decoder translate sentences.", ""),
            record("walk2", "Walking machines on rough ground", "Controllers trained in simulation.", ""),
            record("lang2", "Neural machine translation", "Sentences in one language become others.", ""),
        ];
        let joined = record("fold2", "Predicting protein structure", &folding.repeat(2), "10.1234/fold");
        let gone = record("gone", "A paper that was removed", "It was removed.", "");
        let changed = [record("walk1", "Legged robots learn to walk", "They fall often, and stand up again.", "")];
        let new = [
            record("bees", "The dance of bees", "Bees dance to show where flowers are.", ""),
            record("star", "The light of stars", &"A telescope measures light. ".repeat(400), ""),
        ];
        let joining =
            [record("lang3", "Translating with attention", "An encoder and a decoder translate.", "10.1234/l")];
        for (name, text) in [
            ("first.jsonl", first.concat()),
            ("second.jsonl", joined + &gone),
            ("changed.jsonl", changed.concat()),
            ("new.jsonl", new.concat()),
            ("joining.jsonl", joining.concat()),
        ] {
            std::fs::write(scene.file(name), text).unwrap();
        }
        scene.prepare().unwrap();
        scene
    }

    fn prepare(&self) -> Result<()> {
        std::fs::create_dir_all(self.library()).unwrap();
        self.add("first.jsonl")?;
        self.open()?.back_up(&self.file("earlier.db"), &unobserved)?;
        self.add("second.jsonl")?;
        let engine = self.open()?;
        engine.remove(&Removal::Papers(vec!["gone".to_owned()]), false, &unobserved)?;
        engine.decide(&Decision::Join("walk1".to_owned(), "walk2".to_owned()), &unobserved)?;
        engine.decide(&Decision::Split { paper: "walk1".to_owned(), version: None }, &unobserved)?;
        drop(engine);
        self.opinion("me", "walk1", Some(Opinion::Liked))?;
        self.opinion("me", "walk2", Some(Opinion::Liked))?;
        self.opinion("old", "walk2", Some(Opinion::Liked))?;
        self.open()?.remove_profile("old")?;
        self.open()?.mark_seen(&["walk2".to_owned()])?;
        Ok(())
    }

    /// The options that choose the model.
    pub fn model_arguments(&self) -> Vec<PathBuf> {
        match &self.model {
            Some(ModelChoice::Folder(folder)) => vec!["--model".into(), folder.clone()],
            _ => Vec::new(),
        }
    }

    pub fn library(&self) -> PathBuf {
        self.file("library")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn open(&self) -> Result<Engine> {
        let options = EmbedOptions { precision: Precision::F32, kernels: None };
        Engine::open_or_create(&self.library(), ModelStore::from_env()?, self.model.clone(), options)
    }

    fn add(&self, file: &str) -> Result<()> {
        let summary = self.open()?.add(&AddRequest::of([self.file(file)]), &unobserved)?;
        assert_eq!(summary.unread, 0);
        Ok(())
    }

    fn decide(&self, decision: &Decision) -> Result<()> {
        self.open()?.decide(decision, &unobserved).map(|_| ())
    }

    fn opinion(&self, profile: &str, paper: &str, opinion: Option<Opinion>) -> Result<()> {
        let request = OpinionRequest { profile: profile.to_owned(), papers: vec![paper.to_owned()], opinion };
        self.open()?.set_opinion(&request).map(|_| ())
    }

    /// Copies the library to another folder, where a command can change it.
    pub fn copied(&self, folder: &Path) -> Self {
        let (folder, origin) = (folder.canonicalize().unwrap(), self.origin.clone());
        let copy = Self { folder, origin, model: self.model.clone() };
        copy_folder(&self.folder, &copy.folder);
        copy
    }

    /// What the library contains, without times and random names.
    pub fn contents(&self) -> BTreeMap<&'static str, Vec<Vec<Value>>> {
        let database = Connection::open(self.library().join("papers.db")).unwrap();
        let of = |sql: &str| {
            let mut statement = database.prepare(sql).unwrap();
            let width = statement.column_count();
            let rows = statement.query_map([], |row| (0..width).map(|at| row.get(at)).collect());
            rows.unwrap().collect::<rusqlite::Result<Vec<_>>>().unwrap()
        };
        // A restored library has the same files under another path.
        [
            ("papers", "SELECT number, id, record, removal FROM papers ORDER BY number"),
            ("versions", "SELECT number, paper, line, id, record, alone, removal FROM versions ORDER BY number"),
            ("decisions", "SELECT number, a, b, together FROM decisions ORDER BY 1, 2, 3"),
            ("profiles", "SELECT number, name, removal FROM profiles ORDER BY 1"),
            ("opinions", "SELECT number, profile, version, opinion FROM opinions ORDER BY 1, 2, 3"),
            ("seen", "SELECT number, version, profile FROM seen ORDER BY 1, 2, 3"),
        ]
        .map(|(table, sql)| (table, of(sql)))
        .into()
    }

    /// Checks the database completely.
    pub fn check(&self) -> Result<()> {
        self.open()?.info(true, &unobserved).map(|_| ())
    }

    /// Checks that the library opens and is sound, and that no cache changes an answer.
    pub fn assert_sound(&self, context: &str) {
        self.check().unwrap_or_else(|error| panic!("{context}: {}", error.with_causes()));
        let bare = tempfile::tempdir().unwrap();
        let bare = self.copied(bare.path());
        std::fs::remove_dir_all(bare.library().join("cache")).ok();
        let answers =
            |scene: &Self| scene.answers().unwrap_or_else(|error| panic!("{context}: {}", error.with_causes()));
        assert_eq!(answers(self), answers(&bare), "{context}");
    }

    /// The papers that are found for each paper, with their scores.
    pub fn answers(&self) -> Result<Vec<Found>> {
        let engine = self.open()?;
        let papers = engine.library()?.list(0, 100)?;
        let answers = papers.into_iter().map(|listed| listed.paper.id.to_string()).map(|id| {
            let answer = engine.ask(&Request { anyway: true, ..Request::like([&id]) }, &unobserved)?;
            Ok((id, answer.results.iter().map(|found| (found.paper.id.to_string(), found.score)).collect()))
        });
        answers.collect()
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let (from, to) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        if from.is_dir() {
            std::fs::create_dir_all(&to).unwrap();
            copy_folder(&from, &to);
        } else {
            std::fs::copy(from, to).unwrap();
        }
    }
}

/// The number of operations of a command, and what it leaves without a fault.
pub fn measure(scene: &Scene, (name, run): Verb) -> (usize, BTreeMap<&'static str, Vec<Vec<Value>>>) {
    let folder = tempfile::tempdir().unwrap();
    let copy = scene.copied(folder.path());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let injection = faults::inject(&copy.library(), move |_, _| {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok(())
    });
    run(&copy).unwrap_or_else(|error| panic!("{name}: {}", error.with_causes()));
    drop(injection);
    (count.load(Ordering::SeqCst), copy.contents())
}

/// Runs a command in a copy of the library, lets its operation number `at` fail, and checks that nothing is lost and
/// nothing is wrong.
pub fn try_fault(
    scene: &Scene,
    (name, run): Verb,
    (fault, at): (Fault, usize),
    after: &BTreeMap<&'static str, Vec<Vec<Value>>>,
    tally: &mut Tally,
) {
    let context = format!("{name}, {fault:?} at operation {at}");
    let folder = tempfile::tempdir().unwrap();
    let copy = scene.copied(folder.path());
    let before = copy.contents();
    let count = AtomicUsize::new(0);
    let injection = faults::inject(&copy.library(), move |operation, _| {
        let now = count.fetch_add(1, Ordering::SeqCst);
        let writes = !matches!(operation, Operation::Read | Operation::Open | Operation::Remove | Operation::Rename);
        let fails = match fault {
            Fault::Error => now == at,
            Fault::Full => now >= at && writes,
            Fault::Killed => now >= at,
        };
        match fault {
            _ if !fails => Ok(()),
            Fault::Full => Err(std::io::ErrorKind::StorageFull.into()),
            _ => Err(std::io::Error::other("injected")),
        }
    });
    let ran = catch_unwind(AssertUnwindSafe(|| run(&copy)));
    drop(injection);
    let ran = ran.unwrap_or_else(|_| panic!("{context}: it panicked"));
    tally.tried += 1;
    match &ran {
        Ok(()) => tally.succeeded += 1,
        Err(error) => {
            tally.reported += 1;
            let said = error.with_causes();
            assert!(!matches!(error, Error::Database { .. }), "{context}: {said}");
            assert!(!said.contains("error code") && said.len() > 20, "{context}: {said}");
        }
    }
    // It has either all of the change or nothing of it.
    copy.assert_sound(&context);
    let now = copy.contents();
    match ran {
        Ok(()) => assert!(now == *after, "{context}: the change is not stored"),
        Err(_) => assert!(now == before || now == *after, "{context}: half of the change is stored"),
    }
    // The command can be run again, and then nothing is left of the failure.
    if now == before && *after != before {
        run(&copy).unwrap_or_else(|error| panic!("{context}, again: {}", error.with_causes()));
        assert!(copy.contents() == *after, "{context}: the second run stored something else");
    }
    copy.add("first.jsonl").unwrap();
    for entry in std::fs::read_dir(copy.library().join("cache")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with('.'), "{context}: {name} is left");
    }
}

/// Repairs a damaged library while operations fail.
pub fn try_fault_of_repair(scene: &Scene, (fault, at): (Fault, usize), tally: &mut Tally) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let copy = scene.copied(folder.path());
    let database = copy.library().join("papers.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let end = bytes.len() - 2 * 4096;
    bytes[end..end + 4096].fill(7);
    std::fs::write(&database, &bytes).unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let injection = faults::inject(&copy.library(), move |_, _| {
        let now = counter.fetch_add(1, Ordering::SeqCst);
        let fails = if fault == Fault::Killed { now >= at } else { now == at };
        if fails { Err(std::io::Error::other("injected")) } else { Ok(()) }
    });
    let ran = repair(&copy.library(), &unobserved);
    drop(injection);
    tally.tried += 1;
    match ran {
        Ok(_) => {
            tally.succeeded += 1;
            copy.open().unwrap().info(true, &unobserved).unwrap();
        }
        Err(error) => {
            tally.reported += 1;
            let is_unchanged = std::fs::read(&database).is_ok_and(|now| now == bytes);
            let is_sound = || copy.open().is_ok_and(|engine| engine.info(true, &unobserved).is_ok());
            assert!(is_unchanged || is_sound(), "repair, {fault:?} at {at}: {}", error.with_causes());
            repair(&copy.library(), &unobserved).unwrap();
        }
    }
    count.load(Ordering::SeqCst) > at
}
