//! relata finds related papers on your own machine: papers like given ones, papers like a text, and, for a whole batch, the
//! nearest of each. The program of the same name is a thin layer over this library.
//!
//! ```no_run
//! use std::path::{Path, PathBuf};
//!
//! use relata::embed::EmbedOptions;
//! use relata::embed::store::ModelStore;
//! use relata::recommender::{AddOptions, Question, Recommender};
//!
//! # fn main() -> relata::Result<()> {
//! let folder = Path::new("library");
//! let mut recommender = Recommender::open_or_create(folder, ModelStore::from_env()?, None, EmbedOptions::default())?;
//! recommender.add(&[PathBuf::from("papers.jsonl")], &AddOptions::default(), &|_| ())?;
//! for found in recommender.recommend(&Question::about("robots that learn to walk"), &|_| ())? {
//!     println!("{} {:.3} {}", found.rank, found.score, found.paper.title);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Modules, from what they rest on upwards; ARCHITECTURE.md says which may use which.

pub mod error;
pub mod paper;
pub mod vector;

pub mod draft;
pub mod formats;
pub mod library;

pub mod cache;
pub mod embed;
pub(crate) mod gemm;
pub mod index;
pub mod lexical;

pub mod evaluate;
pub mod rank;
pub mod search;

pub mod analysis;
pub mod recommender;
pub mod report;
pub mod sync;
pub mod watch;

pub mod cli;

pub use error::{Error, Result};
pub use paper::{Paper, PaperId};
