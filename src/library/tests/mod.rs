//! Tests of a library, and the functions that they share.

mod backup;
mod copies;
mod crowds;
mod damage;
mod filters;
mod profiles;
mod properties;
mod vectors;
mod works;

use tempfile::TempDir;

use super::*;
use crate::Error;
use crate::paper::{Paper, Record};
use crate::vector::{ByteEmbedding, Embedded, Embedding, ModelIdentity, Precision, SentenceVector};

const DIM: usize = 4;

fn model() -> ModelIdentity {
    ModelIdentity { name: "tiny".to_owned(), sha256: "0123456789abcdef".to_owned(), dim: DIM, multilingual: true }
}

fn paper(id: &str, text: &str) -> (Paper, u64) {
    let record =
        Record { id: id.to_owned(), title: format!("On {id}"), abstract_text: text.to_owned(), ..Record::default() };
    (record.into_paper().unwrap(), 1)
}

/// Makes a vector for the text and one for each of `ranges` (start, end). The numbers in them depend on `seed`.
fn embedded(seed: u8, ranges: &[(u32, u32)]) -> Embedded {
    let seed = f32::from(seed);
    let vector = Embedding::new(vec![1.0, seed, -2.0, 0.5]).unwrap();
    let sentence = |&(start, end): &(u32, u32)| SentenceVector {
        range: start..end,
        vector: ByteEmbedding::new(&[seed + 1.0, start as f32, -3.0, 0.0]).unwrap(),
    };
    Embedded { vector, sentences: ranges.iter().map(sentence).collect() }
}

/// A new library in a temporary folder, with its lock.
struct Place {
    library: Library,
    lock: WriteLock,
    _folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open_or_create(folder.path()).unwrap();
        Self { lock: library.lock().unwrap(), library, _folder: folder }
    }

    fn add_records(&mut self, id: &str, text: &str) {
        self.library
            .add_records(&self.lock, "a.jsonl", &[paper(id, text)], true, &mut KnownVersions::default())
            .unwrap();
    }

    /// Stores the result of [`embedded`] for each pending paper, and returns the number of pending papers.
    fn embed(&mut self, precision: Precision, seed: u8, ranges: &[(u32, u32)]) -> usize {
        let pending = self.library.pending(0, 100).unwrap();
        assert_eq!(self.library.count_pending().unwrap(), pending.len() as u64, "as many as are listed");
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
