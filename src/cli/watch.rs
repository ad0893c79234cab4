//! `relata add --watch`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail};
use serde_json::json;

use super::add::AddArgs;
use super::added::{as_json, in_words, print_problems};
use super::global::Common;
use super::interrupt::stop_on_signals;
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use crate::Error;
use crate::engine::{AddRequest, AddSummary, Engine, Watch};

/// Time between two checks of the files.
const INTERVAL: Duration = Duration::from_secs(1);

/// Time between two checks for Ctrl-C.
const TICK: Duration = Duration::from_millis(50);

pub(super) fn run(args: &AddArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    if args.files.iter().any(|file| file.as_os_str() == "-") {
        bail!("standard input cannot be watched; name files or folders");
    }
    if args.files.is_empty() {
        bail!("nothing to watch; name files or folders");
    }
    let request = args.request();
    request.read_options()?;
    let mut watch = Watch::new(&args.files, &common.library_folder()?)?;
    let engine = common.open_or_create()?;
    let stop = stop_on_signals().context("cannot listen for Ctrl-C")?;
    output.note(format!("watching {}; press Ctrl-C to stop", named(&args.files)));
    let mut is_locked_out = false;
    while !stop.load(Ordering::SeqCst) {
        let found = watch.look(Instant::now(), SystemTime::now());
        for (path, reason) in found.unreachable {
            output.note(format!("{} {reason}; waiting for it", path.display()));
        }
        if !found.files.is_empty() {
            let request = AddRequest { files: found.files.clone(), ..request.clone() };
            match Progress::during(common, |observer| engine.add(&request, observer)) {
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
    output.note(format!("stopped watching; the library holds {papers}"));
    Ok(Outcome::Done)
}

fn wait(stop: &AtomicBool) {
    let started = Instant::now();
    while started.elapsed() < INTERVAL && !stop.load(Ordering::SeqCst) {
        std::thread::sleep(TICK);
    }
}

/// Prints one line for each addition.
fn report(files: &[PathBuf], summary: &AddSummary, engine: &Engine, output: &mut Output) -> anyhow::Result<()> {
    if summary.added + summary.updated + summary.unchanged + summary.skipped_count > 0 {
        output.note(format!("{}: {}", named(files), in_words(summary, false)));
    }
    print_problems(summary, output);
    if output.json {
        let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let more = json!({ "files": files, "library_papers": engine.library()?.count()? });
        output.json_line(&as_json(summary, more)?)?;
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
