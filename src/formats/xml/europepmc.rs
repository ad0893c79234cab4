//! Results of [Europe PMC's search](https://europepmc.org/RestfulWebService), `core` and `lite`.

use super::super::fields::people;
use super::parts::{details, first_of, identifier, kind_of, link, person, serial_number};
use super::text::prose_of;
use super::tree::Element;
use crate::formats::fields::When;
use crate::formats::organisations::organisation;
use crate::paper::{IdentifierKind, Record};

/// A `result`.
pub(super) fn record(element: &Element) -> Record {
    let mut record = Record {
        title: prose_of(element, "title"),
        abstract_text: prose_of(element, "abstractText"),
        ..Record::default()
    };
    identifier(&mut record, IdentifierKind::Doi, element.text_of("doi"));
    identifier(&mut record, IdentifierKind::Pmid, element.text_of("pmid"));
    authors(&mut record, element);
    let keywords = element.within("keywordList", "keyword").map(Element::trimmed);
    let mesh = element.within("meshHeadingList", "meshHeading").map(|heading| heading.text_of("descriptorName"));
    record.keywords = keywords.chain(mesh).collect();
    let journal = element.child("journalInfo");
    record.venue = first_of([element.text_at(&["journalInfo", "journal", "title"]), element.text_of("journalTitle")]);
    if let Some(info) = journal {
        details(&mut record, info, &[("volume", "volume"), ("number", "issue")]);
        for name in ["issn", "ISSN", "essn", "ESSN"] {
            serial_number(&mut record, &info.text_at(&["journal", name]));
        }
    }
    let names = [("pmcid", "pmcid"), ("volume", "journalVolume"), ("number", "issue"), ("pages", "pageInfo")];
    details(&mut record, element, &names);
    details(&mut record, element, &[("language", "language")]);
    dates(&mut record, element, journal);
    kind(&mut record, element);
    element.within("fullTextUrlList", "fullTextUrl").for_each(|found| link(&mut record, &found.text_of("url")));
    record
}

fn authors(record: &mut Record, element: &Element) {
    let mut organizations = vec![element.text_of("affiliation")];
    for author in element.within("authorList", "author") {
        let group = author.text_of("collectiveName");
        record.authors.push(match group.as_str() {
            "" if author.child("lastName").is_none() => short_name(&author.text_of("fullName")),
            "" => {
                let given = first_of([author.text_of("firstName"), author.text_of("initials")]);
                person(&author.text_of("lastName"), &given, &author.text_of("suffix"))
            }
            group => organisation(group),
        });
        let details = author.every("affiliation").filter(|found| found.children().next().is_none());
        organizations.extend(details.map(Element::trimmed));
    }
    record.organizations = organizations;
    if record.authors.is_empty() {
        let text = element.text_of("authorString");
        let (text, et_al) = people::without_et_al(text.trim_end_matches('.'));
        record.et_al = et_al;
        record.authors = text.split(',').map(|name| short_name(name.trim())).collect();
    }
}

/// `Byron AK`: the family name first.
fn short_name(name: &str) -> String {
    match name.rsplit_once(' ') {
        Some((family, initials)) if initials.chars().all(char::is_uppercase) => person(family, initials, ""),
        _ => name.to_owned(),
    }
}

fn dates(record: &mut Record, element: &Element, journal: Option<&Element>) {
    let printed = journal.map(|info| When::parse(&info.text_of("printPublicationDate"))).unwrap_or_default();
    let first = When::parse(&element.text_of("firstPublicationDate"));
    let year = When::parse(&element.text_of("pubYear"));
    // A printed date is the first of its month where the day is not known.
    let when = [first, printed]
        .into_iter()
        .find(|when| when.year.is_some() && (year.year.is_none() || when.year == year.year));
    when.unwrap_or(year).put(record);
}

fn kind(record: &mut Record, element: &Element) {
    let kinds = element.within("pubTypeList", "pubType").map(|wording| kind_of(&wording.plain()));
    record.kind = kinds.filter(|kind| !kind.is_empty()).last().unwrap_or("article").to_owned();
    if element.text_of("source") == "PPR" {
        record.kind = "online".to_owned();
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn results_with_and_without_parted_authors_are_read() {
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
