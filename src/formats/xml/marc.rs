//! Reads [MARCXML](https://www.loc.gov/standards/marcxml/) of library catalogues. Numbers identify its fields
//! ([MARC 21](https://www.loc.gov/marc/bibliographic/)).

use super::parts::{detail, first_of, joined_names, kind_of, put_kind, take_text, written_name};
use super::text::prose;
use super::tree::Element;
use crate::formats::fields::Field::{self, Abstract, Date, Detail, Identifier, Keywords, Url, Venue};
use crate::formats::organisations::organisation;
use crate::paper::{IdentifierKind, Record};

/// Punctuation that cataloguing rules put at the end of a field.
const TRAILING: [char; 6] = ['/', ':', ';', ',', '=', ' '];

/// The fields, with their tags and the codes of their subfields.
#[rustfmt::skip]
const FIELDS: [(Field, &str, &str); 24] = [
    (Abstract, "520", "a"), (Venue, "773", "t"), (Venue, "773", "p"), (Keywords, "650", "a"), (Keywords, "653", "a"),
    (Keywords, "695", "a"), (Url, "856", "u"), (Detail("publisher"), "264", "b"), (Detail("publisher"), "260", "b"),
    (Detail("location"), "264", "a"), (Detail("location"), "260", "a"), (Detail("edition"), "250", "a"),
    (Detail("series"), "490", "a"), (Detail("volume"), "773", "v"), (Detail("number"), "773", "n"),
    (Detail("pages"), "773", "c"), (Detail("language"), "041", "a"), (Detail("note"), "500", "a"),
    (Detail("isbn"), "020", "a"), (Detail("issn"), "022", "a"), (Date, "773", "y"), (Date, "264", "c"),
    (Date, "260", "c"), (Date, "269", "c"),
];

/// Reads a `record` that contains `datafield`s.
pub(super) fn record(element: &Element) -> Record {
    let fields = |tag: &'static str| element.all("datafield").filter(move |field| field.attribute("tag") == tag);
    let first = |tag: &'static str, code: &str| first_of(fields(tag).map(|field| subfield(field, code)));
    let mut record = Record::default();
    for (field, tag, code) in FIELDS {
        fields(tag).for_each(|found| take_text(&mut record, field, subfield(found, code)));
    }
    let (title, rest) = (first("245", "a"), first("245", "b"));
    record.title = if rest.is_empty() { title } else { format!("{title}: {rest}") };
    people(&mut record, element);
    // INSPIRE and CERN put the arXiv id into field 037.
    for field in fields("024").chain(fields("037")) {
        let kind = match [subfield(field, "2"), subfield(field, "9")].concat().to_lowercase().as_str() {
            "doi" => IdentifierKind::Doi,
            "arxiv" => IdentifierKind::Arxiv,
            _ => continue,
        };
        take_text(&mut record, Identifier(kind), subfield(field, "a"));
    }
    kind(&mut record, element, &first("502", "a"), &first("655", "a"));
    record
}

fn subfield(field: &Element, code: &str) -> String {
    let found = field.all("subfield").find(|subfield| subfield.attribute("code") == code);
    found.map(prose).unwrap_or_default().trim_end_matches(TRAILING).to_owned()
}

fn people(record: &mut Record, element: &Element) {
    let mut editors = Vec::new();
    for field in element.all("datafield") {
        let name = subfield(field, "a");
        if name.is_empty() {
            continue;
        }
        let role = [subfield(field, "e"), subfield(field, "4")].concat().to_lowercase();
        match field.attribute("tag") {
            "100" | "700" if role.contains("edit") || role.contains("edt") => editors.push(written_name(&name)),
            "100" => record.authors.insert(0, written_name(name.trim_end_matches('.'))),
            "700" if role.is_empty() || role.contains("aut") => {
                record.authors.push(written_name(name.trim_end_matches('.')))
            }
            "110" | "710" if field.attribute("tag") == "110" || role.contains("aut") => {
                record.authors.push(organisation(&name))
            }
            _ => {}
        }
    }
    detail(record, "editor", joined_names(editors));
}

fn kind(record: &mut Record, element: &Element, thesis: &str, genre: &str) {
    if !thesis.is_empty() {
        put_kind(record, "thesis", thesis);
        return;
    }
    // The eighth character of the leader is the bibliographic level: `m` for a book, `a` or `b` for a part of a book or
    // a journal.
    let leader = element.text_of("leader");
    let kind = match (kind_of(genre), leader.get(7..8)) {
        ("", Some("m")) if record.venue.is_empty() => "book",
        ("", Some("a" | "b")) => "article",
        ("", _) if !record.venue.is_empty() => "article",
        (kind, _) => kind,
    };
    put_kind(record, kind, genre);
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    #[test]
    fn fields_are_read_by_their_numbers() {
        let field = |tag: &str, subfields: &[(&str, &str)]| {
            let inside: String =
                subfields.iter().map(|(code, text)| format!("<subfield code=\"{code}\">{text}</subfield>")).collect();
            format!("<datafield tag=\"{tag}\">{inside}</datafield>")
        };
        let fields = [
            field("245", &[("a", "On bees :"), ("b", "a study /")]),
            field("100", &[("a", "Byron, Ada,")]),
            field("700", &[("a", "Gauss, Carl"), ("e", "editor")]),
            field("520", &[("a", "Hum.")]),
            field("264", &[("a", "Nest :"), ("b", "Hive,"), ("c", "[2021]")]),
            field("024", &[("a", "10.1000/a"), ("2", "doi")]),
            field("650", &[("a", "Bees")]),
        ];
        let text = format!(
            "<collection><record><leader>01142cam  2200301 a 4500</leader>{}</record></collection>",
            fields.concat()
        );
        let outcome = read_bytes(text, "a.xml");
        let paper = &outcome.papers[0];
        assert_eq!(
            (paper.title.as_str(), paper.authors.as_slice()),
            ("On bees: a study", &["Ada Byron".to_owned()][..])
        );
        assert_eq!((paper.kind.as_deref(), paper.year), (Some("book"), Some(2021)));
        assert_eq!((paper.details["publisher"].as_str(), paper.details["location"].as_str()), ("Hive", "Nest"));
        assert_eq!((paper.details["editor"].as_str(), paper.id.as_str()), ("Gauss, Carl", "doi:10.1000/a"));
    }
}
