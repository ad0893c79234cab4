use std::collections::HashSet;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::formats::{Format, Item, read_from};
use crate::paper::Record;

fn written(papers: &[Paper]) -> String {
    let mut target = Vec::new();
    let mut writer = BibtexWriter::new(&mut target);
    papers.iter().for_each(|paper| writer.paper(paper).unwrap());
    writer.finish().unwrap();
    String::from_utf8(target).unwrap()
}

fn read(text: &str) -> Vec<Paper> {
    let mut papers = Vec::new();
    let mut sink = |item| {
        match item {
            Item::Paper { paper, .. } => papers.push(*paper),
            told => panic!("{told:?}\n{text}"),
        }
        Ok(())
    };
    read_from(text.as_bytes(), Path::new("x.bib"), &Some(Format::Bibtex).into(), &mut sink).unwrap();
    papers
}

fn record(title: &str) -> Record {
    Record { title: title.into(), ..Record::default() }
}

#[test]
fn fields_are_written_in_the_usual_order() {
    let text = "@inproceedings{byron1843,
  author = {Byron, Ada and {Hive Society} and {\\\"O}zt{\\\"u}rk, Can and others},
  title = {On {BERT} and the {Danube} Bees: {$\\alpha$} \\& more},
  booktitle = {Proceedings of Bees},
  year = {1843},
  month = nov,
  volume = {7},
  pages = {12--34},
  address = {Ulm},
  mood = {merry},
  doi = {10.1234/bees_1},
  eprint = {1706.03762},
  archiveprefix = {arXiv},
  primaryclass = {cs.CL},
  url = {http://bees.example/~a_b?c=5%20d},
  keywords = {honey, {wax, hard}},
  abstract = {They hum, 5\\% of them -- loudly.},
}
";
    let papers = read(text);
    assert_eq!(written(&papers), text);
    assert_eq!(read(&written(&papers)), papers);
}

#[test]
fn kinds_are_written_as_entry_types_of_classic_styles() {
    for (entry, expected) in [
        ("@phdthesis{k, title={T}, school={S}}", "@phdthesis{k,\n  title = {T},\n  school = {S},\n}\n"),
        (
            "@thesis{k, title={T}, type={Bachelor's Thesis}}",
            "@mastersthesis{k,\n  title = {T},\n  type = {Bachelor's Thesis},\n}\n",
        ),
        ("@report{k, title={T}, institution={I}}", "@techreport{k,\n  title = {T},\n  institution = {I},\n}\n"),
        (
            "@software{k, title={T}, date={2016-04-03}}",
            "@software{k,\n  title = {T},\n  year = {2016},\n  month = apr,\n  day = {3},\n}\n",
        ),
        (
            "@misc{k, title={T}, date={2016-04-03/2016-05-01}}",
            "@misc{k,\n  title = {T},\n  year = {2016},\n  month = apr,\n  day = {3},\n  date = {2016-04-03/2016-05-01},\n}\n",
        ),
    ] {
        let papers = read(entry);
        assert_eq!(written(&papers), expected, "{entry}");
        assert_eq!(read(expected), papers, "{entry}");
    }
}

#[test]
fn many_papers_may_have_one_key() {
    let same = Record { id: "Bee".into(), ..record("On Bees") }.into_paper().unwrap();
    let taken = Record { id: "beeb".into(), ..record("On Wasps") }.into_paper().unwrap();
    let mut papers = vec![taken];
    // Trying all suffixes again for each paper would take hours.
    papers.resize(300_000, same);
    let text = written(&papers);
    let keys: Vec<&str> =
        text.lines().filter_map(|line| Some(line.strip_prefix("@misc{")?.trim_end_matches(','))).collect();
    assert_eq!(keys[..4], ["beeb", "Bee", "Beea", "Beec"]);
    assert_eq!(keys[25..29], ["Beey", "Beez", "Bee2", "Bee3"]);
    let unique: HashSet<String> = keys.iter().map(|key| key.to_lowercase()).collect();
    assert_eq!(unique.len(), 300_000);
}

#[test]
fn keys_are_legal_unique_and_do_not_depend_on_other_papers() {
    let paper = |id: &str, title: &str| {
        let record = Record { id: id.into(), authors: vec!["Ada Byron".into()], year: Some(1843), ..record(title) };
        record.into_paper().unwrap()
    };
    let keys = |papers: &[Paper]| -> Vec<String> {
        let text = written(papers);
        text.lines().filter_map(|line| Some(line.strip_prefix("@misc{")?.trim_end_matches(',').to_owned())).collect()
    };
    let made = keys(&[paper("a b", "On Bees")]);
    assert!(made[0].starts_with("byron1843bees-"), "{made:?}");
    let found = keys(&[
        paper("DBLP:conf/x+y", "A"),
        paper("X", "B"),
        paper("x", "C"),
        paper("x", "D"),
        paper("a b", "On Bees"),
    ]);
    assert_eq!(found, ["DBLP:conf/x+y", "X", "xa", "xb", &made[0]]);
    let many: Vec<Paper> = (0..29).map(|_| paper("x", "A")).collect();
    assert_eq!(keys(&many)[25..], ["xy", "xz", "x2", "x3"]);
    assert!(keys(&[paper("{x}", "日本")])[0].starts_with("byron1843"));
}

#[test]
fn everything_that_bibtex_has_fields_for_is_read_back() {
    let record = Record {
        id: "10.1002/(SICI)1097--0258:15<1661::AID>3.0.CO;2-2".into(),
        has_code: true,
        url: "http://a.example/1 http://b.example/2".into(),
        venue: "On Bees".into(),
        kind: "article".into(),
        details: vec![
            ("enw:*".into(), "x".into()),
            ("pages".into(), "429–452".into()),
            ("holder".into(), "{Hive Company}".into()),
            ("subtitle".into(), "A Life".into()),
        ],
        ..record("On Bees")
    };
    let paper = record.into_paper().unwrap();
    let text = written(std::slice::from_ref(&paper));
    assert_eq!(read(&text), [paper], "{text}");
}

#[test]
fn details_of_other_formats_do_not_break_the_file() {
    let record = Record {
        details: vec![
            ("ris:c1".into(), "x } y { z \\".into()),
            ("my column".into(), "y".into()),
            ("2nd".into(), "z".into()),
            ("biburl".into(), "http://x.example/{a}\\b".into()),
            ("file".into(), "a}b".into()),
            ("author".into(), "ignored where it is not of names".into()),
        ],
        kind: "no kind {".into(),
        url: "http://x.example/a}b".into(),
        ..record("T")
    };
    let text = written(&[record.into_paper().unwrap()]);
    let again = &read(&text)[0];
    assert_eq!(again.details.get("ris:c1").map(String::as_str), Some("x } y { z \\"));
    assert_eq!(again.details.get("my-column").map(String::as_str), Some("y"));
    assert_eq!(again.url.as_deref(), Some("http://x.example/a%7Db"));
    assert_eq!(again.kind.as_deref(), Some("misc"));
}

prop_compose! {
    fn any_text()(text in "([a-zA-Z0-9]|[ ,;:.'\"(){}$%&#_~^\\\\<>|?!`@=-]|[é-ź]|[αβΓ≤→ℝ²₃–—“”’]){0,25}") -> String { text }
}

prop_compose! {
    fn any_name()(family in "[A-Z][a-zé]{1,6}( [A-Z][a-z]{1,5})?", given in "([A-Z][a-ző]{0,5}( [A-Z]\\.)?)?") -> String {
        Name { family, given, suffix: String::new() }.notation()
    }
}

prop_compose! {
    fn any_record()(
        title in "[A-Z][a-zA-Z]{0,6}", more in any_text(), abstract_text in any_text(), venue in any_text(),
        authors in proptest::collection::vec(any_name(), 0..3), keywords in proptest::collection::vec(any_text(), 0..3),
        year in proptest::option::of(1000i64..2999), month in 1i8..=12, day in proptest::option::of(1i8..=28),
        kind in proptest::sample::select(vec!["article", "inproceedings", "book", "thesis", "misc", "software", "incollection"]),
        note in any_text(), location in any_text(), editor in proptest::collection::vec(any_name(), 0..3), url in "(https://[a-z]{2}/[a-z_%~#]{0,5})?",
        et_al in any::<bool>(),
    ) -> Record {
        Record {
            id: "k".into(), title: format!("{title} {more}"), abstract_text, venue, et_al: et_al && !authors.is_empty(),
            date: year.zip(day).map(|(year, day)| jiff::civil::date(year as i16, month, day)),
            authors, keywords, year, kind: kind.into(), url,
            details: vec![("note".into(), note), ("location".into(), location), ("editor".into(), editor.join(" and "))],
            ..Record::default()
        }
    }
}

#[test]
fn a_superscript_letter_beyond_ascii_is_read_back() {
    let record = Record { id: "k".into(), title: "Decay of ᵝ and ²ᵝ".into(), ..Record::default() };
    let paper = record.into_paper().unwrap();
    assert_eq!(read(&written(std::slice::from_ref(&paper)))[0].title, paper.title);
}

proptest! {
    #[test]
    fn papers_are_read_back_unchanged(record in any_record()) {
        let paper = record.into_paper().unwrap();
        let text = written(std::slice::from_ref(&paper));
        prop_assert_eq!(read(&text), vec![paper], "{}", text);
    }
}
