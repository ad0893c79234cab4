//! Lists of papers from arXiv's search interface.
//!
//! Facts, from the [manual](https://info.arxiv.org/help/api/user-manual.html) unless another source is named:
//!
//! - `search_query=cat:cs.LG AND submittedDate:[YYYYMMDDTTTT TO YYYYMMDDTTTT]` finds papers of a category, including
//!   cross-lists. The dates are those of the first version, in GMT, to the minute. There is no working filter for
//!   updates ([aRxiv #69](https://github.com/ropensci/aRxiv/issues/69)).
//! - `start` (from 0) and `max_results` select a page. A page has at most 2,000 papers and a query 30,000; smaller
//!   pages are recommended. `sortBy=submittedDate&sortOrder=ascending` sorts.
//! - Answers are Atom feeds with `opensearch:totalResults`. An error is a feed with HTTP status 400 or 200 and one
//!   entry. The entry's id begins with `http://arxiv.org/api/errors`, and its `summary` is the reason.
//! - Pages may be empty, short or without any text although there are more papers. A second request returns them
//!   complete ([arxiv.py #43](https://github.com/lukasschwab/arxiv.py/issues/43),
//!   [aRxiv #66](https://github.com/ropensci/aRxiv/issues/66),
//!   [getpapers #177](https://github.com/ContentMine/getpapers/issues/177)). So an empty page counts as damaged if
//!   papers are missing. The next page begins after the received papers, not after the requested ones.
//! - arXiv's sorting once failed for days ([arxiv.py #184](https://github.com/lukasschwab/arxiv.py/issues/184)). So a
//!   page that is not in order does not change the date up to which the list was read.
//! - New papers appear when they are announced: days after submission, or weeks if moderators hold them. So the next
//!   list begins [`OVERLAP_DAYS`] before the end of the last one.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::category::Category;
use super::envelope::{XmlEvent, walk};
use super::list::{Fault, List, Page, Request, day, last_in_order};
use crate::http::in_short;

/// Papers per page. This is enough for a day of the largest category, and few enough to request again after a failure.
pub(super) const PAGE: u64 = 200;

/// After this many papers, a list begins again at the minute of its last paper, because servers refuse later pages or
/// time out.
const DEEPEST: u64 = 8_000;

/// Days by which the next list overlaps the last one. Papers are announced up to four days after submission, or later
/// after a holiday or if moderators hold them.
const OVERLAP_DAYS: i64 = 7;

/// The papers of a category in order of submission.
pub(super) struct AtomList {
    server: String,
    category: Category,
    from: Timestamp,
    until: Date,
    start: u64,
    /// The length of the list in the last answer; 0 before that.
    total: u64,
}

impl AtomList {
    pub(super) fn new(server: &str, category: &Category, from: Date, until: Date) -> Self {
        let (server, category) = (server.to_owned(), category.clone());
        Self { server, category, from: midnight(from), until, start: 0, total: 0 }
    }
}

fn midnight(date: Date) -> Timestamp {
    date.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

impl List for AtomList {
    fn request(&self) -> Request {
        let (from, until) = (self.from.strftime("%Y%m%d%H%M"), self.until.strftime("%Y%m%d"));
        let query = format!("{} AND submittedDate:[{from} TO {until}2359]", self.category.query());
        let parameters = vec![
            ("search_query", query),
            ("sortBy", "submittedDate".to_owned()),
            ("sortOrder", "ascending".to_owned()),
            ("start", self.start.to_string()),
            ("max_results", PAGE.to_string()),
        ];
        Request { server: self.server.clone(), parameters }
    }

    fn read(&self, answer: &str) -> Result<Page, Fault> {
        let mut total = None;
        let mut entries = 0;
        let (mut published, mut ids) = (Vec::new(), Vec::new());
        let (mut is_error, mut summary) = (false, String::new());
        let sound = walk(answer, "feed", &mut |path, met| match (path, met) {
            ("feed/entry", XmlEvent::Start(_)) => entries += 1,
            ("feed/totalResults", XmlEvent::Leaf(text)) => total = text.parse::<u64>().ok(),
            ("feed/entry/published", XmlEvent::Leaf(text)) => published.extend(text.parse::<Timestamp>()),
            ("feed/entry/id", XmlEvent::Leaf(text)) => {
                is_error |= text.contains("/api/errors");
                ids.push(text.to_owned());
            }
            ("feed/entry/summary", XmlEvent::Leaf(text)) if entries == 1 => text.clone_into(&mut summary),
            _ => {}
        });
        sound.map_err(Fault::Broken)?;
        if is_error {
            return Err(Fault::Refused(format!("the server answers: {}", in_short(&summary))));
        }
        let Some(total) = total else { return Err(Fault::Broken("the feed has no totalResults".to_owned())) };
        let due = total.max(self.total).saturating_sub(self.start);
        if entries == 0 && due > 0 {
            return Err(Fault::Broken(format!("the page is empty, but the list should have {due} more")));
        }
        // Without all dates, the order is unknown.
        let reached = if published.len() as u64 == entries { last_in_order(&published) } else { None };
        Ok(Page { records: entries, deleted: 0, reached, total: Some(total), token: None, ids })
    }

    fn move_to_next_page(&mut self, page: &Page) -> bool {
        self.start += page.records;
        self.total = page.total.unwrap_or(0);
        if page.records == 0 || self.start >= self.total {
            return false;
        }
        if self.start >= DEEPEST
            // A day after the last one is a mistake of the server.
            && let Some(reached) = page.reached.filter(|reached| *reached > self.from && day(*reached) <= self.until)
        {
            (self.from, self.start, self.total) = (reached, 0, 0);
        }
        true
    }

    fn begin_again(&mut self, from: Date) {
        (self.from, self.start, self.total) = (midnight(from), 0, 0);
    }

    fn overlap_days(&self) -> i64 {
        OVERLAP_DAYS
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn list() -> AtomList {
        AtomList::new("http://x/query", &"cs.LG".parse().unwrap(), date(2026, 11, 1), date(2026, 11, 30))
    }

    fn feed(total: u64, published: &[&str]) -> String {
        let entries: String =
            published.iter().map(|at| format!("<entry><id>i</id><published>{at}</published></entry>")).collect();
        format!("<feed xmlns:o='o'><o:totalResults>{total}</o:totalResults>{entries}</feed>")
    }

    fn asked(list: &AtomList) -> (String, String) {
        let parameters = list.request().parameters;
        (parameters[0].1.clone(), parameters[3].1.clone())
    }

    #[test]
    fn the_next_page_begins_after_the_received_papers() {
        let mut list = list();
        assert_eq!(asked(&list).0, "cat:cs.LG AND submittedDate:[202611010000 TO 202611302359]");
        let page = list.read(&feed(3, &["2026-11-02T10:00:00Z", "2026-11-03T10:00:00Z"])).unwrap();
        assert_eq!((page.records, page.reached), (2, Some("2026-11-03T10:00:00Z".parse().unwrap())));
        assert!(list.move_to_next_page(&page));
        assert_eq!(asked(&list).1, "2");
        assert!(
            matches!(list.read(&feed(3, &[])), Err(Fault::Broken(reason)) if reason.contains("the list should have 1 more"))
        );
        assert!(matches!(list.read(&feed(0, &[])), Err(Fault::Broken(_))), "the server lists fewer papers than before");
        let last = list.read(&feed(3, &["2026-11-03T10:00:00Z"])).unwrap();
        assert!(!list.move_to_next_page(&last));
    }

    #[test]
    fn an_empty_list_is_valid_and_an_error_is_not_a_paper() {
        let page = list().read(&feed(0, &[])).unwrap();
        assert!(page.records == 0 && !list().move_to_next_page(&page));
        let error = "<feed><totalResults>1</totalResults><entry><id>http://arxiv.org/api/errors#x</id>\
                     <title>Error</title><summary>incorrect date</summary></entry></feed>";
        assert_eq!(list().read(error), Err(Fault::Refused("the server answers: incorrect date".into())));
        assert!(matches!(list().read("<feed><entry/></feed>"), Err(Fault::Broken(_))));
    }

    #[test]
    fn a_long_list_begins_again_at_the_minute_of_its_last_paper_unless_it_is_out_of_order() {
        let page = |reached| Page { records: 200, reached, total: Some(20_000), ..Page::default() };
        let late: Timestamp = "2026-11-09T08:07:06Z".parse().unwrap();
        let mut deep = list();
        (0..DEEPEST / 200).for_each(|_| assert!(deep.move_to_next_page(&page(Some(late)))));
        assert_eq!(asked(&deep), ("cat:cs.LG AND submittedDate:[202611090807 TO 202611302359]".into(), "0".into()));
        let mut disordered = list();
        (0..DEEPEST / 200).for_each(|_| assert!(disordered.move_to_next_page(&page(None))));
        assert_eq!(asked(&disordered).1, "8000");
        assert_eq!(list().read(&feed(9, &["2026-11-03T10:00:00Z", "2026-11-02T10:00:00Z"])).unwrap().reached, None);
    }
}
