//! Decodes entities of HTML and XML ([list](https://html.spec.whatwg.org/multipage/named-characters.html)) that were
//! escaped once or several times.

use std::borrow::Cow;

/// The greatest length of a name: the longest entity is `&CounterClockwiseContourIntegral;`.
const MAX_NAME: usize = 32;

/// The names of an escaped ampersand. A text that was escaped several times has several, as in `&amp;amp;lt;`.
const AMPERSANDS: [&str; 4] = ["amp;", "#38;", "#x26;", "AMP;"];

/// Names of Greek letters in [ISO 8879](https://www.w3.org/2003/entities/2007/isogrk1.ent), each before its letter. Old
/// databases still use them, but HTML does not have them.
const GREEK: &str = "agr α bgr β ggr γ dgr δ egr ε zgr ζ eegr η thgr θ igr ι kgr κ lgr λ mgr μ ngr ν xgr ξ ogr ο pgr π \
    rgr ρ sgr σ tgr τ ugr υ phgr φ khgr χ psgr ψ ohgr ω";

/// Decodes entities that end with a semicolon. Without this condition, the `&reg` in `gene&region` is an entity.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
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
    (decoded + rest).into()
}

/// The text of an entity. `name` includes the semicolon.
fn character(name: &str) -> Option<String> {
    let bare = name.strip_suffix(';');
    let mut greek = GREEK.split(' ').skip_while(|word| Some(*word) != bare).skip(1);
    if let Some(letter) = greek.next() {
        return Some(letter.to_owned());
    }
    let decoded = htmlize::unescape(format!("&{name}"));
    (!decoded.starts_with('&')).then(|| decoded.into_owned())
}

/// The length of the entity's name at the start of `text`, with its semicolon.
fn name_length(text: &str) -> Option<usize> {
    let end = text.bytes().take(MAX_NAME).position(|byte| byte == b';')?;
    let name = text[..end].strip_prefix('#').unwrap_or(&text[..end]);
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_even_if_they_were_escaped_several_times() {
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
    fn unknown_entities_are_kept() {
        for text in ["R&D; Q&A", "gene&region", "&unheard;", "&;", "&#;", "a & b; c", "&", "&#xg;"] {
            assert_eq!(decoded(text), text);
        }
    }
}
