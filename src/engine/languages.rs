//! Finds questions in languages that the model does not read. The vectors of such texts mean nothing, so papers are
//! compared with them by words.

use std::borrow::Cow;

use super::generation::Generation;
use super::question::{Question, Seed};
use super::snapshot::Snapshot;
use crate::Result;
use crate::lexical::Language;
use crate::rank::Ranker;

impl Snapshot<'_> {
    /// The language of a question, if the model does not read it. `None` if the model reads the text or one of the
    /// liked seeds, or if the question has a ranker or a facet. Of several languages, the first.
    pub(super) fn unread_language(&self, question: &Question) -> Result<Option<Language>> {
        let indexes = self.generation()?;
        if question.ranker != Ranker::Hybrid || question.facet.is_some() || indexes.english_model.is_none() {
            return Ok(None);
        }
        let mut unread = None;
        let texts = question.text.iter().map(|text| Ok(Language::of(&[text])));
        for language in texts.chain(question.liked.iter().map(|seed| self.language(seed, indexes))) {
            match language? {
                Language::English => return Ok(None),
                language => unread = unread.or(Some(language)),
            }
        }
        Ok(unread)
    }

    fn language(&self, seed: &Seed, indexes: &Generation) -> Result<Language> {
        if let Some(position) = indexes.position_of(seed) {
            return Ok(indexes.indexes().terms.language(position));
        }
        let text = self.text_of(seed)?;
        Ok(Language::of(&[&text.title, text.abstract_text.as_deref().unwrap_or_default()]))
    }

    /// The number of papers that can be searched in each language, the most frequent first.
    pub(super) fn languages(&self) -> Vec<(&'static str, usize)> {
        let Ok(indexes) = self.generation() else { return Vec::new() };
        let mut languages = indexes.indexes().terms.languages().to_vec();
        languages.sort_by_key(|(_, papers)| std::cmp::Reverse(*papers));
        languages.into_iter().map(|(language, papers)| (language.name(), papers)).collect()
    }

    /// The questions, with comparisons by terms for those in a language that the model does not read.
    pub(super) fn readable<'q>(&self, questions: &'q [Question]) -> Result<Cow<'q, [Question]>> {
        let mut readable = Cow::Borrowed(questions);
        for (place, question) in questions.iter().enumerate() {
            if let Some(language) = self.unread_language(question)?
                && self.generation()?.has_papers_in(language)
            {
                readable.to_mut()[place].ranker = Ranker::Lexical;
            }
        }
        Ok(readable)
    }

    /// Compares papers by terms if the model does not read the question. Returns a note about it. If the library has no
    /// paper in the language of the question, vectors are still compared: words that languages share find some papers.
    pub(super) fn compare_by_terms_if_unread(&self, question: &mut Question) -> Result<Option<String>> {
        let Some(language) = self.unread_language(question)? else { return Ok(None) };
        let indexes = self.generation()?;
        let (model, name) = (indexes.english_model.as_deref().unwrap_or_default(), language.name());
        let consequence = if indexes.has_papers_in(language) {
            question.ranker = Ranker::Lexical;
            "so papers are compared by their words".to_owned()
        } else {
            format!("and the library has no papers in {name}")
        };
        Ok(Some(format!(
            "the model {model} does not read {name}, {consequence}; a library made with a multilingual --model compares \
             meaning across languages"
        )))
    }
}

impl Generation {
    fn has_papers_in(&self, language: Language) -> bool {
        self.indexes().terms.languages().iter().any(|(other, _)| *other == language)
    }

    /// The number of papers in languages that the model does not read.
    pub fn unread(&self) -> u64 {
        let languages = self.indexes().terms.languages().iter();
        let others = languages.filter(|(language, _)| self.english_model.is_some() && *language != Language::English);
        others.map(|(_, papers)| *papers as u64).sum()
    }
}
