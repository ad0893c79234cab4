//! The program and its commands, with the options that all of them have.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};

use super::add::AddArgs;
use super::batch::{CompareArgs, GraphArgs, MissingArgs};
use super::feedback::{DislikeArgs, FeedArgs, ForgetArgs, LikeArgs, ProfileArgs, SeenArgs};
use super::library::{DoctorArgs, DuplicatesArgs, InfoArgs, RemoveArgs};
use super::papers::{ExportArgs, ListArgs, ShowArgs};
use super::program::{CompletionsArgs, DemoArgs, EvaluateArgs, ManArgs, ModelArgs, TrainFacetsArgs};
use super::recommend::{RankArgs, RunArgs, SearchArgs, SimilarArgs};
use super::report::ReportArgs;
use super::sync::SyncArgs;
use crate::engine::Precision;

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
pub(in crate::cli) struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Common {
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
pub(in crate::cli) enum Command {
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
