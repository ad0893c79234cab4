//! What can be asked of an engine, with everything that was named resolved.

use std::collections::HashSet;
use std::sync::Arc;

use crate::library::PaperNumber;
use crate::paper::Paper;
use crate::rank::Ranker;
use crate::rank::facets::Facet;

/// Something that papers should be like, or not.
#[derive(Debug, Clone, PartialEq)]
pub enum Seed {
    /// A paper of the library.
    Stored(PaperNumber),
    /// A paper that is not in the library.
    Foreign(Box<Paper>),
    /// A paper as plain text: title, abstract, or a passage.
    Text(String),
}

/// How to order papers.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What they should be like. With several, a paper counts by its three best.
    pub liked: Vec<Seed>,
    /// What they should be about, in a few words; beside seeds it counts as much as all of them together.
    pub text: Option<String>,
    /// What they should not be like.
    pub disliked: Vec<Seed>,
    /// Which parts of a comparison count.
    pub ranker: Ranker,
    /// In what respect papers should be alike: only sentences of the facet are compared then. The rest of the score is
    /// as without.
    pub facet: Option<Facet>,
    /// The papers to order, all of them; without it, the best of the library are looked for.
    pub candidates: Option<Vec<Seed>>,
    /// Which papers of the library may be recommended; without it, all.
    pub among: Option<Arc<HashSet<PaperNumber>>>,
    /// Papers of the library that may not.
    pub excluded: HashSet<PaperNumber>,
    /// How many to recommend; of given candidates, too.
    pub top_k: usize,
    /// Whether to compare with every paper, whatever the size of the library.
    pub exact: bool,
    /// 0 to 1: how much a paper's likeness to those before it counts against it.
    pub diversity: f32,
    /// Whether newer papers come first, and how much.
    pub recency: Option<Recency>,
    /// Whether to say of each paper why; see [`Recommendation::because`](super::Recommendation::because).
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
    /// Papers like those of the library.
    pub fn like(papers: &[PaperNumber]) -> Self {
        Self { liked: papers.iter().copied().map(Seed::Stored).collect(), ..Self::default() }
    }

    /// Papers about something.
    pub fn about(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }

    /// Number of seeds, the text being one.
    pub fn seeds(&self) -> usize {
        self.liked.len() + usize::from(self.text.is_some())
    }
}

/// That a score halves with age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recency {
    /// Years in which it does; above 0.
    pub half_life_years: f32,
    /// The day from which age is counted.
    pub today: jiff::civil::Date,
}
