//! Writing: one connection outside of any read transaction. Each change takes the right to write for as long as it lasts.

use std::time::Instant;

use super::connections::FileMark;
use super::event::{Event, Observer, unobserved};
use super::generation::{Generation, cache_of};
use super::open::Engine;
use crate::Result;
use crate::embed::Embedder;
use crate::library::{Library, WriteLock};

/// Writes to a library.
pub struct Writer<'e> {
    pub(super) engine: &'e Engine,
    /// `None` only while it is dropped.
    connection: Option<(Library, FileMark)>,
    pub(super) observer: Observer<'e>,
}

impl Engine {
    /// What writes to the library. Several may be there, in this and other processes; one writes at a time.
    ///
    /// # Errors
    /// [`Error::NoLibrary`](crate::Error::NoLibrary) when it was deleted.
    pub fn writer<'e>(&'e self, observer: Observer<'e>) -> Result<Writer<'e>> {
        let connection = self.live.connections().take()?;
        Ok(Writer { engine: self, connection: Some(connection), observer })
    }

    /// Changes what the indexes do not depend on: opinions, what was seen, profiles. Names that are looked up in `change`
    /// stand for the papers that are changed, since nobody else writes meanwhile.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Library, &WriteLock) -> Result<T>) -> Result<T> {
        let mut writer = self.writer(&unobserved)?;
        let lock = writer.library().lock()?;
        change(writer.library_mut(), &lock)
    }
}

impl<'e> Writer<'e> {
    /// The library as it is now; each call sees what was written before.
    pub fn library(&self) -> &Library {
        &self.connection.as_ref().expect("a writer has its connection until it is dropped").0
    }

    pub(super) fn library_mut(&mut self) -> &mut Library {
        &mut self.connection.as_mut().expect("a writer has its connection until it is dropped").0
    }

    /// The model, fetched if need be and loaded at the first call.
    pub(super) fn embedder(&self) -> Result<&'e Embedder> {
        self.engine.embedder(self.library(), self.observer)
    }

    pub(super) fn notice(&self, text: String) {
        (self.observer)(Event::Notice(text));
    }

    /// Brings the indexes up to date, on disk and for this process, graph included.
    pub(super) fn update_indexes(&mut self, _lock: &WriteLock) -> Result<()> {
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
        live.publish(Some(made.generation.into()), Instant::now(), took);
        Ok(())
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if let Some((library, file)) = self.connection.take() {
            self.engine.live.connections().give_back(library, file);
        }
    }
}
