//! Measures the index of vectors: build time, and queries per second with ANN recall@10 against exact search.
//!
//! `cargo bench --bench index [-- VECTORS.f32 [DIM]]`: the file is a raw little-endian f32 matrix of unit rows; the
//! first 2,000 rows are the queries and the rest is the base. Without a file, uses 20,000 clustered vectors of 384
//! dimensions from a fixed seed. Recall is higher for these than for real vectors.

use std::time::Instant;

use relata::index::hnsw::{BuildParams, Graph};
use relata::index::{Expected, Matrix, Neighbor, Row, Scope, VectorIndex, exact, open_cached};
use relata::vector::Embedding;

const QUERIES: usize = 2000;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let file = arguments.next();
    let dim = arguments.next().map_or(384, |dim| dim.parse().expect("DIM is a number"));
    let rows = match &file {
        Some(file) => {
            let bytes = std::fs::read(file).expect("the file of vectors");
            let values: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            values.chunks_exact(dim).map(|row| Embedding::new(row.to_vec()).expect("a vector")).collect()
        }
        None => clustered(22_000, dim),
    };
    let (queries, base) = rows.split_at(QUERIES.min(rows.len() / 10));
    let queries: Vec<&[f32]> = queries.iter().map(Embedding::as_slice).collect();
    let mut matrix = Matrix::new(dim);
    base.iter().for_each(|row| matrix.push(row.as_slice()));
    let all = 0..base.len() as u32;
    println!(
        "{} base, {} queries, {dim} dimensions, {} threads",
        base.len(),
        queries.len(),
        rayon::current_num_threads()
    );

    let started = Instant::now();
    let truth = exact::search(&matrix, &queries, 10, all.clone(), &|_| true);
    rate("exact, one batch", queries.len(), started, 1.0);
    let few = &queries[..200];
    let started = Instant::now();
    few.iter().for_each(|query| drop(exact::search(&matrix, &[query], 10, all.clone(), &|_| true)));
    rate("exact, one by one", few.len(), started, 1.0);

    let started = Instant::now();
    let graph = Graph::build(&matrix, BuildParams::default(), &mut |_| ()).expect("a graph");
    println!("graph built in {:.1} s (all threads)", started.elapsed().as_secs_f64());
    for ef_search in [16, 32, 64, 96, 128, 256] {
        let started = Instant::now();
        let found: Vec<Vec<Neighbor>> =
            queries.iter().map(|query| graph.search(&matrix, query, 10, ef_search, &|_| true)).collect();
        let shared: usize =
            found.iter().zip(&truth).map(|(found, truth)| found.iter().filter(|n| truth.contains(n)).count()).sum();
        let recall = shared as f64 / (10 * queries.len()) as f64;
        rate(&format!("graph, ef_search {ef_search}, 1 thread"), queries.len(), started, recall);
    }

    let folder = tempfile::tempdir().expect("a folder");
    let live: Vec<Row> = (0..base.len() as i64).map(|number| Row { version: number as u128, key: number }).collect();
    let mut index = VectorIndex::refresh(None, &live, dim, |keys, sink| {
        keys.iter().for_each(|key| sink(base[*key as usize].as_slice()));
        Ok(())
    })
    .expect("an index");
    let made_from = Expected { model_sha256: "bench".into(), dim, state: "1".into() };
    for with_graph in [false, true] {
        if with_graph {
            index.build_graph(BuildParams::default(), &mut |_| ()).expect("a graph");
        }
        index.store(folder.path(), &made_from).expect("stored");
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let started = Instant::now();
            let opened = open_cached(folder.path(), &made_from).index.expect("opened");
            let found = opened.search(&queries[..1], 10, Scope::Fast, &|_| true, 0);
            best = best.min(started.elapsed().as_secs_f64());
            assert_eq!(found[0].len(), 10);
        }
        let name = if with_graph { "with graph" } else { "without graph" };
        println!("open {name}, every byte checked, and first answer: {:.1} ms", best * 1e3);
    }
}

fn rate(name: &str, queries: usize, started: Instant, recall: f64) {
    let rate = queries as f64 / started.elapsed().as_secs_f64();
    println!("{name:32} {rate:9.0} queries/s  ann_recall_at_10 {recall:.4}");
}

/// Makes unit vectors around 200 centres, because texts form clusters too.
fn clustered(count: usize, dim: usize) -> Vec<Embedding> {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    let centres: Vec<Vec<f32>> = (0..200).map(|_| (0..dim).map(|_| random()).collect()).collect();
    (0..count)
        .map(|number| {
            let centre = &centres[number % centres.len()];
            Embedding::new(centre.iter().map(|value| value + random()).collect()).expect("a vector")
        })
        .collect()
}
