//! Formats with a tag at the start of each line, one field to a line or a few.
//!
//! `records` gathers the fields of a record and reads every format's file; each format says what a line of it is
//! ([`records::Syntax`]) and what the fields mean. `dates`, `names` and `numbers` read what stands in them.

mod dates;
pub(super) mod enw;
mod names;
pub(super) mod nbib;
mod numbers;
pub(super) mod ovid;
pub(super) mod records;
pub(super) mod refworks;
pub(super) mod ris;
pub(super) mod wos;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::formats::Format;
    use crate::formats::tests::read_reader;

    proptest! {
        #[test]
        fn no_text_with_tags_makes_a_format_panic(
            pieces in proptest::collection::vec(
                "TY  - JOUR|ER  - |PMID- |OWN - NLM|%0 Book|%T |PT J|ER|RT Journal|<1\\. >|Title|AU  - |AB  - |SN  - |DP  - |SO  - |\
                 M2  - |AU |A1 |%A |%@ |\n|\n\n|   |[a-zé中\u{2013}\u{feff}]{1,3}|[0-9X-]{1,13}|, |; |: |\\]\\. |\\. |\\(|\\[Editor|Jan|\\{",
                0..60,
            )
        ) {
            let text = pieces.concat();
            for format in [Format::Ris, Format::Nbib, Format::Enw, Format::Wos, Format::Refworks, Format::Ovid].map(Some) {
                let _ = read_reader(text.as_bytes(), "a", format);
            }
            let _ = read_reader(text.as_bytes(), "a", None);
        }
    }
}
