//! Answering questions of a file.

use std::collections::{HashMap, HashSet};

use super::queries::Query;
use crate::Result;
use crate::library::PaperNumber;
use crate::recommender::{Observer, Question, RankedPaper, Recommender, Seed};

/// The ranking that answers a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The question's name.
    pub query: String,
    /// Papers with their scores, best first; candidates by the names that they were given, others by their ids.
    pub ranking: Vec<(String, f32)>,
}

/// Answers, and what could not be followed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// In the order of the questions.
    pub answers: Vec<Answer>,
    /// Names that stand for no paper of the library, each once. Seeds among them were left out; candidates stand behind
    /// all others, with scores below theirs.
    pub unknown: Vec<String>,
}

/// Answers questions, at most `top_k` papers each; all candidates where there are some.
///
/// # Errors
/// As for [`Recommender::recommend`].
pub fn answer(recommender: &Recommender, queries: &[Query], top_k: usize, observer: Observer) -> Result<Answers> {
    let mut names = Names { recommender, known: HashMap::new(), unknown: Vec::new() };
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
    let ranked = recommender.rank(&questions, observer)?;
    let ids = recommender.library().ids()?;
    let answers = queries.iter().zip(ranked).zip(candidates).map(|((query, ranked), given)| {
        let name = |paper| match (paper, &given) {
            (RankedPaper::Given(place), Some(given)) => given.found[place].0.clone(),
            (RankedPaper::Stored(number), _) => ids.get(&number).cloned().unwrap_or_default(),
            (RankedPaper::Given(_), None) => String::new(),
        };
        let mut ranking: Vec<(String, f32)> =
            ranked.into_iter().map(|ranked| (name(ranked.paper), ranked.parts.score())).collect();
        let mut least = ranking.last().map_or(0.0, |(_, score)| *score);
        for missing in given.into_iter().flat_map(|given| given.missing) {
            least -= 1.0;
            ranking.push((missing, least));
        }
        Answer { query: query.id.clone(), ranking }
    });
    Ok(Answers { answers: answers.collect(), unknown: names.unknown })
}

/// Candidates by the names that they were given, each name once.
struct Candidates {
    found: Vec<(String, PaperNumber)>,
    missing: Vec<String>,
}

/// Papers by names, each looked up once.
struct Names<'a> {
    recommender: &'a Recommender,
    known: HashMap<String, Option<PaperNumber>>,
    unknown: Vec<String>,
}

impl Names<'_> {
    fn number(&mut self, name: &str) -> Result<Option<PaperNumber>> {
        if let Some(known) = self.known.get(name) {
            return Ok(*known);
        }
        let found = self.recommender.library().number(name)?;
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
