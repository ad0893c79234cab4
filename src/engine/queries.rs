//! Answers all questions of a file together. Each line of the file is a question in JSON:
//!
//! ```json
//! {"id": "q1", "text": "robots that learn to walk"}
//! {"id": "q2", "seeds": ["1706.03762"], "not": ["1810.04805"], "candidates": ["a", "b"]}
//! {"id": "q3", "seeds": ["1706.03762"], "facet": "method"}
//! ```

use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use std::path::Path;

use serde::Deserialize;

use super::event::Observer;
use super::open::Engine;
use super::paper_list::each_json_line;
use super::question::{FoundPaper, Question, Seed};
use crate::Result;
use crate::library::{Library, PaperNumber};
use crate::rank::facets::Facet;

/// A question of a file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Its name, unique in the file.
    pub id: String,
    /// What the results should be about.
    #[serde(default)]
    pub text: Option<String>,
    /// Papers of the library to which the results should be similar, each given by an id or identifier.
    #[serde(default)]
    pub seeds: Vec<String>,
    /// Papers of the library to which the results should not be similar.
    #[serde(default)]
    pub not: Vec<String>,
    /// The facet in which the results should be similar to the seeds.
    #[serde(default)]
    pub facet: Option<Facet>,
    /// The papers of the library to rank. Without this, the library is searched.
    #[serde(default)]
    pub candidates: Option<Vec<String>>,
}

/// Reads questions.
///
/// # Errors
/// [`Error::Input`](crate::Error::Input) with the line of a question that is invalid or empty, or whose name another
/// question has; [`Error::Io`](crate::Error::Io).
pub fn read_queries(reader: impl BufRead, path: &Path) -> Result<Vec<Query>> {
    let mut queries: Vec<Query> = Vec::new();
    let mut names = HashSet::new();
    let form = "a question is {\"id\": …, \"text\": …} or {\"id\": …, \"seeds\": […]}";
    each_json_line(reader, path, form, |query: Query| {
        let is_blank = query.text.as_ref().is_none_or(|text| text.trim().is_empty());
        if is_blank && query.seeds.is_empty() {
            return Err(format!("{} has neither a text nor seeds", query.id));
        }
        if query.facet.is_some() && query.seeds.is_empty() {
            return Err(format!("{} has a facet, but no seeds to compare papers with", query.id));
        }
        if !names.insert(query.id.clone()) {
            return Err(format!("a second question is named {}", query.id));
        }
        queries.push(query);
        Ok(())
    })?;
    Ok(queries)
}

/// The ranking that answers a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The name of the question.
    pub query: String,
    /// Papers with their scores, best first. A candidate is named as in the question, any other paper by its id.
    pub papers: Vec<(String, f32)>,
}

/// The rankings of all questions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rankings {
    /// In the order of the questions.
    pub rankings: Vec<Ranking>,
    /// Names that match no paper of the library, each once. Unknown seeds are left out; unknown candidates are ranked
    /// last.
    pub unknown: Vec<String>,
}

impl Engine {
    /// Answers questions with at most `top_k` papers each, or all candidates if a question has them. Names that match
    /// no paper are not an error.
    ///
    /// # Errors
    /// As for [`ask`](Self::ask).
    pub fn run(&self, queries: &[Query], top_k: usize, observer: Observer) -> Result<Rankings> {
        let snapshot = self.snapshot(observer)?;
        let mut names = Names { library: snapshot.library(), known: HashMap::new(), unknown: Vec::new() };
        let (mut questions, mut candidates) = (Vec::new(), Vec::new());
        for query in queries {
            let (liked, disliked) = (names.seeds(&query.seeds)?, names.seeds(&query.not)?);
            let listed = query.candidates.as_ref().map(|listed| names.look_up(listed)).transpose()?;
            let (known, unknown): (Vec<_>, Vec<_>) =
                listed.into_iter().flatten().partition(|(_, number)| number.is_some());
            let (known, seeds): (Vec<String>, Vec<Seed>) =
                known.into_iter().filter_map(|(name, number)| Some((name, Seed::Stored(number?)))).unzip();
            questions.push(Question {
                disliked,
                // A facet is used in comparisons with seeds, so it is left out if no seed is known.
                facet: query.facet.filter(|_| !liked.is_empty()),
                text: query.text.clone().filter(|text| !text.trim().is_empty()),
                top_k: if query.candidates.is_some() { seeds.len() } else { top_k },
                candidates: query.candidates.is_some().then_some(seeds),
                liked,
                ..Question::default()
            });
            candidates.push((known, unknown));
        }
        let ranked = snapshot.rank(&questions)?;
        let ids = snapshot.library().ids()?;
        let rankings = queries.iter().zip(ranked).zip(candidates).map(|((query, hits), (known, unknown))| {
            let name = |paper| match paper {
                FoundPaper::Given(place) => known[place].clone(),
                FoundPaper::Stored(number) => ids.get(&number).cloned().unwrap_or_default(),
            };
            let mut papers: Vec<(String, f32)> = hits.iter().map(|hit| (name(hit.paper), hit.score())).collect();
            let mut lowest = papers.last().map_or(0.0, |(_, score)| *score);
            for (name, _) in unknown {
                lowest -= 1.0;
                papers.push((name, lowest));
            }
            Ranking { query: query.id.clone(), papers }
        });
        Ok(Rankings { rankings: rankings.collect(), unknown: names.unknown })
    }
}

/// A cache of papers by name, so that each name is looked up only once.
struct Names<'a> {
    library: &'a Library,
    known: HashMap<String, Option<PaperNumber>>,
    unknown: Vec<String>,
}

impl Names<'_> {
    /// Looks up names. Returns each name once, with its paper.
    fn look_up(&mut self, names: &[String]) -> Result<Vec<(String, Option<PaperNumber>)>> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for name in names.iter().filter(|name| seen.insert(name.as_str())) {
            if !self.known.contains_key(name) {
                let number = self.library.number(name)?;
                if number.is_none() {
                    self.unknown.push(name.clone());
                }
                self.known.insert(name.clone(), number);
            }
            found.push((name.clone(), self.known[name]));
        }
        Ok(found)
    }

    /// Returns the papers of names, each once.
    fn seeds(&mut self, names: &[String]) -> Result<Vec<Seed>> {
        let mut seen = HashSet::new();
        let numbers = self.look_up(names)?.into_iter().filter_map(|(_, number)| number);
        Ok(numbers.filter(|number| seen.insert(*number)).map(Seed::Stored).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Query>> {
        read_queries(text.as_bytes(), Path::new("q.jsonl"))
    }

    #[test]
    fn questions_have_a_text_or_seeds_and_may_have_candidates() {
        let queries = read(
            "{\"id\": \"q1\", \"text\": \"bees\"}\n\n\
             {\"id\": \"q2\", \"seeds\": [\"a\"], \"not\": [\"b\"], \"candidates\": []}\n\
             {\"id\": \"q3\", \"seeds\": [\"a\"], \"facet\": \"method\"}\n\
             {\"id\": \"q4\", \"seeds\": [\"a\"], \"facet\": null}\n",
        );
        let with = |id: &str| Query { id: id.to_owned(), ..Query::default() };
        assert_eq!(
            queries.unwrap(),
            [
                Query { text: Some("bees".into()), ..with("q1") },
                Query { seeds: vec!["a".into()], not: vec!["b".into()], candidates: Some(vec![]), ..with("q2") },
                Query { seeds: vec!["a".into()], facet: Some(Facet::Method), ..with("q3") },
                Query { seeds: vec!["a".into()], ..with("q4") },
            ]
        );
    }

    #[test]
    fn an_invalid_question_is_refused_with_its_line() {
        for (text, message) in [
            (
                "{\"id\": \"q\", \"text\": \"a\"}\n{\"id\": \"q\", \"text\": \"b\"}",
                "line 2: a second question is named q",
            ),
            ("{\"id\": \"q\", \"text\": \" \"}", "line 1: q has neither a text nor seeds"),
            ("{\"id\": \"q\", \"query\": \"a\"}", "line 1: unknown field `query`"),
            (
                "{\"id\": \"q\", \"seeds\": [\"a\"], \"facet\": \"aim\"}",
                "line 1: unknown variant `aim`, expected one of `background`, `method`, `result`",
            ),
            ("{\"id\": \"q\", \"text\": \"a\", \"facet\": \"method\"}", "line 1: q has a facet, but no seeds"),
            ("bees", "line 1: "),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
