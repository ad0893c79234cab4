//! The catalog of a library: finds papers by the words of their titles, the names of their authors, their venues and
//! their years.
//!
//! [`Catalog::refresh`] makes a catalog, and `cache` stores it on disk. A paper has a *place* in the catalog, counted
//! from 0, which is not its position in other indexes. Words are parts of a [`title_key`](crate::paper::title_key): in
//! lower case, without accents.

mod cache;
mod columns;
mod heading;
mod merge;
mod spelling;

pub use cache::{Cached, has_cached, open_cached};
pub use columns::Catalog;
pub use heading::Heading;
