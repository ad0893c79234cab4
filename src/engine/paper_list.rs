//! Lists of papers that need not be in the library: a bibliography, the papers of a folder, a list of names.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::formats::{self, Contents, Format, Item, ReadOptions, contents_of};
use crate::library::STANDARD_INPUT;
use crate::paper::Paper;
use crate::{Error, Result};

/// Records of a list without a paper that are said to be wrong.
const REASONS: usize = 5;

/// Papers as somebody gives them: as records, or by names that the library may know.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaperList {
    /// What the list is called in answers, such as the name of its file.
    pub name: String,
    /// Records of papers. As JSON they are read as `add` reads them: a title is enough, and text is cleaned.
    #[serde(deserialize_with = "records")]
    pub papers: Vec<Paper>,
    /// Names of papers of the library: ids, identifiers, exact titles.
    pub names: Vec<String>,
}

/// What was read, and what to tell the user of the reading.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListRead {
    /// The list.
    pub list: PaperList,
    /// Records that were skipped, and what was assumed of others, one sentence each.
    pub notes: Vec<String>,
}

impl PaperList {
    /// Reads the papers of a file in any format that `add` reads; `-` is standard input.
    ///
    /// # Errors
    /// [`Error::Input`] and [`Error::Io`] when the file cannot be read, or holds no paper.
    pub fn read(file: &Path) -> Result<ListRead> {
        let mut read = ListRead::called(file);
        formats::read(file, &ReadOptions::default(), &mut |item| read.take(item))?;
        read.some(file)
    }

    /// As [`read`](Self::read), for a file, or for all files in a folder. In a folder, a file that cannot be read does not stop
    /// the others, and `except`, the library's own folder, is left out.
    pub fn read_all(input: &Path, except: &Path) -> Result<ListRead> {
        if !input.is_dir() {
            return Self::read(input);
        }
        let mut all = ListRead::called(input);
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

    /// Reads the papers of a file, or, if it is text in no format of papers, its lines that are not blank as names.
    pub fn read_papers_or_names(file: &Path) -> Result<ListRead> {
        if file.is_dir() {
            return Err(no_paper(file, "is a folder; name a file in it"));
        }
        let bytes = bytes_of(file)?;
        let mut read = ListRead::called(file);
        let text = std::str::from_utf8(&bytes).ok().filter(|text| !text.contains('\0'));
        if let Some(text) = text.filter(|text| formats::detected(text.as_bytes(), file).is_none()) {
            let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
            read.list.names = lines.map(str::to_owned).collect();
            return Ok(read);
        }
        formats::read_from(bytes.as_slice(), file, &ReadOptions::default(), &mut |item| read.take(item))?;
        read.some(file)
    }
}

impl ListRead {
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

    /// That there was no paper, with what was wrong with the first records.
    fn no_paper(&self, path: &Path, what: &str) -> Error {
        let first: String = self.notes.iter().take(REASONS).map(|note| format!("\n  {note}")).collect();
        no_paper(path, &format!("{what}{first}"))
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
/// [`Error::Input`] when the file is not text; [`Error::Io`].
pub fn read_text(file: &Path) -> Result<String> {
    let not_text = || Error::Input { path: file.to_owned(), reason: "is not a text file".to_owned() };
    formats::decoded(bytes_of(file)?).ok_or_else(not_text)
}

fn bytes_of(file: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(file)?.read_to_end(&mut bytes).map_err(Error::io("read", file))?;
    Ok(bytes)
}

/// Opens a file for reading; `-` is standard input.
pub(super) fn open(file: &Path) -> Result<Box<dyn BufRead>> {
    if file.as_os_str() == STANDARD_INPUT {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    File::open(file).map(|file| Box::new(BufReader::new(file)) as Box<dyn BufRead>).map_err(Error::io("read", file))
}

/// Papers from JSON that may come from anywhere.
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

fn no_paper(path: &Path, reason: &str) -> Error {
    Error::Input { path: path.to_owned(), reason: reason.to_owned() }
}
