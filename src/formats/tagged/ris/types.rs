//! The types of RIS, their kinds in BibLaTeX, and which tags change their meaning with the type.
//!
//! The codes are those of the
//! [specification of 2001](https://web.archive.org/web/20120526103719/http://refman.com/support/risformat_intro.asp),
//! of [EndNote's and Reference Manager's revision of 2011](https://en.wikipedia.org/wiki/RIS_(file_format)), and a few
//! that no specification has.

use Shape::{Article, Book, Conference, Other, Part, Patent, Report, Thesis};

/// The meaning of the tags in works of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Shape {
    /// `T2` is the journal.
    Article,
    /// `T2` is the book, `A2` its editor, `T3` the series.
    Part,
    /// `T2` is the conference, `C3` the proceedings, `T3` the series.
    Conference,
    /// `T2` is the series, `BT` the title, `SP` the number of pages.
    Book,
    /// `PB` is the university, `M3` the kind of thesis, `SP` the number of pages.
    Thesis,
    /// `PB` is the institution, `SN` the number, `T2` the series.
    Report,
    /// `SN` is the number, `PB` the holder.
    Patent,
    /// `T2` is the title of the larger work that contains this one. `A2` is not its editor.
    Other,
}

/// A type of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) struct Type {
    /// The code that is written to RIS.
    pub code: &'static str,
    /// The kind in BibLaTeX.
    pub kind: &'static str,
    pub shape: Shape,
}

/// Kinds, codes and shapes. The codes of a row are read as its first kind; a kind is written as the first code of the
/// first row that has it.
#[rustfmt::skip]
const TYPES: &[(&str, &str, Shape)] = &[
    ("article suppperiodical review", "JOUR ABST EJOUR INPR MGZN NEWS ARTICLE JOURNAL", Article),
    ("periodical", "JFULL", Article),
    ("inproceedings conference", "CONF CPAPER CONFERENCE", Conference),
    ("incollection inbook bookinbook suppbook suppcollection", "CHAP ECHAP", Part),
    ("inreference", "ENCYC DICT", Part),
    ("book mvbook manual reference", "BOOK EBOOK CLSWK ANCIENT CTLG SER", Book),
    ("collection mvcollection proceedings mvproceedings mvreference", "EDBOOK", Book),
    ("booklet", "PAMP", Book),
    ("thesis", "THES THESIS", Thesis),
    ("report techreport", "RPRT GOVDOC REPORT", Report),
    ("standard", "STAND", Report),
    ("online", "ELEC WEB BLOG", Part),
    ("online", "ICOMM", Other),
    ("online", "PREPRINT", Article),
    ("dataset", "DATA AGGR DBASE", Other),
    ("software", "COMP", Other),
    ("unpublished", "UNPB UNPD MANSCPT", Part),
    ("unpublished", "SLIDE", Other),
    ("patent", "PAT", Patent),
    ("legislation", "STAT BILL UNBILL", Other),
    ("jurisdiction", "CASE", Other),
    ("legal", "LEGAL HEAR", Other),
    ("letter", "PCOMM", Other),
    ("audio", "SOUND POD PODCAST", Other),
    ("music", "MUSIC", Other),
    ("video", "VIDEO ADVS MULTI TVBROADCAST", Other),
    ("movie", "MPCT", Other),
    ("artwork", "ART", Other),
    ("image", "FIGURE CHART EQUA", Other),
    ("misc", "GEN PRESS", Part),
    ("misc", "MAP GRANT GRNT INTV", Other),
];

const UNKNOWN: Type = Type { code: "GEN", kind: "misc", shape: Part };

/// Returns the type with this code; an unknown code is a generic work.
pub(in crate::formats) fn by_code(code: &str) -> Type {
    found(|_, codes| codes.split(' ').any(|known| known.eq_ignore_ascii_case(code)))
}

/// Returns the type under which works of this kind are written.
pub(in crate::formats) fn by_kind(kind: &str) -> Type {
    found(|kinds, _| kinds.split(' ').any(|known| known == kind))
}

fn found(is_wanted: impl Fn(&str, &str) -> bool) -> Type {
    let first = |words: &'static str| words.split(' ').next().unwrap_or_default();
    let row = TYPES.iter().find(|(kinds, codes, _)| is_wanted(kinds, codes));
    row.map_or(UNKNOWN, |&(kinds, codes, shape)| Type { code: first(codes), kind: first(kinds), shape })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_one_kind_and_each_kind_has_a_code() {
        let codes: Vec<&str> = TYPES.iter().flat_map(|(_, codes, _)| codes.split(' ')).collect();
        assert_eq!(codes.iter().collect::<std::collections::HashSet<_>>().len(), codes.len());
        for kind in TYPES.iter().filter_map(|(kinds, ..)| kinds.split(' ').next()) {
            assert_eq!(by_kind(kind).kind, kind);
        }
        assert_eq!((by_code("jour").kind, by_code("XYZ").kind), ("article", "misc"));
        assert_eq!((by_kind("inbook").code, by_kind("").code), ("CHAP", "GEN"));
    }
}
