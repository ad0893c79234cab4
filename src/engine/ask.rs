//! From a request to an answer: everything that was named is resolved here, and here alone.

use std::collections::HashSet;
use std::sync::Arc;

use super::answer::{Answer, Kind, ListSummary, Nothing, Understood};
use super::event::Observer;
use super::interests::likes_nothing;
use super::json::{Named, SCHEMA_VERSION};
use super::live::Lag;
use super::paper_list::PaperList;
use super::question::{Question, Recency, Seed};
use super::recommendation::Recommendation;
use super::request::{DEFAULT_TOP_K, Pasted, Request};
use super::shared::Engine;
use super::snapshot::Snapshot;
use super::text_query::TextQuery;
use crate::library::{Library, Listed, PaperNumber};
use crate::paper::Paper;
use crate::rank::Ranker;
use crate::{Error, Result};

impl Engine {
    /// Answers a request from the present state of the library; while papers are being added, those of the last moment may
    /// be missing.
    ///
    /// # Errors
    /// [`Error::PaperNotFound`], [`Error::AmbiguousPaper`], [`Error::ProfileNotFound`] for names;
    /// [`Error::InvalidParameter`] for conditions that cannot be read, or if nothing is asked for; [`Error::EmptyText`];
    /// [`Error::EmptyLibrary`], [`Error::NothingEmbedded`]; [`Error::OtherModel`] or what keeps the model from being
    /// loaded, if a text has to be embedded.
    pub fn ask(&self, request: &Request, observer: Observer) -> Result<Answer> {
        let has_text = request.pasted.is_some() || !words_of(request).text.trim().is_empty();
        if has_text && request.ranker != Ranker::Lexical {
            // Before the read transaction: it may take minutes to fetch the model.
            self.preload(observer)?;
        }
        let snapshot = Snapshot::take(self, Lag::Allowed, observer)?;
        let asked = Asked::resolve(&snapshot, request)?;
        if snapshot.is_too_old_for(&asked.question)? {
            drop(snapshot);
            return self.snapshot(observer)?.ask(request);
        }
        asked.answered(&snapshot, request)
    }
}

impl Snapshot<'_> {
    /// As [`Engine::ask`], from the state of the snapshot.
    pub fn ask(&self, request: &Request) -> Result<Answer> {
        Asked::resolve(self, request)?.answered(self, request)
    }
}

/// The text, taken apart.
fn words_of(request: &Request) -> TextQuery {
    match &request.text {
        Some(text) if request.verbatim => TextQuery::verbatim(text),
        Some(text) => TextQuery::parse(text),
        None => TextQuery::default(),
    }
}

/// Whether what was found is noise: no paper is close by the library's own measure.
pub(super) fn nothing_close(question: &Question, found: &[Recommendation]) -> bool {
    let is_compared = question.ranker != Ranker::Lexical && question.seeds() > 0;
    is_compared && !found.is_empty() && !found.iter().any(|found| found.is_close)
}

/// A request with everything that it names resolved.
pub(super) struct Asked {
    pub question: Question,
    pub understood: Understood,
    pub notes: Vec<String>,
    /// What is to be ranked, if that was given.
    given: Option<Given>,
    way: Way,
}

/// How an answer is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By comparing with all that was named together.
    Together,
    /// By comparing with each interest of a profile alone; they take turns.
    ByInterest,
    /// Without comparing: the newest papers that meet the conditions.
    Newest,
}

impl Asked {
    fn resolve(snapshot: &Snapshot, request: &Request) -> Result<Self> {
        if !request.asks_for_something() {
            let reason = "nothing to compare with: name a paper, a list, a text or a profile".to_owned();
            return Err(Error::InvalidParameter(reason));
        }
        let words = words_of(request);
        let mut asked = Self::by_seeds(snapshot, request)?;
        asked.question.text = request.text.is_some().then(|| words.text.clone());
        asked.set_kind(request);
        asked.without_unwanted(snapshot, request)?;
        asked.restricted(snapshot, request, &words)?;
        if let Some(given) = &request.candidates {
            asked.rank_given(snapshot, given)?;
        }
        asked.question.top_k = request.top_k.unwrap_or(match &asked.given {
            Some(given) => given.places.len(),
            None => DEFAULT_TOP_K,
        });
        asked.understood.top_k = asked.question.top_k;
        asked.steer_by_profile(snapshot, request)?;
        asked.notes.splice(0..0, words.doubts);
        Ok(asked)
    }

    /// How to order, how many, which papers may be recommended: what a request says beside what papers should be like.
    pub(super) fn of_file(
        snapshot: &Snapshot,
        kind: Kind,
        name: &str,
        seeds: Vec<Seed>,
        request: &Request,
    ) -> Result<Self> {
        let mut asked = Self::ordered(request)?;
        asked.question.liked = seeds;
        asked.understood.kind = kind;
        asked.understood.file = Some(name.to_owned());
        asked.question.top_k = request.top_k.unwrap_or(DEFAULT_TOP_K);
        asked.understood.top_k = asked.question.top_k;
        asked.restricted(snapshot, request, &TextQuery::default())?;
        Ok(asked)
    }

    fn ordered(request: &Request) -> Result<Self> {
        request.check()?;
        let Request { facet, ranker, diversity, half_life_years, exact, explain, .. } = *request;
        let today = jiff::Zoned::now().date();
        let recency = half_life_years.map(|half_life_years| Recency { half_life_years, today });
        let question = Question { facet, ranker, diversity, recency, exact, explain, ..Question::default() };
        let understood = Understood { facet, ranker, diversity, half_life_years, exact, ..Understood::default() };
        Ok(Self { question, understood, notes: Vec::new(), given: None, way: Way::Together })
    }

    fn by_seeds(snapshot: &Snapshot, request: &Request) -> Result<Self> {
        let mut asked = Self::ordered(request)?;
        let library = snapshot.library();
        let named = named_papers(library, &request.papers)?;
        asked.understood.named = named.iter().map(|listed| Named::from(&listed.paper)).collect();
        asked.understood.papers = asked.understood.named.clone();
        let mut liked: Vec<Seed> = named.iter().map(|listed| Seed::Stored(listed.number)).collect();
        for list in &request.like {
            let papers = list.papers.len() + list.names.len();
            asked.understood.like.push(ListSummary { file: list.name.clone(), papers });
            for paper in &list.papers {
                liked.push(snapshot.seed(paper.clone())?);
            }
            for name in &list.names {
                liked.push(Seed::Stored(library.find(name)?.number));
            }
        }
        if let Some(Pasted { name, text }) = &request.pasted {
            asked.understood.file = Some(name.clone());
            liked.push(Seed::Text(text.clone()));
        }
        asked.understood.text = request.text.clone();
        asked.question.liked = liked;
        Ok(asked)
    }

    fn set_kind(&mut self, request: &Request) {
        let has_papers = !(request.papers.is_empty() && request.like.is_empty());
        self.understood.kind = match (has_papers, &request.pasted, &request.text) {
            (false, Some(_), None) => Kind::TextFile,
            (false, None, Some(_)) => Kind::Text,
            _ => Kind::Papers,
        };
    }

    /// What it should be unlike. A paper that is under both is not wanted.
    fn without_unwanted(&mut self, snapshot: &Snapshot, request: &Request) -> Result<()> {
        let unwanted = each_once(request.not.iter().map(|name| snapshot.library().find(name)))?;
        self.understood.not = unwanted.iter().map(|listed| Named::from(&listed.paper)).collect();
        self.question.disliked = unwanted.iter().map(|listed| Seed::Stored(listed.number)).collect();
        let had_seeds = self.question.seeds() > 0;
        let mut seen = HashSet::new();
        let disliked = &self.question.disliked;
        // A list may name a paper again.
        self.question.liked.retain(|seed| match seed {
            Seed::Stored(number) => !disliked.contains(seed) && seen.insert(*number),
            Seed::Foreign(_) | Seed::Text(_) => true,
        });
        if had_seeds && self.question.seeds() == 0 {
            let reason = "every paper that the answer should be like is also one that it should be unlike".to_owned();
            return Err(Error::InvalidParameter(reason));
        }
        Ok(())
    }

    /// Which papers may be recommended.
    fn restricted(&mut self, snapshot: &Snapshot, request: &Request, words: &TextQuery) -> Result<()> {
        let among = snapshot.admitted_by(words, &request.filters.read()?)?;
        for list in &request.exclude {
            let known = known_of(snapshot.library(), list)?;
            if known.is_empty() {
                self.notes.push(format!("{}: none of its papers is in the library", list.name));
            }
            self.question.excluded.extend(known);
        }
        if request.exclude_seen {
            self.question.excluded.extend(snapshot.seen()?);
        }
        self.understood.admitted = among.as_ref().map(HashSet::len);
        self.understood.excluded = self.question.excluded.len();
        self.question.among = among.map(Into::into);
        let is_blank = self.question.text.as_ref().is_some_and(|text| text.trim().is_empty());
        if is_blank && !request.verbatim && self.question.among.is_some() {
            // Conditions alone.
            self.question.text = None;
            if self.question.seeds() == 0 {
                self.understood.kind = Kind::Filters;
                self.way = Way::Newest;
            }
        }
        Ok(())
    }

    fn rank_given(&mut self, snapshot: &Snapshot, list: &PaperList) -> Result<()> {
        let (given, seeds) = Given::of(snapshot, list)?;
        self.understood.candidates = Some(seeds.len() + given.unknown.len());
        self.question.candidates = Some(seeds);
        self.given = Some(given);
        Ok(())
    }

    /// Adds a profile. Alone, its interests take turns; beside anything else all that it likes is one interest more.
    fn steer_by_profile(&mut self, snapshot: &Snapshot, request: &Request) -> Result<()> {
        let Some(name) = &request.profile else { return Ok(()) };
        // Given candidates are ranked together, whatever they are like.
        let is_alone = self.question.seeds() == 0 && self.question.candidates.is_none();
        let profile = snapshot.library().profile(name)?;
        self.question.steer(&profile);
        if self.question.seeds() == 0 {
            return Err(likes_nothing(&profile));
        }
        let mut papers = Vec::new();
        for seed in &self.question.liked {
            if let Seed::Stored(number) = seed
                && let Some(listed) = snapshot.library().paper(*number)?
            {
                papers.push(Named::from(&listed.paper));
            }
        }
        self.understood.papers = papers;
        self.understood.profile = Some(profile.name);
        if self.understood.kind == Kind::Filters {
            // It says what papers should be like after all.
            self.understood.kind = Kind::Papers;
        }
        self.way = if is_alone { Way::ByInterest } else { Way::Together };
        Ok(())
    }

    fn answered(self, snapshot: &Snapshot, request: &Request) -> Result<Answer> {
        let mut results = self.results(snapshot)?;
        if let Some(given) = &self.given {
            results.iter_mut().for_each(|found| given.restore(found));
        }
        let nothing_close = nothing_close(&self.question, &results);
        if nothing_close && !request.anyway && self.given.is_none() {
            results.clear();
        }
        Ok(Answer {
            schema_version: SCHEMA_VERSION,
            state: snapshot.state().map(str::to_owned),
            nothing: results.is_empty().then(|| self.why_nothing(nothing_close)),
            unknown: self.given.map(|given| given.unknown),
            query: self.understood,
            notes: self.notes,
            results,
            nothing_close,
        })
    }

    fn results(&self, snapshot: &Snapshot) -> Result<Vec<Recommendation>> {
        match self.way {
            Way::Together => snapshot.recommend(&self.question),
            Way::ByInterest => snapshot.recommend_by_interest(&self.question),
            Way::Newest => snapshot.newest(&self.question),
        }
    }

    pub(super) fn why_nothing(&self, nothing_close: bool) -> Nothing {
        match (&self.question.among, &self.question.candidates) {
            _ if nothing_close => Nothing::Close,
            (_, Some(_)) => Nothing::Candidates,
            (Some(among), None) if among.is_empty() => Nothing::Admitted,
            (Some(_), None) => Nothing::OtherAdmitted,
            (None, None) => Nothing::Other,
        }
    }
}

/// Candidates that were given.
struct Given {
    /// For each that is known, its place in the list.
    places: Vec<usize>,
    /// For each the paper as it was given, if it was a record.
    papers: Vec<Option<Arc<Paper>>>,
    /// Names that stand for no paper, each once.
    unknown: Vec<String>,
}

impl Given {
    fn of(snapshot: &Snapshot, list: &PaperList) -> Result<(Self, Vec<Seed>)> {
        let mut given = Self { places: Vec::new(), papers: Vec::new(), unknown: Vec::new() };
        let mut seeds = Vec::new();
        for (place, paper) in list.papers.iter().enumerate() {
            given.places.push(place);
            given.papers.push(Some(Arc::new(paper.clone())));
            seeds.push(snapshot.seed(paper.clone())?);
        }
        let mut seen = HashSet::new();
        let names = list.names.iter().filter(|name| seen.insert(name.as_str()));
        for (place, name) in (list.papers.len()..).zip(names) {
            match snapshot.library().number_or_titled(name)? {
                Some(number) => {
                    given.places.push(place);
                    given.papers.push(None);
                    seeds.push(Seed::Stored(number));
                }
                None => given.unknown.push(name.clone()),
            }
        }
        Ok((given, seeds))
    }

    /// A candidate as the list has it, with the id that it has there.
    fn restore(&self, found: &mut Recommendation) {
        let Some(place) = found.candidate else { return };
        found.candidate = Some(self.places[place]);
        if let Some(paper) = &self.papers[place] {
            found.paper = paper.clone();
        }
    }
}

/// The papers of a library that are named. Several words may be one title without quotes, which is tried first.
pub(super) fn named_papers(library: &Library, names: &[String]) -> Result<Vec<Listed>> {
    if names.len() > 1
        && let Some(found) = library.find_if_known(&names.join(" "))?
    {
        return Ok(vec![found]);
    }
    each_once(names.iter().map(|name| library.find(name)))
}

/// The papers found, one that was named twice only once.
pub(super) fn each_once(found: impl Iterator<Item = Result<Listed>>) -> Result<Vec<Listed>> {
    let mut seen = HashSet::new();
    let mut papers: Vec<Listed> = found.collect::<Result<_>>()?;
    papers.retain(|listed| seen.insert(listed.number));
    Ok(papers)
}

/// The papers of a library that a list has or names.
fn known_of(library: &Library, list: &PaperList) -> Result<HashSet<PaperNumber>> {
    let mut known = HashSet::new();
    for paper in &list.papers {
        known.extend(library.same_as(paper)?.map(|listed| listed.number));
    }
    for name in &list.names {
        known.extend(library.number_or_titled(name)?);
    }
    Ok(known)
}
