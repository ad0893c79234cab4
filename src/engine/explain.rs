//! Explains recommendations: the sentences that match, and the terms that are shared.
//!
//! A sentence is a reason if it says what its paper is about ([`Substance`]), and is close to a sentence of the seed. A
//! formula such as "Extensive experiments show …" matches that of any other paper.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::answer::{About, Explanation, Recommendation, SentenceMatch};
use super::generation::Generation;
use super::json::Named;
use super::question::{Question, Seed};
use super::snapshot::{SeedText, Snapshot};
use crate::Result;
use crate::embed::Side;
use crate::lexical::{Document, Language, Substance, Tokenizer};
use crate::library::PaperNumber;
use crate::rank::sentences::best_pairs;
use crate::vector::{ByteEmbedding, SentenceVector};

/// The maximum number of pairs of sentences shown for a paper.
const SENTENCES: usize = 3;

/// The maximum number of shared terms shown for a paper.
const TERMS: usize = 8;

/// A text with those of its sentences that may be reasons.
struct SentenceTexts {
    title: String,
    abstract_text: Option<String>,
    language: Language,
    texts: Vec<String>,
    vectors: Vec<ByteEmbedding>,
}

/// The words of texts, and how the papers of the library use them.
struct Words<'a> {
    tokenizer: Tokenizer,
    substance: Substance<'a>,
}

impl Words<'_> {
    fn have_substance(&mut self, sentence: &str, language: Language) -> bool {
        self.substance.has(&mut self.tokenizer, sentence, language)
    }
}

impl Snapshot<'_> {
    /// Adds to each recommendation its matching sentences and shared terms.
    pub(super) fn explain(
        &self,
        question: &Question,
        indexes: &Generation,
        found: &mut [Recommendation],
    ) -> Result<()> {
        let mut words = Words { tokenizer: Tokenizer::default(), substance: Substance::new(indexes.indexes().terms) };
        let mut seeds: HashMap<usize, SentenceTexts> = HashMap::new();
        for recommendation in found {
            let place = recommendation.seed.unwrap_or_default();
            let seed = match seeds.entry(place) {
                Entry::Occupied(seed) => seed.into_mut(),
                Entry::Vacant(vacant) => vacant.insert(match question.liked.get(place) {
                    Some(seed) => {
                        let checked = if let Seed::Text(_) = seed { None } else { Some(&mut words) };
                        self.sentence_texts(seed.number(), Side::Paper, self.text_of(seed)?, checked)?
                    }
                    None => {
                        let text = question.text.as_deref().unwrap_or_default();
                        self.sentence_texts(None, Side::Query, text.into(), None)?
                    }
                }),
            };
            let text = recommendation.paper.as_ref().into();
            let paper = self.sentence_texts(recommendation.number, Side::Paper, text, Some(&mut words))?;
            let [first, second] = [&*seed, &paper].map(|text| text.vectors.iter().collect::<Vec<_>>());
            let pairs = best_pairs(&first, &second, SENTENCES).into_iter();
            let close = pairs.filter(|pair| indexes.calibration.is_close(pair.similarity));
            let matches = close.map(|pair| SentenceMatch {
                seed: seed.texts[pair.first].clone(),
                paper: paper.texts[pair.second].clone(),
                similarity: pair.similarity,
            });
            let sentences = matches.collect();
            // Plain text may be too short to recognise its language, so it is read in that of the paper.
            let language = if seed.title.is_empty() { paper.language } else { seed.language };
            let seed = seed.document(&mut words.tokenizer, language);
            let paper = (paper.title.as_str(), paper.abstract_text.as_deref());
            let terms = indexes.indexes().terms.shared_terms(&mut words.tokenizer, &seed, paper, TERMS);
            let about = recommendation.seed.map(|place| self.about(question, place)).transpose()?;
            recommendation.because = Some(Explanation { about, sentences, terms });
        }
        Ok(())
    }

    /// A seed of a question, as a person knows it.
    fn about(&self, question: &Question, place: usize) -> Result<About> {
        Ok(match question.liked.get(place) {
            Some(Seed::Stored(number)) => About::Paper(Named::from(&self.paper(*number)?)),
            Some(Seed::Foreign(paper)) => About::Paper(Named::from(paper.as_ref())),
            Some(Seed::Text(text)) => About::Text { text: text.clone() },
            None => About::Text { text: question.text.clone().unwrap_or_default() },
        })
    }

    /// The sentences of a text with their vectors. They are read from the library for a stored paper, and embedded for
    /// other texts. With `words`, only sentences that say what the paper is about.
    fn sentence_texts(
        &self,
        stored: Option<PaperNumber>,
        side: Side,
        text: SeedText,
        mut words: Option<&mut Words>,
    ) -> Result<SentenceTexts> {
        let sentences = match stored {
            Some(number) => self.library.sentences(number)?,
            None => self.embedded(side, &text.text)?.sentences,
        };
        let SeedText { title, abstract_text, text } = text;
        let language = Language::of(&[&title, abstract_text.as_deref().unwrap_or_default()]);
        let sentence = |SentenceVector { range, vector }: SentenceVector| {
            let sentence = text.get(range.start as usize..range.end as usize)?;
            let may_be_reason = words.as_deref_mut().is_none_or(|words| words.have_substance(sentence, language));
            may_be_reason.then(|| (sentence.to_owned(), vector))
        };
        let (texts, vectors) = sentences.into_iter().filter_map(sentence).unzip();
        Ok(SentenceTexts { title, abstract_text, language, texts, vectors })
    }
}

impl SentenceTexts {
    fn document(&self, tokenizer: &mut Tokenizer, language: Language) -> Document {
        tokenizer.document_in(language, &self.title, self.abstract_text.as_deref())
    }
}
