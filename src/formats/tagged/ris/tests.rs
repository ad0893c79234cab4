//! Reads RIS as various programs write it.

use crate::formats::tests::{Outcome, read_bytes, read_reader};
use crate::formats::{Format, MAX_RECORD_BYTES};
use crate::paper::{IdentifierKind, Paper};

fn read(text: &str) -> Outcome {
    let outcome = read_bytes(text, "a.txt");
    assert_eq!(outcome.format, Format::Ris, "{text}");
    outcome
}

fn only(text: &str) -> Paper {
    let outcome = read(text);
    assert_eq!((outcome.papers.len(), &outcome.problems[..]), (1, &[][..]), "{text}");
    outcome.papers[0].clone()
}

fn detail<'p>(paper: &'p Paper, name: &str) -> &'p str {
    paper.details.get(name).map_or("", String::as_str)
}

#[test]
fn an_article_of_zotero_is_read() {
    let paper = only(
        "TY  - JOUR\r\nTI  - On Bees\r\nAU  - Byron, Ada\r\nAU  - King, Martin, Jr.\r\nT2  - Bee Letters\r\nAB  - They hum.\r\n\
         DA  - 2019/06/12/\r\nPY  - 2019\r\nDO  - 10.1234/X\r\nVL  - 7\r\nIS  - 2\r\nSP  - 12\r\nEP  - 34\r\nJ2  - Bee Lett.\r\n\
         LA  - en\r\nSN  - 1234-5678\r\nST  - Bees\r\nUR  - https://bees.example/1\r\nKW  - honey\r\nKW  - wax, hard\r\nER  - \r\n\r\n",
    );
    assert_eq!((paper.title.as_str(), paper.abstract_text.as_deref()), ("On Bees", Some("They hum.")));
    assert_eq!(paper.authors, ["Ada Byron", "Martin King Jr."]);
    assert_eq!((paper.date, paper.venue.as_deref()), (Some(jiff::civil::date(2019, 6, 12)), Some("Bee Letters")));
    assert_eq!((paper.kind.as_deref(), paper.url.as_deref()), (Some("article"), Some("https://bees.example/1")));
    assert_eq!(paper.keywords, ["honey", "wax, hard"]);
    assert_eq!(paper.ids.get(IdentifierKind::Doi), Some("10.1234/x"));
    let details: Vec<&str> = paper.details.values().map(String::as_str).collect();
    assert_eq!(
        details,
        ["Byron, Ada and King, Jr., Martin", "1234-5678", "en", "2", "12--34", "Bee Lett.", "Bees", "7"]
    );
}

#[test]
fn spacing_case_and_indentation_of_tags_may_vary() {
    for text in [
        "TY - JOUR\nTI - On Bees\nAB - They hum - always.\nER -",
        "ty  - jour\nti  - On Bees\nab  - They hum - always.\ner  - ",
        "TY\t-\tJOUR\nTI\t-\tOn Bees\nAB\t-\tThey hum - always.\nER\t-",
        "  TY  -  JOUR\n  TI  -  On Bees\n  AB  -  They hum - always.\n  ER  -  ",
        "TY  -JOUR\nTI  -On Bees\nAB  -They hum - always.\nER  -",
        "TY\u{a0} - JOUR\nTI\u{a0} - On Bees\nAB\u{a0} - They hum - always.\nER\u{a0} - ",
        "TY  \u{2013} JOUR\nTI  \u{2013} On Bees\nAB  \u{2013} They hum - always.\nER  \u{2013} ",
    ] {
        let paper = only(text);
        assert_eq!(
            (paper.title.as_str(), paper.abstract_text.as_deref()),
            ("On Bees", Some("They hum - always.")),
            "{text}"
        );
    }
}

#[test]
fn a_record_ends_where_the_next_begins_and_text_between_is_ignored() {
    let text = "Record #1 of 2\nProvider: Bees\nTI: no field\n\n1.\nTY  - JOUR\nT1  - A\nER  - \nNL  - Bee Lett\nLink: x\n\n2.\n\
                TY  - JOUR\nT1  - B\nTY  - JOUR\nT1  - C\nER  - TY  - JOUR\nT1  - D\nER  -\nT1  - E\nER  -\n\u{feff}TY  - JOUR\nT1  - F";
    let outcome = read(text);
    assert_eq!(outcome.titles(), ["A", "B", "C", "D", "E", "F"]);
    assert_eq!(outcome.lines, [6, 13, 15, 17, 20, 22]);
    assert!(outcome.problems.is_empty());
}

#[test]
fn lines_without_a_tag_belong_to_the_field_above() {
    let paper = only(
        "TY  - JOUR\nTI  - On bees that\nhum\nAB  - Background: Bees.\n   Methods - we listened\n\n      AI- and ear-based.\nKW  - Animals\n\
         Anti-Inflammatory Agents\nNF-kappa B\nDose-Response; Humans\nUR  - https://bees.example/1\nhttps://bees.example/2\nER  -\n",
    );
    assert_eq!(paper.title, "On bees that hum");
    assert_eq!(paper.abstract_text.as_deref(), Some("Background: Bees. Methods - we listened AI- and ear-based."));
    assert_eq!(paper.keywords, ["Animals", "Anti-Inflammatory Agents", "NF-kappa B", "Dose-Response", "Humans"]);
    assert_eq!(
        (paper.url.as_deref(), detail(&paper, "ris:ur")),
        (Some("https://bees.example/1"), "https://bees.example/2")
    );
}

#[test]
fn the_abstract_is_neither_a_notice_nor_a_translation() {
    let text = |fields: &str| format!("TY  - JOUR\nTI  - A\n{fields}\nER  - \n");
    for (fields, expected, other) in [
        ("AB  - Bees hum.\nAB  - Copyright of Bees is the property of bees.", "Bees hum.", ""),
        ("AB  - Copyright of Bees is theirs.\nAB  - Bees hum.", "Bees hum.", ""),
        ("AB  - Bees hum.\nAB  - Las abejas zumban.", "Bees hum.", "Las abejas zumban."),
        ("N2  - Bees hum.", "Bees hum.", ""),
        ("N2  - Bees hum.\nAB  - Bees hum.", "Bees hum.", ""),
        ("AB  -\nN2  - Bees hum.", "Bees hum.", ""),
    ] {
        let paper = only(&text(fields));
        assert_eq!((paper.abstract_text.as_deref(), detail(&paper, "ris:ab")), (Some(expected), other), "{fields}");
    }
}

#[test]
fn dates_are_merged_from_several_fields() {
    for (fields, year, date) in [
        ("Y1  - 2019//", Some(2019), None),
        ("PY  - 2010\nDA  - SEP 22", Some(2010), Some((9, 22))),
        ("Y1  - 1900/01/01\nDA  - 1950/01/02", Some(1950), Some((1, 2))),
        ("PY  - 10 15", None, None),
        ("DA  - 2019///\nPY  - 2019", Some(2019), None),
        ("Y1  - 2024/04/03/", Some(2024), Some((4, 3))),
    ] {
        let paper = only(&format!("TY  - JOUR\nTI  - A\n{fields}\nER  - \n"));
        assert_eq!((paper.year, paper.date.map(|date| (date.month(), date.day()))), (year, date), "{fields}");
    }
    assert_eq!(detail(&only("TY  - JOUR\nTI  - A\nPY  - 2010\nDA  - NOV-DEC\nER  - "), "ris:da"), "NOV-DEC");
    assert_eq!(detail(&only("TY  - JOUR\nTI  - A\nPY  - 2010\nDA  - Jun\nER  - "), "month"), "6");
}

#[test]
fn identifiers_are_found_wherever_programs_put_them() {
    for (fields, expected) in [
        ("N1  - 10.1234/x", "doi:10.1234/x"),
        ("M3  - doi:10.1234/x", "doi:10.1234/x"),
        ("L3  - 10.1234/x", "doi:10.1234/x"),
        ("L2  - http://dx.doi.org/10.1234/x", "doi:10.1234/x"),
        ("AN  - 12345678\nDP  - NLM", "pmid:12345678"),
        ("C3  - PUBMED 12345678,EMBASE 1", "pmid:12345678"),
        ("PMID  - 12345678", "pmid:12345678"),
        ("C5  - 12345678", "pmid:12345678"),
        ("M2  - PMID: 12345678", "pmid:12345678"),
        ("AN  - arXiv:1706.03762", "arxiv:1706.03762"),
    ] {
        let paper = only(&format!("TY  - JOUR\nTI  - A\n{fields}\nER  - \n"));
        assert_eq!(paper.ids.iter().map(|id| id.to_string()).collect::<Vec<_>>(), [expected], "{fields}");
    }
    let paper = only("TY  - JOUR\nTI  - A\nAN  - 12345678\nC2  - PMC1234567\nER  - \n");
    let found: Vec<_> = paper.ids.iter().map(|id| id.to_string()).collect();
    assert_eq!(found, ["pmcid:PMC1234567"], "a bare number may be anything");
    assert_eq!(detail(&paper, "ris:an"), "12345678");
}

#[test]
fn the_meaning_of_a_tag_depends_on_the_type() {
    let conference =
        only("TY  - CONF\nTI  - A\nT2  - Bees 2020\nC3  - Proceedings of Bees\nT3  - LNB\nA2  - Byron, Ada\nER  - ");
    assert_eq!(
        (conference.kind.as_deref(), conference.venue.as_deref()),
        (Some("inproceedings"), Some("Proceedings of Bees"))
    );
    assert_eq!([detail(&conference, "eventtitle"), detail(&conference, "series")], ["Bees 2020", "LNB"]);
    assert_eq!(detail(&conference, "editor"), "Byron, Ada");
    let book = only("TY  - BOOK\nBT  - A\nT2  - Bee Series\nSP  - 300\nET  - 2nd\nER  - ");
    assert_eq!((book.title.as_str(), book.venue.as_deref()), ("A", None));
    assert_eq!(
        [detail(&book, "series"), detail(&book, "pagetotal"), detail(&book, "edition")],
        ["Bee Series", "300", "2nd"]
    );
    let edited = only("TY  - EDBOOK\nTI  - A\nAU  - Byron, Ada\nA2  - Gauss, Carl\nER  - ");
    assert_eq!(
        (edited.authors.len(), detail(&edited, "editor"), detail(&edited, "ris:a2")),
        (0, "Byron, Ada", "Gauss, Carl")
    );
    let chapter = only("TY  - CHAP\nTI  - A\nBT  - Book of Bees\nSE  - 3\nER  - ");
    assert_eq!((chapter.venue.as_deref(), detail(&chapter, "chapter")), (Some("Book of Bees"), "3"));
    let thesis = only("TY  - THES\nTI  - A\nPB  - University of Bees\nM3  - Ph.D. thesis\nER  - ");
    assert_eq!([detail(&thesis, "institution"), detail(&thesis, "type")], ["University of Bees", "phdthesis"]);
    let magazine = only("TY  - MGZN\nTI  - A\nM3  - Column\nER  - ");
    assert_eq!(
        (magazine.kind.as_deref(), detail(&magazine, "ris:ty"), detail(&magazine, "ris:m3")),
        (Some("article"), "MGZN", "Column")
    );
    assert_eq!(only("TY  - HIVE\nTI  - A\nER  - ").kind.as_deref(), Some("misc"));
}

#[test]
fn a_tag_without_a_meaning_is_kept_and_a_useless_one_is_dropped() {
    let paper = only(
        "TY  - JOUR\nTI  - A\nC1  - x\nC1  - y\nXY  - z\nSP  - No\nEP  - Pagination\nN1  - Export Date: 1 May\nM1  - Byron 1843\n\
         M1  - Gauss 1801\nM1  - Noether 1921\nM1  - Hilbert 1900\nTS  - RIS\nA2  - Byron, A., Gauss, C., Noether\nER  - ",
    );
    let details: Vec<(&str, &str)> =
        paper.details.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(details, [("ris:a2", "Byron, A., Gauss, C., Noether"), ("ris:c1", "x; y"), ("ris:xy", "z")]);
}

#[test]
fn a_bad_record_is_reported_and_the_next_is_read() {
    let large = "x".repeat(MAX_RECORD_BYTES / 3);
    let text = format!(
        "TY  - JOUR\nER  - \nTY  - JOUR\nAB  - Only text.\nER  - \nTY  - JOUR\nTI  - A\nN1  - {large}\nN1  - {large}\n{large}\n{large}\nER  - \n\
         TY  - JOUR\nTI  - B\nER  - \n"
    );
    let outcome = read(&text);
    assert_eq!((outcome.titles(), &outcome.lines[..]), (vec!["B"], &[13][..]));
    let [empty, untitled, large] = &outcome.problems[..] else { panic!("{:?}", outcome.problems) };
    assert_eq!([empty.as_str(), untitled.as_str()], ["a.txt:1: neither title nor abstract", "a.txt:3: no title"]);
    assert!(large.starts_with("a.txt:6: a record of 16 MiB, more than"), "{large}");
}

#[test]
fn hostile_records_take_no_more_than_linear_time() {
    let tags: String =
        (0..200_000).map(|at| format!("Z{at:04X}  - x\nM2  - n{at}: x\nSN  - {at:08}\n", at = at % 65_536)).collect();
    let outcome = read_reader(format!("TY  - JOUR\nTI  - A\n{tags}").as_bytes(), "a", None).unwrap();
    assert!(outcome.problems[0].contains("more than the limit of 16 MiB"), "{:?}", outcome.problems);
    let fewer: String = tags.lines().take(150_000).flat_map(|line| [line, "\n"]).collect();
    assert_eq!(read(&format!("TY  - JOUR\nTI  - A\n{fewer}")).titles(), ["A"]);
}

#[test]
fn other_formats_are_not_claimed() {
    for text in [
        "title,note\nOn Bees,TY - JOUR\n",
        "TY\n",
        "TYPES - JOUR\n",
        "TY-JOUR\n",
        "TY  - 12\n",
        "@article{a, note = {TY  - JOUR}}",
        "Dear all,\nTI  - On Bees\n",
    ] {
        assert!(!super::claims(text), "{text}");
    }
}
