//! Words that are one typing error apart.
//!
//! About 80 % of all misspelt words have one error: a wrong, a missing or an additional letter, or two exchanged
//! letters (F. J. Damerau: A technique for computer detection and correction of spelling errors, 1964,
//! <https://doi.org/10.1145/363958.363994>).

use super::columns::Catalog;

/// Only words of at least this many letters are corrected. Among words of three letters, almost any word is one error
/// away from others.
pub(super) const SPELLED_FROM: usize = 4;

impl Catalog {
    /// The words of titles and family names that differ from `word` by one typing error, in alphabetical order.
    pub fn one_error_from(&self, word: &str) -> Vec<&str> {
        if word.chars().count() < SPELLED_FROM {
            return Vec::new();
        }
        let bytes = self.columns.spellings.as_slice();
        let words = self.columns.spelling_starts.as_slice().array_windows();
        let words = words.map(|&[start, end]| &bytes[start as usize..end as usize]);
        let is_close = |other: &&[u8]| match word.is_ascii() && other.is_ascii() {
            true => is_one_error(word.as_bytes(), other),
            false => std::str::from_utf8(other)
                .is_ok_and(|other| is_one_error(&word.chars().collect::<Vec<_>>(), &other.chars().collect::<Vec<_>>())),
        };
        // A letter has at most four bytes.
        let similar = words.filter(|other| other.len().abs_diff(word.len()) <= 4);
        let close = similar.filter(is_close).filter_map(|other| std::str::from_utf8(other).ok());
        close.filter(|other| *other != word).collect()
    }
}

/// Whether two words differ by at most one error.
fn is_one_error<Letter: PartialEq>(a: &[Letter], b: &[Letter]) -> bool {
    let prefix = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - suffix], &b[..b.len() - suffix]) {
        ([], []) | ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([a0, a1], [b0, b1]) => a0 == b1 && a1 == b0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn one_error_is_a_distance_of_at_most_one(a in "[ab]{0,6}", b in "[ab]{0,6}") {
            prop_assert_eq!(is_one_error(a.as_bytes(), b.as_bytes()), strsim::osa_distance(&a, &b) <= 1);
        }
    }
}
