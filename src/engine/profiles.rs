//! Profiles: which there are, and what each is about.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::event::Observer;
use super::interests::Interest;
use super::open::Engine;
use crate::formats::write::six_decimals;
use crate::lexical::NamedTerm;
use crate::library::{Library, PaperNumber, Profile, Said};
use crate::{Error, Result};

/// Terms that name an interest.
const TERMS: usize = 5;

/// Some profiles.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProfileList {
    /// By name.
    pub profiles: Vec<ProfileSummary>,
}

/// A profile, counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileSummary {
    /// Its name.
    pub name: String,
    /// How many papers it likes.
    pub liked: usize,
    /// How many it dislikes.
    pub disliked: usize,
    /// When its feed was last read.
    pub last_feed_at: Option<Timestamp>,
}

/// A profile and its papers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileAnswer {
    /// The profile.
    pub profile: ProfileSummary,
    /// Its interests, the greatest first. All liked papers are one interest without terms while nothing is embedded.
    pub interests: Vec<ProfileInterest>,
    /// Papers that it dislikes.
    pub disliked: Vec<ProfilePaper>,
}

/// Liked papers of one subject.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileInterest {
    /// What they are about, most telling first.
    #[serde(serialize_with = "terms")]
    pub terms: Vec<NamedTerm>,
    /// The papers, in the order in which they were liked.
    pub papers: Vec<ProfilePaper>,
}

/// A paper of which a profile has an opinion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfilePaper {
    /// The name in the library.
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
    /// [`ProfileNotFound`](Error::ProfileNotFound); what keeps the indexes from being read.
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
        let opinions_of = |papers: &[PaperNumber]| -> Vec<Said> {
            papers
                .iter()
                .filter_map(|paper| profile.liked.iter().find(|opinion| opinion.paper == *paper))
                .copied()
                .collect()
        };
        let interests = interests.into_iter().map(|Interest { papers, terms }| {
            Ok(ProfileInterest { terms, papers: profile_papers(snapshot.library(), &opinions_of(&papers))? })
        });
        Ok(ProfileAnswer {
            interests: interests.collect::<Result<_>>()?,
            disliked: profile_papers(snapshot.library(), &profile.disliked)?,
            profile: ProfileSummary::from(&profile),
        })
    }

    /// Gives a profile another name.
    ///
    /// # Errors
    /// [`ProfileNotFound`](Error::ProfileNotFound); [`InvalidParameter`](Error::InvalidParameter) when another profile has
    /// that name, or no profile can have it.
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

    /// Brings back the profile that was removed last, if there is one.
    ///
    /// # Errors
    /// [`InvalidParameter`](Error::InvalidParameter) when another profile has its name now.
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
    fn from(Profile { name, liked, disliked, told_at, .. }: &Profile) -> Self {
        Self { name: name.clone(), liked: liked.len(), disliked: disliked.len(), last_feed_at: *told_at }
    }
}

fn profile_papers(library: &Library, opinions: &[Said]) -> Result<Vec<ProfilePaper>> {
    let mut papers = Vec::with_capacity(opinions.len());
    for &Said { paper, at } in opinions {
        let listed = library.paper(paper)?.map(|listed| listed.paper);
        papers.extend(listed.map(|paper| ProfilePaper {
            id: paper.id.to_string(),
            title: paper.title,
            year: paper.year,
            at,
        }));
    }
    Ok(papers)
}

/// As JSON, `{"text", "score"}`.
fn terms<S: Serializer>(terms: &[NamedTerm], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct TermJson<'a> {
        text: &'a str,
        score: f64,
    }
    serializer.collect_seq(terms.iter().map(|term| TermJson { text: &term.text, score: six_decimals(term.score) }))
}
