//! `relata export`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::json;

use super::args::{Common, ExportArgs};
use super::new_file::NewFile;
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::engine::json::SCHEMA_VERSION;
use crate::engine::{Connection, Listed, PaperNumber};
use crate::formats::write::{ExportFormat, VectorFormat};

pub(super) fn run(args: &ExportArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Before the work, not after it.
    let targets = Targets::of(args)?;
    if output.json && targets.papers.as_ref().is_some_and(|papers| papers.path.is_none()) {
        bail!("standard output has the papers already; name a file for them with -o, or leave out --json");
    }
    if let Some(note) = targets.papers.as_ref().and_then(PaperTarget::misnamed) {
        output.note(note);
    }
    let engine = common.open()?;
    // One state of the library, whoever writes to it meanwhile.
    let library = engine.library()?;
    let among = library.chosen(&args.papers, &args.filters.filters())?;
    let progress = Progress::new(common);
    let written = write(&targets, &library, among.as_deref(), output, &progress)?;
    drop(progress);
    tell(&targets, &written, output)?;
    Ok(Outcome::found(written.papers > 0))
}

/// What to write, and where.
struct Targets {
    papers: Option<PaperTarget>,
    vectors: Option<VectorTarget>,
}

struct PaperTarget {
    format: ExportFormat,
    /// `None`: standard output.
    path: Option<PathBuf>,
}

struct VectorTarget {
    format: VectorFormat,
    path: PathBuf,
    /// Where the ids go, if the format has no place for them.
    ids: Option<PathBuf>,
}

impl Targets {
    fn of(args: &ExportArgs) -> anyhow::Result<Self> {
        let vectors = args.vectors.as_deref().map(VectorTarget::of).transpose()?;
        let only_vectors = vectors.is_some() && args.output.is_none() && args.format.format.is_none();
        let papers = if only_vectors { None } else { Some(PaperTarget::of(args)?) };
        Ok(Self { papers, vectors })
    }
}

impl PaperTarget {
    fn of(args: &ExportArgs) -> anyhow::Result<Self> {
        let path = args.output.clone().filter(|path| path.as_os_str() != "-");
        let format = match (&args.format.format, &path) {
            (Some(name), _) => name.parse()?,
            (None, Some(path)) => ExportFormat::from_extension(path).with_context(|| {
                let endings = ExportFormat::ENDINGS;
                format!("{}: the ending says no format; use {endings}, or name one with --format", path.display())
            })?,
            (None, None) => bail!(
                "say in which format: --format {}; or name a file with -o, whose ending says it",
                ExportFormat::ALL.iter().map(|format| format.name()).collect::<Vec<_>>().join("|")
            ),
        };
        Ok(Self { format, path })
    }

    /// What to say of a file that others, by its ending, will take for one of another format.
    fn misnamed(&self) -> Option<String> {
        let path = self.path.as_deref()?;
        let by_ending = ExportFormat::from_extension(path).filter(|by_ending| *by_ending != self.format)?;
        let (format, by_ending) = (self.format.name(), by_ending.name());
        Some(format!(
            "{}: its format is {format}, as --format says, though its ending says {by_ending}",
            path.display()
        ))
    }
}

impl VectorTarget {
    fn of(path: &Path) -> anyhow::Result<Self> {
        let format = VectorFormat::from_extension(path).with_context(|| {
            let is_parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
            let remedy = if is_parquet { "; for .parquet, build relata with `--features parquet`" } else { "" };
            let endings = VectorFormat::ENDINGS;
            format!("{}: vectors cannot be written to a file of this ending; use {endings}{remedy}", path.display())
        })?;
        let ids = (format == VectorFormat::Npy).then(|| path.with_extension("ids.txt"));
        Ok(Self { format, path: path.to_owned(), ids })
    }
}

/// What came of it.
struct Written {
    papers: u64,
    without_vector: u64,
}

/// Writes everything, a page of papers at a time; files are moved to their places when all are whole.
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
    let create = |path: Option<&PathBuf>| path.map(|path| NewFile::create(path)).transpose();
    let vectors = targets.vectors.as_ref();
    let mut paper_file = create(targets.papers.as_ref().and_then(|target| target.path.as_ref()))?;
    let mut vector_file = create(vectors.map(|target| &target.path))?;
    let mut id_file = create(vectors.and_then(|target| target.ids.as_ref()))?;
    {
        let shows_progress = targets.papers.is_none() || paper_file.is_some();
        let mut papers = targets.papers.as_ref().map(|target| match &mut paper_file {
            Some(file) => target.format.writer(file),
            None => target.format.writer(output.writer()),
        });
        let mut matrix = match (vectors, &embedded, &mut vector_file) {
            (Some(target), Some(embedded), Some(file)) => Some(target.format.writer(file, total, embedded.dim)?),
            _ => None,
        };
        let mut done = 0;
        let mut take = |page: &[Listed]| -> anyhow::Result<()> {
            let has_vector = |listed: &&Listed| embedded.as_ref().is_none_or(|embedded| embedded.has(listed));
            let page: Vec<&Listed> = page.iter().filter(has_vector).collect();
            for (place, listed) in page.iter().enumerate() {
                papers.as_mut().map_or(Ok(()), |papers| papers.paper(&listed.paper))?;
                id_file.as_mut().map_or(Ok(()), |ids| writeln!(ids, "{}", listed.paper.id))?;
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

fn tell(targets: &Targets, written: &Written, output: &mut Output) -> anyhow::Result<()> {
    let Written { papers, without_vector } = *written;
    if targets.vectors.is_some() && without_vector > 0 {
        output.note(format!(
            "{} without a vector left out: `relata add` without a file embeds them",
            papers_counted(without_vector)
        ));
    }
    let paper_path = targets.papers.as_ref().and_then(|target| target.path.as_deref());
    let vectors = targets.vectors.as_ref();
    if output.json {
        return output.json(&json!({
            "schema_version": SCHEMA_VERSION,
            "written": papers,
            "without_vector": vectors.map(|_| without_vector),
            "output": paper_path,
            "format": targets.papers.as_ref().map(|target| target.format.name()),
            "vectors": vectors.map(|target| &target.path),
            "ids": vectors.map(|target| &target.ids),
        }));
    }
    if papers == 0 {
        output.note("there is no paper to write");
        return Ok(());
    }
    let mut places = Vec::new();
    places.extend(targets.papers.as_ref().map(|_| paper_path.map_or("standard output".into(), shown)));
    places.extend(vectors.map(|target| shown(&target.path)));
    places.extend(vectors.and_then(|target| target.ids.as_deref()).map(shown));
    output.note(format!("{} written to {}", papers_counted(papers), places.join(", ")));
    Ok(())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
