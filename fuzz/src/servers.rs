//! Answers of servers, through a server of our own on this machine: pages of both interfaces of arXiv, and whole HTTP
//! responses.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::date;
use relata::formats::{self, Format, ReadOptions};
use relata::sync::{Clock, Interface, PageOutcome, PaperStore, Servers, Source, SyncOptions, sync};

use super::{Parser, bytes, seeds};

pub const PARSERS: &[Parser] = &[
    Parser { name: "sync_search", seeds: || bytes(seeds::ATOM_PAGES), read: |input| page(input, Interface::Search) },
    Parser { name: "sync_oai", seeds: || bytes(seeds::OAI_PAGES), read: |input| page(input, Interface::Oai) },
    Parser { name: "sync_http", seeds: response_seeds, read: read_response },
    Parser { name: "sync_state", seeds: || bytes(seeds::SYNC_STATES), read: read_state },
];

/// How often the server gives the same answer. Then it refuses, so that a list without an end ends.
const ANSWERS: u32 = 8;

/// The answer of the server, and how often it was given.
#[derive(Default)]
struct Answer {
    response: Mutex<Arc<Response>>,
    given: AtomicU32,
}

#[derive(Default)]
struct Response {
    bytes: Vec<u8>,
    /// Whether the connection stays open. If not, no client waits for bytes that the response lacks.
    stays_open: bool,
}

static ANSWER: LazyLock<Answer> = LazyLock::new(Answer::default);

/// The address of the server, which runs until the process ends.
static ADDRESS: LazyLock<String> = LazyLock::new(|| {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || listener.incoming().flatten().for_each(serve));
    format!("http://{address}/")
});

fn serve(stream: TcpStream) {
    let mut requests = BufReader::new(&stream);
    loop {
        let mut line = String::new();
        let mut lines = 0;
        // A request ends with a blank line.
        while requests.read_line(&mut line).is_ok_and(|read| read > 2) {
            line.clear();
            lines += 1;
        }
        if lines == 0 {
            return;
        }
        let response = match ANSWER.given.fetch_add(1, Ordering::Relaxed) {
            ..ANSWERS => ANSWER.response.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            _ => Arc::new(Response {
                bytes: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
                stays_open: true,
            }),
        };
        if (&stream).write_all(&response.bytes).is_err() || !response.stays_open {
            return;
        }
    }
}

/// A clock that does not wait.
struct Impatient;

impl Clock for Impatient {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn sleep(&self, _: Duration) {}
}

/// Counts papers, and remembers one state.
struct Counter {
    state: Option<(String, String)>,
    papers: usize,
}

impl PaperStore for Counter {
    fn states(&self) -> relata::Result<Vec<(String, String)>> {
        Ok(self.state.iter().cloned().collect())
    }

    fn take(&mut self, _: &str, page: &str, format: Format, _: Option<u64>) -> relata::Result<PageOutcome> {
        let options = ReadOptions { format: Some(format), ..ReadOptions::default() };
        let read = formats::read_from(page.as_bytes(), Path::new("page"), &options, &mut |_| Ok(()))?;
        self.papers += read.papers as usize;
        Ok(PageOutcome { records: read.papers + read.problems, changed: read.papers, cut: false })
    }

    fn remember(&mut self, name: &str, text: &str) -> relata::Result<()> {
        self.state = Some((name.to_owned(), text.to_owned()));
        Ok(())
    }
}

/// Syncs from the server, whose answers are `response`, and then once more from the state that was stored. Returns the
/// number of papers.
fn receive(response: Response, interface: Interface, state: Option<&str>) -> usize {
    let source = Source { interface, category: "cs.LG".parse().expect("a category of arXiv") };
    let state = state.map(|state| ("arxiv-oai:cs.LG".to_owned(), state.to_owned()));
    let mut store = Counter { papers: 0, state };
    *ANSWER.response.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(response);
    for since in [store.state.is_none().then(|| date(2026, 11, 1)), None] {
        ANSWER.given.store(0, Ordering::Relaxed);
        let second = Duration::from_secs(1);
        let servers = Servers { search: ADDRESS.clone(), oai: ADDRESS.clone(), pause: Duration::ZERO, timeout: second };
        let options = SyncOptions { since, servers, ..SyncOptions::default() };
        // A server that fails, or a list without a first day.
        let _ = sync(&mut store, std::slice::from_ref(&source), &options, &Impatient, &|_| ());
    }
    store.papers
}

/// Receives a page in a response without faults.
fn page(input: &[u8], interface: Interface) -> usize {
    receive(Response { bytes: response(input), stays_open: true }, interface, None)
}

fn read_response(input: &[u8]) -> usize {
    receive(Response { bytes: input.to_vec(), stays_open: false }, Interface::Search, None)
}

fn response(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nContent-Type: text/xml\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Syncs from a stored state.
fn read_state(input: &[u8]) -> usize {
    let page = response(seeds::OAI_PAGES[0].as_bytes());
    receive(Response { bytes: page, stays_open: true }, Interface::Oai, Some(&String::from_utf8_lossy(input)))
}

/// Whole responses: plain, in pieces, compressed, busy.
fn response_seeds() -> Vec<Vec<u8>> {
    let body = seeds::ATOM_PAGES[0].as_bytes();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(body).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let with = |head: &str, body: &[u8]| [format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body].concat();
    vec![
        response(body),
        with("200 OK\r\nConnection: close\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT", body),
        with(
            "200 OK\r\nTransfer-Encoding: chunked",
            &[format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat(),
        ),
        with(&format!("200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}", gzip.len()), &gzip),
        with("503 Busy\r\nRetry-After: 5\r\nContent-Length: 0", b""),
        with("429 Slow\r\nRetry-After: Sun, 06 Nov 2094 08:49:37 GMT\r\nContent-Length: 0", b""),
        with("400 Bad\r\nContent-Length: 0", b""),
    ]
}
