//! How versions of a paper are printed.

use super::output::visible;
use crate::engine::{BY_HAND, SAME_RECORD, Version};

/// "2  published.bib:17  smith2020, by doi:10.1000/x".
pub(super) fn version_line(place: usize, version: &Version) -> String {
    let line = version.line.map(|line| format!(":{line}")).unwrap_or_default();
    let reason = match version.same_by.as_deref() {
        None => String::new(),
        Some(reason @ (BY_HAND | SAME_RECORD)) => format!(", {reason}"),
        Some(reason) => format!(", by {reason}"),
    };
    format!("{place}  {}{line}  {}{reason}", visible(&version.file), version.paper.id)
}
