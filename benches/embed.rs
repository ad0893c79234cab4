//! Embedding: papers/s and tokens/s of relata's encoder, beside candle-transformers' own `BertModel` in the same run, with
//! the cosine between the two.
//!
//! `cargo bench --bench embed [-- PAPERS.jsonl [N]]`; without a file, the landmark papers that ship with relata.

use std::time::Instant;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::BertModel;
use relata::embed::store::{ModelChoice, ModelStore};
use relata::embed::{Side, default_model};
use relata::vector::Embedding;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let file = arguments.next().unwrap_or_else(|| "examples/landmark-papers.jsonl".to_owned());
    let count: usize = arguments.next().map_or(512, |count| count.parse().expect("N is a number"));
    let lines = std::fs::read_to_string(&file).expect("the file of papers is there");
    let texts: Vec<String> = lines
        .lines()
        .take(count)
        .map(|line| {
            let paper: serde_json::Value = serde_json::from_str(line).expect("JSON Lines");
            format!("{}. {}", paper["title"].as_str().unwrap_or(""), paper["abstract"].as_str().unwrap_or(""))
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();

    let store = ModelStore::from_env().expect("a model cache");
    let started = Instant::now();
    let embedder = store.load(&ModelChoice::Known(default_model()), &mut |_| ()).expect("the model");
    println!("model loaded and verified in {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    let tokens = embedder.count_tokens(&texts).expect("tokens");
    println!("{} papers of {file}, {tokens} tokens, {} threads", texts.len(), rayon::current_num_threads());

    let mut ours = Vec::new();
    let relata = best_of(3, || ours = embedder.embed(&texts, Side::Paper, &|_| ()).expect("embeddings"));
    report("relata, f32", texts.len(), tokens, relata);

    // Few papers: the stock path is slow and its rate does not depend on their number.
    let few = &texts[..texts.len().min(64)];
    let mut stock = Vec::new();
    let seconds = best_of(1, || stock = stock_candle(&embedder.folder().path, few));
    report(
        "candle-transformers BertModel, f32, batches of 8",
        few.len(),
        embedder.count_tokens(few).expect("tokens"),
        seconds,
    );
    let agreement = ours.iter().zip(&stock).map(|(a, b)| a.similarity(b)).fold(1.0, f32::min);
    println!("least cosine between the two: {agreement:.6}");
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

/// What a user of candle-transformers would write, following its own example.
fn stock_candle(folder: &std::path::Path, texts: &[&str]) -> Vec<Embedding> {
    let config = serde_json::from_slice(&std::fs::read(folder.join("config.json")).expect("config")).expect("config");
    // SAFETY: nothing changes the model's file while this bench runs.
    let weights =
        unsafe { VarBuilder::from_mmaped_safetensors(&[folder.join("model.safetensors")], DType::F32, &Device::Cpu) };
    let model = BertModel::load(weights.expect("weights"), &config).expect("a BERT");
    let mut tokenizer = tokenizers::Tokenizer::from_file(folder.join("tokenizer.json")).expect("a tokenizer");
    let truncation = tokenizers::TruncationParams { max_length: 512, ..Default::default() };
    tokenizer.with_padding(None).with_truncation(Some(truncation)).expect("truncation");
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
