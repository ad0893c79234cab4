//! `add`: read, store, embed, index. Each step leaves a library that opens; what one run did not finish, the next does.

use std::path::{Path, PathBuf};

use crate::embed::Side;
use crate::formats::{self, Format, Item, Place};
use crate::library::{Library, Outcome, STANDARD_INPUT, Seen, WriteLock};
use crate::paper::Paper;
use crate::recommender::{Event, Observer, Recommender};
use crate::vector::{Embedded, Precision};
use crate::{Error, Result};

/// Papers stored in one transaction: few enough that a killed process loses a moment's work, many enough that committing
/// takes a small part of the time.
const PAPERS_PER_TRANSACTION: usize = 1000;

/// Papers embedded between two transactions. Sorting by length evens out their batches, so not too few; a killed process
/// loses at most so many, so not too many.
const PAPERS_PER_WINDOW: usize = 128;

/// How to add.
#[derive(Debug, Clone, Default)]
pub struct AddOptions {
    /// Read every file in this format, whatever it looks like.
    pub format: Option<Format>,
    /// Read and report, and store nothing.
    pub dry_run: bool,
}

/// A record or a file that was not taken, or not as it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Skipped {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: String,
}

/// What `add` did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AddSummary {
    /// Papers that are new.
    pub added: u64,
    /// Papers whose record has changed.
    pub updated: u64,
    /// Papers that were known as they are.
    pub unchanged: u64,
    /// Papers among the added and updated that have no abstract, and are compared by their title alone.
    pub without_abstract: u64,
    /// Vectors made; in a dry run, those that would be.
    pub embedded: u64,
    /// What was not taken.
    pub skipped: Vec<Skipped>,
    /// What was taken, but under another id.
    pub renamed: Vec<Skipped>,
    /// Files that could not be read at all, with the reason.
    pub unreadable: Vec<(PathBuf, String)>,
}

impl Recommender {
    /// Adds the papers of `files` (`-` is standard input): reads and stores them all, then embeds what has no vector
    /// yet, then brings the index up to date. Papers left unembedded by a run that was interrupted are embedded too,
    /// and those that an older version embedded without their sentences.
    ///
    /// A file that cannot be read does not stop the others.
    pub fn add(&mut self, files: &[PathBuf], options: &AddOptions, observer: Observer) -> Result<AddSummary> {
        let lock = self.library.lock()?;
        if let (Some(_), Some(_)) = (&self.model, self.library.model()?) {
            // A model named for a library that has another fails here, before anything is stored.
            self.embedder(observer)?;
        }
        let mut summary = AddSummary::default();
        let mut scratch = if options.dry_run { Some(self.library.scratch()?) } else { None };
        for file in files {
            let mut reader = FileReader {
                library: scratch.as_mut().unwrap_or(&mut self.library),
                lock: &lock,
                source: source_name(file),
                seen: Seen::default(),
                waiting: Vec::new(),
                read: 0,
                summary: &mut summary,
            };
            match reader.read(file, options.format, observer) {
                Ok(()) => {}
                Err(error @ (Error::Input { .. } | Error::Io { .. })) => {
                    summary.unreadable.push((file.clone(), with_causes(&error)));
                }
                Err(error) => return Err(error),
            }
        }
        match scratch {
            Some(scratch) => summary.embedded = scratch.count_pending()?,
            None => {
                summary.embedded = self.embed_pending(&lock, observer)?;
                self.update_index(observer)?;
            }
        }
        Ok(summary)
    }

    fn embed_pending(&mut self, lock: &WriteLock, observer: Observer) -> Result<u64> {
        let total = self.library.count_pending()?;
        if total == 0 {
            return Ok(0);
        }
        let again = total.saturating_sub(self.library.count_without_vector()?);
        if again > 0 {
            observer(Event::Notice(format!(
                "an older relata made no vectors of sentences; papers that it embedded are embedded again: {again}"
            )));
        }
        self.embedder(observer)?;
        let (mut done, mut last) = (0, 0);
        observer(Event::Embedding { done, total });
        loop {
            let papers = self.library.pending(last, PAPERS_PER_WINDOW)?;
            let Some(newest) = papers.last() else { return Ok(done) };
            last = newest.number;
            let texts: Vec<&str> = papers.iter().map(|paper| paper.text.as_str()).collect();
            let embedder = self.embedder(observer)?;
            let in_window = std::sync::atomic::AtomicU64::new(done);
            let embeddings = embedder.embed(&texts, Side::Paper, &|more| {
                let done = in_window.fetch_add(more as u64, std::sync::atomic::Ordering::Relaxed) + more as u64;
                observer(Event::Embedding { done, total });
            })?;
            let identity = embedder.identity().clone();
            // The encoder computes in f32 and makes no sentence vectors yet.
            let embedded: Vec<Embedded> =
                embeddings.into_iter().map(|vector| Embedded { vector, sentences: Vec::new() }).collect();
            self.library.store_vectors(lock, &identity, Precision::F32, &papers, &embedded)?;
            done += papers.len() as u64;
        }
    }
}

struct FileReader<'a> {
    library: &'a mut Library,
    lock: &'a WriteLock,
    source: String,
    seen: Seen,
    waiting: Vec<(Paper, Place)>,
    read: u64,
    summary: &'a mut AddSummary,
}

impl FileReader<'_> {
    fn read(&mut self, file: &Path, format: Option<Format>, observer: Observer) -> Result<()> {
        let read = formats::read(file, format, &mut |item| {
            match item {
                Item::Problem(problem) => {
                    self.summary.skipped.push(Skipped { place: problem.place, reason: problem.reason });
                }
                Item::Paper { paper, place } => {
                    self.waiting.push((*paper, place));
                    self.read += 1;
                    if self.waiting.len() == PAPERS_PER_TRANSACTION {
                        self.store()?;
                        observer(Event::Reading { file, papers: self.read });
                    }
                }
            }
            Ok(())
        });
        // What stood before the place where a file breaks off is kept.
        self.store()?;
        observer(Event::Reading { file, papers: self.read });
        read.map(|_| ())
    }

    fn store(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let (papers, places): (Vec<(Paper, u64)>, Vec<Place>) =
            waiting.into_iter().map(|(paper, place)| ((paper, place.line), place)).unzip();
        let outcomes = self.library.take_in(self.lock, &self.source, &papers, &mut self.seen)?;
        let summary = &mut *self.summary;
        for (((paper, _), place), outcome) in papers.into_iter().zip(places).zip(outcomes) {
            let changed = !matches!(outcome, Outcome::Unchanged | Outcome::Repeated { .. });
            summary.without_abstract += u64::from(changed && paper.abstract_text.is_none());
            match outcome {
                Outcome::Added => summary.added += 1,
                Outcome::Updated => summary.updated += 1,
                Outcome::Unchanged => summary.unchanged += 1,
                Outcome::AddedAs { id, taken_by } => {
                    summary.added += 1;
                    let reason = format!("the id {:?} already names {taken_by:?}; added as {id}", paper.id.as_str());
                    summary.renamed.push(Skipped { place, reason });
                }
                Outcome::Repeated { first_line, shared } => {
                    let reason = format!(
                        "{shared:?} was used at line {first_line} with another text; that one is kept. Give this paper \
                         an id of its own if it is another"
                    );
                    summary.skipped.push(Skipped { place, reason });
                }
            }
        }
        Ok(())
    }
}

/// What a file is known by in the library: its full path, however it was named.
pub fn source_name(file: &Path) -> String {
    if file.as_os_str() == STANDARD_INPUT {
        return STANDARD_INPUT.to_owned();
    }
    file.canonicalize().unwrap_or_else(|_| file.to_owned()).display().to_string()
}

/// An error and what caused it, in one line.
fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
