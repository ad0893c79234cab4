//! `relata sync arxiv`, against a server on this machine that behaves as arXiv's do, well and badly.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::recommender::Recommender;
use relata::sync::{Clock, Interface, Servers, Source, SyncOptions, SyncSummary};

use crate::program::{Ran, Workplace, ran};

/// An answer of the server.
#[derive(Clone)]
struct Reply {
    status: &'static str,
    headers: String,
    body: String,
    /// Bytes of the body that never come.
    missing: usize,
    delay: Duration,
}

fn reply(status: &'static str, headers: &str, body: impl Into<String>) -> Reply {
    Reply { status, headers: headers.to_owned(), body: body.into(), missing: 0, delay: Duration::ZERO }
}

fn ok(body: impl Into<String>) -> Reply {
    reply("200 OK", "", body)
}

/// A request as the server saw it.
#[derive(Debug, Clone)]
struct Asked {
    /// Path and query, with `%xx` resolved.
    what: String,
    headers: Vec<String>,
    at: Instant,
}

struct Server {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// Gives the answers one after the other, whatever is asked; then it fails.
fn serve(replies: impl IntoIterator<Item = Reply>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (seen, mut replies) = (asked.clone(), replies.into_iter().collect::<Vec<_>>().into_iter());
    std::thread::spawn(move || {
        // One connection at a time, as arXiv wants it: whoever opens a second one waits for the first to end.
        for stream in listener.incoming() {
            let next = replies.next().unwrap_or_else(|| reply("500 Internal Server Error", "", "no more answers"));
            // A client that goes away is none of the server's business.
            let _ = answer(stream.unwrap(), &next, &seen);
        }
    });
    Server { url, asked }
}

fn answer(mut stream: TcpStream, reply: &Reply, seen: &Mutex<Vec<Asked>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().unwrap()?;
    let headers = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).map(|l| l.to_lowercase()).collect();
    let what = resolved(request.split(' ').nth(1).unwrap());
    seen.lock().unwrap().push(Asked { what, headers, at: Instant::now() });
    std::thread::sleep(reply.delay);
    let Reply { status, headers, body, missing, .. } = reply;
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n")?;
    stream.write_all(&body.as_bytes()[..length - missing])
}

fn resolved(text: &str) -> String {
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
    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    fn questions(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.what).collect()
    }

    fn command(&self, place: &Workplace, arguments: &[&str]) -> Command {
        let mut command = place.command(&[&["sync"], arguments].concat());
        command.env("RELATA_ARXIV_API_URL", &self.url).env("RELATA_ARXIV_OAI_URL", &self.url);
        command.env("RELATA_ARXIV_PAUSE_MS", "20").env_remove("RELATA_OFFLINE");
        for proxy in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env_remove(proxy);
        }
        command
    }

    fn sync(&self, place: &Workplace, arguments: &[&str]) -> Ran {
        ran(self.command(place, arguments).stdin(Stdio::null()).output().unwrap())
    }
}

/// Papers on bees: (number of the paper, day on which it appeared).
type Papers<'a> = &'a [(u32, &'a str)];

const TITLES: [&str; 6] = [
    "How honeybees find their way home",
    "Counting wingbeats with a microphone",
    "A neural network that smells varroa mites",
    "Dancing robots recruit foragers",
    "Sleep deprivation in bumblebees",
    "Swarms as distributed computers",
];

/// A feed of the search interface as arXiv sends it.
fn feed(total: usize, papers: Papers) -> String {
    let entry = |(number, day): &(u32, &str)| {
        let title = TITLES[*number as usize];
        format!(
            "  <entry>
    <id>http://arxiv.org/abs/2611.{number:05}v1</id>
    <title>{title}</title>
    <updated>{day}T15:05:19Z</updated>
    <link href=\"https://arxiv.org/abs/2611.{number:05}v1\" rel=\"alternate\" type=\"text/html\"/>
    <link href=\"https://arxiv.org/pdf/2611.{number:05}v1\" rel=\"related\" type=\"application/pdf\" title=\"pdf\"/>
    <summary>We study bees. Our finding number {number} is that {title}.</summary>
    <category term=\"cs.LG\" scheme=\"http://arxiv.org/schemas/atom\"/>
    <published>{day}T15:05:19Z</published>
    <arxiv:primary_category term=\"cs.LG\"/>
    <author><name>Ada Drone</name></author>
    <author><name>Karl von Frisch</name></author>
  </entry>\n"
        )
    };
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\" xmlns:arxiv=\"http://arxiv.org/schemas/atom\" \
         xmlns=\"http://www.w3.org/2005/Atom\">
  <id>https://arxiv.org/api/beesbeesbees</id>
  <title>arXiv Query: search_query=cat:cs.LG&amp;start=0</title>
  <updated>2026-11-21T00:00:00Z</updated>
  <opensearch:itemsPerPage>200</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
{}</feed>\n",
        papers.iter().map(entry).collect::<String>()
    )
}

/// An answer of the harvesting interface.
fn oai(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd\">
    <responseDate>2026-11-21T03:04:05Z</responseDate>
    <request>https://oaipmh.arxiv.org/oai</request>
    {inside}
</OAI-PMH>"
    )
}

fn records(papers: Papers, token: Option<&str>) -> String {
    let record = |(number, day): &(u32, &str)| {
        let title = TITLES[*number as usize];
        format!(
            "<record><header><identifier>oai:arXiv.org:2611.{number:05}</identifier><datestamp>{day}</datestamp>\
             <setSpec>cs:cs:LG</setSpec></header><metadata>
<arXiv xmlns=\"http://arxiv.org/OAI/arXiv/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">
<id>2611.{number:05}</id><created>2026-11-01</created><authors><author><keyname>Drone</keyname>\
             <forenames>Ada</forenames></author></authors><title>{title}</title><categories>cs.LG q-bio.NC</categories>\
             <license>http://creativecommons.org/licenses/by/4.0/</license>\
             <abstract>  We study bees. Our finding number {number} is that {title}.
</abstract></arXiv></metadata></record>\n"
        )
    };
    let token = token.map(|token| format!("<resumptionToken expires='2026-11-22T00:00:00Z'>{token}</resumptionToken>"));
    let papers: String = papers.iter().map(record).collect();
    oai(&format!("<ListRecords>{papers}{}</ListRecords>", token.unwrap_or_default()))
}

fn oai_error(code: &str) -> String {
    oai(&format!("<error code='{code}'>The server says why.</error>"))
}

/// Numbers of the papers that a library holds.
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
fn papers_come_page_by_page_and_the_next_sync_asks_for_what_came_since() {
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
            // Percent signs of the token arrive as such.
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
    // A day back from the last sync, which was today.
    let from = days_ago(1).max("2026-11-01".to_owned());
    assert!(server.questions()[2].ends_with(&format!("&set=cs:cs:LG&from={from}")), "{:?}", server.questions());
}

#[test]
fn the_search_interface_is_paged_through_and_asked_whether_anything_changed() {
    let place = Workplace::new();
    let (since, today) = (days_ago(2), days_ago(0));
    let etag = "ETag: \"bees-1\"\r\nLast-Modified: Sat, 21 Nov 2026 00:00:00 GMT\r\n";
    let server = serve([
        reply("200 OK", etag, feed(3, &[(0, &since), (1, &since)])),
        ok(feed(3, &[(2, &today)])),
        reply("304 Not Modified", "", ""),
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
    assert_eq!(server.questions(), [question(0), question(2)], "behind what came, not behind what was asked for");
    assert_eq!(held(&place), [0, 1, 2]);
    let second = server.sync(&place, &["arxiv"]);
    assert_eq!(second.code, Some(1), "{}", second.stderr);
    let asked = &server.asked()[2];
    assert_eq!(asked.what, question(0));
    for header in ["if-none-match: \"bees-1\"", "if-modified-since: sat, 21 nov 2026 00:00:00 gmt"] {
        assert!(asked.headers.iter().any(|found| found == header), "{header}: {:?}", asked.headers);
    }
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_damaged_answer_is_asked_for_again_and_never_becomes_papers() {
    let place = Workplace::new();
    let whole = feed(2, &[(0, "2026-11-02"), (1, "2026-11-03")]);
    let [cut, torn] = [whole.len() - 9, whole.find("rel=\"alt").unwrap() + 6].map(|end| whole[..end].to_owned());
    let broken_off = Reply { missing: 100, ..ok(whole.as_str()) };
    let page = "<!DOCTYPE html>\n<html><head><title>arXiv is down</title></head><body><p>Please wait</body></html>";
    for (bad, reason) in [
        (ok(cut), "the answer breaks off"),
        (ok(torn), "the answer is no sound XML"),
        (broken_off, "the answer broke off"),
        (ok(page), "a web page came in place of a list of papers"),
        (ok(""), "the answer is empty"),
        (ok(feed(2, &[])), "an empty page came though 2 papers are due"),
        (reply("502 Bad Gateway", "", page), "the server failed (HTTP 502)"),
    ] {
        let place = Workplace::new();
        let server = serve([bad, ok(whole.as_str())]);
        let synced = server.sync(&place, &[LG.as_slice(), &["--json"]].concat()).ok();
        assert!(synced.stderr.contains(reason) && synced.stderr.contains("asking again in"), "{}", synced.stderr);
        let json: serde_json::Value = serde_json::from_str(&synced.stdout).unwrap();
        assert_eq!((&json["added"], &json["sources"][0]["requests"]), (&2.into(), &2.into()), "{reason}");
        assert_eq!(json["skipped"], serde_json::json!([]));
        assert_eq!(held(&place), [0, 1], "{reason}");
    }
    // Mid-list, an empty feed is one of arXiv's known faults.
    let server = serve([ok(feed(2, &[(0, "2026-11-02")])), ok(feed(0, &[])), ok(feed(2, &[(1, "2026-11-03")]))]);
    let synced = server.sync(&place, &LG).ok();
    assert!(synced.stderr.contains("an empty page came though 1 papers are due"), "{}", synced.stderr);
    assert_eq!(held(&place), [0, 1]);
}

#[test]
fn a_busy_server_is_given_the_time_that_it_asks_for() {
    let place = Workplace::new();
    let date = Timestamp::now() + jiff::SignedDuration::from_secs(3);
    let date = date.strftime("Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n").to_string();
    let server = serve([
        reply("503 Service Unavailable", "Retry-After: 1\r\n", "busy"),
        reply("429 Too Many Requests", &date, "Rate exceeded."),
        ok(records(&[(0, "2026-11-02")], None)),
    ]);
    let synced = server.sync(&place, &lg_oai()).ok();
    assert!(synced.stderr.contains("the server is busy (HTTP 503); asking again in 1 s"), "{}", synced.stderr);
    let asked = server.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1));
    // To the second, and the first wait was a part of it.
    assert!(asked[2].at - asked[0].at >= Duration::from_secs(2), "{:?}", asked[2].at - asked[0].at);
    assert_eq!(held(&place), [0]);

    let server = serve([reply("503 Service Unavailable", "Retry-After: 86400\r\n", "")]);
    let refused = server.sync(&Workplace::new(), &LG);
    refused.fails_saying(&["wants to be left alone for 1440 minutes. Try again then", "Nothing was received"]);
}

#[test]
fn a_token_that_expired_begins_the_list_anew_from_the_last_paper() {
    let place = Workplace::new();
    let server = serve([
        ok(records(&[(0, "2026-11-02"), (1, "2026-11-04")], Some("old"))),
        ok(oai_error("badResumptionToken")),
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
fn when_a_server_is_given_up_what_came_is_kept_and_the_next_sync_goes_on() {
    let place = Workplace::new();
    let server = serve([ok(records(&[(0, "2026-11-02"), (1, "2026-11-04")], Some("next")))]);
    let synced = server.sync(&place, &lg_oai());
    synced.fails_saying(&[
        "the server failed (HTTP 500); given up after 6 tries. Try again later. The 2 papers received so far are kept",
        "`relata sync arxiv --category cs.LG --oai --since 2026-11-04` goes on from there",
    ]);
    assert_eq!(server.asked().len(), 7);
    assert_eq!(held(&place), [0, 1]);
    // They are ready to be found.
    assert_eq!(place.json(&["search", "honeybees", "-k", "1"])["results"][0]["paper"]["id"], "arxiv:2611.00000");
    let server = serve([ok(records(&[(2, "2026-11-05")], None))]);
    server.sync(&place, &["arxiv"]).ok();
    assert!(server.questions()[0].ends_with("resumptionToken=next"), "{:?}", server.questions());
    assert_eq!(held(&place), [0, 1, 2]);
}

#[test]
fn killed_between_pages_a_sync_loses_nothing() {
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
fn a_refusal_is_passed_on_at_once() {
    let error = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><opensearch:totalResults xmlns:opensearch=\"o\">1\
                 </opensearch:totalResults><entry><id>http://arxiv.org/api/errors#dates</id><title>Error</title>\
                 <summary>incorrect date range</summary></entry></feed>";
    for status in ["400 Bad Request", "200 OK"] {
        let place = Workplace::new();
        let server = serve([reply(status, "", error)]);
        let refused = server.sync(&place, &LG);
        refused
            .fails_saying(&["it says: incorrect date range; check the category and the dates", "Nothing was received"]);
        assert_eq!((server.asked().len(), held(&place).len()), (1, 0));
    }
    let server = serve([ok(oai_error("badArgument"))]);
    server.sync(&Workplace::new(), &lg_oai()).fails_saying(&["it says: The server says why. (badArgument)"]);
    let server = serve([reply("404 Not Found", "", "<html></html>")]);
    server.sync(&Workplace::new(), &LG).fails_saying(&["the server refuses the request (HTTP 404)"]);
}

#[test]
fn a_limit_is_kept_to_the_paper_and_the_next_sync_goes_on_behind_it() {
    let place = Workplace::new();
    let page = records(&[(0, "2026-11-02"), (1, "2026-11-02"), (2, "2026-11-02")], Some("next"));
    let server = serve([ok(page.as_str()), ok(page.as_str()), ok(records(&[(3, "2026-11-03")], None))]);
    let first = server.sync(&place, &[lg_oai().as_slice(), &["--limit", "2"]].concat()).ok();
    assert!(first.stdout.contains("2 added") && first.stdout.contains(", and there are more"), "{}", first.stdout);
    assert_eq!((held(&place), server.asked().len()), (vec![0, 1], 1));
    let second = server.sync(&place, &["--limit", "2"]).ok();
    assert!(second.stdout.contains("2 added, 0 updated, 2 unchanged"), "{}", second.stdout);
    assert_eq!(held(&place), [0, 1, 2, 3]);
}

#[test]
fn papers_that_arxiv_deleted_are_told_and_kept() {
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
    assert!(second.stderr.contains("1 were deleted at arXiv; the library keeps them"), "{}", second.stderr);
    assert!(second.stdout.contains("0 skipped"), "a paper that is gone is no bad record: {}", second.stdout);
    server.sync(&place, &["arxiv"]).ok();
    assert_eq!(held(&place), [0, 1]);
}

#[test]
fn a_dry_run_asks_and_stores_nothing() {
    let place = Workplace::new();
    let server = serve([ok(feed(1, &[(0, "2026-11-02")])), ok(feed(1, &[(0, "2026-11-02")]))]);
    let dry = server.sync(&place, &[LG.as_slice(), &["-n"]].concat()).ok();
    assert!(dry.stdout.contains("would be 1 added"), "{}", dry.stdout);
    assert!(!place.library().exists());
    server.sync(&place, &LG).ok();
    let dry = server.sync(&place, &["--dry-run"]);
    dry.fails_saying(&["HTTP 500", "Nothing was stored, since this was a dry run"]);
}

#[test]
fn a_look_back_does_not_move_where_the_next_sync_begins() {
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
fn a_list_with_an_end_is_gone_on_with_beyond_it() {
    let place = Workplace::new();
    let server = serve([ok(records(&[(0, "2026-11-02")], Some("up-to-the-fifth")))]);
    let with_end = [lg_oai().as_slice(), &["--until", "2026-11-05"]].concat();
    server.sync(&place, &with_end).fails_saying(&["--oai --since 2026-11-02 --until 2026-11-05` goes on from there"]);
    let server =
        serve([ok(records(&[(0, "2026-11-02"), (1, "2026-11-04")], None)), ok(records(&[(2, "2026-11-09")], None))]);
    server.sync(&place, &with_end).ok();
    server.sync(&place, &[]).ok();
    let questions = server.questions();
    // Its token would end there, too.
    assert!(questions[0].ends_with("&from=2026-11-01&until=2026-11-05"), "{questions:?}");
    assert!(questions[1].ends_with("&from=2026-11-04"), "{questions:?}");
    assert_eq!(held(&place), [0, 1, 2]);
}

#[test]
fn what_cannot_be_asked_is_refused_before_anybody_is() {
    let server = serve([]);
    let place = Workplace::new();
    for (arguments, reason) in [
        (&["arxiv", "--category", "cs.LG"][..], "nothing of cs.LG was synced into this library before; say from which"),
        (&["arxiv", "--category", "bees", "--since", "2026-11-01"], "arXiv has no category \"bees\""),
        (&["arxiv", "--category", "cs.LG", "--since", "2999-01-01"], "--since 2999-01-01 lies in the future"),
        (&["arxiv", "--category", "cs.LG", "--since", "2026-11-05", "--until", "2026-11-01"], "lies before --since"),
        (&["arxiv", "--category", "cs.LG", "--since", "tomorrow"], "invalid value 'tomorrow' for '--since"),
        (&["arxiv"], "nothing was synced into this library before"),
        (&[], "nothing was synced into this library before"),
    ] {
        server.sync(&place, arguments).fails_saying(&[reason]);
    }
    let offline = ran(server.command(&place, &LG).env("RELATA_OFFLINE", "1").output().unwrap());
    offline.fails_saying(&["RELATA_OFFLINE is set, so nobody was asked for papers"]);
    assert_eq!(server.questions(), [""; 0]);
}

/// A clock that is put forward by waiting, and keeps the waits.
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

/// Syncs cs.LG and cs.CL with arXiv's own pause; what came of it, and the waits in seconds.
fn sync_in_no_time(place: &Workplace, url: &str, interface: Interface) -> (SyncSummary, Vec<u64>) {
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let clock = TestClock { now: Mutex::new(now), waits: Mutex::default() };
    let models = ModelStore::from_env().unwrap();
    let mut recommender = Recommender::open_or_create(&place.library(), models, None, EmbedOptions::default()).unwrap();
    let servers = Servers {
        search: url.to_owned(),
        oai: url.to_owned(),
        timeout: Duration::from_millis(500),
        ..Servers::default()
    };
    let since: Date = "2026-11-01".parse().unwrap();
    let options = SyncOptions { since: Some(since), servers, ..SyncOptions::default() };
    let sources = ["cs.LG", "cs.CL"].map(|name| Source { interface, category: name.parse().unwrap() });
    let summary = relata::sync::sync(&mut recommender, &sources, &options, &clock, &|_| ()).unwrap();
    (summary, clock.waits.into_inner().unwrap())
}

#[test]
fn three_seconds_lie_between_requests_also_from_one_category_to_the_next() {
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
fn waits_grow_with_failures_and_what_the_server_says_is_obeyed() {
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
        // No host there any more.
        reply("301 Moved Permanently", "Location: http://127.0.0.1:1/\r\n", ""),
    ]);
    let (summary, waits) = sync_in_no_time(&place, &server.url, Interface::Oai);
    // 20 as it says; then 12 and 24 for the second and third failure; up to the date; 96 for the fifth. The second
    // category: the pause, then the first two waits of a server that cannot be reached, then the servers's failure.
    assert_eq!(waits[..5], [20, 12, 24, 300 - 56, 96], "{:?}", summary.failure);
    assert_eq!(summary.papers.added, 1);
    let [first, second] = &summary.sources[..] else { panic!("{:?}", summary.sources) };
    assert!(first.complete && !second.complete);
    assert!(summary.failure.unwrap().to_string().contains("given up after"));
}
