//! Making an index of an older one and of papers that are new.

use rayon::prelude::*;

use super::postings::{Builder, LexicalIndex, Posting};
use super::terms::{Document, Term, Tokenizer};
use crate::Result;

/// Papers read and sorted at a time: at 250 terms each they take 64 MiB.
const PAPERS_AT_ONCE: usize = 1 << 14;

/// Title and abstract of a paper.
pub type Text = (String, Option<String>);

impl LexicalIndex {
    /// Makes an index over positions, `rows` saying what stands at each: the version of a text, or nothing. Takes from
    /// `old` what it has, and from `load` the rest: it is given positions and hands their texts to its sink, in that order.
    ///
    /// What comes of it does not depend on `old`. Takes time in proportion to the size of the index, and little beside
    /// what tokenizing takes.
    pub fn refresh(
        old: Option<Self>,
        rows: &[Option<u128>],
        mut load: impl FnMut(&[u32], &mut dyn FnMut(Text)) -> Result<()>,
    ) -> Result<Self> {
        let mut index = old.unwrap_or_default();
        let moved = index.moved_to(rows);
        let mut is_known = vec![false; rows.len()];
        moved.iter().flatten().for_each(|&position| is_known[position as usize] = true);
        let missing: Vec<u32> = (0..rows.len() as u32)
            .filter(|&position| rows[position as usize].is_some() && !is_known[position as usize])
            .collect();
        let mut moved = Some(moved);
        let mut chunks = missing.chunks(PAPERS_AT_ONCE);
        // Once even if nothing is missing: something may have gone or moved.
        loop {
            let chunk = chunks.next().unwrap_or_default();
            if chunk.is_empty() && moved.is_none() {
                break;
            }
            let mut texts = Vec::with_capacity(chunk.len());
            load(chunk, &mut |text| texts.push(text))?;
            let documents: Vec<Document> = texts
                .par_iter()
                .map_init(Tokenizer::default, |tokenizer, (title, abstract_text)| {
                    tokenizer.document(title, abstract_text.as_deref())
                })
                .collect();
            let new: Vec<(u32, Document)> = chunk.iter().copied().zip(documents).collect();
            index = index.merged(rows, moved.take().as_deref(), new);
        }
        Ok(index)
    }

    /// This index with its papers where `moved` says (all where they are, without it), and new ones.
    fn merged(&self, rows: &[Option<u128>], moved: Option<&[Option<u32>]>, new: Vec<(u32, Document)>) -> Self {
        let to = |position: u32| match moved {
            Some(moved) => moved[position as usize],
            None => Some(position),
        };
        let mut builder = Builder::new(rows);
        for (position, length) in (0..).zip(self.lengths()) {
            if let Some(position) = to(position) {
                builder.set_length(position, *length);
            }
        }
        new.iter().for_each(|(position, document)| builder.set_length(*position, document.length));
        let mut added: Vec<(Term, Posting)> = new
            .into_iter()
            .flat_map(|(position, document)| {
                document.terms.into_iter().map(move |(term, count)| (term, Posting { position, count }))
            })
            .collect();
        added.par_sort_unstable_by_key(|(term, posting)| (*term, posting.position));
        let mut added = added.into_iter().peekable();
        let mut postings = Vec::new();
        for (term, stored) in self.terms() {
            while let Some(&(next, _)) = added.peek()
                && next < term
            {
                take(&mut added, next, &mut postings);
                builder.push(next, &mut postings);
            }
            postings.extend(
                stored.filter_map(|Posting { position, count }| Some(Posting { position: to(position)?, count })),
            );
            take(&mut added, term, &mut postings);
            builder.push(term, &mut postings);
        }
        while let Some(&(next, _)) = added.peek() {
            take(&mut added, next, &mut postings);
            builder.push(next, &mut postings);
        }
        builder.finish()
    }
}

fn take(
    added: &mut std::iter::Peekable<impl Iterator<Item = (Term, Posting)>>,
    term: Term,
    postings: &mut Vec<Posting>,
) {
    while let Some((_, posting)) = added.next_if(|(next, _)| *next == term) {
        postings.push(posting);
    }
}
