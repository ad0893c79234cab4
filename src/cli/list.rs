//! `relata list`.

use serde_json::json;

use super::Outcome;
use super::args::{Common, ListArgs};
use super::output::{Output, byline, visible};
use crate::report::json::{PapersJson, SCHEMA_VERSION};

/// Papers taken from the library at a time, so that a large one is not held in memory.
const PAGE: u64 = 1000;

pub(super) fn run(args: &ListArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let recommender = common.open()?;
    let library = recommender.library();
    if args.sources {
        let sources = library.sources()?;
        if output.json {
            let sources: Vec<_> = sources.iter().map(|s| json!({ "file": s.name, "papers": s.papers })).collect();
            output.json(&json!({ "schema_version": SCHEMA_VERSION, "sources": sources }))?;
        } else {
            for source in &sources {
                output.line(format!("{:>8}  {}", source.papers, visible(&source.name)))?;
            }
        }
        return Ok(if sources.is_empty() { Outcome::NothingFound } else { Outcome::Done });
    }
    let limit = args.limit.unwrap_or(u64::MAX);
    if output.json {
        let papers = library.list(args.offset, limit)?;
        output.json(&papers.iter().map(|listed| &listed.paper).collect::<PapersJson>())?;
        return Ok(if papers.is_empty() { Outcome::NothingFound } else { Outcome::Done });
    }
    let mut listed = 0;
    while listed < limit {
        let page = library.list(args.offset.saturating_add(listed), PAGE.min(limit - listed))?;
        if page.is_empty() {
            break;
        }
        listed += page.len() as u64;
        for entry in page {
            let year = entry.paper.year.map_or_else(|| "    ".to_owned(), |year| format!("{year:4}"));
            for (number, line) in output.wrapped(&entry.paper.title, 6).into_iter().enumerate() {
                output.line(format!("{}  {line}", if number == 0 { &year } else { "    " }))?;
            }
            for line in output.wrapped(&byline(&entry.paper), 6) {
                output.line(format!("      {}", console::Style::new().dim().apply_to(line)))?;
            }
        }
    }
    Ok(if listed == 0 { Outcome::NothingFound } else { Outcome::Done })
}
