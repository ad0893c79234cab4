//! `relata missing`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::answer::{export, in_words};
use super::global::Common;
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use super::steering::AnswerArgs;
use crate::engine::{Answer, MissingRequest, Named, Nothing, Reason, Recommendation};

/// Find papers that a draft or bibliography should cite
#[derive(Debug, Args)]
#[command(after_help = "\
Recommends papers of the library that are close to the draft or bibliography and not cited in it. For each paper it prints \
the sentence of the draft, or the entry of the bibliography, that is nearest.

A draft is a .tex, .md or .txt file, or any file with --markup; its passages are compared one by one. Any other file is a \
list of papers that `add` reads, compared as a whole; a .txt file with one id per line is a list too.

Citations in a draft are recognised by keys (\\cite and similar commands, @key of Pandoc), by arXiv ids and DOIs in the \
text, and by the titles in its list of references. Keys are looked up in the bibliographies that the draft names, in \
those of --bib, and among the ids of the library.

Examples:
  relata missing references.bib
  relata missing draft.tex -k 20 --since 2022
  relata missing notes.md --bib library.bib --format bib > to-read.bib
  pandoc draft.docx -t markdown | relata missing - --markup md

Exit codes: 0 found, 1 nothing close found (--json, --format and --anyway list the nearest anyway), 2 error (such as a \
file that cannot be read).")]
pub(super) struct MissingArgs {
    /// The draft or bibliography; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Read the file as a draft in LaTeX, Markdown or plain text
    #[arg(long, value_name = "MARKUP", value_parser = PossibleValuesParser::new(["tex", "md", "txt"]))]
    pub markup: Option<String>,
    /// Look up a draft's citation keys in this bibliography too; may be repeated
    #[arg(long, value_name = "FILE")]
    pub bib: Vec<PathBuf>,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

pub(super) fn run(args: &MissingArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = args.answer.format.chosen(output)?;
    let engine = common.open()?;
    let markup = args.markup.as_deref().and_then(|name| name.parse().ok());
    let (file, bib) = (args.file.clone(), args.bib.clone());
    let mut request = MissingRequest { file, markup, bib, ..MissingRequest::default() };
    args.answer.add_to(&mut request.answer, format, output)?;
    let answer = Progress::during(common, |observer| engine.missing(&request, observer))?;
    answer.notes.iter().for_each(|note| output.note(note));
    let outcome = Outcome::found(!answer.results.is_empty());
    if output.json {
        output.complete_json(&answer)?;
        return Ok(outcome);
    }
    let (heading, nothing) = (heading(&answer, args), answer.nothing);
    let found = answer.results;
    let reason = |found: &Recommendation| found.reason.as_ref().map(nearest_to).unwrap_or_default();
    let reasons: Vec<String> = found.iter().map(reason).collect();
    match format {
        Some(format) => export(&found, format, output)?,
        None if found.is_empty() => {}
        None => {
            output.heading(&heading)?;
            output.recommendations_because(&found, &reasons, args.answer.explain)?;
        }
    }
    match nothing {
        None => {}
        Some(Nothing::Close) => {
            output.note("No close match beyond what is cited. Use --anyway to list the nearest papers.")
        }
        Some(other) => output.note(in_words(other, &request.answer.filters, &engine)?),
    }
    Ok(outcome)
}

fn heading(answer: &Answer, args: &MissingArgs) -> String {
    let (cited, file) = (answer.cited.as_ref().map_or(0, |cited| cited.in_library.len()), args.file.display());
    let counts = match answer.cited.as_ref().and_then(|cited| cited.entries) {
        None => format!("cites {} of the library", papers_counted(cited)),
        Some(entries) => format!("lists {}, {cited} of them in the library", papers_counted(entries)),
    };
    format!("Papers close to {file}, which {counts}")
}

fn nearest_to(reason: &Reason) -> String {
    match reason {
        Reason::Entry(Named { id, title }) => format!("near: {title} ({id})"),
        Reason::Sentence { text, heading: None } => format!("near: “{text}”"),
        Reason::Sentence { text, heading: Some(heading) } => format!("near: “{text}” ({heading})"),
    }
}
