//! What is new for a profile: recommendations among the papers that came since its feed told something last.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use super::answer::Recommendation;
use super::event::Observer;
use super::interests::{Interest, likes_nothing};
use super::json::Named;
use super::open::Engine;
use super::question::{Question, Seed};
use super::request::DEFAULT_TOP_K;
use super::seen::opinionated;
use super::snapshot::Snapshot;
use crate::Result;
use crate::library::{PaperNumber, Profile};
use crate::paper::Paper;

/// Terms that name an interest.
const TERMS: usize = 4;

/// What a feed is to recommend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedRequest {
    /// The profile.
    pub profile: String,
    /// How many papers at most.
    #[serde(default = "default_top_k")]
    pub top_k: usize,
    /// Whether to choose among all papers, and not only those that were added since the last time.
    #[serde(default)]
    pub all: bool,
    /// Whether to leave out everything that was shown, by whatever feed.
    #[serde(default)]
    pub exclude_seen: bool,
}

fn default_top_k() -> usize {
    DEFAULT_TOP_K
}

/// What is new for a profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feed {
    /// The profile, as it was before; in JSON its name.
    #[serde(serialize_with = "name")]
    pub profile: Profile,
    /// When the feed was made.
    pub made_at: Timestamp,
    /// When the one before was.
    pub since: Option<Timestamp>,
    /// Among how many papers was looked.
    pub candidates: usize,
    /// The interests of the profile; in JSON their terms.
    #[serde(serialize_with = "terms")]
    pub interests: Vec<Interest>,
    /// What is recommended, the interests in turn.
    #[serde(rename = "results")]
    pub entries: Vec<FeedEntry>,
    /// The greatest number of a paper that can be recommended now; the next feed goes on after it. Not in the JSON.
    #[serde(skip)]
    pub newest: PaperNumber,
}

/// A recommended paper and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedEntry {
    /// The paper.
    #[serde(flatten)]
    pub found: Recommendation,
    /// The liked paper that it is most like; in JSON its id and title.
    #[serde(serialize_with = "named")]
    pub because: Arc<Paper>,
    /// The place of the interest that this is of.
    pub interest: usize,
}

impl Snapshot<'_> {
    /// What is new for a profile. Papers that it has an opinion of are left out; so are, unless `all` is asked for, those
    /// that a person has seen or its feed has shown, and those that are not close to anything it likes.
    /// [`Engine::mark_feed_read`] is yet to be called.
    ///
    /// # Errors
    /// [`Error::ProfileNotFound`]; [`Error::InvalidParameter`] when nothing is liked; as for
    /// [`recommend`](Self::recommend).
    pub fn feed(&self, request: &FeedRequest) -> Result<Feed> {
        let profile = self.library.profile(&request.profile)?;
        if profile.liked.is_empty() {
            return Err(likes_nothing(&profile));
        }
        let newest = self.library.tellable(&profile)?;
        let liked: Vec<PaperNumber> = profile.liked.iter().map(|said| said.paper).collect();
        let mut excluded = opinionated(&profile);
        if !request.all {
            excluded.extend(self.library.shown_for(&profile)?);
        }
        if request.exclude_seen {
            excluded.extend(self.library.shown()?.into_iter().map(|shown| shown.paper));
        }
        let among: HashSet<PaperNumber> = match request.all {
            true => self.library.ids()?.into_keys().collect(),
            false => self.library.untold(&profile)?.into_iter().collect(),
        };
        let candidates = among.difference(&excluded).count();
        let (made_at, since) = (Timestamp::now(), profile.told_at);
        let mut feed = Feed { profile, made_at, since, candidates, interests: Vec::new(), entries: Vec::new(), newest };
        if candidates == 0 {
            return Ok(feed);
        }
        let question = Question {
            disliked: feed.profile.disliked.iter().map(|said| Seed::Stored(said.paper)).collect(),
            among: (!request.all).then(|| Arc::new(among)),
            excluded,
            top_k: request.top_k,
            ..Question::like(&liked)
        };
        let mut found = self.recommend_by_interest(&question)?;
        // Who asks among all papers wants the best, whatever they are; among what is new there may be nothing.
        found.retain(|found| request.all || found.is_close);
        feed.interests = self.interests(&liked, TERMS)?;
        for mut found in found {
            // Named instead, since nobody gave the seeds.
            let because = liked[found.seed.take().unwrap_or_default()];
            let interest = feed.interests.iter().position(|interest| interest.papers.contains(&because));
            let because = Arc::new(self.paper(because)?);
            feed.entries.push(FeedEntry { found, because, interest: interest.unwrap_or_default() });
        }
        Ok(feed)
    }
}

impl Engine {
    /// What is new for a profile; see [`Snapshot::feed`].
    pub fn feed(&self, request: &FeedRequest, observer: Observer) -> Result<Feed> {
        self.snapshot(observer)?.feed(request)
    }

    /// Notes that a feed was read, so that the next one goes on from there.
    pub fn mark_feed_read(&self, feed: &Feed) -> Result<()> {
        let shown: Vec<PaperNumber> = feed.entries.iter().filter_map(|entry| entry.found.number).collect();
        self.change(|library, lock| library.note_told(lock, &feed.profile, &shown, feed.newest, feed.made_at))
    }
}

fn name<S: Serializer>(profile: &Profile, serializer: S) -> Result<S::Ok, S::Error> {
    profile.name.serialize(serializer)
}

fn named<S: Serializer>(paper: &Arc<Paper>, serializer: S) -> Result<S::Ok, S::Error> {
    Named::from(paper.as_ref()).serialize(serializer)
}

fn terms<S: Serializer>(interests: &[Interest], serializer: S) -> Result<S::Ok, S::Error> {
    let terms = |interest: &Interest| interest.terms.iter().map(|term| term.text.clone()).collect::<Vec<_>>();
    serializer.collect_seq(interests.iter().map(terms))
}
