//! Libraries that commands make: nothing stays behind of one into which nothing came.

use std::path::{Path, PathBuf};

use super::args::Common;
use crate::engine::{DATABASE, Engine};

/// What was there of a library before a command opened it.
pub(super) struct Before {
    has_library: bool,
    /// Folders that were missing, the innermost first.
    missing: Vec<PathBuf>,
}

impl Before {
    pub(super) fn look(common: &Common) -> anyhow::Result<Self> {
        let folder = common.library_folder()?;
        let missing = folder.ancestors().take_while(|folder| !folder.exists() && !folder.as_os_str().is_empty());
        let missing = missing.map(Path::to_owned).collect();
        Ok(Self { has_library: folder.join(DATABASE).exists(), missing })
    }

    /// Takes the library back if it was made since, and is empty. Where that fails, an empty library is no harm.
    pub(super) fn restore(self, engine: Engine) {
        if self.has_library || !engine.discard_if_empty().unwrap_or(false) {
            return;
        }
        for folder in self.missing {
            // Refused where somebody put something into it.
            if std::fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }
}
