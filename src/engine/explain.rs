//! Explains recommendations: the sentences that match, and the terms that are shared.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::answer::{Explanation, Recommendation, SentenceMatch};
use super::question::Question;
use super::snapshot::{SeedText, Snapshot};
use crate::Result;
use crate::embed::Side;
use crate::lexical::{LexicalIndex, Tokenizer};
use crate::library::PaperNumber;
use crate::rank::sentences::best_pairs;
use crate::vector::{ByteEmbedding, SentenceVector};

/// The maximum number of pairs of sentences shown for a paper.
const SENTENCES: usize = 3;

/// The maximum number of shared terms shown for a paper.
const TERMS: usize = 8;

/// A text cut into its sentences.
struct SentenceTexts {
    title: String,
    abstract_text: Option<String>,
    texts: Vec<String>,
    vectors: Vec<ByteEmbedding>,
}

impl Snapshot<'_> {
    /// Adds to each recommendation its matching sentences and shared terms.
    pub(super) fn explain(
        &self,
        question: &Question,
        terms: &LexicalIndex,
        found: &mut [Recommendation],
    ) -> Result<()> {
        let mut tokenizer = Tokenizer::default();
        let mut seeds: HashMap<usize, SentenceTexts> = HashMap::new();
        for recommendation in found {
            let place = recommendation.seed.unwrap_or_default();
            let seed = match seeds.entry(place) {
                Entry::Occupied(seed) => seed.into_mut(),
                Entry::Vacant(vacant) => vacant.insert(match question.liked.get(place) {
                    Some(seed) => self.sentence_texts(seed.number(), Side::Paper, self.text_of(seed)?)?,
                    None => {
                        let text = question.text.as_deref().unwrap_or_default();
                        self.sentence_texts(None, Side::Query, text.into())?
                    }
                }),
            };
            let text = recommendation.paper.as_ref().into();
            let paper = self.sentence_texts(recommendation.number, Side::Paper, text)?;
            let [first, second] = [&*seed, &paper].map(|text| text.vectors.iter().collect::<Vec<_>>());
            let matches = best_pairs(&first, &second, SENTENCES).into_iter().map(|pair| SentenceMatch {
                seed: seed.texts[pair.first].clone(),
                paper: paper.texts[pair.second].clone(),
                similarity: pair.similarity,
            });
            let sentences = matches.collect();
            let terms = terms.shared_terms(&mut tokenizer, seed.words(), paper.words(), TERMS);
            recommendation.because = Some(Explanation { sentences, terms });
        }
        Ok(())
    }

    /// The sentences of a text with their vectors. They are read from the library for a stored paper, and embedded for
    /// other texts.
    fn sentence_texts(&self, stored: Option<PaperNumber>, side: Side, text: SeedText) -> Result<SentenceTexts> {
        let sentences = match stored {
            Some(number) => self.library.sentences(number)?,
            None => self.embedded(side, &text.text)?.sentences,
        };
        let SeedText { title, abstract_text, text } = text;
        let sentence = |SentenceVector { range, vector }: SentenceVector| {
            Some((text.get(range.start as usize..range.end as usize)?.to_owned(), vector))
        };
        let (texts, vectors) = sentences.into_iter().filter_map(sentence).unzip();
        Ok(SentenceTexts { title, abstract_text, texts, vectors })
    }
}

impl SentenceTexts {
    fn words(&self) -> (&str, Option<&str>) {
        (&self.title, self.abstract_text.as_deref())
    }
}
