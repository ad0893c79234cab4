//! Looks papers up by the names that people use: ids, identifiers, URLs, titles.

use std::collections::HashSet;

use super::paper_list::PaperList;
use super::question::Seed;
use super::snapshot::Snapshot;
use crate::Result;
use crate::library::{Library, Listed, PaperNumber};
use crate::paper::Paper;

/// The papers with these names, each once. Several words may be one title without quotes, which is tried first.
pub(super) fn named_papers(library: &Library, names: &[String]) -> Result<Vec<Listed>> {
    if names.len() > 1
        && let Some(found) = library.find_if_known(&names.join(" "))?
    {
        return Ok(vec![found]);
    }
    each_once(names.iter().map(|name| library.find(name)))
}

/// The papers that were found, each once.
pub(super) fn each_once(found: impl Iterator<Item = Result<Listed>>) -> Result<Vec<Listed>> {
    let mut seen = HashSet::new();
    let mut papers: Vec<Listed> = found.collect::<Result<_>>()?;
    papers.retain(|listed| seen.insert(listed.number));
    Ok(papers)
}

/// The papers with these numbers.
pub(super) fn numbered_papers(
    library: &Library,
    numbers: impl IntoIterator<Item = PaperNumber>,
) -> Result<Vec<Listed>> {
    numbers.into_iter().filter_map(|number| library.paper(number).transpose()).collect()
}

/// The papers of a list that are in the library.
pub(super) fn known_papers(library: &Library, list: &PaperList) -> Result<HashSet<PaperNumber>> {
    let mut known = HashSet::new();
    for paper in &list.papers {
        known.extend(library.matching_paper(paper)?.map(|listed| listed.number));
    }
    for name in &list.names {
        known.extend(library.number_or_titled(name)?);
    }
    Ok(known)
}

impl Snapshot<'_> {
    /// A paper of a file as a seed or candidate: the library's paper if it has the same work, since its text is likely to
    /// be longer.
    pub(super) fn seed(&self, paper: Paper) -> Result<Seed> {
        let same = self.library.matching_paper(&paper)?;
        Ok(same.map_or_else(|| Seed::Foreign(Box::new(paper)), |listed| Seed::Stored(listed.number)))
    }
}
