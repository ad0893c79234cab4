//! Everything that papers of a batch are compared by, read or made once.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::event::Event;
use super::explain::Sentences;
use super::generation::Generation;
use super::question::Seed;
use super::snapshot::Snapshot;
use crate::embed::Side;
use crate::index::Matrix;
use crate::lexical::{TermVector, Text, Tokenizer};
use crate::library::{Listed, PaperNumber};
use crate::paper::Paper;
use crate::rank::sentences::Weighted;
use crate::vector::{Embedded, SentenceVector};
use crate::{Error, Result};

/// A paper to report on.
#[derive(Debug, Clone, PartialEq)]
pub enum BatchItem {
    /// In the library.
    Stored(PaperNumber, Box<Paper>),
    /// Not in the library; it is embedded for the occasion and not kept.
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
pub(super) struct Gathered {
    pub papers: Vec<Arc<Paper>>,
    /// Those that are in the library.
    pub numbers: Vec<Option<PaperNumber>>,
    /// Of whole texts.
    pub vectors: Matrix,
    pub sentences: Vec<Vec<SentenceVector>>,
    /// What papers are compared by.
    pub weighted: Vec<Vec<Weighted>>,
    pub terms: Vec<TermVector>,
    /// Made of the batch where the library has none.
    made: Option<Generation>,
}

impl Gathered {
    /// Titles and abstracts.
    pub fn texts(papers: &[Arc<Paper>]) -> Vec<Text> {
        papers.iter().map(|paper| (paper.title.clone(), paper.abstract_text.clone())).collect()
    }

    /// Where the papers of the library stand in the batch.
    pub fn places(&self) -> HashMap<PaperNumber, usize> {
        self.numbers.iter().zip(0..).filter_map(|(number, place)| Some(((*number)?, place))).collect()
    }

    /// Whether the batch is a library in which `library_papers` can be found.
    pub fn is_whole(&self, library_papers: usize) -> bool {
        self.papers.len() == library_papers && self.places().len() == library_papers
    }

    /// The sentences of a paper with their texts.
    pub fn sentences_of(&self, place: usize) -> Sentences {
        Sentences::new(&self.papers[place], self.sentences[place].clone())
    }
}

impl Snapshot<'_> {
    /// The indexes of the library, or those of the batch where it has none.
    pub(super) fn indexes_for<'i>(&'i self, gathered: &'i Gathered) -> Result<&'i Generation> {
        gathered.made.as_ref().map_or_else(|| self.generation(), Ok)
    }

    /// Reads what the library has of papers, and embeds the others, which are remembered until the batch is done.
    pub(super) fn gather(&self, items: Vec<BatchItem>) -> Result<Gathered> {
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
        let position = |number: &Option<PaperNumber>| indexes?.vectors.position((*number)?);
        let positions: Vec<Option<u32>> = numbers.iter().map(position).collect();
        let embedded = self.embed_missing(&papers, &positions)?;
        let dim = match (indexes, embedded.values().next()) {
            (Some(indexes), _) => indexes.vectors.dim(),
            (None, embedded) => embedded.map_or(0, |embedded| embedded.vector.dim()),
        };
        let mut vectors = Matrix::new(dim);
        let mut sentences = Vec::with_capacity(papers.len());
        for (place, position) in positions.iter().enumerate() {
            match (indexes.zip(*position), numbers[place], embedded.get(&place)) {
                (Some((indexes, position)), Some(number), _) => {
                    vectors.push(indexes.vectors.vector(position));
                    self.library.read_sentences([number], dim, |read| sentences.push(read))?;
                }
                (_, _, Some(embedded)) => {
                    vectors.push(embedded.vector.as_slice());
                    sentences.push(embedded.sentences.clone());
                }
                // Whatever has no position was embedded.
                (_, _, None) => return Err(Error::EmptyText),
            }
        }
        let made = match indexes {
            None => Some(Generation::of_batch(&vectors, &Gathered::texts(&papers))?),
            Some(_) => None,
        };
        let mut passing = self.passing.borrow_mut();
        passing.extend(embedded.into_iter().map(|(place, embedded)| (papers[place].text(), embedded)));
        drop(passing);
        let index = made.as_ref().map_or_else(|| self.generation(), Ok)?.indexes().terms;
        let terms = |tokenizer: &mut Tokenizer, paper: &Arc<Paper>| {
            index.term_vector(&tokenizer.document(&paper.title, paper.abstract_text.as_deref()))
        };
        let terms = papers.par_iter().map_init(Tokenizer::default, terms).collect();
        let weighted =
            |sentences: &Vec<SentenceVector>| sentences.iter().map(|sentence| sentence.vector.clone().into()).collect();
        let weighted = sentences.par_iter().map(weighted).collect();
        Ok(Gathered { papers, numbers, vectors, sentences, weighted, terms, made })
    }

    /// Embeds the papers without a position, by place.
    fn embed_missing(&self, papers: &[Arc<Paper>], positions: &[Option<u32>]) -> Result<HashMap<usize, Embedded>> {
        let missing: Vec<usize> = (0..papers.len()).filter(|&place| positions[place].is_none()).collect();
        if missing.is_empty() {
            return Ok(HashMap::new());
        }
        let texts: Vec<String> = missing.iter().map(|&place| papers[place].text()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (mut done, total) = (0, texts.len() as u64);
        let embedded = self.embedder()?.embed(&texts, Side::Paper, &mut |more| {
            done += more as u64;
            (self.observer)(Event::Embedding { done, total });
        })?;
        Ok(missing.into_iter().zip(embedded).collect())
    }
}
