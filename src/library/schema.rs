//! The tables of `papers.db` and how older files are brought up to date.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::identity::Features;
use super::stored_record::from_json;

/// Version of the schema that this program reads and writes, kept in SQLite's `user_version`.
pub(super) const VERSION: i64 = 5;

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
        -- The paper as JSON: what its versions say together.
        record TEXT NOT NULL,
        -- Of the text that is embedded; a vector with another hash is out of date.
        text_hash BLOB NOT NULL,
        -- The file that brought it first.
        source INTEGER NOT NULL REFERENCES sources,
        -- Which `remove` took it out, counted from 1; cleared by its undo: nothing is deleted. 0: its versions have
        -- joined another paper.
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
    "
    -- What each file says of a paper. A paper is what its versions say together (`library/identity/merging.rs`).
    CREATE TABLE versions (
        -- AUTOINCREMENT: in the order in which they came, and `decisions` names them for good.
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        paper INTEGER NOT NULL REFERENCES papers,
        source INTEGER NOT NULL REFERENCES sources,
        -- Where in the file it stood; NULL for what was there before version 3.
        line INTEGER,
        -- As the file gave it, or as it was derived.
        id TEXT NOT NULL,
        -- As JSON; NULL if it is what the paper says, but for the id.
        record TEXT,
        -- XXH3 of the record as it came, so that the same again is known without reading it; NULL if unknown.
        hash INTEGER,
        -- By what it was taken for the same as another version of the paper: `doi:…`, `title and authors`.
        reason TEXT,
        -- Whether only a person may join it to others (`add --no-merge`).
        alone INTEGER NOT NULL DEFAULT 0,
        -- Which `remove` took it out of a paper that stays.
        removal INTEGER
    );
    CREATE INDEX versions_by_paper ON versions (paper);
    CREATE INDEX versions_by_id ON versions (id, source);

    -- Hashes under which papers with a like title are looked up (`library/identity/titles.rs`).
    CREATE TABLE title_keys (
        key INTEGER NOT NULL,
        paper INTEGER NOT NULL REFERENCES papers,
        PRIMARY KEY (key, paper)
    ) WITHOUT ROWID;

    -- What people said of two versions; of several rows for two, that of the greatest number holds. Undoing takes the
    -- rows of the greatest number out.
    CREATE TABLE decisions (
        number INTEGER NOT NULL,
        -- The lesser number of the two.
        a INTEGER NOT NULL REFERENCES versions,
        b INTEGER NOT NULL REFERENCES versions,
        -- 1: of one work, 0: of two.
        together INTEGER NOT NULL,
        PRIMARY KEY (a, b, number)
    ) WITHOUT ROWID;
    CREATE INDEX decisions_by_b ON decisions (b);

    -- Every paper was one record so far, perhaps of several files that are no longer told apart.
    INSERT INTO versions (paper, source, id) SELECT number, source, id FROM papers ORDER BY number;
    INSERT INTO meta SELECT 'versions_without_hash', '1' WHERE EXISTS (SELECT 1 FROM papers);
",
    "
    -- A record that is there already is found by what it says, whatever its file is called.
    CREATE INDEX versions_by_hash ON versions (hash, source);

    -- Of a paper with thousands of versions, those that are what it says are found without reading the others.
    CREATE INDEX versions_like_their_paper ON versions (paper) WHERE record IS NULL;

    -- All that filters ask about (`library/filtered.rs`), so that they need not read the records, abstracts and all.
    -- `removal` is the last, so that SQLite takes this index for no other question that has a condition on it.
    CREATE INDEX papers_by_facts ON papers (
        record ->> 'year', record ->> 'date', record ->> 'venue', record ->> 'categories',
        record ->> 'authors', record ->> '$.details.author', record ->> 'abstract' IS NULL, removal
    );

    -- What somebody is interested in, under a name.
    CREATE TABLE profiles (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        -- 32 hexadecimal digits drawn at random: the profile's name for the world, in feeds.
        key TEXT NOT NULL,
        -- The greatest number of a paper that its feed has told of, or passed over; numbers are not given twice.
        told INTEGER NOT NULL DEFAULT 0,
        -- When that was; NULL: never.
        told_at TEXT,
        -- Which `profile remove` took it out, counted from 1; cleared by its undo.
        removal INTEGER
    );
    CREATE UNIQUE INDEX profiles_by_name ON profiles (name) WHERE removal IS NULL;

    -- What was said of papers: of several rows for one paper, that of the greatest number holds. Undoing takes the rows
    -- of one number out. A paper is named by one of its versions, so that what was said goes where the version goes.
    CREATE TABLE opinions (
        number INTEGER NOT NULL,
        profile INTEGER NOT NULL REFERENCES profiles,
        version INTEGER NOT NULL REFERENCES versions,
        -- 1: liked, -1: disliked, 0: no opinion any more.
        opinion INTEGER NOT NULL,
        said_at TEXT NOT NULL,
        PRIMARY KEY (profile, number, version)
    ) WITHOUT ROWID;

    -- Papers that were shown, named as in `opinions`.
    CREATE TABLE seen (
        -- Counted as in `opinions`, for undoing.
        number INTEGER NOT NULL,
        version INTEGER NOT NULL REFERENCES versions,
        -- The profile whose feed showed it; 0: a person said so.
        profile INTEGER NOT NULL,
        seen_at TEXT NOT NULL,
        PRIMARY KEY (version, profile)
    ) WITHOUT ROWID;
",
    "
    -- `Moment::epoch`. Triggers rather than code, so that no way of changing a paper is forgotten.
    INSERT OR IGNORE INTO meta VALUES ('epoch', lower(hex(randomblob(16))));
    CREATE TRIGGER IF NOT EXISTS epoch_of_papers AFTER UPDATE OF removal, text_hash, record ON papers
    WHEN (new.removal IS NOT old.removal OR new.text_hash IS NOT old.text_hash OR new.record IS NOT old.record)
        AND EXISTS (SELECT 1 FROM vectors WHERE paper = new.number)
    BEGIN
        UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'epoch';
    END;
    -- BEFORE: afterwards the vector that is replaced is gone.
    CREATE TRIGGER IF NOT EXISTS epoch_of_vectors BEFORE INSERT ON vectors
    WHEN EXISTS (SELECT 1 FROM vectors WHERE paper = new.paper)
    BEGIN
        UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'epoch';
    END;
",
];

/// Shows a file of version 1 that may not be written, a mounted backup say, as if it were of version 2. What stands
/// in for the new column and the new table is temporary, and so no part of the file.
const VERSION_1_AS_IT_STANDS: &str = "
    PRAGMA temp_store = MEMORY;
    CREATE TEMP VIEW vectors AS SELECT *, 'f32' AS precision FROM main.vectors;
    CREATE TEMP TABLE sentence_vectors (vector INTEGER NOT NULL UNIQUE, data BLOB NOT NULL);
";

/// The same for versions 1 and 2, whose papers each have the one version that they are.
const VERSION_2_AS_IT_STANDS: &str = "
    PRAGMA temp_store = MEMORY;
    CREATE TEMP VIEW versions AS
        SELECT number, number AS paper, source, NULL AS line, id, NULL AS record, NULL AS hash, NULL AS reason,
               0 AS alone, NULL AS removal FROM main.papers;
    CREATE TEMP TABLE title_keys (key INTEGER NOT NULL, paper INTEGER NOT NULL);
    CREATE TEMP TABLE decisions (number INTEGER, a INTEGER, b INTEGER, together INTEGER);
";

/// The same for versions 1 to 3, which knew no profiles.
const VERSION_3_AS_IT_STANDS: &str = "
    PRAGMA temp_store = MEMORY;
    CREATE TEMP TABLE profiles (number INTEGER, name TEXT, key TEXT, told INTEGER, told_at TEXT, removal INTEGER);
    CREATE TEMP TABLE opinions (number INTEGER, profile INTEGER, version INTEGER, opinion INTEGER, said_at TEXT);
    CREATE TEMP TABLE seen (number INTEGER, version INTEGER, profile INTEGER, seen_at TEXT);
";

/// Brings a database of version `found` up to [`VERSION`], in one transaction; one that may not be written is left as
/// it is and read as if it had been.
pub(super) fn bring_up(connection: &mut Connection, found: i64) -> rusqlite::Result<()> {
    if found > 0 && connection.is_readonly("main")? {
        if found == 1 {
            connection.execute_batch(VERSION_1_AS_IT_STANDS)?;
        }
        if found <= 2 {
            connection.execute_batch(VERSION_2_AS_IT_STANDS)?;
        }
        if found <= 3 {
            connection.execute_batch(VERSION_3_AS_IT_STANDS)?;
        }
        // Later versions have indexes and triggers more, without which the same is found.
        return Ok(());
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
    if found < 3 {
        enter_title_keys(&transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// The keys of the titles of papers that were there before version 3.
fn enter_title_keys(transaction: &Transaction) -> rusqlite::Result<()> {
    let mut papers = transaction.prepare("SELECT number, record FROM papers")?;
    let mut enter = transaction.prepare("INSERT OR IGNORE INTO title_keys (key, paper) VALUES (?, ?)")?;
    let mut rows = papers.query([])?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        for key in Features::of(&from_json(row.get_ref(1)?.as_str()?, 1)?).keys() {
            enter.execute([*key, number])?;
        }
    }
    Ok(())
}
