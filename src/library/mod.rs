//! A library: papers, their vectors and those of their sentences in one SQLite file, `papers.db`, the only truth.
//!
//! Owns schema, identity of papers, locking. Everything else in a library's folder is derived from the database and may
//! be deleted. Readers open at any time; writing takes a lock that one process holds.

mod check;
mod connection;
mod decisions;
mod discard;
mod duplicates;
mod filter;
mod filtered;
mod identity;
mod intake;
mod lock;
mod lookup;
mod moment;
mod neighbourhood;
mod papers;
mod profiles;
mod removal;
mod schema;
mod seen;
mod sentences;
mod settling;
mod stored_record;
mod sync_state;
mod twins;
mod vectors;
mod versions;

pub use connection::{DATABASE, Library};
pub use duplicates::{Lookalikes, Work};
pub use filter::{Condition, Field, Filter};
pub use identity::{BY_HAND, Features, SAME_RECORD, Verdict, compare};
pub use intake::{Outcome, STANDARD_INPUT, Seen, Taken};
pub use lock::WriteLock;
pub use moment::{Moment, PaperNumber};
pub use papers::{Listed, OfSource, SourceSummary};
pub use profiles::{Change, Opinion, Profile, Said};
pub use seen::Shown;
pub use vectors::{LiveRow, Pending, VectorSummary};
pub use versions::Version;

#[cfg(test)]
mod tests;
