//! Filters: conditions on the date, venue, subject, authors, abstract and file of papers, and the papers that meet
//! them.
//!
//! A new filter is a [`Field`] with its test, a field of [`Filters`], and an option of the command line. Words are
//! compared like titles: case, accents and punctuation are ignored ([`title_key`]).

use std::collections::{HashMap, HashSet};
use std::fmt;

use jiff::civil::Date;
use rusqlite::Row;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

use super::{Library, PaperNumber};
use crate::paper::{Name, split_and, title_key};
use crate::{Error, Result};

/// Conditions on papers, as people write them. Of several years, a paper must match one; the same applies to venues,
/// categories and sources. All other conditions must hold. Words are compared without case and accents.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filters {
    /// Not before this year, month or day: `2018`, `2018-03`, `2018-03-05`.
    pub since: Option<String>,
    /// Not after this year, month or day.
    pub until: Option<String>,
    /// `2018`, `2018..2021`, `2018..`, `..2021`.
    pub year: Vec<String>,
    /// Words of the journal's, conference's or repository's name.
    pub venue: Vec<String>,
    /// Subject codes: `cs` and `cs.CL` match `cs.CL`.
    pub category: Vec<String>,
    /// The family name or full name of an author. Given names may be initials.
    pub author: Vec<String>,
    /// Only papers with an abstract.
    pub has_abstract: bool,
    /// A part of the path of a file that has the paper.
    pub source: Vec<String>,
}

/// The field of a paper that a condition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, Display)]
#[cfg_attr(test, derive(strum::VariantArray))]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Field {
    /// The first day, month or year: `2018`, `2018-03`, `2018-03-05`.
    Since,
    /// The last day, month or year.
    Until,
    /// `2018`, `2018..2021`, `2018..`, `..2021`.
    Year,
    /// Words of the name of a journal, conference or repository.
    Venue,
    /// Words of a subject code: `cs` and `cs.CL` match `cs.CL`.
    Category,
    /// The family name or full name of an author. Given names may be initials.
    Author,
    /// A part of the path of a file with the paper.
    Source,
    /// `abstract`: the paper has an abstract.
    Has,
}

/// A condition on papers.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    field: Field,
    /// As it was written.
    text: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Since(Date),
    Until(Date),
    Years(Option<i16>, Option<i16>),
    Venue(String),
    Category(String),
    Author(Vec<String>),
    Source(String),
    Abstract,
}

/// The fields of one paper that conditions read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts<'a> {
    pub year: Option<i16>,
    pub date: Option<Date>,
    pub venue: Option<&'a str>,
    /// A JSON list of strings.
    categories: Option<&'a str>,
    /// A JSON list of strings.
    authors: Option<&'a str>,
    /// The authors in BibTeX's notation, if `authors` does not show the parts of their names.
    names: Option<&'a str>,
    has_abstract: bool,
}

impl Condition {
    /// Parses the text of a condition on a field.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] with the valid notation.
    pub fn new(field: Field, text: &str) -> Result<Self> {
        let text = text.trim();
        let noun = match field {
            Field::Since | Field::Until => "a date",
            Field::Year => "a year",
            Field::Venue => "a venue",
            Field::Category => "a category",
            Field::Author => "an author",
            Field::Source => "a file",
            Field::Has => "a condition",
        };
        let bad = |reason: &str| Error::InvalidParameter(format!("{text:?} is not {noun}; {reason}"));
        let day = || days(text).ok_or_else(|| bad("write 2018, 2018-03 or 2018-03-21"));
        let key = || Some(title_key(text)).filter(|key| !key.is_empty()).ok_or_else(|| bad("it has no words"));
        let test = match field {
            Field::Since => Test::Since(day()?.0),
            Field::Until => Test::Until(day()?.1),
            Field::Year => {
                let (from, until) = years(text).ok_or_else(|| bad("write 2018, 2018..2021, 2018.. or ..2021"))?;
                Test::Years(from, until)
            }
            Field::Venue => Test::Venue(key()?),
            Field::Category => Test::Category(key()?),
            Field::Author => {
                let name = Name::parse(text);
                let words = title_key(&format!("{} {}", name.given, name.family));
                let words = if words.is_empty() { key()? } else { words };
                Test::Author(words.split(' ').map(str::to_owned).collect())
            }
            Field::Source if text.is_empty() => return Err(bad("write a file or a part of its path")),
            Field::Source => Test::Source(text.strip_prefix("./").unwrap_or(text).to_lowercase()),
            Field::Has if text.eq_ignore_ascii_case("abstract") => Test::Abstract,
            Field::Has => return Err(bad("write has:abstract")),
        };
        Ok(Self { field, text: text.to_owned(), test })
    }

    /// The field that it tests.
    pub fn field(&self) -> Field {
        self.field
    }

    /// Its text, as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a paper passes the test. `is_from` returns whether the path of one of the paper's files contains a text.
    fn holds(&self, facts: &Facts, is_from: impl Fn(&str) -> bool) -> bool {
        match &self.test {
            Test::Since(day) => facts.days().is_some_and(|(_, last)| last >= *day),
            Test::Until(day) => facts.days().is_some_and(|(first, _)| first <= *day),
            Test::Years(from, until) => {
                let year = facts.year.or_else(|| facts.date.map(Date::year));
                year.is_some_and(|year| from.is_none_or(|from| from <= year) && until.is_none_or(|until| year <= until))
            }
            Test::Venue(words) => facts.venue.is_some_and(|venue| has_words(venue, words)),
            Test::Category(words) => {
                let list = facts.categories.filter(|list| may_have(list, words));
                list.is_some_and(|list| texts(list).iter().any(|category| has_words(category, words)))
            }
            Test::Author(words) => facts.has_author(words),
            Test::Source(part) => is_from(part),
            Test::Abstract => facts.has_abstract,
        }
    }
}

impl fmt::Display for Condition {
    /// Writes it as in a search text: `year:2018`, `author:"Ada Byron"`.
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { field, text, .. } = self;
        match text.contains(|c: char| c.is_whitespace() || "()\"“".contains(c)) {
            true => write!(formatter, "{field}:\"{text}\""),
            false => write!(formatter, "{field}:{text}"),
        }
    }
}

impl Filters {
    /// Whether there is no condition.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The conditions in a form that can be tested.
    ///
    /// # Errors
    /// As for [`Condition::new`].
    pub fn conditions(&self) -> Result<Vec<Condition>> {
        // Without `..`: a new filter does not compile until it is listed here.
        let Self { since, until, year, venue, category, author, has_abstract, source } = self;
        let has = has_abstract.then(|| "abstract".to_owned());
        let texts: [(Field, &[String]); _] = [
            (Field::Year, year),
            (Field::Venue, venue),
            (Field::Category, category),
            (Field::Author, author),
            (Field::Source, source),
            (Field::Since, since.as_slice()),
            (Field::Until, until.as_slice()),
            (Field::Has, has.as_slice()),
        ];
        let conditions = texts.into_iter().flat_map(|(field, texts)| texts.iter().map(move |text| (field, text)));
        conditions.map(|(field, text)| Condition::new(field, text)).collect()
    }
}

/// Whether a paper passes. Of several conditions on the year, it must meet one; the same applies to venue, category and
/// source. It must meet all other conditions.
fn admits(conditions: &[Condition], facts: &Facts, is_from: impl Fn(&str) -> bool) -> bool {
    let holds = |condition: &Condition| condition.holds(facts, &is_from);
    conditions.iter().all(|condition| match condition.field {
        Field::Year | Field::Venue | Field::Category | Field::Source => {
            conditions.iter().any(|other| other.field == condition.field && holds(other))
        }
        Field::Since | Field::Until | Field::Author | Field::Has => holds(condition),
    })
}

impl Facts<'_> {
    /// The first and the last day on which the paper may have appeared. A year without a date includes all its days. If
    /// date and year contradict each other, the range includes both.
    fn days(&self) -> Option<(Date, Date)> {
        let year = self.year.and_then(|year| Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)));
        match (self.date, year) {
            (Some(date), Some((first, last))) if date.year() != first.year() => Some((date.min(first), date.max(last))),
            (Some(date), _) => Some((date, date)),
            (None, year) => year,
        }
    }

    /// The date, or the last day of the year.
    pub fn newest_day(&self) -> Option<Date> {
        self.date.or_else(|| Date::new(self.year?, 12, 31).ok())
    }

    /// The authors.
    pub fn names(&self) -> Vec<Name> {
        let names = match (self.names, self.authors) {
            (Some(list), _) => split_and(list),
            (None, Some(list)) => texts(list),
            (None, None) => Vec::new(),
        };
        names.iter().map(|name| Name::parse(name)).collect()
    }

    fn has_author(&self, words: &[String]) -> bool {
        // At least one word of the condition must occur in full; initials alone do not match.
        let may_be = |text: &str| words.iter().any(|word| word.chars().nth(1).is_some() && may_have(text, word));
        let name_matches = |name: &str| may_be(name) && name_matches(&Name::parse(name), words);
        match (self.names, self.authors) {
            (Some(list), _) => may_be(list) && split_and(list).iter().any(|name| name_matches(name)),
            (None, Some(list)) => may_be(list) && texts(list).iter().any(|name| name_matches(name)),
            (None, None) => false,
        }
    }
}

/// Whether `words` match a name. They match if they are the family name or consecutive words of it. They also match, in
/// any order, if each of them matches a different word of the name, and at least one of them is a whole word of the
/// family name. A word matches its initial.
fn name_matches(name: &Name, words: &[String]) -> bool {
    let family = title_key(&name.family);
    if has_words(&family, &words.join(" ")) {
        return true;
    }
    let given = title_key(&name.given);
    let family: Vec<&str> = family.split(' ').collect();
    let mut own: Vec<&str> = family.iter().copied().chain(given.split(' ')).collect();
    let (mut initials, mut has_family) = (Vec::new(), false);
    for word in words {
        match own.iter().position(|own| own == word && own.chars().nth(1).is_some()) {
            Some(at) => has_family |= family.contains(&own.swap_remove(at)),
            None => initials.push(word),
        }
    }
    let is_initial = |a: &str, b: &str| a.chars().count() == 1 && b.starts_with(a);
    has_family
        && initials.into_iter().all(|word| {
            let at = own.iter().position(|own| is_initial(own, word) || is_initial(word, own));
            at.map(|at| own.swap_remove(at)).is_some()
        })
}

/// Whether a text contains the words of a key, one directly after the other.
fn has_words(text: &str, key: &str) -> bool {
    may_have(text, key.split(' ').next().unwrap_or_default())
        && format!(" {} ", title_key(text)).contains(&format!(" {key} "))
}

/// Whether a text may contain a word. This quick test rejects most texts, but never one with the word.
fn may_have(text: &str, key: &str) -> bool {
    let Some(first) = key.bytes().next() else { return true };
    if !text.is_ascii() || !key.is_ascii() || key.contains(' ') {
        return true;
    }
    let (text, key) = (text.as_bytes(), key.as_bytes());
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text)
        .any(|at| text.get(at..at + key.len()).is_some_and(|here| here.eq_ignore_ascii_case(key)))
}

/// The strings of a JSON list; empty if the text is not such a list.
fn texts(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}

/// Parses a day, month or year, and returns its first and last day.
fn days(text: &str) -> Option<(Date, Date)> {
    let mut parts = text.split('-');
    let year = year(parts.next()?)?;
    let number = |part: &str| (1..=2).contains(&part.len()).then(|| part.parse::<i8>().ok()).flatten();
    let (month, day) = (parts.next().map(number), parts.next().map(number));
    match (month, day, parts.next()) {
        (None, None, None) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        (Some(month), None, None) => {
            let first = Date::new(year, month?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        (Some(month), Some(day), None) => Date::new(year, month?, day?).ok().map(|day| (day, day)),
        _ => None,
    }
}

fn year(text: &str) -> Option<i16> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then(|| text.parse().ok()).flatten()
}

/// Parses a year or a range of years, and returns the first and last year. An open end is `None`.
fn years(text: &str) -> Option<(Option<i16>, Option<i16>)> {
    let end = |text: &str| if text.trim().is_empty() { Some(None) } else { year(text.trim()).map(Some) };
    let both = match text.split_once("..").or_else(|| text.split_once(['-', '\u{2013}'])) {
        Some((from, until)) => (end(from)?, end(until)?),
        None => (Some(year(text)?), Some(year(text)?)),
    };
    match both {
        (None, None) => None,
        (Some(from), Some(until)) if from > until => None,
        both => Some(both),
    }
}

/// Reads the fields that conditions test. An index has these columns in this order, so SQLite does not read the
/// records.
pub(super) const FACTS: &str =
    "SELECT number, record ->> 'year', record ->> 'date', record ->> 'venue', record ->> 'categories',
    record ->> 'authors', record ->> '$.details.author', record ->> 'abstract' IS NULL
    FROM papers WHERE removal IS NULL";

impl Library {
    /// The numbers of the papers that meet conditions, ascending.
    pub fn filtered(&self, conditions: &[Condition]) -> Result<Vec<PaperNumber>> {
        let mut admitted =
            self.each_fact(conditions, |number, facts, is_from| admits(conditions, facts, is_from).then_some(number))?;
        admitted.sort_unstable();
        Ok(admitted.into_iter().flatten().collect())
    }

    /// For each paper its number, and which of the conditions it meets.
    pub fn conditions_met(&self, conditions: &[Condition]) -> Result<Vec<(PaperNumber, Vec<bool>)>> {
        self.each_fact(conditions, |number, facts, is_from| {
            (number, conditions.iter().map(|condition| condition.holds(facts, is_from)).collect())
        })
    }

    /// Calls `read` with each paper, its facts, and whether it is from a file that one of the conditions names.
    fn each_fact<T>(
        &self,
        conditions: &[Condition],
        mut read: impl FnMut(PaperNumber, &Facts, &dyn Fn(&str) -> bool) -> T,
    ) -> Result<Vec<T>> {
        let mut brought: HashMap<&str, HashSet<PaperNumber>> = HashMap::new();
        for condition in conditions {
            if let Test::Source(part) = &condition.test {
                brought.insert(part, self.papers_from_source(part)?);
            }
        }
        self.rows(FACTS, [], |row| {
            let (number, facts) = facts(row)?;
            let is_from = |part: &str| brought.get(part).is_some_and(|papers| papers.contains(&number));
            Ok(read(number, &facts, &is_from))
        })
    }

    /// Returns the newest `limit` of the papers, newest first. A year without a date counts as its last day; papers
    /// without a year are last. Of papers with the same day, the one added later is first.
    pub fn newest(&self, papers: &HashSet<PaperNumber>, limit: usize) -> Result<Vec<PaperNumber>> {
        let mut dated = self.rows(FACTS, [], |row| {
            let (number, facts) = facts(row)?;
            Ok((facts.newest_day(), number))
        })?;
        dated.retain(|(_, number)| papers.contains(number));
        dated.sort_unstable_by(|a, b| b.cmp(a));
        Ok(dated.into_iter().take(limit).map(|(_, number)| number).collect())
    }

    /// The papers of the files whose path contains `part`, which is in lower case.
    fn papers_from_source(&self, part: &str) -> Result<HashSet<PaperNumber>> {
        let sources = self.rows("SELECT number, name FROM sources", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get_ref(1)?.as_str()?.to_lowercase()))
        })?;
        let mut papers = HashSet::new();
        for (source, _) in sources.iter().filter(|(_, name)| name.contains(part)) {
            let sql = "SELECT paper FROM versions WHERE source = ? AND removal IS NULL";
            papers.extend(self.rows(sql, [source], |row| row.get::<_, PaperNumber>(0))?);
        }
        Ok(papers)
    }
}

/// Reads a row of [`FACTS`].
pub(super) fn facts<'a>(row: &'a Row) -> rusqlite::Result<(PaperNumber, Facts<'a>)> {
    let text = |column: usize| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str_or_null()?);
    let facts = Facts {
        year: row.get(1)?,
        date: text(2)?.and_then(|date| date.parse().ok()),
        venue: text(3)?,
        categories: text(4)?,
        authors: text(5)?,
        names: text(6)?,
        has_abstract: !row.get::<_, bool>(7)?,
    };
    Ok((row.get(0)?, facts))
}

#[cfg(test)]
mod tests;
