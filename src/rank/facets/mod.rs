//! Classifies the sentences of abstracts by purpose, so that papers can be compared by one purpose, a *facet*.
//!
//! A linear classifier ([`FacetModel`]), [trained](FacetModel::train) on labelled abstracts, predicts the purpose from
//! the sentence's vector and its place in the abstract. In a comparison by a facet, sentences and words have
//! weights ([`facet_weight`](super::facet_weight), [`with_facet`](super::with_facet)).

mod training;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

pub use training::{Abstract, Scores};

use crate::vector::{ByteEmbedding, ModelIdentity, dot};

/// A purpose of sentences by which papers can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Facet {
    /// Known results, open questions, and the paper's aim.
    Background,
    /// The approach.
    Method,
    /// The findings.
    Result,
}

impl Facet {
    /// All facets.
    pub const ALL: [Self; 3] = [Self::Background, Self::Method, Self::Result];

    /// The name that users write: "background", "method", "result".
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The number of classes of sentences: one for each facet, and one for sentences without a facet.
pub const CLASSES: usize = 4;

/// The class of sentences without a facet.
pub const OTHER: usize = Facet::ALL.len();

/// The probabilities of a sentence's classes, in the order of [`Facet::ALL`]; the last is for no facet. They add up to
/// 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probabilities([f32; CLASSES]);

impl Probabilities {
    /// The probability of a facet.
    pub fn of(&self, facet: Facet) -> f32 {
        self.0[facet as usize]
    }

    /// The most probable class.
    pub fn class(&self) -> usize {
        (0..CLASSES).rev().max_by(|&a, &b| self.0[a].total_cmp(&self.0[b])).unwrap_or(OTHER)
    }
}

/// The number of evenly spaced places from the first sentence to the last. Weights are interpolated between these
/// places.
const PLACES: usize = 6;

/// The number of features of a sentence in addition to its vector: the nearness to each place, whether it is the first
/// or the last sentence, and 1 for the bias.
const EXTRA: usize = PLACES + 3;

/// The greatest value of these features, except the bias. Greater values would outweigh the small numbers of a unit
/// vector.
const SCALE: f32 = 0.5;

/// A linear classifier of sentences.
#[derive(Debug, Clone, PartialEq)]
pub struct FacetModel {
    /// The embedding model whose vectors it classifies.
    model: ModelIdentity,
    /// For each class, the weights of the vector's numbers, then those of the [`EXTRA`] features.
    weights: [Box<[f32]>; CLASSES],
}

/// A [`FacetModel`] as a JSON file. Each list has a weight for each number of a unit vector, then for the [`EXTRA`]
/// features: the places, the first and the last sentence, the bias.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layout {
    /// Name of the embedding model, for display.
    model: String,
    /// The embedding model.
    model_sha256: String,
    background: Vec<f32>,
    method: Vec<f32>,
    result: Vec<f32>,
    other: Vec<f32>,
}

impl FacetModel {
    /// The embedding model whose vectors it classifies.
    pub fn model(&self) -> &ModelIdentity {
        &self.model
    }

    /// Classifies all sentences of one abstract. They must be in their order, because their places count.
    ///
    /// # Panics
    /// If a vector does not have the dimension of [`model`](Self::model).
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

    /// The content of a model file.
    pub fn to_json(&self) -> String {
        let [background, method, result, other] = self.weights.clone().map(Vec::from);
        let ModelIdentity { name, sha256, .. } = self.model.clone();
        let layout = Layout { model: name, model_sha256: sha256, background, method, result, other };
        // Never fails, because weights are finite, and JSON can represent everything else.
        serde_json::to_string(&layout).unwrap_or_default() + "\n"
    }

    /// Reads the content of a model file.
    ///
    /// # Errors
    /// A description of the fault.
    pub fn from_json(json: &str) -> std::result::Result<Self, String> {
        let layout: Layout = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let weights = [layout.background, layout.method, layout.result, layout.other];
        let count = weights[0].len();
        if count <= EXTRA || weights.iter().any(|weights| weights.len() != count) {
            return Err("the lists of weights have different lengths or are too short".to_owned());
        }
        if weights.iter().flatten().any(|weight| !weight.is_finite()) {
            return Err("a weight is not a finite number".to_owned());
        }
        let (name, sha256, dim) = (layout.model, layout.model_sha256, count - EXTRA);
        Ok(Self {
            model: ModelIdentity { name, sha256, dim, multilingual: false },
            weights: weights.map(Vec::into_boxed_slice),
        })
    }
}

/// The features of a sentence: its vector, scaled to unit length, and its place among the `count` of its abstract.
fn features(vector: &ByteEmbedding, place: usize, count: usize) -> Box<[f32]> {
    let values = vector.as_slice();
    let squares: i64 = values.iter().map(|&value| i64::from(value) * i64::from(value)).sum();
    let scale = 1.0 / (squares as f32).sqrt();
    let last = count.saturating_sub(1);
    // A single sentence is in the middle.
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
        let model = ModelIdentity { name: "a".into(), sha256: "f".into(), dim, multilingual: false };
        FacetModel { model, weights: [0, 1, 2, 3].map(row) }
    }

    #[test]
    fn the_place_in_the_abstract_counts() {
        // Class 0 has a weight for the first sentence, class 2 for the last.
        let (first, last) = (4 + PLACES, 4 + PLACES + 1);
        let model = model(4, |class, at| if (class, at) == (0, first) || (class, at) == (2, last) { 9.0 } else { 0.0 });
        let vector = ByteEmbedding::new(&[1.0, 2.0, 3.0, 4.0]).unwrap();
        let classes: Vec<usize> = model.label(&[&vector; 3]).iter().map(Probabilities::class).collect();
        assert_eq!((classes[0], classes[2]), (Facet::Background as usize, Facet::Result as usize));
        assert!(model.label(&[]).is_empty());
    }

    #[test]
    fn files_without_a_classifier_are_refused() {
        let good = model(3, |_, _| 0.5).to_json();
        assert_eq!(FacetModel::from_json(&good).unwrap(), model(3, |_, _| 0.5));
        for bad in ["", "{}", &good.replacen("0.5,", "", 1), &good.replace("other", "others")] {
            assert!(FacetModel::from_json(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_classifier_that_ships_is_for_the_default_model_and_small() {
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
