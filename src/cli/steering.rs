//! Options of commands that recommend papers: seeds, disliked papers, filters, order and number. Each group of options
//! adds its values to a [`Request`].

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::format::FormatArgs;
use super::output::Output;
use crate::engine::{Condition, Facet, Field, Filters, PaperList, Pasted, Ranker, ReadList, Request, read_text};
use crate::formats::write::ExportFormat;

const FILTERS: &str = "Filters (case and accents are ignored)";

/// Seeds: what results should be like.
#[derive(Debug, Clone, Args)]
pub(super) struct SeedArgs {
    /// Papers in the library, each by id, arXiv id, DOI, URL or title
    #[arg(value_name = "PAPER")]
    pub papers: Vec<String>,
    /// Find papers like those in this file, such as a bibliography; they need not be in the library
    #[arg(long, value_name = "FILE")]
    pub like: Vec<PathBuf>,
    /// Find papers about this text; it has the same weight as all named papers together
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// Find papers like the title and abstract in this file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub text_file: Option<PathBuf>,
    #[command(flatten)]
    pub not: NotArgs,
}

/// Papers that results should not be like.
#[derive(Debug, Clone, Args)]
pub(super) struct NotArgs {
    /// Avoid papers like this one; may be repeated
    #[arg(long, value_name = "PAPER")]
    pub not: Vec<String>,
}

/// The facet in which papers are compared.
#[derive(Debug, Clone, Args)]
pub(super) struct FacetArgs {
    /// Compare papers above all by sentences of this kind
    #[arg(long, value_name = "FACET", value_parser = PossibleValuesParser::new(Facet::ALL.map(Facet::name)))]
    facet: Option<String>,
}

/// Options of both `similar` and `search`.
#[derive(Debug, Args)]
pub(super) struct AskingArgs {
    #[command(flatten)]
    pub profile: ProfileArgs,
    /// Mark the papers of this answer as seen
    #[arg(long)]
    pub mark_seen: bool,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// What is known about the person who asks.
#[derive(Debug, Args)]
pub(super) struct ProfileArgs {
    /// Find papers like those that this profile likes, and unlike those that it dislikes
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Leave out papers that you have seen (`relata seen`, feeds), liked or disliked
    #[arg(long)]
    pub exclude_seen: bool,
}

/// Number, selection, order and output format of results.
#[derive(Debug, Args)]
pub(super) struct AnswerArgs {
    /// How many papers to recommend
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = top_k)]
    pub top_k: usize,
    /// Print why each paper is recommended: matching sentences, shared terms, parts of the score
    #[arg(long)]
    pub explain: bool,
    #[command(flatten)]
    pub format: FormatArgs,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

/// Which papers may be results, and their order.
#[derive(Debug, Args)]
pub(super) struct SelectionArgs {
    /// Compare with every paper; slower in large libraries
    #[arg(long)]
    pub exact: bool,
    /// List the nearest papers even if none is close
    #[arg(long)]
    pub anyway: bool,
    #[command(flatten)]
    pub ranking: RankingArgs,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Leave out the papers in this file: any file that `add` reads, or one id per line; `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = FILTERS)]
    pub exclude: Vec<PathBuf>,
}

/// Order of results.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Order")]
pub(super) struct RankingArgs {
    /// Rank by vectors, by shared words (lexical) or by both (hybrid)
    #[arg(long, value_name = "NAME", default_value = Ranker::default().name(),
        value_parser = PossibleValuesParser::new(Ranker::ALL.map(Ranker::name)))]
    pub ranker: String,
    /// Diversity from 0 (by score) to 1 (avoid papers like those above)
    #[arg(long, value_name = "0..1", default_value_t = 0.0, value_parser = diversity)]
    pub diversity: f32,
    /// Prefer newer papers: the score halves with each HALF-LIFE of a paper's age: 2 (years), 18m, 6w, 90d
    #[arg(long, value_name = "HALF-LIFE", value_parser = half_life)]
    pub recency: Option<f32>,
}

/// Filters of results.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = FILTERS)]
pub(super) struct FilterArgs {
    /// Published on or after this day, month or year: 2018-03-21, 2018-03 or 2018
    #[arg(long, value_name = "DATE", value_parser = |text: &str| condition(Field::Since, text))]
    pub since: Option<String>,
    /// Published on or before this day, month or year
    #[arg(long, value_name = "DATE", value_parser = |text: &str| condition(Field::Until, text))]
    pub until: Option<String>,
    /// Published in these years: 2018, 2018..2021, 2018.. or ..2021
    #[arg(long, value_name = "YEARS", value_parser = |text: &str| condition(Field::Year, text))]
    pub year: Vec<String>,
    /// Published in a journal, conference or repository whose name has these words; repeat to allow several
    #[arg(long, value_name = "NAME", value_parser = |text: &str| condition(Field::Venue, text))]
    pub venue: Vec<String>,
    /// Subject category: both `cs` and `cs.CL` match cs.CL; repeat to allow several
    #[arg(long, value_name = "CODE", value_parser = |text: &str| condition(Field::Category, text))]
    pub category: Vec<String>,
    /// Author, by family name or full name (given names may be initials); repeat to require several authors
    #[arg(long, value_name = "NAME", value_parser = |text: &str| condition(Field::Author, text))]
    pub author: Vec<String>,
    /// Only papers with an abstract
    #[arg(long)]
    pub has_abstract: bool,
    /// From a file whose path contains this text (see `relata list --sources`); repeat to allow several
    #[arg(long, value_name = "PART", value_parser = |text: &str| condition(Field::Source, text))]
    pub source: Vec<String>,
}

impl SeedArgs {
    /// Adds the seeds and the disliked papers.
    pub(super) fn add_to(&self, request: &mut Request, output: &mut Output) -> anyhow::Result<()> {
        request.papers.clone_from(&self.papers);
        for file in &self.like {
            request.like.push(list(PaperList::read(file), output)?);
        }
        if let Some(file) = &self.text_file {
            request.pasted = Some(Pasted { name: file.display().to_string(), text: read_text(file)? });
        }
        // `similar` may read conditions and names in it; for candidates they have no meaning.
        (request.text, request.verbatim) = (self.text.clone(), true);
        request.not.clone_from(&self.not.not);
        if !request.asks_for_something() {
            bail!(
                "name a paper to find others like it, or use --like FILE, --text TEXT, --text-file FILE or --profile NAME"
            );
        }
        Ok(())
    }
}

impl FacetArgs {
    /// The facet; `None` if papers are compared in all respects.
    pub(super) fn facet(&self) -> Option<Facet> {
        self.facet.as_deref().and_then(|name| name.parse().ok())
    }
}

impl AskingArgs {
    /// Adds everything except seeds.
    pub(super) fn add_to(
        &self,
        request: &mut Request,
        format: Option<ExportFormat>,
        output: &mut Output,
    ) -> anyhow::Result<()> {
        self.profile.add_to(request);
        self.answer.add_to(request, format, output)
    }
}

impl ProfileArgs {
    /// Adds the profile and what was seen.
    pub(super) fn add_to(&self, request: &mut Request) {
        request.profile.clone_from(&self.profile);
        request.exclude_seen = self.exclude_seen;
    }
}

impl AnswerArgs {
    /// Adds filters, number and order. With `--json`, results have explanations. With `--json` or `--format`, the
    /// answer has the nearest papers even if none is close.
    pub(super) fn add_to(
        &self,
        request: &mut Request,
        format: Option<ExportFormat>,
        output: &mut Output,
    ) -> anyhow::Result<()> {
        self.selection.add_to(request, output)?;
        request.top_k = Some(self.top_k);
        request.explain = self.explain || output.json;
        request.anyway |= output.json || format.is_some();
        Ok(())
    }
}

impl SelectionArgs {
    /// Adds filters and order.
    pub(super) fn add_to(&self, request: &mut Request, output: &mut Output) -> anyhow::Result<()> {
        self.ranking.add_to(request);
        request.filters = self.filters.filters()?;
        for file in &self.exclude {
            request.exclude.push(list(PaperList::read_papers_or_names(file), output)?);
        }
        request.exact = self.exact;
        request.anyway = self.anyway;
        Ok(())
    }
}

impl RankingArgs {
    /// Adds the order.
    pub(super) fn add_to(&self, request: &mut Request) {
        request.ranker = Ranker::from_name(&self.ranker).unwrap_or_default();
        request.diversity = self.diversity;
        request.half_life_years = self.recency;
    }
}

impl FilterArgs {
    /// The filters of a request.
    pub(super) fn filters(&self) -> anyhow::Result<Filters> {
        let Self { since, until, year, venue, category, author, has_abstract, source } = self.clone();
        if let (Some(since), Some(until)) = (&since, &until)
            // As a string, 2018-03 is greater than 2018, but the month is part of that year.
            && since > until
            && !since.starts_with(until.as_str())
        {
            bail!("--since {since} is after --until {until}: no paper can match both");
        }
        Ok(Filters { since, until, year, venue, category, author, has_abstract, source })
    }
}

/// Prints the notes on a list that was read, and returns the list.
pub(super) fn list(read: crate::Result<ReadList>, output: &mut Output) -> crate::Result<PaperList> {
    let ReadList { list, notes } = read?;
    notes.iter().for_each(|note| output.note(note));
    Ok(list)
}

/// Parses the value of `-k`.
pub(super) fn top_k(text: &str) -> Result<usize, String> {
    match text.parse::<u32>() {
        Ok(0) => Err("-k must be at least 1".to_owned()),
        Ok(number) => Ok(number as usize),
        Err(_) => Err("-k must be a whole number, such as 20".to_owned()),
    }
}

fn condition(field: Field, text: &str) -> Result<String, String> {
    Condition::new(field, text).map(|_| text.trim().to_owned()).map_err(|error| error.to_string())
}

fn diversity(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "write a number from 0 to 1, such as 0.3".to_owned())
}

/// Parses a time such as `2`, `2y`, `18m` or `90d`. Returns years.
fn half_life(text: &str) -> Result<f32, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let per_year = match text[number.len()..].to_ascii_lowercase().as_str() {
        "" | "y" => Some(1.0),
        "m" => Some(12.0),
        "w" => Some(52.18),
        "d" => Some(365.25),
        _ => None,
    };
    let number = number.parse::<f32>().ok().filter(|number| *number > 0.0 && number.is_finite());
    let years = number.zip(per_year).map(|(number, per_year)| number / per_year);
    years.ok_or_else(|| "write years, such as 2 or 0.5, or a number with a unit: 2y, 18m, 6w, 90d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_lives_are_years_or_have_a_unit() {
        for (text, years) in [("2", 2.0), ("0.5", 0.5), ("2y", 2.0), ("6M", 0.5), ("1461d", 4.0)] {
            assert!((half_life(text).unwrap() - years).abs() < 1e-6, "{text}");
        }
        for text in ["", "0", "-1", "y", "2x", "2yy", "inf", "nan"] {
            assert!(half_life(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_last_day_before_the_first_is_an_error() {
        let filters = |since: &str, until: &str| {
            FilterArgs { since: Some(since.into()), until: Some(until.into()), ..FilterArgs::default() }.filters()
        };
        for (since, until) in [("2018", "2018"), ("2018-03", "2018"), ("2018", "2018-03"), ("2018-03-05", "2018-03")] {
            assert!(filters(since, until).is_ok(), "{since} {until}");
        }
        for (since, until) in [("2019", "2018"), ("2018-04", "2018-03"), ("2018-03-05", "2018-03-04")] {
            assert!(filters(since, until).is_err(), "{since} {until}");
        }
    }
}
