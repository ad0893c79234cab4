//! What papers must have to be recommended, or must not: when and where they appeared, by whom, from which file.
//!
//! Pure: `filtered` asks a library. Words are compared as titles are, without case, accents and punctuation
//! ([`title_key`]).

use jiff::civil::Date;

use crate::paper::{Name, split_and, title_key};
use crate::{Error, Result};

/// Conditions on papers. Of several years, venues, categories or files one must hold, of everything else all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    wanted: Vec<Condition>,
    unwanted: Vec<Condition>,
}

/// What a condition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// A day, month or year from which on: `2018`, `2018-03`, `2018-03-05`.
    Since,
    /// The last one.
    Until,
    /// `2018`, `2018..2021`, `2018..`, `..2021`.
    Year,
    /// Words of the journal's, conference's or repository's name.
    Venue,
    /// Words of a subject code: `cs` and `cs.CL` fit `cs.CL`.
    Category,
    /// The family name of an author, or the full name, whose given names may be initials.
    Author,
    /// A part of the path of a file that brought the paper.
    Source,
    /// `abstract`: that it has one.
    Has,
}

/// What a paper must have, or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(Kind);

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Since(Date),
    Until(Date),
    Years(Option<i16>, Option<i16>),
    Venue(String),
    Category(String),
    Author(Vec<String>),
    Source(String),
    Abstract,
}

/// What conditions are about, of one paper.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts<'a> {
    pub year: Option<i16>,
    pub date: Option<Date>,
    pub venue: Option<&'a str>,
    /// JSON, a list of texts.
    pub categories: Option<&'a str>,
    /// JSON, a list of texts.
    pub authors: Option<&'a str>,
    /// The authors in BibTeX's notation, where `authors` does not give away the parts of their names.
    pub names: Option<&'a str>,
    pub has_abstract: bool,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Since, Self::Until, Self::Year, Self::Venue, Self::Category, Self::Author, Self::Source, Self::Has];

    /// What it is called in a query.
    pub fn name(self) -> &'static str {
        match self {
            Self::Since => "since",
            Self::Until => "until",
            Self::Year => "year",
            Self::Venue => "venue",
            Self::Category => "category",
            Self::Author => "author",
            Self::Source => "source",
            Self::Has => "has",
        }
    }

    /// The field of a name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
    }
}

impl Condition {
    /// Reads what a person wrote for a field.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] with what can be written there.
    pub fn new(field: Field, text: &str) -> Result<Self> {
        let text = text.trim();
        let what = match field {
            Field::Since | Field::Until => "a date",
            Field::Year => "a year",
            Field::Venue => "a venue",
            Field::Category => "a category",
            Field::Author => "an author",
            Field::Source => "a file",
            Field::Has => "a condition",
        };
        let bad = |reason: &str| Error::InvalidParameter(format!("{text:?} is not {what}; {reason}"));
        let day = || days(text).ok_or_else(|| bad("write 2018, 2018-03 or 2018-03-21"));
        let key = || Some(title_key(text)).filter(|key| !key.is_empty()).ok_or_else(|| bad("it has no word"));
        Ok(Self(match field {
            Field::Since => Kind::Since(day()?.0),
            Field::Until => Kind::Until(day()?.1),
            Field::Year => {
                let (from, until) = years(text).ok_or_else(|| bad("write 2018, 2018..2021, 2018.. or ..2021"))?;
                Kind::Years(from, until)
            }
            Field::Venue => Kind::Venue(key()?),
            Field::Category => Kind::Category(key()?),
            Field::Author => {
                let name = Name::parse(text);
                let words = title_key(&format!("{} {}", name.given, name.family));
                Kind::Author(
                    Some(words)
                        .filter(|words| !words.is_empty())
                        .map_or_else(key, Ok)?
                        .split(' ')
                        .map(str::to_owned)
                        .collect(),
                )
            }
            Field::Source if text.is_empty() => return Err(bad("name a file, or a part of its path")),
            Field::Source => Kind::Source(text.strip_prefix("./").unwrap_or(text).to_lowercase()),
            Field::Has if text.eq_ignore_ascii_case("abstract") => Kind::Abstract,
            Field::Has => return Err(bad("write has:abstract")),
        }))
    }

    fn holds(&self, facts: &Facts, is_from: impl Fn(&str) -> bool) -> bool {
        match &self.0 {
            Kind::Since(day) => facts.days().is_some_and(|(_, last)| last >= *day),
            Kind::Until(day) => facts.days().is_some_and(|(first, _)| first <= *day),
            Kind::Years(from, until) => {
                let year = facts.year.or_else(|| facts.date.map(Date::year));
                year.is_some_and(|year| from.is_none_or(|from| from <= year) && until.is_none_or(|until| year <= until))
            }
            Kind::Venue(words) => facts.venue.is_some_and(|venue| has_words(venue, words)),
            Kind::Category(words) => {
                let list = facts.categories.filter(|list| may_have(list, words));
                list.is_some_and(|list| texts(list).iter().any(|category| has_words(category, words)))
            }
            Kind::Author(words) => facts.has_author(words),
            Kind::Source(part) => is_from(part),
            Kind::Abstract => facts.has_abstract,
        }
    }

    /// Whether one of several conditions of the kind is enough.
    fn is_alternative(&self) -> bool {
        matches!(self.0, Kind::Years(..) | Kind::Venue(_) | Kind::Category(_) | Kind::Source(_))
    }
}

impl Filter {
    /// Asks for what a condition says.
    pub fn require(&mut self, condition: Condition) {
        self.wanted.push(condition);
    }

    /// Asks for papers of which a condition does not hold.
    pub fn refuse(&mut self, condition: Condition) {
        self.unwanted.push(condition);
    }

    /// Asks for what another filter asks for as well.
    pub fn extend(&mut self, other: Self) {
        self.wanted.extend(other.wanted);
        self.unwanted.extend(other.unwanted);
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// The parts of paths that it asks about.
    pub(super) fn sources(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().chain(&self.unwanted).filter_map(|condition| match &condition.0 {
            Kind::Source(part) => Some(part.as_str()),
            _ => None,
        })
    }

    /// Whether a paper passes; `is_from` says whether a file brought it whose path has a part.
    pub(super) fn admits(&self, facts: &Facts, is_from: impl Fn(&str) -> bool) -> bool {
        let kind = |condition: &Condition| std::mem::discriminant(&condition.0);
        let holds = |condition: &Condition| condition.holds(facts, &is_from);
        let is_met = |condition: &Condition| {
            let mut alike = self.wanted.iter().filter(|other| kind(other) == kind(condition));
            if condition.is_alternative() { alike.any(holds) } else { holds(condition) }
        };
        self.wanted.iter().all(is_met) && !self.unwanted.iter().any(holds)
    }
}

impl Facts<'_> {
    /// The first and the last day on which it may have appeared. A year alone is any of its days; where day and year
    /// contradict each other, both are believed.
    fn days(&self) -> Option<(Date, Date)> {
        let year = self.year.and_then(|year| Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)));
        match (self.date, year) {
            (Some(date), Some((first, last))) if date.year() != first.year() => Some((date.min(first), date.max(last))),
            (Some(date), _) => Some((date, date)),
            (None, year) => year,
        }
    }

    fn has_author(&self, words: &[String]) -> bool {
        // One word at least is there in full.
        let may_be = |text: &str| words.iter().any(|word| word.chars().nth(1).is_some() && may_have(text, word));
        let is_called = |name: &str| may_be(name) && is_called(&Name::parse(name), words);
        match (self.names, self.authors) {
            (Some(list), _) => may_be(list) && split_and(list).iter().any(|name| is_called(name)),
            (None, Some(list)) if !may_be(list) => false,
            // The names stand between quotes; what stands between two of them is no name.
            (None, Some(list)) if !list.contains('\\') => list.split('"').any(is_called),
            (None, list) => texts(list.unwrap_or_default()).iter().any(|name| is_called(name)),
        }
    }
}

/// Whether `words` are the family name, a part of it, or the whole name: each word of it or its initial, in any order,
/// one of them of the family name.
fn is_called(name: &Name, words: &[String]) -> bool {
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

/// Whether the words of a key stand in a text, one after the other.
fn has_words(text: &str, key: &str) -> bool {
    may_have(text, key.split(' ').next().unwrap_or_default())
        && format!(" {} ", title_key(text)).contains(&format!(" {key} "))
}

/// Whether a text may have a word; quickly, for the many that do not.
fn may_have(text: &str, key: &str) -> bool {
    let Some(first) = key.bytes().next() else { return true };
    if !text.is_ascii() || !key.is_ascii() || key.contains(' ') {
        return true;
    }
    let (text, key) = (text.as_bytes(), key.as_bytes());
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text)
        .any(|at| text.get(at..at + key.len()).is_some_and(|here| here.eq_ignore_ascii_case(key)))
}

/// The texts of a list in JSON; what is none has none.
fn texts(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}

/// The first and the last day of a day, month or year.
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

/// The first and the last of some years.
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

#[cfg(test)]
mod tests;
