//! A list of papers on a server, for both interfaces.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A list that is read page by page.
pub(super) trait List {
    /// The request for the next page.
    fn request(&self) -> Request;

    /// Reads an answer.
    fn read(&self, answer: &str) -> Result<Page, Fault>;

    /// Moves on to the page after `page`. Returns whether there is one.
    fn move_to_next_page(&mut self, page: &Page) -> bool;

    /// Begins the list again at a day.
    fn begin_again(&mut self, from: Date);

    /// Returns the number of days by which the next list must overlap this one, so that no paper is missed.
    fn overlap_days(&self) -> i64;
}

/// A request to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub server: String,
    pub parameters: Vec<(&'static str, String)>,
}

/// What an answer contains, apart from its records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// The number of papers.
    pub records: u64,
    /// The number of deleted papers.
    pub deleted: u64,
    /// When the last paper was submitted or changed; `None` if the papers are not in order of time.
    pub reached: Option<Timestamp>,
    /// The number of papers of the whole list, if known.
    pub total: Option<u64>,
    /// The token for the next page, if the interface has tokens.
    pub token: Option<String>,
    /// The identifiers of the papers and deleted papers.
    pub ids: Vec<String>,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The answer is damaged. A retry may succeed.
    Broken(String),
    /// The server refuses the request.
    Refused(String),
    /// The token is no longer valid.
    Expired,
}

/// Returns the last of the moments; `None` if they are not in order, or if there are none.
pub(super) fn last_in_order(moments: &[Timestamp]) -> Option<Timestamp> {
    moments.is_sorted().then(|| moments.last().copied()).flatten()
}

/// The day of a moment in UTC, as arXiv counts days.
pub(super) fn day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// Returns the day that is `days` before `date`, or the first possible day.
pub(super) fn days_before(date: Date, days: i64) -> Date {
    date.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Date::MIN)
}
