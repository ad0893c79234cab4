//! `relata show`.

use serde_json::{Value, json};

use super::Outcome;
use super::args::{Common, ShowArgs};
use super::export::chosen;
use super::output::{Output, visible};
use super::similar::find_all;
use crate::library::{BY_HAND, SAME_RECORD, Version};
use crate::report::json::{PaperJson, SCHEMA_VERSION};

/// Terms that are shown of a paper.
const TERMS: usize = 8;

pub(super) fn run(args: &ShowArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.format, output)?;
    let recommender = common.open()?;
    let library = recommender.library();
    let papers = find_all(library, &args.papers)?;
    if let Some(format) = format {
        let mut writer = format.writer(output.writer());
        papers.iter().try_for_each(|listed| writer.paper(&listed.paper))?;
        writer.finish()?;
        return Ok(Outcome::Done);
    }
    let mut shown: Vec<Value> = Vec::new();
    for (number, listed) in papers.iter().enumerate() {
        let versions = library.versions(listed.number)?;
        let terms: Vec<String> =
            recommender.terms(&[listed.number], TERMS)?.into_iter().map(|term| term.text).collect();
        if output.json {
            let mut paper = serde_json::to_value(PaperJson::from(&listed.paper))?;
            paper["terms"] = terms.into();
            paper["versions"] = versions.iter().map(version_json).collect();
            shown.push(paper);
            continue;
        }
        if number > 0 {
            output.line("")?;
        }
        let source = versions.first().map_or(&listed.source, |version| &version.source);
        output.paper(&listed.paper, &terms, source)?;
        if versions.len() > 1 {
            output.line("")?;
            output.line(format!("{} versions, `relata duplicates --split ID VERSION` parts one:", versions.len()))?;
            for (at, version) in versions.iter().enumerate() {
                output.line(format!("  {}", version_line(at + 1, version)))?;
            }
        }
    }
    if output.json {
        output.json(&json!({ "schema_version": SCHEMA_VERSION, "papers": shown }))?;
    }
    Ok(Outcome::Done)
}

/// "2  published.bib:17  smith2020, by doi:10.1000/x".
pub(super) fn version_line(place: usize, version: &Version) -> String {
    let line = version.line.map(|line| format!(":{line}")).unwrap_or_default();
    let reason = match version.reason.as_deref() {
        None => String::new(),
        Some(reason @ (BY_HAND | SAME_RECORD)) => format!(", {reason}"),
        Some(reason) => format!(", by {reason}"),
    };
    format!("{place}  {}{line}  {}{reason}", visible(&version.source), version.paper.id)
}

pub(super) fn version_json(version: &Version) -> Value {
    let Version { source, line, reason, paper } = version;
    json!({ "file": source, "line": line, "same_by": reason, "paper": PaperJson::from(paper) })
}
