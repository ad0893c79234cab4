//! `relata add --watch`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail};

use super::Outcome;
use super::add::{in_words, options, tell, to_json};
use super::args::{AddArgs, Common};
use super::interrupt::stop_on_signals;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::Error;
use crate::recommender::{AddSummary, Recommender};
use crate::watch::Watch;

/// Time from one look to the next.
const INTERVAL: Duration = Duration::from_secs(1);

/// Time from one look at whether it should end to the next.
const TICK: Duration = Duration::from_millis(50);

pub(super) fn run(args: &AddArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    if args.files.iter().any(|file| file.as_os_str() == "-") {
        bail!("standard input cannot be watched; name files or folders");
    }
    if args.files.is_empty() {
        bail!("name files or folders to watch");
    }
    let options = options(args)?;
    let mut watch = Watch::new(&args.files, &common.library_folder()?)?;
    let mut recommender = common.open_or_create()?;
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
            let added = recommender.add(&found.files, &options, &|event| progress.observe(event));
            drop(progress);
            match added {
                Ok(summary) => {
                    watch.take(&found.files);
                    is_locked_out = false;
                    report(&found.files, &summary, &recommender, output)?;
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
    let papers = papers_counted(recommender.library().count()?);
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
fn report(
    files: &[PathBuf],
    summary: &AddSummary,
    recommender: &Recommender,
    output: &mut Output,
) -> anyhow::Result<()> {
    if summary.added + summary.updated + summary.unchanged + summary.skipped.count() > 0 {
        output.note(format!("{}: {}", named(files), in_words(summary)));
    }
    tell(summary, output);
    if output.json {
        let mut json = to_json(summary);
        json.insert("files".to_owned(), files.iter().map(|file| file.display().to_string()).collect());
        json.insert("library_papers".to_owned(), recommender.library().count()?.into());
        output.json_line(&json)?;
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
