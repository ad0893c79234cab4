//! Many papers at once: for each, its nearest in the library.

use std::collections::HashMap;

use crate::Result;
use crate::library::{Listed, PaperNumber};
use crate::paper::Paper;
use crate::recommender::{Observer, Question, Recommendation, Recommender, Seed};

/// A paper to report on.
#[derive(Debug, Clone, PartialEq)]
pub enum BatchItem {
    /// In the library.
    Stored(PaperNumber, Box<Paper>),
    /// Not in the library; it is embedded for the occasion and not kept.
    Foreign(Box<Paper>),
}

impl From<Listed> for BatchItem {
    fn from(listed: Listed) -> Self {
        Self::Stored(listed.number, Box::new(listed.paper))
    }
}

/// A paper with its nearest.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchEntry {
    /// The paper.
    pub paper: Paper,
    /// Whether the library holds it.
    pub in_library: bool,
    /// The nearest papers of the library, best first, the paper itself and those of exactly its title left out.
    pub nearest: Vec<Recommendation>,
}

impl Recommender {
    /// What a file's paper is to this library: a stored paper that says the same, or of which some file does, or a
    /// foreign one.
    pub fn batch_item(&self, paper: Paper) -> Result<BatchItem> {
        let Some(listed) = self.library.same_as(&paper)? else { return Ok(BatchItem::Foreign(Box::new(paper))) };
        let text = paper.text();
        let says_the_same = listed.paper.text() == text
            || self.library.versions(listed.number)?.iter().any(|version| version.paper.text() == text);
        Ok(if says_the_same { listed.into() } else { BatchItem::Foreign(Box::new(paper)) })
    }

    /// A file's paper as a seed or candidate: the library's, if it has the work, whose text is likely to be the longer.
    pub fn seed(&self, paper: Paper) -> Result<Seed> {
        let same = self.library.same_as(&paper)?;
        Ok(same.map_or_else(|| Seed::Foreign(Box::new(paper)), |listed| Seed::Stored(listed.number)))
    }

    /// For each item, in their order, the `top_k` nearest papers of the library, as [`recommend`](Self::recommend) ranks
    /// them. Foreign items are embedded first.
    pub fn batch(&self, items: Vec<BatchItem>, top_k: usize, observer: Observer) -> Result<Vec<BatchEntry>> {
        let question = |item: &BatchItem| {
            let seed = match item {
                BatchItem::Stored(number, _) => Seed::Stored(*number),
                BatchItem::Foreign(paper) => Seed::Foreign(paper.clone()),
            };
            Question { liked: vec![seed], top_k, ..Question::default() }
        };
        let questions: Vec<Question> = items.iter().map(question).collect();
        let mut read = HashMap::new();
        let ranked = self.rank(&questions, observer)?;
        let entries = items.into_iter().zip(&questions).zip(ranked).map(|((item, question), ranked)| {
            let nearest = self.with_papers(&ranked, question, &mut read, observer)?;
            let (in_library, paper) = match item {
                BatchItem::Stored(_, paper) => (true, *paper),
                BatchItem::Foreign(paper) => (false, *paper),
            };
            Ok(BatchEntry { paper, in_library, nearest })
        });
        entries.collect()
    }
}
