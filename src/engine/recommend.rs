//! Ranks papers for questions: makes shortlists, scores them, and orders the results.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use super::answer::Recommendation;
use super::event::Event;
use super::generation::Generation;
use super::prepare::{ContentCache, Prepared};
use super::question::{FoundPaper, Question, Recency, Seed};
use super::snapshot::Snapshot;
use crate::library::PaperNumber;
use crate::paper::Paper;
use crate::rank::calibration::FEWEST_PAPERS;
use crate::rank::mmr::mmr;
use crate::rank::recency::lost_to_age;
use crate::rank::{Parts, Ranker};
use crate::search::{Candidate, Content, Hit, Shortlist, add_support};
use crate::vector::dot;
use crate::{Error, Result};

/// The number of questions processed at a time: large enough for batches and all cores, small enough for memory.
const QUESTIONS_AT_ONCE: usize = 64;

/// The number of best papers from which a diverse list is chosen: five for each requested paper, and at least 50.
const DIVERSE_POOL: (usize, usize) = (5, 50);

/// Days in a year, on average.
const DAYS_PER_YEAR: f32 = 365.25;

impl Snapshot<'_> {
    /// Returns the papers that answer a question, at most `question.top_k`, without its seeds and other papers with
    /// exactly their titles. Order: score descending, then the paper that was embedded first; with `diversity`, the
    /// order of [`mmr`].
    ///
    /// # Errors
    /// [`Error::EmptyText`], [`Error::EmptyLibrary`], [`Error::NothingEmbedded`]; if a text has to be embedded,
    /// [`Error::OtherModel`] or an error of loading the model.
    pub fn recommend(&self, question: &Question) -> Result<Vec<Recommendation>> {
        let ranked = self.rank(std::slice::from_ref(question))?.pop().unwrap_or_default();
        self.explained(&ranked, question)
    }

    /// The newest papers that a question admits, at most `question.top_k`. Nothing is compared, so their scores are 0.
    pub(super) fn newest(&self, question: &Question) -> Result<Vec<Recommendation>> {
        let mut admitted = match &question.among {
            Some(among) => among.as_ref().clone(),
            None => self.generation()?.numbers().collect(),
        };
        admitted.retain(|number| !question.excluded.contains(number));
        let hit = |number| Hit { paper: FoundPaper::Stored(number), parts: Parts::default(), similarity: 0.0, seed: 0 };
        let newest: Vec<_> = self.library.newest(&admitted, question.top_k)?.into_iter().map(hit).collect();
        self.with_papers(&newest, question, &mut HashMap::new())
    }

    /// Makes recommendations of hits, and explains them if `question.explain` is true.
    pub(super) fn explained(&self, hits: &[Hit<FoundPaper>], question: &Question) -> Result<Vec<Recommendation>> {
        let mut found = self.with_papers(hits, question, &mut HashMap::new())?;
        if question.explain {
            self.explain(question, self.generation()?, &mut found)?;
        }
        Ok(found)
    }

    /// Ranks papers for many questions, as [`recommend`](Self::recommend) does for one. Returns the hits of each
    /// question, in the order of the questions.
    pub fn rank(&self, questions: &[Question]) -> Result<Vec<Vec<Hit<FoundPaper>>>> {
        let indexes = self.generation()?;
        let questions = &*self.readable(questions)?;
        let mut cache = ContentCache::default();
        let mut ranked = Vec::with_capacity(questions.len());
        let mut chunks = questions.chunks(QUESTIONS_AT_ONCE);
        let (mut shortlisted, mut readied): (Option<Chunk>, Option<Chunk>) = (None, None);
        loop {
            let next = chunks.next().map(|chunk| self.prepare(chunk, indexes, &mut cache)).transpose()?;
            if next.is_none() && shortlisted.is_none() && readied.is_none() {
                return Ok(ranked);
            }
            // Only this thread reads the database. Meanwhile, other threads search for the next questions and score the
            // previous ones.
            let (scored, next, read) = std::thread::scope(|scope| {
                let ready = readied.take();
                let work = scope.spawn(|| (ready.map(Chunk::score), next.map(|next| Chunk::new(next, indexes))));
                let read = shortlisted.take().map(|chunk| self.read(chunk, indexes, &mut cache)).transpose();
                let (scored, next) = work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                read.map(|read| (scored, next, read))
            })?;
            for (prepared, scored) in scored.into_iter().flatten() {
                ranked.push(self.ordered(&prepared, scored, indexes)?);
            }
            if questions.len() > QUESTIONS_AT_ONCE {
                self.forget_embedded_questions();
                (self.observer)(Event::Comparing { done: ranked.len() as u64, total: questions.len() as u64 });
            }
            (shortlisted, readied) = (next, read);
        }
    }

    /// Reads the sentences of shortlisted papers, if they are compared.
    fn read<'q>(&self, mut chunk: Chunk<'q>, indexes: &Generation, cache: &mut ContentCache) -> Result<Chunk<'q>> {
        for (prepared, shortlist) in chunk.prepared.iter().zip(&chunk.shortlists) {
            let read = |candidate: &Candidate| match *candidate {
                _ if !prepared.compares_sentences() => Ok(Content::default()),
                Candidate::Foreign(at) => Ok(prepared.foreign[at].1.content.clone()),
                Candidate::Stored(position) => match indexes.vectors.key(position) {
                    Some(number) => cache.read(self, number, prepared.question.facet),
                    None => Ok(Content::default()),
                },
            };
            chunk.contents.push(shortlist.candidates.iter().map(read).collect::<Result<_>>()?);
        }
        Ok(chunk)
    }

    /// Applies age and diversity, and keeps the first `top_k` papers.
    fn ordered(&self, prepared: &Prepared, mut hits: Vec<Hit>, indexes: &Generation) -> Result<Vec<Hit<FoundPaper>>> {
        let question = prepared.question;
        let found = |candidate| match candidate {
            Candidate::Foreign(at) => Some(FoundPaper::Given(prepared.foreign[at].0)),
            Candidate::Stored(position) => match prepared.places.get(&position) {
                Some(&place) => Some(FoundPaper::Given(place)),
                None => indexes.vectors.key(position).map(FoundPaper::Stored),
            },
        };
        let vector_of = |candidate| match candidate {
            Candidate::Stored(position) => Some(indexes.vectors.vector(position)),
            Candidate::Foreign(at) => prepared.foreign[at].1.vector.as_ref().map(|vector| vector.as_slice()),
        };
        if question.ranker == Ranker::Lexical && question.candidates.is_none() {
            hits.retain(|hit| hit.parts.terms > 0.0);
        }
        if prepared.has_one_seed_alone() {
            add_support(&mut hits, vector_of);
        }
        if let Some(Recency { half_life_years, today }) = question.recency {
            for hit in &mut hits {
                let seed = found(hit.paper).map(|found| question.seed_of(found));
                let age = years_between(seed.map_or(Ok(None), |seed| self.date_of(&seed))?, today);
                hit.parts.age = lost_to_age(hit.score(), age, half_life_years);
            }
            Hit::sort(&mut hits);
        }
        if question.diversity > 0.0 {
            let (for_each, at_least) = DIVERSE_POOL;
            hits.truncate(question.top_k.saturating_mul(for_each).max(at_least));
            hits = diverse(&hits, question, vector_of);
        }
        hits.truncate(question.top_k);
        Ok(hits.into_iter().filter_map(|hit| Some(hit.named(found(hit.paper)?))).collect())
    }

    /// The date of a paper. If only its year is known, 1 July of that year.
    fn date_of(&self, seed: &Seed) -> Result<Option<Date>> {
        let date_of = |paper: &Paper| paper.date.or_else(|| Date::new(paper.year?, 7, 1).ok());
        Ok(match seed {
            Seed::Stored(number) => date_of(&self.paper(*number)?),
            Seed::Foreign(paper) => date_of(paper),
            Seed::Text(_) => None,
        })
    }

    /// Makes recommendations of hits. `read` is a cache of the papers that were read.
    pub(super) fn with_papers(
        &self,
        hits: &[Hit<FoundPaper>],
        question: &Question,
        read: &mut HashMap<PaperNumber, Arc<Paper>>,
    ) -> Result<Vec<Recommendation>> {
        let indexes = self.generation()?;
        let calibration = &indexes.calibration;
        let too_small = indexes.vectors.len() < FEWEST_PAPERS;
        let has_several = question.seeds() > 1;
        let mut recommendation = |(place, hit): (usize, &Hit<FoundPaper>)| {
            let Hit { paper: found, parts, similarity, seed } = *hit;
            let (number, paper) = match question.seed_of(found) {
                Seed::Stored(number) => match read.get(&number) {
                    Some(paper) => (Some(number), paper.clone()),
                    None => (Some(number), read.entry(number).or_insert(Arc::new(self.paper(number)?)).clone()),
                },
                Seed::Foreign(paper) => (None, Arc::new(*paper)),
                Seed::Text(_) => return Err(Error::InvalidParameter("a text cannot be recommended".to_owned())),
            };
            Ok(Recommendation {
                rank: place + 1,
                score: parts.score(),
                parts,
                similarity,
                percentile: calibration.percentile(similarity),
                is_close: too_small || calibration.is_close(similarity),
                seed: has_several.then_some(seed),
                candidate: if let FoundPaper::Given(place) = found { Some(place) } else { None },
                number,
                because: None,
                paper,
                reason: None,
            })
        };
        hits.iter().enumerate().map(&mut recommendation).collect()
    }
}

/// Questions that pass through the steps of ranking together.
struct Chunk<'q> {
    prepared: Vec<Prepared<'q>>,
    shortlists: Vec<Shortlist>,
    /// The content of each candidate of each question.
    contents: Vec<Vec<Content>>,
}

impl<'q> Chunk<'q> {
    fn new(prepared: Vec<Prepared<'q>>, indexes: &Generation) -> Self {
        let shortlists = Prepared::shortlists(&prepared, indexes);
        Self { prepared, shortlists, contents: Vec::new() }
    }

    fn score(self) -> Vec<(Prepared<'q>, Vec<Hit>)> {
        let scored = |((prepared, shortlist), contents): ((Prepared<'q>, Shortlist), Vec<Content>)| {
            let scored = shortlist.score(&prepared.probes(), &contents);
            (prepared, scored)
        };
        self.prepared.into_par_iter().zip(self.shortlists).zip(self.contents).map(scored).collect()
    }
}

/// Years from `date` to `today`. A paper without a date counts as one year old, neither new nor old.
fn years_between(date: Option<Date>, today: Date) -> f32 {
    date.map_or(1.0, |date| (today - date).get_days() as f32 / DAYS_PER_YEAR)
}

/// Chooses `top_k` hits whose papers differ from each other, by [`mmr`].
pub(super) fn diverse<'v, P: Copy>(
    hits: &[Hit<P>],
    question: &Question,
    vector: impl Fn(P) -> Option<&'v [f32]>,
) -> Vec<Hit<P>> {
    let scores: Vec<f32> = hits.iter().map(Hit::score).collect();
    let similarity =
        |a: usize, b: usize| vector(hits[a].paper).zip(vector(hits[b].paper)).map_or(0.0, |(a, b)| dot(a, b));
    let chosen = mmr(&scores, 1.0 - question.diversity, question.top_k, similarity);
    chosen.into_iter().map(|place| hits[place]).collect()
}
