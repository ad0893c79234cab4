//! `relata like`, `dislike` and `forget`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Outcome;
use super::args::{Common, SaidArgs};
use super::output::{Output, papers_counted};
use super::similar::find_all;
use crate::library::{Change, Library, Listed, Opinion};
use crate::report::json::{PaperJson, SCHEMA_VERSION};

/// `opinion` is what is to be said; `None`: nothing any more.
pub(super) fn run(
    args: &SaidArgs,
    opinion: Option<Opinion>,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    // Neither model nor index is needed: this is to be done at once.
    let mut library = common.open_library()?;
    let name = args.profile.profile.trim();
    if args.undo {
        let lock = library.lock()?;
        let changes = library.undo_opinion(&lock, name, opinion)?;
        tell(&library, name, &changes, output)?;
        if changes.is_empty() && !output.json {
            output.note(format!("there is no `relata {}` to take back in the profile {name:?}", command(opinion)));
        }
        return Ok(if changes.is_empty() { Outcome::NothingFound } else { Outcome::Done });
    }
    let papers = find_all(&library, &args.papers)?;
    if opinion.is_none() {
        // A profile that is not there is not made by forgetting.
        library.profile(name)?;
    }
    let others = library.profiles()?;
    let lock = library.lock()?;
    let numbers: Vec<_> = papers.iter().map(|listed| listed.number).collect();
    let changes = library.say(&lock, name, &numbers, opinion, Timestamp::now())?;
    tell(&library, name, &changes, output)?;
    if !output.json {
        if !others.is_empty() && others.iter().all(|profile| profile.name != name) {
            output.note(format!("{name:?} is a new profile"));
        }
        for listed in papers.iter().filter(|listed| changes.iter().all(|change| change.paper != listed.number)) {
            output.note(format!("{} is {} already", listed.paper.id, said(opinion)));
        }
    }
    Ok(if changes.is_empty() && opinion.is_none() { Outcome::NothingFound } else { Outcome::Done })
}

/// Tells what changed.
fn tell(library: &Library, name: &str, changes: &[Change], output: &mut Output) -> anyhow::Result<()> {
    let mut listed: Vec<(Listed, &Change)> = Vec::new();
    for change in changes {
        listed.extend(library.paper(change.paper)?.map(|listed| (listed, change)));
    }
    if output.json {
        let changes: Vec<Value> = listed
            .iter()
            .map(|(listed, change)| {
                let paper = PaperJson::from(&listed.paper);
                json!({ "opinion": word(change.now), "before": word(change.before), "paper": paper })
            })
            .collect();
        return output.json(&json!({ "schema_version": SCHEMA_VERSION, "profile": name, "changes": changes }));
    }
    for (listed, change) in &listed {
        let before = change.before.map(|before| format!(", was {}", said(Some(before)))).unwrap_or_default();
        output.line(format!("{}  {}  ({}{before})", listed.paper.id, listed.paper.title, said(change.now)))?;
    }
    if !changes.is_empty() {
        let profile = library.profile(name)?;
        let (liked, disliked) = (papers_counted(profile.liked.len() as u64), profile.disliked.len());
        output.note(format!("the profile {name:?} likes {liked} and dislikes {disliked}"));
    }
    Ok(())
}

fn said(opinion: Option<Opinion>) -> &'static str {
    word(opinion).unwrap_or("without an opinion")
}

fn word(opinion: Option<Opinion>) -> Option<&'static str> {
    opinion.map(|opinion| match opinion {
        Opinion::Liked => "liked",
        Opinion::Disliked => "disliked",
    })
}

fn command(opinion: Option<Opinion>) -> &'static str {
    match opinion {
        Some(Opinion::Liked) => "like",
        Some(Opinion::Disliked) => "dislike",
        None => "forget",
    }
}
