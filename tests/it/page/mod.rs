//! The HTML page of a report, tested in a browser.

mod browser;

use std::sync::Arc;

use browser::Browser;
use relata::analysis::{
    Analysis, Bridge, Cluster, EmbeddingStatistics, HeatMap, Histogram, Orphan, Pair, Relation, Spread,
};
use relata::engine::{BatchEntry, Explanation, Recommendation, SentenceMatch};
use relata::paper::{Paper, Record};
use relata::rank::Parts;
use relata::report::{Report, ReportFormat, Section, write};
use tempfile::TempDir;

use crate::program::{Workplace, six_papers};

const HOSTILE: [&str; 4] = [
    "<script>document.title = 'taken'</script> of bees",
    "\"Quoted\" 'bees' </script><!-- & <b>bold</b>",
    "نحل العسل يرقص",
    "Bees 🐝 in flight",
];

fn paper(place: usize) -> Paper {
    let title = HOSTILE.get(place).map_or_else(|| format!("Bees of meadow {place}"), |title| (*title).to_owned());
    let year = Some(2000 + place as i64 % 10);
    let record = Record { id: format!("bee{place}"), title: "Bees".into(), year, ..Record::default() };
    let text = Some(format!("They dance. They are of hive {place}. </script>"));
    // Sets the title after `into_paper`, which would clean it.
    Paper { title, abstract_text: text, ..record.into_paper().unwrap() }
}

fn near(rank: usize, place: usize) -> Recommendation {
    let match_of_sentences =
        SentenceMatch { seed: "They dance.".into(), paper: "<i>They sing.</i>".into(), similarity: 0.5 };
    Recommendation {
        rank,
        score: 0.9 - rank as f32 / 10.0,
        parts: Parts::default(),
        similarity: 0.5,
        percentile: Some(0.9),
        is_close: true,
        seed: None,
        candidate: Some(place),
        number: None,
        because: Some(Explanation { sentences: vec![match_of_sentences], ..Explanation::default() }),
        paper: Arc::new(paper(place)),
        reason: None,
    }
}

/// A report on 60 papers on bees: two clusters of 25 papers, and ten papers in no cluster.
fn bees() -> Report {
    const BEES: usize = 60;
    let entry = |place: usize| {
        let within = (1..=5).map(|step| near(step, (place + step) % BEES)).collect();
        BatchEntry { paper: paper(place), in_library: false, nearest: Vec::new(), within }
    };
    let cluster = |from: usize, term: &str| Cluster {
        papers: (from..from + 25).collect(),
        terms: vec![term.into(), "<wax>".into()],
        representative: from + 3,
        cohesion: 0.6,
    };
    let pair = |a: usize, kinship| Pair {
        papers: [a, a + 1],
        similarity: 0.9,
        percentile: Some(0.999),
        is_mutual: a.is_multiple_of(2),
        kinship,
    };
    let analysis = Analysis {
        pairs: (0..40).map(|a| pair(a, if a == 7 { Relation::Versions } else { Relation::Distinct })).collect(),
        clusters: vec![cluster(0, "honey"), cluster(25, "dance")],
        orphans: vec![Orphan { paper: 59, similarity: 0.1 }],
        bridges: vec![Bridge { paper: 58, clusters: [0, 1], similarities: [0.4, 0.4] }],
        map: (0..BEES).map(|place| [(place % 10) as f32 / 9.0, (place / 10) as f32 / 9.0]).collect(),
        heat_map: Some(HeatMap { order: (0..BEES).collect(), similarities: vec![0.25; BEES * BEES] }),
        spread: Some(Spread {
            years: vec![(2000, 6), (2001, 6)],
            venues: vec![("Hive".into(), 3)],
            ..Spread::default()
        }),
        embedding: Some(EmbeddingStatistics {
            shape: [BEES, 384],
            effective_rank: 31.0,
            variance_shares: vec![0.2, 0.1],
            similarities: Histogram { range: [-1.0, 1.0], counts: vec![0, 3, 5, 1] },
            percentile_scale: vec![(0.5, 0.1), (0.9, 0.3)],
        }),
    };
    Report {
        title: "Bees <& others>".into(),
        library_papers: 100,
        model: "all-MiniLM-L6-v2".into(),
        top_k: 5,
        made_at: "2026-03-14".into(),
        sections: Section::ALL.iter().copied().collect(),
        entries: (0..BEES).map(entry).collect(),
        analysis,
    }
}

/// Opens the page of the report on bees in a window of this size in pixels. Returns `None` without a browser.
fn opened(width: u32, height: u32) -> Option<(Browser, TempDir)> {
    let mut browser = Browser::start(width, height)?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bees.html");
    write(&bees(), ReportFormat::Html, &mut std::fs::File::create(&path).unwrap()).unwrap();
    browser.open(&path);
    Some((browser, folder))
}

#[test]
fn a_page_works_in_a_browser_without_network_and_errors() {
    let Some((mut browser, _folder)) = opened(1280, 900) else { return };

    // Titles are shown as text, not as markup.
    for (place, title) in HOSTILE.iter().enumerate() {
        let number = place + 1;
        let shown =
            browser.eval(&format!("document.querySelector('[id=\"{number}\"] h3').lastElementChild.textContent"));
        assert_eq!(shown, *title);
    }
    assert_eq!(browser.eval("document.title"), "Bees <& others>");

    // The lists are filled when they become visible.
    browser.eval("document.getElementById('1').scrollIntoView()");
    browser.wait_for("document.querySelectorAll('[id=\"1\"] .within li small').length === 5");
    let second = browser.eval("document.querySelector('[id=\"1\"] .within li').textContent");
    assert!(second.as_str().unwrap().starts_with(HOSTILE[1]), "{second}");
    assert_eq!(browser.eval("document.querySelector('[id=\"1\"] .match q').textContent"), "They dance.");
    assert_eq!(browser.eval("document.querySelector('[id=\"1\"] .match q + q').textContent"), "<i>They sing.</i>");

    // A search narrows the list, the map and the pairs.
    let left = "document.querySelectorAll('article:not([hidden])').length";
    assert_eq!(browser.eval(left), 60);
    browser.eval("document.getElementById('query').focus()");
    browser.type_text("meadow 4");
    browser.wait_for(&format!("{left} === 15"));
    assert_eq!(browser.eval("document.querySelector('output').textContent"), "15 of 60 papers");
    assert_eq!(browser.eval("document.querySelectorAll('#points .dim').length"), 45);
    browser.wait_for("document.querySelectorAll('#pairs tbody tr:not([hidden])').length === 9");
    browser.eval("query.value = ''; query.dispatchEvent(new Event('input'))");
    assert_eq!(browser.eval(left), 60);

    assert_eq!(browser.complaints(), Vec::<&serde_json::Value>::new());
}

#[test]
fn a_point_of_the_map_leads_to_its_paper() {
    let Some((mut browser, _folder)) = opened(1280, 900) else { return };
    let is_in_sight = |number: usize| {
        format!(
            "location.hash === '#{number}' && (() => {{ const box = document.getElementById('{number}')\
             .getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight; }})()"
        )
    };
    browser.click("#points a:nth-child(33) path");
    browser.wait_for(&is_in_sight(33));

    // The arrow key selects the point nearest to the middle, then the next point to the right.
    browser.eval("document.querySelector('.plot svg').focus({ preventScroll: true })");
    browser.press("ArrowRight");
    browser.wait_for("!document.querySelector('.tip').hidden");
    let first = browser.eval("document.querySelector('.plot .aloud').textContent");
    browser.press("ArrowRight");
    let next = browser.eval("document.querySelector('.plot .aloud').textContent");
    let number = |said: &serde_json::Value| {
        let digits: String = said.as_str().unwrap().chars().filter(char::is_ascii_digit).collect();
        digits.parse::<usize>().unwrap()
    };
    assert_eq!(number(&next), number(&first) + 1);
    browser.press("Enter");
    browser.wait_for(&is_in_sight(number(&next) + 1));

    // Zooms in, and back to the whole map.
    let zoomed =
        |zoom: &str| format!("document.getElementById('points').getAttribute('transform').endsWith('scale({zoom})')");
    browser.click(".zoom button");
    browser.wait_for(&zoomed("1.6"));
    browser.eval("document.querySelector('.plot svg').focus()");
    browser.press("0");
    browser.wait_for(&zoomed("1"));
    assert_eq!(browser.complaints(), Vec::<&serde_json::Value>::new());
}

#[test]
fn a_page_adapts_to_dark_mode_and_narrow_windows() {
    let Some((mut browser, _folder)) = opened(360, 740) else { return };
    let ground = "getComputedStyle(document.documentElement).backgroundColor";
    let light = browser.eval(ground);
    browser.prefer("dark");
    browser.wait_for(&format!("{ground} === 'rgb(21, 24, 27)'"));
    assert_eq!(light, "rgb(253, 253, 252)");
    // Nothing is wider than the screen.
    assert_eq!(browser.eval("document.documentElement.scrollWidth"), 360);
    assert_eq!(browser.complaints(), Vec::<&serde_json::Value>::new());
}

#[test]
fn a_printed_page_has_complete_lists_and_names_at_their_clusters() {
    let Some((mut browser, _folder)) = opened(1280, 900) else { return };
    browser.wait_for("[...document.querySelectorAll('.names li')].every((label) => label.style.left.endsWith('px'))");
    let printed = "dispatchEvent(new Event('beforeprint'));\
        ({ names: [...document.querySelectorAll('.names li')].every((label) => label.style.left.endsWith('%')),\
           pairs: getComputedStyle(document.querySelector('#pairs .more'), '::after').content,\
           found: document.querySelectorAll('[id=\"60\"] .within li small').length })";
    browser.medium("print");
    let pairs = "\"and 20 more on the page\"";
    assert_eq!(browser.eval(printed), serde_json::json!({ "names": true, "pairs": pairs, "found": 5 }));
    assert_eq!(browser.complaints(), Vec::<&serde_json::Value>::new());
}

#[test]
fn the_page_does_not_handle_key_combinations_of_the_browser() {
    let Some((mut browser, _folder)) = opened(1280, 900) else { return };
    for (part, key) in [(".plot svg", "0"), (".plot svg", "ArrowLeft"), (".heat canvas", "ArrowLeft")] {
        let taken = |modifier: &str| {
            format!(
                "!document.querySelector('{part}').dispatchEvent(\
                 new KeyboardEvent('keydown', {{ key: '{key}', cancelable: true{modifier} }}))"
            )
        };
        assert_eq!(browser.eval(&taken("")), true, "{part} {key}");
        for modifier in [", ctrlKey: true", ", metaKey: true", ", altKey: true"] {
            assert_eq!(browser.eval(&taken(modifier)), false, "{part} {key}{modifier}");
        }
    }
    assert_eq!(browser.complaints(), Vec::<&serde_json::Value>::new());
}

#[test]
fn the_page_that_the_program_writes_works_in_a_browser() {
    let Some(mut browser) = Browser::start(1280, 900) else { return };
    let place = Workplace::with(six_papers());
    place.run(&["report", "--all", "-o", "out.html", "-k", "2"]).ok();
    browser.open(&place.path("out.html"));
    browser.eval("document.getElementById('query').focus()");
    browser.type_text("walking machines");
    browser.wait_for("document.querySelectorAll('article:not([hidden])').length === 1");
    assert_eq!(browser.complaints(), Vec::<&serde_json::Value>::new());
}
