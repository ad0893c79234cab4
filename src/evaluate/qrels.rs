//! Judgements in TREC's format: `query 0 paper grade`, white space between, one judgement a line.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;
use std::path::Path;

use crate::{Error, Result};

/// Judgements: for each query the papers that were judged, with their grades.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Qrels {
    judgements: BTreeMap<String, HashMap<String, u32>>,
    repeated: Vec<Repeated>,
}

/// A judgement of a paper that was judged for the same query before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// Its line, from 1.
    pub line: u64,
    /// The query.
    pub query: String,
    /// The paper.
    pub paper: String,
}

impl Qrels {
    /// Reads a file of judgements.
    ///
    /// A grade below 0 counts as 0, as in trec_eval. The last of two judgements of one paper for one query counts, and
    /// is among those [`repeated`](Self::repeated).
    ///
    /// # Errors
    /// [`Error::Input`] with the line that is no judgement, or when there is none; [`Error::Io`].
    pub fn read(reader: impl BufRead, path: &Path) -> Result<Self> {
        let mut qrels = Self::default();
        for (number, line) in reader.lines().enumerate() {
            let line = line.map_err(Error::io("read", path))?;
            let cells: Vec<&str> = line.split_whitespace().collect();
            let judgement = match cells[..] {
                [] => continue,
                [query, _, paper, grade] => grade.parse::<i64>().ok().map(|grade| (query, paper, grade)),
                _ => None,
            };
            let Some((query, paper, grade)) = judgement else {
                return Err(bad(path, number, "a judgement is `query 0 paper grade`, and the grade a whole number"));
            };
            let grade = u32::try_from(grade.max(0)).unwrap_or(u32::MAX);
            let judged = qrels.judgements.entry(query.to_owned()).or_default().insert(paper.to_owned(), grade);
            if judged.is_some() {
                let (query, paper) = (query.to_owned(), paper.to_owned());
                qrels.repeated.push(Repeated { line: number as u64 + 1, query, paper });
            }
        }
        match qrels.judgements.is_empty() {
            true => Err(Error::Input { path: path.to_owned(), reason: "holds no judgement".to_owned() }),
            false => Ok(qrels),
        }
    }

    /// Every query with its judgements, in order of the name.
    pub fn queries(&self) -> impl Iterator<Item = (&str, &HashMap<String, u32>)> {
        self.judgements.iter().map(|(query, judgements)| (query.as_str(), judgements))
    }

    /// Judgements that took the place of another, in order of the lines.
    pub fn repeated(&self) -> &[Repeated] {
        &self.repeated
    }

    /// Whether the query has judgements.
    pub fn has(&self, query: &str) -> bool {
        self.judgements.contains_key(query)
    }
}

/// The refusal of a line, counted from 0.
pub(super) fn bad(path: &Path, line: usize, reason: &str) -> Error {
    Error::Input { path: path.to_owned(), reason: format!("line {}: {reason}", line + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Qrels> {
        Qrels::read(text.as_bytes(), Path::new("a.qrels"))
    }

    #[test]
    fn judgements_are_read_with_any_white_space() {
        let qrels = read("q2 0 a 1\nq1\t0\tb\t3\n\nq1 Q0 c -1\nq1 0 b 2\n").unwrap();
        let queries: Vec<&str> = qrels.queries().map(|(query, _)| query).collect();
        assert_eq!(queries, ["q1", "q2"]);
        let (_, judgements) = qrels.queries().next().unwrap();
        assert_eq!((judgements["b"], judgements["c"]), (2, 0));
        assert_eq!(qrels.repeated(), [Repeated { line: 5, query: "q1".to_owned(), paper: "b".to_owned() }]);
    }

    #[test]
    fn what_is_no_judgement_is_told_with_its_line() {
        for text in ["q1 0 a 1\nq1 0 a\n", "q1 0 a 1\nq1 0 a high\n"] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("a.qrels") && error.contains("line 2: a judgement is"), "{error}");
        }
        assert!(read("\n").unwrap_err().to_string().contains("holds no judgement"));
    }
}
