//! The command line: arguments, progress, output, exit codes. The only place that prints. One file per verb.
//!
//! stdout is data, stderr is talk. Exit codes: 0 found or done, 1 ran and found nothing, 2 error; a reader that closes
//! the pipe early is no error.

mod add;
mod added;
mod answer;
mod args;
mod compare;
mod demo;
mod doctor;
mod duplicates;
mod evaluate;
mod export;
mod feed;
mod format;
mod generate;
mod graph;
mod info;
mod interrupt;
mod list;
mod missing;
mod model;
mod new_file;
mod new_library;
mod open;
mod opinions;
mod outcome;
mod output;
mod profile;
mod progress;
mod rank;
mod rankings;
mod remove;
mod report;
mod report_file;
mod run;
mod search;
mod seen;
mod show;
mod similar;
mod sync;
mod train_facets;
mod versions;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use outcome::Outcome;
use output::Output;

use crate::engine::Opinion;

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
