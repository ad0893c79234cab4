//! Backups of a library, and what to do with a damaged one.

use std::path::{Path, PathBuf};

use jiff::Zoned;
use serde::Serialize;

use super::event::{Event, Observer};
use super::open::Engine;
use crate::Result;
use crate::library::{Library, Repaired};

/// A backup of a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MadeBackup {
    /// The file.
    pub file: PathBuf,
    /// The number of papers in it.
    pub papers: u64,
    /// Its size.
    pub bytes: u64,
}

/// A library that was restored from a backup, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestoredBackup {
    /// The folder of the library.
    pub library: PathBuf,
    /// The number of papers in the backup.
    pub papers: u64,
    /// The number of papers in the present library; `None` if there is none or it is damaged.
    pub papers_before: Option<u64>,
    /// The file with the database that was replaced; `None` if there was none, or in a dry run.
    pub replaced: Option<PathBuf>,
}

/// A library that was repaired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepairedLibrary {
    /// The number of papers.
    pub papers: u64,
    /// The number of papers that could not be saved.
    pub lost_papers: u64,
    /// The number of papers that `add` must embed again.
    pub not_embedded: u64,
    /// Rows that had changed on the disk but were kept: the table, the number and the id or name.
    pub changed: Vec<String>,
    /// The tables of which some rows could not be saved.
    pub incomplete: Vec<&'static str>,
    /// The file with the damaged database; `None` if it was not damaged, and nothing was changed.
    pub replaced: Option<PathBuf>,
}

impl Engine {
    /// Copies the library to `target`, while it may be used and written to, and checks the copy. If `target` is a
    /// folder, the file is named after today's date. Replaces an earlier backup.
    ///
    /// # Errors
    /// [`Corrupt`](crate::Error::Corrupt) if the library is damaged. Errors of writing the file.
    pub fn back_up(&self, target: &Path, observer: Observer) -> Result<MadeBackup> {
        let file = match target.is_dir() {
            true => target.join(format!("relata-{}.db", Zoned::now().date())),
            false => target.to_owned(),
        };
        let library = Library::open(self.folder())?;
        let papers = library.back_up(&file, &mut copying(observer))?;
        let bytes = std::fs::metadata(&file).map_or(0, |found| found.len());
        Ok(MadeBackup { file, papers, bytes })
    }
}

/// Makes `backup` the library in `folder`, which need not exist. Keeps the database that it replaces. A dry run only
/// checks the backup.
///
/// # Errors
/// [`Corrupt`](crate::Error::Corrupt) if the backup is damaged; [`Locked`](crate::Error::Locked) while another process
/// has the library open.
pub fn restore(folder: &Path, backup: &Path, dry_run: bool, observer: Observer) -> Result<RestoredBackup> {
    let papers_before = Library::open(folder).and_then(|library| library.count()).ok();
    let (papers, replaced) = match dry_run {
        true => {
            let library = Library::open_file(backup)?;
            library.check()?;
            (library.count()?, None)
        }
        false => {
            let restored = Library::restore(folder, backup, &mut copying(observer))?;
            (restored.papers, restored.replaced)
        }
    };
    Ok(RestoredBackup { library: folder.to_owned(), papers, papers_before, replaced })
}

/// Saves what can be read of the damaged library in `folder` into a new database. Keeps the damaged one. Changes
/// nothing if the library is not damaged.
///
/// # Errors
/// [`Corrupt`](crate::Error::Corrupt) if nothing can be saved.
pub fn repair(folder: &Path, observer: Observer) -> Result<RepairedLibrary> {
    let sound = Library::open(folder).and_then(|library| library.check().map(|()| library));
    if let Ok(library) = sound {
        let (papers, not_embedded) = (library.count()?, library.count_pending()?);
        let (changed, incomplete) = (Vec::new(), Vec::new());
        return Ok(RepairedLibrary { papers, lost_papers: 0, not_embedded, changed, incomplete, replaced: None });
    }
    let mut report = |done, total| observer(Event::Repairing { done, total });
    let Repaired { papers, lost_papers, not_embedded, changed, incomplete, replaced } =
        Library::repair(folder, &mut report)?;
    Ok(RepairedLibrary { papers, lost_papers, not_embedded, changed, incomplete, replaced: Some(replaced) })
}

fn copying(observer: Observer<'_>) -> impl FnMut(u64, u64) + '_ {
    move |done, total| observer(Event::Copying { done, total })
}
