//! Compares two clusterings of the same papers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::changes::{PaperName, name, rounded};
use super::read::{ClusterRead, Member, ReportRead};
use crate::report::wording::{TERMS_OF_NAME, count};

/// Changes of clusters. Only papers that are in both reports count.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClusterChanges {
    /// Numbers of clusters in the earlier and in the later report.
    pub count: [usize; 2],
    /// Adjusted Rand index of the two clusterings: 1 if they are the same, about 0 for chance (Hubert and Arabie,
    /// "Comparing partitions", 1985). A paper in no cluster counts as a cluster of its own. `null` for fewer than two
    /// papers.
    pub agreement: Option<f64>,
    /// Clusters that changed, largest first.
    pub changes: Vec<ClusterChange>,
}

/// A cluster that is new, gone, or has other papers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClusterChange {
    /// Its earlier name; `null` if it is new.
    pub before: Option<String>,
    /// Its later name; `null` if it is gone.
    pub after: Option<String>,
    /// Number of papers in both the earlier and the later cluster.
    pub stayed: usize,
    /// Papers only in the later cluster.
    pub came: Vec<PaperName>,
    /// Papers only in the earlier cluster.
    pub went: Vec<PaperName>,
}

/// Compares the clusters of two reports. `pairs` has the earlier and the later place of each common paper. `None` if a
/// report has no section of clusters.
pub(super) fn compare(before: &ReportRead, after: &ReportRead, pairs: &[[usize; 2]]) -> Option<ClusterChanges> {
    let (clusters_before, clusters_after) = (before.clusters()?, after.clusters()?);
    let labels_before = labels(before, clusters_before, pairs.iter().map(|pair| pair[0]));
    let labels_after = labels(after, clusters_after, pairs.iter().map(|pair| pair[1]));
    let [members_before, members_after] =
        [(clusters_before, &labels_before), (clusters_after, &labels_after)].map(|(clusters, labels)| {
            let mut members = vec![BTreeSet::new(); clusters.len()];
            for (pair, label) in labels.iter().enumerate().filter(|(_, label)| **label < clusters.len()) {
                members[*label].insert(pair);
            }
            members
        });
    let paper = |place: &usize| name(&after.papers[pairs[*place][1]].paper);
    let papers = |places: &BTreeSet<usize>| places.iter().map(paper).collect::<Vec<_>>();
    let mut changes = Vec::new();
    for (one, other) in match_clusters(&labels_before, &labels_after, &members_before, &members_after) {
        let empty = BTreeSet::new();
        let [was, is] = [one.map(|at| &members_before[at]), other.map(|at| &members_after[at])];
        let [was, is] = [was, is].map(|members| members.unwrap_or(&empty));
        if was == is {
            continue;
        }
        changes.push(ClusterChange {
            before: one.map(|at| cluster_name(&clusters_before[at])),
            after: other.map(|at| cluster_name(&clusters_after[at])),
            stayed: was.intersection(is).count(),
            came: papers(&(is - was)),
            went: papers(&(was - is)),
        });
    }
    changes.sort_by_key(|change| std::cmp::Reverse(change.stayed + change.came.len() + change.went.len()));
    Some(ClusterChanges {
        count: [clusters_before.len(), clusters_after.len()],
        agreement: (pairs.len() > 1).then(|| rounded(adjusted_rand_index(&labels_before, &labels_after))),
        changes,
    })
}

fn cluster_name(cluster: &ClusterRead) -> String {
    match cluster.terms.is_empty() {
        true => count(cluster.papers.len() as u64, "paper", "papers"),
        false => cluster.terms[..cluster.terms.len().min(TERMS_OF_NAME)].join(", "),
    }
}

/// Returns the cluster number of the paper at each of `places`. Each paper in no cluster gets a number of its own,
/// after the numbers of the clusters.
fn labels(report: &ReportRead, clusters: &[ClusterRead], places: impl Iterator<Item = usize>) -> Vec<usize> {
    // If several papers have the same id, the first counts.
    let ids = report.papers.iter().enumerate().rev().map(|(place, entry)| (entry.paper.id.as_str(), place));
    let by_id: HashMap<&str, usize> = ids.collect();
    let mut labels = HashMap::new();
    for (label, cluster) in clusters.iter().enumerate() {
        let place = |member: &Member| match member {
            Member::Place(place) => Some(*place),
            Member::Id(id) => by_id.get(id.as_str()).copied(),
        };
        labels.extend(cluster.papers.iter().filter_map(place).map(|place| (place, label)));
    }
    let alone = clusters.len()..;
    places.zip(alone).map(|(place, alone)| labels.get(&place).copied().unwrap_or(alone)).collect()
}

/// Matches earlier with later clusters, those with the greatest Jaccard index of their papers first. Each cluster is in
/// one pair; a cluster without a match is paired with `None`. Clusters without a paper that is in both reports are
/// left out.
fn match_clusters(
    labels_before: &[usize],
    labels_after: &[usize],
    before: &[BTreeSet<usize>],
    after: &[BTreeSet<usize>],
) -> Vec<(Option<usize>, Option<usize>)> {
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let both = labels_before.iter().zip(labels_after);
    for (&one, &other) in both.filter(|(one, other)| **one < before.len() && **other < after.len()) {
        *shared.entry((one, other)).or_default() += 1;
    }
    let jaccard = |one: usize, other: usize, shared: usize| {
        shared as f64 / (before[one].len() + after[other].len() - shared) as f64
    };
    let mut pairs: Vec<(f64, usize, usize)> =
        shared.into_iter().map(|((one, other), shared)| (jaccard(one, other, shared), one, other)).collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut left_before, mut left_after): (BTreeSet<usize>, BTreeSet<usize>) =
        ((0..before.len()).collect(), (0..after.len()).collect());
    let mut found = Vec::new();
    for (_, one, other) in pairs {
        if left_before.contains(&one) && left_after.contains(&other) {
            left_before.remove(&one);
            left_after.remove(&other);
            found.push((Some(one), Some(other)));
        }
    }
    let alone_before = left_before.into_iter().filter(|&at| !before[at].is_empty()).map(|at| (Some(at), None));
    let alone_after = left_after.into_iter().filter(|&at| !after[at].is_empty()).map(|at| (None, Some(at)));
    found.extend(alone_before.chain(alone_after));
    found
}

/// Returns the adjusted Rand index of two clusterings of the same things. It is 1 if both have a single cluster, or if
/// both have one cluster for each thing.
pub(super) fn adjusted_rand_index(one: &[usize], other: &[usize]) -> f64 {
    let pairs = |count: u64| (count * count.saturating_sub(1) / 2) as f64;
    let (mut both, mut rows, mut columns) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (a, b) in one.iter().zip(other) {
        *both.entry((a, b)).or_insert(0u64) += 1;
        *rows.entry(a).or_insert(0u64) += 1;
        *columns.entry(b).or_insert(0u64) += 1;
    }
    let [index, of_rows, of_columns] = [
        both.into_values().map(pairs).sum::<f64>(),
        rows.into_values().map(pairs).sum(),
        columns.into_values().map(pairs).sum(),
    ];
    let all = pairs(one.len() as u64);
    let expected = if all > 0.0 { of_rows * of_columns / all } else { 0.0 };
    let greatest = (of_rows + of_columns) / 2.0;
    if greatest == expected { 1.0 } else { (index - expected) / (greatest - expected) }
}
