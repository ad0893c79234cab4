//! `relata add`.

use std::path::Path;

use anyhow::bail;
use serde_json::{Map, Value, json};

use super::Outcome;
use super::args::{AddArgs, Common};
use super::interrupt::Interruption;
use super::new_library::Before;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::Error;
use crate::formats::{FieldMap, Notice, ReadOptions};
use crate::library::Library;
use crate::recommender::{AddOptions, AddSummary, Recommender, Skipped, SkippedList};
use crate::report::json::SCHEMA_VERSION;

/// What did not go as it should, of each kind; the rest is counted, and more is listed with `--json`.
const SHOWN: usize = 20;

pub(super) fn run(args: &AddArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let options = options(args)?;
    let nowhere = tempfile::tempdir()?;
    let before = Before::look(common)?;
    let mut recommender = match args.files.is_empty() {
        true => open_waiting(common)?,
        false => open(args.dry_run, common, nowhere.path())?,
    };
    let outcome = add(args, &options, &mut recommender, common, output);
    before.restore(recommender);
    outcome
}

fn add(
    args: &AddArgs,
    options: &AddOptions,
    recommender: &mut Recommender,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let said = "what was read is stored; the same command goes on where this one ended";
    let interruption = (!args.dry_run).then(|| Interruption::told(said)).transpose()?;
    let progress = Progress::new(common);
    let started = std::time::Instant::now();
    let summary = recommender.add(&args.files, options, &|event| progress.observe(event))?;
    drop(progress);
    drop(interruption);
    let seconds = started.elapsed().as_secs_f64();
    let papers = recommender.library().count()?;
    tell(&summary, output);
    if output.json {
        let mut json = to_json(&summary);
        json.insert("dry_run".to_owned(), args.dry_run.into());
        json.insert("library_papers".to_owned(), papers.into());
        json.insert("seconds".to_owned(), ((seconds * 1e3).round() / 1e3).into());
        output.json(&json)?;
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

/// What the arguments say of how to read and to add.
pub(super) fn options(args: &AddArgs) -> anyhow::Result<AddOptions> {
    let format = args.format.as_deref().map(str::parse).transpose().map_err(anyhow::Error::msg)?;
    let mut map = FieldMap::default();
    args.map.iter().try_for_each(|pair| map.add_pair(pair))?;
    Ok(AddOptions { read: ReadOptions { format, map }, dry_run: args.dry_run, no_merge: args.no_merge })
}

/// The library with papers that wait to be embedded.
fn open_waiting(common: &Common) -> anyhow::Result<Recommender> {
    let recommender = common.open()?;
    if recommender.library().count_pending()? == 0 {
        bail!("no paper waits to be embedded; name files of papers to add");
    }
    Ok(recommender)
}

/// The library that is added to; a dry run on one that does not exist must not make it, and uses `nowhere`.
pub(super) fn open(dry_run: bool, common: &Common, nowhere: &Path) -> anyhow::Result<Recommender> {
    let missing = || Library::open(&common.library_folder()?).map(|_| ()).map_err(anyhow::Error::from);
    let is_missing = |error: anyhow::Error| matches!(error.downcast_ref(), Some(Error::NoLibrary { .. }));
    if dry_run && missing().is_err_and(is_missing) {
        return Ok(common.open_or_create_in(nowhere)?);
    }
    common.open_or_create()
}

/// What was added, as every command that adds prints it.
pub(super) fn to_json(summary: &AddSummary) -> Map<String, Value> {
    let problems = |skipped: &SkippedList| {
        let one = |s: &Skipped| json!({ "file": s.place.path, "line": s.place.line, "reason": s.reason });
        Value::from_iter(skipped.first().iter().map(one))
    };
    let unreadable = summary.unreadable.iter().map(|(file, reason)| json!({ "file": file, "reason": reason }));
    let notice = |Notice { path, line, text }: &Notice| json!({ "file": path, "line": line, "text": text });
    let notices = summary.notices.iter().map(notice);
    let timings = summary.timings;
    Map::from_iter(
        [
            ("schema_version", SCHEMA_VERSION.into()),
            ("added", summary.added.into()),
            ("updated", summary.updated.into()),
            ("merged", summary.merged.into()),
            ("unchanged", summary.unchanged.into()),
            ("without_abstract", summary.without_abstract.into()),
            ("embedded", summary.embedded.into()),
            ("skipped", problems(&summary.skipped)),
            ("skipped_count", summary.skipped.count().into()),
            ("renamed", problems(&summary.renamed)),
            ("renamed_count", summary.renamed.count().into()),
            ("notices", notices.collect()),
            ("unreadable", unreadable.collect()),
            (
                "timings_ms",
                json!({
                    "reading": timings.reading.as_millis(),
                    "embedding": timings.embedding.as_millis(),
                    "storing": timings.storing.as_millis(),
                    "indexing": timings.indexing.as_millis(),
                }),
            ),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    )
}

/// "3 added, 0 updated, 2 unchanged, 1 skipped, 1 file not read, 2 notices"
pub(super) fn in_words(summary: &AddSummary) -> String {
    let AddSummary { added, updated, unchanged, .. } = summary;
    let mut words =
        format!("{added} added, {updated} updated, {unchanged} unchanged, {} skipped", summary.skipped.count());
    for (count, one, several) in [
        (summary.unreadable.len(), "1 file not read", "files not read"),
        (summary.notices.len(), "1 notice", "notices"),
    ] {
        match count {
            0 => {}
            1 => words += &format!(", {one}"),
            count => words += &format!(", {count} {several}"),
        }
    }
    words
}

/// What did not go as it should.
pub(super) fn tell(summary: &AddSummary, output: &mut Output) {
    let placed = |Skipped { place, reason }: &Skipped| format!("{place}: {reason}");
    let AddSummary { skipped, renamed, unreadable, notices, .. } = summary;
    let not_read = unreadable.iter().map(|(_, reason)| reason.clone());
    tell_each("not read", not_read, unreadable.len() as u64, |line| output.complaint(line));
    for (what, list) in [("skipped", skipped), ("renamed", renamed)] {
        tell_each(what, list.first().iter().map(placed), list.count(), |line| output.note(line));
    }
    tell_each("notice", notices.iter().map(ToString::to_string), notices.len() as u64, |line| output.note(line));
    if summary.without_abstract > 0 {
        let count = summary.without_abstract;
        output.note(format!("{} without an abstract, compared by the title alone", papers_counted(count)));
    }
}

/// Tells the first of `lines`, which may themselves be only the first of `count`.
fn tell_each(what: &str, lines: impl ExactSizeIterator<Item = String>, count: u64, mut tell: impl FnMut(String)) {
    let listed = match lines.len() {
        listed if (listed as u64) < count => format!("the first {listed}"),
        _ => "them all".to_owned(),
    };
    lines.take(SHOWN).for_each(|line| tell(format!("{what}: {line}")));
    let rest = count.saturating_sub(SHOWN as u64);
    if rest > 0 {
        tell(format!("{what}: and {rest} more; --json lists {listed}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_is_counted_and_whether_json_lists_it_all_is_said() {
        let told = |listed: u64, count| {
            let mut told = Vec::new();
            let lines: Vec<String> = (0..listed).map(|line| line.to_string()).collect();
            tell_each("skipped", lines.into_iter(), count, |line| told.push(line));
            (told.len(), told.pop().unwrap_or_default())
        };
        assert_eq!(told(0, 0), (0, String::new()));
        assert_eq!(told(20, 20), (20, "skipped: 19".to_owned()));
        assert_eq!(told(21, 21), (21, "skipped: and 1 more; --json lists them all".to_owned()));
        assert_eq!(told(1000, 1500), (21, "skipped: and 1480 more; --json lists the first 1000".to_owned()));
    }
}
