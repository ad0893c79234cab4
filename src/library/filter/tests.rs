use proptest::prelude::*;
use strum::VariantArray;

use super::*;

fn condition(field: Field, text: &str) -> Condition {
    Condition::new(field, text).unwrap()
}

fn holds(field: Field, text: &str, facts: &Facts) -> bool {
    condition(field, text).holds(facts, |part| "/home/ada/lib.bib".contains(part))
}

#[test]
fn days_years_and_ranges_are_read_and_other_text_is_refused() {
    let day = |text: &str| text.parse::<Date>().unwrap();
    assert_eq!(days("2016"), Some((day("2016-01-01"), day("2016-12-31"))));
    assert_eq!(days("2016-2"), Some((day("2016-02-01"), day("2016-02-29"))));
    assert_eq!(days("2016-02-03"), Some((day("2016-02-03"), day("2016-02-03"))));
    for (text, expected) in [
        ("2018", (Some(2018), Some(2018))),
        ("2018..2021", (Some(2018), Some(2021))),
        ("2018..", (Some(2018), None)),
        ("..2021", (None, Some(2021))),
        ("2018-2021", (Some(2018), Some(2021))),
    ] {
        assert_eq!(years(text), Some(expected), "{text}");
    }
    for text in ["", "..", "18", "20188", "2021..2018", "2018..x", "x", "+018"] {
        assert_eq!(years(text), None, "{text}");
    }
    for (field, text, told) in [
        (Field::Since, "2016-13", "\"2016-13\" is not a date; write 2018, 2018-03 or 2018-03-21"),
        (Field::Year, "soon", "write 2018, 2018..2021, 2018.. or ..2021"),
        (Field::Venue, "?!", "it has no words"),
        (Field::Author, "", "it has no words"),
        (Field::Source, " ", "write a file"),
        (Field::Has, "code", "has:abstract"),
    ] {
        let error = Condition::new(field, text).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn a_paper_with_only_a_year_matches_each_day_of_that_year() {
    let year = Facts { year: Some(2018), ..Facts::default() };
    let date = Facts { year: Some(2018), date: Some(Date::constant(2018, 3, 5)), ..Facts::default() };
    for (field, text, by_year, by_date) in [
        (Field::Since, "2018", true, true),
        (Field::Since, "2018-06", true, false),
        (Field::Since, "2019", false, false),
        (Field::Until, "2018", true, true),
        (Field::Until, "2018-01", true, false),
        (Field::Until, "2018-03-05", true, true),
        (Field::Until, "2017", false, false),
        (Field::Year, "2018", true, true),
        (Field::Year, "2017..2019", true, true),
        (Field::Year, "2019..", false, false),
    ] {
        assert_eq!(holds(field, text, &year), by_year, "{text}");
        assert_eq!(holds(field, text, &date), by_date, "{text}");
        assert!(!holds(field, text, &Facts::default()), "the paper has no date");
    }
    let january = Facts { year: Some(2018), date: Some(Date::constant(2017, 12, 28)), ..Facts::default() };
    assert!(holds(Field::Since, "2018", &january) && holds(Field::Until, "2017", &january));
}

#[test]
fn names_match_by_whole_words_without_case_and_accents() {
    let facts = Facts {
        venue: Some("Revue d'Écologie (NeurIPS 2019)"),
        categories: Some(r#"["cs.CL","stat"]"#),
        ..Facts::default()
    };
    for (field, text, expected) in [
        (Field::Venue, "neurips", true),
        (Field::Venue, "ecologie", true),
        (Field::Venue, "Écologie NeurIPS", true),
        (Field::Venue, "IPS", false),
        (Field::Venue, "NeurIPS Écologie", false),
        (Field::Category, "CS.cl", true),
        (Field::Category, "cs", true),
        (Field::Category, "c", false),
        (Field::Category, "cl stat", false),
        (Field::Source, "./LIB.bib", true),
        (Field::Source, "ada/lib", true),
        (Field::Source, "other.bib", false),
    ] {
        assert_eq!(holds(field, text, &facts), expected, "{text}");
    }
}

#[test]
fn authors_match_by_family_name_or_full_name() {
    let facts = Facts {
        authors: Some(
            r#"["Peter W. Battaglia","José García Márquez","Li Wang","Johannes van der Waals","World Bee Organization"]"#,
        ),
        ..Facts::default()
    };
    for (text, expected) in [
        ("battaglia", true),
        ("BATTAGLIA, P.", true),
        ("Peter Battaglia", true),
        ("Peter William Battaglia", true),
        ("P. W. Battaglia", true),
        ("Paul Battaglia", false),
        ("Peter", false),
        ("battag", false),
        ("marquez", true),
        ("José García Márquez", true),
        ("jose marquez", true),
        ("Wang", true),
        ("Wang Li", true),
        ("li", false),
        ("L. Wang", true),
        ("P. Wang", false),
        ("Wang L. L.", false),
        ("Waals", true),
        ("van der Waals", true),
        ("bee organization", true),
        ("Organization", true),
        ("bee", false),
    ] {
        assert_eq!(holds(Field::Author, text, &facts), expected, "{text}");
    }
    let whole =
        Facts { authors: Some(r#"["World Bee Organization"]"#), names: Some("{World Bee Organization}"), ..facts };
    assert!(holds(Field::Author, "bee", &whole), "the whole name is a family name");
}

#[test]
fn one_of_several_venues_must_match_and_all_of_several_authors() {
    let facts = Facts { venue: Some("A"), authors: Some(r#"["Ada Byron","Max Weber"]"#), ..Facts::default() };
    let admits = |wanted: &[(Field, &str)]| {
        let wanted = wanted.iter().map(|(field, text)| condition(*field, text));
        super::admits(&wanted.collect::<Vec<_>>(), &facts, |_| false)
    };
    assert!(admits(&[]));
    assert!(admits(&[(Field::Venue, "b"), (Field::Venue, "a")]));
    assert!(admits(&[(Field::Author, "byron"), (Field::Author, "weber")]));
    assert!(!admits(&[(Field::Author, "byron"), (Field::Author, "curie")]));
    assert!(!admits(&[(Field::Venue, "a"), (Field::Author, "curie")]));
    assert!(!admits(&[(Field::Source, "x")]) && !admits(&[(Field::Has, "abstract")]));
}

#[test]
fn a_condition_is_displayed_as_it_is_written_in_a_search_text() {
    assert_eq!(condition(Field::Year, " 2018..2021").to_string(), "year:2018..2021");
    assert_eq!(condition(Field::Author, "Ada Byron").to_string(), "author:\"Ada Byron\"");
}

proptest! {
    #[test]
    fn a_paper_meets_each_valid_condition_made_from_its_own_text(
        text in "\\PC{0,12}|[0-9.-]{0,12}|[A-Za-z. ,-]{0,16}"
    ) {
        let list = serde_json::to_string(&[&text]).unwrap();
        let facts = Facts { venue: Some(&text), categories: Some(&list), ..Facts::default() };
        for &field in Field::VARIANTS {
            let condition = Condition::new(field, &text);
            let is_valid = match field {
                Field::Since | Field::Until => days(text.trim()).is_some(),
                Field::Year => years(text.trim()).is_some(),
                Field::Venue | Field::Category | Field::Author => !title_key(&text).is_empty(),
                Field::Source => !text.trim().is_empty(),
                Field::Has => text.trim().eq_ignore_ascii_case("abstract"),
            };
            prop_assert_eq!(condition.is_ok(), is_valid, "{:?}", field);
            if let (Field::Venue | Field::Category, Ok(condition)) = (field, condition) {
                prop_assert!(condition.holds(&facts, |_| false), "{:?}", field);
            }
        }
    }

    #[test]
    fn the_quick_test_misses_no_word(words in prop::collection::vec("[A-Za-zÉé]{1,5}", 1..5), at in 0usize..5) {
        let key = title_key(&words[at % words.len()]);
        prop_assert!(may_have(&words.join(", "), &key));
    }
}
