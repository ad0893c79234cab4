//! Known items: papers that a question names, by an identifier, a title, or by authors, venue and year.
//!
//! [`Snapshot::known_items`] reads a question; `titles.rs` recognises titles, `fields.rs` names, venues and years (with
//! `names.rs`, `venues_and_years.rs` and `reader.rs`).
//! [`Snapshot::recommend_known`] lists the papers that the question names before those that its other words find.

mod answer;
mod evidence;
mod fields;
mod names;
mod reader;
mod reading;
mod titles;
mod venues_and_years;
mod words;

use self::evidence::Evidence;
use self::fields::Fields;
pub use self::reading::Reading;
use self::words::Words;
use super::generation::Generation;
use super::json::Named;
use super::snapshot::Snapshot;
use crate::Result;
use crate::library::PaperNumber;
use crate::paper::{Identifier, title_key};

/// The papers that a question names.
#[derive(Debug)]
pub(super) struct KnownItems {
    /// How the question was understood.
    pub reading: Reading,
    /// The named papers, newest first. Those of each list are before those of the next, which may have them too.
    tiers: Vec<Vec<PaperNumber>>,
    /// Which papers are listed after them.
    rest: Rest,
}

/// What follows the papers that a question names.
#[derive(Debug)]
enum Rest {
    /// Papers about a text.
    About(String),
    /// Papers like the named one.
    Like(PaperNumber),
    /// Nothing, because the question asks only for papers of an author, a venue or a year.
    Nothing,
}

impl Snapshot<'_> {
    /// The papers that a text names; `None` if it does not name papers of the library.
    pub(super) fn known_items(&self, text: &str) -> Result<Option<KnownItems>> {
        let Ok(indexes) = self.generation() else { return Ok(None) };
        if let Some(found) = self.identified(text, indexes)? {
            return Ok(Some(found));
        }
        let key = title_key(text);
        let words = Words::new(text);
        let mut evidence = Evidence::new(&indexes.catalog, indexes.indexes().terms);
        let mut titled = self.titled(&key, indexes)?;
        if titled.is_empty() {
            titled = self.nearly_titled(&words, &mut evidence, indexes)?;
        }
        if !titled.is_empty() {
            let titles = self.library.papers(titled.iter().copied())?;
            let reading = Reading {
                titles: titles.iter().map(|listed| Named::from(&listed.paper)).collect(),
                papers: titled.len(),
                ..Reading::default()
            };
            return Ok(Some(KnownItems { reading, tiers: vec![titled], rest: Rest::About(text.to_owned()) }));
        }
        Ok(Fields::read(&words, &mut evidence).map(|fields| by_fields(fields, &words, indexes)))
    }

    /// Reads a text that is an id, an identifier or a URL.
    fn identified(&self, text: &str, indexes: &Generation) -> Result<Option<KnownItems>> {
        let text = text.trim();
        // An id may also be a word, such as `attention`; then the text is read as a word.
        let may_be_id = Identifier::parse(text).is_some()
            || !text.contains(char::is_whitespace) && text.contains(|c: char| !c.is_alphabetic());
        let number = if may_be_id { self.library.number_or_url(text)? } else { None };
        let Some(number) = number.filter(|&number| indexes.vectors.position(number).is_some()) else { return Ok(None) };
        let reading = Reading { identifier: Some(text.to_owned()), papers: 1, ..Reading::default() };
        Ok(Some(KnownItems { reading, tiers: vec![vec![number]], rest: Rest::Like(number) }))
    }
}

/// Makes the answer of authors, venue and year.
fn by_fields(fields: Fields, words: &Words, indexes: &Generation) -> KnownItems {
    let catalog = &indexes.catalog;
    let newest_first = |mut places: Vec<u32>| {
        catalog.sort_newest_first(&mut places);
        places.into_iter().map(|place| catalog.papers()[place as usize]).collect()
    };
    let (about, papers) = (words.without(&fields.consumed), fields.places.len());
    // A name with a year and nothing else is a citation, which names the first author.
    let is_citation = about.is_empty() && fields.year.is_some() && !fields.is_limited;
    let cited = if is_citation { fields.by_first } else { Vec::new() };
    let tiers = vec![newest_first(fields.complete), newest_first(cited), newest_first(fields.places)];
    let reading = Reading {
        authors: fields.authors,
        venue: fields.venue,
        year: fields.year,
        about: (!about.is_empty()).then(|| about.clone()),
        papers,
        ..Reading::default()
    };
    let rest = if about.is_empty() || fields.is_limited { Rest::Nothing } else { Rest::About(about) };
    KnownItems { reading, tiers, rest }
}
