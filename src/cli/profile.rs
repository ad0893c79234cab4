//! `relata profile`.

use super::args::{Common, ProfileArgs, ProfileCommand};
use super::outcome::Outcome;
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::engine::json::Versioned;
use crate::engine::{ProfileAnswer, ProfileInterest, ProfileList, ProfilePaper, ProfileSummary};

pub(super) fn run(args: &ProfileArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    match &args.command {
        ProfileCommand::List => list(&engine.profiles()?, None, output),
        ProfileCommand::Show { name } => {
            let progress = Progress::new(common);
            let profile = engine.profile(name, &|event| progress.observe(event))?;
            drop(progress);
            show(&profile, output)
        }
        ProfileCommand::Remove { name: Some(name), .. } => {
            let done = "removed; `relata profile remove --undo` brings it back";
            list(&engine.remove_profile(name)?, Some(done), output)
        }
        ProfileCommand::Remove { name: None, .. } => list(&engine.undo_remove_profile()?, Some("brought back"), output),
        ProfileCommand::Rename { name, to } => {
            list(&engine.rename_profile(name, to)?, Some(&format!("was {name:?} so far")), output)
        }
    }
}

/// `done` is what was done to them.
fn list(list: &ProfileList, done: Option<&str>, output: &mut Output) -> anyhow::Result<Outcome> {
    let profiles = &list.profiles;
    if output.json {
        output.json(&Versioned::from(list))?;
    } else {
        for profile in profiles {
            output.line(line(profile))?;
            done.iter().for_each(|done| output.note(format!("the profile {:?}: {done}", profile.name)));
        }
        if profiles.is_empty() {
            output.note("there is none; `relata like PAPER` makes one");
        }
    }
    Ok(Outcome::found(!profiles.is_empty()))
}

fn line(ProfileSummary { name, liked, disliked, last_feed_at }: &ProfileSummary) -> String {
    let told = last_feed_at.map(|at| format!(", feed told on {}", at.strftime("%Y-%m-%d"))).unwrap_or_default();
    format!("{name}: {} liked, {disliked} disliked{told}", papers_counted(*liked as u64))
}

fn show(answer: &ProfileAnswer, output: &mut Output) -> anyhow::Result<Outcome> {
    if output.json {
        output.json(&Versioned::from(answer))?;
        return Ok(Outcome::Done);
    }
    let ProfileAnswer { profile, interests, disliked } = answer;
    output.line(line(profile))?;
    for ProfileInterest { terms, papers } in interests {
        let terms: Vec<&str> = terms.iter().map(|term| term.text.as_str()).collect();
        section(if terms.is_empty() { "liked".to_owned() } else { terms.join(", ") }, papers, output)?;
    }
    section("disliked".to_owned(), disliked, output)?;
    Ok(Outcome::Done)
}

fn section(name: String, papers: &[ProfilePaper], output: &mut Output) -> anyhow::Result<()> {
    if papers.is_empty() {
        return Ok(());
    }
    output.line("")?;
    let heading = format!("{name} ({})", papers_counted(papers.len() as u64));
    for line in output.wrapped(&heading, 0) {
        output.line(console::Style::new().bold().apply_to(line).to_string())?;
    }
    for ProfilePaper { id, title, year, .. } in papers {
        let year = year.map_or_else(|| "    ".to_owned(), |year| format!("{year:4}"));
        output.line(format!("  {year}  {id}  {title}"))?;
    }
    Ok(())
}
