//! Writes to a library. A change holds the write lock until it is done.

use std::time::Instant;

use super::connections::Connection;
use super::event::{Event, Observer};
use super::generation::{Generation, cache_of};
use super::open::Engine;
use crate::Result;
use crate::embed::Embedder;
use crate::library::{Library, WriteLock};

/// Writes to a library.
pub(super) struct Writer<'e> {
    pub engine: &'e Engine,
    connection: Connection<'e>,
    pub observer: Observer<'e>,
}

impl Engine {
    /// Returns a writer. There may be several writers in this and other processes, but only one writes at a time.
    ///
    /// # Errors
    /// [`Error::NoLibrary`] if the library was deleted.
    pub(super) fn writer<'e>(&'e self, observer: Observer<'e>) -> Result<Writer<'e>> {
        Ok(Writer { engine: self, connection: self.live.connections.take()?, observer })
    }
}

impl<'e> Writer<'e> {
    /// The library in its present state, not in a read transaction.
    pub fn library(&self) -> &Library {
        &self.connection
    }

    pub fn library_mut(&mut self) -> &mut Library {
        &mut self.connection
    }

    /// Returns the model. It is fetched if necessary, and loaded at the first call.
    pub fn embedder(&self) -> Result<&'e Embedder> {
        self.engine.embedder(self.library(), self.observer)
    }

    pub fn notice(&self, text: String) {
        (self.observer)(Event::Notice(text));
    }

    /// Updates the indexes, including the graph, on disk and for this process.
    pub fn update_indexes(&mut self, _lock: &WriteLock) -> Result<()> {
        let (live, library) = (&self.engine.live, self.library());
        let (started, base) = (Instant::now(), live.current());
        let made = Generation::make(library, library.state()?, base.as_deref(), self.observer)?;
        drop(base);
        let Some(made) = made else {
            live.publish(None, Instant::now(), started.elapsed());
            return Ok(());
        };
        let took = started.elapsed();
        let made = made.with_graph(self.observer)?;
        made.store(&cache_of(library))?;
        // The write lock is held, so the generation is still of the present state.
        live.publish(Some(made.into()), Instant::now(), took);
        Ok(())
    }
}
