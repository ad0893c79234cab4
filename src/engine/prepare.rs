//! Makes the probes of questions. A probe has the vector, sentences and terms of one seed, disliked paper, candidate or
//! text. Papers are then compared with the probes.

use std::collections::HashMap;

use rayon::prelude::*;

use super::generation::Generation;
use super::question::{Question, Seed};
use super::snapshot::Snapshot;
use crate::embed::Side;
use crate::index::{Neighbor, Scope};
use crate::lexical::{Document, Language, Tokenizer};
use crate::library::PaperNumber;
use crate::rank::facets::Facet;
use crate::rank::{Ranker, Weights};
use crate::search::{self, AllowedPapers, Candidate, Content, Probe, SearchTask, Shortlist, Words, search_jointly};
use crate::vector::{ByteEmbedding, Embedded, Embedding};
use crate::{Error, Result};

/// A question with its probes.
pub(super) struct Prepared<'q> {
    pub question: &'q Question,
    liked: Vec<Probe>,
    text: Option<Probe>,
    disliked: Vec<Probe>,
    /// The papers that may be found.
    admitted: AllowedPapers,
    /// The candidates to rank. Without these, the library is searched.
    candidates: Option<Vec<Candidate>>,
    /// Maps the positions of candidates in the indexes to their places in the list of candidates.
    pub places: HashMap<u32, usize>,
    /// The candidates that are not in `places`, each with its place in the list.
    pub foreign: Vec<(usize, Probe)>,
}

impl Prepared<'_> {
    pub fn probes(&self) -> search::Question<'_> {
        search::Question {
            liked: &self.liked,
            text: self.text.as_ref(),
            disliked: &self.disliked,
            ranker: self.question.ranker,
            scope: if self.question.exact { Scope::Exact } else { Scope::Fast },
        }
    }

    /// Whether the sentences of the shortlist are compared.
    pub fn compares_sentences(&self) -> bool {
        uses_sentences(self.question.ranker)
    }

    /// Whether papers are compared with a single one. Only then do results support each other: for texts and for
    /// several seeds, support does not help.
    pub fn has_one_seed_alone(&self) -> bool {
        self.liked.len() == 1 && self.text.is_none() && self.disliked.is_empty()
    }

    fn search(&self) -> SearchTask<'_> {
        SearchTask { question: self.probes(), admitted: &self.admitted, top_k: self.question.top_k }
    }

    /// The shortlist of each question.
    pub fn shortlists(prepared: &[Self], indexes: &Generation) -> Vec<Shortlist> {
        let searches = prepared.iter().map(|prepared| prepared.candidates.is_none().then(|| prepared.search()));
        let near = search_jointly(indexes.indexes(), &searches.collect::<Vec<_>>());
        prepared.par_iter().zip(near).map(|(prepared, near)| prepared.shortlist(indexes, near)).collect()
    }

    fn shortlist(&self, indexes: &Generation, near: Option<Vec<Vec<Neighbor>>>) -> Shortlist {
        match &self.candidates {
            Some(candidates) => {
                let foreign: Vec<&Probe> = self.foreign.iter().map(|(_, probe)| probe).collect();
                Shortlist::of(indexes.indexes(), &self.probes(), candidates.clone(), &foreign)
            }
            None => Shortlist::find(indexes.indexes(), self.search(), near),
        }
    }
}

/// A cache of what papers say, read from the database, since many questions need the same papers.
#[derive(Default)]
pub(super) struct ContentCache {
    papers: HashMap<(PaperNumber, Option<Facet>), Content>,
    sentences: usize,
    tokenizer: Tokenizer,
}

impl ContentCache {
    /// The cache is emptied when it has this many sentences, which take 400 MiB at 384 dimensions.
    const MAX_SENTENCES: usize = 1 << 20;

    /// Returns what a stored paper says, and with a facet, what it says about the facet.
    pub fn read(&mut self, snapshot: &Snapshot, number: PaperNumber, facet: Option<Facet>) -> Result<Content> {
        if let Some(content) = self.papers.get(&(number, facet)) {
            return Ok(content.clone());
        }
        if self.sentences >= Self::MAX_SENTENCES {
            *self = Self::default();
        }
        let (mut stored, dim) = (Vec::new(), snapshot.generation()?.vectors.dim());
        snapshot.library.read_sentences([number], dim, |sentences| stored = sentences)?;
        // With a facet, sentences are kept twice.
        self.sentences += stored.len() * if facet.is_some() { 2 } else { 1 };
        let text = || {
            let indexes = snapshot.generation()?;
            let language = indexes.vectors.position(number).map(|position| indexes.indexes().terms.language(position));
            Ok((snapshot.text_of(&Seed::Stored(number))?, language.unwrap_or(Language::English)))
        };
        let content = snapshot.content(stored, facet, text, &mut self.tokenizer)?;
        self.papers.insert((number, facet), content.clone());
        Ok(content)
    }
}

impl Snapshot<'_> {
    /// Makes the probes of questions. The texts of all questions are embedded together.
    pub(super) fn prepare<'q>(
        &self,
        questions: &'q [Question],
        indexes: &Generation,
        cache: &mut ContentCache,
    ) -> Result<Vec<Prepared<'q>>> {
        let with_vectors = || questions.iter().filter(|question| uses_vectors(question.ranker));
        let seeds = with_vectors().flat_map(Question::named_seeds).filter(|seed| indexes.position_of(seed).is_none());
        self.embed(Side::Paper, seeds.map(|seed| Ok(self.text_of(seed)?.text)).collect::<Result<_>>()?)?;
        self.embed(Side::Query, with_vectors().filter_map(|question| question.text.clone()).collect())?;
        let mut prober = Prober { snapshot: self, indexes, cache, tokenizer: Tokenizer::default() };
        questions.iter().map(|question| prober.prepare(question)).collect()
    }

    /// The papers that a question may find. They meet its conditions and are not excluded. Liked and disliked papers
    /// are left out, and so are papers with their titles, which are other versions. Candidates are ranked without these
    /// restrictions.
    fn admitted(&self, question: &Question, indexes: &Generation) -> Result<AllowedPapers> {
        let mut admitted = indexes.everything.clone();
        if question.candidates.is_some() {
            return Ok(admitted);
        }
        if let Some(among) = &question.among {
            admitted.retain(|position| indexes.vectors.key(position).is_some_and(|number| among.contains(&number)));
        }
        let mut reject = |number: PaperNumber| {
            if let Some(position) = indexes.vectors.position(number) {
                admitted.reject(position);
            }
        };
        question.excluded.iter().copied().for_each(&mut reject);
        for seed in question.liked.iter().chain(&question.disliked) {
            let title_key = match seed {
                Seed::Stored(number) => {
                    reject(*number);
                    self.paper(*number)?.title_key()
                }
                Seed::Foreign(paper) => paper.title_key(),
                Seed::Text(_) => continue,
            };
            self.library.papers_titled(&title_key)?.into_iter().for_each(&mut reject);
        }
        Ok(admitted)
    }
}

/// Makes probes.
struct Prober<'a> {
    snapshot: &'a Snapshot<'a>,
    indexes: &'a Generation,
    cache: &'a mut ContentCache,
    tokenizer: Tokenizer,
}

impl Prober<'_> {
    fn prepare<'q>(&mut self, question: &'q Question) -> Result<Prepared<'q>> {
        check_facet(question)?;
        let liked = question.liked.iter().map(|seed| self.seed(seed, question)).collect::<Result<_>>()?;
        let disliked = question.disliked.iter().map(|seed| self.seed(seed, question)).collect::<Result<_>>()?;
        let (mut places, mut foreign, mut candidates) = (HashMap::new(), Vec::new(), Vec::new());
        for (place, seed) in question.candidates.iter().flatten().enumerate() {
            match self.indexes.position_of(seed) {
                Some(position) if !places.contains_key(&position) => {
                    places.insert(position, place);
                    candidates.push(Candidate::Stored(position));
                }
                // A paper that is listed twice is ranked twice, so it needs its own probe.
                _ => {
                    candidates.push(Candidate::Foreign(foreign.len()));
                    foreign.push((place, self.seed(seed, question)?));
                }
            }
        }
        let candidates = question.candidates.is_some().then_some(candidates);
        let text = question.text.as_deref().map(|text| self.text(text, question)).transpose()?;
        let admitted = self.snapshot.admitted(question, self.indexes)?;
        Ok(Prepared { question, liked, text, disliked, admitted, candidates, places, foreign })
    }

    fn seed(&mut self, seed: &Seed, question: &Question) -> Result<Probe> {
        let text = self.snapshot.text_of(seed)?;
        let document = self.tokenizer.document(&text.title, text.abstract_text.as_deref());
        if let (Seed::Stored(number), Some(position)) = (seed, self.indexes.position_of(seed)) {
            let vector = Embedding::new(self.indexes.vectors.vector(position).to_vec())?;
            let document = if question.ranker == Ranker::Vector { Document::default() } else { document };
            let content = match uses_sentences(question.ranker) {
                true => self.cache.read(self.snapshot, *number, question.facet)?,
                false => Content::default(),
            };
            return Ok(Probe { vector: Some(vector), content, whole: None, words: Words::Paper(document) });
        }
        let words = Words::Paper(document);
        if !uses_vectors(question.ranker) {
            return Ok(Probe { vector: None, content: Content::default(), whole: None, words });
        }
        let Embedded { vector, sentences } = self.snapshot.embedded(Side::Paper, &text.text)?;
        let with_language = || {
            let language = Language::of(&[&text.title, text.abstract_text.as_deref().unwrap_or_default()]);
            Ok((text, language))
        };
        let content = self.snapshot.content(sentences, question.facet, with_language, &mut self.tokenizer)?;
        Ok(Probe { vector: Some(vector), content, whole: None, words })
    }

    fn text(&mut self, text: &str, question: &Question) -> Result<Probe> {
        if text.trim().is_empty() {
            return Err(Error::EmptyText);
        }
        // If the question also has liked seeds, the text is compared in the same way as a paper.
        let words = match question.liked.is_empty() {
            true => Words::Question(self.indexes.indexes().terms.question_words(&mut self.tokenizer, text)),
            false => Words::Paper(self.tokenizer.document("", Some(text))),
        };
        if !uses_vectors(question.ranker) {
            return Ok(Probe { vector: None, content: Content::default(), whole: None, words });
        }
        let Embedded { vector, sentences } = self.snapshot.embedded(Side::Query, text)?;
        let whole = question.liked.is_empty().then(|| ByteEmbedding::new(vector.as_slice())).transpose()?;
        let sentences = sentences.into_iter().map(|sentence| sentence.vector.into()).collect();
        let content = Content { sentences, facet: None };
        Ok(Probe { vector: Some(vector), content, whole, words })
    }
}

fn uses_vectors(ranker: Ranker) -> bool {
    ranker != Ranker::Lexical
}

/// Whether papers are compared by the vectors of their sentences, too.
fn uses_sentences(ranker: Ranker) -> bool {
    Weights::PAPER.of(ranker).sentences > 0.0
}

/// Checks that a question with a facet has a liked paper and a ranker that compares sentences.
fn check_facet(question: &Question) -> Result<()> {
    let Some(facet) = question.facet else { return Ok(()) };
    let reason = match question.ranker {
        _ if question.liked.is_empty() => "compares papers with papers, but the request has no paper; add one",
        ranker if uses_sentences(ranker) => return Ok(()),
        _ => "compares sentences, but this ranker does not use sentences; use the hybrid ranker",
    };
    Err(Error::InvalidParameter(format!("the facet {:?} {reason}", facet.name())))
}
