//! What papers say, sentence by sentence. It is compared only for papers of the shortlist.

use std::sync::Arc;

use super::Probe;
use crate::lexical::WordVector;
use crate::rank::sentences::{WeightedSentence, nearest, similarity};
use crate::rank::{Pair, with_facet};

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
    /// Compares the probe with what a paper says: replaces the estimate of [`Pair::sentences`], and with a facet mixes the
    /// facet into the sentences and the terms.
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
