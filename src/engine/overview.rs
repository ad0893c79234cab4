//! What there is to say of a batch as a whole, beyond vectors: which papers are one work, what clusters are about.

use std::collections::HashMap;

use rayon::prelude::*;

use super::gathered::Gathered;
use crate::analysis::{Batch, Cluster, Kinship, NEARLY_THE_SAME, resemblance};
use crate::lexical::{LexicalIndex, Text, informative_terms};
use crate::library::{Features, Verdict, compare};

/// Terms that a cluster is named by, at most.
const TERMS: usize = 5;

/// Terms looked at, of which those that name most clusters are left out.
const LOOKED_AT: usize = 12;

/// Papers by which a cluster is named: those nearest to its representative. More say the same and take longer.
const NAMED_BY: usize = 100;

/// The pairs of a batch that are versions of one work, by the judgement that libraries go by, or nearly the same text.
pub(super) fn kin(batch: &Batch) -> Vec<([usize; 2], Kinship)> {
    let mut features: HashMap<usize, Features> = HashMap::new();
    let mut kin = Vec::new();
    for papers @ [a, b] in batch.lookalikes() {
        for place in papers {
            features.entry(place).or_insert_with(|| Features::of(batch.papers[place]));
        }
        if let Verdict::Same(_) = compare(&features[&a], &features[&b]) {
            kin.push((papers, Kinship::Versions));
        } else if resemblance(batch.papers[a], batch.papers[b]) >= NEARLY_THE_SAME {
            kin.push((papers, Kinship::NearDuplicate));
        }
    }
    kin
}

/// Names clusters by terms that their papers share and those of the library seldom have.
pub(super) fn name(clusters: &mut [Cluster], batch: &Batch, gathered: &Gathered, terms: &LexicalIndex) {
    let named: Vec<Vec<String>> = clusters
        .par_iter()
        .map(|cluster| {
            let mut papers = cluster.papers.clone();
            let nearness = |place: usize| batch.similarity(cluster.representative, place);
            papers.sort_by(|&a, &b| nearness(b).total_cmp(&nearness(a)));
            let papers = papers.iter().take(NAMED_BY).map(|&place| &gathered.papers[place]);
            let texts: Vec<Text> = papers.map(|paper| (paper.title.clone(), paper.abstract_text.clone())).collect();
            informative_terms(terms, &texts, LOOKED_AT).into_iter().map(|term| term.text).collect()
        })
        .collect();
    // What names most of the clusters tells none of them from the others: the subject of the whole batch.
    let mut times: HashMap<String, usize> = HashMap::new();
    named.iter().flatten().for_each(|term| *times.entry(term.to_lowercase()).or_default() += 1);
    let tells = |term: &String| clusters.len() < 3 || times[&term.to_lowercase()] * 2 <= clusters.len();
    let chosen: Vec<Vec<String>> =
        named.into_iter().map(|terms| terms.into_iter().filter(tells).take(TERMS).collect()).collect();
    clusters.iter_mut().zip(chosen).for_each(|(cluster, terms)| cluster.terms = terms);
}
