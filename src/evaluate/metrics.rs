//! The measures of one ranking, as [trec_eval](https://github.com/usnistgov/trec_eval) computes them.
//!
//! A ranking is a list of grades, best paper first. An unjudged paper has grade 0, and a relevant paper 1 or more.
//! `ideal` has the grades of all relevant papers in descending order, including those that the ranking lacks.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// The part of a ranking that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cutoff {
    /// This number of papers from the top, at least 1.
    Papers(usize),
    /// This percentage of the ranked papers from the top, rounded up; 1 to 100. For runs that rank a whole pool.
    Percent(usize),
}

impl Cutoff {
    fn of(self, length: usize) -> usize {
        match self {
            Self::Papers(count) => count,
            Self::Percent(percent) => (length * percent).div_ceil(100),
        }
    }
}

impl fmt::Display for Cutoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Papers(count) => write!(f, "{count}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

impl FromStr for Cutoff {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = |text: &str| text.trim().parse().ok().filter(|number| *number > 0);
        let cutoff = match text.trim().strip_suffix('%') {
            Some(percent) => number(percent).filter(|percent| *percent <= 100).map(Self::Percent),
            None => number(text).map(Self::Papers),
        };
        cutoff.ok_or_else(|| {
            Error::InvalidParameter(format!(
                "{text:?} is not a cutoff; write a number of papers (10) or a share of the ranking (20%)"
            ))
        })
    }
}

/// A measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// [Discounted cumulative gain](https://doi.org/10.1145/582415.582418), divided by that of the best possible
    /// ranking. The gain of a paper is its grade divided by log2(rank + 1).
    Ndcg(Cutoff),
    /// Share of the query's relevant papers that are within the cutoff.
    Recall(Cutoff),
    /// Share of the places within the cutoff that have a relevant paper. Empty places count as misses.
    Precision(Cutoff),
    /// 1 over the rank of the first relevant paper, or 0 if no relevant paper is within the cutoff. The mean over
    /// queries is MRR.
    ReciprocalRank(Cutoff),
    /// Mean, over all relevant papers, of the precision at the paper's rank, or 0 if the paper was not found. The mean
    /// over queries is MAP.
    AveragePrecision,
}

impl Measure {
    /// The value for a ranking, 0 to 1. It is 0 for a query without relevant papers, as in trec_eval.
    pub fn of(self, grades: &[u32], ideal: &[u32]) -> f64 {
        if ideal.is_empty() {
            return 0.0;
        }
        let within = |cutoff: Cutoff| &grades[..cutoff.of(grades.len()).min(grades.len())];
        let relevant = |grades: &[u32]| grades.iter().filter(|grade| **grade > 0).count() as f64;
        match self {
            Self::Ndcg(cutoff) => {
                let best = &ideal[..cutoff.of(grades.len()).min(ideal.len())];
                // Empty only for a percentage of an empty ranking.
                if best.is_empty() { 0.0 } else { gain(within(cutoff)) / gain(best) }
            }
            Self::Recall(cutoff) => relevant(within(cutoff)) / ideal.len() as f64,
            Self::Precision(cutoff) => relevant(within(cutoff)) / cutoff.of(grades.len()).max(1) as f64,
            Self::ReciprocalRank(cutoff) => {
                within(cutoff).iter().position(|grade| *grade > 0).map_or(0.0, |at| 1.0 / (at + 1) as f64)
            }
            Self::AveragePrecision => {
                let ranks = grades.iter().enumerate().filter(|(_, grade)| **grade > 0).map(|(at, _)| at + 1);
                ranks.zip(1..).map(|(rank, found): (usize, usize)| found as f64 / rank as f64).sum::<f64>()
                    / ideal.len() as f64
            }
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ndcg(cutoff) => write!(f, "nDCG@{cutoff}"),
            Self::Recall(cutoff) => write!(f, "recall@{cutoff}"),
            Self::Precision(cutoff) => write!(f, "precision@{cutoff}"),
            Self::ReciprocalRank(cutoff) => write!(f, "MRR@{cutoff}"),
            Self::AveragePrecision => f.write_str("MAP"),
        }
    }
}

/// The grades of the relevant papers among the judged ones, in descending order.
pub fn ideal(judged: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut ideal: Vec<u32> = judged.filter(|grade| *grade > 0).collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    ideal
}

fn gain(grades: &[u32]) -> f64 {
    grades.iter().zip(2u32..).map(|(grade, rank)| f64::from(*grade) / f64::from(rank).log2()).sum()
}
