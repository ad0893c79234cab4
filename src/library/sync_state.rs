//! States of syncs: a text for each source, in `meta` under a key that begins with `sync:`. `sync` defines the texts.

use rusqlite::params;
use rusqlite::types::ValueRef;

use super::schema::SYNC_KEY as PREFIX;
use super::{Library, WriteLock};
use crate::Result;

/// How much of a state is read. `sync` writes at most 5 KB; a longer text is damage, and what matters in it comes first.
const MAX_CHARACTERS: u32 = 1 << 20;

impl Library {
    /// The names and texts of all states, ordered by name. A damaged state has a text that is not one of `sync`: it is cut
    /// at a megabyte, bytes that are not UTF-8 are replaced, and a value that is no text is empty.
    pub fn sync_states(&self) -> Result<Vec<(String, String)>> {
        let sql = "SELECT substr(key, length(?1) + 1, ?2), substr(value, 1, ?2) FROM meta
                   WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key";
        let text = |value: ValueRef| match value {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => String::new(),
        };
        self.rows(sql, params![PREFIX, MAX_CHARACTERS], |row| Ok((text(row.get_ref(0)?), text(row.get_ref(1)?))))
    }

    /// Stores a text under a name, in place of an earlier one.
    pub fn set_sync_state(&mut self, _lock: &WriteLock, name: &str, text: &str) -> Result<()> {
        self.transaction(|transaction| {
            let sql = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)";
            transaction.execute(sql, params![format!("{PREFIX}{name}"), text]).map(|_| ())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_there_when_the_library_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut library = Library::open_or_create(folder.path()).unwrap();
        assert_eq!(library.sync_states().unwrap(), []);
        let state = library.state().unwrap().state;
        let lock = library.lock().unwrap();
        for (name, text) in [("b", "1"), ("a", "2"), ("b", "3")] {
            library.set_sync_state(&lock, name, text).unwrap();
        }
        assert_eq!(library.state().unwrap().state, state, "the searchable content is the same");
        drop((lock, library));
        let states = Library::open(folder.path()).unwrap().sync_states().unwrap();
        assert_eq!(states, [("a".to_owned(), "2".to_owned()), ("b".to_owned(), "3".to_owned())]);
    }
}
