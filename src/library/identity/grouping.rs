//! From judgements about pairs to groups: which of many records are of one work.
//!
//! What says the same to the letter and shared identifiers count first, then what was one paper so far and is still
//! linked, so that a record that comes parts nothing; then titles with authors or abstracts, then titles alone (a guess,
//! which is taken back when it turns out that two works have the title). A record that titles would
//! join to two works that something keeps apart (a paper without authors, whose title two people gave) joins neither:
//! a double can be seen and joined, two works in one entry hide each other.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Features, Reason, Verdict, compare, speaks_against};

/// What is to be grouped: records, and what people said of them. Numbers are places in `features`.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// The records.
    pub features: Vec<Rc<Features>>,
    /// Those that nothing but a person's word joins to others.
    pub alone: BTreeSet<usize>,
    /// Pairs that are of one work.
    pub together: Vec<(usize, usize)>,
    /// Pairs that are not.
    pub apart: BTreeSet<(usize, usize)>,
    /// Pairs that say the same to the letter.
    pub twins: Vec<(usize, usize)>,
    /// Pairs that were of one work so far, and stay so if anything links them.
    pub kept: BTreeSet<(usize, usize)>,
}

/// Where a record belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The same number for all of one work: the least place among them.
    pub group: usize,
    /// The strongest reason that ties it to another record of the group; none if it is by itself.
    pub reason: Option<Reason>,
}

#[derive(Debug, Clone)]
struct Link {
    reason: Reason,
    between: (usize, usize),
}

/// Groups records; for n records, n² comparisons. The order of the records changes nothing but the groups' numbers.
pub fn groups(records: &Records) -> Vec<Membership> {
    let links = links(records);
    let count = records.features.len();
    let mut grouping = Grouping { records, linked: BTreeSet::new(), unit: Vec::new(), group: (0..count).collect() };
    for link in links.iter().filter(|link| link.reason == Reason::Person) {
        grouping.join(link.between);
    }
    grouping.join_allowed(links.iter().filter(|link| matches!(link.reason, Reason::Record | Reason::Identifier(_))));
    grouping.unit = grouping.group.clone();
    grouping.linked = links.iter().map(|link| grouping.units(link.between)).collect();
    let is_kept = |link: &&Link| link.reason != Reason::Title && records.kept.contains(&link.between);
    grouping.join_allowed(links.iter().filter(is_kept));
    let is_by_title =
        |link: &&Link| matches!(link.reason, Reason::Id | Reason::TitleAndAuthors | Reason::TitleAndAbstract);
    grouping.join_by_titles(links.iter().filter(is_by_title).collect());
    grouping.join_by_titles(links.iter().filter(|link| link.reason == Reason::Title).collect());
    let group = grouping.group;
    let reason = |place: usize| {
        let own =
            links.iter().filter(|Link { between: (a, b), .. }| (*a == place || *b == place) && group[*a] == group[*b]);
        own.map(|link| link.reason.clone()).min()
    };
    (0..group.len()).map(|place| Membership { group: group[place], reason: reason(place) }).collect()
}

/// All links, strongest first; among equals the order is that of what the records say.
fn links(records: &Records) -> Vec<Link> {
    let by_hand = records.together.iter().map(|&between| Link { reason: Reason::Person, between });
    let twins = records.twins.iter().map(|&between| Link { reason: Reason::Record, between });
    let mut links: Vec<Link> = by_hand.chain(twins).collect();
    let features = &records.features;
    for a in (0..features.len()).filter(|a| !records.alone.contains(a)) {
        for b in (a + 1..features.len()).filter(|b| !records.alone.contains(b)) {
            if let Verdict::Same(reason) = compare(&features[a], &features[b]) {
                links.push(Link { reason, between: (a, b) });
            }
        }
    }
    let content = |(a, b): (usize, usize)| {
        let [a, b] = [features[a].fingerprint, features[b].fingerprint];
        (a.min(b), a.max(b))
    };
    links.sort_by(|a, b| a.reason.cmp(&b.reason).then_with(|| content(a.between).cmp(&content(b.between))));
    links
}

struct Grouping<'a> {
    records: &'a Records,
    /// Of each record the least place among those that are of its work beyond doubt, by an identifier say.
    unit: Vec<usize>,
    /// Pairs of units of which something says that they are of one work: whatever speaks against others in the two, of
    /// other years perhaps, does not speak against that.
    linked: BTreeSet<(usize, usize)>,
    /// Of each record the least place in its group.
    group: Vec<usize>,
}

impl Grouping<'_> {
    fn join(&mut self, (a, b): (usize, usize)) {
        let (a, b) = (self.group[a], self.group[b]);
        let (least, other) = (a.min(b), a.max(b));
        self.group.iter_mut().filter(|group| **group == other).for_each(|group| *group = least);
    }

    fn join_allowed<'l>(&mut self, links: impl Iterator<Item = &'l Link>) {
        for link in links {
            if !self.is_forbidden(link.between) {
                self.join(link.between);
            }
        }
    }

    fn units(&self, (a, b): (usize, usize)) -> (usize, usize) {
        let (a, b) = (self.unit[a], self.unit[b]);
        (a.min(b), a.max(b))
    }

    fn members(&self, group: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.group.len()).filter(move |place| self.group[*place] == group)
    }

    fn pairs(&self, (a, b): (usize, usize)) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.members(a).flat_map(move |a| self.members(b).map(move |b| (a.min(b), a.max(b))))
    }

    /// Whether a person said that something in the groups of the two is not of one work.
    fn is_forbidden(&self, (a, b): (usize, usize)) -> bool {
        let (a, b) = (self.group[a], self.group[b]);
        a != b && self.pairs((a, b)).any(|pair| self.records.apart.contains(&pair))
    }

    /// Whether anything speaks against two groups being one.
    fn are_opposed(&self, (a, b): (usize, usize)) -> bool {
        let features = &self.records.features;
        let opposed = |(a, b): (usize, usize)| {
            let is_against =
                || !self.linked.contains(&self.units((a, b))) && speaks_against(&features[a], &features[b]);
            self.records.apart.contains(&(a, b)) || is_against()
        };
        a != b && self.pairs((a, b)).any(opposed)
    }

    fn join_by_titles(&mut self, links: Vec<&Link>) {
        let links: Vec<&Link> = links.into_iter().filter(|link| !self.is_forbidden(link.between)).collect();
        let mut neighbours: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for link in &links {
            let (a, b) = (self.group[link.between.0], self.group[link.between.1]);
            if a != b && !self.are_opposed((a, b)) {
                neighbours.entry(a).or_default().insert(b);
                neighbours.entry(b).or_default().insert(a);
            }
        }
        let mut is_unclear: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (group, others) in &neighbours {
            for a in others {
                if others.iter().any(|b| self.are_opposed((*a, *b))) {
                    is_unclear.insert((*group.min(a), *group.max(a)));
                }
            }
        }
        let clear: Vec<(usize, usize)> = links
            .iter()
            .map(|link| link.between)
            .filter(|(a, b)| {
                let (a, b) = (self.group[*a], self.group[*b]);
                !is_unclear.contains(&(a.min(b), a.max(b)))
            })
            .collect();
        for (a, b) in clear {
            if !self.are_opposed((self.group[a], self.group[b])) {
                self.join((a, b));
            }
        }
    }
}
