//! Sends requests to a server over one connection, pauses between requests, and retries after failures.
//!
//! arXiv's [terms](https://info.arxiv.org/help/api/tou.html#rate-limits) allow one request every three seconds over a
//! single connection. When its servers are busy, they answer 503 or 429, with or without `Retry-After`.

use std::time::Duration;

use jiff::Timestamp;
use ureq::http::{Response, StatusCode};

use super::clock::{Clock, back_off, elapsed, http_date, retry_after};
use super::list::{Fault, List, Page, Request};
use super::source::MessageSink;
use crate::{Error, Result};

/// The name of this program in requests.
const USER_AGENT: &str = concat!("relata/", env!("CARGO_PKG_VERSION"));

/// Maximum number of requests for one page.
const TRIES: u32 = 6;

/// Maximum number of attempts to reach a server. It is small because the likely cause is the local network.
const TRIES_TO_REACH: u32 = 2;

/// Maximum wait that a server may request with `Retry-After`. A longer one is an error.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// Maximum size of an answer: four times the largest page, which has 3,500 records.
const MAX_ANSWER_BYTES: u64 = 64 << 20;

/// A complete page.
pub(super) struct Received {
    pub page: Page,
    pub text: String,
    /// The time of the answer by the server's clock.
    pub date: Option<Timestamp>,
}

/// A connection to servers of papers.
pub(super) struct Client<'a> {
    agent: ureq::Agent,
    clock: &'a dyn Clock,
    pause: Duration,
    notices: MessageSink<'a>,
    /// When the last request ended.
    last: Option<Timestamp>,
    /// Number of requests so far.
    pub requests: u64,
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
    /// `timeout` limits the wait for the beginning of an answer. The body may take five times as long.
    pub(super) fn new(pause: Duration, timeout: Duration, clock: &'a dyn Clock, notices: MessageSink<'a>) -> Self {
        let config = ureq::Agent::config_builder()
            .user_agent(USER_AGENT)
            .http_status_as_error(false)
            .max_idle_connections(1)
            .timeout_resolve(Some(timeout.min(Duration::from_secs(10))))
            .timeout_connect(Some(timeout.min(Duration::from_secs(15))))
            .timeout_recv_response(Some(timeout))
            .timeout_recv_body(Some(timeout * 5))
            .build();
        Self { agent: config.into(), clock, pause, notices, last: None, requests: 0 }
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
        let parameters = request.parameters.iter().map(|(key, value)| (key, value));
        self.requests += 1;
        let mut response = self.agent.get(&request.server).query_pairs(parameters).call().map_err(failure)?;
        let text = match response.status() {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => return Err(self.busy(&response)),
            StatusCode::OK => body(&mut response).map_err(failure)?,
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                return Err(temporary(format!("the server failed ({})", in_short(status))));
            }
            status => {
                // The reason in the answer is clearer than the status code.
                return Err(match body(&mut response).ok().and_then(|text| list.read(&text).err()) {
                    Some(Fault::Refused(reason)) => refused(&reason),
                    Some(Fault::Expired) => Failure::Expired,
                    _ => Failure::Permanent(format!("the server refuses the request ({})", in_short(status))),
                });
            }
        };
        let page = list.read(&text).map_err(|fault| match fault {
            Fault::Broken(reason) => temporary(reason),
            Fault::Refused(reason) => refused(&reason),
            Fault::Expired => Failure::Expired,
        })?;
        let date = header(&response, "date").and_then(|date| http_date(&date));
        Ok(Received { page, text, date })
    }

    fn busy<T>(&self, response: &Response<T>) -> Failure {
        let wait = header(response, "retry-after").and_then(|header| retry_after(&header, self.clock.now()));
        let reason = format!("the server is busy ({})", in_short(response.status()));
        Failure::Temporary { reason, wait, tries: TRIES }
    }
}

fn body(response: &mut Response<ureq::Body>) -> Result<String, ureq::Error> {
    let bytes = response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec()?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn header<T>(response: &Response<T>, name: &str) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn failure(error: ureq::Error) -> Failure {
    use std::io::ErrorKind::{ConnectionRefused, NetworkUnreachable, NotFound};
    let reach = |reason: String| Failure::Temporary { reason, wait: None, tries: TRIES_TO_REACH };
    match error {
        ureq::Error::HostNotFound => reach("server not found; check the network connection".to_owned()),
        ureq::Error::ConnectionFailed => reach("the server cannot be reached".to_owned()),
        ureq::Error::Io(error) if matches!(error.kind(), ConnectionRefused | NetworkUnreachable | NotFound) => {
            reach(format!("the server cannot be reached ({error})"))
        }
        // The standard library has no error kind for this.
        ureq::Error::Io(error) if error.to_string().contains("lookup address") => {
            reach("server not found; check the network connection".to_owned())
        }
        ureq::Error::Timeout(_) => temporary("the server did not answer in time"),
        ureq::Error::Io(error) => temporary(format!("the answer broke off ({error})")),
        ureq::Error::Protocol(error) => temporary(format!("the answer is damaged ({error})")),
        ureq::Error::Decompress(_, error) => temporary(format!("the answer is damaged ({error})")),
        ureq::Error::BodyExceedsLimit(_) => Failure::Permanent("the answer is too large for a page".to_owned()),
        // For example, an invalid certificate or address.
        error => Failure::Permanent(error.to_string()),
    }
}

fn in_short(status: StatusCode) -> String {
    format!("HTTP {}", status.as_u16())
}

fn in_words(wait: Duration) -> String {
    format!("{} s", wait.as_millis().div_ceil(1000))
}
