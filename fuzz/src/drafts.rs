//! Drafts in each markup, and the works that they cite.

use relata::draft::{Draft, Markup};
use relata::engine::Citations;

use super::{Parser, bytes, seeds};

pub const PARSERS: &[Parser] = &[
    Parser { name: "draft_latex", seeds: || bytes(seeds::LATEX), read: |input| read(input, Markup::Latex) },
    Parser { name: "draft_markdown", seeds: || bytes(seeds::MARKDOWN), read: |input| read(input, Markup::Markdown) },
    Parser { name: "draft_text", seeds: || bytes(seeds::PLAIN), read: |input| read(input, Markup::Plain) },
];

/// How much of the draft each file that it includes contains, in bytes.
const INCLUDED: usize = 500;

/// Reads a draft. Every file that it includes is the beginning of the draft, so it may include itself.
fn read(input: &[u8], markup: Markup) -> usize {
    let text = String::from_utf8_lossy(input);
    let included: String = String::from_utf8_lossy(&input[..input.len().min(INCLUDED)]).into_owned();
    let draft = Draft::read(&text, markup, &mut |name| (!name.contains('x')).then(|| included.clone()));
    Citations::of(&draft, &[], &draft.references);
    draft.passages.len() + draft.keys.len()
}
