//! Changing which papers there are: removing, splitting, joining, and taking it back. The index follows; a paper whose
//! text is another then is embedded, if the model is at hand, else by the next `add`.

use crate::library::{Listed, OfSource, PaperNumber, WriteLock};
use crate::recommender::{Event, Observer, Recommender};
use crate::{Error, Result};

impl Recommender {
    /// Takes papers out of the library and its index.
    pub fn remove(&mut self, papers: &[PaperNumber], observer: Observer) -> Result<()> {
        let lock = self.library.lock()?;
        if !papers.is_empty() {
            self.library.remove(&lock, papers)?;
            self.update_indexes(observer)?;
        }
        Ok(())
    }

    /// Takes out what a file brought, by its path: the papers that no other file brought go, the others are what the
    /// other files say of them.
    pub fn remove_source(&mut self, name: &str, observer: Observer) -> Result<OfSource> {
        let lock = self.library.lock()?;
        let removed = self.library.remove_source(&lock, name)?;
        if removed != OfSource::default() {
            self.catch_up(&lock, observer)?;
        }
        Ok(removed)
    }

    /// Brings back what the last [`remove`](Self::remove) or [`remove_source`](Self::remove_source) took out, and says
    /// what.
    pub fn undo_remove(&mut self, observer: Observer) -> Result<Vec<Listed>> {
        let lock = self.library.lock()?;
        let back = self.library.undo_remove(&lock)?;
        if !back.is_empty() {
            self.catch_up(&lock, observer)?;
        }
        Ok(back)
    }

    /// Makes a version of a paper, or each of them, a paper of its own; see
    /// [`Library::split`](crate::library::Library::split).
    pub fn split(&mut self, paper: PaperNumber, place: Option<usize>, observer: Observer) -> Result<Vec<Listed>> {
        let lock = self.library.lock()?;
        let papers = self.library.split(&lock, paper, place)?;
        self.catch_up(&lock, observer)?;
        Ok(papers)
    }

    /// Makes one paper of two; see [`Library::join`](crate::library::Library::join).
    pub fn join(&mut self, a: PaperNumber, b: PaperNumber, observer: Observer) -> Result<Vec<Listed>> {
        let lock = self.library.lock()?;
        let papers = self.library.join(&lock, a, b)?;
        self.catch_up(&lock, observer)?;
        Ok(papers)
    }

    /// Takes back the last [`split`](Self::split) or [`join`](Self::join), and says which papers that concerns.
    pub fn undo_decision(&mut self, observer: Observer) -> Result<Vec<Listed>> {
        let lock = self.library.lock()?;
        let papers = self.library.undo_decision(&lock)?;
        if !papers.is_empty() {
            self.catch_up(&lock, observer)?;
        }
        Ok(papers)
    }

    fn catch_up(&mut self, lock: &WriteLock, observer: Observer) -> Result<()> {
        // What was asked for is done; a model that cannot be had does not undo it.
        if self.library.model()?.is_some()
            && let Err(error) = self.embed_pending(lock, observer)
        {
            match error {
                Error::ModelUnavailable { .. } | Error::OtherModel { .. } | Error::InvalidParameter(_) => {
                    observer(Event::Notice(format!("not embedded yet, the next `relata add` does it: {error}")));
                }
                error => return Err(error),
            }
        }
        self.update_indexes(observer)
    }
}
