//! Finding the paper that a person means: by id, public identifier, URL or title.

use std::collections::HashSet;

use super::{Library, Listed, PaperNumber};
use crate::paper::{Identifier, title_key};
use crate::{Error, Result};

/// The most candidates or suggestions in a message.
const SHOWN: usize = 5;

/// The least Jaro-Winkler similarity of a suggestion. Titles below it do not resemble the input.
const CLOSE_TITLE: f64 = 0.8;

/// The part of a name that is compared to suggest others, in bytes. The time is proportional to the product of two
/// lengths; the longest title of 87,395 papers has 217 bytes.
const MAX_COMPARED_BYTES: usize = 512;

impl Library {
    /// Finds a paper by its id, a public identifier in any form, a URL, its title, or a part of the title that no other
    /// title has.
    ///
    /// # Errors
    /// [`Error::PaperNotFound`] with similar names; [`Error::AmbiguousPaper`] with the papers that match.
    pub fn find(&self, name: &str) -> Result<Listed> {
        self.only(name, self.by_any_name(name)?)
    }

    /// As [`find`](Self::find); `None` if no paper or several papers match. Does not search for similar names, which is
    /// slow.
    pub fn find_if_known(&self, name: &str) -> Result<Option<Listed>> {
        let mut found = self.by_any_name(name)?;
        Ok(if found.len() == 1 { found.pop() } else { None })
    }

    /// Finds the papers with these names and returns each once. Several names may be the words of one title without
    /// quotes; this is tried first.
    ///
    /// # Errors
    /// As for [`find`](Self::find).
    pub fn named(&self, names: &[String]) -> Result<Vec<Listed>> {
        if names.len() > 1
            && let Some(found) = self.find_if_known(&names.join(" "))?
        {
            return Ok(vec![found]);
        }
        each_once(names.iter().map(|name| self.find(name)))
    }

    /// As [`find`](Self::find), without parts of titles.
    pub fn find_whole(&self, name: &str) -> Result<Listed> {
        self.only(name, self.by_whole_name(name)?)
    }

    /// The number of the paper with an id or identifier; `None` if no paper has it, or several do.
    pub fn number(&self, name: &str) -> Result<Option<PaperNumber>> {
        Ok(if let [only] = self.by_id(name.trim())?[..] { Some(only) } else { None })
    }

    /// As [`number`](Self::number). If the name is a web address that is no identifier, returns the only paper with
    /// this link. This reads all papers.
    pub fn number_or_url(&self, name: &str) -> Result<Option<PaperNumber>> {
        let name = name.trim();
        let found = match self.by_id(name)? {
            found if found.is_empty() && name.contains("://") => {
                self.rows("SELECT number FROM papers WHERE record ->> 'url' = ? AND removal IS NULL", [name], |row| {
                    row.get(0)
                })?
            }
            found => found,
        };
        Ok(if let [only] = found[..] { Some(only) } else { None })
    }

    /// As [`number`](Self::number). If no paper has the id or identifier, returns the only paper with this title.
    pub fn number_or_titled(&self, name: &str) -> Result<Option<PaperNumber>> {
        let key = title_key(name);
        let found = match self.by_id(name.trim())? {
            found if found.is_empty() && !key.is_empty() => self.papers_titled(&key)?,
            found => found,
        };
        Ok(if let [only] = found[..] { Some(only) } else { None })
    }

    /// The papers with this id. If there are none, those with this public identifier; if there are none either, those
    /// with a version of this id.
    fn by_id(&self, name: &str) -> Result<Vec<PaperNumber>> {
        let identifier = Identifier::parse(name).map_or_else(|| name.to_owned(), |identifier| identifier.to_string());
        for (sql, value) in [
            ("SELECT number FROM papers WHERE id = ? AND removal IS NULL", name),
            (
                "SELECT paper FROM identifiers JOIN papers ON number = paper WHERE value = ? AND removal IS NULL
                 ORDER BY paper",
                &identifier,
            ),
            (
                "SELECT DISTINCT paper FROM versions JOIN papers ON papers.number = paper
                 WHERE versions.id = ? AND versions.removal IS NULL AND papers.removal IS NULL ORDER BY paper",
                name,
            ),
        ] {
            let found: Vec<PaperNumber> = self.rows(sql, [value], |row| row.get(0))?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    fn by_whole_name(&self, name: &str) -> Result<Vec<Listed>> {
        let name = name.trim();
        let by_id = self.by_id(name)?;
        if !by_id.is_empty() {
            return self.papers(by_id.into_iter().take(SHOWN + 1));
        }
        let by_id = self.matching("papers.id = ? COLLATE NOCASE", name)?;
        if by_id.is_empty() { self.matching("title_key = ?", &title_key(name)) } else { Ok(by_id) }
    }

    fn by_any_name(&self, name: &str) -> Result<Vec<Listed>> {
        let whole = self.by_whole_name(name)?;
        // Whole words of the title. A key has letters, digits and spaces only, no wildcards.
        let by_part = "' ' || title_key || ' ' LIKE '% ' || ? || ' %'";
        if whole.is_empty() { self.matching(by_part, &title_key(name)) } else { Ok(whole) }
    }

    fn matching(&self, condition: &str, value: &str) -> Result<Vec<Listed>> {
        let shown = SHOWN + 1;
        self.listed(&format!("removal IS NULL AND {condition} ORDER BY papers.number LIMIT {shown}"), [value])
    }

    fn only(&self, name: &str, mut found: Vec<Listed>) -> Result<Listed> {
        if found.len() > 1 {
            let shown =
                found.iter().take(SHOWN).map(|listed| (listed.paper.id.to_string(), listed.paper.title.clone()));
            let mut candidates: Vec<(String, String)> = shown.collect();
            if found.len() > SHOWN {
                candidates.push(("…".to_owned(), "and more".to_owned()));
            }
            return Err(Error::AmbiguousPaper { query: name.to_owned(), candidates });
        }
        match found.pop() {
            Some(listed) => Ok(listed),
            None => {
                Err(Error::PaperNotFound { query: name.trim().to_owned(), suggestions: self.suggestions(name.trim())? })
            }
        }
    }

    /// Ids and titles similar to a name, best first.
    fn suggestions(&self, name: &str) -> Result<Vec<(String, String)>> {
        let compared = |text: &str| text[..text.floor_char_boundary(MAX_COMPARED_BYTES)].to_owned();
        let (name, key) = (compared(name), compared(&title_key(name)));
        if key.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "SELECT id, record ->> 'title', title_key FROM papers WHERE removal IS NULL";
        let all = self.rows(sql, [], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
        let mut close: Vec<(f64, String, String)> = all
            .into_iter()
            .map(|(id, title, title_key)| {
                let by_title = strsim::jaro_winkler(&key, &compared(&title_key));
                (by_title.max(strsim::jaro_winkler(&name, &compared(&id))), id, title)
            })
            .filter(|(similarity, ..)| *similarity >= CLOSE_TITLE)
            .collect();
        close.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        Ok(close.into_iter().take(SHOWN).map(|(_, id, title)| (id, title)).collect())
    }
}

/// The papers that were found, each once.
pub fn each_once(found: impl Iterator<Item = Result<Listed>>) -> Result<Vec<Listed>> {
    let mut seen = HashSet::new();
    let mut papers: Vec<Listed> = found.collect::<Result<_>>()?;
    papers.retain(|listed| seen.insert(listed.number));
    Ok(papers)
}
