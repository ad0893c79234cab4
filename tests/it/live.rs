//! One engine used by many threads while other processes write.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{AddRequest, Answer, Decision, Engine, Ranker, Removal, Request, unobserved};
use relata::library::{KnownVersions, Library};
use relata::paper::Record;

use crate::program::{Workplace, json_lines};

/// Subjects, each with several papers.
const SUBJECTS: [(&str, &str); 5] = [
    ("walk", "legged robots learn to walk over rough ground by reinforcement learning"),
    ("fold", "a neural network predicts how proteins fold from their sequence"),
    ("lang", "sentences are translated between languages by attention"),
    ("bees", "honey bees dance to tell the hive where flowers are"),
    ("star", "a telescope measures the light of distant stars and their planets"),
];

/// Returns id, title and abstract of paper number `n`.
fn paper(n: usize) -> (String, String, String) {
    let (subject, text) = SUBJECTS[n % SUBJECTS.len()];
    let title = format!("{subject} study number {n}");
    (format!("{subject}{n}"), title, format!("We report experiment {n}: {text}. Measurement {n} agrees."))
}

fn lines(papers: &[(String, String, String)]) -> String {
    json_lines(&papers.iter().map(|(id, title, text)| (&**id, &**title, &**text)).collect::<Vec<_>>())
}

fn open(library: &Path) -> Engine {
    Engine::open_or_create(library, ModelStore::from_env().unwrap(), None, EmbedOptions::default()).unwrap()
}

fn found(answer: &Answer) -> Vec<String> {
    answer.results.iter().map(|found| found.paper.id.to_string()).collect()
}

#[test]
fn an_engine_is_shared_by_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Engine>();
}

/// The texts of one paper, one after the other. No two of them are similar.
const TEXTS: [&str; 4] = [
    "The gait of a robot dog that walks on rubble.",
    "Bread is baked from flour, water and salt in a hot oven.",
    "Stock prices follow the interest rates of central banks.",
    "Violins of old masters owe their sound to the wood.",
];

#[test]
fn eight_threads_ask_while_another_process_writes() {
    let papers: Vec<_> = (0..60).map(paper).collect();
    let place = Workplace::with(lines(&papers));
    let engine = open(&place.library());
    let changing = |text: &str| place.file("dog.jsonl", json_lines(&[("dog", "A changing paper", text)]));
    place.run(&["add", &changing(TEXTS[0])]).ok();
    let by_gait = Request { top_k: Some(70), anyway: true, ..Request::about("robots that walk") };
    // Returns which text the changing paper has in an answer, and the similarity of its vector to the query.
    let seen = |answer: &Answer| {
        let dog = answer.results.iter().find(|found| found.paper.id.as_str() == "dog")?;
        let text = dog.paper.abstract_text.as_deref();
        Some((TEXTS.iter().position(|known| Some(*known) == text).unwrap(), dog.similarity))
    };
    let mut similarities = vec![seen(&engine.ask(&by_gait, &unobserved).unwrap()).unwrap().1];
    // Removed papers, with the time after which they must not be found.
    let removed: Mutex<HashMap<String, Instant>> = Mutex::default();
    let observed: Mutex<Vec<(usize, f32)>> = Mutex::default();
    let (stop, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        // Stops the threads even if this one panics. The scope waits for them.
        let ending = Stop(&stop);
        for thread in 0..8 {
            let (engine, removed, stop, answers, by_gait) = (&engine, &removed, &stop, &answers, &by_gait);
            let (observed, seen) = (&observed, &seen);
            scope.spawn(move || {
                let mut round = thread;
                while !stop.load(Ordering::Relaxed) {
                    round += 1;
                    // Papers 0 to 19 are never removed.
                    let seed = paper(round % 20).0;
                    let request = match round % 3 {
                        0 => by_gait.clone(),
                        1 => Request { top_k: Some(70), anyway: true, ..Request::like([seed]) },
                        _ => Request { explain: true, anyway: true, ..Request::like([seed]) },
                    };
                    let asked_at = Instant::now();
                    let answer = engine.ask(&request, &unobserved).unwrap_or_else(|error| panic!("{error:?}"));
                    answers.fetch_add(1, Ordering::Relaxed);
                    let removed = removed.lock().unwrap();
                    for id in found(&answer) {
                        let gone = removed.get(&id);
                        assert!(gone.is_none_or(|gone| *gone > asked_at), "{id} was removed before this was asked");
                    }
                    drop(removed);
                    if round % 3 == 0 {
                        observed.lock().unwrap().extend(seen(&answer));
                    }
                }
            });
        }
        let gone = |ids: &[&str], is_gone: bool| {
            let mut removed = removed.lock().unwrap();
            for id in ids {
                match is_gone {
                    true => removed.insert((*id).to_owned(), Instant::now()),
                    false => removed.remove(*id),
                };
            }
        };
        let (a, b, c, d) = (paper(21).0, paper(22).0, paper(31).0, paper(32).0);
        for (round, text) in TEXTS.iter().enumerate().skip(1) {
            let more: Vec<_> = (100 + 10 * round..110 + 10 * round).map(paper).collect();
            place.run(&["add", &place.file("more.jsonl", lines(&more))]).ok();
            std::thread::sleep(Duration::from_secs(1));
            let last = &more[9];
            let request = Request { top_k: Some(100), anyway: true, ..Request::about(last.1.clone()) };
            let answer = engine.ask(&request, &unobserved).unwrap();
            assert!(found(&answer).contains(&last.0), "{} was added a second ago: {:?}", last.0, found(&answer));
            place.run(&["remove", &a, &b]).ok();
            gone(&[&a, &b], true);
            place.run(&["add", &changing(text)]).ok();
            let (place_of_text, similarity) = seen(&engine.ask(&by_gait, &unobserved).unwrap()).unwrap();
            assert_eq!(place_of_text, round, "a changed text is found at once");
            similarities.push(similarity);
            place.run(&["duplicates", "--join", &c, &d]).ok();
            gone(&[&d], true);
            // This is done before the removal is undone, because the papers may then be found at once.
            gone(&[&a, &b], false);
            place.run(&["remove", "--undo"]).ok();
            gone(&[&d], false);
            place.run(&["duplicates", "--undo"]).ok();
        }
        drop(ending);
    });
    assert!(answers.into_inner() > 50);
    // Until a new text is embedded, the paper has the vector of the text before. No text has the vector of a later one.
    let is_of = |similarity: f32, text: usize| (similarity - similarities[text]).abs() < 1e-4;
    for (text, similarity) in observed.into_inner().unwrap() {
        let may_be = is_of(similarity, text) || text > 0 && is_of(similarity, text - 1);
        assert!(may_be, "{:?} at {similarity}: {similarities:?}", TEXTS[text]);
    }
}

/// Stops the other threads when it is dropped.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Copies a library without its indexes.
fn copy(library: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["papers.db", "papers.db-wal"] {
        if library.join(name).exists() {
            std::fs::copy(library.join(name), copy.path().join(name)).unwrap();
        }
    }
    copy
}

/// A step of the test.
#[derive(Debug, Clone)]
enum Step {
    /// Adds a paper with one of two texts, through the tested engine if `true` and else through the other engine.
    Add(usize, usize, bool),
    Remove(usize),
    UndoRemove,
    Join(usize, usize),
    UndoDecision,
    /// Asks for papers like a paper. If `true`, only terms count.
    Ask(usize, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let n = || 0usize..12;
    prop_oneof![
        3 => (n(), 0usize..2, any::<bool>()).prop_map(|(n, text, here)| Step::Add(n, text, here)),
        1 => n().prop_map(Step::Remove),
        1 => Just(Step::UndoRemove),
        1 => (n(), n()).prop_map(|(a, b)| Step::Join(a, b)),
        1 => Just(Step::UndoDecision),
        4 => (n(), any::<bool>()).prop_map(|(n, lexical)| Step::Ask(n, lexical)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// After any sequence of writes by both engines, an answer is the same as that of an engine that is opened on the
    /// same state.
    #[test]
    fn an_open_engine_answers_like_a_new_one(steps in prop::collection::vec(step(), 8..24)) {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("library");
        let engine = open(&library);
        let file = |n: usize, text: usize| -> PathBuf {
            let (id, title, body) = paper(n);
            let body = if text == 0 { body } else { format!("{body} {}", paper(n + 1).2) };
            let path = folder.path().join(format!("{n}-{text}.jsonl"));
            std::fs::write(&path, lines(&[(id, title, body)])).unwrap();
            path
        };
        engine.add(&AddRequest::of((0..8).map(|n| file(n, 0))), &unobserved).unwrap();
        // A second engine, which writes to the library like another process.
        let other = open(&library);
        let mut states = HashMap::new();
        let state = || engine.library().unwrap().state().unwrap().state;
        for step in steps {
            states.entry(state()).or_insert_with(|| copy(&library));
            let number = |n: usize| engine.library().unwrap().find_whole(&paper(n).0).ok().map(|listed| listed.number);
            match step {
                Step::Add(n, text, here) => {
                    let writer = if here { &engine } else { &other };
                    writer.add(&AddRequest::of([file(n, text)]), &unobserved).unwrap();
                }
                Step::Remove(n) => {
                    if number(n).is_some() {
                        other.remove(&Removal::Papers(vec![paper(n).0]), false, &unobserved).unwrap();
                    }
                }
                Step::UndoRemove => drop(other.undo_remove(&unobserved).unwrap()),
                Step::Join(a, b) => {
                    if let (Some(first), Some(second)) = (number(a), number(b)) && first != second {
                        other.decide(&Decision::Join(paper(a).0, paper(b).0), &unobserved).unwrap();
                    }
                }
                Step::UndoDecision => drop(other.undo_decision(&unobserved).unwrap()),
                Step::Ask(n, lexical) => {
                    let ranker = if lexical { Ranker::Lexical } else { Ranker::Hybrid };
                    let request = Request {
                        ranker, top_k: Some(20), anyway: true, explain: true, ..Request::like([paper(n).0])
                    };
                    let answer = engine.ask(&request, &unobserved);
                    let searched = answer.as_ref().ok().and_then(|answer| answer.state.clone()).unwrap_or_else(state);
                    // The answer may be from an earlier state, without the newest papers.
                    let Some(copied) = states.get(&searched) else { continue };
                    let anew = open(copied.path()).ask(&request, &unobserved);
                    match (answer, anew) {
                        (Ok(answer), Ok(anew)) => prop_assert_eq!(answer, anew),
                        (answer, anew) => {
                            prop_assert_eq!(answer.map_err(|error| error.to_string()), anew.map_err(|error| error.to_string()));
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn the_next_question_sees_that_a_library_was_replaced_restored_or_deleted() {
    let first = Workplace::with(lines(&(0..10).map(paper).collect::<Vec<_>>()));
    let second = Workplace::with(lines(&(10..20).map(paper).collect::<Vec<_>>()));
    let database = first.library().join("papers.db");
    let backup = first.path("backup.db");
    std::fs::copy(&database, &backup).unwrap();
    let engine = open(&first.library());
    let ask = |n: usize| engine.ask(&Request { anyway: true, ..Request::like([paper(n).0]) }, &unobserved);
    assert!(ask(0).is_ok());
    // Another file replaces the database.
    std::fs::copy(second.library().join("papers.db"), first.path("other.db")).unwrap();
    std::fs::rename(first.path("other.db"), &database).unwrap();
    assert!(ask(0).unwrap_err().to_string().contains("matches \"walk0\""));
    let answer = ask(10).unwrap();
    assert!(!answer.results.is_empty());
    assert!(found(&answer).iter().all(|id| (10..20).any(|n| paper(n).0 == *id)), "{:?}", found(&answer));
    // A backup is written into the same file.
    let bytes = std::fs::read(&backup).unwrap();
    std::fs::write(&database, bytes).unwrap();
    assert!(ask(10).unwrap_err().to_string().contains("no paper matches"));
    let answer = ask(0).unwrap();
    assert!(!answer.results.is_empty());
    assert!(found(&answer).iter().all(|id| (0..10).any(|n| paper(n).0 == *id)));
    // The database is deleted and restored.
    std::fs::remove_file(&database).unwrap();
    assert!(ask(0).unwrap_err().to_string().contains("no library in"));
    std::fs::copy(&backup, &database).unwrap();
    assert!(ask(0).is_ok());
    // The engine has not written to the folder of caches: the folder still has only the three caches of `add`.
    let entries = std::fs::read_dir(first.library().join("cache")).unwrap();
    assert_eq!(entries.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count(), 3);
}

#[test]
fn every_question_sees_the_present_profile() {
    let place = Workplace::with(lines(&(0..10).map(paper).collect::<Vec<_>>()));
    let engine = open(&place.library());
    let request = Request { profile: Some("default".to_owned()), anyway: true, ..Request::default() };
    assert!(engine.ask(&request, &unobserved).unwrap_err().to_string().contains("no profile"));
    place.run(&["like", &paper(0).0]).ok();
    assert_eq!(engine.ask(&request, &unobserved).unwrap().query.papers.len(), 1);
    place.run(&["like", &paper(1).0]).ok();
    assert_eq!(engine.ask(&request, &unobserved).unwrap().query.papers.len(), 2);
}

#[test]
fn a_snapshot_does_not_see_later_changes() {
    let place = Workplace::with(lines(&(0..10).map(paper).collect::<Vec<_>>()));
    let (engine, other) = (open(&place.library()), open(&place.library()));
    let snapshot = engine.snapshot(&unobserved).unwrap();
    let request = Request { anyway: true, explain: true, ..Request::like([paper(0).0]) };
    let before = snapshot.ask(&request).unwrap();
    other.remove(&Removal::Papers(vec![paper(5).0]), false, &unobserved).unwrap();
    assert_eq!((snapshot.library().count().unwrap(), other.library().unwrap().count().unwrap()), (10, 9));
    assert_eq!(snapshot.ask(&request).unwrap(), before, "paper 5 is still in the results");
    drop(snapshot);
    assert!(!found(&engine.ask(&request, &unobserved).unwrap()).contains(&paper(5).0));
}

#[test]
fn a_question_about_a_new_paper_uses_a_state_with_this_paper() {
    let place = Workplace::with(lines(&(0..10).map(paper).collect::<Vec<_>>()));
    let (engine, other) = (open(&place.library()), open(&place.library()));
    engine.ask(&Request::like([paper(0).0]), &unobserved).unwrap();
    other.add(&AddRequest::of([place.file("more.jsonl", lines(&[paper(10)])).into()]), &unobserved).unwrap();
    let answer = engine.ask(&Request::like([paper(10).0]), &unobserved).unwrap();
    assert_eq!(answer.state, Some(engine.library().unwrap().state().unwrap().state));
}

/// The library is between the two commits of an `add`: a paper has a new text, but still its old vector.
#[test]
fn a_new_text_is_found_by_its_words_before_it_is_embedded() {
    let place = Workplace::with(lines(&(0..10).map(paper).collect::<Vec<_>>()));
    let engine = open(&place.library());
    let request = Request { anyway: true, ..Request::about("violins") };
    engine.ask(&request, &unobserved).unwrap();
    let mut library = Library::open(&place.library()).unwrap();
    let lock = library.lock().unwrap();
    let (id, title, _) = paper(3);
    let abstract_text = "Violins of old masters owe their sound to the wood.".to_owned();
    let changed = Record { id, title, abstract_text, ..Record::default() }.into_paper().unwrap();
    let source = library.sources().unwrap()[0].name.clone();
    library.add_records(&lock, &source, &[(changed, 4)], true, &mut KnownVersions::default()).unwrap();
    drop((library, lock));
    let answer = engine.ask(&request, &unobserved).unwrap();
    assert_eq!(found(&answer)[0], paper(3).0, "found by its words");
    let copied = copy(&place.library());
    assert_eq!(answer, open(copied.path()).ask(&request, &unobserved).unwrap());
}
