//! Measures how well questions that name a paper find it, and how often other questions are taken for such questions.
//!
//! `cargo bench --bench known_items -- LIBRARY PAPERS tune|report|parts [QUERIES.jsonl QRELS]`: LIBRARY is the folder of a
//! library that has the papers of PAPERS, a file in JSON Lines, perhaps compressed with zstd. `tune` and `report` are two
//! halves of the papers, divided with a fixed seed. From each half, questions of each kind are made of `QUESTIONS`
//! papers. A question is *identifiable* if its paper is the only one in PAPERS that fits: the only one from which the
//! same question can be made, or the only one with these names, year and words of the title. Prints, with and without the
//! reading of names and titles (`verbatim`), the share of identifiable questions whose paper is first, the share of all
//! questions whose paper is among the first ten, and the
//! median time. Authors' keywords are questions about subjects:
//! the share of them that was read as a name or a title, with examples, are errors. QUERIES.jsonl and QRELS have
//! descriptions with one judged paper each, which should not be read as names either; prints their MRR@10.
//! `parts` prints instead, for the papers of `report`, the share of identifiable questions whose paper is first, and its
//! difference when a part of the score is off, with a 95 % interval (paired, normal).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{Answer, Engine, Ranker, Request, Weights, read_queries, unobserved};
use relata::evaluate::qrels::Qrels;
use relata::paper::{Name, Paper, title_key};

const SEED: u64 = 7;
const QUESTIONS: usize = 300;
const KEYWORDS: usize = 1500;
const EXAMPLES: usize = 12;
/// The number of questions of each kind whose times are measured: each time is the shortest of three.
const TIMED: usize = 40;

const KINDS: [&str; 8] = [
    "whole title", "title without a word", "title with a typing error", "author and a word of the title",
    "author and year", "two authors", "venue, year, subject", "misspelt author and two words",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder, file, half, judged @ ..] = &arguments[..] else {
        return println!("nothing is measured without a library, papers, and `tune`, `report` or `parts`");
    };
    let mut papers = read(Path::new(file));
    let mut random = Random(SEED);
    (1..papers.len()).rev().for_each(|at| papers.swap(at, random.below(at + 1)));
    let facts = Facts::new(&papers);
    let middle = papers.len() / 2;
    let sample = if half == "tune" { &papers[..middle] } else { &papers[middle..] };
    let models = ModelStore::from_env().expect("a cache for models");
    let engine = Engine::open(Path::new(folder), models, None, EmbedOptions::default()).expect("a library");
    ask(&engine, "a first question reads the indexes", true);
    if half != "parts" {
        println!("{:34} {:>12} {:>15} {:>15} {:>15}", "", "identifiable", "first", "in ten", "ms");
    }
    for (at, kind) in KINDS.into_iter().enumerate() {
        let mut random = Random(SEED + at as u64);
        let questions: Vec<(&Paper, String)> = sample
            .iter()
            .filter_map(|paper| Some((paper, question(at, paper, &mut random)?)))
            .take(QUESTIONS)
            .collect();
        if half == "parts" {
            let only = questions.iter().filter(|(paper, text)| facts.identifies(at, text, paper));
            parts_off(&engine, kind, &only.collect::<Vec<_>>());
            continue;
        }
        let mut times: [Vec<Duration>; 2] = Default::default();
        for (_, text) in questions.iter().take(TIMED) {
            for (verbatim, times) in [true, false].into_iter().zip(&mut times) {
                times.extend((0..3).map(|_| ask(&engine, text, verbatim).1).min());
            }
        }
        let [ms_before, ms] = times.map(|mut times| {
            times.sort();
            times[times.len() / 2].as_secs_f64() * 1e3
        });
        let identifiable: Vec<bool> = questions.iter().map(|(paper, text)| facts.identifies(at, text, paper)).collect();
        let mut rows = Vec::new();
        for verbatim in [true, false] {
            let ranks: Vec<Option<usize>> =
                questions.iter().map(|(paper, text)| rank_of(&ask(&engine, text, verbatim).0, paper)).collect();
            let only = ranks.iter().zip(&identifiable).filter(|(_, only)| **only);
            let missed: Vec<usize> =
                (0..ranks.len()).filter(|&at| identifiable[at] && ranks[at] != Some(1)).take(EXAMPLES).collect();
            let first = only.filter(|(rank, _)| **rank == Some(1)).count();
            let in_ten = ranks.iter().filter(|rank| rank.is_some()).count();
            rows.push((first, in_ten, missed));
        }
        let count = identifiable.iter().filter(|only| **only).count();
        let share = |part: usize, all: usize| format!("{:.1}", 100.0 * part as f64 / all.max(1) as f64);
        let [(before, ten_before, _), (first, ten, missed)] = &rows[..] else { unreachable!() };
        println!(
            "{kind:34} {:>5} of {:>3} {:>6} → {:>6} {:>6} → {:>6} {:>6.2} → {:>5.2}",
            count,
            questions.len(),
            share(*before, count),
            share(*first, count),
            share(*ten_before, questions.len()),
            share(*ten, questions.len()),
            ms_before,
            ms,
        );
        for &at in missed {
            println!("      {:?}: {}", questions[at].1, questions[at].0.title);
        }
    }
    if half == "parts" {
        return;
    }
    subjects(&engine, sample);
    if let [queries, qrels] = judged {
        summaries(&engine, queries, qrels);
    }
}

/// Prints how often the paper of a question is first, as words and as names, with all parts of the score and without one.
fn parts_off(engine: &Engine, kind: &str, questions: &[&(&Paper, String)]) {
    let without = |parts: [&str; 2]| Ranker::Weighted(Weights::parse(&parts.map(str::to_owned)).expect("weights"));
    let off = [
        ("document", without(["sentences=1", "terms=2"])),
        ("sentences", without(["document=1", "terms=2"])),
        ("terms", without(["document=1", "sentences=1"])),
    ];
    for (reading, verbatim) in [("as words", true), ("as names", false)] {
        let first = |ranker: Ranker| -> Vec<f64> {
            let is_first = |(paper, text): &&(&Paper, String)| {
                let request = Request { verbatim, ranker, ..Request::about(text) };
                rank_of(&engine.ask(&request, &unobserved).expect("an answer"), paper) == Some(1)
            };
            questions.iter().map(|question| 100.0 * f64::from(u8::from(is_first(question)))).collect()
        };
        let all = first(Ranker::Hybrid);
        let count = all.len() as f64;
        print!("{kind:34} {reading} {:5.1}", all.iter().sum::<f64>() / count);
        for (part, ranker) in off {
            let differences: Vec<f64> = first(ranker).iter().zip(&all).map(|(without, all)| without - all).collect();
            let mean = differences.iter().sum::<f64>() / count;
            let variance =
                differences.iter().map(|difference| (difference - mean).powi(2)).sum::<f64>() / (count - 1.0);
            let half = 1.96 * (variance / count).sqrt();
            print!("   without {part} {mean:+.1} [{:+.1}, {:+.1}]", mean - half, mean + half);
        }
        println!();
    }
}

fn read(path: &Path) -> Vec<Paper> {
    let file = File::open(path).expect("a file");
    let reader: Box<dyn BufRead> = match path.extension().is_some_and(|extension| extension == "zst") {
        true => Box::new(BufReader::new(zstd::Decoder::new(file).expect("a zstd file"))),
        false => Box::new(BufReader::new(file)),
    };
    let paper = |line: std::io::Result<String>| {
        let mut paper: Paper = serde_json::from_str(&line.expect("text")).expect("a paper");
        let mut seen = BTreeSet::new();
        paper.authors.retain(|author| seen.insert(author.clone()));
        paper
    };
    reader.lines().map(paper).collect()
}

fn ask(engine: &Engine, text: &str, verbatim: bool) -> (Answer, Duration) {
    let request = Request { verbatim, ..Request::about(text) };
    let started = Instant::now();
    let answer = engine.ask(&request, &unobserved).expect("an answer");
    (answer, started.elapsed())
}

/// The rank of a paper in an answer. The library may have it under the id of another version.
fn rank_of(answer: &Answer, paper: &Paper) -> Option<usize> {
    let same = |found: &Paper| found.id == paper.id || found.title_key() == paper.title_key();
    answer.results.iter().position(|found| same(&found.paper)).map(|at| at + 1)
}

/// A question of a kind about a paper, if one can be made.
fn question(kind: usize, paper: &Paper, random: &mut Random) -> Option<String> {
    let title: Vec<&str> = paper.title.split_whitespace().collect();
    let long: Vec<usize> = (0..title.len()).filter(|&at| is_word(title[at])).collect();
    let families = families(paper);
    let year = paper.year?;
    Some(match KINDS[kind] {
        "whole title" => paper.title.to_lowercase(),
        "title without a word" => {
            let left_out = random.below(title.len());
            let kept: Vec<&str> =
                title.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, word)| *word).collect();
            (kept.len() >= 2).then(|| kept.join(" "))?
        }
        "title with a typing error" => {
            let misspelt = *random.one_of(&long)?;
            let word = with_error(title[misspelt], random);
            let words = title.iter().enumerate().map(|(at, own)| if at == misspelt { word.as_str() } else { own });
            words.collect::<Vec<_>>().join(" ")
        }
        "author and a word of the title" => {
            format!("{} {}", random.one_of(&families)?, title[*random.one_of(&long)?].to_lowercase())
        }
        "author and year" => format!("{} {year}", random.one_of(&families)?),
        "two authors" => {
            let first = random.one_of(&families)?;
            let second = random.one_of(&families)?;
            (first != second).then(|| format!("{first} {second}"))?
        }
        "venue, year, subject" => {
            let [first, second] = two_words(&title, &long, random)?;
            format!("{} {year} {first} {second}", paper.venue.as_ref()?)
        }
        _ => {
            let family = random.one_of(&families).filter(|family| family.chars().count() >= 6)?;
            let [first, second] = two_words(&title, &long, random)?;
            format!("{} {first} {second}", with_error(family, random))
        }
    })
}

/// Two words of a title in their order, in lower case.
fn two_words(title: &[&str], long: &[usize], random: &mut Random) -> Option<[String; 2]> {
    let (a, b) = (*random.one_of(long)?, *random.one_of(long)?);
    (a != b).then(|| [a.min(b), a.max(b)].map(|at| title[at].to_lowercase()))
}

/// Whether a word says something about a subject: at least four letters, nothing else.
fn is_word(word: &str) -> bool {
    const OTHERS: [&str; 9] = ["with", "from", "using", "towards", "toward", "that", "into", "under", "through"];
    word.len() >= 4
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !OTHERS.contains(&word.to_lowercase().as_str())
}

fn families(paper: &Paper) -> Vec<String> {
    let last = |name: &Name| title_key(&name.family).rsplit(' ').next().unwrap_or_default().to_owned();
    paper.names().iter().map(last).filter(|family| !family.is_empty()).collect()
}

/// A word with a wrong, a missing or an additional letter, or with two exchanged letters.
fn with_error(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let letter = char::from(b'a' + random.below(26) as u8);
    let at = random.below(letters.len() - 1);
    match random.below(4) {
        0 => letters[at] = letter,
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letter),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

/// What decides which papers fit a question.
struct Facts {
    /// How many papers have a title, and how many titles become this when a word is left out.
    titles: HashMap<String, usize>,
    shorter: HashMap<String, usize>,
    /// For each paper its title's words, family names, year and venue.
    papers: Vec<BTreeSet<String>>,
}

impl Facts {
    fn new(papers: &[Paper]) -> Self {
        let mut facts = Self { titles: HashMap::new(), shorter: HashMap::new(), papers: Vec::new() };
        for paper in papers {
            let key = paper.title_key();
            let words: Vec<&str> = key.split(' ').collect();
            let without = |left_out: usize| [&words[..left_out], &words[left_out + 1..]].concat().join(" ");
            for shorter in (0..words.len()).map(without).collect::<BTreeSet<String>>() {
                *facts.shorter.entry(shorter).or_default() += 1;
            }
            let mut all: BTreeSet<String> = words.into_iter().map(str::to_owned).collect();
            all.extend(families(paper).iter().map(|family| format!("author:{family}")));
            all.extend(paper.year.map(|year| format!("year:{year}")));
            all.extend(paper.venue.as_ref().map(|venue| format!("venue:{venue}")));
            facts.papers.push(all);
            *facts.titles.entry(key).or_default() += 1;
        }
        facts
    }

    /// Whether a question fits no other paper.
    fn identifies(&self, kind: usize, text: &str, paper: &Paper) -> bool {
        let key = title_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let needed: Vec<String> = match KINDS[kind] {
            "whole title" | "title with a typing error" => return self.titles[&paper.title_key()] == 1,
            "title without a word" => {
                return !self.titles.contains_key(&key) && self.shorter.get(&key).is_some_and(|count| *count == 1);
            }
            "author and a word of the title" => [vec![format!("author:{}", words[0])], owned(&words[1..])].concat(),
            "author and year" => vec![format!("author:{}", words[0]), format!("year:{}", words[1])],
            "two authors" => vec![format!("author:{}", words[0]), format!("author:{}", words[1])],
            "venue, year, subject" => {
                [vec![format!("venue:{}", words[0]), format!("year:{}", words[1])], owned(&words[2..])].concat()
            }
            _ => owned(&words[1..]),
        };
        self.papers.iter().filter(|own| needed.iter().all(|fact| own.contains(fact))).take(2).count() == 1
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Asks authors' keywords, and counts those that were read as names or titles.
fn subjects(engine: &Engine, papers: &[Paper]) {
    let keywords: BTreeMap<String, &str> = papers
        .iter()
        .flat_map(|paper| &paper.keywords)
        .map(|keyword| (title_key(keyword), keyword.as_str()))
        .filter(|(key, _)| !key.is_empty())
        .collect();
    let mut keywords: Vec<&str> = keywords.into_values().collect();
    let mut random = Random(SEED);
    (1..keywords.len()).rev().for_each(|at| keywords.swap(at, random.below(at + 1)));
    keywords.truncate(KEYWORDS);
    let mut read: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for keyword in &keywords {
        if let Some(reading) = ask(engine, keyword, false).0.query.reading {
            let kind = if reading.titles.is_empty() { "fields" } else { "titles" };
            read.entry(kind).or_default().push(format!("{keyword:?} as {reading}"));
        }
    }
    for (kind, examples) in read {
        println!("{} of {} keywords were read as {kind}", examples.len(), keywords.len());
        examples.iter().take(3 * EXAMPLES).for_each(|example| println!("      {example}"));
    }
}

/// Asks descriptions, and prints their MRR@10 with and without the reading of names and titles.
fn summaries(engine: &Engine, queries: &str, qrels: &str) {
    let open = |path: &str| BufReader::new(File::open(path).expect("a file"));
    let qrels = Qrels::read(open(qrels), Path::new(qrels)).expect("judgements");
    let judged: HashMap<&str, &HashMap<String, u32>> = qrels.queries().collect();
    let queries = read_queries(open(queries), Path::new(queries), &Request::default()).expect("questions");
    let reciprocal = |query: &str, text: &str, verbatim: bool| {
        let request = Request { verbatim, anyway: true, ..Request::about(text) };
        let answer = engine.ask(&request, &unobserved).expect("an answer");
        let is_right = |id: &str| judged.get(query).is_some_and(|grades| grades.get(id) > Some(&0));
        let rank = answer.results.iter().position(|found| is_right(found.paper.id.as_str()));
        (rank.map_or(0.0, |at| 1.0 / (at + 1) as f64), answer.query.reading)
    };
    let (mut before, mut read) = (0.0, Vec::new());
    for query in &queries {
        let text = query.text.as_deref().expect("a text");
        let (verbatim, _) = reciprocal(&query.id, text, true);
        before += verbatim;
        // A question that is not read is the same as before, except for conditions, which are not measured here.
        if let (with, Some(reading)) = reciprocal(&query.id, text, false) {
            read.push((with - verbatim, format!("{text:?} as {reading}")));
        }
    }
    let [before, after] =
        [before, before + read.iter().map(|(more, _)| more).sum::<f64>()].map(|sum| sum / queries.len() as f64);
    println!("{} descriptions: MRR@10 {before:.4} → {after:.4}, {} were read", queries.len(), read.len());
    read.iter().for_each(|(more, example)| println!("      {more:+.2} {example}"));
}

/// A generator with Knuth's multiplier. The upper half of the state is the random half.
struct Random(u64);

impl Random {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn one_of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        (!items.is_empty()).then(|| &items[self.below(items.len())])
    }
}
