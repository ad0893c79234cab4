//! `relata backup`, `relata restore` and `relata repair`.

use std::path::PathBuf;

use clap::Args;
use indicatif::HumanBytes;

use super::global::Common;
use super::output::{Outcome, Output, papers_counted};
use super::progress::Progress;
use crate::engine::{AddRequest, DATABASE, RepairedLibrary, RestoredBackup, repair, restore};

/// Copy the library to a file
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/backup.txt"))]
pub(super) struct BackupArgs {
    /// File or folder to write to; an earlier backup is replaced
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Put a backup in place of the library
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/restore.txt"))]
pub(super) struct RestoreArgs {
    /// File that `relata backup` made, or the papers.db of a library
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Check the backup and print what would change; change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// Save what is readable of a damaged library
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/repair.txt"))]
pub(super) struct RepairArgs {}

pub(super) fn back_up(args: &BackupArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    let made = Progress::during(common, |observer| engine.back_up(&args.file, observer))?;
    if output.json {
        output.json(&made)?;
    } else {
        let (papers, bytes) = (papers_counted(made.papers), HumanBytes(made.bytes));
        output.line(format!("{}: {papers}, {bytes}; checked", made.file.display()))?;
    }
    Ok(Outcome::Done)
}

pub(super) fn run_restore(args: &RestoreArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let folder = common.library_folder()?;
    // Whoever names the folder of a library means its database.
    let file = if args.file.is_dir() { args.file.join(DATABASE) } else { args.file.clone() };
    let restored = Progress::during(common, |observer| restore(&folder, &file, args.dry_run, observer))?;
    if output.json {
        output.json(&restored)?;
        if !args.dry_run {
            finish(common, output)?;
        }
        return Ok(Outcome::Done);
    }
    let RestoredBackup { library, papers, papers_before, replaced } = &restored;
    let before = papers_before.map_or(String::new(), |before| format!(", {before} before"));
    let done = if args.dry_run { "would have" } else { "has" };
    output.line(format!("{} {done} {}{before}", library.display(), papers_counted(*papers)))?;
    if let Some(replaced) = replaced {
        output.note(format!("to undo this: relata restore {}", replaced.display()));
    }
    if !args.dry_run {
        finish(common, output)?;
    }
    Ok(Outcome::Done)
}

pub(super) fn run_repair(common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let folder = common.library_folder()?;
    let repaired = Progress::during(common, |observer| repair(&folder, observer))?;
    if output.json {
        output.json(&repaired)?;
        if repaired.replaced.is_some() {
            finish(common, output)?;
        }
        return Ok(Outcome::Done);
    }
    let RepairedLibrary { papers, lost_papers, not_embedded, changed, incomplete, replaced } = &repaired;
    let Some(replaced) = replaced else {
        output.line("the database is not damaged; there is nothing to repair")?;
        return Ok(Outcome::Done);
    };
    output.line(format!("saved {} in a new {DATABASE}", papers_counted(*papers)))?;
    if *lost_papers > 0 {
        output.line(format!("lost {}; add their files again", papers_counted(*lost_papers)))?;
    }
    if *not_embedded > 0 {
        output.line(format!("{} must be embedded again", papers_counted(*not_embedded)))?;
    }
    for row in changed {
        output.line(format!("kept, but it had changed on the disk, so look at it: {row}"))?;
    }
    for table in incomplete {
        output.line(format!("some rows of the table {table} are lost"))?;
    }
    output.note(format!("the damaged database is in {}", replaced.display()));
    finish(common, output)?;
    Ok(Outcome::Done)
}

/// Embeds the papers without vectors and makes the indexes again. What cannot be done now, `relata add` does later.
fn finish(common: &Common, output: &mut Output) -> anyhow::Result<()> {
    let engine = common.open()?;
    if !engine.is_up_to_date()?
        && let Err(error) = Progress::during(common, |observer| engine.add(&AddRequest::default(), observer))
    {
        output.note(format!("{error}; `relata add` without a file finishes the library"));
    }
    Ok(())
}
