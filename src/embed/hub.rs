//! Gets models from the Hugging Face hub. `HF_ENDPOINT`, `HF_HOME` and the proxy variables are honoured. `hf-hub` knows
//! where other programs keep the files and the token of the hub.
//!
//! The hub redirects large files to other servers, which is allowed over https: every file is verified by its SHA-256.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use hf_hub::{Cache, Repo, RepoType};

use super::registry::{KnownFile, KnownModel};
use super::verify::verify;
use crate::http::{Failure, Http, Redirects, Times, in_short};

/// The time without an answer, or without a part of it, after which the hub counts as unreachable.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(8);

/// The longest time for one file. The weights of the default model arrive in it at 25 kB/s. The next download continues
/// an interrupted one.
const FILE_TIMEOUT: Duration = Duration::from_secs(3600);

/// The hub, if `HF_ENDPOINT` names no other.
const ENDPOINT: &str = "https://huggingface.co";

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
        verify(file, &path)?;
        place(&path, &into.join(&file.path))?;
    }
    Ok(())
}

/// Downloads the files into `into`; calls `progress` with the bytes of all files so far. An interrupted download stays
/// below `root`, and the next one continues it.
pub(super) fn fetch(known: &KnownModel, root: &Path, into: &Path, progress: &mut dyn FnMut(u64)) -> Result<(), String> {
    let times = Times { connect: ANSWER_TIMEOUT, answer: ANSWER_TIMEOUT, pause: ANSWER_TIMEOUT, body: FILE_TIMEOUT };
    let http = Http::new(times, Redirects::AnyServer);
    let endpoint = std::env::var("HF_ENDPOINT").ok().filter(|endpoint| !endpoint.trim().is_empty());
    let endpoint = endpoint.as_deref().unwrap_or(ENDPOINT).trim_end_matches('/');
    let partial = root.join(".hub-downloads");
    std::fs::create_dir_all(&partial).map_err(|error| format!("{}: {error}", partial.display()))?;
    let mut bytes_done = 0;
    for file in &known.files {
        let address = format!("{endpoint}/{}/resolve/{}/{}", known.hub.repository, known.hub.revision, file.path);
        // Named by its content: a download of another version is never continued.
        let target = partial.join(&file.sha256);
        download(&http, &address, file, &target, &mut |bytes| progress(bytes_done + bytes))?;
        // Verifies each file at once: if the model has changed upstream, a small file shows it before the large file is
        // fetched. Deletes the download if the file is wrong, because continuing it would give the same bytes again.
        verify(file, &target).inspect_err(|_| _ = std::fs::remove_file(&target))?;
        place(&target, &into.join(&file.path))?;
        bytes_done += file.bytes;
    }
    // The files were linked or copied to their place. If the folder cannot be deleted, it only takes disk space.
    for file in &known.files {
        let _ = std::fs::remove_file(partial.join(&file.sha256));
    }
    let _ = std::fs::remove_dir(&partial);
    Ok(())
}

/// Downloads one file to `target`, or the rest of it if `target` has a part. Reads at most one byte more than the file
/// should have, which is enough to fail the check of its size.
fn download(
    http: &Http,
    address: &str,
    file: &KnownFile,
    target: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<(), String> {
    let local = |error: std::io::Error| format!("{}: {error}", target.display());
    let mut part = OpenOptions::new().read(true).append(true).create(true).open(target).map_err(local)?;
    if part.try_lock().is_err() {
        return Err("another process is downloading this file".to_owned());
    }
    let mut done = part.seek(std::io::SeekFrom::End(0)).map_err(local)?;
    if done > file.bytes {
        done = emptied(&part).map_err(local)?;
    }
    progress(done);
    if done == file.bytes {
        return Ok(());
    }
    let answer = http.get_from(address, done, Cache::from_env().token().as_deref()).map_err(in_words)?;
    if !matches!(answer.status(), 200 | 206) {
        return Err(format!("{}: HTTP {}", file.path, answer.status()));
    }
    if answer.start() != done {
        done = emptied(&part).map_err(local)?;
        if answer.start() != 0 {
            return Err(format!("{}: the server sent another part of the file than requested", file.path));
        }
    }
    let mut body = answer.body().take(file.bytes + 1 - done);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = body.read(&mut buffer).map_err(|error| in_words(error.into()))?;
        if count == 0 {
            return Ok(());
        }
        part.write_all(&buffer[..count]).map_err(local)?;
        done += count as u64;
        progress(done);
    }
}

fn emptied(file: &File) -> std::io::Result<u64> {
    file.set_len(0).map(|()| 0)
}

fn in_words(failure: Failure) -> String {
    match failure {
        Failure::NoAnswer => format!("no answer for {} seconds", ANSWER_TIMEOUT.as_secs()),
        Failure::TooSlow => {
            format!("a file took longer than {} minutes; the next try continues", FILE_TIMEOUT.as_secs() / 60)
        }
        failure => in_short(&failure.to_string()),
    }
}

/// Links or copies a file of a hub cache, in which file names are symbolic links to a store of blobs.
fn place(from: &Path, to: &Path) -> Result<(), String> {
    let from = from.canonicalize().map_err(|error| format!("{}: {error}", from.display()))?;
    std::fs::hard_link(&from, to)
        .or_else(|_| std::fs::copy(&from, to).map(|_| ()))
        .map_err(|error| format!("{}: {error}", to.display()))
}
