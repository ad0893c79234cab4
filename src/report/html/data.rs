//! What the page's script reads: everything that is said more than once, said once, as JSON.

use std::collections::HashMap;
use std::io;

use serde::Serialize;

use super::{places, wording};
use crate::paper::{Paper, PaperId};
use crate::recommender::Recommendation;
use crate::report::map::memberships;
use crate::report::{Report, Section};

/// Greatest length of all reasons together, in bytes: as many as a page can carry that is sent by mail. The first ranks
/// come first.
const REASONS_BYTES: usize = 1_200_000;

#[derive(Serialize)]
struct Data<'a> {
    /// Title, byline and link of every paper that is named: those of the report by place, then others.
    names: Vec<(&'a str, String, Option<String>)>,
    within: Vec<Vec<Neighbor<'a>>>,
    nearest: Vec<Vec<Neighbor<'a>>>,
    /// For each paper its cluster.
    clusters: Vec<Option<usize>>,
    heat_map: Option<HeatMap<'a>>,
}

/// The place in `names`, hundredths of similarity, and why: shared terms, and sentences of both papers that match.
#[derive(Serialize)]
#[serde(untagged)]
enum Neighbor<'a> {
    Bare(usize, i32),
    Explained(usize, i32, Vec<&'a str>, Vec<(&'a str, &'a str)>),
}

#[derive(Serialize)]
struct HeatMap<'a> {
    order: &'a [usize],
    /// Hundredths, row by row, what stands to the right of the diagonal only.
    cells: Vec<i32>,
}

/// The JSON, without any `<`, so that nothing in it ends the element it stands in or begins another.
pub(super) fn json(report: &Report) -> io::Result<String> {
    let ranks = explained_ranks(report);
    let mut names = Names::new(report);
    let within = report.entries.iter().map(|entry| {
        let found = entry.within.iter();
        found.filter_map(|found| Some(neighbor(found, found.candidate?, ranks))).collect()
    });
    let within = if report.shows(Section::Within) { within.collect() } else { Vec::new() };
    let nearest = report.entries.iter().map(|entry| {
        let found = entry.nearest.iter();
        found.map(|found| neighbor(found, names.place(&found.paper), ranks)).collect()
    });
    let nearest = if report.shows(Section::Nearest) { nearest.collect() } else { Vec::new() };
    let heat_map = report.analysis.heat_map.as_ref().filter(|_| report.shows(Section::HeatMap));
    let data =
        Data { names: names.named, within, nearest, clusters: memberships(report), heat_map: heat_map.map(heat) };
    Ok(serde_json::to_string(&data)?.replace('<', "\\u003c"))
}

/// Papers under the places in [`Data::names`].
struct Names<'a> {
    places: HashMap<&'a PaperId, usize>,
    named: Vec<(&'a str, String, Option<String>)>,
}

impl<'a> Names<'a> {
    fn new(report: &'a Report) -> Self {
        Self { places: places(report), named: report.entries.iter().map(|entry| name(&entry.paper)).collect() }
    }

    /// Of a paper of the library.
    fn place(&mut self, paper: &'a Paper) -> usize {
        let next = self.named.len();
        let place = *self.places.entry(&paper.id).or_insert(next);
        if place == next {
            self.named.push(name(paper));
        }
        place
    }
}

fn name(paper: &Paper) -> (&str, String, Option<String>) {
    (&paper.title, wording::byline(paper, wording::AUTHORS_OF_NEIGHBOR), paper.web_link())
}

fn neighbor(found: &Recommendation, place: usize, explained_ranks: usize) -> Neighbor<'_> {
    let score = wording::hundredths(found.score);
    match &found.because {
        Some(because) if found.rank <= explained_ranks => {
            let terms = because.terms.iter().take(wording::TERMS_OF_REASON).map(|term| term.text.as_str()).collect();
            let pairs = because.sentences.iter().map(|pair| (pair.seed.as_str(), pair.paper.as_str())).collect();
            Neighbor::Explained(place, score, terms, pairs)
        }
        _ => Neighbor::Bare(place, score),
    }
}

/// Up to which rank reasons are told: as far as [`REASONS_BYTES`] reach for all papers.
fn explained_ranks(report: &Report) -> usize {
    let mut of_rank: Vec<usize> = Vec::new();
    for found in report.entries.iter().flat_map(|entry| entry.within.iter().chain(&entry.nearest)) {
        let Some(because) = &found.because else { continue };
        let terms: usize = because.terms.iter().take(wording::TERMS_OF_REASON).map(|term| term.text.len() + 3).sum();
        let sentences: usize = because.sentences.iter().map(|pair| pair.seed.len() + pair.paper.len() + 8).sum();
        of_rank.resize(of_rank.len().max(found.rank + 1), 0);
        of_rank[found.rank] += terms + sentences;
    }
    let mut bytes = 0;
    let told = of_rank.iter().take_while(|&&more| {
        bytes += more;
        bytes <= REASONS_BYTES
    });
    // The first of the counts stands for no rank.
    told.count().saturating_sub(1)
}

fn heat(heat_map: &crate::analysis::HeatMap) -> HeatMap<'_> {
    let rows = heat_map.similarities.chunks(heat_map.order.len().max(1)).enumerate();
    let right = rows.flat_map(|(row, similarities)| similarities.iter().skip(row + 1));
    HeatMap { order: &heat_map.order, cells: right.map(|&similarity| wording::hundredths(similarity)).collect() }
}
