//! `relata report`.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::added;
use super::global::Common;
use super::new_file::{NewFile, unknown_extension};
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use super::steering::{FilterArgs, top_k};
use crate::Error;
use crate::engine::{AddRequest, ReportRequest, STANDARD_INPUT};
use crate::report::{self, Report, ReportFormat, Section, Sections};
use crate::temporary;

/// Write a report on many papers, with a map and clusters
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/report.txt"))]
pub(super) struct ReportArgs {
    /// Files of papers (`-` is standard input), or papers of the library by id, arXiv id, DOI, URL or title
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// Report on every paper of the library
    #[arg(long, conflicts_with = "inputs")]
    pub all: bool,
    /// Add the papers of the files to the library too
    #[arg(long, requires = "inputs")]
    pub add: bool,
    /// Write to this file, replacing it; its extension chooses the format (see the list below)
    #[arg(short, long, value_name = "OUT", required_unless_present = "json")]
    pub output: Option<PathBuf>,
    /// How many nearest papers to list for each paper
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = top_k)]
    pub top_k: usize,
    /// Give reasons for the first N nearest papers of each paper [default: 3; 1 for more than 500 papers]
    #[arg(long, value_name = "N")]
    pub reasons: Option<u32>,
    /// Only these sections (see the list below), separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "without", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(Section::ALL.iter().map(|section| section.name())))]
    pub sections: Vec<String>,
    /// All sections except these
    #[arg(long, value_name = "NAMES", value_delimiter = ',', hide_possible_values = true,
        value_parser = PossibleValuesParser::new(Section::ALL.iter().map(|section| section.name())))]
    pub without: Vec<String>,
    /// Title of the report [default: a description of the papers]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    #[command(flatten)]
    pub filters: FilterArgs,
}

pub(super) fn run(args: &ReportArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Checks the options before the papers are read.
    let target = args.output.as_deref().map(|path| anyhow::Ok((path, format_of(path)?))).transpose()?;
    let mut request = request(args)?;
    if let Some((path, format)) = target {
        let shown: Sections = request.sections.intersection(&format.sections()).copied().collect();
        ensure!(!shown.is_empty(), "{}: this format cannot show the sections you chose", path.display());
        let has_map = shown.contains(&Section::Map) || !matches!(format, ReportFormat::Svg | ReportFormat::Png);
        ensure!(has_map, "{}: a picture shows only the map, which you left out", path.display());
        if !output.json {
            // Computes only what the file can show.
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
    let scratch_folder = temporary::Folder::new()?;
    let engine = match args.add {
        true => common.open_or_create()?,
        false if request.papers.is_empty() && !request.files.is_empty() => {
            added::open_or_empty(common, scratch_folder.path())?
        }
        false => common.open()?,
    };
    if args.add {
        let to_add = AddRequest::of(request.files.iter().cloned());
        let summary = Progress::during(common, |observer| engine.add(&to_add, observer))?;
        added::print_problems(&summary, output);
        output.note(added::in_words(&summary, false));
    }
    let answer = Progress::during(common, |observer| engine.report(&request, observer));
    let answer = answer.map_err(|error| not_found(error, &request.papers))?;
    // With `--add`, the notes are already printed.
    if !args.add {
        answer.notes.iter().for_each(|note| output.note(note));
    }
    let Some(report) = answer.report else {
        output.note("No paper to report on.");
        return Ok(Outcome::NothingFound);
    };
    if output.json {
        report::write(&report, ReportFormat::Json, output.writer())?;
    }
    if let Some((path, format)) = target {
        write(&report, format, path)?;
        output.note(format!("Wrote a report on {} to {}", papers_counted(report.entries.len()), path.display()));
    }
    Ok(Outcome::Done)
}

/// Returns the format for the extension of a report file.
pub(super) fn format_of(path: &Path) -> anyhow::Result<ReportFormat> {
    ReportFormat::from_path(path).ok_or_else(|| unknown_extension(path, ReportFormat::EXTENSIONS))
}

/// Writes `report` to the file at `path`.
pub(super) fn write(report: &Report, format: ReportFormat, path: &Path) -> anyhow::Result<()> {
    let mut file = NewFile::create(path)?;
    report::write(report, format, &mut file)?;
    file.finish()
}

/// Makes a request from the arguments. An input is a file if a file has this name, and else the name of a paper.
fn request(args: &ReportArgs) -> anyhow::Result<ReportRequest> {
    let named = |names: &[String], section: &Section| names.iter().any(|name| name == section.name());
    let is_wanted = |section: &Section| match args.sections.as_slice() {
        [] => !named(&args.without, section),
        names => named(names, section),
    };
    let sections: Sections = Section::ALL.iter().copied().filter(is_wanted).collect();
    ensure!(!sections.is_empty(), "--without leaves out every section; name fewer");
    let is_file = |input: &String| input == STANDARD_INPUT || Path::new(input).exists();
    let (files, papers): (Vec<String>, Vec<String>) = args.inputs.iter().cloned().partition(is_file);
    Ok(ReportRequest {
        files: files.into_iter().map(PathBuf::from).collect(),
        papers,
        all: args.all,
        filters: args.filters.filters()?,
        top_k: args.top_k,
        reasons: args.reasons.map(|reasons| reasons as usize),
        sections,
        title: args.title.clone(),
    })
}

/// Checks the inputs of `--add`: at least one file, and not standard input, which cannot be read twice.
fn check_files_to_add(request: &ReportRequest) -> anyhow::Result<()> {
    let ReportRequest { files, papers, .. } = request;
    ensure!(!files.is_empty(), "--add needs a file, and none of {papers:?} is one");
    let is_stdin = |file: &PathBuf| file.as_os_str() == STANDARD_INPUT;
    ensure!(
        !files.iter().any(is_stdin),
        "standard input can be read only once; run `relata add -` first, or leave out --add"
    );
    Ok(())
}

/// Returns an error for a paper that was not found. If its name looks like a path, the error also says that no such
/// file exists.
fn not_found(error: Error, names: &[String]) -> anyhow::Error {
    let is_path = |name: &&String| name.contains(std::path::MAIN_SEPARATOR) || Path::new(name).extension().is_some();
    match (&error, names.iter().find(is_path)) {
        (Error::PaperNotFound { query, .. }, Some(name)) if query == name => {
            anyhow::Error::new(error).context(format!("there is no file {name}"))
        }
        _ => error.into(),
    }
}
