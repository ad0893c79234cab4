//! Measures how many missing papers are found. Hides every fourth paper of a group, and searches with the rest of the
//! group. The rate is the share of hidden papers among the first 20 hits.
//!
//! `cargo bench --bench missing -- LIBRARY`: the folder of a library whose papers have keywords and authors. A group is
//! the 16 to 48 papers of one keyword or one author; 30 groups of each kind are drawn with a fixed seed. The first 20
//! hits may be good even without the hidden papers, because keywords and authors do not decide what is cited. So the
//! rates are only for comparing methods.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{Engine, FoundPaper, Hit, Question, Seed, Snapshot, unobserved};
use relata::index::{Matrix, exact};
use relata::library::{Library, PaperNumber};
use relata::paper::{Paper, title_key};
use relata::rank::Ranker;
use relata::vector::Embedding;

const TOP_K: usize = 20;
const GROUPS: usize = 30;
const SIZES: std::ops::RangeInclusive<usize> = 16..=48;
const SEED: u64 = 1;

type Way<'a> = (&'a str, Box<dyn Fn(&[PaperNumber]) -> Vec<PaperNumber> + 'a>);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder] = &arguments[..] else { return println!("nothing is measured without a library") };
    let models = ModelStore::from_env().expect("a cache for models");
    let engine = Engine::open(Path::new(folder), models, None, EmbedOptions::default()).expect("a library");
    let snapshot = engine.snapshot(&unobserved).expect("a snapshot");
    let papers: BTreeMap<PaperNumber, Paper> = snapshot
        .library()
        .list(0, u64::MAX)
        .expect("papers")
        .into_iter()
        .map(|listed| (listed.number, listed.paper))
        .collect();
    let vectors = Vectors::of(snapshot.library());
    for (kind, groups) in [
        ("papers of a keyword", groups(&papers, |paper| paper.keywords.clone())),
        ("papers of an author", groups(&papers, |paper| paper.authors.clone())),
    ] {
        let hidden: usize = groups.iter().map(|group| group.hidden.len()).sum();
        println!("{kind}: {} groups, {hidden} hidden papers", groups.len());
        let mut base: Option<Vec<f64>> = None;
        for (name, way) in ways(&snapshot, &papers, &vectors) {
            let rates: Vec<f64> = groups.iter().map(|group| group.rate(&way(&group.visible))).collect();
            let (mean, error) = mean_and_error(&rates);
            let base = base.get_or_insert_with(|| rates.clone());
            let (gain, gain_error) =
                mean_and_error(&rates.iter().zip(base.iter()).map(|(rate, base)| rate - base).collect::<Vec<_>>());
            println!("  {name:44} {mean:.3} ± {error:.3}   compared with the mean vector {gain:+.3} ± {gain_error:.3}");
        }
    }
}

/// The papers of a keyword or an author.
struct Group {
    visible: Vec<PaperNumber>,
    hidden: HashSet<PaperNumber>,
}

impl Group {
    /// Returns the share of the hidden papers that were found.
    fn rate(&self, found: &[PaperNumber]) -> f64 {
        found.iter().filter(|number| self.hidden.contains(number)).count() as f64 / self.hidden.len() as f64
    }
}

/// Groups papers by the names that `of` returns, and draws some groups at random.
fn groups(papers: &BTreeMap<PaperNumber, Paper>, of: impl Fn(&Paper) -> Vec<String>) -> Vec<Group> {
    let mut found: BTreeMap<String, Vec<PaperNumber>> = BTreeMap::new();
    for (number, paper) in papers {
        let names: HashSet<String> = of(paper).iter().map(|name| title_key(name)).collect();
        names.into_iter().for_each(|name| found.entry(name).or_default().push(*number));
    }
    let mut found: Vec<Vec<PaperNumber>> = found.into_values().filter(|group| SIZES.contains(&group.len())).collect();
    let mut state = SEED;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    (0..found.len()).rev().for_each(|at| found.swap(at, draw(at + 1)));
    let group = |papers: &Vec<PaperNumber>| Group {
        visible: papers.iter().enumerate().filter(|(at, _)| at % 4 != 0).map(|(_, number)| *number).collect(),
        hidden: papers.iter().step_by(4).copied().collect(),
    };
    found.iter().take(GROUPS).map(group).collect()
}

fn ways<'a>(snapshot: &'a Snapshot, papers: &'a BTreeMap<PaperNumber, Paper>, vectors: &'a Vectors) -> Vec<Way<'a>> {
    let as_list = |ranker| {
        move |visible: &[PaperNumber]| {
            let question = Question { top_k: TOP_K, ranker, ..Question::like(visible) };
            stored(&snapshot.rank(&[question]).expect("answers")[0])
        }
    };
    let as_draft = move |visible: &[PaperNumber]| -> Vec<PaperNumber> {
        let passages = visible.iter().map(|number| Seed::Text(papers[number].text()));
        let excluded = visible.iter().copied().collect();
        let question = Question { liked: passages.collect(), excluded, top_k: TOP_K, ..Question::default() };
        let found = snapshot.recommend_for_passages(&question).expect("answers");
        found.iter().filter_map(|found| found.number).collect()
    };
    let by_interest = move |visible: &[PaperNumber]| -> Vec<PaperNumber> {
        let question = Question { top_k: TOP_K, ..Question::like(visible) };
        let found = snapshot.recommend_by_interest(&question).expect("answers");
        found.iter().filter_map(|found| found.number).collect()
    };
    let each_alone = |shares: &'static [f32]| {
        move |visible: &[PaperNumber]| -> Vec<PaperNumber> {
            let excluded: HashSet<PaperNumber> = visible.iter().copied().collect();
            let question = |number: &PaperNumber| Question {
                top_k: 100,
                excluded: excluded.clone(),
                ..Question::like(&[*number])
            };
            let questions: Vec<Question> = visible.iter().map(question).collect();
            joined(&snapshot.rank(&questions).expect("answers"), shares)
        }
    };
    vec![
        ("nearest to the mean vector", Box::new(|visible| vectors.near_mean(visible))),
        ("a list, ranked as by `relata missing`", Box::new(as_list(Ranker::default()))),
        ("the same by vectors alone", Box::new(as_list(Ranker::Vector))),
        ("the same by terms alone", Box::new(as_list(Ranker::Lexical))),
        ("alternating between its interests", Box::new(by_interest)),
        ("a draft, a passage for each paper", Box::new(as_draft)),
        ("each alone, joined by the best", Box::new(each_alone(&[1.0]))),
        ("each alone, joined by 0.7, 0.2, 0.1", Box::new(each_alone(&[0.7, 0.2, 0.1]))),
        ("each alone, joined by 0.5, 0.3, 0.2", Box::new(each_alone(&[0.5, 0.3, 0.2]))),
        ("each alone, joined by thirds", Box::new(each_alone(&[1.0 / 3.0; 3]))),
        ("each alone, joined by fifths", Box::new(each_alone(&[0.2; 5]))),
    ]
}

/// Merges lists as `engine::missing` does, with other shares.
fn joined(lists: &[Vec<Hit<FoundPaper>>], shares: &[f32]) -> Vec<PaperNumber> {
    let ends: Vec<f32> = lists.iter().map(|list| list.last().map_or(0.0, |last| last.parts.score())).collect();
    let mut scores: HashMap<PaperNumber, Vec<f32>> = HashMap::new();
    for (list, ranked) in lists.iter().enumerate() {
        for (number, ranked) in stored(ranked).into_iter().zip(ranked) {
            scores.entry(number).or_insert_with(|| ends.clone())[list] = ranked.parts.score();
        }
    }
    let mut joined: Vec<(f32, PaperNumber)> = scores
        .into_iter()
        .map(|(number, mut scores)| {
            scores.sort_by(|a, b| b.total_cmp(a));
            (scores.iter().zip(shares).map(|(score, share)| score * share).sum(), number)
        })
        .collect();
    joined.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    joined.into_iter().take(TOP_K).map(|(_, number)| number).collect()
}

fn stored(ranked: &[Hit<FoundPaper>]) -> Vec<PaperNumber> {
    let number = |ranked: &Hit<FoundPaper>| match ranked.paper {
        FoundPaper::Stored(number) => number,
        FoundPaper::Given(_) => unreachable!("no candidates were given"),
    };
    ranked.iter().map(number).collect()
}

/// The vectors of a library.
struct Vectors {
    numbers: Vec<PaperNumber>,
    matrix: Matrix,
}

impl Vectors {
    fn of(library: &Library) -> Self {
        let dim = library.model().expect("a model").expect("vectors").dim;
        let numbers: Vec<PaperNumber> = library.live_rows().expect("rows").iter().map(|row| row.paper).collect();
        let mut matrix = Matrix::new(dim);
        library.read_vectors(numbers.iter().copied(), dim, |vector| matrix.push(vector.as_slice())).expect("vectors");
        Self { numbers, matrix }
    }

    fn near_mean(&self, visible: &[PaperNumber]) -> Vec<PaperNumber> {
        let visible: HashSet<PaperNumber> = visible.iter().copied().collect();
        let mut mean = vec![0.0; self.matrix.dim()];
        for (position, number) in (0..).zip(&self.numbers) {
            if visible.contains(number) {
                mean.iter_mut().zip(self.matrix.row(position)).for_each(|(mean, value)| *mean += value);
            }
        }
        let mean = Embedding::new(mean).expect("a direction");
        let all = 0..self.numbers.len() as u32;
        let accept = |position: u32| !visible.contains(&self.numbers[position as usize]);
        let found = exact::search(&self.matrix, &[mean.as_slice()], TOP_K, all, &accept);
        found[0].iter().map(|neighbor| self.numbers[neighbor.position as usize]).collect()
    }
}

/// Returns the mean and its standard error.
fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}
