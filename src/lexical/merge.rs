//! Makes an index from an older index and from new papers. Other threads may still read the older index.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::blocks;
use super::moves::Moves;
use super::norms::norms_and_own_roots;
use super::postings::{Columns, LexicalIndex, NO_PAPER, Posting};
use super::terms::{Document, Term, Tokenizer};
use super::vocabulary;
use crate::Result;
use crate::cache::Column;

/// The number of papers that are read and sorted at once: with 250 terms each they take 64 MiB.
const PAPERS_AT_ONCE: usize = 1 << 14;

/// Title and abstract of a paper.
pub type Text = (String, Option<String>);

impl LexicalIndex {
    /// Makes an index. `rows` has the version of the text at each position, or `None` where there is no paper. Takes
    /// papers from `old` by their versions. For missing papers, calls `load` with their positions. `load` passes their
    /// texts to its sink, in the same order. It is not called if no paper is missing.
    ///
    /// The result is bit for bit the same for every `old`. The time is that of tokenizing the missing papers, and of
    /// reading and copying the index. It is longer if papers have moved, because every posting is then written again.
    /// If nothing has changed, the new index shares everything with `old`.
    ///
    /// # Errors
    /// The errors of `load`.
    pub fn refresh(
        old: Option<&Self>,
        rows: &[Option<u128>],
        mut load: impl FnMut(&[u32], &mut dyn FnMut(Text)) -> Result<()>,
    ) -> Result<Self> {
        if let Some(old) = old.filter(|old| old.has_rows(rows)) {
            return Ok(old.clone());
        }
        let mut columns = old.map_or_else(Columns::default, |old| old.columns.clone());
        let versions: Column<u128> = rows.iter().map(|version| version.unwrap_or(NO_PAPER)).collect::<Vec<_>>().into();
        let (mut moves, missing) = Moves::new(columns.versions.as_slice(), versions.as_slice());
        let (vocabulary, mut new_words, only_adds) = (columns.vocabulary.clone(), BTreeSet::new(), moves.is_empty());
        let mut chunks = missing.chunks(PAPERS_AT_ONCE);
        // Runs at least once, because papers may have moved or may have been removed.
        let mut chunk = chunks.next().unwrap_or_default();
        loop {
            let mut texts = Vec::with_capacity(chunk.len());
            if !chunk.is_empty() {
                load(chunk, &mut |text| texts.push(text))?;
            }
            let (documents, new) = read(chunk, &texts);
            new_words.extend(new);
            columns = merged(&columns, versions.clone(), &moves, documents);
            let Some(next) = chunks.next() else { break };
            (chunk, moves) = (next, Moves::default());
        }
        let (norms, own_roots) = norms_and_own_roots(&columns);
        (columns.norms, columns.own_roots) = (norms.into(), own_roots.into());
        let terms = (!only_adds).then(|| columns.terms.as_slice());
        columns.vocabulary = vocabulary::merged(vocabulary.as_slice(), &new_words, terms).into();
        Ok(Self::new(columns))
    }
}

/// Finds the terms of the papers at `positions`, on all threads. Also returns their words for the vocabulary.
fn read(positions: &[u32], texts: &[Text]) -> (Vec<(u32, Document)>, BTreeSet<Box<str>>) {
    let papers = positions.par_iter().zip(texts);
    let read = papers.fold(
        || (Vec::new(), Tokenizer::collecting()),
        |(mut documents, mut tokenizer), (&position, (title, abstract_text))| {
            documents.push((position, tokenizer.document(title, abstract_text.as_deref())));
            (documents, tokenizer)
        },
    );
    let read = read.map(|(documents, tokenizer)| (documents, tokenizer.into_vocabulary()));
    read.reduce(Default::default, |mut first, mut second| {
        first.0.append(&mut second.0);
        first.1.append(&mut second.1);
        first
    })
}

/// Returns the columns of `old` after `moves`, with the new papers, and without norms and vocabulary.
fn merged(old: &Columns, versions: Column<u128>, moves: &Moves, new: Vec<(u32, Document)>) -> Columns {
    let mut lengths = moves.carry_over(old.lengths.as_slice(), versions.as_slice().len());
    let mut languages = moves.carry_over(old.languages.as_slice(), versions.as_slice().len());
    for (position, document) in &new {
        lengths[*position as usize] = document.length;
        languages[*position as usize] = document.language as u8;
    }
    let postings = |(position, document): (u32, Document)| {
        document.terms.into_iter().map(move |(term, count)| (term, Posting { position, count }))
    };
    let mut added: Vec<(Term, Posting)> = new.into_iter().flat_map(postings).collect();
    added.par_sort_unstable_by_key(|(term, posting)| (*term, posting.position));
    Columns { versions, lengths: lengths.into(), languages: languages.into(), ..blocks::merged(old, moves, &added) }
}
