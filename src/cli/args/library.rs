//! Keeping the library in order.

use clap::Args;

/// Take papers out of the library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata remove vaswani2017attention
  relata remove --source old.csv --dry-run
  relata remove --undo                          bring back what the last remove took out

Exit codes: 0 done, 1 there was nothing to remove or bring back, 2 error.")]
pub(in crate::cli) struct RemoveArgs {
    /// Papers in the library
    #[arg(value_name = "PAPER", required_unless_present_any = ["source", "undo"])]
    pub papers: Vec<String>,
    /// What came from this file (see `relata list --sources`): papers that other files brought too stay, as those files
    /// have them
    #[arg(long, value_name = "FILE", conflicts_with = "papers")]
    pub source: Option<String>,
    /// Bring back what the last remove took out
    #[arg(long, conflicts_with_all = ["papers", "source"])]
    pub undo: bool,
    /// Say what would be removed and change nothing
    #[arg(short = 'n', long, conflicts_with = "undo")]
    pub dry_run: bool,
}

/// List works that several records are of, and say which are one and which are not
#[derive(Debug, Args)]
#[command(after_help = "\
Records of one work, from several files or from one, are one paper: they share an identifier, or title and authors. A
record is a version of the paper, and `relata show` lists its versions. What you say here holds when files are added again.

Examples:
  relata duplicates                             papers with several versions, and why each joined
  relata duplicates --possible                  papers that may be one, and what speaks against it
  relata duplicates --split 1706.03762 2        make its second version a paper of its own
  relata duplicates --join smith2020 10.1000/x  make one paper of two, called smith2020
  relata duplicates --undo                      take the last --split or --join back

Exit codes: 0 listed or done, 1 there is nothing to list or take back, 2 error (such as a paper that is not in the \
library).")]
pub(in crate::cli) struct DuplicatesArgs {
    /// List papers that look like one work but were not joined
    #[arg(long, conflicts_with_all = ["split", "join", "undo"])]
    pub possible: bool,
    /// Make a version of a paper a paper of its own; without its number, each version
    #[arg(long, num_args = 1..=2, value_names = ["PAPER", "VERSION"], conflicts_with_all = ["join", "undo"])]
    pub split: Option<Vec<String>>,
    /// Make one paper of two, with the id of the one named first
    #[arg(long, num_args = 2, value_names = ["PAPER", "PAPER"], conflicts_with = "undo")]
    pub join: Option<Vec<String>>,
    /// Take back the last --split or --join
    #[arg(long)]
    pub undo: bool,
}

/// Tell what the library holds and where it is
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata info
  relata info --check                           read all of the database for damage
  relata info --json

Exit codes: 0 told, 2 error (such as a damaged database).")]
pub(in crate::cli) struct InfoArgs {
    /// Check every page of the database, every vector and every sentence vector
    #[arg(long)]
    pub check: bool,
}

/// Look the library over, and advise
#[derive(Debug, Args)]
#[command(after_help = "\
Looks at the database, the model, what is embedded, abstracts and their length, the indexes and how well the graph finds what
is there, papers near no other, and papers that may be one work. It reads all of the library.

Examples:
  relata doctor
  relata doctor --json | jq '.findings[] | select(.advice)'
  relata doctor --library ~/old-library

Exit codes: 0 all is well, 1 there is advice, 2 error.")]
pub(in crate::cli) struct DoctorArgs {}
