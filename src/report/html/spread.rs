//! The section of years and venues, as bars.

use askama::Template;

use super::wording;
use crate::analysis;

/// Maximum number of visible venues. The others are folded away.
const OPEN: usize = 15;

/// If there are at most this many years, each has a label. If there are more, only every second, fifth, tenth year and
/// so on has one.
const LABELLED: usize = 8;

#[derive(Template)]
#[template(path = "report/spread.html", whitespace = "minimize")]
pub(super) struct Spread<'a> {
    spread: &'a analysis::Spread,
    most_of_years: usize,
    most_of_venues: usize,
    label_each: i16,
}

impl<'a> Spread<'a> {
    pub(super) fn new(spread: &'a analysis::Spread) -> Self {
        let most_of_years = spread.years.iter().map(|(_, papers)| *papers).max().unwrap_or(1);
        let most_of_venues = spread.venues.iter().map(|(_, papers)| *papers).max().unwrap_or(1);
        let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500];
        let fits = |step: &i16| spread.years.len() <= LABELLED * usize::from(step.unsigned_abs());
        let label_each = steps.into_iter().find(fits).unwrap_or(1000);
        Self { spread, most_of_years, most_of_venues, label_each }
    }

    fn is_labelled(&self, year: &i16) -> bool {
        year % self.label_each == 0
    }

    fn percent(&self, papers: &usize, most: &usize) -> f32 {
        (*papers as f32 / (*most).max(1) as f32 * 1000.0).round() / 10.0
    }

    fn venues(&self) -> impl Iterator<Item = &'a [(String, usize)]> {
        let (open, rest) = self.spread.venues.split_at(self.spread.venues.len().min(OPEN));
        [open, rest].into_iter().filter(|venues| !venues.is_empty())
    }
}
