//! What is new for a profile: recommendations among the papers that came since its feed told something last.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::library::{PaperNumber, Profile, Said};
use crate::paper::Paper;
use crate::recommender::{Interest, Observer, Question, Recommendation, Recommender, Seed};
use crate::{Error, Result};

/// Terms that name an interest.
const TERMS: usize = 4;

/// What a feed is to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedOptions {
    /// How many papers at most.
    pub top_k: usize,
    /// Whether all papers may be told, and not only those that came since the last time.
    pub all: bool,
    /// Whether to leave out everything that was shown, by whatever feed.
    pub exclude_seen: bool,
}

/// What a feed tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// For whom; as it was before.
    pub profile: Profile,
    /// The interests of the profile.
    pub interests: Vec<Interest>,
    /// What is recommended, the interests in turn.
    pub entries: Vec<FeedEntry>,
    /// Among how many papers.
    pub candidates: usize,
    /// The greatest number of a paper that can be told of now.
    pub told: PaperNumber,
}

/// A recommended paper and why.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedEntry {
    /// The paper.
    pub found: Recommendation,
    /// The liked paper that it is most like.
    pub because: Arc<Paper>,
    /// The interest that this is of.
    pub interest: usize,
}

impl Recommender {
    /// What is new for a profile. Papers that it has an opinion of are left out; so are, unless `all` is asked for, those
    /// that a person has seen or its feed has shown, and those that are not close to anything it likes. [`note_told`](Self::note_told) is yet to be called.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when nothing is liked; as for [`recommend`](Self::recommend).
    pub fn feed(&self, profile: Profile, options: &FeedOptions, observer: Observer) -> Result<Feed> {
        if profile.liked.is_empty() {
            let name = &profile.name;
            let reason = format!("the profile {name:?} likes no paper yet; `relata like PAPER` says what to look for");
            return Err(Error::InvalidParameter(reason));
        }
        let told = self.library.tellable(&profile)?;
        let liked: Vec<PaperNumber> = profile.liked.iter().map(|said| said.paper).collect();
        let mut excluded = opinionated(&profile);
        if !options.all {
            excluded.extend(self.library.shown_for(&profile)?);
        }
        if options.exclude_seen {
            excluded.extend(self.library.shown()?.into_iter().map(|shown| shown.paper));
        }
        let among: HashSet<PaperNumber> = match options.all {
            true => self.library.ids()?.into_keys().collect(),
            false => self.library.untold(&profile)?.into_iter().collect(),
        };
        let candidates = among.difference(&excluded).count();
        let mut feed = Feed { interests: Vec::new(), entries: Vec::new(), profile, candidates, told };
        if candidates == 0 {
            return Ok(feed);
        }
        let question = Question {
            disliked: feed.profile.disliked.iter().map(|said| Seed::Stored(said.paper)).collect(),
            among: (!options.all).then(|| Arc::new(among)),
            excluded,
            top_k: options.top_k,
            ..Question::like(&liked)
        };
        let mut found = self.recommend_by_interest(&question, observer)?;
        // Who asks among all papers wants the best, whatever they are; among what is new there may be nothing.
        found.retain(|found| options.all || found.is_close);
        feed.interests = self.interests(&liked, TERMS, observer)?;
        for found in found {
            let because = liked[found.seed];
            let interest = feed.interests.iter().position(|interest| interest.papers.contains(&because));
            let because = Arc::new(self.paper(because)?);
            feed.entries.push(FeedEntry { found, because, interest: interest.unwrap_or_default() });
        }
        Ok(feed)
    }

    /// Notes that a feed was told, so that the next one goes on from there.
    pub fn note_told(&mut self, feed: &Feed, at: Timestamp) -> Result<()> {
        let lock = self.library.lock()?;
        let shown: Vec<PaperNumber> = feed.entries.iter().filter_map(|entry| entry.found.number).collect();
        self.library.note_told(&lock, &feed.profile, &shown, feed.told, at)
    }

    /// Notes that papers were shown otherwise, as if a person had said that they are seen.
    pub fn mark_seen(&mut self, papers: &[PaperNumber], at: Timestamp) -> Result<()> {
        let lock = self.library.lock()?;
        self.library.mark_seen(&lock, papers, at).map(|_| ())
    }

    /// Everything that somebody need not be shown again: what was shown, and what any profile has an opinion of.
    pub fn seen(&self) -> Result<HashSet<PaperNumber>> {
        let mut seen: HashSet<PaperNumber> = self.library.shown()?.into_iter().map(|shown| shown.paper).collect();
        for profile in self.library.profiles()? {
            seen.extend(opinionated(&profile));
        }
        Ok(seen)
    }
}

impl Question {
    /// Adds a profile: what it likes to what papers should be like, what it dislikes to what they should not be. What the
    /// question names already stays as it names it.
    pub fn steer(&mut self, profile: &Profile) {
        let named: HashSet<PaperNumber> = self
            .liked
            .iter()
            .chain(&self.disliked)
            .filter_map(|seed| if let Seed::Stored(number) = seed { Some(*number) } else { None })
            .collect();
        let seeds = |said: &[Said]| -> Vec<Seed> {
            said.iter().filter(|said| !named.contains(&said.paper)).map(|said| Seed::Stored(said.paper)).collect()
        };
        self.liked.extend(seeds(&profile.liked));
        self.disliked.extend(seeds(&profile.disliked));
    }
}

fn opinionated(profile: &Profile) -> HashSet<PaperNumber> {
    profile.liked.iter().chain(&profile.disliked).map(|said| said.paper).collect()
}
