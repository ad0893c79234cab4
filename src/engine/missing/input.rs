//! The bibliography or manuscript that papers are looked for by.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cited::{Citations, Cited};
use crate::draft::{Draft, Markup, Passage};
use crate::engine::answer::{Reason, Recommendation};
use crate::engine::json::Named;
use crate::engine::paper_list::{PaperList, read_text};
use crate::engine::question::Seed;
use crate::engine::request::Request;
use crate::engine::snapshot::Snapshot;
use crate::formats;
use crate::paper::{Identifier, Paper};
use crate::{Error, Result};

/// Names shown of what is not known, before "and 12 more".
const SHOWN: usize = 5;

/// Characters shown of each.
const SHOWN_OF_NAME: usize = 110;

/// Bytes that all files which a draft includes may have together, many times those of a thesis. Drafts are other people's
/// files too, and one that names a file without end must not take all memory.
const MOST_INCLUDED: u64 = 64 << 20;

/// What a list of papers or a manuscript should perhaps cite.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MissingRequest {
    /// The list, or the manuscript; `-` is standard input.
    pub file: PathBuf,
    /// How the manuscript is written. Without it, the file is a manuscript if its name ends in `.tex` or `.md`, or in
    /// `.txt` and it is no list of papers; any other is a list.
    pub markup: Option<Markup>,
    /// Bibliographies in which a manuscript's keys are looked up too.
    pub bib: Vec<PathBuf>,
    /// Which papers may be recommended, how many, and in which order. What they should be like is the file, so this names
    /// no papers, texts or profiles.
    pub answer: Request,
}

/// A list of papers or a manuscript, as it was read.
#[derive(Default)]
pub(super) struct Input {
    /// What it cites. Of a list of papers, all of them.
    pub citations: Citations,
    /// None of a list of papers.
    pub passages: Vec<Passage>,
    /// What is to be known of the reading.
    pub notes: Vec<String>,
    /// Bibliographies that the draft names and that are not there, or hold nothing.
    bibliographies_missing: Vec<String>,
    /// Files that the draft includes and that are not there, or hold no text.
    inputs_missing: Vec<String>,
}

impl Input {
    pub fn read(request: &MissingRequest) -> Result<Self> {
        let file = &request.file;
        if let Some(markup) = request.markup.or_else(|| Markup::from_extension(file)) {
            return Self::of_draft(&read_text(file)?, markup, request);
        }
        let is_text = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        if is_text && formats::detected(&std::fs::read(file).unwrap_or_default(), file).is_none() {
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
            Err(error) if !file.is_dir() && !formats::has_ending(file) => {
                return Err(Error::InvalidParameter(format!(
                    "{}\nA draft ends in .tex, .md or .txt; of any other, --markup says how it is written (`pandoc FILE \
                     -t markdown | relata missing - --markup md`)",
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
        let draft = Draft::read(text, markup, &mut |name| included(folder, name, &mut left));
        if draft.passages.is_empty() {
            return Err(unusable(&request.file, "there is no text in it to look for papers by"));
        }
        let mut input = Self::default();
        let mut entries = Vec::new();
        for file in &request.bib {
            entries.extend(input.entries_of(file)?);
        }
        for name in &draft.bibliographies {
            let path = folder.join(name);
            if !path.is_file() {
                let missing = format!("{}: the bibliography that the draft names is not there", path.display());
                input.bibliographies_missing.push(missing);
                continue;
            }
            // One without an entry is no reason not to answer.
            match input.entries_of(&path) {
                Ok(papers) => entries.extend(papers),
                Err(error) => input.bibliographies_missing.push(error.with_causes()),
            }
        }
        let mut printed = Vec::new();
        if markup == Markup::Latex
            && let Some(name) = request.file.with_extension("bbl").file_name().and_then(|name| name.to_str())
            && let Some(text) = included(folder, name, &mut left)
        {
            // What arXiv hands out has the references as they were printed, and often no bibliography.
            printed = Draft::read(&text, Markup::Latex, &mut |_| None).references;
        }
        let citations = Citations::of(&draft, &entries, &printed);
        Ok(Self { citations, passages: draft.passages, inputs_missing: draft.inputs_missing, ..input })
    }

    fn entries_of(&mut self, file: &Path) -> Result<Vec<Paper>> {
        let read = PaperList::read(file)?;
        self.notes.extend(read.notes);
        Ok(read.list.papers)
    }

    pub fn is_draft(&self) -> bool {
        !self.passages.is_empty()
    }

    /// What is looked for by: passages, or papers. A list may have a paper twice; from here on it does not. Of one that has
    /// identifiers alone, the papers are those of the library.
    pub fn seeds(&mut self, cited: &Cited, file: &Path, snapshot: &Snapshot) -> Result<Vec<Seed>> {
        if self.is_draft() {
            return Ok(self.passages.iter().map(|passage| Seed::Text(passage.text.clone())).collect());
        }
        let mut papers = std::mem::take(&mut self.citations.papers);
        if papers.is_empty() {
            papers = cited.in_library.iter().map(|number| snapshot.paper(*number)).collect::<Result<_>>()?;
        }
        if papers.is_empty() {
            return Err(unusable(file, "none of the papers that it names is in the library"));
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

    /// Why a paper was recommended.
    pub fn reason(&self, found: &Recommendation) -> Reason {
        // With a single seed it is that one.
        let seed = found.seed.unwrap_or_default();
        match self.passages.get(seed) {
            Some(Passage { text, heading }) => {
                let sentence = found.because.as_ref().and_then(|because| because.sentences.first());
                let text = sentence.map_or_else(|| text.clone(), |sentence| sentence.seed.clone());
                Reason::Sentence { text, heading: heading.clone() }
            }
            None => Reason::Entry(Named::from(&self.citations.papers[seed])),
        }
    }

    /// What was not found of what is cited, a sentence each.
    pub fn not_found(&self, cited: &Cited) -> Vec<String> {
        let mut notes = Vec::new();
        let is_nothing_known = self.is_draft() && cited.is_nothing();
        if !self.inputs_missing.is_empty() {
            let names = listed(&self.inputs_missing);
            notes.push(format!("included by the draft, but not there or no text: {names}"));
        }
        // Where every key is known from elsewhere, nothing is missing.
        if !cited.unresolved.is_empty() || is_nothing_known {
            notes.extend(self.bibliographies_missing.iter().cloned());
        }
        if !cited.unresolved.is_empty() {
            let names = listed(&cited.unresolved);
            notes.push(format!(
                "cited, but in no bibliography, or its entry was skipped (name one with --bib FILE): {names}"
            ));
        }
        if !cited.not_in_library.is_empty() {
            let (count, names) = (cited.not_in_library.len(), listed(&cited.not_in_library));
            notes.push(format!("cited, but not in the library, {count}: {names}"));
        }
        if is_nothing_known {
            let nothing = "No citations recognised in the draft; results may include papers it cites.";
            notes.push(nothing.to_owned());
        }
        notes
    }
}

/// The identifiers of a text that has one on each line and nothing else.
fn identifiers_of(text: &str) -> Option<Vec<Identifier>> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    let identifiers: Vec<Identifier> = lines.map(Identifier::parse).collect::<Option<_>>()?;
    (!identifiers.is_empty()).then_some(identifiers)
}

/// The text of a file that a draft includes, which may leave out its ending. `left` is how much may still be read.
fn included(folder: &Path, name: &str, left: &mut u64) -> Option<String> {
    let paths = [folder.join(name), folder.join(format!("{name}.tex"))];
    // A device or a pipe need not come to an end.
    let path = paths.iter().find(|path| path.is_file())?;
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(*left + 1).read_to_end(&mut bytes).ok()?;
    *left = left.checked_sub(bytes.len() as u64)?;
    formats::decoded(bytes)
}

/// The first names, and how many more there are.
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
