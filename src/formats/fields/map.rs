//! The user's map of fields to columns, such as `title=Titel`.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::commas::PairEvidence;
use super::names::{self, Field, Meaning};
use crate::{Error, Result};

/// How many names of fields or columns a message lists.
const LISTED: usize = 12;

/// Maps columns of tables and fields of JSON to relata's fields. The map overrides the meanings of their names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FieldMap {
    columns: Vec<(String, Field)>,
}

impl FieldMap {
    /// Maps the column or JSON field `column` to `field`, which is one of relata's names (`title`, `doi`, …) or another
    /// name that files use for the same field.
    ///
    /// # Errors
    ///
    /// Fails if there is no such field, if `column` is empty, or if it is mapped already.
    pub fn add(&mut self, field: &str, column: &str) -> Result<()> {
        let (field, column) = (field.trim(), column.trim());
        let is_field = |field: &Field| !matches!(field, Field::Marker | Field::Csl | Field::Wrapper | Field::Composite);
        let Some(meaning) = names::meaning(field).map(|meaning| meaning.field).filter(is_field) else {
            let message = format!("unknown field {field:?}; the fields are {}", names::NAMEABLE);
            return Err(Error::InvalidParameter(message));
        };
        if column.is_empty() {
            return Err(Error::InvalidParameter(format!("no column is given for {field:?}; write {field}=COLUMN")));
        }
        if self.columns.iter().any(|(known, _)| known == column) {
            return Err(Error::InvalidParameter(format!(
                "the column {column:?} is given twice; a column holds one field"
            )));
        }
        self.columns.push((column.to_owned(), meaning));
        Ok(())
    }

    /// Adds a pair that is written as `FIELD=COLUMN`.
    ///
    /// # Errors
    ///
    /// As [`FieldMap::add`]; also fails if there is no `=`.
    pub fn add_pair(&mut self, pair: &str) -> Result<()> {
        let (field, column) = pair.split_once('=').ok_or_else(|| {
            Error::InvalidParameter(format!("{pair:?} has no column; write FIELD=COLUMN, such as title=Titel"))
        })?;
        self.add(field, column)
    }

    /// Whether the map is empty.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    fn field(&self, name: &str) -> Option<(usize, Field)> {
        let name = name.trim();
        let exactly = self.columns.iter().position(|(column, _)| column == name);
        let at = exactly.or_else(|| self.columns.iter().position(|(column, _)| column.eq_ignore_ascii_case(name)))?;
        Some((at, self.columns[at].1))
    }
}

/// The meanings of names in one file.
pub(in crate::formats) struct Names<'m> {
    map: &'m FieldMap,
    /// The positions in the map of those names that the file has, and the first names in the file, whether the map has
    /// them or not.
    used: RefCell<(BTreeSet<usize>, Vec<String>)>,
    /// How the file writes lists of people.
    pub habit: PairEvidence,
}

impl<'m> Names<'m> {
    pub fn new(map: &'m FieldMap) -> Self {
        Self { map, used: RefCell::default(), habit: PairEvidence::default() }
    }

    /// Returns the meaning of a name, if it has one.
    pub fn meaning(&self, name: &str) -> Option<Meaning> {
        if self.map.is_empty() {
            return names::meaning(name);
        }
        let mut used = self.used.borrow_mut();
        if used.1.len() < LISTED && !used.1.iter().any(|known| known == name) {
            used.1.push(name.to_owned());
        }
        match self.map.field(name) {
            Some((at, field)) => {
                used.0.insert(at);
                Some(Meaning { field, rank: 0 })
            }
            None => names::meaning(name),
        }
    }

    /// Returns a message about the first name in the map that no column or field of the file has, if there is one.
    pub fn complaint(&self) -> Option<String> {
        let (found, names) = &*self.used.borrow();
        let (column, _) = self.map.columns.iter().enumerate().find(|(at, _)| !found.contains(at))?.1;
        let more = if names.len() == LISTED { ", \u{2026}" } else { "" };
        let listed: Vec<String> = names.iter().map(|name| format!("{:?}", shortened(name))).collect();
        Some(format!(
            "has no column or field {column:?}, which is in --map; it has {}{more}",
            if listed.is_empty() { "none".to_owned() } else { listed.join(", ") }
        ))
    }
}

/// Shortens a name to at most 40 characters, for a message.
pub(in crate::formats) fn shortened(name: &str) -> String {
    if name.chars().count() <= 40 { name.to_owned() } else { name.chars().take(39).chain(['\u{2026}']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_accepts_known_fields_once_and_explains_errors() {
        let mut map = FieldMap::default();
        map.add_pair("title=Titel der Arbeit").unwrap();
        map.add_pair("doi = DOI=Link").unwrap();
        let names = Names::new(&map);
        assert_eq!(names.meaning(" titel der arbeit "), Some(Meaning { field: Field::Title, rank: 0 }));
        assert_eq!(names.meaning("Title").map(|meaning| meaning.rank), Some(1));
        assert_eq!(
            names.complaint().unwrap(),
            "has no column or field \"DOI=Link\", which is in --map; it has \" titel der arbeit \", \"Title\""
        );
        for (pair, message) in [
            ("title", "\"title\" has no column; write FIELD=COLUMN, such as title=Titel"),
            ("title=", "no column is given for \"title\"; write title=COLUMN"),
            ("year=Titel der Arbeit", "the column \"Titel der Arbeit\" is given twice; a column holds one field"),
        ] {
            assert!(map.add_pair(pair).unwrap_err().to_string().ends_with(message), "{pair}");
        }
        let unknown = map.add_pair("Titel=title").unwrap_err().to_string();
        assert!(unknown.contains("unknown field \"Titel\"; the fields are title, abstract,"), "{unknown}");
    }
}
