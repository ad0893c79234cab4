//! relata finds related papers on your own machine: papers like given ones, papers like a text, and, for a whole batch, the
//! nearest of each. The program of the same name is a thin layer over this library.
//!
//! # Guide
//!
//! **An [`Engine`](engine::Engine) is a library, ready to answer.** It is opened once and shared by threads. Each question
//! sees one state of the library, whoever writes meanwhile.
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
//! **A [`Request`](engine::Request) says everything that a person can ask for**, in plain words: names of papers, texts,
//! conditions. The [`Answer`](engine::Answer) says how it was understood, and what was found. Both are JSON as well; the
//! command line's `--json` prints the same answers. Reports, feeds and the rest have requests and answers of their own:
//! [`ReportRequest`](engine::ReportRequest), [`FeedRequest`](engine::FeedRequest),
//! [`MissingRequest`](engine::MissingRequest).
//!
//! **Long work reports its progress** to the observer that each call takes; [`unobserved`](engine::unobserved) is one that
//! does nothing.
//!
//! **Below requests, a [`Snapshot`](engine::Snapshot) answers a [`Question`](engine::Question)**, in which every name is
//! resolved, from one state of the library; a [`Writer`](engine::Writer) changes it. [`report`] writes what was found out.
//!
//! The folder `examples` has a program for each use: `similar`, `text`, `batch_report`, and `threads`, which does what a
//! server does.
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
pub mod sync;
pub mod watch;

pub mod engine;
pub mod report;

pub mod cli;

pub use error::{Error, Result};
pub use paper::{Paper, PaperId};
