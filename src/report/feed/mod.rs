//! Feeds: what is new for a profile, to read or to subscribe to.
//!
//! A [`Digest`] is a plain result. Each format has a writer that needs nothing else: no clock, no library, no network.

mod atom;
mod digest;
mod html;
mod markdown;

use std::io::{self, Write};
use std::path::Path;

pub use digest::{Digest, Entry};

/// The formats in which a feed can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedFormat {
    /// For feed readers ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)).
    Atom,
    /// One self-contained page.
    Html,
    /// CommonMark.
    Markdown,
}

impl FeedFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Html, Self::Markdown];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Html => "html",
            Self::Markdown => "md",
        }
    }

    /// The format for a file's extension, in upper or lower case; `None` for an unknown extension.
    pub fn from_extension(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "atom" | "xml" => Some(Self::Atom),
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }
}

/// Writes `digest` to `out`, through a buffer; `out` is flushed.
///
/// # Errors
/// Those of `out`, and nothing else.
pub fn write(digest: &Digest, format: FeedFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        FeedFormat::Atom => atom::write(digest, &mut out),
        FeedFormat::Html => html::write(digest, &mut out),
        FeedFormat::Markdown => markdown::write(digest, &mut out),
    }?;
    out.flush()
}

#[cfg(test)]
mod tests;
