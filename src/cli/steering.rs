//! What commands that recommend have in common: a profile, and leaving out what was seen.

use std::collections::HashSet;

use jiff::Timestamp;

use super::args::SteeringArgs;
use crate::library::{PaperNumber, Profile};
use crate::recommender::{Observer, Question, Recommendation, Recommender};
use crate::{Error, Result};

/// A profile to recommend by, and whether what was seen counts.
pub(super) struct Steering {
    /// The profile, if one was named.
    pub profile: Option<Profile>,
    exclude_seen: bool,
    mark_seen: bool,
}

impl Steering {
    /// Looks up what was asked for.
    pub(super) fn of(args: &SteeringArgs, recommender: &Recommender) -> Result<Self> {
        let by_profile = Self::by_profile(args.profile.as_deref(), recommender)?;
        Ok(Self { exclude_seen: args.exclude_seen, mark_seen: args.mark_seen, ..by_profile })
    }

    /// By a profile, if one is named, and nothing else.
    pub(super) fn by_profile(name: Option<&str>, recommender: &Recommender) -> Result<Self> {
        let profile = name.map(|name| recommender.library().profile(name)).transpose()?;
        Ok(Self { profile, exclude_seen: false, mark_seen: false })
    }

    /// What need not be shown again.
    pub(super) fn excluded(&self, recommender: &Recommender) -> Result<HashSet<PaperNumber>> {
        if self.exclude_seen { recommender.seen() } else { Ok(HashSet::new()) }
    }

    /// Answers a question so steered, and says what was asked then. With a profile alone, its interests have their turns;
    /// what else is asked about is one interest with all that the profile likes.
    pub(super) fn recommend(
        &self,
        recommender: &Recommender,
        mut question: Question,
        observer: Observer,
    ) -> Result<(Question, Vec<Recommendation>)> {
        // Given candidates are ranked together, whatever they are like.
        let is_profile_alone = question.seeds() == 0 && question.candidates.is_none();
        if let Some(profile) = &self.profile {
            question.steer(profile);
            if question.seeds() == 0 {
                let reason = format!("the profile {:?} likes no paper yet; `relata like PAPER` adds one", profile.name);
                return Err(Error::InvalidParameter(reason));
            }
        }
        let found = match is_profile_alone {
            true => recommender.recommend_by_interest(&question, observer)?,
            false => recommender.recommend(&question, observer)?,
        };
        Ok((question, found))
    }

    /// Notes what was shown, if that was asked for.
    pub(super) fn shown(&self, recommender: &mut Recommender, found: &[Recommendation]) -> Result<()> {
        if !self.mark_seen {
            return Ok(());
        }
        let numbers: Vec<_> = found.iter().filter_map(|found| found.number).collect();
        recommender.mark_seen(&numbers, Timestamp::now())
    }
}
