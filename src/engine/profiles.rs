//! Profiles, their interests and their papers.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::event::Observer;
use super::interests::Interest;
use super::open::Engine;
use crate::formats::write::six_decimals;
use crate::lexical::NamedTerm;
use crate::library::{Library, PaperNumber, PaperOpinion, Profile};
use crate::paper::Paper;
use crate::{Error, Result};

/// The maximum number of terms that name an interest.
const TERMS: usize = 5;

/// A list of profiles.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProfileList {
    /// In the order of their names.
    pub profiles: Vec<ProfileSummary>,
}

/// The name of a profile, how many papers it likes and dislikes, and when its feed was last read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileSummary {
    /// Its name.
    pub name: String,
    /// How many papers it likes.
    pub liked: usize,
    /// How many papers it dislikes.
    pub disliked: usize,
    /// When its feed was last read.
    pub last_feed_at: Option<Timestamp>,
}

/// A profile and its papers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileAnswer {
    /// The profile.
    pub profile: ProfileSummary,
    /// Its interests, the largest first. While nothing is embedded, all liked papers are one interest without terms.
    pub interests: Vec<ProfileInterest>,
    /// Papers that it dislikes.
    pub disliked: Vec<ProfilePaper>,
}

/// Liked papers of one subject.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileInterest {
    /// The terms that name the subject, the most informative first.
    #[serde(serialize_with = "terms")]
    pub terms: Vec<NamedTerm>,
    /// The papers, in the order in which they were liked.
    pub papers: Vec<ProfilePaper>,
}

/// A paper that a profile likes or dislikes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfilePaper {
    /// Its id in the library.
    pub id: String,
    /// Title.
    pub title: String,
    /// Year of publication.
    pub year: Option<i16>,
    /// When the opinion was recorded.
    pub at: Timestamp,
}

impl Engine {
    /// All profiles.
    pub fn profiles(&self) -> Result<ProfileList> {
        Ok(self.library()?.profiles()?.iter().collect())
    }

    /// A profile with its interests.
    ///
    /// # Errors
    /// [`ProfileNotFound`](Error::ProfileNotFound); errors of reading the indexes.
    pub fn profile(&self, name: &str, observer: Observer) -> Result<ProfileAnswer> {
        let snapshot = self.snapshot(observer)?;
        let profile = snapshot.library().profile(name)?;
        let liked: Vec<PaperNumber> = profile.liked.iter().map(|opinion| opinion.paper).collect();
        let interests = match snapshot.interests(&liked, TERMS) {
            Err(Error::EmptyLibrary { .. } | Error::NothingEmbedded { .. }) => {
                vec![Interest { papers: liked, terms: Vec::new() }]
            }
            interests => interests?,
        };
        let interests = interests.into_iter().map(|Interest { papers, terms }| {
            let liked = profile.liked.iter().filter(|opinion| papers.contains(&opinion.paper));
            Ok(ProfileInterest { terms, papers: profile_papers(snapshot.library(), liked)? })
        });
        Ok(ProfileAnswer {
            interests: interests.collect::<Result<_>>()?,
            disliked: profile_papers(snapshot.library(), profile.disliked.iter())?,
            profile: ProfileSummary::from(&profile),
        })
    }

    /// Renames a profile.
    ///
    /// # Errors
    /// [`ProfileNotFound`](Error::ProfileNotFound); [`InvalidParameter`](Error::InvalidParameter) if another profile
    /// has that name, or it is not valid.
    pub fn rename_profile(&self, name: &str, to: &str) -> Result<ProfileList> {
        self.change(|library, lock| Ok([&library.rename_profile(lock, name, to)?].into_iter().collect()))
    }

    /// Removes a profile.
    ///
    /// # Errors
    /// [`ProfileNotFound`](Error::ProfileNotFound).
    pub fn remove_profile(&self, name: &str) -> Result<ProfileList> {
        self.change(|library, lock| Ok([&library.remove_profile(lock, name)?].into_iter().collect()))
    }

    /// Restores the profile that was removed last, if there is one.
    ///
    /// # Errors
    /// [`InvalidParameter`](Error::InvalidParameter) if another profile has its name now.
    pub fn undo_remove_profile(&self) -> Result<ProfileList> {
        self.change(|library, lock| Ok(library.undo_remove_profile(lock)?.iter().collect()))
    }
}

impl<'a> FromIterator<&'a Profile> for ProfileList {
    fn from_iter<Profiles: IntoIterator<Item = &'a Profile>>(profiles: Profiles) -> Self {
        Self { profiles: profiles.into_iter().map(ProfileSummary::from).collect() }
    }
}

impl From<&Profile> for ProfileSummary {
    fn from(Profile { name, liked, disliked, last_feed_at, .. }: &Profile) -> Self {
        Self { name: name.clone(), liked: liked.len(), disliked: disliked.len(), last_feed_at: *last_feed_at }
    }
}

fn profile_papers<'a>(
    library: &Library,
    opinions: impl Iterator<Item = &'a PaperOpinion>,
) -> Result<Vec<ProfilePaper>> {
    let mut papers = Vec::new();
    for &PaperOpinion { paper, at } in opinions {
        let paper = library.paper(paper)?.map(|listed| listed.paper);
        papers.extend(paper.map(|Paper { id, title, year, .. }| ProfilePaper { id: id.to_string(), title, year, at }));
    }
    Ok(papers)
}

/// As JSON, `{"text", "score"}`.
fn terms<S: Serializer>(terms: &[NamedTerm], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    let json = |term: &NamedTerm| json!({ "text": term.text, "score": six_decimals(term.score) });
    serializer.collect_seq(terms.iter().map(json))
}
