//! `relata missing`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::answer::{in_words, print};
use super::global::Common;
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use super::steering::AnswerArgs;
use crate::engine::{Answer, MissingRequest, Named, NoResults, Reason, Recommendation};

/// Find papers that a draft or bibliography should cite
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/missing.txt"))]
pub(super) struct MissingArgs {
    /// The draft or bibliography; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Read the file as a draft: LaTeX (tex), Markdown (md) or plain text (txt)
    #[arg(long, value_name = "MARKUP", value_parser = PossibleValuesParser::new(["tex", "md", "txt"]))]
    pub markup: Option<String>,
    /// Also look up the citation keys of the draft in this bibliography; may be repeated
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
    let reason = |found: &Recommendation| found.reason.as_ref().map(nearest_to).unwrap_or_default();
    let reasons: Vec<String> = answer.results.iter().map(reason).collect();
    print(&heading(&answer, args), &answer, &reasons, args.answer.explain, format, output)?;
    match answer.nothing.filter(|_| !output.json) {
        None => {}
        Some(NoResults::NoneClose) => {
            output.note("No close match among papers that are not cited. Use --anyway to list the nearest papers.")
        }
        Some(other) => output.note(in_words(other, &request.answer.filters, &engine)?),
    }
    Ok(Outcome::found(!answer.results.is_empty()))
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
        Reason::Sentence { text, heading, file, line, cited, authors } => {
            let line = line.map(|line| format!("line {line}"));
            let place: Vec<&str> = [heading, file, &line].into_iter().flatten().map(String::as_str).collect();
            let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
            let cited =
                cited.as_ref().map_or_else(String::new, |Named { id, title }| format!("; cited: {title} ({id})"));
            let by = if authors.is_empty() { String::new() } else { format!("; cited author: {}", authors.join(", ")) };
            format!("near: “{text}”{place}{cited}{by}")
        }
    }
}
