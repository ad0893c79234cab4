//! Finding the paper that a person means: by id, by public identifier, by pasted URL, by title.

use super::{Library, Listed, PaperNumber};
use crate::paper::{Identifier, title_key};
use crate::{Error, Result};

/// How many candidates or suggestions a message lists.
const SHOWN: usize = 5;

/// A title counts as a slip of the pen for another from this Jaro-Winkler similarity on: below it suggestions stop
/// looking like what was typed.
const CLOSE_TITLE: f64 = 0.8;

impl Library {
    /// The paper called `name`: its id, a public identifier in any form, a URL, its title, or a part of its title if no
    /// other title has that part.
    ///
    /// # Errors
    /// [`Error::PaperNotFound`] with near misses; [`Error::AmbiguousPaper`] with the papers that fit.
    pub fn find(&self, name: &str) -> Result<Listed> {
        let found = self.by_any_name(name)?;
        if found.is_empty() { self.not_found(name) } else { only(name, found) }
    }

    /// As [`find`](Self::find); `None` if there is no such paper, or several. Near misses, which take a while, are not
    /// looked for.
    pub fn find_if_known(&self, name: &str) -> Result<Option<Listed>> {
        let mut found = self.by_any_name(name)?;
        Ok(if found.len() == 1 { found.pop() } else { None })
    }

    fn by_any_name(&self, name: &str) -> Result<Vec<Listed>> {
        let whole = self.by_whole_name(name.trim())?;
        // Whole words of the title; a key holds letters, digits and spaces only, so nothing in it is a wildcard.
        let by_part = "' ' || title_key || ' ' LIKE '% ' || ? || ' %'";
        if whole.is_empty() { self.matching(by_part, &title_key(name)) } else { Ok(whole) }
    }

    /// As [`find`](Self::find), but a part of a title is not enough.
    pub fn find_whole(&self, name: &str) -> Result<Listed> {
        let name = name.trim();
        let found = self.by_whole_name(name)?;
        if found.is_empty() { self.not_found(name) } else { only(name, found) }
    }

    fn by_whole_name(&self, name: &str) -> Result<Vec<Listed>> {
        let by_id = self.matching("papers.id = ?", name)?;
        if !by_id.is_empty() {
            return Ok(by_id);
        }
        if let Some(identifier) = Identifier::parse(name) {
            let sql = "papers.number IN (SELECT paper FROM identifiers WHERE value = ?)";
            let found = self.matching(sql, &identifier.to_string())?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        // What a file called it that joined another paper, or was renamed.
        let by_version = "papers.number IN (SELECT paper FROM versions WHERE id = ? AND versions.removal IS NULL)";
        let by_id = self.matching(by_version, name)?;
        if !by_id.is_empty() {
            return Ok(by_id);
        }
        let by_id = self.matching("papers.id = ? COLLATE NOCASE", name)?;
        if !by_id.is_empty() {
            return Ok(by_id);
        }
        self.matching("title_key = ?", &title_key(name))
    }

    fn not_found(&self, name: &str) -> Result<Listed> {
        let (name, key) = (name.trim(), title_key(name));
        let suggestions = if key.is_empty() { Vec::new() } else { self.suggestions(name, &key)? };
        Err(Error::PaperNotFound { query: name.to_owned(), suggestions })
    }

    /// The number of the paper that is called `name` in any way but by its title; `None` if there is none, or several.
    pub fn number(&self, name: &str) -> Result<Option<PaperNumber>> {
        let name = name.trim();
        let identifier = Identifier::parse(name).map_or_else(|| name.to_owned(), |identifier| identifier.to_string());
        for (sql, value) in [
            ("SELECT number FROM papers WHERE id = ? AND removal IS NULL", name),
            (
                "SELECT paper FROM identifiers JOIN papers ON number = paper WHERE value = ? AND removal IS NULL",
                &identifier,
            ),
            (
                "SELECT DISTINCT paper FROM versions JOIN papers ON papers.number = paper
                 WHERE versions.id = ? AND versions.removal IS NULL AND papers.removal IS NULL",
                name,
            ),
        ] {
            let found: Vec<PaperNumber> = self.rows(sql, [value], |row| row.get(0))?;
            if !found.is_empty() {
                return Ok(if let [only] = found[..] { Some(only) } else { None });
            }
        }
        Ok(None)
    }

    /// As [`number`](Self::number), or the only paper of exactly that title.
    pub fn number_or_titled(&self, name: &str) -> Result<Option<PaperNumber>> {
        let number = self.number(name)?;
        let titled = || {
            let key = title_key(name);
            let found = if key.is_empty() { Vec::new() } else { self.papers_titled(&key)? };
            Ok(if let [only] = found[..] { Some(only) } else { None })
        };
        number.map_or_else(titled, |number| Ok(Some(number)))
    }

    fn matching(&self, condition: &str, value: &str) -> Result<Vec<Listed>> {
        let shown = SHOWN + 1;
        self.listed(&format!("removal IS NULL AND {condition} ORDER BY papers.number LIMIT {shown}"), [value])
    }

    fn suggestions(&self, name: &str, key: &str) -> Result<Vec<(String, String)>> {
        let sql = "SELECT id, record ->> 'title', title_key FROM papers WHERE removal IS NULL";
        let all = self.rows(sql, [], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
        let mut close: Vec<(f64, String, String)> = all
            .into_iter()
            .map(|(id, title, title_key)| {
                let by_title = strsim::jaro_winkler(key, &title_key);
                (by_title.max(strsim::jaro_winkler(name, &id)), id, title)
            })
            .filter(|(similarity, ..)| *similarity >= CLOSE_TITLE)
            .collect();
        close.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        Ok(close.into_iter().take(SHOWN).map(|(_, id, title)| (id, title)).collect())
    }
}

fn only(name: &str, mut found: Vec<Listed>) -> Result<Listed> {
    if found.len() > 1 {
        let shown = found.iter().take(SHOWN).map(|listed| (listed.paper.id.to_string(), listed.paper.title.clone()));
        let mut candidates: Vec<(String, String)> = shown.collect();
        if found.len() > SHOWN {
            candidates.push(("…".to_owned(), "and more".to_owned()));
        }
        return Err(Error::AmbiguousPaper { query: name.to_owned(), candidates });
    }
    found.pop().ok_or_else(|| Error::PaperNotFound { query: name.to_owned(), suggestions: Vec::new() })
}
