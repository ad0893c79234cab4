//! Measures the time of refreshing both indexes after a change. For comparison, measures copying the matrix of vectors
//! and making new indexes.
//!
//! `cargo bench --bench refresh [-- PAPERS]`: PAPERS is the number of papers, by default 87,000. They have random
//! vectors of 384 dimensions and texts of 150 words, from a fixed seed. Words are drawn by Zipf's law from 100,000.
//! Every second word is chosen from the eight words that can follow the word before it. Each time is the best of five
//! runs. The old indexes stay in memory, as they do while other threads read them. Texts and vectors are in memory, so
//! no time is spent on a database.

use std::collections::HashMap;
use std::time::Instant;

use relata::index::hnsw::BuildParams;
use relata::index::{Row, VectorIndex};
use relata::lexical::{LexicalIndex, Text};
use relata::vector::Embedding;

const DIM: usize = 384;
const ADDED: usize = 128;
const WORDS: usize = 150;
const VOCABULARY: usize = 100_000;
const TIMES: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let papers = arguments.next().map_or(87_000, |papers| papers.parse().expect("PAPERS is a number"));
    println!("{papers} papers, {DIM} dimensions, {} threads", rayon::current_num_threads());
    let before = Library::new(papers);
    let copy = best(|| before.vectors[..papers * DIM].to_vec());
    println!("copying the matrix: {copy:.1} ms");

    let started = Instant::now();
    let mut vectors = before.refresh_vectors(None);
    let anew_vectors = ms(started);
    let started = Instant::now();
    let terms = before.refresh_terms(None, &vectors, &before.versions(&vectors));
    let anew_terms = ms(started);
    println!("making anew: vectors {anew_vectors:.0} ms, terms {anew_terms:.0} ms");

    for graph in [false, true] {
        if graph {
            // A quick build makes a graph of the same size, which is not searched here.
            let params = BuildParams { ef_construction: 16, ..BuildParams::default() };
            vectors.build_graph(params, &mut |_| ()).expect("a graph");
        }
        let beside = |time: f64, anew: f64| format!("{time:8.1} ms {:6.2} {:8.4}", time / copy, time / anew);
        let name = if graph { "with a graph" } else { "without a graph" };
        println!(
            "\n{name:16} {:>11} {:>6} {:>8} {:>11} {:>6} {:>8}",
            "vectors", "/copy", "/anew", "terms", "/copy", "/anew"
        );
        for (name, after) in before.changes() {
            let new_vectors = after.refresh_vectors(Some(&vectors));
            let of_vectors = best(|| after.refresh_vectors(Some(&vectors)));
            let versions = after.versions(&new_vectors);
            let of_terms = best(|| after.refresh_terms(Some(&terms), &new_vectors, &versions));
            println!("{name:16} {} {}", beside(of_vectors, anew_vectors), beside(of_terms, anew_terms));
        }
    }
}

fn ms(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1e3
}

/// Returns the time of the fastest of several runs in milliseconds, without the time for dropping the result.
fn best<T>(run: impl Fn() -> T) -> f64 {
    let time = |_| {
        let started = Instant::now();
        let made = run();
        let time = ms(started);
        drop(made);
        time
    };
    (0..TIMES).map(time).fold(f64::INFINITY, f64::min)
}

/// The content of a database.
#[derive(Clone)]
struct Library<'a> {
    rows: Vec<Row>,
    /// For each key, the number of its vector and text.
    contents: Vec<usize>,
    vectors: std::borrow::Cow<'a, [f32]>,
    texts: std::borrow::Cow<'a, [String]>,
}

impl Library<'_> {
    /// Makes a library with `papers` papers, and contents for 2 % more.
    fn new(papers: usize) -> Self {
        let mut random = Random(0x2545_f491_4f6c_dd1d);
        let count = papers + papers / 50 + ADDED;
        let vector = |random: &mut Random| {
            let values = (0..DIM).map(|_| random.next() as f32 - 0.5).collect();
            Embedding::new(values).expect("a vector")
        };
        let vectors: Vec<f32> = (0..count).flat_map(|_| vector(&mut random).as_slice().to_vec()).collect();
        let texts: Vec<String> = (0..count).map(|_| text(&mut random)).collect();
        let mut library = Self { rows: Vec::new(), contents: Vec::new(), vectors: vectors.into(), texts: texts.into() };
        (0..papers).for_each(|number| library.push(number as i64, number));
        library
    }

    fn push(&mut self, key: i64, content: usize) {
        // Versions are spread like hashes.
        let version = (content as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        self.rows.push(Row { version, key });
        self.contents.resize(self.contents.len().max(key as usize + 1), 0);
        self.contents[key as usize] = content;
    }

    fn changes(&self) -> [(&'static str, Library<'_>); 4] {
        let papers = self.rows.len();
        let same = || Library {
            rows: self.rows.clone(),
            contents: self.contents.clone(),
            vectors: (&*self.vectors).into(),
            texts: (&*self.texts).into(),
        };
        let mut more = same();
        (papers..papers + ADDED).for_each(|number| more.push(number as i64, number));
        let mut fewer = same();
        fewer.rows.remove(papers / 3);
        let mut changed = same();
        changed.rows.retain(|row| row.key % 100 != 0);
        (0..papers).step_by(100).zip(papers..).for_each(|(key, content)| changed.push(key as i64, content));
        [("nothing changed", same()), ("128 more", more), ("1 fewer", fewer), ("1 % changed", changed)]
    }

    fn refresh_vectors(&self, old: Option<&VectorIndex>) -> VectorIndex {
        VectorIndex::refresh(old, &self.rows, DIM, |keys, sink| {
            for key in keys {
                let content = self.contents[*key as usize];
                sink(&self.vectors[content * DIM..(content + 1) * DIM]);
            }
            Ok(())
        })
        .expect("an index")
    }

    /// The version of the paper at each position.
    fn versions(&self, vectors: &VectorIndex) -> Vec<Option<u128>> {
        let versions: HashMap<i64, u128> = self.rows.iter().map(|row| (row.key, row.version)).collect();
        (0..vectors.end()).map(|position| versions.get(&vectors.key(position)?).copied()).collect()
    }

    fn refresh_terms(
        &self,
        old: Option<&LexicalIndex>,
        vectors: &VectorIndex,
        versions: &[Option<u128>],
    ) -> LexicalIndex {
        LexicalIndex::refresh(old, versions, |positions, sink| {
            let keys = positions.iter().filter_map(|&position| vectors.key(position));
            let text = |key: i64| -> Text { ("".to_owned(), Some(self.texts[self.contents[key as usize]].clone())) };
            keys.for_each(|key| sink(text(key)));
            Ok(())
        })
        .expect("an index")
    }
}

struct Random(u64);

impl Random {
    /// Returns a random number from 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn text(random: &mut Random) -> String {
    let mut text = String::new();
    let mut word = 0;
    for at in 0..WORDS {
        word = match at % 2 {
            // Draws the rank of a word, with a probability of about 1 / rank.
            0 => ((VOCABULARY as f64).powf(random.next()) as usize - 1).min(VOCABULARY - 1),
            _ => (word * 8 + (random.next() * 8.0) as usize).wrapping_mul(7919) % VOCABULARY,
        };
        // Writes the word in syllables that do not form English endings.
        let mut number = word;
        for _ in 0..4 {
            text.push(b"bdfgkmnp"[number % 8] as char);
            text.push(b"aou"[number / 8 % 3] as char);
            number /= 24;
        }
        text.push(' ');
    }
    text
}
