//! Turns a request into a question, in which every name is resolved, and the results into an answer.

use std::collections::HashSet;
use std::sync::Arc;

use super::answer::{Answer, Kind, ListSummary, NoResults, QuerySummary, Recommendation, Understood};
use super::closeness::{Closeness, WEAK_MATCHES};
use super::conditions::Admitted;
use super::event::Observer;
use super::interests::likes_nothing;
use super::json::{Named, SCHEMA_VERSION};
use super::known_items::KnownItems;
use super::live::Lag;
use super::open::Engine;
use super::paper_list::PaperList;
use super::question::{Question, Recency, Seed};
use super::request::{DEFAULT_TOP_K, Pasted, Request};
use super::snapshot::Snapshot;
use super::text_query::{Expression, TextQuery};
use crate::library::{Library, Listed, PaperNumber, each_once};
use crate::paper::{Identifier, Paper};
use crate::rank::Ranker;
use crate::{Error, Result};

impl Engine {
    /// Answers a request from the present state of the library. While papers are being added, the newest ones may be
    /// missing.
    ///
    /// # Errors
    /// [`Error::PaperNotFound`], [`Error::AmbiguousPaper`], [`Error::ProfileNotFound`] for names;
    /// [`Error::InvalidParameter`] for conditions that cannot be read, or if the request names nothing to compare with;
    /// [`Error::EmptyText`]; [`Error::EmptyLibrary`], [`Error::NothingEmbedded`]; if a text has to be embedded,
    /// [`Error::OtherModel`] or an error of loading the model.
    pub fn ask(&self, request: &Request, observer: Observer) -> Result<Answer> {
        let has_text = request.pasted.is_some() || !TextQuery::of(request).text.trim().is_empty();
        if has_text && request.ranker != Ranker::Lexical {
            // Before the read transaction, since fetching the model may take minutes.
            self.preload(observer)?;
        }
        let snapshot = Snapshot::take(self, Lag::Allowed, observer)?;
        let resolved = Resolved::new(&snapshot, request)?;
        if snapshot.is_too_old_for(&resolved.question)? {
            drop(snapshot);
            return self.snapshot(observer)?.ask(request);
        }
        resolved.answer(&snapshot, request)
    }
}

impl Snapshot<'_> {
    /// Answers a request, as [`Engine::ask`] does, from the state of the snapshot.
    pub fn ask(&self, request: &Request) -> Result<Answer> {
        Resolved::new(self, request)?.answer(self, request)
    }
}

/// A request with every name resolved.
pub(super) struct Resolved {
    pub question: Question,
    pub understood: QuerySummary,
    notes: Vec<String>,
    candidates: Option<Candidates>,
    known: Option<KnownItems>,
    method: Method,
    /// Whether all results have words that the text requires.
    requires_words: bool,
}

/// How papers are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    /// Compare with all seeds together.
    Together,
    /// Compare with each interest of a profile separately; results alternate between them.
    ByInterest,
    /// Compare nothing: the newest papers that meet the conditions.
    Newest,
}

/// A list of candidates.
#[derive(Default)]
struct Candidates {
    /// Candidates that can be ranked: the index in the list, and the paper if the list contains its record.
    known: Vec<(usize, Option<Arc<Paper>>)>,
    /// Names that match no paper, without repetitions.
    unknown: Vec<String>,
}

impl Resolved {
    pub fn new(snapshot: &Snapshot, request: &Request) -> Result<Self> {
        if !request.asks_for_something() {
            let reason = "nothing to compare with: name a paper, a list, a text or a profile".to_owned();
            return Err(Error::InvalidParameter(reason));
        }
        let (request, cut) = request.cut();
        let request = request.as_ref();
        let query = TextQuery::of(request);
        if !request.verbatim {
            query.check_has_meaning(request.text.as_deref().unwrap_or_default())?;
        }
        let mut resolved = Self::ordered(request)?;
        resolved.add_seeds(snapshot, request)?;
        resolved.question.text = request.text.is_some().then(|| query.text.clone());
        let has_papers = !(request.papers.is_empty() && request.like.is_empty());
        resolved.understood.kind = match (has_papers, &request.pasted, &request.text) {
            (false, Some(_), None) => Kind::TextFile,
            (false, None, Some(_)) => Kind::Text,
            _ => Kind::Papers,
        };
        resolved.add_disliked(snapshot, request)?;
        resolved.understood.understood = request.text.is_some().then(|| Understood {
            ranked_by: query.text.clone(),
            conditions: query.expression.as_ref().map(ToString::to_string),
        });
        resolved.requires_words = query.expression.as_ref().is_some_and(Expression::requires_words);
        resolved.restrict(snapshot, request, &query)?;
        if let Some(list) = &request.candidates {
            resolved.add_candidates(snapshot, list, request.top_k)?;
        }
        resolved.add_profile(snapshot, request)?;
        resolved.add_known_items(snapshot, request)?;
        resolved.notes.splice(0..0, cut.into_iter().chain(query.notes));
        resolved.add_language(snapshot)?;
        Ok(resolved)
    }

    /// Resolves a request about a draft or a bibliography. `seeds` are its passages or papers.
    pub fn of_file(snapshot: &Snapshot, kind: Kind, name: &str, seeds: Vec<Seed>, request: &Request) -> Result<Self> {
        let mut resolved = Self::ordered(request)?;
        resolved.question.liked = seeds;
        resolved.understood.kind = kind;
        resolved.understood.file = Some(name.to_owned());
        resolved.restrict(snapshot, request, &TextQuery::default())?;
        resolved.add_language(snapshot)?;
        Ok(resolved)
    }

    /// Resolves the parts of a request that do not need the library.
    fn ordered(request: &Request) -> Result<Self> {
        request.check()?;
        let Request { facet, ranker, diversity, half_life_years, exact, explain, .. } = *request;
        let today = jiff::Zoned::now().date();
        let recency = half_life_years.map(|half_life_years| Recency { half_life_years, today });
        let top_k = request.top_k.unwrap_or(DEFAULT_TOP_K);
        let question = Question { facet, ranker, diversity, recency, exact, explain, top_k, ..Question::default() };
        let (understood, method) = (QuerySummary::default(), Method::Together);
        let (notes, requires_words) = (Vec::new(), false);
        Ok(Self { question, understood, notes, candidates: None, known: None, method, requires_words })
    }

    fn add_seeds(&mut self, snapshot: &Snapshot, request: &Request) -> Result<()> {
        let (library, understood) = (snapshot.library(), &mut self.understood);
        let named = library.named(&request.papers)?;
        understood.named = names_of(&named);
        understood.papers = understood.named.clone();
        let mut liked = stored(&named);
        for list in &request.like {
            let papers = list.papers.len() + list.names.len();
            understood.like.push(ListSummary { file: list.name.clone(), papers });
            for paper in &list.papers {
                liked.push(snapshot.seed(paper.clone())?);
            }
            for name in &list.names {
                liked.push(Seed::Stored(library.find(name)?.number));
            }
        }
        if let Some(Pasted { name, text }) = &request.pasted {
            understood.file = Some(name.clone());
            liked.push(Seed::Text(text.clone()));
        }
        self.question.liked = liked;
        Ok(())
    }

    /// Adds the disliked papers. A paper that is both liked and disliked counts as disliked.
    fn add_disliked(&mut self, snapshot: &Snapshot, request: &Request) -> Result<()> {
        let disliked = each_once(request.not.iter().map(|name| snapshot.library().find(name)))?;
        self.understood.not = names_of(&disliked);
        self.question.disliked = stored(&disliked);
        let had_seeds = self.question.seeds() > 0;
        let mut seen = HashSet::new();
        let disliked = &self.question.disliked;
        // Lists may name a paper several times.
        self.question.liked.retain(|seed| match seed {
            Seed::Stored(number) => !disliked.contains(seed) && seen.insert(*number),
            Seed::Foreign(_) | Seed::Text(_) => true,
        });
        if had_seeds && self.question.seeds() == 0 {
            let reason = "every seed is also a disliked paper; add another seed".to_owned();
            return Err(Error::InvalidParameter(reason));
        }
        Ok(())
    }

    /// Chooses the papers that may be recommended.
    fn restrict(&mut self, snapshot: &Snapshot, request: &Request, query: &TextQuery) -> Result<()> {
        let question = &mut self.question;
        let Admitted { papers, notes } = snapshot.admitted_by(query, &request.filters)?;
        question.among = papers.map(Arc::new);
        self.notes.extend(notes);
        for list in &request.exclude {
            let known = known_papers(snapshot.library(), list)?;
            if known.is_empty() {
                self.notes.push(format!("{}: none of its papers is in the library", list.name));
            }
            question.excluded.extend(known);
        }
        if request.exclude_seen {
            question.excluded.extend(snapshot.seen()?);
        }
        let is_blank = question.text.as_ref().is_some_and(|text| text.trim().is_empty());
        if is_blank && !request.verbatim && question.among.is_some() {
            // The text contains only conditions.
            question.text = None;
            if question.seeds() == 0 {
                self.understood.kind = Kind::Filters;
                self.method = Method::Newest;
            }
        }
        Ok(())
    }

    fn add_candidates(&mut self, snapshot: &Snapshot, list: &PaperList, top_k: Option<usize>) -> Result<()> {
        let mut candidates = Candidates::default();
        let mut seeds = Vec::new();
        for (place, paper) in list.papers.iter().enumerate() {
            candidates.known.push((place, Some(Arc::new(paper.clone()))));
            seeds.push(snapshot.seed(paper.clone())?);
        }
        let mut seen = HashSet::new();
        let names = list.names.iter().filter(|name| seen.insert(name.as_str()));
        for (place, name) in (list.papers.len()..).zip(names) {
            match snapshot.library().number_or_titled(name)? {
                Some(number) => {
                    candidates.known.push((place, None));
                    seeds.push(Seed::Stored(number));
                }
                None => candidates.unknown.push(name.clone()),
            }
        }
        self.understood.candidates = Some(seeds.len() + candidates.unknown.len());
        self.question.top_k = top_k.unwrap_or(seeds.len());
        self.question.candidates = Some(seeds);
        self.candidates = Some(candidates);
        Ok(())
    }

    /// Adds a profile. If the request has no other seeds and no candidates, each interest of the profile is searched
    /// separately. Otherwise all liked papers are compared together.
    fn add_profile(&mut self, snapshot: &Snapshot, request: &Request) -> Result<()> {
        let Some(name) = &request.profile else { return Ok(()) };
        // Candidates are always ranked in one list.
        let is_alone = self.question.seeds() == 0 && self.question.candidates.is_none();
        let profile = snapshot.library().profile(name)?;
        self.question.steer(&profile);
        if self.question.seeds() == 0 {
            return Err(likes_nothing(&profile));
        }
        let liked = self.question.liked.iter().filter_map(Seed::number);
        self.understood.papers = names_of(&snapshot.library().papers(liked)?);
        self.understood.profile = Some(profile.name);
        if self.understood.kind == Kind::Filters {
            // The profile adds seeds, so papers are compared.
            self.understood.kind = Kind::Papers;
        }
        self.method = if is_alone { Method::ByInterest } else { Method::Together };
        Ok(())
    }

    /// Chooses how papers are compared with a text in a language that the model does not read.
    fn add_language(&mut self, snapshot: &Snapshot) -> Result<()> {
        if self.question.seeds() > 0 {
            self.notes.extend(snapshot.compare_by_terms_if_unread(&mut self.question)?);
        }
        Ok(())
    }

    /// Reads a text that stands alone as the name of papers.
    fn add_known_items(&mut self, snapshot: &Snapshot, request: &Request) -> Result<()> {
        let Self { question, understood, .. } = self;
        let Some(text) = question.text.as_ref().filter(|_| !request.verbatim && question.seeds() == 1) else {
            return Ok(());
        };
        // Words that papers must contain are no names.
        if question.candidates.is_some() || self.requires_words {
            return Ok(());
        }
        match snapshot.known_items(text)? {
            Some(known) => {
                self.notes.push(format!("{}; use --verbatim to search for the words", known.reading));
                understood.reading = Some(known.reading.clone());
                self.known = Some(known);
            }
            None => {
                let unknown = Identifier::parse(text).map(|identifier| format!("{identifier} is not in the library"));
                self.notes.extend(unknown);
            }
        }
        Ok(())
    }

    /// Resolves the restrictions of a request, which many questions may share.
    pub fn restrictions(snapshot: &Snapshot, request: &Request) -> Result<Self> {
        let mut resolved = Self::ordered(request)?;
        resolved.restrict(snapshot, request, &TextQuery::default())?;
        Ok(resolved)
    }

    /// Also restricts the results as `other` does.
    pub fn restrict_as(&mut self, other: &Self) {
        let (own, other) = (&mut self.question, &other.question);
        own.among = match (own.among.take(), &other.among) {
            (Some(own), Some(other)) => Some(Arc::new(own.as_ref() & other.as_ref())),
            (own, other) => own.or_else(|| other.clone()),
        };
        own.excluded.extend(&other.excluded);
    }

    /// What the user should know about the request.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether one ranking answers the question, so that it can be ranked together with others.
    pub fn is_one_ranking(&self) -> bool {
        self.method == Method::Together && self.known.is_none()
    }

    /// Finds the papers and makes the answer.
    pub fn answer(self, snapshot: &Snapshot, request: &Request) -> Result<Answer> {
        let results = match (self.method, &self.known) {
            (Method::Together, Some(known)) => snapshot.recommend_known(&self.question, known, request.anyway)?,
            (Method::Together, None) => snapshot.recommend(&self.question)?,
            (Method::ByInterest, _) => snapshot.recommend_by_interest(&self.question)?,
            (Method::Newest, _) => snapshot.newest(&self.question)?,
        };
        self.answer_with(results, snapshot, request)
    }

    /// Makes the answer from the papers that were found.
    pub fn answer_with(
        self,
        mut results: Vec<Recommendation>,
        snapshot: &Snapshot,
        request: &Request,
    ) -> Result<Answer> {
        let Self { question, understood, mut notes, candidates, known, method, requires_words } = self;
        if let Some(Candidates { known, .. }) = &candidates {
            // A result has the index and the record of its candidate in the list.
            for Recommendation { candidate, paper, .. } in &mut results {
                let Some((place, record)) = candidate.and_then(|place| known.get(place)) else { continue };
                *candidate = Some(*place);
                if let Some(record) = record {
                    *paper = record.clone();
                }
            }
        }
        // Papers that the text names are not found by their subject.
        let is_by_subject = known.is_none() && method == Method::Together;
        let Closeness { confidence, nothing_close, is_refused } =
            snapshot.closeness(&question, &results, is_by_subject)?;
        // Papers with the words that the text requires are what was asked for, however close they are.
        let (nothing_close, is_refused) = (nothing_close && !requires_words, is_refused && !requires_words);
        if is_refused && !request.anyway {
            results.clear();
        } else if nothing_close && confidence.is_some() {
            notes.push(WEAK_MATCHES.to_owned());
        }
        let nothing = match (&question.among, &candidates) {
            _ if !results.is_empty() => None,
            _ if nothing_close => Some(NoResults::NoneClose),
            (_, Some(_)) => Some(NoResults::NoCandidates),
            (Some(among), None) if among.is_empty() => Some(NoResults::NoneAllowed),
            _ if question.ranker == Ranker::Lexical && is_by_subject => Some(NoResults::NoSharedWord),
            (Some(_), None) => Some(NoResults::NoOtherAllowed),
            (None, None) => Some(NoResults::NoOther),
        };
        let query = QuerySummary {
            text: request.text.clone(),
            facet: question.facet,
            ranker: question.ranker,
            diversity: question.diversity,
            half_life_years: request.half_life_years,
            top_k: question.top_k,
            exact: question.exact,
            admitted: question.among.as_ref().map(|among| among.len()),
            excluded: question.excluded.len(),
            ..understood
        };
        Ok(Answer {
            schema_version: SCHEMA_VERSION,
            state: snapshot.state().map(str::to_owned),
            query,
            results,
            confidence,
            nothing_close,
            nothing,
            unknown: candidates.map(|candidates| candidates.unknown),
            cited: None,
            notes,
        })
    }
}

fn names_of(papers: &[Listed]) -> Vec<Named> {
    papers.iter().map(|listed| Named::from(&listed.paper)).collect()
}

fn stored(papers: &[Listed]) -> Vec<Seed> {
    papers.iter().map(|listed| Seed::Stored(listed.number)).collect()
}

/// The papers of a list that are in the library.
fn known_papers(library: &Library, list: &PaperList) -> Result<HashSet<PaperNumber>> {
    let mut known = HashSet::new();
    for paper in &list.papers {
        known.extend(library.matching_paper(paper)?.map(|listed| listed.number));
    }
    for name in &list.names {
        known.extend(library.number_or_titled(name)?);
    }
    Ok(known)
}
