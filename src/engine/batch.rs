//! Many papers at once: for each, its nearest in the library and in the batch; and what they are like as a whole.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::explain::{Sentences, explanation};
use super::gathered::{BatchItem, Gathered};
use super::question::{Question, Seed};
use super::recommendation::Recommendation;
use super::snapshot::Snapshot;
use super::{overview, within};
use crate::Result;
use crate::analysis::{self, Analysis, LibraryScale, Wanted};
use crate::lexical::Tokenizer;
use crate::library::PaperNumber;
use crate::paper::Paper;

/// Papers whose nearest are explained at a time, so that the sentences of few are held.
const EXPLAINED_AT_ONCE: usize = 256;

/// What to find out about a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchOptions {
    /// How many nearest papers to list for each.
    pub top_k: usize,
    /// Whether to list those of the library.
    pub nearest: bool,
    /// Whether to list those of the batch.
    pub within: bool,
    /// Of how many of them to say why, the best first.
    pub explained: usize,
    /// What to say of the batch as a whole.
    pub analysis: Wanted,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self { top_k: 10, nearest: true, within: true, explained: 3, analysis: Wanted::ALL }
    }
}

/// What was found out.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The papers, in the order in which they were given.
    pub entries: Vec<BatchEntry>,
    /// What they are like as a whole; places are those of `entries`.
    pub analysis: Analysis,
    /// How many papers of the library they were compared with.
    pub library_papers: usize,
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
    /// The nearest papers of the batch, best first; [`Recommendation::candidate`] is the place in the batch. Where the batch
    /// is the whole library, they are those of `nearest`.
    pub within: Vec<Recommendation>,
}

impl Snapshot<'_> {
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

    /// What there is to say of papers: of each its nearest in the library, as [`recommend`](Self::recommend) ranks them,
    /// and in the batch, and of all together. Papers that are not in the library are embedded and not kept; without any
    /// paper in the library, the batch is all there is.
    pub fn batch(&self, items: Vec<BatchItem>, options: &BatchOptions) -> Result<Batch> {
        let batch = self.batch_of(items, options);
        self.passing.borrow_mut().clear();
        batch
    }

    fn batch_of(&self, items: Vec<BatchItem>, options: &BatchOptions) -> Result<Batch> {
        let seeds: Vec<Seed> = items.iter().map(BatchItem::seed).collect();
        let gathered = self.gather(items)?;
        let indexes = self.indexes_for(&gathered)?;
        let library_papers = indexes.vectors.len();
        let scale = LibraryScale { calibration: &indexes.calibration, papers: library_papers };
        let papers = gathered.papers.iter().map(Arc::as_ref).collect();
        let whole =
            analysis::Batch::new(papers, &gathered.vectors, options.top_k, (library_papers > 0).then_some(scale));
        let kin = if options.analysis.pairs { overview::kin(&whole) } else { Vec::new() };
        // The database is read on this thread alone.
        let (analysis, nearest) = std::thread::scope(|scope| {
            let analysis = scope.spawn(|| {
                let mut analysis = whole.analyse(options.analysis, &kin);
                overview::name(&mut analysis.clusters, &whole, &gathered, indexes.indexes().terms);
                analysis
            });
            let nearest = match options.nearest && library_papers > 0 {
                true => self.nearest(&seeds, &gathered, options.top_k),
                false => Ok(vec![Vec::new(); seeds.len()]),
            };
            let analysis = analysis.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            nearest.map(|nearest| (analysis, nearest))
        })?;
        let meaning = |similarity: f32| (whole.percentile(similarity), whole.is_close(similarity));
        let is_whole = options.nearest && gathered.is_whole(library_papers);
        let within = match options.within && !is_whole {
            true => within::within(&gathered, &whole.nearest, options.top_k, &meaning),
            false => vec![Vec::new(); seeds.len()],
        };
        let mut entries: Vec<BatchEntry> = gathered
            .papers
            .iter()
            .zip(&gathered.numbers)
            .zip(nearest.into_iter().zip(within))
            .map(|((paper, number), (nearest, within))| {
                let paper = paper.as_ref().clone();
                BatchEntry { paper, in_library: number.is_some(), nearest, within }
            })
            .collect();
        self.explain_batch(&mut entries, &gathered, options.explained)?;
        if options.within && is_whole {
            let places = gathered.places();
            entries.iter_mut().for_each(|entry| entry.within = here(&entry.nearest, &places));
        }
        Ok(Batch { entries, analysis, library_papers })
    }

    /// The nearest papers of the library to each.
    fn nearest(&self, seeds: &[Seed], gathered: &Gathered, top_k: usize) -> Result<Vec<Vec<Recommendation>>> {
        let question = |seed: &Seed| Question { liked: vec![seed.clone()], top_k, ..Question::default() };
        let questions: Vec<Question> = seeds.iter().map(question).collect();
        let ranked = self.rank(&questions)?;
        let of_batch = gathered.numbers.iter().zip(&gathered.papers);
        let mut read: HashMap<PaperNumber, Arc<Paper>> =
            of_batch.filter_map(|(number, paper)| Some(((*number)?, paper.clone()))).collect();
        let found = questions.iter().zip(&ranked);
        found.map(|(question, ranked)| self.with_papers(ranked, question, &mut read)).collect()
    }

    /// Says of the best `explained` of each paper's nearest why they are there.
    fn explain_batch(&self, entries: &mut [BatchEntry], gathered: &Gathered, explained: usize) -> Result<()> {
        let terms = self.indexes_for(gathered)?.indexes().terms;
        let places = gathered.places();
        for (chunk, entries) in entries.chunks_mut(EXPLAINED_AT_ONCE).enumerate() {
            // Of papers of the library that are not in the batch.
            let mut read: HashMap<PaperNumber, Sentences> = HashMap::new();
            for found in entries.iter().flat_map(|entry| entry.nearest.iter().take(explained)) {
                if let Some(number) = found.number.filter(|number| !places.contains_key(number))
                    && !read.contains_key(&number)
                {
                    read.insert(number, Sentences::new(&found.paper, self.library.sentences(number)?));
                }
            }
            entries.par_iter_mut().enumerate().for_each_init(Tokenizer::default, |tokenizer, (at, entry)| {
                let own = gathered.sentences_of(chunk * EXPLAINED_AT_ONCE + at);
                let nearest = entry.nearest.iter_mut().take(explained);
                for found in nearest.chain(entry.within.iter_mut().take(explained)) {
                    let place = found.candidate.or_else(|| places.get(&found.number?).copied());
                    let of_batch = place.map(|place| gathered.sentences_of(place));
                    let other = of_batch.as_ref().or_else(|| read.get(&found.number?));
                    found.because = other.map(|other| explanation(terms, tokenizer, &own, other));
                }
            });
        }
        Ok(())
    }
}

/// What is found in a library that is the batch, as found in the batch.
fn here(nearest: &[Recommendation], places: &HashMap<PaperNumber, usize>) -> Vec<Recommendation> {
    let placed = nearest.iter().filter_map(|found| Some((found, *places.get(&found.number?)?)));
    placed.map(|(found, place)| Recommendation { candidate: Some(place), ..found.clone() }).collect()
}
