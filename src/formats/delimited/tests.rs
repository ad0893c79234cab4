use proptest::prelude::*;

use super::super::tests::{read_bytes, read_reader};
use super::*;
use crate::formats::Format;

#[test]
fn quoted_line_ends_keep_the_lines_right() {
    let text = "title,abstract\r\n\r\n\"On \"\"Bees\"\"\",\"They\r\nhum, loudly\"\r\nOn Wasps,\"\"\r\n";
    let outcome = read_bytes(text, "p.csv");
    assert_eq!(outcome.titles(), ["On \"Bees\"", "On Wasps"]);
    assert_eq!(outcome.papers[0].abstract_text.as_deref(), Some("They hum, loudly"));
    assert_eq!(outcome.lines, [3, 5]);
}

#[test]
fn commas_semicolons_and_tabs_are_told_apart() {
    for text in [
        "id,title,authors\n1,On Bees,Ada Byron; Carl Gauss\n",
        "id;title;authors\n1;On Bees;\"Ada Byron; Carl Gauss\"\n",
        "id\ttitle\tauthors\n1\tOn Bees\tAda Byron; Carl Gauss\n",
        "Query: bees, wasps\n----\n\nid;title;authors\n1;On Bees;\"Ada Byron; Carl Gauss\"\n",
    ] {
        let outcome = read_bytes(text, "p.csv");
        assert_eq!(outcome.titles(), ["On Bees"], "in {text:?}");
        assert_eq!(outcome.papers[0].authors, ["Ada Byron", "Carl Gauss"], "in {text:?}");
    }
}

#[test]
fn a_bad_row_costs_only_itself() {
    let text = b"title,year\nA\nB,2001,x\nC,2002,,\n,2003\nD,2005\nE,\"2006\n";
    let outcome = read_bytes(text, "p.csv");
    assert_eq!(outcome.titles(), ["C", "D"]);
    let remedy = "a cell that holds the delimiter ',' or a line end must be in double quotes";
    assert_eq!(outcome.problems[0], format!("p.csv:2: 1 cell but the header has 2 columns; {remedy}"));
    assert_eq!(outcome.problems[1], format!("p.csv:3: 3 cells but the header has 2 columns; {remedy}"));
    assert_eq!(outcome.problems[2], "p.csv:5: neither title nor abstract");
    assert_eq!(outcome.problems[3], "p.csv:7: a double quote is opened here and never closed");
}

#[test]
fn a_quote_that_is_never_closed_tells_what_it_took() {
    let outcome = read_bytes("title,year\nA,2001\n\"B,2002\nC,2003\nD,2004\n", "p.csv");
    assert_eq!(outcome.titles(), ["A"]);
    let told = "p.csv:3: a double quote is opened here and never closed, so that 2 lines behind it were not read; close it, or \
                take it out";
    assert_eq!(outcome.problems, [told]);
}

#[test]
fn a_table_without_a_title_column_lists_its_columns() {
    let error = read_reader("year,name of it,doi\n1999,A,10.1/x\n".as_bytes(), "p.csv", None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "p.csv: has no column for the title; its columns are \"year\", \"name of it\", \"doi\". The first line names the \
         columns; call one of them title, or say which it is: --map \"title=year\""
    );
}

#[test]
fn exports_of_databases_are_understood() {
    let web_of_science = "PT\tAU\tAF\tTI\tSO\tDT\tDE\tID\tAB\tSN\tPY\tVL\tIS\tBP\tEP\tDI\tPM\tUT\n\
        J\tByron, A\tByron, Ada\tOn Bees\tBEE LETTERS\tArticle\thoney\tWAX\tThey hum.\t0193-7235\t1999\t7\t2\t1\t9\t10.1234/x\t12\tWOS:1\n";
    let scopus = "\"Authors\",\"Author full names\",\"Title\",\"Year\",\"Source title\",\"Volume\",\"Issue\",\"Page start\",\
        \"Page end\",\"DOI\",\"Abstract\",\"Author Keywords\",\"ISSN\",\"PubMed ID\",\"Document Type\",\"Source\"\n\
        Byron A.,\"Byron, Ada (57190394669)\",On Bees,1999,BEE LETTERS,7,2,1,9,10.1234/x,They hum.,honey,0193-7235,12,Article,Scopus\n";
    let embase = "Search: bees, wasps\n----------\n\nTitle;Author Names;Source title;Publication Year;Volume;Issue;First page;Last page;\
        DOI;Abstract;Author keywords;ISSN;Medline PMID;Publication Type\nOn Bees;Byron A.;BEE LETTERS;1999;7;2;1;9;10.1234/x;They hum.;honey;\
        0193-7235;12;Article\n";
    let refworks = "Reference Type,\"Authors, Primary\",Title Primary,Periodical Full,Pub Year,Volume,Issue,Start Page,Other Pages,\
        Keywords,Abstract,ISSN/ISBN,DOI,PMID\nJournal Article,\"Byron, Ada\",On Bees,BEE LETTERS,1999,7,2,1,9,honey,They hum.,0193-7235,10.1234/x,12\n";
    for text in [web_of_science, scopus, embase, refworks] {
        let outcome = read_bytes(text, "p.csv");
        let [paper] = &outcome.papers[..] else { panic!("{text}: {:?}", outcome.problems) };
        assert_eq!(
            (paper.title.as_str(), paper.year, paper.venue.as_deref()),
            ("On Bees", Some(1999), Some("BEE LETTERS"))
        );
        assert!(paper.authors == ["Ada Byron"] || paper.authors == ["A. Byron"], "{:?}", paper.authors);
        assert_eq!(
            (paper.abstract_text.as_deref(), &paper.keywords[..]),
            (Some("They hum."), &["honey".to_owned()][..])
        );
        assert_eq!(paper.ids.iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["doi:10.1234/x", "pmid:12"]);
        let details: Vec<_> = paper.details.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(details, ["issn=0193-7235", "number=2", "pages=1--9", "volume=7"], "{text}");
        assert_eq!(paper.kind.as_deref(), Some("article"));
    }
}

#[test]
fn rows_without_their_last_cells_are_whole_if_nothing_needed_is_missing() {
    let text =
        "id,title,abstract,authors,tags,labels\n1,On Bees,They hum.,Ada Byron\n2,On Wasps,They\nsting.,Ada Byron,,\n";
    let outcome = read_bytes(text, "p.csv");
    assert_eq!(outcome.titles(), ["On Bees"]);
    assert_eq!(outcome.problems.len(), 2, "a line end outside of quotes is told: {:?}", outcome.problems);
}

#[test]
fn a_forced_format_splits_as_it_says() {
    let outcome = read_reader("title\tyear\nA, B\t1999\n".as_bytes(), "p.csv", Some(Format::Tsv)).unwrap();
    assert_eq!(outcome.titles(), ["A, B"]);
}

proptest! {
    #[test]
    fn records_end_where_the_csv_crate_ends_them(text in "([ab,\" ]|\n|\r\n){0,40}") {
        let mut input = Input::open(Box::new(format!("x\n{text}").as_bytes().to_vec().leak() as &[u8]), "p".as_ref()).unwrap();
        let mut records = Records { delimiter: b',', buffer: Vec::new() };
        let mut found = Vec::new();
        let mut is_closed = true;
        while let Some((_, record)) = records.next(&mut input) {
            match record {
                Ok(record) => found.push(record),
                Err(_) => is_closed = false,
            }
        }
        let text = format!("x\n{text}").replace("\r\n", "\n");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut expected: Vec<Vec<String>> =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        if !is_closed {
            expected.pop();
        }
        // A line of blanks is no record here, but quoted blanks are.
        for records in [&mut expected, &mut found] {
            records.retain(|record| record.len() > 1 || !record[0].trim().is_empty());
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn what_is_written_as_csv_is_read_back(
        rows in proptest::collection::vec(("[a-z][a-z ,;\"\n]{0,9}[a-z]", "(q[a-z ,;\"\n\t]{0,20})?", 1900..2030i64), 1..9),
        delimiter in proptest::sample::select(vec![b',', b';', b'\t']),
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["title", "abstract", "year"]).unwrap();
        for (title, text, year) in &rows {
            writer.write_record([title, text, &year.to_string()]).unwrap();
        }
        let outcome = read_bytes(writer.into_inner().unwrap(), "p");
        prop_assert_eq!(outcome.problems.len(), 0);
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut line = 2;
        for ((paper, found_line), (title, text, year)) in outcome.papers.iter().zip(&outcome.lines).zip(&rows) {
            prop_assert_eq!(&paper.title, &squeezed(title));
            prop_assert_eq!(paper.abstract_text.clone().unwrap_or_default(), squeezed(text));
            prop_assert_eq!(paper.year.map(i64::from), Some(*year));
            prop_assert_eq!(*found_line, line);
            line += 1 + (title.matches('\n').count() + text.matches('\n').count()) as u64;
        }
        prop_assert_eq!(outcome.papers.len(), rows.len());
    }
}
