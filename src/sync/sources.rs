//! Syncs several sources, one after the other.

use jiff::civil::Date;

use super::client::Client;
use super::clock::Clock;
use super::list::{day, days_before};
use super::reading::Reading;
use super::source::{MessageSink, PaperStore, Source, SourceReport, SyncOptions};
use super::state::State;
use crate::{Error, Result};

/// Stores the new papers of several sources, one source after the other. If a server fails, the sync ends early. Its
/// error is returned with the reports, and the papers received before are kept.
///
/// # Errors
///
/// [`Error::InvalidParameter`] before any request, if a source has no first day, or if its first day is in the future
/// or after the last day. Also any error of `shelf`.
pub fn sync(
    shelf: &mut dyn PaperStore,
    sources: &[Source],
    options: &SyncOptions,
    clock: &dyn Clock,
    notices: MessageSink,
) -> Result<(Vec<SourceReport>, Option<Error>)> {
    let today = day(clock.now());
    let remembered = shelf.states()?;
    let (mut states, mut messages) = (Vec::new(), Vec::new());
    for source in sources {
        let (state, message) = State::of(&remembered, source, today).unzip();
        check_dates(source, state.as_ref(), options, today)?;
        states.push(state);
        // With a day of the user, the stored state is not used.
        messages.extend(message.flatten().filter(|_| options.since.is_none()));
    }
    messages.into_iter().for_each(notices);
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
            "{category} was not synced into this library before; give the first day, such as --since {week}"
        ));
    };
    // Tomorrow is allowed: `today` is in UTC, and the user's clock may be ahead of it.
    if since > days_before(today, -1) {
        return refused(format!("--since {since} is in the future; today is {today}"));
    }
    match options.until {
        Some(until) if until < since => {
            let which = if options.since.is_some() { "--since" } else { "the end of the last sync," };
            refused(format!("--until {until} is before {which} {since}"))
        }
        _ => Ok(()),
    }
}
