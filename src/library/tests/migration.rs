//! Libraries that older versions of relata made.

use super::*;

/// The tables of version 1, as the versions of relata that knew no other wrote them.
const VERSION_1: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA foreign_keys = ON;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    INSERT INTO meta VALUES ('state', lower(hex(randomblob(16))));
    CREATE TABLE sources (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE papers (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, title_key TEXT NOT NULL,
        record TEXT NOT NULL, text_hash BLOB NOT NULL, source INTEGER NOT NULL REFERENCES sources, removal INTEGER
    );
    CREATE INDEX papers_by_title ON papers (title_key);
    CREATE TABLE identifiers (
        value TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE, PRIMARY KEY (value, paper)
    ) WITHOUT ROWID;
    CREATE TABLE vectors (
        number INTEGER PRIMARY KEY AUTOINCREMENT, paper INTEGER NOT NULL UNIQUE REFERENCES papers ON DELETE CASCADE,
        text_hash BLOB NOT NULL, data BLOB NOT NULL
    );
    PRAGMA application_id = 0x72656c61;
    PRAGMA user_version = 1;
    INSERT INTO meta VALUES ('model_name', 'tiny'), ('model_sha256', '0123456789abcdef'), ('model_dim', '4');
";

/// A file of version 1 with papers that are like those of `place`, those of `with_vector` with theirs.
fn version_1(with_vector: &[&str], without: &[&str]) -> (TempDir, Connection) {
    let mut like = Place::new();
    let all: Vec<&&str> = with_vector.iter().chain(without).collect();
    for id in &all {
        like.take_in(id, "A text of some length.");
    }
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join(DATABASE)).unwrap();
    connection.execute_batch(VERSION_1).unwrap();
    let from = like.folder.path().join(DATABASE);
    connection.execute("ATTACH ? AS made", [from.to_str().unwrap()]).unwrap();
    let copied = "INSERT INTO sources SELECT * FROM made.sources; INSERT INTO papers SELECT * FROM made.papers;";
    connection.execute_batch(copied).unwrap();
    for (seed, id) in (1..).zip(with_vector) {
        let sql = "INSERT INTO vectors (paper, text_hash, data) SELECT number, text_hash, ? FROM papers WHERE id = ?";
        connection.execute(sql, rusqlite::params![embedded(seed, &[]).vector.to_le_bytes(), id]).unwrap();
    }
    connection.execute_batch("DETACH made").unwrap();
    (folder, connection)
}

#[test]
fn a_library_of_version_1_keeps_its_vectors_and_is_completed_by_the_next_add() {
    let (folder, connection) = version_1(&["a", "b", "gone"], &["new"]);
    connection.execute_batch("UPDATE papers SET removal = 1 WHERE id = 'gone'").unwrap();
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    let state = one("SELECT value FROM meta WHERE key = 'state'");
    let hash = u128::from_le_bytes(
        connection.query_row("SELECT text_hash FROM vectors WHERE number = 1", [], |row| row.get(0)).unwrap(),
    );
    let library = Library::open(folder.path()).unwrap();
    let mut place = Place { lock: library.lock().unwrap(), library, folder };
    assert_eq!(place.library.query_one::<i64>("PRAGMA user_version").unwrap(), 5);
    assert_eq!(place.library.moment().unwrap().state, state, "an index that was made before is still good");
    let live = place.library.live_rows().unwrap();
    assert_eq!((live.len(), live[0].version), (2, hash));
    assert_eq!(place.vector("b"), embedded(2, &[]).vector);
    assert!(place.sentences("b").is_empty());
    assert_eq!(place.library.vector_summary().unwrap().papers[0], (Precision::F32, 2));
    // A process of the older version that had the file open may still be at work.
    let older = "INSERT OR REPLACE INTO vectors (paper, text_hash, data)
                 SELECT paper, vectors.text_hash, data FROM vectors WHERE paper = 1";
    connection.execute(older, []).unwrap();
    assert_eq!(place.library.count_without_vector().unwrap(), 1);
    place.library.check().unwrap();
    assert_eq!(place.library.pending(1, 1).unwrap()[0].number, place.number("b"), "page by page");
    assert_eq!(place.embed(Precision::Bf16, 9, &[(0, 4)]), 3);
    assert_eq!((place.rows("vectors"), place.rows("sentence_vectors")), (4, 3), "that of the removed paper is kept");
    for id in ["a", "b", "new"] {
        assert_eq!((place.vector(id), place.sentences(id).len()), (embedded(9, &[]).vector, 1), "{id}");
    }
    // The older program deletes with the vector what it knows nothing of.
    connection.execute(older, []).unwrap();
    assert_eq!((place.library.count_pending().unwrap(), place.rows("sentence_vectors")), (1, 2));
    place.library.undo_remove(&place.lock).unwrap();
    assert_eq!(place.vector("gone"), embedded(3, &[]).vector);
    assert_eq!(place.library.count_pending().unwrap(), 2);
}

#[test]
fn a_library_of_version_1_that_may_not_be_written_is_read_as_it_stands() {
    let (folder, connection) = version_1(&["a"], &["new"]);
    drop(connection);
    let database = folder.path().join(DATABASE);
    let before = std::fs::read(&database).unwrap();
    let uri = format!("file:{}?immutable=1", percent_encoded(&database));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let library = Library::connect(folder.path(), Connection::open_with_flags(uri, flags)).unwrap();
    let lock = library.lock().unwrap();
    let mut place = Place { library, lock, folder };
    assert_eq!((place.vector("a"), place.sentences("a")), (embedded(1, &[]).vector, vec![]));
    assert_eq!(place.library.live_rows().unwrap().len(), 1);
    assert_eq!((place.library.count_pending().unwrap(), place.library.count_without_vector().unwrap()), (2, 1));
    assert_eq!(place.library.vector_summary().unwrap().papers[0], (Precision::F32, 1));
    place.library.check().unwrap();
    let more = place.library.take_in(&place.lock, "a.jsonl", &[paper("c", "x")], true, &mut Seen::default());
    assert!(matches!(more, Err(Error::ReadOnlyLibrary { .. })), "{more:?}");
    assert_eq!(std::fs::read(&database).unwrap(), before);
}

/// Takes a library back to version 3: without profiles and the indexes that version 4 brought.
const TO_VERSION_3: &str = "
    DROP TABLE seen; DROP TABLE opinions; DROP TABLE profiles;
    DROP INDEX papers_by_facts; DROP INDEX versions_by_hash; DROP INDEX versions_like_their_paper;
    PRAGMA user_version = 3;
";

/// Takes a library back to version 2, as far as that can hold it: without versions and profiles.
const TO_VERSION_2: &str = "
    DROP TABLE seen; DROP TABLE opinions; DROP TABLE profiles; DROP INDEX papers_by_facts;
    DROP TABLE decisions; DROP TABLE title_keys; DROP TABLE versions;
    DELETE FROM meta WHERE key = 'versions_without_hash'; PRAGMA user_version = 2;
";

fn version_2(papers: &[&str]) -> TempDir {
    let mut place = Place::new();
    for id in papers {
        place.take_in(id, "A text of some length.");
    }
    place.embed(Precision::Bf16, 1, &[(0, 3)]);
    place.sql(TO_VERSION_2);
    place.folder
}

#[test]
fn a_library_of_version_2_keeps_everything_and_knows_its_files_again() {
    let folder = version_2(&["a", "b"]);
    // A paper that was renamed when it came: its file calls it "1".
    let renamed = "UPDATE papers SET id = 'derived-1', record = json_set(record, '$.id', 'derived-1') WHERE id = 'b'";
    Connection::open(folder.path().join(DATABASE)).unwrap().execute_batch(renamed).unwrap();
    let library = Library::open(folder.path()).unwrap();
    let mut place = Place { lock: library.lock().unwrap(), library, folder };
    assert_eq!((place.rows("versions"), place.rows("papers")), (2, 2));
    assert_eq!(place.library.count_pending().unwrap(), 0, "no vector was lost");
    assert_eq!(place.library.versions(place.number("a")).unwrap()[0].line, None);
    assert_eq!(place.library.sources().unwrap()[0].papers, 2);
    place.library.check().unwrap();
    let mut seen = Seen::default();
    let mut again = [paper("a", "A text of some length."), paper("b", "A text of some length.")];
    again[1].0.id = crate::paper::PaperId::new("1");
    let taken = place.library.take_in(&place.lock, "a.jsonl", &again, true, &mut seen).unwrap();
    assert!(taken.iter().all(|taken| taken.outcome == Outcome::Unchanged && !taken.joined), "{taken:?}");
    assert_eq!((place.rows("versions"), place.rows("papers")), (2, 2));
    let taken = place.library.take_in(&place.lock, "a.jsonl", &again, true, &mut Seen::default()).unwrap();
    assert!(taken.iter().all(|taken| taken.outcome == Outcome::Unchanged));
    // Another file brings the same.
    let taken = place.library.take_in(&place.lock, "b.jsonl", &again[..1], true, &mut Seen::default()).unwrap();
    assert!(taken[0].joined);
}

#[test]
fn a_library_of_version_2_that_may_not_be_written_is_read_as_it_stands() {
    let folder = version_2(&["a", "b"]);
    let database = folder.path().join(DATABASE);
    let before = std::fs::read(&database).unwrap();
    let uri = format!("file:{}?immutable=1", percent_encoded(&database));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let library = Library::connect(folder.path(), Connection::open_with_flags(uri, flags)).unwrap();
    let number = library.find_whole("a").unwrap().number;
    assert_eq!(library.versions(number).unwrap().len(), 1);
    assert_eq!(library.sources().unwrap()[0].papers, 2);
    assert_eq!(library.papers_of_source("a.jsonl").unwrap().only.len(), 2);
    assert!(library.works(0, 10).unwrap().is_empty());
    library.lookalikes(|pair| -> Result<()> { panic!("{pair:?}") }).unwrap();
    assert_eq!(library.same_as(&paper("a", "x").0).unwrap().map(|listed| listed.number), Some(number));
    assert_eq!(library.same_as(&paper("new", "x").0).unwrap(), None);
    library.check().unwrap();
    assert_eq!(std::fs::read(&database).unwrap(), before);
}

#[test]
fn a_library_of_version_3_that_may_not_be_written_is_filtered_without_the_index() {
    let mut place = Place::new();
    place.take_in("a", "A text.");
    place.take_in("b", "");
    place.sql(TO_VERSION_3);
    place.sql("PRAGMA wal_checkpoint(TRUNCATE);");
    let (folder, number) = (place.folder, place.library.find_whole("a").unwrap().number);
    let uri = format!("file:{}?immutable=1", percent_encoded(&folder.path().join(DATABASE)));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let library = Library::connect(folder.path(), Connection::open_with_flags(uri, flags)).unwrap();
    let mut filter = Filter::default();
    filter.require(Condition::new(Field::Has, "abstract").unwrap());
    assert_eq!(library.filtered(&filter).unwrap(), [number]);
    assert_eq!(library.versions(number).unwrap().len(), 1, "no stand-in hides what is there");
    let library = Library::open(folder.path()).unwrap();
    assert_eq!(library.query_one::<i64>("PRAGMA user_version").unwrap(), 5);
}

#[test]
fn a_library_of_version_3_gets_profiles_or_is_read_without_them_where_it_may_not_be_written() {
    let mut place = Place::new();
    place.take_in("a", "A text of some length.");
    place.sql(TO_VERSION_3);
    let folder = place.folder;
    drop((place.library, place.lock));
    let database = folder.path().join(DATABASE);
    let uri = format!("file:{}?immutable=1", percent_encoded(&database));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let mut library = Library::connect(folder.path(), Connection::open_with_flags(uri, flags)).unwrap();
    assert_eq!((library.profiles().unwrap(), library.shown().unwrap()), (vec![], vec![]));
    let (lock, a) = (library.lock().unwrap(), library.find_whole("a").unwrap().number);
    let now = jiff::Timestamp::UNIX_EPOCH;
    let said = library.say(&lock, "mine", &[a], Some(Opinion::Liked), now);
    assert!(matches!(said, Err(Error::ReadOnlyLibrary { .. })), "not kept where nobody finds it again: {said:?}");
    drop((library, lock));
    let mut library = Library::open(folder.path()).unwrap();
    let lock = library.lock().unwrap();
    assert_eq!(library.say(&lock, "mine", &[a], Some(Opinion::Liked), now).unwrap().len(), 1);
    drop((library, lock));
    let library = Library::open(folder.path()).unwrap();
    assert_eq!(library.profile("mine").unwrap().liked, [Said { paper: a, at: now }]);
    library.check().unwrap();
}

#[test]
fn a_damaged_record_is_noticed_where_the_index_is_made() {
    let mut place = Place::new();
    place.take_in("a", "A text.");
    place.sql(&format!("{TO_VERSION_3} UPDATE papers SET record = '{{'"));
    let opened = Library::open(place.folder.path());
    assert!(matches!(&opened, Err(Error::Corrupt { detail, .. }) if detail.contains("JSON")), "{opened:?}");
}
