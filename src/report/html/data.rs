//! The data of the page's script as JSON. It contains the title of each paper once, even if the page shows it several
//! times.

use std::collections::HashMap;
use std::io;

use serde::Serialize;

use super::pieces::places;
use super::wording;
use crate::engine::Recommendation;
use crate::paper::{Paper, PaperId};
use crate::report::map::memberships;
use crate::report::{Report, Section};

/// Maximum length of all reasons together, in bytes, so that the page can be sent by mail. The first ranks have
/// priority.
const REASONS_BYTES: usize = 1_000_000;

#[derive(Serialize)]
struct Data<'a> {
    /// Title, byline and link of every paper: first the papers of the report by place, then other papers.
    names: Vec<(&'a str, String, Option<String>)>,
    within: Vec<Vec<Neighbor<'a>>>,
    nearest: Vec<Vec<Neighbor<'a>>>,
    /// The cluster of each paper.
    clusters: Vec<Option<usize>>,
    heat_map: Option<HeatMap<'a>>,
}

/// The place in `names`, the similarity in hundredths, and reasons: shared terms, and matching sentences of both
/// papers.
#[derive(Serialize)]
#[serde(untagged)]
enum Neighbor<'a> {
    Bare(usize, i32),
    Explained(usize, i32, Vec<&'a str>, Vec<[Sentence<'a>; 2]>),
}

/// The text of a sentence, or its start and length in an abstract that is on the page. Start and length are in UTF-16
/// units, as in scripts.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
enum Sentence<'a> {
    At(usize, usize),
    Text(&'a str),
}

#[derive(Serialize)]
struct HeatMap<'a> {
    order: &'a [usize],
    /// Similarities in hundredths, row by row, only those right of the diagonal.
    cells: Vec<i32>,
}

/// Returns the JSON without any `<`, so that it cannot end its script element or begin another element.
pub(super) fn json(report: &Report) -> io::Result<String> {
    let mut names = Names::new(report);
    let within = report.entries.iter().map(|entry| {
        let of_batch = |place: usize| report.entries.get(place).map(|other| &other.paper);
        let found = entry.within.iter().filter_map(|found| Some((found, found.candidate?)));
        found.map(|(found, place)| neighbor(found, place, &entry.paper, of_batch(place))).collect()
    });
    let mut within: Vec<Vec<Neighbor>> = if report.shows(Section::Within) { within.collect() } else { Vec::new() };
    let nearest = report.entries.iter().map(|entry| {
        let found = entry.nearest.iter();
        found.map(|found| neighbor(found, names.place(&found.paper), &entry.paper, None)).collect()
    });
    let mut nearest: Vec<Vec<Neighbor>> = if report.shows(Section::Nearest) { nearest.collect() } else { Vec::new() };
    shorten_reasons(&mut [&mut within, &mut nearest]);
    let heat_map = report.analysis.heat_map.as_ref().filter(|_| report.shows(Section::HeatMap));
    let data =
        Data { names: names.named, within, nearest, clusters: memberships(report), heat_map: heat_map.map(heat) };
    Ok(serde_json::to_string(&data)?.replace('<', "\\u003c"))
}

/// The papers in [`Data::names`], and their places by id.
struct Names<'a> {
    places: HashMap<&'a PaperId, usize>,
    named: Vec<(&'a str, String, Option<String>)>,
}

impl<'a> Names<'a> {
    fn new(report: &'a Report) -> Self {
        Self { places: places(report), named: report.entries.iter().map(|entry| name(&entry.paper)).collect() }
    }

    /// Returns the place of a paper of the library. Adds the paper if it has no place yet.
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

/// Converts one of the nearest papers of `seed`. `paper` is the found paper, if its abstract is on the page.
fn neighbor<'a>(found: &'a Recommendation, place: usize, seed: &Paper, paper: Option<&Paper>) -> Neighbor<'a> {
    let score = wording::hundredths(found.score);
    let Some(because) = &found.because else { return Neighbor::Bare(place, score) };
    let terms = because.terms.iter().take(wording::TERMS_OF_REASON).map(|term| term.text.as_str()).collect();
    let pairs = because.sentences.iter();
    let pairs = pairs.map(|pair| [sentence(&pair.seed, Some(seed)), sentence(&pair.paper, paper)]).collect();
    Neighbor::Explained(place, score, terms, pairs)
}

fn sentence<'a>(text: &'a str, paper: Option<&Paper>) -> Sentence<'a> {
    let abstract_text = paper.and_then(|paper| paper.abstract_text.as_deref()).unwrap_or_default();
    match abstract_text.find(text).filter(|_| !text.is_empty()) {
        // Browsers turn carriage returns into line feeds, which would shift the positions.
        Some(at) if !abstract_text.contains('\r') => {
            let units = |text: &str| text.encode_utf16().count();
            Sentence::At(units(&abstract_text[..at]), units(text))
        }
        _ => Sentence::Text(text),
    }
}

/// Shortens the reasons to [`REASONS_BYTES`], if they are longer: first to one pair of sentences per found paper, then
/// to the reasons of the first ranks.
fn shorten_reasons(lists: &mut [&mut Vec<Vec<Neighbor>>]) {
    let mut of_ranks = bytes_of_ranks(lists);
    if of_ranks.iter().sum::<usize>() > REASONS_BYTES {
        for neighbor in lists.iter_mut().flat_map(|papers| papers.iter_mut()).flatten() {
            if let Neighbor::Explained(_, _, _, sentences) = neighbor {
                sentences.truncate(1);
            }
        }
        of_ranks = bytes_of_ranks(lists);
    }
    let mut bytes = 0;
    let within_reach = of_ranks.iter().take_while(|&&more| {
        bytes += more;
        bytes <= REASONS_BYTES
    });
    let ranks = within_reach.count();
    for neighbor in lists.iter_mut().flat_map(|papers| papers.iter_mut()).flat_map(|found| found.iter_mut().skip(ranks))
    {
        if let Neighbor::Explained(place, score, ..) = *neighbor {
            *neighbor = Neighbor::Bare(place, score);
        }
    }
}

/// Returns the approximate length of all reasons of each rank, in bytes, from the first rank on.
fn bytes_of_ranks(lists: &[&mut Vec<Vec<Neighbor>>]) -> Vec<usize> {
    let mut of_ranks = Vec::new();
    for (rank, neighbor) in lists.iter().flat_map(|papers| papers.iter()).flat_map(|found| found.iter().enumerate()) {
        let Neighbor::Explained(_, _, terms, sentences) = neighbor else { continue };
        let length = |sentence: &Sentence| match sentence {
            Sentence::At(..) => 10,
            Sentence::Text(text) => text.len() + 3,
        };
        let terms: usize = terms.iter().map(|term| term.len() + 3).sum();
        let sentences: usize = sentences.iter().flatten().map(length).sum();
        of_ranks.resize(of_ranks.len().max(rank + 1), 0);
        of_ranks[rank] += terms + sentences;
    }
    of_ranks
}

fn heat(heat_map: &crate::analysis::HeatMap) -> HeatMap<'_> {
    let rows = heat_map.similarities.chunks(heat_map.order.len().max(1)).enumerate();
    let right = rows.flat_map(|(row, similarities)| similarities.iter().skip(row + 1));
    HeatMap { order: &heat_map.order, cells: right.map(|&similarity| wording::hundredths(similarity)).collect() }
}
