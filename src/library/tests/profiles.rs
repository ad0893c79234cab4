//! Tests of opinions and shown papers when papers are joined, split, removed and restored.

use jiff::Timestamp;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

impl Place {
    fn set_opinion(&mut self, second: i64, papers: &[&str], opinion: Option<Opinion>) -> Vec<Change> {
        let papers: Vec<PaperNumber> = papers.iter().map(|id| self.number(id)).collect();
        self.library.set_opinion(&self.lock, "mine", &papers, opinion, at(second)).unwrap()
    }

    /// The ids of the liked papers, and those of the disliked papers.
    fn said(&self) -> [Vec<String>; 2] {
        let profile = self.library.profile("mine").unwrap();
        let ids = |said: Vec<PaperOpinion>| -> Vec<String> {
            said.iter().map(|said| self.library.paper(said.paper).unwrap().unwrap().paper.id.to_string()).collect()
        };
        [ids(profile.liked), ids(profile.disliked)]
    }
}

fn place(ids: &[&str]) -> Place {
    let mut place = Place::new();
    ids.iter().for_each(|id| place.add_records(id, "A text of some length."));
    place
}

fn are(said: [Vec<String>; 2], liked: &[&str], disliked: &[&str]) {
    assert_eq!((said[0].as_slice(), said[1].as_slice()), (&strings(liked)[..], &strings(disliked)[..]));
}

fn strings(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

const LIKED: Option<Opinion> = Some(Opinion::Liked);
const DISLIKED: Option<Opinion> = Some(Opinion::Disliked);

#[test]
fn the_latest_opinion_counts_and_each_kind_has_its_own_undo() {
    let mut place = place(&["a", "b", "c"]);
    let state = place.library.state().unwrap().state;
    assert!(matches!(place.library.profile("mine"), Err(Error::ProfileNotFound { .. })));
    assert_eq!(place.set_opinion(1, &["b", "a"], LIKED).len(), 2);
    assert_eq!(place.set_opinion(2, &["a"], LIKED), [], "the opinion is the same");
    let change = Change { paper: place.number("a"), before: LIKED, now: DISLIKED };
    assert_eq!(place.set_opinion(3, &["a", "c"], DISLIKED)[0], change);
    are(place.said(), &["b"], &["a", "c"]);
    assert_eq!(place.set_opinion(4, &["c"], None).len(), 1);
    assert_eq!(place.set_opinion(4, &["c"], None), [], "the opinion is already cleared");
    are(place.said(), &["b"], &["a"]);
    let undo = |place: &mut Place, opinion| place.library.undo_opinion(&place.lock, "mine", opinion).unwrap().len();
    assert_eq!(undo(&mut place, DISLIKED), 1, "a is liked again; the opinion on c was cleared later");
    are(place.said(), &["a", "b"], &[]);
    assert_eq!(undo(&mut place, DISLIKED), 0);
    assert_eq!((undo(&mut place, None), undo(&mut place, LIKED), undo(&mut place, LIKED)), (0, 2, 0));
    are(place.said(), &[], &[]);
    assert_eq!(place.library.state().unwrap().state, state, "the searchable content is the same");
}

#[test]
fn an_opinion_stays_with_its_version_when_papers_are_joined_and_split() {
    let mut place = place(&["a", "b", "c"]);
    place.set_opinion(1, &["a", "b"], LIKED);
    place.set_opinion(2, &["b"], DISLIKED);
    place.library.mark_seen(&place.lock, &[place.number("b")], at(2)).unwrap();
    let (a, b) = (place.number("a"), place.number("b"));
    place.library.join(&place.lock, a, b).unwrap();
    are(place.said(), &[], &["a"]);
    assert_eq!(place.library.shown().unwrap()[0].paper, a);
    place.library.undo_decision(&place.lock).unwrap();
    are(place.said(), &["a"], &["b"]);
    place.library.join(&place.lock, a, b).unwrap();
    place.set_opinion(3, &["a"], LIKED);
    are(place.said(), &["a"], &[]);
    place.library.split_paper(&place.lock, a, Some(2)).unwrap();
    are(place.said(), &["a"], &["b"]);
}

#[test]
fn undoing_the_removal_of_papers_and_profiles_restores_opinions() {
    let mut place = place(&["a", "b"]);
    place.set_opinion(1, &["a", "b"], LIKED);
    let b = place.number("b");
    place.library.mark_seen(&place.lock, &[b], at(1)).unwrap();
    place.library.remove(&place.lock, &[b]).unwrap();
    are(place.said(), &["a"], &[]);
    assert_eq!(place.library.shown().unwrap(), []);
    place.library.undo_remove(&place.lock).unwrap();
    are(place.said(), &["a", "b"], &[]);
    assert_eq!(place.library.shown().unwrap().len(), 1);
    place.library.remove_source(&place.lock, "a.jsonl").unwrap();
    are(place.said(), &[], &[]);
    place.library.undo_remove(&place.lock).unwrap();
    are(place.said(), &["a", "b"], &[]);

    let before = place.library.profiles().unwrap();
    place.library.remove_profile(&place.lock, "mine").unwrap();
    assert_eq!(place.library.profiles().unwrap(), []);
    assert_eq!(place.library.undo_remove_profile(&place.lock).unwrap().as_slice(), before);
    assert_eq!(place.library.undo_remove_profile(&place.lock).unwrap(), None);
    place.library.remove_profile(&place.lock, "mine").unwrap();
    place.set_opinion(2, &["b"], DISLIKED);
    are(place.said(), &[], &["b"]);
    let taken = place.library.undo_remove_profile(&place.lock).unwrap_err().to_string();
    assert!(taken.contains("profile \"mine\" already exists"), "{taken}");
    assert_eq!(place.library.rename_profile(&place.lock, "mine", " other ").unwrap().name, "other");
    are(
        {
            place.library.undo_remove_profile(&place.lock).unwrap();
            place.said()
        },
        &["a", "b"],
        &[],
    );
    assert!(place.library.rename_profile(&place.lock, "mine", "other").is_err());
    for bad in [" ", "a\nb"] {
        assert!(matches!(place.library.rename_profile(&place.lock, "mine", bad), Err(Error::InvalidParameter(_))));
    }
    place.library.check().unwrap();
}

#[test]
fn a_feed_lists_each_paper_once_and_waits_for_papers_without_vectors() {
    let mut place = place(&["a", "b", "c"]);
    place.set_opinion(1, &["a"], LIKED);
    let profile = |place: &Place| place.library.profile("mine").unwrap();
    assert_eq!(place.library.new_for_feed(&profile(&place)).unwrap().len(), 3);
    assert_eq!(place.library.feed_limit(&profile(&place)).unwrap(), 0, "nothing is embedded");
    place.embed(Precision::Bf16, 1, &[]);
    place.add_records("d", "Not embedded yet.");
    let c = place.number("c");
    assert_eq!(place.library.feed_limit(&profile(&place)).unwrap(), c);
    let before = profile(&place);
    place.library.record_feed(&place.lock, &before, &[place.number("b")], c, at(7)).unwrap();
    assert_eq!((profile(&place).last_feed_paper, profile(&place).last_feed_at), (c, Some(at(7))));
    assert_eq!(place.library.new_for_feed(&profile(&place)).unwrap(), [place.number("d")]);
    assert_eq!(place.library.feed_limit(&profile(&place)).unwrap(), c);
    place.embed(Precision::Bf16, 1, &[]);
    assert_eq!(place.library.feed_limit(&profile(&place)).unwrap(), place.number("d"));
    // Papers that a feed showed, and papers that a person marked as seen.
    assert_eq!(place.library.mark_seen(&place.lock, &[place.number("b"), c], at(8)).unwrap(), [c]);
    assert_eq!(place.library.mark_seen(&place.lock, &[place.number("a")], at(9)).unwrap().len(), 1);
    let by: Vec<Option<String>> = place.library.shown().unwrap().into_iter().map(|shown| shown.by).collect();
    assert_eq!(by, [Some("mine".to_owned()), None, None]);
    assert_eq!(place.library.shown_for(&profile(&place)).unwrap().len(), 3);
    assert_eq!(place.library.undo_seen(&place.lock).unwrap(), [place.number("a")]);
    assert_eq!(place.library.clear_seen(&place.lock, Some(&[c, place.number("a")])).unwrap(), [c]);
    assert!(place.library.undo_seen(&place.lock).unwrap().is_empty());
    assert_eq!(place.library.clear_seen(&place.lock, None).unwrap(), [place.number("b")]);
    assert_eq!(place.library.shown().unwrap(), []);
    assert_eq!(profile(&place).last_feed_paper, c, "clearing does not make the feed consider the papers again");
}
