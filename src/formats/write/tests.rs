//! Compares the output of each format byte by byte, and reads it back.

use std::path::Path;

use proptest::prelude::*;

use super::super::Format;
use super::super::tests::{read_reader, records};
use super::*;
use crate::paper::{IdentifierKind, Paper, Record};

fn written(format: ExportFormat, papers: &[Paper]) -> String {
    let mut bytes = Vec::new();
    let mut writer = format.writer(&mut bytes);
    papers.iter().for_each(|paper| writer.paper(paper).unwrap());
    writer.finish().unwrap();
    drop(writer);
    String::from_utf8(bytes).unwrap()
}

fn written_as_found(format: ExportFormat, papers: &[Paper]) -> String {
    let mut bytes = Vec::new();
    let mut writer = format.writer(&mut bytes);
    for (index, paper) in papers.iter().enumerate() {
        let score = 0.75 - index as f32 / 3.0;
        writer.found(Ranking { rank: index + 1, score, similarity: 0.75 }, paper).unwrap();
    }
    writer.finish().unwrap();
    drop(writer);
    String::from_utf8(bytes).unwrap()
}

fn read_back(text: &str, format: Format) -> Vec<Paper> {
    let outcome = read_reader(text.as_bytes(), "a", Some(format)).unwrap();
    assert_eq!(outcome.problems, [""; 0]);
    outcome.papers
}

fn paper(title: &str) -> Paper {
    Record { title: title.into(), ..Record::default() }.into_paper().unwrap()
}

/// Returns a paper with every field, and a paper with only a title.
fn two_papers() -> Vec<Paper> {
    let whole = Record {
        id: "byron1843".into(),
        title: "=On [Bees], *and* “more”".into(),
        abstract_text: "1. They hum; loudly.".into(),
        authors: vec!["Byron, Ada".into(), "{Society of Bees}".into()],
        et_al: true,
        date: Some(jiff::civil::date(1843, 2, 3)),
        venue: "Bee Letters".into(),
        categories: vec!["q-bio.PE".into()],
        keywords: vec!["honey".into(), "wax, hard".into()],
        organizations: vec!["Hive; North".into(), "Hive".into()],
        identifiers: vec![
            (IdentifierKind::Doi, "10.1234/bees(1)".into()),
            (IdentifierKind::Openreview, "-5VqHdSXaWT".into()),
        ],
        url: "https://bees.example/(1)".into(),
        has_code: true,
        kind: "article".into(),
        details: vec![("volume".into(), "12".into())],
        ..Record::default()
    };
    vec![whole.into_paper().unwrap(), paper("On Wasps")]
}

#[test]
fn a_csv_table_has_a_column_for_every_field_and_no_formulas() {
    let papers = two_papers();
    let text = written(ExportFormat::Csv, &papers);
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(
        rows,
        [
            "id,title,authors,et_al,year,date,venue,kind,arxiv,doi,pmid,pmcid,acl,openreview,openalex,s2,corpusid,dblp,url,keywords,categories,\
             organizations,has_code,abstract,details",
            "byron1843,\"'=On [Bees], *and* “more”\",Ada Byron; Society of Bees,true,1843,1843-02-03,Bee Letters,article,,\
             10.1234/bees(1),,,,-5VqHdSXaWT,,,,,https://bees.example/(1),\"honey; wax, hard\",q-bio.PE,\
             \"[\"\"Hive; North\"\",\"\"Hive\"\"]\",true,1. They hum; loudly.,\
             \"{\"\"author\"\":\"\"Byron, Ada and {Society of Bees}\"\",\"\"volume\"\":\"\"12\"\"}\"",
            &format!("{},On Wasps,,,,,,,,,,,,,,,,,,,,,,,", papers[1].id),
        ]
    );
    assert_eq!(read_back(&text, Format::Csv), papers);
    assert_eq!(written(ExportFormat::Csv, &[]).lines().count(), 1, "without papers there is only a header");
}

#[test]
fn only_apostrophes_that_were_added_are_removed() {
    for title in ["=1+1", "'=1+1", "''@x", "'+' and '-' in C", "'Tis", "-omics", "+", "' =x"] {
        let paper = Record { id: title.into(), title: format!("{title} x"), ..Record::default() }.into_paper().unwrap();
        let text = written(ExportFormat::Csv, std::slice::from_ref(&paper));
        assert!(!text.lines().nth(1).unwrap().starts_with(['=', '+', '-', '@']), "{text}");
        assert_eq!(read_back(&text, Format::Csv), [paper]);
    }
    let foreign = "title,year\n'+' and '-' in C,2001\n'=x,2002\n";
    let titles: Vec<String> = read_back(foreign, Format::Csv).into_iter().map(|paper| paper.title).collect();
    assert_eq!(titles, ["'+' and '-' in C", "'=x"], "apostrophes in other tables stay");
}

#[test]
fn a_table_that_was_edited_in_a_spreadsheet_is_still_recognised() {
    let text = "my notes;details;title;authors;et_al;has_code;keywords\n\
                read;\"{\"\"volume\"\":\"\"3\"\"}\";'=On Bees;\"Byron, Ada;Gauss, Carl Friedrich\";TRUE;FALSE;\n";
    let [paper] = &read_back(text, Format::Csv)[..] else { panic!() };
    assert_eq!((paper.title.as_str(), paper.et_al, paper.has_code), ("=On Bees", true, false));
    assert_eq!(paper.authors, ["Ada Byron", "Carl Friedrich Gauss"]);
    assert_eq!(paper.details.get("volume").map(String::as_str), Some("3"));
    assert!(paper.keywords.is_empty());
}

#[test]
fn results_begin_with_rank_and_score_and_are_read_back() {
    let papers = two_papers();
    let table = written_as_found(ExportFormat::Csv, &papers);
    let rows: Vec<&str> = table.lines().collect();
    assert!(rows[0].starts_with("rank,score,similarity,id,title,"), "{table}");
    assert!(rows[1].starts_with("1,0.750000,0.750000,byron1843,"), "{table}");
    assert!(rows[2].starts_with("2,0.416667,0.750000,"), "{table}");
    assert_eq!(read_back(&table, Format::Csv), papers);
    let lines = written_as_found(ExportFormat::JsonLines, &papers);
    assert!(
        lines.lines().nth(1).unwrap().starts_with(r#"{"rank":2,"score":0.416667,"similarity":0.75,"id":"#),
        "{lines}"
    );
    assert_eq!(read_back(&lines, Format::JsonLines), papers);
}

#[test]
fn markdown_escapes_the_text_of_papers() {
    let papers = two_papers();
    assert_eq!(
        written(ExportFormat::Markdown, &papers),
        "1. **[=On \\[Bees\\], \\*and\\* “more”](https://bees.example/%281%29)**\n\n   \
         Ada Byron, Society of Bees et al. · 1843 · Bee Letters · doi:10.1234/bees(1) · openreview:-5VqHdSXaWT\n\n   \
         > 1\\. They hum; loudly.\n\n2. **On Wasps**\n"
    );
    let found = written_as_found(ExportFormat::Markdown, &papers);
    assert!(found.starts_with("1. 0.750 · **[=On"), "{found}");
    assert!(found.ends_with("2. 0.417 · **On Wasps**\n\n   similarity 0.750\n"), "{found}");
    let hostile = Record {
        authors: vec!["- Byron".into()],
        url: "javascript:alert(1)".into(),
        abstract_text: "+ <bees>".into(),
        ..Record { title: "x](y)".into(), ..Record::default() }
    };
    assert_eq!(
        written(ExportFormat::Markdown, &[hostile.into_paper().unwrap()]),
        "1. **x\\](y)**\n\n   \\- Byron\n\n   > \\+ \\<bees\\>\n"
    );
}

#[test]
fn formats_are_found_by_name_and_by_extension() {
    for &format in ExportFormat::ALL {
        assert_eq!(format.to_string().to_uppercase().parse::<ExportFormat>().unwrap(), format);
    }
    let message = "docx".parse::<ExportFormat>().unwrap_err().to_string();
    assert!(message.starts_with("unknown format \"docx\"; papers can be written as "), "{message}");
    assert_eq!(ExportFormat::from_extension(Path::new("a/b.CSV")), Some(ExportFormat::Csv));
    assert_eq!(ExportFormat::from_extension(Path::new("b.jsonl.gz")), None);
}

#[test]
fn a_matrix_is_in_the_format_of_numpy() {
    let mut bytes = Vec::new();
    let mut writer = npy::NpyWriter::new(&mut bytes, 2, 3).unwrap();
    let paper = paper("A");
    writer.vector(&paper, &[1.0, -2.0, 0.5]).unwrap();
    assert!(writer.finish().is_err(), "a row is missing");
    assert!(writer.vector(&paper, &[1.0]).is_err(), "numbers are missing");
    let mut writer = npy::NpyWriter::new(std::io::sink(), 0, 3).unwrap();
    assert!(writer.vector(&paper, &[1.0, 2.0, 3.0]).is_err(), "a row too many");
    writer.finish().unwrap();
    // Bytes 8 and 9 contain the length of the rest of the header.
    assert_eq!((&bytes[..8], &bytes[8..10]), (&b"\x93NUMPY\x01\x00"[..], &118u16.to_le_bytes()[..]));
    let header = std::str::from_utf8(&bytes[10..128]).unwrap();
    assert_eq!(header.trim_end(), "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
    assert!(header.ends_with(" \n"));
    assert_eq!(bytes[128..], [1.0f32, -2.0, 0.5].map(f32::to_le_bytes).concat());
    let mut largest = Vec::new();
    npy::NpyWriter::new(&mut largest, u64::MAX, usize::MAX).unwrap();
    assert_eq!(largest.len(), 128);
}

/// Generates papers whose lists and texts contain separators, quotes, and signs that begin a formula.
fn papers() -> impl Strategy<Value = Vec<Paper>> {
    let texts = || proptest::collection::vec("[-=+@'\"\\[\\];,a ]{0,6}", 0..3);
    let names = proptest::collection::vec("[-=@A-C][-a-c;'\"=]{0,5}( [A-C][a-c;\"]{0,4})?", 0..3);
    let more = (texts(), names, "[-=+@']{0,3}\"?[a-c]", "[-=+@';\"a]{0,5}", "[a-z]{0,5}");
    let odd = (records(), more).prop_map(|(mut record, (keywords, authors, title, id, volume))| {
        record.keywords.extend(keywords);
        record.authors = authors;
        record.title = title;
        record.id = id;
        // The reader takes a cell `nan` as empty, because many programs write empty cells like this.
        record.kind = if volume == "nan" { String::new() } else { volume.clone() };
        record.details.push(("volume".to_owned(), volume));
        record.into_paper().unwrap()
    });
    proptest::collection::vec(odd, 1..5)
}

proptest! {
    #[test]
    fn tables_and_lines_read_back_to_the_same_papers(papers in papers()) {
        prop_assert_eq!(&read_back(&written(ExportFormat::Csv, &papers), Format::Csv), &papers);
        prop_assert_eq!(&read_back(&written(ExportFormat::JsonLines, &papers), Format::JsonLines), &papers);
        prop_assert_eq!(&read_back(&written_as_found(ExportFormat::Csv, &papers), Format::Csv), &papers);
    }
}
