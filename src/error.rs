//! What can go wrong, said so that a person knows what, where and what to do next.

use std::path::{Path, PathBuf};

/// Result of everything in relata.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the library. The message names the file or paper concerned and, where there is one, the remedy; the
/// cause, if any, is the [`source`](std::error::Error::source) and not repeated in the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused something.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried: "read", "create".
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A whole input is unusable; a bad record in a good file is a [`Problem`](crate::formats::Problem) instead.
    #[error("{}: {reason}", path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// Nothing to embed.
    #[error("the text is empty: there is nothing to compare papers with")]
    EmptyText,
    /// A vector that cannot be made unit length.
    #[error("a vector of {dim} numbers cannot be an embedding: {reason}")]
    InvalidVector {
        /// How many numbers.
        dim: usize,
        /// "it holds NaN", "it is zero".
        reason: &'static str,
    },
    /// A model folder that cannot be used.
    #[error("model {}: {reason}", path.display())]
    Model {
        /// The folder or file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// The copy of a known model is not what it was when it was fetched.
    #[error("{} is not the file that was fetched and verified; delete the folder and it will be fetched again", path.display())]
    AlteredModel {
        /// The file.
        path: PathBuf,
    },
    /// A model could not be had from anywhere.
    #[error("cannot get the model {name}:{}", tried.iter().map(|t| format!("\n  {t}")).collect::<String>())]
    ModelUnavailable {
        /// Name in the registry.
        name: String,
        /// A line for each source tried, and last what to do.
        tried: Vec<String>,
    },
    /// No model of that name is known.
    #[error("no model is called {name:?}; known are {}, and --model takes a folder too", known.join(", "))]
    UnknownModel {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The tensor library failed.
    #[error("the encoder failed")]
    Encoder(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no library where one was looked for.
    #[error("there is no library in {}; `relata add FILE` makes one", path.display())]
    NoLibrary {
        /// The folder.
        path: PathBuf,
    },
    /// `papers.db` is damaged or no SQLite database.
    #[error(
        "{} is damaged ({detail}); nothing was changed. Restore it from a backup, or save what is readable with \
         `sqlite3 {} .recover`, or move the file away and add your papers again",
        path.display(), path.display()
    )]
    Corrupt {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// The library was written by a newer relata.
    #[error("{} has format {found}, this relata reads up to {supported}; use a newer relata", path.display())]
    NewerLibrary {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// Ours.
        supported: i64,
    },
    /// Somebody else is writing.
    #[error("{} is being written by {holder}; wait until it is done", path.display())]
    Locked {
        /// The library folder.
        path: PathBuf,
        /// Who holds the lock.
        holder: String,
    },
    /// The vectors were made by another model.
    #[error(
        "the library {} holds vectors of the model {library}, but this run uses {current}; vectors of two models cannot \
         be compared. Name the model that made them with --model, or keep a second library with --library DIR",
        path.display()
    )]
    OtherModel {
        /// The library folder.
        path: PathBuf,
        /// Model of the library: name and start of its hash.
        library: String,
        /// Model asked for.
        current: String,
    },
    /// No room.
    #[error("the disk that holds {} is full; what was stored before is safe. Make room and run the command again", path.display())]
    DiskFull {
        /// The library folder.
        path: PathBuf,
    },
    /// The library's folder or database may not be written to.
    #[error("the library {} cannot be written to; check the permissions of the folder and of papers.db", path.display())]
    ReadOnlyLibrary {
        /// The library folder.
        path: PathBuf,
    },
    /// SQLite failed otherwise.
    #[error("the database {} failed", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// No paper goes by that name.
    #[error("no paper matches {query:?}{}", did_you_mean(.suggestions))]
    PaperNotFound {
        /// What was asked for.
        query: String,
        /// Ids and titles that come near, best first.
        suggestions: Vec<(String, String)>,
    },
    /// Several papers go by that name.
    #[error("{query:?} fits several papers; say which by its id:{}", listed(.candidates))]
    AmbiguousPaper {
        /// What was asked for.
        query: String,
        /// Ids and titles.
        candidates: Vec<(String, String)>,
    },
    /// No profile goes by that name.
    #[error("there is no profile {name:?}{}", profiles_known(.known))]
    ProfileNotFound {
        /// What was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// The library has no papers.
    #[error("the library {} has no papers yet; `relata add FILE` adds some", path.display())]
    EmptyLibrary {
        /// The library folder.
        path: PathBuf,
    },
    /// The library has papers but none that can be compared.
    #[error(
        "none of the papers in the library {} is embedded yet, {waiting} wait: an `add` was interrupted; `relata add` \
         without a file goes on",
        path.display()
    )]
    NothingEmbedded {
        /// The library folder.
        path: PathBuf,
        /// How many papers it has.
        waiting: u64,
    },
    /// A server of papers refuses, or does not answer as it should.
    #[error("{server}: {reason}")]
    Server {
        /// Which.
        server: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Parameters out of range.
    #[error("{0}")]
    InvalidParameter(String),
}

impl Error {
    /// The error and what caused it, in one line.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        text
    }

    /// For `map_err` on I/O: `Error::io("read", path)`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull { path },
            _ => Self::Io { action, path, source },
        }
    }
}

fn listed(papers: &[(String, String)]) -> String {
    papers.iter().map(|(id, title)| format!("\n  {id}  {title}")).collect()
}

fn profiles_known(names: &[String]) -> String {
    match names {
        [] => "; `relata like PAPER` makes one".to_owned(),
        names => format!("; there are {}", names.join(", ")),
    }
}

fn did_you_mean(papers: &[(String, String)]) -> String {
    match papers {
        [] => "; `relata list` lists the papers".to_owned(),
        papers => format!("; did you mean{}", listed(papers)),
    }
}
