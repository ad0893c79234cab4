//! What the texts of one page say about where its titles end.

use std::collections::HashSet;

/// What the texts of one page say.
#[derive(Default)]
pub(super) struct Evidence {
    /// Words of abstracts and titles, as [`words`] gives them.
    pub(super) words: HashSet<String>,
    /// Whole names that stand between commas.
    pub(super) names: HashSet<String>,
    /// First and last words of such names.
    pub(super) name_words: HashSet<String>,
}

impl Evidence {
    /// An abstract.
    pub(super) fn add_text(&mut self, text: &str) {
        self.words.extend(words(text));
    }
}

/// Words in lower case, of `graph-based` also `graph` and `based`; words with an inner capital also as written, for in
/// lower case `armS` would be `arms`.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let outer = |c: char| !c.is_alphanumeric();
    let compounds = text.split_whitespace().map(move |word| word.trim_matches(outer));
    compounds
        .flat_map(move |word| {
            let pieces = word.split(outer).filter(move |piece| piece.len() < word.len());
            std::iter::once(word).chain(pieces)
        })
        .filter(|word| !word.is_empty())
        .flat_map(|word| std::iter::once(word.to_lowercase()).chain(has_inner_capital(word).then(|| word.to_owned())))
}

/// `ImageNet`, `GANs`, and any word with a name behind it.
pub(super) fn has_inner_capital(word: &str) -> bool {
    word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase)
}
