//! Asking a server, politely: one connection, a pause between requests, and patience with what goes wrong.
//!
//! arXiv's [terms](https://info.arxiv.org/help/api/tou.html#rate-limits) are one request every three seconds over a
//! single connection; its servers answer 503 or 429, with or without `Retry-After`, when they have too much to do.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ureq::http::{Response, StatusCode};

use super::clock::{Clock, back_off, elapsed, http_date, retry_after};
use super::list::{Fault, List, Page, Question};
use super::shelf::Notices;
use crate::{Error, Result};

/// The name under which servers know this program.
const USER_AGENT: &str = concat!("relata/", env!("CARGO_PKG_VERSION"));

/// How often a page is asked for before it is given up.
const TRIES: u32 = 6;

/// How often, if the server cannot even be reached: that is mostly the network at this end.
const TRIES_TO_REACH: u32 = 2;

/// The longest `Retry-After` that is waited for; whoever asks for more had better be asked another day.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// The largest answer that is read: 3,500 records, the most there are to a page, come to a quarter of it.
const MAX_ANSWER_BYTES: u64 = 64 << 20;

/// What tells a server which answer is already here
/// ([RFC 9110, 8.8](https://www.rfc-editor.org/rfc/rfc9110#section-8.8)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Validators {
    /// The request whose answer it was.
    question: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
}

/// A page that is whole.
pub(super) struct Received {
    pub page: Page,
    pub text: String,
    pub validators: Option<Validators>,
    /// The server's clock.
    pub date: Option<Timestamp>,
}

/// What a request came to.
pub(super) enum Answer {
    /// A page.
    Page(Box<Received>),
    /// What is here already.
    NotModified,
    /// The token that asked for it is no longer known.
    Expired,
}

/// A connection to servers of papers.
pub(super) struct Client<'a> {
    agent: ureq::Agent,
    clock: &'a dyn Clock,
    pause: Duration,
    notices: Notices<'a>,
    /// When the last request was over.
    last: Option<Timestamp>,
    /// Requests made.
    pub requests: u64,
}

/// Why there is no page yet.
enum Trouble {
    /// Asking again may help, once so much time is over.
    Passing {
        reason: String,
        wait: Option<Duration>,
        tries: u32,
    },
    /// It will not.
    Lasting(String),
    Expired,
}

fn passing(reason: impl Into<String>) -> Trouble {
    Trouble::Passing { reason: reason.into(), wait: None, tries: TRIES }
}

fn refused(reason: &str) -> Trouble {
    Trouble::Lasting(format!("{reason}; check the category and the dates"))
}

impl<'a> Client<'a> {
    /// `timeout` is how long a server may take to begin an answer; for all of it, it has five times as long.
    pub(super) fn new(pause: Duration, timeout: Duration, clock: &'a dyn Clock, notices: Notices<'a>) -> Self {
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

    /// Asks for the next page of a list until it is whole. With `known`, the server may answer that nothing is new.
    ///
    /// # Errors
    ///
    /// [`Error::Server`] when it refuses, or is given up.
    pub(super) fn ask(&mut self, list: &dyn List, known: Option<&Validators>) -> Result<Answer> {
        let question = list.question();
        let known = known.filter(|known| known.question == question.name());
        let mut failures = 0;
        loop {
            self.wait_for_turn();
            let answer = self.ask_once(&question, list, known);
            self.last = Some(self.clock.now());
            let server = question.server.clone();
            let (reason, wait, tries) = match answer {
                Ok(answer) => return Ok(answer),
                Err(Trouble::Expired) => return Ok(Answer::Expired),
                Err(Trouble::Lasting(reason)) => return Err(Error::Server { server, reason }),
                Err(Trouble::Passing { reason, wait, tries }) => (reason, wait, tries),
            };
            failures += 1;
            if failures >= tries {
                let reason = format!("{reason}; given up after {failures} tries. Try again later");
                return Err(Error::Server { server, reason });
            }
            if let Some(wait) = wait.filter(|wait| *wait > LONGEST_WAIT) {
                let minutes = wait.as_secs().div_ceil(60);
                let reason = format!("{reason}, and wants to be left alone for {minutes} minutes. Try again then");
                return Err(Error::Server { server, reason });
            }
            let wait = wait.unwrap_or_else(|| back_off(self.pause, failures));
            let again = format!("{server}: {reason}; asking again in {}", in_words(wait.max(self.pause)));
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

    fn ask_once(
        &mut self,
        question: &Question,
        list: &dyn List,
        known: Option<&Validators>,
    ) -> Result<Answer, Trouble> {
        let mut request = self.agent.get(&question.server).query_pairs(question.parameters.iter().map(|(k, v)| (k, v)));
        if let Some(etag) = known.and_then(|known| known.etag.as_ref()) {
            request = request.header("If-None-Match", etag);
        }
        if let Some(date) = known.and_then(|known| known.last_modified.as_ref()) {
            request = request.header("If-Modified-Since", date);
        }
        self.requests += 1;
        let mut response = request.call().map_err(trouble)?;
        let text = match response.status() {
            StatusCode::NOT_MODIFIED if known.is_some() => return Ok(Answer::NotModified),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => return Err(self.busy(&response)),
            StatusCode::OK => body(&mut response).map_err(trouble)?,
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                return Err(passing(format!("the server failed ({})", in_short(status))));
            }
            status => {
                // Where it says why, that is worth more than a number.
                return Err(match body(&mut response).ok().and_then(|text| list.read(&text).err()) {
                    Some(Fault::Refused(reason)) => refused(&reason),
                    Some(Fault::Expired) => Trouble::Expired,
                    _ => Trouble::Lasting(format!("the server refuses the request ({})", in_short(status))),
                });
            }
        };
        let page = list.read(&text).map_err(|fault| match fault {
            Fault::Broken(reason) => passing(reason),
            Fault::Refused(reason) => refused(&reason),
            Fault::Expired => Trouble::Expired,
        })?;
        let (etag, last_modified) = (header(&response, "etag"), header(&response, "last-modified"));
        let is_marked = etag.is_some() || last_modified.is_some();
        let validators = is_marked.then(|| Validators { question: question.name(), etag, last_modified });
        let date = header(&response, "date").and_then(|date| http_date(&date));
        Ok(Answer::Page(Box::new(Received { page, text, validators, date })))
    }

    fn busy<T>(&self, response: &Response<T>) -> Trouble {
        let wait = header(response, "retry-after").and_then(|header| retry_after(&header, self.clock.now()));
        let reason = format!("the server is busy ({})", in_short(response.status()));
        Trouble::Passing { reason, wait, tries: TRIES }
    }
}

fn body(response: &mut Response<ureq::Body>) -> Result<String, ureq::Error> {
    let bytes = response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec()?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn header<T>(response: &Response<T>, name: &str) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn trouble(error: ureq::Error) -> Trouble {
    use std::io::ErrorKind::{ConnectionRefused, NetworkUnreachable, NotFound};
    let reach = |reason: String| Trouble::Passing { reason, wait: None, tries: TRIES_TO_REACH };
    match error {
        ureq::Error::HostNotFound => reach("the server cannot be found; is there a network?".to_owned()),
        ureq::Error::ConnectionFailed => reach("the server cannot be reached".to_owned()),
        ureq::Error::Io(error) if matches!(error.kind(), ConnectionRefused | NetworkUnreachable | NotFound) => {
            reach(format!("the server cannot be reached ({error})"))
        }
        // The standard library has no kind for a name that cannot be resolved.
        ureq::Error::Io(error) if error.to_string().contains("lookup address") => {
            reach("the server cannot be found; is there a network?".to_owned())
        }
        ureq::Error::Timeout(_) => passing("the server did not answer in time"),
        ureq::Error::Io(error) => passing(format!("the answer broke off ({error})")),
        ureq::Error::Protocol(error) => passing(format!("the answer is damaged ({error})")),
        ureq::Error::Decompress(_, error) => passing(format!("the answer is damaged ({error})")),
        ureq::Error::BodyExceedsLimit(_) => Trouble::Lasting("the answer is larger than any page should be".to_owned()),
        // A certificate that does not hold, an address that is none.
        error => Trouble::Lasting(error.to_string()),
    }
}

fn in_short(status: StatusCode) -> String {
    format!("HTTP {}", status.as_u16())
}

fn in_words(wait: Duration) -> String {
    format!("{} s", wait.as_millis().div_ceil(1000))
}
