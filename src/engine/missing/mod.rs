//! Finds papers that are close to a draft or a bibliography, but are not cited in it.
//!
//! A bibliography is one question with all its papers as seeds. For a draft, each passage is a separate question, and
//! the works that it cites are another one.

mod cited;
mod evidence;
mod input;
mod lines;
mod passages;

use super::answer::{Answer, CitedPapers, Kind, Reason};
use super::ask::Resolved;
use super::event::Observer;
use super::json::Named;
use super::open::Engine;
use super::question::Seed;
use super::request::Request;
use super::snapshot::Snapshot;
use crate::paper::Paper;
use crate::{Error, Result};

pub use cited::{Citations, Cited};
pub use evidence::CitedWorks;
pub use input::MissingRequest;

use input::Input;

impl Engine {
    /// Finds papers of the library that are close to a draft or a bibliography, but are not cited in it.
    ///
    /// # Errors
    /// [`Error::Input`](crate::Error::Input), [`Error::Io`](crate::Error::Io) or
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) if the file, or a bibliography that the request
    /// names, cannot be read or has nothing to compare with; otherwise as for [`ask`](Self::ask).
    pub fn missing(&self, request: &MissingRequest, observer: Observer) -> Result<Answer> {
        let Request { not, candidates, .. } = &request.answer;
        if request.answer.asks_for_something() || !not.is_empty() || candidates.is_some() {
            let reason = "papers are compared with the file; leave out papers, texts and profiles".to_owned();
            return Err(Error::InvalidParameter(reason));
        }
        let input = Input::read(request)?;
        self.snapshot(observer)?.missing_from(input, request)
    }
}

impl Snapshot<'_> {
    fn missing_from(&self, mut input: Input, request: &MissingRequest) -> Result<Answer> {
        let cited = self.cited(&input.citations)?;
        let seeds = input.seeds(&cited, &request.file, self)?;
        let kind = if input.is_draft() { Kind::Draft } else { Kind::Papers };
        let name = request.file.display().to_string();
        let mut resolved = Resolved::of_file(self, kind, &name, seeds, &request.answer)?;
        resolved.understood.passages = Some(input.passages.len());
        resolved.question.excluded.extend(&cited.excluded);
        let mut answer = if input.is_draft() {
            self.missing_from_draft(&input, &cited, resolved, &request.answer)?
        } else {
            let mut answer = resolved.answer(self, &request.answer)?;
            input.add_entries(&mut answer.results);
            answer
        };
        answer.notes = [input.notes.clone(), answer.notes, input.not_found(&cited)].concat();
        let in_library = cited.in_library.iter().map(|number| Ok(Named::from(&self.paper(*number)?)));
        answer.cited = Some(CitedPapers {
            entries: (!input.is_draft()).then_some(input.citations.papers.len()),
            in_library: in_library.collect::<Result<_>>()?,
            not_in_library: cited.not_in_library,
            unresolved: cited.unresolved,
        });
        Ok(answer)
    }

    /// Answers for a draft. The reasons are its sentences, the nearest cited works and the authors of these.
    fn missing_from_draft(
        &self,
        input: &Input,
        cited: &Cited,
        resolved: Resolved,
        request: &Request,
    ) -> Result<Answer> {
        let works = self.cited_works(input, cited)?;
        let found = self.recommend_for_draft(&resolved.question, &works)?;
        let (results, nearest): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let mut answer = resolved.answer_with(results, self, request)?;
        input.add_sentences(&mut answer.results);
        for (found, nearest) in answer.results.iter_mut().zip(nearest) {
            let Some(Reason::Sentence { cited, authors, .. }) = &mut found.reason else { continue };
            *cited = match nearest.map(|place| &works.seeds[place]) {
                Some(Seed::Stored(number)) => Some(Named::from(&self.paper(*number)?)),
                Some(Seed::Foreign(paper)) => Some(Named::from(paper.as_ref())),
                Some(Seed::Text(_)) | None => None,
            };
            *authors = works.shared_authors(&found.paper);
        }
        Ok(answer)
    }

    /// The cited works of a draft. If none is in the library, results should resemble the titles of the others.
    fn cited_works(&self, input: &Input, cited: &Cited) -> Result<CitedWorks> {
        let mut seeds: Vec<Seed> = cited.in_library.iter().copied().map(Seed::Stored).collect();
        if seeds.is_empty() {
            seeds.extend(input.citations.papers.iter().map(|paper| Seed::Foreign(Box::new(paper.clone()))));
        }
        let stored: Vec<Paper> = cited.in_library.iter().map(|number| self.paper(*number)).collect::<Result<_>>()?;
        Ok(CitedWorks::new(seeds, stored.iter().chain(&input.citations.papers)))
    }
}
