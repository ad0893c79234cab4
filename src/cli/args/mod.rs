//! What can be said on the command line. Shell completions and the man page are generated from these definitions.
//!
//! `command` has the commands; their arguments are in a file for each group of them.

mod add;
mod batch;
mod command;
mod feedback;
mod format;
mod library;
mod papers;
mod program;
mod recommend;
mod report;
mod steering;
mod sync;

pub(super) use self::add::AddArgs;
pub(super) use self::batch::{CompareArgs, GraphArgs, MissingArgs};
pub(super) use self::command::{Cli, Command, Common};
pub(super) use self::feedback::{FeedArgs, ProfileArgs, ProfileCommand, SaidArgs, SeenArgs, SteeringArgs};
pub(super) use self::format::FormatArgs;
pub(super) use self::library::{DoctorArgs, DuplicatesArgs, InfoArgs, RemoveArgs};
pub(super) use self::papers::{ExportArgs, ListArgs, ShowArgs};
pub(super) use self::program::{
    CompletionsArgs, DemoArgs, EvaluateArgs, ManArgs, ModelArgs, ModelCommand, TrainFacetsArgs,
};
pub(super) use self::recommend::{AnswerArgs, RankArgs, RunArgs, SearchArgs, SimilarArgs};
pub(super) use self::report::ReportArgs;
pub(super) use self::steering::{ExcludeArgs, FilterArgs, NotArgs, RankingArgs, SeedArgs};
pub(super) use self::sync::{SyncArgs, SyncArxivArgs, SyncPlace};
