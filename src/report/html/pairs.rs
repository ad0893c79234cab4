//! The section of the strongest pairs: a table that the script filters.

use askama::Template;

use super::pieces::{Bar, Here};
use super::wording;
use crate::analysis::{Pair, Relation};
use crate::report::Report;

/// The page has this many of the most similar pairs, and all near-duplicates and versions. CSV and JSON have every
/// pair.
const SHOWN: usize = 500;

#[derive(Template)]
#[template(path = "report/pairs.html", whitespace = "minimize")]
pub(super) struct Pairs<'a> {
    report: &'a Report,
    pairs: Vec<&'a Pair>,
    kinds: Vec<(&'static str, &'static str, usize)>,
    has_percentiles: bool,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let all = report.analysis.pairs.iter().enumerate();
        let shown = all.filter(|(index, pair)| *index < SHOWN || pair.kinship != Relation::Distinct);
        let pairs: Vec<&Pair> = shown.map(|(_, pair)| pair).collect();
        let count = |is_of: fn(&Pair) -> bool| pairs.iter().filter(|pair| is_of(pair)).count();
        let kinds = [
            ("any", "all", pairs.len()),
            ("mutual", "mutual", count(|pair| pair.is_mutual)),
            ("near", "near-duplicates", count(|pair| pair.kinship == Relation::NearDuplicate)),
            ("versions", "versions", count(|pair| pair.kinship == Relation::Versions)),
        ];
        let kinds = kinds.into_iter().filter(|(_, _, count)| *count > 0).collect();
        let has_percentiles = pairs.iter().any(|pair| pair.percentile.is_some());
        Self { report, pairs, kinds, has_percentiles }
    }

    fn classes(&self, pair: &Pair) -> String {
        let kinship = match pair.kinship {
            Relation::Distinct => "",
            Relation::NearDuplicate => "near",
            Relation::Versions => "versions",
        };
        format!("{}{kinship}", if pair.is_mutual { "mutual " } else { "" })
    }

    fn closer_than(&self, pair: &Pair) -> String {
        pair.percentile.map(wording::percentage).unwrap_or_default()
    }

    /// Returns markup without any text from papers.
    fn marks(&self, pair: &Pair) -> String {
        let marks: String = wording::marks(pair).iter().map(|mark| format!("<span class=tag>{mark}</span>")).collect();
        if marks.is_empty() { marks } else { format!("<p>{marks}</p>") }
    }
}
