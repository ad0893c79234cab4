//! Servers that send too much, lists without an end, redirects, and states of syncs that are damaged.

use std::io::Write;
use std::time::{Duration, Instant};

use super::answers::{feed, oai_error, records};
use super::server::{ok, reply, serve};
use super::{LG, held, lg_oai};
use crate::program::Workplace;

const FROM_THE_DAY: &str = "/api?verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:LG&from=2026-11-04";

/// Writes what is stored on the last sync of cs.LG by OAI-PMH.
fn store(place: &Workplace, state: &[u8]) {
    let database = rusqlite::Connection::open(place.library().join("papers.db")).unwrap();
    // SQLite keeps any bytes as text.
    let sql = "UPDATE meta SET value = CAST(? AS TEXT) WHERE key = 'sync:arxiv-oai:cs.LG'";
    let changed = database.execute(sql, [state]).unwrap();
    assert_eq!(changed, 1);
}

#[test]
fn a_token_that_is_too_long_keeps_the_page_and_is_not_stored() {
    let place = Workplace::new();
    let long = "x".repeat(70_000);
    let server = serve([
        ok(records(&[(0, "2026-11-02"), (1, "2026-11-04")], Some(&long))),
        ok(records(&[(1, "2026-11-04"), (2, "2026-11-05")], None)),
    ]);
    let synced = server.sync(&place, &lg_oai());
    synced.fails_saying(&["it has 70000 bytes; relata accepts 4096", "The 2 papers received so far are kept"]);
    assert_eq!(held(&place), [0, 1]);
    server.sync(&place, &[]).ok();
    assert_eq!(server.questions()[1..], [FROM_THE_DAY]);
    assert_eq!(held(&place), [0, 1, 2]);
}

#[test]
fn a_damaged_state_is_reported_and_the_list_is_read_again() {
    let token = |token: &str| serde_json::json!({ "from": "2026-11-04", "token": token }).to_string();
    let beginning = "/api?verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:LG&from=2005-09-16";
    for (state, message, question) in [
        (token(&"x".repeat(70_000)).into_bytes(), "token of the last sync", FROM_THE_DAY),
        (token("a\u{1b}[2Jb").into_bytes(), "token of the last sync", FROM_THE_DAY),
        (b"{\"from\":\"2026-11-04\",\"tok".to_vec(), "is damaged", beginning),
        (b"{\"from\":\"9999-12-31\"}".to_vec(), "is damaged", beginning),
        (b"{\"from\":\"2026-11-04\xff\xfe\"}".to_vec(), "is damaged", beginning),
        (vec![b'9'; 3 << 20], "is damaged", beginning),
    ] {
        let place = Workplace::new();
        let server = serve([
            ok(records(&[(0, "2026-11-02"), (1, "2026-11-04")], Some("next"))),
            reply("404 Not Found", "", ""),
            ok(records(&[(2, "2026-11-05")], None)),
            ok(oai_error("noRecordsMatch")),
        ]);
        server.sync(&place, &lg_oai());
        store(&place, &state);
        let synced = server.sync(&place, &[]).ok();
        assert!(synced.stderr.contains(message), "{}", synced.stderr);
        assert_eq!(server.questions()[2], question);
        assert_eq!(held(&place), [0, 1, 2]);
        // The new state is sound.
        let again = server.sync(&place, &[]);
        assert!(again.code == Some(1) && !again.stderr.contains("damaged"), "{}", again.stderr);
    }
}

#[test]
fn two_syncs_that_fail_with_a_token_lead_back_to_the_day() {
    let place = Workplace::new();
    let gone = || reply("404 Not Found", "", "");
    let server = serve([
        ok(records(&[(0, "2026-11-02"), (1, "2026-11-04")], Some("bad"))),
        gone(),
        gone(),
        ok(records(&[(1, "2026-11-04"), (2, "2026-11-05")], None)),
    ]);
    let first = server.sync(&place, &lg_oai());
    assert!(first.code == Some(2) && !first.stderr.contains("same token"), "{}", first.stderr);
    server
        .sync(&place, &[])
        .fails_saying(&["2 syncs failed with the same token, so the next one begins again on 2026-11-04"]);
    server.sync(&place, &[]).ok();
    let questions = server.questions();
    assert!(questions[1].ends_with("resumptionToken=bad") && questions[2].ends_with("resumptionToken=bad"));
    assert_eq!(questions[3], FROM_THE_DAY);
    assert_eq!(held(&place), [0, 1, 2]);
}

#[test]
fn a_day_in_the_future_is_not_stored() {
    let place = Workplace::new();
    let server = serve([
        ok(records(&[(0, "2026-11-02"), (1, "9999-12-31")], Some("next"))),
        reply("404 Not Found", "", ""),
        ok(records(&[(2, "2026-11-05")], None)),
    ]);
    server.sync(&place, &lg_oai());
    server.sync(&place, &[]).ok();
    assert_eq!(held(&place), [0, 1, 2]);
}

#[test]
fn an_answer_that_unpacks_to_too_much_is_refused() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(b"<?xml version='1.0'?><feed>").unwrap();
    let spaces = vec![b' '; 1 << 20];
    (0..200).for_each(|_| packed.write_all(&spaces).unwrap());
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 1 << 20);
    let server = serve([reply("200 OK", "content-encoding: gzip\r\n", packed)]);
    server.sync(&Workplace::new(), &LG).fails_saying(&["the answer is larger than 64 MiB, too large for a page"]);
}

#[test]
fn redirects_are_followed_only_to_the_same_server() {
    let place = Workplace::new();
    let other = serve([ok(feed(1, &[(0, "2026-11-02")]))]);
    let server = serve([
        reply("302 Found", &format!("location: {}\r\n", other.url), ""),
        reply("301 Moved Permanently", "location: /elsewhere?x=1\r\n", ""),
        ok(feed(1, &[(0, "2026-11-02")])),
    ]);
    server.sync(&place, &LG).fails_saying(&["redirects to another server (127.0.0.1:", "which relata does not follow"]);
    assert_eq!(other.questions(), [""; 0]);
    server.sync(&place, &LG).ok();
    assert_eq!(server.questions()[2], "/elsewhere?x=1");
    let circle = serve(vec![reply("302 Found", "location: /api\r\n", ""); 30]);
    circle.sync(&Workplace::new(), &LG).fails_saying(&["redirects from address to address"]);
    assert_eq!(circle.asked().len(), 6);
}

#[test]
fn a_server_that_repeats_pages_without_end_is_left_and_the_papers_are_kept() {
    let page = |total| ok(feed(total, &[(0, "2026-11-02"), (1, "2026-11-03")]));
    let growing = (1..40).map(|page_number| page(page_number * 2 + 100));
    let started = Instant::now();
    let place = Workplace::new();
    let server = serve(growing);
    server.sync(&place, &LG).fails_saying(&["the same papers again and again", "received so far are kept"]);
    assert_eq!((held(&place), server.asked().len()), (vec![0, 1], 4));

    let place = Workplace::new();
    let token = |token| ok(records(&[(0, "2026-11-02"), (1, "2026-11-03")], Some(token)));
    let server = serve(["a", "b", "c", "a", "d"].map(token));
    server.sync(&place, &lg_oai()).fails_saying(&["the same papers again and again"]);
    assert_eq!((held(&place), server.asked().len()), (vec![0, 1], 4));

    let place = Workplace::new();
    let page = |(number, token)| ok(records(&[(number, "2026-11-02")], Some(token)));
    let server = serve([(0, "a"), (1, "b"), (2, "a"), (3, "b")].map(page));
    server.sync(&place, &lg_oai()).fails_saying(&["sent a token for the second time, so its list has no end"]);
    assert_eq!(held(&place), [0, 1, 2]);
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn long_texts_of_servers_are_cut_in_messages() {
    let long = format!("no{}", "\u{9f}x".repeat(100_000));
    let error = super::answers::oai(&format!("<error code='{}'>{long}</error>", "c".repeat(100_000)));
    let refused = server_error(error);
    assert!(refused.len() < 1_500 && !refused.contains('\u{9f}'), "{refused}");
    let torn = server_error(format!("<OAI-PMH><{}></b></OAI-PMH>", "a".repeat(100_000)));
    assert!(torn.len() < 5_000, "{} bytes", torn.len());
}

fn server_error(answer: String) -> String {
    let server = serve(vec![ok(answer); 6]);
    let synced = server.sync(&Workplace::new(), &lg_oai());
    assert_eq!(synced.code, Some(2));
    synced.stderr
}
