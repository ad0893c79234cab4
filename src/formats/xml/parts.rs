//! Functions that the dialects share: reading fields by their paths, names, dates, types and identifiers.

use super::text::prose;
use super::tree::Element;
use crate::formats::fields::{Field, When, is_squeezed, squeezed};
use crate::formats::organisations::{is_organisation, organisation};
use crate::formats::thesis_degrees::degree;
use crate::paper::{Identifier, IdentifierKind, Name, Record, single_spaced};

/// A paper in a record, or the reason why there is no paper. A record that correctly contains no paper (a frontmatter,
/// a deleted record) has no findings.
pub(super) struct Finding {
    /// The line on which the record starts.
    pub line: u64,
    pub found: Result<Record, String>,
}

/// Adds a detail unless it is blank.
pub(super) fn detail(record: &mut Record, name: &str, value: impl Into<String>) {
    let value = value.into();
    if !value.trim().is_empty() {
        record.details.push((name.to_owned(), value));
    }
}

/// Adds an identifier unless it is blank.
pub(super) fn identifier(record: &mut Record, kind: IdentifierKind, value: impl Into<String>) {
    let value = value.into();
    if !value.trim().is_empty() {
        record.identifiers.push((kind, value));
    }
}

/// Adds `text` as an identifier if it is one, else as a text that may mention identifiers. Returns whether it is an
/// identifier.
pub(super) fn identify(record: &mut Record, text: &str) -> bool {
    match Identifier::parse(text) {
        Some(identifier) => {
            record.identifiers.push((identifier.kind, identifier.value));
            true
        }
        None => {
            if !text.trim().is_empty() {
                record.mentions.push(text.trim().to_owned());
            }
            false
        }
    }
}

/// Adds a link. The first web address becomes the URL. Any other text is read as an identifier, except links to local
/// files, which are ignored.
pub(super) fn link(record: &mut Record, url: &str) {
    let url = url.trim();
    if !url.starts_with("http://") && !url.starts_with("https://") && !url.starts_with("ftp://") {
        if !url.is_empty() && !url.contains("pdf://") && !url.starts_with("file:") {
            identify(record, url);
        }
        return;
    }
    if record.url.is_empty() {
        record.url = url.to_owned();
    } else {
        identify(record, url);
    }
}

/// Returns the name of a person in BibTeX's notation.
pub(super) fn person(family: &str, given: &str, suffix: &str) -> String {
    let name = Name { family: single_spaced(family), given: single_spaced(given), suffix: single_spaced(suffix) };
    if name.family.is_empty() { name.given } else { name.notation() }
}

/// Returns the first text that is not empty.
pub(super) fn first_of(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

/// Reads the elements at each path into the field beside the path.
pub(super) fn take(record: &mut Record, element: &Element, paths: &[(Field, &str)]) {
    for (field, path) in paths {
        element.all(path).for_each(|found| take_one(record, *field, found));
    }
}

/// Reads an element into a field. A field with one value keeps the first value that is not empty.
pub(super) fn take_one(record: &mut Record, field: Field, element: &Element) {
    match field {
        Field::Authors => record.authors.push(name_of(element)),
        Field::Date if record.year.is_none() => day_of(element).put(record),
        field => take_text(record, field, prose(element)),
    }
}

/// Like [`take_one`], but takes the text of the element.
pub(super) fn take_text(record: &mut Record, field: Field, text: String) {
    let single = match field {
        Field::Id => &mut record.id,
        Field::Title => &mut record.title,
        Field::Abstract => &mut record.abstract_text,
        Field::Venue => &mut record.venue,
        Field::Date if record.year.is_none() => return When::parse(&text).put(record),
        Field::Keywords => return record.keywords.push(text),
        Field::Categories => return record.categories.push(text),
        Field::Organizations => return record.organizations.push(text),
        Field::Mention => return record.mentions.push(text),
        Field::Identifier(kind) => return identifier(record, kind, text),
        Field::Url => return link(record, &text),
        Field::Detail("issn" | "isbn") => return serial_number(record, &text),
        Field::Detail(name) => return detail(record, name, text),
        _ => return,
    };
    if single.is_empty() {
        *single = text;
    }
}

/// Returns the date in an element: from its children for year, month and day, or else from its text.
pub(super) fn day_of(element: &Element) -> When {
    let part = |names: [&str; 2]| first_of(names.map(|name| element.text_of(name)));
    match part(["year", "Year"]).as_str() {
        "" => When::parse(&element.plain()),
        year => When::of_parts(year, &part(["month", "Month"]), &part(["day", "Day"])),
    }
}

/// Returns the first text that is not empty in the children with these names. `names` contains [`squeezed`] names in
/// order of preference, separated by spaces.
fn part_of_name(element: &Element, names: &str) -> String {
    let found = |name: &str| element.children().find(|child| is_squeezed(child.name(), name)).map(prose);
    first_of(names.split(' ').filter_map(found))
}

/// Returns the name of a person, or `None` if the element has no family name.
pub(super) fn person_of(element: &Element) -> Option<String> {
    let family = part_of_name(element, "surname family familyname last lastname keyname");
    let given = "given givenname givennames forename forenames first firstname initials";
    let suffix = || part_of_name(element, "suffix");
    (!family.is_empty()).then(|| person(&family, &part_of_name(element, given), &suffix()))
}

/// Returns the name of a person or an organisation, which the element contains in parts or as a whole.
pub(super) fn name_of(element: &Element) -> String {
    let group = part_of_name(element, "collectivename collab onbehalfof");
    if !group.is_empty() {
        return organisation(&group);
    }
    person_of(element).unwrap_or_else(|| match element.children().next() {
        None => written_name(&element.plain()),
        Some(_) => {
            written_name(&part_of_name(element, "name fullname creatorname contributorname forename givennames"))
        }
    })
}

/// Returns a name in the order in which it is written. The name of an organisation is put in braces.
pub(super) fn written_name(name: &str) -> String {
    let name = name.trim();
    if is_organisation(name) { organisation(name) } else { name.to_owned() }
}

/// Joins names into a list in BibTeX's notation.
pub(super) fn joined_names(names: impl IntoIterator<Item = String>) -> String {
    names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" and ")
}

/// Adds the ISSNs and ISBNs in `text` as details.
pub(super) fn serial_number(record: &mut Record, text: &str) {
    for number in text.split(['\r', '\n', ';']).map(str::trim).filter(|number| !number.is_empty()) {
        let digits = number.split(['(', ' ']).next().unwrap_or_default();
        let count = digits.chars().filter(|c| c.is_ascii_digit() || matches!(c, 'X' | 'x')).count();
        match (count, digits.len()) {
            (8, 8) => detail(record, "issn", format!("{}-{}", &digits[..4], &digits[4..])),
            (8, _) => detail(record, "issn", digits),
            _ => detail(record, "isbn", digits),
        }
    }
}

/// Parts of the names that sources give to types of works, [`squeezed`], and BibLaTeX's entry types for them. The first
/// match counts.
#[rustfmt::skip]
const KINDS: [(&str, &str); 31] = [
    ("thesis", "thesis"), ("dissertation", "thesis"), ("preprint", "online"), ("eprint", "online"),
    ("posted", "online"), ("workingpaper", "online"), ("webpage", "online"), ("blogpost", "online"),
    ("website", "online"), ("internetsite", "online"), ("booksection", "incollection"), ("bookpart", "incollection"),
    ("chapter", "incollection"), ("incollection", "incollection"), ("conferencepaper", "inproceedings"),
    ("conferenceobject", "inproceedings"), ("conferencearticle", "inproceedings"), ("inproceedings", "inproceedings"),
    ("proceedingsarticle", "inproceedings"), ("proceedings", "proceedings"), ("report", "report"),
    ("dataset", "dataset"), ("software", "software"), ("computerprogram", "software"), ("patent", "patent"),
    ("manuscript", "unpublished"), ("unpublished", "unpublished"), ("article", "article"), ("review", "article"),
    ("editorial", "article"), ("letter", "article"),
];

/// Returns BibLaTeX's entry type for the name that a source gives to a type of work; empty if the name is unknown.
pub(super) fn kind_of(text: &str) -> &'static str {
    let text = squeezed(text.rsplit(['/', '#']).next().unwrap_or_default());
    let known = KINDS.iter().find(|(word, _)| text.contains(word)).map(|(_, kind)| *kind);
    match text.as_str() {
        "research" => "article",
        "monograph" => "book",
        _ => known.or_else(|| text.contains("book").then_some("book")).unwrap_or_default(),
    }
}

/// Sets the kind, and for a thesis its degree: `phdthesis`, `mastersthesis`.
pub(super) fn put_kind(record: &mut Record, kind: &str, wording: &str) {
    record.kind = kind.to_owned();
    if kind == "thesis" {
        let is_dissertation = || wording.to_lowercase().contains("dissertation");
        let degree = degree(wording).or_else(|| is_dissertation().then_some("phdthesis"));
        detail(record, "type", degree.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_works_are_recognised_by_many_names() {
        for (text, kind) in [
            ("info:eu-repo/semantics/article", "article"),
            ("http://purl.org/ontology/bibo/AcademicArticle", "article"),
            ("Journal Article", "article"),
            ("PhD thesis", "thesis"),
            ("journalArticle", "article"),
            ("conferencePaper", "inproceedings"),
            ("bookSection", "incollection"),
            ("Text", ""),
            ("bees", ""),
        ] {
            assert_eq!(kind_of(text), kind, "{text}");
        }
    }
}
