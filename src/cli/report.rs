//! `relata report`.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, bail};

use super::Outcome;
use super::args::{Common, ReportArgs};
use super::output::{Output, papers_counted};
use super::progress::Progress;
use super::similar::find_all;
use crate::formats::{self, Item};
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

/// Writes to a temporary file beside `path` and renames: a report that is there is whole.
pub(super) fn write_file(report: &Report, format: ReportFormat, path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut builder = tempfile::Builder::new();
        // A temporary file is for its owner alone; a report is a file like any other, as the umask allows.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = BufWriter::new(builder.tempfile_in(folder)?);
        report::write(report, format, &mut file)?;
        file.flush()?;
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
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
    let read = formats::read(file, None, &mut |item| {
        match item {
            Item::Paper { paper, .. } => items.push(recommender.batch_item(*paper)?),
            Item::Problem(problem) => output.note(format!("skipped: {problem}")),
        }
        Ok(())
    })?;
    if read.papers == 0 {
        bail!("{}: no paper could be read", file.display());
    }
    let name = file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok((name, items))
}
