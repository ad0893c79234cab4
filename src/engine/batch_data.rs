//! The papers of a batch with their vectors, sentences and terms, each of which is read or computed once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::answer::Recommendation;
use super::generation::Generation;
use super::question::Seed;
use super::snapshot::Snapshot;
use crate::embed::Side;
use crate::index::{Matrix, Neighbor};
use crate::lexical::{TermVector, Tokenizer};
use crate::library::{Listed, PaperNumber};
use crate::paper::Paper;
use crate::rank::sentences::WeightedSentence;
use crate::rank::{Pair, Weights, sentences};
use crate::search::Hit;
use crate::vector::SentenceVector;
use crate::{Error, Result};

/// A paper of a batch. Papers that are not in the library are embedded but not stored.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchItem {
    /// Its number, if it is in the library.
    pub number: Option<PaperNumber>,
    /// The paper.
    pub paper: Arc<Paper>,
}

impl From<Listed> for BatchItem {
    fn from(listed: Listed) -> Self {
        Self { number: Some(listed.number), paper: Arc::new(listed.paper) }
    }
}

impl From<Paper> for BatchItem {
    fn from(paper: Paper) -> Self {
        Self { number: None, paper: Arc::new(paper) }
    }
}

impl BatchItem {
    /// The paper as a seed.
    pub(super) fn seed(&self) -> Seed {
        self.number.map_or_else(|| Seed::Foreign(Box::new(self.paper.as_ref().clone())), Seed::Stored)
    }
}

/// A batch with vectors, sentences and terms, each indexed by place in the batch.
pub(super) struct BatchData {
    pub items: Vec<BatchItem>,
    /// Vectors of whole texts.
    pub vectors: Matrix,
    sentences: Vec<Vec<WeightedSentence>>,
    terms: Vec<TermVector>,
    /// Indexes of the batch itself; only if no paper of the library can be searched.
    own_indexes: Option<Generation>,
}

impl BatchData {
    /// Maps the papers of the batch that are in the library to their places in the batch.
    pub fn places(&self) -> HashMap<PaperNumber, usize> {
        self.items.iter().zip(0..).filter_map(|(item, place)| Some((item.number?, place))).collect()
    }

    /// Whether the batch is the whole library, that is, all `library_papers` papers that can be searched.
    pub fn is_whole(&self, library_papers: usize) -> bool {
        self.items.len() == library_papers && self.places().len() == library_papers
    }

    /// Returns for each paper the best `top_k` of its `nearest`, by score, then by place. The ranking is that of
    /// [`Snapshot::rank`] with the nearest as candidates, but each paper is read and tokenized only once. `meaning`
    /// returns the percentile of a similarity and whether it is close.
    pub fn rank_within(
        &self,
        nearest: &[Vec<Neighbor>],
        top_k: usize,
        meaning: &(dyn Fn(f32) -> (Option<f32>, bool) + Sync),
    ) -> Vec<Vec<Recommendation>> {
        let compared = |place: usize, neighbor: &Neighbor| {
            let (other, document) = (neighbor.position as usize, neighbor.similarity);
            let sentences = sentences::similarity(&self.sentences[place], &self.sentences[other]).unwrap_or(document);
            let terms = self.terms[place].similarity(&self.terms[other]);
            let parts = Weights::PAPER.parts(Pair { document, sentences, terms });
            Hit { paper: other, parts, similarity: document, seed: 0 }
        };
        let recommendation = |(place, hit): (usize, Hit<usize>)| {
            let Hit { paper: other, parts, similarity, .. } = hit;
            let (percentile, is_close) = meaning(similarity);
            Recommendation {
                rank: place + 1,
                score: parts.score(),
                parts,
                similarity,
                percentile,
                is_close,
                seed: None,
                candidate: Some(other),
                number: self.items[other].number,
                because: None,
                paper: self.items[other].paper.clone(),
                reason: None,
            }
        };
        let ranked = |(place, nearest): (usize, &Vec<Neighbor>)| {
            let mut ranked: Vec<Hit<usize>> = nearest.iter().map(|neighbor| compared(place, neighbor)).collect();
            Hit::sort(&mut ranked);
            ranked.truncate(top_k);
            ranked.into_iter().enumerate().map(recommendation).collect()
        };
        nearest.par_iter().enumerate().map(ranked).collect()
    }
}

impl Snapshot<'_> {
    /// The indexes of the library, or those of the batch if no paper of the library can be searched.
    pub(super) fn indexes_for<'i>(&'i self, data: &'i BatchData) -> Result<&'i Generation> {
        data.own_indexes.as_ref().map_or_else(|| self.generation(), Ok)
    }

    /// Makes an item of a batch from a paper of a file; `None` if it is one of `named`. The item is the library's paper
    /// if that paper or one of its versions has the same text.
    pub(super) fn batch_item(&self, paper: Paper, named: &HashSet<PaperNumber>) -> Result<Option<BatchItem>> {
        let Some(listed) = self.library.matching_paper(&paper)? else { return Ok(Some(paper.into())) };
        if named.contains(&listed.number) {
            return Ok(None);
        }
        let text = paper.text();
        let has_text = listed.paper.text() == text
            || self.library.versions(listed.number)?.iter().any(|version| version.paper.text() == text);
        Ok(Some(if has_text { listed.into() } else { paper.into() }))
    }

    /// Reads the vectors and sentences of papers that are in the library, and embeds the other papers.
    pub(super) fn gather(&self, items: Vec<BatchItem>) -> Result<BatchData> {
        let indexes = match self.generation() {
            Ok(indexes) => Some(indexes),
            Err(Error::EmptyLibrary { .. } | Error::NothingEmbedded { .. }) => None,
            Err(error) => return Err(error),
        };
        let indexed = |item: &BatchItem| {
            let (indexes, number) = (indexes?, item.number?);
            Some((number, indexes.vectors.vector(indexes.vectors.position(number)?)))
        };
        let missing = items.iter().filter(|item| indexed(item).is_none());
        self.embed(Side::Paper, missing.map(|item| item.paper.text()).collect())?;
        let dim = match indexes {
            Some(indexes) => indexes.vectors.dim(),
            None => self.embedder()?.dim(),
        };
        let mut vectors = Matrix::new(dim);
        let mut sentences: Vec<Vec<WeightedSentence>> = Vec::with_capacity(items.len());
        let weighted =
            |stored: Vec<SentenceVector>| stored.into_iter().map(|sentence| sentence.vector.into()).collect();
        for item in &items {
            match indexed(item) {
                Some((number, vector)) => {
                    vectors.push(vector);
                    self.library.read_sentences([number], dim, |read| sentences.push(weighted(read)))?;
                }
                None => {
                    let embedded = self.embedded(Side::Paper, &item.paper.text())?;
                    vectors.push(embedded.vector.as_slice());
                    sentences.push(weighted(embedded.sentences));
                }
            }
        }
        let own_indexes = match indexes {
            None => {
                let texts = items.iter().map(|item| (item.paper.title.clone(), item.paper.abstract_text.clone()));
                Some(Generation::of_batch(&vectors, &texts.collect::<Vec<_>>())?)
            }
            Some(_) => None,
        };
        let index = own_indexes.as_ref().map_or_else(|| self.generation(), Ok)?.indexes().terms;
        let terms = |tokenizer: &mut Tokenizer, item: &BatchItem| {
            index.term_vector(&tokenizer.document(&item.paper.title, item.paper.abstract_text.as_deref()))
        };
        let terms = items.par_iter().map_init(Tokenizer::default, terms).collect();
        Ok(BatchData { items, vectors, sentences, terms, own_indexes })
    }
}
