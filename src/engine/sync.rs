//! Papers from where they appear, into the library.

use super::event::{Event, Observer};
use super::shared::Engine;
use super::summary::AddSummary;
use crate::sync::{self, Clock, Source, SourceReport, SyncOptions};
use crate::{Error, Result};

/// What a sync came to.
#[derive(Debug)]
pub struct SyncSummary {
    /// One for each source that was asked.
    pub sources: Vec<SourceReport>,
    /// What was taken, of all sources.
    pub papers: AddSummary,
    /// What ended it early; what was received before is kept.
    pub failure: Option<Error>,
}

impl Engine {
    /// Every source that papers were synced from into this library.
    ///
    /// # Errors
    /// What keeps the library from being read.
    pub fn known_sources(&self) -> Result<Vec<Source>> {
        Ok(sync::known_sources(&self.library()?.sync_states()?))
    }

    /// Takes what is new in `sources` into the library, one after the other, then embeds and indexes it.
    ///
    /// A server that refuses or fails ends the sync, and is [`SyncSummary::failure`].
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when nothing says from when a source is wanted, before anybody is asked; what keeps the
    /// library from being written.
    pub fn sync(
        &self,
        sources: &[Source],
        options: &SyncOptions,
        clock: &dyn Clock,
        observer: Observer,
    ) -> Result<SyncSummary> {
        let mut intake = self.writer(observer)?.intake(options.dry_run)?;
        let notices = &|text| observer(Event::Notice(text));
        let (sources, failure) = sync::sync(&mut intake, sources, options, clock, notices)?;
        Ok(SyncSummary { sources, papers: intake.finish()?, failure })
    }
}
