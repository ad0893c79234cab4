//! Finds papers that are close to a draft or a bibliography, but are not cited in it.
//!
//! A bibliography is one question with all its papers as seeds. Each passage of a draft is a separate question.

mod cited;
mod input;
mod passages;

use super::answer::{Answer, CitedPapers, Kind};
use super::ask::Resolved;
use super::event::Observer;
use super::json::Named;
use super::open::Engine;
use super::request::Request;
use super::snapshot::Snapshot;
use crate::{Error, Result};

pub use cited::{Citations, Cited};
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
        let mut answer = resolved.answer(self, &request.answer)?;
        for found in &mut answer.results {
            found.reason = Some(input.reason(found));
        }
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
}
