//! From a request for a report to the report.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::batch::BatchOptions;
use super::batch_data::BatchItem;
use super::event::Observer;
use super::open::Engine;
use super::paper_list::PaperList;
use super::report::{Report, Section, Sections};
use super::request::{DEFAULT_TOP_K, Filters};
use super::snapshot::Snapshot;
use crate::library::STANDARD_INPUT;
use crate::paper::Paper;
use crate::{Error, Result};

/// Papers from which on the reasons of one of the nearest are enough: those of three would be most of the report.
const MANY: usize = 500;

/// Papers to report on, and what to say of them. Without files and papers, it is those of the library that meet the
/// conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportRequest {
    /// Files and folders of papers, which need not be in the library; `-` is standard input.
    pub files: Vec<PathBuf>,
    /// Papers of the library, each by any name. They come before those of files.
    pub papers: Vec<String>,
    /// Whether the whole library is meant where neither files nor papers nor conditions are named.
    pub all: bool,
    /// Conditions that papers of the library must meet, also those that are named.
    pub filters: Filters,
    /// How many nearest papers to list for each.
    pub top_k: usize,
    /// For how many of them to say why: 3 if it is not said, of more than 500 papers 1.
    pub reasons: Option<usize>,
    /// What the report has: everything if it is not said.
    pub sections: Sections,
    /// Heading: what was asked for if it is not said.
    pub title: Option<String>,
}

/// A report, and what came of the way to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportAnswer {
    /// The report; `None`: there is no paper to report on.
    pub report: Option<Report>,
    /// What the user should know: records that were skipped, and what was assumed of others; that there was no library to
    /// compare with.
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
            sections: Section::ALL.into(),
            title: None,
        }
    }
}

impl Engine {
    /// Reports on many papers: each with its nearest, and all together. Papers of files are not added to the library.
    ///
    /// # Errors
    /// As for [`ReportRequest::check`]; [`Error::PaperNotFound`], [`Error::AmbiguousPaper`] for names; what keeps a file from
    /// being read; [`Error::OtherModel`] or what keeps the model from being loaded, if papers have to be embedded.
    pub fn report(&self, request: &ReportRequest, observer: Observer) -> Result<ReportAnswer> {
        request.check()?;
        let (mut papers, mut notes) = (Vec::new(), Vec::new());
        for file in &request.files {
            let read = PaperList::read_all(file, self.folder())?;
            papers.extend(read.list.papers);
            notes.extend(read.notes);
        }
        let snapshot = self.snapshot(observer)?;
        let items = snapshot.items(request, papers)?;
        let report = if items.is_empty() { None } else { Some(snapshot.report(request, items)?) };
        if report.as_ref().is_some_and(|report| report.library_papers == 0) {
            let alone = "the library has no paper to compare with; the papers are compared with each other alone";
            notes.push(alone.to_owned());
        }
        Ok(ReportAnswer { report, notes })
    }
}

impl ReportRequest {
    /// Whether it can be answered, as far as that is known without a library.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if it names nothing, or what does not go together.
    pub fn check(&self) -> Result<()> {
        let Self { files, papers, all, filters, .. } = self;
        let reason = if files.is_empty() && papers.is_empty() && !all && filters.is_empty() {
            "name files or papers to report on, choose papers by filters such as --venue, or say --all".to_owned()
        } else if !files.is_empty() && !filters.is_empty() {
            format!("filters choose papers of the library; leave out {} or the filters", files[0].display())
        } else {
            return Ok(());
        };
        Err(Error::InvalidParameter(reason))
    }

    /// The default heading of a report on `papers` papers.
    fn heading(&self, papers: usize) -> String {
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

impl Snapshot<'_> {
    /// The papers to report on: those of the library that the request chooses, then those of its files.
    fn items(&self, request: &ReportRequest, of_files: Vec<Paper>) -> Result<Vec<BatchItem>> {
        let mut items = Vec::new();
        if !request.papers.is_empty() || request.files.is_empty() {
            let chosen = self.library().chosen(&request.papers, &request.filters)?;
            self.library().each_page(chosen.as_deref(), 0, u64::MAX, |page| {
                items.extend(page.into_iter().map(BatchItem::from));
                Ok::<(), Error>(())
            })?;
        }
        for paper in of_files {
            items.push(self.batch_item(paper)?);
        }
        Ok(items)
    }

    fn report(&self, request: &ReportRequest, items: Vec<BatchItem>) -> Result<Report> {
        let (mut sections, top_k) = (request.sections.clone(), request.top_k);
        let title = request.title.clone().unwrap_or_else(|| request.heading(items.len()));
        let explained = request.reasons.unwrap_or(if items.len() > MANY { 1 } else { 3 });
        let batch = self.batch(items, &BatchOptions { top_k, sections: sections.clone(), explained })?;
        if batch.library_papers == 0 {
            sections.remove(&Section::Nearest);
        }
        let model = match self.library().model()? {
            Some(model) => model.name,
            // The papers were embedded without the library.
            None => self.embedder()?.identity().name.clone(),
        };
        Ok(Report {
            title,
            library_papers: self.library().count()?,
            model,
            top_k,
            made_at: jiff::Zoned::now().date().to_string(),
            sections,
            entries: batch.entries,
            analysis: batch.analysis,
        })
    }
}

fn file_name(file: &Path) -> String {
    match file.file_name() {
        _ if file.as_os_str() == STANDARD_INPUT => "Standard input".to_owned(),
        Some(name) => name.to_string_lossy().into_owned(),
        None => file.display().to_string(),
    }
}
