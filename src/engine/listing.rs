//! The papers of a library as they are: a page at a time, one by one, and the files that they came from.

use serde::{Deserialize, Serialize};

use super::connections::Connection;
use super::duplicates::Version;
use super::json::{Papers, paper};
use super::names::named_papers;
use super::open::Engine;
use super::request::Filters;
use crate::library::{Listed, PaperNumber, SourceSummary};
use crate::paper::Paper;
use crate::{Error, Result};

/// Papers taken from the library at a time, so that a large one is not held in memory.
const PAGE: u64 = 1000;

/// Terms that are shown of a paper.
const TERMS: usize = 8;

/// Which papers to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListRequest {
    /// Conditions that they must meet.
    pub filters: Filters,
    /// How many to pass over.
    pub offset: u64,
    /// How many at most.
    pub limit: Option<u64>,
}

/// The files that papers came from.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Sources {
    /// By name.
    pub sources: Vec<SourceSummary>,
}

/// Papers with all that is known about them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ShownPapers {
    /// In the order in which they were asked for.
    pub papers: Vec<ShownPaper>,
}

/// A paper with all that is known about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownPaper {
    /// The paper.
    #[serde(flatten, serialize_with = "paper")]
    pub paper: Paper,
    /// The terms that say most about it; none before the library has an index of terms.
    pub terms: Vec<String>,
    /// What each file says about it.
    pub versions: Vec<Version>,
    /// The file that brought it first.
    #[serde(skip)]
    pub source: String,
}

impl Engine {
    /// Papers that are named, with all that is known about them.
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

    /// The files that papers came from.
    pub fn sources(&self) -> Result<Sources> {
        Ok(Sources { sources: self.library()?.sources()? })
    }

    /// The papers that a request asks for, all at once.
    pub fn list(&self, request: &ListRequest) -> Result<Papers> {
        let mut papers = Vec::new();
        self.list_pages(request, |page| {
            papers.extend(page);
            Ok::<(), Error>(())
        })?;
        Ok(papers.into())
    }

    /// Calls `take` with the papers that a request asks for, a page at a time; returns how many there are.
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
    /// The papers that are named, each once. Several words may be one title without quotes, which is tried first.
    ///
    /// # Errors
    /// [`Error::PaperNotFound`], [`Error::AmbiguousPaper`].
    pub fn named(&self, names: &[String]) -> Result<Vec<Listed>> {
        named_papers(self, names)
    }

    /// The papers that are named, or all if none is, as far as they pass filters; `None` if that is the whole library.
    /// Named papers keep their order, others are in the order in which they were added.
    ///
    /// # Errors
    /// As for [`named`](Self::named); [`Error::InvalidParameter`] for conditions that cannot be read.
    pub fn chosen(&self, names: &[String], filters: &Filters) -> Result<Option<Vec<PaperNumber>>> {
        let filter = filters.read()?;
        let passing = (!filter.is_empty()).then(|| self.filtered(&filter)).transpose()?;
        if names.is_empty() {
            return Ok(passing);
        }
        let named = self.named(names)?.into_iter().map(|listed| listed.number);
        Ok(Some(named.filter(|number| passing.as_ref().is_none_or(|passing| passing.contains(number))).collect()))
    }

    /// Calls `take` with papers, a page at a time: all of the library in the order in which they were added, or those
    /// `among` it; from the `offset`-th on, at most `limit`. Returns how many there are.
    pub fn each_page<E: From<Error>>(
        &self,
        among: Option<&[PaperNumber]>,
        offset: u64,
        limit: u64,
        mut take: impl FnMut(Vec<Listed>) -> Result<(), E>,
    ) -> Result<u64, E> {
        let mut taken = 0;
        if let Some(among) = among {
            let clamp = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
            let rest = &among[among.len().min(clamp(offset))..];
            for numbers in rest[..rest.len().min(clamp(limit))].chunks(PAGE as usize) {
                let page = numbers.iter().filter_map(|number| self.paper(*number).transpose());
                let page: Vec<Listed> = page.collect::<Result<_>>()?;
                taken += page.len() as u64;
                take(page)?;
            }
            return Ok(taken);
        }
        let mut page = self.list(offset, PAGE.min(limit))?;
        while let Some(last) = page.last().map(|listed| listed.number) {
            taken += page.len() as u64;
            take(page)?;
            page = self.list_after(last, PAGE.min(limit - taken))?;
        }
        Ok(taken)
    }
}
