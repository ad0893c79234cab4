//! Dates of publication, as JSON, tables and the XML formats write them.

use jiff::civil::Date;

use crate::formats::calendar::{self, month_named, year_in};
use crate::paper::Record;

/// A date of publication. A part that is not known is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::formats) struct When {
    pub year: Option<i64>,
    pub month: Option<i8>,
    pub day: Option<i8>,
}

impl When {
    /// Makes a date from a year such as `2008`, a month such as `Nov` or `11`, and a day such as `9`. Without a month
    /// the day is ignored.
    pub fn of_parts(year: &str, month: &str, day: &str) -> Self {
        let month = month_number(month);
        Self { year: year_in(year), month, day: month.and_then(|_| day.trim().parse().ok()) }
    }

    /// Reads a date in one of these forms: `2008-11-09` (with a time or without), `2008-11`, `2008`, `9 Nov 2008`,
    /// `Sun, 09 Nov 2008 14:03:01 GMT`, `November 9, 2008`, `2008 Nov-Dec`.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = text.split(['T', ' ']).next().unwrap_or_default().split(['-', '/', '.']);
        if let (Some(year), month, day) = (parts.next(), parts.next().unwrap_or(""), parts.next().unwrap_or(""))
            && year.len() == 4
            && digits(year)
            && (digits(month) || month_number(month).is_some())
            && (!month.is_empty() || !text.contains(' '))
        {
            return Self::of_parts(year, month, day);
        }
        let words = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let month = words().find(|word| word.starts_with(char::is_alphabetic) && month_number(word).is_some());
        let day = words().find(|word| word.len() <= 2 && digits(word));
        Self::of_parts(text, month.unwrap_or(""), month.and(day).unwrap_or(""))
    }

    /// Returns the date, if all parts are known and the calendar has that day.
    pub fn date(self) -> Option<Date> {
        calendar::date(self.year, self.month, self.day)
    }

    /// Whether this date is more precise than `other`.
    pub fn is_finer_than(self, other: Self) -> bool {
        let fineness = |when: Self| [when.year.is_some(), when.month.is_some(), when.day.is_some()];
        fineness(self) > fineness(other)
    }

    /// Sets the year and the date of a record. If the full date is not known, adds the month as a detail.
    pub fn put(self, record: &mut Record) {
        record.year = self.year;
        record.date = self.date();
        if let (Some(month), None, Some(_)) = (self.month, record.date, self.year) {
            record.details.push(("month".to_owned(), month.to_string()));
        }
    }
}

fn month_number(text: &str) -> Option<i8> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i8>() {
        return (1..=12).contains(&number).then_some(number);
    }
    // The rest of the name may be in another language: `Januari`, `Novembre`.
    month_named(text.get(..3)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_may_lack_its_day_or_its_month() {
        for (text, year, month, day) in [
            ("2008-11-09", Some(2008), Some(11), Some(9)),
            ("2005-03-30T22:36:16Z", Some(2005), Some(3), Some(30)),
            ("2005/03/30", Some(2005), Some(3), Some(30)),
            ("2005.0", Some(2005), None, None),
            ("2008-11", Some(2008), Some(11), None),
            ("2008", Some(2008), None, None),
            ("Sun, 09 Nov 2008 14:03:01 GMT", Some(2008), Some(11), Some(9)),
            ("9 November 2008", Some(2008), Some(11), Some(9)),
            ("November 9, 2008", Some(2008), Some(11), Some(9)),
            ("1998 Dec-1999 Jan", Some(1998), Some(12), None),
            ("Summer 2001", Some(2001), None, None),
            ("c2001", Some(2001), None, None),
            ("forthcoming", None, None, None),
            ("2001-13-45", Some(2001), None, None),
            ("", None, None, None),
        ] {
            assert_eq!(When::parse(text), When { year, month, day }, "{text}");
        }
        assert_eq!(When::of_parts("2017", "Nov", "09").date(), Some(jiff::civil::date(2017, 11, 9)));
        assert_eq!(When::of_parts("2017", "Feb", "30").date(), None);
    }
}
