//! `relata doctor`.

use console::Style;
use serde_json::{Value, json};

use super::Outcome;
use super::args::{Common, DoctorArgs};
use super::output::Output;
use super::progress::Progress;
use crate::recommender::Finding;
use crate::report::json::SCHEMA_VERSION;

/// Columns of the part's name.
const NAME: usize = 12;

pub(super) fn run(_args: &DoctorArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let recommender = common.open()?;
    let progress = Progress::new(common);
    let findings = recommender.examine(&|event| progress.observe(event))?;
    drop(progress);
    let well = findings.iter().all(|finding| finding.advice.is_none());
    if output.json {
        let finding =
            |Finding { part, said, advice }: &Finding| json!({ "part": part, "said": said, "advice": advice });
        let findings: Value = findings.iter().map(finding).collect();
        output.json(&json!({ "schema_version": SCHEMA_VERSION, "well": well, "findings": findings }))?;
    } else {
        for Finding { part, said, advice } in &findings {
            let mark = if advice.is_none() { "" } else { "!" };
            for (at, line) in output.wrapped(said, NAME).iter().enumerate() {
                let head = if at == 0 { format!("{part}{mark}") } else { String::new() };
                output.line(format!("{head:NAME$}{line}"))?;
            }
            for line in output.wrapped(advice.as_deref().unwrap_or_default(), NAME) {
                output.line(format!("{:NAME$}{}", "", Style::new().bold().apply_to(line)))?;
            }
        }
    }
    Ok(if well { Outcome::Done } else { Outcome::NothingFound })
}
