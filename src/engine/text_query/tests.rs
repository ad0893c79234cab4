use proptest::prelude::*;

use super::*;

/// The expression of a query in the query language, or an empty text.
fn conditions(text: &str) -> String {
    TextQuery::parse(text).expression.map_or_else(String::new, |expression| expression.to_string())
}

#[test]
fn words_rank_and_phrases_exclusions_and_conditions_restrict() {
    let query = TextQuery::parse(
        "graph networks -molecules \"message passing\" author:battaglia Year:2018..2021 -venue:\"Some Journal\" \
         -“drug design” has:abstract category:cs.LG, transform*",
    );
    assert_eq!(query.text, "graph networks message passing transform");
    assert_eq!(query.notes, [""; 0]);
    assert_eq!(
        query.expression.unwrap().to_string(),
        "NOT molecules AND \"message passing\" AND author:battaglia AND year:2018..2021 AND NOT venue:\"Some Journal\" \
         AND NOT \"drug design\" AND has:abstract AND category:cs.LG AND transform*"
    );
}

#[test]
fn operators_in_capitals_join_all_words_between_them() {
    for (text, expected, ranked_by) in [
        ("sentiment NOT twitter", "NOT twitter", "sentiment"),
        ("sentiment not twitter and or", "", "sentiment not twitter and or"),
        ("robots AND walking", "robots AND walking", "robots walking"),
        (
            "deep learning OR neural networks",
            "(deep AND learning) OR (neural AND networks)",
            "deep learning neural networks",
        ),
        ("a b OR c AND d", "b OR (c AND d)", "a b c d"),
        ("graphs (molecules OR proteins)", "molecules OR proteins", "graphs molecules proteins"),
        ("graphs AND (molecules OR proteins)", "graphs AND (molecules OR proteins)", "graphs molecules proteins"),
        ("robots NOT (walking OR flying)", "NOT (walking OR flying)", "robots"),
        ("robots AND NOT \"legged robots\"", "robots AND NOT \"legged robots\"", "robots"),
        ("robots -(walking flying)", "NOT (walking AND flying)", "robots"),
        ("NOT NOT robots walk", "\"robots\"", "robots walk"),
        ("NOT (NOT robots) walk", "\"robots\"", "robots walk"),
        ("title:attention speech", "title:attention", "attention speech"),
        (
            "title:(bees OR \"wax moths\") -abstract:hive*",
            "(title:bees OR title:\"wax moths\") AND NOT abstract:hive*",
            "bees wax moths",
        ),
        ("(year:2018 AND year:2019) bees", "year:2018 AND year:2019", "bees"),
        ("author:(Ada Byron OR weber)", "author:\"Ada Byron\" OR author:weber", ""),
        ("bees venue:a venue:b", "venue:a OR venue:b", "bees"),
        ("C++ AND C#", "C++ AND C#", "C++ C#"),
        ("transform*, attention", "transform*", "transform attention"),
        ("\"neural net*\" x", "\"neural net*\"", "neural net x"),
        ("(f(x) OR g(x))", "\"f(x)\" OR \"g(x)\"", "f(x) g(x)"),
    ] {
        let query = TextQuery::parse(text);
        assert_eq!((conditions(text).as_str(), query.text.as_str()), (expected, ranked_by), "{text}");
        assert_eq!(query.notes, [""; 0], "{text}");
    }
}

#[test]
fn everything_else_is_text() {
    for text in [
        "BERT: a model for self-supervised learning",
        "at -5 °C, -0.5% and - as it were - --so",
        "a 5\" pipe",
        "long short-term memory (LSTM) networks (see f(x))",
        "A* search, C*-algebras, **bold** *word* and A+",
        "https://example.org/a doi:10.1000/xyz 3:1",
        "THE ROLE OF MEMORY AND ATTENTION OR NOT",
        "the risk of stroke (OR 1.5, 95% CI 1.2 to 1.8; OR = 2)",
        "“ ”",
        "  two  spaces ",
        "",
    ] {
        assert_eq!(TextQuery::parse(text), TextQuery::verbatim(text), "{text}");
    }
    let verbatim = TextQuery::verbatim("-molecules author:battaglia");
    assert!(verbatim.expression.is_none() && verbatim.text == "-molecules author:battaglia");
}

#[test]
fn what_is_not_understood_is_in_a_note_and_the_rest_is_answered() {
    for (text, ranked_by, restricts, note) in [
        ("bees year:20l8", "bees", "", "\"20l8\" is not a year; write 2018, 2018..2021, 2018.. or ..2021; ignored"),
        ("bees has:code", "bees", "", "has:abstract"),
        ("bees year: 2018", "bees year: 2018", "", "year: has no value; write it directly after the colon"),
        ("bees journal:Nature", "bees journal:Nature", "", "journal is not a field; the fields are title, abstract"),
        ("bees \"round dance", "bees \"round dance", "", "a quote has no closing quote"),
        ("bees (round OR waggle", "bees round waggle", "round OR waggle", "a ( has no )"),
        ("bees) dance", "bees) dance", "", "a ) has no ("),
        ("bees AND", "bees", "", "AND needs words before and after it"),
        ("OR bees OR", "bees", "", "OR needs words before and after it"),
        ("bees NOT", "bees", "", "NOT needs a word"),
        ("/bee.*/ dance", "/bee.*/ dance", "", "regular expression"),
        ("b*s dance", "b*s dance", "", "a star must be at the end of a word"),
        ("bees year:2020 year:2010", "bees", "year:2020 OR year:2010", "a paper must have one"),
    ] {
        let query = TextQuery::parse(text);
        assert_eq!((query.text.as_str(), conditions(text).as_str()), (ranked_by, restricts), "{text}");
        assert!(query.notes.len() == 1 && query.notes[0].contains(note), "{text}: {:?}", query.notes);
    }
    for text in ["AND", "AND OR NOT", "- NOT", "()", "( OR )"] {
        let query = TextQuery::parse(text);
        assert!(query.expression.is_none() && (text == "()" || !query.notes.is_empty()), "{query:?}");
    }
}

#[test]
fn deep_brackets_are_ignored() {
    let deep = format!("{}bees OR ants{}", "(".repeat(100_000), ")".repeat(100_000));
    let query = TextQuery::parse(&deep);
    assert_eq!(query.expression.unwrap().to_string(), "bees OR ants");
    assert!(query.notes[0].contains("are ignored"), "{:?}", query.notes);
}

#[test]
fn a_million_parts_are_parsed() {
    // A parser whose time is quadratic would not end.

    for part in ["(", ")", "\"", "“", "-", "NOT ", "a AND ", "a:", "title:(", "-\"", "a(", "year:2018 ", "*", "x.* "]
    {
        let query = TextQuery::parse(&part.repeat(1_000_000));
        assert!(query.notes.len() < 20, "{part:?}: {} notes", query.notes.len());
    }
}

#[test]
fn words_that_the_shell_unquoted_are_quoted_again() {
    let words = |words: &[&str]| TextQuery::joined(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
    assert_eq!(words(&["vaccine trials"]), "vaccine trials");
    assert_eq!(words(&["graph", "message passing"]), "graph \"message passing\"");
    assert_eq!(
        words(&["x", "venue:Some Journal", "-a b", "-author:Ada Byron", "say \"a b\"", "title:a b"]),
        "x venue:\"Some Journal\" -\"a b\" -author:\"Ada Byron\" say \"a b\" title:\"a b\""
    );
    assert_eq!(words(&["x", "a OR b", "(c d)"]), "x a OR b (c d)");
}

proptest! {
    #[test]
    fn any_text_is_a_query(text in "\\PC{0,60}|([a-z:\" “”.()*/-]|year:|title:|author:| AND | OR | NOT |2018){0,30}") {
        let query = TextQuery::parse(&text);
        if query.expression.is_none() && query.notes.is_empty() {
            let printable = printable(&text).into_owned();
            prop_assert!(query.text == text || query.text == printable || query.text.is_empty(), "{query:?}");
        }
        // What was understood is understood in the same way again.
        let is_small = |expression: &Expression| expression.to_string().contains(char::is_lowercase);
        if let Some(expression) = query.expression.filter(is_small) {
            let again = TextQuery::parse(&expression.to_string());
            prop_assert_eq!(again.expression.map(|again| again.to_string()), Some(expression.to_string()));
        }
    }

    #[test]
    fn a_text_without_syntax_is_not_changed(words in prop::collection::vec("[a-z]{1,6}(-[a-z]{1,4})?[.,:;]?|[0-9é(]{1,3}|-[0-9]{1,3}| ", 0..12)) {
        let text = words.join(" ").replace('(', "");
        prop_assume!(!["year:", "since:", "until:", "has:", "venue:", "author:", "source:"].iter().any(|name| text.contains(name)));
        prop_assert_eq!(TextQuery::parse(&text), TextQuery::verbatim(&text));
    }

    #[test]
    fn parts_may_be_in_any_order(parts in Just(["bees dance", "-wasps", "\"round dance\"", "year:2001", "author:byron"]).prop_shuffle()) {
        let query = TextQuery::parse(&parts.join(" "));
        let Some(Expression::All(parts)) = &query.expression else { panic!("{query:?}") };
        prop_assert_eq!(parts.len(), 4);
        prop_assert!(query.text == "bees dance round dance" || query.text == "round dance bees dance");
    }
}
