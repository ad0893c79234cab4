//! From a request for a report to the report.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::add::AddRequest;
use super::ask::named_papers;
use super::batch::BatchOptions;
use super::event::Observer;
use super::gathered::BatchItem;
use super::paper_list::PaperList;
use super::report::{Report, Section, Sections};
use super::request::{DEFAULT_TOP_K, Filters};
use super::shared::Engine;
use super::snapshot::Snapshot;
use super::summary::AddSummary;
use crate::analysis::Wanted;
use crate::library::{Listed, PaperNumber, STANDARD_INPUT};
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
    /// Whether to add the papers of the files to the library as well.
    pub add: bool,
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
    /// What became of the papers of the files in the library, if they were to be added.
    pub added: Option<AddSummary>,
    /// What the user should know: records that were skipped, and what was assumed of others, unless `added` has it; that
    /// there was no library to compare with.
    pub notes: Vec<String>,
}

impl Default for ReportRequest {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            papers: Vec::new(),
            all: false,
            filters: Filters::default(),
            add: false,
            top_k: DEFAULT_TOP_K,
            reasons: None,
            sections: Section::ALL.into(),
            title: None,
        }
    }
}

impl Engine {
    /// Reports on many papers: each with its nearest, and all together.
    ///
    /// # Errors
    /// As for [`ReportRequest::check`]; [`Error::PaperNotFound`], [`Error::AmbiguousPaper`] for names; what keeps a file from
    /// being read; with `add`, as for [`add`](Self::add); [`Error::OtherModel`] or what keeps the model from being loaded,
    /// if papers have to be embedded.
    pub fn report(&self, request: &ReportRequest, observer: Observer) -> Result<ReportAnswer> {
        request.check()?;
        let adding = || self.add(&AddRequest::of(request.files.iter().cloned()), observer);
        let added = request.add.then(adding).transpose()?;
        let (mut papers, mut notes) = (Vec::new(), Vec::new());
        for file in &request.files {
            let read = PaperList::read_all(file, self.folder())?;
            papers.extend(read.list.papers);
            notes.extend(read.notes);
        }
        if added.is_some() {
            // It says the same of the files.
            notes.clear();
        }
        let snapshot = self.snapshot(observer)?;
        let items = snapshot.items(request, papers)?;
        let report = if items.is_empty() { None } else { Some(snapshot.report(request, items)?) };
        if report.as_ref().is_some_and(|report| report.library_papers == 0) {
            let alone = "the library has no paper to compare with; the papers are compared with each other alone";
            notes.push(alone.to_owned());
        }
        Ok(ReportAnswer { report, added, notes })
    }
}

impl ReportRequest {
    /// Whether it can be answered, as far as that is known without a library.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if it names nothing, or what does not go together.
    pub fn check(&self) -> Result<()> {
        let Self { files, papers, all, filters, add, .. } = self;
        let is_stdin = |file: &PathBuf| file.as_os_str() == STANDARD_INPUT;
        let reason = if files.is_empty() && papers.is_empty() && !all && filters.is_empty() {
            "name files or papers to report on, choose papers by filters such as --venue, or say --all".to_owned()
        } else if !files.is_empty() && !filters.is_empty() {
            format!("filters choose papers of the library; leave out {} or the filters", files[0].display())
        } else if *add && files.is_empty() {
            format!("--add takes the papers of files, and none of {papers:?} is a file")
        } else if *add && files.iter().any(is_stdin) {
            "standard input can be read once; `relata add -` first, or leave out --add".to_owned()
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
        let library = self.library();
        let filter = request.filters.read()?;
        let passing = (!filter.is_empty()).then(|| library.filtered(&filter)).transpose()?;
        if request.files.is_empty() && request.papers.is_empty() {
            let chosen: Vec<Listed> = match passing {
                None => library.list(0, u64::MAX)?,
                Some(numbers) => {
                    let listed = numbers.into_iter().filter_map(|number| library.paper(number).transpose());
                    listed.collect::<Result<_>>()?
                }
            };
            return Ok(chosen.into_iter().map(BatchItem::from).collect());
        }
        let passing: Option<HashSet<PaperNumber>> = passing.map(HashSet::from_iter);
        let passes = |listed: &Listed| passing.as_ref().is_none_or(|passing| passing.contains(&listed.number));
        let named = named_papers(library, &request.papers)?.into_iter().filter(passes).map(|listed| Ok(listed.into()));
        named.chain(of_files.into_iter().map(|paper| self.batch_item(paper))).collect()
    }

    fn report(&self, request: &ReportRequest, items: Vec<BatchItem>) -> Result<Report> {
        let (mut sections, top_k) = (request.sections.clone(), request.top_k);
        let title = request.title.clone().unwrap_or_else(|| request.heading(items.len()));
        let has = |section| sections.contains(&section);
        let analysis = Wanted {
            pairs: has(Section::Pairs),
            // The map is coloured by them.
            clusters: has(Section::Clusters) || has(Section::Map),
            map: has(Section::Map),
            heat_map: has(Section::HeatMap),
            spread: has(Section::Spread),
            embedding: has(Section::Embedding),
        };
        let (nearest, within) = (has(Section::Nearest), has(Section::Within));
        let explained = request.reasons.unwrap_or(if items.len() > MANY { 1 } else { 3 });
        let mut batch = self.batch(items, &BatchOptions { top_k, nearest, within, explained, analysis })?;
        if batch.library_papers == 0 {
            sections.remove(&Section::Nearest);
        }
        if !sections.contains(&Section::Clusters) {
            batch.analysis.orphans.clear();
            batch.analysis.bridges.clear();
        }
        let model = match self.library().model()? {
            Some(model) => model.name,
            // Whatever was embedded was embedded by it.
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
