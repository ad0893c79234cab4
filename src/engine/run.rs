//! Many questions at once, as a run to be measured.

use std::collections::{HashMap, HashSet};

use super::event::Observer;
use super::open::Engine;
use super::queries::Query;
use super::question::{FoundPaper, Question, Seed};
use crate::Result;
use crate::library::{Library, PaperNumber};

/// The ranking that answers a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The question's name.
    pub query: String,
    /// Papers with their scores, best first; candidates by the names that they were given, others by their ids.
    pub papers: Vec<(String, f32)>,
}

/// Answers, and what could not be followed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rankings {
    /// In the order of the questions.
    pub rankings: Vec<Ranking>,
    /// Names that stand for no paper of the library, each once. Seeds among them were left out; candidates stand behind
    /// all others, with scores below theirs.
    pub unknown: Vec<String>,
}

impl Engine {
    /// Answers questions, at most `top_k` papers each; all candidates where there are some.
    ///
    /// # Errors
    /// As for [`ask`](Self::ask); names that stand for no paper are no error.
    pub fn run(&self, queries: &[Query], top_k: usize, observer: Observer) -> Result<Rankings> {
        let snapshot = self.snapshot(observer)?;
        let mut names = Names { library: snapshot.library(), known: HashMap::new(), unknown: Vec::new() };
        let mut questions = Vec::with_capacity(queries.len());
        let mut candidates = Vec::with_capacity(queries.len());
        for query in queries {
            let liked = names.seeds(&query.seeds)?;
            let disliked = names.seeds(&query.not)?;
            let given = query.candidates.as_ref().map(|given| names.candidates(given)).transpose()?;
            let question = Question {
                disliked,
                // Without any seed that is known there is nothing to be alike to.
                facet: query.facet.filter(|_| !liked.is_empty()),
                text: query.text.clone().filter(|text| !text.trim().is_empty()),
                candidates: given
                    .as_ref()
                    .map(|given| given.found.iter().map(|(_, number)| Seed::Stored(*number)).collect()),
                top_k: given.as_ref().map_or(top_k, |given| given.found.len()),
                liked,
                ..Question::default()
            };
            questions.push(question);
            candidates.push(given);
        }
        let ranked = snapshot.rank(&questions)?;
        let ids = snapshot.library().ids()?;
        let answers = queries.iter().zip(ranked).zip(candidates).map(|((query, ranked), given)| {
            let name = |paper| match (paper, &given) {
                (FoundPaper::Given(place), Some(given)) => given.found[place].0.clone(),
                (FoundPaper::Stored(number), _) => ids.get(&number).cloned().unwrap_or_default(),
                (FoundPaper::Given(_), None) => String::new(),
            };
            let mut ranking: Vec<(String, f32)> =
                ranked.into_iter().map(|ranked| (name(ranked.paper), ranked.score())).collect();
            let mut least = ranking.last().map_or(0.0, |(_, score)| *score);
            for missing in given.into_iter().flat_map(|given| given.missing) {
                least -= 1.0;
                ranking.push((missing, least));
            }
            Ranking { query: query.id.clone(), papers: ranking }
        });
        Ok(Rankings { rankings: answers.collect(), unknown: names.unknown })
    }
}

/// Candidates by the names that they were given, each name once.
struct Candidates {
    found: Vec<(String, PaperNumber)>,
    missing: Vec<String>,
}

/// Papers by names, each looked up once.
struct Names<'a> {
    library: &'a Library,
    known: HashMap<String, Option<PaperNumber>>,
    unknown: Vec<String>,
}

impl Names<'_> {
    fn number(&mut self, name: &str) -> Result<Option<PaperNumber>> {
        if let Some(known) = self.known.get(name) {
            return Ok(*known);
        }
        let found = self.library.number(name)?;
        if found.is_none() {
            self.unknown.push(name.to_owned());
        }
        self.known.insert(name.to_owned(), found);
        Ok(found)
    }

    fn seeds(&mut self, names: &[String]) -> Result<Vec<Seed>> {
        let numbers: Vec<Option<PaperNumber>> = names.iter().map(|name| self.number(name)).collect::<Result<_>>()?;
        let mut seen = HashSet::new();
        Ok(numbers.into_iter().flatten().filter(|number| seen.insert(*number)).map(Seed::Stored).collect())
    }

    fn candidates(&mut self, names: &[String]) -> Result<Candidates> {
        let mut candidates = Candidates { found: Vec::new(), missing: Vec::new() };
        let mut seen = HashSet::new();
        for name in names.iter().filter(|name| seen.insert(name.as_str())) {
            match self.number(name)? {
                Some(number) => candidates.found.push((name.clone(), number)),
                None => candidates.missing.push(name.clone()),
            }
        }
        Ok(candidates)
    }
}
