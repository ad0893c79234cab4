//! Tests each writer with one small feed.

use std::sync::Arc;

use jiff::Timestamp;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::paper::{Paper, Record};

fn paper(id: &str, title: &str) -> Paper {
    let record = Record {
        id: id.into(),
        title: "To be replaced".into(),
        abstract_text: "Bees dance ]]> and sing.".into(),
        authors: vec!["Ada <b>Byron</b>".into(), "Zoë & Co".into()],
        date: Some(jiff::civil::date(1843, 9, 1)),
        url: "https://example.org/a b?x=\"1\"&y=2".into(),
        ..Record::default()
    };
    // Set after the record was cleaned, because writers must not rely on clean text.
    Paper { title: title.into(), categories: vec!["a\"b".into()], ..record.into_paper().unwrap() }
}

fn digest() -> Digest {
    let hostile = paper("x\"1", "</title><script>alert(1)</script> & \u{1}\u{8} *bold* [a](b)");
    let plain = Paper { url: Some("javascript:alert(1)".into()), date: None, ..paper("y", "Bees") };
    let because = Arc::new(paper("z", "Liked <i>papers</i>"));
    let entry = |paper, interest: Option<&str>| Entry {
        paper: Arc::new(paper),
        score: 0.5,
        because: because.clone(),
        interest: interest.map(str::to_owned),
    };
    Digest {
        profile: "me & <you>".into(),
        key: "0123456789abcdef0123456789abcdef".into(),
        made_at: Timestamp::from_second(1_700_000_000).unwrap(),
        since: Some(Timestamp::from_second(1_600_000_000).unwrap()),
        candidates: 1234,
        entries: vec![entry(hostile, Some("bees, <dances>")), entry(plain, None)],
    }
}

fn written(format: FeedFormat) -> String {
    let mut bytes = Vec::new();
    write(&digest(), format, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Each element with its path, attributes and text.
fn elements(xml: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut path, mut found): (Vec<String>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    let name = |start: &quick_xml::events::BytesStart| start.name().as_ref().to_owned();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                path.push(name(&start));
                found.push((path.join("/"), String::new()));
            }
            Event::Empty(start) => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    attribute.value.to_string()
                });
                found.push((format!("{}/{}", path.join("/"), name(&start)), attributes.collect::<Vec<_>>().join(" ")));
            }
            Event::Text(text) if !text.trim().is_empty() => found.last_mut().unwrap().1.push_str(&text),
            Event::GeneralRef(reference) => {
                found.last_mut().unwrap().1.push_str(&format!("&{};", &*reference));
            }
            Event::End(_) => drop(path.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty());
    found
}

#[test]
fn atom_parses_and_has_the_required_elements() {
    let text = written(FeedFormat::Atom);
    let elements = elements(&text);
    let of = |path: &str| -> Vec<&str> {
        elements.iter().filter(|(other, _)| other == path).map(|(_, text)| text.as_str()).collect()
    };
    assert_eq!(of("feed/id"), ["urn:uuid:01234567-89ab-4def-8123-456789abcdef"]);
    assert_eq!((of("feed/title").len(), of("feed/updated")), (1, vec!["2023-11-14T22:13:20Z"]));
    assert_eq!(of("feed/author/name"), ["relata"]);
    let ids = of("feed/entry/id");
    assert_eq!(ids.len(), 2);
    assert!(ids[0] != ids[1] && ids.iter().all(|id| id.starts_with("urn:uuid:") && id.len() == 45), "{ids:?}");
    assert_eq!((of("feed/entry/title").len(), of("feed/entry/updated").len()), (2, 2));
    assert_eq!(of("feed/entry/published"), ["1843-09-01T00:00:00Z"]);
    assert_eq!(of("feed/entry/link"), ["alternate https://example.org/a%20b?x=%221%22&amp;y=2"], "no javascript");
    assert_eq!(of("feed/entry/author/name").len(), 4);
    assert!(of("feed/entry/summary")[0].contains("Similar to “Liked &lt;i&gt;papers"), "{text}");
    assert!(!text.contains("<script") && !text.contains(['\u{1}', '\u{8}']) && !text.contains("]]>"), "{text}");
    assert_eq!(written(FeedFormat::Atom), text, "ids are always the same");
}

#[test]
fn html_is_one_page_that_loads_and_runs_nothing() {
    let page = written(FeedFormat::Html);
    assert!(!page.contains("<script") && !page.contains("<i>") && !page.contains("javascript:"), "{page}");
    assert!(page.contains("default-src 'none'") && page.contains("New papers for “me &#38; &#60;you&#62;”"), "{page}");
    let (first, second) = (page.find("<article id=1>").unwrap(), page.find("<article id=2>").unwrap());
    assert!(page[first..second].contains("bees, &#60;dances&#62;") && page[second..].contains("<bdi>Bees</bdi>"));
    assert!(page.contains("2 of 1,234 papers added since 2020-09-13."));
}

#[test]
fn markdown_escapes_titles_and_shows_reasons() {
    let text = written(FeedFormat::Markdown);
    assert!(text.starts_with("# New papers for “me \\& \\<you\\>”\n\n2 of 1,234 papers"), "{text}");
    assert!(text.contains("\\<script\\>alert(1)\\</script\\>") && text.contains("\\*bold\\* \\[a\\](b)"), "{text}");
    assert_eq!(
        text.matches("\n   Similar to [Liked \\<i\\>papers\\</i\\>](https://example.org/a%20b").count(),
        2,
        "{text}"
    );
}

#[test]
fn formats_are_recognised_by_extension() {
    for (name, format) in [("a.XML", FeedFormat::Atom), ("a.atom", FeedFormat::Atom), ("b.md", FeedFormat::Markdown)] {
        assert_eq!(FeedFormat::from_extension(Path::new(name)), Some(format));
    }
    assert_eq!(FeedFormat::from_extension(Path::new("feed.txt")), None);
}
