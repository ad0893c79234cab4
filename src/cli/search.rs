//! `relata search`.

use anyhow::bail;
use clap::Args;

use super::answer::ask;
use super::global::Common;
use super::output::{Outcome, Output};
use super::steering::{AskingArgs, NotArgs};
use crate::engine::{Request, TextQuery};

/// Find papers that fit a description
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/search.txt"))]
pub(super) struct SearchArgs {
    /// The description; quotes are optional
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// Treat the whole description as text, without conditions, operators and names
    #[arg(long)]
    pub verbatim: bool,
    #[command(flatten)]
    pub not: NotArgs,
    #[command(flatten)]
    pub asking: AskingArgs,
}

pub(super) fn run(args: &SearchArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    if args.text.iter().all(|text| text.trim().is_empty()) {
        bail!("the description is empty; write a few words, as in `relata search \"robots that learn to walk\"`");
    }
    let text = if args.verbatim { args.text.join(" ") } else { TextQuery::joined(&args.text) };
    let request = Request { verbatim: args.verbatim, not: args.not.not.clone(), ..Request::about(text) };
    ask(request, &args.asking, common, output)
}
