//! Many papers at once: for each, its nearest in the library.

use std::collections::{HashMap, HashSet};

use crate::embed::Side;
use crate::library::{Listed, PaperNumber};
use crate::paper::Paper;
use crate::recommender::{Event, Observer, Recommendation, Recommender};
use crate::search;
use crate::vector::Embedding;
use crate::{Error, Result};

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

impl BatchItem {
    fn number(&self) -> Option<PaperNumber> {
        match self {
            Self::Stored(number, _) => Some(*number),
            Self::Foreign(_) => None,
        }
    }

    fn paper(&self) -> &Paper {
        match self {
            Self::Stored(_, paper) | Self::Foreign(paper) => paper,
        }
    }

    fn into_paper(self) -> Paper {
        match self {
            Self::Stored(_, paper) | Self::Foreign(paper) => *paper,
        }
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

    /// For each item, in their order, the `top_k` nearest papers of the library, by exact comparison with all: work is
    /// |items| · |library| · dim. Foreign items are embedded first.
    pub fn batch(&self, items: Vec<BatchItem>, top_k: usize, observer: Observer) -> Result<Vec<BatchEntry>> {
        let index = self.index(observer)?;
        let foreign = |item: &BatchItem| match item {
            BatchItem::Foreign(paper) => Some(paper.text()),
            BatchItem::Stored(number, paper) => index.position(*number).is_none().then(|| paper.text()),
        };
        let texts: Vec<String> = items.iter().filter_map(foreign).collect();
        let mut embedded = self.embed_for_batch(&texts, observer)?.into_iter();
        let vectors: Vec<Embedding> = items
            .iter()
            .map(|item| match item {
                BatchItem::Stored(number, _) if let Some(position) = index.position(*number) => {
                    Embedding::new(index.vector(position).to_vec())
                }
                // As many were embedded as have no position.
                _ => embedded.next().ok_or(Error::EmptyText),
            })
            .collect::<Result<_>>()?;
        let queries: Vec<&[f32]> = vectors.iter().map(Embedding::as_slice).collect();
        let mut excluded = Vec::with_capacity(items.len());
        for item in &items {
            let mut own: HashSet<PaperNumber> =
                self.library.papers_titled(&item.paper().title_key())?.into_iter().collect();
            own.extend(item.number());
            excluded.push(own);
        }
        // So many that those left out leave enough.
        let spare = excluded.iter().map(HashSet::len).max().unwrap_or(0);
        let hits = search::near_each(index, &queries, top_k.saturating_add(spare));
        let mut read = HashMap::new();
        let entries = items.into_iter().zip(hits).zip(excluded).map(|((item, mut hits), excluded)| {
            hits.retain(|hit| !excluded.contains(&hit.key));
            hits.truncate(top_k);
            let in_library = item.number().is_some();
            Ok(BatchEntry { nearest: self.recommendations(&hits, &mut read)?, in_library, paper: item.into_paper() })
        });
        entries.collect()
    }

    fn embed_for_batch(&self, texts: &[String], observer: Observer) -> Result<Vec<Embedding>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (mut done, total) = (0, texts.len() as u64);
        let embedded = self.embedder(observer)?.embed(&texts, Side::Paper, &mut |more| {
            done += more as u64;
            observer(Event::Embedding { done, total });
        })?;
        Ok(embedded.into_iter().map(|embedded| embedded.vector).collect())
    }
}
