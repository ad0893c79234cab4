//! The new papers for a profile, as a plain result.

use std::sync::Arc;

use jiff::Timestamp;

use super::super::wording;
use crate::engine::Feed;
use crate::paper::Paper;

/// The new papers for a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// The profile's name.
    pub profile: String,
    /// 32 hexadecimal digits that identify the profile in all libraries.
    pub key: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When the last feed was made; `None` for the first feed, and for a feed of all papers.
    pub since: Option<Timestamp>,
    /// Number of candidates.
    pub candidates: u64,
    /// The recommended papers, best first, alternating between interests.
    pub entries: Vec<Entry>,
}

/// A recommended paper, and the reason for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The paper.
    pub paper: Arc<Paper>,
    /// Its score, which orders the papers of an interest.
    pub score: f32,
    /// The most similar liked paper.
    pub because: Arc<Paper>,
    /// The terms of its interest, if the profile has several.
    pub interest: Option<String>,
}

impl Digest {
    /// The digest of a feed.
    pub fn new(feed: &Feed, since: Option<Timestamp>) -> Self {
        let interest = |number: usize| {
            let terms = &feed.interests.get(number)?.terms;
            let named = terms.iter().map(|term| term.text.as_str()).collect::<Vec<_>>().join(", ");
            (feed.interests.len() > 1 && !named.is_empty()).then_some(named)
        };
        let entry = |entry: &crate::engine::FeedEntry| Entry {
            paper: entry.found.paper.clone(),
            score: entry.found.score,
            because: entry.because.clone(),
            interest: interest(entry.interest),
        };
        Self {
            profile: feed.profile.name.clone(),
            key: feed.profile.key.clone(),
            made_at: feed.made_at,
            since,
            candidates: feed.candidates as u64,
            entries: feed.entries.iter().map(entry).collect(),
        }
    }

    /// Heading.
    pub fn title(&self) -> String {
        format!("New papers for “{}”", self.profile)
    }

    /// A sentence with the numbers of entries and of candidates.
    pub fn lead(&self) -> String {
        let among = wording::count(self.candidates, "paper", "papers");
        let entries = self.entries.len();
        match self.since {
            Some(since) => format!("{entries} of {among} added since {}.", day(since)),
            None => format!("{entries} of {among}."),
        }
    }
}

/// The day of a moment, in UTC.
pub(super) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
