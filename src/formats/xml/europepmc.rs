//! Reads results of [Europe PMC's search](https://europepmc.org/RestfulWebService), in its formats `core` and `lite`.

use super::super::fields::people;
use super::parts::{day_of, kind_of, name_of, person, take};
use super::tree::Element;
use crate::formats::fields::Field::{self, Abstract, Detail, Identifier, Keywords, Organizations, Title, Url, Venue};
use crate::formats::fields::When;
use crate::paper::{IdentifierKind, Record};

/// The paths of the fields.
#[rustfmt::skip]
const FIELDS: [(Field, &str); 21] = [
    (Title, "title"), (Abstract, "abstractText"), (Identifier(IdentifierKind::Doi), "doi"),
    (Identifier(IdentifierKind::Pmid), "pmid"), (Organizations, "affiliation"), (Keywords, "keywordList/keyword"),
    (Keywords, "meshHeadingList/meshHeading/descriptorName"), (Venue, "journalInfo/journal/title"),
    (Venue, "journalTitle"), (Detail("volume"), "journalInfo/volume"), (Detail("number"), "journalInfo/issue"),
    (Detail("issn"), "journalInfo/journal/issn"), (Detail("issn"), "journalInfo/journal/ISSN"),
    (Detail("issn"), "journalInfo/journal/essn"), (Detail("issn"), "journalInfo/journal/ESSN"),
    (Detail("pmcid"), "pmcid"), (Detail("volume"), "journalVolume"), (Detail("number"), "issue"),
    (Detail("pages"), "pageInfo"), (Detail("language"), "language"),
    (Url, "fullTextUrlList/fullTextUrl/url"),
];

/// Reads a `result`.
pub(super) fn record(element: &Element) -> Record {
    let mut record = Record::default();
    take(&mut record, element, &FIELDS);
    for author in element.all("authorList/author") {
        let is_short = author.child("lastName").is_none() && author.child("collectiveName").is_none();
        record.authors.push(if is_short { short_name(&author.text_of("fullName")) } else { name_of(author) });
        let details = author.every("affiliation").filter(|found| found.children().next().is_none());
        record.organizations.extend(details.map(Element::trimmed));
    }
    if record.authors.is_empty() {
        let text = element.text_of("authorString");
        let (text, et_al) = people::without_et_al(text.trim_end_matches('.'));
        record.et_al = et_al;
        record.authors = text.split(',').map(|name| short_name(name.trim())).collect();
    }
    let [first, printed, year] = ["firstPublicationDate", "journalInfo/printPublicationDate", "pubYear"]
        .map(|path| element.child(path).map(day_of).unwrap_or_default());
    // If the day of print is not known, the date of print is the first of the month. So the date of first publication
    // is preferred.
    let is_known = |when: &When| when.year.is_some() && (year.year.is_none() || when.year == year.year);
    [first, printed].into_iter().find(is_known).unwrap_or(year).put(&mut record);
    let mut kinds = element.all("pubTypeList/pubType").map(|wording| kind_of(&wording.plain()));
    let kind = kinds.rfind(|kind| !kind.is_empty()).unwrap_or("article");
    record.kind = if element.text_of("source") == "PPR" { "online" } else { kind }.to_owned();
    record
}

/// Reads a name with the family name first: `Byron AK`.
fn short_name(name: &str) -> String {
    match name.rsplit_once(' ') {
        Some((family, initials)) if initials.chars().all(char::is_uppercase) => person(family, initials, ""),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn results_of_core_and_lite_are_read() {
        let result = |authors: &str| {
            let text = format!(
                "<responseWrapper><resultList><result><id>12</id><source>MED</source><pmid>12</pmid><doi>10.1000/a</doi><title>On bees.</title>\
                 {authors}<journalInfo><volume>3</volume><issue>1</issue><journal><title>J. of Bees</title></journal></journalInfo>\
                 <pubYear>2021</pubYear><pageInfo>12-14</pageInfo><abstractText>Hum.</abstractText><firstPublicationDate>2021-03-04\
                 </firstPublicationDate></result></resultList></responseWrapper>"
            );
            read_bytes(text, "a.xml").papers.remove(0)
        };
        let core = result(
            "<authorString>Byron A, Bee M.</authorString><authorList><author><fullName>Byron A</fullName><firstName>Ada</firstName>\
             <lastName>Byron</lastName></author><author><collectiveName>Hive Group</collectiveName></author></authorList>",
        );
        assert_eq!(core.authors, ["Ada Byron", "Hive Group"]);
        assert_eq!((core.title.as_str(), core.venue.as_deref()), ("On bees", Some("J. of Bees")));
        assert_eq!((core.date, core.details["number"].as_str()), (Some(jiff::civil::date(2021, 3, 4)), "1"));
        let lite = result("<authorString>Byron A, van der Bee M, et al.</authorString>");
        assert_eq!(
            (lite.authors.as_slice(), lite.et_al),
            (&["A Byron".to_owned(), "M van der Bee".to_owned()][..], true)
        );
    }
}
