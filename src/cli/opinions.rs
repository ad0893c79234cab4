//! `relata like`, `dislike` and `forget`.

use super::args::{Common, SaidArgs};
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use crate::engine::json::{Named, Versioned};
use crate::engine::{Opinion, OpinionAnswer, OpinionChange, OpinionRequest};

/// `opinion` is what is to be said; `None`: nothing any more.
pub(super) fn run(
    args: &SaidArgs,
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
        output.json(&Versioned::from(&answer))?;
    } else {
        print(&answer, opinion, args.undo, output)?;
    }
    // To like again what is liked is no failure.
    let may_be_in_vain = !args.undo && opinion.is_some();
    Ok(Outcome::found(may_be_in_vain || !answer.changes.is_empty()))
}

fn print(answer: &OpinionAnswer, opinion: Option<Opinion>, undo: bool, output: &mut Output) -> anyhow::Result<()> {
    let OpinionAnswer { profile, changes, unchanged, is_new, profiles, liked, disliked } = answer;
    for OpinionChange { opinion, before, paper } in changes {
        let before = before.map(|before| format!(", was {}", said(Some(before)))).unwrap_or_default();
        output.line(format!("{}  {}  ({}{before})", paper.id, paper.title, said(*opinion)))?;
    }
    if !changes.is_empty() {
        let liked = papers_counted(*liked as u64);
        output.note(format!("the profile {profile:?} likes {liked} and dislikes {disliked}"));
    } else if undo {
        output.note(format!("there is no `relata {}` to take back in the profile {profile:?}", command(opinion)));
    }
    // The name may be misspelled.
    if *is_new && *profiles > 1 {
        output.note(format!("{profile:?} is a new profile"));
    }
    for Named { id, .. } in unchanged {
        output.note(format!("{id} is {} already", said(opinion)));
    }
    Ok(())
}

fn said(opinion: Option<Opinion>) -> &'static str {
    match opinion {
        Some(Opinion::Liked) => "liked",
        Some(Opinion::Disliked) => "disliked",
        None => "without an opinion",
    }
}

fn command(opinion: Option<Opinion>) -> &'static str {
    match opinion {
        Some(Opinion::Liked) => "like",
        Some(Opinion::Disliked) => "dislike",
        None => "forget",
    }
}
