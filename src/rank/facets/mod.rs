//! What a sentence of an abstract is for, and papers compared by one of those purposes: a *facet*.
//!
//! The purpose of a sentence is told by a linear classifier from its vector and its place among the sentences of the
//! abstract ([`FacetModel`]), [trained](FacetModel::train) on labelled abstracts. A comparison by a facet leaves
//! everything as it is but the sentences: each counts by how probably it is of the facet
//! ([`facet_weight`](super::facet_weight)).

mod training;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

pub use training::{Abstract, Scores};

use crate::vector::{ByteEmbedding, ModelIdentity, dot};

/// A purpose of sentences that papers can be compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Facet {
    /// What is known, what is missing, and what the paper wants to find out.
    Background,
    /// How it goes about it.
    Method,
    /// What came out.
    Result,
}

impl Facet {
    /// All.
    pub const ALL: [Self; 3] = [Self::Background, Self::Method, Self::Result];

    /// The name under which it is asked for: "background", "method", "result".
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The classes that sentences are told apart by: the facets, and whatever is none of them.
pub const CLASSES: usize = 4;

/// The class of sentences that are of no facet.
pub const OTHER: usize = Facet::ALL.len();

/// How probable each class is for a sentence: the facets in the order of [`Facet::ALL`], then none of them. They add up
/// to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probabilities([f32; CLASSES]);

impl Probabilities {
    /// Of a facet.
    pub fn of(&self, facet: Facet) -> f32 {
        self.0[facet as usize]
    }

    /// The most probable class.
    pub fn class(&self) -> usize {
        (0..CLASSES).rev().max_by(|&a, &b| self.0[a].total_cmp(&self.0[b])).unwrap_or(OTHER)
    }
}

/// Places within an abstract, from the first sentence to the last, between which a class's share is interpolated.
const PLACES: usize = 6;

/// Numbers that are known of a sentence beside its vector: how near it is to each place, whether it is the first, whether
/// it is the last, and 1, for the bias.
const EXTRA: usize = PLACES + 3;

/// What those numbers are at most. Beside a unit vector, whose numbers are small, they would weigh more than all of it.
const SCALE: f32 = 0.5;

/// A linear classifier of sentences.
#[derive(Debug, Clone, PartialEq)]
pub struct FacetModel {
    /// The embedding model whose vectors it reads.
    model: ModelIdentity,
    /// For each class, weights of the vector's numbers and then [`EXTRA`] of the place.
    weights: [Box<[f32]>; CLASSES],
}

/// How a [`FacetModel`] stands in a file: JSON. Each list has a weight for each number of a vector of unit length, and
/// then [`EXTRA`]: for the places, for the first, for the last sentence, and the bias.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layout {
    /// Name of the embedding model, for people.
    model: String,
    /// The embedding model.
    model_sha256: String,
    background: Vec<f32>,
    method: Vec<f32>,
    result: Vec<f32>,
    other: Vec<f32>,
}

impl FacetModel {
    /// The embedding model whose vectors it reads.
    pub fn model(&self) -> &ModelIdentity {
        &self.model
    }

    /// What the sentences of one abstract are for, in their order; all of them, since their places count.
    ///
    /// # Panics
    /// When a vector has another dimension than those of [`model`](Self::model).
    pub fn label(&self, sentences: &[&ByteEmbedding]) -> Vec<Probabilities> {
        let of =
            |(place, vector): (usize, &&ByteEmbedding)| self.probabilities(&features(vector, place, sentences.len()));
        sentences.iter().enumerate().map(of).collect()
    }

    fn probabilities(&self, features: &[f32]) -> Probabilities {
        let scores = self.weights.each_ref().map(|weights| dot(weights, features));
        let greatest = scores.into_iter().fold(f32::MIN, f32::max);
        let shares = scores.map(|score| (score - greatest).exp());
        let sum: f32 = shares.iter().sum();
        Probabilities(shares.map(|share| share / sum))
    }

    /// As a file.
    pub fn to_json(&self) -> String {
        let [background, method, result, other] = self.weights.clone().map(Vec::from);
        let ModelIdentity { name, sha256, .. } = self.model.clone();
        let layout = Layout { model: name, model_sha256: sha256, background, method, result, other };
        // Numbers and text: nothing that JSON has no form for, since weights are finite.
        serde_json::to_string(&layout).unwrap_or_default() + "\n"
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_json(json: &str) -> std::result::Result<Self, String> {
        let layout: Layout = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let weights = [layout.background, layout.method, layout.result, layout.other];
        let count = weights[0].len();
        if count <= EXTRA || weights.iter().any(|weights| weights.len() != count) {
            return Err("the lists of weights are of different lengths, or too short".to_owned());
        }
        let (name, sha256, dim) = (layout.model, layout.model_sha256, count - EXTRA);
        Ok(Self { model: ModelIdentity { name, sha256, dim }, weights: weights.map(Vec::into_boxed_slice) })
    }
}

/// What a sentence is judged by: its vector, of unit length, and its place among the `count` of its abstract.
fn features(vector: &ByteEmbedding, place: usize, count: usize) -> Box<[f32]> {
    let values = vector.as_slice();
    let squares: i64 = values.iter().map(|&value| i64::from(value) * i64::from(value)).sum();
    let scale = 1.0 / (squares as f32).sqrt();
    let last = count.saturating_sub(1);
    // A sentence alone stands in the middle.
    let share = if last == 0 { 0.5 } else { place as f32 / last as f32 };
    let steps = (PLACES - 1) as f32;
    let near = |at: usize| SCALE * (1.0 - (share * steps - at as f32).abs()).max(0.0);
    let is = |condition: bool| if condition { SCALE } else { 0.0 };
    let vector = values.iter().map(|&value| f32::from(value) * scale);
    vector.chain((0..PLACES).map(near)).chain([is(place == 0), is(place == last), 1.0]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn model(dim: usize, weight: impl Fn(usize, usize) -> f32) -> FacetModel {
        let row = |class| (0..dim + EXTRA).map(|at| weight(class, at)).collect();
        let model = ModelIdentity { name: "a".into(), sha256: "f".into(), dim };
        FacetModel { model, weights: [0, 1, 2, 3].map(row) }
    }

    #[test]
    fn the_place_in_the_abstract_counts() {
        // Class 0 looks for the first sentence, class 2 for the last.
        let (first, last) = (4 + PLACES, 4 + PLACES + 1);
        let model = model(4, |class, at| if (class, at) == (0, first) || (class, at) == (2, last) { 9.0 } else { 0.0 });
        let vector = ByteEmbedding::new(&[1.0, 2.0, 3.0, 4.0]).unwrap();
        let classes: Vec<usize> = model.label(&[&vector; 3]).iter().map(Probabilities::class).collect();
        assert_eq!((classes[0], classes[2]), (Facet::Background as usize, Facet::Result as usize));
        assert!(model.label(&[]).is_empty());
    }

    #[test]
    fn files_that_hold_no_classifier_are_refused() {
        let good = model(3, |_, _| 0.5).to_json();
        assert_eq!(FacetModel::from_json(&good).unwrap(), model(3, |_, _| 0.5));
        for bad in ["", "{}", &good.replacen("0.5,", "", 1), &good.replace("other", "others")] {
            assert!(FacetModel::from_json(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_classifier_that_ships_is_of_the_default_model_and_small() {
        let json = include_str!("../../../models/facets.json");
        let model = FacetModel::from_json(json).unwrap();
        assert_eq!((model.model.name.as_str(), model.model.dim), ("all-MiniLM-L6-v2", 384));
        assert!(json.len() < 50_000);
        assert_eq!(model.to_json(), json);
    }

    proptest! {
        #[test]
        fn probabilities_add_up_to_one_and_places_stay_on_the_scale(
            count in 1usize..12, seed in 1u32..1000, dim in 1usize..40,
        ) {
            let model = model(dim, |class, at| ((class as u32 * 31 + at as u32 * 7 + seed) % 13) as f32 - 6.0);
            let values: Vec<f32> = (0..dim).map(|at| (at as u32 * seed % 17) as f32 - 8.3).collect();
            let vector = ByteEmbedding::new(&values).unwrap();
            for place in 0..count {
                let features = features(&vector, place, count);
                prop_assert_eq!(features.len(), dim + EXTRA);
                let squares: f32 = features[..dim].iter().map(|value| value * value).sum();
                let places: f32 = features[dim..dim + PLACES].iter().sum();
                prop_assert!((squares - 1.0).abs() < 1e-4 && (places - SCALE).abs() < 1e-5);
            }
            for labels in model.label(&vec![&vector; count]) {
                prop_assert!((labels.0.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            }
        }
    }
}
