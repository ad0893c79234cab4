//! The tokens that bioRxiv's and medRxiv's interfaces leave where the page had small capitals, lists, headings and
//! figures: `O_` opens, `C_` closes. They are known from use: no documentation
//! of them was found.

use std::borrow::Cow;

/// What a token marks.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    /// Small capitals, within a word.
    Letters,
    /// An item of a list, a list, a quotation.
    Block,
    /// The heading of a section.
    Heading,
    /// A figure or a table: all of it goes, it is the text of a link.
    Picture,
}

/// Longer names before those that they begin with.
const TOKENS: [(&str, Mark); 11] = [
    ("SCPLOW", Mark::Letters),
    ("SCPCAP", Mark::Letters),
    ("ST_ABS", Mark::Heading),
    ("TEXTBOX", Mark::Block),
    ("LI", Mark::Block),
    ("UL", Mark::Block),
    ("OL", Mark::Block),
    ("QD", Mark::Block),
    ("INLINEFIG", Mark::Letters),
    ("FIG", Mark::Picture),
    ("TBL", Mark::Picture),
];

/// Only tokens that open and close: `GO_LIST` is a word.
pub(super) fn without_tokens(text: &str) -> Cow<'_, str> {
    let known: Vec<_> =
        TOKENS.into_iter().filter_map(|(name, mark)| Some((name, mark, last_close(text, name)?))).collect();
    if known.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_").filter(|at| *at > 0) {
        let opens = rest.as_bytes()[at - 1] == b'O';
        let name = &rest[at + 1..];
        let token = known.iter().find(|(known, ..)| name.starts_with(known));
        let (Some((known, mark, last_close)), true) = (token, opens || rest.as_bytes()[at - 1] == b'C') else {
            bare.push_str(&rest[..=at]);
            rest = name;
            continue;
        };
        bare.push_str(&rest[..at - 1]);
        rest = &name[known.len()..];
        match (mark, opens) {
            (Mark::Letters, _) => {}
            (Mark::Block, _) | (Mark::Heading, true) => bare.push(' '),
            (Mark::Heading, false) => bare.push_str(": "),
            (Mark::Picture, opens) => {
                bare.push(' ');
                // Behind the last that closes there is none to be found.
                if opens && text.len() - rest.len() <= *last_close {
                    let close = ["C_", known].concat();
                    rest = rest.split_once(&close).map_or("", |(_, after)| after);
                }
            }
        }
    }
    bare.push_str(rest);
    Cow::Owned(bare)
}

/// Where the token closes for the last time, if it opens before and is no end of a word in capitals.
fn last_close(text: &str, name: &str) -> Option<usize> {
    let open = text.find(&["O_", name].concat())?;
    if text[..open].ends_with(|c: char| c.is_ascii_uppercase()) && !name.starts_with("SCP") {
        return None;
    }
    text.rfind(&["C_", name].concat()).filter(|close| *close > open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_pair_go_with_what_they_mark() {
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
    fn words_that_look_like_tokens_stay() {
        for text in ["GO_LIST and C_LIB", "UNC_LI", "O_ and C_", "_", "the field_FIG"] {
            assert_eq!(without_tokens(text), text);
        }
    }
}
