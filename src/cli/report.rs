//! `relata report`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::Outcome;
use super::add;
use super::args::{Common, ReportArgs};
use super::list::{each_page, passing};
use super::new_file::NewFile;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use super::reading::papers_in;
use super::similar::find_all;
use crate::Error;
use crate::analysis::Wanted;
use crate::library::{Library, PaperNumber};
use crate::paper::Paper;
use crate::recommender::{AddOptions, BatchItem, BatchOptions, Observer, Recommender};
use crate::report::{self, Report, ReportFormat, Section, Sections};

/// Papers from which on the reasons of one of the nearest are enough: those of three would be most of the report.
const MANY: usize = 500;

pub(super) fn run(args: &ReportArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Before the work, not after it.
    let target = args.output.as_deref().map(|path| format_of(path).map(|format| (path, format))).transpose()?;
    let mut sections = sections(args)?;
    if let Some((path, format)) = target {
        let shown: Sections = sections.intersection(&format.sections()).copied().collect();
        anyhow::ensure!(!shown.is_empty(), "{}: a file of this kind has none of these sections", path.display());
        let has_map = shown.contains(&Section::Map) || !matches!(format, ReportFormat::Svg | ReportFormat::Png);
        anyhow::ensure!(has_map, "{}: this is a picture of the map, which is left out", path.display());
        if !output.json {
            // What the file cannot show is not made.
            sections = shown;
        }
    }
    let inputs = Inputs::of(args)?;
    let nowhere = tempfile::tempdir()?;
    let mut recommender = open(args, &inputs, common, nowhere.path())?;
    let progress = Progress::new(common);
    let observer = |event: crate::recommender::Event| progress.observe(event);
    if args.add {
        let summary = recommender.add(&inputs.files, &AddOptions::default(), &observer)?;
        progress.clear();
        add::tell(&summary, output);
        output.note(add::in_words(&summary));
    }
    let items = items(args, &inputs, &recommender, output)?;
    if items.is_empty() {
        output.note("there is no paper to report on");
        return Ok(Outcome::NothingFound);
    }
    let title = args.title.clone().unwrap_or_else(|| inputs.title(args, items.len()));
    let has_reasons = output.json || target.is_none_or(|(_, format)| format.has_reasons());
    let reasons = if has_reasons { args.reasons.map(|reasons| reasons as usize) } else { Some(0) };
    let asked = Asked { sections, top_k: args.top_k as usize, reasons };
    let report = make(&recommender, title, items, asked, &observer)?;
    drop(progress);
    if report.library_papers == 0 {
        output.note("the library has no paper to compare with; the papers are compared with each other alone");
    }
    if output.json {
        report::write(&report, ReportFormat::Json, output.writer())?;
    }
    if let Some((path, format)) = target {
        write_file(&report, format, path)?;
        output.note(format!("{} reported on in {}", papers_counted(report.entries.len() as u64), path.display()));
    }
    Ok(Outcome::Done)
}

/// What a report is to have.
pub(super) struct Asked {
    pub sections: Sections,
    pub top_k: usize,
    /// Of how many of a paper's nearest to say why; otherwise few, of many papers fewer.
    pub reasons: Option<usize>,
}

/// A report of the library on `items`.
pub(super) fn make(
    recommender: &Recommender,
    title: String,
    items: Vec<BatchItem>,
    asked: Asked,
    observer: Observer,
) -> crate::Result<Report> {
    let Asked { mut sections, top_k, reasons } = asked;
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
    let explained = reasons.unwrap_or(if items.len() > MANY { 1 } else { 3 });
    let options = BatchOptions { top_k, nearest, within, explained, analysis };
    let mut batch = recommender.batch(items, &options, observer)?;
    if batch.library_papers == 0 {
        sections.remove(&Section::Nearest);
    }
    if !sections.contains(&Section::Clusters) {
        batch.analysis.orphans.clear();
        batch.analysis.bridges.clear();
    }
    let model = match recommender.library().model()? {
        Some(model) => model.name,
        // Whatever was embedded was embedded by it.
        None => recommender.embedder(observer)?.identity().name.clone(),
    };
    Ok(Report {
        title,
        library_papers: recommender.library().count()?,
        model,
        top_k,
        made_at: jiff::Zoned::now().date().to_string(),
        sections,
        entries: batch.entries,
        analysis: batch.analysis,
    })
}

/// Writes `report` to the file at `path`.
pub(super) fn write_file(report: &Report, format: ReportFormat, path: &Path) -> anyhow::Result<()> {
    let mut file = NewFile::create(path)?;
    report::write(report, format, &mut file)?;
    file.finish()
}

fn format_of(path: &Path) -> anyhow::Result<ReportFormat> {
    ReportFormat::from_path(path)
        .with_context(|| format!("{}: the ending says no format; use {}", path.display(), ReportFormat::ENDINGS))
}

fn sections(args: &ReportArgs) -> anyhow::Result<Sections> {
    let named = |names: &[String], section: &Section| names.iter().any(|name| name == section.name());
    let is_wanted = |section: &Section| match args.sections.as_slice() {
        [] => !named(&args.without, section),
        names => named(names, section),
    };
    let sections: Sections = Section::ALL.into_iter().filter(is_wanted).collect();
    if sections.is_empty() {
        bail!("every section is left out; name fewer under --without");
    }
    Ok(sections)
}

/// What was named.
struct Inputs {
    files: Vec<PathBuf>,
    /// Papers of the library.
    names: Vec<String>,
}

impl Inputs {
    fn of(args: &ReportArgs) -> anyhow::Result<Self> {
        let is_file = |input: &&String| *input == "-" || Path::new(input).exists();
        let (files, names): (Vec<&String>, Vec<&String>) = args.inputs.iter().partition(is_file);
        let inputs =
            Self { files: files.into_iter().map(PathBuf::from).collect(), names: names.into_iter().cloned().collect() };
        let has_filter = !args.filters.filter().is_empty();
        if args.inputs.is_empty() && !args.all && !has_filter {
            bail!("name files or papers to report on, choose papers by filters such as --venue, or say --all");
        }
        if !inputs.files.is_empty() && has_filter {
            bail!("filters choose papers of the library; leave out {} or the filters", inputs.files[0].display());
        }
        if args.add && inputs.files.is_empty() {
            bail!("--add takes the papers of files, and none of {:?} is a file", inputs.names);
        }
        if args.add && inputs.files.iter().any(|file| file.as_os_str() == "-") {
            bail!("standard input can be read once; `relata add -` first, or leave out --add");
        }
        Ok(inputs)
    }

    /// What a report on them is called.
    fn title(&self, args: &ReportArgs, papers: usize) -> String {
        match (self.files.as_slice(), self.names.len()) {
            ([], 0) if args.filters.filter().is_empty() => "The whole library".to_owned(),
            ([], 0) => "A part of the library".to_owned(),
            ([file], 0) => file_name(file),
            ([], _) => papers_counted(papers as u64),
            ([file], names) => format!("{} and {}", file_name(file), papers_counted(names as u64)),
            ([first, others @ ..], _) => format!("{} and {} more", file_name(first), others.len() + self.names.len()),
        }
    }
}

fn file_name(file: &Path) -> String {
    match file.file_name() {
        _ if file.as_os_str() == "-" => "Standard input".to_owned(),
        Some(name) => name.to_string_lossy().into_owned(),
        None => file.display().to_string(),
    }
}

/// The library; with files alone, and without a library, an empty one in `nowhere`.
fn open(args: &ReportArgs, inputs: &Inputs, common: &Common, nowhere: &Path) -> anyhow::Result<Recommender> {
    if args.add {
        return common.open_or_create();
    }
    let is_missing = |error: &anyhow::Error| matches!(error.downcast_ref(), Some(Error::NoLibrary { .. }));
    match common.open() {
        Err(error) if is_missing(&error) && inputs.names.is_empty() && !inputs.files.is_empty() => {
            Ok(common.open_or_create_in(nowhere)?)
        }
        opened => opened,
    }
}

fn items(
    args: &ReportArgs,
    inputs: &Inputs,
    recommender: &Recommender,
    output: &mut Output,
) -> anyhow::Result<Vec<BatchItem>> {
    let library = recommender.library();
    if args.inputs.is_empty() {
        return chosen(args, library);
    }
    let passing: Option<HashSet<PaperNumber>> = passing(library, &args.filters)?.map(HashSet::from_iter);
    let mut items = Vec::new();
    if !inputs.names.is_empty() {
        let found = find_all(library, &inputs.names).map_err(|error| not_found(error, &inputs.names))?;
        let passes = |number| passing.as_ref().is_none_or(|passing| passing.contains(&number));
        items.extend(found.into_iter().filter(|listed| passes(listed.number)).map(BatchItem::from));
    }
    let read = |output: &mut Output| -> anyhow::Result<Vec<Paper>> {
        let of_file = |file: &PathBuf| papers_in(file, library.folder(), output);
        Ok(inputs.files.iter().map(of_file).collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten().collect())
    };
    // What `add` said of files need not be said again.
    let papers = if args.add { output.silently(read) } else { read(output) };
    for paper in papers? {
        items.push(recommender.batch_item(paper)?);
    }
    Ok(items)
}

/// The papers of the library that pass the filters.
fn chosen(args: &ReportArgs, library: &Library) -> anyhow::Result<Vec<BatchItem>> {
    let passing = passing(library, &args.filters)?;
    let mut items = Vec::new();
    each_page(library, passing.as_deref(), 0, u64::MAX, |page| {
        items.extend(page.into_iter().map(BatchItem::from));
        Ok(())
    })?;
    Ok(items)
}

/// A name may be meant as a file.
fn not_found(error: Error, names: &[String]) -> anyhow::Error {
    let is_path = |name: &&String| name.contains(std::path::MAIN_SEPARATOR) || Path::new(name).extension().is_some();
    match (&error, names.iter().find(is_path)) {
        (Error::PaperNotFound { query, .. }, Some(name)) if query == name => {
            anyhow::Error::new(error).context(format!("{name} is no file either"))
        }
        _ => error.into(),
    }
}
