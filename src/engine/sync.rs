//! Imports new papers from servers, page by page. The write lock is held while a page is stored and at the end, but not
//! while waiting for the next page, so that other processes can write in between.

use std::path::Path;
use std::time::{Duration, Instant};

use super::add::Importer;
use super::embedding::PAPERS_PER_TRANSACTION;
use super::event::{Event, Observer};
use super::open::Engine;
use super::summary::{AddSummary, Skipped};
use crate::formats::{self, Format, Item, Place};
use crate::library::{KnownVersions, WriteLock};
use crate::paper::Paper;
use crate::sync::{self, Clock, PageOutcome, PaperStore, Source, SourceReport, SyncOptions};
use crate::{Error, Result};

/// How long to wait for another process that writes. An `add` of many papers may take long.
const MAX_LOCK_WAIT: Duration = Duration::from_secs(3600);

/// The result of a sync.
#[derive(Debug)]
pub struct SyncSummary {
    /// One report for each source that was requested.
    pub sources: Vec<SourceReport>,
    /// The summary of the import from all sources.
    pub papers: AddSummary,
    /// The failure that ended the sync early. Papers that were received before are kept.
    pub failure: Option<Error>,
}

impl Engine {
    /// Every source from which papers were synced into this library.
    ///
    /// # Errors
    /// Errors of reading the library.
    pub fn known_sources(&self) -> Result<Vec<Source>> {
        Ok(sync::known_sources(&self.library()?.sync_states()?))
    }

    /// Imports new papers of `sources`, one source after the other, then embeds and indexes them.
    ///
    /// If a server refuses or fails, the sync ends, and [`SyncSummary::failure`] has the error.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if the first day of a source is not known; this is checked before any request to a
    /// server. Errors of writing to the library.
    pub fn sync(
        &self,
        sources: &[Source],
        options: &SyncOptions,
        clock: &dyn Clock,
        observer: Observer,
    ) -> Result<SyncSummary> {
        let mut importer = Importer::new(self.writer(observer)?, options.dry_run, true)?;
        let notices = &|text| observer(Event::Notice(text));
        let (sources, failure) = sync::sync(&mut importer, sources, options, clock, notices)?;
        let lock = importer.wait_for_lock()?;
        Ok(SyncSummary { sources, papers: importer.finish(&lock)?, failure })
    }
}

impl Importer<'_> {
    /// Waits for other processes and returns the write lock.
    fn wait_for_lock(&self) -> Result<WriteLock> {
        let started = Instant::now();
        let mut is_reported = false;
        loop {
            match self.writer.library().lock() {
                Err(Error::Locked { holder, .. }) if started.elapsed() < MAX_LOCK_WAIT => {
                    if !std::mem::replace(&mut is_reported, true) {
                        self.writer.notice(format!("waiting for {holder}, which is writing to the library"));
                    }
                    // `lock` itself waits a while, so this is not a busy loop.
                }
                lock => return lock,
            }
        }
    }
}

impl PaperStore for Importer<'_> {
    fn states(&self) -> Result<Vec<(String, String)>> {
        self.writer.library().sync_states()
    }

    /// If a paper was on an earlier page too, its later text is kept.
    fn take(&mut self, source: &str, page: &str, format: Format, limit: Option<u64>) -> Result<PageOutcome> {
        let started = Instant::now();
        let path = Path::new(source);
        let mut papers: Vec<(Paper, Place)> = Vec::new();
        let mut problems = 0;
        formats::read_from(page.as_bytes(), path, &Some(format).into(), &mut |item| {
            match item {
                Item::Paper { paper, place } => papers.push((*paper, place)),
                Item::Notice(notice) if notice.line.is_some() => self.summary.notice(notice),
                // Notices about the whole page are dropped, since the format of a page is known.
                Item::Notice(_) => {}
                Item::Problem(problem) => {
                    problems += 1;
                    self.summary.skip(Skipped::new(problem.place, problem.reason));
                }
            }
            Ok(())
        })?;
        let mut taken = PageOutcome { records: papers.len() as u64 + problems, ..PageOutcome::default() };
        let lock = self.wait_for_lock()?;
        let mut seen = KnownVersions::default();
        while !papers.is_empty() {
            let room = limit.map_or(usize::MAX, |limit| limit.saturating_sub(taken.changed) as usize);
            if room == 0 {
                taken.cut = true;
                break;
            }
            let rest = papers.split_off(papers.len().min(room).min(PAPERS_PER_TRANSACTION));
            taken.changed += self.store(&lock, source, std::mem::replace(&mut papers, rest), &mut seen)?;
        }
        self.summary.timings.reading += started.elapsed().as_millis() as u64;
        let AddSummary { added, updated, unchanged, .. } = self.summary;
        (self.writer.observer)(Event::Reading { file: path, papers: added + updated + unchanged });
        Ok(taken)
    }

    /// In a dry run, nothing is stored.
    fn remember(&mut self, name: &str, text: &str) -> Result<()> {
        if self.is_dry_run() {
            return Ok(());
        }
        let lock = self.wait_for_lock()?;
        self.writer.library_mut().set_sync_state(&lock, name, text)
    }
}
