//! relata finds related papers on your own machine: papers like other papers, papers like a text, and the nearest
//! papers to each paper of a batch. The program of the same name is a thin layer over this library.
//!
//! # Guide
//!
//! **An [`Engine`](engine::Engine) is an open library.** Open it once and share it between threads. Each question sees
//! one state of the library, even while other threads or processes write to it.
//!
//! ```no_run
//! use std::path::{Path, PathBuf};
//!
//! use relata::engine::{AddRequest, EmbedOptions, Engine, ModelStore, Request, unobserved};
//!
//! # fn main() -> relata::Result<()> {
//! let engine =
//!     Engine::open_or_create(Path::new("library"), ModelStore::from_env()?, None, EmbedOptions::default())?;
//! engine.add(&AddRequest::of([PathBuf::from("papers.jsonl")]), &unobserved)?;
//! let answer = engine.ask(&Request::about("robots that learn to walk"), &unobserved)?;
//! for found in &answer.results {
//!     println!("{} {:.3} {}", found.rank, found.score, found.paper.title);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **A [`Request`](engine::Request) has everything that a user can specify**: names of papers, texts, conditions. The
//! [`Answer`](engine::Answer) has the papers, and how the request was understood. Both have a JSON form; `--json`
//! prints the same answers. Reports, feeds and the search for missing papers have requests of their own:
//! [`ReportRequest`](engine::ReportRequest), [`FeedRequest`](engine::FeedRequest),
//! [`MissingRequest`](engine::MissingRequest).
//!
//! **Long work reports its progress** to an observer; [`unobserved`](engine::unobserved) ignores it.
//!
//! **On a lower level, a [`Snapshot`](engine::Snapshot) answers a [`Question`](engine::Question)** from one state of
//! the library. Every name in a question is already resolved. [`report`] writes reports to files.
//!
//! The folder `examples` has a program for each use: `similar`, `text`, `batch_report`, and `threads`, a small server.
//!
//! Modules are listed from the lowest level to the highest. ARCHITECTURE.md says which modules each may use.

pub mod error;
pub mod faults;
pub(crate) mod panics;
pub mod paper;
pub(crate) mod temporary;
pub mod vector;

pub mod draft;
pub mod formats;
pub mod library;

pub mod cache;
pub mod catalog;
pub mod embed;
pub(crate) mod gemm;
pub(crate) mod http;
pub mod index;
pub mod lexical;

pub mod evaluate;
pub mod rank;
pub mod search;

pub mod analysis;
pub mod sync;
pub mod watch;

pub mod engine;
pub mod report;

pub mod cli;

pub use error::{Error, Result};
pub use paper::{Paper, PaperId};
