//! Tests of what all formats share: detection, compression, errors of whole files. Property tests use random papers.

mod hostile_characters;

use std::io::{Read, Write};
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::paper::{IdentifierKind, Paper, Record};

/// All results of reading a file; problems and notices are the messages that people see.
#[derive(Debug)]
pub(super) struct Outcome {
    pub papers: Vec<Paper>,
    pub lines: Vec<u64>,
    pub problems: Vec<String>,
    pub notices: Vec<String>,
    pub format: Format,
}

pub(super) fn read_reader(reader: impl Read, name: &str, format: Option<Format>) -> Result<Outcome> {
    let mut outcome = Outcome {
        papers: Vec::new(),
        lines: Vec::new(),
        problems: Vec::new(),
        notices: Vec::new(),
        format: Format::Json,
    };
    let summary = read_from(reader, Path::new(name), &format.into(), &mut |item| {
        match item {
            Item::Paper { paper, place } => {
                assert!(place.path.starts_with(name), "{place}");
                outcome.papers.push(*paper);
                outcome.lines.push(place.line);
            }
            Item::Problem(problem) => outcome.problems.push(problem.to_string()),
            Item::Notice(notice) => outcome.notices.push(notice.to_string()),
        }
        Ok(())
    })?;
    assert_eq!(summary.papers, outcome.papers.len() as u64);
    assert_eq!(summary.problems, outcome.problems.len() as u64);
    outcome.format = summary.format;
    Ok(outcome)
}

pub(super) fn read_bytes(bytes: impl AsRef<[u8]>, name: &str) -> Outcome {
    read_reader(bytes.as_ref(), name, None).unwrap()
}

impl Outcome {
    pub(super) fn titles(&self) -> Vec<&str> {
        self.papers.iter().map(|paper| paper.title.as_str()).collect()
    }
}

fn refusal(bytes: impl AsRef<[u8]>, name: &str) -> String {
    read_reader(bytes.as_ref(), name, None).unwrap_err().to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

const TWO_LINES: &str = "{\"title\": \"On Bees\"}\n{\"title\": \"On Wasps\", \"year\": 1999}\n";
const ONE_LISTING: &str = "LGJan 2, 2020\nOn beesAda Byron, Carl Gauss\nBees hum.\n";

#[test]
fn the_name_decides_the_format_only_if_the_content_does_not() {
    for (content, name, format) in [
        (TWO_LINES, "a.json", Format::JsonLines),
        (TWO_LINES, "a.txt", Format::JsonLines),
        ("{\"title\": \"On Bees\"}", "a.jsonl", Format::JsonLines),
        ("{\"title\": \"On Bees\"}\n", "a.json", Format::Json),
        ("{\n \"title\": \"On Bees\"\n}", "a.jsonl", Format::Json),
        ("{\"title\": \"On Bees\"\n{\"title\": \"On Wasps\"}\n", "a.jsonl", Format::JsonLines),
        ("{\"papers\": [{\"title\": \"On Bees\"}]}", "a.jsonl", Format::Json),
        ("[{\"title\": \"On Bees\"}]", "a.csv", Format::Json),
        ("title,year\nOn Bees,1999\n", "a.txt", Format::Csv),
        ("Title;Year\nOn Bees;1999\n", "a", Format::Csv),
        ("title\tyear\nOn Bees\t1999\n", "a.csv", Format::Tsv),
        ("title\nOn Bees\n", "a", Format::Csv),
        (ONE_LISTING, "a.csv", Format::Listing),
        ("\u{feff}title,year\r\nOn Bees,1999\r\n", "a.csv", Format::Csv),
        ("\u{feff}{\"title\": \"On Bees\"}\r\n\r\n", "a.jsonl", Format::JsonLines),
    ] {
        let outcome = read_bytes(content, name);
        assert_eq!(outcome.format, format, "for {content:?} in {name}");
        assert!(outcome.papers[0].title.to_lowercase().starts_with("on "), "for {content:?} in {name}");
    }
    let forced = read_reader("[]".as_bytes(), "a.json", Some(Format::JsonLines)).unwrap();
    assert_eq!(forced.problems, ["a.json:1: not an object with a title, but an array"]);
}

#[test]
fn packed_files_are_read_whatever_their_name() {
    let members = [gzip(&TWO_LINES.as_bytes()[..30]), gzip(&TWO_LINES.as_bytes()[30..])].concat();
    let frames = [zstd(&TWO_LINES.as_bytes()[..30]), zstd(&TWO_LINES.as_bytes()[30..])].concat();
    for packed in [gzip(TWO_LINES.as_bytes()), members, zstd(TWO_LINES.as_bytes()), frames] {
        assert_eq!(read_bytes(packed, "-").titles(), ["On Bees", "On Wasps"]);
    }
    assert_eq!(
        read_bytes(gzip(b"{\"title\": \"On Bees\"}"), "a.json.gz").format,
        Format::Json,
        "the extension before .gz counts"
    );
}

/// Returns a file that is large enough for several compressed blocks.
fn many_papers(format: Format) -> String {
    let paper = |number: u64| {
        let noise = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        match format {
            Format::Csv => format!("Paper {number},{noise:x}\n"),
            Format::Listing => format!("LGJan 2, 2020\npaper {number}Ada Byron\nText {noise:x}.\n"),
            Format::Json => format!(",{{\"title\": \"Paper {number}\", \"abstract\": \"{noise:x}\"}}\n"),
            _ => format!("{{\"title\": \"Paper {number}\", \"abstract\": \"{noise:x}\"}}\n"),
        }
    };
    let papers: String = (0..20_000).map(paper).collect();
    match format {
        Format::Csv => format!("title,abstract\n{papers}"),
        Format::Json => format!("[{}]", &papers[1..]),
        _ => papers,
    }
}

#[test]
fn whole_papers_of_a_truncated_file_are_kept_with_one_notice() {
    for format in [Format::JsonLines, Format::Json, Format::Csv, Format::Listing] {
        let text = many_papers(format);
        for (packed, name) in [(gzip(text.as_bytes()), "gzip"), (zstd(text.as_bytes()), "zstd")] {
            let outcome = read_bytes(&packed[..packed.len() * 2 / 3], "a");
            let count = outcome.papers.len();
            assert!((5_000..19_000).contains(&count), "{format} in {name}: {count}");
            let whole = read_bytes(&text, "a").papers;
            assert_eq!(outcome.papers, whole[..count], "{format} in {name}");
            let [notice] = &outcome.notices[..] else { panic!("{format} in {name}: {:?}", outcome.notices) };
            assert!(notice.contains(&format!("the {name} data ends early or is damaged")), "{notice}");
            assert_eq!(outcome.problems, [""; 0], "{format} in {name}");
        }
    }
    assert!(refusal(&gzip(TWO_LINES.as_bytes())[..10], "a").contains("a: is damaged gzip data"));
}

#[test]
fn a_disk_error_is_an_error_and_not_the_end_of_the_file() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("bad sector"))
        }
    }
    let mut count = 0;
    let result = read_from(TWO_LINES.as_bytes().chain(Failing), Path::new("a"), &ReadOptions::default(), &mut |_| {
        count += 1;
        Ok(())
    });
    assert_eq!(result.unwrap_err().to_string(), "cannot read a");
    assert_eq!(count, 2);
}

#[test]
fn files_that_cannot_be_used_are_refused_with_advice() {
    let missing = read(Path::new("no/such.csv"), &ReadOptions::default(), &mut |_| Ok(())).unwrap_err().to_string();
    assert_eq!(missing, "no/such.csv: there is no such file; check the name");
    let folder = tempfile::tempdir().unwrap();
    let message = read(folder.path(), &ReadOptions::default(), &mut |_| Ok(())).unwrap_err().to_string();
    assert!(message.ends_with("is a folder; use the files in it"), "{message}");
    assert_eq!(refusal("", "a.csv"), "a.csv: is empty");
    assert_eq!(refusal("\u{feff} \r\n\n", "a.csv"), "a.csv: is empty");
    assert_eq!(refusal(gzip(b""), "a.csv"), "a.csv: is empty");
    assert!(refusal("%PDF-1.7\n", "a.csv").contains("is a PDF;"));
    assert!(refusal("PK\x03\x04....", "a").contains("is a damaged zip archive"));
    assert!(refusal("SQLite format 3\0...", "a").contains("is an SQLite database"));
    assert!(refusal(gzip(&gzip(b"x")), "a").contains("compressed twice"));
    assert!(refusal("title\0", "a").contains("is a binary file; relata reads BibTeX (bibtex)"));
    assert!(refusal("Dear all,\nplease read my paper.", "a.txt").contains("is in an unknown format; relata reads"));
    assert!(refusal("[1] A. Byron, On Bees", "a.txt").contains("unknown format"));
    let utf32 = [0xff, 0xfe, 0, 0, b't', 0, 0, 0];
    assert!(refusal(utf32, "a.csv").contains("a.csv: is UTF-32 text; convert it first: `iconv -f UTF-32"));
}

#[test]
fn text_in_other_encodings_is_read_with_one_notice() {
    let utf16: Vec<u8> = "title,year\nÜber Bienen,1999".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [[&[0xff, 0xfe], &utf16[..]].concat(), utf16] {
        let outcome = read_bytes(gzip(&bytes), "a.csv");
        assert_eq!(outcome.titles(), ["Über Bienen"]);
        assert_eq!(outcome.notices, ["a.csv: read as UTF-16LE"]);
    }
    let latin = b"{\"title\": \"\xdcber Bienen\"}\n{\"title\": \"V\xf6lker\"}\n";
    let outcome = read_bytes(latin, "a.jsonl");
    assert_eq!(outcome.titles(), ["Über Bienen", "Völker"]);
    assert_eq!((outcome.problems.len(), outcome.notices), (0, vec!["a.jsonl: read as windows-1252".to_owned()]));
    assert!(read_bytes(TWO_LINES, "a").notices.is_empty());
}

#[test]
fn an_error_of_the_sink_ends_the_reading() {
    for content in [TWO_LINES, "[{\"title\": \"A\"}, {\"title\": \"B\"}]", "title\nA\nB\n", ONE_LISTING] {
        let mut count = 0;
        let result = read_from(content.as_bytes(), Path::new("a"), &ReadOptions::default(), &mut |_| {
            count += 1;
            Err(Error::EmptyText)
        });
        assert!(matches!(result, Err(Error::EmptyText)), "{content}");
        assert_eq!(count, 1);
    }
}

#[test]
fn formats_have_names() {
    for &format in Format::ALL {
        assert_eq!(format.to_string().to_uppercase().parse::<Format>().unwrap(), format);
    }
    let message = "docx".parse::<Format>().unwrap_err().to_string();
    let expected = "\"docx\" is not a format; the formats are jsonl, json, csv, tsv, bibtex, ris, nbib, enw, wos, refworks, ovid, \
                    xml, listing";
    assert_eq!(message.strip_suffix(", parquet").unwrap_or(&message), expected);
}

/// Generates text with all characters that some format uses to separate, quote or escape.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9éßŁ中 ,;|.&'\"\\[\\]{}\\\\$·-]{0,30}( and |\n| et al.|)"
}

pub(super) fn records() -> impl Strategy<Value = Record> {
    let texts = || proptest::collection::vec(text(), 0..4);
    let identifiers = proptest::sample::subsequence(
        vec![
            (IdentifierKind::Arxiv, "2101.00001v2".to_owned()),
            (IdentifierKind::Doi, "https://doi.org/10.1234/AB.c".to_owned()),
            (IdentifierKind::Doi, "10.48550/arXiv.1706.03762".to_owned()),
            (IdentifierKind::Pmid, "123".to_owned()),
            (IdentifierKind::Acl, "P18-1001".to_owned()),
            (IdentifierKind::Openreview, "rJXMpikCZ".to_owned()),
            (IdentifierKind::Openalex, "W12345".to_owned()),
            (IdentifierKind::S2, "204e3073870fae3d05bcbc2f6a8e263d9b72e776".to_owned()),
        ],
        0..8,
    );
    let ids = prop_oneof![Just(String::new()), text(), Just("204e3073870fae3d05bcbc2f6a8e263d9b72e776".to_owned())];
    let names = (ids, "[A-Za-z]", text(), text(), text(), text());
    // A name must have a letter.
    let authors = proptest::collection::vec(("[A-Za-z]", text()).prop_map(|(letter, rest)| letter + &rest), 0..4);
    let lists = (authors, texts(), texts(), texts());
    let kinds = prop_oneof![Just(String::new()), Just("article".to_owned()), Just("Thesis".to_owned()), text()];
    let fields =
        proptest::sample::select(vec!["volume", "pages", "ris:c1", "editor", "Note", "csl:genre", "month", ""]);
    let details = proptest::collection::vec((fields.prop_map(str::to_owned), text()), 0..4);
    let dates = (proptest::option::of(900..3100i64), proptest::option::of(0..200_000i64));
    let rest = (any::<(bool, bool)>(), dates, identifiers, kinds, details);
    (names, lists, rest).prop_map(
        |((id, first, title, abstract_text, venue, url), (authors, categories, keywords, organizations), rest)| {
            let ((et_al, has_code), (year, days), identifiers, kind, details) = rest;
            let date = days.map(|days| jiff::civil::date(1600, 1, 1).saturating_add(jiff::Span::new().days(days)));
            let title = format!("{first}{title}");
            Record {
                id,
                title,
                abstract_text,
                authors,
                et_al,
                year,
                date,
                venue,
                categories,
                keywords,
                organizations,
                identifiers,
                url,
                has_code,
                kind,
                details,
                ..Record::default()
            }
        },
    )
}

/// Generates papers from records that may have any field.
pub(super) fn papers() -> impl Strategy<Value = Vec<Paper>> {
    proptest::collection::vec(records(), 1..6)
        .prop_map(|records| records.into_iter().map(|record| record.into_paper().unwrap()).collect())
}

proptest! {
    #[test]
    fn json_that_relata_writes_is_read_back_unchanged(papers in papers()) {
        let lines: String = papers.iter().map(|paper| serde_json::to_string(paper).unwrap() + "\n").collect();
        prop_assert_eq!(&read_bytes(&lines, "a.jsonl").papers, &papers);
        let pretty = serde_json::to_string_pretty(&papers).unwrap();
        prop_assert_eq!(&read_bytes(pretty, "a").papers, &papers);
        let object = serde_json::json!({"title": "My list", "papers": papers});
        prop_assert_eq!(&read_bytes(object.to_string(), "a.json").papers, &papers);
    }

    #[test]
    fn no_bytes_make_a_format_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), packing in 0..3) {
        let bytes = match packing {
            0 => bytes,
            1 => gzip(&bytes),
            _ => zstd(&bytes),
        };
        for format in Format::ALL.iter().copied().map(Some).chain([None]) {
            let _ = read_reader(&bytes[..], "a", format);
        }
    }

    #[test]
    fn text_that_resembles_a_format_never_causes_a_panic(
        pieces in proptest::collection::vec(
            "[\\[\\]{}:,\"\n;\té ]|\"title\"|title|LGJan 2, 2020\n|A. Byron|et al\\.| · |netsAda|Mc|null|1e999|\\\\ud800|de |-",
            0..40,
        )
    ) {
        let text = pieces.concat();
        for format in Format::ALL.iter().copied().map(Some).chain([None]) {
            let _ = read_reader(text.as_bytes(), "a", format);
        }
    }
}
