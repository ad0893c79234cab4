//! Analyses many papers at once: the nearest papers of the library and of the batch to each, and the batch as a whole.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::answer::Recommendation;
use super::batch_data::{BatchData, BatchItem};
use super::explain::{SentenceTexts, explanation};
use super::question::{Question, Seed};
use super::report::{BatchEntry, Section, Sections, analysis_for};
use super::snapshot::Snapshot;
use crate::Result;
use crate::analysis::{self, Analysis, Cluster, Kinship, LibraryScale, NEARLY_THE_SAME, resemblance};
use crate::lexical::{LexicalIndex, Text, Tokenizer, informative_terms};
use crate::library::{Features, PaperNumber, Verdict, compare};
use crate::paper::Paper;

/// Papers whose nearest are explained at a time, so that few sentences are in memory.
const EXPLAINED_AT_ONCE: usize = 256;

/// Terms in the name of a cluster, at most.
const TERMS: usize = 5;

/// Terms from which the name of a cluster is chosen; those that would name most clusters are left out.
const TERMS_TO_CHOOSE_FROM: usize = 12;

/// Papers that name a cluster: those nearest to its representative. More papers give the same names and take longer.
const NAMED_BY: usize = 100;

/// What to find out about a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchOptions {
    /// How many nearest papers to list for each.
    pub top_k: usize,
    /// Only what these sections of a report show is computed.
    pub sections: Sections,
    /// How many nearest papers to explain for each.
    pub explained: usize,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self { top_k: 10, sections: Section::ALL.into(), explained: 3 }
    }
}

/// An analysed batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The papers, in the order in which they were given.
    pub entries: Vec<BatchEntry>,
    /// The batch as a whole; places are those of `entries`.
    pub analysis: Analysis,
    /// The number of papers of the library with which they were compared.
    pub library_papers: usize,
}

impl Snapshot<'_> {
    /// Analyses papers: the nearest papers of the library to each, as [`recommend`](Self::recommend) ranks them, the nearest
    /// of the batch, and the batch as a whole. Papers that are not in the library are embedded and not kept. Without papers
    /// in the library, only the batch is analysed.
    pub fn batch(&self, items: Vec<BatchItem>, options: &BatchOptions) -> Result<Batch> {
        let has = |section| options.sections.contains(&section);
        let wanted = analysis_for(&options.sections);
        let seeds: Vec<Seed> = items.iter().map(BatchItem::seed).collect();
        let data = self.gather(items)?;
        let indexes = self.indexes_for(&data)?;
        let library_papers = indexes.vectors.len();
        let scale = LibraryScale { calibration: &indexes.calibration, papers: library_papers };
        let papers = data.papers.iter().map(Arc::as_ref).collect();
        let whole = analysis::Batch::new(papers, &data.vectors, options.top_k, (library_papers > 0).then_some(scale));
        let kin = if wanted.pairs { versions_and_duplicates(&whole) } else { Vec::new() };
        // Only this thread reads the database.
        let (analysis, nearest) = std::thread::scope(|scope| {
            let analysis = scope.spawn(|| {
                let mut analysis = whole.analyse(wanted, &kin);
                if !has(Section::Clusters) {
                    analysis.orphans.clear();
                    analysis.bridges.clear();
                }
                name_clusters(&mut analysis.clusters, &whole, &data, indexes.indexes().terms);
                analysis
            });
            let nearest = match has(Section::Nearest) && library_papers > 0 {
                true => self.nearest(&seeds, &data, options.top_k),
                false => Ok(vec![Vec::new(); seeds.len()]),
            };
            let analysis = analysis.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            nearest.map(|nearest| (analysis, nearest))
        })?;
        let meaning = |similarity: f32| (whole.percentile(similarity), whole.is_close(similarity));
        let is_whole = has(Section::Nearest) && data.is_whole(library_papers);
        let within = match has(Section::Within) && !is_whole {
            true => data.rank_within(&whole.nearest, options.top_k, &meaning),
            false => vec![Vec::new(); seeds.len()],
        };
        let mut entries: Vec<BatchEntry> = data
            .papers
            .iter()
            .zip(&data.numbers)
            .zip(nearest.into_iter().zip(within))
            .map(|((paper, number), (nearest, within))| {
                let paper = paper.as_ref().clone();
                BatchEntry { paper, in_library: number.is_some(), nearest, within }
            })
            .collect();
        self.explain_batch(&mut entries, &data, options.explained)?;
        if has(Section::Within) && is_whole {
            let places = data.places();
            entries.iter_mut().for_each(|entry| entry.within = here(&entry.nearest, &places));
        }
        Ok(Batch { entries, analysis, library_papers })
    }

    /// The nearest papers of the library to each seed.
    fn nearest(&self, seeds: &[Seed], data: &BatchData, top_k: usize) -> Result<Vec<Vec<Recommendation>>> {
        let question = |seed: &Seed| Question { liked: vec![seed.clone()], top_k, ..Question::default() };
        let questions: Vec<Question> = seeds.iter().map(question).collect();
        let ranked = self.rank(&questions)?;
        let of_batch = data.numbers.iter().zip(&data.papers);
        let mut read: HashMap<PaperNumber, Arc<Paper>> =
            of_batch.filter_map(|(number, paper)| Some(((*number)?, paper.clone()))).collect();
        let found = questions.iter().zip(&ranked);
        found.map(|(question, ranked)| self.with_papers(ranked, question, &mut read)).collect()
    }

    /// Explains the first `explained` of each paper's nearest.
    fn explain_batch(&self, entries: &mut [BatchEntry], data: &BatchData, explained: usize) -> Result<()> {
        let terms = self.indexes_for(data)?.indexes().terms;
        let places = data.places();
        for (chunk, entries) in entries.chunks_mut(EXPLAINED_AT_ONCE).enumerate() {
            // Papers of the library that are not in the batch.
            let mut read: HashMap<PaperNumber, SentenceTexts> = HashMap::new();
            for found in entries.iter().flat_map(|entry| entry.nearest.iter().take(explained)) {
                if let Some(number) = found.number.filter(|number| !places.contains_key(number))
                    && !read.contains_key(&number)
                {
                    read.insert(
                        number,
                        SentenceTexts::new(found.paper.as_ref().into(), self.library.sentences(number)?),
                    );
                }
            }
            entries.par_iter_mut().enumerate().for_each_init(Tokenizer::default, |tokenizer, (at, entry)| {
                let own = data.sentence_texts(chunk * EXPLAINED_AT_ONCE + at);
                let nearest = entry.nearest.iter_mut().take(explained);
                for found in nearest.chain(entry.within.iter_mut().take(explained)) {
                    let place = found.candidate.or_else(|| places.get(&found.number?).copied());
                    let of_batch = place.map(|place| data.sentence_texts(place));
                    let other = of_batch.as_ref().or_else(|| read.get(&found.number?));
                    found.because = other.map(|other| explanation(terms, tokenizer, &own, other));
                }
            });
        }
        Ok(())
    }
}

/// Papers found in a library that is the batch, as papers of the batch.
fn here(nearest: &[Recommendation], places: &HashMap<PaperNumber, usize>) -> Vec<Recommendation> {
    let placed = nearest.iter().filter_map(|found| Some((found, *places.get(&found.number?)?)));
    placed.map(|(found, place)| Recommendation { candidate: Some(place), ..found.clone() }).collect()
}

/// The pairs of a batch that are versions of one work, as libraries decide it, or nearly the same text.
fn versions_and_duplicates(batch: &analysis::Batch) -> Vec<([usize; 2], Kinship)> {
    let mut features: HashMap<usize, Features> = HashMap::new();
    let mut kin = Vec::new();
    for papers @ [a, b] in batch.lookalikes() {
        for place in papers {
            features.entry(place).or_insert_with(|| Features::of(batch.papers[place]));
        }
        if let Verdict::Same(_) = compare(&features[&a], &features[&b]) {
            kin.push((papers, Kinship::Versions));
        } else if resemblance(batch.papers[a], batch.papers[b]) >= NEARLY_THE_SAME {
            kin.push((papers, Kinship::NearDuplicate));
        }
    }
    kin
}

/// Names clusters by terms that their papers share and that are rare in the library.
fn name_clusters(clusters: &mut [Cluster], batch: &analysis::Batch, data: &BatchData, terms: &LexicalIndex) {
    let terms: Vec<Vec<String>> = clusters
        .par_iter()
        .map(|cluster| {
            let mut papers = cluster.papers.clone();
            let nearness = |place: usize| batch.similarity(cluster.representative, place);
            papers.sort_by(|&a, &b| nearness(b).total_cmp(&nearness(a)));
            let papers = papers.iter().take(NAMED_BY).map(|&place| &data.papers[place]);
            let texts: Vec<Text> = papers.map(|paper| (paper.title.clone(), paper.abstract_text.clone())).collect();
            informative_terms(terms, &texts, TERMS_TO_CHOOSE_FROM).into_iter().map(|term| term.text).collect()
        })
        .collect();
    // A term that would name most clusters is the subject of the whole batch.
    let mut uses: HashMap<String, usize> = HashMap::new();
    terms.iter().flatten().for_each(|term| *uses.entry(term.to_lowercase()).or_default() += 1);
    let is_specific = |term: &String| clusters.len() < 3 || uses[&term.to_lowercase()] * 2 <= clusters.len();
    let chosen: Vec<Vec<String>> =
        terms.into_iter().map(|terms| terms.into_iter().filter(is_specific).take(TERMS).collect()).collect();
    clusters.iter_mut().zip(chosen).for_each(|(cluster, terms)| cluster.terms = terms);
}
