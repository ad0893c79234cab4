//! The papers of a batch with everything by which they are compared, read or made once.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::answer::Recommendation;
use super::explain::SentenceTexts;
use super::generation::Generation;
use super::question::Seed;
use super::snapshot::Snapshot;
use crate::embed::Side;
use crate::index::{Matrix, Neighbor};
use crate::lexical::{TermVector, Tokenizer};
use crate::library::{Listed, PaperNumber};
use crate::paper::Paper;
use crate::rank::sentences::Weighted;
use crate::rank::{Pair, Weights, sentences};
use crate::search::Hit;
use crate::vector::SentenceVector;
use crate::{Error, Result};

/// A paper of a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum BatchItem {
    /// A paper of the library.
    Stored(PaperNumber, Box<Paper>),
    /// A paper that is not in the library. It is embedded and not kept.
    Foreign(Box<Paper>),
}

impl From<Listed> for BatchItem {
    fn from(listed: Listed) -> Self {
        Self::Stored(listed.number, Box::new(listed.paper))
    }
}

impl BatchItem {
    /// The paper as part of a question.
    pub(super) fn seed(&self) -> Seed {
        match self {
            Self::Stored(number, _) => Seed::Stored(*number),
            Self::Foreign(paper) => Seed::Foreign(paper.clone()),
        }
    }
}

/// A batch with vectors, sentences and terms; by places in the batch.
pub(super) struct BatchData {
    pub papers: Vec<Arc<Paper>>,
    /// The numbers of papers of the library.
    pub numbers: Vec<Option<PaperNumber>>,
    /// Of whole texts.
    pub vectors: Matrix,
    sentences: Vec<Vec<SentenceVector>>,
    weighted: Vec<Vec<Weighted>>,
    terms: Vec<TermVector>,
    /// Made of the batch if the library has none.
    own_indexes: Option<Generation>,
}

impl BatchData {
    /// The places of papers of the library.
    pub fn places(&self) -> HashMap<PaperNumber, usize> {
        self.numbers.iter().zip(0..).filter_map(|(number, place)| Some(((*number)?, place))).collect()
    }

    /// Whether the batch is the whole library, of which `library_papers` can be found.
    pub fn is_whole(&self, library_papers: usize) -> bool {
        self.papers.len() == library_papers && self.places().len() == library_papers
    }

    /// The sentences of a paper with their texts.
    pub fn sentence_texts(&self, place: usize) -> SentenceTexts {
        SentenceTexts::new(self.papers[place].as_ref().into(), self.sentences[place].clone())
    }

    /// For each paper the best `top_k` of its `nearest`, by score, then by place: what [`Snapshot::rank`] returns with the
    /// nearest as candidates, but each paper is read and tokenized once. `meaning` returns the percentile of a similarity
    /// and whether it is close.
    pub fn rank_within(
        &self,
        nearest: &[Vec<Neighbor>],
        top_k: usize,
        meaning: &(dyn Fn(f32) -> (Option<f32>, bool) + Sync),
    ) -> Vec<Vec<Recommendation>> {
        let compared = |place: usize, neighbor: &Neighbor| {
            let (other, document) = (neighbor.position as usize, neighbor.similarity);
            let sentences = sentences::similarity(&self.weighted[place], &self.weighted[other]).unwrap_or(document);
            let terms = self.terms[place].cosine(&self.terms[other]);
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
                number: self.numbers[other],
                because: None,
                paper: self.papers[other].clone(),
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
    /// The indexes of the library, or those of the batch if the library has none.
    pub(super) fn indexes_for<'i>(&'i self, data: &'i BatchData) -> Result<&'i Generation> {
        data.own_indexes.as_ref().map_or_else(|| self.generation(), Ok)
    }

    /// A paper of a file as an item of a batch: the library's paper if it, or a file that it came from, has the same text.
    pub(super) fn batch_item(&self, paper: Paper) -> Result<BatchItem> {
        let Some(listed) = self.library.same_as(&paper)? else { return Ok(BatchItem::Foreign(Box::new(paper))) };
        let text = paper.text();
        let has_text = listed.paper.text() == text
            || self.library.versions(listed.number)?.iter().any(|version| version.paper.text() == text);
        Ok(if has_text { listed.into() } else { BatchItem::Foreign(Box::new(paper)) })
    }

    /// Reads what the library has of papers, and embeds the others.
    pub(super) fn gather(&self, items: Vec<BatchItem>) -> Result<BatchData> {
        let (papers, numbers): (Vec<Arc<Paper>>, Vec<Option<PaperNumber>>) = items
            .into_iter()
            .map(|item| match item {
                BatchItem::Stored(number, paper) => (Arc::new(*paper), Some(number)),
                BatchItem::Foreign(paper) => (Arc::new(*paper), None),
            })
            .unzip();
        let indexes = match self.generation() {
            Ok(indexes) => Some(indexes),
            Err(Error::EmptyLibrary { .. } | Error::NothingEmbedded { .. }) => None,
            Err(error) => return Err(error),
        };
        let indexed = |place: usize| {
            let (indexes, number) = (indexes?, numbers[place]?);
            Some((number, indexes.vectors.vector(indexes.vectors.position(number)?)))
        };
        let missing = (0..papers.len()).filter(|&place| indexed(place).is_none());
        self.embed(Side::Paper, missing.map(|place| papers[place].text()).collect())?;
        let dim =
            indexes.map_or_else(|| Ok(self.embedder()?.dim()), |indexes| Ok::<_, Error>(indexes.vectors.dim()))?;
        let mut vectors = Matrix::new(dim);
        let mut sentences = Vec::with_capacity(papers.len());
        for (place, paper) in papers.iter().enumerate() {
            match indexed(place) {
                Some((number, vector)) => {
                    vectors.push(vector);
                    self.library.read_sentences([number], dim, |read| sentences.push(read))?;
                }
                None => {
                    let embedded = self.embedded(Side::Paper, &paper.text())?;
                    vectors.push(embedded.vector.as_slice());
                    sentences.push(embedded.sentences);
                }
            }
        }
        let own_indexes = match indexes {
            None => {
                let texts = papers.iter().map(|paper| (paper.title.clone(), paper.abstract_text.clone()));
                Some(Generation::of_batch(&vectors, &texts.collect::<Vec<_>>())?)
            }
            Some(_) => None,
        };
        let index = own_indexes.as_ref().map_or_else(|| self.generation(), Ok)?.indexes().terms;
        let terms = |tokenizer: &mut Tokenizer, paper: &Arc<Paper>| {
            index.term_vector(&tokenizer.document(&paper.title, paper.abstract_text.as_deref()))
        };
        let terms = papers.par_iter().map_init(Tokenizer::default, terms).collect();
        let weighted =
            |sentences: &Vec<SentenceVector>| sentences.iter().map(|sentence| sentence.vector.clone().into()).collect();
        let weighted = sentences.par_iter().map(weighted).collect();
        Ok(BatchData { papers, numbers, vectors, sentences, weighted, terms, own_indexes })
    }
}
