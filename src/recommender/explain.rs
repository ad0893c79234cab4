//! Why a paper was recommended: the sentences that match, the terms that are shared.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::question::{Question, Recommendation, Seed};
use super::{Observer, Recommender};
use crate::Result;
use crate::embed::Side;
use crate::lexical::{LexicalIndex, SharedTerm, Tokenizer};
use crate::paper::Paper;
use crate::rank::sentences::best_pairs;
use crate::vector::{ByteEmbedding, SentenceVector};

/// Pairs of sentences shown for a paper.
const SENTENCES: usize = 3;

/// Shared terms shown for a paper.
const TERMS: usize = 8;

/// Why a paper was recommended, beside [`Recommendation::parts`]: what makes it like the one seed (or text) that it is
/// most like, [`Recommendation::seed`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Explanation {
    /// Sentences that match, the most similar first, each in one pair only.
    pub sentences: Vec<SentenceMatch>,
    /// Shared terms, the weightiest first.
    pub terms: Vec<SharedTerm>,
}

/// Two sentences that match.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceMatch {
    /// The seed's.
    pub seed: String,
    /// The recommended paper's.
    pub paper: String,
    /// Cosine of their vectors, -1 to 1.
    pub similarity: f32,
}

/// A text by its sentences.
pub(super) struct Sentences {
    title: String,
    abstract_text: Option<String>,
    texts: Vec<String>,
    vectors: Vec<ByteEmbedding>,
}

impl Recommender {
    /// Says of each recommendation why it is there. Seeds that are not in the library are embedded once more.
    pub(super) fn explain(&self, question: &Question, found: &mut [Recommendation], observer: Observer) -> Result<()> {
        let terms = self.indexes(observer)?.borrowed().terms;
        let mut tokenizer = Tokenizer::default();
        let mut seeds: HashMap<usize, Sentences> = HashMap::new();
        for recommendation in found {
            let seed = match seeds.entry(recommendation.seed) {
                Entry::Occupied(seed) => seed.into_mut(),
                Entry::Vacant(place) => {
                    place.insert(self.sentences_of_seed(question, recommendation.seed, observer)?)
                }
            };
            let paper = self.sentences_of_paper(recommendation, observer)?;
            recommendation.because = Some(explanation(terms, &mut tokenizer, seed, &paper));
        }
        Ok(())
    }

    fn sentences_of_seed(&self, question: &Question, place: usize, observer: Observer) -> Result<Sentences> {
        match question.liked.get(place) {
            Some(Seed::Stored(number)) => {
                let paper = self.paper(*number)?;
                Ok(Sentences::new(&paper, self.library.sentences(*number)?))
            }
            Some(Seed::Foreign(paper)) => {
                let sentences = self.embed_sentences(&paper.text(), Side::Paper, observer)?;
                Ok(Sentences::new(paper, sentences))
            }
            Some(Seed::Text(text)) => self.sentences_of_text(text, Side::Paper, observer),
            None => self.sentences_of_text(question.text.as_deref().unwrap_or_default(), Side::Query, observer),
        }
    }

    fn sentences_of_paper(&self, found: &Recommendation, observer: Observer) -> Result<Sentences> {
        let sentences = match found.number {
            Some(number) => self.library.sentences(number)?,
            None => self.embed_sentences(&found.paper.text(), Side::Paper, observer)?,
        };
        Ok(Sentences::new(&found.paper, sentences))
    }

    fn sentences_of_text(&self, text: &str, side: Side, observer: Observer) -> Result<Sentences> {
        let sentences = self.embed_sentences(text, side, observer)?;
        Ok(Sentences::cut(text, sentences, String::new(), Some(text.to_owned())))
    }

    fn embed_sentences(&self, text: &str, side: Side, observer: Observer) -> Result<Vec<SentenceVector>> {
        if let Some(embedded) = self.embedded_before(text, side) {
            return Ok(embedded.sentences);
        }
        Ok(self.embedder(observer)?.embed_one(text, side)?.sentences)
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
