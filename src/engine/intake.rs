//! Papers that come page by page from elsewhere than files: each page is stored as it comes, and what came is embedded
//! and indexed at the end.
//!
//! The right to write is held while a page is stored and at the end, and not while the next page is waited for: others
//! may write in between.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::engine::event::Event;
use crate::engine::summary::{AddSummary, Skipped};
use crate::engine::writer::Writer;
use crate::formats::{self, Format, Item, Place};
use crate::library::{Library, Seen, WriteLock};
use crate::paper::Paper;
use crate::sync::{Shelf, Taken};
use crate::{Error, Result};

/// Papers stored in one transaction.
const PAPERS_PER_TRANSACTION: u64 = 1000;

/// How long another process may write before this one gives up: an `add` of many papers takes its time.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Pages on their way into a library.
pub struct Intake<'e> {
    writer: Writer<'e>,
    /// In a dry run, a copy that takes the papers instead of the library.
    scratch: Option<Library>,
    summary: AddSummary,
}

impl<'e> Writer<'e> {
    /// Begins to take pages in. A dry run counts what would be taken, and stores nothing.
    pub fn intake(self, dry_run: bool) -> Result<Intake<'e>> {
        self.refuse_other_model()?;
        let scratch = if dry_run { Some(self.library().scratch()?) } else { None };
        Ok(Intake { writer: self, scratch, summary: AddSummary::default() })
    }
}

impl Shelf for Intake<'_> {
    fn states(&self) -> Result<Vec<(String, String)>> {
        self.writer.library().sync_states()
    }

    /// Of a paper that came on an earlier page, the text that comes last is kept.
    fn take(&mut self, source: &str, page: &str, format: Format, limit: Option<u64>) -> Result<Taken> {
        let started = Instant::now();
        let mut papers: Vec<(Paper, u64)> = Vec::new();
        let mut problems = 0;
        let AddSummary { skipped, notices, .. } = &mut self.summary;
        let path = Path::new(source);
        formats::read_from(page.as_bytes(), path, &Some(format).into(), &mut |item| {
            match item {
                Item::Paper { paper, place } => papers.push((*paper, place.line)),
                Item::Notice(notice) if notice.line.is_some() => notices.push(notice),
                // Whoever brings the page knows that there are others.
                Item::Notice(_) => {}
                Item::Problem(problem) => {
                    problems += 1;
                    skipped.push(Skipped { place: problem.place, reason: problem.reason });
                }
            }
            Ok(())
        })?;
        let mut taken = Taken { records: papers.len() as u64 + problems, ..Taken::default() };
        let lock = self.lock()?;
        let mut seen = Seen::default();
        let mut papers = papers.into_iter();
        while papers.len() > 0 {
            let room = limit.map_or(PAPERS_PER_TRANSACTION, |limit| limit.saturating_sub(taken.changed));
            if room == 0 {
                taken.cut = true;
                break;
            }
            let batch: Vec<(Paper, u64)> = papers.by_ref().take(room.min(PAPERS_PER_TRANSACTION) as usize).collect();
            let library = self.scratch.as_mut().unwrap_or_else(|| self.writer.library_mut());
            let outcomes = library.take_in(&lock, source, &batch, true, &mut seen)?;
            let before = self.summary.added + self.summary.updated;
            for ((paper, line), outcome) in batch.iter().zip(outcomes) {
                self.summary.count(paper, Place { path: path.to_owned(), line: *line }, outcome);
            }
            taken.changed += self.summary.added + self.summary.updated - before;
        }
        self.summary.timings.reading += started.elapsed();
        let AddSummary { added, updated, unchanged, .. } = self.summary;
        (self.writer.observer)(Event::Reading { file: path, papers: added + updated + unchanged });
        Ok(taken)
    }

    /// A dry run forgets it.
    fn remember(&mut self, name: &str, text: &str) -> Result<()> {
        if self.scratch.is_some() {
            return Ok(());
        }
        let lock = self.lock()?;
        self.writer.library_mut().set_sync_state(&lock, name, text)
    }
}

impl Intake<'_> {
    /// Embeds what has no vector yet, and brings the index up to date.
    pub fn finish(mut self) -> Result<AddSummary> {
        if let Some(scratch) = &self.scratch {
            self.summary.embedded = scratch.count_pending()?;
            return Ok(self.summary);
        }
        let lock = self.lock()?;
        self.writer.embed_and_index(&lock, &mut self.summary)?;
        Ok(self.summary)
    }

    /// The right to write, waiting for others to be done.
    fn lock(&self) -> Result<WriteLock> {
        let started = Instant::now();
        let mut told = false;
        loop {
            match self.writer.library().lock() {
                Err(Error::Locked { holder, .. }) if started.elapsed() < PATIENCE => {
                    if !std::mem::replace(&mut told, true) {
                        self.writer.notice(format!("waiting until {holder} has written the library"));
                    }
                    // `lock` itself waits a while, so this is no busy loop.
                }
                lock => return lock,
            }
        }
    }
}
