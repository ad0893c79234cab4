//! Analyses of small batches with known results.

use proptest::prelude::*;

use super::batch::cosine;
use super::*;
use crate::index::{Matrix, Neighbor};
use crate::paper::Paper;
use crate::paper::Record;
use crate::rank::calibration::{Calibration, FEWEST_PAPERS};
use crate::vector::Embedding;

fn paper(title: &str) -> Paper {
    Record { title: title.into(), ..Record::default() }.into_paper().unwrap()
}

fn papers(count: usize) -> Vec<Paper> {
    (0..count).map(|number| paper(&format!("Bees of meadow {number}"))).collect()
}

fn matrix(rows: &[Vec<f32>]) -> Matrix {
    let mut matrix = Matrix::new(rows.first().map_or(2, Vec::len));
    rows.iter().for_each(|row| matrix.push(Embedding::new(row.clone()).unwrap().as_slice()));
    matrix
}

fn batch<'a>(papers: &'a [Paper], vectors: &'a Matrix) -> Batch<'a> {
    Batch::new(papers.iter().collect(), vectors, 0, None)
}

/// Numbers between -1 and 1 that look random.
fn noise(state: &mut u64) -> f32 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 40) as f32 / (1 << 23) as f32 - 1.0
}

/// Returns vectors of 24 dimensions. Of the first `count * of_each` vectors, number `n` is near axis `n % count`. Each
/// of the last `alone` vectors is near an axis of its own.
fn subjects(count: usize, of_each: usize, alone: usize) -> Vec<Vec<f32>> {
    let mut state = 7;
    let mut around = |axis: usize| -> Vec<f32> {
        (0..24).map(|at| f32::from(u8::from(at == axis)) + 0.12 * noise(&mut state)).collect()
    };
    let grouped: Vec<Vec<f32>> = (0..count * of_each).map(|place| around(place % count)).collect();
    grouped.into_iter().chain((0..alone).map(|place| around(count + place))).collect()
}

/// Finds the nearest rows by sorting all other rows.
fn nearest_slowly(matrix: &Matrix, top_k: usize) -> Vec<Vec<Neighbor>> {
    let others = |own: u32| {
        let neighbor = |position| Neighbor { position, similarity: cosine(matrix.row(own), matrix.row(position)) };
        let mut all: Vec<Neighbor> =
            (0..matrix.len() as u32).filter(|&position| position != own).map(neighbor).collect();
        all.sort();
        all.truncate(top_k);
        all
    };
    (0..matrix.len() as u32).map(others).collect()
}

proptest! {
    /// Components are small integers, so that many vectors are the same.
    #[test]
    fn nearest_gives_the_same_as_a_sort_of_all_other_papers(
        rows in prop::collection::vec(prop::collection::vec(1i8..3, 2), 1..60), top_k in 1usize..8,
    ) {
        let rows: Vec<Vec<f32>> = rows.iter().map(|row| row.iter().map(|v| f32::from(*v)).collect()).collect();
        let matrix = matrix(&rows);
        let (fast, slow) = (nearest(&matrix, top_k), nearest_slowly(&matrix, top_k));
        for (own, (fast, slow)) in fast.iter().zip(slow).enumerate() {
            prop_assert!(fast.iter().all(|neighbor| neighbor.position as usize != own));
            // Rounding decides which of several equal vectors are found, so only similarities are compared.
            let similarities = |list: &[Neighbor]| list.iter().map(|n| n.similarity).collect::<Vec<_>>();
            let (fast, slow) = (similarities(fast), similarities(&slow));
            prop_assert!(fast.len() == slow.len() && fast.iter().zip(&slow).all(|(a, b)| (a - b).abs() < 1e-6));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_batch_can_be_analysed(
        rows in prop::collection::vec(prop::collection::vec(-2i8..3, 4), 0..40),
    ) {
        let rows: Vec<Vec<f32>> = rows.iter()
            .map(|row| row.iter().map(|v| f32::from(*v)).collect::<Vec<f32>>())
            .filter(|row| row.iter().any(|value| *value != 0.0))
            .collect();
        let (vectors, papers) = (matrix(&rows), papers(rows.len()));
        let analysis = batch(&papers, &vectors).analyse(&Section::ALL.iter().copied().collect(), &[]);
        prop_assert_eq!(analysis.map.len(), rows.len());
        prop_assert!(analysis.map.iter().flatten().all(|at| (0.0..=1.0).contains(at)));
        let mut seen = std::collections::HashSet::new();
        for cluster in &analysis.clusters {
            prop_assert!(cluster.papers.is_sorted() && cluster.papers.contains(&cluster.representative));
            prop_assert!(cluster.papers.iter().all(|place| seen.insert(*place)), "a paper is in at most one cluster");
            prop_assert!((-1.0..=1.0).contains(&cluster.cohesion));
        }
        prop_assert!(analysis.clusters.is_sorted_by(|a, b| a.papers.len() >= b.papers.len()));
        prop_assert!(analysis.orphans.iter().all(|orphan| !seen.contains(&orphan.paper)));
        prop_assert!(analysis.pairs.is_sorted_by(|a, b| a.similarity >= b.similarity));
        let pairs = rows.len() * rows.len().saturating_sub(1) / 2;
        let statistics = analysis.embedding.unwrap();
        prop_assert_eq!(statistics.similarities.counts.iter().sum::<u64>(), pairs as u64);
        prop_assert!(statistics.effective_rank <= 4.001);
    }
}

#[test]
fn each_subject_is_a_cluster_and_single_papers_are_orphans() {
    let rows = subjects(3, 10, 2);
    let (vectors, papers) = (matrix(&rows), papers(rows.len()));
    let batch = batch(&papers, &vectors);
    let analysis = batch.analyse(&[Section::Clusters].into(), &[]);
    let found: Vec<&Vec<usize>> = analysis.clusters.iter().map(|cluster| &cluster.papers).collect();
    let subject = |number: usize| (0..30).filter(|place| place % 3 == number).collect::<Vec<_>>();
    assert_eq!(found, [&subject(0), &subject(1), &subject(2)]);
    let orphans: Vec<usize> = analysis.orphans.iter().map(|orphan| orphan.paper).collect();
    assert!(orphans == [30, 31] || orphans == [31, 30], "{orphans:?}");
    assert!(analysis.orphans.is_sorted_by(|a, b| a.similarity <= b.similarity), "{:?}", analysis.orphans);
    assert!(analysis.bridges.is_empty() && analysis.map.is_empty() && analysis.spread.is_none());
    for cluster in &analysis.clusters {
        let of_pairs = |a: usize| cluster.papers.iter().filter(move |&&b| b != a).map(move |&b| (a, b));
        let pairs: Vec<(usize, usize)> = cluster.papers.iter().flat_map(|&a| of_pairs(a)).collect();
        let mean = pairs.iter().map(|&(a, b)| batch.similarity(a, b)).sum::<f32>() / pairs.len() as f32;
        assert!((cluster.cohesion - mean).abs() < 1e-5, "{} {mean}", cluster.cohesion);
        let to_others = |a: usize| cluster.papers.iter().map(|&b| batch.similarity(a, b)).sum::<f32>();
        let most = cluster.papers.iter().map(|&place| to_others(place)).fold(f32::MIN, f32::max);
        assert!((to_others(cluster.representative) - most).abs() < 1e-4);
    }
}

#[test]
fn a_paper_on_two_subjects_is_a_bridge_between_them() {
    let mut rows = subjects(2, 10, 0);
    rows.push((0..24).map(|at| f32::from(u8::from(at < 2))).collect());
    let (vectors, papers) = (matrix(&rows), papers(rows.len()));
    let batch = batch(&papers, &vectors);
    let analysis = batch.analyse(&[Section::Clusters].into(), &[]);
    assert_eq!(analysis.clusters.len(), 2);
    let Bridge { paper, clusters, similarities } = analysis.bridges[0];
    assert_eq!(paper, 20);
    let own = analysis.clusters.iter().position(|cluster| cluster.papers.contains(&20)).unwrap();
    assert_eq!(clusters, [own, 1 - own], "its own cluster first");
    assert!(similarities.iter().all(|similarity| (0.5..0.8).contains(similarity)), "{similarities:?}");
    for (cluster, similarity) in clusters.into_iter().zip(similarities) {
        let others: Vec<usize> =
            analysis.clusters[cluster].papers.iter().copied().filter(|place| *place != 20).collect();
        let mean = others.iter().map(|&other| batch.similarity(20, other)).sum::<f32>() / others.len() as f32;
        assert!((similarity - mean).abs() < 1e-5, "{similarity} {mean}");
    }
}

#[test]
fn a_bridge_needs_several_neighbours_and_a_large_share_in_the_other_cluster() {
    // Papers in a row. The last `others` papers are the other cluster.
    let has_bridge = |count: usize, others: usize| {
        let rows: Vec<Vec<f32>> =
            (0..count).map(|at| vec![(at as f32 * 0.01).cos(), (at as f32 * 0.01).sin()]).collect();
        let (vectors, papers) = (matrix(&rows), papers(count));
        let cluster = |papers: std::ops::Range<usize>| {
            let papers: Vec<usize> = papers.collect();
            Cluster { representative: papers[0], cohesion: 1.0, papers, terms: Vec::new() }
        };
        let clusters = [cluster(0..count - others), cluster(count - others..count)];
        let bridges = bridges::bridges(&batch(&papers, &vectors), &clusters);
        bridges.iter().any(|bridge| clusters[0].papers.contains(&bridge.paper))
    };
    // Of three neighbours, one in the other cluster is too few and two are enough.
    assert_eq!((has_bridge(4, 1), has_bridge(4, 2)), (false, true));
    // Of nine neighbours, two in the other cluster are too few and three are enough.
    assert_eq!((has_bridge(81, 2), has_bridge(81, 3)), (false, true));
}

#[test]
fn few_papers_and_equal_papers_have_a_map_too() {
    for count in [0, 1, 2, 3, 7, 8, 9, 40] {
        let rows = vec![vec![1.0, 2.0]; count];
        let (vectors, papers) = (matrix(&rows), papers(count));
        let map = batch(&papers, &vectors).analyse(&[Section::Map].into(), &[]).map;
        assert_eq!(map.len(), count);
        assert!(map.iter().flatten().all(|at| (0.0..=1.0).contains(at)), "{count}: {map:?}");
        let apart: std::collections::HashSet<[u32; 2]> = map.iter().map(|point| point.map(f32::to_bits)).collect();
        assert_eq!(apart.len(), count, "no point hides another");
    }
    let vectors = matrix(&[vec![1.0, 2.0]]);
    let papers = papers(1);
    assert_eq!(batch(&papers, &vectors).analyse(&Section::ALL.iter().copied().collect(), &[]).map, [[0.5, 0.5]]);
}

#[test]
fn any_number_of_threads_gives_the_same_analysis() {
    let rows = subjects(5, 60, 3);
    let (vectors, papers) = (matrix(&rows), papers(rows.len()));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| batch(&papers, &vectors).analyse(&Section::ALL.iter().copied().collect(), &[]))
    };
    let first = on(1);
    assert_eq!(on(4), first);
    assert_eq!(on(3), first);
}

#[test]
fn papers_on_one_subject_are_together_on_the_map() {
    let rows = subjects(4, 25, 0);
    let (vectors, papers) = (matrix(&rows), papers(rows.len()));
    let map = batch(&papers, &vectors).analyse(&[Section::Map].into(), &[]).map;
    let distance = |a: usize, b: usize| (map[a][0] - map[b][0]).hypot(map[a][1] - map[b][1]);
    let others = |place: usize| (0..100).filter(move |&other| other != place);
    let nearest = |place: usize| others(place).min_by(|&a, &b| distance(place, a).total_cmp(&distance(place, b)));
    assert!((0..100).all(|place| nearest(place).unwrap() % 4 == place % 4), "{map:?}");
}

#[test]
fn a_heat_map_has_every_pair_and_similar_papers_side_by_side() {
    let rows = subjects(3, 6, 0);
    let (vectors, papers) = (matrix(&rows), papers(rows.len()));
    let batch = batch(&papers, &vectors);
    let HeatMap { order, similarities } = pairs::heat_map(&batch).unwrap();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..18).collect::<Vec<_>>());
    for (row, &a) in order.iter().enumerate() {
        for (column, &b) in order.iter().enumerate() {
            let expected = if a == b { 1.0 } else { batch.similarity(a, b) };
            assert!((similarities[row * 18 + column] - expected).abs() < 1e-6);
        }
    }
    let subjects: Vec<usize> = order.iter().map(|place| place % 3).collect();
    assert_eq!(subjects.windows(2).filter(|pair| pair[0] != pair[1]).count(), 2, "{subjects:?}");
}

#[test]
fn only_readable_heat_maps_are_made() {
    for (count, has_generated_id) in [(1, false), (2, true), (MOST_IN_HEAT_MAP, true), (MOST_IN_HEAT_MAP + 1, false)] {
        let rows: Vec<Vec<f32>> = (0..count).map(|number| vec![1.0, number as f32]).collect();
        let (vectors, papers) = (matrix(&rows), papers(count));
        assert_eq!(pairs::heat_map(&batch(&papers, &vectors)).is_some(), has_generated_id, "{count}");
    }
}

#[test]
fn the_most_similar_pairs_are_listed() {
    // On a circle: 0 and 1 close together, 2 nearest to 1, 3 far off.
    let rows: Vec<Vec<f32>> = [0.0f32, 0.1, 0.5, 2.0].iter().map(|at| vec![at.cos(), at.sin()]).collect();
    let (vectors, papers) = (matrix(&rows), papers(4));
    let calibration = Calibration::new(vec![0.0, 0.5, 0.9, 0.999]);
    let scale = LibraryScale { calibration: &calibration, papers: 4 };
    let batch = Batch::new(papers.iter().collect(), &vectors, 0, Some(scale));
    let pairs = batch.analyse(&[Section::Pairs].into(), &[([3, 0], Relation::Versions)]).pairs;
    let places: Vec<[usize; 2]> = pairs.iter().map(|pair| pair.papers).collect();
    assert_eq!(places, [[0, 1], [1, 2], [0, 2], [2, 3], [1, 3], [0, 3]]);
    assert_eq!(pairs.iter().map(|pair| pair.is_mutual).collect::<Vec<_>>(), [true, false, false, false, false, false]);
    assert_eq!(pairs[5].kinship, Relation::Versions);
    assert!(pairs[..5].iter().all(|pair| pair.kinship == Relation::Distinct));
    assert_eq!((pairs[0].percentile, pairs[1].percentile), (Some(0.75), Some(0.75)));
    // Paper 2 is the nearest to paper 0, but paper 1 is nearer to paper 2.
    let rows: Vec<Vec<f32>> = [0.5f32, 0.0, 0.1].iter().map(|at| vec![at.cos(), at.sin()]).collect();
    let vectors = matrix(&rows);
    let pairs = pairs::pairs(&self::batch(&papers[..3], &vectors), &[]);
    let mutual: Vec<[usize; 2]> = pairs.iter().filter(|pair| pair.is_mutual).map(|pair| pair.papers).collect();
    assert_eq!(mutual, [[1, 2]]);
}

#[test]
fn a_large_library_decides_what_is_close() {
    let (vectors, papers) = (matrix(&[vec![1.0, 0.0]]), papers(1));
    let calibration = Calibration::new(vec![0.1; 20]);
    for (size, is_close) in [(FEWEST_PAPERS, true), (FEWEST_PAPERS - 1, false)] {
        let scale = LibraryScale { calibration: &calibration, papers: size };
        assert_eq!(Batch::new(papers.iter().collect(), &vectors, 0, Some(scale)).is_close(0.2), is_close, "{size}");
    }
}

#[test]
fn less_similar_pairs_are_left_out_unless_they_are_kin() {
    let mut rows = subjects(2, 40, 0);
    // Two papers that are less similar than many other pairs, but are mutual nearest neighbours.
    for beside in [0.5, -0.5] {
        rows.push(
            (0..24)
                .map(|at| {
                    if at == 22 {
                        1.0
                    } else if at == 23 {
                        beside
                    } else {
                        0.0
                    }
                })
                .collect(),
        );
    }
    let (vectors, papers) = (matrix(&rows), papers(rows.len()));
    let batch = batch(&papers, &vectors);
    let pairs = pairs::pairs(&batch, &[([0, 1], Relation::NearDuplicate)]);
    assert!(pairs.iter().any(|pair| pair.papers == [80, 81] && pair.is_mutual));
    assert!(pairs.len() < 400, "{}", pairs.len());
    assert_eq!((pairs.last().unwrap().papers, pairs.last().unwrap().kinship), ([0, 1], Relation::NearDuplicate));
    assert!(pairs[..200].is_sorted_by(|a, b| a.similarity >= b.similarity));
}

#[test]
fn resemblance_is_the_share_of_common_runs_of_words() {
    let of = |title: &str, text: &str| {
        let record = Record { title: title.into(), abstract_text: text.into(), ..Record::default() };
        record.into_paper().unwrap()
    };
    let text = "Bees dance to tell the others in their hive where flowers are and how far it is to fly there";
    let one = of("Dances of bees", text);
    assert_eq!(resemblance(&one, &of("DANCES of bees!", text)), 1.0);
    assert!(resemblance(&one, &of("The dances of bees", &text.replace("fly there", "go there"))) > NEAR_DUPLICATE);
    assert!(resemblance(&one, &of("Dances of bees", "Wasps build nests of paper under roofs")) < 0.1);
    assert_eq!(resemblance(&of("Bees", ""), &of("bees", "")), 1.0);
    assert_eq!(resemblance(&of("Bees", ""), &of("Wasps", "")), 0.0);
}

#[test]
fn duplicate_candidates_share_a_title_or_an_identifier_or_are_very_similar() {
    let mut papers = vec![paper("Bees, again"), paper("bees again"), paper("Wasps"), paper("Hornets"), paper("Ants")];
    for at in [2, 4] {
        let identifiers = vec![(crate::paper::IdentifierKind::Doi, "10.1000/bees".to_owned())];
        let title = papers[at].title.clone();
        papers[at] = Record { title, identifiers, ..Record::default() }.into_paper().unwrap();
    }
    let rows: Vec<Vec<f32>> = (0..5).map(|axis| (0..6).map(|at| f32::from(u8::from(at == axis))).collect()).collect();
    let vectors = matrix(&rows);
    assert_eq!(batch(&papers, &vectors).duplicate_candidates(), [[0, 1], [2, 4]]);
    // A title that more than 64 papers share gives no candidates.
    for (count, pairs) in [(64, 64 * 63 / 2), (65, 0)] {
        let papers = vec![paper("Editorial"); count];
        let rows: Vec<Vec<f32>> =
            (0..count).map(|axis| (0..65).map(|at| f32::from(u8::from(at == axis))).collect()).collect();
        assert_eq!(batch(&papers, &matrix(&rows)).duplicate_candidates().len(), pairs);
    }
    let near = matrix(&[vec![1.0, 0.1], vec![1.0, 1.4], vec![1.0, 0.2], vec![0.0, -1.0], vec![-1.0, 0.0]]);
    assert_eq!(batch(&papers, &near).duplicate_candidates(), [[0, 1], [0, 2], [2, 4]]);
}

#[test]
fn empty_years_are_listed_and_spellings_of_a_venue_count_as_one() {
    let of = |year: i16, venue: &str| {
        let year = (year > 0).then_some(year);
        Paper { year, venue: Some(venue.to_owned()).filter(|venue| !venue.is_empty()), ..paper("Bees") }
    };
    let papers =
        [of(2003, "Apidologie"), of(2000, "Bee World"), of(2003, "bee world"), of(0, "Bee World"), of(2003, "")];
    let spread = years_and_venues::spread(&papers.iter().collect::<Vec<_>>());
    assert_eq!(spread.years, [(2000, 1), (2001, 0), (2002, 0), (2003, 3)]);
    assert_eq!(spread.venues, [("Bee World".to_owned(), 3), ("Apidologie".to_owned(), 1)]);
    assert_eq!((spread.without_year, spread.without_venue), (1, 1));
    let papers = [of(1213, ""), of(2013, "")];
    assert_eq!(years_and_venues::spread(&papers.iter().collect::<Vec<_>>()).years, [(1213, 1), (2013, 1)]);
}

#[test]
fn the_effective_rank_counts_evenly_used_directions() {
    let rows: Vec<Vec<f32>> = (0..6)
        .map(|at| {
            (0..8)
                .map(|axis| match axis == at / 2 {
                    true if at % 2 == 0 => 1.0,
                    true => -1.0,
                    false => 0.0,
                })
                .collect()
        })
        .collect();
    let directions = Directions::of(&matrix(&rows));
    assert!((directions.effective_rank() - 3.0).abs() < 1e-6);
    assert!((directions.shares().iter().sum::<f64>() - 1.0).abs() < 1e-9);
    assert!(directions.shares()[..3].iter().all(|share| (share - 1.0 / 3.0).abs() < 1e-6));
    let mut state = 3;
    for _ in 0..8 {
        let one: Vec<f32> = (0..8).map(|_| noise(&mut state)).collect();
        let greatest = one.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap();
        let both = matrix(&[one.clone(), one.iter().map(|x| -x).collect()]);
        let along = Directions::of(&both).project(both.row(0))[0];
        assert!((along - f64::from(greatest.signum())).abs() < 1e-5, "the component of greatest magnitude is positive");
    }
    let one = Directions::of(&matrix(&rows[..1]));
    assert_eq!((one.effective_rank(), one.shares()), (0.0, vec![]));
}

#[test]
fn similarities_are_counted_in_bins_and_the_library_gives_the_scale() {
    let rows = [vec![1.0, 0.0], vec![1.0, 0.0], vec![0.0, 1.0]];
    let (vectors, papers) = (matrix(&rows), papers(3));
    let calibration = Calibration::new((0..1000).map(|number| number as f32 / 1000.0).collect());
    let scale = LibraryScale { calibration: &calibration, papers: 1000 };
    let batch = Batch::new(papers.iter().collect(), &vectors, 0, Some(scale));
    let statistics = batch.analyse(&[Section::Embedding].into(), &[]).embedding.unwrap();
    let Histogram { range, counts } = &statistics.similarities;
    assert_eq!((range[0], counts.len(), counts[0], counts[counts.len() - 1]), (0.0, 41, 2, 1));
    assert!((range[1] - 1.025).abs() < 1e-6);
    assert!(statistics.percentile_scale.contains(&(0.5, 0.5)) && statistics.percentile_scale.is_sorted());
    assert_eq!(statistics.shape, [3, 2]);
    let histogram = |rows: &[Vec<f32>]| {
        let (vectors, papers) = (matrix(rows), self::papers(rows.len()));
        let statistics = self::batch(&papers, &vectors).analyse(&[Section::Embedding].into(), &[]);
        statistics.embedding.unwrap().similarities
    };
    let around_zero = histogram(&[vec![1.0, 0.0], vec![-0.01, 1.0], vec![0.01, 1.0]]);
    assert_eq!((around_zero.range[0], &around_zero.counts[..3]), (-0.025, &[1, 1, 0][..]));
    let many: Vec<Vec<f32>> = (0..700).map(|at| vec![1.0, at as f32 / 100.0]).collect();
    assert_eq!(histogram(&many).counts.iter().sum::<u64>(), 200_000, "of 244,650 pairs");
}
