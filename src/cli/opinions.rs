//! `relata like`, `dislike` and `forget`.

use clap::Args;

use super::global::Common;
use super::output::{Outcome, Output, papers_counted};
use super::profile::ProfileNameArgs;
use crate::engine::json::Named;
use crate::engine::{Opinion, OpinionAnswer, OpinionChange, OpinionRequest};

#[derive(Debug, Args)]
pub(super) struct OpinionArgs {
    /// Papers in the library, each by id, arXiv id, DOI, URL or title
    #[arg(value_name = "PAPER", required_unless_present = "undo")]
    pub papers: Vec<String>,
    /// Undo the last use of this command; repeat to undo earlier uses
    #[arg(long, conflicts_with = "papers")]
    pub undo: bool,
    #[command(flatten)]
    pub profile: ProfileNameArgs,
}

/// Records `opinion`; `None` clears opinions.
pub(super) fn run(
    args: &OpinionArgs,
    opinion: Option<Opinion>,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    let name = &args.profile.profile;
    let answer = if args.undo {
        engine.undo_opinion(name, opinion)?
    } else {
        engine.set_opinion(&OpinionRequest { profile: name.clone(), papers: args.papers.clone(), opinion })?
    };
    if output.json {
        output.json(&answer)?;
    } else {
        print(&answer, opinion, args.undo, output)?;
    }
    // Liking a liked paper again is not a failure.
    let may_change_nothing = !args.undo && opinion.is_some();
    Ok(Outcome::found(may_change_nothing || !answer.changes.is_empty()))
}

fn print(answer: &OpinionAnswer, opinion: Option<Opinion>, undo: bool, output: &mut Output) -> anyhow::Result<()> {
    let OpinionAnswer { profile, changes, unchanged, is_new, profiles, liked, disliked } = answer;
    for OpinionChange { opinion, before, paper } in changes {
        let before = before.map(|before| format!(", was {}", in_words(Some(before)))).unwrap_or_default();
        output.line(format!("{}  {}  ({}{before})", paper.id, paper.title, in_words(*opinion)))?;
    }
    if !changes.is_empty() {
        output.note(format!("profile {profile:?}: {} liked, {disliked} disliked", papers_counted(*liked)));
    } else if undo {
        let command = match opinion {
            Some(Opinion::Liked) => "like",
            Some(Opinion::Disliked) => "dislike",
            None => "forget",
        };
        output.note(format!("profile {profile:?} has no `relata {command}` to undo"));
    }
    // Reports a new profile, because its name may be misspelt.
    if *is_new && *profiles > 1 {
        output.note(format!("{profile:?} is a new profile"));
    }
    for Named { id, .. } in unchanged {
        output.note(format!("{id} is already {}", in_words(opinion)));
    }
    Ok(())
}

fn in_words(opinion: Option<Opinion>) -> &'static str {
    match opinion {
        Some(Opinion::Liked) => "liked",
        Some(Opinion::Disliked) => "disliked",
        None => "without an opinion",
    }
}
