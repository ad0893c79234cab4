//! Why a paper was recommended: the sentences that match, the terms that are shared.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::question::{Question, Seed};
use super::recommendation::{Explanation, Recommendation, SentenceMatch};
use super::snapshot::Snapshot;
use crate::Result;
use crate::embed::Side;
use crate::lexical::{LexicalIndex, Tokenizer};
use crate::paper::Paper;
use crate::rank::sentences::best_pairs;
use crate::vector::{ByteEmbedding, SentenceVector};

/// Pairs of sentences shown for a paper.
const SENTENCES: usize = 3;

/// Shared terms shown for a paper.
const TERMS: usize = 8;

/// A text by its sentences.
pub(super) struct Sentences {
    title: String,
    abstract_text: Option<String>,
    texts: Vec<String>,
    vectors: Vec<ByteEmbedding>,
}

impl Snapshot<'_> {
    /// Says of each recommendation why it is there. Seeds that are not in the library are embedded once more.
    pub(super) fn explain(&self, question: &Question, found: &mut [Recommendation]) -> Result<()> {
        let terms = self.generation()?.indexes().terms;
        let mut tokenizer = Tokenizer::default();
        let mut seeds: HashMap<usize, Sentences> = HashMap::new();
        for recommendation in found {
            let place = recommendation.seed.unwrap_or_default();
            let seed = match seeds.entry(place) {
                Entry::Occupied(seed) => seed.into_mut(),
                Entry::Vacant(vacant) => vacant.insert(self.sentences_of_seed(question, place)?),
            };
            let paper = self.sentences_of_paper(recommendation)?;
            recommendation.because = Some(explanation(terms, &mut tokenizer, seed, &paper));
        }
        Ok(())
    }

    fn sentences_of_seed(&self, question: &Question, place: usize) -> Result<Sentences> {
        match question.liked.get(place) {
            Some(Seed::Stored(number)) => {
                let paper = self.paper(*number)?;
                Ok(Sentences::new(&paper, self.library.sentences(*number)?))
            }
            Some(Seed::Foreign(paper)) => {
                let sentences = self.embed_sentences(&paper.text(), Side::Paper)?;
                Ok(Sentences::new(paper, sentences))
            }
            Some(Seed::Text(text)) => self.sentences_of_text(text, Side::Paper),
            None => self.sentences_of_text(question.text.as_deref().unwrap_or_default(), Side::Query),
        }
    }

    fn sentences_of_paper(&self, found: &Recommendation) -> Result<Sentences> {
        let sentences = match found.number {
            Some(number) => self.library.sentences(number)?,
            None => self.embed_sentences(&found.paper.text(), Side::Paper)?,
        };
        Ok(Sentences::new(&found.paper, sentences))
    }

    fn sentences_of_text(&self, text: &str, side: Side) -> Result<Sentences> {
        let sentences = self.embed_sentences(text, side)?;
        Ok(Sentences::cut(text, sentences, String::new(), Some(text.to_owned())))
    }

    fn embed_sentences(&self, text: &str, side: Side) -> Result<Vec<SentenceVector>> {
        if let Some(embedded) = self.embedded_before(text, side) {
            return Ok(embedded.sentences);
        }
        Ok(self.embedder()?.embed_one(text, side)?.sentences)
    }
}

/// What makes two texts alike.
pub(super) fn explanation(
    terms: &LexicalIndex,
    tokenizer: &mut Tokenizer,
    seed: &Sentences,
    paper: &Sentences,
) -> Explanation {
    let [first, second] = [seed, paper].map(|text| text.vectors.iter().collect::<Vec<_>>());
    let matched = best_pairs(&first, &second, SENTENCES).into_iter().map(|pair| SentenceMatch {
        seed: seed.texts[pair.first].clone(),
        paper: paper.texts[pair.second].clone(),
        similarity: pair.similarity,
    });
    let sentences = matched.collect();
    Explanation { sentences, terms: terms.shared_terms(tokenizer, seed.words(), paper.words(), TERMS) }
}

impl Sentences {
    pub(super) fn new(paper: &Paper, sentences: Vec<SentenceVector>) -> Self {
        Self::cut(&paper.text(), sentences, paper.title.clone(), paper.abstract_text.clone())
    }

    fn cut(text: &str, sentences: Vec<SentenceVector>, title: String, abstract_text: Option<String>) -> Self {
        let (texts, vectors) = sentences
            .into_iter()
            .filter_map(|SentenceVector { range, vector }| {
                Some((text.get(range.start as usize..range.end as usize)?.to_owned(), vector))
            })
            .unzip();
        Self { title, abstract_text, texts, vectors }
    }

    fn words(&self) -> (&str, Option<&str>) {
        (&self.title, self.abstract_text.as_deref())
    }
}
