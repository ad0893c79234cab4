//! Removes papers and restores them.

use serde::{Deserialize, Serialize};

use super::add::source_name;
use super::event::Observer;
use super::json::Papers;
use super::open::Engine;
use crate::Result;
use crate::library::{Library, PaperNumber, PapersOfFile, each_once};

/// What to remove.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// Papers, each by its id, an identifier or its whole title.
    Papers(Vec<String>),
    /// The papers of a file, by its path or the name under which it is listed. A paper that is also in other files
    /// stays, with the records of those files.
    Source(String),
}

/// Papers that were removed or restored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Removed {
    /// The papers.
    #[serde(flatten)]
    pub papers: Papers,
    /// The number of papers of the file that stay, because they are also in other files.
    pub staying: usize,
}

impl Engine {
    /// Removes papers; in a dry run, only finds them.
    ///
    /// # Errors
    /// [`PaperNotFound`](crate::Error::PaperNotFound), [`AmbiguousPaper`](crate::Error::AmbiguousPaper).
    pub fn remove(&self, removal: &Removal, dry_run: bool, observer: Observer) -> Result<Removed> {
        let PapersOfFile { only, shared } = match dry_run {
            true => find(&*self.library()?, removal)?,
            false => self.change_papers(observer, |library, lock| {
                let found = find(library, removal)?;
                match removal {
                    Removal::Papers(_) if found.only.is_empty() => {}
                    Removal::Papers(_) => {
                        let papers: Vec<PaperNumber> = found.only.iter().map(|listed| listed.number).collect();
                        library.remove(lock, &papers)?;
                    }
                    Removal::Source(source) => drop(library.remove_source(lock, &listed_name(library, source)?)?),
                }
                Ok(found)
            })?,
        };
        Ok(Removed { papers: only.into(), staying: shared.len() })
    }

    /// Restores the papers of the last [`remove`](Self::remove). Returns no papers if there is nothing to restore.
    pub fn undo_remove(&self, observer: Observer) -> Result<Removed> {
        let papers = self.change_papers(observer, |library, lock| library.undo_remove(lock))?;
        Ok(Removed { papers: papers.into(), staying: 0 })
    }
}

fn find(library: &Library, removal: &Removal) -> Result<PapersOfFile> {
    match removal {
        // A part of a title is not accepted, since it may match another paper.
        Removal::Papers(names) => {
            let only = each_once(names.iter().map(|name| library.find_whole(name)))?;
            Ok(PapersOfFile { only, shared: Vec::new() })
        }
        Removal::Source(source) => library.papers_of_source(&listed_name(library, source)?),
    }
}

/// The name under which a file is listed.
fn listed_name(library: &Library, source: &str) -> Result<String> {
    let is_listed = library.papers_of_source(source)? != PapersOfFile::default();
    Ok(if is_listed { source.to_owned() } else { source_name(source.as_ref()) })
}
