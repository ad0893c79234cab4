//! Models from the Hugging Face hub, through `hf-hub` (which honours `HF_ENDPOINT`, `HF_HOME` and the proxy variables).

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use hf_hub::api::Progress;
use hf_hub::api::sync::ApiBuilder;
use hf_hub::{Cache, Repo, RepoType};

use super::registry::KnownModel;
use super::verify::verify;

/// How long the hub may stay silent before it counts as unreachable. `hf-hub` has no time limit of its own, and behind
/// a firewall that drops packets a connection attempt lasts minutes.
const PATIENCE: Duration = Duration::from_secs(8);

fn repository(known: &KnownModel) -> Repo {
    Repo::with_revision(known.hub.repository.clone(), RepoType::Model, known.hub.revision.clone())
}

/// Whether another program of the user's has already brought the model to this machine.
pub(super) fn is_cached(known: &KnownModel) -> bool {
    let cache = Cache::from_env().repo(repository(known));
    known.files.iter().all(|file| cache.get(&file.path).is_some())
}

/// Takes the files from the hub's own cache on this machine.
pub(super) fn copy_cached(known: &KnownModel, into: &Path) -> Result<(), String> {
    let cache = Cache::from_env().repo(repository(known));
    for file in &known.files {
        let path = cache.get(&file.path).ok_or_else(|| format!("{} is not there", file.path))?;
        place(&path, &into.join(&file.path))?;
    }
    Ok(())
}

/// Downloads the files into `into`; `progress` is told the bytes of all files so far. An interrupted download is kept
/// below `root` and continued the next time.
pub(super) fn fetch(known: &KnownModel, root: &Path, into: &Path, progress: &mut dyn FnMut(u64)) -> Result<(), String> {
    let partial = root.join(".hub-downloads");
    let (sender, events) = channel();
    let (model, target, cache) = (known.clone(), into.to_owned(), partial.clone());
    // On a thread of its own, which is left behind when the hub falls silent: nothing else ends a blocked connect.
    std::thread::spawn(move || {
        let result = download(&model, &cache, &target, &sender);
        // The other side may have lost patience already.
        let _ = sender.send(Event::Done(result));
    });
    let mut bytes_done = 0;
    loop {
        match events.recv_timeout(PATIENCE) {
            Ok(Event::Alive) => {}
            Ok(Event::Bytes(bytes)) => {
                bytes_done += bytes;
                progress(bytes_done);
            }
            Ok(Event::Done(result)) => {
                if result.is_ok() {
                    // What is left there has been moved or linked; failing to delete it costs disk space only.
                    let _ = std::fs::remove_dir_all(&partial);
                }
                return result;
            }
            Err(RecvTimeoutError::Timeout) => return Err(format!("no answer for {} seconds", PATIENCE.as_secs())),
            Err(RecvTimeoutError::Disconnected) => return Err("the download ended without a result".to_owned()),
        }
    }
}

enum Event {
    Alive,
    Bytes(u64),
    Done(Result<(), String>),
}

fn download(known: &KnownModel, cache: &Path, into: &Path, events: &Sender<Event>) -> Result<(), String> {
    let builder = ApiBuilder::from_env().with_cache_dir(cache.to_owned()).with_progress(false);
    let api = builder.build().map_err(|error| error.to_string())?.repo(repository(known));
    for file in &known.files {
        // Nobody listens any more once this side was given up.
        let _ = events.send(Event::Alive);
        let report = Report { events: events.clone(), unsent: 0, sent_at: Instant::now() };
        let fetched = api.download_with_progress(&file.path, report).map_err(|error| brief(&error))?;
        place(&fetched, &into.join(&file.path))?;
        // At once: of a model that has changed upstream, the small files tell before the large one is fetched.
        verify(file, into).inspect_err(|_| forget(cache))?;
    }
    Ok(())
}

/// Deletes what was downloaded: continuing it would bring the same bytes again.
fn forget(cache: &Path) {
    // If it stays, the next attempt is refused in the same way.
    let _ = std::fs::remove_dir_all(cache);
}

/// The innermost cause, which says most: "failed to lookup address information".
fn brief(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Links or copies a file of a hub cache, where names are symbolic links into a heap of blobs.
fn place(from: &Path, to: &Path) -> Result<(), String> {
    let from = from.canonicalize().map_err(|error| format!("{}: {error}", from.display()))?;
    std::fs::hard_link(&from, to)
        .or_else(|_| std::fs::copy(&from, to).map(|_| ()))
        .map_err(|error| format!("{}: {error}", to.display()))
}

struct Report {
    events: Sender<Event>,
    unsent: u64,
    sent_at: Instant,
}

/// Reports go out in steps of this size, or this often on a slow line; `hf-hub` calls back for every few kilobytes.
const STEP_BYTES: u64 = 1 << 18;
const STEP: Duration = Duration::from_millis(500);

impl Report {
    fn send(&mut self) {
        self.sent_at = Instant::now();
        let _ = self.events.send(Event::Bytes(std::mem::take(&mut self.unsent)));
    }
}

impl Progress for Report {
    fn init(&mut self, _size: usize, _filename: &str) {
        let _ = self.events.send(Event::Alive);
    }

    fn update(&mut self, size: usize) {
        self.unsent += size as u64;
        if self.unsent >= STEP_BYTES || self.sent_at.elapsed() >= STEP {
            self.send();
        }
    }

    fn finish(&mut self) {
        self.send();
    }
}
