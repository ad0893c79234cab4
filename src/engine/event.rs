//! Events that the engine reports while it works.

use std::path::Path;

use crate::embed::store::FetchEvent;

/// Something that happened during long work. It is reported from the calling thread unless stated otherwise.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A model is being fetched.
    Fetch(FetchEvent<'a>),
    /// A message for the user. The work goes on.
    Notice(String),
    /// Papers of a file were read.
    Reading {
        /// The file.
        file: &'a Path,
        /// The number of papers so far.
        papers: u64,
    },
    /// Texts were embedded; reported from any thread.
    Embedding {
        /// The number of texts embedded so far.
        done: u64,
        /// The number of texts to embed.
        total: u64,
    },
    /// Papers or questions were compared with the papers of the library; reported from any thread.
    Comparing {
        /// The number of papers or questions compared so far.
        done: u64,
        /// The number of papers or questions to compare.
        total: u64,
    },
    /// Pages of the database were copied.
    Copying {
        /// The number of pages copied so far.
        done: u64,
        /// The number of pages to copy.
        total: u64,
    },
    /// Parts of a damaged database were read.
    Repairing {
        /// The number of parts so far.
        done: u64,
        /// The number of parts.
        total: u64,
    },
    /// Vectors were added to the graph.
    Graph {
        /// The number of vectors added so far.
        done: u64,
        /// The number of vectors to add.
        total: u64,
    },
}

/// Receives [`Event`]s.
pub type Observer<'a> = &'a (dyn Fn(Event) + Sync);

/// Receives [`Event`]s and does nothing.
pub fn unobserved(_: Event) {}
