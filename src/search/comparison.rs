//! Compares the probes of a question with papers, by whole texts and by terms.

use rayon::prelude::*;

use super::held_out::{LEFT_OUT, MANY_SEEDS, SAMPLED, chosen_weight};
use super::{AllowedPapers, Indexes, Probe, Question, Words};
use crate::index::{Neighbor, Scope, TopK};
use crate::lexical::TermVector;
use crate::rank::profile::MEAN_TERMS;
use crate::rank::{Pair, Weights};
use crate::vector::dot;

/// The maximum number of probes for which the term scores of all papers are kept, four bytes for each score. With more
/// probes, scores are computed each time.
const SCORES_KEPT: usize = 32;

/// A paper that may be a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Candidate {
    /// In the indexes, by its position.
    Stored(u32),
    /// Not in the indexes, by its place among the given foreign papers.
    Foreign(usize),
}

/// The probes of a question, with the indexes to compare them with.
pub(super) struct Comparison<'a> {
    indexes: Indexes<'a>,
    pub probes: Vec<&'a Probe>,
    /// For each probe, the term scores of all papers. Empty if there are more than `SCORES_KEPT` probes.
    kept: Vec<Vec<f32>>,
}

impl<'a> Comparison<'a> {
    pub fn new(indexes: Indexes<'a>, question: &'a Question) -> Self {
        let probes: Vec<&Probe> = question.probes().collect();
        let mut comparison = Self { indexes, probes, kept: Vec::new() };
        if comparison.probes.len() <= SCORES_KEPT {
            comparison.kept = comparison.probes.par_iter().map(|probe| comparison.term_scores(probe)).collect();
        }
        comparison
    }

    /// The similarity by terms of every paper to a probe.
    fn term_scores(&self, probe: &Probe) -> Vec<f32> {
        match &probe.words {
            Words::Paper(document) => self.indexes.terms.similarities(document),
            Words::Question(words) => self.indexes.terms.question_scores(words),
        }
    }

    fn with_term_scores<T>(&self, place: usize, work: impl FnOnce(&[f32]) -> T) -> T {
        match self.kept.get(place) {
            Some(scores) => work(scores),
            None => work(&self.term_scores(self.probes[place])),
        }
    }

    /// The `each` papers nearest by vector to each probe in `wanted`.
    pub fn near(&self, wanted: &[usize], admitted: &AllowedPapers, each: usize) -> Vec<Vec<Neighbor>> {
        let vectors: Vec<&[f32]> = wanted.iter().filter_map(|&place| self.probes[place].slice()).collect();
        let accept = |position| admitted.contains(position);
        self.indexes.vectors.search(&vectors, each, Scope::Fast, &accept, admitted.rejected())
    }

    /// The `each` papers nearest by terms to each probe in `wanted`.
    pub fn near_by_terms(&self, wanted: &[usize], admitted: &AllowedPapers, each: usize) -> Vec<Vec<Neighbor>> {
        wanted
            .par_iter()
            .map(|&place| {
                self.with_term_scores(place, |scores| {
                    let mut best = TopK::new(each);
                    for (position, &similarity) in (0..).zip(scores) {
                        if similarity > 0.0 && admitted.contains(position) {
                            best.push(Neighbor { position, similarity });
                        }
                    }
                    best.into_sorted()
                })
            })
            .collect()
    }

    /// Compares all candidates with all probes. Returns for each candidate one pair for each probe.
    pub fn compare(&self, candidates: &[Candidate], foreign: &[&Probe]) -> Vec<Pair> {
        let column =
            |place: usize| self.with_term_scores(place, |scores| self.column(place, scores, candidates, foreign));
        let columns: Vec<Vec<Pair>> = (0..self.probes.len()).into_par_iter().map(column).collect();
        (0..candidates.len()).flat_map(|row| columns.iter().map(move |column| column[row])).collect()
    }

    /// Compares all candidates with one probe, whose term scores are given.
    fn column(&self, place: usize, term_scores: &[f32], candidates: &[Candidate], foreign: &[&Probe]) -> Vec<Pair> {
        let probe = self.probes[place];
        let similarity = |other: Option<&[f32]>| probe.slice().zip(other).map_or(0.0, |(own, other)| dot(own, other));
        let foreign_terms = self.foreign_terms(probe, foreign);
        let pair = |candidate: &Candidate| {
            let (document, terms) = match *candidate {
                Candidate::Stored(at) => (similarity(Some(self.indexes.vectors.vector(at))), term_scores[at as usize]),
                Candidate::Foreign(at) => (similarity(foreign[at].slice()), foreign_terms[at]),
            };
            Pair { document, sentences: document, terms }
        };
        candidates.iter().map(pair).collect()
    }

    /// The similarity by terms of each foreign paper to a probe.
    fn foreign_terms(&self, probe: &Probe, foreign: &[&Probe]) -> Vec<f32> {
        let terms = self.indexes.terms;
        let similarity = |other: &&Probe| match (&probe.words, &other.words) {
            (Words::Paper(own), Words::Paper(other)) => terms.similarity(own, other),
            (Words::Question(words), Words::Paper(other)) => terms.question_score(words, other),
            (_, Words::Question(_)) => 0.0,
        };
        foreign.iter().map(similarity).collect()
    }

    /// The weight of the mean similarity by terms over all seeds, chosen by leaving out seeds in turn.
    pub fn mean_terms_weight(&self, question: &Question) -> f32 {
        let seeds = question.liked.len();
        if seeds < MANY_SEEDS || Weights::PAPER.of(question.ranker).terms == 0.0 {
            return MEAN_TERMS;
        }
        let vectors: Vec<Option<TermVector>> = question.liked.iter().map(|probe| self.term_vector(probe)).collect();
        let pair = |seed: usize, other: usize| {
            let document = self.probes[seed].slice().zip(self.probes[other].slice()).map_or(0.0, |(a, b)| dot(a, b));
            let terms = vectors[seed].as_ref().zip(vectors[other].as_ref()).map_or(0.0, |(a, b)| a.similarity(b));
            Pair { document, sentences: document, terms }
        };
        let others_of = |seed: usize| (0..seeds).filter(move |&other| other != seed);
        let left_out: Vec<usize> = (0..seeds).step_by(seeds.div_ceil(LEFT_OUT)).collect();
        let pairs_of = |&seed: &usize| -> Vec<Pair> { others_of(seed).map(|other| pair(seed, other)).collect() };
        let liked: Vec<Vec<Pair>> = left_out.par_iter().map(pairs_of).collect();
        let papers = self.indexes.vectors.len();
        let positions =
            (0..self.indexes.vectors.end()).filter(|&position| self.indexes.vectors.key(position).is_some());
        let sampled: Vec<Candidate> =
            positions.step_by(papers.div_ceil(SAMPLED).max(1)).map(Candidate::Stored).collect();
        let pairs = self.compare(&sampled, &[]);
        let others: Vec<&[Pair]> = pairs.chunks_exact(self.probes.len()).map(|pairs| &pairs[..seeds]).collect();
        chosen_weight(question.ranker, &liked, &others)
    }

    fn term_vector(&self, probe: &Probe) -> Option<TermVector> {
        match &probe.words {
            Words::Paper(document) => Some(self.indexes.terms.term_vector(document)),
            Words::Question(_) => None,
        }
    }
}
