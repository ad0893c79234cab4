use proptest::prelude::*;

use super::comparison::Comparison;
use super::*;
use crate::index::Row;
use crate::index::hnsw::BuildParams;
use crate::lexical::Tokenizer;
use crate::rank::dislike::lost_to_dislike;
use crate::rank::sentences::WeightedSentence;
use crate::rank::{Pair, Parts, Weights, profile, sentences};
use crate::vector::{ByteEmbedding, Embedding};

const WORDS: [&str; 12] =
    ["bee", "dance", "honey", "hive", "queen", "wax", "robot", "walk", "graph", "network", "protein", "fold"];

/// A generator of random numbers with a seed.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }

    fn vector(&mut self, topic: u64) -> Embedding {
        let mut values: Vec<f32> = (0..16).map(|_| self.next(2000) as f32 / 1000.0 - 1.0).collect();
        values[topic as usize % 16] += 2.0;
        Embedding::new(values).unwrap()
    }
}

/// A library of random papers.
struct Papers {
    probes: Vec<Probe>,
    vectors: VectorIndex,
    terms: LexicalIndex,
}

impl Papers {
    fn new(count: usize, seed: u64, graph: bool) -> Self {
        let mut random = Random(seed | 1);
        let mut texts = Vec::new();
        let mut probes = Vec::new();
        for _ in 0..count {
            let topic = random.next(12);
            let words: Vec<&str> = (0..8).map(|_| WORDS[((topic + random.next(4)) % 12) as usize]).collect();
            let sentence = |random: &mut Random| WeightedSentence {
                vector: ByteEmbedding::new(random.vector(topic).as_slice()).unwrap(),
                weight: 1.0 - random.next(8) as f32 / 8.0,
            };
            let sentences: Vec<WeightedSentence> = (0..random.next(4)).map(|_| sentence(&mut random)).collect();
            let text = words.join(" ");
            let words = Words::Paper(Tokenizer::default().document(&text, None));
            let content = Content { sentences: sentences.into(), facet: None };
            probes.push(Probe { vector: Some(random.vector(topic)), content, whole: None, words });
            texts.push(text);
        }
        let rows: Vec<Row> = (0..count).map(|at| Row { version: at as u128 + 1, key: at as i64 }).collect();
        let mut vectors = VectorIndex::refresh(None, &rows, 16, |keys, sink| {
            keys.iter().for_each(|&key| sink(probes[key as usize].slice().unwrap()));
            Ok(())
        })
        .unwrap();
        if graph {
            vectors.build_graph(BuildParams { parallel: false, ..BuildParams::default() }, &mut |_| ()).unwrap();
        }
        let versions: Vec<Option<u128>> = rows.iter().map(|row| Some(row.version)).collect();
        let terms = LexicalIndex::refresh(None, &versions, |positions, sink| {
            positions.iter().for_each(|&at| sink((texts[at as usize].clone(), None)));
            Ok(())
        })
        .unwrap();
        Self { probes, vectors, terms }
    }

    fn indexes(&self) -> Indexes<'_> {
        Indexes { vectors: &self.vectors, terms: &self.terms }
    }

    fn contents(&self, shortlist: &Shortlist) -> Vec<Content> {
        let of = |candidate: &Candidate| match *candidate {
            Candidate::Stored(position) => self.probes[position as usize].content.clone(),
            Candidate::Foreign(_) => Content::default(),
        };
        shortlist.candidates.iter().map(of).collect()
    }

    fn answer(&self, question: &Question, admitted: &AllowedPapers, top_k: usize) -> Vec<Hit> {
        let shortlist = Shortlist::find(self.indexes(), SearchTask { question: *question, admitted, top_k }, None);
        let contents = self.contents(&shortlist);
        shortlist.score(question, &contents)
    }

    fn all(&self) -> AllowedPapers {
        AllowedPapers::new(&self.vectors, |_| true)
    }

    /// Compares a paper with a probe, directly by the definitions.
    fn pair(&self, probe: &Probe, position: usize) -> Pair {
        let other = &self.probes[position];
        let document = crate::vector::dot(probe.slice().unwrap(), other.slice().unwrap());
        let terms = match (&probe.words, &other.words) {
            (Words::Paper(own), Words::Paper(other)) => self.terms.similarity(own, other),
            (Words::Question(words), Words::Paper(other)) => self.terms.question_score(words, other),
            _ => unreachable!(),
        };
        let sentences = match &probe.whole {
            Some(text) => {
                other.content.sentences.iter().map(|other| text.similarity(&other.vector)).max_by(f32::total_cmp)
            }
            None => sentences::similarity(&probe.content.sentences, &other.content.sentences),
        };
        Pair { document, sentences: sentences.unwrap_or(document), terms }
    }
}

impl Papers {
    /// The score of a paper for several seeds, by the definition.
    fn profile_score(&self, liked: &[Probe], position: usize) -> f32 {
        let pairs: Vec<Pair> = liked.iter().map(|probe| self.pair(probe, position)).collect();
        let mut scores: Vec<f32> = pairs.iter().map(|pair| Weights::PAPER.parts(*pair).score()).collect();
        let mean_terms = pairs.iter().map(|pair| pair.terms).sum::<f32>() / pairs.len() as f32;
        let question = question(liked, None, &[]);
        let terms_weight = Comparison::new(self.indexes(), &question).mean_terms_weight(&question);
        profile::profile_score(&mut scores, mean_terms, terms_weight)
    }
}

fn question<'a>(liked: &'a [Probe], text: Option<&'a Probe>, disliked: &'a [Probe]) -> Question<'a> {
    Question { liked, text, disliked, ranker: Ranker::Hybrid, scope: Scope::Exact }
}

fn positions(scored: &[Hit]) -> Vec<u32> {
    let position = |scored: &Hit| match scored.paper {
        Candidate::Stored(position) => position,
        Candidate::Foreign(_) => panic!(),
    };
    scored.iter().map(position).collect()
}

fn text_probe(papers: &Papers, text: &str) -> Probe {
    let words = papers.terms.question_words(&mut Tokenizer::default(), text);
    let vector = Random(99).vector(3);
    let whole = ByteEmbedding::new(vector.as_slice()).ok();
    Probe { vector: Some(vector), content: Content::default(), whole, words: Words::Question(words) }
}

#[test]
fn a_joint_search_gives_the_answers_of_single_searches() {
    let papers = Papers::new(900, 5, false);
    let mut all = papers.all();
    (0..20).for_each(|position| all.reject(position));
    let few = AllowedPapers::new(&papers.vectors, |key| key % 5 == 0);
    let mut probes: Vec<[Probe; 2]> = papers.probes.windows(2).map(|pair| [pair[0].clone(), pair[1].clone()]).collect();
    probes.truncate(70);
    probes[3][0].vector = None;
    let question = |at: usize| Question {
        liked: &probes[at][..1 + at % 2],
        text: None,
        disliked: &[],
        ranker: if at == 9 { Ranker::Lexical } else { Ranker::Hybrid },
        scope: if at == 4 { Scope::Exact } else { Scope::Fast },
    };
    let asked =
        |at: usize| SearchTask { question: question(at), admitted: if at == 7 { &few } else { &all }, top_k: 10 + at };
    let searches: Vec<Option<SearchTask>> = (0..probes.len()).map(|at| (at != 5).then(|| asked(at))).collect();
    let near = search_jointly(papers.indexes(), &searches);
    let alone = |at: usize| near[at].is_none();
    assert!(alone(4) && alone(5) && alone(7) && !alone(3) && !alone(69));
    assert_eq!((near[3].as_ref().unwrap().len(), near[6].as_ref().unwrap().len()), (1, 1));
    for (at, near) in near.into_iter().enumerate() {
        let together = Shortlist::find(papers.indexes(), asked(at), near);
        let alone = Shortlist::find(papers.indexes(), asked(at), None);
        assert_eq!(together.candidates, alone.candidates, "{at}");
    }
    let few: Vec<Option<SearchTask>> = (0..9).map(|at| Some(asked(at))).collect();
    assert!(search_jointly(papers.indexes(), &few).iter().all(Option::is_none));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn scores_follow_their_definitions(seed in 1u64..1000, seeds in 1usize..6, disliked in 0usize..3) {
        let papers = Papers::new(60, seed, false);
        let (liked, others) = papers.probes.split_at(seeds);
        let question = question(liked, None, &others[..disliked]);
        let scored = papers.answer(&question, &papers.all(), 60);
        prop_assert_eq!(scored.len(), 60);
        for (scored, position) in scored.iter().zip(positions(&scored)) {
            let score = |probe: &Probe| Weights::PAPER.parts(papers.pair(probe, position as usize)).score();
            let beside: Vec<f32> = liked.iter().map(score).collect();
            let nearest_disliked = others[..disliked].iter().map(score).fold(0.0, f32::max);
            prop_assert!(scored.seed < seeds && beside.iter().all(|other| *other <= beside[scored.seed] + 1e-6));
            let nearest_liked = beside.iter().copied().fold(0.0, f32::max);
            let expected =
                papers.profile_score(liked, position as usize) - lost_to_dislike(nearest_liked, nearest_disliked);
            prop_assert!((scored.parts.score() - expected).abs() < 1e-5, "{} {}", scored.parts.score(), expected);
        }
    }

    #[test]
    fn a_text_is_scored_by_vectors_and_bm25(seed in 1u64..1000, word in 0usize..12) {
        let papers = Papers::new(40, seed, false);
        let text = text_probe(&papers, &format!("{} {}", WORDS[word], WORDS[(word + 1) % 12]));
        let scored = papers.answer(&question(&[], Some(&text), &[]), &papers.all(), 40);
        for (scored, position) in scored.iter().zip(positions(&scored)) {
            let expected = Weights::TEXT.parts(papers.pair(&text, position as usize)).score();
            prop_assert!((scored.parts.score() - expected).abs() < 1e-5);
        }
    }

    #[test]
    fn a_search_finds_only_admitted_papers_and_enough_of_them(
        seed in 1u64..100, modulus in 2i64..20, top_k in 1usize..50, graph: bool
    ) {
        let papers = Papers::new(120, seed, graph);
        let admitted = AllowedPapers::new(&papers.vectors, |key| key % modulus == 0);
        for scope in [Scope::Exact, Scope::Fast] {
            let question = Question { scope, ..question(&papers.probes[1..3], None, &[]) };
            let found = positions(&papers.answer(&question, &admitted, top_k));
            prop_assert!(found.iter().all(|&position| i64::from(position) % modulus == 0));
            prop_assert!(found.len() >= top_k.min(admitted.count()));
        }
    }

    #[test]
    fn what_is_nearer_to_a_liked_paper_than_to_the_disliked_one_keeps_its_score(seed in 1u64..300, disliked in 5usize..60) {
        let papers = Papers::new(60, seed, false);
        let (liked, disliked) = (&papers.probes[..3], std::slice::from_ref(&papers.probes[disliked]));
        for found in papers.answer(&question(liked, None, disliked), &papers.all(), 60) {
            let [position] = positions(&[found])[..] else { unreachable!() };
            let score = |probe: &Probe| Weights::PAPER.parts(papers.pair(probe, position as usize)).score();
            let nearest = liked.iter().map(score).fold(0.0, f32::max);
            let likeness = score(&disliked[0]);
            prop_assert!(found.parts.disliked <= 0.0);
            if (likeness - nearest).abs() > 1e-5 {
                prop_assert_eq!(found.parts.disliked == 0.0, likeness <= nearest.max(0.0), "{} {}", likeness, nearest);
            }
        }
    }

    /// If a paper ranks below another and is more similar to the disliked paper, it still ranks below after the
    /// dislike. With several liked papers, the lower one may be nearer to a single liked paper, which protects it.
    #[test]
    fn neighbours_of_a_disliked_paper_never_rank_higher(seed in 1u64..300, disliked in 5usize..60) {
        let papers = Papers::new(60, seed, false);
        let liked = &papers.probes[..1];
        let disliked = std::slice::from_ref(&papers.probes[disliked]);
        let before = positions(&papers.answer(&question(liked, None, &[]), &papers.all(), 60));
        let after = positions(&papers.answer(&question(liked, None, disliked), &papers.all(), 60));
        let likeness = |position: u32| {
            Weights::PAPER.parts(papers.pair(&disliked[0], position as usize)).score().max(0.0)
        };
        for (place, &first) in before.iter().enumerate() {
            for &second in &before[place + 1..] {
                let rank = |position| after.iter().position(|other| *other == position).unwrap();
                if likeness(second) >= likeness(first) + 1e-5 {
                    prop_assert!(rank(first) < rank(second), "{second} rose over {first}");
                }
            }
        }
    }

    #[test]
    fn given_candidates_are_scored_like_found_ones(seed in 1u64..300) {
        let papers = Papers::new(50, seed, false);
        let question = question(&papers.probes[..3], None, &papers.probes[3..4]);
        let found = papers.answer(&question, &papers.all(), 50);
        let given: Vec<Candidate> = (0..50).rev().map(Candidate::Stored).collect();
        let shortlist = Shortlist::of(papers.indexes(), &question, given, &[]);
        let contents = papers.contents(&shortlist);
        prop_assert_eq!(shortlist.score(&question, &contents), found);
        // The same papers, as foreign candidates.
        let foreign: Vec<&Probe> = papers.probes.iter().collect();
        let given = (0..50).map(Candidate::Foreign).collect();
        let shortlist = Shortlist::of(papers.indexes(), &question, given, &foreign);
        let contents: Vec<_> = papers.probes.iter().map(|probe| probe.content.clone()).collect();
        for scored in shortlist.score(&question, &contents) {
            let Candidate::Foreign(place) = scored.paper else { panic!() };
            let stored = papers.answer(&question, &papers.all(), 50);
            let stored = stored.iter().find(|other| other.paper == Candidate::Stored(place as u32)).unwrap();
            prop_assert!((stored.parts.score() - scored.parts.score()).abs() < 1e-5);
        }
    }
}

#[test]
fn fast_search_finds_nearly_the_results_of_exact_search() {
    let papers = Papers::new(3000, 7, true);
    let (mut shared, mut all) = (0, 0);
    for seeds in [0..1, 1..3, 5..10, 20..60] {
        let liked = &papers.probes[seeds];
        let [exact, fast] = [Scope::Exact, Scope::Fast].map(|scope| {
            let question = Question { scope, ..question(liked, None, &[]) };
            let mut found = positions(&papers.answer(&question, &papers.all(), 10));
            found.truncate(10);
            found
        });
        shared += fast.iter().filter(|position| exact.contains(position)).count();
        all += exact.len();
    }
    assert!(all == 40 && shared >= 39, "{shared} of {all}");
}

/// 40 seeds exceed `SCORES_KEPT`. 200 seeds exceed `SEARCHED`, too.
#[test]
fn many_seeds_are_scored_like_few() {
    let papers = Papers::new(1000, 11, false);
    for seeds in [40, 200] {
        let liked = &papers.probes[..seeds];
        let [exact, fast] = [Scope::Exact, Scope::Fast]
            .map(|scope| papers.answer(&Question { scope, ..question(liked, None, &[]) }, &papers.all(), 10));
        for scored in &exact[..10] {
            let position = positions(std::slice::from_ref(scored))[0] as usize;
            let expected = papers.profile_score(liked, position);
            assert!((scored.parts.score() - expected).abs() < 0.05, "{} {expected}", scored.parts.score());
        }
        let shared =
            positions(&fast[..10]).iter().filter(|position| positions(&exact[..10]).contains(position)).count();
        assert!(shared >= 9, "{shared} of 10 with {seeds} seeds");
    }
}

#[test]
fn a_ranker_may_use_one_part_of_the_score() {
    let papers = Papers::new(50, 3, false);
    let of = |ranker| {
        let question = Question { ranker, ..question(&papers.probes[..1], None, &[]) };
        papers.answer(&question, &papers.all(), 50)
    };
    let others = |parts: Parts| (parts.document, parts.sentences, parts.terms);
    for scored in of(Ranker::Vector) {
        assert_eq!(others(scored.parts), (scored.similarity, 0.0, 0.0));
    }
    for scored in of(Ranker::Lexical) {
        assert_eq!(others(scored.parts), (0.0, 0.0, scored.parts.score()));
    }
}

#[test]
fn an_empty_question_finds_nothing() {
    let papers = Papers::new(5, 1, false);
    assert!(papers.answer(&question(&[], None, &[]), &papers.all(), 3).is_empty());
    let nobody = AllowedPapers::new(&papers.vectors, |_| false);
    assert!(papers.answer(&question(&papers.probes[..1], None, &[]), &nobody, 3).is_empty());
}
