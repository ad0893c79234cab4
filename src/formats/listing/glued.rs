//! Where a title ends and its first author begins, when a page has run them together: `…language modelsAda Byron, …`.
//!
//! There is no mark, only evidence. Every place where a word could end and a name begin is weighed, and the place with
//! most evidence wins:
//!
//! - **Behind it** is a name, and names are between all commas from there on. A capital inside a name (`NetworksAda`) is
//!   rare except after `Mc`, `De` and the like; words in lower case are not names, except particles.
//! - **Before it** is a whole word. Best if the paper's own abstract has that word, good if another text on the page has
//!   it; else by its shape: `Learning`, `models`, `LSTM`, `GANs`, `AI?` look whole, `NetworksMc` does not.
//! - **Around it** there is no word. `ImageNet`, if it is elsewhere on the page, is not `Image` by one Net.
//!
//! The weights were chosen on listings made from 87,000 real papers (BENCHMARKS.md); what changed nothing there was left
//! out.

use std::collections::HashSet;

use super::names::{MAX_NAME_WORDS, author_names, begins_capital, is_uncased, name_weight};

/// No title with its authors is longer, and the search takes time quadratic in the length.
const MAX_LINE_BYTES: usize = 4096;

/// Longer than names are, also of groups.
const MAX_NAME_BYTES: usize = 100;

/// At this weight or below, a title has no authors: one word behind the place, and no word of the page before it.
const ENOUGH: f32 = -2.5;

/// The same where names follow behind a comma, so that there are authors for certain.
const ENOUGH_IN_LIST: f32 = -5.0;

/// Title and authors, or `None` where no place looks like the end of a title. `page` has the words of all texts on the page.
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
        let enough = if is_list(authors) { ENOUGH_IN_LIST } else { ENOUGH };
        // Of equals the last: capitals within a title are commoner than within a name.
        if weight > enough && best.is_none_or(|(highest, _)| weight >= highest) {
            best = Some((weight, at));
        }
    }
    let (_, at) = best?;
    Some((line[..at].trim_end(), author_names(&line[at..])))
}

/// Words in lower case, those with an inner capital also as written; of `graph-based` also `graph` and `based`.
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

/// The words that surely are in the title of a line in which title and authors are run together: not those in which a name
/// may begin, and near the end all that follows may be the name.
pub(super) fn title_words(line: &str) -> impl Iterator<Item = String> + '_ {
    let title = line.split(", ").next().unwrap_or_default();
    let count = title.split_whitespace().count();
    let may_hold_name = |word: &str| boundaries(word).next().is_some();
    let sure = title.split_whitespace().enumerate();
    let sure = sure.take_while(move |(at, word)| at + MAX_NAME_WORDS < count || !may_hold_name(word));
    sure.map(|(_, word)| word).filter(move |word| !may_hold_name(word)).flat_map(words)
}

/// Places between two characters where a name may begin.
fn boundaries(line: &str) -> impl Iterator<Item = usize> + '_ {
    line.char_indices().zip(line.chars().skip(1)).filter_map(move |((at, before), after)| {
        let ends_word = !before.is_whitespace() && !matches!(before, '(' | '[' | '{' | '“' | '‘' | '/' | ',');
        let begins_name = after.is_uppercase() || is_uncased(after) && !is_uncased(before);
        (ends_word && begins_name).then_some(at + before.len_utf8())
    })
}

/// The word that a place is in, such as `BeeNet`; empty if no letter is before the place.
fn word_around(title: &str, authors: &str) -> String {
    let is_outer = |c: char| !c.is_alphanumeric();
    let before = title.rsplit(is_outer).next().unwrap_or_default();
    let behind = authors.split(is_outer).next().unwrap_or_default();
    if before.is_empty() { String::new() } else { format!("{before}{behind}") }
}

/// Against a title with a name before its first comma: it has gone on into the authors.
fn title_weight(title: &str) -> f32 {
    let Some((first, _)) = title.split_once(',') else { return 0.0 };
    let ends_in_name = boundaries(first).any(|at| {
        let name = &first[at..];
        name.len() <= MAX_NAME_BYTES && name.contains(' ') && name_weight(name, &HashSet::new()) > -3.0
    });
    if ends_in_name { -2.0 } else { 0.0 }
}

/// How well `text` reads as the authors of a paper.
fn authors_weight(text: &str, page: &HashSet<String>) -> f32 {
    let names = author_names(text);
    let Some((first, others)) = names.split_first() else { return f32::NEG_INFINITY };
    // Once a title has ended, an odd name is just an odd name.
    name_weight(first, page) + others.iter().map(|name| name_weight(name, page).clamp(-2.0, 0.0)).sum::<f32>()
}

/// Whether a second name follows the first.
fn is_list(text: &str) -> bool {
    let others = text.split(',').skip(1).map(str::trim);
    others.filter(|name| name.contains(' ')).any(|name| name_weight(name, &HashSet::new()) > -3.0)
}

/// How well the end of `text` reads as the end of a title.
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
    // In `…, SangHo Lee` a title would end in a comma and one capital word.
    let follows_comma = text[..text.len() - token.len()].trim_end().ends_with(',')
        && begins_capital(token)
        && token.chars().skip(1).all(char::is_lowercase);
    found + shape_weight(token, word) - if follows_comma { 2.0 } else { 0.0 }
}

/// The word, its singular or its plural.
fn is_known(word: &str, words: &HashSet<String>) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    word.chars().count() > 1
        && (words.contains(word) || words.contains(singular) || words.contains(&format!("{word}s")))
}

/// How well a token, and the word in it, look like the last of a title.
fn shape_weight(token: &str, word: &str) -> f32 {
    // A dash joins words.
    if token.ends_with(['-', '–', '—', '‐']) {
        return -2.5;
    }
    // A full stop ends few titles and many initials.
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
