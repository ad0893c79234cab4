//! What a manuscript or a list of papers should perhaps cite: papers near it that it does not.
//!
//! A list is asked for as one question with all its papers as seeds, a manuscript by its passages.

mod answer;
mod cited;
mod input;
mod passages;

use super::answer::Kind;
use super::ask::{Asked, nothing_close};
use super::event::Observer;
use super::json::{Named, SCHEMA_VERSION};
use super::request::Request;
use super::shared::Engine;
use super::snapshot::Snapshot;
use crate::{Error, Result};

pub use answer::{CitedPapers, MissingAnswer, MissingPaper, Reason};
pub use cited::{Citations, Cited};
pub use input::MissingRequest;

use input::Input;

impl Engine {
    /// Papers of the library that a bibliography or a manuscript should perhaps cite, and does not.
    ///
    /// # Errors
    /// [`Error::Input`](crate::Error::Input), [`Error::Io`](crate::Error::Io) or
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) if the file, or a bibliography that the request names,
    /// cannot be read or has nothing to look for papers by; otherwise as for [`ask`](Self::ask).
    pub fn missing(&self, request: &MissingRequest, observer: Observer) -> Result<MissingAnswer> {
        let Request { not, candidates, .. } = &request.answer;
        if request.answer.asks_for_something() || !not.is_empty() || candidates.is_some() {
            let reason = "what papers should be like is the file; leave out papers, texts and profiles".to_owned();
            return Err(Error::InvalidParameter(reason));
        }
        let input = Input::read(request)?;
        self.snapshot(observer)?.missing_from(input, request)
    }
}

impl Snapshot<'_> {
    fn missing_from(&self, mut input: Input, request: &MissingRequest) -> Result<MissingAnswer> {
        let cited = self.cited(&input.citations)?;
        let seeds = input.seeds(&cited, &request.file, self)?;
        let kind = if input.is_draft() { Kind::Draft } else { Kind::Papers };
        let mut asked = Asked::of_file(self, kind, &request.file.display().to_string(), seeds, &request.answer)?;
        asked.understood.passages = Some(input.passages.len());
        asked.question.excluded.extend(&cited.excluded);
        asked.understood.excluded = asked.question.excluded.len();
        let mut found = match kind {
            Kind::Draft => self.recommend_for_passages(&asked.question)?,
            _ => self.recommend(&asked.question)?,
        };
        let nothing_close = nothing_close(&asked.question, &found);
        if nothing_close && !request.answer.anyway {
            found.clear();
        }
        let nothing = found.is_empty().then(|| asked.why_nothing(nothing_close));
        let result = |recommendation| MissingPaper { reason: input.reason(&recommendation), recommendation };
        let results = found.into_iter().map(result).collect();
        let in_library = cited.in_library.iter().map(|number| Ok(Named::from(&self.paper(*number)?)));
        let in_library = in_library.collect::<Result<_>>()?;
        let notes = [input.notes.clone(), asked.notes, input.not_found(&cited)].concat();
        let entries = (!input.is_draft()).then_some(input.citations.papers.len());
        let (not_in_library, unresolved) = (cited.not_in_library, cited.unresolved);
        let cited = CitedPapers { entries, in_library, not_in_library, unresolved };
        let (schema_version, query) = (SCHEMA_VERSION, asked.understood);
        Ok(MissingAnswer { schema_version, query, cited, results, nothing_close, nothing, notes })
    }
}
