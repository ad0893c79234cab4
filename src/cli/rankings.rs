//! What `run` and `evaluate` print of the questions of a file.

use super::output::Output;

/// Names listed in a note.
pub(super) const LISTED: usize = 5;

/// Tells which names are not in the library.
pub(super) fn tell_unknown(unknown: &[String], output: &mut Output) {
    if !unknown.is_empty() {
        output.note(format!(
            "{} names stand for no paper of the library: {}; seeds among them were left out, candidates put last",
            unknown.len(),
            first_of(unknown)
        ));
    }
}

/// The first of some names.
pub(super) fn first_of(names: &[String]) -> String {
    let more = if names.len() > LISTED { ", \u{2026}" } else { "" };
    format!("{}{more}", names[..names.len().min(LISTED)].join(", "))
}
