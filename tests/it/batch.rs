//! Reports through the engine: the ranking within a batch, and the analysis of the whole batch.

use std::collections::HashSet;

use relata::analysis::Relation;
use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{
    BatchItem, Engine, FoundPaper, Question, Report, ReportRequest, Section, Seed, Snapshot, unobserved,
};
use relata::paper::{Paper, Record};

use crate::program::{Workplace, six_papers};

fn open(place: &Workplace) -> Engine {
    let models = ModelStore::from_env().unwrap();
    Engine::open_or_create(&place.library(), models, None, EmbedOptions::default()).unwrap()
}

fn paper(id: &str, title: &str, text: &str) -> Paper {
    let record = Record { id: id.into(), title: title.into(), abstract_text: text.into(), ..Record::default() };
    record.into_paper().unwrap()
}

fn foreign(id: &str, title: &str, text: &str) -> BatchItem {
    paper(id, title, text).into()
}

/// Four papers on bees and four papers on proteins.
fn bees_and_proteins() -> Vec<BatchItem> {
    vec![
        foreign("bee1", "The waggle dance of honey bees", "Bees dance to tell where flowers are. We film dances."),
        foreign("fold1", "Predicting protein structure", "A neural network predicts how a protein folds."),
        foreign("bee2", "Honey bees find flowers", "Bees that saw a dance fly to the flowers it told of."),
        foreign("fold2", "Folding of amino acid chains", "We compute the three-dimensional shape of proteins."),
        foreign("bee3", "Decoding the dances of bees", "A camera above the honey bee hive reads waggle dances."),
        foreign("fold3", "Protein folding in a cell", "Chaperones help proteins to fold into their structure."),
        foreign("bee4", "How honey bees share where food is", "Dances of honey bees tell the hive of food sources."),
        foreign("fold4", "Structure of proteins from sequences", "Protein structure is predicted from sequences."),
    ]
}

fn whole(snapshot: &Snapshot, items: Vec<BatchItem>) -> Report {
    snapshot.report(items, &ReportRequest::default()).unwrap()
}

/// A report ranks the papers of a batch for each of them. `rank` gives the same result for a question about one of the
/// papers, with the others as candidates.
#[test]
fn papers_of_a_batch_are_ranked_like_candidates() {
    let place = Workplace::with(six_papers());
    let engine = open(&place);
    let snapshot = engine.snapshot(&unobserved).unwrap();
    let listed = snapshot.library().list(0, 4).unwrap();
    let items = listed.into_iter().map(BatchItem::from).chain(bees_and_proteins().into_iter().take(3)).collect();
    let batch = whole(&snapshot, items);
    let seeds: Vec<Seed> = batch
        .entries
        .iter()
        .map(|entry| match snapshot.library().find_if_known(entry.paper.id.as_str()).unwrap() {
            Some(listed) if entry.in_library => Seed::Stored(listed.number),
            _ => Seed::Foreign(Box::new(entry.paper.clone())),
        })
        .collect();
    assert_eq!(batch.entries.iter().filter(|entry| entry.in_library).count(), 4);
    for (own, entry) in batch.entries.iter().enumerate() {
        let others: Vec<usize> = (0..seeds.len()).filter(|place| *place != own).collect();
        let candidates = others.iter().map(|&place| seeds[place].clone()).collect();
        let question =
            Question { liked: vec![seeds[own].clone()], candidates: Some(candidates), ..Question::default() };
        let ranked = snapshot.rank(&[question]).unwrap().remove(0);
        assert_eq!(entry.within.len(), ranked.len());
        for (within, ranked) in entry.within.iter().zip(ranked) {
            let FoundPaper::Given(place) = ranked.paper else { panic!("a candidate that was not given") };
            assert_eq!(within.candidate, Some(others[place]));
            assert_eq!(*within.paper, batch.entries[others[place]].paper);
            assert!((within.score - ranked.parts.score()).abs() < 1e-5, "{} {:?}", within.score, ranked.parts);
            assert!((within.parts.terms - ranked.parts.terms).abs() < 1e-5);
        }
    }
}

#[test]
fn without_a_library_a_batch_is_compared_with_itself() {
    let place = Workplace::new();
    let engine = open(&place);
    let snapshot = engine.snapshot(&unobserved).unwrap();
    let batch = whole(&snapshot, bees_and_proteins());
    assert_eq!(batch.library_papers, 0);
    for (own, entry) in batch.entries.iter().enumerate() {
        assert!(entry.nearest.is_empty() && !entry.in_library && entry.within.len() == 7);
        assert_eq!(entry.within[0].candidate.unwrap() % 2, own % 2, "{}", entry.paper.title);
        let explained: Vec<bool> = entry.within.iter().map(|found| found.because.is_some()).collect();
        assert_eq!(explained, [true, true, true, false, false, false, false]);
        let because = entry.within[0].because.as_ref().unwrap();
        assert!(!because.sentences.is_empty());
    }
    let clusters: Vec<&[usize]> = batch.analysis.clusters.iter().map(|cluster| &cluster.papers[..]).collect();
    assert_eq!(clusters, [[0, 2, 4, 6], [1, 3, 5, 7]]);
    let [bees, proteins] = [0, 1].map(|number| batch.analysis.clusters[number].terms.join(" ").to_lowercase());
    assert!(bees.contains("bee") && !bees.contains("protein"), "{bees}");
    assert!(proteins.contains("protein") && !proteins.contains("bee"), "{proteins}");
    assert!(batch.analysis.pairs.iter().all(|pair| pair.percentile.is_none()));
    // The batch is not stored.
    assert_eq!(snapshot.library().count().unwrap(), 0);
}

#[test]
fn versions_and_near_duplicates_are_recognised() {
    let place = Workplace::with(six_papers());
    let engine = open(&place);
    let snapshot = engine.snapshot(&unobserved).unwrap();
    let text = "Bees dance to tell the others in their hive where flowers are and how far it is to fly there, which we \
                film from above, decode by hand, and compare with where they fly.";
    let by = |mut paper: Paper, author: &str| {
        paper.authors = vec![author.into()];
        BatchItem::from(paper)
    };
    let items = vec![
        by(paper("a", "The waggle dance of honey bees in the field", text), "Karla Frisch"),
        by(paper("b", "The waggle dance of honey bees in the field", text), "Karla Frisch"),
        by(paper("c", "Dances seen from above", &text.replace("by hand", "by camera")), "Martha Lindauer"),
        foreign("d", "Predicting protein structure", "A neural network predicts how a protein folds."),
    ];
    let pairs = whole(&snapshot, items).analysis.pairs;
    let of = |papers: [usize; 2]| pairs.iter().find(|pair| pair.papers == papers).unwrap();
    assert_eq!(of([0, 1]).kinship, Relation::Versions);
    assert_eq!((of([0, 2]).kinship, of([1, 2]).kinship), (Relation::NearDuplicate, Relation::NearDuplicate));
    assert_eq!(of([0, 3]).kinship, Relation::Distinct);
    assert!(of([0, 1]).is_mutual && of([0, 1]).percentile.is_some());
}

#[test]
fn only_requested_sections_are_computed() {
    let place = Workplace::with(six_papers());
    let engine = open(&place);
    let snapshot = engine.snapshot(&unobserved).unwrap();
    let items = || snapshot.library().list(0, 6).unwrap().into_iter().map(BatchItem::from).collect();
    let sections = [Section::Spread, Section::Nearest].into();
    let request = ReportRequest { top_k: 2, sections, reasons: Some(0), ..ReportRequest::default() };
    let batch = snapshot.report(items(), &request).unwrap();
    assert!(batch.entries.iter().all(|entry| entry.within.is_empty() && entry.nearest.len() == 2));
    assert!(batch.entries.iter().flat_map(|entry| &entry.nearest).all(|found| found.because.is_none()));
    assert!(batch.analysis.spread.is_some() && batch.analysis.map.is_empty() && batch.analysis.clusters.is_empty());
    let everything = whole(&snapshot, items());
    let points: HashSet<[u32; 2]> = everything.analysis.map.iter().map(|point| point.map(f32::to_bits)).collect();
    assert_eq!(points.len(), 6);
    assert_eq!(everything, whole(&snapshot, items()), "a second report is the same");
}
