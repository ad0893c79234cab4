//! `relata remove`.

use super::Outcome;
use super::args::{Common, RemoveArgs};
use super::output::{Output, papers_counted};
use super::progress::Progress;
use super::similar::each_once;
use crate::library::{Listed, OfSource};
use crate::recommender::source_name;
use crate::report::json::PapersJson;

pub(super) fn run(args: &RemoveArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut recommender = common.open()?;
    let progress = Progress::new(common);
    let observer = |event: crate::recommender::Event| progress.observe(event);
    let mut staying = 0;
    let (papers, done) = if args.undo {
        (recommender.undo_remove(&observer)?, "brought back")
    } else if let Some(source) = &args.source {
        let library = recommender.library();
        // As it is listed, or as it was named when it was added.
        let is_known = library.papers_of_source(source)? != OfSource::default();
        let name = if is_known { source.clone() } else { source_name(source.as_ref()) };
        let of_source = match args.dry_run {
            true => library.papers_of_source(&name)?,
            false => recommender.remove_source(&name, &observer)?,
        };
        staying = of_source.shared.len();
        (of_source.only, done(args))
    } else {
        // The whole title or an id: what is taken out should be what was meant.
        let library = recommender.library();
        let papers: Vec<Listed> = each_once(args.papers.iter().map(|name| library.find_whole(name)))?;
        if !args.dry_run {
            let numbers: Vec<_> = papers.iter().map(|listed| listed.number).collect();
            recommender.remove(&numbers, &observer)?;
        }
        (papers, done(args))
    };
    drop(progress);
    if output.json {
        output.json(&papers.iter().map(|listed| &listed.paper).collect::<PapersJson>())?;
    } else {
        for listed in &papers {
            output.line(format!("{}  {}", listed.paper.id, listed.paper.title))?;
        }
        output.note(match papers.len() {
            0 if staying > 0 => "no paper came from that file alone".to_owned(),
            0 => match &args.source {
                Some(source) => format!("no paper came from {source:?}; `relata list --sources` shows the files"),
                None => "there is nothing to bring back".to_owned(),
            },
            count => format!("{} {done}", papers_counted(count as u64)),
        });
        if staying > 0 {
            let stay = match (args.dry_run, staying) {
                (true, _) => "would stay",
                (false, 1) => "stays",
                (false, _) => "stay",
            };
            let count = papers_counted(staying as u64);
            let them = if staying == 1 { "it" } else { "them" };
            output.note(format!("{count} {stay}, since other files brought {them} too"));
        }
    }
    Ok(if papers.is_empty() && staying == 0 { Outcome::NothingFound } else { Outcome::Done })
}

fn done(args: &RemoveArgs) -> &'static str {
    if args.dry_run { "would be removed" } else { "removed; `relata remove --undo` brings them back" }
}
