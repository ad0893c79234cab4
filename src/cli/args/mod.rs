//! What can be said on the command line. Shell completions and the man page are generated from these definitions.
//!
//! Here is what all verbs share; their own arguments are in a file for each group of them.

mod add;
mod batch;
mod feedback;
mod library;
mod papers;
mod program;
mod recommend;
mod report;
mod steering;
mod sync;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};

pub(super) use self::add::AddArgs;
pub(super) use self::batch::{CompareArgs, GraphArgs, MissingArgs};
pub(super) use self::feedback::{
    DislikeArgs, FeedArgs, ForgetArgs, LikeArgs, ProfileArgs, ProfileCommand, SaidArgs, SeenArgs, SteeringArgs,
};
pub(super) use self::library::{DoctorArgs, DuplicatesArgs, InfoArgs, RemoveArgs};
pub(super) use self::papers::{ExportArgs, ListArgs, ShowArgs};
pub(super) use self::program::{
    CompletionsArgs, DemoArgs, EvaluateArgs, ManArgs, ModelArgs, ModelCommand, TrainFacetsArgs,
};
pub(super) use self::recommend::{AnswerArgs, RankArgs, RunArgs, SearchArgs, SimilarArgs};
pub(super) use self::report::ReportArgs;
pub(super) use self::steering::{ExcludeArgs, FilterArgs, NotArgs, RankingArgs, SeedArgs};
pub(super) use self::sync::{SyncArgs, SyncArxivArgs, SyncPlace};
use crate::formats::write::ExportFormat;
use crate::vector::Precision;

/// Finds related papers on your own machine: by example, by description, or a whole batch at once.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    propagate_version = true,
    after_help = "\
Examples:
  relata demo                                   see it work on 208 well-known papers
  relata add papers.jsonl listing.txt           take papers into your library
  relata similar 1706.03762                     papers like one that you have
  relata search \"robots that learn to walk\"     papers like a description

Exit codes: 0 found or done, 1 ran and found nothing, 2 error."
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(super) struct Common {
    /// Folder of the library [default: the platform's folder for data]
    #[arg(long, global = true, value_name = "DIR", env = "RELATA_LIBRARY", hide_env_values = true)]
    pub library: Option<PathBuf>,
    /// Model to embed with: a name from `relata model list`, or the folder of a sentence-transformers model
    /// [default: the library's own, or all-MiniLM-L6-v2]
    #[arg(long, global = true, value_name = "NAME|DIR", env = "RELATA_MODEL", hide_env_values = true)]
    pub model: Option<String>,
    /// Arithmetic to embed with: bf16, int8 (faster, a little less exact) or f32 (slower; the reference). Vectors of
    /// one model can be mixed whatever made them [default: bf16]
    #[arg(long, global = true, value_name = "NAME", env = "RELATA_PRECISION", hide_env_values = true,
        value_parser = PossibleValuesParser::new(Precision::ALL.map(Precision::name)))]
    pub precision: Option<String>,
    /// Classifier that tells apart sentences for --facet, from `relata train-facets`; needed with a --model other than
    /// the default
    #[arg(long, global = true, value_name = "FILE", env = "RELATA_FACET_MODEL", hide_env_values = true, hide = true)]
    pub facet_model: Option<PathBuf>,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print JSON (documented in the README, with a schema_version)
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Add(AddArgs),
    Sync(SyncArgs),
    Similar(SimilarArgs),
    Search(SearchArgs),
    Rank(RankArgs),
    Like(LikeArgs),
    Dislike(DislikeArgs),
    Forget(ForgetArgs),
    Profile(ProfileArgs),
    Feed(FeedArgs),
    Seen(SeenArgs),
    Report(ReportArgs),
    Missing(MissingArgs),
    Compare(CompareArgs),
    Graph(GraphArgs),
    Run(RunArgs),
    Export(ExportArgs),
    List(ListArgs),
    Show(ShowArgs),
    Remove(RemoveArgs),
    Duplicates(DuplicatesArgs),
    Info(InfoArgs),
    Doctor(DoctorArgs),
    Evaluate(EvaluateArgs),
    TrainFacets(TrainFacetsArgs),
    Demo(DemoArgs),
    Model(ModelArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

/// Options of commands that list papers.
#[derive(Debug, Clone, Args)]
pub(super) struct FormatArgs {
    /// Print the papers as a file of this format: bib (BibTeX), ris, csl (CSL JSON), csv, jsonl or md (Markdown)
    #[arg(long, value_name = "FORMAT", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::name)))]
    pub format: Option<String>,
}
