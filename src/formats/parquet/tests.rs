//! Reads tables that the parquet crate has written, whole and damaged.

use std::io::Write;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::super::{Format, Item, ReadOptions, read, read_from};
use crate::formats::write::VectorFormat;
use crate::paper::{Paper, Record};
use crate::{Error, Result};

/// Writes a column with its values and their definition and repetition levels.
fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<&mut Vec<u8>>,
    values: &[T::T],
    defined: &'static [i16],
    repeated: &'static [i16],
) {
    let mut column = group.next_column().unwrap().unwrap();
    let given = |levels: &'static [i16]| (!levels.is_empty()).then_some(levels);
    column.typed::<T>().write_batch(values, given(defined), given(repeated)).unwrap();
    column.close().unwrap();
}

/// Returns a table of two row groups with one row each. The second row has only a title.
fn table() -> Vec<u8> {
    let schema = "message schema {
        required binary Title (STRING);
        optional binary abstract;
        optional double year;
        optional int64 published (TIMESTAMP(NANOS, false));
        optional group authors (LIST) { repeated group list { optional binary element (STRING); } }
        optional group externalids { optional binary doi (STRING); optional int32 pmid; }
        optional int32 noise (TIME(MILLIS, false));
    }";
    let mut bytes = Vec::new();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut file = SerializedFileWriter::new(&mut bytes, schema, Arc::new(WriterProperties::new())).unwrap();
    let texts = |texts: &[&str]| texts.iter().map(|text| ByteArray::from(*text)).collect::<Vec<_>>();
    for is_full in [true, false] {
        let mut group = file.next_row_group().unwrap();
        column::<ByteArrayType>(&mut group, &texts(&[if is_full { "On Bees" } else { "On Wasps" }]), &[], &[]);
        if is_full {
            column::<ByteArrayType>(&mut group, &texts(&["They hum."]), &[1], &[]);
            column::<DoubleType>(&mut group, &[f64::NAN], &[1], &[]);
            column::<Int64Type>(&mut group, &[1_497_225_600_000_000_000], &[1], &[]);
            column::<ByteArrayType>(&mut group, &texts(&["Byron, Ada", "Gauss, Carl"]), &[3, 3], &[0, 1]);
            column::<ByteArrayType>(&mut group, &texts(&["10.1234/Bees"]), &[2], &[]);
            column::<Int32Type>(&mut group, &[123], &[2], &[]);
            column::<Int32Type>(&mut group, &[5], &[1], &[]);
        } else {
            column::<ByteArrayType>(&mut group, &[], &[0], &[]);
            column::<DoubleType>(&mut group, &[], &[0], &[]);
            column::<Int64Type>(&mut group, &[], &[0], &[]);
            column::<ByteArrayType>(&mut group, &[], &[0], &[0]);
            column::<ByteArrayType>(&mut group, &[], &[0], &[]);
            column::<Int32Type>(&mut group, &[], &[0], &[]);
            column::<Int32Type>(&mut group, &[], &[0], &[]);
        }
        group.close().unwrap();
    }
    file.close().unwrap();
    bytes
}

/// Reads a file, and returns its papers, the numbers of their rows, and its problems and notices.
fn read_bytes(bytes: &[u8]) -> Result<(Vec<Paper>, Vec<u64>, Vec<String>)> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let (mut papers, mut lines, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    let summary = read(file.path(), &ReadOptions::default(), &mut |item| {
        match item {
            Item::Paper { paper, place } => {
                lines.push(place.line);
                papers.push(*paper);
            }
            Item::Problem(problem) => problems.push(format!("{}: {}", problem.place.line, problem.reason)),
            Item::Notice(notice) => problems.push(format!("{}: {}", notice.line.unwrap_or(0), notice.text)),
        }
        Ok(())
    })?;
    assert_eq!(summary.format, Format::Parquet);
    Ok((papers, lines, problems))
}

#[test]
fn columns_of_every_type_are_read_by_their_names() {
    let (papers, lines, problems) = read_bytes(&table()).unwrap();
    assert_eq!((lines, problems), (vec![1, 2], vec![]));
    let [bees, wasps] = &papers[..] else { panic!("{papers:?}") };
    assert_eq!((bees.title.as_str(), bees.abstract_text.as_deref()), ("On Bees", Some("They hum.")));
    assert_eq!((bees.year, bees.date), (Some(2017), Some(jiff::civil::date(2017, 6, 12))));
    assert_eq!(bees.authors, ["Ada Byron", "Carl Gauss"]);
    assert_eq!(bees.ids.iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["doi:10.1234/bees", "pmid:123"]);
    assert_eq!(wasps, &Record { title: "On Wasps".into(), ..Record::default() }.into_paper().unwrap());
}

#[test]
fn only_the_damaged_row_group_is_skipped() {
    let mut bytes = table();
    // Breaks the header of the first page, which follows the magic bytes.
    bytes[4..8].fill(0xff);
    let (papers, lines, problems) = read_bytes(&bytes).unwrap();
    assert_eq!(lines, [2]);
    assert_eq!(papers.iter().map(|paper| paper.title.as_str()).collect::<Vec<_>>(), ["On Wasps"]);
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert!(problem.starts_with("1: the Parquet data cannot be read ("), "{problem}");
}

#[test]
fn a_file_that_is_cut_off_or_has_no_titles_is_refused() {
    let bytes = table();
    let cut = read_bytes(&bytes[..bytes.len() - 9]).unwrap_err().to_string();
    assert!(cut.contains("is damaged Parquet data"), "{cut}");
    let mut untitled = Vec::new();
    let schema = Arc::new(parse_message_type("message m { required int32 year; required int32 n; }").unwrap());
    SerializedFileWriter::new(&mut untitled, schema, Arc::new(WriterProperties::new())).unwrap().close().unwrap();
    let message = read_bytes(&untitled).unwrap_err().to_string();
    assert!(message.contains("has no column for the title; its columns are \"year\", \"n\""), "{message}");
    let piped = read_from(&bytes[..], "-".as_ref(), &ReadOptions::default(), &mut |_| Ok(())).unwrap_err();
    assert!(matches!(&piped, Error::Input { reason, .. } if reason.contains("a separate, unpacked file")), "{piped}");
}

#[test]
fn exported_vectors_are_read_as_papers() {
    let papers: Vec<Paper> = (0..5000)
        .map(|number| Record { title: format!("Bee {number}"), id: format!("b{number}"), ..Record::default() })
        .map(|record| record.into_paper().unwrap())
        .collect();
    let mut bytes = Vec::new();
    let mut writer = VectorFormat::Parquet.writer(&mut bytes, papers.len() as u64, 3).unwrap();
    papers.iter().for_each(|paper| writer.vector(paper, &[1.0, 2.0, 3.0]).unwrap());
    writer.finish().unwrap();
    drop(writer);
    assert_eq!(read_bytes(&bytes).unwrap(), (papers, (1..=5000).collect(), Vec::new()));
}

#[test]
fn damaged_bytes_never_cause_a_panic() {
    let whole = table();
    for at in (4..whole.len() - 4).step_by(3) {
        for byte in [0, 0xff, whole[at] ^ 1, whole[at] ^ 0x80] {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            let _ = read_bytes(&bytes);
        }
    }
}
