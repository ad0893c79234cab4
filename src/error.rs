//! The errors of relata. Each message says what is wrong, where, and what to do.

use std::path::{Path, PathBuf};

/// A result with relata's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error. If it has a cause, the cause is its [`source`](std::error::Error::source), and the message does not repeat
/// it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused an operation on a file or folder.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// The operation: "read", "create".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A whole file is unusable. A bad record in a good file is a [`Problem`](crate::formats::Problem) instead.
    #[error("{}: {reason}", path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// A text to search with is empty.
    #[error("the text is empty; write a few words or an abstract")]
    EmptyText,
    /// A vector cannot be scaled to unit length.
    #[error("a vector of {dim} numbers cannot be an embedding: {reason}")]
    InvalidVector {
        /// How many numbers it has.
        dim: usize,
        /// Why: "not every number is finite", "all numbers are zero".
        reason: &'static str,
    },
    /// A model folder cannot be used.
    #[error("model {}: {reason}", path.display())]
    Model {
        /// The folder or file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// A downloaded model has changed since it was verified.
    #[error("{} has changed since it was downloaded and verified; delete its folder to download it again", path.display())]
    AlteredModel {
        /// The file.
        path: PathBuf,
    },
    /// No source could provide a model.
    #[error("cannot get the model {name}:{}", tried.iter().map(|t| format!("\n  {t}")).collect::<String>())]
    ModelUnavailable {
        /// Name in the registry.
        name: String,
        /// A line for each source tried; the last line says what to do.
        tried: Vec<String>,
    },
    /// The name of a model is unknown.
    #[error("unknown model {name:?}; known models: {}; --model also takes a folder", known.join(", "))]
    UnknownModel {
        /// The unknown name.
        name: String,
        /// The known names.
        known: Vec<String>,
    },
    /// The tensor library failed.
    #[error("the encoder failed")]
    Encoder(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A folder has no library.
    #[error("no library in {}; `relata add FILE` creates one", path.display())]
    NoLibrary {
        /// The folder.
        path: PathBuf,
    },
    /// `papers.db` is damaged or not a SQLite database.
    #[error(
        "{} is damaged ({detail}); nothing was changed. Put a backup in its place with `relata restore FILE`, or save \
         what is readable with `relata repair`",
        path.display()
    )]
    Corrupt {
        /// The database.
        path: PathBuf,
        /// What is damaged.
        detail: String,
    },
    /// The library has a format that this version of relata does not read.
    #[error(
        "{} has format {found}, this relata reads format {supported}; use a newer relata, or add your papers to a new \
         library with --library DIR",
        path.display()
    )]
    OtherLibraryFormat {
        /// The database.
        path: PathBuf,
        /// Its format, the version of its tables.
        found: i64,
        /// The format that this relata reads.
        supported: i64,
    },
    /// Another process is writing to the library.
    #[error("{holder} is writing to the library in {}; wait until it is done", path.display())]
    Locked {
        /// The library folder.
        path: PathBuf,
        /// The process.
        holder: String,
    },
    /// Another model made the vectors of the library.
    #[error(
        "the library {} has vectors of the model {library}, but this run uses {current}; vectors of two models cannot \
         be compared. Use that model with --model, or another library with --library DIR",
        path.display()
    )]
    OtherModel {
        /// The library folder.
        path: PathBuf,
        /// Model of the library: name and start of its hash.
        library: String,
        /// Model of this run.
        current: String,
    },
    /// The disk is full.
    #[error("the disk that holds {} is full; what was stored before is safe. Make room and run the command again", path.display())]
    DiskFull {
        /// The library folder.
        path: PathBuf,
    },
    /// The disk reported an error.
    #[error(
        "the disk failed while {} was used: {detail}. What was stored before is safe. Check the disk and its cable, \
         make a copy with `relata backup`, and run the command again",
        path.display()
    )]
    DiskFailed {
        /// The file.
        path: PathBuf,
        /// The operation that failed.
        detail: String,
    },
    /// The process or the system has too many open files.
    #[error(
        "cannot {action} {}: too many files are open. Close other programs, or raise the limit with `ulimit -n 4096`",
        path.display()
    )]
    TooManyFiles {
        /// The operation: "read", "create".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
    },
    /// The library's folder or database is not writable.
    #[error("the library {} cannot be written to; check the permissions of the folder and of papers.db", path.display())]
    ReadOnlyLibrary {
        /// The library folder.
        path: PathBuf,
    },
    /// SQLite failed for another reason.
    #[error("the database {} failed", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// The cause.
        source: rusqlite::Error,
    },
    /// No paper matches a name.
    #[error("no paper matches {query:?}{}", did_you_mean(.suggestions))]
    PaperNotFound {
        /// The name.
        query: String,
        /// Similar ids and titles, best first.
        suggestions: Vec<(String, String)>,
    },
    /// Several papers match a name.
    #[error("{query:?} matches several papers; use an id:{}", listed(.candidates))]
    AmbiguousPaper {
        /// The name.
        query: String,
        /// Ids and titles of the papers.
        candidates: Vec<(String, String)>,
    },
    /// There is no profile with the given name.
    #[error("no profile is named {name:?}{}", profiles_known(.known))]
    ProfileNotFound {
        /// The name.
        name: String,
        /// The names of all profiles.
        known: Vec<String>,
    },
    /// The library has no papers.
    #[error("the library {} has no papers yet; `relata add FILE` adds some", path.display())]
    EmptyLibrary {
        /// The library folder.
        path: PathBuf,
    },
    /// No paper of the library has a vector yet.
    #[error(
        "no paper in the library {} is embedded yet ({waiting} waiting): an `add` is running or was interrupted; \
         `relata add` without a file continues it",
        path.display()
    )]
    NothingEmbedded {
        /// The library folder.
        path: PathBuf,
        /// The number of papers that are not embedded yet.
        waiting: u64,
    },
    /// A server of papers refused a request, or its answer cannot be used.
    #[error("{server}: {reason}")]
    Server {
        /// Its address.
        server: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A parameter is invalid.
    #[error("{0}")]
    InvalidParameter(String),
}

impl Error {
    /// The error and its causes, in one line.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        text
    }

    /// Returns a function for `map_err` on the results of I/O: `Error::io("read", path)`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull { path },
            _ if is_too_many_files(&source) => Self::TooManyFiles { action, path },
            _ => Self::Io { action, path, source },
        }
    }
}

/// Whether the limit on open files was reached, of the process or of the system. Rust has no name for this yet.
fn is_too_many_files(error: &std::io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    cfg!(unix) && matches!(error.raw_os_error(), Some(ENFILE | EMFILE))
}

fn listed(papers: &[(String, String)]) -> String {
    papers.iter().map(|(id, title)| format!("\n  {id}  {title}")).collect()
}

fn profiles_known(names: &[String]) -> String {
    match names {
        [] => "; `relata like PAPER` creates one".to_owned(),
        names => format!("; known profiles are {}", names.join(", ")),
    }
}

fn did_you_mean(papers: &[(String, String)]) -> String {
    match papers {
        [] => "; `relata list` lists the papers".to_owned(),
        papers => format!("; did you mean{}", listed(papers)),
    }
}
