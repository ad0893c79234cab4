//! Trains the classifier of sentences, a multinomial logistic regression, on labelled abstracts, and evaluates it on
//! others.

use rayon::prelude::*;

use super::{CLASSES, Facet, FacetModel, OTHER, Probabilities, features};
use crate::vector::{ByteEmbedding, ModelIdentity};

/// The loss is the mean loss of a sentence, plus half of this factor times the sum of squared weights. On CSAbstruct's
/// development set, macro-F1 is 0.681 with 2e-5, 0.684 with this value and 0.685 with 9e-5.
const REGULARISATION: f64 = 5e-5;

/// The number of steps of the descent. With twice as many steps, `relata train-facets` prints the same scores.
const STEPS: usize = 800;

/// The number of sentences in a partial sum of the gradient. Partial sums are added in order, so that any number of
/// threads gives the same weights.
const SENTENCES_PER_SUM: usize = 256;

/// Weights are rounded to four decimals. More digits would change each probability by less than 0.001.
const ROUNDING: f32 = 1e4;

/// An abstract whose sentences are labelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Abstract {
    /// The sentences in their order, each with its facet, if any.
    pub sentences: Vec<(ByteEmbedding, Option<Facet>)>,
}

struct Example {
    features: Box<[f32]>,
    class: usize,
}

impl Abstract {
    fn examples(&self) -> impl Iterator<Item = Example> {
        let count = self.sentences.len();
        self.sentences.iter().enumerate().map(move |(place, (vector, facet))| Example {
            features: features(vector, place, count),
            class: facet.map_or(OTHER, |facet| facet as usize),
        })
    }
}

impl FacetModel {
    /// Trains on labelled abstracts, embedded by `model`. The same abstracts give the same weights.
    ///
    /// The loss is convex and smooth, so plain descent with Nesterov's momentum finds its minimum. The constants are
    /// those for strongly convex functions (Nesterov, Introductory Lectures on Convex Optimization, 2.2.11).
    pub fn train(abstracts: &[Abstract], model: ModelIdentity) -> Self {
        let examples: Vec<Example> = abstracts.iter().flat_map(Abstract::examples).collect();
        let width = examples.first().map_or(0, |example| example.features.len());
        let longest = examples.iter().map(|example| squares(&example.features)).fold(0.0, f64::max);
        // The curvature of softmax is at most ½ times the square of the input's length.
        let steepest = longest / 2.0 + REGULARISATION;
        let ratio = (REGULARISATION / steepest).sqrt();
        let momentum = ((1.0 - ratio) / (1.0 + ratio)) as f32;
        let rate = (1.0 / steepest) as f32;
        let mut trained = Self { model, weights: [0; CLASSES].map(|_| vec![0f32; width].into()) };
        let mut before = trained.weights.clone();
        for _ in 0..STEPS {
            let mut ahead = trained.weights.clone();
            for ((ahead, now), before) in
                ahead.iter_mut().flatten().zip(trained.weights.iter().flatten()).zip(before.iter().flatten())
            {
                *ahead = now + momentum * (now - before);
            }
            before = std::mem::replace(&mut trained.weights, ahead);
            let gradient = trained.gradient(&examples);
            for (weight, slope) in trained.weights.iter_mut().flatten().zip(gradient) {
                *weight -= rate * (slope + REGULARISATION as f32 * *weight);
            }
        }
        trained.weights.iter_mut().flatten().for_each(|weight| *weight = (*weight * ROUNDING).round() / ROUNDING);
        trained
    }

    /// The gradient of the mean loss, class by class.
    fn gradient(&self, examples: &[Example]) -> Vec<f32> {
        let width = self.weights[0].len();
        let parts: Vec<Vec<f32>> = examples
            .par_chunks(SENTENCES_PER_SUM)
            .map(|examples| {
                let mut sum = vec![0f32; CLASSES * width];
                for Example { features, class } in examples {
                    let Probabilities(shares) = self.probabilities(features);
                    for (at, share) in shares.into_iter().enumerate() {
                        let excess = share - f32::from(u8::from(at == *class));
                        let row = &mut sum[at * width..(at + 1) * width];
                        row.iter_mut().zip(features).for_each(|(sum, feature)| *sum += excess * feature);
                    }
                }
                sum
            })
            .collect();
        let mut mean = vec![0f32; CLASSES * width];
        for part in parts {
            mean.iter_mut().zip(part).for_each(|(mean, part)| *mean += part / examples.len() as f32);
        }
        mean
    }

    /// Classifies the sentences of labelled abstracts, and counts hits and confusions.
    pub fn scores(&self, abstracts: &[Abstract]) -> Scores {
        let examples = abstracts.iter().flat_map(Abstract::examples);
        let mut counts = [[0; CLASSES]; CLASSES];
        for Example { features, class } in examples {
            counts[class][self.probabilities(&features).class()] += 1;
        }
        Scores { counts }
    }
}

fn squares(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value) * f64::from(value)).sum()
}

/// A confusion matrix. Rows are true classes, columns are predicted classes, in the order of [`Facet::ALL`]; the last
/// is for no facet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scores {
    /// Numbers of sentences.
    pub counts: [[u64; CLASSES]; CLASSES],
}

impl Scores {
    /// Returns the harmonic mean of precision and recall of a class. Returns 0 if no sentence has the class and none
    /// was classified as it.
    pub fn f1(&self, class: usize) -> f64 {
        let row: u64 = self.counts[class].iter().sum();
        let column: u64 = self.counts.iter().map(|row| row[class]).sum();
        if row + column == 0 { 0.0 } else { 2.0 * self.counts[class][class] as f64 / (row + column) as f64 }
    }

    /// The mean of [`f1`](Self::f1) over the facets.
    pub fn macro_f1(&self) -> f64 {
        Facet::ALL.iter().map(|facet| self.f1(*facet as usize)).sum::<f64>() / Facet::ALL.len() as f64
    }

    /// The share of sentences that were classified correctly.
    pub fn accuracy(&self) -> f64 {
        let correct: u64 = (0..CLASSES).map(|class| self.counts[class][class]).sum();
        correct as f64 / self.counts.iter().flatten().sum::<u64>().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> ModelIdentity {
        ModelIdentity { name: "bees".into(), sha256: "00".into(), dim: 3, multilingual: false }
    }

    /// Each abstract has four sentences, in this order: background along the first axis, method along the second, no
    /// facet along the third, and result along any of the three axes. All have some noise.
    fn abstracts(count: usize) -> Vec<Abstract> {
        let sentence = |axis: usize, noise: usize, facet| {
            let mut values = [0.1 * (noise % 5) as f32, 0.1 * (noise % 3) as f32, 0.1 * (noise % 7) as f32];
            values[axis] += 2.0;
            (ByteEmbedding::new(&values).unwrap(), facet)
        };
        let one = |n: usize| Abstract {
            sentences: vec![
                sentence(0, n, Some(Facet::Background)),
                sentence(1, n, Some(Facet::Method)),
                sentence(2, n, None),
                sentence(n % 3, n, Some(Facet::Result)),
            ],
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn classes_that_differ_by_vector_or_place_are_learnt() {
        let trained = FacetModel::train(&abstracts(40), identity());
        let scores = trained.scores(&abstracts(55)[40..]);
        assert_eq!((scores.macro_f1(), scores.accuracy()), (1.0, 1.0), "{:?}", scores.counts);
        assert_eq!(trained, FacetModel::train(&abstracts(40), identity()));
        assert_eq!(FacetModel::from_json(&trained.to_json()).unwrap(), trained);
    }

    /// Abstracts and their sentences. In every fourth abstract, the order of the labels is reversed.
    fn with_mistakes() -> (Vec<Abstract>, Vec<Example>) {
        let mut abstracts = abstracts(40);
        for one in abstracts.iter_mut().step_by(4) {
            let labels: Vec<_> = one.sentences.iter().map(|(_, facet)| *facet).collect();
            one.sentences.iter_mut().zip(labels.into_iter().rev()).for_each(|((_, facet), other)| *facet = other);
        }
        let examples = abstracts.iter().flat_map(Abstract::examples).collect();
        (abstracts, examples)
    }

    fn loss(model: &FacetModel, examples: &[Example]) -> f64 {
        let of = |example: &Example| -f64::from(model.probabilities(&example.features).0[example.class]).ln();
        examples.iter().map(of).sum::<f64>() / examples.len() as f64
    }

    fn moved(model: &FacetModel, class: usize, at: usize, step: f32) -> FacetModel {
        let mut moved = model.clone();
        moved.weights[class][at] += step;
        moved
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let (_, examples) = with_mistakes();
        let width = examples[0].features.len();
        let row = |class: usize| (0..width).map(|at| (class * 5 + at * 3) as f32 % 7.0 / 7.0).collect();
        let model = FacetModel { model: identity(), weights: [0, 1, 2, 3].map(row) };
        let gradient = model.gradient(&examples);
        for class in 0..CLASSES {
            for at in 0..width {
                let [more, less] = [0.01, -0.01].map(|step| loss(&moved(&model, class, at, step), &examples));
                let slope = (more - less) / 0.02;
                assert!((f64::from(gradient[class * width + at]) - slope).abs() < 1e-4, "class {class}, weight {at}");
            }
        }
    }

    #[test]
    fn no_step_from_the_weights_reduces_the_loss() {
        let (abstracts, examples) = with_mistakes();
        let whole = |model: &FacetModel| {
            loss(model, &examples) + REGULARISATION / 2.0 * model.weights.iter().map(|row| squares(row)).sum::<f64>()
        };
        let trained = FacetModel::train(&abstracts, identity());
        let least = whole(&trained);
        for class in 0..CLASSES {
            for at in 0..trained.weights[class].len() {
                for step in [-0.5, 0.5] {
                    // Where all labels agree, the loss is almost flat, and the descent ends before the minimum.
                    let gained = least - whole(&moved(&trained, class, at, step));
                    assert!(gained < 1e-4, "class {class}, weight {at}: {gained}");
                }
            }
        }
    }

    #[test]
    fn f1_follows_its_definition() {
        let counts = [[3, 1, 0, 0], [2, 4, 0, 0], [0, 0, 0, 5], [0, 0, 0, 0]];
        let scores = Scores { counts };
        // Precision 3/5, recall 3/4.
        assert!((scores.f1(0) - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(scores.f1(2), 0.0);
        assert!((scores.macro_f1() - (2.0 / 3.0 + 8.0 / 11.0) / 3.0).abs() < 1e-12);
        assert!((scores.accuracy() - 7.0 / 15.0).abs() < 1e-12);
    }
}
