//! `relata doctor`.

use clap::Args;
use console::Style;

use super::global::Common;
use super::output::{Outcome, Output};
use super::progress::Progress;
use crate::engine::Finding;

/// Width of the column with the names of the checked parts.
const NAME: usize = 12;

/// Check the library for problems
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/doctor.txt"))]
pub(super) struct DoctorArgs {}

pub(super) fn run(common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    let answer = Progress::during(common, |observer| engine.examine(observer))?;
    if output.json {
        output.json(&answer)?;
    } else {
        for Finding { part, state, advice } in &answer.findings {
            let mark = if advice.is_none() { "" } else { "!" };
            for (at, line) in output.wrapped(state, NAME).iter().enumerate() {
                let head = if at == 0 { format!("{part}{mark}") } else { String::new() };
                output.line(format!("{head:NAME$}{line}"))?;
            }
            for line in output.wrapped(advice.as_deref().unwrap_or_default(), NAME) {
                output.styled(&" ".repeat(NAME), &Style::new().bold(), &line)?;
            }
        }
    }
    Ok(Outcome::found(answer.healthy))
}
