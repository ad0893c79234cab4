//! `relata completions` and `relata man`, generated from the definitions of the arguments.

use anyhow::Context;
use clap::CommandFactory;

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::outcome::Outcome;
use super::output::Output;

pub(super) fn completions(args: &CompletionsArgs, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "relata", &mut script);
    output.writer().write_all(&script)?;
    Ok(Outcome::Done)
}

pub(super) fn man(args: &ManArgs, output: &mut Output) -> anyhow::Result<Outcome> {
    let command = Cli::command();
    match &args.output {
        None => clap_mangen::Man::new(command).render(output.writer())?,
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
            clap_mangen::generate_to(command, folder)
                .with_context(|| format!("cannot write into {}", folder.display()))?;
            output.note(format!("man pages written into {}", folder.display()));
        }
    }
    Ok(Outcome::Done)
}
