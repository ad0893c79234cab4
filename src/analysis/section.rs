//! The sections of a report.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// A section of a report; in JSON, its [`name`](Self::name).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Section {
    /// A map of all papers.
    Map,
    /// Clusters, papers in no cluster, papers between clusters.
    Clusters,
    /// The most similar pairs, near-duplicates, versions.
    Pairs,
    /// The similarity of every pair.
    HeatMap,
    /// Years and venues.
    Spread,
    /// Statistics of the vectors.
    Embedding,
    /// The nearest papers of the batch to each paper.
    Within,
    /// The nearest papers of the library to each paper.
    Nearest,
}

impl Section {
    /// All sections, in the order of a report.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name in options and in JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The sections of a report.
pub type Sections = BTreeSet<Section>;
