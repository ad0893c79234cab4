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

use super::answer::{Answer, Recommendation};
use super::ask::Resolved;
use super::event::Observer;
use super::open::Engine;
use super::paper_list::{PaperList, each_json_line};
use super::question::Question;
use super::request::Request;
use crate::library::{Filters, Library, PaperNumber};
use crate::rank::facets::Facet;
use crate::{Error, Result};

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

/// Reads questions. `options` are those with which they will be answered; with a profile, a question may be empty.
///
/// # Errors
/// [`Error::Input`](crate::Error::Input) with the line of a question that is invalid or empty, or whose name another
/// question has; [`Error::Io`](crate::Error::Io).
pub fn read_queries(reader: impl BufRead, path: &Path, options: &Request) -> Result<Vec<Query>> {
    let mut queries: Vec<Query> = Vec::new();
    let mut names = HashSet::new();
    let form = "a question is {\"id\": …, \"text\": …} or {\"id\": …, \"seeds\": […]}";
    each_json_line(reader, path, form, |query: Query| {
        let is_blank = query.text.as_ref().is_none_or(|text| text.trim().is_empty());
        let has_seeds = !query.seeds.is_empty() || options.profile.is_some();
        if is_blank && !has_seeds {
            return Err(format!("{} has neither a text nor seeds", query.id));
        }
        if (query.facet.is_some() || options.facet.is_some()) && !has_seeds {
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
    /// What the user should know about the options and the questions, each note once.
    pub notes: Vec<String>,
}

impl Engine {
    /// Answers questions as [`ask`](Self::ask) does. `options` are those of every question; their disliked papers and
    /// those of a question are avoided alike. A question with candidates ranks all of them. The text of a question
    /// without seeds may contain conditions, unless the options say `verbatim`.
    ///
    /// Names in questions that match no paper are not an error.
    ///
    /// # Errors
    /// As for [`ask`](Self::ask).
    pub fn run(&self, queries: &[Query], options: &Request, observer: Observer) -> Result<Rankings> {
        let snapshot = self.snapshot(observer)?;
        let library = snapshot.library();
        let restrictions = Resolved::restrictions(&snapshot, options)?;
        let not = options.not.iter().map(|name| Ok(library.find(name)?.paper.id.to_string()));
        let shared = Request {
            not: not.collect::<Result<_>>()?,
            filters: Filters::default(),
            exclude: Vec::new(),
            exclude_seen: false,
            ..options.clone()
        };
        let mut names = Names { library, ids: library.ids()?, known: HashMap::new(), unknown: Notes::default() };
        let mut notes = Notes::default();
        restrictions.notes().iter().for_each(|note| notes.add(note));
        let mut asked = Vec::with_capacity(queries.len());
        for query in queries {
            let request = names.request(query, &shared)?;
            let resolved = match request.asks_for_something() {
                true => {
                    let mut resolved = Resolved::new(&snapshot, &request).map_err(|error| named(query, error))?;
                    resolved.restrict_as(&restrictions);
                    Some(resolved)
                }
                // None of its seeds is known.
                false => None,
            };
            asked.push((query, request, resolved));
        }
        let together = |resolved: &&Resolved| resolved.is_one_ranking();
        let together = asked.iter().filter_map(|(.., resolved)| resolved.as_ref()).filter(together);
        let together: Vec<Question> = together.map(|resolved| resolved.question.clone()).collect();
        let mut ranked = snapshot.rank(&together)?.into_iter();
        let mut read = HashMap::new();
        let mut rankings = Vec::with_capacity(queries.len());
        for (query, request, resolved) in asked {
            let answer = match resolved {
                None => None,
                Some(resolved) if resolved.is_one_ranking() => {
                    let hits = ranked.next().unwrap_or_default();
                    let results = snapshot.with_papers(&hits, &resolved.question, &mut read)?;
                    Some(resolved.answer_with(results, &snapshot, &request)?)
                }
                Some(resolved) => Some(resolved.answer(&snapshot, &request)?),
            };
            let candidates = request.candidates.map_or(Vec::new(), |list| list.names);
            let Some(Answer { results, unknown, notes: of_answer, .. }) = answer else {
                rankings.push(ranking(query, &candidates, &[], &candidates));
                continue;
            };
            of_answer.iter().for_each(|note| notes.add(note));
            let unknown = unknown.unwrap_or_default();
            unknown.iter().for_each(|name| names.unknown.add(name));
            rankings.push(ranking(query, &candidates, &results, &unknown));
        }
        Ok(Rankings { rankings, unknown: names.unknown.list, notes: notes.list })
    }
}

/// An error with the question that it is about.
fn named(query: &Query, error: Error) -> Error {
    match error {
        Error::InvalidParameter(reason) => Error::InvalidParameter(format!("question {:?}: {reason}", query.id)),
        error => error,
    }
}

/// Makes the ranking of a question. Unknown candidates are last.
///
/// The score is the paper's, except in an order that is not by score: several interests have their turns, diversity
/// moves papers. The score is then one divided by the rank, since programs that read a run sort it by score.
fn ranking(query: &Query, candidates: &[String], results: &[Recommendation], unknown: &[String]) -> Ranking {
    let is_by_score = results.is_sorted_by(|a, b| a.score >= b.score);
    let named = |found: &Recommendation| {
        let name = found.candidate.map_or_else(|| found.paper.id.to_string(), |place| candidates[place].clone());
        (name, if is_by_score { found.score } else { 1.0 / found.rank as f32 })
    };
    let mut papers: Vec<(String, f32)> = results.iter().map(named).collect();
    let mut lowest = papers.last().map_or(0.0, |(_, score)| *score);
    for name in unknown {
        lowest -= 1.0;
        papers.push((name.clone(), lowest));
    }
    Ranking { query: query.id.clone(), papers }
}

/// Texts for the user, each once, in the order in which they were added.
#[derive(Default)]
struct Notes {
    list: Vec<String>,
    seen: HashSet<String>,
}

impl Notes {
    fn add(&mut self, note: &str) {
        if self.seen.insert(note.to_owned()) {
            self.list.push(note.to_owned());
        }
    }
}

/// A cache of papers by name, so that each name is looked up only once.
struct Names<'a> {
    library: &'a Library,
    /// The ids of all papers.
    ids: HashMap<PaperNumber, String>,
    known: HashMap<String, Option<PaperNumber>>,
    unknown: Notes,
}

impl Names<'_> {
    /// Makes the request of a question. Its seeds and disliked papers are those that the library has.
    fn request(&mut self, query: &Query, shared: &Request) -> Result<Request> {
        let mut not = self.known(&query.not)?;
        not.extend_from_slice(&shared.not);
        let mut seeds = self.known(&query.seeds)?;
        seeds.retain(|seed| !not.contains(seed));
        let has_seeds = !seeds.is_empty() || shared.profile.is_some();
        let mut seen = HashSet::new();
        let candidates = query.candidates.as_ref().map(|names| PaperList {
            names: names.iter().filter(|name| seen.insert(name.as_str())).cloned().collect(),
            ..PaperList::default()
        });
        Ok(Request {
            // As `similar` does: only the text of a search has conditions.
            verbatim: shared.verbatim || !seeds.is_empty(),
            like: match seeds.is_empty() {
                true => Vec::new(),
                false => vec![PaperList { names: seeds, ..PaperList::default() }],
            },
            text: query.text.clone().filter(|text| !text.trim().is_empty()),
            not,
            // A facet is used in comparisons with seeds.
            facet: query.facet.or(shared.facet).filter(|_| has_seeds),
            top_k: shared.top_k.filter(|_| candidates.is_none()),
            candidates,
            ..shared.clone()
        })
    }

    /// The ids of the papers with these names, each once.
    fn known(&mut self, names: &[String]) -> Result<Vec<String>> {
        let mut found: Vec<String> = Vec::new();
        for name in names {
            let number = match self.known.get(name) {
                Some(number) => *number,
                None => *self.known.entry(name.clone()).or_insert(self.library.number(name)?),
            };
            match number.and_then(|number| self.ids.get(&number)) {
                None => self.unknown.add(name),
                Some(id) if !found.contains(id) => found.push(id.clone()),
                Some(_) => {}
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Query>> {
        read_queries(text.as_bytes(), Path::new("q.jsonl"), &Request::default())
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
    fn with_a_profile_a_question_needs_no_text_and_no_seeds() {
        let read = |options: &Request| read_queries(&b"{\"id\": \"q\"}"[..], Path::new("q.jsonl"), options);
        assert!(read(&Request::default()).is_err());
        assert_eq!(read(&Request { profile: Some("mine".into()), ..Request::default() }).unwrap().len(), 1);
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
