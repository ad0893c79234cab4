//! `add`: read, store, embed, index. Each step leaves a library that opens; what one run did not finish, the next does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::embed::{Embedder, Side, TEXTS_PER_TASK, Work};
use crate::engine::event::{Event, Observer};
use crate::engine::shared::Engine;
use crate::engine::summary::{AddSummary, Skipped};
use crate::engine::writer::Writer;
use crate::formats::{self, Contents, FieldMap, Item, Notice, Place, ReadOptions};
use crate::library::{Library, PaperNumber, Pending, STANDARD_INPUT, Seen, WriteLock};
use crate::paper::Paper;
use crate::vector::Embedded;
use crate::{Error, Result};

/// Papers stored in one transaction: few enough that a killed process loses a moment's work, many enough that
/// committing takes a small part of the time.
const PAPERS_PER_TRANSACTION: usize = 1000;

/// Embedded papers stored in one transaction, at least. A killed process loses these and what the workers have under
/// way, two tasks each.
const PAPERS_PER_WINDOW: usize = 128;

const EMPTY_FOLDER: &str = "is a folder without files to read; those that are hidden or that a program is not done with \
                            (.part, .tmp, .bak, ~) are left out";

/// Which files to add, and how.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddRequest {
    /// Files and folders; `-` is standard input. Without any, what waits to be embedded is embedded.
    pub files: Vec<PathBuf>,
    /// The name of the format of every file; without it, each is recognised by its content.
    pub format: Option<String>,
    /// Which column of a table, or field of JSON, holds what: `title=Titel`.
    pub map: Vec<String>,
    /// Read and report, and store nothing.
    pub dry_run: bool,
    /// Keep every record that is new apart from all others, now and later, whatever they share.
    pub no_merge: bool,
}

impl AddRequest {
    /// The papers of some files, as they are.
    pub fn of(files: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { files: files.into_iter().collect(), ..Self::default() }
    }

    /// How to read the files.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a format or a column that cannot be read.
    pub fn read_options(&self) -> Result<ReadOptions> {
        let format = self.format.as_deref().map(str::parse).transpose()?;
        let mut map = FieldMap::default();
        self.map.iter().try_for_each(|pair| map.add_pair(pair))?;
        Ok(ReadOptions { format, map })
    }
}

impl Engine {
    /// Adds the papers of files: reads and stores them all, then embeds what has no vector yet, then brings the indexes up
    /// to date. Papers left unembedded by a run that was interrupted are embedded too, and those that an older version
    /// embedded without their sentences.
    ///
    /// A file that cannot be read does not stop the others. In a folder, one that has nothing to do with papers, by its
    /// name as well, is no more than a notice, as long as there is something else to be read.
    ///
    /// # Errors
    /// [`Error::Locked`]; [`Error::OtherModel`], before anything is stored; what keeps the library from being written.
    pub fn add(&self, request: &AddRequest, observer: Observer) -> Result<AddSummary> {
        self.writer(observer)?.add(request)
    }
}

impl Writer<'_> {
    /// As [`Engine::add`].
    pub fn add(&mut self, request: &AddRequest) -> Result<AddSummary> {
        let read_options = request.read_options()?;
        let lock = self.library().lock()?;
        self.refuse_other_model()?;
        let started = Instant::now();
        let observer = self.observer;
        let mut scratch = if request.dry_run { Some(self.library().scratch()?) } else { None };
        let library = scratch.as_mut().unwrap_or_else(|| self.library_mut());
        let mut reading = Reading {
            library,
            lock: &lock,
            read_options,
            no_merge: request.no_merge,
            observer,
            summary: AddSummary::default(),
        };
        for argument in &request.files {
            reading.read(argument)?;
        }
        let mut summary = reading.summary;
        summary.timings.reading = started.elapsed();
        match scratch {
            Some(scratch) => summary.embedded = scratch.count_pending()?,
            None => self.embed_and_index(&lock, &mut summary)?,
        }
        Ok(summary)
    }

    /// A model named for a library that has another fails here, before anything is stored.
    pub(super) fn refuse_other_model(&self) -> Result<()> {
        if let (Some(_), Some(_)) = (&self.engine.model, self.library().model()?) {
            self.embedder()?;
        }
        Ok(())
    }

    /// What follows on storing: every paper gets a vector of its present text, and the index has them all.
    pub(super) fn embed_and_index(&mut self, lock: &WriteLock, summary: &mut AddSummary) -> Result<()> {
        let started = Instant::now();
        (summary.embedded, summary.timings.storing) = self.embed_pending(lock)?;
        summary.timings.embedding = started.elapsed();
        let started = Instant::now();
        self.update_indexes(lock)?;
        summary.timings.indexing = started.elapsed();
        Ok(())
    }

    /// Returns how many were embedded, and how long storing them took.
    pub(super) fn embed_pending(&mut self, lock: &WriteLock) -> Result<(u64, Duration)> {
        let total = self.library().count_pending()?;
        if total == 0 {
            return Ok((0, Duration::ZERO));
        }
        let again = total.saturating_sub(self.library().count_without_vector()?);
        if again > 0 {
            self.notice(format!(
                "an older relata made no vectors of sentences; papers that it embedded are embedded again: {again}"
            ));
        }
        let (embedder, observer) = (self.embedder()?, self.observer);
        observer(Event::Embedding { done: 0, total });
        let mut papers = PendingPapers { page: Vec::new().into_iter(), last: 0, count: 0 };
        let mut embedded = InOrder { finished: BTreeMap::new(), stored: 0, took: Duration::ZERO };
        let outcome = embedder.embed_each(Side::Paper, rayon::current_num_threads(), |work| {
            match work {
                Work::Next(texts) => papers.hand_out(self.library(), texts)?,
                Work::Done(results) => {
                    embedded.finished.extend(results.into_iter().map(|((at, paper), result)| (at, (paper, result))));
                    let done = embedded.stored + embedded.finished.len() as u64;
                    embedded.store(self.library_mut(), lock, embedder, PAPERS_PER_WINDOW)?;
                    observer(Event::Embedding { done, total });
                }
            }
            Ok(())
        });
        // What was finished before a failure is kept.
        embedded.store(self.library_mut(), lock, embedder, 1)?;
        outcome?;
        Ok((embedded.stored, embedded.took))
    }
}

/// Files on their way into a library.
struct Reading<'a> {
    library: &'a mut Library,
    lock: &'a WriteLock,
    read_options: ReadOptions,
    no_merge: bool,
    observer: Observer<'a>,
    summary: AddSummary,
}

impl Reading<'_> {
    /// Reads what was named: a file, a folder, or standard input.
    fn read(&mut self, argument: &Path) -> Result<()> {
        if argument.as_os_str() != STANDARD_INPUT && argument.is_dir() {
            return self.read_folder(argument);
        }
        if let Some(error) = self.read_file(argument)? {
            self.summary.unreadable.push((argument.to_owned(), error.with_causes()));
        }
        Ok(())
    }

    /// A file that has nothing to do with papers, by its name as well, is no more than a notice, unless all are such.
    fn read_folder(&mut self, folder: &Path) -> Result<()> {
        let files = self.files_in(folder);
        let mut without_papers = Vec::new();
        for file in &files {
            match self.read_file(file)? {
                None => {}
                Some(error @ Error::Input { .. }) if !formats::has_ending(file) => without_papers.push((file, error)),
                Some(error) => self.summary.unreadable.push((file.clone(), error.with_causes())),
            }
        }
        if without_papers.is_empty() {
            return Ok(());
        }
        if without_papers.len() == files.len() {
            let reason = format!("is a folder without a file of papers; it holds {}", named(folder, &without_papers));
            let error = Error::Input { path: folder.to_owned(), reason };
            self.summary.unreadable.push((folder.to_owned(), error.to_string()));
        } else {
            let text = format!("no papers in {}", named(folder, &without_papers));
            self.summary.notices.push(Notice { path: folder.to_owned(), line: None, text });
        }
        Ok(())
    }

    /// The files of a folder; tells what cannot be reached in it.
    fn files_in(&mut self, folder: &Path) -> Vec<PathBuf> {
        let Contents { files, unreachable } = formats::contents_of(folder, self.library.folder());
        let mut told = |path: PathBuf, reason: &str| {
            let reason = format!("{} {reason}", path.display());
            self.summary.unreadable.push((path, reason));
        };
        if files.is_empty() && unreachable.is_empty() {
            told(folder.to_owned(), EMPTY_FOLDER);
        }
        unreachable.into_iter().for_each(|(path, reason)| told(path, &reason));
        files.into_iter().map(|(path, _)| path).collect()
    }

    /// Says what is wrong with a file that cannot be read; an error is one of the library.
    fn read_file(&mut self, file: &Path) -> Result<Option<Error>> {
        let mut reader = FileReader {
            library: self.library,
            lock: self.lock,
            source: source_name(file),
            merge: !self.no_merge,
            seen: Seen::default(),
            waiting: Vec::new(),
            read: 0,
            summary: &mut self.summary,
        };
        match reader.read(file, &self.read_options, self.observer) {
            Ok(()) => Ok(None),
            Err(error @ (Error::Input { .. } | Error::Io { .. })) => Ok(Some(error)),
            Err(error) => Err(error),
        }
    }
}

/// The files of a folder by their names within it, with what they are instead of files of papers.
fn named(folder: &Path, files: &[(&PathBuf, Error)]) -> String {
    let named: Vec<(String, String)> = files
        .iter()
        .map(|(file, error)| {
            let reason = match error {
                Error::Input { reason, .. } => reason.clone(),
                error => error.with_causes(),
            };
            (file.strip_prefix(folder).unwrap_or(file).display().to_string(), reason)
        })
        .collect();
    formats::listed(&named)
}

/// The papers to embed, read page by page.
struct PendingPapers {
    page: std::vec::IntoIter<Pending>,
    last: PaperNumber,
    count: u64,
}

impl PendingPapers {
    /// Hands out texts for one task, each with its place in the order and its paper.
    fn hand_out(&mut self, library: &Library, texts: &mut Vec<((u64, Pending), String)>) -> Result<()> {
        while texts.len() < TEXTS_PER_TASK {
            let Some(mut paper) = self.page.next() else {
                self.page = library.pending(self.last, PAPERS_PER_TRANSACTION)?.into_iter();
                if self.page.len() == 0 {
                    return Ok(());
                }
                continue;
            };
            self.last = paper.number;
            let text = std::mem::take(&mut paper.text);
            texts.push(((self.count, paper), text));
            self.count += 1;
        }
        Ok(())
    }
}

/// What is embedded, stored in the order in which it was handed out: with one thread or many, the library is the same.
struct InOrder {
    finished: BTreeMap<u64, (Pending, Embedded)>,
    stored: u64,
    took: Duration,
}

impl InOrder {
    /// Stores what is next in the order, in transactions of `window` papers or more, as far as there is so much.
    fn store(&mut self, library: &mut Library, lock: &WriteLock, embedder: &Embedder, window: usize) -> Result<()> {
        let ready = self.finished.keys().zip(self.stored..).take_while(|(at, next)| *at == next).count();
        if ready < window.max(1) {
            return Ok(());
        }
        let rest = self.finished.split_off(&(self.stored + ready as u64));
        let (papers, embedded): (Vec<Pending>, Vec<Embedded>) =
            std::mem::replace(&mut self.finished, rest).into_values().unzip();
        let started = Instant::now();
        library.store_vectors(lock, embedder.identity(), embedder.precision(), &papers, &embedded)?;
        self.took += started.elapsed();
        self.stored += ready as u64;
        Ok(())
    }
}

struct FileReader<'a> {
    library: &'a mut Library,
    lock: &'a WriteLock,
    source: String,
    merge: bool,
    seen: Seen,
    waiting: Vec<(Paper, Place)>,
    read: u64,
    summary: &'a mut AddSummary,
}

impl FileReader<'_> {
    fn read(&mut self, file: &Path, options: &ReadOptions, observer: Observer) -> Result<()> {
        let told_before = self.summary.notices.len();
        let read = formats::read(file, options, &mut |item| {
            match item {
                Item::Problem(problem) => {
                    self.summary.skipped.push(Skipped { place: problem.place, reason: problem.reason });
                }
                Item::Notice(notice) => self.summary.notices.push(notice),
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
        let read = read?;
        let is_explained = self.summary.notices[told_before..].iter().any(|notice| notice.line.is_some());
        if read.papers + read.problems == 0 && !is_explained {
            let text = format!("holds no papers, read as {}", read.format);
            self.summary.notices.push(Notice { path: file.to_owned(), line: None, text });
        }
        Ok(())
    }

    fn store(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let (papers, places): (Vec<(Paper, u64)>, Vec<Place>) =
            waiting.into_iter().map(|(paper, place)| ((paper, place.line), place)).unzip();
        let taken = self.library.take_in(self.lock, &self.source, &papers, self.merge, &mut self.seen)?;
        for (((paper, _), place), taken) in papers.into_iter().zip(places).zip(taken) {
            self.summary.count(&paper, place, taken);
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
