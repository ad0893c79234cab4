//! Several sources, one after the other.

use jiff::civil::Date;

use super::client::Client;
use super::clock::Clock;
use super::list::{day, days_before};
use super::reading::Reading;
use super::shelf::{Notices, Shelf};
use super::source::{Source, SourceReport, SyncOptions};
use super::state::{self, State};
use crate::{Error, Result};

/// Every source of which something is remembered.
pub fn known_sources(states: &[(String, String)]) -> Vec<Source> {
    states.iter().filter_map(|(name, _)| state::source(name)).collect()
}

/// Puts what is new in `sources` onto the shelf, one after the other. Also returns the failure of a server that refused or
/// did not answer as it should, which ends the sync early; what was received before is kept.
///
/// # Errors
///
/// [`Error::InvalidParameter`] when nothing says from when a source is wanted, before anybody is asked; what keeps the
/// shelf from being written to.
pub fn sync(
    shelf: &mut dyn Shelf,
    sources: &[Source],
    options: &SyncOptions,
    clock: &dyn Clock,
    notices: Notices,
) -> Result<(Vec<SourceReport>, Option<Error>)> {
    let today = day(clock.now());
    let remembered = shelf.states()?;
    let mut states = Vec::new();
    for source in sources {
        let state = State::of(&remembered, source);
        check_dates(source, state.as_ref(), options, today)?;
        states.push(state);
    }
    let mut client = Client::new(options.servers.pause, options.servers.timeout, clock, notices);
    let mut reports = Vec::new();
    for (source, state) in sources.iter().zip(states) {
        let mut reading = Reading::new(source, state, options, today);
        let outcome = reading.run(&mut client, shelf, notices);
        let advice = reading.advice();
        reports.push(reading.into_report());
        match outcome {
            Ok(()) => {}
            Err(Error::Server { server, reason }) => {
                return Ok((reports, Some(Error::Server { server, reason: format!("{reason}. {advice}") })));
            }
            Err(Error::Input { path, reason }) => {
                return Ok((reports, Some(Error::Input { path, reason: format!("{reason}. {advice}") })));
            }
            Err(error) => return Err(error),
        }
    }
    Ok((reports, None))
}

fn check_dates(source: &Source, state: Option<&State>, options: &SyncOptions, today: Date) -> Result<()> {
    let refused = |reason: String| Err(Error::InvalidParameter(reason));
    let category = &source.category;
    let Some(since) = options.since.or(state.map(|state| state.from)) else {
        let week = days_before(today, 7);
        return refused(format!(
            "nothing of {category} was synced into this library before; say from which day on, such as --since {week}"
        ));
    };
    // A day more: it may be tomorrow already where the user is.
    if since > days_before(today, -1) {
        return refused(format!("--since {since} lies in the future; today is {today}"));
    }
    match options.until {
        Some(until) if until < since => {
            let which = if options.since.is_some() { "--since" } else { "what was synced up to" };
            refused(format!("--until {until} lies before {which} {since}"))
        }
        _ => Ok(()),
    }
}
