//! Lists of words and regular expressions for the rules that read and clean texts.

use regex::Regex;

/// Compiles a regular expression of this module.
pub(super) fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns are constants, and tests use each of them")
}

/// Words or phrases in one text, separated by commas.
pub(super) struct WordList(pub &'static str);

impl WordList {
    /// The entries, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.0.split(',').map(str::trim)
    }

    /// Whether `word` is one of the entries.
    pub fn contains(&self, word: &str) -> bool {
        self.iter().any(|known| known == word)
    }

    /// A regular expression that matches any entry. If several entries match at one place, it takes the one that is
    /// listed first.
    pub fn pattern(&self) -> String {
        let entries: Vec<String> = self.iter().map(regex::escape).collect();
        format!("(?:{})", entries.join("|"))
    }
}
