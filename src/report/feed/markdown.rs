//! Writes a feed as Markdown (CommonMark), without abstracts, to be pasted or mailed.

use std::io::{self, Write};

use super::super::wording::{AUTHORS_OF_ENTRY, byline};
use super::digest::{Digest, day};
use crate::formats::write::markdown::{escape, linked_title};

pub(super) fn write(digest: &Digest, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n", escape(&digest.title()))?;
    writeln!(out, "{} {}\n", escape(&digest.lead()), day(digest.made_at))?;
    for (index, entry) in digest.entries.iter().enumerate() {
        writeln!(out, "{}. **{}**", index + 1, linked_title(&entry.paper))?;
        let byline = byline(&entry.paper, AUTHORS_OF_ENTRY);
        if !byline.is_empty() {
            writeln!(out, "   {}  ", escape(&byline))?;
        }
        let interest = entry.interest.as_ref().map(|interest| format!(" · {}", escape(interest))).unwrap_or_default();
        writeln!(out, "   Similar to {}{interest}", linked_title(&entry.because))?;
    }
    Ok(())
}
