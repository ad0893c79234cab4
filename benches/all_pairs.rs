//! Measures the exact search for the nearest neighbours of every row, and of a batch of queries: the time, the rate,
//! and the difference from a plain computation in f64.
//!
//! `cargo bench --bench all_pairs [-- VECTORS.f32 [K]]`: the file is a raw little-endian f32 matrix of unit rows of 384
//! dimensions. Without a file, uses 20,000 random rows. `benches/all_pairs_peers.py` does the same with numpy and
//! faiss.

use std::time::Instant;

use relata::index::{Matrix, Neighbor, exact};
use relata::vector::Embedding;

const DIM: usize = 384;

/// The number of rows that are computed again in f64.
const CHECKED: usize = 2_000;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let values = arguments.next().map_or_else(random, |file| {
        let bytes = std::fs::read(file).expect("the file of vectors");
        bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
    });
    let k = arguments.next().map_or(10, |k| k.parse().expect("K is a number"));
    let mut matrix = Matrix::new(DIM);
    for row in values.chunks_exact(DIM) {
        matrix.push(Embedding::new(row.to_vec()).expect("a vector").as_slice());
    }
    let count = matrix.len();
    println!("{count} rows, {DIM} dimensions, the {k} nearest, {} threads", rayon::current_num_threads());

    let started = Instant::now();
    let found = exact::all_pairs(&matrix, k, &|_| true, &|_| ());
    let seconds = started.elapsed().as_secs_f64();
    // Counts a multiplication and an addition for each number of each pair. Each pair counts once.
    let rate = (count * count) as f64 * DIM as f64 / seconds / 1e9;
    println!("all pairs                {seconds:8.2} s  {rate:6.0} GFLOP/s");

    let queries: Vec<&[f32]> = (0..count.min(1_000)).map(|row| matrix.row(row as u32)).collect();
    for queries in [&queries[..], &queries[..queries.len().min(64)]] {
        let started = Instant::now();
        let of_batch = exact::search(&matrix, queries, k + 1, 0..count as u32, &|_| true);
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "a batch of {:5}         {:8.3} s  {:6.0} queries/s",
            queries.len(),
            seconds,
            queries.len() as f64 / seconds
        );
        assert_eq!(of_batch.len(), queries.len());
    }

    let checked = count.min(CHECKED);
    let mut worst = 0.0f64;
    for row in 0..checked {
        let row = (row * (count / checked)) as u32;
        let mut all: Vec<(f64, u32)> =
            (0..count as u32).filter(|other| *other != row).map(|other| (in_f64(&matrix, row, other), other)).collect();
        let (_, (least, _), _) = all.select_nth_unstable_by(k.min(count - 1) - 1, |a, b| b.0.total_cmp(&a.0));
        let least = *least;
        for Neighbor { position, similarity } in &found[row as usize] {
            let exactly = in_f64(&matrix, row, *position);
            // Rounding in f32 may exchange two neighbours that are almost equally near. So a neighbour that was found
            // may be less similar than `least`, but only by a rounding error.
            worst = worst.max(least - exactly).max((exactly - f64::from(*similarity)).abs());
        }
        assert_eq!(found[row as usize].len(), k.min(count - 1));
    }
    println!("{checked} rows checked in f64: neighbours are the nearest and similarities are right to {worst:.1e}");
}

fn in_f64(matrix: &Matrix, a: u32, b: u32) -> f64 {
    matrix.row(a).iter().zip(matrix.row(b)).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

fn random() -> Vec<f32> {
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..20_000 * DIM).map(|_| next()).collect()
}
