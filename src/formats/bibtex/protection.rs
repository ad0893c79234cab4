//! Protected words of a title: words in braces, whose case a bibliography style must not change, such as `{BERT}` and
//! `{Riemann}`.
//!
//! A library stores titles without braces. The writer puts braces around every word with a capital after its first
//! letter. Other protected words are listed in a detail.

use std::collections::HashSet;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::paper::clean::latex::{GROUP_END, GROUP_START, to_latex};

/// The name of the detail that lists these words, with spaces between them.
pub(in crate::formats) const PROTECTED: &str = "protected";

/// The value of the detail if the whole title is protected.
const ALL: &str = "all";

/// Removes the marks of groups from a title. Returns the title, and the value of the detail [`PROTECTED`] if there is
/// one.
pub(super) fn without_groups(marked: &str) -> (String, Option<String>) {
    if !marked.contains(GROUP_START) {
        return (marked.to_owned(), None);
    }
    let mut title = String::with_capacity(marked.len());
    let mut capitals = Vec::new();
    let mut depth = 0usize;
    let marked = marked.trim();
    let is_whole = is_one_group(marked);
    for c in marked.chars() {
        match c {
            GROUP_START => depth += 1,
            GROUP_END => depth = depth.saturating_sub(1),
            c => {
                if depth > 0 && is_capital(c) {
                    capitals.push(title.len());
                }
                title.push(c);
            }
        }
    }
    let mut seen = HashSet::new();
    for range in words(&title) {
        let next = capitals.get(capitals.partition_point(|at| *at < range.start));
        if next.is_some_and(|at| *at < range.end) && !is_always_protected(&title[range.clone()]) {
            seen.insert(&title[range]);
        }
    }
    // A repeated word is listed once, at its first position.
    let protected: Vec<&str> = words(&title).map(|range| &title[range]).filter(|word| seen.remove(word)).collect();
    let protected = if is_whole && !protected.is_empty() { ALL.to_owned() } else { protected.join(" ") };
    (title, Some(protected).filter(|words| !words.is_empty()))
}

/// Returns a title in LaTeX, with braces around its protected words.
pub(in crate::formats) fn with_groups(title: &str, protected: Option<&str>) -> String {
    if protected == Some(ALL) {
        let latex = to_latex(title);
        // BibTeX does not protect a group that begins with a command.
        let guard = if latex.starts_with('\\') { "{}" } else { "" };
        return format!("{{{guard}{latex}}}");
    }
    let listed: HashSet<&str> = protected.unwrap_or_default().split(' ').collect();
    let mut latex = String::with_capacity(title.len() + 16);
    let mut at = 0;
    for range in words(title) {
        let word = &title[range.clone()];
        if is_always_protected(word) || listed.contains(word) {
            latex.push_str(&to_latex(&title[at..range.start]));
            latex.push_str(&format!("{{{}}}", to_latex(word)));
            at = range.end;
        }
    }
    latex.push_str(&to_latex(&title[at..]));
    latex
}

fn is_one_group(marked: &str) -> bool {
    let mut depth = 0usize;
    let end = marked.char_indices().find_map(|(at, c)| {
        match c {
            GROUP_START => depth += 1,
            GROUP_END => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(at + c.len_utf8())
    });
    marked.starts_with(GROUP_START) && end == Some(marked.len())
}

/// Returns the positions of the words, without the punctuation around them.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.split_whitespace().filter_map(|word| {
        let start = word.find(char::is_alphanumeric)?;
        // Includes combining accents on the last letter.
        let end = word.rfind(|c: char| c.is_alphanumeric() || is_combining_mark(c))?;
        let end = end + word[end..].chars().next().map_or(0, char::len_utf8);
        let offset = word.as_ptr() as usize - text.as_ptr() as usize;
        Some(offset + start..offset + end)
    })
}

/// Whether a letter is a capital whose case a style might change. Greek and double-struck letters are written as
/// formulas, which a style does not change.
fn is_capital(c: char) -> bool {
    c.is_uppercase() && !matches!(c, '\u{370}'..='\u{3ff}' | '\u{2100}'..='\u{214f}' | '\u{1d400}'..='\u{1d7ff}')
}

fn is_always_protected(word: &str) -> bool {
    word.chars().skip_while(|c| !c.is_alphabetic()).skip(1).any(is_capital)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::clean::latex::from_latex_with_groups;

    #[test]
    fn protected_words_and_no_others_are_written_in_braces() {
        for (latex, title, protected, written) in [
            ("{BERT} and {Riemann} bees", "BERT and Riemann bees", Some("Riemann"), "{BERT} and {Riemann} bees"),
            ("{B}ees of the {L}ambda", "Bees of the Lambda", Some("Bees Lambda"), "{Bees} of the {Lambda}"),
            ("{{Bees of Rome}}", "Bees of Rome", Some("all"), "{Bees of Rome}"),
            ("{{BERT and bees}}", "BERT and bees", None, "{BERT} and bees"),
            ("{\\\"O}l and {$\\Gamma$} {waxes}", "Öl and Γ waxes", None, "Öl and {$\\Gamma$} waxes"),
            ("{GaN{\\=1}}) bees", "GaN1\u{304}) bees", None, "{GaN{\\=1}}) bees"),
            ("Multi-CLS {BERT:} bees", "Multi-CLS BERT: bees", None, "{Multi-CLS} {BERT}: bees"),
        ] {
            let read = without_groups(&from_latex_with_groups(latex));
            assert_eq!((read.0.as_str(), read.1.as_deref()), (title, protected), "{latex}");
            let rewritten = with_groups(title, protected);
            assert_eq!(rewritten, written);
            assert_eq!(without_groups(&from_latex_with_groups(&rewritten)), read, "{latex}");
        }
    }
}
