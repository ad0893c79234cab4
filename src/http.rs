//! Sends GET requests. Every answer is bounded in time, in bytes and in redirects, whatever the server sends.

use std::io::{self, Read};
use std::time::Duration;

use ureq::http::header::{AUTHORIZATION, LOCATION, RANGE};
use ureq::http::{Response, Uri};
use ureq::{Body, Timeout};

/// The name of this program in requests.
const USER_AGENT: &str = concat!("relata/", env!("CARGO_PKG_VERSION"));

/// Redirects that are followed for one request. Servers need one or two: to https, and to where a file is kept.
const MAX_REDIRECTS: usize = 5;

/// The greatest size of the headers of an answer. Servers send one or two kilobytes.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// The longest address that is requested. Servers accept 8 to 16 KiB; longer addresses are the mistake of a server or of
/// a setting.
const MAX_ADDRESS_BYTES: usize = 16 << 10;

/// Where a server may redirect a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// To the same server, or from http to https of the same server.
    SameServer,
    /// Also to other servers, over https. Only for content that is verified by its hash.
    AnyServer,
}

/// Limits of time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// The longest wait for the server's address and for a connection, each.
    pub connect: Duration,
    /// The longest wait for the beginning of an answer.
    pub answer: Duration,
    /// The longest pause between two parts of an answer.
    pub pause: Duration,
    /// The longest time for a whole body.
    pub body: Duration,
}

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// No connection. The likely cause is the local network.
    #[error("{0}")]
    Unreachable(String),
    /// The server did not begin to answer in time.
    #[error("the server did not answer in time")]
    NoAnswer,
    /// The answer was not complete in time.
    #[error("the answer came too slowly")]
    TooSlow,
    /// The answer broke off or is damaged. A retry may succeed.
    #[error("{0}")]
    Broken(String),
    /// A retry will fail too.
    #[error("{0}")]
    Refused(String),
}

/// Sends requests over one connection.
pub(crate) struct Http {
    agent: ureq::Agent,
    redirects: Redirects,
}

/// An answer, of which the body is not read yet.
pub(crate) struct Answer(Response<Body>);

impl Http {
    pub(crate) fn new(times: Times, redirects: Redirects) -> Self {
        let config = ureq::Agent::config_builder()
            .user_agent(USER_AGENT)
            .http_status_as_error(false)
            .max_idle_connections(1)
            // Redirects are followed here, since ureq has no rule for other servers.
            .max_redirects(0)
            .max_response_header_size(MAX_HEADER_BYTES)
            .timeout_resolve(Some(times.connect))
            .timeout_connect(Some(times.connect))
            .timeout_recv_response(Some(times.answer))
            .timeout_per_read(Some(times.pause))
            .timeout_recv_body(Some(times.body))
            .build();
        Self { agent: config.into(), redirects }
    }

    /// Requests `address` and follows redirects.
    pub(crate) fn get(&self, address: &str) -> Result<Answer, Failure> {
        self.get_from(address, 0, None)
    }

    /// Requests the bytes of `address` from the byte `start` on. `token` is sent only to the server of `address`. A server
    /// may send all bytes instead: see [`Answer::start`].
    pub(crate) fn get_from(&self, address: &str, start: u64, token: Option<&str>) -> Result<Answer, Failure> {
        let first = parsed(address)?;
        let mut now = first.clone();
        for _ in 0..=MAX_REDIRECTS {
            let mut request = self.agent.get(&now);
            if start > 0 {
                request = request.header(RANGE, format!("bytes={start}-"));
            }
            if let Some(token) = token.filter(|_| is_same_server(&first, &now)) {
                request = request.header(AUTHORIZATION, format!("Bearer {token}"));
            }
            let response = request.call().map_err(Failure::from)?;
            let target = response.headers().get(LOCATION).filter(|_| response.status().is_redirection());
            let Some(target) = target else { return Ok(Answer(response)) };
            let target = target.to_str().map_err(|_| refused("the server redirects to an invalid address"))?;
            now = self.redirected(&now, target)?;
        }
        Err(refused("the server redirects from address to address"))
    }

    /// Returns the address to which a server redirects, if it may be followed.
    fn redirected(&self, from: &Uri, target: &str) -> Result<Uri, Failure> {
        let (scheme, authority) =
            (from.scheme_str().unwrap_or("http"), from.authority().map_or("", |place| place.as_str()));
        let whole = match target {
            target if target.starts_with("//") => format!("{scheme}:{target}"),
            target if target.starts_with('/') => format!("{scheme}://{authority}{target}"),
            target => target.to_owned(),
        };
        let to = parsed(&whole)?;
        let is_allowed =
            is_same_server(from, &to) || (self.redirects == Redirects::AnyServer && to.scheme_str() == Some("https"));
        if is_allowed {
            return Ok(to);
        }
        let place = in_short(to.authority().map_or("", |place| place.as_str()));
        Err(refused(&format!("the server redirects to another server ({place}), which relata does not follow")))
    }
}

impl Answer {
    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name)?.to_str().ok()
    }

    /// Returns the position of the first byte of the body in the requested file.
    pub(crate) fn start(&self) -> u64 {
        // `Content-Range: bytes 42-1233/1234` (RFC 9110, 14.4), only with status 206.
        let range = self.header("content-range").filter(|_| self.status() == 206);
        let start = range.and_then(|range| range.trim().strip_prefix("bytes ")?.split('-').next()?.parse().ok());
        start.unwrap_or(0)
    }

    /// Reads the body as text. Bytes that are not UTF-8 are replaced. `most` limits the unpacked bytes.
    pub(crate) fn text(self, most: u64) -> Result<String, Failure> {
        let mut bytes = Vec::new();
        self.body().take(most + 1).read_to_end(&mut bytes).map_err(Failure::from)?;
        if bytes.len() as u64 > most {
            return Err(refused(&format!("the answer is larger than {} MiB, too large for a page", most >> 20)));
        }
        Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// The unpacked body. It may have any number of bytes.
    pub(crate) fn body(self) -> impl Read {
        self.0.into_body().into_reader()
    }
}

fn refused(reason: &str) -> Failure {
    Failure::Refused(reason.to_owned())
}

fn parsed(address: &str) -> Result<Uri, Failure> {
    if address.len() > MAX_ADDRESS_BYTES {
        let bytes = address.len();
        return Err(refused(&format!("its address has {bytes} bytes; relata requests at most {MAX_ADDRESS_BYTES}")));
    }
    let uri = Uri::try_from(address)
        .map_err(|error| refused(&format!("{:?} is not an address: {error}", in_short(address))))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http" | "https"), Some(_)) => Ok(uri),
        _ => Err(refused(&format!("{:?} is not an address that begins with http:// or https://", in_short(address)))),
    }
}

/// Whether a request to `from` may continue at `to`: the same host and port, or the same host over https.
fn is_same_server(from: &Uri, to: &Uri) -> bool {
    let place = |uri: &Uri| (uri.host().unwrap_or_default().to_ascii_lowercase(), uri.port_u16());
    let ((host, port), (other, other_port)) = (place(from), place(to));
    let default = |uri: &Uri| if uri.scheme_str() == Some("https") { 443 } else { 80 };
    let is_upgrade = from.scheme_str() == Some("http") && to.scheme_str() == Some("https");
    let is_equal =
        from.scheme_str() == to.scheme_str() && port.unwrap_or(default(from)) == other_port.unwrap_or(default(to));
    host == other && (is_equal || (is_upgrade && port.unwrap_or(80) == 80 && other_port.unwrap_or(443) == 443))
}

/// Returns a text of a server for a message: one line of at most 200 characters, without control characters.
pub(crate) fn in_short(text: &str) -> String {
    const MOST: usize = 200;
    let mut characters = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = characters.by_ref().take(MOST).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        ureq::Error::from(error).into()
    }
}

impl From<ureq::Error> for Failure {
    fn from(error: ureq::Error) -> Self {
        use std::io::ErrorKind::{ConnectionRefused, NetworkUnreachable, NotFound};
        match error {
            ureq::Error::HostNotFound => Self::Unreachable("server not found; check the network connection".to_owned()),
            ureq::Error::ConnectionFailed => Self::Unreachable("the server cannot be reached".to_owned()),
            ureq::Error::Io(error) if matches!(error.kind(), ConnectionRefused | NetworkUnreachable | NotFound) => {
                Self::Unreachable(format!("the server cannot be reached ({error})"))
            }
            // The standard library has no error kind for this.
            ureq::Error::Io(error) if error.to_string().contains("lookup address") => {
                Self::Unreachable("server not found; check the network connection".to_owned())
            }
            ureq::Error::Timeout(Timeout::RecvBody) => Self::TooSlow,
            ureq::Error::Timeout(_) => Self::NoAnswer,
            ureq::Error::Io(error) => Self::Broken(format!("the answer broke off ({error})")),
            ureq::Error::Protocol(error) => Self::Broken(format!("the answer is damaged ({error})")),
            ureq::Error::Decompress(_, error) => Self::Broken(format!("the answer is damaged ({error})")),
            // For example, an invalid certificate or address.
            error => Self::Refused(in_short(&error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        parsed(text).unwrap()
    }

    #[test]
    fn only_the_same_server_is_the_same_server() {
        for (from, to, is_same) in [
            ("http://a.org/x", "http://a.org/y?z", true),
            ("http://a.org", "http://A.ORG:80/", true),
            ("http://a.org", "https://a.org/", true),
            ("http://a.org", "https://a.org:443/", true),
            ("http://127.0.0.1:81", "https://127.0.0.1/", false),
            ("https://a.org", "http://a.org/", false),
            ("http://a.org", "http://b.a.org/", false),
            ("http://a.org", "http://a.org.evil.net/", false),
            ("http://a.org", "http://a.org@evil.net/", false),
            ("http://127.0.0.1:81", "http://127.0.0.1:82/", false),
        ] {
            assert_eq!(is_same_server(&uri(from), &uri(to)), is_same, "{from} {to}");
        }
    }

    #[test]
    fn other_servers_are_followed_only_over_https_and_only_if_allowed() {
        let second = Duration::from_secs(1);
        let times = Times { connect: second, answer: second, pause: second, body: second };
        let follow = |redirects, target: &str| {
            let reached = Http::new(times, redirects).redirected(&uri("http://a.org:81/b/c"), target);
            reached.map(|uri| uri.to_string()).map_err(|error| error.to_string())
        };
        assert_eq!(follow(Redirects::SameServer, "/x?y=1").unwrap(), "http://a.org:81/x?y=1");
        assert_eq!(follow(Redirects::SameServer, "//a.org:81/x").unwrap(), "http://a.org:81/x");
        for target in ["https://cdn.org/x", "//cdn.org/x", "http://169.254.169.254/", "http://a.org:82/"] {
            assert!(follow(Redirects::SameServer, target).unwrap_err().contains("redirects to another server"));
        }
        assert_eq!(follow(Redirects::AnyServer, "https://cdn.org/x").unwrap(), "https://cdn.org/x");
        assert!(follow(Redirects::AnyServer, "http://cdn.org/x").unwrap_err().contains("(cdn.org)"));
        for target in ["x/y", "ftp://a.org/", "file:///etc/passwd", "", "http://", "http://a b"] {
            assert!(follow(Redirects::AnyServer, target).unwrap_err().contains("not an address"), "{target}");
        }
        let long = format!("/{}", "x".repeat(70_000));
        assert!(follow(Redirects::AnyServer, &long).unwrap_err().contains("70016 bytes"));
    }

    #[test]
    fn texts_of_servers_are_short_and_have_no_control_characters() {
        assert_eq!(in_short(" a\u{1b}[2Jb\nc "), "a [2Jb c");
        assert_eq!(in_short(&"é".repeat(201)), format!("{}…", "é".repeat(200)));
    }
}
