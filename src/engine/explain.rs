//! Explains recommendations: the sentences that match, and the terms that are shared.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::answer::{Explanation, Recommendation, SentenceMatch};
use super::question::{Question, Seed};
use super::snapshot::{SeedText, Snapshot};
use crate::Result;
use crate::embed::Side;
use crate::lexical::{LexicalIndex, Tokenizer};
use crate::rank::sentences::best_pairs;
use crate::vector::{ByteEmbedding, SentenceVector};

/// Pairs of sentences shown for a paper.
const SENTENCES: usize = 3;

/// Shared terms shown for a paper.
const TERMS: usize = 8;

/// A text cut into its sentences.
pub(super) struct SentenceTexts {
    title: String,
    abstract_text: Option<String>,
    texts: Vec<String>,
    vectors: Vec<ByteEmbedding>,
}

impl Snapshot<'_> {
    /// Adds to each recommendation why it was recommended.
    pub(super) fn explain(&self, question: &Question, found: &mut [Recommendation]) -> Result<()> {
        let terms = self.generation()?.indexes().terms;
        let mut tokenizer = Tokenizer::default();
        let mut seeds: HashMap<usize, SentenceTexts> = HashMap::new();
        for recommendation in found {
            let place = recommendation.seed.unwrap_or_default();
            let seed = match seeds.entry(place) {
                Entry::Occupied(seed) => seed.into_mut(),
                Entry::Vacant(vacant) => vacant.insert(match question.liked.get(place) {
                    Some(seed @ Seed::Stored(number)) => {
                        SentenceTexts::new(self.text_of(seed)?, self.library.sentences(*number)?)
                    }
                    Some(seed) => self.embedded_sentences(Side::Paper, self.text_of(seed)?)?,
                    None => {
                        self.embedded_sentences(Side::Query, question.text.as_deref().unwrap_or_default().into())?
                    }
                }),
            };
            let text = SeedText::from(recommendation.paper.as_ref());
            let paper = match recommendation.number {
                Some(number) => SentenceTexts::new(text, self.library.sentences(number)?),
                None => self.embedded_sentences(Side::Paper, text)?,
            };
            recommendation.because = Some(explanation(terms, &mut tokenizer, seed, &paper));
        }
        Ok(())
    }

    fn embedded_sentences(&self, side: Side, text: SeedText) -> Result<SentenceTexts> {
        let sentences = self.embedded(side, &text.text)?.sentences;
        Ok(SentenceTexts::new(text, sentences))
    }
}

/// What makes two texts alike.
pub(super) fn explanation(
    terms: &LexicalIndex,
    tokenizer: &mut Tokenizer,
    seed: &SentenceTexts,
    paper: &SentenceTexts,
) -> Explanation {
    let [first, second] = [seed, paper].map(|text| text.vectors.iter().collect::<Vec<_>>());
    let matches = best_pairs(&first, &second, SENTENCES).into_iter().map(|pair| SentenceMatch {
        seed: seed.texts[pair.first].clone(),
        paper: paper.texts[pair.second].clone(),
        similarity: pair.similarity,
    });
    let sentences = matches.collect();
    Explanation { sentences, terms: terms.shared_terms(tokenizer, seed.words(), paper.words(), TERMS) }
}

impl SentenceTexts {
    pub fn new(text: SeedText, sentences: Vec<SentenceVector>) -> Self {
        let SeedText { title, abstract_text, text } = text;
        let sentence = |SentenceVector { range, vector }: SentenceVector| {
            Some((text.get(range.start as usize..range.end as usize)?.to_owned(), vector))
        };
        let (texts, vectors) = sentences.into_iter().filter_map(sentence).unzip();
        Self { title, abstract_text, texts, vectors }
    }

    fn words(&self) -> (&str, Option<&str>) {
        (&self.title, self.abstract_text.as_deref())
    }
}
