//! Making an index of an older one, which others may go on reading, and of papers that are new.

use rayon::prelude::*;

use super::blocks;
use super::moves::Moves;
use super::norms::norms;
use super::postings::{Columns, LexicalIndex, NOTHING, Posting};
use super::terms::{Document, Term, Tokenizer};
use crate::Result;
use crate::cache::Column;

/// Papers read and sorted at a time: at 250 terms each they take 64 MiB.
const PAPERS_AT_ONCE: usize = 1 << 14;

/// Title and abstract of a paper.
pub type Text = (String, Option<String>);

impl LexicalIndex {
    /// Makes an index over positions, `rows` saying what stands at each: the version of a text, or nothing. Takes from
    /// `old` what it has, and from `load` the rest: it is given positions and hands their texts to its sink, in that
    /// order, and is not called when nothing is missing.
    ///
    /// What comes of it does not depend on `old`, to the last bit. Takes as long as to read and copy the index, beside the
    /// tokenizing; longer where papers stand elsewhere than they did, since every posting is then written anew. Where
    /// nothing has changed, all is shared with `old`.
    ///
    /// # Errors
    /// Those of `load`.
    pub fn refresh(
        old: Option<&Self>,
        rows: &[Option<u128>],
        mut load: impl FnMut(&[u32], &mut dyn FnMut(Text)) -> Result<()>,
    ) -> Result<Self> {
        if let Some(old) = old.filter(|old| old.stands_as(rows)) {
            return Ok(old.clone());
        }
        let mut columns = old.map_or_else(Columns::default, |old| old.columns.clone());
        let versions: Column<u128> = rows.iter().map(|version| version.unwrap_or(NOTHING)).collect::<Vec<_>>().into();
        let (mut moves, missing) = Moves::new(columns.versions.as_slice(), versions.as_slice());
        let mut chunks = missing.chunks(PAPERS_AT_ONCE);
        // Once even if nothing is missing: something has gone or moved.
        let mut chunk = chunks.next().unwrap_or_default();
        loop {
            let mut texts = Vec::with_capacity(chunk.len());
            if !chunk.is_empty() {
                load(chunk, &mut |text| texts.push(text))?;
            }
            columns = merged(&columns, versions.clone(), &moves, read(chunk, &texts));
            let Some(next) = chunks.next() else { break };
            (chunk, moves) = (next, Moves::default());
        }
        columns.norms = norms(&columns).into();
        Ok(Self::new(columns))
    }
}

/// The papers at `positions`, read by all threads.
fn read(positions: &[u32], texts: &[Text]) -> Vec<(u32, Document)> {
    let document = |tokenizer: &mut Tokenizer, (&position, (title, abstract_text)): (&u32, &Text)| {
        (position, tokenizer.document(title, abstract_text.as_deref()))
    };
    positions.par_iter().zip(texts).map_init(Tokenizer::default, document).collect()
}

/// The columns with their papers where `moves` says, and new ones; norms are left out.
fn merged(old: &Columns, versions: Column<u128>, moves: &Moves, new: Vec<(u32, Document)>) -> Columns {
    let mut lengths = moves.carry_over(old.lengths.as_slice(), versions.as_slice().len());
    new.iter().for_each(|(position, document)| lengths[*position as usize] = document.length);
    let postings = |(position, document): (u32, Document)| {
        document.terms.into_iter().map(move |(term, count)| (term, Posting { position, count }))
    };
    let mut added: Vec<(Term, Posting)> = new.into_iter().flat_map(postings).collect();
    added.par_sort_unstable_by_key(|(term, posting)| (*term, posting.position));
    Columns { versions, lengths: lengths.into(), ..blocks::merged(old, moves, &added) }
}
