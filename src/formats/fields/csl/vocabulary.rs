//! The variables and types of CSL
//! ([specification](https://docs.citationstyles.org/en/stable/specification.html), appendices III and IV), and the
//! meaning of each in relata.

use crate::formats::fields::squeezed::squeezed;
use crate::paper::IdentifierKind;

/// What a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Holds {
    Id,
    Type,
    Title,
    Abstract,
    Venue,
    Keywords,
    Categories,
    Url,
    Identifier(IdentifierKind),
    Authors,
    Issued,
    Page,
    Publisher,
    Genre,
    /// One of several numbers for which BibLaTeX has only the field `number`: see [`number_variable`].
    Number,
    /// A field of BibLaTeX.
    Detail(&'static str),
    /// A field of BibLaTeX that holds names.
    Names(&'static str),
    /// A field of BibLaTeX that holds a date.
    Date(&'static str),
    /// Text without a field in BibLaTeX. It is stored as a detail of the paper. The key is `csl:` followed by the name
    /// of the variable.
    Other,
    /// Names without a field in BibLaTeX.
    OtherNames,
    /// A date without a field in BibLaTeX.
    OtherDate,
    /// Data of other programs, and details of a paper for which CSL has no variable.
    Custom,
}

use Holds::{Date, Detail, Names, Number, Other, OtherDate, OtherNames};

/// All variables: those of the specification's appendix IV and of the schema for JSON.
#[rustfmt::skip]
pub(in crate::formats) const VARIABLES: [(&str, Holds); 106] = [
    ("id", Holds::Id), ("type", Holds::Type), ("title", Holds::Title), ("author", Holds::Authors),
    ("issued", Holds::Issued), ("container-title", Holds::Venue), ("volume", Detail("volume")), ("issue", Number),
    ("number", Number), ("collection-number", Number), ("page", Holds::Page), ("publisher", Holds::Publisher),
    ("publisher-place", Detail("location")), ("DOI", Holds::Identifier(IdentifierKind::Doi)),
    ("PMID", Holds::Identifier(IdentifierKind::Pmid)), ("PMCID", Holds::Identifier(IdentifierKind::Pmcid)),
    ("URL", Holds::Url), ("ISBN", Detail("isbn")), ("ISSN", Detail("issn")), ("abstract", Holds::Abstract),
    ("keyword", Holds::Keywords), ("categories", Holds::Categories), ("language", Detail("language")),
    ("edition", Detail("edition")), ("collection-title", Detail("series")),
    ("container-title-short", Detail("shortjournal")), ("journalAbbreviation", Detail("shortjournal")),
    ("title-short", Detail("shorttitle")), ("shortTitle", Detail("shorttitle")), ("event-title", Detail("eventtitle")),
    ("event", Detail("eventtitle")), ("event-date", Date("eventdate")), ("accessed", Date("urldate")),
    ("genre", Holds::Genre), ("note", Detail("note")), ("annote", Detail("annotation")),
    ("number-of-pages", Detail("pagetotal")), ("number-of-volumes", Detail("volumes")),
    ("chapter-number", Detail("chapter")), ("version", Detail("version")), ("original-title", Detail("origtitle")),
    ("original-publisher", Detail("origpublisher")), ("original-publisher-place", Detail("origlocation")),
    ("original-date", Date("origdate")), ("part-number", Detail("part")), ("editor", Names("editor")),
    ("translator", Names("translator")), ("container-author", Names("bookauthor")), ("archive", Other),
    ("archive_collection", Other), ("archive_location", Other), ("archive-place", Other), ("authority", Other),
    ("call-number", Other), ("citation-key", Other), ("citation-label", Other), ("citation-number", Other),
    ("dimensions", Other), ("division", Other), ("event-place", Other), ("first-reference-note-number", Other),
    ("jurisdiction", Other), ("license", Other), ("locator", Other), ("medium", Other), ("page-first", Other),
    ("part", Other), ("part-title", Other), ("printing", Other), ("printing-number", Other), ("references", Other),
    ("reviewed-genre", Other), ("reviewed-title", Other), ("scale", Other), ("section", Other), ("source", Other),
    ("status", Other), ("supplement", Other), ("supplement-number", Other), ("volume-title", Other),
    ("volume-title-short", Other), ("year-suffix", Other), ("chair", OtherNames), ("collection-editor", OtherNames),
    ("compiler", OtherNames), ("composer", OtherNames), ("contributor", OtherNames), ("curator", OtherNames),
    ("director", OtherNames), ("editorial-director", OtherNames), ("editor-translator", OtherNames),
    ("executive-producer", OtherNames), ("guest", OtherNames), ("host", OtherNames), ("illustrator", OtherNames),
    ("interviewer", OtherNames), ("narrator", OtherNames), ("organizer", OtherNames), ("original-author", OtherNames),
    ("performer", OtherNames), ("producer", OtherNames), ("recipient", OtherNames), ("reviewed-author", OtherNames),
    ("available-date", OtherDate), ("submitted", OtherDate), ("custom", Holds::Custom),
];

/// The types of CSL, each with its entry type of BibLaTeX. If several types share an entry type, relata writes the
/// first.
#[rustfmt::skip]
pub(in crate::formats) const TYPES: [(&str, &str); 45] = [
    ("article-journal", "article"), ("paper-conference", "inproceedings"), ("chapter", "incollection"),
    ("book", "book"), ("thesis", "thesis"), ("report", "report"), ("webpage", "online"), ("software", "software"),
    ("dataset", "dataset"), ("patent", "patent"), ("standard", "standard"), ("manuscript", "unpublished"),
    ("periodical", "periodical"), ("entry", "inreference"), ("graphic", "artwork"), ("motion_picture", "movie"),
    ("song", "audio"), ("legislation", "legislation"), ("legal_case", "jurisdiction"), ("performance", "performance"),
    ("personal_communication", "letter"), ("figure", "image"), ("musical_score", "music"), ("review", "review"),
    ("pamphlet", "booklet"), ("document", "misc"), ("article", "online"), ("article-magazine", "article"),
    ("article-newspaper", "article"), ("bill", "legislation"), ("broadcast", "misc"), ("classic", "book"),
    ("collection", "misc"), ("entry-dictionary", "inreference"), ("entry-encyclopedia", "inreference"),
    ("event", "misc"), ("hearing", "misc"), ("interview", "misc"), ("map", "misc"), ("post", "online"),
    ("post-weblog", "online"), ("regulation", "legislation"), ("review-book", "review"), ("speech", "unpublished"),
    ("treaty", "legislation"),
];

/// Returns the type of CSL that relata writes for an entry type of BibLaTeX.
pub(in crate::formats) fn type_of_kind(kind: &str) -> &'static str {
    let like = match kind {
        "collection" | "proceedings" | "reference" | "mvbook" | "mvcollection" | "mvproceedings" | "manual" => "book",
        "inbook" | "bookinbook" | "suppbook" | "suppcollection" => "incollection",
        "suppperiodical" => "article",
        "conference" => "inproceedings",
        "phdthesis" | "mastersthesis" => "thesis",
        "techreport" => "report",
        "electronic" | "www" => "online",
        "video" => "movie",
        kind => kind,
    };
    TYPES.iter().find(|(_, known)| *known == like).map_or("document", |(name, _)| name)
}

/// Returns the variable of CSL for BibLaTeX's field `number`. Depending on the kind of work, this field is the issue of
/// a journal, the number of a book in its series, or the number of a report.
pub(in crate::formats) fn number_variable(kind: &str) -> &'static str {
    match kind {
        "" | "article" | "suppperiodical" | "periodical" | "review" => "issue",
        "book" | "inbook" | "incollection" | "collection" | "inproceedings" | "proceedings" | "inreference"
        | "reference" | "mvbook" | "thesis" | "booklet" => "collection-number",
        _ => "number",
    }
}

/// Whether BibLaTeX calls the publisher of this kind of work an institution.
pub(in crate::formats) fn has_institution(kind: &str) -> bool {
    matches!(kind, "thesis" | "report")
}

/// Whether BibLaTeX has the field `type` for this kind of work.
pub(in crate::formats) fn has_type_field(kind: &str) -> bool {
    matches!(kind, "thesis" | "report" | "patent" | "manual" | "misc" | "unpublished")
}

/// Returns the names of all variables in the form of [`squeezed`].
pub(in crate::formats) fn squeezed_variables() -> impl Iterator<Item = String> {
    VARIABLES.iter().map(|(name, _)| squeezed(name))
}

/// Returns what the variable of this name holds.
pub(super) fn variable(name: &str) -> Option<Holds> {
    VARIABLES.iter().find(|(known, _)| *known == name).map(|(_, holds)| *holds)
}
