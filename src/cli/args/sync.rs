//! Taking in papers from where they appear.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::engine::Category;

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
  relata sync arxiv --category cs.LG --category cs.CL --since 2w
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
    /// From this day on: 2026-11-01, today, yesterday, 7d (seven days ago) or 2w [default: where the last sync ended]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub since: Option<Date>,
    /// To this day, inclusive [default: to the present]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub until: Option<Date>,
    /// Ask the harvesting interface, OAI-PMH
    #[arg(long)]
    pub oai: bool,
}

/// A day, as a date or by how long ago it is. arXiv counts its days at Greenwich.
fn day(text: &str) -> Result<Date, String> {
    day_seen_from(text, Timestamp::now().to_zoned(TimeZone::UTC).date())
        .ok_or_else(|| "write a day as 2026-11-01, or as today, yesterday, 7d (seven days ago) or 2w".to_owned())
}

fn day_seen_from(text: &str, today: Date) -> Option<Date> {
    let text = text.trim().to_ascii_lowercase();
    let ago = |count: &str, days: i64| {
        let days = count.parse::<u32>().ok().map(i64::from)?.checked_mul(days)?;
        today.checked_sub(Span::new().try_days(days).ok()?).ok()
    };
    match text.as_str() {
        "today" => Some(today),
        "yesterday" => ago("1", 1),
        text if text.ends_with('d') => ago(&text[..text.len() - 1], 1),
        text if text.ends_with('w') => ago(&text[..text.len() - 1], 7),
        text => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_dates_or_so_long_ago() {
        let today = date(2026, 3, 1);
        for (text, expected) in [
            ("2026-02-14", date(2026, 2, 14)),
            ("today", today),
            (" Yesterday ", date(2026, 2, 28)),
            ("0d", today),
            ("7d", date(2026, 2, 22)),
            ("2W", date(2026, 2, 15)),
        ] {
            assert_eq!(day_seen_from(text, today), Some(expected), "{text}");
        }
        for text in [
            "",
            "d",
            "tomorrow",
            "-1d",
            "1.5w",
            "7",
            "last week",
            "4000000000d",
            "4000000000w",
            "14.02.2026",
            "2026-02-30",
        ] {
            assert_eq!(day_seen_from(text, today), None, "{text}");
        }
        assert!(day("soon").unwrap_err().contains("write a day as 2026-11-01"));
    }
}
