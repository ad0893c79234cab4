//! Interests: groups of liked papers on one subject, the terms that name them, and recommendations for each.

use std::collections::HashMap;

use super::answer::Recommendation;
use super::generation::cache_of;
use super::open::Engine;
use super::question::{FoundPaper, Question, Seed};
use super::snapshot::Snapshot;
use crate::lexical::{self, NamedTerm, Text, informative_terms};
use crate::library::{Library, PaperNumber, Profile};
use crate::rank::clusters::clusters;
use crate::rank::interleave::interleave;
use crate::search::Hit;
use crate::vector::dot;
use crate::{Error, Result};

/// Papers belong to one interest if their mean similarity exceeds that of this share of random pairs of the library. In
/// a library of one field, 0.9 separates subjects ("machine translation", "legged robots"). With 0.8, neighbouring
/// subjects are joined. With 0.95, single papers are separated from their subject.
const ALIKE: f32 = 0.9;

/// Papers whose mean similarity is below this cosine are two interests in every library. It is the similarity at
/// [`ALIKE`] in a library of one field. In a library of many fields, [`ALIKE`] alone joins neighbouring subjects
/// (translation, image recognition), because most random pairs there have nothing in common.
///
/// Measured on 400 profiles with two to four subjects, each with one to six papers that share an author's keyword: at a
/// cut of 0.37, papers of different subjects are joined in 2 % of pairs if the subjects are far from each other, and in
/// 12 % if they are neighbours; at 0.30, in 9 % and 33 %. The adjusted Rand index, mean of both kinds, is 0.56 at 0.30,
/// 0.59 at 0.34, 0.57 at 0.37 and 0.53 at 0.40. A subject that is split still gets its turns, a joined one may not.
const ALIKE_ANYWHERE: f32 = 0.37;

/// Liked papers of one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Interest {
    /// The papers, in the order in which they were given.
    pub papers: Vec<PaperNumber>,
    /// The terms that name the subject, the most informative first.
    pub terms: Vec<NamedTerm>,
}

impl Snapshot<'_> {
    /// Groups papers into interests, the largest first, each with at most `terms` terms. A paper that is not embedded
    /// yet is a separate interest.
    pub fn interests(&self, papers: &[PaperNumber], terms: usize) -> Result<Vec<Interest>> {
        let interest = |group: Vec<usize>| {
            let papers: Vec<PaperNumber> = group.into_iter().map(|place| papers[place]).collect();
            Ok(Interest { terms: self.terms(&papers, terms)?, papers })
        };
        self.grouped(papers)?.into_iter().map(interest).collect()
    }

    /// The indexes of `papers`, grouped by interest.
    fn grouped(&self, papers: &[PaperNumber]) -> Result<Vec<Vec<usize>>> {
        let indexes = self.generation()?;
        let vectors: Vec<Option<&[f32]>> = papers
            .iter()
            .map(|&paper| indexes.vectors.position(paper).map(|position| indexes.vectors.vector(position)))
            .collect();
        let similarity = |a: usize, b: usize| vectors[a].zip(vectors[b]).map_or(-1.0, |(a, b)| dot(a, b));
        let least = indexes.calibration.quantile(ALIKE).unwrap_or(1.0).max(ALIKE_ANYWHERE);
        Ok(clusters(papers.len(), similarity, least))
    }

    /// The most informative terms of papers, at most `limit`. For several papers, terms of only one paper are left out,
    /// unless there are no others.
    pub fn terms(&self, papers: &[PaperNumber], limit: usize) -> Result<Vec<NamedTerm>> {
        let terms = self.generation()?.indexes().terms;
        Ok(informative_terms(terms, &texts(&self.library, papers)?, limit))
    }

    /// Recommends papers as [`recommend`](Self::recommend) does, but for each interest of the liked papers separately.
    /// Results alternate between interests, in proportion to their numbers of papers.
    ///
    /// A single question would mostly find papers of one interest, because scores of different subjects are not
    /// comparable. Also, a score is the mean of the three best seeds, so an interest with fewer than three papers would
    /// get low scores.
    pub fn recommend_by_interest(&self, question: &Question) -> Result<Vec<Recommendation>> {
        let groups = self.groups_of_seeds(question)?;
        if groups.len() < 2 {
            return self.recommend(question);
        }
        let mut excluded = question.excluded.clone();
        for number in question.liked.iter().filter_map(Seed::number) {
            excluded.insert(number);
            excluded.extend(self.library.papers_titled(&self.paper(number)?.title_key())?);
        }
        let of_group = |group: &Vec<usize>| Question {
            liked: group.iter().map(|&place| question.liked[place].clone()).collect(),
            excluded: excluded.clone(),
            ..question.clone()
        };
        let questions: Vec<Question> = groups.iter().map(of_group).collect();
        let mut ranked = self.rank(&questions)?;
        for (group, ranked) in groups.iter().zip(&mut ranked) {
            // The text has the index after all other seeds.
            ranked.iter_mut().for_each(|found| found.seed = *group.get(found.seed).unwrap_or(&question.liked.len()));
        }
        let weights: Vec<usize> = groups.iter().map(Vec::len).collect();
        let ranked = merge_alternating(ranked, &weights, question.top_k);
        self.explained(&ranked, question)
    }

    /// The indexes of the liked seeds, grouped by interest. Seeds that are not in the library are one group.
    fn groups_of_seeds(&self, question: &Question) -> Result<Vec<Vec<usize>>> {
        let number = |place: usize| question.liked[place].number();
        let (stored, foreign): (Vec<usize>, Vec<usize>) =
            (0..question.liked.len()).partition(|&place| number(place).is_some());
        let numbers: Vec<PaperNumber> = stored.iter().filter_map(|&place| number(place)).collect();
        let mut groups = self.grouped(&numbers)?;
        groups.iter_mut().flatten().for_each(|place| *place = stored[*place]);
        groups.extend((!foreign.is_empty()).then_some(foreign));
        Ok(groups)
    }
}

impl Engine {
    /// The most informative terms of papers, as in [`Snapshot::terms`], but from a term index of any state. Empty if
    /// there is no term index yet.
    pub(super) fn terms_of(&self, library: &Library, papers: &[PaperNumber], limit: usize) -> Result<Vec<NamedTerm>> {
        let texts = texts(library, papers)?;
        if let Some(generation) = self.live.current() {
            return Ok(informative_terms(generation.indexes().terms, &texts, limit));
        }
        // An outdated index is good enough: how rare a word is changes slowly.
        let cached = lexical::open_cached(&cache_of(library), &library.state()?.state, "");
        Ok(cached.index.map_or_else(Vec::new, |index| informative_terms(&index, &texts, limit)))
    }
}

fn texts(library: &Library, papers: &[PaperNumber]) -> Result<Vec<Text>> {
    let mut texts = Vec::with_capacity(papers.len());
    library.read_texts(papers.iter().copied(), &mut |text| texts.push(text))?;
    Ok(texts)
}

/// Merges ranked lists; results alternate between lists in proportion to `weights`. A paper in several lists is kept
/// only in the list in which its score is greatest.
fn merge_alternating(lists: Vec<Vec<Hit<FoundPaper>>>, weights: &[usize], top_k: usize) -> Vec<Hit<FoundPaper>> {
    let mut best: HashMap<FoundPaper, (f32, usize)> = HashMap::new();
    for (list, ranked) in lists.iter().enumerate() {
        for found in ranked {
            let score = found.score();
            let place = best.entry(found.paper).or_insert((score, list));
            if score > place.0 {
                *place = (score, list);
            }
        }
    }
    let kept: Vec<Vec<Hit<FoundPaper>>> = lists
        .into_iter()
        .enumerate()
        .map(|(list, mut ranked)| {
            ranked.retain(|found| best[&found.paper].1 == list);
            ranked
        })
        .collect();
    let lengths: Vec<usize> = kept.iter().map(Vec::len).collect();
    let mut lists: Vec<_> = kept.into_iter().map(Vec::into_iter).collect();
    interleave(weights, &lengths, top_k).into_iter().filter_map(|list| lists[list].next()).collect()
}

/// The error for a profile without liked papers.
pub(super) fn likes_nothing(profile: &Profile) -> Error {
    Error::InvalidParameter(format!("the profile {:?} likes no papers; `relata like PAPER` adds one", profile.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rank::Parts;

    fn list(papers: &[(PaperNumber, f32)]) -> Vec<Hit<FoundPaper>> {
        let ranked = |&(number, document): &(PaperNumber, f32)| {
            let (paper, parts) = (FoundPaper::Stored(number), Parts { document, ..Parts::default() });
            Hit { paper, parts, similarity: document, seed: 0 }
        };
        papers.iter().map(ranked).collect()
    }

    fn numbers(ranked: &[Hit<FoundPaper>]) -> Vec<PaperNumber> {
        let number = |found: &Hit<FoundPaper>| if let FoundPaper::Stored(number) = found.paper { number } else { 0 };
        ranked.iter().map(number).collect()
    }

    #[test]
    fn results_alternate_between_interests_and_list_each_paper_once() {
        let [strong, weak] = [list(&[(1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6)]), list(&[(3, 0.5), (5, 0.4), (6, 0.3)])];
        let shared = merge_alternating(vec![strong.clone(), weak.clone()], &[2, 2], 4);
        assert_eq!(numbers(&shared), [1, 5, 2, 6]);
        assert_eq!(numbers(&merge_alternating(vec![strong, weak], &[9, 1], 10)), [1, 2, 3, 4, 5, 6]);
    }
}
