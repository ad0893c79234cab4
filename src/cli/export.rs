//! `relata export`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use serde_json::json;

use super::format::FormatArgs;
use super::global::Common;
use super::new_file::{NewFile, unknown_extension};
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use super::steering::FilterArgs;
use crate::engine::{Connection, Listed, PaperNumber};
use crate::formats::write::visible::visible;
use crate::formats::write::{ExportFormat, VectorFormat};

/// Write papers or their vectors to a file
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/export.txt"))]
pub(super) struct ExportArgs {
    /// Papers in the library, each by id, arXiv id, DOI, URL or title [default: all]
    #[arg(value_name = "PAPER")]
    pub papers: Vec<String>,
    /// Export every paper of the library; this is the default
    #[arg(long, conflicts_with = "papers")]
    pub all: bool,
    /// Write the papers to this file; `-` is standard output, the default
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub format: FormatArgs,
    /// Write the papers' vectors to this file; its extension chooses the format
    #[arg(long, value_name = "FILE")]
    pub vectors: Option<PathBuf>,
    #[command(flatten)]
    pub filters: FilterArgs,
}

pub(super) fn run(args: &ExportArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Checks the options before the library is opened.
    let targets = Targets::new(args, output)?;
    let filters = args.filters.filters()?;
    let engine = common.open()?;
    // A connection reads one state of the library, even if another process writes to it.
    let library = engine.library()?;
    let among = library.chosen(&args.papers, &filters)?;
    let progress = Progress::new(common);
    let written = write(&targets, &library, among.as_deref(), output, &progress)?;
    drop(progress);
    report(&targets, &written, output)?;
    Ok(Outcome::found(written.papers > 0))
}

/// What to write, and where.
struct Targets<'a> {
    papers: Option<ExportFormat>,
    /// The file of papers; `None` for standard output.
    path: Option<&'a Path>,
    vectors: Option<(VectorFormat, &'a Path)>,
    /// The file of ids, if the format of the vectors cannot contain them.
    ids: Option<PathBuf>,
}

impl<'a> Targets<'a> {
    fn new(args: &'a ExportArgs, output: &mut Output) -> anyhow::Result<Self> {
        let path = args.output.as_deref().filter(|path| path.as_os_str() != "-");
        let vectors = args.vectors.as_deref().map(|path| match VectorFormat::from_extension(path) {
            Some(format) => Ok((format, path)),
            None => Err(unknown_extension(path, VectorFormat::EXTENSIONS)),
        });
        let vectors = vectors.transpose()?;
        let ids = vectors.filter(|(format, _)| *format == VectorFormat::Npy);
        let ids = ids.map(|(_, path)| path.with_extension("ids.txt"));
        let by_extension = path.and_then(ExportFormat::from_extension);
        let papers = match (&args.format.format, path) {
            (None, None) if vectors.is_some() && args.output.is_none() => None,
            (None, None) => bail!(
                "choose a format with --format {}, or a file with -o",
                ExportFormat::ALL.iter().map(|format| format.name()).collect::<Vec<_>>().join("|")
            ),
            (None, Some(path)) if by_extension.is_none() => {
                return Err(unknown_extension(path, &format!("{}, or --format", ExportFormat::EXTENSIONS)));
            }
            (None, Some(_)) => by_extension,
            (Some(name), _) => Some(name.parse()?),
        };
        if output.json && papers.is_some() && path.is_none() {
            bail!("--json and the papers cannot both be printed; write the papers to a file with -o");
        }
        if let (Some(path), Some(papers), Some(by_extension)) = (path, papers, by_extension)
            && papers != by_extension
        {
            let (papers, by_extension) = (papers.name(), by_extension.name());
            output.note(format!("{}: written as {papers}, but its extension means {by_extension}", path.display()));
        }
        Ok(Self { papers, path, vectors, ids })
    }
}

/// How many papers were written, and how many were left out because they have no vector.
struct Written {
    papers: u64,
    without_vector: u64,
}

/// Writes all files, a page of papers at a time. The files get their final names when all of them are complete.
fn write(
    targets: &Targets,
    library: &Connection,
    among: Option<&[PaperNumber]>,
    output: &mut Output,
    progress: &Progress,
) -> anyhow::Result<Written> {
    let of_all = match among {
        Some(among) => among.len() as u64,
        None => library.count()?,
    };
    let embedded = targets.vectors.is_some().then(|| library.embedded_papers(among)).transpose()?;
    let total = embedded.as_ref().map_or(of_all, |embedded| embedded.count);
    if total == 0 {
        return Ok(Written { papers: 0, without_vector: of_all });
    }
    let create = |path: Option<&Path>| path.map(NewFile::create).transpose();
    let mut paper_file = create(targets.path.filter(|_| targets.papers.is_some()))?;
    let mut vector_file = create(targets.vectors.map(|(_, path)| path))?;
    let mut id_file = create(targets.ids.as_deref())?;
    {
        let shows_progress = targets.papers.is_none() || paper_file.is_some();
        let mut papers = targets.papers.map(|format| match &mut paper_file {
            Some(file) => format.writer(file),
            None => format.writer(output.writer()),
        });
        let mut matrix = match (targets.vectors, &embedded, &mut vector_file) {
            (Some((format, _)), Some(embedded), Some(file)) => Some(format.writer(file, total, embedded.dim)?),
            _ => None,
        };
        let mut done = 0;
        let mut take = |page: &[Listed]| -> anyhow::Result<()> {
            let has_vector = |listed: &&Listed| embedded.as_ref().is_none_or(|embedded| embedded.has(listed));
            let page: Vec<&Listed> = page.iter().filter(has_vector).collect();
            for (place, listed) in page.iter().enumerate() {
                papers.as_mut().map_or(Ok(()), |papers| papers.paper(&listed.paper))?;
                id_file.as_mut().map_or(Ok(()), |ids| writeln!(ids, "{}", visible(listed.paper.id.as_str())))?;
                if shows_progress {
                    progress.writing(done + place as u64 + 1, total);
                }
            }
            if let (Some(embedded), Some(matrix)) = (&embedded, &mut matrix) {
                library.each_vector(&page, embedded.dim, |listed, vector| -> anyhow::Result<()> {
                    Ok(matrix.vector(&listed.paper, vector)?)
                })?;
            }
            done += page.len() as u64;
            Ok(())
        };
        library.each_page(among, 0, u64::MAX, |page| take(&page))?;
        papers.map_or(Ok(()), |mut papers| papers.finish())?;
        matrix.map_or(Ok(()), |mut matrix| matrix.finish())?;
    }
    for file in [paper_file, vector_file, id_file].into_iter().flatten() {
        file.finish()?;
    }
    Ok(Written { papers: total, without_vector: of_all - total })
}

/// Prints what was written.
fn report(targets: &Targets, written: &Written, output: &mut Output) -> anyhow::Result<()> {
    let Targets { papers: format, path, vectors, ids } = targets;
    let Written { papers, without_vector } = *written;
    if vectors.is_some() && without_vector > 0 {
        let count = papers_counted(without_vector);
        output.note(format!("left out {count} without a vector; `relata add` without a file embeds them"));
    }
    if output.json {
        return output.json(&json!({
            "written": papers,
            "without_vector": vectors.map(|_| without_vector),
            "output": path,
            "format": format.map(ExportFormat::name),
            "vectors": vectors.map(|(_, path)| path),
            "ids": ids,
        }));
    }
    if papers == 0 {
        output.note("No paper to write.");
        return Ok(());
    }
    let paper_place = format.map(|_| path.map_or("standard output".to_owned(), |path| path.display().to_string()));
    let files = [vectors.map(|(_, path)| path), ids.as_deref()].into_iter().flatten();
    let places: Vec<String> = paper_place.into_iter().chain(files.map(|path| path.display().to_string())).collect();
    output.note(format!("Wrote {} to {}", papers_counted(papers), places.join(", ")));
    Ok(())
}
