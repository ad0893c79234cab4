//! Changes to a library, under the write lock.

use super::event::Observer;
use super::open::Engine;
use crate::library::{Library, WriteLock};
use crate::{Error, Result};

impl Engine {
    /// Changes data that the indexes do not depend on: opinions, seen papers, profiles. `change` can look up papers by
    /// name and then change the same papers, because the lock keeps other processes from writing in between.
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
        let (state, waiting) = (writer.library().state()?.state, writer.library().count_pending()?);
        let changed = change(writer.library_mut(), &lock)?;
        if writer.library().count_pending()? > waiting
            && writer.library().model()?.is_some()
            && let Err(error) = writer.embed_pending(&lock)
        {
            // The change is already stored and is kept, even if the model is unavailable.
            match error {
                Error::ModelUnavailable { .. } | Error::OtherModel { .. } | Error::InvalidParameter(_) => {
                    writer.notice(format!("some texts are not embedded; run `relata add` to embed them: {error}"));
                }
                error => return Err(error),
            }
        }
        if writer.library().state()?.state != state {
            writer.update_indexes(&lock)?;
        }
        Ok(changed)
    }
}
