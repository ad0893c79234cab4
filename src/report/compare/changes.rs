//! Changes in the list of nearest papers of one paper.

use serde::Serialize;

use crate::Paper;

/// The id and the title of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperName {
    /// Its id. If the id changed, that of the later report.
    pub id: String,
    /// Title.
    pub title: String,
}

/// Changes in the nearest papers of a paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearestChange {
    /// The paper.
    pub paper: PaperName,
    /// The number of papers in both lists divided by the length of the longer list, 0 to 1; 1 if both are empty.
    pub overlap: f64,
    /// Rank-biased overlap, 0 to 1.
    pub rank_biased_overlap: f64,
    /// Papers only in the later list, in its order.
    pub came: Vec<RankedPaper>,
    /// Papers only in the earlier list, in its order.
    pub went: Vec<RankedPaper>,
    /// Papers in both lists whose rank or score changed, in the order of the later list. Changes of a score by less
    /// than 0.01 do not count.
    pub moved: Vec<Move>,
}

/// A paper in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankedPaper {
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

pub(super) fn name(paper: &Paper) -> PaperName {
    PaperName { id: paper.id.to_string(), title: paper.title.clone() }
}

/// Rounds a number to six decimals, as in all JSON of relata.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
