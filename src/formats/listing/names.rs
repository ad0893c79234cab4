//! What names of authors look like, in weights: about 0 for a plain one, less for what is hardly a name.

use std::collections::HashSet;

/// How well `name` reads as one name: about 0 for any plain one. `page` has the words of the page.
pub(super) fn name_weight(name: &str, page: &HashSet<String>) -> f32 {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_group = words.last().is_some_and(|word| GROUPS.contains(word));
    let mut weight = match words.iter().filter(|word| !PARTICLES.contains(word)).count() {
        0 => return f32::NEG_INFINITY,
        1 if name.chars().all(is_uncased) => 0.0,
        // Groups and a few people have a single word.
        1 => -2.5,
        2 | 3 => 0.5,
        4 => 0.0,
        _ if is_group => 0.0,
        count => -(count as f32 - 4.0),
    };
    for word in words {
        // Groups are named by companies, and those like `DeepMind`.
        let least = if is_group { -0.5 } else { f32::NEG_INFINITY };
        weight += name_word_weight(word).max(least);
        // In `NetAda` the page may know `net`, in `SangHo` it knows nothing.
        if let Some(inner) = inner_capital(word)
            && inner > 2
            && page.contains(&word[..inner].to_lowercase())
        {
            weight -= 1.5;
        }
    }
    weight
}

/// Where the second capital of a word is, if it begins with one.
fn inner_capital(word: &str) -> Option<usize> {
    word.char_indices().skip(1).find(|(_, c)| c.is_uppercase()).map(|(at, _)| at)
}

fn name_word_weight(word: &str) -> f32 {
    // Marks of equal contribution and the like.
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '.');
    if word.is_empty() || PARTICLES.contains(&word) {
        return 0.0;
    }
    // `J.`, `J.-P.`, `JP`, `J`.
    if word.ends_with('.') && word.split(['.', '-']).all(|piece| piece.chars().count() <= 1) {
        return if begins_capital(word) { 0.3 } else { -1.0 };
    }
    // Initials have a full stop each, so `LSTMJ.` are none.
    if word.ends_with('.') && word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) {
        return -4.0;
    }
    let pieces = word.trim_end_matches('.').split(['-', '\'', '’', '‐']).enumerate();
    let weights = pieces.map(|(position, piece)| match piece.chars().next() {
        None => -1.0,
        Some(first) if is_uncased(first) => 0.0,
        Some(first) if !first.is_alphabetic() => -5.0,
        // Jong-hwan, d'Alembert, but never a word of its own.
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

/// Of a piece that begins with a capital.
fn capital_weight(piece: &str) -> f32 {
    let capitals = piece.chars().filter(|c| c.is_uppercase()).count();
    let prefix = &piece[..inner_capital(piece).unwrap_or_default()];
    match capitals {
        0 | 1 => 0.0,
        // `PHAM`, `JP`.
        _ if capitals == piece.chars().count() => -1.0,
        2 if NAME_PREFIXES.contains(&prefix) => -0.5,
        // Given names are run together (`SangHo`), family names hardly ever, and words of titles never.
        _ => -1.0 - capitals as f32,
    }
}

/// Names with more words are not worth their cost.
pub(super) const MAX_NAME_WORDS: usize = 6;

/// Particles that begin or join family names.
const PARTICLES: [&str; 40] = [
    "van", "von", "de", "der", "den", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "el", "al",
    "bin", "ibn", "ben", "ter", "ten", "te", "zu", "zur", "zum", "af", "av", "y", "e", "st", "san", "in", "'t", "vom",
    "dal", "dalla", "degli", "op", "i",
];

/// Beginnings after which a name has another capital.
const NAME_PREFIXES: [&str; 27] = [
    "Mc", "Mac", "De", "Del", "Della", "Di", "Da", "Du", "Dos", "La", "Le", "Lo", "Li", "Van", "Von", "Vander",
    "Vande", "Fitz", "St", "San", "Al", "El", "Ben", "Bar", "Ab", "Te", "Ó",
];

/// Last words of groups that sign papers.
#[rustfmt::skip]
const GROUPS: [&str; 12] = [
    "Team", "Teams", "Group", "Collaboration", "Consortium", "Lab", "Labs", "Project", "Community", "Initiative",
    "Network", "Committee",
];

/// Letters of scripts without capitals: Chinese, Arabic, Devanagari.
pub(super) fn is_uncased(c: char) -> bool {
    c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase() && !c.is_ascii()
}

pub(super) fn begins_capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Authors in `text`: what is between commas, with `Jr.` put back to its name.
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
