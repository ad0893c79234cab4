//! Requests for recommendations, which are the same for every front end.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::paper_list::PaperList;
use crate::library::Filters;
use crate::paper::limits::MAX_TEXT_BYTES;
use crate::rank::Ranker;
use crate::rank::facets::Facet;
use crate::{Error, Result};

/// The default number of results.
pub const DEFAULT_TOP_K: usize = 10;

/// A request for recommendations: the seeds, the papers that may be recommended, and the order of the results.
///
/// In JSON, every key may be left out; unknown keys are refused.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// Seeds: papers of the library, each by its id, an identifier, a URL, or a part of its title.
    pub papers: Vec<String>,
    /// More seeds, which need not be in the library.
    pub like: Vec<PaperList>,
    /// Another seed: title and abstract of a paper, as plain text.
    pub pasted: Option<Pasted>,
    /// What the results should be about, in a few words. With seeds, the text counts as much as all seeds together.
    pub text: Option<String>,
    /// Use `text` as it is. Otherwise it may contain conditions (see [`TextQuery`](super::TextQuery)), and, if there are
    /// no seeds, name papers (see [`Reading`](super::Reading)).
    pub verbatim: bool,
    /// Papers of the library to which the results should not be similar, by any name.
    pub not: Vec<String>,
    /// Adds the papers that this profile likes and dislikes. If the request has no other seeds and no candidates,
    /// results alternate between the profile's interests.
    pub profile: Option<String>,
    /// The facet in which the results should be similar to the seeds.
    pub facet: Option<Facet>,
    /// Conditions that papers must meet.
    pub filters: Filters,
    /// Papers to leave out even if they meet the conditions.
    pub exclude: Vec<PaperList>,
    /// Leave out papers that were seen, and papers that any profile likes or dislikes.
    pub exclude_seen: bool,
    /// The papers to rank. Without this, the library is searched.
    pub candidates: Option<PaperList>,
    /// Which parts of a comparison count in the score.
    pub ranker: Ranker,
    /// From 0 (by score) to 1 (avoid papers like those above).
    pub diversity: f32,
    /// Prefer newer papers: the age in years, above 0, at which a score is halved.
    pub half_life_years: Option<f32>,
    /// The maximum number of results; by default [`DEFAULT_TOP_K`], or all candidates.
    pub top_k: Option<usize>,
    /// Compare every paper, even in a large library.
    pub exact: bool,
    /// Explain why each paper was recommended.
    pub explain: bool,
    /// Return the nearest papers even if none is close.
    pub anyway: bool,
}

/// A pasted text, or the text of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pasted {
    /// Its name in answers, such as the name of its file.
    pub name: String,
    /// The text.
    pub text: String,
}

/// The longest text of a request, in bytes: as long as the longest abstract that is kept.
const MAX_ASKED_BYTES: usize = MAX_TEXT_BYTES;

impl Request {
    /// The request with texts of at most [`MAX_ASKED_BYTES`], and a note on each text that was cut.
    pub(super) fn cut(&self) -> (Cow<'_, Self>, Vec<String>) {
        let mut request = Cow::Borrowed(self);
        let mut notes = Vec::new();
        let is_long = |text: &&String| text.len() > MAX_ASKED_BYTES;
        let beginning = |text: &String| text[..text.floor_char_boundary(MAX_ASKED_BYTES)].to_owned();
        let mut note = |text: &String| {
            notes.push(format!("the text has {} bytes; only the first {MAX_ASKED_BYTES} are used", text.len()));
        };
        if let Some(text) = self.text.as_ref().filter(is_long) {
            note(text);
            request.to_mut().text = Some(beginning(text));
        }
        if let Some(Pasted { name, text }) = &self.pasted
            && is_long(&text)
        {
            note(text);
            request.to_mut().pasted = Some(Pasted { name: name.clone(), text: beginning(text) });
        }
        (request, notes)
    }

    /// A request for papers similar to papers of the library, by any name.
    pub fn like<Name: Into<String>>(papers: impl IntoIterator<Item = Name>) -> Self {
        Self { papers: papers.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// A request for papers about a text.
    pub fn about(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }

    /// Checks that the numbers are in their ranges.
    pub(super) fn check(&self) -> Result<()> {
        let Self { diversity, half_life_years, top_k, .. } = self;
        let refused = |reason: &str| Err(Error::InvalidParameter(reason.to_owned()));
        if !(0.0..=1.0).contains(diversity) {
            return refused("diversity must be a number from 0 to 1, such as 0.3");
        }
        if half_life_years.is_some_and(|years| !(years > 0.0 && years.is_finite())) {
            return refused("half_life_years must be a number above 0, such as 2 or 0.5");
        }
        check_top_k(*top_k)
    }

    /// Whether the request has seeds, a text or a profile. A text that contains only conditions counts, too.
    pub fn asks_for_something(&self) -> bool {
        let Self { papers, like, pasted, text, profile, .. } = self;
        !(papers.is_empty() && like.is_empty()) || pasted.is_some() || text.is_some() || profile.is_some()
    }
}

/// Checks that `top_k` is at least 1 and less than 2^32.
pub(super) fn check_top_k(top_k: Option<usize>) -> Result<()> {
    match top_k {
        Some(top_k) if top_k == 0 || u32::try_from(top_k).is_err() => {
            Err(Error::InvalidParameter("top_k must be at least 1 and less than 2^32".to_owned()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_beyond_the_limit_is_cut_with_a_note() {
        let short = Request::about("y".repeat(MAX_ASKED_BYTES));
        assert_eq!(short.cut(), (Cow::Borrowed(&short), Vec::new()));
        let text = "y".repeat(MAX_ASKED_BYTES + 1);
        let note = "the text has 524289 bytes; only the first 524288 are used".to_owned();
        let (cut, notes) = (Request::about(text.clone()), vec![note.clone()]);
        assert_eq!(cut.cut(), (Cow::Owned(short), notes));
        let pasted = Pasted { name: "a.txt".to_owned(), text };
        let both = Request { pasted: Some(pasted), ..cut };
        let (request, notes) = both.cut();
        assert_eq!(request.pasted.as_ref().map(|pasted| pasted.text.len()), Some(MAX_ASKED_BYTES));
        assert_eq!(notes, [note.clone(), note]);
    }
}
