//! How long a sync waits between requests, measured with a simulated clock.

use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{Engine, SyncSummary, unobserved};
use relata::sync::{Clock, Interface, Servers, Source, SyncOptions};

use super::answers::{feed, records};
use super::server::{Reply, ok, reply, serve};
use crate::program::Workplace;

/// A simulated clock. Waiting moves it forward, and it records the waits.
struct TestClock {
    now: Mutex<Timestamp>,
    waits: Mutex<Vec<u64>>,
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) {
        *self.now.lock().unwrap() += duration;
        self.waits.lock().unwrap().push(duration.as_secs());
    }
}

/// Syncs cs.LG and cs.CL with arXiv's default pause. Returns the summary and the waits in seconds.
fn sync_in_no_time(place: &Workplace, url: &str, interface: Interface) -> (SyncSummary, Vec<u64>) {
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let clock = TestClock { now: Mutex::new(now), waits: Mutex::default() };
    let models = ModelStore::from_env().unwrap();
    let engine = Engine::open_or_create(&place.library(), models, None, EmbedOptions::default()).unwrap();
    let servers = Servers {
        search: url.to_owned(),
        oai: url.to_owned(),
        timeout: Duration::from_millis(500),
        ..Servers::default()
    };
    let since: Date = "2026-11-01".parse().unwrap();
    let options = SyncOptions { since: Some(since), servers, ..SyncOptions::default() };
    let sources = ["cs.LG", "cs.CL"].map(|name| Source { interface, category: name.parse().unwrap() });
    let summary = engine.sync(&sources, &options, &clock, &unobserved).unwrap();
    (summary, clock.waits.into_inner().unwrap())
}

#[test]
fn requests_are_three_seconds_apart_within_and_between_categories() {
    let place = Workplace::new();
    let server = serve([
        ok(feed(2, &[(0, "2026-11-02")])),
        ok(feed(2, &[(1, "2026-11-03")])),
        ok(feed(1, &[(1, "2026-11-03")])),
    ]);
    let (summary, waits) = sync_in_no_time(&place, &server.url, Interface::Search);
    assert!(summary.failure.is_none(), "{:?}", summary.failure);
    assert_eq!((summary.papers.added, summary.papers.unchanged, waits), (2, 1, vec![3, 3]));
    assert!(server.questions()[2].contains("cat:cs.CL AND submittedDate:[202611010000 TO 202611222359]"));
}

#[test]
fn waits_grow_with_failures_and_retry_after_is_obeyed() {
    let place = Workplace::new();
    let date = "Retry-After: Sun, 22 Nov 2026 12:05:00 GMT\r\n";
    let hangs = Reply { delay: Duration::from_millis(900), ..ok("") };
    let server = serve([
        reply("503 Service Unavailable", "Retry-After: 20\r\n", ""),
        reply("500 Internal Server Error", "", ""),
        ok("<html>"),
        reply("429 Too Many Requests", date, ""),
        hangs,
        ok(records(&[(0, "2026-11-02")], None)),
        // Redirects to another server.
        reply("301 Moved Permanently", "Location: http://127.0.0.1:1/\r\n", ""),
    ]);
    let (summary, waits) = sync_in_no_time(&place, &server.url, Interface::Oai);
    // 20 s as the header requests, 12 s and 24 s after the second and third failure, then until the date in the header,
    // and 96 s after the fifth failure. The second category fails.
    assert_eq!(waits[..5], [20, 12, 24, 300 - 56, 96], "{:?}", summary.failure);
    assert_eq!(summary.papers.added, 1);
    let [first, second] = &summary.sources[..] else { panic!("{:?}", summary.sources) };
    assert!(first.complete && !second.complete);
    assert!(summary.failure.unwrap().to_string().contains("redirects to another server (127.0.0.1:1)"));
}

#[test]
fn a_server_that_sends_a_byte_now_and_then_is_given_up() {
    let place = Workplace::new();
    let drips = Reply { drip: Duration::from_millis(100), ..ok(records(&[(0, "2026-11-02")], None)) };
    let server = serve(vec![drips; 9]);
    let started = std::time::Instant::now();
    let (summary, _) = sync_in_no_time(&place, &server.url, Interface::Oai);
    let failure = summary.failure.unwrap().to_string();
    assert!(failure.contains("the answer came too slowly; gave up after 2 tries"), "{failure}");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn waits_for_a_server_that_is_always_busy_are_limited() {
    let place = Workplace::new();
    let busy = || reply("503 Service Unavailable", "Retry-After: 800\r\n", "");
    let pages = (0..5).flat_map(|page| {
        let token = format!("t{page}");
        [busy(), busy(), ok(records(&[(page, "2026-11-02")], Some(&token)))]
    });
    let server = serve(pages);
    let (summary, waits) = sync_in_no_time(&place, &server.url, Interface::Oai);
    let failure = summary.failure.unwrap().to_string();
    assert!(failure.contains("this sync waited for more than 60 minutes"), "{failure}");
    assert_eq!(waits.iter().filter(|wait| **wait == 800).count(), 4, "{waits:?}");
    assert_eq!(summary.papers.added, 2);
}

#[test]
fn absurd_requests_to_wait_end_the_sync() {
    for wait in ["1000000000", "18446744073709551615", "Tue, 31 Dec 2999 23:59:59 GMT"] {
        let server = serve([reply("503 Service Unavailable", &format!("Retry-After: {wait}\r\n"), "")]);
        let (summary, waits) = sync_in_no_time(&Workplace::new(), &server.url, Interface::Oai);
        assert!(summary.failure.unwrap().to_string().contains("requests a pause of"), "{wait}");
        assert_eq!(waits, [0; 0], "{wait}");
    }
    for wait in ["-1000000000", "1e9", "99999999999999999999999", "soon", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let server = serve([
            reply("503 Service Unavailable", &format!("Retry-After: {wait}\r\n"), ""),
            ok(feed(1, &[(0, "2026-11-02")])),
            ok(feed(0, &[])),
        ]);
        let (summary, waits) = sync_in_no_time(&Workplace::new(), &server.url, Interface::Search);
        assert!(summary.failure.is_none(), "{wait}");
        assert_eq!(waits[0], 6, "{wait}: as if the server had not said how long");
    }
}
