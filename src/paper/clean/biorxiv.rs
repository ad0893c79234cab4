//! Removes tokens that the interfaces of bioRxiv and medRxiv leave in abstracts, in place of small capitals, lists,
//! headings and figures. `O_` begins an element and `C_` ends it. No documentation of the tokens was found.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::paper::patterns::compiled;

/// A token that begins an element, followed anywhere by a token that ends one. `GO_LIST` is a word, not a token.
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"(?s)(?:O_SCP|(?:^|[^A-Z])O_(?:ST_ABS|TEXTBOX|LI|UL|OL|QD|INLINEFIG|FIG|TBL)).*C_[A-Z]")
});

/// A figure or a table. All its text is removed, because it is only the text of a link.
static PICTURE: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?s)O_(?:FIG|TBL).*?C_(?:FIG|TBL)"));

/// Any other token.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"[OC]_(?:(?<inline>SCPLOW|SCPCAP|INLINEFIG)|(?<heading>ST_ABS)|TEXTBOX|LI|UL|OL|QD|FIG|TBL)")
});

pub(super) fn without_tokens(text: &str) -> Cow<'_, str> {
    if !text.contains("O_") || !PAIR.is_match(text) {
        return text.into();
    }
    let pictureless = PICTURE.replace_all(text, " ");
    let bare = TOKEN.replace_all(&pictureless, |token: &Captures| {
        let closes_heading = token.name("heading").is_some() && token[0].starts_with('C');
        match token.name("inline") {
            Some(_) => "",
            None if closes_heading => ": ",
            None => " ",
        }
    });
    bare.into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_tokens_are_removed_and_figures_with_their_text() {
        for (text, expected) in [
            ("O_SCPCAPAC_SCPCAPpis O_SCPLOWMELLIFERAC_SCPLOW", "Apis MELLIFERA"),
            ("O_LIBees hum.C_LIO_LIWasps sting.C_LI", " Bees hum.  Wasps sting. "),
            ("O_ST_ABSBackgroundC_ST_ABSBees hum.", " Background: Bees hum."),
            ("Hum. O_FIG O_LINKSMALLFIG WIDTH=200 SRC=\"a.gif\"> View larger version C_FIG Sting.", "Hum.   Sting."),
        ] {
            assert_eq!(without_tokens(text), expected);
        }
    }

    #[test]
    fn words_that_look_like_tokens_are_kept() {
        for text in ["GO_LIST and C_LIB", "UNC_LI", "O_ and C_", "_", "the field_FIG"] {
            assert_eq!(without_tokens(text), text);
        }
    }
}
