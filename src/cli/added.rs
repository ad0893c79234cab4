//! Prints summaries of added papers, for `add`, `add --watch`, `sync` and `report --add`.

use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use super::global::Common;
use super::output::{Output, papers_counted};
use crate::Error;
use crate::engine::{AddSummary, Engine};

/// Maximum number of problems of each kind that are printed. The others are only counted; `--json` lists more of them.
const SHOWN: usize = 20;

/// Opens the library, and creates it if there is none. A dry run creates an empty one in the folder `scratch_folder`
/// instead.
pub(super) fn open(dry_run: bool, common: &Common, scratch_folder: &Path) -> anyhow::Result<Engine> {
    match dry_run {
        true => open_or_empty(common, scratch_folder),
        false => common.open_or_create(),
    }
}

/// Opens the library. If there is none, creates an empty one in the folder `scratch_folder`.
pub(super) fn open_or_empty(common: &Common, scratch_folder: &Path) -> anyhow::Result<Engine> {
    match common.open() {
        Err(error) if matches!(error.downcast_ref(), Some(Error::NoLibrary { .. })) => {
            Ok(common.open_or_create_in(scratch_folder)?)
        }
        opened => opened,
    }
}

/// "3 added, 0 updated, 2 unchanged, 1 skipped, 1 file not read, 2 notices; 3 embedded"
pub(super) fn in_words(summary: &AddSummary, dry_run: bool) -> String {
    let AddSummary { added, updated, unchanged, embedded, .. } = summary;
    let (prefix, skipped) = (if dry_run { "dry run: " } else { "" }, summary.skipped_count);
    let counted = |count: u64, one: &str, several: &str| match count {
        0 => String::new(),
        1 => format!(", 1 {one}"),
        count => format!(", {count} {several}"),
    };
    let unreadable = counted(summary.unreadable.len() as u64, "file not read", "files not read");
    let notices = counted(summary.notices_count, "notice", "notices");
    format!(
        "{prefix}{added} added, {updated} updated, {unchanged} unchanged, {skipped} skipped{unreadable}{notices}; \
         {embedded} embedded"
    )
}

/// Returns a summary as JSON, followed by the keys of `more`.
pub(super) fn as_json(summary: &AddSummary, mut more: Value) -> anyhow::Result<Value> {
    let mut json = serde_json::to_value(summary)?;
    if let (Some(json), Some(more)) = (json.as_object_mut(), more.as_object_mut()) {
        json.append(more);
    }
    Ok(json)
}

/// Seconds since `started`, to the millisecond.
pub(super) fn seconds_since(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 1e3).round() / 1e3
}

/// Prints unreadable files, skipped and renamed records, notices about files, and the numbers of papers without an
/// abstract and in other languages.
pub(super) fn print_problems(summary: &AddSummary, output: &mut Output) {
    let AddSummary { skipped, skipped_count, renamed, renamed_count, unreadable, notices, notices_count, .. } = summary;
    let not_read = unreadable.iter().map(|file| file.reason.clone());
    print_first("not read", not_read, unreadable.len() as u64, |line| output.warning(line));
    for (what, list, count) in [("skipped", skipped, *skipped_count), ("renamed", renamed, *renamed_count)] {
        print_first(what, list.iter().map(ToString::to_string), count, |line| output.note(line));
    }
    print_first("notice", notices.iter().map(ToString::to_string), *notices_count, |line| output.note(line));
    if summary.without_abstract > 0 {
        let count = papers_counted(summary.without_abstract);
        output.note(format!("{count} without an abstract, compared by the title alone"));
    }
    if summary.unread > 0 && summary.embedded > 0 {
        let count = papers_counted(summary.unread);
        output.note(format!("the library has {count} in languages that the model does not read, compared by words"));
    }
}

/// Prints the first [`SHOWN`] of `lines`, then how many of all `count` lines are not printed. `lines` may have fewer
/// than `count` lines.
fn print_first(what: &str, lines: impl ExactSizeIterator<Item = String>, count: u64, mut print: impl FnMut(String)) {
    let listed = match lines.len() {
        listed if (listed as u64) < count => format!("the first {listed}"),
        _ => "all".to_owned(),
    };
    lines.take(SHOWN).for_each(|line| print(format!("{what}: {line}")));
    let rest = count.saturating_sub(SHOWN as u64);
    if rest > 0 {
        print(format!("{what}: and {rest} more; --json lists {listed}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_that_are_not_printed_are_counted() {
        let printed = |listed: u64, count| {
            let mut printed = Vec::new();
            let lines: Vec<String> = (0..listed).map(|line| line.to_string()).collect();
            print_first("skipped", lines.into_iter(), count, |line| printed.push(line));
            (printed.len(), printed.pop().unwrap_or_default())
        };
        assert_eq!(printed(0, 0), (0, String::new()));
        assert_eq!(printed(20, 20), (20, "skipped: 19".to_owned()));
        assert_eq!(printed(21, 21), (21, "skipped: and 1 more; --json lists all".to_owned()));
        assert_eq!(printed(1000, 1500), (21, "skipped: and 1480 more; --json lists the first 1000".to_owned()));
    }
}
