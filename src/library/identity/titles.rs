//! Compares titles, and makes the keys that find similar titles.

mod words;

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

use crate::paper::title_key;
use words::{COUNTED, GENERIC, IN_WORDS, MARKERS, ROMAN};

/// A title and its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Title {
    /// The [`title_key`] of the title.
    key: String,
    /// The key without articles, endings and spaces: equal for titles that differ only in spelling.
    loose: String,
    /// The loose form of the part before the colon, if that is long enough.
    main: Option<String>,
    /// The numbers in the title, written in digits, as Roman numerals or in words.
    numbers: Vec<String>,
    /// Words such as "reply" and "erratum", which mark another work on the same subject.
    markers: BTreeSet<&'static str>,
    /// The number of words.
    words: usize,
}

/// The relation of two titles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Relation {
    /// The same words, perhaps in different spelling.
    Equal,
    /// One is the other without its subtitle.
    Subtitle,
    /// Similar titles, with their [`likeness`](Title::likeness).
    Near(f64),
    /// Similar titles that differ in a number or a word such as "reply", and so are of two works.
    Numbered,
    /// Different titles.
    Other,
}

/// Several works by the same people may have the same title if it is shorter than this, in letters or in words.
const SHORT: (usize, usize) = (15, 3);

/// Two works rarely share a title at least this long, in letters and words.
const LONG: (usize, usize) = (25, 5);

/// Titles of one work have at least this similarity (Sørensen–Dice over pairs of letters). It is usually above 0.7 for
/// a preprint and its published version, and below 0.4 for chapters of one book.
pub const NEAR: f64 = 0.5;

impl Title {
    /// Analyses a title.
    pub fn new(title: &str) -> Self {
        let key = title_key(title);
        let words: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).collect();
        let markers = MARKERS.into_iter().filter(|marker| words.contains(marker)).collect();
        let (numbers, count) = (numbers(&words), words.len());
        let main = main_part(title).map(title_key).filter(|main| !is_short(main)).map(|main| loose(&main));
        Self { loose: loose(&key), main, numbers, markers, words: count, key }
    }

    /// Whether many works have this title, such as "Editorial".
    pub fn is_generic(&self) -> bool {
        GENERIC.contains(&self.key.as_str()) || self.key.chars().all(|c| c.is_ascii_digit() || c == ' ')
    }

    /// Whether several works by the same people may have this title.
    pub fn is_short(&self) -> bool {
        is_short(&self.key)
    }

    /// Whether two works are unlikely to share this title.
    pub fn is_long(&self) -> bool {
        letters(&self.key) >= LONG.0 && (self.words >= LONG.1 || self.key.chars().any(is_ideograph))
    }

    /// The similarity of two titles from 0 to 1: the share of pairs of letters in both (Sørensen–Dice).
    pub fn likeness(&self, other: &Self) -> f64 {
        strsim::sorensen_dice(&self.key, &other.key)
    }

    /// The relation of two titles; their order does not matter.
    pub fn relation(&self, other: &Self) -> Relation {
        if self.key == other.key || self.loose == other.loose {
            return Relation::Equal;
        }
        let likeness = self.likeness(other);
        let is_part = |a: &Self, b: &Self| a.main.as_ref() == Some(&b.loose);
        let is_subtitle = is_part(self, other) || is_part(other, self);
        if self.numbers != other.numbers || self.markers != other.markers {
            return if likeness >= NEAR || is_subtitle { Relation::Numbered } else { Relation::Other };
        }
        match likeness {
            _ if is_subtitle => Relation::Subtitle,
            likeness if likeness >= NEAR => Relation::Near(likeness),
            _ => Relation::Other,
        }
    }

    /// Whether the titles differ only in words such as "retracted" and "withdrawn".
    pub fn is_withdrawal_of(&self, other: &Self) -> bool {
        let without = |title: &Self| {
            let is_mark = |word: &&str| ["retracted", "withdrawn", "article", "retraction"].contains(word);
            title.key.split(' ').filter(|word| !is_mark(word)).collect::<String>()
        };
        without(self) == without(other)
    }

    /// Keys by which similar titles are found: hashes of the whole title, of the part before the colon, of the first
    /// words and of the longest words. Titles of one work usually share a key.
    pub fn keys(&self) -> Vec<i64> {
        let mut words: Vec<&str> = self.key.split(' ').filter(|word| !matches!(*word, "a" | "an" | "the")).collect();
        let mut keys = vec![hashed('=', &self.loose)];
        keys.extend(self.main.as_ref().map(|main| hashed('=', main)));
        // In a shorter title, four words are nearly the whole title.
        if words.len() >= 5 {
            keys.push(hashed('<', &words[..4].join(" ")));
            words.sort_unstable_by(|a, b| b.chars().count().cmp(&a.chars().count()).then(a.cmp(b)));
            words.dedup();
            words.truncate(4);
            keys.push(hashed('>', &words.join(" ")));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Hashes the text of a key. XXH3 is stable across platforms and versions, so keys can be stored.
fn hashed(sort: char, text: &str) -> i64 {
    xxh3_64(format!("{sort}{text}").as_bytes()).cast_signed()
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// The length of a key. An ideograph counts as three letters.
fn letters(key: &str) -> usize {
    key.chars().map(|c| if is_ideograph(c) { 3 } else { 1 }).sum()
}

fn is_short(key: &str) -> bool {
    letters(key) < SHORT.0 || (key.split(' ').count() < SHORT.1 && !key.chars().any(is_ideograph))
}

/// The part before the subtitle.
fn main_part(title: &str) -> Option<&str> {
    let ends = [": ", "? ", " - ", " – ", "—", "–– ", ". "];
    let end = ends.iter().filter_map(|end| title.find(end)).min()?;
    Some(&title[..end])
}

/// A key without articles, spaces, plural endings and differences between British and American spelling.
fn loose(key: &str) -> String {
    let mut loose = String::with_capacity(key.len());
    for word in key.split(' ').filter(|word| !matches!(*word, "a" | "an" | "the")) {
        let is_long = word.len() > 5;
        let word = match word {
            "and" => "",
            _ if is_long => &word.replace("isation", "ization").replace("ising", "izing").replace("our", "or"),
            _ => word,
        };
        let word = if is_long && word.ends_with("ise") { &format!("{}ize", &word[..word.len() - 3]) } else { word };
        let is_plural =
            word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
        loose.push_str(if is_plural { &word[..word.len() - 1] } else { word });
    }
    // A title may consist of articles only.
    if loose.is_empty() { key.to_owned() } else { loose }
}

fn numbers(words: &[&str]) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", |before| words[before]);
        let is_counted = COUNTED.contains(&before);
        let is_last = at > 0 && at + 1 == words.len();
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            let runs = word.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
            numbers.extend(runs.map(|run| run.trim_start_matches('0').to_owned()));
        } else if let Some((_, number)) = IN_WORDS.iter().find(|(name, _)| name == word) {
            numbers.push((*number).to_owned());
        } else if let Some((_, number)) = ROMAN.iter().find(|(name, _)| name == word)
            && (word.len() > 1 || is_counted || is_last)
        {
            numbers.push((*number).to_owned());
        } else if is_counted && word.chars().count() == 1 {
            // "Part B".
            numbers.push((*word).to_owned());
        }
    }
    numbers.sort_unstable();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(a: &str, b: &str) -> Relation {
        let [a, b] = [a, b].map(Title::new);
        assert_eq!(a.relation(&b), b.relation(&a), "the order of two titles does not matter");
        a.relation(&b)
    }

    #[test]
    fn titles_that_are_spelled_differently_are_equal() {
        for (a, b) in [
            ("Pre-training bees for dancing", "Pretraining Bees for Dancing."),
            ("The behaviour of bees", "Behavior of bees"),
            ("Optimisation of the hive", "Optimization of hives"),
            ("Bees & flowers in spring", "Bees and flowers in spring"),
        ] {
            assert_eq!(relation(a, b), Relation::Equal, "{a} {b}");
        }
    }

    #[test]
    fn a_number_or_a_reply_makes_another_work() {
        for (a, b) in [
            ("The dance of bees, part I", "The dance of bees, part II"),
            ("The dance of bees I", "The dance of bees II"),
            ("The dance of bees. Part A", "The dance of bees. Part B"),
            ("Bees in 2019: a census", "Bees in 2020: a census"),
            ("First census of the bees", "Second census of the bees"),
            ("The dance of bees", "The dance of bees: reply"),
            ("The dance of bees", "Erratum: The dance of bees"),
            ("Comment on the dance of bees", "The dance of bees"),
        ] {
            assert_eq!(relation(a, b), Relation::Numbered, "{a} {b}");
        }
        assert_eq!(relation("A 3D model of the hive", "A 3-D model of the hive"), Relation::Equal);
        assert_eq!(relation("Bees that dance", "The tax law of towns"), Relation::Other);
        assert_eq!(relation("How honey bees dance", "How honey bees dance: a field study"), Relation::Subtitle);
        assert!(matches!(relation("Supervised dances of bees", "Unsupervised dances of bees"), Relation::Near(_)));
        assert!(Title::new("Retracted article: Bees dance").is_withdrawal_of(&Title::new("Bees dance")));
    }

    #[test]
    fn generic_short_and_long_titles_are_recognised() {
        for title in ["Editorial", "Letter to the Editor", "2001", "Preface."] {
            assert!(Title::new(title).is_generic(), "{title}");
        }
        assert!(Title::new("Deep bees").is_short() && !Title::new("The dance of bees").is_short());
        assert!(!Title::new("The dance of bees").is_long());
        assert!(Title::new("The dance of bees in the dark hive").is_long());
        assert!(Title::new("深度学习中的注意力机制").is_long());
    }

    #[test]
    fn works_that_may_be_one_share_a_key() {
        for (a, b) in [
            ("How honey bees dance", "How honey bees dance: a field study"),
            ("The dance of the honey bee in spring", "The dance of the honey bee in early spring"),
            ("On dancing pollinators within artificial environments", "Dancing pollinators in artificial environments"),
        ] {
            let [a_keys, b_keys] = [a, b].map(|title| Title::new(title).keys());
            assert!(a_keys.iter().any(|key| b_keys.contains(key)), "{a} {b}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_title_makes_the_analysis_panic(title in "(\\PC|[:. ]|part |II){0,20}") {
            let _ = Title::new(&title).keys();
        }
    }
}
