//! Decides whether the results of a question are close to it, and whether an answer without close results is refused.

use super::answer::Recommendation;
use super::question::Question;
use super::snapshot::Snapshot;
use crate::Result;
use crate::lexical::Tokenizer;
use crate::rank::confidence::{WEAK, confidence};
use crate::rank::{Parts, Ranker};

/// The note on an answer to a text that has results, although none is close.
pub(super) const WEAK_MATCHES: &str = "weak matches: no paper of the library matches this text well";

/// How close the results of a question are.
pub(super) struct Closeness {
    /// The probability that the first result is relevant; only for a text without seeds and candidates.
    pub confidence: Option<f32>,
    /// Whether no result is close.
    pub nothing_close: bool,
    /// Whether the results are not listed because none is close.
    pub is_refused: bool,
}

impl Snapshot<'_> {
    /// Judges results. `is_by_subject` is false if they were not found by the subject of the question alone. An answer
    /// about given candidates is never refused, and neither is one about a text with words that the library has.
    pub(super) fn closeness(
        &self,
        question: &Question,
        results: &[Recommendation],
        is_by_subject: bool,
    ) -> Result<Closeness> {
        let confidence = text_confidence(question, results).filter(|_| is_by_subject);
        let nothing_close = match confidence {
            Some(confidence) => confidence < WEAK,
            None if question.ranker == Ranker::Lexical || question.seeds() == 0 => false,
            None => !results.is_empty() && !results.iter().any(|found| found.is_close),
        };
        let is_refused = nothing_close
            && question.candidates.is_none()
            && !(confidence.is_some() && self.has_words_of(question.text.as_deref().unwrap_or_default())?);
        Ok(Closeness { confidence, nothing_close, is_refused })
    }

    /// Whether papers of the library have at least half of the words of a text.
    fn has_words_of(&self, text: &str) -> Result<bool> {
        let terms = self.generation()?.indexes().terms;
        Ok(terms.has_words(&terms.question_words(&mut Tokenizer::default(), text)))
    }
}

/// Returns the confidence in the first answer to a text without seeds and candidates, if all parts are compared.
fn text_confidence(question: &Question, results: &[Recommendation]) -> Option<f32> {
    let is_text_alone = question.text.is_some() && question.liked.is_empty() && question.candidates.is_none();
    if !is_text_alone || question.ranker != Ranker::Hybrid {
        return None;
    }
    let Parts { document, sentences, terms, .. } = results.first()?.parts;
    Some(confidence(document + sentences + terms))
}
