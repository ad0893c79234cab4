//! Words of titles that decide whether two titles are of one work.

/// Titles that many works have.
pub(super) const GENERIC: [&str; 70] = [
    "abstract", "abstracts", "acknowledgements", "acknowledgments", "announcement", "announcements", "appendix",
    "author index", "authors reply", "book review", "book reviews", "commentary", "comments", "committees",
    "conclusion", "conclusions", "contents", "contributors", "copyright", "correspondence", "discussion",
    "editor s note", "editorial", "editorial board", "editorial comment", "editorial note", "editors note", "epilogue",
    "errata", "erratum", "foreword", "from the editor", "front matter", "guest editorial",
    "guest editors introduction", "in memoriam", "in this issue", "index", "introduction", "invited talk", "keynote",
    "keynote talk", "letter to the editor", "letters", "masthead", "message from the chairs",
    "message from the editors", "news", "news resources", "notes", "obituary", "overview", "paper withdrawn",
    "plenary talk", "poster session", "preface", "program committee", "publisher s note", "references", "reply",
    "summary", "table of contents", "this paper has been withdrawn", "title page", "untitled", "welcome",
    "welcome message", "withdraw", "withdrawn", "withdrawn paper",
];

/// Words that mark the title of another work on the same subject, such as a reply.
pub(super) const MARKERS: [&str; 25] = [
    "addendum", "appendix", "comment", "commentary", "comments", "corrigenda", "corrigendum", "correction",
    "discussion", "editorial", "errata", "erratum", "extended", "foreword", "preface", "rejoinder", "reply",
    "response", "retracted", "retraction", "supplement", "supplemental", "supplementary", "tutorial", "withdrawn",
];

/// Numbers in words and their digits.
#[rustfmt::skip]
pub(super) const IN_WORDS: [(&str, &str); 22] = [
    ("one", "1"), ("two", "2"), ("three", "3"), ("four", "4"), ("five", "5"), ("six", "6"), ("seven", "7"),
    ("eight", "8"), ("nine", "9"), ("ten", "10"), ("first", "1"), ("second", "2"), ("third", "3"), ("fourth", "4"),
    ("fifth", "5"), ("sixth", "6"), ("seventh", "7"), ("eighth", "8"), ("ninth", "9"), ("tenth", "10"),
    ("eleventh", "11"), ("twelfth", "12"),
];

/// Roman numerals. Single letters count only at the end of a title or after a word of [`COUNTED`].
#[rustfmt::skip]
pub(super) const ROMAN: [(&str, &str); 13] = [
    ("i", "1"), ("ii", "2"), ("iii", "3"), ("iv", "4"), ("v", "5"), ("vi", "6"), ("vii", "7"), ("viii", "8"),
    ("ix", "9"), ("x", "10"), ("xi", "11"), ("xii", "12"), ("xiii", "13"),
];

/// Words after which a single letter is a numeral: "part i".
pub(super) const COUNTED: [&str; 8] = ["part", "volume", "vol", "paper", "chapter", "section", "book", "type"];
