//! Lists the papers of a library, their vectors, and the files from which they came.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::connections::Connection;
use super::duplicates::Version;
use super::json::{Papers, paper};
use super::open::Engine;
use crate::library::{Filters, Listed, PaperNumber, SourceSummary};
use crate::paper::Paper;
use crate::{Error, Result};

/// The number of papers read at a time, so that a large library is not held in memory.
const PAGE: usize = 1000;

/// The maximum number of terms shown for a paper.
const TERMS: usize = 8;

/// Which papers to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListRequest {
    /// Conditions that the papers must meet.
    pub filters: Filters,
    /// How many papers to skip.
    pub offset: u64,
    /// List at most this many papers.
    pub limit: Option<u64>,
}

/// The files from which papers came.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Sources {
    /// The files, in order of their names.
    pub sources: Vec<SourceSummary>,
}

/// Papers with everything known about them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ShownPapers {
    /// In the order in which the request names them.
    pub papers: Vec<ShownPaper>,
}

/// A paper with everything known about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownPaper {
    /// The paper.
    #[serde(flatten, serialize_with = "paper")]
    pub paper: Paper,
    /// The most informative terms of its text. Empty if the library has no term index yet.
    pub terms: Vec<String>,
    /// Its versions, one for each file.
    pub versions: Vec<Version>,
    /// The file of its first version. Not in the JSON.
    #[serde(skip)]
    pub source: String,
}

impl Engine {
    /// Papers by their names, with everything known about them.
    ///
    /// # Errors
    /// [`Error::PaperNotFound`], [`Error::AmbiguousPaper`].
    pub fn show(&self, names: &[String]) -> Result<ShownPapers> {
        let library = self.library()?;
        let mut papers = Vec::new();
        for Listed { number, paper, source } in library.named(names)? {
            let terms = self.terms_of(&library, &[number], TERMS)?.into_iter().map(|term| term.text).collect();
            let versions: Vec<Version> = library.versions(number)?.into_iter().map(Version::from).collect();
            let source = versions.first().map_or(source, |version| version.file.clone());
            papers.push(ShownPaper { paper, terms, versions, source });
        }
        Ok(ShownPapers { papers })
    }

    /// The files from which papers came.
    pub fn sources(&self) -> Result<Sources> {
        Ok(Sources { sources: self.library()?.sources()? })
    }

    /// Lists the papers that a request selects, all at once.
    pub fn list(&self, request: &ListRequest) -> Result<Papers> {
        let mut papers = Vec::new();
        self.list_pages(request, |page| {
            papers.extend(page);
            Ok::<(), Error>(())
        })?;
        Ok(papers.into())
    }

    /// Calls `take` with each page of the papers that a request selects. Returns the number of papers.
    pub fn list_pages<E: From<Error>>(
        &self,
        request: &ListRequest,
        take: impl FnMut(Vec<Listed>) -> Result<(), E>,
    ) -> Result<u64, E> {
        let library = self.library()?;
        let among = library.chosen(&[], &request.filters)?;
        library.each_page(among.as_deref(), request.offset, request.limit.unwrap_or(u64::MAX), take)
    }
}

impl Connection<'_> {
    /// The papers that have one of `names` and meet the conditions. Without names, all papers that meet the conditions;
    /// without names and conditions, `None`. Papers are in the order of `names` or, without names, in the order in
    /// which they were added.
    ///
    /// # Errors
    /// As for [`Library::named`](crate::library::Library::named); [`Error::InvalidParameter`] for conditions that
    /// cannot be read.
    pub fn chosen(&self, names: &[String], filters: &Filters) -> Result<Option<Vec<PaperNumber>>> {
        let conditions = filters.conditions()?;
        let met = (!conditions.is_empty()).then(|| self.filtered(&conditions)).transpose()?;
        if names.is_empty() {
            return Ok(met);
        }
        let named = self.named(names)?.into_iter().map(|listed| listed.number);
        Ok(Some(named.filter(|number| met.as_ref().is_none_or(|met| met.contains(number))).collect()))
    }

    /// Calls `take` with pages of papers: those of `among`, or all papers in the order in which they were added. Skips
    /// the first `offset` papers and passes at most `limit` papers to `take`. Returns the number of papers passed.
    pub fn each_page<E: From<Error>>(
        &self,
        among: Option<&[PaperNumber]>,
        offset: u64,
        limit: u64,
        mut take: impl FnMut(Vec<Listed>) -> Result<(), E>,
    ) -> Result<u64, E> {
        let all;
        let among = match among {
            Some(among) => among,
            None => {
                all = self.filtered(&[])?;
                &all
            }
        };
        let clamp = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let rest = &among[among.len().min(clamp(offset))..];
        let mut taken = 0;
        for numbers in rest[..rest.len().min(clamp(limit))].chunks(PAGE) {
            let page = self.papers(numbers.iter().copied())?;
            taken += page.len() as u64;
            take(page)?;
        }
        Ok(taken)
    }

    /// The papers that have a vector.
    pub fn embedded_papers(&self, among: Option<&[PaperNumber]>) -> Result<EmbeddedPapers> {
        let papers: HashSet<_> = self.live_rows()?.into_iter().map(|row| row.paper).collect();
        let count = match among {
            Some(among) => among.iter().filter(|number| papers.contains(number)).count(),
            None => papers.len(),
        };
        Ok(EmbeddedPapers { papers, count: count as u64, dim: self.model()?.map_or(0, |model| model.dim) })
    }

    /// Calls `take` with each paper and its vector, which has `dim` numbers and unit length. All must have a vector.
    pub fn each_vector<E: From<Error>>(
        &self,
        papers: &[&Listed],
        dim: usize,
        mut take: impl FnMut(&Listed, &[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut vectors = Vec::with_capacity(papers.len());
        self.read_vectors(papers.iter().map(|listed| listed.number), dim, |vector| vectors.push(vector))?;
        papers.iter().zip(&vectors).try_for_each(|(listed, vector)| take(listed, vector.as_slice()))
    }
}

/// The papers that have a vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedPapers {
    papers: HashSet<PaperNumber>,
    /// The number of papers that have a vector, among those passed to [`Connection::embedded_papers`].
    pub count: u64,
    /// The number of dimensions of a vector; 0 while nothing is embedded.
    pub dim: usize,
}

impl EmbeddedPapers {
    /// Whether a paper has a vector.
    pub fn has(&self, listed: &Listed) -> bool {
        self.papers.contains(&listed.number)
    }
}
