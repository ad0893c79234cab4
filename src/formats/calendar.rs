//! Months by name, years within a text, and dates that exist. The order of the parts of a date is up to each format.

use jiff::civil::Date;

/// English names of the months.
#[rustfmt::skip]
pub(super) const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
];

/// The month, from 1, that a word names in English: in full, or by at least three of its first letters.
pub(super) fn month_named(word: &str) -> Option<i8> {
    let is_named = |month: &str| month.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    (1..).zip(MONTHS).find(|(_, month)| word.len() >= 3 && is_named(month)).map(|(number, _)| number)
}

/// The first number of four digits in a text that may be a year.
pub(super) fn year_in(text: &str) -> Option<i64> {
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    numbers.filter_map(|digits| digits.parse().ok()).find(|year| (1000..3000).contains(year))
}

/// The day, if all of it is known and the calendar has it.
pub(super) fn date(year: Option<i64>, month: Option<i8>, day: Option<i8>) -> Option<Date> {
    Date::new(i16::try_from(year?).ok()?, month?, day?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_by_their_names_and_their_beginnings() {
        for (word, expected) in [
            ("January", Some(1)),
            ("dec", Some(12)),
            ("SEPT", Some(9)),
            ("may", Some(5)),
            ("ma", None),
            ("maybe", None),
            ("Mär", None),
            ("", None),
        ] {
            assert_eq!(month_named(word), expected, "{word}");
        }
    }

    #[test]
    fn a_year_has_four_digits_and_lies_within_reach() {
        for (text, expected) in [("c1998.", Some(1998)), ("0815-1999", Some(1999)), ("20190612", None), ("4000", None)]
        {
            assert_eq!(year_in(text), expected, "{text}");
        }
        assert_eq!(date(Some(2019), Some(2), Some(30)), None);
        assert_eq!(date(Some(2019), Some(6), None), None);
    }
}
