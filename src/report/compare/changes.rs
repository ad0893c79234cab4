//! How the list of nearest papers of one paper changed.

use serde::Serialize;

use super::read::PaperRead;

/// A paper by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperName {
    /// The name in the library, the later one's if there are two.
    pub id: String,
    /// Title.
    pub title: String,
}

/// How the nearest of a paper changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearestChange {
    /// The paper.
    pub paper: PaperName,
    /// The share of papers that both lists have, 0 to 1.
    pub overlap: f64,
    /// Rank-biased overlap, 0 to 1.
    pub rank_biased_overlap: f64,
    /// What is only in the later list, in its order.
    pub came: Vec<Standing>,
    /// What is only in the earlier list, in its order.
    pub went: Vec<Standing>,
    /// What is in both with another rank or score, in the later order.
    pub moved: Vec<Move>,
}

/// A paper in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// The paper.
    pub paper: PaperName,
    /// Its rank, from 1.
    pub rank: usize,
    /// Its score.
    pub score: f64,
}

/// A paper in two lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// The paper.
    pub paper: PaperName,
    /// Its ranks, before and after.
    pub rank: [usize; 2],
    /// Its scores, before and after.
    pub score: [f64; 2],
}

pub(super) fn name(paper: &PaperRead) -> PaperName {
    PaperName { id: paper.id.clone(), title: paper.title.clone() }
}

/// Six decimals, as everywhere in relata's JSON.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
