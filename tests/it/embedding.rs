//! The encoder against vectors computed once with the Python package sentence-transformers.

use std::sync::LazyLock;

use proptest::prelude::*;
use relata::Error;
use relata::embed::store::{ModelChoice, ModelStore};
use relata::embed::{Embedder, Side, default_model};
use relata::vector::Embedding;
use serde::Deserialize;

/// Fetched by the way a user's first run fetches it; a missing model fails every test here.
pub static EMBEDDER: LazyLock<Embedder> = LazyLock::new(|| {
    let store = ModelStore::from_env().unwrap();
    store.load(&ModelChoice::Known(default_model()), &mut |_| ()).unwrap()
});

#[derive(Deserialize)]
struct Reference {
    texts: Vec<ReferenceText>,
}

#[derive(Deserialize)]
struct ReferenceText {
    name: String,
    text: String,
    tokens: usize,
    vector: Vec<f32>,
}

fn reference() -> Vec<ReferenceText> {
    let reference: Reference = serde_json::from_str(include_str!("../data/reference-vectors.json")).unwrap();
    reference.texts
}

fn embed(texts: &[&str]) -> Vec<Embedding> {
    EMBEDDER.embed(texts, Side::Paper, &|_| ()).unwrap()
}

fn greatest_difference(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn vectors_are_those_of_sentence_transformers() {
    for expected in reference() {
        assert_eq!(EMBEDDER.count_tokens(&[&expected.text]).unwrap(), expected.tokens, "{}", expected.name);
        let ours = EMBEDDER.embed_one(&expected.text, Side::Paper).unwrap();
        let difference = greatest_difference(ours.as_slice(), &expected.vector);
        assert!(difference < 1e-4, "{}: off by {difference}", expected.name);
    }
}

#[test]
fn a_batch_in_any_order_gives_what_single_calls_give() {
    let texts: Vec<String> = reference().into_iter().map(|reference| reference.text).collect();
    let mut order: Vec<usize> = (0..texts.len()).chain(0..texts.len()).collect();
    let single: Vec<Embedding> = texts.iter().map(|text| EMBEDDER.embed_one(text, Side::Paper).unwrap()).collect();
    for turn in 0..3 {
        order.rotate_left(5);
        order.reverse();
        let batch: Vec<&str> = order.iter().map(|&index| texts[index].as_str()).collect();
        for (&index, embedding) in order.iter().zip(embed(&batch)) {
            let difference = greatest_difference(embedding.as_slice(), single[index].as_slice());
            assert!(difference < 1e-5, "turn {turn}, text {index}: off by {difference}");
        }
    }
}

#[test]
fn a_text_without_words_is_refused() {
    for text in ["", " \n\t"] {
        assert!(matches!(EMBEDDER.embed_one(text, Side::Query), Err(Error::EmptyText)));
        assert!(matches!(EMBEDDER.embed(&["fine", text], Side::Paper, &|_| ()), Err(Error::EmptyText)));
    }
    assert!(embed(&[]).is_empty());
}

#[test]
fn progress_counts_every_text_once() {
    let texts: Vec<String> = (0..40).map(|number| format!("paper number {number} ").repeat(1 + number)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let count = |more| {
        done.fetch_add(more, std::sync::atomic::Ordering::Relaxed);
    };
    assert_eq!(EMBEDDER.embed(&texts, Side::Paper, &count).unwrap().len(), 40);
    assert_eq!(done.into_inner(), 40);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_text_has_a_vector_of_unit_length(text in "\\PC{1,80}") {
        prop_assume!(!text.trim().is_empty());
        let embedding = EMBEDDER.embed_one(&text, Side::Query).unwrap();
        prop_assert_eq!(embedding.dim(), 384);
        prop_assert!((embedding.similarity(&embedding) - 1.0).abs() < 1e-5);
    }
}
