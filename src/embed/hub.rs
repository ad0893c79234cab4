//! Gets models from the Hugging Face hub, through `hf-hub` (which honours `HF_ENDPOINT`, `HF_HOME` and the proxy
//! variables).

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use hf_hub::api::Progress;
use hf_hub::api::sync::ApiBuilder;
use hf_hub::{Cache, Repo, RepoType};

use super::registry::KnownModel;
use super::verify::verify;

/// The time without an answer after which the hub counts as unreachable. `hf-hub` has no time limit of its own, and
/// behind a firewall that drops packets a connection attempt lasts minutes.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(8);

fn repository(known: &KnownModel) -> Repo {
    Repo::with_revision(known.hub.repository.clone(), RepoType::Model, known.hub.revision.clone())
}

/// Whether the hub's own cache on this machine has all files of the model. Other programs fill this cache.
pub(super) fn is_cached(known: &KnownModel) -> bool {
    let cache = Cache::from_env().repo(repository(known));
    known.files.iter().all(|file| cache.get(&file.path).is_some())
}

/// Copies the files from the hub's own cache on this machine.
pub(super) fn copy_cached(known: &KnownModel, into: &Path) -> Result<(), String> {
    let cache = Cache::from_env().repo(repository(known));
    for file in &known.files {
        let path = cache.get(&file.path).ok_or_else(|| format!("{} is missing", file.path))?;
        place(&path, &into.join(&file.path))?;
    }
    Ok(())
}

/// Downloads the files into `into`; calls `progress` with the bytes of all files so far. An interrupted download stays
/// below `root`, and the next one continues it.
pub(super) fn fetch(known: &KnownModel, root: &Path, into: &Path, progress: &mut dyn FnMut(u64)) -> Result<(), String> {
    let partial = root.join(".hub-downloads");
    let (sender, events) = channel();
    let (model, target, cache) = (known.clone(), into.to_owned(), partial.clone());
    // The download runs on its own thread, which is abandoned if the hub does not answer. Nothing can cancel a blocked
    // connection attempt.
    std::thread::spawn(move || {
        let result = download(&model, &cache, &target, &sender);
        // Fails if the receiver is gone.
        let _ = sender.send(Event::Done(result));
    });
    let mut bytes_done = 0;
    loop {
        match events.recv_timeout(ANSWER_TIMEOUT) {
            Ok(Event::Bytes(bytes)) => {
                bytes_done += bytes;
                progress(bytes_done);
            }
            Ok(Event::Done(result)) => {
                if result.is_ok() {
                    // The files in `partial` were linked or copied to their place. If the folder cannot be deleted, it
                    // only takes disk space.
                    let _ = std::fs::remove_dir_all(&partial);
                }
                return result;
            }
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("no answer for {} seconds", ANSWER_TIMEOUT.as_secs()));
            }
            Err(RecvTimeoutError::Disconnected) => return Err("the download ended without a result".to_owned()),
        }
    }
}

enum Event {
    /// The number of bytes that arrived since the last event; 0 only shows that the hub answers.
    Bytes(u64),
    Done(Result<(), String>),
}

fn download(known: &KnownModel, cache: &Path, into: &Path, events: &Sender<Event>) -> Result<(), String> {
    let builder = ApiBuilder::from_env().with_cache_dir(cache.to_owned()).with_progress(false);
    let api = builder.build().map_err(|error| error.to_string())?.repo(repository(known));
    for file in &known.files {
        let mut report = Report(events.clone());
        report.update(0);
        let fetched = api.download_with_progress(&file.path, report).map_err(|error| innermost_cause(&error))?;
        place(&fetched, &into.join(&file.path))?;
        // Verifies each file at once: if the model has changed upstream, a small file shows it before the large file is
        // fetched. Deletes the download if a file is wrong, because continuing it would give the same bytes again.
        verify(file, into).inspect_err(|_| _ = std::fs::remove_dir_all(cache))?;
    }
    Ok(())
}

/// Returns the text of the innermost cause, which is the most specific: "failed to lookup address information".
fn innermost_cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Links or copies a file of a hub cache, in which file names are symbolic links to a store of blobs.
fn place(from: &Path, to: &Path) -> Result<(), String> {
    let from = from.canonicalize().map_err(|error| format!("{}: {error}", from.display()))?;
    std::fs::hard_link(&from, to)
        .or_else(|_| std::fs::copy(&from, to).map(|_| ()))
        .map_err(|error| format!("{}: {error}", to.display()))
}

struct Report(Sender<Event>);

impl Progress for Report {
    fn init(&mut self, _size: usize, _filename: &str) {
        self.update(0);
    }

    fn update(&mut self, size: usize) {
        // Fails if the receiver is gone.
        let _ = self.0.send(Event::Bytes(size as u64));
    }

    fn finish(&mut self) {}
}
