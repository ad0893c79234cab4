//! Makes reports on a batch of papers: for each paper, the nearest papers of the library and of the batch; then an
//! analysis of the whole batch.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::answer::Recommendation;
use super::batch_data::{BatchData, BatchItem};
use super::question::{Question, Seed};
use super::report::{BatchEntry, Report};
use super::report_request::ReportRequest;
use super::snapshot::Snapshot;
use crate::Result;
use crate::analysis::{Batch, Cluster, LibraryScale, NEAR_DUPLICATE, Relation, Section, resemblance};
use crate::lexical::{LexicalIndex, Text, informative_terms};
use crate::library::{Features, PaperNumber, Verdict, compare};
use crate::paper::Paper;

/// A report on more papers than this explains one nearest paper for each instead of three. Otherwise most of the report
/// would be reasons.
const FEW_REASONS_ABOVE: usize = 500;

/// The maximum number of terms in the name of a cluster.
const TERMS: usize = 5;

/// The number of terms from which the name of a cluster is chosen. Terms that would name most clusters are left out.
const TERMS_TO_CHOOSE_FROM: usize = 12;

/// The number of papers whose terms name a cluster: those nearest to its representative. More papers give the same
/// names and take longer.
const NAMED_BY: usize = 100;

impl Snapshot<'_> {
    /// Makes a report on papers. For each paper, it has the nearest papers of the library, as
    /// [`recommend`](Self::recommend) ranks them, and the nearest papers of the batch. It also has an analysis of the
    /// whole batch. If no paper of the library can be searched, the report is about the batch alone. Only the requested
    /// sections are computed.
    pub fn report(&self, items: Vec<BatchItem>, request: &ReportRequest) -> Result<Report> {
        let (mut sections, top_k) = (request.sections.clone(), request.top_k);
        let title = request.title.clone().unwrap_or_else(|| request.heading(items.len()));
        let explained = request.reasons.unwrap_or(if items.len() > FEW_REASONS_ABOVE { 1 } else { 3 });
        let seeds: Vec<Seed> = items.iter().map(BatchItem::seed).collect();
        let data = self.gather(items)?;
        let indexes = self.indexes_for(&data)?;
        let terms = indexes.indexes().terms;
        let library_papers = indexes.vectors.len();
        if library_papers == 0 {
            sections.remove(&Section::Nearest);
        }
        let has = |section| sections.contains(&section);
        let scale = LibraryScale { calibration: &indexes.calibration, papers: library_papers };
        let papers = data.items.iter().map(|item| item.paper.as_ref()).collect();
        let batch = Batch::new(papers, &data.vectors, top_k, (library_papers > 0).then_some(scale));
        let related_pairs = if has(Section::Pairs) { versions_and_duplicates(&batch) } else { Vec::new() };
        let question = |seed: Seed| Question { liked: vec![seed], top_k, ..Question::default() };
        let questions: Vec<Question> = seeds.into_iter().map(question).collect();
        // Only this thread reads the database.
        let (analysis, nearest) = std::thread::scope(|scope| {
            let analysis = scope.spawn(|| {
                let mut analysis = batch.analyse(&sections, &related_pairs);
                name_clusters(&mut analysis.clusters, &batch, terms);
                analysis
            });
            let nearest = match has(Section::Nearest) {
                true => self.nearest(&questions, &data),
                false => Ok(vec![Vec::new(); questions.len()]),
            };
            let analysis = analysis.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            nearest.map(|nearest| (analysis, nearest))
        })?;
        let meaning = |similarity: f32| (batch.percentile(similarity), batch.is_close(similarity));
        let is_whole = has(Section::Nearest) && data.is_whole(library_papers);
        let within = match has(Section::Within) && !is_whole {
            true => data.rank_within(&batch.nearest, top_k, &meaning),
            false => vec![Vec::new(); questions.len()],
        };
        let places = data.places();
        let mut entries = Vec::with_capacity(questions.len());
        for (((item, question), mut nearest), mut within) in data.items.iter().zip(&questions).zip(nearest).zip(within)
        {
            for found in [&mut nearest, &mut within] {
                let explained = explained.min(found.len());
                self.explain(question, indexes, &mut found[..explained])?;
            }
            if has(Section::Within) && is_whole {
                within = as_in_batch(&nearest, &places);
            }
            let (paper, in_library) = (item.paper.as_ref().clone(), item.number.is_some());
            entries.push(BatchEntry { paper, in_library, nearest, within });
        }
        let model = match self.library().model()? {
            Some(model) => model.name,
            // The library has no vectors yet, so the papers of the batch were embedded by the engine's model.
            None => self.embedder()?.identity().name.clone(),
        };
        let (library_papers, made_at) = (self.library().count()?, jiff::Zoned::now().date().to_string());
        Ok(Report { title, library_papers, model, top_k, made_at, sections, entries, analysis })
    }

    /// The nearest papers of the library to each paper of a batch.
    fn nearest(&self, questions: &[Question], data: &BatchData) -> Result<Vec<Vec<Recommendation>>> {
        let ranked = self.rank(questions)?;
        let of_batch = data.items.iter().filter_map(|item| Some((item.number?, item.paper.clone())));
        let mut read: HashMap<PaperNumber, Arc<Paper>> = of_batch.collect();
        let found = questions.iter().zip(&ranked);
        found.map(|(question, ranked)| self.with_papers(ranked, question, &mut read)).collect()
    }
}

/// Converts papers found in the library to papers of the batch, for a batch that is the whole library.
fn as_in_batch(nearest: &[Recommendation], places: &HashMap<PaperNumber, usize>) -> Vec<Recommendation> {
    let placed = nearest.iter().filter_map(|found| Some((found, *places.get(&found.number?)?)));
    placed.map(|(found, place)| Recommendation { candidate: Some(place), ..found.clone() }).collect()
}

/// Returns the pairs of a batch that are versions of one work, by the rules of the library, or have nearly the same
/// text.
fn versions_and_duplicates(batch: &Batch) -> Vec<([usize; 2], Relation)> {
    let mut features: HashMap<usize, Features> = HashMap::new();
    let mut related_pairs = Vec::new();
    for papers @ [a, b] in batch.duplicate_candidates() {
        for place in papers {
            features.entry(place).or_insert_with(|| Features::of(batch.papers[place]));
        }
        if let Verdict::Same(_) = compare(&features[&a], &features[&b]) {
            related_pairs.push((papers, Relation::Versions));
        } else if resemblance(batch.papers[a], batch.papers[b]) >= NEAR_DUPLICATE {
            related_pairs.push((papers, Relation::NearDuplicate));
        }
    }
    related_pairs
}

/// Names each cluster by terms that its papers share and that are rare in the library.
fn name_clusters(clusters: &mut [Cluster], batch: &Batch, terms: &LexicalIndex) {
    let terms: Vec<Vec<String>> = clusters
        .par_iter()
        .map(|cluster| {
            let mut papers = cluster.papers.clone();
            let nearness = |place: usize| batch.similarity(cluster.representative, place);
            papers.sort_by(|&a, &b| nearness(b).total_cmp(&nearness(a)));
            let papers = papers.iter().take(NAMED_BY).map(|&place| batch.papers[place]);
            let texts: Vec<Text> = papers.map(|paper| (paper.title.clone(), paper.abstract_text.clone())).collect();
            informative_terms(terms, &texts, TERMS_TO_CHOOSE_FROM).into_iter().map(|term| term.text).collect()
        })
        .collect();
    // A term that would name most clusters describes the whole batch, so it is left out.
    let mut uses: HashMap<String, usize> = HashMap::new();
    terms.iter().flatten().for_each(|term| *uses.entry(term.to_lowercase()).or_default() += 1);
    let is_specific = |term: &String| clusters.len() < 3 || uses[&term.to_lowercase()] * 2 <= clusters.len();
    let chosen: Vec<Vec<String>> =
        terms.into_iter().map(|terms| terms.into_iter().filter(is_specific).take(TERMS).collect()).collect();
    clusters.iter_mut().zip(chosen).for_each(|(cluster, terms)| cluster.terms = terms);
}
