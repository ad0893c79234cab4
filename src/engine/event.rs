//! Events that the engine reports while it works.

use std::path::Path;

use crate::embed::store::FetchEvent;

/// Something that happened during long work. It is reported from the calling thread unless stated otherwise.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A model is being fetched.
    Fetch(FetchEvent<'a>),
    /// Something that the user should know, though the work goes on.
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
        /// Done.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// Papers were compared with all others; reported from any thread.
    Comparing {
        /// Done.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// Vectors were added to the graph.
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
