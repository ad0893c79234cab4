//! Reads the draft or bibliography of a request.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cited::{Citations, Cited, keys_of};
use super::lines::places;
use crate::draft::{Draft, Markup, Passage, Reference};
use crate::engine::answer::{Reason, Recommendation};
use crate::engine::json::Named;
use crate::engine::paper_list::{PaperList, read_text};
use crate::engine::question::Seed;
use crate::engine::request::Request;
use crate::engine::snapshot::Snapshot;
use crate::formats;
use crate::library::STANDARD_INPUT;
use crate::paper::{Identifier, Paper};
use crate::{Error, Result};

/// The maximum number of names in a note, before "and 12 more".
const SHOWN: usize = 5;

/// The maximum number of characters shown of a name.
const SHOWN_OF_NAME: usize = 110;

/// The maximum number of bytes read from all files that a draft includes: many times the size of a thesis. An untrusted
/// draft may include an endless file, which must not fill the memory.
const MOST_INCLUDED: u64 = 64 << 20;

/// The maximum number of passages of a draft that are compared: three times as many as a thesis of a thousand pages has.
/// Each passage is a question.
const MOST_PASSAGES: usize = 10_000;

/// A request for papers that a draft or a bibliography does not cite but perhaps should.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MissingRequest {
    /// The draft or bibliography; `-` is standard input.
    pub file: PathBuf,
    /// The markup of the draft. Without this, a file is a draft if its name ends in `.tex` or `.md`. A `.txt` file is a
    /// draft unless it is a list of papers. Any other file is a bibliography.
    pub markup: Option<Markup>,
    /// More bibliographies in which to look up the citation keys of a draft.
    pub bib: Vec<PathBuf>,
    /// Which papers may be recommended, how many, and in which order. It must not contain papers, texts or profiles,
    /// since papers are compared with the file.
    pub answer: Request,
}

/// The content of a draft or a bibliography.
#[derive(Default)]
pub(super) struct Input {
    /// The works that a draft cites, or all papers of a bibliography.
    pub citations: Citations,
    /// The passages of a draft; empty for a bibliography.
    pub passages: Vec<Passage>,
    /// What the user should know about how the files were read.
    pub notes: Vec<String>,
    /// Notes on bibliographies of the draft that are missing or empty.
    bibliographies_missing: Vec<String>,
    /// Files that the draft includes but that are missing or have no text.
    inputs_missing: Vec<String>,
    /// The name and text of the draft and of each file that it includes.
    files: Vec<(String, String)>,
}

impl Input {
    pub fn read(request: &MissingRequest) -> Result<Self> {
        let file = &request.file;
        if let Some(markup) = request.markup.or_else(|| Markup::from_extension(file)) {
            return Self::of_draft(&read_text(file)?, markup, request);
        }
        let is_text = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        // A pipe could not be read twice.
        let bytes =
            || File::open(file).ok().filter(|_| file.is_file()).and_then(|open| formats::read_whole(open, file).ok());
        if is_text && formats::detect_format(&bytes().unwrap_or_default(), file).is_none() {
            let text = read_text(file)?;
            return match identifiers_of(&text) {
                Some(identifiers) => {
                    Ok(Self { citations: Citations { identifiers, ..Citations::default() }, ..Self::default() })
                }
                None => Self::of_draft(&text, Markup::Plain, request),
            };
        }
        if !request.bib.is_empty() {
            let name = file.display();
            let reason = format!("{name} is a list of papers; --bib is for drafts (.tex, .md, .txt)");
            return Err(Error::InvalidParameter(reason));
        }
        let mut input = Self::default();
        input.citations.papers = match input.entries_of(file) {
            Err(error) if !file.is_dir() && !formats::has_known_extension(file) => {
                return Err(Error::InvalidParameter(format!(
                    "{}\nDrafts end in .tex, .md or .txt; for others, use --markup (`pandoc FILE -t markdown | relata missing - \
                     --markup md`)",
                    error.with_causes()
                )));
            }
            papers => papers?,
        };
        Ok(input)
    }

    fn of_draft(text: &str, markup: Markup, request: &MissingRequest) -> Result<Self> {
        let folder = request.file.parent().unwrap_or(Path::new(""));
        let mut left = MOST_INCLUDED;
        let mut files = vec![(request.file.display().to_string(), text.to_owned())];
        let draft = Draft::read(text, markup, &mut |name| {
            let (path, text) = included(folder, name, &mut left)?;
            files.push((path.display().to_string(), text.clone()));
            Some(text)
        });
        if draft.passages.is_empty() {
            return Err(unusable(&request.file, "it has no text to compare papers with"));
        }
        let mut input = Self { files, ..Self::default() };
        let mut draft = draft;
        if draft.passages.len() > MOST_PASSAGES {
            let passages = draft.passages.len();
            input.notes.push(format!("the draft has {passages} passages; only the first {MOST_PASSAGES} are compared"));
            draft.passages.truncate(MOST_PASSAGES);
        }
        let mut entries = Vec::new();
        for file in &request.bib {
            entries.extend(input.entries_of(file)?);
        }
        for name in &draft.bibliographies {
            entries.extend(input.entries_if_any(&folder.join(name)));
        }
        let mut printed = Vec::new();
        if markup == Markup::Latex
            && let Some(name) = request.file.with_extension("bbl").file_name().and_then(|name| name.to_str())
            && let Some((_, text)) = included(folder, name, &mut left)
        {
            // LaTeX sources from arXiv have a formatted list of references (.bbl), and often no bibliography (.bib).
            printed = Draft::read(&text, Markup::Latex, &mut |_| None).references;
        }
        let mut citations = Citations::of(&draft, &entries, &printed);
        for path in bibliographies_beside(&request.file) {
            if citations.keys.is_empty() {
                break;
            }
            let (more, more_printed) = entries_with_keys(&path, &citations.keys, &mut left);
            if !more.is_empty() || !more_printed.is_empty() {
                let file = path.display();
                input.notes.push(format!("looked up citation keys in {file}, which the draft does not name"));
                entries.extend(more);
                printed.extend(more_printed);
                citations = Citations::of(&draft, &entries, &printed);
            }
        }
        Ok(Self { citations, passages: draft.passages, inputs_missing: draft.inputs_missing, ..input })
    }

    fn entries_of(&mut self, file: &Path) -> Result<Vec<Paper>> {
        let read = PaperList::read(file)?;
        self.notes.extend(read.notes);
        Ok(read.list.papers)
    }

    /// The entries of a bibliography that the draft names. One that is missing, empty or unreadable does not prevent an
    /// answer.
    fn entries_if_any(&mut self, file: &Path) -> Vec<Paper> {
        let found = if file.is_file() {
            self.entries_of(file).map_err(|error| error.with_causes())
        } else {
            Err(format!("{}: this bibliography of the draft does not exist", file.display()))
        };
        found.unwrap_or_else(|reason| {
            self.bibliographies_missing.push(reason);
            Vec::new()
        })
    }

    pub fn is_draft(&self) -> bool {
        !self.passages.is_empty()
    }

    /// Returns the seeds, without duplicates: the passages of a draft, or the papers of a bibliography. For a list of
    /// identifiers, the seeds are its papers that are in the library.
    pub fn seeds(&mut self, cited: &Cited, file: &Path, snapshot: &Snapshot) -> Result<Vec<Seed>> {
        if self.is_draft() {
            return Ok(self.passages.iter().map(|passage| Seed::Text(passage.text.clone())).collect());
        }
        let mut papers = std::mem::take(&mut self.citations.papers);
        if papers.is_empty() {
            papers = cited.in_library.iter().map(|number| snapshot.paper(*number)).collect::<Result<_>>()?;
        }
        if papers.is_empty() {
            return Err(unusable(file, "none of its papers is in the library"));
        }
        let (mut seeds, mut seen) = (Vec::new(), HashSet::new());
        for paper in papers {
            let seed = snapshot.seed(paper.clone())?;
            if !matches!(seed, Seed::Stored(number) if !seen.insert(number)) {
                seeds.push(seed);
                self.citations.papers.push(paper);
            }
        }
        Ok(seeds)
    }

    /// Adds to each recommendation the nearest entry of the bibliography.
    pub fn add_entries(&self, results: &mut [Recommendation]) {
        for found in results {
            // If there is only one seed, the recommendation has no seed number.
            found.reason = Some(Reason::Entry(Named::from(&self.citations.papers[found.seed.unwrap_or_default()])));
        }
    }

    /// Adds to each recommendation the nearest sentence of the draft, with its place.
    pub fn add_sentences(&self, results: &mut [Recommendation]) {
        let sentence = |found: &Recommendation| {
            let Passage { text, heading } = &self.passages[found.seed.unwrap_or_default()];
            let sentence = found.because.as_ref().and_then(|because| because.sentences.first());
            (sentence.map_or(text, |sentence| &sentence.seed).clone(), heading.clone())
        };
        let sentences: Vec<(String, Option<String>)> = results.iter().map(sentence).collect();
        let files: Vec<&str> = self.files.iter().map(|(_, text)| text.as_str()).collect();
        let texts: Vec<&str> = sentences.iter().map(|(text, _)| text.as_str()).collect();
        let places = places(&files, &texts);
        for ((found, (text, heading)), place) in results.iter_mut().zip(sentences).zip(places) {
            let file = place.filter(|place| place.file > 0).map(|place| self.files[place.file].0.clone());
            let line = place.map(|place| place.line);
            found.reason = Some(Reason::Sentence { text, heading, file, line, cited: None, authors: Vec::new() });
        }
    }

    /// Returns notes on missing files and on citations that were not found.
    pub fn not_found(&self, cited: &Cited) -> Vec<String> {
        let mut notes = Vec::new();
        let has_no_known_citation = self.is_draft() && cited.is_nothing();
        if !self.inputs_missing.is_empty() {
            let names = listed(&self.inputs_missing);
            notes.push(format!("the draft includes files that are missing or have no text: {names}"));
        }
        // If every key was found elsewhere, the missing bibliographies do not matter.
        if !cited.unresolved.is_empty() || has_no_known_citation {
            notes.extend(self.bibliographies_missing.iter().cloned());
        }
        if !cited.unresolved.is_empty() {
            let names = listed(&cited.unresolved);
            notes.push(format!(
                "cited, but in no bibliography (or the entry was skipped); add one with --bib FILE: {names}"
            ));
        }
        if !cited.not_in_library.is_empty() {
            let (count, names) = (cited.not_in_library.len(), listed(&cited.not_in_library));
            notes.push(format!("cited, but not in the library ({count}): {names}"));
        }
        if has_no_known_citation {
            let nothing = "No citations recognised in the draft; results may include papers it cites.";
            notes.push(nothing.to_owned());
        }
        notes
    }
}

/// The identifiers of a text that has one identifier on each line and nothing else.
fn identifiers_of(text: &str) -> Option<Vec<Identifier>> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    let identifiers: Vec<Identifier> = lines.map(Identifier::parse).collect::<Option<_>>()?;
    (!identifiers.is_empty()).then_some(identifiers)
}

/// The path and text of a file that a draft includes; `name` may lack the extension. `left` is the number of bytes that
/// may be read.
fn included(folder: &Path, name: &str, left: &mut u64) -> Option<(PathBuf, String)> {
    let paths = [folder.join(name), folder.join(format!("{name}.tex"))];
    // A device or a pipe may be endless.
    let path = paths.into_iter().find(|path| path.is_file())?;
    let mut bytes = Vec::new();
    File::open(&path).ok()?.take(*left + 1).read_to_end(&mut bytes).ok()?;
    *left = left.checked_sub(bytes.len() as u64)?;
    Some((path, formats::decode_text(bytes)?))
}

/// The possible bibliographies in the folder of a draft: files with the draft's name first, then by name.
fn bibliographies_beside(draft: &Path) -> Vec<PathBuf> {
    let folder = draft.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_named = draft.file_name().is_some_and(|name| name != STANDARD_INPUT);
    let files = if is_named { std::fs::read_dir(folder).ok() } else { None };
    let is_bibliography = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        ["bib", "bbl", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known)) && path.is_file()
    };
    let paths = files.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<PathBuf> = paths.filter(is_bibliography).collect();
    paths.sort_by_key(|path| (path.file_stem() != draft.file_stem(), path.clone()));
    paths
}

/// Reads the entries and printed references with the given keys from a possible bibliography. `left` is the number of
/// bytes that may be read.
fn entries_with_keys(path: &Path, keys: &[String], left: &mut u64) -> (Vec<Paper>, Vec<Reference>) {
    let keys: HashSet<String> = keys.iter().map(|key| key.to_ascii_lowercase()).collect();
    let is_cited = |own: &str| keys.contains(&own.to_ascii_lowercase());
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("bbl")) {
        let text = included(Path::new(""), &path.display().to_string(), left).map(|(_, text)| text);
        let mut references = Draft::read(&text.unwrap_or_default(), Markup::Latex, &mut |_| None).references;
        references.retain(|reference| reference.key.as_deref().is_some_and(is_cited));
        return (Vec::new(), references);
    }
    let length = path.metadata().map_or(u64::MAX, |metadata| metadata.len());
    let Some(rest) = left.checked_sub(length) else { return Default::default() };
    *left = rest;
    // A file that is not a bibliography is no error, since the draft does not name it.
    let mut papers = PaperList::read(path).map(|read| read.list.papers).unwrap_or_default();
    papers.retain(|paper| keys_of(paper).any(is_cited));
    (papers, Vec::new())
}

/// Joins the first names, and adds the number of the others.
fn listed(names: &[String]) -> String {
    let shortened = |name: &String| match name.char_indices().nth(SHOWN_OF_NAME) {
        None => name.clone(),
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
    };
    let more = names.len().saturating_sub(SHOWN);
    let names: Vec<String> = names.iter().take(SHOWN).map(shortened).collect();
    format!("{}{}", names.join("; "), if more > 0 { format!("; and {more} more") } else { String::new() })
}

fn unusable(file: &Path, reason: &str) -> Error {
    Error::Input { path: file.to_owned(), reason: reason.to_owned() }
}
