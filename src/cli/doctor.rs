//! `relata doctor`.

use console::Style;

use super::args::{Common, DoctorArgs};
use super::outcome::Outcome;
use super::output::Output;
use super::progress::Progress;
use crate::engine::Finding;
use crate::engine::json::Versioned;

/// Columns of the part's name.
const NAME: usize = 12;

pub(super) fn run(_args: &DoctorArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    let progress = Progress::new(common);
    let answer = engine.examine(&|event| progress.observe(event))?;
    drop(progress);
    if output.json {
        output.json(&Versioned::from(&answer))?;
    } else {
        for Finding { part, state, advice } in &answer.findings {
            let mark = if advice.is_none() { "" } else { "!" };
            for (at, line) in output.wrapped(state, NAME).iter().enumerate() {
                let head = if at == 0 { format!("{part}{mark}") } else { String::new() };
                output.line(format!("{head:NAME$}{line}"))?;
            }
            for line in output.wrapped(advice.as_deref().unwrap_or_default(), NAME) {
                output.line(format!("{:NAME$}{}", "", Style::new().bold().apply_to(line)))?;
            }
        }
    }
    Ok(Outcome::found(answer.healthy))
}
