use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

/// Titles and abstracts of a few words, so that many papers share words.
fn text() -> impl Strategy<Value = Text> {
    let words =
        |range| prop::collection::vec("bee|dance|honey|hive|queen|of|wax", range).prop_map(|words| words.join(" "));
    (words(0..4), prop::option::of(words(0..12)))
}

/// Texts with words from a larger vocabulary, so that the postings of some terms stay as they are when a paper changes.
fn varied_text() -> impl Strategy<Value = Text> {
    prop::collection::vec(0u32..60, 0..6).prop_map(|words| {
        let words: Vec<String> = words.iter().map(|word| format!("w{word}")).collect();
        (words.join(" "), None)
    })
}

fn version((title, abstract_text): &Text) -> u128 {
    let bytes = format!("{title}\n{abstract_text:?}");
    u128::from(xxhash_rust::xxh3::xxh3_64(bytes.as_bytes())) + 1
}

fn refresh(old: Option<&LexicalIndex>, texts: &[Option<Text>]) -> (LexicalIndex, usize) {
    let rows: Vec<Option<u128>> = texts.iter().map(|text| text.as_ref().map(version)).collect();
    let mut loaded = 0;
    let index = LexicalIndex::refresh(old, &rows, |positions, sink| {
        loaded += positions.len();
        positions.iter().for_each(|&position| sink(texts[position as usize].clone().unwrap()));
        Ok(())
    });
    let index = index.unwrap();
    assert!(index.has_rows(&rows));
    (index, loaded)
}

/// The whole content of an index, as bytes.
fn contents(index: &LexicalIndex) -> [(&'static str, Vec<u8>); 13] {
    index.columns.files().map(|(name, bytes)| (name, bytes.to_vec()))
}

/// The slow form of the index: a document for each paper.
fn documents(texts: &[Option<Text>]) -> Vec<Option<HashMap<Term, u8>>> {
    let of = |text: &Text| document_of(text).terms.into_iter().collect();
    texts.iter().map(|text| text.as_ref().map(of)).collect()
}

fn document_of((title, abstract_text): &Text) -> Document {
    Tokenizer::default().document(title, abstract_text.as_deref())
}

proptest! {
    #[test]
    fn refreshing_in_steps_gives_the_same_index_as_refreshing_at_once(
        steps in prop::collection::vec(prop::collection::vec(prop::option::of(text()), 0..20), 1..5)
    ) {
        let mut index: Option<LexicalIndex> = None;
        for step in &steps {
            index = Some(refresh(index.as_ref(), step).0);
        }
        let at_once = refresh(None, steps.last().unwrap()).0;
        prop_assert_eq!(contents(&index.unwrap()), contents(&at_once));
    }

    #[test]
    fn papers_that_move_are_not_read_again(texts in prop::collection::vec(text(), 1..20), gone in 0usize..20) {
        let texts: Vec<Option<Text>> = texts.into_iter().map(Some).collect();
        let (index, _) = refresh(None, &texts);
        let mut later: Vec<Option<Text>> = texts.iter().rev().cloned().collect();
        later[gone % texts.len()] = None;
        let (index, loaded) = refresh(Some(&index), &later);
        prop_assert_eq!(loaded, 0);
        prop_assert_eq!(contents(&index), contents(&refresh(None, &later).0));
    }

    #[test]
    fn small_changes_give_the_same_index_as_refreshing_at_once_and_do_not_change_the_old_index(
        texts in prop::collection::vec(prop::option::of(varied_text()), 1..30),
        gone in prop::collection::vec(0usize..30, 0..3),
        changed in prop::collection::vec((0usize..30, varied_text()), 0..3),
        added in prop::collection::vec(prop::option::of(varied_text()), 0..4),
        closed in prop::option::of(0usize..30),
        swapped in prop::option::of((0usize..30, 0usize..30)),
    ) {
        let (base, _) = refresh(None, &texts);
        let was = contents(&base);
        let mut later = texts;
        gone.into_iter().for_each(|at| *later.get_mut(at).unwrap_or(&mut None) = None);
        changed.into_iter().for_each(|(at, text)| *later.get_mut(at).unwrap_or(&mut None) = Some(text));
        later.extend(added);
        // Later papers move up, so that their positions change but not their order.
        if let Some(at) = closed.filter(|at| *at < later.len()) {
            later.remove(at);
        }
        if let Some((a, b)) = swapped.filter(|(a, b)| a.max(b) < &later.len()) {
            later.swap(a, b);
        }
        let (index, _) = refresh(Some(&base), &later);
        prop_assert_eq!(contents(&base), was);
        prop_assert_eq!(contents(&index), contents(&refresh(None, &later).0));
    }

    #[test]
    fn scores_match_the_formulas_for_each_paper(
        texts in prop::collection::vec(prop::option::of(text()), 1..20), asked in text()
    ) {
        let (index, _) = refresh(None, &texts);
        let documents = documents(&texts);
        let papers = documents.iter().flatten().count();
        let with = |term: &Term| documents.iter().flatten().filter(|document| document.contains_key(term)).count();
        let known = |term: &Term| with(term) >= if term.is_pair() { 2 } else { 1 };
        let weighed = |document: &HashMap<Term, u8>| -> HashMap<Term, f32> {
            let terms = document.iter().filter(|(term, _)| known(term));
            terms.map(|(term, count)| {
                (*term, weights::tf_idf(*count, weights::inverse_document_frequency(papers, with(term))))
            }).collect()
        };
        let norm = |weights: &HashMap<Term, f32>| weights.values().map(|weight| weight * weight).sum::<f32>().sqrt();
        let question = document_of(&asked);
        let asked_weights = weighed(&question.terms.iter().copied().collect());
        let similarities = index.similarities(&question);
        let words = Tokenizer::default().words(&asked.0, Language::English);
        let words: Vec<Term> = words.iter().map(|word| word.term).collect();
        let read = index.question_words(&mut Tokenizer::default(), &asked.0);
        let shares = index.question_scores(&read);
        let lengths: Vec<u32> = texts.iter().map(|text| text.as_ref().map_or(0, |text| document_of(text).length)).collect();
        let mean = lengths.iter().sum::<u32>() as f32 / papers.max(1) as f32;
        let idf = |term: &Term| weights::bm25_idf(papers, with(term));
        let bm25 = |term: &Term, document: &HashMap<Term, u8>, length: u32| {
            document.get(term).map_or(0.0, |count| weights::bm25(*count, idf(term), weights::length_norm(length, mean)))
        };
        // The BM25 score of a paper for another paper as the question, by words alone.
        let score = |question: &HashMap<Term, u8>, document: &HashMap<Term, u8>, length: u32| -> f32 {
            let words = question.iter().filter(|(term, _)| !term.is_pair() && known(term));
            words.map(|(term, count)| weights::as_question(*count) * bm25(term, document, length)).sum()
        };
        let asked_counts: HashMap<Term, u8> = question.terms.iter().copied().collect();
        let limit: f32 = words.iter().filter(|word| with(word) > 0).map(|word| weights::bm25_limit(idf(word))).sum();
        let pairs: Vec<Term> = words.array_windows().map(|[first, second]| Term::pair(*first, *second)).collect();
        for (position, document) in documents.iter().enumerate() {
            let Some(document) = document else {
                prop_assert_eq!((similarities[position], shares[position]), (0.0, 0.0));
                continue;
            };
            let own = weighed(document);
            let dot: f32 = own.iter().map(|(term, weight)| weight * asked_weights.get(term).unwrap_or(&0.0)).sum();
            let cosine = if dot > 0.0 { dot / (norm(&own) * norm(&asked_weights)) } else { 0.0 };
            let (length, asked_length) = (lengths[position], question.length);
            let both = score(&asked_counts, document, length) + score(document, &asked_counts, asked_length);
            let own_scores = score(&asked_counts, &asked_counts, asked_length) * score(document, document, length);
            let mutual = if both > 0.0 { (both / 2.0 / own_scores.sqrt()).min(1.0) } else { 0.0 };
            let expected = 0.625 * cosine + 0.375 * mutual;
            prop_assert!((similarities[position] - expected).abs() < 1e-4, "{} {expected}", similarities[position]);
            let of_words: f32 = words.iter().map(|term| bm25(term, document, length)).sum();
            let of_pairs: f32 = pairs.iter().map(|term| bm25(term, document, length)).sum();
            let expected = if of_words > 0.0 { (of_words + 0.2 * of_pairs) / limit } else { 0.0 };
            prop_assert!((shares[position] - expected).abs() < 1e-4, "{} {expected}", shares[position]);
            let alone = document_of(texts[position].as_ref().unwrap());
            prop_assert!((index.similarity(&question, &alone) - similarities[position]).abs() < 1e-5);
            prop_assert!((index.question_score(&read, &alone) - shares[position]).abs() < 1e-4);
        }
    }

    #[test]
    fn papers_with_finds_all_papers_that_have_a_term(texts in prop::collection::vec(prop::option::of(text()), 1..12)) {
        let (index, _) = refresh(None, &texts);
        let documents = documents(&texts);
        for term in documents.iter().flatten().flat_map(HashMap::keys) {
            let having = (0..).zip(&documents).filter(|(_, document)| document.as_ref().is_some_and(|d| d.contains_key(term)));
            let having: Vec<u32> = having.map(|(position, _)| position).collect();
            prop_assert_eq!(index.papers_with(*term), having);
        }
    }
}

#[test]
fn an_index_without_changes_loads_nothing_and_shares_everything() {
    let texts = ["bee dance", "honey hive"].map(|title| Some((title.to_owned(), None)));
    let (index, _) = refresh(None, &texts);
    let (same, loaded) = refresh(Some(&index), &texts);
    assert_eq!(loaded, 0);
    let place = |index: &LexicalIndex| index.columns.positions.as_slice().as_ptr();
    assert_eq!(place(&same), place(&index));
}

#[test]
fn the_similarity_of_a_paper_to_itself_is_one() {
    let texts = ["bee dance", "honey hive", "queen wax bee"].map(|title| Some((title.to_owned(), None)));
    let (index, _) = refresh(None, &texts);
    for (position, text) in texts.iter().enumerate() {
        let similarities = index.similarities(&document_of(text.as_ref().unwrap()));
        assert!((similarities[position] - 1.0).abs() < 1e-6);
    }
}

#[test]
fn a_stored_index_opens_with_the_same_content_and_damage_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let texts = ["bee dance", "bee dance floor", "honey"].map(|title| Some((title.to_owned(), None)));
    let (index, _) = refresh(None, &texts);
    index.store(folder.path(), "3", "o").unwrap();
    index.store(folder.path(), "4", "o").unwrap();
    assert!(!folder.path().join("lexical-3").exists(), "the older index was deleted");
    for state in ["4", "5"] {
        let cached = open_cached(folder.path(), state, "o");
        assert_eq!(contents(&cached.index.unwrap()), contents(&index));
        assert_eq!(cached.damage, None);
    }
    let inner = folder.path().join("lexical-4");
    for entry in std::fs::read_dir(&inner).unwrap() {
        let path = entry.unwrap().path();
        let whole = std::fs::read(&path).unwrap();
        if path.ends_with("made-by-relata") {
            continue;
        }
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 0x40;
        for bytes in [&flipped[..], &whole[..whole.len() - 1]] {
            std::fs::write(&path, bytes).unwrap();
            let cached = open_cached(folder.path(), "4", "o");
            assert!(cached.index.is_none() && cached.damage.unwrap().contains("lexical-4"), "{}", path.display());
        }
        std::fs::write(&path, &whole).unwrap();
    }
    assert!(open_cached(folder.path(), "4", "o").index.is_some(), "restored");
}

#[test]
fn a_question_is_read_in_the_language_of_each_paper() {
    let texts = [
        "Die Häuser der Wespen sind aus Papier, das sie selbst machen, und nicht aus Wachs.",
        "The houses of wasps are made of paper, and not of wax, as those of the bees are.",
        "Las casas de las avispas son de papel, que ellas hacen, y no de la cera de las abejas.",
    ]
    .map(|title| Some((title.to_owned(), None)));
    let (index, _) = refresh(None, &texts);
    let counted = [(Language::English, 1), (Language::German, 1), (Language::Spanish, 1)];
    assert_eq!(index.languages(), counted);
    let mut tokenizer = Tokenizer::default();
    let mut scores = |question: &str| index.question_scores(&index.question_words(&mut tokenizer, question));
    for (question, best) in [("Haus von Wespe", 0), ("house of a wasp", 1), ("casa de la avispa", 2)] {
        let scores = scores(question);
        assert!((0..3).all(|position| (scores[position] > 0.0) == (position == best)), "{question}: {scores:?}");
    }
}
