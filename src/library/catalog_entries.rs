//! What the catalog of a library says about a paper.

use std::collections::HashMap;

use jiff::civil::Date;
use rusqlite::Row;

use super::filter::{FACTS, facts};
use super::{Library, PaperNumber};
use crate::Result;
use crate::paper::Name;

/// The facts of a paper by which people refer to it.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogEntry {
    /// The paper.
    pub paper: PaperNumber,
    /// Its [`title_key`](crate::paper::title_key).
    pub title_key: String,
    /// Its authors.
    pub names: Vec<Name>,
    /// Journal, conference or repository.
    pub venue: Option<String>,
    /// Year of publication.
    pub year: Option<i16>,
    /// Day of publication; the last day of the year if only that is known.
    pub day: Option<Date>,
}

/// The greatest number of papers whose records are read one by one. For more papers, the indexes of the whole library
/// are read: for 87,000 papers they take a tenth of the time of the records.
const READ_SINGLY: usize = 1000;

impl Library {
    /// Passes the entries of papers to `sink`, in any order, and perhaps entries of other papers too.
    pub fn read_catalog_entries(&self, papers: &[PaperNumber], sink: &mut dyn FnMut(CatalogEntry)) -> Result<()> {
        if papers.len() <= READ_SINGLY {
            let sql = format!("{FACTS} AND number = ?");
            for &paper in papers {
                let sql_of_title = "SELECT title_key FROM papers WHERE number = ?";
                let keys: Vec<String> = self.rows(sql_of_title, [paper], |row| row.get(0))?;
                let Some(title_key) = keys.first() else { continue };
                self.rows(&sql, [paper], |row| entry(row, title_key.clone()))?.into_iter().for_each(&mut *sink);
            }
            return Ok(());
        }
        let titles = self.rows("SELECT number, title_key FROM papers", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut titles: HashMap<PaperNumber, String> = titles.into_iter().collect();
        self.rows(FACTS, [], |row| {
            sink(entry(row, titles.remove(&row.get(0)?).unwrap_or_default())?);
            Ok(())
        })?;
        Ok(())
    }
}

/// Reads a row of [`FACTS`].
fn entry(row: &Row, title_key: String) -> rusqlite::Result<CatalogEntry> {
    let (paper, facts) = facts(row)?;
    Ok(CatalogEntry {
        paper,
        title_key,
        names: facts.names(),
        venue: facts.venue.map(str::to_owned),
        year: facts.year.or_else(|| facts.date.map(Date::year)),
        day: facts.newest_day(),
    })
}
