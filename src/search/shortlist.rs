//! Finds the candidates for a question and scores them.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::comparison::{Candidate, Comparison};
use super::representatives::representatives;
use super::{Content, Indexes, Probe, Question, SearchTask};
use crate::index::{Neighbor, Scope, TopK};
use crate::rank::dislike::lost_to_dislike;
use crate::rank::profile::{MEAN_TERMS, profile_parts, profile_score};
use crate::rank::{Pair, Parts, Ranker, Weights};

/// The minimum number of papers whose sentences are compared. With 300, the first ten results were the same as with
/// 1,000, for each of 150 papers.
const SHORTLISTED: usize = 300;

/// The number of candidates found by the vectors of all seeds together. Terms find as many.
const CANDIDATES: usize = 6_000;

/// The minimum number of candidates found by each seed. One is not enough: a paper that is fourth for every seed can be
/// first for all seeds together.
const FEWEST_CANDIDATES: usize = 20;

/// The maximum number of seeds to search with. If there are more, this many representatives are used instead. Scores
/// use all seeds.
const SEARCHED: usize = 128;

/// The number of seeds whose sentences are compared with those of a candidate. With three, six, ten and all of ten
/// seeds, the average precision on two systematic reviews was 34.7, 34.8, 34.8 and 34.8.
const WITH_SENTENCES: usize = 6;

/// The maximum number of pairs of a paper and a probe in memory, 12 bytes each.
const PAIRS_AT_ONCE: usize = 1 << 24;

/// Candidates that were compared with every probe by whole texts and terms, but not yet by sentences.
#[derive(Debug, Clone)]
pub struct Shortlist {
    /// The candidates. [`Shortlist::find`] orders them by a score with estimated sentence similarities, best first;
    /// [`Shortlist::of`] keeps the given order.
    pub candidates: Vec<Candidate>,
    /// For each candidate, one pair for each probe. [`Pair::sentences`] is an estimate, the similarity of the whole
    /// texts.
    pairs: Vec<Pair>,
    /// The weight of the mean similarity by terms over all seeds.
    mean_terms_weight: f32,
}

/// A result: a paper with its score. `P` identifies the paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit<P = Candidate> {
    /// Which paper.
    pub paper: P,
    /// The parts of the score, which is their sum.
    pub parts: Parts,
    /// Cosine similarity to the nearest seed or to the text, -1 to 1.
    pub similarity: f32,
    /// The index of the seed with the greatest score for the paper, from 0. The text has the index after all seeds.
    pub seed: usize,
}

impl<P> Hit<P> {
    /// The score, by which results are ordered.
    pub fn score(&self) -> f32 {
        self.parts.score()
    }

    /// The same result with another identifier of the paper.
    pub fn named<Q>(self, paper: Q) -> Hit<Q> {
        let Self { paper: _, parts, similarity, seed } = self;
        Hit { paper, parts, similarity, seed }
    }
}

impl<P: Ord> Hit<P> {
    /// Sorts by score descending, then by paper.
    pub fn sort(hits: &mut [Self]) {
        hits.sort_by(|a, b| b.score().total_cmp(&a.score()).then_with(|| a.paper.cmp(&b.paper)));
    }
}

impl Shortlist {
    /// Returns the best candidates among the admitted papers, at least `top_k` if there are enough.
    ///
    /// [`Scope::Exact`] compares all admitted papers; [`Scope::Fast`] compares those near a probe by vector or by
    /// terms. `near` is the result of [`search_jointly`](super::search_jointly) for the question, if there is one.
    pub fn find(indexes: Indexes, asked: SearchTask, near: Option<Vec<Vec<Neighbor>>>) -> Self {
        let SearchTask { ref question, admitted, top_k } = asked;
        let comparison = Comparison::new(indexes, question);
        if question.wanted() == 0 {
            return Self { candidates: Vec::new(), pairs: Vec::new(), mean_terms_weight: MEAN_TERMS };
        }
        let keep = shortlisted(top_k);
        let positions: Vec<u32> = match question.scope {
            Scope::Exact => admitted.positions().collect(),
            Scope::Fast => {
                let (searched, each) = (searched_probes(question), candidates_per_probe(question, top_k));
                let near = match near {
                    Some(near) => near,
                    None if question.ranker == Ranker::Lexical => Vec::new(),
                    None => comparison.near(&searched, admitted, each),
                };
                let near_by_terms = comparison.near_by_terms(&searched, admitted, each);
                let found = near.iter().chain(&near_by_terms).flatten().map(|neighbor| neighbor.position);
                found.collect::<BTreeSet<u32>>().into_iter().collect()
            }
        };
        let mean_terms_weight = comparison.mean_terms_weight(question);
        let mut best = Self { candidates: Vec::new(), pairs: Vec::new(), mean_terms_weight };
        for positions in positions.chunks(PAIRS_AT_ONCE / comparison.probes.len()) {
            let candidates: Vec<Candidate> = positions.iter().copied().map(Candidate::Stored).collect();
            best.pairs.extend(comparison.compare(&candidates, &[]));
            best.candidates.extend(candidates);
            best.keep_best(question, keep);
        }
        best
    }

    /// Makes a shortlist of exactly the given candidates. `foreign` contains the papers that are in no index.
    pub fn of(indexes: Indexes, question: &Question, candidates: Vec<Candidate>, foreign: &[&Probe]) -> Self {
        let comparison = Comparison::new(indexes, question);
        let pairs = comparison.compare(&candidates, foreign);
        Self { candidates, pairs, mean_terms_weight: comparison.mean_terms_weight(question) }
    }

    /// Keeps the best `keep` candidates by a score with estimated sentence similarities.
    fn keep_best(&mut self, question: &Question, keep: usize) {
        let probes = question.probes().count();
        let mut scores: Vec<f32> = Vec::new();
        let mut best = TopK::new(keep);
        for (place, pairs) in (0..).zip(self.pairs.chunks_exact(probes)) {
            scores.clear();
            scores.extend(wanted_parts(question, pairs).map(|parts| parts.score()));
            let text = scores.split_off(question.liked.len()).first().copied();
            let liked = (!scores.is_empty())
                .then(|| profile_score(&mut scores, mean_terms(question, pairs), self.mean_terms_weight));
            let wanted = combined(liked, text, |a, b| (a + b) / 2.0).unwrap_or_default();
            best.push(Neighbor { position: place, similarity: wanted - lost_to_dislikes(question, pairs) });
        }
        let best: Vec<usize> = best.into_sorted().iter().map(|neighbor| neighbor.position as usize).collect();
        self.pairs =
            best.iter().flat_map(|&place| &self.pairs[place * probes..(place + 1) * probes]).copied().collect();
        self.candidates = best.iter().map(|&place| self.candidates[place]).collect();
    }

    /// Scores each candidate. `contents` has the content of each candidate. Order: score descending,
    /// then by candidate.
    ///
    /// With many seeds, sentences are compared only with those of a few seeds: the seeds with the best estimated
    /// scores.
    pub fn score(mut self, question: &Question, contents: &[Content]) -> Vec<Hit> {
        let probes: Vec<&Probe> = question.probes().collect();
        let compared =
            self.candidates.par_iter().zip(self.pairs.par_chunks_exact_mut(probes.len().max(1))).zip(contents);
        let mut hits: Vec<Hit> = compared
            .map(|((&candidate, pairs), content)| {
                for place in worth_comparing(question, pairs) {
                    probes[place].compare_content(content, &mut pairs[place]);
                }
                hit(question, candidate, pairs, self.mean_terms_weight)
            })
            .collect();
        Hit::sort(&mut hits);
        hits
    }
}

/// Returns the probes whose sentences are compared with those of a candidate: the best [`WITH_SENTENCES`] seeds by the
/// estimated score, the text, and as many disliked papers.
fn worth_comparing(question: &Question, pairs: &[Pair]) -> Vec<usize> {
    let weights = Weights::PAPER.of(question.ranker);
    if weights.sentences == 0.0 {
        return Vec::new();
    }
    let (liked, wanted) = (question.liked.len(), question.wanted());
    let best_of = |places: std::ops::Range<usize>| {
        let mut places: Vec<usize> = places.collect();
        let score = |place: usize| weights.parts(pairs[place]).score();
        places.sort_by(|&a, &b| score(b).total_cmp(&score(a)));
        places.truncate(WITH_SENTENCES);
        places
    };
    [best_of(0..liked), (liked..wanted).collect(), best_of(wanted..pairs.len())].concat()
}

/// The parts of a candidate's score for each liked probe and the text.
fn wanted_parts(question: &Question, pairs: &[Pair]) -> impl Iterator<Item = Parts> {
    // A text alone has its own weights. With seeds, the text has the weights of seeds, so that scores are comparable.
    let weights = if question.liked.is_empty() { Weights::TEXT } else { Weights::PAPER }.of(question.ranker);
    pairs[..question.wanted()].iter().map(move |pair| weights.parts(*pair))
}

/// The mean similarity of a candidate to all liked probes by terms; 0 if the ranker does not use terms.
fn mean_terms(question: &Question, pairs: &[Pair]) -> f32 {
    let liked = question.liked.len();
    if liked == 0 || Weights::PAPER.of(question.ranker).terms == 0.0 {
        return 0.0;
    }
    pairs[..liked].iter().map(|pair| pair.terms).sum::<f32>() / liked as f32
}

/// What a candidate loses to disliked papers, at least 0.
fn lost_to_dislikes(question: &Question, pairs: &[Pair]) -> f32 {
    let weights = Weights::PAPER.of(question.ranker);
    let nearest = |pairs: &[Pair]| pairs.iter().map(|pair| weights.parts(*pair).score()).fold(0.0, f32::max);
    lost_to_dislike(nearest(&pairs[..question.liked.len()]), nearest(&pairs[question.wanted()..]))
}

fn combined<T>(liked: Option<T>, text: Option<T>, mean: impl Fn(T, T) -> T) -> Option<T> {
    match (liked, text) {
        (Some(liked), Some(text)) => Some(mean(liked, text)),
        (liked, text) => liked.or(text),
    }
}

fn hit(question: &Question, candidate: Candidate, pairs: &[Pair], mean_terms_weight: f32) -> Hit {
    let parts: Vec<Parts> = wanted_parts(question, pairs).collect();
    let score = |place: &usize| parts[*place].score();
    // If several scores are equal, the first is used.
    let seed = (0..parts.len()).rev().max_by(|a, b| score(a).total_cmp(&score(b))).unwrap_or_default();
    let similarity = pairs[..question.wanted()].iter().map(|pair| pair.document).fold(-1.0, f32::max);
    let (liked, text) = parts.split_at(question.liked.len());
    let liked =
        (!liked.is_empty()).then(|| profile_parts(&mut liked.to_vec(), mean_terms(question, pairs), mean_terms_weight));
    let mut parts = combined(liked, text.first().copied(), |a, b| (a + b) * 0.5).unwrap_or_default();
    parts.disliked = -lost_to_dislikes(question, pairs);
    Hit { paper: candidate, parts, similarity, seed }
}

/// Number of candidates whose sentences are compared.
fn shortlisted(top_k: usize) -> usize {
    SHORTLISTED.max(top_k.saturating_mul(2))
}

/// Number of candidates found by the vector of each searched probe. Its terms find as many.
pub(super) fn candidates_per_probe(question: &Question, top_k: usize) -> usize {
    let searched = question.liked.len().min(SEARCHED) + usize::from(question.text.is_some());
    let most = shortlisted(top_k);
    (CANDIDATES / searched.max(1)).clamp(FEWEST_CANDIDATES.min(most), most).max(top_k)
}

/// The indexes of the probes to search with: the liked probes, or representatives if there are many, and the text.
pub(super) fn searched_probes(question: &Question) -> Vec<usize> {
    let liked = question.liked.len();
    let vectors: Vec<Option<&[f32]>> = question.liked.iter().map(Probe::slice).collect();
    let mut places = representatives(&vectors, SEARCHED);
    places.extend(liked..question.wanted());
    places
}
