//! Measures how many missing papers are found. Hides every fourth paper of a group, and searches with the rest of the
//! group. The rate is the share of hidden papers among the first 20 hits.
//!
//! `cargo bench --bench missing -- LIBRARY`: the folder of a library whose papers have keywords and authors. A group is
//! the 16 to 48 papers of one keyword or one author; 30 groups of each kind are drawn with a fixed seed. The first 20
//! hits may be good even without the hidden papers, because keywords and authors do not decide what is cited. So the
//! rates are only for comparing methods.
//!
//! `cargo bench --bench missing -- LIBRARY DRAFTS`: real manuscripts, one in each folder of DRAFTS. A folder has
//! `truth.json` with `main` (the file of the draft), `args` (its further arguments: `--bib` and a file) and
//! `cited_in_library` (ids of the papers that it cites), and the manuscript in `full/`. A quarter of these papers is
//! hidden, except papers whose title is in the text, and this is repeated with other quarters. The table has the mean
//! over manuscripts of the share of hidden papers among the first 20 and 50 hits, and for each manuscript the share of
//! `cited_in_library` that relata recognises as cited.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use relata::draft::{Draft, Markup};
use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{
    CitedWorks, Engine, FoundPaper, Hit, MissingRequest, Question, Request, Seed, Snapshot, unobserved,
};
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
    let Some(folder) = arguments.first() else { return println!("nothing is measured without a library") };
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
    if let Some(drafts) = arguments.get(1) {
        return measure_drafts(&engine, &snapshot, Path::new(drafts), &papers, &vectors);
    }
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
    shuffle(&mut found, &mut { SEED });
    let group = |papers: &Vec<PaperNumber>| Group {
        visible: papers.iter().enumerate().filter(|(at, _)| at % 4 != 0).map(|(_, number)| *number).collect(),
        hidden: papers.iter().step_by(4).copied().collect(),
    };
    found.iter().take(GROUPS).map(group).collect()
}

fn shuffle<T>(items: &mut [T], state: &mut u64) {
    let mut draw = |below: usize| {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize % below
    };
    (0..items.len()).rev().for_each(|at| items.swap(at, draw(at + 1)));
}

/// How often a quarter of the cited papers of a manuscript is hidden.
const DRAWS: usize = 4;

const DEPTHS: [usize; 2] = [20, 50];

fn measure_drafts(
    engine: &Engine,
    snapshot: &Snapshot,
    folder: &Path,
    papers: &BTreeMap<PaperNumber, Paper>,
    vectors: &Vectors,
) {
    let mut folders: Vec<_> = std::fs::read_dir(folder).expect("drafts").map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("truth.json").is_file());
    folders.sort();
    const WAYS: [&str; 5] = [
        "a draft and its citations",
        "the draft alone",
        "its citations alone",
        "BM25 of its text",
        "the mean vector of its citations",
    ];
    let mut rates: Vec<Vec<[f64; 2]>> = vec![Vec::new(); WAYS.len()];
    for folder in folders {
        let truth = std::fs::read_to_string(folder.join("truth.json")).expect("truth");
        let truth: serde_json::Value = serde_json::from_str(&truth).expect("truth in JSON");
        let full = folder.join("full");
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let main = full.join(text(&truth["main"]));
        let bib =
            truth["args"].as_array().expect("arguments").chunks(2).map(|pair| full.join(text(&pair[1]))).collect();
        let number = |id: &serde_json::Value| snapshot.library().number(&text(id)).expect("a lookup").expect("a paper");
        let cited: Vec<PaperNumber> = truth["cited_in_library"].as_array().expect("ids").iter().map(number).collect();
        let answer = Request { top_k: Some(1), anyway: true, ..Request::default() };
        let request = MissingRequest { file: main.clone(), bib, answer, ..MissingRequest::default() };
        let answer = engine.missing(&request, &unobserved).expect("an answer").cited.expect("citations");
        let recognised: HashSet<&str> = answer.in_library.iter().map(|named| named.id.as_str()).collect();
        let count = cited.iter().filter(|number| recognised.contains(papers[number].id.as_str())).count();
        let name = folder.file_name().expect("a name").display().to_string();
        println!("{name:40} {count} of {} citations recognised", cited.len());

        let base = main.parent().expect("a folder");
        let markup = Markup::from_extension(&main).expect("a draft");
        let mut input = |name: &str| {
            let paths = [base.join(name), base.join(format!("{name}.tex"))];
            std::fs::read_to_string(paths.iter().find(|path| path.is_file())?).ok()
        };
        let draft = Draft::read(&std::fs::read_to_string(&main).expect("UTF-8"), markup, &mut input);
        let texts: Vec<&str> = draft.passages.iter().map(|passage| passage.text.as_str()).collect();
        let prose = title_key(&texts.join(" "));
        let mut hideable: Vec<PaperNumber> = cited.clone();
        hideable.retain(|number| !prose.contains(&papers[number].title_key()));
        let mut state = SEED;
        let mut of_draft = vec![[0.0; 2]; WAYS.len()];
        for _ in 0..DRAWS {
            shuffle(&mut hideable, &mut state);
            let hidden: HashSet<PaperNumber> = hideable.iter().take(cited.len().div_ceil(4)).copied().collect();
            let visible: Vec<PaperNumber> = cited.iter().filter(|number| !hidden.contains(number)).copied().collect();
            let top_k = DEPTHS[1];
            let excluded: HashSet<PaperNumber> = visible.iter().copied().collect();
            let question = Question { excluded, top_k, ..Question::default() };
            let liked = texts.iter().map(|text| Seed::Text((*text).to_owned())).collect();
            let passages = Question { liked, ..question.clone() };
            let works = CitedWorks::new(Question::like(&visible).liked, visible.iter().map(|number| &papers[number]));
            let of = |works: &CitedWorks| -> Vec<PaperNumber> {
                let found = snapshot.recommend_for_draft(&passages, works).expect("answers");
                found.iter().filter_map(|(found, _)| found.number).collect()
            };
            let alone = Question { liked: works.seeds.clone(), ..question.clone() };
            let by_terms = Question { text: Some(texts.join("\n")), ranker: Ranker::Lexical, ..question };
            let lists = snapshot.rank(&[alone, by_terms]).expect("answers");
            let found = [
                of(&works),
                of(&CitedWorks::default()),
                stored(&lists[0]),
                stored(&lists[1]),
                vectors.near_mean(&visible, top_k),
            ];
            for (of_way, found) in of_draft.iter_mut().zip(found) {
                for (rate, depth) in of_way.iter_mut().zip(DEPTHS) {
                    let count = found.iter().take(depth).filter(|number| hidden.contains(number)).count();
                    *rate += count as f64 / hidden.len() as f64 / DRAWS as f64;
                }
            }
        }
        rates.iter_mut().zip(of_draft).for_each(|(rates, of_draft)| rates.push(of_draft));
    }
    for (way, rates) in WAYS.iter().zip(rates) {
        let [(at_20, error_20), (at_50, error_50)] =
            [0, 1].map(|depth| mean_and_error(&rates.iter().map(|rate| rate[depth]).collect::<Vec<_>>()));
        println!("{way:34} at 20 {at_20:.3} ± {error_20:.3}   at 50 {at_50:.3} ± {error_50:.3}");
    }
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
        let found = snapshot.recommend_for_draft(&question, &CitedWorks::default()).expect("answers");
        found.iter().filter_map(|(found, _)| found.number).collect()
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
        ("nearest to the mean vector", Box::new(|visible| vectors.near_mean(visible, TOP_K))),
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

    fn near_mean(&self, visible: &[PaperNumber], top_k: usize) -> Vec<PaperNumber> {
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
        let found = exact::search(&self.matrix, &[mean.as_slice()], top_k, all, &accept);
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
