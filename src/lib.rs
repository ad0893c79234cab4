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

#[forbid(unsafe_code)]
pub mod error;
#[forbid(unsafe_code)]
pub mod faults;
#[forbid(unsafe_code)]
pub(crate) mod panics;
#[forbid(unsafe_code)]
pub mod paper;
#[forbid(unsafe_code)]
pub(crate) mod temporary;
#[forbid(unsafe_code)]
pub mod vector;

#[forbid(unsafe_code)]
pub mod draft;
#[forbid(unsafe_code)]
pub mod formats;
// Its tests measure the processor time of a thread, which the standard library cannot.
#[cfg_attr(not(test), forbid(unsafe_code))]
pub mod library;

pub mod cache;
#[forbid(unsafe_code)]
pub mod catalog;
pub mod embed;
pub(crate) mod gemm;
#[forbid(unsafe_code)]
pub(crate) mod http;
#[forbid(unsafe_code)]
pub mod index;
#[forbid(unsafe_code)]
pub mod lexical;

#[forbid(unsafe_code)]
pub mod evaluate;
#[forbid(unsafe_code)]
pub mod rank;
#[forbid(unsafe_code)]
pub mod search;

#[forbid(unsafe_code)]
pub mod analysis;
#[forbid(unsafe_code)]
pub mod sync;
#[forbid(unsafe_code)]
pub mod watch;

#[forbid(unsafe_code)]
pub mod engine;
#[forbid(unsafe_code)]
pub mod report;

#[forbid(unsafe_code)]
pub mod cli;

pub use error::{Error, Result};
pub use paper::{Paper, PaperId};
