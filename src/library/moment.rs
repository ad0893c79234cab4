//! Names for papers and for states of a library.

use rusqlite::Transaction;

/// Key of a paper within one library: given once, never given again. Not for users; they see
/// [`PaperId`](crate::PaperId).
pub type PaperNumber = i64;

/// Where a library stands, by names drawn at random, so that no two moments of any library share a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moment {
    /// Of what can be searched; drawn anew with each change. A cache of another state is out of date.
    pub state: String,
    /// Drawn anew when a paper that can be searched is gone, or says something else. Of two states with one epoch, the
    /// later has all that the earlier has, unchanged.
    pub epoch: String,
    /// The greatest number that a vector was given: of two states with one epoch, the later has the greater, or the same.
    pub newest: i64,
}

/// Gives the state of the library a new name, so that every cache is out of date.
pub(super) fn advance(transaction: &Transaction) -> rusqlite::Result<()> {
    let sql = "UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'state'";
    transaction.execute(sql, []).map(|_| ())
}
