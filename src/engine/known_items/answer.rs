//! Lists the papers that a question names, and then others.

use std::collections::{HashMap, HashSet};

use super::{KnownItems, Rest};
use crate::Result;
use crate::engine::answer::Recommendation;
use crate::engine::question::{FoundPaper, Question, Seed};
use crate::engine::snapshot::Snapshot;
use crate::library::PaperNumber;
use crate::rank::{Parts, Ranker};
use crate::search::Hit;

impl Snapshot<'_> {
    /// Answers `question` with the papers of `known` first. They count as close, since the question names them. The
    /// papers after them are left out if none of them is close, unless `anyway` is true.
    pub(in crate::engine) fn recommend_known(
        &self,
        question: &Question,
        known: &KnownItems,
        anyway: bool,
    ) -> Result<Vec<Recommendation>> {
        let (asked, shows_rest) = match (&known.rest, &known.reading.about) {
            (Rest::About(text), _) => (Question { text: Some(text.clone()), ..question.clone() }, true),
            (Rest::Like(number), _) => {
                (Question { text: None, liked: vec![Seed::Stored(*number)], ..question.clone() }, true)
            }
            (Rest::Nothing, Some(text)) => (Question { text: Some(text.clone()), ..question.clone() }, false),
            (Rest::Nothing, None) => return self.newest_known(question, known),
        };
        let mut rest = if shows_rest { self.ranked(&asked)? } else { Vec::new() };
        let mut results = Vec::new();
        let mut seen = HashSet::new();
        for tier in &known.tiers {
            let is_new = |number: &PaperNumber| may_be_found(question, *number) && seen.insert(*number);
            let tier: Vec<PaperNumber> = tier.iter().copied().filter(is_new).collect();
            let (mut named, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|hit| is_one_of(hit, &tier));
            rest = others;
            if named.len() < tier.len() && results.len() + named.len() < question.top_k {
                named = self.ranked_among(&asked, &tier)?;
            }
            named.truncate(question.top_k - results.len());
            let mut named = self.explained(&named, &asked)?;
            named.iter_mut().for_each(|found| found.is_close = true);
            results.extend(named);
        }
        rest.truncate(question.top_k - results.len());
        let rest = self.explained(&rest, &asked)?;
        if anyway || question.ranker == Ranker::Lexical || rest.iter().any(|found| found.is_close) {
            results.extend(rest);
        }
        results.iter_mut().zip(1..).for_each(|(found, rank)| found.rank = rank);
        Ok(results)
    }

    /// The newest papers that a question names by authors, venue and year alone. Nothing is compared, so their scores
    /// are 0.
    fn newest_known(&self, question: &Question, known: &KnownItems) -> Result<Vec<Recommendation>> {
        let mut seen = HashSet::new();
        let named =
            known.tiers.iter().flatten().filter(|number| may_be_found(question, **number) && seen.insert(**number));
        let hit =
            |&number| Hit { paper: FoundPaper::Stored(number), parts: Parts::default(), similarity: 0.0, seed: 0 };
        let newest: Vec<Hit<FoundPaper>> = named.take(question.top_k).map(hit).collect();
        let mut newest = self.with_papers(&newest, question, &mut HashMap::new())?;
        newest.iter_mut().for_each(|found| found.is_close = true);
        Ok(newest)
    }

    fn ranked(&self, question: &Question) -> Result<Vec<Hit<FoundPaper>>> {
        Ok(self.rank(std::slice::from_ref(question))?.pop().unwrap_or_default())
    }

    /// Ranks exactly these papers of the library.
    fn ranked_among(&self, question: &Question, papers: &[PaperNumber]) -> Result<Vec<Hit<FoundPaper>>> {
        let candidates = papers.iter().copied().map(Seed::Stored).collect();
        let ranked = self.ranked(&Question { candidates: Some(candidates), ..question.clone() })?;
        let stored = |hit: Hit<FoundPaper>| match hit.paper {
            FoundPaper::Given(place) => hit.named(FoundPaper::Stored(papers[place])),
            FoundPaper::Stored(_) => hit,
        };
        Ok(ranked.into_iter().map(stored).collect())
    }
}

/// Whether the conditions of a question allow a paper.
fn may_be_found(question: &Question, number: PaperNumber) -> bool {
    question.among.as_ref().is_none_or(|among| among.contains(&number))
        && !question.excluded.contains(&number)
        && !question.disliked.contains(&Seed::Stored(number))
}

fn is_one_of(hit: &Hit<FoundPaper>, papers: &[PaperNumber]) -> bool {
    matches!(hit.paper, FoundPaper::Stored(number) if papers.contains(&number))
}
