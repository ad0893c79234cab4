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
mod reading;
mod state;

use std::time::Duration;

use jiff::civil::Date;

use crate::library::Library;
use crate::recommender::{AddSummary, Observer, Recommender};
use crate::{Error, Result};
use client::Client;
use list::{day, days_before};
use reading::Reading;
use state::State;

pub use category::Category;
pub use clock::{Clock, SystemClock};

/// The pause that arXiv's terms ask for.
const PAUSE: Duration = Duration::from_secs(3);

/// How long a server may be silent: a page of many records takes it a while.
const TIMEOUT: Duration = Duration::from_secs(120);

/// One of arXiv's interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interface {
    /// The search interface: papers by when they were submitted.
    Search,
    /// OAI-PMH: papers by when they were added or changed.
    Oai,
}

/// Where papers come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Through which interface.
    pub interface: Interface,
    /// Which of them.
    pub category: Category,
}

/// Where the interfaces are, and how they are treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Servers {
    /// Address of the search interface.
    pub search: String,
    /// Address of the harvesting interface.
    pub oai: String,
    /// Time between two requests.
    pub pause: Duration,
    /// Time that an answer may take.
    pub timeout: Duration,
}

impl Default for Servers {
    fn default() -> Self {
        Self {
            search: "https://export.arxiv.org/api/query".to_owned(),
            oai: "https://oaipmh.arxiv.org/oai".to_owned(),
            pause: PAUSE,
            timeout: TIMEOUT,
        }
    }
}

impl Servers {
    /// arXiv's, unless the environment names others: `RELATA_ARXIV_API_URL`, `RELATA_ARXIV_OAI_URL`, such as a mirror.
    ///
    /// With both named, `RELATA_ARXIV_PAUSE_MS` sets the pause, for tests; arXiv's own servers are never asked faster
    /// than their terms allow.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] when `RELATA_OFFLINE` is set.
    pub fn from_env() -> Result<Self> {
        let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        if set("RELATA_OFFLINE").is_some_and(|value| value != "0") {
            let reason = "RELATA_OFFLINE is set, so nobody was asked for papers; unset it to sync".to_owned();
            return Err(Error::InvalidParameter(reason));
        }
        let (search, oai) = (set("RELATA_ARXIV_API_URL"), set("RELATA_ARXIV_OAI_URL"));
        let pause = set("RELATA_ARXIV_PAUSE_MS").and_then(|pause| pause.parse().ok()).map(Duration::from_millis);
        let pause = pause.filter(|_| search.is_some() && oai.is_some()).unwrap_or(PAUSE);
        let servers = Self::default();
        Ok(Self { search: search.unwrap_or(servers.search), oai: oai.unwrap_or(servers.oai), pause, ..servers })
    }
}

/// How to sync.
#[derive(Debug, Clone, Default)]
pub struct SyncOptions {
    /// From which day on; without one, where the last sync ended.
    pub since: Option<Date>,
    /// To which day, inclusive; without one, to the present.
    pub until: Option<Date>,
    /// How many papers of each source are added or updated at most.
    pub limit: Option<u64>,
    /// Ask and count, and store nothing.
    pub dry_run: bool,
    /// Whom to ask.
    pub servers: Servers,
}

/// What came from a source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceReport {
    /// Which.
    pub source: Source,
    /// The day from which the list was read.
    pub since: Date,
    /// Papers received, known or new.
    pub received: u64,
    /// What of them was added or updated.
    pub changed: u64,
    /// Papers that arXiv no longer has; the library keeps them.
    pub deleted: u64,
    /// Requests made.
    pub requests: u64,
    /// Whether the list was read to its end.
    pub complete: bool,
}

/// What a sync came to.
#[derive(Debug)]
pub struct SyncSummary {
    /// One for each source that was asked.
    pub sources: Vec<SourceReport>,
    /// What was taken, of all sources.
    pub papers: AddSummary,
    /// What ended it early; what was received before is kept.
    pub failure: Option<Error>,
}

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
