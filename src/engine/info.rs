//! Numbers about a library.

use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

use super::event::Observer;
use super::generation::cache_of;
use super::open::Engine;
use crate::Result;
use crate::vector::{ModelIdentity, Precision};

/// Numbers about a library.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Info {
    /// Its folder.
    pub library: PathBuf,
    /// Number of papers.
    pub papers: u64,
    /// Papers without an abstract.
    pub without_abstract: u64,
    /// Papers without vectors of their present text or of its sentences.
    pub not_embedded: u64,
    /// The number of papers with a vector of each precision, the most exact first.
    #[serde(serialize_with = "by_precision")]
    pub vectors: [(Precision, u64); Precision::ALL.len()],
    /// Number of sentence vectors.
    pub sentence_vectors: u64,
    /// The size of the sentence vectors in the database, including the position of each sentence.
    pub sentence_vector_bytes: u64,
    /// Number of papers that can be searched.
    pub searchable: usize,
    /// Number of papers in the graph.
    pub in_graph: usize,
    /// The number of papers that can be searched in each language that was recognised, the most frequent first.
    #[serde(serialize_with = "by_language")]
    pub languages: Vec<(&'static str, usize)>,
    /// The model of the vectors; `None` while there are no vectors.
    pub model: Option<ModelIdentity>,
    /// The size of the database.
    pub database_bytes: u64,
    /// The size of the indexes on disk.
    pub cache_bytes: u64,
    /// Whether every page, vector and sentence vector of the database was checked.
    pub checked: bool,
}

impl Engine {
    /// Numbers about the library. With `check`, the whole database is read to find damage.
    ///
    /// # Errors
    /// [`Corrupt`](crate::Error::Corrupt) if damage is found.
    pub fn info(&self, check: bool, observer: Observer) -> Result<Info> {
        if check {
            self.library()?.check()?;
        }
        let snapshot = self.snapshot(observer)?;
        let (library, (searchable, in_graph)) = (snapshot.library(), snapshot.index_size());
        let vectors = library.vector_summary()?;
        Ok(Info {
            library: library.folder().to_owned(),
            papers: library.count()?,
            without_abstract: library.count_without_abstract()?,
            not_embedded: library.count_pending()?,
            vectors: vectors.papers,
            sentence_vectors: vectors.sentences,
            sentence_vector_bytes: vectors.sentence_bytes,
            searchable,
            in_graph,
            languages: snapshot.languages(),
            model: library.model()?,
            database_bytes: std::fs::metadata(library.database()).map_or(0, |metadata| metadata.len()),
            cache_bytes: size_of(&cache_of(library)),
            checked: check,
        })
    }
}

/// `{"English": 500, "German": 2}`.
fn by_language<S: Serializer>(languages: &[(&str, usize)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(languages.iter().copied())
}

/// `{"f32": 500, "bf16": 1500, "int8": 0}`.
fn by_precision<S: Serializer>(vectors: &[(Precision, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(vectors.iter().map(|(precision, papers)| (precision.name(), papers)))
}

fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => size_of(&entry.path()),
            _ => entry.metadata().map_or(0, |metadata| metadata.len()),
        })
        .sum()
}
