//! What stands above, below or on top of other letters: superscripts, subscripts, accents, double-struck letters.

use unicode_normalization::char::compose;

/// Characters and their superscripts; Unicode has no others that fonts commonly show.
const SUPERSCRIPTS: &str = "0⁰1¹2²3³4⁴5⁵6⁶7⁷8⁸9⁹+⁺-⁻=⁼(⁽)⁾aᵃbᵇcᶜdᵈeᵉfᶠgᵍhʰiⁱjʲkᵏlˡmᵐnⁿoᵒpᵖrʳsˢtᵗuᵘvᵛwʷxˣyʸzᶻAᴬBᴮDᴰEᴱGᴳHᴴIᴵJᴶKᴷLᴸMᴹNᴺOᴼPᴾRᴿTᵀUᵁVⱽWᵂβᵝγᵞδᵟθᶿφᵠχᵡ";

/// Characters and their subscripts.
const SUBSCRIPTS: &str = "0₀1₁2₂3₃4₄5₅6₆7₇8₈9₉+₊-₋=₌(₍)₎aₐeₑhₕiᵢjⱼkₖlₗmₘnₙoₒpₚrᵣsₛtₜuᵤvᵥxₓβᵦγᵧρᵨφᵩχᵪ";

/// What has a meaning of its own when it is raised, and is written so without being made smaller.
const RAISED: &str = "∘°′′″″**∗*††‡‡";

/// Letters of the double-struck alphabet that stand outside its block.
const DOUBLE_STRUCK: &str = "CℂHℍNℕPℙQℚRℝZℤ";

/// LaTeX's accents and the combining characters that they are, those by a sign first.
const ACCENTS: [(&str, char); 18] = [
    ("`", '\u{300}'),
    ("'", '\u{301}'),
    ("^", '\u{302}'),
    ("~", '\u{303}'),
    ("=", '\u{304}'),
    (".", '\u{307}'),
    ("\"", '\u{308}'),
    ("u", '\u{306}'),
    ("r", '\u{30a}'),
    ("H", '\u{30b}'),
    ("v", '\u{30c}'),
    ("h", '\u{309}'),
    ("d", '\u{323}'),
    ("c", '\u{327}'),
    ("k", '\u{328}'),
    ("b", '\u{331}'),
    ("G", '\u{30f}'),
    ("t", '\u{361}'),
];

/// The accents of mathematics.
const MATH_ACCENTS: [(&str, char); 20] = [
    ("grave", '\u{300}'),
    ("acute", '\u{301}'),
    ("hat", '\u{302}'),
    ("widehat", '\u{302}'),
    ("tilde", '\u{303}'),
    ("widetilde", '\u{303}'),
    ("bar", '\u{304}'),
    ("overline", '\u{304}'),
    ("breve", '\u{306}'),
    ("dot", '\u{307}'),
    ("ddot", '\u{308}'),
    ("mathring", '\u{30a}'),
    ("check", '\u{30c}'),
    ("widecheck", '\u{30c}'),
    ("vec", '\u{20d7}'),
    ("overrightarrow", '\u{20d7}'),
    ("underline", '\u{332}'),
    ("underbar", '\u{331}'),
    ("dddot", '\u{20db}'),
    ("not", '\u{338}'),
];

/// The combining character of an accent of text.
pub(super) fn accent(name: &str) -> Option<char> {
    ACCENTS.iter().find(|(accent, _)| *accent == name).map(|(_, mark)| *mark)
}

/// The command that puts this combining character on a letter.
pub(super) fn accent_command(mark: char) -> Option<&'static str> {
    ACCENTS.iter().find(|(_, found)| *found == mark).map(|(accent, _)| *accent)
}

/// The combining character of an accent of mathematics.
pub(super) fn math_accent(name: &str) -> Option<char> {
    MATH_ACCENTS.iter().find(|(accent, _)| *accent == name).map(|(_, mark)| *mark)
}

/// The command that puts this combining character on a symbol.
pub(super) fn math_accent_command(mark: char) -> Option<&'static str> {
    MATH_ACCENTS.iter().find(|(name, found)| *found == mark && *name != "not").map(|(name, _)| *name)
}

/// `text` with an accent on its first letter; an accent on nothing stands for itself.
pub(super) fn accented(text: &str, mark: char) -> String {
    let text = text.trim_start();
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return spacing(mark).to_owned() };
    if !first.is_alphanumeric() && first <= '\u{ff}' && mark != '\u{338}' {
        return text.to_owned();
    }
    let is_below = matches!(mark, '\u{323}' | '\u{327}' | '\u{328}' | '\u{331}' | '\u{332}');
    let base = match first {
        'ı' if !is_below => 'i',
        'ȷ' if !is_below => 'j',
        other => other,
    };
    match compose(base, mark) {
        Some(composed) => format!("{composed}{}", characters.as_str()),
        None => format!("{base}{mark}{}", characters.as_str()),
    }
}

fn spacing(mark: char) -> &'static str {
    match mark {
        '\u{300}' => "`",
        '\u{301}' => "´",
        '\u{302}' => "^",
        '\u{303}' => "~",
        '\u{304}' => "¯",
        '\u{308}' => "¨",
        _ => "",
    }
}

/// `text` raised, if all of it can be.
pub(in crate::paper::clean) fn superscript(text: &str) -> Option<String> {
    mapped(text, |c| lookup(RAISED, c).or_else(|| lookup(SUPERSCRIPTS, c)))
}

/// `text` lowered, if all of it can be.
pub(in crate::paper::clean) fn subscript(text: &str) -> Option<String> {
    mapped(text, |c| lookup(SUBSCRIPTS, c))
}

/// The character that this is the superscript of.
pub(super) fn raised_character(c: char) -> Option<char> {
    reverse(SUPERSCRIPTS, c)
}

/// The character that this is the subscript of.
pub(super) fn lowered_character(c: char) -> Option<char> {
    reverse(SUBSCRIPTS, c)
}

/// A double-struck capital or digit.
pub(super) fn double_struck(c: char) -> char {
    let offset = |first: char, base: u32| char::from_u32(base + c as u32 - first as u32);
    let found = lookup(DOUBLE_STRUCK, c).or_else(|| match c {
        'A'..='Z' => offset('A', 0x1d538),
        'a'..='z' => offset('a', 0x1d552),
        '0'..='9' => offset('0', 0x1d7d8),
        _ => None,
    });
    found.unwrap_or(c)
}

/// The letter or digit that this is the double-struck form of.
pub(super) fn plain_of_double_struck(c: char) -> Option<char> {
    ('A'..='Z').chain('a'..='z').chain('0'..='9').find(|plain| double_struck(*plain) == c).filter(|_| !c.is_ascii())
}

fn mapped(text: &str, map: impl Fn(char) -> Option<char>) -> Option<String> {
    text.trim().chars().map(map).collect()
}

fn lookup(pairs: &str, wanted: char) -> Option<char> {
    let mut characters = pairs.chars();
    while let (Some(from), Some(to)) = (characters.next(), characters.next()) {
        if from == wanted {
            return Some(to);
        }
    }
    None
}

fn reverse(pairs: &str, wanted: char) -> Option<char> {
    let mut characters = pairs.chars();
    while let (Some(from), Some(to)) = (characters.next(), characters.next()) {
        if to == wanted {
            return Some(from);
        }
    }
    None
}
