//! Removes a new library if it is still empty when the command ends.

use std::path::{Path, PathBuf};

use super::global::Common;
use crate::engine::{DATABASE, Engine};

/// Which parts of a library existed before a command opened it.
pub(super) struct Before {
    has_library: bool,
    /// Folders that did not exist, the innermost first.
    missing: Vec<PathBuf>,
}

impl Before {
    pub(super) fn opening(common: &Common) -> anyhow::Result<Self> {
        let folder = common.library_folder()?;
        let missing = folder.ancestors().take_while(|folder| !folder.exists() && !folder.as_os_str().is_empty());
        let missing = missing.map(Path::to_owned).collect();
        Ok(Self { has_library: folder.join(DATABASE).exists(), missing })
    }

    /// Removes the library and its new folders if it is new and empty. Ignores errors: an empty library does no harm.
    pub(super) fn restore(self, engine: Engine) {
        if self.has_library || !engine.discard_if_empty().unwrap_or(false) {
            return;
        }
        for folder in self.missing {
            // `remove_dir` fails if the folder is not empty.
            if std::fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }
}
