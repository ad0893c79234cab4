//! Tests for all dialects: which texts are XML, which files are refused, and that a broken or hostile file loses only
//! its broken parts.

use std::io::{Read, repeat};

use proptest::prelude::*;

use super::claims;
use crate::formats::Format;
use crate::formats::tests::{Outcome, read_bytes, read_reader};
use crate::paper::Record;

const START: &str = "<?xml version=\"1.0\"?>\n<feed>\n<entry><title>On bees</title></entry>\n";
const END: &str = "<entry><title>On wasps</title></entry>\n</feed>\n";

/// Reads a feed in which `middle` is between two papers.
fn between(middle: &str) -> Outcome {
    read_bytes(format!("{START}{middle}{END}"), "a.xml")
}

fn refusal(text: &str) -> String {
    read_reader(text.as_bytes(), "a.xml", None).unwrap_err().to_string()
}

#[test]
fn only_text_that_begins_like_xml_is_claimed() {
    for start in [
        "<?xml version=\"1.0\"?>",
        "\u{feff}\n<feed xmlns=\"http://www.w3.org/2005/Atom\">",
        "<!DOCTYPE html>",
        "<!doctype HTML>",
        "<!-- saved -->\n<records/>",
        "<PubmedArticle>",
        "<oai_dc:dc xmlns:dc=\"x\">",
        "<mods\n version='3'\n",
        "This XML file does not appear to have any style information associated with it. The document tree is shown below.\n<feed>",
    ] {
        assert!(claims(start), "{start}");
    }
    for start in
        ["<1% of bees dance", "< 5", "<- back", "<bees and wasps>", "a <b>", "title,<b>", "", "<", "%<xml>", "<bee"]
    {
        assert!(!claims(start), "{start}");
    }
}

#[test]
fn a_web_page_and_xml_without_papers_are_refused() {
    let message = refusal("<?xml version=\"1.0\"?><hive><bee name=\"Maja\"/></hive>");
    assert!(message.contains("a.xml: is XML with the root element <hive>") && message.contains("PubMed"), "{message}");
    for page in ["<!DOCTYPE html><html><title>Bees</title></html>", "<?xml version=\"1.0\"?><HTML><article/></HTML>"] {
        assert!(refusal(page).contains("is a web page (HTML); save the export"), "{page}");
    }
    assert_eq!(read_bytes("<feed><title>No bees</title></feed>", "a.xml").problems.len(), 0);
}

#[test]
fn the_line_of_a_paper_is_where_its_record_starts() {
    let outcome = between("\n\n  <entry>\n<title>On\nants</title></entry>");
    assert_eq!(outcome.titles(), ["On bees", "On ants", "On wasps"]);
    assert_eq!(outcome.lines, [3, 6, 8]);
    assert_eq!((outcome.problems.len(), outcome.notices.len()), (0, 0));
}

#[test]
fn entities_of_html_are_expanded_and_others_stay() {
    let outcome =
        between("<entry><title>B&ouml;hlen &amp; the R&#38;D of &#x41;nts &lt; &hive; & more</title></entry>");
    assert_eq!(outcome.titles()[1], "Böhlen & the R&D of Ants < &hive; & more");
    assert_eq!((outcome.problems.len(), outcome.notices.len()), (0, 0));
}

#[test]
fn entities_that_a_document_defines_are_reported_and_never_expanded() {
    let mut laughs = String::from("<!DOCTYPE feed [<!ENTITY lol0 \"lol\">");
    for level in 1..10 {
        laughs += &format!("<!ENTITY lol{level} \"{}\">", format!("&lol{};", level - 1).repeat(10));
    }
    let outcome = read_bytes(format!("{laughs}]>\n<feed><entry><title>On &lol9;</title></entry></feed>"), "a.xml");
    assert_eq!(outcome.titles(), ["On &lol9;"]);
    assert!(outcome.notices[0].contains("defines entities of its own"), "{:?}", outcome.notices);
    assert_eq!((outcome.notices.len(), outcome.problems.len()), (1, 0));
}

#[test]
fn broken_markup_does_not_lose_other_papers() {
    for (middle, titles, told) in [
        ("<entry><title>On <i>ants</title></entry>", &["On ants"][..], "</title> is where <i> should end"),
        ("<entry><title>On ants</titel></title></entry>", &["On ants"], "</titel> ends no open element"),
        ("</entry>", &[], "</entry> ends no open element"),
        ("<entry><title>On ants</title>", &["On ants"], "<entry> starts before the last one has ended"),
        (
            "<entry><title>p < 0.05 in ants' nests</title></entry>",
            &["p < 0.05 in ants' nests"],
            "a < that starts no tag",
        ),
        ("<entry><title>if a <b then \"c</title></entry>", &["if a <b then \"c"], "a < that starts no tag"),
        ("<entry><title>On ants</title ></entry\n>", &["On ants"], ""),
        ("<entry><title><!-- - -- -->On <![CDATA[ants]]><?x?></title></entry>", &["On ants"], ""),
        ("<entry title=ants checked><title>On ants</title></entry>", &["On ants"], ""),
        ("<!bee>", &[], "a < that starts no tag"),
    ] {
        let outcome = between(middle);
        let expected = [&["On bees"], titles, &["On wasps"]].concat();
        assert_eq!(outcome.titles(), expected, "{middle}: {:?}", outcome.notices);
        assert_eq!(outcome.problems, [""; 0], "{middle}");
        match (&outcome.notices[..], told) {
            ([], "") => {}
            ([notice], told) => {
                assert!(notice.starts_with("a.xml:4: not well-formed XML: ") && notice.contains(told), "{notice}")
            }
            (notices, _) => panic!("{middle}: {notices:?}"),
        }
    }
}

#[test]
fn complete_papers_of_a_cut_file_are_read() {
    let whole = format!("{START}{END}");
    for (end, papers, told) in [
        (whole.len() - 9, 2, "the file ends before </feed>: it was cut off"),
        (whole.len() - 25, 1, "the file ends in the middle of this record"),
        (whole.find("wasps").unwrap() + 2, 1, "the file ends in the middle of this record"),
    ] {
        let outcome = read_bytes(&whole[..end], "a.xml");
        assert_eq!(outcome.papers.len(), papers);
        let all_told = [outcome.problems, outcome.notices].concat();
        let told_last = all_told.last().unwrap();
        assert!(told_last.contains(told) && told_last.contains("were read"), "{told_last}");
    }
}

#[test]
fn documents_joined_in_one_file_are_all_read() {
    let outcome = read_bytes(format!("{START}{END}{START}{END}"), "a.xml");
    assert_eq!(outcome.titles(), ["On bees", "On wasps", "On bees", "On wasps"]);
    assert_eq!((outcome.problems.len(), outcome.notices.len()), (0, 0));
    let cut = read_bytes(format!("{START}<entry><title>On\n{START}{END}"), "a.xml");
    assert_eq!(cut.titles(), ["On bees", "On bees", "On wasps"]);
    assert_eq!(cut.problems, ["a.xml:4: this record is cut off: another XML document starts in the middle of it"]);
    let kinds = "<mods><titleInfo><title>A</title></titleInfo></mods>\n<PubmedArticle><MedlineCitation><Article>\
                 <ArticleTitle>B</ArticleTitle></Article></MedlineCitation></PubmedArticle>";
    assert_eq!(read_bytes(kinds, "a.xml").titles(), ["A", "B"]);
}

#[test]
fn endless_texts_tags_and_nesting_lose_only_one_record() {
    const LONG: u64 = 40 << 20;
    for (before, after, told) in [
        ("<entry><title>", "</title></entry>", "a record of "),
        ("<entry><title a=\"", "\">x</title></entry>", "a record of "),
        ("<entry><title>&", "</title></entry>", "a record of "),
        ("<entry><", "/></entry>", "a record of "),
        ("<entry><title><!--", "--></title></entry>", "neither title nor abstract"),
        ("<entry><link>", "</link></entry>", "a record of "),
        ("<hive>", "</hive>", ""),
        ("<?hive ", "?>", ""),
    ] {
        let text = START.as_bytes().chain(before.as_bytes()).chain(repeat(b'x').take(LONG));
        let outcome = read_reader(text.chain(after.as_bytes()).chain(END.as_bytes()), "a.xml", None).unwrap();
        assert_eq!(outcome.titles(), ["On bees", "On wasps"], "{before}");
        assert_eq!(outcome.problems.is_empty(), told.is_empty(), "{before}: {:?}", outcome.problems);
        assert!(outcome.problems.first().is_none_or(|problem| problem.contains(told)), "{:?}", outcome.problems);
    }
    for depth in [10_000, 1 << 20] {
        let outcome =
            between(&format!("<entry><title>{}{}</title></entry>", "<b>".repeat(depth), "</b>".repeat(depth)));
        assert_eq!(outcome.titles(), ["On bees", "On wasps"]);
        assert!(outcome.problems[0].contains("nested more than 256 deep"), "{:?}", outcome.problems);
    }
    assert!(refusal(&"<a>".repeat(1 << 20)).contains("root element <a>"));
}

#[test]
fn much_broken_markup_is_read_without_delay() {
    for piece in ["<", "<'", "<a '", "</a>", "<a><b></a>", "&", "<!x", "<a b='<", "\u{fffd}<", "]]>"] {
        let outcome = between(&format!("<entry><title>{}</title></entry>", piece.repeat((2 << 20) / piece.len())));
        assert_eq!(outcome.titles()[0], "On bees", "{piece}");
    }
}

#[test]
fn a_text_that_is_read_in_pieces_is_read_without_damage_and_cut() {
    // The limit of an event falls inside a character.
    for shift in 0..4 {
        let long = format!("{}{}", "x".repeat(shift), "é中".repeat(1 << 20));
        let outcome = between(&format!("<entry><title>{long}&amp;<i>{long}</i></title></entry>"));
        let title = outcome.titles()[1];
        assert!(title.len() > 16_000 && long.starts_with(title), "shifted by {shift}");
        let cut = format!("title (first {} of {} bytes)", title.len(), 2 * long.len() + 1);
        assert!(outcome.notices[0].contains(&cut), "{:?}", outcome.notices);
        assert_eq!((outcome.problems.len(), outcome.notices.len()), (0, 1));
    }
}

proptest! {
    #[test]
    fn pieces_of_xml_never_cause_a_panic(
        pieces in proptest::collection::vec(
            "<[a-z]{1,2}>|</[a-z]{1,2}>|<entry>|</entry>|<title>|</title>|<record>|<header status='deleted'/>|<metadata>|<dc>|\
             <RDF>|<A about='x'>|<isPartOf resource='x'/>|<article>|<front>|<volume id='1'>|<paper id='2'>|<meta>|<year>1999|\
             &[a-z]{0,3};|&#x110000;|<!--|-->|<!\\[CDATA\\[|\\]\\]>|<\\?xml|\\?>|<!DOCTYPE a \\[|\\]>|<!ENTITY|<math>|<msup>|<sup>|[\"'<>&=é /]",
            0..60,
        )
    ) {
        let _ = read_reader(pieces.concat().as_bytes(), "a", Some(Format::Xml));
    }

    #[test]
    fn text_between_tags_is_read_unchanged(title in "[a-zA-Zé中][a-zA-Zé中<>&\"' ;]{0,30}") {
        let escaped = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let outcome = between(&format!("<entry><title>{escaped}</title></entry>"));
        // A text that looks like markup is cleaned in all formats.
        let expected = Record { title, ..Record::default() }.into_paper().unwrap().title;
        prop_assert_eq!(outcome.titles()[1], expected);
    }
}
