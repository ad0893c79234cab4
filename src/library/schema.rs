//! The tables of `papers.db` and how older files are brought up to date.

use rusqlite::{Connection, TransactionBehavior};

/// Version of the schema that this program reads and writes, kept in SQLite's `user_version`.
pub(super) const VERSION: i64 = 2;

/// SQLite's `application_id` of a library: "rela" in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x7265_6c61;

/// What turns a file of version *n* into version *n* + 1, for each *n* from 0 (an empty file).
const MIGRATIONS: [&str; VERSION as usize] = [
    "
    -- `state`, a name drawn anew with each change, and the identity of the model that made the vectors.
    CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    INSERT INTO meta VALUES ('state', lower(hex(randomblob(16))));

    -- The files that papers came from.
    CREATE TABLE sources (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    );

    CREATE TABLE papers (
        -- AUTOINCREMENT: never given twice, so that a number in a cache cannot come to mean another paper.
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        title_key TEXT NOT NULL,
        -- The paper as JSON.
        record TEXT NOT NULL,
        -- Of the text that is embedded; a vector with another hash is out of date.
        text_hash BLOB NOT NULL,
        source INTEGER NOT NULL REFERENCES sources,
        -- Which `remove` took it out, counted from 1; cleared by its undo: nothing is deleted.
        removal INTEGER
    );
    CREATE INDEX papers_by_title ON papers (title_key);

    -- `arxiv:1706.03762`, `doi:…`; one may name several papers until they are merged.
    CREATE TABLE identifiers (
        value TEXT NOT NULL,
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        PRIMARY KEY (value, paper)
    ) WITHOUT ROWID;

    CREATE TABLE vectors (
        -- Grows with every vector written, so that new ones are found at the end.
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        paper INTEGER NOT NULL UNIQUE REFERENCES papers ON DELETE CASCADE,
        text_hash BLOB NOT NULL,
        -- f32, little-endian, unit length.
        data BLOB NOT NULL
    );
",
    "
    -- The arithmetic that made the vector: `f32`, `bf16`, `int8`. Version 1 knew the first alone, and a default spares
    -- rewriting its rows.
    ALTER TABLE vectors ADD COLUMN precision TEXT NOT NULL DEFAULT 'f32';

    -- The vectors of the sentences of a paper's present text: a row for each vector, with a count of zero too; where
    -- the row is missing, an older version made the vector. Apart from `vectors`, whose pages are read all together.
    CREATE TABLE sentence_vectors (
        -- UNIQUE and not the primary key: so it has an index of its own, and what is missing is found without touching
        -- the pages of the blobs.
        vector INTEGER NOT NULL UNIQUE REFERENCES vectors ON DELETE CASCADE,
        -- `library/sentences.rs` has the layout.
        data BLOB NOT NULL
    );

    -- Ranges of bytes mean nothing in another text. The paper's vector stays, so that it is found meanwhile.
    CREATE TRIGGER sentences_of_the_former_text AFTER UPDATE OF text_hash ON papers
    WHEN new.text_hash IS NOT old.text_hash
    BEGIN
        DELETE FROM sentence_vectors WHERE vector IN (SELECT number FROM vectors WHERE paper = new.number);
    END;
",
];

/// Shows a file of version 1 that may not be written, a mounted backup say, as if it were of this version. What stands
/// in for the new column and the new table is temporary, and so no part of the file.
const VERSION_1_AS_IT_STANDS: &str = "
    PRAGMA temp_store = MEMORY;
    CREATE TEMP VIEW vectors AS SELECT *, 'f32' AS precision FROM main.vectors;
    CREATE TEMP TABLE sentence_vectors (vector INTEGER NOT NULL UNIQUE, data BLOB NOT NULL);
";

/// Brings a database of version `found` up to [`VERSION`], in one transaction; one that may not be written is left as
/// it is and read as if it had been.
pub(super) fn bring_up(connection: &mut Connection, found: i64) -> rusqlite::Result<()> {
    if found == 1 && connection.is_readonly("main")? {
        return connection.execute_batch(VERSION_1_AS_IT_STANDS);
    }
    // Write-ahead logging: readers are never blocked, and a killed writer leaves a file that opens. It cannot be set
    // inside a transaction; it stays set in the file.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let found: i64 =
        transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map(|now: i64| now.max(found))?;
    for migration in MIGRATIONS.iter().skip(found.unsigned_abs() as usize) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}
