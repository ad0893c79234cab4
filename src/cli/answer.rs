//! Prints the answer to a question: as text, as JSON, or in a file format for papers.

use super::global::Common;
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use super::steering::AskingArgs;
use crate::engine::{
    Answer, Engine, Field, Filters, Kind, ListSummary, Named, NoResults, Paper, QuerySummary, Recommendation, Request,
    TextQuery,
};
use crate::formats::write::{ExportFormat, Ranking};

/// Minimum Jaro-Winkler similarity of a name that is suggested for a misspelt one.
const MIN_SUGGESTION_SIMILARITY: f64 = 0.85;

/// Adds the options in `args` to `request`, which already has the seeds. Then answers it and prints the answer. With
/// `--mark-seen`, marks the papers of the answer as seen.
pub(super) fn ask(
    mut request: Request,
    args: &AskingArgs,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let format = args.answer.format.chosen(output)?;
    let engine = common.open()?;
    args.add_to(&mut request, format, output)?;
    let answer = Progress::during(common, |observer| engine.ask(&request, observer))?;
    answer.notes.iter().for_each(|note| output.note(note));
    let verb = if answer.query.kind == Kind::Filters { "The newest papers that match" } else { "Papers like" };
    print(&heading(verb, &answer.query), &answer, &[], true, format, output)?;
    if !output.json
        && let Some(nothing) = answer.nothing
    {
        let conditions = answer.query.understood.as_ref().and_then(|understood| understood.conditions.as_ref());
        output.note(match conditions.filter(|_| nothing == NoResults::NoneAllowed) {
            Some(conditions) => not_met(conditions, &request, &engine)?,
            None => in_words(nothing, &request.filters, &engine)?,
        });
    }
    if args.mark_seen {
        output.flush()?;
        engine.mark_shown(&answer.results)?;
    }
    Ok(Outcome::found(!answer.results.is_empty()))
}

/// Prints the papers of an answer in `format`, as JSON, or as text. In text, each paper is followed by its reason from
/// `because`, if there is one, and by its explanation if `explain` is true.
pub(super) fn print(
    heading: &str,
    answer: &Answer,
    because: &[String],
    explain: bool,
    format: Option<ExportFormat>,
    output: &mut Output,
) -> anyhow::Result<()> {
    if let Some(format) = format {
        let mut writer = format.writer(output.writer());
        for Recommendation { rank, score, similarity, paper, .. } in &answer.results {
            writer.found(Ranking { rank: *rank, score: *score, similarity: *similarity }, paper)?;
        }
        return Ok(writer.finish()?);
    }
    if output.json {
        return output.complete_json(answer);
    }
    if !answer.results.is_empty() {
        output.heading(heading)?;
        output.recommendations_because(&answer.results, because, explain)?;
    }
    Ok(())
}

/// The venues and authors in the text of a request, as filters.
fn filters_in_text(request: &Request) -> Filters {
    let query = TextQuery::parse(request.text.as_deref().unwrap_or_default());
    let values = |field| query.values_of(field).into_iter().map(str::to_owned).collect();
    Filters { venue: values(Field::Venue), author: values(Field::Author), ..Filters::default() }
}

/// Returns a message that says why no paper meets the `conditions` in the text of a request and passes its filters.
fn not_met(conditions: &str, request: &Request, engine: &Engine) -> anyhow::Result<String> {
    let in_text = unmatched_name(&filters_in_text(request), engine, |field, name| format!("{field}:{name:?}"))?;
    let unmatched = match in_text {
        Some(unmatched) => Some(unmatched),
        None => unmatched_name(&request.filters, engine, as_option)?,
    };
    let filters = if request.filters.is_empty() { "" } else { "passes the filters and " };
    Ok(unmatched.unwrap_or_else(|| format!("No paper {filters}meets these conditions: {conditions}")))
}

/// Writes a filter as an option of the command line.
fn as_option(option: &str, name: &str) -> String {
    format!("--{option} {name:?}")
}

/// Returns a message that says why an answer is empty.
pub(super) fn in_words(nothing: NoResults, filters: &Filters, engine: &Engine) -> anyhow::Result<String> {
    Ok(match nothing {
        NoResults::NoneClose => "No close match. Use --anyway to list the nearest papers.".to_owned(),
        NoResults::NoSharedWord => "No other paper has a word of this.".to_owned(),
        NoResults::NoneAllowed => {
            unmatched_name(filters, engine, as_option)?.unwrap_or_else(|| "No paper passes the filters.".to_owned())
        }
        NoResults::NoOtherAllowed => "No other paper passes the filters.".to_owned(),
        NoResults::NoOther => "The library has no other paper.".to_owned(),
        NoResults::NoCandidates => "No paper to rank.".to_owned(),
    })
}

/// Returns a message about the first venue or author that no paper matches, with a similar name in the library.
/// `written` returns the filter as the user wrote it. Returns `None` if papers match each of these filters.
fn unmatched_name(
    filters: &Filters,
    engine: &Engine,
    written: impl Fn(&str, &str) -> String,
) -> anyhow::Result<Option<String>> {
    let library = engine.library()?;
    let venue = Filters { venue: filters.venue.clone(), ..Filters::default() };
    let venue_of: fn(&Paper) -> Vec<&str> = |paper| paper.venue.as_deref().into_iter().collect();
    let authors = filters.author.iter().map(|author| {
        let names: fn(&Paper) -> Vec<&str> = |paper| paper.authors.iter().map(String::as_str).collect();
        ("author", author, Filters { author: vec![author.clone()], ..Filters::default() }, names)
    });
    let venues = filters.venue.first().map(|name| ("venue", name, venue, venue_of));
    for (option, name, alone, names) in venues.into_iter().chain(authors) {
        if library.chosen(&[], &alone)?.is_none_or(|papers| !papers.is_empty()) {
            continue;
        }
        let mut best = (MIN_SUGGESTION_SIMILARITY, String::new());
        library.each_page(None, 0, u64::MAX, |page| -> anyhow::Result<()> {
            for full in page.iter().flat_map(|listed| names(&listed.paper)) {
                // `--author` also matches a family name alone.
                for part in [full, full.rsplit(' ').next().unwrap_or(full)] {
                    let likeness = strsim::jaro_winkler(&part.to_lowercase(), &name.to_lowercase());
                    if likeness > best.0 {
                        best = (likeness, part.to_owned());
                    }
                }
            }
            Ok(())
        })?;
        let suggestion = match best.1.as_str() {
            "" => "`relata list` shows the papers".to_owned(),
            similar => format!("did you mean {similar:?}?"),
        };
        return Ok(Some(format!("No paper matches {}; {suggestion}", written(option, name))));
    }
    Ok(None)
}

/// Returns a heading: `verb`, what the papers are like and unlike, and the facet.
pub(super) fn heading(verb: &str, query: &QuerySummary) -> String {
    let named = |papers: &[Named]| papers.iter().map(|Named { id, title }| format!("“{title}” ({id})")).collect();
    let mut like: Vec<String> = named(&query.named);
    let lists = query.like.iter();
    like.extend(lists.map(|ListSummary { file, papers }| format!("{} of {file}", papers_counted(*papers))));
    like.extend(query.file.iter().map(|file| format!("the text in {file}")));
    like.extend(query.text.iter().map(|text| format!("“{text}”")));
    like.extend(query.profile.iter().map(|name| format!("the profile {name:?}")));
    let unlike: Vec<String> = named(&query.not);
    let unlike = if unlike.is_empty() { String::new() } else { format!(", unlike {}", unlike.join(" and ")) };
    let facet = query.facet.map(|facet| format!(", by their {}", facet.name())).unwrap_or_default();
    format!("{verb} {}{unlike}{facet}", like.join(" and ")).trim_end().to_owned()
}
