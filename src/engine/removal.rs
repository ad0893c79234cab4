//! Removing papers, and bringing them back. The indexes follow.

use serde::{Deserialize, Serialize};

use super::add::source_name;
use super::event::Observer;
use super::json::Papers;
use super::names::each_once;
use super::open::Engine;
use super::writer::Writer;
use crate::Result;
use crate::library::{Listed, OfSource, PaperNumber};

/// What to remove.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// Papers, each by its id, an identifier or its whole title.
    Papers(Vec<String>),
    /// What came from a file, by the name under which it is listed or by its path. Papers that other files brought too
    /// stay, as those files have them.
    Source(String),
}

/// What was removed or brought back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Removed {
    /// The papers.
    #[serde(flatten)]
    pub papers: Papers,
    /// How many papers of the file stay, since other files brought them too.
    pub staying: usize,
}

impl Engine {
    /// Removes papers; in a dry run it only finds out which.
    ///
    /// # Errors
    /// [`PaperNotFound`](crate::Error::PaperNotFound), [`AmbiguousPaper`](crate::Error::AmbiguousPaper).
    pub fn remove(&self, removal: &Removal, dry_run: bool, observer: Observer) -> Result<Removed> {
        let mut writer = self.writer(observer)?;
        let OfSource { only, shared } = match removal {
            Removal::Papers(names) => {
                // By part of a title something else might go.
                let papers = each_once(names.iter().map(|name| writer.library().find_whole(name)))?;
                if !dry_run {
                    writer.remove(&papers.iter().map(|listed| listed.number).collect::<Vec<_>>())?;
                }
                OfSource { only: papers, shared: Vec::new() }
            }
            Removal::Source(source) => {
                let is_listed = writer.library().papers_of_source(source)? != OfSource::default();
                let name = if is_listed { source.clone() } else { source_name(source.as_ref()) };
                match dry_run {
                    true => writer.library().papers_of_source(&name)?,
                    false => writer.remove_source(&name)?,
                }
            }
        };
        Ok(Removed { papers: only.into(), staying: shared.len() })
    }

    /// Brings back what the last [`remove`](Self::remove) took out; without papers, there was nothing.
    pub fn undo_remove(&self, observer: Observer) -> Result<Removed> {
        Ok(Removed { papers: self.writer(observer)?.undo_remove()?.into(), staying: 0 })
    }
}

impl Writer<'_> {
    /// Takes papers out of the library and its index.
    pub fn remove(&mut self, papers: &[PaperNumber]) -> Result<()> {
        let lock = self.library().lock()?;
        if !papers.is_empty() {
            self.library_mut().remove(&lock, papers)?;
            self.update_indexes(&lock)?;
        }
        Ok(())
    }

    /// Takes out what a file brought, by its path: the papers that no other file brought go, the others are what the
    /// other files say of them.
    pub fn remove_source(&mut self, name: &str) -> Result<OfSource> {
        let lock = self.library().lock()?;
        let removed = self.library_mut().remove_source(&lock, name)?;
        if removed != OfSource::default() {
            self.catch_up(&lock)?;
        }
        Ok(removed)
    }

    /// Brings back what the last [`remove`](Self::remove) or [`remove_source`](Self::remove_source) took out, and says
    /// what.
    pub fn undo_remove(&mut self) -> Result<Vec<Listed>> {
        let lock = self.library().lock()?;
        let back = self.library_mut().undo_remove(&lock)?;
        if !back.is_empty() {
            self.catch_up(&lock)?;
        }
        Ok(back)
    }
}
