//! What the engine reports while it works.

use std::path::Path;

use crate::embed::store::FetchEvent;

/// Something that happened during long work; reported from the calling thread unless it says otherwise.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A model is on its way.
    Fetch(FetchEvent<'a>),
    /// Something that the user should know, though the work goes on.
    Notice(String),
    /// So many papers of a file have been read.
    Reading {
        /// The file.
        file: &'a Path,
        /// Papers so far.
        papers: u64,
    },
    /// So many of the texts are embedded; reported from any thread.
    Embedding {
        /// Done.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// So many papers have been compared with all others; reported from any thread.
    Comparing {
        /// Done.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// So many vectors are in the graph.
    Graph {
        /// Done.
        done: u64,
        /// Of how many.
        total: u64,
    },
}

/// Receives [`Event`]s.
pub type Observer<'a> = &'a (dyn Fn(Event) + Sync);

/// Receives [`Event`]s and does nothing.
pub fn unobserved(_: Event) {}
