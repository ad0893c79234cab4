//! Decides which parts of a text are LaTeX: a dollar sign may also be a currency, and a backslash part of a path.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::char::compose;

use super::effects::is_known;
use super::scripts;
use crate::paper::patterns::compiled;

/// The greatest length of a formula. If two dollars are farther apart, the text between them is not a formula.
const MAX_FORMULA_BYTES: usize = 2000;

/// The greatest number of bytes that are searched for the letter under an accent, with its braces: regular expressions
/// are slow on long texts.
const MAX_LETTER_BYTES: usize = 32;

/// The length of the formula at the start of `text`, without its dollars; `None` if the text up to the next dollars is
/// not a formula. `fence` is the number of dollars on each side. `is_doubtful` makes the test stricter, for a text that
/// may not be LaTeX.
pub(super) fn formula(text: &str, fence: usize, is_doubtful: bool) -> Option<usize> {
    static CONTENT: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?s)^(?:[^\\$]|\\.)*"));
    let inside = &text[fence..];
    let end = CONTENT.find(&inside[..inside.floor_char_boundary(MAX_FORMULA_BYTES)])?.end();
    let (content, behind) = inside.split_at(end);
    let behind = behind.strip_prefix(&text[..fence])?.chars().next();
    looks_like_mathematics(content, behind, is_doubtful).then_some(content.len())
}

/// As [`formula`], for a formula between `\(` and `\)` or between `\[` and `\]`.
pub(super) fn bracketed_formula(text: &str, open: char, is_doubtful: bool) -> Option<usize> {
    let inside = &text[2..];
    let close = if open == '(' { b')' } else { b']' };
    let pairs = inside.as_bytes().windows(2).take(MAX_FORMULA_BYTES);
    let end = pairs.take_while(|pair| *pair != [b'\\', b'(']).position(|pair| *pair == [b'\\', close])?;
    let content = &inside[..end];
    (!is_doubtful || looks_like_mathematics(content, None, true)).then_some(end)
}

/// Whether the text between two dollars is a formula; `behind` is the character after the second dollar.
fn looks_like_mathematics(content: &str, behind: Option<char>, is_doubtful: bool) -> bool {
    let trimmed = content.trim();
    if trimmed.is_empty() || content.contains("\n\n") {
        return false;
    }
    let words =
        trimmed.split_whitespace().filter(|word| word.len() > 1 && word.chars().all(char::is_alphabetic)).count();
    if trimmed.contains(['\\', '^', '_']) {
        return words < 8 || !is_doubtful;
    }
    // As in Pandoc, a formula has no space just inside its dollars and no digit after them: "$5-$10" is money.
    let is_tight = trimmed.len() == content.len() && !behind.is_some_and(|c| c.is_ascii_digit());
    let is_amount = trimmed.starts_with(|c: char| c.is_ascii_digit()) && words > 0;
    let is_cut = trimmed.ends_with([':', '/', ',', ';', '(']) || trimmed.starts_with([')', ',', ';']);
    if is_tight {
        return words <= 3 && !is_amount && !is_cut;
    }
    let has_relation = trimmed.contains(['=', '<', '>', '+']);
    let is_variable = !trimmed.contains(char::is_whitespace) && trimmed.starts_with(char::is_alphabetic);
    let is_short = words <= usize::from(has_relation) && trimmed.len() <= 100;
    is_short && !is_amount && !is_cut && (has_relation || is_variable)
}

/// Whether the backslash at `at` and the sign after it are an accent, as in `\'e`. `\'` and `\"` may also be escaped
/// quotation marks.
pub(super) fn is_sign_accent(text: &str, at: usize) -> bool {
    let mut characters = text[at + 1..].chars();
    let Some(sign) = characters.next() else { return false };
    let after = characters.as_str();
    let Some(mark) = scripts::accent(sign.encode_utf8(&mut [0; 4])) else { return false };
    let Some(letter) = accented_letter(after) else { return false };
    if after.starts_with(['{', '\\']) || text[..at].ends_with('{') && after[1..].starts_with('}') {
        return true;
    }
    let is_in_word = text[..at].ends_with(char::is_alphabetic);
    let tail: String = after.chars().take_while(|c| c.is_alphabetic()).take(3).collect();
    // Programming languages escape quotation marks in this way: `it\'s`, `\"word`.
    let is_apostrophe = sign == '\'' && is_in_word && matches!(&*tail, "s" | "t" | "ll" | "re" | "ve" | "d" | "m");
    let is_escaped_quote = sign == '"' && !is_in_word && !letter.is_uppercase();
    compose(letter, mark).is_some() && !is_apostrophe && !is_escaped_quote
}

/// The letter under an accent, if `text` begins with a letter: `a`, `{a}`, `\i`, `{\i}`. `\index` does not match,
/// because it is another command than `\i`.
fn accented_letter(text: &str) -> Option<char> {
    static LETTER: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"^(?:([A-Za-z])|\{([A-Za-z])\s*\}|\\([ij])(?:[^A-Za-z]|$)|\{\\([ij])\s*\})"));
    let found = LETTER.captures(&text[..text.floor_char_boundary(MAX_LETTER_BYTES)])?;
    found.iter().skip(1).flatten().next()?.as_str().chars().next()
}

/// Whether the command with which `text` begins, such as `\c` or `\v`, is an accent.
pub(super) fn is_letter_accent(text: &str) -> bool {
    let Some(name) = text.get(1..2) else { return false };
    let Some(mark) = scripts::accent(name) else { return false };
    let after = &text[2..];
    let letter = accented_letter(after.trim_start_matches(' '));
    match letter {
        Some(_) if after.starts_with('{') => true,
        // `\r a` and `\b a` are more likely escape sequences of a programming language.
        Some(letter) if after.starts_with(' ') => {
            matches!(name, "c" | "v" | "u" | "H" | "k") && compose(letter, mark).is_some()
        }
        _ => false,
    }
}

/// Whether a group begins with LaTeX: `{\"o}`, `{\em word}`, `{\ss}`. `inside` is all text after its opening brace.
pub(super) fn is_latex_group(inside: &str) -> bool {
    let Some(command) = inside.strip_prefix('\\') else { return false };
    let name = &command[..command.bytes().take_while(u8::is_ascii_alphabetic).count()];
    match name.len() {
        0 => {
            is_sign_accent(inside, 0) || {
                let sign = command.get(..1).filter(|sign| scripts::accent(sign).is_some());
                // Between braces, `\"o` is certainly an accent.
                sign.is_some() && accented_letter(&command[1..]).is_some() && command.get(2..3) == Some("}")
            }
        }
        1 => is_letter_accent(inside) || is_known(name),
        _ => is_known(name),
    }
}

/// Whether a backslash after `before` continues a path: `C:\`, `\\server\`.
pub(super) fn is_path(before: &str) -> bool {
    let mut last = before.chars().rev();
    match last.next() {
        Some(':') => {
            last.next().is_some_and(|c| c.is_ascii_alphabetic()) && !last.next().is_some_and(char::is_alphabetic)
        }
        Some('\\') => true,
        _ => false,
    }
}
