//! Servers that fail, close the connection early, are busy, or refuse a request.

use std::process::Stdio;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::answers::{feed, oai, oai_error, records};
use super::server::{Reply, ok, reply, serve};
use super::{LG, held, lg_oai};
use crate::program::Workplace;

#[test]
fn a_damaged_answer_is_requested_again_and_never_becomes_papers() {
    let place = Workplace::new();
    let whole = feed(2, &[(0, "2026-11-02"), (1, "2026-11-03")]);
    let [cut, torn] = [whole.len() - 9, whole.find("rel=\"alt").unwrap() + 6].map(|end| whole[..end].to_owned());
    let broken_off = Reply { missing: 100, ..ok(whole.as_str()) };
    let page = "<!DOCTYPE html>\n<html><head><title>arXiv is down</title></head><body><p>Please wait</body></html>";
    for (bad, reason) in [
        (ok(cut), "the answer breaks off"),
        (ok(torn), "the answer is not valid XML"),
        (broken_off, "the answer broke off"),
        (ok(page), "the answer is a web page instead of a list of papers"),
        (ok(""), "the answer is empty"),
        (ok(feed(2, &[])), "the page is empty, but the list should have 2 more"),
        (reply("502 Bad Gateway", "", page), "the server failed (HTTP 502)"),
    ] {
        let place = Workplace::new();
        let server = serve([bad, ok(whole.as_str())]);
        let synced = server.sync(&place, &[LG.as_slice(), &["--json"]].concat()).ok();
        assert!(synced.stderr.contains(reason) && synced.stderr.contains("trying again in"), "{}", synced.stderr);
        let json: serde_json::Value = serde_json::from_str(&synced.stdout).unwrap();
        assert_eq!((&json["added"], &json["sources"][0]["requests"]), (&2.into(), &2.into()), "{reason}");
        assert_eq!(json["skipped"], serde_json::json!([]));
        assert_eq!(held(&place), [0, 1], "{reason}");
    }
    // An empty page in the middle of a list is a known fault of arXiv.
    let server = serve([ok(feed(2, &[(0, "2026-11-02")])), ok(feed(0, &[])), ok(feed(2, &[(1, "2026-11-03")]))]);
    let synced = server.sync(&place, &LG).ok();
    assert!(synced.stderr.contains("the page is empty, but the list should have 1 more"), "{}", synced.stderr);
    assert_eq!(held(&place), [0, 1]);
}

#[test]
fn an_answer_cannot_control_the_terminal() {
    let hostile = "\u{1b}[31m\u{1b}]0;x\u{7}\u{9b}31m\u{202e}\u{2066}\u{200e}&#27;[31m&#155;&#x202e;&#x2066;";
    let title = format!("How honeybees {hostile} find");
    for answer in [
        oai(&format!("<error code='bad{hostile}'>The server {hostile} says why.</error>")),
        oai(&format!("<ListRecords><record{hostile}></ListRecords>")),
        records(&[(0, "2026-11-02")], None)
            .replace("How honeybees find", &title)
            .replace("cs.LG", &format!("cs.LG{hostile}")),
    ] {
        let place = Workplace::new();
        let server = serve(std::iter::repeat_n(ok(answer.as_str()), 6));
        for json in [&[][..], &["--json"]] {
            let synced = server.sync(&place, &[lg_oai().as_slice(), json].concat());
            for text in [synced.stdout, synced.stderr] {
                assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
                assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{200e}']), "{text:?}");
            }
        }
    }
}

#[test]
fn a_sync_waits_as_long_as_a_busy_server_requests() {
    let place = Workplace::new();
    let (named, date) = (Instant::now(), Timestamp::now() + jiff::SignedDuration::from_secs(3));
    let date = date.strftime("Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n").to_string();
    let server = serve([
        reply("503 Service Unavailable", "Retry-After: 1\r\n", "busy"),
        reply("429 Too Many Requests", &date, "Rate exceeded."),
        ok(records(&[(0, "2026-11-02")], None)),
    ]);
    let synced = server.sync(&place, &lg_oai()).ok();
    assert!(synced.stderr.contains("the server is busy (HTTP 503); trying again in 1 s"), "{}", synced.stderr);
    let asked = server.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1));
    // The date is three seconds later, cut to whole seconds, so the pause is more than two seconds.
    assert!(asked[2].at - named >= Duration::from_secs(2), "{:?}", asked[2].at - named);
    assert_eq!(held(&place), [0]);

    let server = serve([reply("503 Service Unavailable", "Retry-After: 86400\r\n", "")]);
    let refused = server.sync(&Workplace::new(), &LG);
    refused.fails_saying(&["requests a pause of 1440 minutes. Try again then", "Nothing was received"]);
}

#[test]
fn after_an_expired_token_the_list_is_requested_from_the_day_of_the_last_paper() {
    let expired = oai_error("badResumptionToken");
    for bad_token in [ok(expired.as_str()), reply("422 Unprocessable Entity", "", expired.as_str())] {
        begins_anew_after(bad_token);
    }
}

fn begins_anew_after(bad_token: Reply) {
    let place = Workplace::new();
    let server = serve([
        ok(records(&[(0, "2026-11-02"), (1, "2026-11-04")], Some("old"))),
        bad_token,
        ok(records(&[(1, "2026-11-04"), (2, "2026-11-05")], Some("new"))),
        ok(records(&[(3, "2026-11-06")], None)),
    ]);
    server.sync(&place, &lg_oai()).ok();
    let questions = server.questions();
    assert!(
        questions[2].ends_with("&from=2026-11-04") && questions[3].ends_with("resumptionToken=new"),
        "{questions:?}"
    );
    assert_eq!(held(&place), [0, 1, 2, 3]);
}

#[test]
fn after_a_failure_received_papers_are_kept_and_the_next_sync_continues() {
    let place = Workplace::new();
    let server = serve([ok(records(&[(0, "2026-11-02"), (1, "2026-11-04")], Some("next")))]);
    let synced = server.sync(&place, &lg_oai());
    synced.fails_saying(&[
        "the server failed (HTTP 500); gave up after 6 tries. Try again later. The 2 papers received so far are kept",
        "`relata sync arxiv --category cs.LG --oai --since 2026-11-04` continues from there",
    ]);
    assert_eq!(server.asked().len(), 7);
    assert_eq!(held(&place), [0, 1]);
    // The papers are embedded and can be found.
    assert_eq!(place.json(&["search", "honeybees", "-k", "1"])["results"][0]["paper"]["id"], "arxiv:2611.00000");
    let server = serve([ok(records(&[(2, "2026-11-05")], None))]);
    server.sync(&place, &["arxiv"]).ok();
    assert!(server.questions()[0].ends_with("resumptionToken=next"), "{:?}", server.questions());
    assert_eq!(held(&place), [0, 1, 2]);
}

#[test]
fn a_sync_killed_between_pages_loses_nothing() {
    let place = Workplace::new();
    let slow = Reply { delay: Duration::from_secs(60), ..ok("") };
    let server = serve([ok(records(&[(0, "2026-11-02"), (1, "2026-11-04")], Some("next"))), slow]);
    let mut sync = server.command(&place, &lg_oai()).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while server.asked().len() < 2 {
        assert!(started.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(5));
    }
    sync.kill().unwrap();
    sync.wait().unwrap();
    assert_eq!(held(&place), [0, 1]);
    let server = serve([ok(records(&[(2, "2026-11-05")], None))]);
    let synced = server.sync(&place, &[]).ok();
    assert!(server.questions()[0].ends_with("resumptionToken=next"), "{:?}", server.questions());
    assert!(synced.stdout.contains("1 added") && synced.stdout.contains("3 embedded"), "{}", synced.stdout);
}

#[test]
fn a_refusal_is_reported_at_once() {
    let error = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><opensearch:totalResults xmlns:opensearch=\"o\">1\
                 </opensearch:totalResults><entry><id>http://arxiv.org/api/errors#dates</id><title>Error</title>\
                 <summary>incorrect date range</summary></entry></feed>";
    for status in ["400 Bad Request", "200 OK"] {
        let place = Workplace::new();
        let server = serve([reply(status, "", error)]);
        let refused = server.sync(&place, &LG);
        refused.fails_saying(&[
            "the server answers: incorrect date range; check the category and the dates",
            "Nothing was received",
        ]);
        assert_eq!((server.asked().len(), place.library().exists()), (1, false), "nothing is left behind");
    }
    let server = serve([ok(oai_error("badArgument"))]);
    server.sync(&Workplace::new(), &lg_oai()).fails_saying(&["the server answers: The server says why. (badArgument)"]);
    let server = serve([reply("404 Not Found", "", "<html></html>")]);
    server.sync(&Workplace::new(), &LG).fails_saying(&["the server refuses the request (HTTP 404)"]);
}
