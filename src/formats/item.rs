//! What reading a file gives, one by one: papers, records that cannot be read, and notices about the file.

use std::fmt;
use std::path::PathBuf;

use crate::paper::Paper;

/// Where in a file something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// The line on which the record starts, from 1; lines of the unpacked text where the file is compressed.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}

/// A record that could not be read; the rest of its file is read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong and, if there is a remedy, what to do.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

/// Something to know about a file rather than one record in it: what was assumed or skipped, or where it is damaged.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Notice {
    /// The file, or the member of an archive.
    #[serde(rename = "file")]
    pub path: PathBuf,
    /// The line, where there is one.
    pub line: Option<u64>,
    /// "read as GBK".
    pub text: String,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, text } = self;
        match line {
            Some(line) => write!(f, "{}:{line}: {text}", path.display()),
            None => write!(f, "{}: {text}", path.display()),
        }
    }
}

/// What reading a file gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A paper.
    Paper {
        /// Cleaned.
        paper: Box<Paper>,
        /// Where it starts.
        place: Place,
    },
    /// A record that could not be read.
    Problem(Problem),
    /// Something about the file.
    Notice(Notice),
}
