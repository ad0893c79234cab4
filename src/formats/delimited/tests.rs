use proptest::prelude::*;

use super::super::tests::{read_bytes, read_reader};
use super::*;
use crate::formats::Format;

#[test]
fn line_numbers_count_quoted_line_ends() {
    let text = "title,abstract\r\n\r\n\"On \"\"Bees\"\"\",\"They\r\nhum, loudly\"\r\nOn Wasps,\"\"\r\n";
    let outcome = read_bytes(text, "p.csv");
    assert_eq!(outcome.titles(), ["On \"Bees\"", "On Wasps"]);
    assert_eq!(outcome.papers[0].abstract_text.as_deref(), Some("They hum, loudly"));
    assert_eq!(outcome.lines, [3, 5]);
}

#[test]
fn a_row_of_more_cells_than_a_spreadsheet_has_is_refused() {
    let most = records::MAX_CELLS;
    let message = "more than 16384 cells in a row; no spreadsheet has so many";
    let header = |columns: usize| format!("title,year{}\n", ",".repeat(columns - 2));
    let fits = read_bytes(header(most) + &header(most).replace("title", "On Bees"), "p.csv");
    assert_eq!(fits.titles(), ["On Bees"]);
    let refused = read_reader(header(most + 1).as_bytes(), "p.csv", None).unwrap_err().to_string();
    assert!(refused.contains(message), "{refused}");
    let outcome = read_bytes(format!("title,year\n{}Hives,2001\n", header(most + 1)), "p.csv");
    assert_eq!(outcome.titles(), ["Hives"]);
    assert_eq!(outcome.problems, [format!("p.csv:2: {message}")]);
}

#[test]
fn commas_semicolons_and_tabs_are_recognised() {
    for text in [
        "id,title,authors\n1,On Bees,Ada Byron; Carl Gauss\n",
        "id;title;authors\n1;On Bees;\"Ada Byron; Carl Gauss\"\n",
        "id\ttitle\tauthors\n1\tOn Bees\tAda Byron; Carl Gauss\n",
        "id|title|authors\n1|On Bees|Ada Byron; Carl Gauss\n",
        "Query: bees, wasps\n----\n\nid;title;authors\n1;On Bees;\"Ada Byron; Carl Gauss\"\n",
    ] {
        let outcome = read_bytes(text, "p.csv");
        assert_eq!(outcome.titles(), ["On Bees"], "in {text:?}");
        assert_eq!(outcome.papers[0].authors, ["Ada Byron", "Carl Gauss"], "in {text:?}");
    }
}

#[test]
fn a_bad_row_does_not_affect_others() {
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
fn a_stray_quote_does_not_affect_other_rows() {
    let outcome = read_bytes("title,year\nA,2001\n\"B,2002\nC,2003\nD,2004\n", "p.csv");
    assert_eq!(outcome.titles(), ["A", "B", "C", "D"]);
    assert_eq!(outcome.lines, [2, 3, 4, 5]);
    let told = "p.csv: a double quote is opened and never closed in 1 line (first: line 3); such lines were read \
                without the quote; check them";
    assert_eq!((&outcome.notices[..], outcome.problems.len()), (&[told.to_owned()][..], 0));
    // The quote of a later cell closes the stray quote. Without the stray quote, its row has one cell too many.
    let text = "id,title,abstract,year\n1,A,They hum.,2001\n2,\"B,x,They hum.,2002\n3,C,\"They\nhum, and \"\"sting\"\".\",2003\n\
                4,\"D, or so\",\"\",2004\n";
    let outcome = read_bytes(text, "p.csv");
    assert_eq!(outcome.titles(), ["A", "C", "D, or so"]);
    assert_eq!(outcome.papers[1].abstract_text.as_deref(), Some("They hum, and \"sting\"."));
    let told = "p.csv:3: a double quote is opened here and never closed; close it or remove it";
    assert_eq!(outcome.problems, [told]);
}

#[test]
fn the_quotes_of_cells_with_many_lines_are_not_stray() {
    let poem = "They hum, and they dance,\nand they sting.\n\n".repeat(200);
    let outcome = read_bytes(format!("title,abstract\nA,\"{poem}\"\nB,\"{poem}\"\n"), "p.csv");
    assert_eq!(outcome.titles(), ["A", "B"]);
    assert_eq!((outcome.problems.len(), outcome.notices.len()), (0, 0));
    // The file is cut off within the last quoted cell: none of the lines of that cell becomes a paper.
    let outcome = read_bytes("title,abstract\nA,x\nB,\"They hum.\nand sting\nand dan", "p.csv");
    assert_eq!(outcome.titles(), ["A"]);
    let told = "p.csv:3: a double quote is opened here and never closed, so 2 lines after it were not read; close it \
                or remove it";
    assert_eq!(outcome.problems, [told]);
}

#[test]
fn a_file_full_of_stray_quotes_is_read_quickly_and_completely() {
    let count = 20_000;
    let outcome = read_bytes(format!("title,note\n{}", "x\",\"y\n".repeat(count)), "p.csv");
    assert_eq!(outcome.papers.len() + outcome.problems.len(), count);
    let long = format!("title,note,year\n{}", "x\",\"y\nz\nz\n".repeat(count));
    assert!(!read_bytes(long, "p.csv").problems.is_empty());
}

#[test]
fn a_table_without_a_title_column_lists_its_columns_and_what_to_do() {
    let refusal = |text: &str| read_reader(text.as_bytes(), "p.csv", None).unwrap_err().to_string();
    assert_eq!(
        refusal("jahr,name of it,doi\n1999,A,10.1/x\n"),
        "p.csv: has no title column; its columns are \"jahr\", \"name of it\", \"doi\". Rename one to title, or map \
         one: --map \"title=COLUMN\""
    );
    assert_eq!(
        refusal("Autoren;Titel;Jahr\nByron, Ada;Bienen, und mehr, und mehr;1999\n"),
        "p.csv: has no title column; its columns are \"Autoren\", \"Titel\", \"Jahr\". Rename one to title, or map \
         one: --map \"title=Titel\""
    );
    assert_eq!(
        refusal("1;On Bees;Ada Byron\n2;On Wasps;Carl Gauss\n"),
        "p.csv: has no header; the first row is \"1\", \"On Bees\", \"Ada Byron\". Add a header above it, \
         such as \"title;authors;year\", with a name for each of the 3 columns"
    );
    assert!(refusal("On Bees\nOn Wasps\n").starts_with("p.csv: is not a table: its lines have no columns"));
}

#[test]
fn the_form_of_authors_is_learned_from_other_rows() {
    let text = "title,authors\nA,\"Corrêa de Sousa, Ana Carolina\"\nB,\"Byron, Ada\"\nC,\"Gauss, Carl, Noether, Emmy\"\n\
                D,\"Curie, Marie\"\nE,\"López García, María José, Byron, Ada\"\n";
    let outcome = read_bytes(text, "p.csv");
    assert_eq!(outcome.papers[0].authors, ["Ana Carolina Corrêa de Sousa"]);
    assert_eq!(outcome.papers[4].authors, ["María José López García", "Ada Byron"]);
    let text = "title,authors\nA,\"Ada Byron, Carl Gauss\"\nB,Emmy Noether\n";
    assert_eq!(read_bytes(text, "p.csv").papers[0].authors, ["Ada Byron", "Carl Gauss"]);
}

#[test]
fn a_date_of_eight_digits_has_a_year() {
    let outcome = read_bytes("title,year,date\nA,20050312,\nB,,20050300\nC,,12345678\n", "p.csv");
    let found: Vec<_> = outcome.papers.iter().map(|paper| (paper.year, paper.date.is_some())).collect();
    assert_eq!(found, [(Some(2005), true), (Some(2005), false), (None, false)]);
}

#[test]
fn markers_of_missing_values_are_neither_title_nor_abstract() {
    let text = "title,abstract\nnan,They hum.\nNULL,None\n#N/A,N/A\nOn Bees,#N/A\n";
    let outcome = read_bytes(text, "p.csv");
    assert_eq!((outcome.titles(), outcome.papers[0].abstract_text.as_deref()), (vec!["On Bees"], None));
    assert_eq!(
        outcome.problems,
        ["p.csv:2: no title", "p.csv:3: neither title nor abstract", "p.csv:4: neither title nor abstract"]
    );
}

#[test]
fn exports_of_databases_are_read() {
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
fn a_row_may_lack_last_cells_that_are_not_required() {
    let text =
        "id,title,abstract,authors,tags,labels\n1,On Bees,They hum.,Ada Byron\n2,On Wasps,They\nsting.,Ada Byron,,\n";
    let outcome = read_bytes(text, "p.csv");
    assert_eq!(outcome.titles(), ["On Bees"]);
    assert_eq!(outcome.problems.len(), 2, "a line end outside of quotes is reported: {:?}", outcome.problems);
}

#[test]
fn a_forced_format_decides_the_delimiter() {
    let outcome = read_reader("title\tyear\nA, B\t1999\n".as_bytes(), "p.csv", Some(Format::Tsv)).unwrap();
    assert_eq!(outcome.titles(), ["A, B"]);
}

proptest! {
    #[test]
    fn records_end_where_the_csv_crate_ends_them(text in "([ab,\" ]|\n|\r\n){0,40}") {
        let mut input = Input::open(Box::new(format!("x\n{text}").as_bytes().to_vec().leak() as &[u8]), "p".as_ref(), None).unwrap();
        let mut records = Records::new(b',');
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
        // Here a line of blanks is not a record, but a line of quoted blanks is. The comparison leaves out both.
        for records in [&mut expected, &mut found] {
            records.retain(|record| record.len() > 1 || !record[0].trim().is_empty());
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn what_is_written_as_csv_is_read_back(
        // Every title begins with a q, because the reader takes titles such as "nan" for missing ones.
        rows in proptest::collection::vec(("q[a-z ,;\"\n]{0,9}[a-z]", "(q[a-z ,;\"\n\t]{0,20})?", 1900..2030i64), 1..9),
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

    #[test]
    fn all_rows_are_read_if_one_has_a_stray_quote(
        rows in proptest::collection::vec(("[a-z]{1,9}", "[a-z][a-z ,]{0,19}\n?[a-z ]{0,9}[a-z]", 1900..2030i64), 2..9),
        row in any::<proptest::sample::Index>(),
    ) {
        let row = row.index(rows.len());
        let mut text = "id,title,abstract,year\n".to_owned();
        for (at, (title, about, year)) in rows.iter().enumerate() {
            let quote = if at == row { "\"" } else { "" };
            text += &match at == row {
                true => format!("k{at},{quote}{title},short,{year}\n"),
                false => format!("k{at},{title},\"{about}\",{year}\n"),
            };
        }
        let outcome = read_bytes(&text, "p.csv");
        let expected: Vec<&str> = rows.iter().map(|(title, ..)| title.as_str()).collect();
        prop_assert_eq!(outcome.titles(), expected, "{}", text);
    }
}
