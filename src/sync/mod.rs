//! Receives new papers from arXiv. Lists are read page by page, and each page is stored at once. The library also
//! stores the date up to which each list was read.
//!
//! `atom` and `oai` document arXiv's two interfaces. For both, `reading` reads a list, `client` sends requests with
//! pauses, `progress` notices lists without an end, and `state` continues after the last sync. `formats` reads the
//! records.
//!
//! arXiv's metadata are free for any use (CC0, [terms](https://info.arxiv.org/help/api/tou.html)).

mod atom;
mod category;
mod client;
mod clock;
mod envelope;
mod list;
mod oai;
mod progress;
mod reading;
mod source;
mod sources;
mod state;

pub use category::Category;
pub use clock::{Clock, SystemClock};
pub use source::{Interface, MessageSink, PageOutcome, PaperStore, Servers, Source, SourceReport, SyncOptions};
pub use sources::sync;
pub use state::known_sources;
