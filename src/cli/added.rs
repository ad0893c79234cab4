//! Prints what was added: for `add`, `add --watch`, `sync` and `report --add`.

use std::path::Path;

use super::args::{AddArgs, Common};
use super::output::{Output, papers_counted};
use crate::Error;
use crate::engine::{AddRequest, AddSummary, Engine};

/// What did not go as it should, of each kind; the rest is counted, and more is listed with `--json`.
const SHOWN: usize = 20;

/// What the arguments say.
pub(super) fn request(args: &AddArgs) -> AddRequest {
    let AddArgs { files, format, map, dry_run, no_merge, watch: _ } = args;
    let (files, format, map) = (files.clone(), format.clone(), map.clone());
    AddRequest { files, format, map, dry_run: *dry_run, no_merge: *no_merge }
}

/// The library that is added to; a dry run on one that does not exist must not make it, and uses `nowhere`.
pub(super) fn open(dry_run: bool, common: &Common, nowhere: &Path) -> anyhow::Result<Engine> {
    if dry_run {
        match common.open() {
            Err(error) if matches!(error.downcast_ref(), Some(Error::NoLibrary { .. })) => {
                return Ok(common.open_or_create_in(nowhere)?);
            }
            opened => return opened,
        }
    }
    common.open_or_create()
}

/// "3 added, 0 updated, 2 unchanged, 1 skipped, 1 file not read, 2 notices"
pub(super) fn in_words(summary: &AddSummary) -> String {
    let AddSummary { added, updated, unchanged, .. } = summary;
    let mut words =
        format!("{added} added, {updated} updated, {unchanged} unchanged, {} skipped", summary.skipped_count);
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
    let AddSummary { skipped, skipped_count, renamed, renamed_count, unreadable, notices, .. } = summary;
    let not_read = unreadable.iter().map(|file| file.reason.clone());
    tell_each("not read", not_read, unreadable.len() as u64, |line| output.complaint(line));
    for (what, list, count) in [("skipped", skipped, *skipped_count), ("renamed", renamed, *renamed_count)] {
        tell_each(what, list.iter().map(ToString::to_string), count, |line| output.note(line));
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
