//! `relata completions` and `relata man`: text generated from the definitions of the arguments.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command};

use super::output::{Outcome, Output};

/// Print a completion script for your shell
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/completions.txt"))]
pub(super) struct CompletionsArgs {
    /// Name of the shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Print the man page, or write one per command
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/man.txt"))]
pub(super) struct ManArgs {
    /// Write one page per command into this folder: relata.1, relata-add.1, …
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

pub(super) fn completions(
    args: &CompletionsArgs,
    mut command: Command,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "relata", &mut script);
    output.writer().write_all(&script)?;
    Ok(Outcome::Done)
}

pub(super) fn man(args: &ManArgs, command: Command, output: &mut Output) -> anyhow::Result<Outcome> {
    match &args.output {
        None => clap_mangen::Man::new(command).render(output.writer())?,
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
            clap_mangen::generate_to(command, folder)
                .with_context(|| format!("cannot write to {}", folder.display()))?;
            output.note(format!("Wrote the man pages to {}", folder.display()));
        }
    }
    Ok(Outcome::Done)
}
