//! Every parser of relata that reads bytes from elsewhere, through the functions that programs use: for the targets of
//! cargo-fuzz in this folder, and for `benches/fuzz.rs`, which counts, measures and limits.
//!
//! A parser may refuse an input, but must not panic, hang, or use much memory.

mod caches;
mod drafts;
mod lists;
mod models;
mod papers;
mod questions;
mod seeds;
mod servers;

/// A parser, and examples of what it reads.
pub struct Parser {
    /// Its name, which is also the name of its target.
    pub name: &'static str,
    /// Returns inputs that it reads without complaint.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Reads an input. Returns how many papers, passages, queries or other records it contains.
    pub read: fn(&[u8]) -> usize,
}

/// All parsers.
pub fn parsers() -> impl Iterator<Item = &'static Parser> {
    [
        papers::PARSERS,
        drafts::PARSERS,
        questions::PARSERS,
        lists::PARSERS,
        servers::PARSERS,
        models::PARSERS,
        caches::PARSERS,
    ]
    .into_iter()
    .flatten()
}

/// The parser of this name.
///
/// # Panics
/// If there is none.
pub fn parser(name: &str) -> &'static Parser {
    parsers().find(|parser| parser.name == name).expect("a parser of this name")
}

/// A folder for files that a parser reads by their names, in memory where the system has such a folder. It is removed
/// when the value is dropped.
fn folder() -> tempfile::TempDir {
    let in_memory = std::path::Path::new("/dev/shm");
    let folder = if in_memory.is_dir() { tempfile::tempdir_in(in_memory) } else { tempfile::tempdir() };
    folder.expect("a folder for temporary files")
}

/// Copies of texts.
fn bytes(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}
