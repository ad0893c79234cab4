//! Writing to a library. A change holds the write lock for as long as it lasts.

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
    /// A writer. There may be several, in this and other processes; one writes at a time.
    ///
    /// # Errors
    /// [`Error::NoLibrary`] when the library was deleted.
    pub(super) fn writer<'e>(&'e self, observer: Observer<'e>) -> Result<Writer<'e>> {
        Ok(Writer { engine: self, connection: self.live.connections.take()?, observer })
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
        let made = Generation::make(library, library.state()?, base.as_deref(), self.observer)?;
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
