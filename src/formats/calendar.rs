//! Finds months by their English names, finds years in texts, and makes dates. Each format module decides the order of
//! the parts of a date.

use jiff::civil::Date;

/// English names of the months.
pub(super) const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
];

/// Returns the month, from 1 to 12, for its English name or an abbreviation of at least three letters, in any case.
pub(super) fn month_named(word: &str) -> Option<i8> {
    let is_named = |month: &str| month.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    (1..).zip(MONTHS).find(|(_, month)| word.len() >= 3 && is_named(month)).map(|(number, _)| number)
}

/// Returns the first number of exactly four digits in `text` that is from 1000 to 2999.
pub(super) fn year_in(text: &str) -> Option<i64> {
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    numbers.filter_map(|digits| digits.parse().ok()).find(|year| (1000..3000).contains(year))
}

/// Returns the date, if year, month and day are known and the calendar has that day.
pub(super) fn date(year: Option<i64>, month: Option<i8>, day: Option<i8>) -> Option<Date> {
    Date::new(i16::try_from(year?).ok()?, month?, day?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_found_by_name_or_abbreviation() {
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
    fn a_year_is_a_number_from_1000_to_2999() {
        for (text, expected) in [("c1998.", Some(1998)), ("0815-1999", Some(1999)), ("20190612", None), ("4000", None)]
        {
            assert_eq!(year_in(text), expected, "{text}");
        }
        assert_eq!(date(Some(2019), Some(2), Some(30)), None);
        assert_eq!(date(Some(2019), Some(6), None), None);
    }
}
