//! Rankings in TREC's format: `query Q0 paper rank score tag`, separated by white space, one ranked paper per line.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, BufRead, Write};
use std::path::Path;

use super::qrels::invalid_line;
use crate::{Error, Result};

/// Rankings: for each query its papers, best first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run(BTreeMap<String, Vec<(String, f64)>>);

impl Run {
    /// Reads a run.
    ///
    /// Papers are ordered by score descending, then by name descending, and ranks are ignored, as in trec_eval.
    ///
    /// # Errors
    /// [`Error::Input`] with the first invalid line, or if a query ranks a paper twice; [`Error::Io`].
    pub fn read(reader: impl BufRead, path: &Path) -> Result<Self> {
        let mut run = Self::default();
        for (number, line) in reader.lines().enumerate() {
            let line = line.map_err(Error::io("read", path))?;
            let cells: Vec<&str> = line.split_whitespace().collect();
            let ranked = match cells[..] {
                [] => continue,
                [query, _, paper, _, score, _] => score.parse::<f64>().ok().map(|score| (query, paper, score)),
                _ => None,
            };
            let Some((query, paper, score)) = ranked.filter(|(.., score)| !score.is_nan()) else {
                let reason = "not a ranked paper; write `query Q0 paper rank score tag`, with a number as score";
                return Err(invalid_line(path, number, reason));
            };
            run.0.entry(query.to_owned()).or_default().push((paper.to_owned(), score));
        }
        for (query, ranking) in &mut run.0 {
            ranking.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| b.0.cmp(&a.0)));
            let mut names: Vec<&str> = ranking.iter().map(|(paper, _)| paper.as_str()).collect();
            names.sort_unstable();
            if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
                let reason = format!("ranks {} twice for query {query}; a query may rank a paper once", pair[0]);
                return Err(Error::Input { path: path.to_owned(), reason });
            }
        }
        Ok(run)
    }

    /// The papers ranked for a query, best first; empty for an unknown query.
    pub fn ranking(&self, query: &str) -> Vec<&str> {
        self.0.get(query).map_or(Vec::new(), |ranking| ranking.iter().map(|(paper, _)| paper.as_str()).collect())
    }

    /// Every ranked paper, once for each query that ranks it.
    pub fn papers(&self) -> impl Iterator<Item = &str> {
        self.0.values().flatten().map(|(paper, _)| paper.as_str())
    }

    /// Replaces names of papers. If a query ranks a paper under several names, its best place counts.
    pub fn rename(&mut self, names: &HashMap<String, String>) {
        for ranking in self.0.values_mut() {
            let mut seen = HashSet::new();
            for (paper, _) in ranking.iter_mut() {
                if let Some(name) = names.get(paper) {
                    paper.clone_from(name);
                }
            }
            ranking.retain(|(paper, _)| seen.insert(paper.clone()));
        }
    }

    /// Every query, by name.
    pub fn queries(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl FromIterator<(String, Vec<(String, f32)>)> for Run {
    /// Collects rankings, each best first; papers of equal score stay in order. White space in names becomes `_`, as in
    /// [`write_ranking`].
    fn from_iter<Rankings: IntoIterator<Item = (String, Vec<(String, f32)>)>>(rankings: Rankings) -> Self {
        let ranking = |(query, papers): (String, Vec<(String, f32)>)| {
            let papers = papers.into_iter().map(|(paper, score)| (word(&paper), f64::from(score)));
            (word(&query), papers.collect())
        };
        Self(rankings.into_iter().map(ranking).collect())
    }
}

/// Returns a name with `_` instead of white space, which would break the format.
pub fn word(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("_")
}

/// Writes the ranking of one query; `papers` are best first. White space in names becomes `_`.
pub fn write_ranking<'a>(
    out: &mut dyn Write,
    query: &str,
    papers: impl Iterator<Item = (&'a str, f64)>,
    tag: &str,
) -> io::Result<()> {
    let query = word(query);
    for (at, (paper, score)) in papers.enumerate() {
        writeln!(out, "{query} Q0 {} {} {score:.9} {tag}", word(paper), at + 1)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Run> {
        Run::read(text.as_bytes(), Path::new("a.run"))
    }

    #[test]
    fn papers_are_ordered_by_score_then_by_name_descending() {
        let run = read("q Q0 a 1 0.5 x\nq Q0 c 2 0.5 x\nq Q0 b 3 9e-1 x\n").unwrap();
        assert_eq!(run.ranking("q"), ["b", "c", "a"]);
        assert!(run.ranking("other").is_empty());
    }

    #[test]
    fn a_paper_with_several_names_has_its_best_place() {
        let mut run = read("q Q0 a 1 4 x\nq Q0 old 2 3 x\nq Q0 b 3 2 x\nq Q0 new 4 1 x\n").unwrap();
        run.rename(&HashMap::from([("old".to_owned(), "new".to_owned())]));
        assert_eq!(run.ranking("q"), ["a", "new", "b"]);
    }

    #[test]
    fn a_written_ranking_is_read_back() {
        let mut text = Vec::new();
        write_ranking(&mut text, "a query", [("x y", 2.0), ("z", 1.25)].into_iter(), "relata").unwrap();
        assert_eq!(
            String::from_utf8_lossy(&text),
            "a_query Q0 x_y 1 2.000000000 relata\na_query Q0 z 2 1.250000000 relata\n"
        );
        assert_eq!(Run::read(&text[..], Path::new("a")).unwrap().ranking("a_query"), ["x_y", "z"]);
    }

    #[test]
    fn invalid_runs_are_reported() {
        for (text, told) in [
            ("q Q0 a 1 0.5\n", "line 1: not a ranked paper"),
            ("q Q0 a 1 nan x\n", "line 1: not a ranked paper"),
            ("q Q0 a 1 2 x\nq Q0 a 2 1 x\n", "ranks a twice for query q"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("a.run") && error.contains(told), "{error}");
        }
    }
}
