//! `relata remove`.

use super::Outcome;
use super::args::{Common, RemoveArgs};
use super::output::Output;
use super::progress::Progress;
use super::similar::find_all;
use crate::report::json::PapersJson;

pub(super) fn run(args: &RemoveArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut recommender = common.open()?;
    let progress = Progress::new(common);
    let lock = recommender.library().lock()?;
    let (papers, done) = if args.undo {
        (recommender.library_mut().undo_remove(&lock)?, "brought back")
    } else {
        let papers = match &args.source {
            Some(source) => recommender.library().papers_of_source(source)?,
            None => find_all(recommender.library(), &args.papers)?,
        };
        if !args.dry_run {
            let numbers: Vec<_> = papers.iter().map(|listed| listed.number).collect();
            recommender.library_mut().remove(&lock, &numbers)?;
        }
        (papers, if args.dry_run { "would be removed" } else { "removed; `relata remove --undo` brings them back" })
    };
    drop(lock);
    if !args.dry_run && !papers.is_empty() {
        recommender.refresh(&|event| progress.observe(event))?;
    }
    drop(progress);
    if output.json {
        output.json(&papers.iter().map(|listed| &listed.paper).collect::<PapersJson>())?;
    } else {
        for listed in &papers {
            output.line(format!("{}  {}", listed.paper.id, listed.paper.title))?;
        }
        output.note(format!("{} papers {}", papers.len(), if papers.is_empty() { "concerned" } else { done }));
    }
    Ok(if papers.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
