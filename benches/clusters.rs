//! Measures the clusters, the map and the rest of a report's overview: the time that they take, and how well clusters
//! agree with venues and with the authors' first keyword. Venues and keywords are not used to compute the clusters.
//!
//! `cargo bench --bench clusters -- LIBRARY`. Agreement is normalised mutual information (by the mean of both
//! entropies), 0 to 1, over the papers that are in a cluster and have the label. There are two baselines. One is a
//! spherical k-means with as many clusters (k-means++ from a fixed seed, 25 rounds, all papers). The other is chance:
//! the same clusters with the papers shuffled.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;
use relata::analysis::{Analysis, Batch, LibraryScale, Section};
use relata::index::Matrix;
use relata::library::Library;
use relata::paper::Paper;
use relata::rank::calibration::Calibration;
use relata::vector::dot;

const ROUNDS: usize = 25;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next() else { return println!("nothing is measured without a library") };
    let library = Library::open(Path::new(&folder)).expect("a library");
    let dim = library.model().expect("a model").expect("vectors").dim;
    let rows = library.live_rows().expect("rows");
    let papers: Vec<Paper> =
        rows.iter().map(|row| library.paper(row.paper).expect("read").expect("a paper").paper).collect();
    let mut vectors = Matrix::new(dim);
    library
        .read_vectors(rows.iter().map(|row| row.paper), dim, |vector| vectors.push(vector.as_slice()))
        .expect("vectors");
    let mut random = Random(1);
    let sample = (0..5_000).map(|_| {
        let [a, b] = [(); 2].map(|()| vectors.row(random.below(papers.len()) as u32));
        dot(a, b)
    });
    let calibration = Calibration::new(sample.collect());
    let scale = LibraryScale { calibration: &calibration, papers: papers.len() };

    let started = Instant::now();
    let batch = Batch::new(papers.iter().collect(), &vectors, 0, Some(scale));
    println!("{} papers; the 30 nearest of each, exactly: {:.2} s", papers.len(), started.elapsed().as_secs_f64());
    let make = |name: &str, section: Section| -> Analysis {
        let started = Instant::now();
        let analysis = batch.analyse(&[section].into(), &[]);
        println!("{name}: {:.2} s", started.elapsed().as_secs_f64());
        analysis
    };
    make("map", Section::Map);
    make("statistics of the embedding", Section::Embedding);
    make("pairs", Section::Pairs);
    let analysis = make("clusters, orphans, bridges", Section::Clusters);

    let mut clusters: Vec<Option<usize>> = vec![None; papers.len()];
    for (number, cluster) in analysis.clusters.iter().enumerate() {
        cluster.papers.iter().for_each(|&place| clusters[place] = Some(number));
    }
    let sizes: Vec<usize> = analysis.clusters.iter().map(|cluster| cluster.papers.len()).collect();
    let clustered: usize = sizes.iter().sum();
    let (orphans, bridges) = (analysis.orphans.len(), analysis.bridges.len());
    println!(
        "{} clusters of {} to {} papers, {:.1} % in none; {orphans} orphans, {bridges} bridges",
        sizes.len(),
        sizes.last().unwrap_or(&0),
        sizes.first().unwrap_or(&0),
        100.0 * (1.0 - clustered as f64 / papers.len() as f64)
    );
    let started = Instant::now();
    let means = k_means(&vectors, sizes.len());
    println!("k-means with as many clusters: {:.2} s", started.elapsed().as_secs_f64());
    // Keeps only papers that are in a cluster, so that both are measured on the same papers.
    let means: Vec<Option<usize>> = clusters.iter().zip(means).map(|(cluster, mean)| cluster.map(|_| mean)).collect();
    let mut shuffled = clusters.clone();
    (1..shuffled.len()).rev().for_each(|at| shuffled.swap(at, random.below(at + 1)));

    println!("{:16}{:>10}{:>10}{:>10}", "", "clusters", "k-means", "chance");
    for (name, label) in [
        ("venue", (|paper: &Paper| paper.venue.clone()) as fn(&Paper) -> Option<String>),
        ("first keyword", |paper| paper.keywords.first().map(|keyword| keyword.to_lowercase())),
    ] {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let labels: Vec<Option<usize>> = papers
            .iter()
            .map(|paper| {
                let next = numbers.len();
                label(paper).map(|label| *numbers.entry(label).or_insert(next))
            })
            .collect();
        let [own, means, chance] = [&clusters, &means, &shuffled].map(|found| mutual_information(found, &labels));
        println!("{name:16}{own:>10.3}{means:>10.3}{chance:>10.3}");
    }
}

/// Returns the mutual information, normalised by the mean of both entropies.
fn mutual_information(a: &[Option<usize>], b: &[Option<usize>]) -> f64 {
    let pairs: Vec<(usize, usize)> = a.iter().zip(b).filter_map(|(a, b)| a.zip(*b)).collect();
    let share = |count: &f64| count / pairs.len() as f64;
    let (mut of_a, mut of_b, mut of_both) = (HashMap::new(), HashMap::new(), HashMap::new());
    for &(a, b) in &pairs {
        *of_a.entry(a).or_insert(0.0) += 1.0;
        *of_b.entry(b).or_insert(0.0) += 1.0;
        *of_both.entry((a, b)).or_insert(0.0) += 1.0;
    }
    let entropy =
        |counts: &HashMap<usize, f64>| -counts.values().map(|count| share(count) * share(count).ln()).sum::<f64>();
    let shared: f64 = of_both
        .iter()
        .map(|((a, b), count)| share(count) * (share(count) / (share(&of_a[a]) * share(&of_b[b]))).ln())
        .sum();
    2.0 * shared / (entropy(&of_a) + entropy(&of_b))
}

/// Returns the nearest of `count` mean directions for each row.
fn k_means(vectors: &Matrix, count: usize) -> Vec<usize> {
    let rows: Vec<&[f32]> = (0..vectors.len() as u32).map(|position| vectors.row(position)).collect();
    let mut random = Random(2);
    let mut means: Vec<Vec<f32>> = vec![rows[random.below(rows.len())].to_vec()];
    let mut distances = vec![f32::MAX; rows.len()];
    while means.len() < count {
        let last = &means[means.len() - 1];
        distances
            .par_iter_mut()
            .zip(&rows)
            .for_each(|(distance, row)| *distance = distance.min(1.0 - dot(row, last)).max(0.0));
        let all: f64 = distances.iter().map(|distance| f64::from(*distance)).sum();
        let mut left = random.share() * all;
        let chosen = distances.iter().position(|distance| {
            left -= f64::from(*distance);
            left <= 0.0
        });
        means.push(rows[chosen.unwrap_or(rows.len() - 1)].to_vec());
    }
    let mut nearest = Vec::new();
    for _ in 0..ROUNDS {
        nearest = rows
            .par_iter()
            .map(|row| {
                let similarity = |mean: &Vec<f32>| dot(row, mean);
                let best = means.iter().map(similarity).enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
                best.map_or(0, |(number, _)| number)
            })
            .collect::<Vec<usize>>();
        let mut sums = vec![vec![0f64; vectors.dim()]; count];
        for (row, &number) in rows.iter().zip(&nearest) {
            sums[number].iter_mut().zip(*row).for_each(|(sum, value)| *sum += f64::from(*value));
        }
        for (mean, sum) in means.iter_mut().zip(sums) {
            let norm = sum.iter().map(|value| value * value).sum::<f64>().sqrt();
            if norm > 0.0 {
                *mean = sum.into_iter().map(|value| (value / norm) as f32).collect();
            }
        }
    }
    nearest
}

/// A generator with Knuth's multiplier. The upper half of the state is the random half.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        (self.share() * end as f64) as usize
    }

    /// Returns a random number from 0 to 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as f64 / f64::from(u32::MAX) * (1.0 - f64::EPSILON)
    }
}
