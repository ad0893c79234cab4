//! Rankings in TREC's format: `query Q0 paper rank score tag`, one ranked paper a line.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::path::Path;

use super::qrels::bad;
use crate::{Error, Result};

/// Rankings: for each query, papers from the best down.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run(BTreeMap<String, Vec<(String, f64)>>);

impl Run {
    /// Reads a run.
    ///
    /// Papers are ordered by score descending, those of equal score by name descending; the column of ranks is passed
    /// over. Both are what trec_eval does, whose figures these are to be compared with.
    ///
    /// # Errors
    /// [`Error::Input`] with the line that is no ranked paper, or one that ranks a paper a second time; [`Error::Io`].
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
                return Err(bad(
                    path,
                    number,
                    "a ranked paper is `query Q0 paper rank score tag`, and the score a number",
                ));
            };
            run.0.entry(query.to_owned()).or_default().push((paper.to_owned(), score));
        }
        for (query, ranking) in &mut run.0 {
            ranking.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| b.0.cmp(&a.0)));
            let mut names: Vec<&str> = ranking.iter().map(|(paper, _)| paper.as_str()).collect();
            names.sort_unstable();
            if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
                let reason = format!("ranks {} twice for query {query}; each paper may stand there once", pair[0]);
                return Err(Error::Input { path: path.to_owned(), reason });
            }
        }
        Ok(run)
    }

    /// The papers ranked for a query, best first; none for a query that is not there.
    pub fn ranking(&self, query: &str) -> Vec<&str> {
        self.0.get(query).map_or(Vec::new(), |ranking| ranking.iter().map(|(paper, _)| paper.as_str()).collect())
    }

    /// Every query, in order of the name.
    pub fn queries(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl FromIterator<(String, Vec<(String, f32)>)> for Run {
    /// Of rankings as they are, each from the best down: a later paper of the same score stays behind. Names are those
    /// that [`write_ranking`] writes.
    fn from_iter<Rankings: IntoIterator<Item = (String, Vec<(String, f32)>)>>(rankings: Rankings) -> Self {
        let ranking = |(query, papers): (String, Vec<(String, f32)>)| {
            let papers = papers.into_iter().map(|(paper, score)| (word(&paper), f64::from(score)));
            (word(&query), papers.collect())
        };
        Self(rankings.into_iter().map(ranking).collect())
    }
}

/// A name without white space, which would break the format.
fn word(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("_")
}

/// Writes the ranking of one query; `papers` are from the best down. White space in names would break the format, so it
/// becomes `_`.
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
    fn the_score_orders_and_among_equals_the_name_from_behind() {
        let run = read("q Q0 a 1 0.5 x\nq Q0 c 2 0.5 x\nq Q0 b 3 9e-1 x\n").unwrap();
        assert_eq!(run.ranking("q"), ["b", "c", "a"]);
        assert!(run.ranking("other").is_empty());
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut text = Vec::new();
        write_ranking(&mut text, "a query", [("x y", 2.0), ("z", 1.25)].into_iter(), "relata").unwrap();
        assert_eq!(
            String::from_utf8_lossy(&text),
            "a_query Q0 x_y 1 2.000000000 relata\na_query Q0 z 2 1.250000000 relata\n"
        );
        assert_eq!(Run::read(&text[..], Path::new("a")).unwrap().ranking("a_query"), ["x_y", "z"]);
    }

    #[test]
    fn what_is_no_run_is_told() {
        for (text, told) in [
            ("q Q0 a 1 0.5\n", "line 1: a ranked paper is"),
            ("q Q0 a 1 nan x\n", "line 1: a ranked paper is"),
            ("q Q0 a 1 2 x\nq Q0 a 2 1 x\n", "ranks a twice for query q"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("a.run") && error.contains(told), "{error}");
        }
    }
}
