//! Maps entry types and names of fields between BibTeX and
//! [BibLaTeX](https://mirrors.ctan.org/macros/latex/contrib/biblatex/doc/biblatex.pdf) (sections 2.1 and 2.2), for the
//! reader and the writer.

/// Fields with different names: BibTeX's name, then BibLaTeX's name.
#[rustfmt::skip]
const FIELDS: [(&str, &str); 10] = [
    ("address", "location"), ("annote", "annotation"), ("archiveprefix", "eprinttype"), ("journal", "journaltitle"),
    ("key", "sortkey"), ("keyword", "keywords"), ("pmc", "pmcid"), ("primaryclass", "eprintclass"),
    ("school", "institution"), ("adress", "location"),
];

/// Fields that hold names of people.
const PEOPLE: [&str; 18] = [
    "author", "editor", "editora", "editorb", "editorc", "translator", "bookauthor", "annotator", "commentator",
    "foreword", "afterword", "introduction", "holder", "shortauthor", "shorteditor", "namea", "nameb", "namec",
];

/// Fields whose text is not LaTeX.
const VERBATIM: [&str; 10] = ["url", "doi", "eprint", "file", "pdf", "ee", "link", "urn", "local-url", "ids"];

/// Returns BibLaTeX's entry type for BibTeX's, and the value of the field `type` that BibTeX's entry type implies.
pub(super) fn kind(bibtex: &str) -> (&str, Option<&'static str>) {
    match bibtex {
        "conference" => ("inproceedings", None),
        "phdthesis" => ("thesis", Some("phdthesis")),
        "mastersthesis" | "masterthesis" => ("thesis", Some("mastersthesis")),
        "techreport" => ("report", None),
        "electronic" | "www" | "webpage" => ("online", None),
        other => (other, None),
    }
}

/// Returns BibTeX's entry type for a kind of work, and the value of the field `type`, unless the entry type implies it.
pub(in crate::formats) fn entry<'p>(
    kind: Option<&'p str>,
    of_type: Option<&'p str>,
    has_venue: bool,
) -> (&'p str, Option<&'p str>) {
    let is_legal =
        |kind: &&str| !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    match kind.filter(is_legal) {
        None => (if has_venue { "article" } else { "misc" }, of_type),
        Some("report") => ("techreport", of_type),
        Some("thesis") => match of_type {
            None => ("thesis", None),
            Some("phdthesis") => ("phdthesis", None),
            Some("mastersthesis") => ("mastersthesis", None),
            Some(other) if is_below_doctor(other) => ("mastersthesis", of_type),
            Some(_) => ("phdthesis", of_type),
        },
        // BibTeX would read these as definitions of macros, or skip them.
        Some("string" | "comment" | "preamble" | "xdata" | "set") => ("misc", of_type),
        Some(kind) => (kind, of_type),
    }
}

fn is_below_doctor(of_type: &str) -> bool {
    let of_type = of_type.to_lowercase();
    ["master", "bachelor", "diplom", "msc", "m.sc", "bsc", "b.sc", "undergraduate"]
        .iter()
        .any(|word| of_type.contains(word))
}

/// Returns `phdthesis` or `mastersthesis` for a text such as `PhD thesis`, and `None` for other texts.
pub(super) fn thesis_type(text: &str) -> Option<&'static str> {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    match letters.to_ascii_lowercase().as_str() {
        "phdthesis" => Some("phdthesis"),
        "mastersthesis" | "mathesis" => Some("mastersthesis"),
        _ => None,
    }
}

/// Returns BibLaTeX's name of a field.
pub(super) fn field(bibtex: &str) -> &str {
    FIELDS.iter().find(|(old, _)| *old == bibtex).map_or(bibtex, |(_, new)| new)
}

/// Returns BibTeX's name of a field in an entry of type `entry`.
pub(in crate::formats) fn classic_field<'n>(name: &'n str, entry: &str) -> &'n str {
    match name {
        "institution" if entry != "thesis" && entry.ends_with("thesis") => "school",
        "institution" | "keywords" | "pmcid" => name,
        _ => FIELDS.iter().find(|(_, new)| *new == name).map_or(name, |(old, _)| old),
    }
}

/// Whether a field holds names of people.
pub(in crate::formats) fn is_people(field: &str) -> bool {
    PEOPLE.contains(&field)
}

/// Whether the text of a field is not LaTeX.
pub(in crate::formats) fn is_verbatim(field: &str) -> bool {
    VERBATIM.contains(&field) || field.starts_with("bdsk-") || field.ends_with("url")
}

/// Whether an entry is part of a book, whose title is in its `booktitle`.
pub(in crate::formats) fn is_within_book(kind: &str) -> bool {
    matches!(
        kind,
        "inbook" | "incollection" | "inproceedings" | "inreference" | "bookinbook" | "suppbook" | "suppcollection"
    )
}

/// Whether works of this kind contain other works.
pub(in crate::formats) fn is_container(kind: &str) -> bool {
    matches!(kind.strip_prefix("mv").unwrap_or(kind), "book" | "collection" | "proceedings" | "reference")
}
