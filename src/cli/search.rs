//! `relata search`.

use anyhow::bail;
use clap::Args;

use super::answer::ask;
use super::global::Common;
use super::output::{Outcome, Output};
use super::steering::{AskingArgs, NotArgs};
use crate::engine::{Request, TextQuery};

/// Find papers like a description
#[derive(Debug, Args)]
#[command(after_help = "\
In the description these are conditions; everything else is text:
  \"message passing\"    title or abstract has this phrase, with any word endings
  -molecules -\"a b\"    title and abstract do not have it
  author:battaglia     a filter, like --author; also venue: category: source:
                       year:2018..2021 since:2018-03 until:2020 has:abstract
  -author:battaglia    leave out what the filter matches

Conditions without text list the newest papers that meet them. Put the whole in single quotes, so that the shell does \
not change it.

Examples:
  relata search \"robots that learn to walk\"
  relata search 'graph networks -molecules \"message passing\" author:battaglia year:2018..2021'
  relata search protein structure from sequence -k 5 --recency 2
  relata search \"vaccine trials\" --json | jq '.results[].paper.title'
  relata search \"vaccine trials\" -k 100 --format csv > trials.csv

Exit codes: 0 found, 1 nothing found, 2 error.")]
pub(super) struct SearchArgs {
    /// The description; quotes are optional
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// Read no conditions in the description
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
