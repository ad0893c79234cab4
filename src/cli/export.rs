//! `relata export`, and how papers are printed in the formats of files.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::json;

use super::Outcome;
use super::args::{Common, ExportArgs, FormatArgs};
use super::list::{each_page, passing};
use super::new_file::NewFile;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use super::similar::find_all;
use crate::formats::write::{ExportFormat, VectorFormat, VectorWriter};
use crate::library::{Library, Listed, PaperNumber};
use crate::report::json::SCHEMA_VERSION;

pub(super) fn run(args: &ExportArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Before the work, not after it.
    let targets = Targets::of(args)?;
    if output.json && targets.papers.as_ref().is_some_and(|papers| papers.path.is_none()) {
        bail!("standard output has the papers already; name a file for them with -o, or leave out --json");
    }
    if let Some(note) = targets.papers.as_ref().and_then(PaperTarget::misnamed) {
        output.note(note);
    }
    let recommender = common.open()?;
    let library = recommender.library();
    let among = chosen_papers(args, library)?;
    let progress = Progress::new(common);
    // One state of the library, whoever writes to it meanwhile.
    let written = library.snapshot(|| Ok(write(&targets, library, among.as_deref(), output, &progress)))??;
    drop(progress);
    tell(&targets, &written, output)?;
    Ok(if written.papers == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// The papers to write; `None`: all.
fn chosen_papers(args: &ExportArgs, library: &Library) -> crate::Result<Option<Vec<PaperNumber>>> {
    let passing = passing(library, &args.filters)?;
    if args.papers.is_empty() {
        return Ok(passing);
    }
    let named = find_all(library, &args.papers)?.into_iter().map(|listed| listed.number);
    Ok(Some(named.filter(|number| passing.as_ref().is_none_or(|passing| passing.contains(number))).collect()))
}

/// The format that `--format` names.
pub(super) fn chosen(args: &FormatArgs, output: &Output) -> anyhow::Result<Option<ExportFormat>> {
    if output.json && args.format.is_some() {
        bail!("--json and --format are two ways of printing papers; use one of them");
    }
    Ok(args.format.as_deref().map(str::parse).transpose()?)
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
                ExportFormat::ALL.map(ExportFormat::name).join("|")
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
    library: &Library,
    among: Option<&[PaperNumber]>,
    output: &mut Output,
    progress: &Progress,
) -> anyhow::Result<Written> {
    let of_all = match among {
        Some(among) => among.len() as u64,
        None => library.count()?,
    };
    let embedded = targets.vectors.is_some().then(|| Embedded::of(library, among)).transpose()?;
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
                embedded.write(library, &page, matrix.as_mut())?;
            }
            done += page.len() as u64;
            Ok(())
        };
        each_page(library, among, 0, u64::MAX, |page| take(&page))?;
        papers.map_or(Ok(()), |mut papers| papers.finish())?;
        matrix.map_or(Ok(()), |mut matrix| matrix.finish())?;
    }
    for file in [paper_file, vector_file, id_file].into_iter().flatten() {
        file.finish()?;
    }
    Ok(Written { papers: total, without_vector: of_all - total })
}

/// The papers that have a vector.
struct Embedded {
    papers: HashSet<PaperNumber>,
    /// How many of those that are asked for.
    count: u64,
    dim: usize,
}

impl Embedded {
    fn of(library: &Library, among: Option<&[PaperNumber]>) -> crate::Result<Self> {
        let Some(model) = library.model()? else { return Ok(Self { papers: HashSet::new(), count: 0, dim: 0 }) };
        let papers: HashSet<_> = library.live_rows()?.into_iter().map(|row| row.paper).collect();
        let count = match among {
            Some(among) => among.iter().filter(|number| papers.contains(number)).count(),
            None => papers.len(),
        };
        Ok(Self { papers, count: count as u64, dim: model.dim })
    }

    fn has(&self, listed: &Listed) -> bool {
        self.papers.contains(&listed.number)
    }

    fn write(&self, library: &Library, page: &[&Listed], out: &mut dyn VectorWriter) -> anyhow::Result<()> {
        let mut papers = page.iter();
        let mut failure = Ok(());
        library.read_vectors(page.iter().map(|listed| listed.number), self.dim, |vector| {
            if let (Some(listed), Ok(())) = (papers.next(), &failure) {
                failure = out.vector(&listed.paper, vector.as_slice());
            }
        })?;
        Ok(failure?)
    }
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
