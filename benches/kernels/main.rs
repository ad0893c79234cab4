//! Measures the encoder's kernels on the shapes of the default model, and the encoder on the landmark papers. Measures
//! the rate of the processor's own instructions (`limit`) for comparison. Uses one thread, with Criterion.
//!
//! `cargo bench --bench kernels [-- FILTER]`. Criterion's elements are floating-point or integer operations for
//! `product`, `attention` and `limit`, tokens for `encoder`, and numbers read for everything else.

// The kernels are private, so they are compiled from their own source. The bench does not use all of it.
#![allow(dead_code, unused_imports)]

mod embed;
#[path = "../../src/gemm/mod.rs"]
mod gemm;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use relata::embed::store::{ModelChoice, ModelStore};
use relata::embed::{EmbedOptions, Kernels, Side, default_model};
use relata::vector::Precision;

use crate::embed::workloads::workloads;

fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("kernels");
    for mut workload in workloads() {
        group.throughput(Throughput::Elements(workload.operations));
        group.bench_function(&workload.name, |bencher| bencher.iter(&mut workload.run));
    }
}

/// The rate of the dot-product instructions, on registers only.
fn limit(criterion: &mut Criterion) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512bf16") && is_x86_feature_detected!("avx512vnni") {
        let mut group = criterion.benchmark_group("limit");
        group.throughput(Throughput::Elements(registers::INSTRUCTIONS * 16 * 2 * 2));
        // SAFETY: the processor has the instructions.
        group.bench_function("bf16", |bencher| bencher.iter(|| unsafe { registers::bf16() }));
        group.throughput(Throughput::Elements(registers::INSTRUCTIONS * 16 * 4 * 2));
        // SAFETY: the processor has the instructions.
        group.bench_function("int8", |bencher| bencher.iter(|| unsafe { registers::int8() }));
    }
    let _ = criterion;
}

#[cfg(target_arch = "x86_64")]
mod registers {
    use std::arch::x86_64::*;
    use std::hint::black_box;

    /// The number of independent sums, so that no instruction waits for the one before it.
    const SUMS: u64 = 12;
    const ROUNDS: u64 = 1000;
    /// The number of repeats between two loads of the factor. The loads keep the compiler from computing the result in
    /// advance.
    const REPEATS: u64 = 8;
    pub const INSTRUCTIONS: u64 = SUMS * ROUNDS * REPEATS;

    #[target_feature(enable = "avx512f,avx512bf16")]
    pub unsafe fn bf16() {
        let mut sums = [_mm512_setzero_ps(); SUMS as usize];
        // SAFETY: both types have 512 bits, and every number is 1 in bf16.
        let one: __m512bh = unsafe { std::mem::transmute(_mm512_set1_epi16(0x3f80)) };
        for _ in 0..ROUNDS {
            let factor = black_box(one);
            for _ in 0..REPEATS {
                sums.iter_mut().for_each(|sum| *sum = _mm512_dpbf16_ps(*sum, factor, factor));
            }
        }
        black_box(sums);
    }

    #[target_feature(enable = "avx512f,avx512vnni")]
    pub unsafe fn int8() {
        let mut sums = [_mm512_setzero_si512(); SUMS as usize];
        for _ in 0..ROUNDS {
            let factor = black_box(_mm512_set1_epi8(1));
            for _ in 0..REPEATS {
                sums.iter_mut().for_each(|sum| *sum = _mm512_dpbusd_epi32(*sum, factor, factor));
            }
        }
        black_box(sums);
    }
}

fn encoder(criterion: &mut Criterion) {
    let lines = include_str!("../../examples/landmark-papers.jsonl");
    let texts: Vec<String> = lines
        .lines()
        .take(32)
        .map(|line| {
            let paper: serde_json::Value = serde_json::from_str(line).expect("JSON Lines");
            format!("{}. {}", paper["title"].as_str().unwrap_or(""), paper["abstract"].as_str().unwrap_or(""))
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let store = ModelStore::from_env().expect("a model cache");
    let folder = store.obtain(default_model(), &mut |_| ()).expect("the model");
    let tokenizer = tokenizers::Tokenizer::from_file(folder.join("tokenizer.json")).expect("a tokenizer");
    let tokens: usize = texts.iter().map(|text| tokenizer.encode(*text, true).expect("tokens").len()).sum();
    let mut group = criterion.benchmark_group("encoder");
    group.sample_size(10);
    let fused = [Precision::Bf16, Precision::Int8].into_iter().flat_map(|precision| {
        Kernels::available().into_iter().map(move |kernels| EmbedOptions { precision, kernels: Some(kernels) })
    });
    for options in std::iter::once(EmbedOptions { precision: Precision::F32, kernels: None }).chain(fused) {
        let embedder = store.load(&ModelChoice::Known(default_model()), options, &mut |_| ()).expect("the model");
        let name = format!("{} {}", options.precision, options.kernels.map_or("candle", Kernels::name));
        group.throughput(Throughput::Elements(tokens as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for text in &texts {
                    embedder.embed_one(text, Side::Paper).expect("an embedding");
                }
            });
        });
    }
}

criterion_group!(benches, limit, kernels, encoder);
criterion_main!(benches);
