//! Finds the circles (strongly connected components) of a directed graph.

use std::collections::{BTreeMap, BTreeSet};

/// Returns the groups of nodes in which a path leads from each node to every other.
pub fn circles<N: Ord + Copy>(edges: &BTreeMap<N, BTreeSet<N>>) -> BTreeSet<BTreeSet<N>> {
    let reached: BTreeMap<N, BTreeSet<N>> = edges.keys().map(|&node| (node, reached(edges, node))).collect();
    let circle_of = |(&node, ahead): (&N, &BTreeSet<N>)| -> BTreeSet<N> {
        ahead.iter().copied().filter(|other| reached.get(other).is_some_and(|back| back.contains(&node))).collect()
    };
    reached.iter().map(circle_of).filter(|circle| !circle.is_empty()).collect()
}

fn reached<N: Ord + Copy>(edges: &BTreeMap<N, BTreeSet<N>>, from: N) -> BTreeSet<N> {
    let (mut reached, mut waiting) = (BTreeSet::new(), vec![from]);
    while let Some(node) = waiting.pop() {
        waiting.extend(edges.get(&node).into_iter().flatten().filter(|next| reached.insert(**next)));
    }
    reached
}

#[test]
fn each_circle_is_found_without_nodes_that_are_only_connected_to_it() {
    let edges = BTreeMap::from([
        ("a", BTreeSet::from(["b"])),
        ("b", BTreeSet::from(["a", "c"])),
        ("c", BTreeSet::from(["d"])),
        ("d", BTreeSet::from(["e"])),
        ("e", BTreeSet::from(["c"])),
        ("f", BTreeSet::from(["a", "g"])),
    ]);
    assert_eq!(circles(&edges), BTreeSet::from([BTreeSet::from(["a", "b"]), BTreeSet::from(["c", "d", "e"])]));
}
