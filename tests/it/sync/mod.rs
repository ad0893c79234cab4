//! `relata sync arxiv` with a server on this machine, which behaves like arXiv's servers, faults included.

mod answers;
mod faults;
mod hostile;
mod server;
mod waiting;

use jiff::Timestamp;

use self::answers::{TITLES, feed, oai, oai_error, records};
use self::server::{ok, serve};
use crate::program::{Workplace, ran};

/// Returns the sorted numbers of the papers of a library.
fn held(place: &Workplace) -> Vec<u32> {
    let papers = place.json(&["list"])["papers"].clone();
    let number = |paper: &serde_json::Value| paper["id"].as_str().unwrap().rsplit_once('.').unwrap().1.parse().unwrap();
    let mut numbers: Vec<u32> = papers.as_array().unwrap().iter().map(number).collect();
    numbers.sort_unstable();
    numbers
}

fn days_ago(days: i64) -> String {
    let now = Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
    now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

const LG: [&str; 5] = ["arxiv", "--category", "cs.LG", "--since", "2026-11-01"];

fn lg_oai() -> Vec<&'static str> {
    [LG.as_slice(), &["--oai"]].concat()
}

#[test]
fn the_harvesting_interface_is_read_page_by_page_and_the_next_sync_requests_later_papers() {
    let place = Workplace::new();
    let server = serve([
        ok(records(&[(0, "2026-11-02"), (1, "2026-11-03")], Some("verb%3DListRecords%26skip%3D2"))),
        ok(records(&[(2, "2026-11-05")], None)),
        ok(oai_error("noRecordsMatch")),
    ]);
    let first = server.sync(&place, &lg_oai()).ok();
    assert!(first.stdout.contains("arxiv cs.LG: 3 papers since 2026-11-01, by OAI-PMH"), "{}", first.stdout);
    assert!(first.stdout.contains("3 added, 0 updated, 0 unchanged, 0 skipped; 3 embedded"), "{}", first.stdout);
    assert_eq!(
        server.questions(),
        [
            "/api?verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:LG&from=2026-11-01",
            // The percent signs of the token are sent escaped, and arrive unchanged.
            "/api?verb=ListRecords&resumptionToken=verb%3DListRecords%26skip%3D2",
        ]
    );
    let agent = format!("user-agent: relata/{}", env!("CARGO_PKG_VERSION"));
    assert!(server.asked().iter().all(|asked| asked.headers.contains(&agent)), "{:?}", server.asked());
    assert_eq!(held(&place), [0, 1, 2]);
    assert_eq!(place.json(&["list", "--sources"])["sources"][0]["file"], "arxiv:cs.LG");
    let shown = place.json(&["show", "2611.00002"])["papers"][0].clone();
    assert_eq!(shown["abstract"], format!("We study bees. Our finding number 2 is that {}.", TITLES[2]));
    assert_eq!(shown["categories"], serde_json::json!(["cs.LG", "q-bio.NC"]));

    let second = server.sync(&place, &[]);
    assert_eq!(second.code, Some(1), "nothing new: {}", second.stderr);
    assert!(second.stdout.contains("arxiv cs.LG: nothing since"), "{}", second.stdout);
    // The last sync was today, and the next one overlaps it by a day.
    let from = days_ago(1).max("2026-11-01".to_owned());
    assert!(server.questions()[2].ends_with(&format!("&set=cs:cs:LG&from={from}")), "{:?}", server.questions());
}

#[test]
fn the_search_interface_is_read_page_by_page_and_the_next_sync_reads_the_last_days_again() {
    let place = Workplace::new();
    let (since, today) = (days_ago(2), days_ago(0));
    let server = serve([
        ok(feed(3, &[(0, &since), (1, &since)])),
        ok(feed(3, &[(2, &today)])),
        ok(feed(3, &[(0, &since), (1, &since), (2, &today)])),
    ]);
    let first = server.sync(&place, &["arxiv", "--category", "cs.LG", "--since", &since]).ok();
    assert!(first.stdout.contains("3 added"), "{}", first.stdout);
    let question = |start: u32| {
        let [from, to] = [&since, &today].map(|day| day.replace('-', ""));
        format!(
            "/api?search_query=cat:cs.LG AND submittedDate:[{from}0000 TO {to}2359]&sortBy=submittedDate\
             &sortOrder=ascending&start={start}&max_results=200"
        )
    };
    assert_eq!(server.questions(), [question(0), question(2)], "the second page starts after the received papers");
    assert_eq!(held(&place), [0, 1, 2]);
    let second = server.sync(&place, &["arxiv"]);
    assert_eq!(second.code, Some(1), "{}", second.stderr);
    assert_eq!((server.asked().len(), &server.asked()[2].what), (3, &question(0)));
}

#[test]
fn a_limit_is_exact_and_the_next_sync_continues_after_it() {
    let place = Workplace::new();
    let page = records(&[(0, "2026-11-02"), (1, "2026-11-02"), (2, "2026-11-02")], Some("next"));
    let server = serve([ok(page.as_str()), ok(page.as_str()), ok(records(&[(3, "2026-11-03")], None))]);
    let first = server.sync(&place, &[lg_oai().as_slice(), &["--limit", "2"]].concat()).ok();
    assert!(first.stdout.contains("2 added") && first.stdout.contains("; there are more"), "{}", first.stdout);
    assert_eq!((held(&place), server.asked().len()), (vec![0, 1], 1));
    let second = server.sync(&place, &["--limit", "2"]).ok();
    assert!(second.stdout.contains("2 added, 0 updated, 2 unchanged"), "{}", second.stdout);
    assert_eq!(held(&place), [0, 1, 2, 3]);
}

#[test]
fn papers_that_arxiv_deleted_are_reported_and_kept() {
    let place = Workplace::new();
    let deleted = "<record><header status=\"deleted\"><identifier>oai:arXiv.org:2611.00000</identifier>\
                   <datestamp>2026-11-05</datestamp></header></record>";
    let server = serve([
        ok(records(&[(0, "2026-11-02")], None)),
        ok(oai(&format!("<ListRecords>{deleted}</ListRecords>"))),
        ok(records(&[(1, "2026-11-06")], None).replace("<ListRecords>", &format!("<ListRecords>{deleted}"))),
    ]);
    server.sync(&place, &lg_oai()).ok();
    let second = server.sync(&place, &["arxiv"]);
    assert_eq!(second.code, Some(1), "{}", second.stderr);
    assert!(second.stderr.contains("arXiv deleted papers (1); the library keeps them"), "{}", second.stderr);
    assert!(second.stdout.contains("0 skipped"), "a deleted paper is not a bad record: {}", second.stdout);
    server.sync(&place, &["arxiv"]).ok();
    assert_eq!(held(&place), [0, 1]);
}

#[test]
fn a_dry_run_queries_the_server_and_stores_nothing() {
    let place = Workplace::new();
    let server = serve([ok(feed(1, &[(0, "2026-11-02")])), ok(feed(1, &[(0, "2026-11-02")]))]);
    let dry = server.sync(&place, &[LG.as_slice(), &["-n"]].concat()).ok();
    assert!(dry.stdout.contains("dry run: 1 added"), "{}", dry.stdout);
    assert!(!place.library().exists());
    server.sync(&place, &LG).ok();
    let dry = server.sync(&place, &["--dry-run"]);
    dry.fails_saying(&["HTTP 500", "Nothing was stored in this dry run"]);
}

#[test]
fn an_earlier_period_does_not_change_where_the_next_sync_begins() {
    let place = Workplace::new();
    let server = serve([ok(feed(1, &[(0, "2026-11-02")])), ok(feed(1, &[(1, "2020-05-05")])), ok(feed(0, &[]))]);
    server.sync(&place, &LG).ok();
    server.sync(&place, &["arxiv", "--category", "cs.LG", "--since", "2020-05-01", "--until", "2020-05-31"]).ok();
    assert!(server.questions()[1].contains("[202005010000 TO 202005312359]"), "{:?}", server.questions());
    assert_eq!(server.sync(&place, &[]).code, Some(1));
    let from = days_ago(7).max("2026-11-01".to_owned()).replace('-', "");
    assert!(server.questions()[2].contains(&format!("[{from}0000 TO ")), "{:?}", server.questions());
}

#[test]
fn a_sync_after_a_sync_with_until_continues_beyond_that_day() {
    let place = Workplace::new();
    let server = serve([ok(records(&[(0, "2026-11-02")], Some("up-to-the-fifth")))]);
    let with_end = [lg_oai().as_slice(), &["--until", "2026-11-05"]].concat();
    server.sync(&place, &with_end).fails_saying(&["--oai --since 2026-11-02 --until 2026-11-05` continues from there"]);
    let server =
        serve([ok(records(&[(0, "2026-11-02"), (1, "2026-11-04")], None)), ok(records(&[(2, "2026-11-09")], None))]);
    server.sync(&place, &with_end).ok();
    server.sync(&place, &[]).ok();
    let questions = server.questions();
    // The token of a list with a last day is not kept, because that list ends on this day.
    assert!(questions[0].ends_with("&from=2026-11-01&until=2026-11-05"), "{questions:?}");
    assert!(questions[1].ends_with("&from=2026-11-04"), "{questions:?}");
    assert_eq!(held(&place), [0, 1, 2]);
}

#[test]
fn invalid_options_are_refused_before_a_request_is_sent() {
    let server = serve([]);
    let place = Workplace::new();
    for (arguments, reason) in [
        (&["arxiv", "--category", "cs.LG"][..], "cs.LG was not synced into this library before; give the first day"),
        (&["arxiv", "--category", "bees", "--since", "2026-11-01"], "arXiv has no category \"bees\""),
        (&["arxiv", "--category", "cs.LG", "--since", "2999-01-01"], "--since 2999-01-01 is in the future"),
        (&["arxiv", "--category", "cs.LG", "--since", "2026-11-05", "--until", "2026-11-01"], "is before --since"),
        (&["arxiv", "--category", "cs.LG", "--since", "tomorrow"], "write 2026-11-01, today, yesterday"),
        (&["arxiv", "--category", "cs.LG", "--since", "1d", "--until", "1w"], "is before --since"),
        (&["arxiv"], "nothing was synced into this library before"),
        (&[], "nothing was synced into this library before"),
    ] {
        server.sync(&place, arguments).fails_saying(&[reason]);
    }
    let offline = ran(server.command(&place, &LG).env("RELATA_OFFLINE", "1").output().unwrap());
    offline.fails_saying(&["RELATA_OFFLINE is set, so `relata sync` sends no requests"]);
    assert_eq!(server.questions(), [""; 0]);
    assert!(!place.library().exists(), "nothing is left behind");
}
