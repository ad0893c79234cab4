//! A question in which every name is resolved.

use std::collections::HashSet;
use std::sync::Arc;

use crate::library::{PaperNumber, PaperOpinion, Profile};
use crate::paper::Paper;
use crate::rank::Ranker;
use crate::rank::facets::Facet;

/// A paper or text to which results should be similar, or should not be.
#[derive(Debug, Clone, PartialEq)]
pub enum Seed {
    /// A paper of the library.
    Stored(PaperNumber),
    /// A paper that is not in the library.
    Foreign(Box<Paper>),
    /// A paper as plain text: title, abstract, or a passage.
    Text(String),
}

impl Seed {
    /// The number of the paper, if it is in the library.
    pub(super) fn number(&self) -> Option<PaperNumber> {
        match self {
            Self::Stored(number) => Some(*number),
            Self::Foreign(_) | Self::Text(_) => None,
        }
    }
}

/// A paper that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoundPaper {
    /// A paper of the library.
    Stored(PaperNumber),
    /// A candidate, by its place in the list of candidates.
    Given(usize),
}

/// Which papers to recommend, and in which order.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Seeds to which results should be similar. With several seeds, the score is the mean of the three best.
    pub liked: Vec<Seed>,
    /// What results should be about, in a few words. With seeds, the text counts as much as all seeds together.
    pub text: Option<String>,
    /// Seeds to which results should not be similar.
    pub disliked: Vec<Seed>,
    /// Which parts of a comparison count in the score.
    pub ranker: Ranker,
    /// Weights the sentences of papers by this facet. The other parts of the score are not affected.
    pub facet: Option<Facet>,
    /// The papers to rank. Without this, the library is searched.
    pub candidates: Option<Vec<Seed>>,
    /// The papers of the library that may be recommended. Without this, all papers may be.
    pub among: Option<Arc<HashSet<PaperNumber>>>,
    /// Papers of the library that may not be recommended.
    pub excluded: HashSet<PaperNumber>,
    /// The maximum number of results, also for candidates.
    pub top_k: usize,
    /// Whether to compare every paper, even in a large library.
    pub exact: bool,
    /// From 0 (by score) to 1 (avoid papers like those above).
    pub diversity: f32,
    /// Whether and how much newer papers are preferred.
    pub recency: Option<Recency>,
    /// Whether to explain each recommendation; see [`Recommendation::because`](super::Recommendation::because).
    pub explain: bool,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            liked: Vec::new(),
            text: None,
            disliked: Vec::new(),
            ranker: Ranker::default(),
            facet: None,
            candidates: None,
            among: None,
            excluded: HashSet::new(),
            top_k: 10,
            exact: false,
            diversity: 0.0,
            recency: None,
            explain: false,
        }
    }
}

impl Question {
    /// A question for papers similar to `papers`.
    pub fn like(papers: &[PaperNumber]) -> Self {
        Self { liked: papers.iter().copied().map(Seed::Stored).collect(), ..Self::default() }
    }

    /// A question for papers about a text.
    pub fn about(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }

    /// The number of seeds; the text counts as one.
    pub fn seeds(&self) -> usize {
        self.liked.len() + usize::from(self.text.is_some())
    }

    /// Liked seeds, disliked seeds and candidates.
    pub(super) fn named_seeds(&self) -> impl Iterator<Item = &Seed> {
        self.liked.iter().chain(&self.disliked).chain(self.candidates.iter().flatten())
    }

    /// Converts a found paper to a seed.
    pub(super) fn seed_of(&self, found: FoundPaper) -> Seed {
        match found {
            FoundPaper::Stored(number) => Seed::Stored(number),
            FoundPaper::Given(place) => self.candidates.as_deref().unwrap_or_default()[place].clone(),
        }
    }

    /// Adds the papers that a profile likes and dislikes, except those that the question already names.
    pub fn steer(&mut self, profile: &Profile) {
        let named: HashSet<PaperNumber> = self.liked.iter().chain(&self.disliked).filter_map(Seed::number).collect();
        let seeds = |opinions: &[PaperOpinion]| -> Vec<Seed> {
            let papers = opinions.iter().map(|opinion| opinion.paper);
            papers.filter(|paper| !named.contains(paper)).map(Seed::Stored).collect()
        };
        self.liked.extend(seeds(&profile.liked));
        self.disliked.extend(seeds(&profile.disliked));
    }
}

/// A score halves with each `half_life_years` of age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recency {
    /// Above 0.
    pub half_life_years: f32,
    /// The day from which age is counted.
    pub today: jiff::civil::Date,
}
