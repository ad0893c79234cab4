//! Reads formats whose lines begin with a tag. A field has one or more lines.
//!
//! `records` reads the lines of every format into fields, and `table` moves the fields into a `Record`. The module of a
//! format classifies its lines and has a table of its tags. `dates`, `names` and `numbers` read values.

mod dates;
pub(super) mod enw;
mod names;
pub(super) mod nbib;
mod numbers;
pub(super) mod ovid;
mod records;
pub(super) mod refworks;
pub(super) mod ris;
mod table;
pub(super) mod wos;

use records::Dialect;

use super::format::Format;
use super::input::Input;
use super::output::Output;
use crate::Result;

/// Reads a whole file in one of these formats. A `format` that is not one of them is read as RIS.
pub(super) fn read(format: Format, input: &mut Input, output: &mut Output) -> Result<()> {
    let dialect: &mut dyn Dialect = match format {
        Format::Nbib => &mut nbib::Medline,
        Format::Enw => &mut enw::Refer,
        Format::Wos => &mut wos::WebOfScience,
        Format::Refworks => &mut refworks::RefWorks,
        Format::Ovid => &mut ovid::Ovid::default(),
        _ => &mut ris::Ris { gap: 2 },
    };
    records::read(input, output, dialect)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::formats::Format;
    use crate::formats::tests::read_reader;

    proptest! {
        #[test]
        fn text_with_tags_never_causes_a_panic(
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
