//! `relata add`.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use serde_json::json;

use super::added::{as_json, in_words, open, print_problems, seconds_since};
use super::global::Common;
use super::interrupt::Interruption;
use super::new_library::Before;
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use crate::engine::{AddRequest, Engine};
use crate::formats::Format;
use crate::temporary;

/// Add papers from files and folders
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/add.txt"))]
pub(super) struct AddArgs {
    /// Files or folders to read; `-` is standard input; without FILE, finish an interrupted `add`
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Keep running, and add files when they appear or change
    #[arg(long, conflicts_with = "dry_run")]
    pub watch: bool,
    /// Read every file in this format instead of detecting the format
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(formats_to_read()))]
    pub format: Option<String>,
    /// Read FIELD from this table column or JSON key, such as `title=Titel`; may be repeated
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    /// Print what would be added; change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Keep each new record as a paper of its own, even if the library has the same work
    #[arg(long)]
    pub no_merge: bool,
}

impl AddArgs {
    pub(super) fn request(&self) -> AddRequest {
        let Self { files, format, map, dry_run, no_merge, watch: _ } = self;
        let (files, format, map) = (files.clone(), format.clone(), map.clone());
        AddRequest { files, format, map, dry_run: *dry_run, no_merge: *no_merge }
    }
}

fn formats_to_read() -> Vec<PossibleValue> {
    Format::ALL.iter().map(|format| PossibleValue::new(format.name()).aliases(format.other_names())).collect()
}

pub(super) fn run(args: &AddArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Checks the options before it creates a library.
    args.request().read_options()?;
    let scratch_folder = temporary::Folder::new()?;
    let before = Before::opening(common)?;
    let engine = match args.files.is_empty() {
        true => open_unfinished(common)?,
        false => open(args.dry_run, common, scratch_folder.path())?,
    };
    let outcome = add(args, &engine, common, output);
    before.restore(engine);
    outcome
}

fn add(args: &AddArgs, engine: &Engine, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let message = "stored papers are kept; run the same command again to continue";
    let interruption = (!args.dry_run).then(|| Interruption::printing(message)).transpose()?;
    let started = std::time::Instant::now();
    let summary = Progress::during(common, |observer| engine.add(&args.request(), observer))?;
    drop(interruption);
    let seconds = seconds_since(started);
    let papers = engine.library()?.count()?;
    print_problems(&summary, output);
    let is_nothing = summary.added + summary.updated + summary.unchanged == 0 && !args.files.is_empty();
    if output.json {
        let more = json!({ "dry_run": args.dry_run, "library_papers": papers, "seconds": seconds });
        output.json(&as_json(&summary, more)?)?;
    } else if !common.quiet && !is_nothing {
        output.line(in_words(&summary, args.dry_run))?;
        if summary.merged > 0 {
            let joined = if args.dry_run { "would join" } else { "joined" };
            let what =
                format!("records that {joined} a paper of the library: {}; see `relata duplicates`", summary.merged);
            output.line(what)?;
        }
        if !args.dry_run {
            let rate = match summary.embedded {
                0 => String::new(),
                embedded => format!(", {:.0} papers/s", embedded as f64 / seconds.max(1e-3)),
            };
            output.line(format!("the library holds {} ({seconds:.1} s{rate})", papers_counted(papers)))?;
        }
    }
    if is_nothing {
        output.flush()?;
        bail!("no paper could be read");
    }
    Ok(Outcome::Done)
}

/// Opens the library. Fails if all papers are embedded and the indexes are up to date.
fn open_unfinished(common: &Common) -> anyhow::Result<Engine> {
    let engine = common.open()?;
    if engine.is_up_to_date()? {
        bail!("nothing to finish: all papers are embedded; name files to add");
    }
    Ok(engine)
}
