//! Finds the papers that meet the conditions of a question.
//!
//! Conditions on words first take papers from the index of terms. Where this index is not exact, as for phrases, it
//! finds candidates, and their texts decide.

use std::collections::HashSet;

use rayon::prelude::*;

use super::generation::Generation;
use super::snapshot::Snapshot;
use super::text_query::{Expression, Place, TextQuery, WordCondition};
use crate::lexical::{Candidates, Language, Pattern, Tokenizer};
use crate::library::{Condition, Filters, PaperNumber};
use crate::{Error, Result};

/// The greatest number of texts in memory. 12,000 abstracts take 16 MiB.
const TEXTS_AT_ONCE: usize = 12_000;

/// The greatest number of conditions. Each may need the texts of all papers, or two bytes for each paper.
const MAX_CONDITIONS: usize = 500;

/// The greatest number of notes.
const MAX_NOTES: usize = 5;

/// The papers that meet conditions.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Admitted {
    /// `None` without conditions.
    pub papers: Option<HashSet<PaperNumber>>,
    /// Notes on conditions that no paper meets, and on words that are too frequent to be conditions.
    pub notes: Vec<String>,
}

impl Snapshot<'_> {
    /// The papers that meet the conditions of a query and of filters.
    ///
    /// # Errors
    /// As for [`recommend`](Self::recommend), if the query requires or excludes words;
    /// [`Error::InvalidParameter`] for filters that cannot be read, and for too many conditions.
    pub(super) fn admitted_by(&self, query: &TextQuery, filters: &Filters) -> Result<Admitted> {
        let filters = filters.conditions()?;
        let filtered = (!filters.is_empty()).then(|| self.library.filtered(&filters)).transpose()?;
        let Some(expression) = &query.expression else {
            return Ok(Admitted { papers: filtered.map(HashSet::from_iter), notes: Vec::new() });
        };
        let count = expression.count();
        if count > MAX_CONDITIONS {
            return Err(Error::InvalidParameter(format!(
                "the text has {count} conditions, and the limit is {MAX_CONDITIONS}. --verbatim searches for it as text"
            )));
        }
        let mut search = ConditionSearch::new(self, expression)?;
        let among = filtered.map(|papers| search.set(papers));
        let met = search.met(expression, among.as_ref())?;
        let met = match (met, among) {
            (Some(met), Some(among)) => Some(met.and(&among)),
            (met, among) => met.or(among),
        };
        Ok(Admitted { papers: met.map(|met| met.papers().collect()), notes: search.notes })
    }
}

/// A set of papers: for each number, whether the paper is in it.
#[derive(Debug, Clone, PartialEq)]
struct PaperSet(Vec<bool>);

impl PaperSet {
    fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= other);
        self
    }

    fn or(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
        self
    }

    /// The papers of this set that are not in `other`.
    fn without(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= !other);
        self
    }

    fn contains(&self, number: PaperNumber) -> bool {
        usize::try_from(number).is_ok_and(|at| self.0.get(at) == Some(&true))
    }

    fn is_empty(&self) -> bool {
        !self.0.contains(&true)
    }

    fn papers(&self) -> impl Iterator<Item = PaperNumber> {
        self.0.iter().enumerate().filter(|(_, is_in)| **is_in).map(|(number, _)| number as PaperNumber)
    }
}

/// Finds the papers that meet an expression.
struct ConditionSearch<'a> {
    snapshot: &'a Snapshot<'a>,
    /// The indexes, if the expression has words.
    indexes: Option<&'a Generation>,
    everything: PaperSet,
    /// The conditions on fields, each with the papers that meet it.
    fields: Vec<(&'a Condition, PaperSet)>,
    tokenizer: Tokenizer,
    notes: Vec<String>,
}

impl<'a> ConditionSearch<'a> {
    fn new(snapshot: &'a Snapshot<'a>, expression: &'a Expression) -> Result<Self> {
        let indexes = expression.has_words().then(|| snapshot.generation()).transpose()?;
        let wanted = expression.fields();
        let conditions: Vec<Condition> = wanted.iter().map(|&condition| condition.clone()).collect();
        let rows = match indexes {
            Some(_) if conditions.is_empty() => Vec::new(),
            _ => snapshot.library.conditions_met(&conditions)?,
        };
        let numbers: Vec<PaperNumber> = match indexes {
            Some(indexes) => indexes.numbers().collect(),
            None => rows.iter().map(|(number, _)| *number).collect(),
        };
        let size = numbers.iter().chain(rows.iter().map(|(number, _)| number)).max().map_or(0, |max| *max as usize + 1);
        let mut search = Self {
            snapshot,
            indexes,
            everything: PaperSet(vec![false; size]),
            fields: Vec::new(),
            tokenizer: Tokenizer::default(),
            notes: Vec::new(),
        };
        let fields = wanted.iter().enumerate().map(|(at, condition)| {
            (*condition, search.set(rows.iter().filter(|(_, met)| met[at]).map(|(number, _)| *number)))
        });
        search.fields = fields.collect();
        search.everything = search.set(numbers);
        Ok(search)
    }

    /// A set of papers. Papers that the snapshot does not have are left out.
    fn set(&self, papers: impl IntoIterator<Item = PaperNumber>) -> PaperSet {
        let mut set = PaperSet(vec![false; self.everything.0.len()]);
        for number in papers {
            if let Some(place) = usize::try_from(number).ok().and_then(|at| set.0.get_mut(at)) {
                *place = true;
            }
        }
        set
    }

    /// The papers that meet an expression; `None` if the expression has only stop words and is therefore no condition.
    /// Only the texts of papers in `among` are read, so the result may be wrong for other papers.
    fn met(&mut self, expression: &'a Expression, among: Option<&PaperSet>) -> Result<Option<PaperSet>> {
        match expression {
            Expression::Words(words) => self.with_words(words, among),
            Expression::Field(condition) => {
                let field = self.fields.iter().find(|(other, _)| *other == condition);
                let met = field.map_or_else(|| self.set([]), |(_, met)| met.clone());
                if met.is_empty() {
                    self.note(format!("no paper meets {condition}"));
                }
                Ok(Some(met))
            }
            Expression::Not(part) => {
                let met = self.met(part, among)?;
                Ok(met.map(|met| self.everything.clone().without(&met)))
            }
            Expression::All(parts) => self.all_met(parts, among),
            Expression::Any(parts) => {
                let mut any = Some(self.set([]));
                for part in parts {
                    let met = self.met(part, among)?;
                    any = any.zip(met).map(|(any, met)| any.or(&met));
                }
                Ok(any)
            }
        }
    }

    /// As [`met`](Self::met), for parts that must all be met.
    fn all_met(&mut self, parts: &'a [Expression], among: Option<&PaperSet>) -> Result<Option<PaperSet>> {
        let mut parts: Vec<&Expression> = parts.iter().collect();
        // Those that need no texts come first, so that fewer texts are read.
        parts.sort_by_key(|part| reads_texts(part));
        let mut all: Option<PaperSet> = None;
        for part in parts {
            let so_far = match (&all, among) {
                (Some(all), Some(among)) => Some(all.clone().and(among)),
                (all, among) => all.as_ref().or(among).cloned(),
            };
            let met = self.met(part, so_far.as_ref())?;
            all = match (all, met) {
                (Some(all), Some(met)) => Some(all.and(&met)),
                (all, met) => all.or(met),
            };
        }
        Ok(all)
    }

    /// As [`met`](Self::met), for words.
    fn with_words(&mut self, words: &WordCondition, among: Option<&PaperSet>) -> Result<Option<PaperSet>> {
        let Some(indexes) = self.indexes else { return Ok(None) };
        let terms = indexes.indexes().terms;
        let languages = terms.languages_of_words();
        let pattern = Pattern::new(&mut self.tokenizer, &words.text, words.is_beginning, &languages);
        let Some(pattern) = pattern else {
            self.note(format!("{words} has only words that nearly every text has, so it is not a condition"));
            return Ok(None);
        };
        let numbers = |positions: Vec<u32>| positions.into_iter().filter_map(|at| indexes.vectors.key(at));
        let Candidates { certain, possible } = pattern.candidates(terms);
        if certain.is_empty() && possible.is_empty() {
            self.note(format!("no paper has {words}"));
        }
        let (certain, possible) = match words.place {
            Place::Anywhere => (certain, possible),
            Place::Title | Place::Abstract => (Vec::new(), [certain, possible].concat()),
        };
        let met = self.set(numbers(certain));
        let mut possible: Vec<PaperNumber> = numbers(possible).collect();
        possible.retain(|number| among.is_none_or(|among| among.contains(*number)));
        possible.sort_unstable();
        let found = self.whose_text_has(&pattern, words.place, indexes, &possible)?;
        Ok(Some(met.or(&self.set(found))))
    }

    /// Reads the texts of papers, and returns the papers that have a pattern in a place. Ascending papers are read
    /// fastest.
    fn whose_text_has(
        &self,
        pattern: &Pattern,
        place: Place,
        indexes: &Generation,
        papers: &[PaperNumber],
    ) -> Result<Vec<PaperNumber>> {
        let language_of = |number: PaperNumber| {
            let position = indexes.vectors.position(number);
            position.map_or_else(Language::default, |position| indexes.indexes().terms.language(position))
        };
        let mut with = Vec::new();
        for papers in papers.chunks(TEXTS_AT_ONCE) {
            let mut texts = Vec::with_capacity(papers.len());
            self.snapshot.library.read_texts(papers.iter().copied(), &mut |text| texts.push(text))?;
            let found = papers.par_iter().zip(texts).map_init(Tokenizer::default, |tokenizer, (number, text)| {
                let (title, abstract_text) = text;
                let mut has = |text: &str| pattern.occurs_in(tokenizer, text, language_of(*number));
                let is_found = place != Place::Abstract && has(&title)
                    || place != Place::Title && abstract_text.is_some_and(|text| has(&text));
                is_found.then_some(*number)
            });
            with.par_extend(found.flatten());
        }
        Ok(with)
    }

    fn note(&mut self, note: String) {
        if self.notes.len() < MAX_NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Whether the texts of papers may have to be read for an expression.
fn reads_texts(expression: &Expression) -> bool {
    match expression {
        Expression::Words(words) => {
            words.place != Place::Anywhere || words.is_beginning || words.text.contains(|c: char| !c.is_alphanumeric())
        }
        Expression::Field(_) => false,
        Expression::Not(part) => reads_texts(part),
        Expression::All(parts) | Expression::Any(parts) => parts.iter().any(reads_texts),
    }
}
