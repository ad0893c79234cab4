//! Papers from arXiv, as they appear: lists are read page by page, each page is stored as it comes, and the library
//! remembers how far each list was read.
//!
//! arXiv has two interfaces for it; `atom` and `oai` say what is known of them, and from where. What is the same for
//! both is going through a list (`reading`), politely (`client`), and going on where the last sync ended (`state`).
//! What is in a record is the affair of `formats`.
//!
//! Metadata of arXiv may be kept and used by anybody (CC0, [terms](https://info.arxiv.org/help/api/tou.html)).

mod atom;
mod category;
mod client;
mod clock;
mod envelope;
mod list;
mod oai;
mod options;
mod reading;
mod source;
mod state;
mod summary;

use jiff::civil::Date;

use crate::library::Library;
use crate::recommender::{Observer, Recommender};
use crate::{Error, Result};
use client::Client;
use list::{day, days_before};
use reading::Reading;
use state::State;

pub use category::Category;
pub use clock::{Clock, SystemClock};
pub use options::{Servers, SyncOptions};
pub use source::{Interface, Source};
pub use summary::{SourceReport, SyncSummary};

/// Every source that papers were synced from into a library.
///
/// # Errors
///
/// What keeps the library from being read.
pub fn known_sources(library: &Library) -> Result<Vec<Source>> {
    state::known(library)
}

/// Takes what is new in `sources` into the library, one after the other, then embeds and indexes it.
///
/// A server that refuses or fails ends the sync, and is [`SyncSummary::failure`].
///
/// # Errors
///
/// [`Error::InvalidParameter`] when nothing says from when a source is wanted, before anybody is asked; what keeps the
/// library from being written.
pub fn sync(
    recommender: &mut Recommender,
    sources: &[Source],
    options: &SyncOptions,
    clock: &dyn Clock,
    observer: Observer,
) -> Result<SyncSummary> {
    let today = day(clock.now());
    let mut states = Vec::new();
    for source in sources {
        let state = State::of(recommender.library(), source)?;
        check_dates(source, state.as_ref(), options, today)?;
        states.push(state);
    }
    let mut intake = recommender.intake(options.dry_run, observer)?;
    let mut client = Client::new(options.servers.pause, options.servers.timeout, clock, observer);
    let (mut reports, mut failure) = (Vec::new(), None);
    for (source, state) in sources.iter().zip(states) {
        let mut reading = Reading::new(source, state, options, today);
        let outcome = reading.run(&mut client, &mut intake, observer);
        let advice = reading.advice();
        reports.push(reading.into_report());
        match outcome {
            Ok(()) => {}
            Err(Error::Server { server, reason }) => {
                failure = Some(Error::Server { server, reason: format!("{reason}. {advice}") });
            }
            Err(Error::Input { path, reason }) => {
                failure = Some(Error::Input { path, reason: format!("{reason}. {advice}") });
            }
            Err(error) => return Err(error),
        }
        if failure.is_some() {
            break;
        }
    }
    Ok(SyncSummary { sources: reports, papers: intake.finish()?, failure })
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
