//! A library: papers, their vectors and those of their sentences in one SQLite file, `papers.db`.
//!
//! Owns the tables, the identity of papers, and locking. Everything else in a library's folder is derived from the database
//! and may be deleted. Readers open at any time; one process at a time writes.

mod addition;
mod candidates;
mod check;
mod connection;
mod decisions;
mod duplicates;
mod filter;
mod identity;
mod lock;
mod lookup;
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

pub use addition::{Outcome, STANDARD_INPUT, Seen, Taken};
pub use connection::{DATABASE, Library, Moment};
pub use duplicates::{Lookalikes, Work};
pub use filter::{Condition, Field, Filter};
pub use identity::{BY_HAND, Features, SAME_RECORD, Verdict, compare};
pub use lock::WriteLock;
pub use papers::{Listed, OfSource, PaperNumber, SourceSummary};
pub use profiles::{Change, Opinion, Profile, Said};
pub use seen::Shown;
pub use vectors::{LiveRow, Pending, VectorSummary};
pub use versions::Version;

#[cfg(test)]
mod tests;
