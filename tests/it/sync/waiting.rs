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
        // Redirects to an address where no server is.
        reply("301 Moved Permanently", "Location: http://127.0.0.1:1/\r\n", ""),
    ]);
    let (summary, waits) = sync_in_no_time(&place, &server.url, Interface::Oai);
    // 20 s as the header requests, 12 s and 24 s after the second and third failure, then until the date in the header,
    // and 96 s after the fifth failure. The second category fails.
    assert_eq!(waits[..5], [20, 12, 24, 300 - 56, 96], "{:?}", summary.failure);
    assert_eq!(summary.papers.added, 1);
    let [first, second] = &summary.sources[..] else { panic!("{:?}", summary.sources) };
    assert!(first.complete && !second.complete);
    assert!(summary.failure.unwrap().to_string().contains("gave up after"));
}
