//! `relata add`.

use anyhow::bail;
use serde::Serialize;

use super::added::{in_words, open, request, tell};
use super::args::{AddArgs, Common};
use super::interrupt::Interruption;
use super::new_library::Before;
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::engine::json::Versioned;
use crate::engine::{AddSummary, Engine};

/// What `--json` prints.
#[derive(Serialize)]
struct AddedJson<'a> {
    #[serde(flatten)]
    summary: &'a AddSummary,
    dry_run: bool,
    library_papers: u64,
    seconds: f64,
}

pub(super) fn run(args: &AddArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    // Before anything is made.
    request(args).read_options()?;
    let nowhere = tempfile::tempdir()?;
    let before = Before::look(common)?;
    let engine = match args.files.is_empty() {
        true => open_waiting(common)?,
        false => open(args.dry_run, common, nowhere.path())?,
    };
    let outcome = add(args, &engine, common, output);
    before.restore(engine);
    outcome
}

fn add(args: &AddArgs, engine: &Engine, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let said = "what was read is stored; the same command goes on where this one ended";
    let interruption = (!args.dry_run).then(|| Interruption::told(said)).transpose()?;
    let progress = Progress::new(common);
    let started = std::time::Instant::now();
    let summary = engine.add(&request(args), &|event| progress.observe(event))?;
    drop(progress);
    drop(interruption);
    let seconds = started.elapsed().as_secs_f64();
    let papers = engine.library()?.count()?;
    tell(&summary, output);
    if output.json {
        let seconds = (seconds * 1e3).round() / 1e3;
        let added = AddedJson { summary: &summary, dry_run: args.dry_run, library_papers: papers, seconds };
        output.json(&Versioned::from(added))?;
    } else if !common.quiet {
        let embedded = summary.embedded;
        let would = if args.dry_run { "would be " } else { "" };
        output.line(format!("{would}{}; {embedded} embedded", in_words(&summary)))?;
        if summary.merged > 0 {
            let joined = summary.merged;
            let joined_or = if args.dry_run { "would join" } else { "joined" };
            output.line(format!("{joined} {joined_or} a paper that was there; `relata duplicates` lists them"))?;
        }
        if !args.dry_run {
            let rate =
                if embedded > 0 { format!(", {:.0} papers/s", embedded as f64 / seconds) } else { String::new() };
            output.line(format!("the library holds {} ({seconds:.1} s{rate})", papers_counted(papers)))?;
        }
    }
    if summary.added + summary.updated + summary.unchanged == 0 && !args.files.is_empty() {
        output.flush()?;
        bail!("no paper could be read");
    }
    Ok(Outcome::Done)
}

/// The library with papers that wait to be embedded, or whose indexes are out of date.
fn open_waiting(common: &Common) -> anyhow::Result<Engine> {
    let engine = common.open()?;
    if engine.is_up_to_date()? {
        bail!("no paper waits to be embedded; name files of papers to add");
    }
    Ok(engine)
}
