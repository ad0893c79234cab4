//! `relata remove`.

use super::Outcome;
use super::args::{Common, RemoveArgs};
use super::output::{Output, papers_counted};
use super::progress::Progress;
use super::similar::each_once;
use crate::library::Listed;
use crate::recommender::source_name;
use crate::report::json::PapersJson;

pub(super) fn run(args: &RemoveArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut recommender = common.open()?;
    let progress = Progress::new(common);
    let observer = |event: crate::recommender::Event| progress.observe(event);
    let (papers, done) = if args.undo {
        (recommender.undo_remove(&observer)?, "brought back")
    } else {
        let library = recommender.library();
        let papers: Vec<Listed> = match &args.source {
            Some(source) => match library.papers_of_source(source)? {
                // As it was named when it was added.
                papers if papers.is_empty() => library.papers_of_source(&source_name(source.as_ref()))?,
                papers => papers,
            },
            // The whole title or an id: what is taken out should be what was meant.
            None => each_once(args.papers.iter().map(|name| library.find_whole(name)))?,
        };
        if !args.dry_run {
            let numbers: Vec<_> = papers.iter().map(|listed| listed.number).collect();
            recommender.remove(&numbers, &observer)?;
        }
        (papers, if args.dry_run { "would be removed" } else { "removed; `relata remove --undo` brings them back" })
    };
    drop(progress);
    if output.json {
        output.json(&papers.iter().map(|listed| &listed.paper).collect::<PapersJson>())?;
    } else {
        for listed in &papers {
            output.line(format!("{}  {}", listed.paper.id, listed.paper.title))?;
        }
        output.note(match papers.len() {
            0 => match &args.source {
                Some(source) => format!("no paper came from {source:?}; `relata list --sources` shows the files"),
                None => "there is nothing to bring back".to_owned(),
            },
            count => format!("{} {done}", papers_counted(count as u64)),
        });
    }
    Ok(if papers.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
