//! Groups the records of each work, from judgements about pairs of records.
//!
//! Links are applied from the strongest reason to the weakest. A link made by a person always joins two groups. Any
//! other link joins them unless a person split a record of one group from a record of the other. A link by title also
//! requires that no record of one group contradicts a record of the other. In doubt, two papers are kept: a person can
//! see duplicates and join them, but cannot see two works in one entry.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Features, Reason, Verdict, compare, contradict};

/// Records to group, with what people decided. Numbers are places in `features`.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// The records.
    pub features: Vec<Rc<Features>>,
    /// Records that only a person may join to others.
    pub alone: BTreeSet<usize>,
    /// Pairs that a person joined.
    pub together: Vec<(usize, usize)>,
    /// Pairs that a person split, the smaller number first.
    pub apart: BTreeSet<(usize, usize)>,
    /// Pairs of equal records.
    pub copies: Vec<(usize, usize)>,
}

/// Where a record belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The same number for all records of one work: the smallest place among them.
    pub group: usize,
    /// The strongest reason that links it to another record of the group; `None` if the group has no other record.
    pub reason: Option<Reason>,
}

struct Link {
    reason: Reason,
    pair: (usize, usize),
}

/// Groups records; for n records, n² comparisons. The order of the records changes only the groups' numbers.
pub fn groups(records: &Records) -> Vec<Membership> {
    let links = links(records);
    let mut group: Vec<usize> = (0..records.features.len()).collect();
    for Link { reason, pair: (a, b) } in &links {
        let (a, b) = (group[*a], group[*b]);
        if a != b && (*reason == Reason::Person || may_join(records, &group, (a, b), reason)) {
            group.iter_mut().filter(|group| **group == a.max(b)).for_each(|group| *group = a.min(b));
        }
    }
    let reason = |place: usize| {
        let own = links.iter().find(|Link { pair: (a, b), .. }| (*a == place || *b == place) && group[*a] == group[*b]);
        own.map(|link| link.reason.clone())
    };
    (0..group.len()).map(|place| Membership { group: group[place], reason: reason(place) }).collect()
}

/// All links, strongest first; links of equal strength are ordered by the content of their records.
fn links(records: &Records) -> Vec<Link> {
    let by_hand = records.together.iter().map(|&pair| Link { reason: Reason::Person, pair });
    let copies = records.copies.iter().map(|&pair| Link { reason: Reason::Record, pair });
    let mut links: Vec<Link> = by_hand.chain(copies).collect();
    let features = &records.features;
    for a in (0..features.len()).filter(|a| !records.alone.contains(a)) {
        for b in (a + 1..features.len()).filter(|b| !records.alone.contains(b)) {
            if let Verdict::Same(reason) = compare(&features[a], &features[b]) {
                links.push(Link { reason, pair: (a, b) });
            }
        }
    }
    links.sort_by_cached_key(|Link { reason, pair: (a, b) }| {
        let [a, b] = [features[*a].fingerprint, features[*b].fingerprint];
        (reason.clone(), a.min(b), a.max(b))
    });
    links
}

/// Whether a link may join two groups.
fn may_join(records: &Records, group: &[usize], (a, b): (usize, usize), reason: &Reason) -> bool {
    let is_by_title = !matches!(reason, Reason::Record | Reason::Identifier(_));
    let members = |wanted: usize| (0..group.len()).filter(move |place| group[*place] == wanted);
    members(a).all(|a| {
        members(b).all(|b| {
            let is_split = records.apart.contains(&(a.min(b), a.max(b)));
            let is_opposed = is_split || (is_by_title && contradict(&records.features[a], &records.features[b]));
            !is_opposed
        })
    })
}
