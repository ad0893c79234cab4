//! Every kind of question and change, made through the engine instead of the program.

use relata::embed::EmbedOptions;
use relata::embed::store::ModelStore;
use relata::engine::{
    AddRequest, Answer, Decision, Engine, Facet, FeedRequest, Filters, Kind, ListRequest, MissingRequest, NoResults,
    Opinion, OpinionRequest, PaperList, Pasted, Ranker, Removal, ReportRequest, Request, unobserved,
};
use relata::paper::{Paper, Record};
use serde_json::json;

use crate::program::{Workplace, six_papers};

fn open(place: &Workplace) -> Engine {
    Engine::open(&place.library(), ModelStore::from_env().unwrap(), None, EmbedOptions::default()).unwrap()
}

fn ask(engine: &Engine, request: &Request) -> Answer {
    // A request is the same after it was written and read as JSON.
    let sent: Request = serde_json::from_value(serde_json::to_value(request).unwrap()).unwrap();
    assert_eq!(sent, *request);
    engine.ask(&sent, &unobserved).unwrap()
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.results.iter().map(|found| found.paper.id.as_str()).collect()
}

fn foreign(id: &str, title: &str, text: &str) -> Paper {
    let record = Record { id: id.into(), title: title.into(), abstract_text: text.into(), ..Record::default() };
    record.into_paper().unwrap()
}

fn list(name: &str, papers: Vec<Paper>, names: &[&str]) -> PaperList {
    PaperList { name: name.into(), papers, names: names.iter().map(|&name| name.to_owned()).collect() }
}

#[test]
fn papers_texts_lists_and_pasted_texts_are_seeds() {
    let place = Workplace::with(six_papers());
    let engine = open(&place);
    let answer = ask(&engine, &Request::like(["walk1"]));
    assert_eq!((ids(&answer)[0], answer.query.kind, answer.results.len()), ("walk2", Kind::Papers, 5));
    assert_eq!(answer.query.papers[0].title, "Legged robots learn to walk");
    let answer = ask(&engine, &Request::about("how proteins fold"));
    assert_eq!((ids(&answer)[0].starts_with("fold"), answer.query.kind), (true, Kind::Text));
    let pasted = Pasted { name: "clipboard".into(), text: "A robot dog crosses rubble. We train its gait.".into() };
    let answer = ask(&engine, &Request { pasted: Some(pasted), ..Request::default() });
    assert_eq!((ids(&answer)[0].starts_with("walk"), answer.query.kind), (true, Kind::TextFile));
    assert_eq!(answer.query.file.as_deref(), Some("clipboard"));
    let dogs = foreign("dogs", "Robot dogs", "Four-legged robots walk over rubble.");
    let like = vec![list("refs.bib", vec![dogs], &["lang1"])];
    let answer = ask(&engine, &Request { like, top_k: Some(2), ..Request::default() });
    assert_eq!((answer.query.like[0].papers, answer.results.len()), (2, 2));
    assert!(answer.results.iter().all(|found| found.seed.is_some()), "with two seeds, each result has its seed");
}

#[test]
fn requests_choose_facet_order_and_explanations() {
    let place = Workplace::with(six_papers());
    let engine = open(&place);
    let request = Request {
        facet: Some(Facet::Method),
        diversity: 0.5,
        half_life_years: Some(2.0),
        exact: true,
        explain: true,
        ..Request::like(["fold1"])
    };
    let answer = ask(&engine, &request);
    assert!(!answer.results.is_empty());
    assert!(answer.results.iter().all(|found| found.because.is_some() && found.parts.age <= 0.0));
    assert_eq!((answer.query.facet, answer.query.exact), (Some(Facet::Method), true));
    let by_words = ask(&engine, &Request { ranker: Ranker::Lexical, ..Request::about("sentences") });
    assert!(!by_words.results.is_empty() && by_words.results.iter().all(|found| found.parts.document == 0.0));
    let unlike = ask(&engine, &Request { not: vec!["walk2".into()], ..Request::like(["walk1", "fold1"]) });
    assert!(!ids(&unlike).contains(&"walk2") && unlike.query.not[0].id == "walk2");
    let both = Request { not: vec!["walk1".into()], ..Request::like(["walk1"]) };
    assert!(engine.ask(&both, &unobserved).unwrap_err().to_string().contains("every seed"));
}

#[test]
fn conditions_restrict_results_and_conditions_alone_list_the_newest_papers() {
    let papers: String = (0..6)
        .map(|n| format!("{}\n", json!({"id": format!("p{n}"), "title": format!("Bees {n}"), "year": 2015 + n, "abstract": "Bees dance."})))
        .collect();
    let place = Workplace::with(papers);
    let engine = open(&place);
    let answer = ask(&engine, &Request::about("dances year:2016..2018"));
    assert_eq!((answer.query.admitted, answer.results.len()), (Some(3), 3));
    let verbatim = ask(&engine, &Request { verbatim: true, ..Request::about("dances year:2016..2018") });
    assert_eq!((verbatim.query.admitted, verbatim.results.len()), (None, 6));
    let filters = Filters { since: Some("2018".into()), ..Filters::default() };
    let answer = ask(&engine, &Request { filters: filters.clone(), ..Request::like(["p0"]) });
    assert_eq!(ids(&answer).len(), 3);
    let newest = ask(&engine, &Request::about("since:2018"));
    assert_eq!((newest.query.kind, ids(&newest)), (Kind::Filters, vec!["p5", "p4", "p3"]));
    let exclude = vec![list("read.txt", Vec::new(), &["p5"]), list("unknown", Vec::new(), &["nobody"])];
    let answer = ask(&engine, &Request { filters, exclude, ..Request::like(["p0"]) });
    assert_eq!((answer.query.excluded, ids(&answer).contains(&"p5")), (1, false));
    assert_eq!(answer.notes, ["unknown: none of its papers is in the library"]);
    let doubtful = ask(&engine, &Request::about("bees year:20l8"));
    assert!(doubtful.notes[0].contains("is not a year"), "{:?}", doubtful.notes);
    let none = ask(&engine, &Request::about("bees since:2030"));
    assert_eq!(none.nothing, Some(NoResults::NoneAllowed));
    let wrong = Filters { since: Some("yesterday".into()), ..Filters::default() };
    assert!(engine.ask(&Request { filters: wrong, ..Request::like(["p0"]) }, &unobserved).is_err());
}

#[test]
fn ranked_candidates_have_their_places_and_their_own_records() {
    let place = Workplace::with(six_papers());
    let engine = open(&place);
    let dogs = foreign("my-name", "Robot dogs", "Four-legged robots walk over rubble.");
    let candidates = Some(list("to-read", vec![dogs], &["lang1", "nobody", "walk2"]));
    let answer = ask(&engine, &Request { candidates, ..Request::like(["walk1"]) });
    assert_eq!((answer.results.len(), answer.query.candidates), (3, Some(4)));
    let own = answer.results.iter().find(|found| found.candidate == Some(0)).unwrap();
    assert_eq!(own.paper.id.as_str(), "my-name");
    assert_eq!(answer.unknown, Some(vec!["nobody".to_owned()]));
    let nobody = Some(list("none", Vec::new(), &["nobody"]));
    let answer = ask(&engine, &Request { candidates: nobody, ..Request::like(["walk1"]) });
    assert_eq!(answer.nothing, Some(NoResults::NoCandidates));
}

#[test]
fn results_for_a_profile_alone_alternate_between_its_interests() {
    let place = Workplace::with(six_papers());
    place.run(&["like", "walk1", "fold1"]).ok();
    let engine = open(&place);
    let request = Request { profile: Some("default".into()), top_k: Some(2), ..Request::default() };
    let answer = ask(&engine, &request);
    let mut first = ids(&answer);
    first.sort_unstable();
    assert_eq!(first, ["fold2", "walk2"], "each interest has a result");
    assert_eq!(answer.query.profile.as_deref(), Some("default"));
    engine.mark_shown(&answer.results).unwrap();
    let answer = ask(&engine, &Request { exclude_seen: true, ..request });
    assert!(!ids(&answer).contains(&"walk2"));
}

#[test]
fn invalid_requests_are_refused() {
    let place = Workplace::with(six_papers());
    let engine = open(&place);
    let fails = |request: &Request, part: &str| {
        let error = engine.ask(request, &unobserved).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    };
    fails(&Request::default(), "nothing to compare with");
    fails(&Request::about("  "), "the text is empty");
    fails(&Request::like(["nobody"]), "nobody");
    fails(&Request { profile: Some("nobody".into()), ..Request::default() }, "no profile");
    assert!(serde_json::from_str::<Request>(r#"{"txt": "a"}"#).unwrap_err().to_string().contains("unknown field"));
    assert!(serde_json::from_str::<Request>(r#"{"ranker": "best"}"#).is_err());
    let numbers = [
        Request { diversity: 5.0, ..Request::like(["walk1"]) },
        Request { diversity: f32::NAN, ..Request::like(["walk1"]) },
        Request { half_life_years: Some(0.0), ..Request::like(["walk1"]) },
        Request { top_k: Some(0), ..Request::like(["walk1"]) },
        Request { top_k: Some(usize::MAX), ..Request::like(["walk1"]) },
    ];
    for request in numbers {
        assert!(engine.ask(&request, &unobserved).is_err(), "{request:?}");
    }
}

#[test]
fn records_in_a_request_are_read_as_add_reads_them() {
    let read = |json: &str| serde_json::from_str::<Request>(json);
    let text = r#"{"like": [{"papers": [{"title": " <i>Robot</i>  dogs ", "abstract": "They walk."}]}]}"#;
    let paper = read(text).unwrap().like.remove(0).papers.remove(0);
    assert_eq!((paper.title.as_str(), paper.id.as_str().is_empty()), ("Robot dogs", false));
    for bad in [r#"{"like": [{"papers": [{"abstract": "No title."}]}]}"#, r#"{"like": [{"papers": [7]}]}"#] {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[test]
fn all_actions_of_the_program_work_through_the_engine() {
    let place = Workplace::new();
    let models = ModelStore::from_env().unwrap();
    let engine = Engine::open_or_create(&place.library(), models, None, EmbedOptions::default()).unwrap();
    let added = engine.add(&AddRequest::of([place.file("papers.jsonl", six_papers()).into()]), &unobserved).unwrap();
    assert_eq!((added.added, added.embedded, engine.is_up_to_date().unwrap()), (6, 6, true));
    assert_eq!(engine.list(&ListRequest { limit: Some(2), ..ListRequest::default() }).unwrap().papers.len(), 2);
    assert_eq!(engine.show(&["walk1".to_owned()]).unwrap().papers[0].versions.len(), 1);
    assert_eq!(engine.info(true, &unobserved).unwrap().searchable, 6);

    let report = engine.report(&ReportRequest { all: true, ..ReportRequest::default() }, &unobserved).unwrap();
    assert_eq!(report.report.unwrap().entries.len(), 6);
    let draft = place.file("draft.md", "# Gaits\n\nFour-legged robots learn to walk over rough ground in simulation.");
    let missing = MissingRequest { file: draft.into(), markup: None, bib: Vec::new(), answer: Request::default() };
    let beside = MissingRequest { answer: Request::like(["walk1"]), ..missing.clone() };
    let refused = engine.missing(&beside, &unobserved).unwrap_err();
    assert!(refused.to_string().contains("leave out papers, texts and profiles"), "{refused}");
    let missing = engine.missing(&missing, &unobserved).unwrap();
    assert!(missing.results[0].paper.id.as_str().starts_with("walk"));

    let liked = OpinionRequest { profile: "me".into(), papers: vec!["fold1".into()], opinion: Some(Opinion::Liked) };
    assert_eq!(engine.set_opinion(&liked).unwrap().changes.len(), 1);
    assert_eq!(engine.profile("me", &unobserved).unwrap().interests[0].papers[0].id, "fold1");
    let feed = FeedRequest { profile: "me".into(), top_k: 3, all: false, exclude_seen: false };
    let first = engine.feed(&feed, &unobserved).unwrap();
    assert_eq!(first.entries[0].found.paper.id.as_str(), "fold2");
    engine.mark_feed_read(&first).unwrap();
    assert!(engine.feed(&feed, &unobserved).unwrap().entries.is_empty(), "nothing is recommended twice");

    let decided = engine.decide(&Decision::Join("walk1".into(), "walk2".into()), &unobserved).unwrap();
    assert_eq!(decided.named.len(), 2);
    assert_eq!(engine.info(false, &unobserved).unwrap().searchable, 5);
    engine.undo_decision(&unobserved).unwrap();
    let removal = Removal::Papers(vec!["lang1".into()]);
    assert_eq!(engine.remove(&removal, false, &unobserved).unwrap().papers.papers.len(), 1);
    assert!(!ids(&ask(&engine, &Request::like(["lang2"]))).contains(&"lang1"));
    engine.undo_remove(&unobserved).unwrap();
    assert!(ids(&ask(&engine, &Request::like(["lang2"]))).contains(&"lang1"));
}
