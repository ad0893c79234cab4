//! Where a title ends and its first author begins, when a page has run them together: `…language modelsAda Byron, …`.
//!
//! There is no mark, only evidence. Every place where a word could end and a name begin is weighed, and the place with
//! most evidence wins:
//!
//! - **Behind it** stands a name, and names stand between all commas from there on. A capital inside a name
//!   (`NetworksAda`) is rare except after `Mc`, `De` and the like; words in lower case are not names, except particles.
//! - **Before it** stands a whole word. Best if the paper's own abstract has that word, good if another text on the
//!   page has it; else by its shape: `Learning`, `models`, `LSTM`, `GANs`, `AI?` look whole, `NetworksMc` does not.
//! - **Around it** there is no word. `ImageNet`, if it is found elsewhere on the page, is not `Image` by one Net.
//! - **On the page** the same author stands elsewhere after a comma, where nothing is run together.

use std::collections::HashSet;

use super::evidence::{Evidence, has_inner_capital, words};
use super::names::{
    MAX_NAME_WORDS, NAME_PREFIXES, PARTICLES, author_names, begins_capital, begins_with_particle, is_uncased,
    name_weight,
};

/// Title and authors, or `None` where no place looks like the end of a title.
pub(super) fn split<'t>(line: &'t str, abstract_text: &str, evidence: &Evidence) -> Option<(&'t str, Vec<&'t str>)> {
    if line.len() > MAX_LINE_BYTES {
        return None;
    }
    let own: HashSet<String> = words(abstract_text).collect();
    let mut best: Option<(f32, usize)> = None;
    for at in boundaries(line) {
        let before = before_weight(&line[..at], &own, evidence);
        // `mo|del Buono`: a name in lower case needs a title that surely ends.
        if before < 3.0 && line[at..].starts_with(char::is_lowercase) {
            continue;
        }
        let weight = before
            + title_weight(&line[..at])
            + around_weight(line, at, &own, evidence)
            + authors_weight(&line[at..], evidence);
        // Of equals the last: capitals within a title are commoner than within a name.
        let enough = if is_list(&line[at..]) { ENOUGH_IN_LIST } else { ENOUGH };
        if weight > enough && best.is_none_or(|(highest, _)| weight >= highest) {
            best = Some((weight, at));
        }
    }
    let (_, at) = best?;
    Some((line[..at].trim_end(), author_names(&line[at..])))
}

/// No title with its authors is longer, and the search takes time quadratic in the length.
const MAX_LINE_BYTES: usize = 4096;

/// Longer than names are, also of groups.
const MAX_NAME_BYTES: usize = 100;

/// Below this a title stands alone: one word behind the place, and no word of the page before it.
const ENOUGH: f32 = -2.5;

/// The same where names follow behind a comma, so that there are authors for certain.
const ENOUGH_IN_LIST: f32 = -5.0;

/// Places between two characters where a name may begin.
pub(super) fn boundaries(line: &str) -> impl Iterator<Item = usize> + '_ {
    line.char_indices().zip(line.chars().skip(1)).filter_map(move |((at, before), after)| {
        let at = at + before.len_utf8();
        let ends_word = !before.is_whitespace() && !matches!(before, '(' | '[' | '{' | '“' | '‘' | '/' | ',');
        let begins_name = after.is_uppercase()
            || is_uncased(after) && !is_uncased(before)
            || after.is_lowercase() && begins_with_particle(&line[at..]);
        (ends_word && begins_name).then_some(at)
    })
}

impl Evidence {
    /// Title and authors, run together.
    pub(super) fn add_title_line(&mut self, line: &str) {
        let mut parts = line.split(", ");
        // Where a name may begin a word is not whole, and close to the end all that follows may be the name.
        let title: Vec<&str> = parts.next().unwrap_or_default().split_whitespace().collect();
        for (at, word) in title.iter().enumerate() {
            match boundaries(word).next() {
                Some(_) if at + MAX_NAME_WORDS >= title.len() => break,
                Some(_) => {}
                None => self.words.extend(words(word)),
            }
        }
        for name in parts.filter(|name| name_weight(name, &Evidence::default()) >= 0.0) {
            self.names.insert(name.to_owned());
            let mut words = name.split_whitespace().filter(|word| word.chars().count() > 2);
            self.name_words.extend(words.next().map(str::to_owned));
            self.name_words.extend(words.next_back().map(str::to_owned));
        }
    }
}

/// Against a title that has names at its commas: it has gone on into the authors.
fn title_weight(title: &str) -> f32 {
    let Some((first, rest)) = title.split_once(',') else { return 0.0 };
    let no_evidence = Evidence::default();
    let ends_in_name = boundaries(first).any(|at| {
        let name = &first[at..];
        name.len() <= MAX_NAME_BYTES && name.contains(' ') && name_weight(name, &no_evidence) > -3.0
    });
    // The last part holds the end of the title.
    let inside = rest.rsplit_once(',').map_or("", |(inside, _)| inside).split(',').map(str::trim);
    let names = inside.filter(|part| name_weight(part, &no_evidence) > 0.0).count();
    names as f32 * -1.5 - if ends_in_name { 2.0 } else { 0.0 }
}

/// How well `text` reads as the authors of a paper.
fn authors_weight(text: &str, evidence: &Evidence) -> f32 {
    let names = author_names(text);
    let Some((first, others)) = names.split_first() else { return f32::NEG_INFINITY };
    let mut weight = name_weight(first, evidence);
    if evidence.names.contains(*first) {
        weight += 3.0;
    }
    if first.split_whitespace().any(|word| evidence.name_words.contains(word)) {
        weight += 0.5;
    }
    // Once a title has ended, an odd name is just an odd name.
    weight + others.iter().map(|name| name_weight(name, evidence).clamp(-2.0, 0.0)).sum::<f32>()
}

/// Whether a second name follows the first.
fn is_list(text: &str) -> bool {
    let others = text.split(',').skip(1).map(str::trim);
    others.filter(|name| name.contains(' ')).any(|name| name_weight(name, &Evidence::default()) > -3.0)
}

/// How well the end of `text` reads as the end of a title.
fn before_weight(text: &str, own: &HashSet<String>, evidence: &Evidence) -> f32 {
    let token = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = token.trim_matches(|c: char| !c.is_alphanumeric());
    if word.is_empty() {
        return if token.ends_with(['?', '!', ')', '"', '”', '*', '}', '$']) { 1.0 } else { -2.0 };
    }
    let sought = if has_inner_capital(word) { word.to_owned() } else { word.to_lowercase() };
    let known = |words: &HashSet<String>| is_known(&sought, words);
    let found = if known(own) {
        3.0
    } else if known(&evidence.words) {
        2.0
    } else {
        0.0
    };
    // `de De|Voe`: what belongs to names ends no title.
    if PARTICLES.contains(&token) || NAME_PREFIXES.contains(&token) {
        return -2.0;
    }
    // In `…, SangHo Lee` a title would end in a comma and one capital word.
    let follows_comma = text[..text.len() - token.len()].trim_end().ends_with(',')
        && begins_capital(token)
        && token.chars().skip(1).all(char::is_lowercase);
    found + shape_weight(text, token, word) - if follows_comma { 2.0 } else { 0.0 }
}

/// The word, its singular or plural, or the last part of a compound.
fn is_known(word: &str, words: &HashSet<String>) -> bool {
    let whole = |word: &str| {
        words.contains(word)
            || word.strip_suffix('s').is_some_and(|word| words.contains(word))
            || words.contains(&format!("{word}s"))
    };
    let last = word.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    word.chars().count() > 1 && (whole(word) || last.chars().count() > 1 && whole(last))
}

fn shape_weight(before: &str, token: &str, word: &str) -> f32 {
    // A dash joins words, unless it closes a subtitle that stands between dashes.
    if token.ends_with(['-', '–', '—', '‐']) {
        let is_opened = [" -", " –", " —"].iter().any(|dash| before.contains(dash));
        return if token.chars().count() == 1 || is_opened { 0.5 } else { -2.5 };
    }
    // A full stop ends few titles and many initials.
    if token.ends_with('.') {
        return if word.chars().count() > 2 && word.chars().skip(1).all(char::is_lowercase) { 0.0 } else { -2.0 };
    }
    if token.ends_with(['\'', '’']) {
        return if token.starts_with(['\'', '‘']) { 0.5 } else { -2.0 };
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
        _ if last.ends_with(|c: char| c.is_ascii_digit()) => 0.5,
        _ => -1.0,
    }
}

/// Against a place within a word that the page has whole.
fn around_weight(line: &str, at: usize, own: &HashSet<String>, evidence: &Evidence) -> f32 {
    let is_outer = |c: char| !c.is_alphanumeric();
    let start =
        line[..at].rfind(is_outer).map_or(0, |found| found + line[found..].chars().next().map_or(1, char::len_utf8));
    let end = line[at..].find(is_outer).map_or(line.len(), |found| at + found);
    let whole = &line[start..end];
    let is_whole =
        start < at && (own.contains(whole) || evidence.words.contains(whole) || evidence.name_words.contains(whole));
    if is_whole { -4.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` in `line` marks where the title must end.
    fn check(line: &str, abstract_text: &str, others: &[&str]) {
        let (title, authors) = line.split_once('|').unwrap_or((line, ""));
        let glued = format!("{title}{authors}");
        let mut evidence = Evidence::default();
        evidence.add_text(abstract_text);
        evidence.add_title_line(&glued);
        for other in others {
            evidence.add_title_line(other);
            evidence.add_text(other);
        }
        let found = split(&glued, abstract_text, &evidence);
        let found = found.map_or((glued.as_str(), String::new()), |(title, authors)| (title, authors.join(", ")));
        assert_eq!(found, (title, authors.to_owned()), "in {line}");
    }

    #[test]
    fn titles_end_where_the_evidence_says() {
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
            "A hive of robots -Part II-|Ada Byron, Carl Gauss",
            "Hives without queens|Juan de la Cruz, Ludwig van der Berg",
            "Hives with queens|Nathan H. Brown, Jr., Ada Byron",
            "The dance of bees|Ada Byron*, Carl Gauss*",
            "Bees in neural networks|李明, 王伟",
        ] {
            check(line, "", &[]);
        }
    }

    #[test]
    fn words_of_the_page_tell_names_from_words_with_capitals() {
        check("Counting bees with BeeNet|Ada Byron", "We train BeeNet.", &[]);
        check("Counting bees with BeeNet|Ada Byron", "", &["A net for bees"]);
        check("Counting bees with hornets|van der Berg, Ada Byron", "We count bees and hornets.", &[]);
        check("Modelling hives|DongHyun Kim, SangHo Lee", "Two hives.", &[]);
        check("Waggle|MacHine Lee", "", &["On flightAda Byron, MacHine Lee"]);
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
