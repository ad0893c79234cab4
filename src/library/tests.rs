//! Vectors and sentence vectors: stored, replaced, migrated, damaged. Identity and undo are tested through the program.

use tempfile::TempDir;

use super::*;
use crate::paper::{Paper, Record};
use crate::vector::{ByteEmbedding, Embedded, Embedding, ModelIdentity, Precision, SentenceVector};

const DIM: usize = 4;

fn model() -> ModelIdentity {
    ModelIdentity { name: "tiny".to_owned(), sha256: "0123456789abcdef".to_owned(), dim: DIM }
}

fn paper(id: &str, text: &str) -> (Paper, u64) {
    let record =
        Record { id: id.to_owned(), title: format!("On {id}"), abstract_text: text.to_owned(), ..Record::default() };
    (record.into_paper().unwrap(), 1)
}

/// A vector for the text and one for each of `ranges` (start, end), all of them numbers that depend on `seed`.
fn embedded(seed: u8, ranges: &[(u32, u32)]) -> Embedded {
    let seed = f32::from(seed);
    let vector = Embedding::new(vec![1.0, seed, -2.0, 0.5]).unwrap();
    let sentence = |&(start, end): &(u32, u32)| SentenceVector {
        range: start..end,
        vector: ByteEmbedding::new(&[seed + 1.0, start as f32, -3.0, 0.0]).unwrap(),
    };
    Embedded { vector, sentences: ranges.iter().map(sentence).collect() }
}

/// A library of its own, with the lock.
struct Place {
    library: Library,
    lock: WriteLock,
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open_or_create(folder.path()).unwrap();
        Self { lock: library.lock().unwrap(), library, folder }
    }

    fn take_in(&mut self, id: &str, text: &str) {
        self.library.take_in(&self.lock, "a.jsonl", &[paper(id, text)], &mut Seen::default()).unwrap();
    }

    /// Stores for each pending paper what [`embedded`] makes, and says how many there were.
    fn embed(&mut self, precision: Precision, seed: u8, ranges: &[(u32, u32)]) -> usize {
        let pending = self.library.pending(0, 100).unwrap();
        assert_eq!(self.library.count_pending().unwrap(), pending.len() as u64, "counted as they are listed");
        let vectors: Vec<Embedded> = pending.iter().map(|_| embedded(seed, ranges)).collect();
        self.library.store_vectors(&self.lock, &model(), precision, &pending, &vectors).unwrap();
        pending.len()
    }

    fn number(&self, id: &str) -> PaperNumber {
        self.library.find_whole(id).unwrap().number
    }

    fn vector(&self, id: &str) -> Embedding {
        let mut found = Vec::new();
        self.library.read_vectors([self.number(id)], DIM, |vector| found.push(vector)).unwrap();
        found.pop().unwrap()
    }

    fn sentences(&self, id: &str) -> Vec<SentenceVector> {
        self.library.sentences(self.number(id)).unwrap()
    }

    fn rows(&self, table: &str) -> i64 {
        self.library.query_one(&format!("SELECT count(*) FROM {table}")).unwrap()
    }

    fn sql(&self, sql: &str) {
        self.library.connection.execute_batch(sql).unwrap();
    }
}

#[test]
fn vectors_and_sentences_come_back_as_they_were_stored() {
    let mut place = Place::new();
    place.take_in("a", "One. Two.");
    place.take_in("b", "Three.");
    assert!(place.sentences("a").is_empty(), "there is no model yet");
    let [a, b] = [embedded(7, &[(0, 4), (5, 9), (9, 12)]), embedded(9, &[(2, 6)])];
    let pending = place.library.pending(0, 100).unwrap();
    place.library.store_vectors(&place.lock, &model(), Precision::Bf16, &pending, &[a.clone(), b.clone()]).unwrap();
    assert_eq!((place.vector("a"), place.sentences("a")), (a.vector, a.sentences.clone()));
    let numbers = ["b", "a"].map(|id| place.number(id));
    let mut read = Vec::new();
    place.library.read_sentences([numbers[0], 999, numbers[1]], DIM, |sentences| read.push(sentences)).unwrap();
    assert_eq!(read, [b.sentences, vec![], a.sentences], "in the order asked for, and none for an unknown paper");
    let summary = place.library.vector_summary().unwrap();
    assert_eq!(summary.papers, [(Precision::F32, 0), (Precision::Bf16, 2), (Precision::Int8, 0)]);
    // Two counts, and for each sentence its range and its numbers.
    assert_eq!((summary.sentences, summary.sentence_bytes), (4, 2 * 4 + 4 * (8 + DIM as u64)));
    place.library.check().unwrap();
}

#[test]
fn a_paper_without_sentences_is_finished_all_the_same() {
    let mut place = Place::new();
    place.take_in("a", "x");
    assert_eq!(place.embed(Precision::F32, 1, &[]), 1);
    assert_eq!(place.library.count_pending().unwrap(), 0);
    assert_eq!((place.rows("sentence_vectors"), place.sentences("a").len()), (1, 0));
    assert_eq!(place.library.vector_summary().unwrap().sentences, 0);
}

#[test]
fn vectors_that_are_replaced_leave_nothing_behind() {
    let mut place = Place::new();
    for id in ["a", "b"] {
        place.take_in(id, "A first text.");
    }
    place.embed(Precision::F32, 1, &[(0, 2), (3, 5)]);
    let pending = [Pending { number: place.number("a"), text: String::new(), text_hash: [7; 16] }];
    let before = place.library.state().unwrap();
    let new = embedded(2, &[(1, 4)]);
    place.library.store_vectors(&place.lock, &model(), Precision::Int8, &pending, std::slice::from_ref(&new)).unwrap();
    assert_eq!((place.vector("a"), place.sentences("a")), (new.vector, new.sentences));
    assert_eq!(place.sentences("b"), embedded(1, &[(0, 2), (3, 5)]).sentences);
    assert_eq!((place.rows("vectors"), place.rows("sentence_vectors")), (2, 2));
    assert_eq!(place.library.vector_summary().unwrap().sentences, 3);
    assert_ne!(place.library.state().unwrap(), before, "caches are out of date");
    assert_eq!(place.library.count_pending().unwrap(), 1, "what was stored was of another text");
}

#[test]
fn another_precision_is_another_version_of_a_vector_and_f32_is_the_text_s_hash() {
    let mut place = Place::new();
    place.take_in("a", "x");
    let hash: [u8; 16] = place.library.pending(0, 1).unwrap()[0].text_hash;
    let pending = place.library.pending(0, 1).unwrap();
    let versions = Precision::ALL.map(|precision| {
        place.library.store_vectors(&place.lock, &model(), precision, &pending, &[embedded(1, &[])]).unwrap();
        place.library.live_rows().unwrap()[0].version
    });
    assert_eq!(versions[0], u128::from_le_bytes(hash));
    assert!(versions[0] != versions[1] && versions[1] != versions[2] && versions[0] != versions[2], "{versions:?}");
}

#[test]
fn a_changed_text_takes_its_sentences_along_and_keeps_the_old_vector_until_there_is_a_new_one() {
    let mut place = Place::new();
    place.take_in("a", "A first text.");
    place.embed(Precision::F32, 1, &[(0, 3)]);
    let [mut same_text] = [paper("a", "A first text.")];
    same_text.0.year = Some(2001);
    place.library.take_in(&place.lock, "a.jsonl", &[same_text], &mut Seen::default()).unwrap();
    assert_eq!((place.sentences("a").len(), place.library.count_pending().unwrap()), (1, 0), "the text is the same");
    let old = place.vector("a");
    place.take_in("a", "Another.");
    assert!(place.sentences("a").is_empty(), "ranges of the former text");
    assert_eq!(place.vector("a"), old);
    assert_eq!((place.library.count_pending().unwrap(), place.library.count_without_vector().unwrap()), (1, 1));
    // Back to the text that the vector is of: it needs its sentences again.
    place.take_in("a", "A first text.");
    assert_eq!((place.library.count_pending().unwrap(), place.library.count_without_vector().unwrap()), (1, 0));
    assert_eq!(place.embed(Precision::F32, 2, &[(0, 2)]), 1);
    assert_eq!(place.sentences("a"), embedded(2, &[(0, 2)]).sentences);
    place.library.check().unwrap();
}

#[test]
fn removed_papers_get_their_sentences_back_by_undo() {
    let mut place = Place::new();
    for id in ["a", "b", "c", "d"] {
        place.take_in(id, "A text of some length.");
    }
    place.embed(Precision::Bf16, 1, &[(0, 2), (3, 5)]);
    let (number, before) = (place.number("a"), place.library.vector_summary().unwrap());
    place.library.remove(&place.lock, &[number]).unwrap();
    let removed = place.library.vector_summary().unwrap();
    assert_eq!((removed.papers[1], removed.sentences), ((Precision::Bf16, 3), 6), "removed papers are not counted");
    place.library.undo_remove(&place.lock).unwrap();
    assert_eq!(place.sentences("a"), embedded(1, &[(0, 2), (3, 5)]).sentences);
    assert_eq!(place.library.vector_summary().unwrap(), before);
    assert_eq!(place.library.count_pending().unwrap(), 0);
}

#[test]
fn what_could_not_be_read_back_is_not_stored_and_nothing_beside_it() {
    let mut place = Place::new();
    for id in ["a", "b"] {
        place.take_in(id, "x");
    }
    let pending = place.library.pending(0, 100).unwrap();
    let good = embedded(1, &[(0, 2)]);
    let long = ByteEmbedding::new(&[1.0; DIM + 1]).unwrap();
    let other_dim = Embedded { sentences: vec![SentenceVector { range: 0..1, vector: long }], ..good.clone() };
    let other_vector = Embedded { vector: Embedding::new(vec![1.0; DIM + 1]).unwrap(), sentences: vec![] };
    for (bad, reason) in [
        (embedded(1, &[(3, 5), (0, 2)]), "its sentences are empty, overlap or are out of order"),
        (embedded(1, &[(0, 3), (2, 5)]), "its sentences are empty, overlap or are out of order"),
        (embedded(1, &[(4, 4)]), "its sentences are empty, overlap or are out of order"),
        (other_dim, "one of its sentences has another dimension"),
        (other_vector, "the model has another dimension"),
    ] {
        let both = [good.clone(), bad];
        let stored = place.library.store_vectors(&place.lock, &model(), Precision::F32, &pending, &both);
        assert!(stored.as_ref().is_err_and(|error| error.to_string().ends_with(reason)), "{stored:?}");
        assert_eq!((place.rows("vectors"), place.library.model().unwrap()), (0, None));
    }
}

#[test]
fn damaged_sentences_are_refused_and_said() {
    let mut place = Place::new();
    place.take_in("a", "A text of some length.");
    place.embed(Precision::F32, 1, &[(0, 3), (5, 9)]);
    let whole: Vec<u8> = place.library.query_one("SELECT data FROM sentence_vectors").unwrap();
    let with = |at: usize, byte: u8| {
        let mut blob = whole.clone();
        blob[at] = byte;
        blob
    };
    let damaged = [
        (whole[..3].to_vec(), "the sentence vectors are cut off"),
        (vec![], "the sentence vectors are cut off"),
        (whole[..whole.len() - 1].to_vec(), "2 sentence vectors take 24 bytes, and there are 23"),
        ([&whole[..], &[0]].concat(), "2 sentence vectors take 24 bytes, and there are 25"),
        (with(0, 1), "1 sentence vectors take 12 bytes, and there are 24"),
        (with(3, 0xff), "4278190082 sentence vectors take 51338280984 bytes, and there are 24"),
        (with(12, 2), "the sentence at bytes 2..9 is empty, overlaps another or is out of order"),
        (with(16, 5), "the sentence at bytes 5..5 is empty, overlaps another or is out of order"),
        (with(4, 200), "the sentence at bytes 200..3 is empty, overlaps another or is out of order"),
        ([&whole[..20], &[0; 8]].concat(), "a sentence vector: a vector of 4 numbers cannot be an embedding"),
    ];
    for (blob, reason) in damaged {
        place.library.connection.execute("UPDATE sentence_vectors SET data = ?", [&blob]).unwrap();
        for said in [place.library.sentences(place.number("a")).map(|_| ()), place.library.check()] {
            let said = said.unwrap_err();
            assert!(matches!(&said, Error::Corrupt { detail, .. } if detail.contains(reason)), "{reason}: {said}");
        }
    }
    // What can be told only beside the text: an end beyond it, and one within a letter.
    for (text, end, reason) in [("Short.", 13, "no sentence at bytes 5..13"), ("Té.", 8, "no sentence at bytes 5..8")]
    {
        assert!(paper("a", text).0.text().len() < 13);
        place.take_in("a", text);
        place.embed(Precision::F32, 1, &[(0, 3), (5, end)]);
        assert!(place.library.check().unwrap_err().to_string().contains(reason), "{text}");
    }
}

#[test]
fn a_check_reads_what_nothing_else_reads() {
    let mut place = Place::new();
    place.take_in("a", "A text of some length.");
    place.embed(Precision::F32, 1, &[(0, 3)]);
    place.library.check().unwrap();
    let number = place.number("a");
    place.library.remove(&place.lock, &[number]).unwrap();
    for (damage, reason) in [
        ("UPDATE vectors SET precision = 'f16'", "\"f16\" is no precision of vectors"),
        ("UPDATE vectors SET data = zeroblob(16)", "\"a\": a vector of 4 numbers cannot be an embedding"),
        ("UPDATE vectors SET data = 'text'", "Invalid type"),
        ("UPDATE vectors SET text_hash = zeroblob(16)", "its sentence vectors are of another text"),
        ("UPDATE sentence_vectors SET vector = 99", "a row of sentence_vectors belongs to none of vectors"),
        ("UPDATE papers SET record = '{'", "Conversion error"),
    ] {
        place.sql("PRAGMA foreign_keys = OFF; BEGIN");
        place.sql(damage);
        let said = place.library.check().unwrap_err();
        place.sql("ROLLBACK; PRAGMA foreign_keys = ON");
        assert!(matches!(&said, Error::Corrupt { detail, .. } if detail.contains(reason)), "{damage}: {said}");
    }
}

#[test]
fn a_trial_on_a_copy_knows_what_is_finished() {
    let mut place = Place::new();
    place.take_in("a", "x");
    place.embed(Precision::Bf16, 1, &[(0, 1)]);
    let mut scratch = place.library.scratch().unwrap();
    assert_eq!(scratch.count_pending().unwrap(), 0);
    let changed = [paper("a", "y"), paper("b", "z")];
    scratch.take_in(&place.lock, "a.jsonl", &changed, &mut Seen::default()).unwrap();
    assert_eq!((scratch.count_pending().unwrap(), place.library.count_pending().unwrap()), (2, 0));
}

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
    assert_eq!(place.library.query_one::<i64>("PRAGMA user_version").unwrap(), 2);
    assert_eq!(place.library.state().unwrap(), state, "an index that was made before is still good");
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
    let more = place.library.take_in(&place.lock, "a.jsonl", &[paper("c", "x")], &mut Seen::default());
    assert!(matches!(more, Err(Error::ReadOnlyLibrary { .. })), "{more:?}");
    assert_eq!(std::fs::read(&database).unwrap(), before);
}
