//! Feeds of new papers for a profile, to read or to subscribe to.
//!
//! A [`Digest`] is a plain result. Each format has a writer that needs nothing else: no clock, no library, no network.

mod atom;
mod digest;
mod html;
mod markdown;

use std::io::{self, Write};
use std::path::Path;

use strum::{EnumString, IntoStaticStr, VariantArray};

pub use digest::{Digest, Entry};

use crate::formats::write::visible::Visible;

/// The formats in which a feed can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(ascii_case_insensitive)]
pub enum FeedFormat {
    /// For feed readers ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)).
    #[strum(to_string = "atom", serialize = "xml")]
    Atom,
    /// One self-contained page.
    #[strum(to_string = "html", serialize = "htm")]
    Html,
    /// CommonMark.
    #[strum(to_string = "md", serialize = "markdown")]
    Markdown,
}

impl FeedFormat {
    /// All formats.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The format for a file's extension, in upper or lower case; `None` for an unknown extension.
    pub fn from_extension(path: &Path) -> Option<Self> {
        path.extension()?.to_str()?.parse().ok()
    }
}

/// Writes `digest` to `out` through a buffer, and flushes `out`.
///
/// # Errors
/// Only those of `out`.
pub fn write(digest: &Digest, format: FeedFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut out = Visible::text(io::BufWriter::new(out));
    match format {
        FeedFormat::Atom => atom::write(digest, &mut out),
        FeedFormat::Html => html::write(digest, &mut out),
        FeedFormat::Markdown => markdown::write(digest, &mut out),
    }?;
    out.flush()
}

#[cfg(test)]
mod tests;
