//! The measures of one ranking, as [trec_eval](https://github.com/usnistgov/trec_eval) computes them.
//!
//! A ranking is the grades of its papers from the best down; a paper that nobody judged has grade 0, and one is relevant
//! from grade 1 on. `ideal` is the grades of all relevant papers in falling order, found or not.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// How much of a ranking is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cutoff {
    /// The first so many papers, at least 1.
    Papers(usize),
    /// The first so many hundredths of the papers that are ranked, rounded up; at most 100. For pools of candidates of
    /// which all are ranked.
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
            Error::InvalidParameter(format!("{text:?} is no cutoff; write 10, or 20% of what is ranked"))
        })
    }
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// [Discounted cumulative gain](https://doi.org/10.1145/582415.582418) over that of the best possible ranking: the
    /// gain of a paper is its grade, over log2 of its rank plus 1.
    Ndcg(Cutoff),
    /// Share of the relevant papers that are within the cutoff.
    Recall(Cutoff),
    /// Share of the papers within the cutoff that are relevant; places that the ranking leaves empty count as misses.
    Precision(Cutoff),
    /// 1 over the rank of the first relevant paper; 0 if there is none within the cutoff. Its mean is MRR.
    ReciprocalRank(Cutoff),
    /// Mean, over all relevant papers, of the precision at the rank of each; 0 for those not found. Its mean is MAP.
    AveragePrecision,
}

impl Measure {
    /// The value for a ranking, 0 to 1. A query without a relevant paper is 0, as in trec_eval.
    pub fn of(self, grades: &[u32], ideal: &[u32]) -> f64 {
        if ideal.is_empty() {
            return 0.0;
        }
        let within = |cutoff: Cutoff| &grades[..cutoff.of(grades.len()).min(grades.len())];
        let relevant = |grades: &[u32]| grades.iter().filter(|grade| **grade > 0).count() as f64;
        match self {
            Self::Ndcg(cutoff) => {
                let best = &ideal[..cutoff.of(grades.len()).min(ideal.len())];
                // Only a cutoff that is a share of nothing looks at nothing.
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

/// The grades of the relevant papers among those judged, from the best down.
pub fn ideal(judged: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut ideal: Vec<u32> = judged.filter(|grade| *grade > 0).collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    ideal
}

fn gain(grades: &[u32]) -> f64 {
    grades.iter().zip(2u32..).map(|(grade, rank)| f64::from(*grade) / f64::from(rank).log2()).sum()
}
