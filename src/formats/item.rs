//! The results of reading a file: papers, problems with records, and notices about the file.

use std::fmt;
use std::path::PathBuf;

use crate::paper::Paper;

/// The place of a record or a problem in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// The line on which the record starts, from 1. In a compressed file, lines are those of the unpacked text; in
    /// Parquet, the line is the number of the row.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}

/// A record that could not be read. Reading goes on with the next record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where the record is.
    pub place: Place,
    /// What is wrong and, if there is a remedy, what to do.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

/// A message about a file and not about one record: an assumed encoding, skipped entries, damage.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Notice {
    /// The file, or the member of an archive.
    #[serde(rename = "file")]
    pub path: PathBuf,
    /// The line, if the notice is about a place in the file.
    pub line: Option<u64>,
    /// The message, such as "read as GBK".
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

/// One result of reading a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A paper.
    Paper {
        /// The paper, with clean texts.
        paper: Box<Paper>,
        /// Where its record starts.
        place: Place,
    },
    /// A record that could not be read.
    Problem(Problem),
    /// A message about the file.
    Notice(Notice),
}
