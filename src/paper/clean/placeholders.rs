//! Abstracts that are none: what databases and authors write where there is nothing to write. A paper is better
//! compared by its title alone than by "No abstract available", which it shares with thousands.
//!
//! The rule: a text counts as none if all of it, but for case and punctuation, is one of these phrases, which say
//! nothing of any paper; never because of a word in it. "This paper has been withdrawn by the author due to an error"
//! says something of the paper, and stays.

/// Without punctuation, lower case.
const PHRASES: [&str; 48] = [
    "abstract",
    "abstracts",
    "abstract missing",
    "abstract not available",
    "abstract not available in english",
    "abstract not provided",
    "abstract is not available",
    "abstract to follow",
    "abstract unavailable",
    "an abstract is not available",
    "an abstract is not available for this article",
    "click here to listen to the podcast",
    "click to increase image size",
    "coming soon",
    "empty",
    "forthcoming",
    "missing",
    "na",
    "n a",
    "nan",
    "nil",
    "no",
    "no abstract",
    "no abstract available",
    "no abstract available in english",
    "no abstract found",
    "no abstract is available",
    "no abstract is available for this article",
    "no abstract provided",
    "no abstract present",
    "no abstract supplied",
    "no description",
    "no description available",
    "no description supplied",
    "no summary available",
    "none",
    "not applicable",
    "not available",
    "not available in english",
    "not provided",
    "null",
    "placeholder",
    "summary",
    "tba",
    "tbd",
    "undefined",
    "withdrawn",
    "untitled",
];

/// How Cambridge and others begin a sentence that goes on in many ways.
const BEGINNINGS: [&str; 2] =
    ["an abstract is not available for this content", "no abstract is available for this content"];

/// Longer texts are not even looked at.
const MAX_BYTES: usize = 300;

pub(super) fn is_one(text: &str) -> bool {
    if text.len() > MAX_BYTES {
        return false;
    }
    let bare = bare(text);
    bare.is_empty() || PHRASES.contains(&bare.as_str()) || BEGINNINGS.iter().any(|known| bare.starts_with(known))
}

/// Whether a text begins as one of several words: "No abstract available for this article, which …". Too little to drop
/// it, and enough to take another abstract where there is one.
pub(crate) fn begins_like_one(text: &str) -> bool {
    let start: String = text.chars().take(MAX_BYTES).collect();
    let bare = bare(&start) + " ";
    PHRASES.iter().any(|phrase| phrase.contains(' ') && bare.starts_with(&format!("{phrase} ")))
}

/// Words in lower case with single spaces.
fn bare(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_no_abstract() {
        for text in
            ["[No abstract available]", "Not available.", "N/A", "-", "…", "Placeholder", "WITHDRAWN", "No .", ""]
        {
            assert!(is_one(text), "{text}");
        }
        assert!(begins_like_one("No abstract available for this article, which is old."));
        assert!(!begins_like_one("None of the bees hum.") && !begins_like_one("No abstraction of bees is needed."));
        assert!(is_one("An abstract is not available for this content so a preview has been provided."));
    }

    #[test]
    fn whatever_is_said_stays() {
        for text in ["Bees hum.", "None of the bees hum.", "蜂", "Withdrawn by the author.", "Abstract bees"] {
            assert!(!is_one(text), "{text}");
        }
    }
}
