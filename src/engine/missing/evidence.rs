//! Joins what a draft says and what it already cites: three lists of papers, and the authors of the cited works.

use std::collections::HashSet;

use crate::Result;
use crate::engine::answer::Recommendation;
use crate::engine::question::{FoundPaper, Question, Seed};
use crate::engine::recommend::diverse;
use crate::engine::snapshot::Snapshot;
use crate::paper::{Name, Paper, title_key};
use crate::rank::Ranker;
use crate::rank::fusion::fused;
use crate::search::Hit;

/// The number of papers of each list that are joined: three for each requested paper, and at least 300, which is the
/// number of papers whose sentences are compared. On eight manuscripts, 200, 300, 500 and 1000 found as much.
const DEPTH: (usize, usize) = (3, 300);

/// The factor for papers that share no author with a cited work. About half of the cited works share an author with
/// another work that the same manuscript cites, but only a seventh of the papers near the manuscript do. On eight
/// manuscripts, recall at 20 and 50 of hidden works was 0.281 and 0.359 without this factor, 0.288 and 0.382 with 0.8,
/// 0.299 and 0.390 with 2/3, and 0.299 and 0.393 with 0.5.
const OTHER_AUTHORS: f32 = 2.0 / 3.0;

/// The works that a draft cites, as evidence for what it lacks.
#[derive(Debug, Clone, Default)]
pub struct CitedWorks {
    /// Cited papers that results should resemble.
    pub seeds: Vec<Seed>,
    /// The [`author_key`]s of all cited works.
    authors: HashSet<String>,
}

impl CitedWorks {
    /// The cited works `seeds`, and further cited works of which only the authors count.
    pub fn new<'p>(seeds: Vec<Seed>, works: impl IntoIterator<Item = &'p Paper>) -> Self {
        Self { seeds, authors: works.into_iter().flat_map(Paper::names).filter_map(author_key).collect() }
    }

    /// The authors of a paper who also wrote a cited work.
    pub fn shared_authors(&self, paper: &Paper) -> Vec<String> {
        let names = paper.names().into_iter();
        let is_cited = |name: &Name| author_key(name.clone()).is_some_and(|key| self.authors.contains(&key));
        names.filter(is_cited).map(|name| name.display()).collect()
    }
}

/// The first given name and the family name, for comparing authors. `None` if the first given name is missing or an
/// initial, because many people share such a name.
fn author_key(name: Name) -> Option<String> {
    let given = title_key(&name.given);
    let first = given.split(' ').next().filter(|first| first.chars().nth(1).is_some())?;
    Some(format!("{first} {}", title_key(&name.family)))
}

/// A recommendation, and the index of the nearest seed among the cited works.
pub type WithCited = (Recommendation, Option<usize>);

impl Snapshot<'_> {
    /// Recommends papers for a draft, whose passages are the liked seeds of the question. Three lists are joined by
    /// [`fused`]: papers near single passages, papers near the cited works, and papers that share terms with the whole
    /// draft. Papers by authors of cited works rank higher.
    ///
    /// [`Recommendation::seed`] is the nearest passage. Its sentences explain the result.
    pub fn recommend_for_draft(&self, question: &Question, cited: &CitedWorks) -> Result<Vec<WithCited>> {
        let mut hits = self.joined(question, cited)?;
        if question.diversity > 0.0 {
            let vectors = &self.generation()?.vectors;
            hits = diverse(&hits, question, |paper| match paper {
                FoundPaper::Stored(number) => vectors.position(number).map(|position| vectors.vector(position)),
                FoundPaper::Given(_) => None,
            });
        }
        hits.truncate(question.top_k);
        let passages = self.nearest_seeds(question, &question.liked, &hits)?;
        let works = self.nearest_seeds(question, &cited.seeds, &hits)?;
        for (hit, (passage, work)) in hits.iter_mut().zip(passages.iter().zip(&works)) {
            hit.seed = passage.map_or(0, |near| near.0);
            hit.similarity = [passage, work].into_iter().flatten().map(|near| near.1).fold(-1.0, f32::max);
        }
        let found = self.explained(&hits, &Question { explain: true, ..question.clone() })?;
        Ok(found.into_iter().zip(works.into_iter().map(|near| near.map(|near| near.0))).collect())
    }

    /// Joins the three lists, best first. The seeds of the hits are not set yet.
    fn joined(&self, question: &Question, cited: &CitedWorks) -> Result<Vec<Hit<FoundPaper>>> {
        let (for_each, at_least) = DEPTH;
        let depth = question.top_k.saturating_mul(for_each).max(at_least);
        let plain = Question { liked: Vec::new(), top_k: depth, diversity: 0.0, explain: false, ..question.clone() };
        let mut questions = Vec::new();
        if !cited.seeds.is_empty() {
            questions.push(Question { liked: cited.seeds.clone(), ..plain.clone() });
        }
        if question.ranker != Ranker::Vector {
            let texts: Vec<String> =
                question.liked.iter().map(|seed| Ok(self.text_of(seed)?.text)).collect::<Result<_>>()?;
            let whole = vec![Seed::Text(texts.join("\n"))];
            questions.push(Question { liked: whole, ranker: Ranker::Lexical, facet: None, ..plain });
        }
        let mut lists = vec![self.near_passages(question)?];
        lists[0].truncate(depth);
        lists.extend(self.rank(&questions)?);
        let lists: Vec<Vec<_>> =
            lists.iter().map(|list| list.iter().map(|hit| (hit.paper, hit.parts)).collect()).collect();
        let mut hits = Vec::new();
        for (paper, parts) in fused(&lists) {
            let FoundPaper::Stored(number) = paper else { continue };
            let is_by_cited = cited.authors.is_empty() || !cited.shared_authors(&self.paper(number)?).is_empty();
            let parts = parts * if is_by_cited { 1.0 } else { OTHER_AUTHORS };
            hits.push(Hit { paper, parts, similarity: 0.0, seed: 0 });
        }
        hits.sort_by(|a, b| b.score().total_cmp(&a.score()));
        Ok(hits)
    }

    /// Returns the nearest seed of each hit, and the similarity; `None` without seeds.
    fn nearest_seeds(
        &self,
        question: &Question,
        seeds: &[Seed],
        hits: &[Hit<FoundPaper>],
    ) -> Result<Vec<Option<(usize, f32)>>> {
        let mut nearest = vec![None; hits.len()];
        if seeds.is_empty() || hits.is_empty() {
            return Ok(nearest);
        }
        let near = Question {
            liked: seeds.to_vec(),
            candidates: Some(hits.iter().map(|hit| question.seed_of(hit.paper)).collect()),
            top_k: hits.len(),
            diversity: 0.0,
            ..question.clone()
        };
        for hit in self.rank(&[near])?.into_iter().flatten() {
            if let FoundPaper::Given(place) = hit.paper {
                nearest[place] = Some((hit.seed, hit.similarity));
            }
        }
        Ok(nearest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::Record;

    fn by(authors: &[&str]) -> Paper {
        let authors = authors.iter().map(|author| (*author).to_owned()).collect();
        Record { id: "a".to_owned(), title: "Bees".to_owned(), authors, ..Record::default() }.into_paper().unwrap()
    }

    #[test]
    fn authors_are_the_same_with_and_without_middle_names_but_not_by_an_initial() {
        let works = CitedWorks::new(Vec::new(), [&by(&["Bernhard Schölkopf", "Ada M. Byron", "C. Gauss"])]);
        let shared = works.shared_authors(&by(&["B. Schölkopf", "Carl Gauss", "C. Gauss", "Ada Byron", "Eve Byron"]));
        assert_eq!(shared, ["Ada Byron"]);
        assert_eq!(works.shared_authors(&by(&["Bernhard Scholkopf"])), ["Bernhard Scholkopf"]);
        assert!(works.shared_authors(&by(&[])).is_empty());
    }
}
