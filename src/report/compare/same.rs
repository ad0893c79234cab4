//! Which papers of two reports are the same ones.

use std::collections::{HashMap, VecDeque};

use super::read::PaperRead;
use crate::paper::title_key;

/// For each paper of `after` the place of the same one in `before`, each of which is one paper's at most.
///
/// First by id, of several with one id in their order; then by an identifier that one paper of each has, or else a title.
/// A paper whose title and identifiers both say something else is not the same, whatever it is called: files count their
/// papers from 1.
pub(super) fn matches(before: &[&PaperRead], after: &[&PaperRead]) -> Vec<Option<usize>> {
    let mut by_id: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (place, paper) in before.iter().enumerate() {
        by_id.entry(&paper.id).or_default().push_back(place);
    }
    let mut taken = vec![false; before.len()];
    let mut found: Vec<Option<usize>> = Vec::with_capacity(after.len());
    for paper in after {
        let places = by_id.get_mut(paper.id.as_str());
        let of_id = places.and_then(|places| {
            let next = places
                .iter()
                .position(|&place| has_title_of(before[place], paper) || !contradict(before[place], paper));
            next.and_then(|next| places.remove(next))
        });
        of_id.into_iter().for_each(|place| taken[place] = true);
        found.push(of_id);
    }
    let (keys_before, keys_after) = (keys_of_one(before), keys_of_one(after));
    for (place, paper) in after.iter().enumerate() {
        if found[place].is_some() {
            continue;
        }
        let known = keys(paper).find_map(|key| {
            let is_alone = keys_after.get(&key) == Some(&Some(place));
            let other = keys_before.get(&key).copied().flatten().filter(|&other| is_alone && !taken[other])?;
            (key.is_identifier || !contradict(before[other], paper)).then_some(other)
        });
        known.into_iter().for_each(|other| taken[other] = true);
        found[place] = known;
    }
    found
}

/// What a paper is known by.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    is_identifier: bool,
    text: String,
}

/// The surest first.
fn keys(paper: &PaperRead) -> impl Iterator<Item = Key> + '_ {
    let identifiers =
        paper.ids.iter().map(|(kind, value)| Key { is_identifier: true, text: format!("{kind}:{value}") });
    let title = title_key(&paper.title);
    identifiers.chain((!title.is_empty()).then_some(Key { is_identifier: false, text: title }))
}

/// Keys with the paper whose they are; `None` if several have one.
fn keys_of_one(papers: &[&PaperRead]) -> HashMap<Key, Option<usize>> {
    let mut of_one = HashMap::new();
    for (place, paper) in papers.iter().enumerate() {
        for key in keys(paper) {
            of_one.entry(key).and_modify(|other| *other = None).or_insert(Some(place));
        }
    }
    of_one
}

fn has_title_of(one: &PaperRead, other: &PaperRead) -> bool {
    title_key(&one.title) == title_key(&other.title)
}

/// Whether some kind of identifier names another work.
fn contradict(one: &PaperRead, other: &PaperRead) -> bool {
    one.ids.iter().any(|(kind, value)| other.ids.get(kind).is_some_and(|others| others != value))
}
