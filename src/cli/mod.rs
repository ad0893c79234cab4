//! The command line: arguments, progress, output, exit codes. The only place that prints. One file per verb.
//!
//! stdout is data, stderr is talk. Exit codes: 0 found or done, 1 ran and found nothing, 2 error; a reader that closes
//! the pipe early is no error.

mod add;
mod args;
mod asking;
mod compare;
mod demo;
mod doctor;
mod duplicates;
mod evaluate;
mod export;
mod feed;
mod generate;
mod graph;
mod info;
mod interrupt;
mod list;
mod missing;
mod model;
mod new_file;
mod new_library;
mod opinions;
mod output;
mod profile;
mod progress;
mod rank;
mod reading;
mod remove;
mod report;
mod run;
mod search;
mod seen;
mod show;
mod similar;
mod steering;
mod sync;
mod train_facets;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command, Common};
use output::Output;

use crate::embed::EmbedOptions;
use crate::embed::store::{ModelChoice, ModelStore};
use crate::library::{Library, Opinion};
use crate::recommender::Recommender;
use crate::vector::Precision;

/// How a command ended, short of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1.
    NothingFound,
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    // clap itself ends the process for `--help` (0) and for arguments it does not know (2).
    let cli = Cli::parse();
    let mut output = Output::new(&cli.common);
    match run(&cli, &mut output).and_then(|outcome| output.flush().map(|()| outcome)) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NothingFound) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli, output: &mut Output) -> anyhow::Result<Outcome> {
    let common = &cli.common;
    match &cli.command {
        Command::Add(args) if args.watch => watch::run(args, common, output),
        Command::Add(args) => add::run(args, common, output),
        Command::Sync(args) => sync::run(args, common, output),
        Command::Similar(args) => similar::run(args, common, output),
        Command::Search(args) => search::run(args, common, output),
        Command::Rank(args) => rank::run(args, common, output),
        Command::Like(args) => opinions::run(&args.said, Some(Opinion::Liked), common, output),
        Command::Dislike(args) => opinions::run(&args.said, Some(Opinion::Disliked), common, output),
        Command::Forget(args) => opinions::run(&args.said, None, common, output),
        Command::Profile(args) => profile::run(args, common, output),
        Command::Feed(args) => feed::run(args, common, output),
        Command::Seen(args) => seen::run(args, common, output),
        Command::Report(args) => report::run(args, common, output),
        Command::Missing(args) => missing::run(args, common, output),
        Command::Compare(args) => compare::run(args, output),
        Command::Graph(args) => graph::run(args, common, output),
        Command::Run(args) => run::run(args, common, output),
        Command::Export(args) => export::run(args, common, output),
        Command::List(args) => list::run(args, common, output),
        Command::Show(args) => show::run(args, common, output),
        Command::Remove(args) => remove::run(args, common, output),
        Command::Duplicates(args) => duplicates::run(args, common, output),
        Command::Info(args) => info::run(args, common, output),
        Command::Doctor(args) => doctor::run(args, common, output),
        Command::Evaluate(args) => evaluate::run(args, common, output),
        Command::TrainFacets(args) => train_facets::run(args, common, output),
        Command::Demo(args) => demo::run(args, common, output),
        Command::Model(args) => model::run(args, common, output),
        Command::Completions(args) => generate::completions(args, output),
        Command::Man(args) => generate::man(args, output),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(broken))
}

impl Common {
    fn models(&self) -> crate::Result<ModelStore> {
        ModelStore::from_env()
    }

    fn embed_options(&self) -> EmbedOptions {
        // A graphics card that relata was built for is there to be used.
        let has_card = cfg!(any(feature = "cuda", feature = "metal"));
        let default = if has_card { Precision::F32 } else { Precision::default() };
        let precision = self.precision.as_deref().and_then(Precision::from_name).unwrap_or(default);
        EmbedOptions { precision, kernels: None }
    }

    fn model(&self) -> crate::Result<Option<ModelChoice>> {
        self.model.as_deref().map(ModelChoice::parse).transpose()
    }

    /// The library's folder: `--library`, else `RELATA_LIBRARY`, else the platform's folder for data.
    fn library_folder(&self) -> anyhow::Result<std::path::PathBuf> {
        if let Some(folder) = &self.library {
            return Ok(folder.clone());
        }
        let folders = directories::ProjectDirs::from("", "", "relata");
        let folders = folders.ok_or_else(|| anyhow::anyhow!("no home folder is known; name one with --library DIR"))?;
        Ok(folders.data_dir().join("library"))
    }

    fn open(&self) -> anyhow::Result<Recommender> {
        let mut recommender =
            Recommender::open(&self.library_folder()?, self.models()?, self.model()?, self.embed_options())?;
        recommender.use_facet_model(self.facet_model.as_deref());
        Ok(recommender)
    }

    /// The library alone, where nothing is to be compared.
    fn open_library(&self) -> anyhow::Result<Library> {
        Ok(Library::open(&self.library_folder()?)?)
    }

    fn open_or_create(&self) -> anyhow::Result<Recommender> {
        Ok(self.open_or_create_in(&self.library_folder()?)?)
    }

    /// As [`open_or_create`](Self::open_or_create), in a folder that the verb chose.
    fn open_or_create_in(&self, folder: &std::path::Path) -> crate::Result<Recommender> {
        Recommender::open_or_create(folder, self.models()?, self.model()?, self.embed_options())
    }
}
