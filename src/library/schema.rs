//! The tables of `papers.db`.

use rusqlite::{Connection, TransactionBehavior};

use super::{checksums, write_ahead_log};

/// Keys of `meta` that begin with this hold the states of syncs.
pub(super) const SYNC_KEY: &str = "sync:";

/// The version of the tables that this program reads and writes, kept in SQLite's `user_version`.
pub(super) const VERSION: i64 = 3;

/// SQLite's `application_id` of a library: "rela" in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x7265_6c61;

/// The columns `checksum` are explained in `library/checksums.rs`.
const TABLES: &str = "
    -- `state` and `epoch` (see `LibraryState`), the identity of the model that made the vectors, and the state of each
    -- sync.
    CREATE TABLE meta (key TEXT PRIMARY KEY, value, checksum INTEGER) WITHOUT ROWID;
    INSERT INTO meta (key, value) VALUES ('state', lower(hex(randomblob(16)))), ('epoch', lower(hex(randomblob(16))));

    -- The files that papers are from.
    CREATE TABLE sources (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        checksum INTEGER
    );

    CREATE TABLE papers (
        -- AUTOINCREMENT: a number is never used again, so a number in a cache never refers to another paper.
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        title_key TEXT NOT NULL,
        -- The paper as JSON, merged from its versions (`library/identity/merging.rs`).
        record TEXT NOT NULL,
        -- Hash of the text to embed. A vector with another hash is out of date.
        text_hash BLOB NOT NULL,
        -- The file of its first version.
        source INTEGER NOT NULL REFERENCES sources,
        -- The number of the `remove` that removed the paper, counted from 1; undo sets it to NULL. Nothing is deleted.
        -- 0: all its versions have joined other papers.
        removal INTEGER,
        checksum INTEGER
    );
    CREATE INDEX papers_by_title ON papers (title_key);

    -- All columns that filters read (`library/filter.rs`), so that they do not read the records. `removal` is the last
    -- column, so that SQLite does not use this index for other queries with a condition on `removal`.
    CREATE INDEX papers_by_facts ON papers (
        record ->> 'year', record ->> 'date', record ->> 'venue', record ->> 'categories',
        record ->> 'authors', record ->> '$.details.author', record ->> 'abstract' IS NULL, removal
    );

    -- `arxiv:1706.03762`, `doi:…`. Several papers may have one identifier.
    CREATE TABLE identifiers (
        value TEXT NOT NULL,
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        PRIMARY KEY (value, paper)
    ) WITHOUT ROWID;

    -- Hashes by which papers with similar titles are found (`library/identity/titles.rs`).
    CREATE TABLE title_keys (
        key INTEGER NOT NULL,
        paper INTEGER NOT NULL REFERENCES papers,
        PRIMARY KEY (key, paper)
    ) WITHOUT ROWID;

    -- The records of the papers, as each file has them.
    CREATE TABLE versions (
        -- AUTOINCREMENT: in the order in which versions were added. `decisions`, `opinions` and `seen` refer to it.
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        paper INTEGER NOT NULL REFERENCES papers,
        source INTEGER NOT NULL REFERENCES sources,
        -- Where the record begins in the file.
        line INTEGER NOT NULL,
        -- The id from the file, or one derived from the record.
        id TEXT NOT NULL,
        -- As JSON; NULL if it equals the paper's record except for the id.
        record TEXT,
        -- XXH3 of the record in the file. Finds an unchanged record without reading the stored record.
        hash INTEGER NOT NULL,
        -- Why it is a version of this paper: `doi:…`, `title and authors`; NULL for the only version.
        reason TEXT,
        -- Whether only a person may join it to other versions (`add --no-merge`).
        alone INTEGER NOT NULL,
        -- The number of the `remove` that removed this version from a paper that other files have too.
        removal INTEGER,
        checksum INTEGER
    );
    CREATE INDEX versions_by_paper ON versions (paper);
    CREATE INDEX versions_by_id ON versions (id, source);
    CREATE INDEX versions_by_hash ON versions (hash, source);
    -- Finds the versions without a record of their own among the thousands that a paper may have.
    CREATE INDEX versions_like_their_paper ON versions (paper) WHERE record IS NULL;

    -- A person's decisions about pairs of versions. Of the rows of one pair, that with the greatest number is valid.
    -- Undoing a decision deletes the rows with the greatest number in the table.
    CREATE TABLE decisions (
        number INTEGER NOT NULL,
        -- The smaller of the two version numbers.
        a INTEGER NOT NULL REFERENCES versions,
        b INTEGER NOT NULL REFERENCES versions,
        -- 1: one work, 0: two works.
        together INTEGER NOT NULL,
        checksum INTEGER,
        PRIMARY KEY (a, b, number)
    ) WITHOUT ROWID;
    CREATE INDEX decisions_by_b ON decisions (b);

    CREATE TABLE vectors (
        -- Increases with every vector, so that new vectors are at the end.
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        paper INTEGER NOT NULL UNIQUE REFERENCES papers ON DELETE CASCADE,
        text_hash BLOB NOT NULL,
        -- f32, little-endian, unit length.
        data BLOB NOT NULL,
        -- The arithmetic with which the vector was computed: `f32`, `bf16`, `int8`.
        precision TEXT NOT NULL,
        checksum INTEGER
    );

    -- The vectors of the sentences of a paper's present text: one row for each row of `vectors`, also for a text
    -- without sentences. They are in a separate table, because all pages of `vectors` are read together.
    CREATE TABLE sentence_vectors (
        -- UNIQUE, not the primary key: a separate index finds missing rows without reading the blobs.
        vector INTEGER NOT NULL UNIQUE REFERENCES vectors ON DELETE CASCADE,
        -- `library/sentences.rs` has the layout.
        data BLOB NOT NULL,
        checksum INTEGER
    );

    -- The byte ranges of sentences are invalid in another text. The paper's vector stays, so that searches find the
    -- paper until it is embedded again.
    CREATE TRIGGER sentences_of_the_former_text AFTER UPDATE OF text_hash ON papers
    WHEN new.text_hash IS NOT old.text_hash
    BEGIN
        DELETE FROM sentence_vectors WHERE vector IN (SELECT number FROM vectors WHERE paper = new.number);
    END;

    -- Triggers change `LibraryState::epoch`, so that the code cannot miss a change of a paper.
    CREATE TRIGGER epoch_of_papers AFTER UPDATE OF removal, text_hash, record ON papers
    WHEN (new.removal IS NOT old.removal OR new.text_hash IS NOT old.text_hash OR new.record IS NOT old.record)
        AND EXISTS (SELECT 1 FROM vectors WHERE paper = new.number)
    BEGIN
        UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'epoch';
    END;
    -- BEFORE, because the vector to be replaced is still in the table then.
    CREATE TRIGGER epoch_of_vectors BEFORE INSERT ON vectors
    WHEN EXISTS (SELECT 1 FROM vectors WHERE paper = new.paper)
    BEGIN
        UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'epoch';
    END;

    -- The interests of a person or a project, under a name.
    CREATE TABLE profiles (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        -- 32 random hexadecimal digits: identifies the profile in feeds.
        key TEXT NOT NULL,
        -- The greatest number of a paper that its feed has considered; 0: none yet.
        last_feed_paper INTEGER NOT NULL DEFAULT 0,
        -- When its feed last listed papers; NULL: never.
        last_feed_at TEXT,
        -- The number of the `profile remove` that removed it, counted from 1; undo sets it to NULL.
        removal INTEGER,
        checksum INTEGER
    );
    CREATE UNIQUE INDEX profiles_by_name ON profiles (name) WHERE removal IS NULL;

    -- Opinions on papers. Of the rows of one paper, that with the greatest number is valid. Undoing deletes the rows
    -- with one number. A row refers to a paper by one of its versions, so the opinion stays with that version when it
    -- joins another paper.
    CREATE TABLE opinions (
        number INTEGER NOT NULL,
        profile INTEGER NOT NULL REFERENCES profiles,
        version INTEGER NOT NULL REFERENCES versions,
        -- 1: liked, -1: disliked, 0: no opinion any more.
        opinion INTEGER NOT NULL,
        said_at TEXT NOT NULL,
        checksum INTEGER,
        PRIMARY KEY (profile, number, version)
    ) WITHOUT ROWID;

    -- Papers that were shown. A row refers to a paper by one of its versions, as in `opinions`.
    CREATE TABLE seen (
        -- Counted as in `opinions`, for undo.
        number INTEGER NOT NULL,
        version INTEGER NOT NULL REFERENCES versions,
        -- The profile whose feed showed it; 0: a person marked it as seen.
        profile INTEGER NOT NULL,
        seen_at TEXT NOT NULL,
        checksum INTEGER,
        PRIMARY KEY (version, profile)
    ) WITHOUT ROWID;
";

/// Creates the tables in an empty database.
pub(super) fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    // Write-ahead logging: readers are never blocked, and the file can be opened after a writer was killed. This mode
    // cannot be set inside a transaction. It stays set in the file.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have created the tables meanwhile.
    if transaction.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? == 0 {
        transaction.execute_batch(write_ahead_log::TABLE)?;
        transaction.execute_batch(TABLES)?;
        transaction.execute_batch(&checksums::schema())?;
        checksums::complete(&transaction)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()
}
