//! How the answer to a question is printed: for people, as JSON, or as a file of papers.

use super::args::{AnswerArgs, Common, NotArgs, RankingArgs, SeedArgs, SteeringArgs};
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::engine::{
    Answer, Engine, Kind, ListRead, ListSummary, Named, Nothing, PaperList, Pasted, Ranker, Recommendation, Request,
    Understood, read_text,
};
use crate::formats::write::{ExportFormat, Standing};

/// Reads a list, and prints what is to be known of it.
pub(super) fn list(read: crate::Result<ListRead>, output: &mut Output) -> crate::Result<PaperList> {
    let ListRead { list, notes } = read?;
    notes.iter().for_each(|note| output.note(note));
    Ok(list)
}

/// Adds to a request what papers should be like.
pub(super) fn by_seeds(request: &mut Request, args: &SeedArgs, output: &mut Output) -> anyhow::Result<()> {
    let SeedArgs { papers, like, text, text_file, not } = args;
    request.papers.clone_from(papers);
    for file in like {
        request.like.push(list(PaperList::read(file), output)?);
    }
    if let Some(file) = text_file {
        request.pasted = Some(Pasted { name: file.display().to_string(), text: read_text(file)? });
    }
    // Here a text is no query: `search` is for those.
    (request.text, request.verbatim) = (text.clone(), true);
    unlike(request, not);
    if !request.asks_for_something() {
        anyhow::bail!(
            "name a paper that the answer should be like, or give --like FILE, --text TEXT, --text-file FILE or \
             --profile NAME"
        );
    }
    Ok(())
}

/// Adds what papers should be unlike.
pub(super) fn unlike(request: &mut Request, args: &NotArgs) {
    request.not.clone_from(&args.not);
}

/// Adds how to order.
pub(super) fn ordered(request: &mut Request, args: &RankingArgs) {
    request.ranker = Ranker::from_name(&args.ranker).unwrap_or_default();
    request.diversity = args.diversity;
    request.half_life_years = args.recency;
}

/// Adds a profile, and whether what was seen counts.
pub(super) fn steered(request: &mut Request, args: &SteeringArgs) {
    request.profile.clone_from(&args.profile);
    request.exclude_seen = args.exclude_seen;
}

/// Adds which papers may be recommended, how many, and how they are shown. Programs get reasons, and the nearest papers
/// also when none is close.
pub(super) fn shaped(
    request: &mut Request,
    args: &AnswerArgs,
    format: Option<ExportFormat>,
    output: &mut Output,
) -> anyhow::Result<()> {
    ordered(request, &args.ranking);
    request.filters = args.filters.filters();
    for file in &args.exclude.exclude {
        request.exclude.push(list(PaperList::read_papers_or_names(file), output)?);
    }
    request.top_k = Some(args.options.top_k as usize);
    request.exact = args.options.exact;
    request.explain = args.options.explain || output.json;
    request.anyway = args.options.anyway || output.json || format.is_some();
    Ok(())
}

/// Asks, prints the answer, and notes what it shows as seen if that was asked for.
pub(super) fn ask(
    engine: &Engine,
    request: &Request,
    format: Option<ExportFormat>,
    mark_seen: bool,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let progress = Progress::new(common);
    let answer = engine.ask(request, &|event| progress.observe(event))?;
    drop(progress);
    answer.notes.iter().for_each(|note| output.note(note));
    let verb = if answer.query.kind == Kind::Filters { "The newest papers by the filters" } else { "Papers like" };
    print_under(&heading(verb, &answer.query), &answer, format, output)?;
    if !output.json
        && let Some(nothing) = answer.nothing
    {
        output.note(in_words(nothing));
    }
    if mark_seen {
        output.flush()?;
        engine.mark_shown(&answer.results)?;
    }
    Ok(Outcome::found(!answer.results.is_empty()))
}

/// Prints the papers of an answer.
pub(super) fn print_under(
    heading: &str,
    answer: &Answer,
    format: Option<ExportFormat>,
    output: &mut Output,
) -> anyhow::Result<()> {
    if let Some(format) = format {
        return exported(&answer.results, format, output);
    }
    if output.json {
        return output.json(answer);
    }
    if !answer.results.is_empty() {
        for line in output.wrapped(heading, 0) {
            output.line(line)?;
        }
        output.line("")?;
        output.recommendations(&answer.results)?;
    }
    Ok(())
}

/// Prints what was found as a file of papers.
pub(super) fn exported(found: &[Recommendation], format: ExportFormat, output: &mut Output) -> anyhow::Result<()> {
    let mut writer = format.writer(output.writer());
    for Recommendation { rank, score, similarity, paper, .. } in found {
        writer.found(Standing { rank: *rank, score: *score, similarity: *similarity }, paper)?;
    }
    Ok(writer.finish()?)
}

/// Why there is nothing to show.
pub(super) fn in_words(nothing: Nothing) -> &'static str {
    match nothing {
        Nothing::Close => "No close match. Use --anyway to list the nearest papers.",
        Nothing::Admitted => "no paper of the library passes the filters",
        Nothing::OtherAdmitted => "no other paper of the library passes the filters",
        Nothing::Other => "no other paper in the library",
        Nothing::Candidates => "there is no paper to rank",
    }
}

/// The question in words.
pub(super) fn heading(verb: &str, query: &Understood) -> String {
    let named = |papers: &[Named]| papers.iter().map(|Named { id, title }| format!("“{title}” ({id})")).collect();
    let mut like: Vec<String> = named(&query.named);
    like.extend(
        query.like.iter().map(|ListSummary { file, papers }| format!("{} of {file}", papers_counted(*papers as u64))),
    );
    like.extend(query.file.iter().map(|file| format!("the text in {file}")));
    like.extend(query.text.iter().map(|text| format!("“{text}”")));
    like.extend(query.profile.iter().map(|name| format!("those of the profile {name:?}")));
    let unlike: Vec<String> = named(&query.not);
    let unlike = if unlike.is_empty() { String::new() } else { format!(", unlike {}", unlike.join(" and ")) };
    let respect = query.facet.map(|facet| format!(" in their {}", facet.name())).unwrap_or_default();
    format!("{verb} {}{unlike}{respect}", like.join(" and "))
}
