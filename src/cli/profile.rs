//! `relata profile`.

use serde_json::{Value, json};

use super::Outcome;
use super::args::{Common, ProfileArgs, ProfileCommand};
use super::output::{Output, papers_counted};
use super::progress::Progress;
use crate::Error;
use crate::library::{Library, PaperNumber, Profile, Said};
use crate::recommender::{Interest, Recommender};
use crate::report::json::SCHEMA_VERSION;

/// Terms that name an interest.
const TERMS: usize = 5;

pub(super) fn run(args: &ProfileArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    match &args.command {
        ProfileCommand::List => list(&common.open_library()?.profiles()?, output),
        ProfileCommand::Show { name } => show(&common.open()?, name, common, output),
        ProfileCommand::Remove { name: Some(name), .. } => {
            let mut library = common.open_library()?;
            let lock = library.lock()?;
            let removed = library.remove_profile(&lock, name)?;
            changed(&removed, "removed; `relata profile remove --undo` brings it back", output)
        }
        ProfileCommand::Remove { name: None, .. } => {
            let mut library = common.open_library()?;
            let lock = library.lock()?;
            match library.undo_remove_profile(&lock)? {
                Some(profile) => changed(&profile, "brought back", output),
                None => list(&[], output),
            }
        }
        ProfileCommand::Rename { name, to } => {
            let mut library = common.open_library()?;
            let lock = library.lock()?;
            let renamed = library.rename_profile(&lock, name, to)?;
            changed(&renamed, &format!("was {name:?} so far"), output)
        }
    }
}

fn list(profiles: &[Profile], output: &mut Output) -> anyhow::Result<Outcome> {
    if output.json {
        let profiles: Vec<Value> = profiles.iter().map(head).collect();
        output.json(&json!({ "schema_version": SCHEMA_VERSION, "profiles": profiles }))?;
    } else {
        for profile in profiles {
            output.line(line(profile))?;
        }
        if profiles.is_empty() {
            output.note("there is none; `relata like PAPER` makes one");
        }
    }
    Ok(if profiles.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

fn changed(profile: &Profile, done: &str, output: &mut Output) -> anyhow::Result<Outcome> {
    if output.json {
        output.json(&json!({ "schema_version": SCHEMA_VERSION, "profiles": [head(profile)] }))?;
    } else {
        output.line(line(profile))?;
        output.note(format!("the profile {:?}: {done}", profile.name));
    }
    Ok(Outcome::Done)
}

fn line(profile: &Profile) -> String {
    let (liked, disliked) = (profile.liked.len(), profile.disliked.len());
    let told = profile.told_at.map(|at| format!(", feed told on {}", at.strftime("%Y-%m-%d"))).unwrap_or_default();
    format!("{}: {} liked, {disliked} disliked{told}", profile.name, papers_counted(liked as u64))
}

fn head(profile: &Profile) -> Value {
    let (liked, disliked) = (profile.liked.len(), profile.disliked.len());
    json!({ "name": profile.name, "liked": liked, "disliked": disliked, "told_at": profile.told_at })
}

fn show(recommender: &Recommender, name: &str, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let library = recommender.library();
    let profile = library.profile(name)?;
    let liked: Vec<PaperNumber> = profile.liked.iter().map(|said| said.paper).collect();
    let progress = Progress::new(common);
    let interests = match recommender.interests(&liked, TERMS, &|event| progress.observe(event)) {
        // Liked before anything was embedded.
        Err(Error::EmptyLibrary { .. }) => vec![Interest { papers: liked, terms: Vec::new() }],
        interests => interests?,
    };
    drop(progress);
    let disliked: Vec<PaperNumber> = profile.disliked.iter().map(|said| said.paper).collect();
    if output.json {
        let papers = |papers: &[PaperNumber], said: &[Said]| papers_json(library, papers, said);
        let interests: Vec<Value> = interests
            .iter()
            .map(|interest| {
                let terms: Vec<Value> =
                    interest.terms.iter().map(|term| json!({ "text": term.text, "score": term.score })).collect();
                Ok(json!({ "terms": terms, "papers": papers(&interest.papers, &profile.liked)? }))
            })
            .collect::<crate::Result<_>>()?;
        let disliked = papers(&disliked, &profile.disliked)?;
        output.json(&json!({
            "schema_version": SCHEMA_VERSION, "profile": head(&profile), "interests": interests, "disliked": disliked,
        }))?;
        return Ok(Outcome::Done);
    }
    output.line(line(&profile))?;
    for interest in interests.iter().filter(|interest| !interest.papers.is_empty()) {
        let terms: Vec<&str> = interest.terms.iter().map(|term| term.text.as_str()).collect();
        let named = if terms.is_empty() { "liked".to_owned() } else { terms.join(", ") };
        section(library, &named, &interest.papers, output)?;
    }
    if !disliked.is_empty() {
        section(library, "disliked", &disliked, output)?;
    }
    Ok(Outcome::Done)
}

fn section(library: &Library, name: &str, papers: &[PaperNumber], output: &mut Output) -> anyhow::Result<()> {
    output.line("")?;
    let heading = format!("{name} ({})", papers_counted(papers.len() as u64));
    for line in output.wrapped(&heading, 0) {
        output.line(console::Style::new().bold().apply_to(line).to_string())?;
    }
    for &paper in papers {
        if let Some(listed) = library.paper(paper)? {
            let year = listed.paper.year.map_or_else(|| "    ".to_owned(), |year| format!("{year:4}"));
            output.line(format!("  {year}  {}  {}", listed.paper.id, listed.paper.title))?;
        }
    }
    Ok(())
}

fn papers_json(library: &Library, papers: &[PaperNumber], said: &[Said]) -> crate::Result<Vec<Value>> {
    let mut shown = Vec::new();
    for &paper in papers {
        let at = said.iter().find(|said| said.paper == paper).map(|said| said.at);
        if let Some(listed) = library.paper(paper)? {
            shown.push(json!({ "id": listed.paper.id, "title": listed.paper.title, "at": at }));
        }
    }
    Ok(shown)
}
