//! Compares the measures with figures that pytrec_eval 0.5.7 (trec_eval) computed, and tests properties of intervals.

use std::path::Path;

use proptest::prelude::*;

use super::*;

/// Drawn at random; q9 has no ranking.
const QRELS: &str = "\
q0 0 d5 3
q0 0 d2 0
q0 0 d6 1
q0 0 d0 3
q0 0 d1 0
q1 0 d10 1
q1 0 d9 0
q1 0 d0 3
q1 0 d6 1
q1 0 d11 1
q2 0 d11 2
q2 0 d1 3
q2 0 d9 2
q2 0 d0 1
q2 0 d3 2
q3 0 d11 1
q3 0 d3 2
q3 0 d1 1
q3 0 d4 3
q3 0 d7 0
q9 0 d1 1
";

/// Drawn at random, with many equal scores.
const RUN: &str = "\
q0 Q0 d8 0 0.1 x
q0 Q0 d3 0 0.5 x
q0 Q0 d0 0 0.4 x
q0 Q0 d1 0 0.1 x
q0 Q0 d6 0 0.5 x
q0 Q0 d10 0 0.1 x
q0 Q0 d9 0 0.2 x
q0 Q0 d11 0 0.6 x
q1 Q0 d6 0 0.1 x
q1 Q0 d2 0 0.5 x
q1 Q0 d8 0 0.5 x
q1 Q0 d1 0 0.6 x
q1 Q0 d4 0 0.2 x
q1 Q0 d7 0 0.3 x
q1 Q0 d5 0 0.1 x
q1 Q0 d9 0 0.5 x
q2 Q0 d9 0 0.3 x
q2 Q0 d7 0 0.2 x
q2 Q0 d5 0 0.2 x
q3 Q0 d1 0 0.1 x
q3 Q0 d8 0 0.6 x
q3 Q0 d6 0 0.1 x
q3 Q0 d2 0 0.5 x
q3 Q0 d5 0 0.5 x
q3 Q0 d11 0 0.3 x
q3 Q0 d3 0 0.3 x
q3 Q0 d7 0 0.6 x
";

fn qrels(text: &str) -> Qrels {
    Qrels::read(text.as_bytes(), Path::new("a.qrels")).unwrap()
}

fn run(text: &str) -> Run {
    Run::read(text.as_bytes(), Path::new("a.run")).unwrap()
}

fn measures() -> Vec<Measure> {
    let cutoffs = [Cutoff::Papers(3), Cutoff::Papers(10)];
    let of = |kind: fn(Cutoff) -> Measure| cutoffs.map(kind);
    let all = [of(Measure::Ndcg), of(Measure::Recall), of(Measure::Precision)].concat();
    all.into_iter().chain([Measure::ReciprocalRank(Cutoff::Papers(10)), Measure::AveragePrecision]).collect()
}

#[test]
fn the_measures_are_those_of_trec_eval() {
    let evaluation = evaluate(&qrels(QRELS), &run(RUN), &measures(), 1);
    let expected: [(&str, [f64; 8]); 5] = [
        ("q0", [0.116995, 0.35658, 0.333333, 0.666667, 0.333333, 0.2, 0.5, 0.333333]),
        ("q1", [0.0, 0.073074, 0.0, 0.25, 0.0, 0.1, 0.142857, 0.035714]),
        ("q2", [0.380094, 0.307217, 0.2, 0.2, 0.333333, 0.1, 1.0, 0.2]),
        ("q3", [0.0, 0.278357, 0.0, 0.75, 0.0, 0.3, 0.2, 0.227083]),
        ("q9", [0.0; 8]),
    ];
    assert_eq!(evaluation.queries.len(), expected.len());
    for (query, values) in expected {
        for (ours, theirs) in evaluation.queries[query].iter().zip(values) {
            assert!((ours - theirs).abs() < 1e-6, "{query}: {ours} and {theirs}");
        }
    }
    let means: Vec<f64> = evaluation.measures.iter().map(|summary| summary.mean.mean).collect();
    for (ours, theirs) in means.iter().zip([0.099418, 0.203045, 0.106667, 0.373333, 0.133333, 0.14, 0.368571, 0.159226])
    {
        assert!((ours - theirs).abs() < 1e-6, "{ours} and {theirs}");
    }
    assert_eq!((evaluation.missing, evaluation.unjudged), (vec!["q9".to_owned()], vec![]));
}

#[test]
fn a_cutoff_may_be_a_share_of_the_ranking() {
    let qrels = qrels("q 0 a 1\nq 0 b 1\nq 0 c 0\nq 0 d 0\nq 0 e 0\nq 0 f 0\n");
    // 20 % of six papers, rounded up, is two papers.
    let run = run("q Q0 c 1 6 x\nq Q0 a 2 5 x\nq Q0 b 3 4 x\nq Q0 d 4 3 x\nq Q0 e 5 2 x\nq Q0 f 6 1 x\n");
    let at = |cutoff: &str| {
        let measures = [Measure::Precision(cutoff.parse().unwrap())];
        evaluate(&qrels, &run, &measures, 1).measures[0].mean.mean
    };
    assert_eq!((at("20%"), at("50%"), at("100%")), (0.5, 2.0 / 3.0, 1.0 / 3.0));
    for text in ["0", "-1", "101%", "ten", ""] {
        assert!(text.parse::<Cutoff>().is_err(), "{text}");
    }
}

#[test]
fn the_difference_is_significant_for_a_better_run_but_not_for_an_equal_one() {
    let judgements: String = (0..50).map(|query| format!("q{query} 0 a 1\n")).collect();
    let ranking = |first: &dyn Fn(usize) -> bool| -> Run {
        let lines = (0..50).map(|query| {
            let (a, b) = if first(query) { (2, 1) } else { (1, 2) };
            format!("q{query} Q0 a 1 {a} x\nq{query} Q0 b 1 {b} x\n")
        });
        run(&lines.collect::<String>())
    };
    let measures = [Measure::ReciprocalRank(Cutoff::Papers(10))];
    let of = |run: &Run| evaluate(&qrels(&judgements), run, &measures, 1);
    let (good, poor) = (of(&ranking(&|query| query % 10 > 0)), of(&ranking(&|query| query % 10 > 5)));
    let [(_, difference)] = compare(&good, &poor, 1)[..] else { panic!() };
    assert!((difference.mean.mean - 0.25).abs() < 1e-12 && difference.mean.low > 0.1, "{difference:?}");
    assert!(difference.p_value < 0.001 && (difference.better, difference.worse) == (25, 0), "{difference:?}");
    let [(_, same)] = compare(&good, &good, 1)[..] else { panic!() };
    assert_eq!((same.mean.mean, same.p_value), (0.0, 1.0));
}

proptest! {
    #[test]
    fn intervals_contain_the_mean_and_are_reproducible(values in proptest::collection::vec(0.0..1.0f64, 1..40), seed in any::<u64>()) {
        let interval = bootstrap::mean(&values, seed);
        prop_assert_eq!(interval, bootstrap::mean(&values, seed));
        prop_assert!(interval.low <= interval.mean + 1e-9 && interval.mean <= interval.high + 1e-9, "{:?}", interval);
    }

    #[test]
    fn measures_lie_between_0_and_1_and_the_ideal_ranking_has_1(grades in proptest::collection::vec(0..4u32, 1..20), cut in 1..25usize) {
        let ideal = metrics::ideal(grades.iter().copied());
        for measure in standard_measures(&[Cutoff::Papers(cut), Cutoff::Percent(cut)]) {
            let value = measure.of(&grades, &ideal);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&value), "{}: {}", measure, value);
        }
        if !ideal.is_empty() {
            for measure in [Measure::Ndcg(Cutoff::Papers(cut)), Measure::AveragePrecision] {
                prop_assert!((measure.of(&ideal, &ideal) - 1.0).abs() < 1e-12);
            }
        }
    }
}
