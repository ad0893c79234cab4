//! `relata add --watch`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail};
use serde::Serialize;

use super::added::{in_words, request, tell};
use super::args::{AddArgs, Common};
use super::interrupt::stop_on_signals;
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::Error;
use crate::engine::json::Versioned;
use crate::engine::{AddRequest, AddSummary, Engine, Watch};

/// Time from one look to the next.
const INTERVAL: Duration = Duration::from_secs(1);

/// Time from one look at whether it should end to the next.
const TICK: Duration = Duration::from_millis(50);

/// What `--json` prints of an addition.
#[derive(Serialize)]
struct AddedJson<'a> {
    #[serde(flatten)]
    summary: &'a AddSummary,
    files: Vec<String>,
    library_papers: u64,
}

pub(super) fn run(args: &AddArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    if args.files.iter().any(|file| file.as_os_str() == "-") {
        bail!("standard input cannot be watched; name files or folders");
    }
    if args.files.is_empty() {
        bail!("name files or folders to watch");
    }
    let request = request(args);
    request.read_options()?;
    let mut watch = Watch::new(&args.files, &common.library_folder()?)?;
    let engine = common.open_or_create()?;
    let stop = stop_on_signals().context("cannot listen for Ctrl-C")?;
    output.note(format!("watching {}; Ctrl-C ends it", named(&args.files)));
    let mut is_locked_out = false;
    while !stop.load(Ordering::SeqCst) {
        let found = watch.look(Instant::now(), SystemTime::now());
        for (path, reason) in found.unreachable {
            output.note(format!("{} {reason}; waiting for it", path.display()));
        }
        if !found.files.is_empty() {
            let progress = Progress::new(common);
            let request = AddRequest { files: found.files.clone(), ..request.clone() };
            let added = engine.add(&request, &|event| progress.observe(event));
            drop(progress);
            match added {
                Ok(summary) => {
                    watch.take(&found.files);
                    is_locked_out = false;
                    report(&found.files, &summary, &engine, output)?;
                }
                Err(error @ Error::Locked { .. }) => {
                    if !std::mem::replace(&mut is_locked_out, true) {
                        output.note(format!("{error}; waiting"));
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        wait(&stop);
    }
    let papers = papers_counted(engine.library()?.count()?);
    output.note(format!("no longer watching; the library holds {papers}"));
    Ok(Outcome::Done)
}

fn wait(stop: &AtomicBool) {
    let started = Instant::now();
    while started.elapsed() < INTERVAL && !stop.load(Ordering::SeqCst) {
        std::thread::sleep(TICK);
    }
}

/// One line for each addition, in either language.
fn report(files: &[PathBuf], summary: &AddSummary, engine: &Engine, output: &mut Output) -> anyhow::Result<()> {
    if summary.added + summary.updated + summary.unchanged + summary.skipped_count > 0 {
        output.note(format!("{}: {}", named(files), in_words(summary)));
    }
    tell(summary, output);
    if output.json {
        let files = files.iter().map(|file| file.display().to_string()).collect();
        let added = AddedJson { summary, files, library_papers: engine.library()?.count()? };
        output.json_line(&Versioned::from(added))?;
    }
    Ok(())
}

/// "a.csv", "a.csv and 3 more"
fn named(files: &[PathBuf]) -> String {
    let first = files.first().map(|file| file.display().to_string()).unwrap_or_default();
    match files.len() {
        0 | 1 => first,
        more => format!("{first} and {} more", more - 1),
    }
}
