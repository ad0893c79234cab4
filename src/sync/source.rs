//! Where papers come from, and how they are asked for.

use std::time::Duration;

use jiff::civil::Date;

use super::category::Category;
use crate::{Error, Result};

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
