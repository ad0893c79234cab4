//! `relata add`.

use anyhow::bail;
use serde_json::json;

use super::Outcome;
use super::args::{AddArgs, Common};
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::Error;
use crate::library::Library;
use crate::recommender::{AddOptions, AddSummary, Skipped};

/// Skipped records listed by line; the rest is counted, and listed with `--json`.
const SHOWN: usize = 20;

pub(super) fn run(args: &AddArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = args.format.as_deref().map(str::parse).transpose().map_err(anyhow::Error::msg)?;
    let options = AddOptions { format, dry_run: args.dry_run };
    // A dry run on a library that does not exist must not make one.
    let nowhere = tempfile::tempdir()?;
    let missing = || Library::open(&common.library_folder()?).map(|_| ()).map_err(anyhow::Error::from);
    let is_missing = |error: anyhow::Error| matches!(error.downcast_ref(), Some(Error::NoLibrary { .. }));
    let mut recommender = if args.dry_run && missing().is_err_and(is_missing) {
        common.open_or_create_in(nowhere.path())?
    } else {
        common.open_or_create()?
    };
    let progress = Progress::new(common);
    let started = std::time::Instant::now();
    let summary = recommender.add(&args.files, &options, &|event| progress.observe(event))?;
    drop(progress);
    let seconds = started.elapsed().as_secs_f64();
    let papers = recommender.library().count()?;
    tell(&summary, output);
    let timings = summary.timings;
    if output.json {
        let problems = |skipped: &[Skipped]| {
            let one = |s: &Skipped| json!({ "file": s.place.path, "line": s.place.line, "reason": s.reason });
            skipped.iter().map(one).collect::<Vec<_>>()
        };
        let unreadable: Vec<_> =
            summary.unreadable.iter().map(|(file, reason)| json!({ "file": file, "reason": reason })).collect();
        output.json(&json!({
            "schema_version": crate::report::json::SCHEMA_VERSION,
            "dry_run": args.dry_run,
            "added": summary.added,
            "updated": summary.updated,
            "unchanged": summary.unchanged,
            "without_abstract": summary.without_abstract,
            "embedded": summary.embedded,
            "skipped": problems(&summary.skipped),
            "renamed": problems(&summary.renamed),
            "unreadable": unreadable,
            "library_papers": papers,
            "seconds": (seconds * 1e3).round() / 1e3,
            "timings_ms": {
                "reading": timings.reading.as_millis(),
                "embedding": timings.embedding.as_millis(),
                "storing": timings.storing.as_millis(),
                "indexing": timings.indexing.as_millis(),
            },
        }))?;
    } else if !common.quiet {
        let AddSummary { added, updated, unchanged, embedded, .. } = summary;
        let would = if args.dry_run { "would be " } else { "" };
        let skipped = summary.skipped.len();
        output.line(format!(
            "{would}{added} added, {updated} updated, {unchanged} unchanged, {skipped} skipped; {embedded} embedded"
        ))?;
        if !args.dry_run {
            let rate =
                if embedded > 0 { format!(", {:.0} papers/s", embedded as f64 / seconds) } else { String::new() };
            output.line(format!("the library holds {} ({seconds:.1} s{rate})", papers_counted(papers)))?;
        }
    }
    if summary.added + summary.updated + summary.unchanged == 0 {
        output.flush()?;
        bail!("no paper could be read");
    }
    Ok(Outcome::Done)
}

fn tell(summary: &AddSummary, output: &mut Output) {
    for (_, reason) in &summary.unreadable {
        output.note(format!("not read: {reason}"));
    }
    for (what, list) in [("skipped", &summary.skipped), ("renamed", &summary.renamed)] {
        for Skipped { place, reason } in list.iter().take(SHOWN) {
            output.note(format!("{what}: {}:{}: {reason}", place.path.display(), place.line));
        }
        if list.len() > SHOWN {
            output.note(format!("{what}: and {} more; --json lists them all", list.len() - SHOWN));
        }
    }
    if summary.without_abstract > 0 {
        let count = summary.without_abstract;
        output.note(format!("{} without an abstract, compared by the title alone", papers_counted(count)));
    }
}
