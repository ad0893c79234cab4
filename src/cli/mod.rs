//! The command line: arguments, progress, output and exit codes. No other module prints.
//!
//! Each command has a file with its arguments and their help, which also prints the answer. Completions and the man
//! page are generated from the arguments. Options that several commands share are in `global`, `steering` and `format`.
//!
//! Data goes to stdout, messages go to stderr. Exit codes: 0 found or done, 1 ran and found nothing, 2 error. A closed
//! pipe is not an error.

mod add;
mod added;
mod answer;
mod backup;
mod compare;
mod demo;
mod doctor;
mod duplicates;
mod evaluate;
mod export;
mod feed;
mod format;
mod generate;
mod global;
mod graph;
mod help;
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

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use global::Common;
use output::{Outcome, Output};

use crate::engine::Opinion;
use crate::formats::write::visible::{Visible, visible};

/// Find related papers on your own machine
#[derive(Debug, Parser)]
#[command(name = "relata", version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// The commands. Each is also listed in `help::GROUPS`.
#[derive(Debug, Subcommand)]
enum Command {
    Add(add::AddArgs),
    Sync(sync::SyncArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Export(export::ExportArgs),
    Remove(remove::RemoveArgs),
    Duplicates(duplicates::DuplicatesArgs),
    Info(info::InfoArgs),
    Doctor(doctor::DoctorArgs),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    Repair(backup::RepairArgs),
    Search(search::SearchArgs),
    Similar(similar::SimilarArgs),
    Rank(rank::RankArgs),
    Missing(missing::MissingArgs),
    /// Mark papers that you like, to find more of their kind
    #[command(after_help = include_str!("help/like.txt"))]
    Like(opinions::OpinionArgs),
    /// Mark papers that you dislike, to find fewer of their kind
    #[command(after_help = include_str!("help/dislike.txt"))]
    Dislike(opinions::OpinionArgs),
    /// Clear likes and dislikes
    #[command(after_help = include_str!("help/forget.txt"))]
    Forget(opinions::OpinionArgs),
    Profile(profile::ProfileArgs),
    Feed(feed::FeedArgs),
    Seen(seen::SeenArgs),
    Report(report::ReportArgs),
    Compare(compare::CompareArgs),
    Graph(graph::GraphArgs),
    Evaluate(evaluate::EvaluateArgs),
    Run(run::RunArgs),
    TrainFacets(train_facets::TrainFacetsArgs),
    Demo(demo::DemoArgs),
    Model(model::ModelArgs),
    Completions(generate::CompletionsArgs),
    Man(generate::ManArgs),
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let matches = help::with_first_page(Cli::command()).try_get_matches();
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return print_page(&error),
    };
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

/// Prints what clap has for these arguments: help, the version, or what is wrong with them. clap repeats arguments as
/// they are, so a message with characters that could control the terminal is printed without clap's colours.
fn print_page(page: &clap::Error) -> ExitCode {
    let text = page.render().to_string();
    if text.lines().all(|line| visible(line) == line) {
        let _ = page.print();
    } else {
        let _ = write!(Visible::text(std::io::stderr()), "{text}");
    }
    ExitCode::from(if page.use_stderr() { 2 } else { 0 })
}

fn run(Cli { common, command }: &Cli, output: &mut Output) -> anyhow::Result<Outcome> {
    match command {
        Command::Add(args) if args.watch => watch::run(args, common, output),
        Command::Add(args) => add::run(args, common, output),
        Command::Sync(args) => sync::run(args, common, output),
        Command::List(args) => list::run(args, common, output),
        Command::Show(args) => show::run(args, common, output),
        Command::Export(args) => export::run(args, common, output),
        Command::Remove(args) => remove::run(args, common, output),
        Command::Duplicates(args) => duplicates::run(args, common, output),
        Command::Info(args) => info::run(args, common, output),
        Command::Doctor(_) => doctor::run(common, output),
        Command::Backup(args) => backup::back_up(args, common, output),
        Command::Restore(args) => backup::run_restore(args, common, output),
        Command::Repair(_) => backup::run_repair(common, output),
        Command::Search(args) => search::run(args, common, output),
        Command::Similar(args) => similar::run(args, common, output),
        Command::Rank(args) => rank::run(args, common, output),
        Command::Missing(args) => missing::run(args, common, output),
        Command::Like(args) => opinions::run(args, Some(Opinion::Liked), common, output),
        Command::Dislike(args) => opinions::run(args, Some(Opinion::Disliked), common, output),
        Command::Forget(args) => opinions::run(args, None, common, output),
        Command::Profile(args) => profile::run(args, common, output),
        Command::Feed(args) => feed::run(args, common, output),
        Command::Seen(args) => seen::run(args, common, output),
        Command::Report(args) => report::run(args, common, output),
        Command::Compare(args) => compare::run(args, output),
        Command::Graph(args) => graph::run(args, common, output),
        Command::Evaluate(args) => evaluate::run(args, common, output),
        Command::Run(args) => run::run(args, common, output),
        Command::TrainFacets(args) => train_facets::run(args, common, output),
        Command::Demo(args) => demo::run(args, common, output),
        Command::Model(args) => model::run(args, common, output),
        Command::Completions(args) => generate::completions(args, Cli::command(), output),
        Command::Man(args) => generate::man(args, Cli::command(), output),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(broken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_of_help_lists_each_command_once_with_its_own_first_line() {
        let page = help::with_first_page(Cli::command()).render_help().to_string();
        let mut listed: Vec<&str> = help::GROUPS.iter().flat_map(|(_, names)| names.split(' ')).collect();
        listed.sort_unstable();
        let command = Cli::command();
        let mut names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        names.sort_unstable();
        assert_eq!(listed, names);
        for command in command.get_subcommands() {
            let line = format!(" {:12} {}", command.get_name(), command.get_about().unwrap());
            assert_eq!(page.lines().filter(|shown| shown.ends_with(&line)).count(), 1, "{line}\n{page}");
        }
        assert!(page.lines().count() <= 43 && page.lines().all(|line| line.chars().count() <= 80), "{page}");
    }

    #[test]
    fn the_help_of_each_command_has_three_examples_that_parse_and_exit_codes() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().unwrap().to_string();
            assert!(help.lines().all(|line| line.chars().count() <= 79), "{help}");
            let help = help.replace("\\\n      ", "");
            let examples = help.split_once("Examples:\n").unwrap().1.split_once("\n\n").unwrap().0;
            let examples: Vec<&str> = examples.lines().collect();
            assert!(examples.len() >= 3, "{help}");
            assert!(help.split_once("\n\nExit codes: ").is_some_and(|(_, codes)| codes.contains("2 ")), "{help}");
            for part in examples.iter().flat_map(|line| line.split(['|', ';', '>'])) {
                let Some((_, arguments)) = part.split_once("relata ") else { continue };
                // A remark begins after two spaces.
                let arguments = arguments.split("  ").next().unwrap_or_default();
                let mut words = vec!["relata".to_owned()];
                for (place, quoted) in arguments.split(['"', '\'']).enumerate() {
                    match place % 2 {
                        0 => words.extend(quoted.split_whitespace().map(str::to_owned)),
                        _ => words.push(quoted.to_owned()),
                    }
                }
                assert!(Cli::try_parse_from(&words).is_ok(), "{words:?}: {:?}", Cli::try_parse_from(&words));
            }
        }
    }
}
