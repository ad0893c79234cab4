//! Saying what one likes, and being told of it.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use crate::report::feed::FeedFormat;

/// The profile of those who name none.
pub(in crate::cli) const DEFAULT_PROFILE: &str = "default";

/// Which profile is spoken for.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct OfProfileArgs {
    /// The profile; it is made when something is first said in it
    #[arg(long, value_name = "NAME", default_value = DEFAULT_PROFILE)]
    pub profile: String,
}

/// Options of commands that recommend, beside those for searching.
#[derive(Debug, Clone, Default, Args)]
pub(in crate::cli) struct SteeringArgs {
    /// Take what this profile likes as papers to be like, and what it dislikes as papers not to be like
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Leave out papers that `relata seen` or a feed knows to be shown, and those that a profile has an opinion of
    #[arg(long)]
    pub exclude_seen: bool,
    /// Note that the papers recommended now are seen
    #[arg(long)]
    pub mark_seen: bool,
}

/// Say that you want more like some papers
#[derive(Debug, Args)]
#[command(after_help = "\
What you like and dislike is a profile: `relata similar --profile NAME` recommends by it, `relata feed` tells what is new
for it. Several subjects in one profile stay apart; `relata profile show` lists them.

Examples:
  relata like 1706.03762 \"bert: pre-training\"
  relata like smith2020 --profile robots
  relata like --undo                            take the last `like` back

Exit codes: 0 done, 1 there was nothing to take back, 2 error (such as a paper that is not in the library).")]
pub(in crate::cli) struct LikeArgs {
    #[command(flatten)]
    pub said: SaidArgs,
}

/// Say that you want less like some papers: they and what resembles them sink
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata dislike 1706.03762
  relata dislike smith2020 --profile robots
  relata dislike --undo                         take the last `dislike` back

Exit codes: 0 done, 1 there was nothing to take back, 2 error (such as a paper that is not in the library).")]
pub(in crate::cli) struct DislikeArgs {
    #[command(flatten)]
    pub said: SaidArgs,
}

/// Have no opinion of some papers any more
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata forget 1706.03762
  relata forget smith2020 --profile robots
  relata forget --undo                          take the last `forget` back

Exit codes: 0 done, 1 there was no opinion to forget or take back, 2 error (such as a paper that is not in the library).")]
pub(in crate::cli) struct ForgetArgs {
    #[command(flatten)]
    pub said: SaidArgs,
}

/// Of what something is said.
#[derive(Debug, Args)]
pub(in crate::cli) struct SaidArgs {
    /// Papers in the library
    #[arg(value_name = "PAPER", required_unless_present = "undo")]
    pub papers: Vec<String>,
    /// Take the last one back; again, the one before it
    #[arg(long, conflicts_with = "papers")]
    pub undo: bool,
    #[command(flatten)]
    pub profile: OfProfileArgs,
}

/// List profiles, and show what they are about
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata profile list
  relata profile show                           the interests of the profile \"default\", with their papers
  relata profile rename default robots
  relata profile remove robots; relata profile remove --undo

Exit codes: 0 done, 1 there is none, 2 error (such as a name that no profile has).")]
pub(in crate::cli) struct ProfileArgs {
    #[command(subcommand)]
    pub command: ProfileCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ProfileCommand {
    /// List the profiles, with how much they like and dislike
    List,
    /// Show a profile: its interests, named by their terms, with their papers, and what it dislikes
    Show {
        /// Its name
        #[arg(value_name = "NAME", default_value = DEFAULT_PROFILE)]
        name: String,
    },
    /// Take a profile out
    Remove {
        /// Its name
        #[arg(value_name = "NAME", required_unless_present = "undo")]
        name: Option<String>,
        /// Bring back the one that was removed last
        #[arg(long, conflicts_with = "name")]
        undo: bool,
    },
    /// Give a profile another name
    Rename {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// What it is to be called
        #[arg(value_name = "TO")]
        to: String,
    },
}

/// Tell what is new for a profile
#[derive(Debug, Args)]
#[command(after_help = "\
Recommends among the papers that were added since the feed of this profile told something last; the first time, all are
new. What it tells is noted, so that nothing is told twice. Each interest of the profile has its turn, as often as it has
liked papers. Papers that you have an opinion of, and those that `relata seen` knows, are left out.

Examples:
  relata sync; relata feed
  relata feed --profile robots -k 20 -o robots.atom
  relata feed --keep --format md                look, and be told the same again

Exit codes: 0 told, 1 there is nothing new, 2 error (such as a profile that likes nothing).")]
pub(in crate::cli) struct FeedArgs {
    #[command(flatten)]
    pub profile: OfProfileArgs,
    /// How many papers to tell of
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: u32,
    /// Print for reading (text), for feed readers (atom), as a page (html) or as Markdown (md) [default: text, or by the
    /// ending of the file]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(["text"].into_iter().chain(FeedFormat::ALL.iter().map(|format| format.name()))))]
    pub format: Option<String>,
    /// Where to write; what is there is replaced, unless there is nothing new [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Choose among all papers, also those that came or were told before
    #[arg(long, conflicts_with = "since_last")]
    pub all: bool,
    /// Choose among those that came since the last time; this is the default
    #[arg(long)]
    pub since_last: bool,
    /// Note nothing: the next feed tells the same again
    #[arg(long)]
    pub keep: bool,
    /// Leave out what was shown by feeds of other profiles too, and with --all what was shown by this one
    #[arg(long)]
    pub exclude_seen: bool,
}

/// Note which papers you have seen, for --exclude-seen
#[derive(Debug, Args)]
#[command(after_help = "\
What a feed shows is noted by itself; `similar` and `search` note what they show when they are told --mark-seen.

Examples:
  relata seen 1706.03762 smith2020
  relata similar --profile default --exclude-seen --mark-seen     ten more, each time
  relata seen --list
  relata seen --clear smith2020                 forget that it was shown; without a paper, forget everything

Exit codes: 0 done, 1 there was nothing to list, clear or take back, 2 error (such as a paper that is not in the library).")]
pub(in crate::cli) struct SeenArgs {
    /// Papers in the library
    #[arg(value_name = "PAPER", required_unless_present_any = ["list", "clear", "undo"])]
    pub papers: Vec<String>,
    /// List what was shown, by what and when
    #[arg(long, conflicts_with_all = ["papers", "clear", "undo"])]
    pub list: bool,
    /// Forget that these papers were shown, by whatever; without any, all
    #[arg(long, conflicts_with = "undo")]
    pub clear: bool,
    /// Take the last `seen` back
    #[arg(long, conflicts_with = "papers")]
    pub undo: bool,
}
