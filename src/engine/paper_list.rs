//! Lists of papers that need not be in the library: a bibliography, the papers of a folder, a list of names.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer, Serialize};

use crate::formats::{self, Contents, Format, Item, LimitedLines, ReadOptions, contents_of};
use crate::library::STANDARD_INPUT;
use crate::paper::Paper;
use crate::{Error, Result};

/// The maximum number of problems listed in the error for a file without papers.
const REASONS: usize = 5;

/// The most entries of a list that have the same title, abstract, authors, year and venue. A bibliography may repeat an
/// entry under several keys. A file with thousands of copies is damaged or hostile, and all papers of a list are
/// compared with each other.
const MAX_COPIES: u32 = 8;

/// The most papers or names in a list: more than twice as many as the largest library that relata is measured with.
pub(super) const MAX_PAPERS: usize = 200_000;

/// The most notes on the records of a list. Others are only counted.
const MAX_NOTES: usize = 1000;

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
        let mut reading = Reading::of(file);
        reading.read(file)?;
        reading.finish(file, "no paper could be read")
    }

    /// Reads a file, or all files of a folder, as [`read`](Self::read) does. In a folder, it skips files that cannot be
    /// read, and the folder `except`, which is the library's.
    pub fn read_all(input: &Path, except: &Path) -> Result<ReadList> {
        if !input.is_dir() {
            return Self::read(input);
        }
        let mut reading = Reading::of(input);
        let Contents { files, unreachable } = contents_of(input, except);
        for (path, reason) in unreachable {
            reading.note(format!("skipped: {}: {reason}", path.display()));
        }
        for (file, _) in files {
            let papers_before = reading.list.papers.len();
            match reading.read(&file) {
                Err(Error::InvalidParameter(reason)) => return Err(Error::InvalidParameter(reason)),
                Ok(()) if reading.list.papers.len() == papers_before => {
                    reading.note(format!("skipped: {}: no paper could be read", file.display()));
                }
                Ok(()) => {}
                Err(error) => {
                    reading.list.papers.truncate(papers_before);
                    reading.note(format!("skipped: {}", error.with_causes()));
                }
            }
        }
        reading.finish(input, "no paper could be read in this folder")
    }

    /// Reads the papers of a file. If the file is plain text, each line is a name.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn read_papers_or_names(file: &Path) -> Result<ReadList> {
        if file.is_dir() {
            return Err(input_error(file, "is a folder; name a file in it"));
        }
        let bytes = bytes_of(file)?;
        let mut reading = Reading::of(file);
        let text = std::str::from_utf8(&bytes).ok().filter(|text| !text.contains('\0'));
        if let Some(text) = text.filter(|text| formats::detect_format(text.as_bytes(), file).is_none()) {
            let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
            reading.list.names = lines.map(str::to_owned).collect();
            if reading.list.names.len() > MAX_PAPERS {
                return Err(too_many(file));
            }
            return Ok(ReadList { list: reading.list, notes: Vec::new() });
        }
        formats::read_from(bytes.as_slice(), file, &ReadOptions::default(), &mut |item| reading.take(item))?;
        reading.finish(file, "no paper could be read")
    }
}

/// A list while it is read.
#[derive(Default)]
struct Reading {
    list: PaperList,
    notes: Vec<String>,
    /// How many notes there are beyond [`MAX_NOTES`].
    more_notes: u64,
    /// How often each content occurred, by its hash.
    copies: HashMap<u64, u32>,
    /// How many entries were left out as copies.
    left_out: u64,
}

impl Reading {
    fn of(file: &Path) -> Self {
        let list = PaperList { name: file.display().to_string(), ..PaperList::default() };
        Self { list, ..Self::default() }
    }

    fn read(&mut self, file: &Path) -> Result<()> {
        formats::read(file, &ReadOptions::default(), &mut |item| self.take(item)).map(|_| ())
    }

    fn note(&mut self, note: String) {
        match self.notes.len() < MAX_NOTES {
            true => self.notes.push(note),
            false => self.more_notes += 1,
        }
    }

    fn take(&mut self, item: Item) -> Result<()> {
        match item {
            Item::Paper { paper, place } => {
                let copies = self.copies.entry(content_hash(&paper)).or_default();
                *copies += 1;
                if *copies > MAX_COPIES {
                    self.left_out += 1;
                } else if self.list.papers.len() == MAX_PAPERS {
                    return Err(too_many(&place.path));
                } else {
                    self.list.papers.push(*paper);
                }
            }
            Item::Problem(problem) => self.note(format!("skipped: {problem}")),
            Item::Notice(notice) => self.note(notice.to_string()),
        }
        Ok(())
    }

    /// The list. Fails with `what` and the first problems if it has no paper.
    fn finish(self, path: &Path, what: &str) -> Result<ReadList> {
        let Self { list, mut notes, more_notes, left_out, .. } = self;
        if list.papers.is_empty() {
            let first: String = notes.iter().take(REASONS).map(|note| format!("\n  {note}")).collect();
            return Err(input_error(path, &format!("{what}{first}")));
        }
        if more_notes > 0 {
            notes.push(format!("and {more_notes} more notes on records"));
        }
        if left_out > 0 {
            notes.push(format!(
                "left out {left_out} entries with the same title, abstract, authors, year and venue as {MAX_COPIES} others"
            ));
        }
        Ok(ReadList { list, notes })
    }
}

/// A hash of what a paper is compared by.
fn content_hash(paper: &Paper) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&paper.title, &paper.abstract_text, &paper.authors, paper.year, &paper.venue).hash(&mut hasher);
    hasher.finish()
}

fn too_many(path: &Path) -> Error {
    Error::InvalidParameter(format!(
        "{} has more than {MAX_PAPERS} papers, too many for a list; divide it, or add it to a library (`relata add`)",
        path.display()
    ))
}

/// The longest text that is read as a whole, in bytes: many times a thesis.
const MAX_TEXT_FILE_BYTES: usize = 64 << 20;

/// The text of a file in any encoding; `-` is standard input.
///
/// # Errors
/// [`Error::Input`] if the file is not text, or longer than 64 MiB; [`Error::Io`].
pub fn read_text(file: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let limit = MAX_TEXT_FILE_BYTES as u64 + 1;
    open(file)?.take(limit).read_to_end(&mut bytes).map_err(Error::io("read", file))?;
    if bytes.len() > MAX_TEXT_FILE_BYTES {
        return Err(input_error(
            file,
            &format!("is longer than {} MiB, too long for a text", MAX_TEXT_FILE_BYTES >> 20),
        ));
    }
    formats::decode_text(bytes).ok_or_else(|| input_error(file, "is not a text file"))
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
    mut reader: impl BufRead,
    path: &Path,
    form: &str,
    mut take: impl FnMut(T) -> std::result::Result<(), String>,
) -> Result<()> {
    let mut line = Vec::new();
    for number in 1u64.. {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(Error::io("read", path))? == 0 {
            break;
        }
        let line = std::str::from_utf8(&line).map_err(|_| input_error(path, &format!("line {number} is not UTF-8")))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Place, Problem};
    use crate::paper::Record;

    fn paper(title: &str, id: usize) -> Item {
        let record = Record { id: id.to_string(), title: title.to_owned(), ..Record::default() };
        let place = Place { path: "a.bib".into(), line: 1 };
        Item::Paper { paper: Box::new(record.into_paper().unwrap()), place }
    }

    #[test]
    fn copies_of_an_entry_beyond_the_limit_are_left_out_with_a_note() {
        let mut reading = Reading::of(Path::new("a.bib"));
        for id in 0..300 {
            reading.take(paper("On Bees", id)).unwrap();
            reading.take(paper(&format!("On Bees {id}"), id)).unwrap();
        }
        let ReadList { list, notes } = reading.finish(Path::new("a.bib"), "none").unwrap();
        assert_eq!(list.papers.len(), 300 + MAX_COPIES as usize);
        assert_eq!(notes, ["left out 292 entries with the same title, abstract, authors, year and venue as 8 others"]);
    }

    #[test]
    fn a_list_of_too_many_papers_is_refused() {
        let mut reading = Reading::of(Path::new("a.bib"));
        for number in 0..MAX_PAPERS {
            reading.take(paper(&number.to_string(), number)).unwrap();
        }
        let error = reading.take(paper("One more", 0)).unwrap_err().to_string();
        assert!(error.contains("a.bib has more than 200000 papers, too many for a list"), "{error}");
    }

    #[test]
    fn notes_beyond_the_limit_are_counted() {
        let mut reading = Reading::of(Path::new("a.bib"));
        reading.take(paper("On Bees", 1)).unwrap();
        for line in 0..MAX_NOTES as u64 + 7 {
            let place = Place { path: "a.bib".into(), line };
            reading.take(Item::Problem(Problem { place, reason: "no title".to_owned() })).unwrap();
        }
        let notes = reading.finish(Path::new("a.bib"), "none").unwrap().notes;
        assert_eq!((notes.len(), notes.last().unwrap().as_str()), (MAX_NOTES + 1, "and 7 more notes on records"));
    }
}
