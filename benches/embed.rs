//! Measures embedding: papers/s and tokens/s of relata's encoders in each precision and with all kernels, and how near
//! their vectors are to those in f32. The same run measures candle-transformers' `BertModel` for comparison.
//!
//! `cargo bench --bench embed [-- PAPERS.jsonl [N [MAX_TOKENS]]]`: embeds the first N papers (by default 512) of the
//! file, or of the landmark papers that ship with relata. Texts are cut to MAX_TOKENS (by default 256, as for the other
//! libraries that BENCHMARKS.md compares).

use std::time::Instant;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::BertModel;
use relata::embed::store::{ModelChoice, ModelStore};
use relata::embed::{EmbedOptions, Embedder, Kernels, Side, default_model};
use relata::vector::{Embedded, Embedding, Precision};

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let file = arguments.next().unwrap_or_else(|| "examples/landmark-papers.jsonl".to_owned());
    let count: usize = arguments.next().map_or(512, |count| count.parse().expect("N is a number"));
    let max_tokens: usize = arguments.next().map_or(256, |tokens| tokens.parse().expect("MAX_TOKENS is a number"));
    let lines = std::fs::read_to_string(&file).expect("the file of papers is there");
    let store = ModelStore::from_env().expect("a model cache");
    let load = |options| store.load(&ModelChoice::Known(default_model()), options, &mut |_| ()).expect("the model");
    let reference = load(EmbedOptions { precision: Precision::F32, kernels: None });
    let mut tokenizer = tokenizer(&reference.folder().path, max_tokens);
    let texts: Vec<String> = lines
        .lines()
        .take(count)
        .map(|line| {
            let paper: serde_json::Value = serde_json::from_str(line).expect("JSON Lines");
            let text =
                format!("{}. {}", paper["title"].as_str().unwrap_or(""), paper["abstract"].as_str().unwrap_or(""));
            let encoding = tokenizer.encode(text.as_str(), true).expect("tokens");
            let end = encoding.get_offsets().iter().map(|(_, end)| *end).max().unwrap_or(0);
            text[..end].to_owned()
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let tokens = texts.iter().map(|text| tokenizer.encode(*text, true).expect("tokens").len()).sum();
    println!("{} papers of {file}, {tokens} tokens, {} threads", texts.len(), rayon::current_num_threads());

    let (expected, seconds) = embed(&reference, &texts);
    report("relata f32 (candle tensors)", texts.len(), tokens, seconds);
    drop(reference);
    for precision in [Precision::Bf16, Precision::Int8] {
        for kernels in Kernels::available() {
            let embedder = load(EmbedOptions { precision, kernels: Some(kernels) });
            let (vectors, seconds) = embed(&embedder, &texts);
            report(&format!("relata {} ({kernels:?})", precision.name()), texts.len(), tokens, seconds);
            agreement(&vectors, &expected);
        }
    }

    // Uses few papers, because candle-transformers is slow and its rate does not depend on their number.
    let few = &texts[..texts.len().min(64)];
    let folder = &load(EmbedOptions::default()).folder().path.clone();
    let mut stock = Vec::new();
    let seconds = best_of(1, || stock = stock_candle(folder, &mut tokenizer, few));
    let stock_tokens = few.iter().map(|text| tokenizer.encode(*text, true).expect("tokens").len()).sum();
    report("candle-transformers BertModel, f32, batches of 8", few.len(), stock_tokens, seconds);
    agreement(&stock, &expected[..few.len()]);
}

fn tokenizer(folder: &std::path::Path, max_tokens: usize) -> tokenizers::Tokenizer {
    let mut tokenizer = tokenizers::Tokenizer::from_file(folder.join("tokenizer.json")).expect("a tokenizer");
    let truncation = tokenizers::TruncationParams { max_length: max_tokens, ..Default::default() };
    tokenizer.with_padding(None).with_truncation(Some(truncation)).expect("truncation");
    tokenizer
}

/// Returns the vectors, and the seconds of the best of three runs.
fn embed(embedder: &Embedder, texts: &[&str]) -> (Vec<Embedding>, f64) {
    let mut embedded: Vec<Embedded> = Vec::new();
    let seconds = best_of(3, || embedded = embedder.embed(texts, Side::Paper, &mut |_| ()).expect("embeddings"));
    (embedded.into_iter().map(|embedded| embedded.vector).collect(), seconds)
}

/// Prints how near `vectors` are to `expected`: their cosines, and the share of the ten nearest neighbours that stay
/// the same.
fn agreement(vectors: &[Embedding], expected: &[Embedding]) {
    let cosines: Vec<f32> = vectors.iter().zip(expected).map(|(a, b)| a.similarity(b)).collect();
    let least = cosines.iter().copied().fold(1.0, f32::min);
    let mean = cosines.iter().sum::<f32>() / cosines.len() as f32;
    let nearest = |query: &Embedding, base: &[Embedding], own: usize| {
        let mut order: Vec<usize> = (0..base.len()).filter(|&other| other != own).collect();
        order.sort_by(|&a, &b| query.similarity(&base[b]).total_cmp(&query.similarity(&base[a])).then(a.cmp(&b)));
        order.truncate(10);
        order
    };
    let queries = vectors.len().min(500);
    let kept: usize = (0..queries)
        .map(|at| {
            let wanted = nearest(&expected[at], expected, at);
            nearest(&vectors[at], vectors, at).iter().filter(|other| wanted.contains(other)).count()
        })
        .sum();
    let overlap = kept as f64 / (queries * 10.min(vectors.len() - 1)) as f64;
    println!("    cosine to f32: least {least:.6}, mean {mean:.6}; top 10 of {queries} queries: {overlap:.4} kept");
}

fn best_of(runs: usize, mut work: impl FnMut()) -> f64 {
    let time = |work: &mut dyn FnMut()| {
        let started = Instant::now();
        work();
        started.elapsed().as_secs_f64()
    };
    (0..runs).map(|_| time(&mut work)).fold(f64::INFINITY, f64::min)
}

fn report(name: &str, papers: usize, tokens: usize, seconds: f64) {
    println!("{name:52} {:8.1} papers/s {:9.0} tokens/s", papers as f64 / seconds, tokens as f64 / seconds);
}

/// Embeds texts as a user of candle-transformers would, following its own example.
fn stock_candle(folder: &std::path::Path, tokenizer: &mut tokenizers::Tokenizer, texts: &[&str]) -> Vec<Embedding> {
    let config = serde_json::from_slice(&std::fs::read(folder.join("config.json")).expect("config")).expect("config");
    // SAFETY: nothing changes the model's file while this bench runs.
    let weights =
        unsafe { VarBuilder::from_mmaped_safetensors(&[folder.join("model.safetensors")], DType::F32, &Device::Cpu) };
    let model = BertModel::load(weights.expect("weights"), &config).expect("a BERT");
    let tokens: Vec<Vec<u32>> =
        texts.iter().map(|text| tokenizer.encode(*text, true).expect("tokens").get_ids().to_vec()).collect();
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&index| tokens[index].len());
    let mut embeddings = vec![None; texts.len()];
    for batch in order.chunks(8) {
        let width = batch.iter().map(|&index| tokens[index].len()).max().unwrap_or(0);
        let padded = batch.iter().flat_map(|&index| (0..width).map(move |at| (index, at)));
        let ids: Vec<u32> = padded.clone().map(|(index, at)| tokens[index].get(at).copied().unwrap_or(0)).collect();
        let mask: Vec<u32> = padded.map(|(index, at)| u32::from(at < tokens[index].len())).collect();
        let tensor = |values| Tensor::from_vec(values, (batch.len(), width), &Device::Cpu).expect("a tensor");
        let (ids, mask) = (tensor(ids), tensor(mask));
        let hidden = model.forward(&ids, &ids.zeros_like().expect("zeros"), Some(&mask)).expect("a forward pass");
        let weights = mask.to_dtype(DType::F32).and_then(|mask| mask.unsqueeze(2)).expect("weights");
        let sums = hidden.broadcast_mul(&weights).and_then(|hidden| hidden.sum(1)).expect("sums");
        for (row, &index) in sums.to_vec2::<f32>().expect("rows").into_iter().zip(batch) {
            embeddings[index] = Some(Embedding::new(row).expect("a vector"));
        }
    }
    embeddings.into_iter().flatten().collect()
}
