//! What can be said on the command line. Shell completions and the man page are generated from these definitions.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand};

use crate::formats::Format;
use crate::formats::write::ExportFormat;
use crate::sync::Category;
use crate::vector::Precision;

/// Finds related papers on your own machine: by example, by description, or a whole batch at once.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    propagate_version = true,
    after_help = "\
Examples:
  relata demo                                   see it work on 208 well-known papers
  relata add papers.jsonl listing.txt           take papers into your library
  relata similar 1706.03762                     papers like one that you have
  relata search \"robots that learn to walk\"     papers like a description

Exit codes: 0 found or done, 1 ran and found nothing, 2 error."
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(super) struct Common {
    /// Folder of the library [default: the platform's folder for data]
    #[arg(long, global = true, value_name = "DIR", env = "RELATA_LIBRARY", hide_env_values = true)]
    pub library: Option<PathBuf>,
    /// Model to embed with: a name from `relata model list`, or the folder of a sentence-transformers model
    /// [default: the library's own, or all-MiniLM-L6-v2]
    #[arg(long, global = true, value_name = "NAME|DIR", env = "RELATA_MODEL", hide_env_values = true)]
    pub model: Option<String>,
    /// Arithmetic to embed with: bf16, int8 (faster, a little less exact) or f32 (slower; the reference). Vectors of
    /// one model can be mixed whatever made them [default: bf16]
    #[arg(long, global = true, value_name = "NAME", env = "RELATA_PRECISION", hide_env_values = true,
        value_parser = PossibleValuesParser::new(Precision::ALL.map(Precision::name)))]
    pub precision: Option<String>,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print JSON (documented in the README, with a schema_version)
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Add(AddArgs),
    Sync(SyncArgs),
    Similar(SimilarArgs),
    Search(SearchArgs),
    Report(ReportArgs),
    Export(ExportArgs),
    List(ListArgs),
    Show(ShowArgs),
    Remove(RemoveArgs),
    Duplicates(DuplicatesArgs),
    Info(InfoArgs),
    Evaluate(EvaluateArgs),
    Demo(DemoArgs),
    Model(ModelArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

/// Take the papers of files into the library
#[derive(Debug, Args)]
#[command(after_help = "\
Reads BibTeX, RIS, nbib, enw, tagged text of Web of Science, RefWorks and Ovid, XML of arXiv, PubMed,
EndNote and others, JSON and tables of paper sites, and listings copied from a page; in any encoding,
through gzip, zstd, zip and folders. Papers that are there already are not embedded again, so the same
file can be added as often as you like; the same work from several files is one paper.

Examples:
  relata add library.bib export.ris
  relata add ~/Downloads/papers --dry-run
  relata add liste.csv --map title=Titel --map abstract=Kurzfassung
  curl -s https://example.org/papers.jsonl.gz | relata add -
  relata add --watch ~/Downloads/papers         and what appears there later, until Ctrl-C

With --watch, a file is taken in once it has not changed for two seconds, and again when it
changes; hidden files and those that browsers and editors are still writing (.part, .crdownload, ~)
are left alone. One line tells of each addition, with --json one JSON object. Other commands may use
the library meanwhile.

Exit codes: 0 papers were read (some may have been skipped; stderr says which and why), or watching
was ended by Ctrl-C; 2 no paper could be read.")]
pub(super) struct AddArgs {
    /// Files or folders of papers; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Stay, and take in new and changed files as they appear
    #[arg(long, conflicts_with = "dry_run")]
    pub watch: bool,
    /// Read every file as this format instead of finding out
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(formats_to_read()))]
    pub format: Option<String>,
    /// Say which column of a table, or field of JSON, holds what: `title=Titel`; may be given several times
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    /// Say what would be added and change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Keep each new record apart, now and later, even if the library has the work from another file (see `relata
    /// duplicates`); what this file brought before is known again all the same
    #[arg(long)]
    pub no_merge: bool,
}

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
pub(super) struct SyncArgs {
    #[command(subcommand)]
    pub place: Option<SyncPlace>,
    #[command(flatten)]
    pub options: SyncOptionsArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum SyncPlace {
    Arxiv(SyncArxivArgs),
}

/// Options of every place.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct SyncOptionsArgs {
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
pub(super) struct SyncArxivArgs {
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

/// Options of commands that search.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct SearchOptionsArgs {
    /// How many papers to recommend
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: u32,
    /// Compare with every paper, however large the library
    #[arg(long)]
    pub exact: bool,
}

/// Options of commands that list papers.
#[derive(Debug, Clone, Args)]
pub(super) struct FormatArgs {
    /// Print the papers as a file of this format: bib (BibTeX), ris, csl (CSL JSON), csv, jsonl or md (Markdown)
    #[arg(long, value_name = "FORMAT", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::name)))]
    pub format: Option<String>,
}

/// Recommend papers like the ones you name
#[derive(Debug, Args)]
#[command(after_help = "\
A paper is named by its id, an identifier (arXiv, DOI, PubMed, ACL, OpenReview, OpenAlex, Semantic Scholar), a pasted
URL, or its title or a part of it. Several papers are taken together.

Examples:
  relata similar 1706.03762
  relata similar \"attention is all you need\" https://arxiv.org/abs/1810.04805 -k 5
  relata similar --text-file abstract.txt --json
  relata similar 1706.03762 -k 50 --format bib > related.bib

Exit codes: 0 found, 1 nothing found, 2 error (such as a paper that is not in the library).")]
pub(super) struct SimilarArgs {
    /// Papers in the library
    #[arg(required_unless_present = "text_file", conflicts_with = "text_file", value_name = "PAPER")]
    pub papers: Vec<String>,
    /// A file with the title and abstract of a paper that is not in the library; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub text_file: Option<PathBuf>,
    #[command(flatten)]
    pub options: SearchOptionsArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// Recommend papers like a description in your own words
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata search \"robots that learn to walk\"
  relata search protein structure from sequence -k 5
  relata search \"vaccine trials\" --json | jq '.results[].paper.title'
  relata search \"vaccine trials\" -k 100 --format csv > trials.csv

Exit codes: 0 found, 1 nothing found, 2 error.")]
pub(super) struct SearchArgs {
    /// The description; words may be given without quotes
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    #[command(flatten)]
    pub options: SearchOptionsArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// Write a report: for each of many papers, its nearest in the library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata report --all -o library.html
  relata report --file reading-list.jsonl -o report.md -k 5
  relata report 1706.03762 1810.04805 -o two.csv

Exit codes: 0 written, 1 there was no paper to report on, 2 error.")]
pub(super) struct ReportArgs {
    /// Papers in the library
    #[arg(value_name = "PAPER", required_unless_present_any = ["file", "all"])]
    pub papers: Vec<String>,
    /// A file of papers, in the library or not; they are not added to it
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Every paper of the library
    #[arg(long, conflicts_with_all = ["papers", "file"])]
    pub all: bool,
    /// Where to write; the ending chooses the format: .html, .md, .csv or .json
    #[arg(short, long, value_name = "OUT", required_unless_present = "json")]
    pub output: Option<PathBuf>,
    /// How many papers to list for each
    #[arg(short = 'k', long = "top-k", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: u32,
}

/// Write papers, or their vectors, to a file that other programs read
#[derive(Debug, Args)]
#[command(after_help = "\
Formats, by the ending of the file or --format:
  bib    BibTeX and BibLaTeX (.bib)
  ris    RIS, for reference managers (.ris)
  csl    CSL JSON, for Zotero, Pandoc and others (.json)
  csv    a table, one row per paper; lists are joined by \"; \" (.csv)
  jsonl  JSON Lines: everything the library knows, to be added to another (.jsonl)
  md     Markdown, a list for reading (.md)

A file that is there is replaced when the new one is whole. --vectors takes a file for NumPy (.npy: a matrix of 32-bit
floats, a row of unit length per paper), with the papers' ids, one a line, beside it (.ids.txt); or, if relata was built
for it, a table with id, title and vector (.parquet). With --vectors, papers that have no vector yet are left out
everywhere, so that row n is paper n in every file.

Examples:
  relata export -o library.bib
  relata export 1706.03762 \"attention is all\" -o two.ris
  relata export --format csv | gzip > library.csv.gz
  relata export -o papers.csv --vectors vectors.npy

Exit codes: 0 written, 1 there was no paper to write, 2 error (such as a paper that is not in the library).")]
pub(super) struct ExportArgs {
    /// Papers in the library [default: all of it]
    #[arg(value_name = "PAPER")]
    pub papers: Vec<String>,
    /// Every paper of the library, as when none is named
    #[arg(long, conflicts_with = "papers")]
    pub all: bool,
    /// Where to write [default: standard output, which is also called `-`]
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub format: FormatArgs,
    /// Write the papers' vectors to this file; the ending chooses the format
    #[arg(long, value_name = "FILE")]
    pub vectors: Option<PathBuf>,
}

/// List the papers of the library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata list
  relata list --limit 20 --offset 40
  relata list --format md
  relata list --sources

Exit codes: 0 papers were listed, 1 there are none, 2 error.")]
pub(super) struct ListArgs {
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Leave out the first so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,
    /// List the files that papers came from instead
    #[arg(long, conflicts_with = "format")]
    pub sources: bool,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// Show all that the library knows of papers
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata show vaswani2017attention
  relata show \"attention is all\" 10.1038/171737a0
  relata show 1706.03762 --json
  relata show 1706.03762 --format bib

Exit codes: 0 shown, 2 error (such as a paper that is not in the library).")]
pub(super) struct ShowArgs {
    /// Papers in the library
    #[arg(required = true, value_name = "PAPER")]
    pub papers: Vec<String>,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// Take papers out of the library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata remove vaswani2017attention
  relata remove --source old.csv --dry-run
  relata remove --undo                          bring back what the last remove took out

Exit codes: 0 done, 1 there was nothing to remove or bring back, 2 error.")]
pub(super) struct RemoveArgs {
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
  relata duplicates --join smith2020 10.1000/x  make one paper of two
  relata duplicates --undo                      take the last --split or --join back

Exit codes: 0 listed or done, 1 there is nothing to list or take back, 2 error (such as a paper that is not in the \
library).")]
pub(super) struct DuplicatesArgs {
    /// List papers that look like one work but were not joined
    #[arg(long, conflicts_with_all = ["split", "join", "undo"])]
    pub possible: bool,
    /// Make a version of a paper a paper of its own; without its number, each version
    #[arg(long, num_args = 1..=2, value_names = ["PAPER", "VERSION"], conflicts_with_all = ["join", "undo"])]
    pub split: Option<Vec<String>>,
    /// Make one paper of two
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
pub(super) struct InfoArgs {
    /// Check every page of the database, every vector and every sentence vector
    #[arg(long)]
    pub check: bool,
}

/// Measure a ranking against judgements, with confidence intervals
#[derive(Debug, Args)]
#[command(after_help = "\
QRELS has a judgement a line, `query 0 paper grade`; RUN a ranked paper, `query Q0 paper rank score tag`: the formats
of TREC. Measures are those of trec_eval; every judged query counts, one without a ranking as 0.

Examples:
  relata evaluate judgements.qrels --run mine.run
  relata evaluate judgements.qrels --run new.run --baseline old.run --cutoffs 10,20%
  relata evaluate judgements.qrels --run mine.run --per-query > by-query.tsv

Exit codes: 0 measured, 1 the run answers no judged query, 2 error.")]
pub(super) struct EvaluateArgs {
    /// The judgements
    #[arg(value_name = "QRELS")]
    pub qrels: PathBuf,
    /// The ranking to measure
    #[arg(long, value_name = "RUN")]
    pub run: PathBuf,
    /// Another ranking, to compare with query by query
    #[arg(long, value_name = "RUN")]
    pub baseline: Option<PathBuf>,
    /// How much of each ranking counts: numbers of papers, or shares of those ranked
    #[arg(long, value_name = "N,M%", value_delimiter = ',', default_values = ["10", "100"])]
    pub cutoffs: Vec<String>,
    /// The measures of each query instead of their means
    #[arg(long)]
    pub per_query: bool,
}

/// See it work: a library of 208 well-known papers, a question by example, one by description, and a report
#[derive(Debug, Args)]
#[command(after_help = "\
Your own library is not touched: the demo keeps one of its own beside the model.

Examples:
  relata demo
  relata demo --output /tmp/demo.html
  RELATA_OFFLINE=1 relata demo                  once the model is there

Exit codes: 0 done, 2 error.")]
pub(super) struct DemoArgs {
    /// Where to write the report
    #[arg(short, long, value_name = "OUT", default_value = "relata-demo.html")]
    pub output: PathBuf,
}

/// List, fetch or describe models
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata model list
  relata model fetch                            so that everything works offline from now on
  relata model info --model ./my-model

Exit codes: 0 done, 2 error (such as a model that cannot be had).")]
pub(super) struct ModelArgs {
    #[command(subcommand)]
    pub command: ModelCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ModelCommand {
    /// List the models known by name, and whether they are on this machine
    List,
    /// Fetch a model and verify it
    Fetch {
        /// Its name
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Describe the model that --model names, or the default one
    Info,
}

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata completions bash > ~/.local/share/bash-completion/completions/relata
  relata completions zsh > ~/.zfunc/_relata
  relata completions fish > ~/.config/fish/completions/relata.fish

Exit codes: 0 printed, 2 error.")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Print the man page, or write one for each command into a folder
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relata man | man -l -
  relata man --output ~/.local/share/man/man1

Exit codes: 0 written, 2 error.")]
pub(super) struct ManArgs {
    /// Write relata.1, relata-add.1, … into this folder
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

fn formats_to_read() -> Vec<PossibleValue> {
    Format::ALL.iter().map(|format| PossibleValue::new(format.name()).aliases(format.other_names())).collect()
}
