//! `relata list`.

use serde_json::json;

use super::Outcome;
use super::args::{Common, FilterArgs, ListArgs};
use super::export::chosen;
use super::output::{Output, byline, visible};
use crate::library::{Library, Listed, PaperNumber};
use crate::report::json::{PapersJson, SCHEMA_VERSION};

/// Papers taken from the library at a time, so that a large one is not held in memory.
const PAGE: u64 = 1000;

pub(super) fn run(args: &ListArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.format, output)?;
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
    let among = passing(library, &args.filters)?;
    let among = among.as_deref();
    if let Some(format) = format {
        let mut writer = format.writer(output.writer());
        let listed = each_page(library, among, args.offset, limit, |page| {
            Ok(page.iter().try_for_each(|entry| writer.paper(&entry.paper))?)
        })?;
        writer.finish()?;
        return Ok(if listed == 0 { Outcome::NothingFound } else { Outcome::Done });
    }
    if output.json {
        let mut papers = Vec::new();
        each_page(library, among, args.offset, limit, |page| {
            papers.extend(page);
            Ok(())
        })?;
        output.json(&papers.iter().map(|listed| &listed.paper).collect::<PapersJson>())?;
        return Ok(if papers.is_empty() { Outcome::NothingFound } else { Outcome::Done });
    }
    let listed = each_page(library, among, args.offset, limit, |page| {
        for entry in page {
            let year = entry.paper.year.map_or_else(|| "    ".to_owned(), |year| format!("{year:4}"));
            for (number, line) in output.wrapped(&entry.paper.title, 6).into_iter().enumerate() {
                output.line(format!("{}  {line}", if number == 0 { &year } else { "    " }))?;
            }
            for line in output.wrapped(&byline(&entry.paper), 6) {
                output.line(format!("      {}", console::Style::new().dim().apply_to(line)))?;
            }
        }
        Ok(())
    })?;
    Ok(if listed == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// The papers that pass filters, in the order in which they were added; `None`: all.
pub(super) fn passing(library: &Library, filters: &FilterArgs) -> crate::Result<Option<Vec<PaperNumber>>> {
    let filter = filters.filter();
    (!filter.is_empty()).then(|| library.filtered(&filter)).transpose()
}

/// Gives papers to `take`, all of the library in the order in which they were added or those `among` it, from the
/// `offset`-th on, at most `limit`; and says how many they were.
pub(super) fn each_page(
    library: &Library,
    among: Option<&[PaperNumber]>,
    offset: u64,
    limit: u64,
    mut take: impl FnMut(Vec<Listed>) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let mut taken = 0;
    if let Some(among) = among {
        let clamp = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let rest = &among[among.len().min(clamp(offset))..];
        for numbers in rest[..rest.len().min(clamp(limit))].chunks(PAGE as usize) {
            let page = numbers.iter().filter_map(|number| library.paper(*number).transpose());
            let page: Vec<Listed> = page.collect::<crate::Result<_>>()?;
            taken += page.len() as u64;
            take(page)?;
        }
        return Ok(taken);
    }
    let mut page = library.list(offset, PAGE.min(limit))?;
    while let Some(last) = page.last().map(|listed| listed.number) {
        taken += page.len() as u64;
        take(page)?;
        page = library.list_after(last, PAGE.min(limit - taken))?;
    }
    Ok(taken)
}
