//! Sends requests to a server over one connection, pauses between requests, and retries after failures.
//!
//! arXiv's [terms](https://info.arxiv.org/help/api/tou.html#rate-limits) allow one request every three seconds over a
//! single connection. When its servers are busy, they answer 503 or 429, with or without `Retry-After`.

use std::time::Duration;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::clock::{Clock, back_off, elapsed, http_date, retry_after};
use super::list::{Fault, List, Page, Request};
use super::source::MessageSink;
use crate::http::{self, Answer, Http, Redirects, Times, in_short};
use crate::{Error, Result};

/// Maximum number of requests for one page.
const TRIES: u32 = 6;

/// Maximum number of attempts to reach a server, or to get a page from a slow one. It is small because the likely cause
/// is the network, and each attempt takes long.
const TRIES_TO_REACH: u32 = 2;

/// Maximum wait that a server may request with `Retry-After`. A longer one is an error.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// Maximum sum of all waits after failures in a sync. Without it, a server that is busy after every page would keep a sync
/// for days.
const LONGEST_WAITS: Duration = Duration::from_secs(60 * 60);

/// Maximum size of an unpacked answer: four times the largest page, which has 3,500 records.
const MAX_ANSWER_BYTES: u64 = 64 << 20;

/// Maximum size of all unpacked answers of a sync: four times the metadata of all papers of arXiv.
const MAX_SYNC_BYTES: u64 = 16 << 30;

/// How much longer a whole answer may take than the beginning of an answer.
const BODY_TIMES: u32 = 2;

/// What stays as it is in the query of an address
/// ([RFC 3986, 2.3](https://www.rfc-editor.org/rfc/rfc3986#section-2.3)).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A complete page.
pub(super) struct Received {
    pub page: Page,
    pub text: String,
    /// The time of the answer by the server's clock.
    pub date: Option<Timestamp>,
}

/// A connection to servers of papers.
pub(super) struct Client<'a> {
    http: Http,
    clock: &'a dyn Clock,
    pause: Duration,
    notices: MessageSink<'a>,
    /// When the last request ended.
    last: Option<Timestamp>,
    /// Number of requests so far.
    pub requests: u64,
    /// Bytes of all answers so far.
    bytes: u64,
    /// Time spent waiting after failures so far.
    waited: Duration,
}

/// Why a request failed.
enum Failure {
    /// A retry after `wait` may succeed, up to `tries` requests in all.
    Temporary { reason: String, wait: Option<Duration>, tries: u32 },
    /// A retry will fail too.
    Permanent(String),
    /// The token is no longer valid.
    Expired,
}

fn temporary(reason: impl Into<String>) -> Failure {
    Failure::Temporary { reason: reason.into(), wait: None, tries: TRIES }
}

fn refused(reason: &str) -> Failure {
    Failure::Permanent(format!("{reason}; check the category and the dates"))
}

impl<'a> Client<'a> {
    /// `timeout` limits the wait for the beginning of an answer. The body may take twice as long.
    pub(super) fn new(pause: Duration, timeout: Duration, clock: &'a dyn Clock, notices: MessageSink<'a>) -> Self {
        let connect = timeout.min(Duration::from_secs(15));
        let body = timeout * BODY_TIMES;
        let http = Http::new(Times { connect, answer: timeout, pause: body, body }, Redirects::SameServer);
        Self { http, clock, pause, notices, last: None, requests: 0, bytes: 0, waited: Duration::ZERO }
    }

    /// Requests the next page of a list, and retries until the page is complete. Returns `None` if the list's token has
    /// expired.
    ///
    /// # Errors
    ///
    /// [`Error::Server`] when the server refuses, or after too many failures.
    pub(super) fn request(&mut self, list: &dyn List) -> Result<Option<Received>> {
        let request = list.request();
        let mut failures = 0;
        loop {
            self.wait_for_turn();
            let answer = self.request_once(&request, list);
            self.last = Some(self.clock.now());
            let server = request.server.clone();
            let (reason, wait, tries) = match answer {
                Ok(received) => return Ok(Some(received)),
                Err(Failure::Expired) => return Ok(None),
                Err(Failure::Permanent(reason)) => return Err(Error::Server { server, reason }),
                Err(Failure::Temporary { reason, wait, tries }) => (reason, wait, tries),
            };
            failures += 1;
            if failures >= tries {
                let reason = format!("{reason}; gave up after {failures} tries. Try again later");
                return Err(Error::Server { server, reason });
            }
            if let Some(wait) = wait.filter(|wait| *wait > LONGEST_WAIT) {
                let minutes = wait.as_secs().div_ceil(60);
                let reason = format!("{reason} and requests a pause of {minutes} minutes. Try again then");
                return Err(Error::Server { server, reason });
            }
            let wait = wait.unwrap_or_else(|| back_off(self.pause, failures));
            self.waited += wait;
            if self.waited > LONGEST_WAITS {
                let minutes = LONGEST_WAITS.as_secs() / 60;
                let reason = format!("{reason}; this sync waited for more than {minutes} minutes. Try again later");
                return Err(Error::Server { server, reason });
            }
            let again = format!("{server}: {reason}; trying again in {}", in_words(wait.max(self.pause)));
            (self.notices)(again);
            self.clock.sleep(wait);
        }
    }

    fn wait_for_turn(&self) {
        let Some(last) = self.last else { return };
        let rest = self.pause.saturating_sub(elapsed(last, self.clock.now()));
        if !rest.is_zero() {
            self.clock.sleep(rest);
        }
    }

    fn request_once(&mut self, request: &Request, list: &dyn List) -> Result<Received, Failure> {
        let query =
            request.parameters.iter().map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, ESCAPED)));
        let separator = if request.server.contains('?') { '&' } else { '?' };
        let address = format!("{}{separator}{}", request.server, query.collect::<Vec<_>>().join("&"));
        self.requests += 1;
        let answer = self.http.get(&address)?;
        let status = answer.status();
        let date = answer.header("date").and_then(http_date);
        let text = match status {
            429 | 503 => return Err(self.busy(&answer)),
            200 => self.text(answer)?,
            408 | 500.. => return Err(temporary(format!("the server failed (HTTP {status})"))),
            _ => {
                // The reason in the answer is clearer than the status code.
                return Err(match self.text(answer).ok().and_then(|text| list.read(&text).err()) {
                    Some(Fault::Refused(reason)) => refused(&reason),
                    Some(Fault::Expired) => Failure::Expired,
                    _ => Failure::Permanent(format!("the server refuses the request (HTTP {status})")),
                });
            }
        };
        let page = list.read(&text).map_err(|fault| match fault {
            // It may quote the answer.
            Fault::Broken(reason) => temporary(in_short(&reason)),
            Fault::Refused(reason) => refused(&reason),
            Fault::Expired => Failure::Expired,
        })?;
        Ok(Received { page, text, date })
    }

    fn text(&mut self, answer: Answer) -> Result<String, Failure> {
        let text = answer.text(MAX_ANSWER_BYTES)?;
        self.bytes += text.len() as u64;
        if self.bytes > MAX_SYNC_BYTES {
            let limit = MAX_SYNC_BYTES >> 30;
            return Err(Failure::Permanent(format!(
                "the server sent more than {limit} GiB, more than a list of papers has"
            )));
        }
        Ok(text)
    }

    fn busy(&self, answer: &Answer) -> Failure {
        let wait = answer.header("retry-after").and_then(|header| retry_after(header, self.clock.now()));
        let reason = format!("the server is busy (HTTP {})", answer.status());
        Failure::Temporary { reason, wait, tries: TRIES }
    }
}

impl From<http::Failure> for Failure {
    fn from(failure: http::Failure) -> Self {
        let reason = failure.to_string();
        match failure {
            http::Failure::Unreachable(_) | http::Failure::TooSlow => {
                Self::Temporary { reason, wait: None, tries: TRIES_TO_REACH }
            }
            http::Failure::NoAnswer | http::Failure::Broken(_) => temporary(reason),
            http::Failure::Refused(_) => Self::Permanent(reason),
        }
    }
}

fn in_words(wait: Duration) -> String {
    format!("{} s", wait.as_millis().div_ceil(1000))
}
