//! Lists of papers that need not be in the library: a bibliography, the papers of a folder, a list of names.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer, Serialize};

use crate::formats::{self, Contents, Format, Item, LimitedLines, ReadOptions, contents_of};
use crate::library::STANDARD_INPUT;
use crate::paper::Paper;
use crate::{Error, Result};

/// The maximum number of problems listed in the error for a file without papers.
const REASONS: usize = 5;

/// Papers that a user gives as records or as names of papers of the library.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaperList {
    /// The name of the list in answers, such as the name of its file.
    pub name: String,
    /// Records of papers. In JSON, they are read as by `add`: a title is enough, and text is cleaned.
    #[serde(deserialize_with = "records")]
    pub papers: Vec<Paper>,
    /// Names of papers of the library: ids, identifiers, exact titles.
    pub names: Vec<String>,
}

/// A list that was read from a file, with notes for the user.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadList {
    /// The list.
    pub list: PaperList,
    /// Notes on skipped records and on assumptions about other records, one sentence each.
    pub notes: Vec<String>,
}

impl PaperList {
    /// Reads the papers of a file in any format that `add` reads; `-` is standard input.
    ///
    /// # Errors
    /// [`Error::Input`] or [`Error::Io`] if the file cannot be read or contains no paper.
    pub fn read(file: &Path) -> Result<ReadList> {
        let mut read = ReadList::called(file);
        formats::read(file, &ReadOptions::default(), &mut |item| read.take(item))?;
        read.some(file)
    }

    /// Reads a file, or all files of a folder, as [`read`](Self::read) does. In a folder, it skips files that cannot be
    /// read, and the folder `except`, which is the library's.
    pub fn read_all(input: &Path, except: &Path) -> Result<ReadList> {
        if !input.is_dir() {
            return Self::read(input);
        }
        let mut all = ReadList::called(input);
        let Contents { files, unreachable } = contents_of(input, except);
        all.notes
            .extend(unreachable.into_iter().map(|(path, reason)| format!("skipped: {}: {reason}", path.display())));
        for (file, _) in files {
            match Self::read(&file) {
                Ok(read) => {
                    all.list.papers.extend(read.list.papers);
                    all.notes.extend(read.notes);
                }
                Err(error) => all.notes.push(format!("skipped: {}", error.with_causes())),
            }
        }
        if all.list.papers.is_empty() {
            return Err(all.no_paper(input, "no paper could be read in this folder"));
        }
        Ok(all)
    }

    /// Reads the papers of a file. If the file is plain text, each line is a name.
    pub fn read_papers_or_names(file: &Path) -> Result<ReadList> {
        if file.is_dir() {
            return Err(input_error(file, "is a folder; name a file in it"));
        }
        let bytes = bytes_of(file)?;
        let mut read = ReadList::called(file);
        let text = std::str::from_utf8(&bytes).ok().filter(|text| !text.contains('\0'));
        if let Some(text) = text.filter(|text| formats::detect_format(text.as_bytes(), file).is_none()) {
            let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
            read.list.names = lines.map(str::to_owned).collect();
            return Ok(read);
        }
        formats::read_from(bytes.as_slice(), file, &ReadOptions::default(), &mut |item| read.take(item))?;
        read.some(file)
    }
}

impl ReadList {
    fn called(file: &Path) -> Self {
        let list = PaperList { name: file.display().to_string(), ..PaperList::default() };
        Self { list, notes: Vec::new() }
    }

    fn take(&mut self, item: Item) -> Result<()> {
        match item {
            Item::Paper { paper, .. } => self.list.papers.push(*paper),
            Item::Problem(problem) => self.notes.push(format!("skipped: {problem}")),
            Item::Notice(notice) => self.notes.push(notice.to_string()),
        }
        Ok(())
    }

    /// The error for a file without papers, with the first problems.
    fn no_paper(&self, path: &Path, what: &str) -> Error {
        let first: String = self.notes.iter().take(REASONS).map(|note| format!("\n  {note}")).collect();
        input_error(path, &format!("{what}{first}"))
    }

    fn some(self, file: &Path) -> Result<Self> {
        if self.list.papers.is_empty() {
            return Err(self.no_paper(file, "no paper could be read"));
        }
        Ok(self)
    }
}

/// The text of a file in any encoding; `-` is standard input.
///
/// # Errors
/// [`Error::Input`] if the file is not text; [`Error::Io`].
pub fn read_text(file: &Path) -> Result<String> {
    let not_text = || Error::Input { path: file.to_owned(), reason: "is not a text file".to_owned() };
    formats::decode_text(bytes_of(file)?).ok_or_else(not_text)
}

fn bytes_of(file: &Path) -> Result<Vec<u8>> {
    if file.as_os_str() == STANDARD_INPUT {
        return formats::read_whole(std::io::stdin().lock(), file);
    }
    formats::read_whole(File::open(file).map_err(Error::io("read", file))?, file)
}

/// Opens a file of lines for reading; `-` is standard input. Reading fails at an endless line.
pub(super) fn open(file: &Path) -> Result<Box<dyn BufRead>> {
    if file.as_os_str() == STANDARD_INPUT {
        return Ok(Box::new(LimitedLines::new(std::io::stdin().lock())));
    }
    let file = File::open(file).map_err(Error::io("read", file))?;
    Ok(Box::new(LimitedLines::new(BufReader::new(file))))
}

/// Parses each line of a file as JSON and passes it to `take`, which returns an error message if the value is invalid.
/// Blank lines are skipped.
///
/// # Errors
/// [`Error::Input`] with the first invalid line and, for invalid JSON, `form`, the description of a valid line;
/// [`Error::Io`].
pub(super) fn each_json_line<T: DeserializeOwned>(
    reader: impl BufRead,
    path: &Path,
    form: &str,
    mut take: impl FnMut(T) -> std::result::Result<(), String>,
) -> Result<()> {
    for (number, line) in (1..).zip(reader.lines()) {
        let line = line.map_err(Error::io("read", path))?;
        let line = line.trim_start_matches('\u{feff}');
        if line.trim().is_empty() {
            continue;
        }
        let read = serde_json::from_str(line).map_err(|error| format!("{error}; {form}"));
        read.and_then(&mut take).map_err(|reason| input_error(path, &format!("line {number}: {reason}")))?;
    }
    Ok(())
}

/// Reads the records of papers in JSON.
fn records<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<Paper>, D::Error> {
    let mut papers = Vec::new();
    for (place, record) in Vec::<serde_json::Value>::deserialize(deserializer)?.into_iter().enumerate() {
        let text = record.to_string();
        let options = ReadOptions { format: Some(Format::JsonLines), ..ReadOptions::default() };
        let read = formats::read_from(text.as_bytes(), Path::new("papers"), &options, &mut |item| match item {
            Item::Paper { paper, .. } => {
                papers.push(*paper);
                Ok(())
            }
            Item::Problem(problem) => Err(Error::InvalidParameter(problem.reason)),
            Item::Notice(_) => Ok(()),
        });
        read.map_err(|error| de::Error::custom(error.with_causes()))?;
        if papers.len() != place + 1 {
            return Err(de::Error::custom(format!("{text} is not a record of one paper")));
        }
    }
    Ok(papers)
}

fn input_error(path: &Path, reason: &str) -> Error {
    Error::Input { path: path.to_owned(), reason: reason.to_owned() }
}
