//! Measures the value of each part of the ranking on judged questions, with each part alone and with each part left
//! out.
//!
//! `cargo bench --bench rank_quality -- LIBRARY QRELS QUERIES.jsonl`: LIBRARY is the folder of a library, QRELS has
//! judgements, and QUERIES.jsonl has questions in the format of `relata run`. All questions must have a text, or all
//! must have seeds. Prints means with 95 % intervals by bootstrap.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{Engine, FoundPaper, Query, Question, Request, Seed, Snapshot, read_queries, unobserved};
use relata::evaluate::metrics::Cutoff;
use relata::evaluate::qrels::Qrels;
use relata::evaluate::run::Run;
use relata::evaluate::{Evaluation, compare, evaluate, standard_measures};
use relata::rank::{Ranker, Weights};

const SEED: u64 = 1;
const TOP_K: usize = 100;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder, qrels, queries] = &arguments[..] else {
        return println!("nothing is measured without a library, judgements and questions");
    };
    let open = |path: &str| BufReader::new(File::open(path).expect("a file"));
    let qrels = Qrels::read(open(qrels), Path::new(qrels)).expect("judgements");
    let queries = read_queries(open(queries), Path::new(queries), &Request { verbatim: true, ..Request::default() })
        .expect("questions");
    let models = ModelStore::from_env().expect("a cache for models");
    let engine = Engine::open(Path::new(folder), models, None, EmbedOptions::default()).expect("a library");
    let snapshot = engine.snapshot(&unobserved).expect("a snapshot");
    let weights = if queries[0].text.is_some() { Weights::TEXT } else { Weights::PAPER };
    let Weights { document, sentences, terms } = weights;
    let none = Weights { document: 0.0, sentences: 0.0, terms: 0.0 };
    let mut rows = vec![
        ("default weights", Ranker::Hybrid),
        ("documents alone", Ranker::Vector),
        ("terms alone", Ranker::Lexical),
        ("without terms", scaled(Weights { document, sentences, ..none })),
    ];
    if sentences > 0.0 {
        rows.push(("sentences alone", scaled(Weights { sentences, ..none })));
        rows.push(("without sentences", scaled(Weights { document, terms, ..none })));
        rows.push(("without documents", scaled(Weights { sentences, terms, ..none })));
        rows.push((
            "a quarter, a quarter, half",
            Ranker::Weighted(Weights { document: 0.25, sentences: 0.25, terms: 0.5 }),
        ));
    }
    let ids = snapshot.library().ids().expect("ids");
    let mut base: Option<Evaluation> = None;
    for (name, ranker) in rows {
        let questions: Vec<Question> = queries.iter().map(|query| question(&snapshot, query, ranker)).collect();
        let ranked = snapshot.rank(&questions).expect("answers");
        let run: Run = queries
            .iter()
            .zip(ranked)
            .map(|(query, ranked)| {
                let paper = |paper| match paper {
                    FoundPaper::Stored(number) => ids[&number].clone(),
                    FoundPaper::Given(_) => unreachable!("no candidates were given"),
                };
                let papers = ranked.iter().map(|ranked| (paper(ranked.paper), ranked.parts.score())).collect();
                (query.id.clone(), papers)
            })
            .collect();
        let cutoffs: Vec<Cutoff> = ["10", "100"].iter().map(|cutoff| cutoff.parse().expect("a cutoff")).collect();
        let evaluation = evaluate(&qrels, &run, &standard_measures(&cutoffs), SEED);
        print!("{name:28}");
        for summary in &evaluation.measures {
            let shown = summary.measure.to_string();
            if ["nDCG@10", "recall@100", "MRR@10"].contains(&shown.as_str()) {
                print!("  {shown} {:.4} [{:.4}, {:.4}]", summary.mean.mean, summary.mean.low, summary.mean.high);
            }
        }
        match &base {
            None => println!(),
            Some(base) => {
                let (_, difference) = &compare(base, &evaluation, SEED)[0];
                println!("  default minus this {:+.4}, p {:.4}", difference.mean.mean, difference.p_value);
            }
        }
        base = base.or(Some(evaluation));
    }
}

/// Returns a ranker with these weights, scaled so that they add up to 1.
fn scaled(Weights { document, sentences, terms }: Weights) -> Ranker {
    let sum = document + sentences + terms;
    Ranker::Weighted(Weights { document: document / sum, sentences: sentences / sum, terms: terms / sum })
}

fn question(snapshot: &Snapshot, query: &Query, ranker: Ranker) -> Question {
    let seed = |name: &String| snapshot.library().number(name).expect("a lookup").map(Seed::Stored);
    Question {
        liked: query.seeds.iter().filter_map(seed).collect(),
        text: query.text.clone(),
        ranker,
        top_k: TOP_K,
        ..Question::default()
    }
}
