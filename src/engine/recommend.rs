//! From questions to ranked papers.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use super::event::Event;
use super::generation::Generation;
use super::prepare::{Prepared, Sentences};
use super::question::{Question, Seed};
use super::recommendation::{FoundPaper, Recommendation};
use super::snapshot::Snapshot;
use crate::library::PaperNumber;
use crate::paper::Paper;
use crate::rank::calibration::FEWEST_PAPERS;
use crate::rank::mmr::mmr;
use crate::rank::recency::lost_to_age;
use crate::rank::sentences::Weighted;
use crate::search::{Candidate, Hit, Shortlist};
use crate::vector::dot;
use crate::{Error, Result};

/// Questions worked on at a time: enough for batches and for both cores, few enough for memory.
const QUESTIONS_AT_ONCE: usize = 64;

/// Papers from which a diverse list is chosen, for each that is asked for, and how many at least.
const DIVERSE_POOL: (usize, usize) = (5, 50);

/// Days in a year, on average.
const DAYS_PER_YEAR: f32 = 365.25;

impl Snapshot<'_> {
    /// Papers by a question, at most `question.top_k`; the seeds, and other papers of exactly their titles, are left out.
    /// Order: score descending, then the paper that was embedded first; with `diversity` as [`mmr`] has it.
    ///
    /// # Errors
    /// [`Error::EmptyText`], [`Error::EmptyLibrary`],
    /// [`Error::NothingEmbedded`]; [`Error::OtherModel`] or what keeps the model from being loaded, if a text has to be
    /// embedded.
    pub fn recommend(&self, question: &Question) -> Result<Vec<Recommendation>> {
        let ranked = self.rank(std::slice::from_ref(question))?.pop().unwrap_or_default();
        self.explained(&ranked, question)
    }

    /// Ranked papers with what there is to say of them, reasons if they were asked for.
    pub(super) fn explained(&self, ranked: &[Hit<FoundPaper>], question: &Question) -> Result<Vec<Recommendation>> {
        let mut found = self.with_papers(ranked, question, &mut HashMap::new())?;
        if question.explain {
            self.explain(question, &mut found)?;
        }
        Ok(found)
    }

    /// As [`recommend`](Self::recommend) for many questions, in their order; papers by their numbers.
    pub fn rank(&self, questions: &[Question]) -> Result<Vec<Vec<Hit<FoundPaper>>>> {
        let indexes = self.generation()?;
        let mut sentences = Sentences::default();
        let mut ranked = Vec::with_capacity(questions.len());
        let mut chunks = questions.chunks(QUESTIONS_AT_ONCE);
        let (mut unread, mut unscored): (Option<Listed>, Option<Read>) = (None, None);
        loop {
            let next = chunks.next().map(|chunk| self.prepare(chunk, indexes, &mut sentences)).transpose()?;
            if next.is_none() && unread.is_none() && unscored.is_none() {
                return Ok(ranked);
            }
            // The database is read on this thread alone: it does so for some questions while the others search for the next
            // and score the last ones.
            let (scored, shortlists, read) = std::thread::scope(|scope| {
                let ready = unscored.take();
                let work = scope.spawn(|| {
                    (ready.map(Read::scored), next.as_deref().map(|next| Prepared::shortlists(next, indexes)))
                });
                let read = unread.take().map(|listed| self.read(listed, indexes, &mut sentences)).transpose();
                let (scored, shortlists) = work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                read.map(|read| (scored, shortlists, read))
            })?;
            for (prepared, scored) in scored.into_iter().flatten() {
                ranked.push(self.finish(&prepared, scored, indexes)?);
            }
            if questions.len() > QUESTIONS_AT_ONCE {
                (self.observer)(Event::Comparing { done: ranked.len() as u64, total: questions.len() as u64 });
            }
            unscored = read;
            unread = next.zip(shortlists).map(|(prepared, shortlists)| Listed { prepared, shortlists });
        }
    }

    /// Reads for each question the sentences of its shortlist's papers, if they are to be compared.
    fn read<'a>(&self, listed: Listed<'a>, indexes: &Generation, sentences: &mut Sentences) -> Result<Read<'a>> {
        let of = |(prepared, shortlist): (&Prepared, &Shortlist)| {
            self.sentences_of_shortlist(prepared, shortlist, indexes, sentences)
        };
        let sentences = listed.prepared.iter().zip(&listed.shortlists).map(of).collect::<Result<_>>()?;
        Ok(Read { listed, sentences })
    }

    fn sentences_of_shortlist(
        &self,
        prepared: &Prepared,
        shortlist: &Shortlist,
        indexes: &Generation,
        sentences: &mut Sentences,
    ) -> Result<Vec<Arc<[Weighted]>>> {
        let of = |candidate: &Candidate| match *candidate {
            _ if !prepared.wants_sentences() => Ok(Arc::default()),
            Candidate::Foreign(at) => Ok(prepared.foreign[at].1.sentences.clone()),
            Candidate::Stored(position) => match indexes.vectors.key(position) {
                Some(number) => sentences.of(self, number, indexes.vectors.dim(), prepared.asked.facet),
                None => Ok(Arc::default()),
            },
        };
        shortlist.candidates.iter().map(of).collect()
    }

    /// Age, diversity, and as many as were asked for.
    fn finish(&self, prepared: &Prepared, mut hits: Vec<Hit>, indexes: &Generation) -> Result<Vec<Hit<FoundPaper>>> {
        let question = prepared.asked;
        if let Some(recency) = question.recency {
            for hit in &mut hits {
                let age = self.age_years(prepared, hit.paper, recency.today, indexes)?;
                hit.parts.age = lost_to_age(hit.score(), age, recency.half_life_years);
            }
            Hit::sort(&mut hits);
        }
        if question.diversity > 0.0 {
            hits = diverse(prepared, hits, indexes);
        }
        hits.truncate(question.top_k);
        let named = |hit: Hit| {
            let paper = match hit.paper {
                Candidate::Foreign(at) => FoundPaper::Given(prepared.foreign[at].0),
                Candidate::Stored(position) => match prepared.places.get(&position) {
                    Some(&place) => FoundPaper::Given(place),
                    None => FoundPaper::Stored(indexes.vectors.key(position)?),
                },
            };
            Some(hit.named(paper))
        };
        Ok(hits.into_iter().filter_map(named).collect())
    }

    fn age_years(&self, prepared: &Prepared, candidate: Candidate, today: Date, indexes: &Generation) -> Result<f32> {
        let date_of = |paper: &Paper| {
            // A year alone: its middle.
            paper.date.or_else(|| Date::new(paper.year?, 7, 1).ok())
        };
        let number = match candidate {
            Candidate::Stored(position) => indexes.vectors.key(position),
            Candidate::Foreign(at) => match prepared.given(prepared.foreign[at].0) {
                Some(Seed::Foreign(paper)) => return Ok(years_between(date_of(paper), today)),
                Some(Seed::Stored(number)) => Some(*number),
                Some(Seed::Text(_)) | None => None,
            },
        };
        let date = number.map(|number| self.paper(number)).transpose()?.and_then(|paper| date_of(&paper));
        Ok(years_between(date, today))
    }

    /// Ranked papers with what there is to say of them; `read` holds those that were read before.
    pub(super) fn with_papers(
        &self,
        ranked: &[Hit<FoundPaper>],
        question: &Question,
        read: &mut HashMap<PaperNumber, Arc<Paper>>,
    ) -> Result<Vec<Recommendation>> {
        let indexes = self.generation()?;
        let calibration = &indexes.calibration;
        let too_small = indexes.vectors.len() < FEWEST_PAPERS;
        let has_several = question.seeds() > 1;
        let mut recommendation = |(place, hit): (usize, &Hit<FoundPaper>)| {
            let Hit { paper, parts, similarity, seed } = *hit;
            let (candidate, seed_given) = match paper {
                FoundPaper::Stored(number) => (None, Seed::Stored(number)),
                FoundPaper::Given(place) => {
                    (Some(place), question.candidates.as_deref().unwrap_or_default()[place].clone())
                }
            };
            let (number, paper) = match seed_given {
                Seed::Stored(number) => match read.get(&number) {
                    Some(paper) => (Some(number), paper.clone()),
                    None => (Some(number), read.entry(number).or_insert(Arc::new(self.paper(number)?)).clone()),
                },
                Seed::Foreign(paper) => (None, Arc::new(*paper)),
                Seed::Text(_) => return Err(Error::InvalidParameter("a text cannot be recommended".to_owned())),
            };
            let percentile = calibration.percentile(similarity);
            let (rank, score) = (place + 1, parts.score());
            Ok(Recommendation {
                rank,
                score,
                parts,
                similarity,
                percentile,
                is_close: too_small || calibration.is_close(similarity),
                seed: has_several.then_some(seed),
                candidate,
                number,
                because: None,
                paper,
            })
        };
        ranked.iter().enumerate().map(&mut recommendation).collect()
    }
}

/// Questions whose papers wait for their sentences.
struct Listed<'a> {
    prepared: Vec<Prepared<'a>>,
    shortlists: Vec<Shortlist>,
}

/// The same with those sentences, by question and candidate.
struct Read<'a> {
    listed: Listed<'a>,
    sentences: Vec<Vec<Arc<[Weighted]>>>,
}

impl<'a> Read<'a> {
    fn scored(self) -> Vec<(Prepared<'a>, Vec<Hit>)> {
        let Listed { prepared, shortlists } = self.listed;
        let scored = |((prepared, shortlist), sentences): ((Prepared<'a>, Shortlist), Vec<Arc<[Weighted]>>)| {
            let scored = shortlist.score(&prepared.question(), &sentences);
            (prepared, scored)
        };
        prepared.into_par_iter().zip(shortlists).zip(self.sentences).map(scored).collect()
    }
}

/// Years from a day to another. A paper without a date is as old as one of last year: neither new nor out of sight.
fn years_between(date: Option<Date>, today: Date) -> f32 {
    date.map_or(1.0, |date| (today - date).get_days() as f32 / DAYS_PER_YEAR)
}

/// Chooses papers that are unlike each other.
fn diverse(prepared: &Prepared, mut scored: Vec<Hit>, indexes: &Generation) -> Vec<Hit> {
    let question = prepared.asked;
    let (for_each, at_least) = DIVERSE_POOL;
    scored.truncate(question.top_k.saturating_mul(for_each).max(at_least));
    let scores: Vec<f32> = scored.iter().map(|scored| scored.score()).collect();
    let vector = |place: usize| match scored[place].paper {
        Candidate::Stored(position) => Some(indexes.vectors.vector(position)),
        Candidate::Foreign(at) => prepared.foreign[at].1.vector.as_ref().map(|vector| vector.as_slice()),
    };
    let similarity = |a: usize, b: usize| vector(a).zip(vector(b)).map_or(0.0, |(a, b)| dot(a, b));
    let chosen = mmr(&scores, 1.0 - question.diversity, question.top_k, similarity);
    chosen.into_iter().map(|place| scored[place]).collect()
}
