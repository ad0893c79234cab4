//! From questions to what is compared: vectors, sentences and terms of everything that was named.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use rayon::prelude::*;

use super::event::Event;
use super::generation::Generation;
use super::question::{Question, Seed};
use super::snapshot::Snapshot;
use crate::embed::Side;
use crate::index::{Neighbor, Scope};
use crate::lexical::{Document, Tokenizer};
use crate::library::PaperNumber;
use crate::rank::facets::Facet;
use crate::rank::sentences::Weighted;
use crate::rank::{Ranker, Weights};
use crate::search::{self, Admitted, Asked, Candidate, Probe, Shortlist, Words, near_together};
use crate::vector::{Embedded, Embedding, SentenceVector};
use crate::{Error, Result};

/// A question with everything that is compared.
pub(super) struct Prepared<'a> {
    pub asked: &'a Question,
    liked: Vec<Probe>,
    text: Option<Probe>,
    disliked: Vec<Probe>,
    /// What may be found.
    admitted: Admitted,
    /// What is to be ranked instead.
    candidates: Option<Vec<Candidate>>,
    /// For each given candidate that is compared by its position, its place among those given.
    pub places: HashMap<u32, usize>,
    /// The other given candidates, each with its place.
    pub foreign: Vec<(usize, Probe)>,
}

impl Prepared<'_> {
    pub fn question(&self) -> search::Question<'_> {
        search::Question {
            liked: &self.liked,
            text: self.text.as_ref(),
            disliked: &self.disliked,
            ranker: self.asked.ranker,
            scope: if self.asked.exact { Scope::Exact } else { Scope::Fast },
        }
    }

    fn search(&self) -> Asked<'_> {
        Asked { question: self.question(), admitted: &self.admitted, top_k: self.asked.top_k }
    }

    /// The shortlists of some questions.
    pub fn shortlists(prepared: &[Self], indexes: &Generation) -> Vec<Shortlist> {
        let searches = prepared.iter().map(|prepared| prepared.candidates.is_none().then(|| prepared.search()));
        let near = near_together(indexes.indexes(), &searches.collect::<Vec<_>>());
        prepared.par_iter().zip(near).map(|(prepared, near)| prepared.shortlist(indexes, near)).collect()
    }

    fn shortlist(&self, indexes: &Generation, near: Option<Vec<Vec<Neighbor>>>) -> Shortlist {
        let indexes = indexes.indexes();
        match &self.candidates {
            Some(candidates) => {
                let foreign: Vec<&Probe> = self.foreign.iter().map(|(_, probe)| probe).collect();
                Shortlist::of(indexes, &self.question(), candidates.clone(), &foreign)
            }
            None => Shortlist::find(indexes, self.search(), near),
        }
    }

    /// A candidate that was given.
    pub fn given(&self, place: usize) -> Option<&Seed> {
        self.asked.candidates.as_ref()?.get(place)
    }

    /// Whether vectors of sentences count.
    pub fn wants_sentences(&self) -> bool {
        has_sentences(self.asked.ranker) && !(self.liked.is_empty() && self.disliked.is_empty())
    }
}

/// Sentences of papers that were read, as questions often meet the same ones.
#[derive(Default)]
pub(super) struct Sentences {
    read: HashMap<(PaperNumber, Option<Facet>), Arc<[Weighted]>>,
    count: usize,
}

impl Sentences {
    /// At 384 dimensions, 400 MiB.
    const MOST: usize = 1 << 20;

    /// A paper's sentences; weighted by how much they are of a facet, if one is asked for.
    pub fn of(
        &mut self,
        snapshot: &Snapshot,
        number: PaperNumber,
        dim: usize,
        facet: Option<Facet>,
    ) -> Result<Arc<[Weighted]>> {
        if let Some(sentences) = self.read.get(&(number, facet)) {
            return Ok(sentences.clone());
        }
        if self.count >= Self::MOST {
            *self = Self::default();
        }
        let mut sentences = Vec::new();
        snapshot.library.read_sentences([number], dim, |read| sentences = read)?;
        let sentences: Arc<[Weighted]> = match facet {
            None => sentences.into_iter().map(|sentence| sentence.vector.into()).collect(),
            Some(facet) => snapshot.stored_of_facet(number, sentences, facet)?.into(),
        };
        self.count += sentences.len();
        Ok(self.read.entry((number, facet)).or_insert(sentences).clone())
    }
}

/// What texts are embedded to, in the order in which they are asked for; those of questions without vectors are not.
struct EmbeddedTexts {
    papers: VecDeque<Embedded>,
    questions: VecDeque<Embedded>,
}

impl EmbeddedTexts {
    fn next_paper(&mut self, asked: &Question) -> Option<Embedded> {
        has_vectors(asked.ranker).then(|| self.papers.pop_front())?
    }

    fn next_question(&mut self, asked: &Question) -> Option<Embedded> {
        has_vectors(asked.ranker).then(|| self.questions.pop_front())?
    }
}

impl Snapshot<'_> {
    /// Everything that the questions name, ready to be compared.
    pub(super) fn prepare<'a>(
        &self,
        questions: &'a [Question],
        indexes: &Generation,
        sentences: &mut Sentences,
    ) -> Result<Vec<Prepared<'a>>> {
        let mut embedded = self.embed_questions(questions, indexes)?;
        let mut tokenizer = Tokenizer::default();
        let mut prepared = Vec::with_capacity(questions.len());
        for asked in questions {
            check_facet(asked)?;
            let mut probe = |seed: &Seed, sentences: &mut Sentences| match (seed, position_of(seed, indexes)) {
                (Seed::Stored(number), Some(position)) => {
                    self.stored_probe(*number, position, asked, indexes, sentences, &mut tokenizer)
                }
                _ => self.foreign_probe(seed, asked, embedded.next_paper(asked), &mut tokenizer),
            };
            let mut probes =
                |seeds: &[Seed]| seeds.iter().map(|seed| probe(seed, sentences)).collect::<Result<Vec<_>>>();
            let (liked, disliked) = (probes(&asked.liked)?, probes(&asked.disliked)?);
            let mut places = HashMap::new();
            let mut foreign = Vec::new();
            let mut candidates = Vec::new();
            for (place, seed) in asked.candidates.iter().flatten().enumerate() {
                match position_of(seed, indexes) {
                    Some(position) if !places.contains_key(&position) => {
                        places.insert(position, place);
                        candidates.push(Candidate::Stored(position));
                    }
                    // Given twice: the second is ranked as well.
                    _ => {
                        candidates.push(Candidate::Foreign(foreign.len()));
                        foreign.push((place, probe(seed, sentences)?));
                    }
                }
            }
            let candidates = asked.candidates.is_some().then_some(candidates);
            let text = asked.text.as_deref();
            let text =
                text.map(|text| text_probe(text, asked, embedded.next_question(asked), &mut tokenizer)).transpose()?;
            let admitted = self.admitted(asked, indexes)?;
            prepared.push(Prepared { asked, liked, text, disliked, admitted, candidates, places, foreign });
        }
        Ok(prepared)
    }

    /// Embeds what is in no index, all questions together.
    fn embed_questions(&self, questions: &[Question], indexes: &Generation) -> Result<EmbeddedTexts> {
        let with_vectors = questions.iter().filter(|question| has_vectors(question.ranker));
        let (mut papers, mut texts) = (Vec::new(), Vec::new());
        for question in with_vectors {
            let seeds = question.liked.iter().chain(&question.disliked).chain(question.candidates.iter().flatten());
            for seed in seeds.filter(|seed| position_of(seed, indexes).is_none()) {
                papers.push(self.text_of(seed)?);
            }
            texts.extend(question.text.clone());
        }
        let (mut done, total) = (0, (papers.len() + texts.len()) as u64);
        let mut embed = |texts: &[String], side| -> Result<VecDeque<Embedded>> {
            let known: Option<VecDeque<Embedded>> = texts.iter().map(|text| self.embedded_before(text, side)).collect();
            if let Some(known) = known {
                return Ok(known);
            }
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let embedded = self.embedder()?.embed(&texts, side, &mut |more| {
                done += more as u64;
                if total > 1 {
                    (self.observer)(Event::Embedding { done, total });
                }
            })?;
            Ok(embedded.into())
        };
        Ok(EmbeddedTexts { papers: embed(&papers, Side::Paper)?, questions: embed(&texts, Side::Query)? })
    }

    /// Title, or nothing, and text of a seed.
    fn words_of(&self, seed: &Seed) -> Result<(String, Option<String>)> {
        Ok(match seed {
            Seed::Stored(number) => {
                let paper = self.paper(*number)?;
                (paper.title, paper.abstract_text)
            }
            Seed::Foreign(paper) => (paper.title.clone(), paper.abstract_text.clone()),
            Seed::Text(text) => (String::new(), Some(text.clone())),
        })
    }

    /// The text of a seed as it is embedded.
    pub(super) fn text_of(&self, seed: &Seed) -> Result<String> {
        Ok(match seed {
            Seed::Stored(number) => self.paper(*number)?.text(),
            Seed::Foreign(paper) => paper.text(),
            Seed::Text(text) => text.clone(),
        })
    }

    fn stored_probe(
        &self,
        number: PaperNumber,
        position: u32,
        asked: &Question,
        indexes: &Generation,
        sentences: &mut Sentences,
        tokenizer: &mut Tokenizer,
    ) -> Result<Probe> {
        let vector = Embedding::new(indexes.vectors.vector(position).to_vec())?;
        let mut document = Document::default();
        if asked.ranker != Ranker::Vector {
            self.library.read_texts([number], &mut |(title, abstract_text): (String, Option<String>)| {
                document = tokenizer.document(&title, abstract_text.as_deref());
            })?;
        }
        let sentences = match has_sentences(asked.ranker) {
            true => sentences.of(self, number, indexes.vectors.dim(), asked.facet)?,
            false => Arc::default(),
        };
        Ok(Probe { vector: Some(vector), sentences, words: Words::Paper(document) })
    }

    fn foreign_probe(
        &self,
        seed: &Seed,
        asked: &Question,
        embedded: Option<Embedded>,
        tokenizer: &mut Tokenizer,
    ) -> Result<Probe> {
        let (title, text) = self.words_of(seed)?;
        let words = Words::Paper(tokenizer.document(&title, text.as_deref()));
        let (vector, sentences) = embedded.map(|embedded| (embedded.vector, embedded.sentences)).unzip();
        let sentences: Vec<SentenceVector> = sentences.unwrap_or_default();
        let sentences = match asked.facet {
            None => sentences.into_iter().map(|sentence| sentence.vector.into()).collect(),
            Some(facet) => self.of_facet(sentences, title.len(), facet)?.into(),
        };
        Ok(Probe { vector, sentences, words })
    }

    /// What a question may find: not its seeds, nor papers of exactly their titles, which are other versions of them.
    fn admitted(&self, question: &Question, indexes: &Generation) -> Result<Admitted> {
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

/// Where a seed stands in the indexes.
pub(super) fn position_of(seed: &Seed, indexes: &Generation) -> Option<u32> {
    match seed {
        Seed::Stored(number) => indexes.vectors.position(*number),
        Seed::Foreign(_) | Seed::Text(_) => None,
    }
}

/// Whether any vectors count.
fn has_vectors(ranker: Ranker) -> bool {
    ranker != Ranker::Lexical
}

/// Whether the vectors of sentences count when papers are compared.
fn has_sentences(ranker: Ranker) -> bool {
    Weights::PAPER.of(ranker).sentences > 0.0
}

/// A facet says which sentences count, so there have to be some that do.
fn check_facet(asked: &Question) -> Result<()> {
    let Some(facet) = asked.facet else { return Ok(()) };
    let reason = match asked.ranker {
        _ if asked.liked.is_empty() => "compares papers with papers, and there is only a text; name a paper",
        ranker if has_sentences(ranker) => return Ok(()),
        _ => "compares sentences, and this ranker leaves them out; use hybrid",
    };
    Err(Error::InvalidParameter(format!("the facet {:?} {reason}", facet.name())))
}

fn text_probe(text: &str, question: &Question, embedded: Option<Embedded>, tokenizer: &mut Tokenizer) -> Result<Probe> {
    if text.trim().is_empty() {
        return Err(Error::EmptyText);
    }
    let (vector, sentences) = embedded.map(|embedded| (embedded.vector, embedded.sentences)).unzip();
    let sentences = sentences.unwrap_or_default().into_iter().map(|sentence| sentence.vector.into()).collect();
    // Beside seeds it is compared as they are.
    let words = if question.liked.is_empty() {
        Words::Question(tokenizer.words(text).into_iter().map(|word| word.term).collect())
    } else {
        Words::Paper(tokenizer.document("", Some(text)))
    };
    Ok(Probe { vector, sentences, words })
}
