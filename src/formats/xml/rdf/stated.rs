//! What statements of RDF become: works, and what works point to.

use crate::paper::Record;

/// What a work may point to.
pub(super) enum Thing {
    Name(String),
    Container(Box<Container>),
}

/// What a work appeared in.
#[derive(Clone, Default)]
pub(super) struct Container {
    pub titles: Vec<String>,
    pub record: Record,
    /// What it is part of.
    pub within: Option<String>,
}

/// A work whose names and container may be in other statements.
pub(super) struct Work {
    pub line: u64,
    pub record: Record,
    pub authors: Vec<Slot>,
    pub editors: Vec<Slot>,
    pub container: Option<String>,
    pub size: usize,
}

/// A name, or a reference to the statement that has it.
pub(super) enum Slot {
    Name(String),
    Reference(String),
}
