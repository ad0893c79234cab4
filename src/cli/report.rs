//! `relata report`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::added;
use super::args::{Common, ReportArgs};
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use super::report_file;
use crate::Error;
use crate::engine::{AddRequest, Engine, ReportRequest, STANDARD_INPUT};
use crate::report::{self, ReportFormat, Section, Sections};

pub(super) fn run(args: &ReportArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Before the work, not after it.
    let target = args.output.as_deref().map(|path| format_of(path).map(|format| (path, format))).transpose()?;
    let mut request = request(args, sections(args)?);
    if let Some((path, format)) = target {
        let shown: Sections = request.sections.intersection(&format.sections()).copied().collect();
        ensure!(!shown.is_empty(), "{}: this format cannot show the chosen sections", path.display());
        let has_map = shown.contains(&Section::Map) || !matches!(format, ReportFormat::Svg | ReportFormat::Png);
        ensure!(has_map, "{}: this is a picture of the map, which is left out", path.display());
        if !output.json {
            // What the file cannot show is not made.
            request.sections = shown;
            if !format.has_reasons() {
                request.reasons = Some(0);
            }
        }
    }
    request.check()?;
    if args.add {
        check_files_to_add(&request)?;
    }
    let nowhere = tempfile::tempdir()?;
    let engine = open(args.add, &request, common, nowhere.path())?;
    let progress = Progress::new(common);
    if args.add {
        let summary = engine.add(&AddRequest::of(request.files.iter().cloned()), &|event| progress.observe(event))?;
        progress.clear();
        added::tell(&summary, output);
        output.note(added::in_words(&summary));
    }
    let answer = engine.report(&request, &|event| progress.observe(event));
    drop(progress);
    let answer = answer.map_err(|error| not_found(error, &request.papers))?;
    // What was said of files that were added need not be said again.
    if !args.add {
        answer.notes.iter().for_each(|note| output.note(note));
    }
    let Some(report) = answer.report else {
        output.note("there is no paper to report on");
        return Ok(Outcome::NothingFound);
    };
    if output.json {
        report::write(&report, ReportFormat::Json, output.writer())?;
    }
    if let Some((path, format)) = target {
        report_file::write(&report, format, path)?;
        output.note(format!("{} reported on in {}", papers_counted(report.entries.len() as u64), path.display()));
    }
    Ok(Outcome::Done)
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
    let sections: Sections = Section::ALL.iter().copied().filter(is_wanted).collect();
    if sections.is_empty() {
        bail!("every section is left out; name fewer under --without");
    }
    Ok(sections)
}

/// What the arguments say. An input that is there as a file is one.
fn request(args: &ReportArgs, sections: Sections) -> ReportRequest {
    let is_file = |input: &String| input == STANDARD_INPUT || Path::new(input).exists();
    let (files, papers): (Vec<String>, Vec<String>) = args.inputs.iter().cloned().partition(is_file);
    ReportRequest {
        files: files.into_iter().map(PathBuf::from).collect(),
        papers,
        all: args.all,
        filters: args.filters.filters(),
        top_k: args.top_k as usize,
        reasons: args.reasons.map(|reasons| reasons as usize),
        sections,
        title: args.title.clone(),
    }
}

/// Only files can be added, and standard input can be read once.
fn check_files_to_add(request: &ReportRequest) -> anyhow::Result<()> {
    let ReportRequest { files, papers, .. } = request;
    ensure!(!files.is_empty(), "--add takes the papers of files, and none of {papers:?} is a file");
    let is_stdin = |file: &PathBuf| file.as_os_str() == STANDARD_INPUT;
    ensure!(!files.iter().any(is_stdin), "standard input can be read once; `relata add -` first, or leave out --add");
    Ok(())
}

/// The library; with files alone, and without a library, an empty one in `nowhere`.
fn open(add: bool, request: &ReportRequest, common: &Common, nowhere: &Path) -> anyhow::Result<Engine> {
    if add {
        return common.open_or_create();
    }
    let is_missing = |error: &anyhow::Error| matches!(error.downcast_ref(), Some(Error::NoLibrary { .. }));
    match common.open() {
        Err(error) if is_missing(&error) && request.papers.is_empty() && !request.files.is_empty() => {
            Ok(common.open_or_create_in(nowhere)?)
        }
        opened => opened,
    }
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
