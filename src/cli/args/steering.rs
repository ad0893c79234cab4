//! What papers should be like and not like, which ones may come, and in which order: for all verbs that recommend.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::engine::{Field, Filters, Ranker};

/// Examples of what is wanted.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct SeedArgs {
    /// Papers in the library
    #[arg(value_name = "PAPER")]
    pub papers: Vec<String>,
    /// Every paper of a file that `add` reads, say a bibliography; those that the library does not have are read for
    /// the occasion
    #[arg(long, value_name = "FILE")]
    pub like: Vec<PathBuf>,
    /// What it should be about, in a few words; beside papers it counts as much as all of them together
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// A file with the title and abstract of a paper that is not in the library; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub text_file: Option<PathBuf>,
    #[command(flatten)]
    pub not: NotArgs,
}

/// Examples of what is not wanted.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct NotArgs {
    /// A paper of the library that the answer should be unlike; may be given several times
    #[arg(long, value_name = "PAPER")]
    pub not: Vec<String>,
}

/// How to order.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Order")]
pub(in crate::cli) struct RankingArgs {
    /// What counts: vectors alone, shared words alone, or both
    #[arg(long, value_name = "NAME", default_value = Ranker::default().name(),
        value_parser = PossibleValuesParser::new(Ranker::ALL.map(Ranker::name)))]
    pub ranker: String,
    /// From 0, the order of the scores, to 1: how much it counts against a paper that it is like one before it
    #[arg(long, value_name = "0..1", default_value_t = 0.0, value_parser = diversity)]
    pub diversity: f32,
    /// Newer papers first: a score halves with each such time of age; years, or with a unit: 2, 18m, 90d
    #[arg(long, value_name = "HALF-LIFE", value_parser = half_life)]
    pub recency: Option<f32>,
}

/// Which papers may come.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Filters (words count whatever their case and accents)")]
pub(in crate::cli) struct FilterArgs {
    /// Not before this year, month or day: 2018, 2018-03, 2018-03-05
    #[arg(long, value_name = "WHEN", value_parser = |text: &str| condition(Field::Since, text))]
    pub since: Option<String>,
    /// Not after it
    #[arg(long, value_name = "WHEN", value_parser = |text: &str| condition(Field::Until, text))]
    pub until: Option<String>,
    /// Of these years: 2018, 2018..2021, 2018.., ..2021
    #[arg(long, value_name = "YEARS", value_parser = |text: &str| condition(Field::Year, text))]
    pub year: Vec<String>,
    /// Whose journal, conference or repository has these words in its name; of several, one must fit
    #[arg(long, value_name = "NAME", value_parser = |text: &str| condition(Field::Venue, text))]
    pub venue: Vec<String>,
    /// Of this subject: `cs` and `cs.CL` fit cs.CL; of several, one must fit
    #[arg(long, value_name = "CODE", value_parser = |text: &str| condition(Field::Category, text))]
    pub category: Vec<String>,
    /// By this author: the family name, or the full name, whose given names may be initials; of several, all must fit
    #[arg(long, value_name = "NAME", value_parser = |text: &str| condition(Field::Author, text))]
    pub author: Vec<String>,
    /// With an abstract
    #[arg(long)]
    pub has_abstract: bool,
    /// Brought by a file whose path has this part (`relata list --sources`); of several, one must fit
    #[arg(long, value_name = "PART", value_parser = |text: &str| condition(Field::Source, text))]
    pub source: Vec<String>,
}

/// Which papers may not come, though they pass all filters.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Filters (words count whatever their case and accents)")]
pub(in crate::cli) struct ExcludeArgs {
    /// Not the papers of this file: one that `add` reads, or with an id or identifier a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub exclude: Vec<PathBuf>,
}

impl FilterArgs {
    /// The conditions that they are.
    pub fn filters(&self) -> Filters {
        let Self { since, until, year, venue, category, author, has_abstract, source } = self.clone();
        Filters { since, until, year, venue, category, author, has_abstract, source }
    }
}

fn condition(field: Field, text: &str) -> Result<String, String> {
    Filters::check(field, text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

fn diversity(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "it is a number from 0 to 1, such as 0.3".to_owned())
}

/// Years of a time such as `2`, `2y`, `18m`, `90d`.
fn half_life(text: &str) -> Result<f32, String> {
    let (number, unit) = match text.char_indices().last() {
        Some((at, unit)) if unit.is_ascii_alphabetic() => (&text[..at], unit.to_ascii_lowercase()),
        _ => (text, 'y'),
    };
    let in_a_year = match unit {
        'y' => Some(1.0),
        'm' => Some(12.0),
        'w' => Some(52.18),
        'd' => Some(365.25),
        _ => None,
    };
    let number = number.parse::<f32>().ok().filter(|number| *number > 0.0 && number.is_finite());
    let years = number.zip(in_a_year).map(|(number, in_a_year)| number / in_a_year);
    years.ok_or_else(|| "it is a time above 0 in years, such as 2 or 0.5, or with a unit: 2y, 18m, 6w, 90d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_lives_are_years_or_have_a_unit() {
        for (text, years) in [("2", 2.0), ("0.5", 0.5), ("2y", 2.0), ("6m", 0.5), ("1461d", 4.0)] {
            assert!((half_life(text).unwrap() - years).abs() < 1e-6, "{text}");
        }
        for text in ["", "0", "-1", "y", "2x", "inf", "nan"] {
            assert!(half_life(text).is_err(), "{text}");
        }
    }
}
