//! Names of fields that the user gives: `title=Titel`.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::commas::Habit;
use super::names::{self, Field, Meaning};
use crate::{Error, Result};

/// Names of fields or columns that a message lists.
const LISTED: usize = 12;

/// Which column, or which field of a JSON record, holds what. It wins over what the names suggest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FieldMap {
    columns: Vec<(String, Field)>,
}

impl FieldMap {
    /// Lets the column called `column` hold `field`, one of relata's own names (`title`, `doi`, …) or another
    /// name that a file could use for it.
    ///
    /// # Errors
    ///
    /// There is no such field, or the column was given for another one.
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

    /// Reads `FIELD=COLUMN`.
    ///
    /// # Errors
    ///
    /// As [`FieldMap::add`], or there is no `=`.
    pub fn add_pair(&mut self, pair: &str) -> Result<()> {
        let (field, column) = pair.split_once('=').ok_or_else(|| {
            Error::InvalidParameter(format!("{pair:?} names no column; write FIELD=COLUMN, such as title=Titel"))
        })?;
        self.add(field, column)
    }

    /// Whether it is empty.
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

/// What names mean in one file.
pub(in crate::formats) struct Names<'m> {
    map: &'m FieldMap,
    /// Which names of the map, and which others, the file has used.
    used: RefCell<(BTreeSet<usize>, Vec<String>)>,
    /// How the file writes lists of people.
    pub habit: Habit,
}

impl<'m> Names<'m> {
    pub fn new(map: &'m FieldMap) -> Self {
        Self { map, used: RefCell::default(), habit: Habit::default() }
    }

    /// What a field of this name holds.
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

    /// What to report if the file never used a name in the map.
    pub fn complaint(&self) -> Option<String> {
        let (found, names) = &*self.used.borrow();
        let (column, _) = self.map.columns.iter().enumerate().find(|(at, _)| !found.contains(at))?.1;
        let more = if names.len() == LISTED { ", \u{2026}" } else { "" };
        let listed: Vec<String> = names.iter().map(|name| format!("{:?}", shortened(name))).collect();
        Some(format!(
            "has no column or field {column:?}, which --map names; it has {}{more}",
            if listed.is_empty() { "none".to_owned() } else { listed.join(", ") }
        ))
    }
}

/// The name, cut to what fits into a message.
pub(in crate::formats) fn shortened(name: &str) -> String {
    if name.chars().count() <= 40 { name.to_owned() } else { name.chars().take(39).chain(['\u{2026}']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_takes_known_fields_once_and_says_what_is_wrong() {
        let mut map = FieldMap::default();
        map.add_pair("title=Titel der Arbeit").unwrap();
        map.add_pair("doi = DOI=Link").unwrap();
        let names = Names::new(&map);
        assert_eq!(names.meaning(" titel der arbeit "), Some(Meaning { field: Field::Title, rank: 0 }));
        assert_eq!(names.meaning("Title").map(|meaning| meaning.rank), Some(1));
        assert_eq!(
            names.complaint().unwrap(),
            "has no column or field \"DOI=Link\", which --map names; it has \" titel der arbeit \", \"Title\""
        );
        for (pair, message) in [
            ("title", "\"title\" names no column; write FIELD=COLUMN, such as title=Titel"),
            ("title=", "no column is given for \"title\"; write title=COLUMN"),
            ("year=Titel der Arbeit", "the column \"Titel der Arbeit\" is given twice; a column holds one field"),
        ] {
            assert!(map.add_pair(pair).unwrap_err().to_string().ends_with(message), "{pair}");
        }
        let unknown = map.add_pair("Titel=title").unwrap_err().to_string();
        assert!(unknown.contains("unknown field \"Titel\"; the fields are title, abstract,"), "{unknown}");
    }
}
