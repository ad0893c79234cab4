//! Superscripts, subscripts, accents and double-struck letters.

use unicode_normalization::char::compose;

/// Characters, each followed by its superscript. Other superscripts of Unicode are missing here, because few fonts have
/// them.
const SUPERSCRIPTS: &str = "0⁰1¹2²3³4⁴5⁵6⁶7⁷8⁸9⁹+⁺-⁻=⁼(⁽)⁾aᵃbᵇcᶜdᵈeᵉfᶠgᵍhʰiⁱjʲkᵏlˡmᵐnⁿoᵒpᵖrʳsˢtᵗuᵘvᵛwʷxˣyʸzᶻAᴬBᴮDᴰEᴱGᴳHᴴIᴵJᴶKᴷLᴸMᴹNᴺOᴼPᴾRᴿTᵀUᵁVⱽWᵂβᵝγᵞδᵟθᶿφᵠχᵡ";

/// Characters, each followed by its subscript.
const SUBSCRIPTS: &str = "0₀1₁2₂3₃4₄5₅6₆7₇8₈9₉+₊-₋=₌(₍)₎aₐeₑhₕiᵢjⱼkₖlₗmₘnₙoₒpₚrᵣsₛtₜuᵤvᵥxₓβᵦγᵧρᵨφᵩχᵪ";

/// Signs that formulas have as superscripts (`30^\circ`), each followed by the character that replaces the superscript.
const RAISED: &str = "∘°′′″″**∗*††‡‡";

/// Letters whose double-struck form is not in the Unicode block of double-struck letters, each followed by that form.
const DOUBLE_STRUCK: &str = "CℂHℍNℕPℙQℚRℝZℤ";

/// Combining characters, each with its command in text and its commands in mathematics. relata writes the first command
/// for mathematics.
#[rustfmt::skip]
const ACCENTS: [(char, &str, &[&str]); 22] = [
    ('\u{300}', "`", &["grave"]), ('\u{301}', "'", &["acute"]), ('\u{302}', "^", &["hat", "widehat"]),
    ('\u{303}', "~", &["tilde", "widetilde"]), ('\u{304}', "=", &["bar", "overline"]), ('\u{307}', ".", &["dot"]),
    ('\u{308}', "\"", &["ddot"]), ('\u{306}', "u", &["breve"]), ('\u{30a}', "r", &["mathring"]), ('\u{30b}', "H", &[]),
    ('\u{30c}', "v", &["check", "widecheck"]), ('\u{309}', "h", &[]), ('\u{323}', "d", &[]), ('\u{327}', "c", &[]),
    ('\u{328}', "k", &[]), ('\u{331}', "b", &["underbar"]), ('\u{30f}', "G", &[]), ('\u{361}', "t", &[]),
    ('\u{20d7}', "", &["vec", "overrightarrow"]), ('\u{332}', "", &["underline"]), ('\u{20db}', "", &["dddot"]),
    ('\u{338}', "", &["not"]),
];

/// The combining character for the name of an accent in text.
pub(super) fn accent(name: &str) -> Option<char> {
    ACCENTS.iter().find(|(_, text, _)| *text == name && !name.is_empty()).map(|(mark, ..)| *mark)
}

/// The command that puts this combining character on a letter.
pub(super) fn accent_command(mark: char) -> Option<&'static str> {
    ACCENTS.iter().find(|(known, text, _)| *known == mark && !text.is_empty()).map(|(_, text, _)| *text)
}

/// The combining character for the name of an accent in mathematics.
pub(super) fn math_accent(name: &str) -> Option<char> {
    ACCENTS.iter().find(|(.., math)| math.contains(&name)).map(|(mark, ..)| *mark)
}

/// The command that puts this combining character on a symbol.
pub(super) fn math_accent_command(mark: char) -> Option<&'static str> {
    let (.., math) = ACCENTS.iter().find(|(known, ..)| *known == mark)?;
    math.first().copied().filter(|name| *name != "not")
}

/// Whether an accent on this character is kept when LaTeX is read. Punctuation, such as a colon, loses it.
pub(super) fn takes_accent(c: char) -> bool {
    c.is_alphanumeric() || c > '\u{ff}'
}

/// `text` with an accent on its first letter. An accent on an empty text becomes a spacing character.
pub(super) fn accented(text: &str, mark: char) -> String {
    let text = text.trim_start();
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return spacing(mark).to_owned() };
    if !takes_accent(first) && mark != '\u{338}' {
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

/// `text` as superscript characters; `None` if one of its characters has no superscript.
pub(in crate::paper::clean) fn superscript(text: &str) -> Option<String> {
    text.trim().chars().map(|c| right_of(RAISED, c).or_else(|| right_of(SUPERSCRIPTS, c))).collect()
}

/// `text` as subscript characters; `None` if one of its characters has no subscript.
pub(in crate::paper::clean) fn subscript(text: &str) -> Option<String> {
    text.trim().chars().map(|c| right_of(SUBSCRIPTS, c)).collect()
}

/// The character whose superscript is `c`.
pub(super) fn raised_character(c: char) -> Option<char> {
    left_of(SUPERSCRIPTS, c)
}

/// The character whose subscript is `c`.
pub(super) fn lowered_character(c: char) -> Option<char> {
    left_of(SUBSCRIPTS, c)
}

/// The double-struck form of a letter or digit. Other characters are returned unchanged.
pub(super) fn double_struck(c: char) -> char {
    let shifted = |first: char, block: u32| char::from_u32(block + c as u32 - first as u32);
    let found = right_of(DOUBLE_STRUCK, c).or_else(|| match c {
        'A'..='Z' => shifted('A', 0x1d538),
        'a'..='z' => shifted('a', 0x1d552),
        '0'..='9' => shifted('0', 0x1d7d8),
        _ => None,
    });
    found.unwrap_or(c)
}

/// The letter or digit whose double-struck form is `c`.
pub(super) fn plain_of_double_struck(c: char) -> Option<char> {
    ('A'..='Z').chain('a'..='z').chain('0'..='9').find(|plain| double_struck(*plain) == c).filter(|_| !c.is_ascii())
}

fn pairs(table: &str) -> impl Iterator<Item = (char, char)> {
    table.chars().step_by(2).zip(table.chars().skip(1).step_by(2))
}

fn right_of(table: &str, wanted: char) -> Option<char> {
    pairs(table).find(|(left, _)| *left == wanted).map(|(_, right)| right)
}

fn left_of(table: &str, wanted: char) -> Option<char> {
    pairs(table).find(|(_, right)| *right == wanted).map(|(left, _)| left)
}
