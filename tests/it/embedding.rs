//! Embedding, compared with vectors that the Python package sentence-transformers computed.

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use candle_core::{Device, Tensor};
use proptest::prelude::*;
use relata::Error;
use relata::embed::store::{ModelChoice, ModelStore};
use relata::embed::{EmbedOptions, Embedder, Kernels, Side, Work, default_model};
use relata::vector::{Embedded, Embedding, Precision};
use serde::Deserialize;
use serde_json::{Value, json};

/// The default model, fetched as in the first run of a user. Without it, every test in this file fails.
pub static EMBEDDER: LazyLock<Embedder> = LazyLock::new(|| load(EmbedOptions::default()));

fn load(options: EmbedOptions) -> Embedder {
    let store = ModelStore::from_env().unwrap();
    store.load(&ModelChoice::Known(default_model()), options, &mut |_| ()).unwrap()
}

/// Returns every precision except f32 with each kernel of this machine, and the documented minimum cosine with f32.
fn fused_options() -> Vec<(EmbedOptions, f32)> {
    let of = |(precision, cosine)| {
        Kernels::available()
            .into_iter()
            .map(move |kernels| (EmbedOptions { precision, kernels: Some(kernels) }, cosine))
    };
    let options: Vec<_> = [(Precision::Bf16, 0.9995), (Precision::Int8, 0.998)].into_iter().flat_map(of).collect();
    assert!(!options.is_empty(), "this machine has no kernels");
    options
}

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

fn embed(texts: &[&str]) -> Vec<Embedded> {
    EMBEDDER.embed(texts, Side::Paper, &mut |_| ()).unwrap()
}

fn greatest_difference(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn vectors_equal_those_of_sentence_transformers() {
    let embedder = load(EmbedOptions { precision: Precision::F32, kernels: None });
    for expected in reference() {
        let ours = embedder.embed_one(&expected.text, Side::Paper).unwrap().vector;
        let difference = greatest_difference(ours.as_slice(), &expected.vector);
        assert!(difference < 1e-4, "{}: off by {difference}", expected.name);
    }
}

#[test]
fn vectors_of_every_precision_and_kernel_are_close_to_sentence_transformers() {
    for (options, least) in fused_options() {
        let embedder = load(options);
        for expected in reference() {
            let ours = embedder.embed_one(&expected.text, Side::Paper).unwrap().vector;
            let cosine = ours.similarity(&Embedding::new(expected.vector).unwrap());
            // Rounding has more effect on a short text. The documented minimum is for abstracts.
            let least = if expected.tokens < 100 && options.precision == Precision::Int8 { 0.99 } else { least };
            assert!(cosine >= least, "{options:?}, {}: {cosine}", expected.name);
        }
    }
}

/// Writes a model to `folder`, with random weights and a tokenizer of `tokens` tokens. The shape is the hidden size,
/// the number of heads, the size of the inner layers, and the number of layers.
pub fn random_model_with(
    folder: &Path,
    (hidden, heads, inner, layers): (usize, usize, usize, usize),
    (act, pooling): (&str, &str),
    (tokenizer, tokens): (Value, usize),
) {
    let mut seed = 1u64;
    let mut random = |shape: &[usize], middle: f32, spread: f32| {
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            middle + spread * ((seed >> 40) as f32 / (1 << 23) as f32 - 1.0)
        };
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| next()).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    };
    let mut tensors: HashMap<String, Tensor> = HashMap::new();
    let mut add = |name: String, tensor| tensors.insert(name, tensor);
    for (name, rows) in [("word", tokens), ("position", 40), ("token_type", 2)] {
        add(format!("embeddings.{name}_embeddings.weight"), random(&[rows, hidden], 0.0, 1.0));
    }
    let mut norms = vec!["embeddings.LayerNorm".to_owned()];
    for layer in 0..layers {
        let layer = format!("encoder.layer.{layer}");
        let linear = [
            ("attention.self.query", hidden, hidden),
            ("attention.self.key", hidden, hidden),
            ("attention.self.value", hidden, hidden),
            ("attention.output.dense", hidden, hidden),
            ("intermediate.dense", hidden, inner),
            ("output.dense", inner, hidden),
        ];
        for (name, inputs, outputs) in linear {
            let spread = 2.0 / (inputs as f32).sqrt();
            add(format!("{layer}.{name}.weight"), random(&[outputs, inputs], 0.0, spread));
            add(format!("{layer}.{name}.bias"), random(&[outputs], 0.0, 0.5));
        }
        norms.extend(["attention.output", "output"].map(|name| format!("{layer}.{name}.LayerNorm")));
    }
    for norm in norms {
        add(format!("{norm}.weight"), random(&[hidden], 1.0, 0.5));
        add(format!("{norm}.bias"), random(&[hidden], 0.0, 0.3));
    }
    candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).unwrap();
    let config = json!({
        "model_type": "bert", "vocab_size": tokens, "hidden_size": hidden, "num_hidden_layers": layers,
        "num_attention_heads": heads, "intermediate_size": inner, "hidden_act": act, "hidden_dropout_prob": 0.1,
        "max_position_embeddings": 40, "type_vocab_size": 2, "initializer_range": 0.02, "layer_norm_eps": 1e-12,
        "pad_token_id": 0,
    });
    let modules = json!([
        { "path": "", "type": "sentence_transformers.models.Transformer" },
        { "path": "1_Pooling", "type": "sentence_transformers.models.Pooling" },
    ]);
    std::fs::create_dir(folder.join("1_Pooling")).unwrap();
    for (file, json) in [
        ("config.json", config),
        ("modules.json", modules),
        ("tokenizer.json", tokenizer),
        ("1_Pooling/config.json", json!({ pooling: true })),
    ] {
        std::fs::write(folder.join(file), json.to_string()).unwrap();
    }
}

/// Writes a model of the given shape to `folder`, with random weights and a tokenizer that has a token for each letter.
pub fn random_model(folder: &Path, shape: (usize, usize, usize, usize), act: &str, pooling: &str) {
    let letters: Vec<String> = ('a'..='z').map(String::from).collect();
    let words: Vec<String> =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].map(String::from).into_iter().chain(letters).collect();
    let vocabulary: HashMap<&str, usize> = words.iter().enumerate().map(|(id, word)| (word.as_str(), id)).collect();
    let special = |word: &str| json!([word, vocabulary[word]]);
    let tokenizer = json!({
        "version": "1.0", "added_tokens": [], "truncation": null, "padding": null, "decoder": null,
        "normalizer": { "type": "Lowercase" }, "pre_tokenizer": { "type": "Split", "pattern": { "Regex": "" },
        "behavior": "Isolated", "invert": false },
        "post_processor": { "type": "BertProcessing", "sep": special("[SEP]"), "cls": special("[CLS]") },
        "model": { "type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]" },
    });
    random_model_with(folder, shape, (act, pooling), (tokenizer, words.len()));
}

#[test]
fn models_of_other_shapes_have_vectors_close_to_f32_in_every_precision() {
    let shapes = [
        ((48, 3, 100, 2), "gelu", "pooling_mode_cls_token"),
        ((40, 1, 33, 1), "relu", "pooling_mode_mean_tokens"),
        ((136, 2, 200, 3), "gelu", "pooling_mode_max_tokens"),
    ];
    for (shape, act, pooling) in shapes {
        let folder = tempfile::tempdir().unwrap();
        random_model(folder.path(), shape, act, pooling);
        let embed = |options| {
            let embedder = Embedder::load(folder.path(), None, options).unwrap();
            let texts = ["q", "The quick brown fox. It jumps over dogs", &"a b c d ".repeat(30)];
            embedder.embed(&texts, Side::Paper, &mut |_| ()).unwrap()
        };
        let expected = embed(EmbedOptions { precision: Precision::F32, kernels: None });
        for (options, _) in fused_options() {
            // Rounding has more effect with random weights than with trained weights.
            let least = if options.precision == Precision::Bf16 { 0.9995 } else { 0.99 };
            for (ours, expected) in embed(options).iter().zip(&expected) {
                let cosine = ours.vector.similarity(&expected.vector);
                assert!(cosine >= least, "{shape:?} {options:?}: {cosine}");
                assert_eq!(ours.sentences.len(), expected.sentences.len());
                for (ours, expected) in ours.sentences.iter().zip(&expected.sentences) {
                    assert_eq!(ours.range, expected.range);
                    assert!(ours.vector.similarity(&expected.vector) >= least - 0.01, "{shape:?} {options:?}");
                }
            }
        }
    }
}

#[test]
fn a_batch_in_any_order_has_the_same_bits_as_single_calls() {
    let texts: Vec<String> = reference().into_iter().map(|reference| reference.text).collect();
    let mut order: Vec<usize> = (0..texts.len()).chain(0..texts.len()).collect();
    let reference_options = EmbedOptions { precision: Precision::F32, kernels: None };
    for options in fused_options().into_iter().map(|(options, _)| options).chain([reference_options]) {
        let embedder = load(options);
        let single: Vec<Embedded> = texts.iter().map(|text| embedder.embed_one(text, Side::Paper).unwrap()).collect();
        for turn in 0..3 {
            order.rotate_left(5);
            order.reverse();
            let batch: Vec<&str> = order.iter().map(|&index| texts[index].as_str()).collect();
            for (&index, embedded) in order.iter().zip(embedder.embed(&batch, Side::Paper, &mut |_| ()).unwrap()) {
                assert!(embedded == single[index], "{options:?}, turn {turn}, text {index}");
            }
        }
    }
}

#[test]
fn a_sentence_vector_is_near_a_query_with_words_of_the_sentence() {
    let text = "Graphs of proteins. We learn to fold them with attention. Baking bread needs flour and patience.";
    let embedded = EMBEDDER.embed_one(text, Side::Paper).unwrap();
    let sentences: Vec<&str> = embedded
        .sentences
        .iter()
        .map(|sentence| &text[sentence.range.start as usize..sentence.range.end as usize])
        .collect();
    assert_eq!(sentences.join(" "), text);
    let query = EMBEDDER.embed_one("bread and flour", Side::Query).unwrap();
    let of = |embedded: &Embedded, at: usize| embedded.sentences[at].vector.clone();
    let similarities: Vec<f32> = (0..sentences.len()).map(|at| of(&embedded, at).similarity(&of(&query, 0))).collect();
    let best = (0..sentences.len()).max_by(|&a, &b| similarities[a].total_cmp(&similarities[b])).unwrap();
    assert!(sentences[best].contains("bread"), "{similarities:?}");
    // Text beyond the token limit has no sentence vectors.
    let long = "One sentence of seven words stands here. ".repeat(200);
    let read = EMBEDDER.embed_one(&long, Side::Paper).unwrap().sentences;
    assert!(read.len() > 20 && read.len() < 80, "{}", read.len());
}

#[test]
fn prompts_and_lower_case_do_not_change_the_ranges_of_sentences() {
    let text = "İstanbul is a city. Ünïcode é is long text, and so on. Third one stands here.";
    let ranges = |settings: &[(&str, Value)]| {
        let folder = tempfile::tempdir().unwrap();
        random_model(folder.path(), (48, 3, 100, 1), "gelu", "pooling_mode_mean_tokens");
        for (file, json) in settings {
            std::fs::write(folder.path().join(file), json.to_string()).unwrap();
        }
        let embedder = Embedder::load(folder.path(), None, EmbedOptions::default()).unwrap();
        let embedded = embedder.embed_one(text, Side::Paper).unwrap();
        let sentences: Vec<String> =
            embedded.sentences.iter().map(|s| text[s.range.start as usize..s.range.end as usize].to_owned()).collect();
        (sentences, embedded)
    };
    let (plain, without) = ranges(&[]);
    assert!(plain[0].starts_with("İstanbul") && plain[0].ends_with("city."), "{plain:?}");
    let prompt = json!({ "prompts": { "document": "passage: ", "query": "query: " } });
    let (prompted, with) = ranges(&[("config_sentence_transformers.json", prompt)]);
    assert_ne!(with.vector, without.vector, "the prompt is read");
    // The model reads 40 tokens. The prompt replaces tokens at the end of the text, not at its beginning.
    assert_eq!(prompted[0], plain[0]);
    let (lowered, _) = ranges(&[("sentence_bert_config.json", json!({ "do_lower_case": true }))]);
    assert_eq!(lowered[0], plain[0]);
}

#[test]
fn models_with_inconsistent_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    random_model(folder.path(), (48, 3, 100, 1), "gelu", "pooling_mode_mean_tokens");
    let refusal = |options| match Embedder::load(folder.path(), None, options) {
        Err(error @ Error::Model { .. }) => error.to_string(),
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("the model was loaded"),
    };
    let tokenizer = std::fs::read_to_string(folder.path().join("tokenizer.json")).unwrap();
    std::fs::write(folder.path().join("tokenizer.json"), tokenizer.replace("\"z\":29", "\"z\":40000")).unwrap();
    assert!(refusal(EmbedOptions::default()).contains("40000"));
    std::fs::write(folder.path().join("tokenizer.json"), tokenizer).unwrap();
    let file = folder.path().join("model.safetensors");
    let mut tensors = candle_core::safetensors::load(&file, &Device::Cpu).unwrap();
    let name = "encoder.layer.0.output.dense.weight";
    let mut values: Vec<f32> = tensors[name].flatten_all().unwrap().to_vec1().unwrap();
    values[7] = f32::NAN;
    tensors.insert(name.into(), Tensor::from_vec(values, (48, 100), &Device::Cpu).unwrap());
    candle_core::safetensors::save(&tensors, &file).unwrap();
    for (options, _) in fused_options() {
        assert!(refusal(options).contains("not a finite number"), "{options:?}");
    }
}

#[test]
fn embedding_stops_as_soon_as_the_callback_fails() {
    let texts = |count: usize| (0..count).map(|at| (at, format!("text number {at}"))).collect::<Vec<_>>();
    for threads in [0, 1, 2, 5] {
        let (mut left, mut back) = (texts(3), Vec::new());
        EMBEDDER
            .embed_each(Side::Paper, threads, |work| {
                match work {
                    Work::Next(next) => next.extend(left.pop()),
                    Work::Done(results) => back.extend(results.into_iter().map(|(key, _)| key)),
                }
                Ok(())
            })
            .unwrap();
        back.sort_unstable();
        assert_eq!(back, [0, 1, 2], "{threads} threads");
        for fail_when_done in [false, true] {
            let (mut given, mut failed) = (0, false);
            let outcome = EMBEDDER.embed_each(Side::Paper, threads, |work| {
                assert!(!failed, "the callback was called after it failed");
                match work {
                    Work::Next(next) if fail_when_done || given < 4 => {
                        given += 1;
                        next.extend(texts(1));
                        return Ok(());
                    }
                    Work::Done(_) if !fail_when_done => return Ok(()),
                    _ => failed = true,
                }
                Err(Error::InvalidParameter("enough".into()))
            });
            assert!(matches!(outcome, Err(Error::InvalidParameter(_))), "{threads} threads");
        }
    }
}

#[test]
fn a_text_without_words_is_refused() {
    for text in ["", " \n\t"] {
        assert!(matches!(EMBEDDER.embed_one(text, Side::Query), Err(Error::EmptyText)));
        assert!(matches!(EMBEDDER.embed(&["fine", text], Side::Paper, &mut |_| ()), Err(Error::EmptyText)));
    }
    assert!(embed(&[]).is_empty());
}

#[test]
fn progress_counts_every_text_once() {
    let texts: Vec<String> = (0..40).map(|number| format!("paper number {number} ").repeat(1 + number)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut done = 0;
    assert_eq!(EMBEDDER.embed(&texts, Side::Paper, &mut |more| done += more).unwrap().len(), 40);
    assert_eq!(done, 40);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_text_has_a_vector_of_unit_length(text in "\\PC{0,80}[a-zé蜂!]") {
        let embedding = EMBEDDER.embed_one(&text, Side::Query).unwrap().vector;
        prop_assert_eq!(embedding.dim(), 384);
        prop_assert!((embedding.similarity(&embedding) - 1.0).abs() < 1e-5);
    }
}
