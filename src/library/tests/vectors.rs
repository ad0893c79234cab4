//! Tests of vectors and sentence vectors that are stored, replaced or damaged.

use super::*;

#[test]
fn vectors_and_sentences_are_read_as_they_were_stored() {
    let mut place = Place::new();
    place.add_records("a", "One. Two.");
    place.add_records("b", "Three.");
    assert!(place.sentences("a").is_empty(), "there is no model yet");
    let [a, b] = [embedded(7, &[(0, 4), (5, 9), (9, 12)]), embedded(9, &[(2, 6)])];
    let pending = place.library.pending(0, 100).unwrap();
    place.library.store_vectors(&place.lock, &model(), Precision::Bf16, &pending, &[a.clone(), b.clone()]).unwrap();
    assert_eq!((place.vector("a"), place.sentences("a")), (a.vector, a.sentences.clone()));
    let numbers = ["b", "a"].map(|id| place.number(id));
    let mut read = Vec::new();
    place.library.read_sentences([numbers[0], 999, numbers[1]], DIM, |sentences| read.push(sentences)).unwrap();
    assert_eq!(read, [b.sentences, vec![], a.sentences], "in the order of the numbers, and empty for an unknown paper");
    let summary = place.library.vector_summary().unwrap();
    assert_eq!(summary.papers, [(Precision::F32, 0), (Precision::Bf16, 2), (Precision::Int8, 0)]);
    // Two counts, and for each sentence its range and its numbers.
    assert_eq!((summary.sentences, summary.sentence_bytes), (4, 2 * 4 + 4 * (8 + DIM as u64)));
    place.library.check().unwrap();
}

#[test]
fn a_paper_without_sentences_is_not_pending() {
    let mut place = Place::new();
    place.add_records("a", "x");
    assert_eq!(place.embed(Precision::F32, 1, &[]), 1);
    assert_eq!(place.library.count_pending().unwrap(), 0);
    assert_eq!((place.rows("sentence_vectors"), place.sentences("a").len()), (1, 0));
    assert_eq!(place.library.vector_summary().unwrap().sentences, 0);
}

#[test]
fn new_vectors_replace_the_old_vectors_and_their_sentences() {
    let mut place = Place::new();
    for id in ["a", "b"] {
        place.add_records(id, "A first text.");
    }
    place.embed(Precision::F32, 1, &[(0, 2), (3, 5)]);
    let pending = [Pending { number: place.number("a"), text: String::new(), text_hash: [7; 16] }];
    let before = place.library.state().unwrap().state;
    let new = embedded(2, &[(1, 4)]);
    place.library.store_vectors(&place.lock, &model(), Precision::Int8, &pending, std::slice::from_ref(&new)).unwrap();
    assert_eq!((place.vector("a"), place.sentences("a")), (new.vector, new.sentences));
    assert_eq!(place.sentences("b"), embedded(1, &[(0, 2), (3, 5)]).sentences);
    assert_eq!((place.rows("vectors"), place.rows("sentence_vectors")), (2, 2));
    assert_eq!(place.library.vector_summary().unwrap().sentences, 3);
    assert_ne!(place.library.state().unwrap().state, before, "caches are out of date");
    assert_eq!(place.library.count_pending().unwrap(), 1, "the stored vector belongs to another text");
}

#[test]
fn the_epoch_changes_when_a_searchable_paper_changes_but_not_when_a_paper_is_new() {
    let mut place = Place::new();
    let ends = |place: &mut Place, change: &dyn Fn(&mut Place)| {
        let before = place.library.state().unwrap();
        change(place);
        let now = place.library.state().unwrap();
        assert!(now.epoch == before.epoch || now.state != before.state);
        now.epoch != before.epoch
    };
    let embed = |place: &mut Place| assert_eq!(place.embed(Precision::Bf16, 1, &[(0, 2)]), 1);
    assert!(!ends(&mut place, &|place| place.add_records("a", "A first text.")));
    assert!(!ends(&mut place, &embed));
    assert!(!ends(&mut place, &|place| place.add_records("b", "Another text.")));
    assert!(!ends(&mut place, &|place| place.add_records("b", "Another text, of a paper without a vector.")));
    assert!(!ends(&mut place, &embed));
    assert!(!ends(&mut place, &|place| place.add_records("a", "A first text.")), "the record is unchanged");
    assert!(ends(&mut place, &|place| place.add_records("a", "A second text.")));
    assert!(ends(&mut place, &embed), "the vector of the changed text replaces the old one");
    let numbers = [place.number("b")];
    assert!(ends(&mut place, &|place| place.library.remove(&place.lock, &numbers).unwrap()));
    assert!(ends(&mut place, &|place| drop(place.library.undo_remove(&place.lock).unwrap())));
    let [a, b] = [place.number("a"), place.number("b")];
    assert!(ends(&mut place, &|place| drop(place.library.join(&place.lock, a, b).unwrap())));
    assert!(ends(&mut place, &|place| drop(place.library.undo_decision(&place.lock).unwrap())));
}

#[test]
fn vectors_of_different_precision_have_different_versions() {
    let mut place = Place::new();
    place.add_records("a", "x");
    let hash: [u8; 16] = place.library.pending(0, 1).unwrap()[0].text_hash;
    let pending = place.library.pending(0, 1).unwrap();
    let versions = Precision::ALL.map(|precision| {
        place.library.store_vectors(&place.lock, &model(), precision, &pending, &[embedded(1, &[])]).unwrap();
        place.library.live_rows().unwrap()[0].version
    });
    assert_eq!(versions[0], u128::from_le_bytes(hash));
    assert!(versions[0] != versions[1] && versions[1] != versions[2] && versions[0] != versions[2], "{versions:?}");
}

#[test]
fn a_changed_text_loses_its_sentences_and_keeps_the_old_vector_until_there_is_a_new_one() {
    let mut place = Place::new();
    place.add_records("a", "A first text.");
    place.embed(Precision::F32, 1, &[(0, 3)]);
    let [mut same_text] = [paper("a", "A first text.")];
    same_text.0.year = Some(2001);
    place.library.add_records(&place.lock, "a.jsonl", &[same_text], true, &mut KnownVersions::default()).unwrap();
    assert_eq!((place.sentences("a").len(), place.library.count_pending().unwrap()), (1, 0), "the text is the same");
    let old = place.vector("a");
    place.add_records("a", "Another.");
    assert!(place.sentences("a").is_empty(), "the ranges were those of the former text");
    assert_eq!(place.vector("a"), old);
    assert_eq!(place.library.count_pending().unwrap(), 1);
    // The text is again the one that the stored vector was made from, but its sentences are missing.
    place.add_records("a", "A first text.");
    assert_eq!(place.library.count_pending().unwrap(), 1);
    assert_eq!(place.embed(Precision::F32, 2, &[(0, 2)]), 1);
    assert_eq!(place.sentences("a"), embedded(2, &[(0, 2)]).sentences);
    place.library.check().unwrap();
}

#[test]
fn undo_restores_the_sentences_of_removed_papers() {
    let mut place = Place::new();
    for id in ["a", "b", "c", "d"] {
        place.add_records(id, "A text of some length.");
    }
    place.embed(Precision::Bf16, 1, &[(0, 2), (3, 5)]);
    let (number, before) = (place.number("a"), place.library.vector_summary().unwrap());
    place.library.remove(&place.lock, &[number]).unwrap();
    let removed = place.library.vector_summary().unwrap();
    assert_eq!((removed.papers[1], removed.sentences), ((Precision::Bf16, 3), 6), "removed papers are not counted");
    place.library.undo_remove(&place.lock).unwrap();
    assert_eq!(place.sentences("a"), embedded(1, &[(0, 2), (3, 5)]).sentences);
    assert_eq!(place.library.vector_summary().unwrap(), before);
    assert_eq!(place.library.count_pending().unwrap(), 0);
}

#[test]
fn one_invalid_vector_prevents_storing_all_vectors_of_the_call() {
    let mut place = Place::new();
    for id in ["a", "b"] {
        place.add_records(id, "x");
    }
    let pending = place.library.pending(0, 100).unwrap();
    let good = embedded(1, &[(0, 2)]);
    let long = ByteEmbedding::new(&[1.0; DIM + 1]).unwrap();
    let other_dim = Embedded { sentences: vec![SentenceVector { range: 0..1, vector: long }], ..good.clone() };
    let other_vector = Embedded { vector: Embedding::new(vec![1.0; DIM + 1]).unwrap(), sentences: vec![] };
    for (bad, reason) in [
        (embedded(1, &[(3, 5), (0, 2)]), "sentences of the text are empty, overlap or are out of order"),
        (embedded(1, &[(0, 3), (2, 5)]), "sentences of the text are empty, overlap or are out of order"),
        (embedded(1, &[(4, 4)]), "sentences of the text are empty, overlap or are out of order"),
        (other_dim, "the vector of a sentence has another dimension"),
        (other_vector, "the model has another dimension"),
    ] {
        let both = [good.clone(), bad];
        let stored = place.library.store_vectors(&place.lock, &model(), Precision::F32, &pending, &both);
        assert!(stored.as_ref().is_err_and(|error| error.to_string().ends_with(reason)), "{stored:?}");
        assert_eq!((place.rows("vectors"), place.library.model().unwrap()), (0, None));
    }
}

#[test]
fn damaged_sentences_are_refused_with_the_reason() {
    let mut place = Place::new();
    place.add_records("a", "A text of some length.");
    place.embed(Precision::F32, 1, &[(0, 3), (5, 9)]);
    let whole: Vec<u8> = place.library.query_one("SELECT data FROM sentence_vectors").unwrap();
    let with = |at: usize, byte: u8| {
        let mut blob = whole.clone();
        blob[at] = byte;
        blob
    };
    let damaged = [
        (whole[..3].to_vec(), "the sentence vectors are cut off"),
        (vec![], "the sentence vectors are cut off"),
        (whole[..whole.len() - 1].to_vec(), "2 sentence vectors take 24 bytes, not 23"),
        ([&whole[..], &[0]].concat(), "2 sentence vectors take 24 bytes, not 25"),
        (with(0, 1), "1 sentence vectors take 12 bytes, not 24"),
        (with(3, 0xff), "4278190082 sentence vectors take 51338280984 bytes, not 24"),
        (with(12, 2), "the sentence at bytes 2..9 is empty, overlaps another or is out of order"),
        (with(16, 5), "the sentence at bytes 5..5 is empty, overlaps another or is out of order"),
        (with(4, 200), "the sentence at bytes 200..3 is empty, overlaps another or is out of order"),
        ([&whole[..20], &[0; 8]].concat(), "a sentence vector: a vector of 4 numbers cannot be an embedding"),
    ];
    for (blob, reason) in damaged {
        place.library.connection.execute("UPDATE sentence_vectors SET data = ?", [&blob]).unwrap();
        for said in [place.library.sentences(place.number("a")).map(|_| ()), place.library.check()] {
            let said = said.unwrap_err();
            assert!(matches!(&said, Error::Corrupt { detail, .. } if detail.contains(reason)), "{reason}: {said}");
        }
    }
    // Damage that shows only in comparison with the text: a sentence that ends after the text, or within a letter.
    for (text, end, reason) in [("Short.", 13, "no sentence at bytes 5..13"), ("Té.", 8, "no sentence at bytes 5..8")]
    {
        assert!(paper("a", text).0.text().len() < 13);
        place.add_records("a", text);
        place.embed(Precision::F32, 1, &[(0, 3), (5, end)]);
        assert!(place.library.check().unwrap_err().to_string().contains(reason), "{text}");
    }
}

#[test]
fn a_check_finds_damage_of_removed_papers() {
    let mut place = Place::new();
    place.add_records("a", "A text of some length.");
    place.embed(Precision::F32, 1, &[(0, 3)]);
    place.library.check().unwrap();
    let number = place.number("a");
    place.library.remove(&place.lock, &[number]).unwrap();
    for (damage, reason) in [
        ("UPDATE vectors SET precision = 'f16'", "\"f16\" is not a precision of vectors"),
        ("UPDATE vectors SET data = zeroblob(16)", "\"a\": a vector of 4 numbers cannot be an embedding"),
        ("UPDATE vectors SET data = 'text'", "Invalid type"),
        ("UPDATE vectors SET text_hash = zeroblob(16)", "its sentence vectors belong to another text"),
        ("UPDATE sentence_vectors SET vector = 99", "a row of sentence_vectors refers to a missing row of vectors"),
        ("DROP INDEX papers_by_facts; UPDATE papers SET record = '{'", "Conversion error"),
    ] {
        place.sql("PRAGMA foreign_keys = OFF; BEGIN");
        place.sql(damage);
        let said = place.library.check().unwrap_err();
        place.sql("ROLLBACK; PRAGMA foreign_keys = ON");
        assert!(matches!(&said, Error::Corrupt { detail, .. } if detail.contains(reason)), "{damage}: {said}");
    }
}

#[test]
fn a_scratch_copy_has_the_same_pending_papers() {
    let mut place = Place::new();
    place.add_records("a", "x");
    place.embed(Precision::Bf16, 1, &[(0, 1)]);
    let mut scratch = place.library.scratch().unwrap();
    assert_eq!(scratch.count_pending().unwrap(), 0);
    let changed = [paper("a", "y"), paper("b", "z")];
    scratch.add_records(&place.lock, "a.jsonl", &changed, true, &mut KnownVersions::default()).unwrap();
    assert_eq!((scratch.count_pending().unwrap(), place.library.count_pending().unwrap()), (2, 0));
}
