//! Lists of papers from arXiv's harvesting interface,
//! [OAI-PMH 2.0](https://www.openarchives.org/OAI/openarchivesprotocol.html).
//!
//! Facts, from [arXiv's help](https://info.arxiv.org/help/oa/index.html) and from the source of its server
//! ([arXiv/oaipmh](https://github.com/arXiv/oaipmh)), which was rewritten in March 2025:
//!
//! - `verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:LG&from=2026-11-01` lists the papers of a set that were added or
//!   changed since that day (GMT), according to their datestamps. Sets are `group:archive:CATEGORY`, `group:archive`,
//!   `group`. `until` is only for a list with a last day. `from` must not be before [`EARLIEST`].
//! - A request for the next page has the verb, the `resumptionToken` of the page before, and nothing else. A token
//!   contains percent signs, which are encoded like any other text. The last page has an empty token or none. Tokens
//!   are valid for a day.
//! - An error has HTTP status 200 and a code. `noRecordsMatch` means that the list is empty. `badResumptionToken` means
//!   that the list must begin again; other servers use status 400 or 422 for this.
//! - A paper that changes while a list is read moves to the end of the list, so no paper is lost between pages.
//! - Datestamps are days and papers are announced around midnight GMT, so the next list begins [`OVERLAP_DAYS`] before
//!   the end of the last one.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::category::Category;
use super::envelope::{XmlEvent, walk};
use super::list::{Fault, List, Page, Request, last_in_order};
use crate::http::in_short;

/// The first datestamp. Papers that have not changed since then have it.
const EARLIEST: Date = date(2005, 9, 16);

const OVERLAP_DAYS: i64 = 1;

/// The papers of a set in order of addition or change.
pub(super) struct OaiList {
    server: String,
    set: String,
    from: Date,
    until: Option<Date>,
    token: Option<String>,
}

impl OaiList {
    pub(super) fn new(
        server: &str,
        category: &Category,
        from: Date,
        until: Option<Date>,
        token: Option<String>,
    ) -> Self {
        Self { server: server.to_owned(), set: category.set(), from: from.max(EARLIEST), until, token }
    }
}

impl List for OaiList {
    fn request(&self) -> Request {
        let mut parameters = vec![("verb", "ListRecords".to_owned())];
        match &self.token {
            Some(token) => parameters.push(("resumptionToken", token.clone())),
            None => {
                parameters.push(("metadataPrefix", "arXiv".to_owned()));
                parameters.push(("set", self.set.clone()));
                parameters.push(("from", self.from.to_string()));
                parameters.extend(self.until.map(|until| ("until", until.to_string())));
            }
        }
        Request { server: self.server.clone(), parameters }
    }

    fn read(&self, answer: &str) -> Result<Page, Fault> {
        let mut page = Page::default();
        let mut stamps = Vec::new();
        let (mut code, mut message) = (None, String::new());
        let mut is_list = false;
        let sound = walk(answer, "OAI-PMH", &mut |path, met| match (path, met) {
            ("OAI-PMH/ListRecords", XmlEvent::Start(_)) => is_list = true,
            ("OAI-PMH/ListRecords/record/header", XmlEvent::Start(header)) => {
                let is_deleted = header.attribute("status").is_some_and(|status| status == "deleted");
                *(if is_deleted { &mut page.deleted } else { &mut page.records }) += 1;
            }
            ("OAI-PMH/ListRecords/record/header/identifier", XmlEvent::Leaf(text)) => page.ids.push(text.to_owned()),
            ("OAI-PMH/ListRecords/record/header/datestamp", XmlEvent::Leaf(text)) => stamps.extend(moment(text)),
            ("OAI-PMH/ListRecords/resumptionToken", XmlEvent::Leaf(text)) if !text.is_empty() => {
                page.token = Some(text.to_owned());
            }
            ("OAI-PMH/error", XmlEvent::Start(error)) => code = error.attribute("code"),
            ("OAI-PMH/error", XmlEvent::Leaf(text)) => text.clone_into(&mut message),
            _ => {}
        });
        sound.map_err(Fault::Broken)?;
        match code.as_deref() {
            Some("noRecordsMatch") => return Ok(page),
            Some("badResumptionToken") if self.token.is_some() => return Err(Fault::Expired),
            Some(code) => {
                let (message, code) = (in_short(&message), in_short(code));
                return Err(Fault::Refused(format!("the server answers: {message} ({code})")));
            }
            None if !is_list => return Err(Fault::Broken("the answer has neither a list nor an error".to_owned())),
            None if page.records + page.deleted == 0 => return Err(Fault::Broken("the list is empty".to_owned())),
            None => {}
        }
        if page.token.is_some() && page.token == self.token {
            return Err(Fault::Broken("the page refers to itself as the next one".to_owned()));
        }
        let is_stamped = stamps.len() as u64 == page.records + page.deleted;
        page.reached = if is_stamped { last_in_order(&stamps) } else { None };
        Ok(page)
    }

    fn move_to_next_page(&mut self, page: &Page) -> bool {
        self.token = page.token.clone();
        self.token.is_some()
    }

    fn begin_again(&mut self, from: Date) {
        self.from = from.max(EARLIEST);
        self.token = None;
    }

    fn overlap_days(&self) -> i64 {
        OVERLAP_DAYS
    }
}

/// Reads a datestamp, which is a day or a moment.
fn moment(text: &str) -> Option<Timestamp> {
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse().ok().or_else(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::list::day;

    fn list(token: Option<&str>) -> OaiList {
        let category = "hep-th".parse().unwrap();
        OaiList::new("http://x/oai", &category, date(2026, 11, 1), None, token.map(str::to_owned))
    }

    fn requested(list: &OaiList) -> String {
        let Request { server, parameters } = list.request();
        let parameters: Vec<String> = parameters.iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("{server}?{}", parameters.join("&"))
    }

    fn answer(inside: &str) -> String {
        format!("<OAI-PMH><responseDate>2026-11-22T00:00:00Z</responseDate>{inside}</OAI-PMH>")
    }

    const RECORD: &str =
        "<record><header><identifier>i</identifier><datestamp>2026-11-02</datestamp></header></record>";

    #[test]
    fn the_next_request_has_only_the_token() {
        let mut list = list(None);
        assert_eq!(
            requested(&list),
            "http://x/oai?verb=ListRecords&metadataPrefix=arXiv&set=physics:hep-th&from=2026-11-01"
        );
        let deleted = "<record><header status='deleted'><datestamp>2026-11-05</datestamp></header></record>";
        let first =
            format!("<ListRecords>{RECORD}{deleted}<resumptionToken expires='x'>a%3Db</resumptionToken></ListRecords>");
        let page = list.read(&answer(&first)).unwrap();
        assert_eq!((page.records, page.deleted, page.reached.map(day)), (1, 1, Some(date(2026, 11, 5))));
        assert!(list.move_to_next_page(&page));
        assert_eq!(requested(&list), "http://x/oai?verb=ListRecords&resumptionToken=a%3Db");
        assert!(matches!(list.read(&answer(&first)), Err(Fault::Broken(_))), "a page may not be its own next page");
        let last = list.read(&answer(&format!("<ListRecords>{RECORD}<resumptionToken/></ListRecords>"))).unwrap();
        assert!(!list.move_to_next_page(&last));
    }

    #[test]
    fn error_codes_are_distinguished() {
        let error = |code: &str| answer(&format!("<error code='{code}'>Why</error>"));
        assert_eq!(list(None).read(&error("noRecordsMatch")).unwrap().records, 0);
        assert_eq!(list(Some("t")).read(&error("badResumptionToken")), Err(Fault::Expired));
        let refused = Fault::Refused("the server answers: Why (badArgument)".into());
        assert_eq!(list(None).read(&error("badArgument")), Err(refused));
        for nothing in ["", "<ListRecords></ListRecords>"] {
            assert!(matches!(list(None).read(&answer(nothing)), Err(Fault::Broken(_))), "{nothing}");
        }
    }

    #[test]
    fn no_list_begins_before_the_first_datestamp() {
        let category = "cs".parse().unwrap();
        let list = OaiList::new("x", &category, date(1991, 8, 1), Some(date(2006, 1, 1)), None);
        assert_eq!(requested(&list), "x?verb=ListRecords&metadataPrefix=arXiv&set=cs&from=2005-09-16&until=2006-01-01");
    }
}
