//! Tests of all cleaning steps together, and of properties that hold for any text.

use proptest::prelude::*;

use super::*;

#[test]
fn one_step_cleans_the_result_of_another() {
    assert_eq!(title("&amp;lt;i&amp;gt;Apis&amp;lt;/i&amp;gt; in CO&lt;sub&gt;2&lt;/sub&gt; ."), "Apis in CO₂ .");
    assert_eq!(
        abstract_text("The coordina(cid:173) tion of oscilla(cid:173)tors."),
        "The coordination of oscillators."
    );
    assert_eq!(title("[The  bees of LÃ¤mmer\u{ad}zahl]."), "The bees of Lämmerzahl");
    let jats = "<jats:title>Abstract</jats:title><jats:sec><jats:title>Background</jats:title><jats:p>Bees &amp;amp; eﬃcient \
                trans-\nformers.</jats:p></jats:sec><jats:p>© 2020 Hive Ltd.</jats:p>";
    assert_eq!(abstract_text(jats), "Background: Bees & efficient transformers.");
    assert_eq!(abstract_text("<p>[No abstract available]</p>"), "");
    assert_eq!(abstract_text("Abstract: n/a"), "");
    assert_eq!(abstract_text("O_ST_ABSAimC_ST_ABSTo hum.O_LIAsC_LI"), "Aim: To hum. As");
    assert_eq!(phrase("Journal of Bees &amp; Wasps "), "Journal of Bees & Wasps");
    assert_eq!(name("{Bees &amp; Co}"), "{Bees & Co}");
    assert_eq!(name("MÃ¼ller, JÃ¶rg"), "Müller, Jörg");
    assert_eq!(verbatim(" https://a.b/?x=1&lt;=2 \n"), "https://a.b/?x=1&lt;=2");
}

#[test]
fn a_text_that_needs_too_many_passes_does_not_change_when_cleaned_again() {
    let deep = (0..50).fold("p".to_owned(), |inner, _| format!("<{inner}>")).replace("<<", "&lt;<!---->&lt;");
    let once = phrase(&deep);
    assert_eq!(phrase(&once), once);
}

/// Random texts made of pieces that the cleaning steps search for.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<p>"),
        Just("</p>"),
        Just("<sup>"),
        Just("</sup>"),
        Just("<title>"),
        Just("</title>"),
        Just("<!--"),
        Just("-->"),
        Just("<![CDATA["),
        Just("]]>"),
        Just("&amp;"),
        Just("&lt;"),
        Just("&gt;"),
        Just("amp;"),
        Just("lt;"),
        Just("&"),
        Just(";"),
        Just("<"),
        Just(">"),
        Just("p"),
        Just("i"),
        Just("2"),
        Just("-"),
        Just("\n"),
        Just(" "),
        Just("\u{ad}"),
        Just("ﬁ"),
        Just("Ã"),
        Just("¤"),
        Just("Â"),
        Just("â€™"),
        Just("e\u{301}"),
        Just("\u{200b}"),
        Just("\u{80}"),
        Just("O_LI"),
        Just("C_LI"),
        Just("O_ST_ABS"),
        Just("C_ST_ABS"),
        Just("O_FIG"),
        Just("C_FIG"),
        Just("Abstract"),
        Just(": "),
        Just("."),
        Just(" The"),
        Just("Background"),
        Just("Results"),
        Just("Bees"),
        Just("© 2020 Hive Ltd."),
        Just("All rights reserved."),
        Just("["),
        Just("]"),
        Just("self"),
        Just("and"),
        Just("mer"),
        Just("Published by Elsevier"),
        Just("<mml:msup>"),
        Just("</mml:msup>"),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

#[test]
fn hostile_text_is_cleaned_in_linear_time() {
    for unit in
        ["O_FIG O_LI C_LI ", "(cid:12", "<p x='<b>", "Copyright © 2020 A. ", "Results", ". ", "a- ", "x-\n", "&amp;"]
    {
        let text = unit.repeat(200_000 / unit.len());
        let start = std::time::Instant::now();
        abstract_text(&text);
        organisation(&text);
        pages(&text);
        assert!(start.elapsed().as_secs() < 10, "{unit}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn cleaning_again_changes_nothing(text in prop_oneof![pieces(), "(\\PC|[e\\u{301}\\u{200b} \\n<>&-]){0,30}"]) {
        for clean in [title, abstract_text, phrase, name, verbatim] {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }
    }

    // Texts of at least four words: some shorter texts are placeholders.
    #[test]
    fn plain_words_are_not_changed(text in "[A-Z][a-z]{1,9}( [a-z]{1,9}){3,12}\\?") {
        for clean in [title, abstract_text, phrase, name, verbatim] {
            prop_assert_eq!(clean(&text), text.as_str());
        }
    }
}
