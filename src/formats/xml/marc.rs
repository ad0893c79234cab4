//! [MARCXML](https://www.loc.gov/standards/marcxml/) of library catalogues: fields with numbers
//! ([MARC 21](https://www.loc.gov/marc/bibliographic/)).

use super::parts::{detail, first_of, identifier, joined_names, kind_of, link, put_kind, serial_number, written_name};
use super::text::prose;
use super::tree::Element;
use crate::formats::fields::When;
use crate::formats::organisations::organisation;
use crate::paper::{IdentifierKind, Record};

/// Punctuation that cataloguing rules put behind a field.
const TRAILING: [char; 6] = ['/', ':', ';', ',', '=', ' '];

/// A `record` of `datafield`s.
pub(super) fn record(element: &Element) -> Record {
    let fields = |tag: &'static str| element.all("datafield").filter(move |field| field.attribute("tag") == tag);
    let first = |tag: &'static str, code: &str| first_of(fields(tag).map(|field| subfield(field, code)));
    let mut record = Record { abstract_text: first("520", "a"), venue: first("773", "t"), ..Record::default() };
    let (title, rest) = (first("245", "a"), first("245", "b"));
    record.title = if rest.is_empty() { title } else { format!("{title}: {rest}") };
    if record.venue.is_empty() {
        record.venue = first("773", "p");
    }
    people(&mut record, element);
    for (tag, code) in [("650", "a"), ("653", "a"), ("695", "a")] {
        record.keywords.extend(fields(tag).map(|field| subfield(field, code)));
    }
    for field in fields("024") {
        match subfield(field, "2").to_lowercase().as_str() {
            "doi" => identifier(&mut record, IdentifierKind::Doi, subfield(field, "a")),
            "arxiv" => identifier(&mut record, IdentifierKind::Arxiv, subfield(field, "a")),
            _ => {}
        }
    }
    // INSPIRE's and CERN's way to name an eprint.
    for field in fields("037").filter(|field| subfield(field, "9") == "arXiv") {
        identifier(&mut record, IdentifierKind::Arxiv, subfield(field, "a"));
    }
    for field in fields("856") {
        link(&mut record, &subfield(field, "u"));
    }
    for (name, tag, code) in [
        ("publisher", "264", "b"),
        ("publisher", "260", "b"),
        ("location", "264", "a"),
        ("location", "260", "a"),
        ("edition", "250", "a"),
        ("series", "490", "a"),
        ("volume", "773", "v"),
        ("number", "773", "n"),
        ("pages", "773", "c"),
        ("language", "041", "a"),
        ("note", "500", "a"),
    ] {
        detail(&mut record, name, first(tag, code));
    }
    for tag in ["020", "022"] {
        serial_number(&mut record, &first(tag, "a"));
    }
    let dates = [("773", "y"), ("264", "c"), ("260", "c"), ("269", "c")];
    let when = dates.into_iter().map(|(tag, code)| When::parse(&first(tag, code))).find(|when| when.year.is_some());
    when.unwrap_or_default().put(&mut record);
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
        let role = format!("{} {}", subfield(field, "e"), subfield(field, "4")).to_lowercase();
        match field.attribute("tag") {
            "100" | "700" if role.contains("edit") || role.contains("edt") => editors.push(written_name(&name)),
            "100" => record.authors.insert(0, written_name(name.trim_end_matches('.'))),
            "700" if role.trim().is_empty() || role.contains("aut") => {
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
    // The seventh and eighth character of the leader: language material, and of what level.
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
