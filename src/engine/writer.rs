//! Writing to a library. A change holds the write lock for as long as it lasts.

use std::time::Instant;

use super::connections::Connection;
use super::event::{Event, Observer};
use super::generation::{Generation, cache_of};
use super::open::Engine;
use crate::embed::Embedder;
use crate::library::{Library, WriteLock};
use crate::{Error, Result};

/// Writes to a library.
pub(super) struct Writer<'e> {
    pub engine: &'e Engine,
    connection: Connection<'e>,
    pub observer: Observer<'e>,
}

impl Engine {
    /// A writer. There may be several, in this and other processes; one writes at a time.
    ///
    /// # Errors
    /// [`Error::NoLibrary`] when the library was deleted.
    pub(super) fn writer<'e>(&'e self, observer: Observer<'e>) -> Result<Writer<'e>> {
        Ok(Writer { engine: self, connection: self.live.connections.take()?, observer })
    }

    /// Changes what the indexes do not depend on: opinions, what was seen, profiles. Names that are looked up in `change`
    /// mean the papers that are changed, since nobody else writes meanwhile.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Library, &WriteLock) -> Result<T>) -> Result<T> {
        let mut library = self.live.connections.take()?;
        let lock = library.lock()?;
        change(&mut library, &lock)
    }

    /// Changes papers, then embeds new texts, if the model is available, and updates the indexes.
    pub(super) fn change_papers<T>(
        &self,
        observer: Observer,
        change: impl FnOnce(&mut Library, &WriteLock) -> Result<T>,
    ) -> Result<T> {
        let mut writer = self.writer(observer)?;
        let lock = writer.library().lock()?;
        let (state, waiting) = (writer.library().moment()?.state, writer.library().count_pending()?);
        let changed = change(writer.library_mut(), &lock)?;
        if writer.library().count_pending()? > waiting
            && writer.library().model()?.is_some()
            && let Err(error) = writer.embed_pending(&lock)
        {
            // The change is done; a model that is not available does not undo it.
            match error {
                Error::ModelUnavailable { .. } | Error::OtherModel { .. } | Error::InvalidParameter(_) => {
                    writer.notice(format!("not embedded yet; the next `relata add` does it: {error}"));
                }
                error => return Err(error),
            }
        }
        if writer.library().moment()?.state != state {
            writer.update_indexes(&lock)?;
        }
        Ok(changed)
    }
}

impl<'e> Writer<'e> {
    /// The library as it is now; each call sees what was written before.
    pub fn library(&self) -> &Library {
        &self.connection
    }

    pub fn library_mut(&mut self) -> &mut Library {
        &mut self.connection
    }

    /// The model, fetched if necessary and loaded at the first call.
    pub fn embedder(&self) -> Result<&'e Embedder> {
        self.engine.embedder(self.library(), self.observer)
    }

    pub fn notice(&self, text: String) {
        (self.observer)(Event::Notice(text));
    }

    /// Brings the indexes up to date, on disk and for this process, including the graph.
    pub fn update_indexes(&mut self, _lock: &WriteLock) -> Result<()> {
        let (live, library) = (&self.engine.live, self.library());
        let (started, base) = (Instant::now(), live.current());
        let made = Generation::make(library, library.moment()?, base.as_deref(), self.observer)?;
        drop(base);
        let Some(made) = made else {
            live.publish(None, Instant::now(), started.elapsed());
            return Ok(());
        };
        let took = started.elapsed();
        let made = made.with_graph(self.observer)?;
        made.store(&cache_of(library))?;
        // Nobody else could write meanwhile, so it is of the present state.
        live.publish(Some(made.into()), Instant::now(), took);
        Ok(())
    }
}
