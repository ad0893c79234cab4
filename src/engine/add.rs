//! Imports papers from files and other sources: reads, stores, embeds and indexes them. The library can be opened after
//! each step. The next import completes an interrupted one.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::embedding::PAPERS_PER_TRANSACTION;
use super::event::{Event, Observer};
use super::open::Engine;
use super::summary::{AddSummary, Skipped, UnreadFile};
use super::writer::Writer;
use crate::formats::{self, Contents, FieldMap, Item, Notice, Place, ReadOptions};
use crate::library::{KnownVersions, Library, STANDARD_INPUT, WriteLock};
use crate::paper::Paper;
use crate::{Error, Result};

const EMPTY_FOLDER: &str = "is a folder without files to read; hidden and unfinished files (.part, .tmp, .bak, ~) are \
                            skipped";

/// Which files to add, and how.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddRequest {
    /// Files and folders; `-` is standard input. Without files, only the papers without a vector are embedded.
    pub files: Vec<PathBuf>,
    /// The name of a format, for all files. Without it, the format of each file is recognised by its content.
    pub format: Option<String>,
    /// Pairs `FIELD=COLUMN`, such as `title=Titel`. The column of a table, or the key of JSON, contains the field.
    pub map: Vec<String>,
    /// Read and report, and store nothing.
    pub dry_run: bool,
    /// Keep every new record as a separate paper, even if another paper has the same identifiers or title. Later
    /// imports do not merge it either.
    pub no_merge: bool,
}

impl AddRequest {
    /// A request to add files, without options.
    pub fn of(files: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { files: files.into_iter().collect(), ..Self::default() }
    }

    /// How to read the files.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for an unknown format or an invalid column.
    pub fn read_options(&self) -> Result<ReadOptions> {
        let format = self.format.as_deref().map(str::parse).transpose()?;
        let mut map = FieldMap::default();
        self.map.iter().try_for_each(|pair| map.add_pair(pair))?;
        Ok(ReadOptions { format, map })
    }
}

impl Engine {
    /// Adds the papers of files. Reads and stores all of them, then embeds every paper without a vector, then updates
    /// the indexes. Papers that an interrupted run did not embed are embedded, too.
    ///
    /// A file that cannot be read does not stop the others. In a folder, an unreadable file with an unknown extension
    /// only causes a notice. If the folder contains only such files, the folder is reported as unreadable.
    ///
    /// # Errors
    /// [`Error::Locked`]; [`Error::OtherModel`], before anything is stored; errors of writing to the library.
    pub fn add(&self, request: &AddRequest, observer: Observer) -> Result<AddSummary> {
        let options = request.read_options()?;
        let mut importer = Importer::new(self.writer(observer)?, request.dry_run, !request.no_merge)?;
        let lock = importer.writer.library().lock()?;
        let started = Instant::now();
        for path in &request.files {
            importer.add_path(path, &options, &lock)?;
        }
        importer.summary.timings.reading = started.elapsed().as_millis() as u64;
        importer.finish(&lock)
    }
}

/// Stores papers in a library, then embeds and indexes them.
pub(super) struct Importer<'e> {
    pub writer: Writer<'e>,
    /// In a dry run, a copy of the library, in which the papers are stored instead.
    scratch: Option<Library>,
    merge: bool,
    pub summary: AddSummary,
}

impl<'e> Importer<'e> {
    /// With `merge`, a record becomes a version of the paper in the library that is the same work, if there is one.
    ///
    /// # Errors
    /// [`Error::OtherModel`].
    pub fn new(writer: Writer<'e>, dry_run: bool, merge: bool) -> Result<Self> {
        if let (Some(_), Some(_)) = (&writer.engine.model, writer.library().model()?) {
            // Fails if the library has another model, before anything is stored.
            writer.embedder()?;
        }
        let scratch = if dry_run { Some(writer.library().scratch()?) } else { None };
        Ok(Self { writer, scratch, merge, summary: AddSummary::default() })
    }

    pub fn is_dry_run(&self) -> bool {
        self.scratch.is_some()
    }

    /// Stores papers in one transaction. Returns how many were added or updated. `seen` contains the versions that were
    /// stored from the same source before.
    pub fn store(
        &mut self,
        lock: &WriteLock,
        source: &str,
        papers: Vec<(Paper, Place)>,
        seen: &mut KnownVersions,
    ) -> Result<u64> {
        let (papers, places): (Vec<(Paper, u64)>, Vec<Place>) =
            papers.into_iter().map(|(paper, place)| ((paper, place.line), place)).unzip();
        let library = self.scratch.as_mut().unwrap_or_else(|| self.writer.library_mut());
        let outcomes = library.add_records(lock, source, &papers, self.merge, seen)?;
        let before = self.summary.added + self.summary.updated;
        for (((paper, _), place), outcome) in papers.iter().zip(places).zip(outcomes) {
            self.summary.count(paper, place, outcome);
        }
        Ok(self.summary.added + self.summary.updated - before)
    }

    /// Embeds the papers without a vector and updates the indexes. A dry run only counts the papers to embed.
    pub fn finish(mut self, lock: &WriteLock) -> Result<AddSummary> {
        if let Some(scratch) = &self.scratch {
            self.summary.embedded = scratch.count_pending()?;
            return Ok(self.summary);
        }
        let started = Instant::now();
        let (embedded, storing) = self.writer.embed_pending(lock)?;
        self.summary.embedded = embedded;
        self.summary.timings.storing = storing.as_millis() as u64;
        self.summary.timings.embedding = started.elapsed().as_millis() as u64;
        let started = Instant::now();
        self.writer.update_indexes(lock)?;
        self.summary.timings.indexing = started.elapsed().as_millis() as u64;
        self.summary.unread = self.writer.engine.live.current().map_or(0, |generation| generation.unread());
        Ok(self.summary)
    }

    /// Adds a file, a folder, or standard input.
    fn add_path(&mut self, path: &Path, options: &ReadOptions, lock: &WriteLock) -> Result<()> {
        if path.as_os_str() != STANDARD_INPUT && path.is_dir() {
            return self.add_folder(path, options, lock);
        }
        if let Some(error) = self.add_file(path, options, lock)? {
            self.unreadable(path.to_owned(), error.with_causes());
        }
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path, options: &ReadOptions, lock: &WriteLock) -> Result<()> {
        let Contents { files, unreachable } = formats::contents_of(folder, self.writer.library().folder());
        if files.is_empty() && unreachable.is_empty() {
            self.unreadable(folder.to_owned(), format!("{} {EMPTY_FOLDER}", folder.display()));
        }
        for (path, reason) in unreachable {
            let reason = format!("{} {reason}", path.display());
            self.unreadable(path, reason);
        }
        let mut without_papers = Vec::new();
        for (file, _) in &files {
            match self.add_file(file, options, lock)? {
                None => {}
                Some(Error::Input { reason, .. }) if !formats::has_known_extension(file) => {
                    let name = file.strip_prefix(folder).unwrap_or(file);
                    without_papers.push((name.display().to_string(), reason));
                }
                Some(error) => self.unreadable(file.clone(), error.with_causes()),
            }
        }
        if without_papers.is_empty() {
            return Ok(());
        }
        let (path, names) = (folder.to_owned(), formats::listed(&without_papers));
        if without_papers.len() == files.len() {
            let reason = format!("no file in this folder contains papers: {names}");
            self.unreadable(path.clone(), Error::Input { path, reason }.to_string());
        } else {
            self.summary.notice(Notice { path, line: None, text: format!("no papers in {names}") });
        }
        Ok(())
    }

    fn unreadable(&mut self, file: PathBuf, reason: String) {
        self.summary.unreadable.push(UnreadFile { file, reason });
    }

    /// Adds a file. Returns the error if the file cannot be read; fails with any other error.
    fn add_file(&mut self, file: &Path, options: &ReadOptions, lock: &WriteLock) -> Result<Option<Error>> {
        let (source, observer) = (source_name(file), self.writer.observer);
        let (mut seen, mut waiting, mut papers) = (KnownVersions::default(), Vec::new(), 0);
        let mut is_explained = false;
        let read = formats::read(file, options, &mut |item| {
            match item {
                Item::Problem(problem) => self.summary.skip(Skipped::new(problem.place, problem.reason)),
                Item::Notice(notice) => {
                    is_explained |= notice.line.is_some();
                    self.summary.notice(notice);
                }
                Item::Paper { paper, place } => {
                    waiting.push((*paper, place));
                    papers += 1;
                    if waiting.len() == PAPERS_PER_TRANSACTION {
                        self.store(lock, &source, std::mem::take(&mut waiting), &mut seen)?;
                        observer(Event::Reading { file, papers });
                    }
                }
            }
            Ok(())
        });
        // If reading fails, the papers before the failure are kept.
        self.store(lock, &source, waiting, &mut seen)?;
        observer(Event::Reading { file, papers });
        let read = match read {
            Err(error @ (Error::Input { .. } | Error::Io { .. })) => return Ok(Some(error)),
            read => read?,
        };
        if read.papers + read.problems == 0 && !is_explained {
            let text = format!("contains no papers (read as {})", read.format);
            self.summary.notice(Notice { path: file.to_owned(), line: None, text });
        }
        Ok(None)
    }
}

/// Returns the name under which the library records a file: its canonical path, or the given path if the system cannot
/// resolve it. Standard input is `-`.
pub fn source_name(file: &Path) -> String {
    if file.as_os_str() == STANDARD_INPUT {
        return STANDARD_INPUT.to_owned();
    }
    file.canonicalize().unwrap_or_else(|_| file.to_owned()).display().to_string()
}
