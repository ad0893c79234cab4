//! `relata missing`.

use super::answer::{exported, in_words, shaped};
use super::args::{Common, MissingArgs};
use super::format::chosen;
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::engine::{Answer, MissingRequest, Named, Nothing, Reason, Recommendation};

pub(super) fn run(args: &MissingArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.answer.format, output)?;
    let engine = common.open()?;
    let markup = args.markup.as_deref().and_then(|name| name.parse().ok());
    let (file, bib) = (args.file.clone(), args.bib.clone());
    let mut request = MissingRequest { file, markup, bib, ..MissingRequest::default() };
    shaped(&mut request.answer, &args.answer, format, output)?;
    let progress = Progress::new(common);
    let answer = engine.missing(&request, &|event| progress.observe(event))?;
    drop(progress);
    answer.notes.iter().for_each(|note| output.note(note));
    let outcome = Outcome::found(!answer.results.is_empty());
    if output.json {
        output.json(&answer)?;
        return Ok(outcome);
    }
    let (heading, nothing) = (heading(&answer, args), answer.nothing);
    let found = answer.results;
    let reason = |found: &Recommendation| found.reason.as_ref().map(nearest_to).unwrap_or_default();
    let reasons: Vec<String> = found.iter().map(reason).collect();
    match format {
        Some(format) => exported(&found, format, output)?,
        None if found.is_empty() => {}
        None => {
            for line in output.wrapped(&heading, 0) {
                output.line(line)?;
            }
            output.line("")?;
            output.recommendations_because(&found, &reasons, args.answer.options.explain)?;
        }
    }
    if let Some(nothing) = nothing {
        output.note(match nothing {
            Nothing::Close => "No close match that is not cited already. Use --anyway to list the nearest papers.",
            other => in_words(other),
        });
    }
    Ok(outcome)
}

fn heading(answer: &Answer, args: &MissingArgs) -> String {
    let cited = answer.cited.as_ref().map_or(0, |cited| cited.in_library.len());
    let of_them = match answer.cited.as_ref().and_then(|cited| cited.entries) {
        None => format!("which cites {} of it", papers_counted(cited as u64)),
        Some(entries) => format!("a list of {}, {cited} of them in it", papers_counted(entries as u64)),
    };
    format!("Papers of the library close to {}, {of_them}", args.file.display())
}

fn nearest_to(reason: &Reason) -> String {
    match reason {
        Reason::Entry(Named { id, title }) => format!("near: {title} ({id})"),
        Reason::Sentence { text, heading: None } => format!("near: “{text}”"),
        Reason::Sentence { text, heading: Some(heading) } => format!("near: “{text}” ({heading})"),
    }
}
