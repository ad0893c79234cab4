//! What a question compares papers with. What papers say, sentence by sentence, is compared only for papers of the shortlist.

use std::sync::Arc;

use crate::lexical::{Document, QuestionWords, WordVector};
use crate::rank::sentences::{WeightedSentence, nearest, similarity};
use crate::rank::{Pair, with_facet};
use crate::vector::{ByteEmbedding, Embedding};

/// A text that papers are compared with, or a paper that is in no index.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Vector of the whole text; `None` if vectors are not compared.
    pub vector: Option<Embedding>,
    /// What it says, sentence by sentence.
    pub content: Content,
    /// The vector of a text that is compared as a whole with each sentence of a paper; `None` for papers.
    pub whole: Option<ByteEmbedding>,
    /// Its terms.
    pub words: Words,
}

impl Probe {
    pub(super) fn slice(&self) -> Option<&[f32]> {
        self.vector.as_ref().map(Embedding::as_slice)
    }
}

/// The terms of a probe. The variant decides how they are compared.
#[derive(Debug, Clone)]
pub enum Words {
    /// A paper's terms: by the cosine of tf-idf vectors.
    Paper(Document),
    /// A short text's words: by BM25, as a share of the most that they could give.
    Question(QuestionWords),
}

/// What a paper says.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// Its sentences, with equal weights.
    pub sentences: Arc<[WeightedSentence]>,
    /// What it says about the facet of the question; `None` without a facet.
    pub facet: Option<Arc<FacetContent>>,
}

/// What a paper says about a facet.
#[derive(Debug, Clone, Default)]
pub struct FacetContent {
    /// Its sentences without the title, weighted by the facet.
    pub sentences: Arc<[WeightedSentence]>,
    /// Their words, weighted by the facet.
    pub words: WordVector,
}

impl Probe {
    /// Compares the probe with what a paper says. Replaces the estimate in [`Pair::sentences`]. With a facet, mixes it
    /// into sentences and terms.
    pub(super) fn compare_content(&self, paper: &Content, pair: &mut Pair) {
        let by_sentences = match &self.whole {
            Some(text) => nearest(text, &paper.sentences),
            None => similarity(&self.content.sentences, &paper.sentences),
        };
        pair.sentences = by_sentences.unwrap_or(pair.sentences);
        let (Some(own), Some(of_paper)) = (&self.content.facet, &paper.facet) else { return };
        if let Some(by_facet) = similarity(&own.sentences, &of_paper.sentences) {
            *pair = with_facet(*pair, by_facet, own.words.cosine(&of_paper.words));
        }
    }
}
