//! A checksum in every row, which finds flipped bits.
//!
//! A changed row has no checksum (NULL): triggers see to that, so no statement can forget it. The end of the
//! transaction computes the checksums of all rows without one. Another program that changes a row leaves it without a
//! checksum, too, and its change is accepted. Bits that flip on the disk fire no trigger.

use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Transaction};
use xxhash_rust::xxh3::Xxh3;

/// Each table with a checksum, its primary key, and its other columns.
pub(super) const TABLES: [(&str, &str, &str); 10] = [
    ("meta", "key", "value"),
    ("sources", "number", "name"),
    ("papers", "number", "id, title_key, record, text_hash, source, removal"),
    ("versions", "number", "paper, source, line, id, record, hash, reason, alone, removal"),
    ("decisions", "a, b, number", "together"),
    ("vectors", "number", "paper, text_hash, data, precision"),
    ("sentence_vectors", "vector", "data"),
    ("profiles", "number", "name, key, last_feed_paper, last_feed_at, removal"),
    ("opinions", "profile, number, version", "opinion, said_at"),
    ("seen", "version, profile", "number, seen_at"),
];

/// Defines the SQL function `checksum(value, …)` on a connection: XXH3 of the types, lengths and bytes of its values.
pub(super) fn define(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("checksum", -1, flags, |context| {
        let mut hash = Xxh3::new();
        for at in 0..context.len() {
            let (sort, bytes): (u8, &[u8]) = match context.get_raw(at) {
                ValueRef::Null => (0, &[]),
                ValueRef::Integer(number) => (1, &number.to_le_bytes()),
                ValueRef::Real(number) => (2, &number.to_le_bytes()),
                ValueRef::Text(text) => (3, text),
                ValueRef::Blob(blob) => (4, blob),
            };
            hash.update(&[sort]);
            hash.update(&(bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
        Ok(hash.digest().cast_signed())
    })
}

/// The indexes that find rows without a checksum, and the triggers that take it from changed rows.
pub(super) fn schema() -> String {
    let of = |(table, key, columns): (&str, &str, &str)| {
        let new: Vec<String> = key.split(", ").map(|column| format!("new.{column}")).collect();
        let new = new.join(", ");
        format!(
            "CREATE INDEX {table}_without_checksum ON {table} (checksum) WHERE checksum IS NULL;
             CREATE TRIGGER checksum_of_{table} AFTER UPDATE OF {key}, {columns} ON {table}
             BEGIN
                 UPDATE {table} SET checksum = NULL WHERE ({key}) = ({new});
             END;"
        )
    };
    TABLES.map(of).concat()
}

/// Computes the checksums of all rows without one.
pub(super) fn complete(transaction: &Transaction) -> rusqlite::Result<()> {
    for (table, key, columns) in TABLES {
        let sql = format!("UPDATE {table} SET checksum = checksum({key}, {columns}) WHERE checksum IS NULL");
        transaction.prepare_cached(&sql)?.execute([])?;
    }
    Ok(())
}

/// A query for the number of rows of a table whose checksum is wrong.
pub(super) fn count_damaged((table, key, columns): (&str, &str, &str)) -> String {
    format!("SELECT count(*) FROM {table} WHERE checksum <> checksum({key}, {columns})")
}
