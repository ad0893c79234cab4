//! Reads dates as tagged formats write them: `2019/06/12/`, `1996 Jul 9`, `SEP 22`, `12 June 2019`, `20190612`.

use jiff::civil::Date;

use crate::formats::calendar::{self, month_named};

/// The parts of a date that a text gives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Day {
    pub year: Option<i64>,
    pub month: Option<i8>,
    pub day: Option<i8>,
}

impl Day {
    /// Reads a date. A range (`4-8 Aug. 2020`) gives the parts that both ends share.
    pub(super) fn parse(text: &str) -> Self {
        if let Some(day) = Self::compact(text.trim()) {
            return day;
        }
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<&str> = words.take(12).collect();
        let year = words.iter().enumerate().find_map(|(at, word)| Some((at, year(word)?)));
        let named: Vec<i8> = words.iter().filter_map(|word| month_named(word)).collect();
        if !named.is_empty() {
            return Self::around(year.map(|(_, year)| year), &named, &words);
        }
        // Without the name of a month, the order of the parts is certain only if the year comes first.
        let Some((at, year)) = year else { return Self::default() };
        let mut numbers = words[at + 1..].iter().map_while(|word| number(word));
        let month = numbers.next().filter(|month| (1..=12).contains(month));
        let day = month.and(numbers.next()).filter(|day| (1..=31).contains(day));
        Self { year: Some(year), month, day }
    }

    /// Reads `20190612`.
    fn compact(text: &str) -> Option<Self> {
        if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let date = Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()?;
        Some(Self { year: Some(i64::from(date.year())), month: Some(date.month()), day: Some(date.day()) })
    }

    /// Reads words that contain the names of months. A day counts only if no other number could be a day.
    fn around(year: Option<i64>, named: &[i8], words: &[&str]) -> Self {
        let month = (named.iter().all(|month| *month == named[0])).then_some(named[0]);
        let days: Vec<i8> = words.iter().filter_map(|word| number(word)).filter(|day| (1..=31).contains(day)).collect();
        let day = match days[..] {
            [day] => month.map(|_| day),
            _ => None,
        };
        Self { year, month, day }
    }

    /// The date, if all its parts are known.
    pub(super) fn date(self) -> Option<Date> {
        calendar::date(self.year, self.month, self.day)
    }

    /// Merges the dates in several texts. If their years differ, the first year counts.
    pub(super) fn merged(texts: &[String]) -> Self {
        let mut days = texts.iter().map(|text| Self::parse(text));
        let mut merged = days.next().unwrap_or_default();
        for other in days {
            merged.year = merged.year.or(other.year);
            if other.year.is_none_or(|year| Some(year) == merged.year)
                && (merged.day.is_none() && other.month.is_some())
            {
                (merged.month, merged.day) = (other.month, other.day);
            }
        }
        merged
    }
}

fn year(word: &str) -> Option<i64> {
    let digits = &word[..word.bytes().take_while(u8::is_ascii_digit).count()];
    digits.parse().ok().filter(|year| digits.len() == 4 && (1000..3000).contains(year))
}

/// Returns the number of one or two digits that a word begins with: `12`, `12th`, `12T10` (a day and a time).
fn number(word: &str) -> Option<i8> {
    let digits = &word[..word.bytes().take_while(u8::is_ascii_digit).count()];
    digits.parse().ok().filter(|_| digits.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (Option<i64>, Option<i8>, Option<i8>) {
        let Day { year, month, day } = Day::parse(text);
        (year, month, day)
    }

    #[test]
    fn dates_are_read_in_every_unambiguous_order() {
        for (text, expected) in [
            ("2019/06/12/", (Some(2019), Some(6), Some(12))),
            ("2019//", (Some(2019), None, None)),
            ("2019/10//undefined", (Some(2019), Some(10), None)),
            ("2019-06-12T10:00:00Z", (Some(2019), Some(6), Some(12))),
            ("20190612", (Some(2019), Some(6), Some(12))),
            ("1996 Jul 9", (Some(1996), Some(7), Some(9))),
            ("2009 Winter", (Some(2009), None, None)),
            ("July-August 2016", (Some(2016), None, None)),
            ("4-8 Aug. 2020", (Some(2020), Some(8), None)),
            ("November 15, 2004", (Some(2004), Some(11), Some(15))),
            ("SEP 22", (None, Some(9), Some(22))),
            ("Sept. 2001", (Some(2001), Some(9), None)),
            ("10 15", (None, None, None)),
            ("06/12/2019", (Some(2019), None, None)),
            ("", (None, None, None)),
            ("Märzausgabe", (None, None, None)),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
        assert_eq!(Day::parse("2019/02/30").date(), None);
    }

    #[test]
    fn dates_are_merged_and_the_first_year_counts() {
        let merged = |texts: &[&str]| Day::merged(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(merged(&["2010", "SEP 22"]).date(), Some(jiff::civil::date(2010, 9, 22)));
        assert_eq!(merged(&["2010", "1950/01/01"]), Day { year: Some(2010), ..Day::default() });
        assert_eq!(merged(&["", "1950/01/02", "1900/01/01"]).date(), Some(jiff::civil::date(1950, 1, 2)));
    }
}
