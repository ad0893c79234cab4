//! [DataCite](https://schema.datacite.org/) metadata: data sets, software, and papers of repositories.

use super::parts::{detail, details, identifier, identify, joined_names, kind_of, person, put_kind, written_name};
use super::text::prose;
use super::tree::Element;
use crate::formats::fields::When;
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

/// A `resource`.
pub(super) fn record(element: &Element) -> Record {
    let list = |outer, inner| element.within(outer, inner).collect::<Vec<_>>();
    let titles = list("titles", "title");
    let main = titles.iter().find(|title| title.attribute("titleType").is_empty()).or(titles.first());
    let mut record = Record { title: main.copied().map(prose).unwrap_or_default(), ..Record::default() };
    if let Some(subtitle) = titles.iter().find(|title| title.attribute("titleType") == "Subtitle") {
        detail(&mut record, "subtitle", prose(subtitle));
    }
    let descriptions = list("descriptions", "description");
    let summary = descriptions.iter().find(|text| text.attribute("descriptionType") == "Abstract");
    record.abstract_text = summary.copied().map(prose).unwrap_or_default();
    let creators = list("creators", "creator");
    record.authors = creators.iter().map(|creator| name(creator, "creatorName")).collect();
    record.organizations = creators.iter().flat_map(|creator| creator.texts_of("affiliation")).collect();
    let editors =
        list("contributors", "contributor").into_iter().filter(|found| found.attribute("contributorType") == "Editor");
    detail(&mut record, "editor", joined_names(editors.map(|editor| name(editor, "contributorName"))));
    record.keywords = list("subjects", "subject").into_iter().map(prose).collect();
    let kind = element.child("resourceType");
    let general = kind.map_or("", |kind| kind.attribute("resourceTypeGeneral"));
    let wording = kind.map(Element::trimmed).unwrap_or_default();
    let specific = kind_of(if matches!(general, "" | "Text" | "Other") { &wording } else { general });
    put_kind(&mut record, if specific.is_empty() { "misc" } else { specific }, &wording);
    if let Some(id) = element.child("identifier") {
        identify(&mut record, &id.trimmed());
        if id.attribute("identifierType").eq_ignore_ascii_case("doi") {
            identifier(&mut record, IdentifierKind::Doi, id.trimmed());
        }
    }
    for id in list("alternateIdentifiers", "alternateIdentifier") {
        record.mentions.push(id.trimmed());
    }
    let names = [("publisher", "publisher"), ("version", "version"), ("language", "language")];
    details(&mut record, element, &names);
    if let Some(container) =
        list("relatedItems", "relatedItem").iter().find(|item| item.attribute("relationType") == "IsPublishedIn")
    {
        let titles = container.child("titles").unwrap_or(*container);
        record.venue = titles.text_of("title");
        details(&mut record, container, &[("volume", "volume"), ("number", "issue")]);
        detail(&mut record, "pages", page_range(&container.text_of("firstPage"), &container.text_of("lastPage")));
    }
    let issued = list("dates", "date").into_iter().find(|date| date.attribute("dateType") == "Issued");
    let issued = issued.map(|date| When::parse(&date.plain())).unwrap_or_default();
    let year = When::parse(&element.text_of("publicationYear"));
    if issued.year.is_some() && (year.year.is_none() || issued.year == year.year) { issued } else { year }
        .put(&mut record);
    record
}

fn name(element: &Element, whole: &str) -> String {
    let family = element.text_of("familyName");
    if !family.is_empty() {
        return person(&family, &element.text_of("givenName"), "");
    }
    let Some(found) = element.child(whole) else { return String::new() };
    if found.attribute("nameType") == "Organizational" {
        organisation(&found.plain())
    } else {
        written_name(&found.plain())
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
