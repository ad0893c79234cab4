//! Reads [DataCite](https://schema.datacite.org/) metadata: data sets, software, and papers of repositories.

use super::parts::{day_of, detail, identify, joined_names, kind_of, name_of, put_kind, take};
use super::tree::Element;
use crate::formats::fields::Field::{
    self, Abstract, Detail, Identifier, Keywords, Mention, Organizations, Title, Venue,
};
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

/// The paths of the fields.
const FIELDS: [(Field, &str); 11] = [
    (Title, "titles/title@titleType="),
    (Title, "titles/title"),
    (Detail("subtitle"), "titles/title@titleType=Subtitle"),
    (Abstract, "descriptions/description@descriptionType=Abstract"),
    (Organizations, "creators/creator/affiliation"),
    (Keywords, "subjects/subject"),
    (Identifier(IdentifierKind::Doi), "identifier@identifierType=DOI"),
    (Mention, "alternateIdentifiers/alternateIdentifier"),
    (Detail("publisher"), "publisher"),
    (Detail("version"), "version"),
    (Detail("language"), "language"),
];

/// Reads a `resource`.
pub(super) fn record(element: &Element) -> Record {
    let mut record = Record::default();
    take(&mut record, element, &FIELDS);
    record.authors = element.all("creators/creator").map(name).collect();
    let editors = element.all("contributors/contributor@contributorType=Editor");
    detail(&mut record, "editor", joined_names(editors.map(name)));
    let general = element.child("resourceType").map_or("", |kind| kind.attribute("resourceTypeGeneral"));
    let wording = element.text_of("resourceType");
    let specific = kind_of(if matches!(general, "" | "Text" | "Other") { &wording } else { general });
    put_kind(&mut record, if specific.is_empty() { "misc" } else { specific }, &wording);
    identify(&mut record, &element.text_of("identifier"));
    if let Some(container) = element.child("relatedItems/relatedItem@relationType=IsPublishedIn") {
        let fields = [(Venue, "titles/title"), (Detail("volume"), "volume"), (Detail("number"), "issue")];
        take(&mut record, container, &fields);
        detail(&mut record, "pages", page_range(&container.text_of("firstPage"), &container.text_of("lastPage")));
    }
    let issued = element.child("dates/date@dateType=Issued").map(day_of).unwrap_or_default();
    let year = element.child("publicationYear").map(day_of).unwrap_or_default();
    if issued.year.is_some() && (year.year.is_none() || issued.year == year.year) { issued } else { year }
        .put(&mut record);
    record
}

fn name(element: &Element) -> String {
    match element.child("*@nameType=Organizational") {
        Some(group) => organisation(&group.plain()),
        None => name_of(element),
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn resources_give_names_types_and_abstracts() {
        let outcome = read_bytes(
            "<resource xmlns=\"http://datacite.org/schema/kernel-4\"><identifier identifierType=\"DOI\">10.1000/a</identifier><creators><creator>\
             <creatorName nameType=\"Personal\">Byron, Ada</creatorName><givenName>Ada</givenName><familyName>Byron</familyName>\
             <affiliation>Hive</affiliation></creator><creator><creatorName nameType=\"Organizational\">Bees, Inc</creatorName></creator></creators>\
             <titles><title titleType=\"AlternativeTitle\">B</title><title>Hums of bees</title></titles><publisher>Nest</publisher>\
             <publicationYear>2021</publicationYear><resourceType resourceTypeGeneral=\"Dataset\">recordings</resourceType>\
             <dates><date dateType=\"Issued\">2021-03-04</date></dates><descriptions><description descriptionType=\"Methods\">Mic.</description>\
             <description descriptionType=\"Abstract\">Hum.</description></descriptions></resource>",
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!((paper.title.as_str(), paper.kind.as_deref()), ("Hums of bees", Some("dataset")));
        assert_eq!(paper.authors, ["Ada Byron", "Bees, Inc"]);
        assert_eq!((paper.abstract_text.as_deref(), paper.date), (Some("Hum."), Some(jiff::civil::date(2021, 3, 4))));
        assert_eq!((paper.details["publisher"].as_str(), paper.id.as_str()), ("Nest", "doi:10.1000/a"));
    }
}
