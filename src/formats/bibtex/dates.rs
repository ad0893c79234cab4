//! Reads dates of publication from BibTeX's fields for year, month and day, and from BibLaTeX's `date`
//! ([EDTF](https://www.loc.gov/standards/datetime/), as far as BibLaTeX's manual describes it).

use jiff::civil::Date;

use crate::formats::calendar::{self, month_named, year_in};

/// The date of publication of an entry, as far as its fields contain it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Published {
    pub year: Option<i64>,
    pub date: Option<Date>,
    /// Values that `year` and `date` do not express, under BibLaTeX's names of the fields.
    pub details: Vec<(&'static str, String)>,
}

/// BibTeX's macros for the months.
const MACROS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Returns BibTeX's macro for a month from 1 to 12.
pub(in crate::formats) fn month_macro(month: &str) -> Option<&'static str> {
    let number: usize = month.parse().ok()?;
    MACROS.get(number.checked_sub(1)?).copied()
}

/// Returns the date of publication from the texts of four fields. An empty text means that the field is absent.
pub(super) fn published(date: &str, year: &str, month: &str, day: &str) -> Published {
    let mut published = Published::default();
    // Some files have a whole date in the field `year`.
    let from_date = parts(date).or_else(|| parts(year).filter(|parts| parts.month.is_some()));
    let parts = from_date.unwrap_or_default();
    if !date.is_empty() && !parts.is_all {
        published.details.push(("date", date.to_owned()));
    }
    let stated = year_in(year);
    published.year = parts.year.or(stated);
    if !year.is_empty() && parts.month.is_none() && stated.is_none_or(|found| found.to_string() != year) {
        published.details.push(("year", year.to_owned()));
    }
    let (month_number, day_in_month) = month_and_day(month);
    let month_number = parts.month.or(month_number);
    let day_number = parts.day.or(day.parse().ok()).or(day_in_month);
    published.date = calendar::date(published.year, month_number, day_number);
    if published.date.is_some() {
        return published;
    }
    match month_number.filter(|_| day_in_month.is_none()) {
        Some(number) => published.details.push(("month", number.to_string())),
        None if !month.is_empty() => published.details.push(("month", month.to_owned())),
        None => {}
    }
    if !day.is_empty() {
        published.details.push(("day", day.to_owned()));
    }
    published
}

#[derive(Default)]
struct Parts {
    year: Option<i64>,
    month: Option<i8>,
    day: Option<i8>,
    /// Whether the text contains nothing else.
    is_all: bool,
}

/// Reads `2016`, `2016-04` or `2016-04-03`, or the first date of a range. Returns `None` if the text is not a date.
fn parts(date: &str) -> Option<Parts> {
    let start = date.split('/').next()?.trim();
    let day = start.split('T').next()?.trim_end_matches(['~', '?', '%']);
    let mut numbers = day.split('-');
    let year = numbers.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let rest: Vec<i8> =
        numbers.map(|number| number.parse().ok().filter(|_| number.len() == 2)).collect::<Option<_>>()?;
    // In EDTF the months 21 to 24 are seasons.
    let month = rest.first().copied().filter(|month| (1..=12).contains(month));
    let is_all = day == date.trim() && rest.len() <= 2 && (rest.is_empty() || month.is_some());
    let day = rest.get(1).copied().filter(|_| month.is_some());
    let is_day = day.is_none_or(|day| Date::new(2000, month.unwrap_or(1), day).is_ok());
    Some(Parts { year: Some(year), month, day, is_all: is_all && is_day })
}

/// Reads a month, with a day or without: `4`, `apr`, `April`, `15 April`, `apr. 15`.
fn month_and_day(text: &str) -> (Option<i8>, Option<i8>) {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | '~'))
        .filter(|word| !word.is_empty())
        .collect();
    let number = |word: &str| word.parse::<i8>().ok();
    match words[..] {
        [month] => (number(month).filter(|month| (1..=12).contains(month)).or_else(|| month_named(month)), None),
        [first, second] => match (month_named(first), month_named(second)) {
            (Some(month), None) if number(second).is_some() => (Some(month), number(second)),
            (None, Some(month)) if number(first).is_some() => (Some(month), number(first)),
            _ => (None, None),
        },
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_made_from_the_fields_that_an_entry_has() {
        let day = |month, day| Some(jiff::civil::date(2016, month, day));
        for (fields, year, date, details) in [
            (["2016-04-03", "", "", ""], Some(2016), day(4, 3), vec![]),
            (["2016-04", "", "", ""], Some(2016), None, vec![("month", "4")]),
            (["", "2016", "apr", "3"], Some(2016), day(4, 3), vec![]),
            (["", "2016", "April 3", ""], Some(2016), day(4, 3), vec![]),
            (["", "2016", "4", ""], Some(2016), None, vec![("month", "4")]),
            (["", "2016", "July/August", ""], Some(2016), None, vec![("month", "July/August")]),
            (["", "2016-04-03", "", ""], Some(2016), day(4, 3), vec![]),
            (["2016-04-03/2016-05-01", "", "", ""], Some(2016), day(4, 3), vec![("date", "2016-04-03/2016-05-01")]),
            (["2016-22", "", "", ""], Some(2016), None, vec![("date", "2016-22")]),
            (["2016~", "", "", ""], Some(2016), None, vec![("date", "2016~")]),
            (["19XXX-XX-XX", "", "", ""], None, None, vec![("date", "19XXX-XX-XX")]),
            (["", "2016a", "", ""], Some(2016), None, vec![("year", "2016a")]),
            (["", "c. 2016", "", ""], Some(2016), None, vec![("year", "c. 2016")]),
            (["", "forthcoming", "", ""], None, None, vec![("year", "forthcoming")]),
            (["", "2016", "feb", "30"], Some(2016), None, vec![("month", "2"), ("day", "30")]),
        ] {
            let found = published(fields[0], fields[1], fields[2], fields[3]);
            let expected = details.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
            assert_eq!(found, Published { year, date, details: expected }, "{fields:?}");
        }
    }
}
