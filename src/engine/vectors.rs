//! The vectors of papers, for who writes them to a file.

use std::collections::HashSet;

use super::connections::Connection;
use crate::Result;
use crate::library::{Listed, PaperNumber};

/// The papers that have a vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedded {
    papers: HashSet<PaperNumber>,
    /// How many of those that were asked for.
    pub count: u64,
    /// How many numbers a vector has; 0 while nothing is embedded.
    pub dim: usize,
}

impl Embedded {
    /// Whether a paper has a vector.
    pub fn has(&self, listed: &Listed) -> bool {
        self.papers.contains(&listed.number)
    }
}

impl Connection<'_> {
    /// The papers that have a vector, and how many of those `among` the library, or of all, do.
    pub fn embedded(&self, among: Option<&[PaperNumber]>) -> Result<Embedded> {
        let Some(model) = self.model()? else { return Ok(Embedded { papers: HashSet::new(), count: 0, dim: 0 }) };
        let papers: HashSet<_> = self.live_rows()?.into_iter().map(|row| row.paper).collect();
        let count = match among {
            Some(among) => among.iter().filter(|number| papers.contains(number)).count(),
            None => papers.len(),
        };
        Ok(Embedded { papers, count: count as u64, dim: model.dim })
    }

    /// Calls `take` with each of some papers and its vector of `dim` numbers and unit length; all of them have one.
    pub fn each_vector<E: From<crate::Error>>(
        &self,
        papers: &[&Listed],
        dim: usize,
        mut take: impl FnMut(&Listed, &[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = papers.iter();
        let mut taken = Ok(());
        self.read_vectors(papers.iter().map(|listed| listed.number), dim, |vector| {
            if let (Some(listed), Ok(())) = (rest.next(), &taken) {
                taken = take(listed, vector.as_slice());
            }
        })?;
        taken
    }
}
