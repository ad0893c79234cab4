//! Writes LaTeX that pdfTeX can typeset, except for characters that are missing from its default encodings.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::scripts;
use super::symbols::{Symbol, command};

/// The most accents of a letter that are written as commands. No language has more than four. A letter with more of
/// them is written as it is, since commands in commands would take time and memory without bounds.
const MAX_MARKS: usize = 8;

/// `text` in LaTeX; [`from_latex`](super::from_latex) turns it back into the same text.
///
/// Escapes characters with a special meaning in LaTeX. Letters and signs of Latin-1 are not changed, since LaTeX can
/// read them in UTF-8. Other accented Latin letters, dashes, quotation marks, super- and subscripts, Greek letters and
/// mathematical symbols become commands. Characters without a command, such as those of other writing systems, are not
/// changed. Some symbols need the package `amssymb`.
pub(crate) fn to_latex(text: &str) -> String {
    written(text, |c| !matches!(c, '\u{80}'..='\u{bf}' | '×' | '÷') && c <= 'ÿ' || is_sign_of_latin_1(c))
}

/// Like [`to_latex`], but letters of Latin-1 become commands too, because BibTeX cuts names by bytes.
pub(crate) fn to_latex_in_ascii(text: &str) -> String {
    written(text, |c| c.is_ascii())
}

fn is_sign_of_latin_1(c: char) -> bool {
    matches!(c, '\u{a1}'..='\u{bf}') && !matches!(c, '¹' | '²' | '³')
}

fn written(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let characters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < characters.len() {
        let c = characters[at];
        let marks =
            characters[at + 1..].iter().take(MAX_MARKS + 1).take_while(|mark| is_combining_mark(**mark)).count();
        let (piece, taken) = match c {
            _ if (1..=MAX_MARKS).contains(&marks)
                && let Some(letter) = letter_with_marks(&characters[at..=at + marks]) =>
            {
                (letter, 1 + marks)
            }
            c if c.is_ascii() => (escaped(c).map_or_else(|| c.to_string(), str::to_owned), 1),
            c if stays(c) => (c.to_string(), 1),
            c if scripts::raised_character(c).is_some() => {
                script(&characters[at..], "textsuperscript", scripts::raised_character)
            }
            c if scripts::lowered_character(c).is_some() => {
                script(&characters[at..], "textsubscript", scripts::lowered_character)
            }
            c if is_greek(c) => greek(&characters[at..]),
            c => (beyond_ascii(c), 1),
        };
        join(&mut out, &piece);
        at += taken;
    }
    out
}

/// Appends a piece so that it forms no ligature with the text before it.
fn join(out: &mut String, piece: &str) {
    let (Some(last), Some(first)) = (out.chars().next_back(), piece.chars().next()) else {
        return out.push_str(piece);
    };
    let is_ligature = match first {
        '-' | '\'' => last == first,
        '`' => matches!(last, '`' | '?' | '!'),
        _ => false,
    };
    if is_ligature {
        out.push_str("{}");
    }
    out.push_str(piece);
}

/// The command for a character with a special meaning in LaTeX.
fn escaped(c: char) -> Option<&'static str> {
    Some(match c {
        '\\' => "\\textbackslash{}",
        '{' => "\\textbraceleft{}",
        '}' => "\\textbraceright{}",
        '~' => "\\textasciitilde{}",
        '^' => "\\textasciicircum{}",
        '`' => "\\textasciigrave{}",
        '<' => "\\textless{}",
        '>' => "\\textgreater{}",
        '|' => "\\textbar{}",
        '$' => "\\$",
        '%' => "\\%",
        '&' => "\\&",
        '#' => "\\#",
        '_' => "\\_",
        c if c.is_ascii_control() => " ",
        _ => return None,
    })
}

fn beyond_ascii(c: char) -> String {
    match c {
        '–' => return "--".to_owned(),
        '—' => return "---".to_owned(),
        '“' => return "``".to_owned(),
        '”' => return "''".to_owned(),
        '‘' => return "`".to_owned(),
        _ => {}
    }
    if let Some(plain) = scripts::plain_of_double_struck(c) {
        return format!("{{$\\mathbb{{{plain}}}$}}");
    }
    match command(c) {
        Some(Symbol::Text(name)) => return format!("{{\\{name}}}"),
        // In braces, so that BibTeX does not change the case of `\Gamma`.
        Some(Symbol::Math(name)) => return format!("{{$\\{name}$}}"),
        _ => {}
    }
    let decomposed: Vec<char> = std::iter::once(c).nfd().collect();
    let letter = (decomposed.len() > 1).then(|| letter_with_marks(&decomposed)).flatten();
    letter.unwrap_or_else(|| c.to_string())
}

/// A letter with accents; `None` if LaTeX has no command for one of them.
fn letter_with_marks(characters: &[char]) -> Option<String> {
    let decomposed: Vec<char> = characters.iter().copied().nfd().collect();
    let (base, marks) = decomposed.split_first()?;
    let is_known = |mark: &char| scripts::accent_command(*mark).is_some();
    if !base.is_ascii_alphanumeric() || !marks.iter().all(is_known) {
        return symbol_with_accent(*base, marks);
    }
    // LaTeX itself removes the dot under the four accents of Latin-1, and Biber cannot read these accents on a dotless
    // letter.
    let mut written = match (base, marks.first()?) {
        ('i', '\u{303}'..='\u{307}' | '\u{30a}'..='\u{30c}') => "\\i".to_owned(),
        ('j', '\u{303}'..='\u{307}' | '\u{30a}'..='\u{30c}') => "\\j".to_owned(),
        _ => base.to_string(),
    };
    for (at, mark) in marks.iter().enumerate() {
        let accent = scripts::accent_command(*mark)?;
        let is_simple = at == 0 && !accent.chars().all(char::is_alphabetic);
        written = if is_simple { format!("\\{accent}{written}") } else { format!("\\{accent}{{{written}}}") };
    }
    Some(format!("{{{written}}}"))
}

/// A symbol with a mathematical accent.
fn symbol_with_accent(base: char, marks: &[char]) -> Option<String> {
    let [mark] = marks else { return None };
    let accent = scripts::math_accent_command(*mark)?;
    match command(base).filter(|_| scripts::takes_accent(base)) {
        Some(Symbol::Math(name)) => Some(format!("{{$\\{accent}{{\\{name}}}$}}")),
        _ => base.is_ascii_alphanumeric().then(|| format!("{{$\\{accent}{{{base}}}$}}")),
    }
}

/// The command for a run of superscripts or subscripts, and the length of the run.
fn script(characters: &[char], name: &str, plain: impl Fn(char) -> Option<char>) -> (String, usize) {
    let run: Vec<String> = characters
        .iter()
        .map_while(|c| plain(*c))
        .map(|c| if c.is_ascii() { c.to_string() } else { beyond_ascii(c) })
        .collect();
    (format!("{{\\{name}{{{}}}}}", run.concat()), run.len())
}

fn is_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')
}

/// A run of Greek letters in LaTeX, and its length. The letters become symbols if LaTeX has a command for each of them;
/// otherwise the run is a Greek word and stays as it is.
fn greek(characters: &[char]) -> (String, usize) {
    let run: Vec<char> = characters.iter().copied().take_while(|c| is_greek(*c)).collect();
    let is_word = run.iter().any(|c| command(*c).is_none());
    let written = if is_word { run.iter().collect() } else { run.iter().map(|c| beyond_ascii(*c)).collect() };
    (written, run.len())
}
