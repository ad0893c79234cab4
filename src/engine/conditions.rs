//! Finds the papers that may be recommended: by conditions, and by words that they must or must not contain.

use std::collections::HashSet;

use rayon::prelude::*;

use super::generation::Generation;
use super::snapshot::Snapshot;
use super::text_query::TextQuery;
use crate::Result;
use crate::lexical::{Term, Tokenizer};
use crate::library::{Filters, PaperNumber};

impl Snapshot<'_> {
    /// The papers that meet the conditions of a query and of filters; `None` without conditions.
    ///
    /// # Errors
    /// As for [`recommend`](Self::recommend), if the query requires or excludes words;
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for filters that cannot be read.
    pub fn admitted_by(&self, query: &TextQuery, filters: &Filters) -> Result<Option<HashSet<PaperNumber>>> {
        let all = [query.conditions.as_slice(), &filters.conditions()?].concat();
        let mut among = (!all.is_empty()).then(|| self.library.filtered(&all)).transpose()?.map(HashSet::from_iter);
        if query.phrases.is_empty() && query.without.is_empty() {
            return Ok(among);
        }
        let indexes = self.generation()?;
        for phrase in &query.phrases {
            if let Some(found) = self.papers_containing(phrase, indexes)? {
                among = Some(match among {
                    Some(among) => &among & &found,
                    None => found,
                });
            }
        }
        let mut without = HashSet::new();
        for phrase in &query.without {
            without.extend(self.papers_containing(phrase, indexes)?.into_iter().flatten());
        }
        if !without.is_empty() {
            let among = among.get_or_insert_with(|| indexes.numbers().collect());
            among.retain(|number| !without.contains(number));
        }
        Ok(among)
    }

    /// The papers whose title or abstract contains these words in a row, with any endings. Stop words are ignored;
    /// `None` if all words are stop words.
    fn papers_containing(&self, phrase: &str, indexes: &Generation) -> Result<Option<HashSet<PaperNumber>>> {
        let words = terms(&mut Tokenizer::default(), phrase);
        let pairs = words.array_windows().map(|&[first, second]| Term::pair(first, second));
        let needed: Vec<Term> = match words[..] {
            [] => return Ok(None),
            [word] => vec![word],
            _ => pairs.collect(),
        };
        let lists = needed.iter().map(|term| indexes.indexes().terms.papers_with(*term));
        let mut lists: Vec<&[u32]> = lists.collect();
        lists.sort_by_key(|list| list.len());
        let found =
            lists[0].iter().filter(|position| lists[1..].iter().all(|list| list.binary_search(position).is_ok()));
        let found: Vec<PaperNumber> = found.filter_map(|&position| indexes.vectors.key(position)).collect();
        // Two words in a row are one term, a pair. With more words, a paper may contain the pairs in different places.
        if words.len() <= 2 {
            Ok(Some(found.into_iter().collect()))
        } else {
            self.containing_run(found, &words).map(Some)
        }
    }

    /// The papers of `papers` that contain the words of `run` in a row.
    fn containing_run(&self, papers: Vec<PaperNumber>, run: &[Term]) -> Result<HashSet<PaperNumber>> {
        let mut texts = Vec::with_capacity(papers.len());
        self.library.read_texts(papers.iter().copied(), &mut |text| texts.push(text))?;
        let has_run =
            |tokenizer: &mut Tokenizer, text: &str| terms(tokenizer, text).windows(run.len()).any(|words| words == run);
        let found = papers.into_par_iter().zip(texts).map_init(Tokenizer::default, |tokenizer, (number, text)| {
            let (title, abstract_text) = text;
            let found = has_run(tokenizer, &title) || abstract_text.is_some_and(|text| has_run(tokenizer, &text));
            found.then_some(number)
        });
        Ok(found.flatten().collect())
    }
}

fn terms(tokenizer: &mut Tokenizer, text: &str) -> Vec<Term> {
    tokenizer.words(text).into_iter().map(|word| word.term).collect()
}
