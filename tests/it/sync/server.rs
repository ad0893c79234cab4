//! A server on this machine that sends given answers.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::program::{Ran, Workplace, ran};

/// An answer of the server.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) status: &'static str,
    pub(super) headers: String,
    pub(super) body: Vec<u8>,
    /// How many bytes at the end of the body are not sent.
    pub(super) missing: usize,
    pub(super) delay: Duration,
    /// The pause after each byte of the body.
    pub(super) drip: Duration,
}

pub(super) fn reply(status: &'static str, headers: &str, body: impl Into<Vec<u8>>) -> Reply {
    let (delay, drip) = (Duration::ZERO, Duration::ZERO);
    Reply { status, headers: headers.to_owned(), body: body.into(), missing: 0, delay, drip }
}

pub(super) fn ok(body: impl Into<Vec<u8>>) -> Reply {
    reply("200 OK", "", body)
}

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Path and query, with `%xx` resolved.
    pub(super) what: String,
    pub(super) headers: Vec<String>,
    pub(super) at: Instant,
}

pub(super) struct Server {
    pub(super) url: String,
    pub(super) asked: Arc<Mutex<Vec<Asked>>>,
}

/// Starts a server that sends the replies one after the other, whatever the requests are. After the last reply, every
/// answer is an error.
pub(super) fn serve(replies: impl IntoIterator<Item = Reply>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (seen, mut replies) = (asked.clone(), replies.into_iter().collect::<Vec<_>>().into_iter());
    std::thread::spawn(move || {
        // Serves one connection at a time, as arXiv requires. A second connection waits until the first ends.
        for stream in listener.incoming() {
            let next = replies.next().unwrap_or_else(|| reply("500 Internal Server Error", "", "no more answers"));
            // Ignores clients that close the connection.
            let _ = answer(stream.unwrap(), &next, &seen);
        }
    });
    Server { url, asked }
}

pub(super) fn answer(mut stream: TcpStream, reply: &Reply, seen: &Mutex<Vec<Asked>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().unwrap()?;
    let headers = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).map(|l| l.to_lowercase()).collect();
    let what = resolved(request.split(' ').nth(1).unwrap());
    seen.lock().unwrap().push(Asked { what, headers, at: Instant::now() });
    std::thread::sleep(reply.delay);
    let Reply { status, headers, body, missing, drip, .. } = reply;
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n")?;
    let body = &body[..length - missing];
    if drip.is_zero() {
        return stream.write_all(body);
    }
    for byte in body {
        stream.write_all(std::slice::from_ref(byte))?;
        std::thread::sleep(*drip);
    }
    Ok(())
}

pub(super) fn resolved(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        match (first, after) {
            (b'%', [a, b, after @ ..]) => {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&[*a, *b]).unwrap(), 16).unwrap());
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

impl Server {
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) fn questions(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.what).collect()
    }

    pub(super) fn command(&self, place: &Workplace, arguments: &[&str]) -> Command {
        let mut command = place.command(&[&["sync"], arguments].concat());
        command.env("RELATA_ARXIV_API_URL", &self.url).env("RELATA_ARXIV_OAI_URL", &self.url);
        command.env("RELATA_ARXIV_PAUSE_MS", "20").env_remove("RELATA_OFFLINE");
        for proxy in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env_remove(proxy);
        }
        command
    }

    pub(super) fn sync(&self, place: &Workplace, arguments: &[&str]) -> Ran {
        ran(self.command(place, arguments).stdin(Stdio::null()).output().unwrap())
    }
}
