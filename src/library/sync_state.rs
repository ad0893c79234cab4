//! States of syncs: a text for each source, in `meta` under a key that begins with `sync:`. `sync` defines the texts.

use rusqlite::params;

use super::schema::SYNC_KEY as PREFIX;
use super::{Library, WriteLock};
use crate::Result;

impl Library {
    /// The names and texts of all states, ordered by name.
    pub fn sync_states(&self) -> Result<Vec<(String, String)>> {
        let sql =
            "SELECT substr(key, length(?1) + 1), value FROM meta WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key";
        self.rows(sql, [PREFIX], |row| Ok((row.get(0)?, row.get(1)?)))
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
