//! Requests for reports.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::batch_data::BatchItem;
use super::event::Observer;
use super::open::Engine;
use super::paper_list::{MAX_PAPERS, PaperList};
use super::report::Report;
use super::request::DEFAULT_TOP_K;
use crate::analysis::{Section, Sections};
use crate::library::{Filters, PaperNumber, STANDARD_INPUT};
use crate::{Error, Result};

/// Papers to report on, and what to report. Without files and papers, the report is on all papers of the library that
/// meet the conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportRequest {
    /// Files and folders of papers, which need not be in the library; `-` is standard input.
    pub files: Vec<PathBuf>,
    /// Papers of the library, by any name. They are listed before those of files, and are not listed again if a file
    /// has them too.
    pub papers: Vec<String>,
    /// Report on the whole library, if no files, papers or conditions are given.
    pub all: bool,
    /// Conditions that papers of the library must meet, even if they are named.
    pub filters: Filters,
    /// How many nearest papers to list for each paper.
    pub top_k: usize,
    /// The number of nearest papers with reasons: by default 3, or 1 in reports on more than 500 papers.
    pub reasons: Option<usize>,
    /// The sections of the report; all by default.
    pub sections: Sections,
    /// The heading; by default, the files or papers of the request.
    pub title: Option<String>,
}

/// A report, and notes on how it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportAnswer {
    /// The report; `None` if there is no paper to report on.
    pub report: Option<Report>,
    /// What the user should know: skipped records, assumptions about other records, an empty library.
    pub notes: Vec<String>,
}

impl Default for ReportRequest {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            papers: Vec::new(),
            all: false,
            filters: Filters::default(),
            top_k: DEFAULT_TOP_K,
            reasons: None,
            sections: Section::ALL.iter().copied().collect(),
            title: None,
        }
    }
}

impl Engine {
    /// Makes a report. Papers of files are not added to the library.
    ///
    /// # Errors
    /// The errors of [`ReportRequest::check`]; [`Error::PaperNotFound`] and [`Error::AmbiguousPaper`] for names; errors
    /// of reading a file; if papers have to be embedded, [`Error::OtherModel`] or errors of loading the model.
    pub fn report(&self, request: &ReportRequest, observer: Observer) -> Result<ReportAnswer> {
        request.check()?;
        let (mut papers, mut notes) = (Vec::new(), Vec::new());
        for file in &request.files {
            let read = PaperList::read_all(file, self.folder())?;
            papers.extend(read.list.papers);
            notes.extend(read.notes);
        }
        let snapshot = self.snapshot(observer)?;
        let mut items: Vec<BatchItem> = Vec::new();
        if !request.papers.is_empty() || request.files.is_empty() {
            let chosen = snapshot.library().chosen(&request.papers, &request.filters)?;
            snapshot.library().each_page(chosen.as_deref(), 0, u64::MAX, |page| {
                items.extend(page.into_iter().map(BatchItem::from));
                Ok::<(), Error>(())
            })?;
        }
        let named: HashSet<PaperNumber> = items.iter().filter_map(|item| item.number).collect();
        for paper in papers {
            items.extend(snapshot.batch_item(paper, &named)?);
        }
        if items.len() > MAX_PAPERS {
            return Err(Error::InvalidParameter(format!(
                "a report compares all its papers with each other, and is on at most {MAX_PAPERS} of them; {} were \
                 chosen: choose fewer by filters such as --venue or --since",
                items.len()
            )));
        }
        let report = if items.is_empty() { None } else { Some(snapshot.report(items, request)?) };
        if report.as_ref().is_some_and(|report| report.library_papers == 0) {
            let alone = "the library has no papers; the papers of the report are only compared with each other";
            notes.push(alone.to_owned());
        }
        Ok(ReportAnswer { report, notes })
    }
}

impl ReportRequest {
    /// Checks what can be checked without a library.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if the request names nothing to report on, or both files and conditions.
    pub fn check(&self) -> Result<()> {
        let Self { files, papers, all, filters, .. } = self;
        let reason = if files.is_empty() && papers.is_empty() && !all && filters.is_empty() {
            "name files or papers to report on, choose papers by filters such as --venue, or use --all".to_owned()
        } else if !files.is_empty() && !filters.is_empty() {
            format!("filters choose papers of the library; leave out {} or the filters", files[0].display())
        } else {
            return Ok(());
        };
        Err(Error::InvalidParameter(reason))
    }

    /// The default heading of a report on `papers` papers.
    pub(super) fn heading(&self, papers: usize) -> String {
        let counted = |papers: usize| format!("{papers} paper{}", if papers == 1 { "" } else { "s" });
        match (self.files.as_slice(), self.papers.len()) {
            ([], 0) if self.filters.is_empty() => "The whole library".to_owned(),
            ([], 0) => "A part of the library".to_owned(),
            ([], _) => counted(papers),
            ([file], 0) => file_name(file),
            ([file], names) => format!("{} and {}", file_name(file), counted(names)),
            ([first, others @ ..], names) => format!("{} and {} more", file_name(first), others.len() + names),
        }
    }
}

fn file_name(file: &Path) -> String {
    match file.file_name() {
        _ if file.as_os_str() == STANDARD_INPUT => "Standard input".to_owned(),
        Some(name) => name.to_string_lossy().into_owned(),
        None => file.display().to_string(),
    }
}
