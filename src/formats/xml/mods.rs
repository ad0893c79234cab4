//! [MODS](https://www.loc.gov/standards/mods/), of libraries and repositories; what a work appeared in is a related
//! item.

use super::parts::{
    detail, details, first_of, identifier, joined_names, kind_of, link, person, put_kind, serial_number, written_name,
};
use super::text::{prose, prose_of};
use super::tree::Element;
use crate::formats::fields::When;
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

/// A `mods`.
pub(super) fn record(element: &Element) -> Record {
    let host = element.all("relatedItem").find(|item| item.attribute("type") == "host");
    let mut record = Record {
        title: title(element),
        abstract_text: first_of(element.all("abstract").map(prose)),
        venue: host.map(title).unwrap_or_default(),
        ..Record::default()
    };
    names(&mut record, element);
    record.keywords = element.within("subject", "topic").map(prose).collect();
    identifiers(&mut record, element);
    kind(&mut record, element, host);
    for parent in std::iter::once(element).chain(host) {
        if let Some(part) = parent.child("part") {
            part_of(&mut record, part);
        }
        if let Some(origin) = parent.child("originInfo") {
            origin_of(&mut record, origin);
        }
        for id in parent.all("identifier").filter(|id| matches!(id.attribute("type"), "issn" | "isbn")) {
            serial_number(&mut record, &id.trimmed());
        }
    }
    date(&mut record, element, host);
    let language = element.child("language").map(|found| found.child("languageTerm").unwrap_or(found));
    detail(&mut record, "language", language.map(Element::trimmed).unwrap_or_default());
    let series = element.all("relatedItem").find(|item| item.attribute("type") == "series");
    detail(&mut record, "series", series.map(title).unwrap_or_default());
    if let Some(host) = host {
        let mut around = Record::default();
        names(&mut around, host);
        record.details.extend(around.details);
    }
    record
}

/// The title proper, with its article and subtitle.
fn title(element: &Element) -> String {
    let proper = element.all("titleInfo").find(|info| info.attribute("type").is_empty());
    let Some(info) = proper.or_else(|| element.child("titleInfo")) else { return String::new() };
    let (article, title, subtitle) = (prose_of(info, "nonSort"), prose_of(info, "title"), prose_of(info, "subTitle"));
    let title = format!("{article} {title}").trim().to_owned();
    if subtitle.is_empty() { title } else { format!("{title}: {subtitle}") }
}

fn names(record: &mut Record, element: &Element) {
    let mut editors = Vec::new();
    for found in element.all("name") {
        let roles: Vec<String> =
            found.all("role").flat_map(|role| role.texts_of("roleTerm")).map(|role| role.to_lowercase()).collect();
        let is = |names: &[&str]| roles.iter().any(|role| names.contains(&role.as_str()));
        if roles.is_empty() || is(&["author", "aut", "creator", "cre"]) {
            record.authors.push(name(found));
        } else if is(&["editor", "edt"]) {
            editors.push(name(found));
        } else if is(&["degree grantor", "dgg"]) {
            detail(record, "institution", found.text_of("namePart"));
        }
    }
    detail(record, "editor", joined_names(editors));
}

fn name(element: &Element) -> String {
    let parts = |kind: &str| {
        let parts = element.all("namePart").filter(|part| part.attribute("type") == kind);
        parts.map(Element::trimmed).collect::<Vec<_>>().join(" ")
    };
    let (family, whole) = (parts("family"), parts(""));
    match element.attribute("type") {
        "corporate" | "conference" => organisation(&whole),
        _ if !family.is_empty() => person(&family, &parts("given"), &parts("termsOfAddress")),
        _ if !whole.is_empty() => written_name(&whole),
        _ => written_name(&element.text_of("displayForm")),
    }
}

fn identifiers(record: &mut Record, element: &Element) {
    for id in element.all("identifier") {
        let text = id.trimmed();
        match id.attribute("type").to_lowercase().as_str() {
            "doi" => identifier(record, IdentifierKind::Doi, text),
            "pmid" | "pubmed" => identifier(record, IdentifierKind::Pmid, text),
            "arxiv" => identifier(record, IdentifierKind::Arxiv, text),
            "citekey" | "citation" => record.id = text,
            "uri" | "url" | "hdl" => link(record, &text),
            _ => {}
        }
    }
    for address in element.all("location").flat_map(|location| location.texts_of("url")) {
        link(record, &address);
    }
}

fn kind(record: &mut Record, element: &Element, host: Option<&Element>) {
    let wordings = element.texts_of("genre").into_iter().chain(element.texts_of("typeOfResource"));
    for wording in wordings {
        let kind = kind_of(&wording);
        if !kind.is_empty() && record.kind.is_empty() {
            put_kind(record, kind, &wording);
        }
    }
    let host_is = |words: &[&str]| {
        host.is_some_and(|host| {
            host.texts_of("genre").iter().any(|genre| words.iter().any(|word| genre.contains(word)))
        })
    };
    // The genre of a chapter is that of its book.
    if record.kind.is_empty() || host.is_some() && record.kind == "book" {
        let kind = match host {
            Some(_) if host_is(&["periodical", "journal", "newspaper", "magazine"]) => "article",
            Some(_) if host_is(&["conference", "proceeding"]) => "inproceedings",
            Some(_) if host_is(&["book"]) => "incollection",
            _ => "",
        };
        record.kind = kind.to_owned();
    }
}

fn part_of(record: &mut Record, part: &Element) {
    for found in part.all("detail") {
        let field = match found.attribute("type") {
            "volume" => "volume",
            "issue" | "number" => "number",
            _ => continue,
        };
        detail(record, field, found.text_of("number"));
    }
    for extent in part.all("extent") {
        let range = page_range(&extent.text_of("start"), &extent.text_of("end"));
        detail(record, "pages", if range.is_empty() { extent.text_of("list") } else { range });
    }
}

fn origin_of(record: &mut Record, origin: &Element) {
    details(record, origin, &[("publisher", "publisher"), ("edition", "edition")]);
    let places = origin.within("place", "placeTerm");
    let place = places.filter(|term| term.attribute("type") != "code").map(Element::trimmed).next();
    detail(record, "location", place.unwrap_or_default());
}

fn date(record: &mut Record, element: &Element, host: Option<&Element>) {
    let mut dates = Vec::new();
    for parent in std::iter::once(element).chain(host) {
        for origin in parent.all("originInfo") {
            dates.extend(["dateIssued", "copyrightDate", "dateCreated"].iter().flat_map(|name| origin.texts_of(name)));
        }
        dates.extend(parent.child("part").map(|part| part.text_of("date")));
    }
    let known = dates.iter().map(|date| When::parse(date)).find(|when| when.year.is_some());
    known.unwrap_or_default().put(record);
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn a_work_in_a_journal_has_its_hosts_details() {
        let outcome = read_bytes(
            "<modsCollection><mods ID=\"a\"><titleInfo><nonSort>The</nonSort><title>bees</title><subTitle>a study</subTitle></titleInfo>\
             <titleInfo type=\"alternative\"><title>Bees</title></titleInfo><name type=\"personal\"><namePart type=\"family\">Byron</namePart>\
             <namePart type=\"given\">Ada</namePart><role><roleTerm type=\"code\">aut</roleTerm></role></name>\
             <name type=\"corporate\"><namePart>Hive Group</namePart></name><name><namePart>Gauss, Carl</namePart><role><roleTerm>editor</roleTerm>\
             </role></name><abstract>Hum.</abstract><subject><topic>bees</topic></subject><identifier type=\"doi\">10.1000/a</identifier>\
             <identifier type=\"citekey\">byron21</identifier><language><languageTerm>eng</languageTerm></language><relatedItem type=\"host\">\
             <titleInfo><title>J. of Bees</title></titleInfo><originInfo><publisher>Hive</publisher><dateIssued>2021</dateIssued></originInfo>\
             <genre>academic journal</genre><part><detail type=\"volume\"><number>3</number></detail><detail type=\"issue\"><number>1</number></detail>\
             <extent unit=\"page\"><start>12</start><end>14</end></extent></part><identifier type=\"issn\">1234-5678</identifier></relatedItem>\
             </mods></modsCollection>",
            "a.xml",
        );
        let paper = &outcome.papers[0];
        assert_eq!((paper.title.as_str(), paper.id.as_str()), ("The bees: a study", "byron21"));
        assert_eq!(paper.authors, ["Ada Byron", "Hive Group"]);
        assert_eq!(
            (paper.kind.as_deref(), paper.venue.as_deref(), paper.year),
            (Some("article"), Some("J. of Bees"), Some(2021))
        );
        let details: Vec<&str> = ["volume", "number", "pages", "issn", "publisher", "editor", "language"]
            .iter()
            .map(|name| paper.details[*name].as_str())
            .collect();
        assert_eq!(details, ["3", "1", "12--14", "1234-5678", "Hive", "Gauss, Carl", "eng"]);
    }
}
