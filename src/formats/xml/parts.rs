//! What the dialects share: tables of what is at which path, names, days, types and identifiers.

use super::text::prose;
use super::tree::Element;
use crate::formats::fields::{Field, When, is_squeezed, squeezed};
use crate::formats::organisations::{is_organisation, organisation};
use crate::formats::thesis_degrees::degree;
use crate::paper::{Identifier, IdentifierKind, Name, Record, single_spaced};

/// A paper in a record, or why there is none. A record that rightly holds no paper (a frontmatter, a deleted record)
/// has no findings.
pub(super) struct Finding {
    /// The line on which it starts.
    pub line: u64,
    pub found: Result<Record, String>,
}

/// Adds a detail that is not blank.
pub(super) fn detail(record: &mut Record, name: &str, value: impl Into<String>) {
    let value = value.into();
    if !value.trim().is_empty() {
        record.details.push((name.to_owned(), value));
    }
}

/// Adds an identifier that is not blank.
pub(super) fn identifier(record: &mut Record, kind: IdentifierKind, value: impl Into<String>) {
    let value = value.into();
    if !value.trim().is_empty() {
        record.identifiers.push((kind, value));
    }
}

/// Adds the identifier that `text` is, or else `text` as one that may mention identifiers; returns whether it was one.
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

/// Takes a link: the first becomes the URL, and every other may be an identifier.
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

/// A person in BibTeX's notation.
pub(super) fn person(family: &str, given: &str, suffix: &str) -> String {
    let name = Name { family: single_spaced(family), given: single_spaced(given), suffix: single_spaced(suffix) };
    if name.family.is_empty() { name.given } else { name.notation() }
}

/// The first text that is not empty.
pub(super) fn first_of(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

/// Takes what is at each path as the field beside it.
pub(super) fn take(record: &mut Record, element: &Element, paths: &[(Field, &str)]) {
    for (field, path) in paths {
        element.all(path).for_each(|found| take_one(record, *field, found));
    }
}

/// Takes an element as a field. Of fields with one value, the first that is not empty counts.
pub(super) fn take_one(record: &mut Record, field: Field, element: &Element) {
    match field {
        Field::Authors => record.authors.push(name_of(element)),
        Field::Date if record.year.is_none() => day_of(element).put(record),
        field => take_text(record, field, prose(element)),
    }
}

/// As [`take_one`], with the text of the element.
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

/// The day in an element: in children for year, month and day, or in words.
pub(super) fn day_of(element: &Element) -> When {
    let part = |names: [&str; 2]| first_of(names.map(|name| element.text_of(name)));
    match part(["year", "Year"]).as_str() {
        "" => When::parse(&element.plain()),
        year => When::of_parts(year, &part(["month", "Month"]), &part(["day", "Day"])),
    }
}

/// The text of the first child that has one of the names, in their order; `names` are as [`squeezed`].
fn part_of_name(element: &Element, names: &str) -> String {
    let found = |name: &str| element.children().find(|child| is_squeezed(child.name(), name)).map(prose);
    first_of(names.split(' ').filter_map(found))
}

/// The name of a person, if the element has a family name.
pub(super) fn person_of(element: &Element) -> Option<String> {
    let family = part_of_name(element, "surname family familyname last lastname keyname");
    let given = "given givenname givennames forename forenames first firstname initials";
    let suffix = || part_of_name(element, "suffix");
    (!family.is_empty()).then(|| person(&family, &part_of_name(element, given), &suffix()))
}

/// The name of a person or an organisation, in parts or whole.
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

/// A name as it was written, in whatever order.
pub(super) fn written_name(name: &str) -> String {
    let name = name.trim();
    if is_organisation(name) { organisation(name) } else { name.to_owned() }
}

/// A list of names in BibTeX's notation.
pub(super) fn joined_names(names: impl IntoIterator<Item = String>) -> String {
    names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" and ")
}

/// The ISSN or ISBN in `text` under its name.
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

/// BibLaTeX's entry types by a part of what a source calls the type of a work, squeezed; the first that matches counts.
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

/// BibLaTeX's entry type for what a source calls the type of a work; empty if it is not known.
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
