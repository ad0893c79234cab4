//! `relata report`.

use std::path::Path;

use anyhow::Context;

use super::Outcome;
use super::args::{Common, ReportArgs};
use super::new_file::NewFile;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use super::reading::papers_of;
use super::similar::find_all;
use crate::recommender::{BatchItem, Observer, Recommender};
use crate::report::{self, Report, ReportFormat};

pub(super) fn run(args: &ReportArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Before the work, not after it.
    let target = args.output.as_deref().map(|path| format_of(path).map(|format| (path, format))).transpose()?;
    let recommender = common.open()?;
    let progress = Progress::new(common);
    let (title, items) = items(args, &recommender, output)?;
    if items.is_empty() {
        output.note("there is no paper to report on");
        return Ok(Outcome::NothingFound);
    }
    let report = make(&recommender, title, items, args.top_k as usize, &|event| progress.observe(event))?;
    drop(progress);
    if output.json {
        report::write(&report, ReportFormat::Json, output.writer())?;
    }
    if let Some((path, format)) = target {
        write_file(&report, format, path)?;
        output.note(format!("{} reported on in {}", papers_counted(report.entries.len() as u64), path.display()));
    }
    Ok(Outcome::Done)
}

/// A report of the library on `items`.
pub(super) fn make(
    recommender: &Recommender,
    title: String,
    items: Vec<BatchItem>,
    top_k: usize,
    observer: Observer,
) -> crate::Result<Report> {
    let entries = recommender.batch(items, top_k, observer)?;
    Ok(Report {
        title,
        library_papers: recommender.library().count()?,
        model: recommender.library().model()?.map(|model| model.name).unwrap_or_default(),
        top_k,
        made_at: jiff::Zoned::now().date().to_string(),
        entries,
    })
}

/// Writes `report` to the file at `path`.
pub(super) fn write_file(report: &Report, format: ReportFormat, path: &Path) -> anyhow::Result<()> {
    let mut file = NewFile::create(path)?;
    report::write(report, format, &mut file)?;
    file.finish()
}

fn format_of(path: &Path) -> anyhow::Result<ReportFormat> {
    ReportFormat::from_extension(path)
        .with_context(|| format!("{}: the ending says no format; use .html, .md, .csv or .json", path.display()))
}

fn items(
    args: &ReportArgs,
    recommender: &Recommender,
    output: &mut Output,
) -> anyhow::Result<(String, Vec<BatchItem>)> {
    let library = recommender.library();
    if args.all {
        let all = library.list(0, u64::MAX)?.into_iter().map(BatchItem::from).collect();
        return Ok(("The whole library".to_owned(), all));
    }
    let mut items: Vec<BatchItem> = find_all(library, &args.papers)?.into_iter().map(BatchItem::from).collect();
    let Some(file) = &args.file else { return Ok((papers_counted(items.len() as u64), items)) };
    for paper in papers_of(file, output)? {
        items.push(recommender.batch_item(paper)?);
    }
    let name = file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok((name, items))
}
