//! Weighs how much a text looks like the name of an author. The weight of a plain name is about 0, and that of an
//! unlikely name is lower.

use std::collections::HashSet;

use crate::paper::PARTICLES;

/// Returns how well `name` reads as one name: about 0 for a plain name, less for an unlikely one. `page` contains the
/// words of the page.
pub(super) fn name_weight(name: &str, page: &HashSet<String>) -> f32 {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_group = words.last().is_some_and(|word| GROUPS.contains(word));
    let mut weight = match words.iter().filter(|word| !PARTICLES.contains(word)).count() {
        0 => return f32::NEG_INFINITY,
        1 if name.chars().all(is_uncased) => 0.0,
        // Only groups and a few people have names of one word.
        1 => -2.5,
        2 | 3 => 0.5,
        4 => 0.0,
        _ if is_group => 0.0,
        count => -(count as f32 - 4.0),
    };
    for word in words {
        // Names of groups often contain company names with inner capitals, such as `DeepMind`, so their penalty is
        // limited.
        let least = if is_group { -0.5 } else { f32::NEG_INFINITY };
        weight += name_word_weight(word).max(least);
        // If the page contains the word `net`, then `NetAda` is probably the end of a title with a name. A page rarely
        // contains `sang`, so `SangHo` stays a name.
        if let Some(inner) = inner_capital(word)
            && inner > 2
            && page.contains(&word[..inner].to_lowercase())
        {
            weight -= 1.5;
        }
    }
    weight
}

/// Returns the byte position of the first capital after the first character.
fn inner_capital(word: &str) -> Option<usize> {
    word.char_indices().skip(1).find(|(_, c)| c.is_uppercase()).map(|(at, _)| at)
}

fn name_word_weight(word: &str) -> f32 {
    // Removes marks such as the asterisk for equal contribution.
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '.');
    if word.is_empty() || PARTICLES.contains(&word) {
        return 0.0;
    }
    // Initials: `J.`, `J.-P.`, `C.F.`
    if word.ends_with('.') && word.split(['.', '-']).all(|piece| piece.chars().count() <= 1) {
        return if begins_capital(word) { 0.3 } else { -1.0 };
    }
    // Each initial has its own full stop, so `LSTMJ.` does not consist of initials.
    if word.ends_with('.') && word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) {
        return -4.0;
    }
    let pieces = word.trim_end_matches('.').split(['-', '\'', '’', '‐']).enumerate();
    let weights = pieces.map(|(position, piece)| match piece.chars().next() {
        None => -1.0,
        Some(first) if is_uncased(first) => 0.0,
        Some(first) if !first.is_alphabetic() => -5.0,
        // A part of a name may begin in lower case (Jong-hwan, d'Alembert), but a whole word may not.
        Some(first) if first.is_lowercase() => {
            if position > 0 || word.contains(['\'', '’']) {
                0.0
            } else {
                -4.0
            }
        }
        Some(_) => capital_weight(piece),
    });
    weights.sum()
}

/// Returns the weight of a piece that begins with a capital.
fn capital_weight(piece: &str) -> f32 {
    let capitals = piece.chars().filter(|c| c.is_uppercase()).count();
    let prefix = &piece[..inner_capital(piece).unwrap_or_default()];
    match capitals {
        0 | 1 => 0.0,
        // All capitals: `PHAM`, `JP`.
        _ if capitals == piece.chars().count() => -1.0,
        2 if NAME_PREFIXES.contains(&prefix) => -0.5,
        // Given names are sometimes run together (`SangHo`), family names hardly ever.
        _ => -1.0 - capitals as f32,
    }
}

/// The most words that a name is expected to have. Longer names are too rare to be worth their cost.
pub(super) const MAX_NAME_WORDS: usize = 6;

/// Prefixes of names that may be followed by another capital.
const NAME_PREFIXES: [&str; 27] = [
    "Mc", "Mac", "De", "Del", "Della", "Di", "Da", "Du", "Dos", "La", "Le", "Lo", "Li", "Van", "Von", "Vander",
    "Vande", "Fitz", "St", "San", "Al", "El", "Ben", "Bar", "Ab", "Te", "Ó",
];

/// The last words in the names of groups that write papers.
const GROUPS: [&str; 12] = [
    "Team", "Teams", "Group", "Collaboration", "Consortium", "Lab", "Labs", "Project", "Community", "Initiative",
    "Network", "Committee",
];

/// Whether a letter belongs to a script without capitals, such as Chinese, Arabic or Devanagari.
pub(super) fn is_uncased(c: char) -> bool {
    c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase() && !c.is_ascii()
}

pub(super) fn begins_capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Splits `text` at its commas into authors. A suffix such as `Jr.` stays with the name before it.
pub(super) fn author_names(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    let mut start = 0;
    for part in text.split(',') {
        let end = start + part.len();
        let name = part.trim();
        match names.last_mut() {
            Some(last) if is_suffix(name) => {
                let begin = last.as_ptr() as usize - text.as_ptr() as usize;
                *last = text[begin..end].trim_end();
            }
            _ if !name.is_empty() => names.push(name),
            _ => {}
        }
        start = end + 1;
    }
    names
}

fn is_suffix(word: &str) -> bool {
    matches!(word.trim_end_matches('.'), "Jr" | "Sr" | "II" | "III" | "IV" | "PhD" | "Ph.D" | "MD")
}
