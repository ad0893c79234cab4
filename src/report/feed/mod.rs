//! Feeds: what is new for a profile, to be read or to be subscribed to.
//!
//! A [`Digest`] is a plain result; each format has a writer of its own, which takes nothing else: no clock, no library,
//! no network.

mod atom;
mod html;
mod markdown;

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::wording;
use crate::paper::Paper;
use crate::recommender::Feed;

/// What is new for a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// The profile's name.
    pub profile: String,
    /// 32 hexadecimal digits that name the profile to the world.
    pub key: String,
    /// When it was made, given by the caller so that the same input writes the same bytes.
    pub made_at: Timestamp,
    /// When the one before was; `None`: it is the first, or of all papers.
    pub since: Option<Timestamp>,
    /// Among how many papers was looked.
    pub candidates: u64,
    /// Best first, interests in turn.
    pub entries: Vec<Entry>,
}

/// A recommended paper and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The paper.
    pub paper: Arc<Paper>,
    /// What its rank goes by within an interest.
    pub score: f32,
    /// The liked paper that it is most like.
    pub because: Arc<Paper>,
    /// What the interest is about, if there are several.
    pub interest: Option<String>,
}

impl Digest {
    /// What a feed tells at a time.
    pub fn new(feed: &Feed, since: Option<Timestamp>, made_at: Timestamp) -> Self {
        let interest = |number: usize| {
            let terms = &feed.interests.get(number)?.terms;
            let named = terms.iter().map(|term| term.text.as_str()).collect::<Vec<_>>().join(", ");
            (feed.interests.len() > 1 && !named.is_empty()).then_some(named)
        };
        let entry = |entry: &crate::recommender::FeedEntry| Entry {
            paper: entry.found.paper.clone(),
            score: entry.found.score,
            because: entry.because.clone(),
            interest: interest(entry.interest),
        };
        Self {
            profile: feed.profile.name.clone(),
            key: feed.profile.key.clone(),
            made_at,
            since,
            candidates: feed.candidates as u64,
            entries: feed.entries.iter().map(entry).collect(),
        }
    }

    /// Heading.
    pub fn title(&self) -> String {
        format!("New papers for “{}”", self.profile)
    }

    /// Of what it is a choice, as a sentence.
    pub fn lead(&self) -> String {
        let among = wording::count(self.candidates, "paper", "papers");
        let entries = self.entries.len();
        match self.since {
            Some(since) => format!("{entries} of {among} that came since {}.", day(since)),
            None => format!("{entries} of {among}."),
        }
    }
}

/// The formats of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedFormat {
    /// For feed readers ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)).
    Atom,
    /// One self-contained page.
    Html,
    /// CommonMark.
    Markdown,
}

impl FeedFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Html, Self::Markdown];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Html => "html",
            Self::Markdown => "md",
        }
    }

    /// The format that a file's name asks for, upper or lower case; `None` when it names none.
    pub fn from_extension(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "atom" | "xml" => Some(Self::Atom),
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }
}

/// Writes `digest` to `out`, through a buffer; `out` is flushed.
///
/// # Errors
/// Those of `out`, and nothing else.
pub fn write(digest: &Digest, format: FeedFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        FeedFormat::Atom => atom::write(digest, &mut out),
        FeedFormat::Html => html::write(digest, &mut out),
        FeedFormat::Markdown => markdown::write(digest, &mut out),
    }?;
    out.flush()
}

/// The day of a moment, in UTC.
fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests;
