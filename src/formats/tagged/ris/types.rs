//! The types of RIS, what they are in BibLaTeX, and which tags change their meaning with them.
//!
//! The codes are those of the
//! [specification of 2001](https://web.archive.org/web/20120526103719/http://refman.com/support/risformat_intro.asp),
//! of [EndNote's and Reference Manager's revision of 2011](https://en.wikipedia.org/wiki/RIS_(file_format)), and a few
//! that only occur in the wild.

/// How the tags of a type are meant.
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
    /// `T2` is what it is part of; second authors are no editors.
    Other,
}

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) struct Type {
    pub code: &'static str,
    pub kind: &'static str,
    pub shape: Shape,
}

const fn of(code: &'static str, kind: &'static str, shape: Shape) -> Type {
    Type { code, kind, shape }
}

/// All types; of several of one kind the first is written.
const TYPES: [Type; 70] = [
    of("JOUR", "article", Shape::Article),
    of("ABST", "article", Shape::Article),
    of("EJOUR", "article", Shape::Article),
    of("INPR", "article", Shape::Article),
    of("MGZN", "article", Shape::Article),
    of("NEWS", "article", Shape::Article),
    of("JFULL", "periodical", Shape::Article),
    of("CONF", "inproceedings", Shape::Conference),
    of("CPAPER", "inproceedings", Shape::Conference),
    of("CHAP", "incollection", Shape::Part),
    of("ECHAP", "incollection", Shape::Part),
    of("ENCYC", "inreference", Shape::Part),
    of("DICT", "inreference", Shape::Part),
    of("BOOK", "book", Shape::Book),
    of("EBOOK", "book", Shape::Book),
    of("CLSWK", "book", Shape::Book),
    of("ANCIENT", "book", Shape::Book),
    of("CTLG", "book", Shape::Book),
    of("SER", "book", Shape::Book),
    of("EDBOOK", "collection", Shape::Book),
    of("PAMP", "booklet", Shape::Book),
    of("THES", "thesis", Shape::Thesis),
    of("RPRT", "report", Shape::Report),
    of("GOVDOC", "report", Shape::Report),
    of("ELEC", "online", Shape::Part),
    of("WEB", "online", Shape::Part),
    of("BLOG", "online", Shape::Part),
    of("ICOMM", "online", Shape::Other),
    of("DATA", "dataset", Shape::Other),
    of("AGGR", "dataset", Shape::Other),
    of("DBASE", "dataset", Shape::Other),
    of("COMP", "software", Shape::Other),
    of("UNPB", "unpublished", Shape::Part),
    of("UNPD", "unpublished", Shape::Part),
    of("MANSCPT", "unpublished", Shape::Part),
    of("SLIDE", "unpublished", Shape::Other),
    of("PAT", "patent", Shape::Patent),
    of("STAND", "standard", Shape::Report),
    of("STAT", "legislation", Shape::Other),
    of("BILL", "legislation", Shape::Other),
    of("UNBILL", "legislation", Shape::Other),
    of("CASE", "jurisdiction", Shape::Other),
    of("LEGAL", "legal", Shape::Other),
    of("HEAR", "legal", Shape::Other),
    of("PCOMM", "letter", Shape::Other),
    of("SOUND", "audio", Shape::Other),
    of("POD", "audio", Shape::Other),
    of("PODCAST", "audio", Shape::Other),
    of("MUSIC", "music", Shape::Other),
    of("VIDEO", "video", Shape::Other),
    of("ADVS", "video", Shape::Other),
    of("MULTI", "video", Shape::Other),
    of("MPCT", "movie", Shape::Other),
    of("TVBROADCAST", "video", Shape::Other),
    of("ART", "artwork", Shape::Other),
    of("FIGURE", "image", Shape::Other),
    of("CHART", "image", Shape::Other),
    of("EQUA", "image", Shape::Other),
    of("GEN", "misc", Shape::Part),
    of("MAP", "misc", Shape::Other),
    of("GRANT", "misc", Shape::Other),
    of("GRNT", "misc", Shape::Other),
    of("PRESS", "misc", Shape::Part),
    of("INTV", "misc", Shape::Other),
    // What programs write that never saw the list.
    of("ARTICLE", "article", Shape::Article),
    of("JOURNAL", "article", Shape::Article),
    of("CONFERENCE", "inproceedings", Shape::Conference),
    of("REPORT", "report", Shape::Report),
    of("THESIS", "thesis", Shape::Thesis),
    of("PREPRINT", "online", Shape::Article),
];

/// What is not in the list.
const UNKNOWN: Type = of("GEN", "misc", Shape::Part);

/// Kinds of BibLaTeX without a type of their own, as the nearest.
const NEAREST: [(&str, &str); 15] = [
    ("inbook", "CHAP"),
    ("bookinbook", "CHAP"),
    ("suppbook", "CHAP"),
    ("suppcollection", "CHAP"),
    ("suppperiodical", "JOUR"),
    ("review", "JOUR"),
    ("mvbook", "BOOK"),
    ("mvcollection", "EDBOOK"),
    ("manual", "BOOK"),
    ("reference", "BOOK"),
    ("proceedings", "EDBOOK"),
    ("mvproceedings", "EDBOOK"),
    ("mvreference", "EDBOOK"),
    ("conference", "CONF"),
    ("techreport", "RPRT"),
];

/// The type with this code; what is no code is [a generic work](UNKNOWN).
pub(in crate::formats) fn by_code(code: &str) -> Type {
    TYPES.iter().find(|known| known.code.eq_ignore_ascii_case(code)).copied().unwrap_or(UNKNOWN)
}

/// The type that a work of this kind is written as.
pub(in crate::formats) fn by_kind(kind: &str) -> Type {
    let nearest = || NEAREST.iter().find(|(known, _)| *known == kind).map(|(_, code)| by_code(code));
    TYPES.iter().find(|known| known.kind == kind).copied().or_else(nearest).unwrap_or(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_kinds_lead_to_types() {
        for (at, known) in TYPES.iter().enumerate() {
            let twin = TYPES[..at].iter().find(|other| other.code.eq_ignore_ascii_case(known.code));
            assert_eq!(twin, None, "{known:?}");
            assert_eq!(by_kind(known.kind).kind, known.kind);
        }
        assert_eq!((by_code("jour").kind, by_code("XYZ").kind), ("article", "misc"));
        assert_eq!((by_kind("inbook").code, by_kind("").code), ("CHAP", "GEN"));
    }
}
