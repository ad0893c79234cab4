//! Sources of papers, options of a sync, and its results.

use std::time::Duration;

use jiff::civil::Date;

use super::category::Category;
use crate::formats::Format;
use crate::{Error, Result};

/// The pause between requests that arXiv's terms of use require.
const PAUSE: Duration = Duration::from_secs(3);

/// Maximum wait for an answer. Large pages take a while.
const TIMEOUT: Duration = Duration::from_secs(120);

/// One of arXiv's interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interface {
    /// The search interface: papers by date of submission.
    Search,
    /// OAI-PMH: papers by date of addition or change.
    Oai,
}

/// A source of papers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The interface.
    pub interface: Interface,
    /// The category of papers.
    pub category: Category,
}

/// Addresses of the interfaces, and limits of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Servers {
    /// Address of the search interface.
    pub search: String,
    /// Address of the harvesting interface.
    pub oai: String,
    /// Time between two requests.
    pub pause: Duration,
    /// The longest wait for an answer.
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
    /// Returns arXiv's servers. The environment variables `RELATA_ARXIV_API_URL` and `RELATA_ARXIV_OAI_URL` replace
    /// their addresses, for example by those of a mirror.
    ///
    /// If both are set, `RELATA_ARXIV_PAUSE_MS` sets the pause, for tests. Otherwise some requests go to arXiv's own
    /// servers, and the pause is the one that its terms require.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] when `RELATA_OFFLINE` is set.
    pub fn from_env() -> Result<Self> {
        let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        if set("RELATA_OFFLINE").is_some_and(|value| value != "0") {
            let reason = "RELATA_OFFLINE is set, so `relata sync` sends no requests; unset it to sync".to_owned();
            return Err(Error::InvalidParameter(reason));
        }
        let (search, oai) = (set("RELATA_ARXIV_API_URL"), set("RELATA_ARXIV_OAI_URL"));
        let pause = set("RELATA_ARXIV_PAUSE_MS").and_then(|pause| pause.parse().ok()).map(Duration::from_millis);
        let pause = pause.filter(|_| search.is_some() && oai.is_some()).unwrap_or(PAUSE);
        let servers = Self::default();
        Ok(Self { search: search.unwrap_or(servers.search), oai: oai.unwrap_or(servers.oai), pause, ..servers })
    }
}

/// Options of a sync.
#[derive(Debug, Clone, Default)]
pub struct SyncOptions {
    /// The first day; if `None`, the sync continues where the last one ended.
    pub since: Option<Date>,
    /// The last day; if `None`, today.
    pub until: Option<Date>,
    /// Maximum number of papers to add or update from each source.
    pub limit: Option<u64>,
    /// Count papers and store nothing.
    pub dry_run: bool,
    /// The servers.
    pub servers: Servers,
}

/// What a sync received from a source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceReport {
    /// The source.
    pub source: Source,
    /// The first day of the list.
    pub since: Date,
    /// Number of received papers, known or new.
    pub received: u64,
    /// Added or updated papers.
    pub changed: u64,
    /// Papers that arXiv has deleted; the library keeps them.
    pub deleted: u64,
    /// Requests to the server.
    pub requests: u64,
    /// Whether the list was read to its end.
    pub complete: bool,
}

/// The result of storing a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageOutcome {
    /// Number of records found in the page, including those that were skipped because of a problem.
    pub records: u64,
    /// Papers that were added or updated.
    pub changed: u64,
    /// Whether the limit was reached before the last paper.
    pub cut: bool,
}

/// Stores papers, and how far each list was read.
pub trait PaperStore {
    /// All stored states, by name.
    fn states(&self) -> Result<Vec<(String, String)>>;

    /// Stores the papers of a page under the name of a source. Adds or updates at most `limit` papers.
    fn take(&mut self, source: &str, page: &str, format: Format, limit: Option<u64>) -> Result<PageOutcome>;

    /// Stores a state under a name.
    fn remember(&mut self, name: &str, text: &str) -> Result<()>;
}

/// Receives messages for the user while work goes on.
pub type MessageSink<'a> = &'a dyn Fn(String);
