//! A list of papers on a server, as the two interfaces have in common.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A list that is read page by page.
pub(super) trait List {
    /// What asks for the page that is next.
    fn question(&self) -> Question;

    /// Reads what came.
    fn read(&self, answer: &str) -> Result<Page, Fault>;

    /// Moves on behind a page; whether there is another.
    fn go_on(&mut self, page: &Page) -> bool;

    /// Begins anew from a day on.
    fn begin_again(&mut self, from: Date);

    /// How many days before the end of a list that was read the next one has to begin, for nothing to be missed.
    fn overlap_days(&self) -> i64;
}

/// A request: a server, and what it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub server: String,
    pub parameters: Vec<(&'static str, String)>,
}

impl Question {
    /// What tells it from other requests.
    pub(super) fn name(&self) -> String {
        let parameters: Vec<String> = self.parameters.iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("{}?{}", self.server, parameters.join("&"))
    }
}

/// What an answer says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Papers on it.
    pub records: u64,
    /// Records of papers that are no more.
    pub deleted: u64,
    /// When the last paper was submitted or changed; `None` where the order is not by time.
    pub reached: Option<Timestamp>,
    /// Papers of the whole list, where the server says so.
    pub total: Option<u64>,
    /// What asks for the next page, where the server gives it out.
    pub token: Option<String>,
    /// Whether the page would be another if there were anything new in the list.
    pub speaks_for_all: bool,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is damaged; the next may not be.
    Broken(String),
    /// The server will not say anything else.
    Refused(String),
    /// The token is no longer known.
    Expired,
}

/// The last of some moments, if none stands before an earlier one.
pub(super) fn last_in_order(moments: &[Timestamp]) -> Option<Timestamp> {
    moments.is_sorted().then(|| moments.last().copied()).flatten()
}

/// The day of a moment at Greenwich, which is where arXiv's days are counted.
pub(super) fn day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// The day so many days before, or the first there is.
pub(super) fn days_before(date: Date, days: i64) -> Date {
    date.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Date::MIN)
}
