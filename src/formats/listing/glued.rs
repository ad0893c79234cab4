//! Finds where a title ends and its first author begins, if a page shows them without a space:
//! `…language modelsAda Byron, …`.
//!
//! No sign marks this boundary. So `split` weighs every place where a word could end and a name could begin, and takes
//! the place with the greatest weight:
//!
//! - **After the boundary:** a name, and another name after every later comma. A capital inside a name (`NetworksAda`)
//!   is rare, except after prefixes such as `Mc` and `De`. A word in lower case is not a name, unless it is a particle
//!   such as `van`.
//! - **Before the boundary:** a whole word. The evidence is best if the paper's own abstract contains this word, and
//!   good if another text on the page contains it. The shape of the word counts too: `Learning`, `models`, `LSTM`,
//!   `GANs` and `AI?` look whole, `NetworksMc` does not.
//! - **Around the boundary:** no word that the boundary would cut in two. If `ImageNet` occurs elsewhere on the page, a
//!   boundary between `Image` and `Net` is unlikely.
//!
//! The weights were chosen on listings made from 87,000 real papers (BENCHMARKS.md). Rules that changed nothing there
//! were left out.

use std::collections::HashSet;

use super::names::{MAX_NAME_WORDS, author_names, begins_capital, is_uncased, name_weight};

/// Longer lines are not split. No title with its authors is longer, and the search takes time quadratic in the length.
const MAX_LINE_BYTES: usize = 4096;

/// Longer texts are not names, not even names of groups.
const MAX_NAME_BYTES: usize = 100;

/// A boundary must weigh more than this. Otherwise the whole line is the title.
const MIN_WEIGHT: f32 = -2.5;

/// The same limit if a second name follows a comma. Such a line certainly has authors, so the limit is lower.
const MIN_WEIGHT_IN_LIST: f32 = -5.0;

/// Returns the title and the authors, or `None` if no place looks like the end of a title. `page` contains the words of
/// all texts on the page.
pub(super) fn split<'t>(line: &'t str, abstract_text: &str, page: &HashSet<String>) -> Option<(&'t str, Vec<&'t str>)> {
    if line.len() > MAX_LINE_BYTES {
        return None;
    }
    let own: HashSet<String> = words(abstract_text).collect();
    let mut best: Option<(f32, usize)> = None;
    for at in boundaries(line) {
        let (title, authors) = line.split_at(at);
        let mut weight = end_weight(title, &own, page) + title_weight(title) + authors_weight(authors, page);
        let word = word_around(title, authors);
        if own.contains(&word) || page.contains(&word) {
            weight -= 4.0;
        }
        let enough = if is_list(authors) { MIN_WEIGHT_IN_LIST } else { MIN_WEIGHT };
        // If two weights are equal, the later boundary counts: inner capitals are more common in titles than in names.
        if weight > enough && best.is_none_or(|(highest, _)| weight >= highest) {
            best = Some((weight, at));
        }
    }
    let (_, at) = best?;
    Some((line[..at].trim_end(), author_names(&line[at..])))
}

/// Returns the words of a text in lower case. A word with an inner capital is also returned as written, and
/// `graph-based` also gives `graph` and `based`.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let outer = |c: char| !c.is_alphanumeric();
    let compounds = text.split_whitespace().map(move |word| word.trim_matches(outer));
    let pieces = compounds.flat_map(move |word| {
        std::iter::once(word).chain(word.split(outer).filter(move |piece| piece.len() < word.len()))
    });
    let has_inner_capital = |word: &str| word.chars().skip(1).any(char::is_uppercase);
    pieces.filter(|word| !word.is_empty()).flat_map(move |word| {
        std::iter::once(word.to_lowercase()).chain(has_inner_capital(word).then(|| word.to_owned()))
    })
}

/// Returns words that certainly belong to the title of a line in which title and authors are run together. A word in
/// which a name may begin is left out. Near the end of the title, all words after such a word are left out too, because
/// they may belong to the name.
pub(super) fn title_words(line: &str) -> impl Iterator<Item = String> + '_ {
    let title = line.split(", ").next().unwrap_or_default();
    let count = title.split_whitespace().count();
    let may_hold_name = |word: &str| boundaries(word).next().is_some();
    let sure = title.split_whitespace().enumerate();
    let sure = sure.take_while(move |(at, word)| at + MAX_NAME_WORDS < count || !may_hold_name(word));
    sure.map(|(_, word)| word).filter(move |word| !may_hold_name(word)).flat_map(words)
}

/// Returns the byte positions where a name may begin directly after a word.
fn boundaries(line: &str) -> impl Iterator<Item = usize> + '_ {
    line.char_indices().zip(line.chars().skip(1)).filter_map(move |((at, before), after)| {
        let ends_word = !before.is_whitespace() && !matches!(before, '(' | '[' | '{' | '“' | '‘' | '/' | ',');
        let begins_name = after.is_uppercase() || is_uncased(after) && !is_uncased(before);
        (ends_word && begins_name).then_some(at + before.len_utf8())
    })
}

/// Returns the word around a boundary, such as `BeeNet`. It is empty if no letter or digit is directly before the
/// boundary.
fn word_around(title: &str, authors: &str) -> String {
    let is_outer = |c: char| !c.is_alphanumeric();
    let before = title.rsplit(is_outer).next().unwrap_or_default();
    let behind = authors.split(is_outer).next().unwrap_or_default();
    if before.is_empty() { String::new() } else { format!("{before}{behind}") }
}

/// Returns a penalty if the title has a name before its first comma. Such a title contains some of the authors.
fn title_weight(title: &str) -> f32 {
    let Some((first, _)) = title.split_once(',') else { return 0.0 };
    let ends_in_name = boundaries(first).any(|at| {
        let name = &first[at..];
        name.len() <= MAX_NAME_BYTES && name.contains(' ') && name_weight(name, &HashSet::new()) > -3.0
    });
    if ends_in_name { -2.0 } else { 0.0 }
}

/// Returns how well `text` reads as the authors of a paper.
fn authors_weight(text: &str, page: &HashSet<String>) -> f32 {
    let names = author_names(text);
    let Some((first, others)) = names.split_first() else { return f32::NEG_INFINITY };
    // An unlikely name after the first one says little about the boundary, so its penalty is limited.
    name_weight(first, page) + others.iter().map(|name| name_weight(name, page).clamp(-2.0, 0.0)).sum::<f32>()
}

/// Whether `text` contains a second name after a comma.
fn is_list(text: &str) -> bool {
    let others = text.split(',').skip(1).map(str::trim);
    others.filter(|name| name.contains(' ')).any(|name| name_weight(name, &HashSet::new()) > -3.0)
}

/// Returns how well the end of `text` reads as the end of a title.
fn end_weight(text: &str, own: &HashSet<String>, page: &HashSet<String>) -> f32 {
    let token = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = token.trim_matches(|c: char| !c.is_alphanumeric());
    if word.is_empty() {
        return if token.ends_with(['?', '!', ')', '"', '”', '*', '}', '$']) { 1.0 } else { -2.0 };
    }
    let sought = word.to_lowercase();
    let found = match (is_known(&sought, own), is_known(&sought, page)) {
        (true, _) => 3.0,
        (_, true) => 2.0,
        _ => 0.0,
    };
    // For a boundary inside the `SangHo` of `…, SangHo Lee`, the title would end in a comma and one capitalised word.
    let follows_comma = text[..text.len() - token.len()].trim_end().ends_with(',')
        && begins_capital(token)
        && token.chars().skip(1).all(char::is_lowercase);
    found + shape_weight(token, word) - if follows_comma { 2.0 } else { 0.0 }
}

/// Whether `words` contains the word, its singular or its plural. A single character never counts as known.
fn is_known(word: &str, words: &HashSet<String>) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    word.chars().count() > 1
        && (words.contains(word) || words.contains(singular) || words.contains(&format!("{word}s")))
}

/// Returns how much a token, and the word in it, look like the last word of a title.
fn shape_weight(token: &str, word: &str) -> f32 {
    // A dash joins two words, so few titles end in one.
    if token.ends_with(['-', '–', '—', '‐']) {
        return -2.5;
    }
    // Few titles end in a full stop, and many initials do.
    if token.ends_with('.') {
        return if word.chars().count() > 2 && word.chars().skip(1).all(char::is_lowercase) { 0.0 } else { -2.0 };
    }
    if token.ends_with(['?', '!', ')', '"', '”']) {
        return 1.5;
    }
    let last = word.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or(word);
    let letters = last.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = last.chars().filter(|c| c.is_uppercase()).count();
    let plural_of_capitals = last.ends_with('s') && capitals + 1 == letters;
    match capitals {
        0 => 1.0,
        1 if last.chars().count() == 1 => -0.5,
        1 if begins_capital(last) => 1.0,
        _ if capitals == letters || plural_of_capitals => 0.5,
        _ => -1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` in `line` marks where the title must end.
    fn check(line: &str, abstract_text: &str, others: &[&str]) {
        let (title, authors) = line.split_once('|').unwrap_or((line, ""));
        let glued = format!("{title}{authors}");
        let mut page: HashSet<String> = words(abstract_text).chain(title_words(&glued)).collect();
        page.extend(others.iter().flat_map(|other| words(other)));
        let found = split(&glued, abstract_text, &page);
        let found = found.map_or((glued.as_str(), String::new()), |(title, authors)| (title, authors.join(", ")));
        assert_eq!(found, (title, authors.to_owned()), "in {line}");
    }

    #[test]
    fn titles_end_where_the_evidence_is_strongest() {
        for line in [
            "Deep networks|Ada Byron",
            "Deep Networks|Ada McHale, Carl LeGrand",
            "A study of GPUs|J. Byron",
            "Planning with a PID|J.-P. Byron, C.F. Gauss",
            "What is a hive?|Ada Byron",
            "Hives (extended version)|Zoë Ångström, Øystein Berg",
            "A comment on \"Bees\"|Ada Byron",
            "Flight of bees in 3D|Ada Byron",
            "Bees, wasps, and the flight of hornets|Ada Byron, Carl Gauss",
            "Learning with Agents|DeepHive Interactive Agents Team, Ada Byron",
            "Hives without queens|Juan de la Cruz, Ludwig van der Berg",
            "Hives with queens|Nathan H. Brown, Jr., Ada Byron",
            "The dance of bees|Ada Byron*, Carl Gauss*",
            "Bees in neural networks|李明, 王伟",
        ] {
            check(line, "", &[]);
        }
    }

    #[test]
    fn words_of_the_page_distinguish_names_from_words_with_capitals() {
        check("Counting bees with BeeNet|Ada Byron", "We train BeeNet.", &[]);
        check("Counting bees with BeeNet|Ada Byron", "", &["A net for bees"]);
        check("Modelling hives|DongHyun Kim, SangHo Lee", "Two hives.", &[]);
    }

    #[test]
    fn a_title_without_authors_stays_whole() {
        for line in [
            "Deep networks",
            "Counting bees with LiDAR",
            "A survey of BeeNet and HiveNet, a comparison",
            "Bees",
            "",
            "B",
            "?",
        ] {
            check(line, "", &[]);
        }
        check("Counting bees with BeeNet", "We train BeeNet.", &[]);
        check(&"BeeNet, ".repeat(100_000), "", &[]);
    }
}
