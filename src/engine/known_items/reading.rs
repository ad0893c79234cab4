//! How a question was understood.

use std::fmt;

use serde::Serialize;

use crate::engine::json::Named;

/// The papers that a question names, as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Reading {
    /// The id, identifier or URL of a paper.
    pub identifier: Option<String>,
    /// The papers whose title it is, whole or nearly.
    pub titles: Vec<Named>,
    /// Names of authors, as they were typed; corrected if they were misspelt.
    pub authors: Vec<String>,
    /// A venue, as it was typed.
    pub venue: Option<String>,
    /// A year.
    pub year: Option<i16>,
    /// The other words, which say what papers should be about; `null` if there are none.
    pub about: Option<String>,
    /// How many papers of the library the question names.
    pub papers: usize,
}

impl fmt::Display for Reading {
    /// `author: Vaswani, year: 2017`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { identifier, titles, authors, venue, year, about: _, papers: _ } = self;
        let parts = identifier.iter().map(|identifier| format!("paper: {identifier}"));
        let parts = parts.chain(titles.iter().map(|named| format!("title: {} ({})", named.title, named.id)));
        let parts = parts.chain(authors.iter().map(|name| format!("author: {name}")));
        let parts = parts.chain(venue.iter().map(|venue| format!("venue: {venue}")));
        let parts: Vec<String> = parts.chain(year.iter().map(|year| format!("year: {year}"))).collect();
        f.write_str(&parts.join(", "))
    }
}
