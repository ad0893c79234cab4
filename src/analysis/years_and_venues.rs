//! Counts papers by year and venue.

use std::collections::BTreeMap;

use super::results::Spread;
use crate::paper::Paper;

/// Longest span of years in which years without papers are listed. Otherwise a typo such as "1213" would add hundreds
/// of empty years.
const MOST_YEARS: i16 = 200;

/// Counts papers by year and venue. Venues whose names differ only in case, accents or punctuation count as one; the
/// most frequent name is used.
pub(super) fn spread(papers: &[&Paper]) -> Spread {
    let mut years: BTreeMap<i16, usize> = BTreeMap::new();
    let mut venues: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut spread = Spread::default();
    for paper in papers {
        match paper.year {
            Some(year) => *years.entry(year).or_default() += 1,
            None => spread.without_year += 1,
        }
        match paper.venue.as_deref().map(str::trim).filter(|venue| !venue.is_empty()) {
            Some(venue) => *venues.entry(crate::paper::title_key(venue)).or_default().entry(venue).or_default() += 1,
            None => spread.without_venue += 1,
        }
    }
    if let (Some((&first, _)), Some((&last, _))) = (years.first_key_value(), years.last_key_value())
        && i32::from(last) - i32::from(first) <= i32::from(MOST_YEARS)
    {
        for year in first..=last {
            years.entry(year).or_default();
        }
    }
    spread.years = years.into_iter().collect();
    let named = |forms: BTreeMap<&str, usize>| {
        let count = forms.values().sum();
        // `max_by_key` returns the last of equals; in reverse order, that is the first name.
        let form = forms.into_iter().rev().max_by_key(|(_, count)| *count).map_or("", |(form, _)| form);
        (form.to_owned(), count)
    };
    spread.venues = venues.into_values().map(named).collect();
    spread.venues.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    spread
}
