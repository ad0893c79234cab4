//! Files that a question names: papers that are not to be kept, lists of names, texts.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};

use super::output::Output;
use crate::formats::{self, Contents, Item, ReadOptions, contents_of};
use crate::library::{Library, PaperNumber};
use crate::paper::Paper;

/// What a file of papers or of their names holds.
pub(super) enum Given {
    Papers(Vec<Paper>),
    Names(Vec<String>),
}

/// The papers of a file, `-` being standard input; what could not be read is told.
pub(super) fn papers_of(file: &Path, output: &mut Output) -> anyhow::Result<Vec<Paper>> {
    let mut papers = Vec::new();
    formats::read(file, &ReadOptions::default(), &mut |item| take(item, &mut papers, output))?;
    some(papers, file)
}

/// The papers of a file, or of the files in a folder, of which one that cannot be read does not stop the others; the folder
/// of the library is none of them.
pub(super) fn papers_in(input: &Path, library: &Path, output: &mut Output) -> anyhow::Result<Vec<Paper>> {
    if !input.is_dir() {
        return papers_of(input, output);
    }
    let Contents { files, unreachable } = contents_of(input, library);
    for (path, reason) in unreachable {
        output.note(format!("skipped: {}: {reason}", path.display()));
    }
    let mut papers = Vec::new();
    for (file, _) in files {
        match papers_of(&file, output) {
            Ok(more) => papers.extend(more),
            Err(error) => output.note(format!("skipped: {error:#}")),
        }
    }
    anyhow::ensure!(!papers.is_empty(), "{}: no paper could be read in this folder", input.display());
    Ok(papers)
}

/// The papers of a file, or, if it is text in no format of papers, its lines that are not blank.
pub(super) fn papers_or_names(file: &Path, output: &mut Output) -> anyhow::Result<Given> {
    if file.is_dir() {
        bail!("{}: is a folder; name a file in it", file.display());
    }
    let bytes = bytes_of(file)?;
    let text = std::str::from_utf8(&bytes).ok().filter(|text| !text.contains('\0'));
    if let Some(text) = text.filter(|text| formats::detected(text.as_bytes(), file).is_none()) {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
        return Ok(Given::Names(lines.map(str::to_owned).collect()));
    }
    let mut papers = Vec::new();
    formats::read_from(bytes.as_slice(), file, &ReadOptions::default(), &mut |item| take(item, &mut papers, output))?;
    some(papers, file).map(Given::Papers)
}

/// The papers of the library that a file has or names.
pub(super) fn known_of(file: &Path, library: &Library, output: &mut Output) -> anyhow::Result<HashSet<PaperNumber>> {
    let numbers: Vec<Option<PaperNumber>> = match papers_or_names(file, output)? {
        Given::Papers(papers) => papers
            .iter()
            .map(|paper| Ok(library.same_as(paper)?.map(|listed| listed.number)))
            .collect::<crate::Result<_>>()?,
        Given::Names(names) => names.iter().map(|name| library.number_or_titled(name)).collect::<crate::Result<_>>()?,
    };
    let known: HashSet<PaperNumber> = numbers.into_iter().flatten().collect();
    if known.is_empty() {
        output.note(format!("{}: none of its papers is in the library", file.display()));
    }
    Ok(known)
}

/// A text, as it stands in a file, in whatever encoding.
pub(super) fn text_of(file: &Path) -> anyhow::Result<String> {
    formats::decoded(bytes_of(file)?).with_context(|| format!("{} is no text", file.display()))
}

fn bytes_of(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = match file.to_str() {
        Some("-") => std::io::stdin().read_to_end(&mut bytes),
        _ => std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.with_context(|| format!("cannot read {}", file.display()))?;
    Ok(bytes)
}

fn take(item: Item, papers: &mut Vec<Paper>, output: &mut Output) -> crate::Result<()> {
    match item {
        Item::Paper { paper, .. } => papers.push(*paper),
        Item::Problem(problem) => output.note(format!("skipped: {problem}")),
        Item::Notice(notice) => output.note(notice.to_string()),
    }
    Ok(())
}

fn some(papers: Vec<Paper>, file: &Path) -> anyhow::Result<Vec<Paper>> {
    if papers.is_empty() {
        bail!("{}: no paper could be read", file.display());
    }
    Ok(papers)
}
