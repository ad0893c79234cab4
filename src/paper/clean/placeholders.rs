//! Recognises placeholders: texts such as "No abstract available" that databases write in place of a missing abstract.
//! Thousands of papers share such a text, so the title alone is better for comparing papers.
//!
//! Apart from case and punctuation, a placeholder is one of [`PHRASES`] or begins with one of [`BEGINNINGS`]. "This
//! paper has been withdrawn by the author due to an error" describes the paper and is kept.

use crate::paper::patterns::WordList;

/// Placeholders in lower case, without punctuation.
const PHRASES: WordList = WordList(
    "abstract, abstracts, abstract missing, abstract not available, abstract not available in english, \
    abstract not provided, abstract is not available, abstract to follow, abstract unavailable, \
    an abstract is not available, an abstract is not available for this article, \
    click here to listen to the podcast, click to increase image size, coming soon, empty, forthcoming, missing, \
    na, n a, nan, nil, no, no abstract, no abstract available, no abstract available in english, no abstract found, \
    no abstract is available, no abstract is available for this article, no abstract provided, no abstract present, \
    no abstract supplied, no description, no description available, no description supplied, no summary available, \
    none, not applicable, not available, not available in english, not provided, null, placeholder, summary, tba, \
    tbd, undefined, withdrawn, untitled",
);

/// Beginnings of longer placeholders. Cambridge and others continue them in many ways.
const BEGINNINGS: [&str; 2] =
    ["an abstract is not available for this content", "no abstract is available for this content"];

/// The greatest length of a placeholder, in bytes.
const MAX_BYTES: usize = 300;

pub(super) fn is_one(text: &str) -> bool {
    if text.len() > MAX_BYTES {
        return false;
    }
    let bare = bare(text);
    bare.is_empty() || PHRASES.contains(&bare) || BEGINNINGS.iter().any(|known| bare.starts_with(known))
}

/// Whether a text begins with a placeholder of several words: "No abstract available for this article, which …". Such a
/// text is kept, but another abstract is preferred.
pub(crate) fn begins_like_one(text: &str) -> bool {
    let start: String = text.chars().take(MAX_BYTES).collect();
    let bare = bare(&start) + " ";
    PHRASES.iter().any(|phrase| phrase.contains(' ') && bare.starts_with(&format!("{phrase} ")))
}

/// The words of a text in lower case, with single spaces between them.
fn bare(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_recognised() {
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
    fn other_abstracts_are_not_placeholders() {
        for text in ["Bees hum.", "None of the bees hum.", "蜂", "Withdrawn by the author.", "Abstract bees"] {
            assert!(!is_one(text), "{text}");
        }
    }
}
