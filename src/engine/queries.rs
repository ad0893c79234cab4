//! Questions in a file: JSON Lines, one question each.
//!
//! ```json
//! {"id": "q1", "text": "robots that learn to walk"}
//! {"id": "q2", "seeds": ["1706.03762"], "not": ["1810.04805"], "candidates": ["a", "b"]}
//! {"id": "q3", "seeds": ["1706.03762"], "facet": "method"}
//! ```

use std::collections::HashSet;
use std::io::BufRead;
use std::path::Path;

use serde::{Deserialize, Deserializer, de};

use crate::rank::facets::Facet;
use crate::{Error, Result};

/// A question of a file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Its name; no two are the same.
    pub id: String,
    /// What papers should be about.
    #[serde(default)]
    pub text: Option<String>,
    /// Papers of the library that they should be like, by any of their names.
    #[serde(default)]
    pub seeds: Vec<String>,
    /// Papers of the library that they should not be like.
    #[serde(default)]
    pub not: Vec<String>,
    /// In what respect papers should be like the seeds.
    #[serde(default, deserialize_with = "facet")]
    pub facet: Option<Facet>,
    /// The papers of the library to be ranked, all of them; without it, the best of the library are looked for.
    #[serde(default)]
    pub candidates: Option<Vec<String>>,
}

fn facet<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Facet>, D::Error> {
    let Some(name) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let unknown = |_| de::Error::custom(format!("{name:?} is no facet; those are background, method and result"));
    name.parse().map(Some).map_err(unknown)
}

/// Reads questions.
///
/// # Errors
/// [`Error::Input`] with the line that is no question, asks nothing, or has the name of another; [`Error::Io`].
pub fn read_queries(reader: impl BufRead, path: &Path) -> Result<Vec<Query>> {
    let mut queries: Vec<Query> = Vec::new();
    let mut names = HashSet::new();
    for (number, line) in (1..).zip(reader.lines()) {
        let line = line.map_err(Error::io("read", path))?;
        if line.trim().is_empty() {
            continue;
        }
        let bad = |reason: String| Error::Input { path: path.to_owned(), reason: format!("line {number}: {reason}") };
        let query: Query = serde_json::from_str(line.trim_start_matches('\u{feff}')).map_err(|error| {
            bad(format!("{error}; a question is {{\"id\": …, \"text\": …}} or {{\"id\": …, \"seeds\": […]}}"))
        })?;
        let is_blank = query.text.as_ref().is_none_or(|text| text.trim().is_empty());
        if is_blank && query.seeds.is_empty() {
            return Err(bad(format!("{} has neither a text nor seeds", query.id)));
        }
        if query.facet.is_some() && query.seeds.is_empty() {
            return Err(bad(format!("{} has a facet, but no seeds to compare papers with", query.id)));
        }
        if !names.insert(query.id.clone()) {
            return Err(bad(format!("a second question is named {}", query.id)));
        }
        queries.push(query);
    }
    Ok(queries)
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
    fn what_is_no_question_is_refused_with_its_line() {
        for (text, message) in [
            (
                "{\"id\": \"q\", \"text\": \"a\"}\n{\"id\": \"q\", \"text\": \"b\"}",
                "line 2: a second question is named q",
            ),
            ("{\"id\": \"q\", \"text\": \" \"}", "line 1: q has neither a text nor seeds"),
            ("{\"id\": \"q\", \"query\": \"a\"}", "line 1: unknown field `query`"),
            ("{\"id\": \"q\", \"seeds\": [\"a\"], \"facet\": \"aim\"}", "line 1: \"aim\" is no facet; those are"),
            ("{\"id\": \"q\", \"text\": \"a\", \"facet\": \"method\"}", "line 1: q has a facet, but no seeds"),
            ("bees", "line 1: "),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
