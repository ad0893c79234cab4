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
mod shelf;
mod source;
mod sources;
mod state;

pub use category::Category;
pub use clock::{Clock, SystemClock};
pub use shelf::{Notices, Shelf, Taken};
pub use source::{Interface, Servers, Source, SourceReport, SyncOptions};
pub use sources::{known_sources, sync};
