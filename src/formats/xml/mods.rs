//! Reads [MODS](https://www.loc.gov/standards/mods/), a format of libraries and repositories. The journal or book in
//! which a work appeared is a related item, its host.

use super::parts::{detail, first_of, joined_names, kind_of, person, put_kind, take, take_one, written_name};
use super::text::{prose, prose_of};
use super::tree::Element;
use crate::formats::fields::Field::{self, Date, Detail, Identifier, Keywords, Url};
use crate::formats::organisations::organisation;
use crate::formats::pages::page_range;
use crate::paper::{IdentifierKind, Record};

/// The paths of details, in a work and in its host.
#[rustfmt::skip]
const SHARED: [(Field, &str); 11] = [
    (Detail("volume"), "part/detail@type=volume/number"), (Detail("number"), "part/detail@type=issue/number"),
    (Detail("number"), "part/detail@type=number/number"), (Detail("publisher"), "originInfo/publisher"),
    (Detail("edition"), "originInfo/edition"), (Detail("issn"), "identifier@type=issn"),
    (Detail("isbn"), "identifier@type=isbn"), (Date, "originInfo/dateIssued"), (Date, "originInfo/copyrightDate"),
    (Date, "originInfo/dateCreated"), (Date, "part/date"),
];

/// Reads a `mods`.
pub(super) fn record(element: &Element) -> Record {
    let host = element.child("relatedItem@type=host");
    let mut record = Record {
        title: title(element),
        abstract_text: first_of(element.all("abstract").map(prose)),
        venue: host.map(title).unwrap_or_default(),
        ..Record::default()
    };
    names(&mut record, element);
    identifiers(&mut record, element);
    kind(&mut record, element, host);
    for parent in std::iter::once(element).chain(host) {
        take(&mut record, parent, &SHARED);
        for extent in parent.all("part/extent") {
            let range = page_range(&extent.text_of("start"), &extent.text_of("end"));
            detail(&mut record, "pages", if range.is_empty() { extent.text_of("list") } else { range });
        }
        let places = parent.all("originInfo/place/placeTerm").filter(|term| term.attribute("type") != "code");
        detail(&mut record, "location", first_of(places.map(Element::trimmed)));
    }
    #[rustfmt::skip]
    take(&mut record, element, &[
        (Keywords, "subject/topic"), (Url, "location/url"), (Detail("language"), "language/languageTerm"),
        (Detail("language"), "language"),
    ]);
    detail(&mut record, "series", element.child("relatedItem@type=series").map(title).unwrap_or_default());
    if let Some(host) = host {
        let mut around = Record::default();
        names(&mut around, host);
        record.details.extend(around.details);
    }
    record
}

/// Returns the main title, with its article and subtitle.
fn title(element: &Element) -> String {
    let proper = element.child("titleInfo@type=");
    let Some(info) = proper.or_else(|| element.child("titleInfo")) else { return String::new() };
    let (article, title, subtitle) = (prose_of(info, "nonSort"), prose_of(info, "title"), prose_of(info, "subTitle"));
    let title = format!("{article} {title}").trim().to_owned();
    if subtitle.is_empty() { title } else { format!("{title}: {subtitle}") }
}

fn names(record: &mut Record, element: &Element) {
    let mut editors = Vec::new();
    for found in element.all("name") {
        let roles: Vec<String> = found.texts_of("role/roleTerm").iter().map(|role| role.to_lowercase()).collect();
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
        let field = match id.attribute("type").to_lowercase().as_str() {
            "doi" => Identifier(IdentifierKind::Doi),
            "pmid" | "pubmed" => Identifier(IdentifierKind::Pmid),
            "arxiv" => Identifier(IdentifierKind::Arxiv),
            "citekey" | "citation" => Field::Id,
            "uri" | "url" | "hdl" => Url,
            _ => continue,
        };
        take_one(record, field, id);
    }
}

fn kind(record: &mut Record, element: &Element, host: Option<&Element>) {
    for wording in [element.texts_of("genre"), element.texts_of("typeOfResource")].concat() {
        let kind = kind_of(&wording);
        if !kind.is_empty() && record.kind.is_empty() {
            put_kind(record, kind, &wording);
        }
    }
    // The genre of a chapter may be that of its book. Then the genre of the host decides.
    if record.kind.is_empty() || host.is_some() && record.kind == "book" {
        let genres = host.map(|host| host.texts_of("genre").join(" ")).unwrap_or_default();
        #[rustfmt::skip]
        let kinds = [
            ("periodical", "article"), ("journal", "article"), ("newspaper", "article"), ("magazine", "article"),
            ("conference", "inproceedings"), ("proceeding", "inproceedings"), ("book", "incollection"),
        ];
        let kind = kinds.iter().find(|(word, _)| genres.contains(word)).map_or("", |(_, kind)| kind);
        record.kind = kind.to_owned();
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn a_work_in_a_journal_gets_the_details_of_the_journal() {
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
