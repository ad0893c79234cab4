//! A library: papers, their vectors and the vectors of their sentences in one SQLite file, `papers.db`.
//!
//! This module owns the tables, the identity of papers, and locking. Everything else in a library's folder is derived
//! from the database and may be deleted. Any number of processes can read at any time; only one can write at a time.

mod addition;
mod backup;
mod candidates;
mod catalog_entries;
mod check;
mod checksums;
mod connection;
mod decisions;
mod duplicates;
mod entries;
mod failure;
mod filter;
mod identity;
mod lock;
mod lookup;
mod model;
mod opening;
mod pages;
mod papers;
mod placement;
mod profiles;
mod removal;
mod repair;
mod salvage;
mod schema;
mod seen;
mod sentences;
mod sync_state;
mod vectors;
mod versions;
mod write_ahead_log;

pub use addition::{KnownVersions, Outcome, RecordOutcome, STANDARD_INPUT};
pub use backup::{CopyProgress, Restored};
pub use catalog_entries::CatalogEntry;
pub use connection::{Library, LibraryState, delete_database};
pub use entries::{CACHE, DATABASE};
pub use filter::{Condition, Field, Filters};
pub use identity::{BY_HAND, Features, SAME_RECORD, Verdict, compare};
pub use lock::WriteLock;
pub use lookup::each_once;
pub use papers::{Listed, PaperNumber, PapersOfFile, SourceSummary};
pub use profiles::{Change, Opinion, PaperOpinion, Profile};
pub use repair::Repaired;
pub use seen::Shown;
pub use vectors::{Pending, SearchableVector, VectorSummary};
pub use versions::Version;

#[cfg(test)]
mod tests;
