//! A library: papers, their vectors and the vectors of their sentences in one SQLite file, `papers.db`.
//!
//! This module owns the tables, the identity of papers, and locking. Everything else in a library's folder is derived
//! from the database and may be deleted. Any number of processes can read at any time; only one can write at a time.

mod addition;
mod candidates;
mod catalog_entries;
mod check;
mod connection;
mod decisions;
mod duplicates;
mod filter;
mod identity;
mod lock;
mod lookup;
mod model;
mod papers;
mod placement;
mod profiles;
mod removal;
mod schema;
mod seen;
mod sentences;
mod sync_state;
mod vectors;
mod versions;

pub use addition::{KnownVersions, Outcome, RecordOutcome, STANDARD_INPUT};
pub use catalog_entries::CatalogEntry;
pub use connection::{DATABASE, Library, LibraryState};
pub use filter::{Condition, Field, Filters};
pub use identity::{BY_HAND, Features, SAME_RECORD, Verdict, compare};
pub use lock::WriteLock;
pub use lookup::each_once;
pub use papers::{Listed, PaperNumber, PapersOfFile, SourceSummary};
pub use profiles::{Change, Opinion, PaperOpinion, Profile};
pub use seen::Shown;
pub use vectors::{Pending, SearchableVector, VectorSummary};
pub use versions::Version;

#[cfg(test)]
mod tests;
