//! Judgements in TREC's format: `query 0 paper grade`, separated by white space, one judgement per line.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;
use std::path::Path;

use crate::{Error, Result};

/// Judgements: for each query the judged papers with their grades.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Qrels {
    judgements: BTreeMap<String, HashMap<String, u32>>,
    repeated: Vec<RepeatedJudgement>,
}

/// A repeated judgement of a paper for a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedJudgement {
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
    /// A grade below 0 counts as 0, as in trec_eval. If a paper is judged several times for a query, the last judgement
    /// counts, and [`repeated`](Self::repeated) lists each judgement after the first.
    ///
    /// # Errors
    /// [`Error::Input`] with the first invalid line, or if there are no judgements; [`Error::Io`].
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
                return Err(invalid_line(
                    path,
                    number,
                    "not a judgement; write `query 0 paper grade`, with a whole number as grade",
                ));
            };
            let grade = u32::try_from(grade.max(0)).unwrap_or(u32::MAX);
            let judged = qrels.judgements.entry(query.to_owned()).or_default().insert(paper.to_owned(), grade);
            if judged.is_some() {
                let (query, paper) = (query.to_owned(), paper.to_owned());
                qrels.repeated.push(RepeatedJudgement { line: number as u64 + 1, query, paper });
            }
        }
        match qrels.judgements.is_empty() {
            true => Err(Error::Input { path: path.to_owned(), reason: "has no judgements".to_owned() }),
            false => Ok(qrels),
        }
    }

    /// Every query with its judgements, by name.
    pub fn queries(&self) -> impl Iterator<Item = (&str, &HashMap<String, u32>)> {
        self.judgements.iter().map(|(query, judgements)| (query.as_str(), judgements))
    }

    /// Every judged paper, once for each query that judges it.
    pub fn papers(&self) -> impl Iterator<Item = &str> {
        self.judgements.values().flatten().map(|(paper, _)| paper.as_str())
    }

    /// Replaces names of papers. If a query judges a paper under several names, the highest grade counts.
    pub fn rename(&mut self, names: &HashMap<String, String>) {
        for judgements in self.judgements.values_mut() {
            for (paper, grade) in std::mem::take(judgements) {
                let kept = judgements.entry(names.get(&paper).cloned().unwrap_or(paper)).or_default();
                *kept = grade.max(*kept);
            }
        }
    }

    /// Judgements that replaced an earlier one, in the order of their lines.
    pub fn repeated(&self) -> &[RepeatedJudgement] {
        &self.repeated
    }

    /// Whether the query has judgements.
    pub fn has(&self, query: &str) -> bool {
        self.judgements.contains_key(query)
    }
}

/// The error for an invalid line. `line` counts from 0; the message counts from 1.
pub(super) fn invalid_line(path: &Path, line: usize, reason: &str) -> Error {
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
        assert_eq!(qrels.repeated(), [RepeatedJudgement { line: 5, query: "q1".to_owned(), paper: "b".to_owned() }]);
    }

    #[test]
    fn the_highest_grade_of_a_paper_with_several_names_counts() {
        let mut qrels = read("q1 0 old 1\nq1 0 new 0\nq1 0 other 0\nq2 0 old 0\n").unwrap();
        qrels.rename(&HashMap::from([("old".to_owned(), "new".to_owned())]));
        assert_eq!(qrels, read("q1 0 new 1\nq1 0 other 0\nq2 0 new 0\n").unwrap());
    }

    #[test]
    fn invalid_lines_are_reported_with_their_numbers() {
        for text in ["q1 0 a 1\nq1 0 a\n", "q1 0 a 1\nq1 0 a high\n"] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("a.qrels") && error.contains("line 2: not a judgement"), "{error}");
        }
        assert!(read("\n").unwrap_err().to_string().contains("has no judgements"));
    }
}
