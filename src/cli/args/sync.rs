//! Taking in papers from where they appear.

use clap::{Args, Subcommand};

use crate::sync::Category;

/// Take new papers into the library from where they appear
#[derive(Debug, Args)]
#[command(after_help = "\
Without a place, everything that was synced into this library before is synced again, each from
where it ended.

Examples:
  relata sync arxiv --category cs.LG --since 2026-11-01
  relata sync                                   what is new since then, every day
  relata sync --dry-run --json

Exit codes: 0 papers were added or updated, 1 there was nothing new, 2 error (what was received
before is kept).")]
pub(in crate::cli) struct SyncArgs {
    #[command(subcommand)]
    pub place: Option<SyncPlace>,
    #[command(flatten)]
    pub options: SyncOptionsArgs,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SyncPlace {
    Arxiv(SyncArxivArgs),
}

/// Options of every place.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct SyncOptionsArgs {
    /// Stop when so many papers of a category were added or updated; the next sync goes on from there
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// Ask and say what would be added, and change nothing
    #[arg(short = 'n', long, global = true)]
    pub dry_run: bool,
}

/// Take new papers of arXiv into the library
#[derive(Debug, Args)]
#[command(after_help = "\
Asks arXiv's public interfaces, as slowly as its terms of use want it: a request every three
seconds, longer waits when the server is busy. Pages are stored as they come, so that a sync that is
interrupted loses nothing, and the next one goes on from there. Each goes back a week, and with
--oai a day, since papers appear later than they were submitted.

Without --oai, papers are found by the day on which they were first submitted. With --oai, they are
found by the day on which they were added or changed: new versions are found too, papers that
moderators held back are not missed, and large numbers come faster; but changes include old papers.

Examples:
  relata sync arxiv --category cs.LG --category cs.CL --since 2026-11-01
  relata sync arxiv                             every category so far, each from where it ended
  relata sync arxiv --category quant-ph --since 2026-01-01 --oai
  relata sync arxiv --category hep-th --since 2026-01-01 --until 2026-01-31 --dry-run

Papers are listed under arxiv:cs.LG in `relata list --sources`. RELATA_ARXIV_API_URL and
RELATA_ARXIV_OAI_URL name other servers than arXiv's, such as a mirror.

Exit codes: 0 papers were added or updated, 1 there was nothing new, 2 error (what was received
before is kept).")]
pub(in crate::cli) struct SyncArxivArgs {
    /// A category (cs.LG, hep-th), or an archive (cs); may be given several times [default: those synced before]
    #[arg(long = "category", value_name = "NAME")]
    pub categories: Vec<Category>,
    /// From this day on, as 2026-11-01 [default: where the last sync ended]
    #[arg(long, value_name = "DATE")]
    pub since: Option<jiff::civil::Date>,
    /// To this day, inclusive [default: to the present]
    #[arg(long, value_name = "DATE")]
    pub until: Option<jiff::civil::Date>,
    /// Ask the harvesting interface, OAI-PMH
    #[arg(long)]
    pub oai: bool,
}
