//! `relata profile`.

use clap::{Args, Subcommand};
use console::Style;

use super::global::Common;
use super::output::{Outcome, Output, papers_counted, year};
use super::progress::Progress;
use crate::engine::{ProfileAnswer, ProfileInterest, ProfileList, ProfilePaper, ProfileSummary};

/// The profile that is used if a command names none.
const DEFAULT: &str = "default";

/// The option that names the profile of a command.
#[derive(Debug, Clone, Args)]
pub(super) struct ProfileNameArgs {
    /// Name of the profile; the first `like` or `dislike` creates it
    #[arg(long, value_name = "NAME", default_value = DEFAULT)]
    pub profile: String,
}

/// List, show, rename or remove profiles
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/profile.txt"))]
pub(super) struct ProfileArgs {
    #[command(subcommand)]
    pub command: ProfileCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfileCommand {
    /// List the profiles with their numbers of likes and dislikes
    List,
    /// Show a profile: its interests with their papers, and its disliked papers
    Show {
        /// Name of the profile
        #[arg(value_name = "NAME", default_value = DEFAULT)]
        name: String,
    },
    /// Remove a profile
    Remove {
        /// Name of the profile
        #[arg(value_name = "NAME", required_unless_present = "undo")]
        name: Option<String>,
        /// Bring back the profile that was last removed
        #[arg(long, conflicts_with = "name")]
        undo: bool,
    },
    /// Rename a profile
    Rename {
        /// Name of the profile
        #[arg(value_name = "NAME")]
        name: String,
        /// New name of the profile
        #[arg(value_name = "TO")]
        to: String,
    },
}

pub(super) fn run(args: &ProfileArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    let (profiles, done) = match &args.command {
        ProfileCommand::Show { name } => {
            return show(&Progress::during(common, |observer| engine.profile(name, observer))?, output);
        }
        ProfileCommand::List => (engine.profiles()?, None),
        ProfileCommand::Remove { name: Some(name), .. } => {
            (engine.remove_profile(name)?, Some("removed; `relata profile remove --undo` brings it back".to_owned()))
        }
        ProfileCommand::Remove { name: None, .. } => (engine.undo_remove_profile()?, Some("brought back".to_owned())),
        ProfileCommand::Rename { name, to } => {
            (engine.rename_profile(name, to)?, Some(format!("renamed from {name:?}")))
        }
    };
    list(&profiles, done, output)
}

/// Prints profiles. `done` is what the command did to each.
fn list(list: &ProfileList, done: Option<String>, output: &mut Output) -> anyhow::Result<Outcome> {
    let profiles = &list.profiles;
    if output.json {
        output.json(list)?;
    } else {
        for profile in profiles {
            output.line(line(profile))?;
            done.iter().for_each(|done| output.note(format!("profile {:?} {done}", profile.name)));
        }
        if profiles.is_empty() {
            output.note("no profile yet; `relata like PAPER` creates one");
        }
    }
    Ok(Outcome::found(!profiles.is_empty()))
}

fn line(ProfileSummary { name, liked, disliked, last_feed_at }: &ProfileSummary) -> String {
    let fed = last_feed_at.map(|at| format!(", last feed on {}", at.strftime("%Y-%m-%d"))).unwrap_or_default();
    format!("{name}: {} liked, {disliked} disliked{fed}", papers_counted(*liked))
}

fn show(answer: &ProfileAnswer, output: &mut Output) -> anyhow::Result<Outcome> {
    if output.json {
        output.json(answer)?;
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
    for line in output.wrapped(&format!("{name} ({})", papers_counted(papers.len())), 0) {
        output.styled("", &Style::new().bold(), &line)?;
    }
    papers.iter().try_for_each(|ProfilePaper { id, title, year: published, .. }| {
        output.line(format!("  {}  {id}  {title}", year(*published)))
    })
}
