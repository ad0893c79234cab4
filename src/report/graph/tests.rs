use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::paper::{Paper, Record};

fn bees() -> Vec<Paper> {
    let paper = |id: &str, title: &str| {
        let record = Record {
            id: id.into(),
            title: title.into(),
            authors: vec!["Byron, Ada".into(), "Wasp & Sons".into()],
            year: Some(1843),
            venue: "Hive <Letters>".into(),
            ..Record::default()
        };
        record.into_paper().unwrap()
    };
    let mut papers = vec![paper("round", "The \"round\" dance"), paper("a<b>&c", "Foraging")];
    // XML does not allow this character. A library does not contain it either, so it is added here.
    papers[0].title.push('\u{1}');
    papers[1].title = "Foraging & <script>alert(1)</script>".to_owned();
    papers
}

fn written(format: GraphFormat) -> Vec<u8> {
    let mut out = Vec::new();
    {
        let mut writer = format.writer(&mut out).unwrap();
        bees().iter().for_each(|paper| writer.node(paper).unwrap());
        writer.edge(EdgeOf { source: "round", target: "a<b>&c", weight: 0.123_456_79, is_mutual: true }).unwrap();
        writer.finish().unwrap();
    }
    out
}

#[test]
fn graphml_is_well_formed_for_any_titles_and_ids() {
    let text = String::from_utf8(written(GraphFormat::GraphMl)).unwrap();
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = true;
    let (mut ids, mut ends, mut labels, mut depth, mut data) = (Vec::new(), Vec::new(), Vec::new(), 0, String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(start) => {
                depth += 1;
                data.clear();
                for attribute in start.attributes() {
                    let attribute = attribute.unwrap();
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned();
                    match (start.name().as_ref(), attribute.key.as_ref()) {
                        ("node", "id") => ids.push(value),
                        ("edge", "source" | "target") => ends.push(value),
                        _ => {}
                    }
                }
            }
            Event::Text(text) => data.push_str(&text),
            Event::GeneralRef(reference) => data.push_str(match reference.as_ref() {
                "lt" => "<",
                "gt" => ">",
                "amp" => "&",
                "quot" => "\"",
                other => panic!("{other:?}"),
            }),
            Event::End(_) => {
                depth -= 1;
                labels.push(std::mem::take(&mut data));
            }
            _ => {}
        }
    }
    assert_eq!((depth, &ids, &ends), (0, &vec!["round".to_owned(), "a<b>&c".to_owned()], &ids.clone()));
    for expected in [
        "The \"round\" dance\u{fffd}",
        "Foraging & <script>alert(1)</script>",
        "Hive <Letters>",
        "1843",
        "0.123457",
        "true",
    ] {
        assert!(labels.iter().any(|label| label == expected), "{expected} is not among {labels:?}");
    }
    assert!(text.contains("edgedefault=\"undirected\"") && text.ends_with("</graphml>\n"), "{text}");
}

#[test]
fn tables_have_the_column_names_that_other_programs_expect() {
    let text = String::from_utf8(written(GraphFormat::Csv)).unwrap();
    assert_eq!(text, "source,target,type,weight,mutual\nround,a<b>&c,Undirected,0.123457,true\n");
    let mut out = Vec::new();
    let mut nodes = NodeTable::new(&mut out).unwrap();
    nodes.node(&bees()[1]).unwrap();
    nodes.finish().unwrap();
    drop(nodes);
    let text = String::from_utf8(out).unwrap();
    assert!(text.starts_with("id,label,authors,year,venue\na<b>&c,Foraging"), "{text}");
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_the_same_edges() {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};

    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&written(GraphFormat::Parquet)).unwrap();
    let file = SerializedFileReader::new(file).unwrap();
    let rows: Vec<String> = file.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
    assert_eq!(rows.len(), 1);
    for part in ["round", "a<b>&c", "0.1234567", "true"] {
        assert!(rows[0].contains(part), "{rows:?}");
    }
}
