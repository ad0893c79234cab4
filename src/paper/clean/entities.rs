//! Entities of HTML and XML ([list](https://html.spec.whatwg.org/multipage/named-characters.html)), escaped once or
//! many times.

use std::borrow::Cow;

/// The longest entity is `&CounterClockwiseContourIntegral;`.
const MAX_NAME: usize = 32;

/// What an ampersand is escaped to; a text that went through many hands has `&amp;amp;lt;`.
const AMPERSANDS: [&str; 4] = ["amp;", "#38;", "#x26;", "AMP;"];

/// Greek letters of [ISO 8879](https://www.w3.org/2003/entities/2007/isogrk1.ent), which databases of the age of SGML
/// still have and HTML does not.
const GREEK: [(&str, &str); 24] = [
    ("agr", "α"),
    ("bgr", "β"),
    ("ggr", "γ"),
    ("dgr", "δ"),
    ("egr", "ε"),
    ("zgr", "ζ"),
    ("eegr", "η"),
    ("thgr", "θ"),
    ("igr", "ι"),
    ("kgr", "κ"),
    ("lgr", "λ"),
    ("mgr", "μ"),
    ("ngr", "ν"),
    ("xgr", "ξ"),
    ("ogr", "ο"),
    ("pgr", "π"),
    ("rgr", "ρ"),
    ("sgr", "σ"),
    ("tgr", "τ"),
    ("ugr", "υ"),
    ("phgr", "φ"),
    ("khgr", "χ"),
    ("psgr", "ψ"),
    ("ohgr", "ω"),
];

/// Entities to what they stand for. Only with the semicolon: without it `gene&region` would hold `&reg`.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        let mut inner = &from[1..];
        while let Some(shorter) = AMPERSANDS.iter().find_map(|name| inner.strip_prefix(name)) {
            inner = shorter;
        }
        let length = name_length(inner);
        let character = length.and_then(|length| character(&inner[..length]));
        decoded.push_str(before);
        match (character, length) {
            (Some(character), Some(length)) => {
                decoded.push_str(&character);
                inner = &inner[length..];
            }
            _ => decoded.push('&'),
        }
        rest = inner;
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// What an entity stands for, by its name with the semicolon.
fn character(name: &str) -> Option<Cow<'static, str>> {
    let greek = GREEK.iter().find(|(letter, _)| name.strip_suffix(';') == Some(*letter));
    if let Some((_, letter)) = greek {
        return Some(Cow::Borrowed(letter));
    }
    let decoded = htmlize::unescape(format!("&{name}"));
    (!decoded.starts_with('&')).then(|| Cow::Owned(decoded.into_owned()))
}

/// How long the name of an entity at the start of `text` is, with its semicolon.
fn name_length(text: &str) -> Option<usize> {
    let end = text.bytes().take(MAX_NAME).position(|byte| byte == b';')?;
    let name = &text.as_bytes()[..end];
    let is_name = match name {
        [b'#', b'x' | b'X', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit),
        [b'#', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        [first, ..] => first.is_ascii_alphabetic() && name.iter().all(u8::is_ascii_alphanumeric),
        [] => false,
    };
    is_name.then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_however_often_they_were_escaped() {
        for (text, expected) in [
            ("Bees &amp; wasps", "Bees & wasps"),
            ("&lt;p&gt;", "<p>"),
            ("Andr&eacute; Andr&#233; Andr&#xE9;", "André André André"),
            ("&amp;lt;p&amp;amp;gt; &#38;eacute;", "<p> é"),
            ("&amp;amp;amp; &hellip;", "& …"),
            ("&#150;", "–"),
            ("TNF&agr;", "TNFα"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_entity_stays() {
        for text in ["R&D; Q&A", "gene&region", "&unheard;", "&;", "&#;", "a & b; c", "&", "&#xg;"] {
            assert_eq!(decoded(text), text);
        }
    }
}
