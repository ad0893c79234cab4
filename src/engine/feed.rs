//! Feeds: recommendations for a profile among the papers that were added since its last feed.

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
use super::seen::papers_with_opinion;
use super::snapshot::Snapshot;
use crate::Result;
use crate::library::{PaperNumber, Profile};
use crate::paper::Paper;

/// The maximum number of terms that name an interest.
const TERMS: usize = 4;

/// A request for a feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedRequest {
    /// The profile.
    pub profile: String,
    /// The maximum number of papers.
    #[serde(default = "default_top_k")]
    pub top_k: usize,
    /// Recommend from all papers, not only those added since the last feed.
    #[serde(default)]
    pub all: bool,
    /// Leave out all papers that were marked as seen or that the feed of any profile has shown.
    #[serde(default)]
    pub exclude_seen: bool,
}

fn default_top_k() -> usize {
    DEFAULT_TOP_K
}

/// The feed of a profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feed {
    /// The profile before this feed was recorded. In JSON, its name.
    #[serde(serialize_with = "name")]
    pub profile: Profile,
    /// When the feed was made.
    pub made_at: Timestamp,
    /// The time of the previous feed that was marked as read.
    pub since: Option<Timestamp>,
    /// The number of papers to choose from.
    pub candidates: usize,
    /// The interests of the profile; in JSON, their terms.
    #[serde(serialize_with = "terms")]
    pub interests: Vec<Interest>,
    /// The recommendations, which alternate between interests.
    #[serde(rename = "results")]
    pub entries: Vec<FeedEntry>,
    /// The greatest paper number that this feed considers. The next feed starts after it. Not in the JSON.
    #[serde(skip)]
    pub newest: PaperNumber,
}

/// A recommended paper, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedEntry {
    /// The paper.
    #[serde(flatten)]
    pub found: Recommendation,
    /// The nearest liked paper; in JSON, its id and title.
    #[serde(serialize_with = "named")]
    pub because: Arc<Paper>,
    /// The index of its interest in [`Feed::interests`].
    pub interest: usize,
}

impl Snapshot<'_> {
    /// Makes the feed of a profile, without papers that the profile likes or dislikes. Unless the request sets `all`,
    /// the feed also leaves out papers that were marked as seen, that this profile's feed has shown, or that are not
    /// close to a liked paper. Call [`Engine::mark_feed_read`] after the feed was read.
    ///
    /// # Errors
    /// [`ProfileNotFound`](crate::Error::ProfileNotFound); [`InvalidParameter`](crate::Error::InvalidParameter) without
    /// liked papers; as for [`recommend`](Self::recommend).
    pub fn feed(&self, request: &FeedRequest) -> Result<Feed> {
        let profile = self.library.profile(&request.profile)?;
        if profile.liked.is_empty() {
            return Err(likes_nothing(&profile));
        }
        let newest = self.library.feed_limit(&profile)?;
        let liked: Vec<PaperNumber> = profile.liked.iter().map(|opinion| opinion.paper).collect();
        let mut excluded = papers_with_opinion(&profile);
        if !request.all {
            excluded.extend(self.library.shown_for(&profile)?);
        }
        if request.exclude_seen {
            excluded.extend(self.library.shown()?.into_iter().map(|shown| shown.paper));
        }
        let among: HashSet<PaperNumber> = match request.all {
            true => self.library.ids()?.into_keys().collect(),
            false => self.library.new_for_feed(&profile)?.into_iter().collect(),
        };
        let candidates = among.difference(&excluded).count();
        let (made_at, since) = (Timestamp::now(), profile.last_feed_at);
        let mut feed = Feed { profile, made_at, since, candidates, interests: Vec::new(), entries: Vec::new(), newest };
        if candidates == 0 {
            return Ok(feed);
        }
        let question = Question {
            disliked: feed.profile.disliked.iter().map(|opinion| Seed::Stored(opinion.paper)).collect(),
            among: (!request.all).then(|| Arc::new(among)),
            excluded,
            top_k: request.top_k,
            ..Question::like(&liked)
        };
        let mut found = self.recommend_by_interest(&question)?;
        // A feed of all papers has the best ones, close or not. A feed of new papers may be empty.
        found.retain(|found| request.all || found.is_close);
        feed.interests = self.interests(&liked, TERMS)?;
        for mut found in found {
            // An entry has the liked paper instead of the index of the seed, since the request has no list of seeds.
            let because = liked[found.seed.take().unwrap_or_default()];
            let interest = feed.interests.iter().position(|interest| interest.papers.contains(&because));
            let because = Arc::new(self.paper(because)?);
            feed.entries.push(FeedEntry { found, because, interest: interest.unwrap_or_default() });
        }
        Ok(feed)
    }
}

impl Engine {
    /// The feed of a profile; see [`Snapshot::feed`].
    pub fn feed(&self, request: &FeedRequest, observer: Observer) -> Result<Feed> {
        self.snapshot(observer)?.feed(request)
    }

    /// Records that a feed was read. The next feed starts after it.
    pub fn mark_feed_read(&self, feed: &Feed) -> Result<()> {
        let shown: Vec<PaperNumber> = feed.entries.iter().filter_map(|entry| entry.found.number).collect();
        self.change(|library, lock| library.record_feed(lock, &feed.profile, &shown, feed.newest, feed.made_at))
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
