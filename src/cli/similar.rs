//! `relata similar`.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::answer::ask;
use super::global::Common;
use super::output::{Outcome, Output};
use super::steering::{AskingArgs, SeedArgs};
use crate::engine::{Facet, Request};

/// Find papers like the ones you name
#[derive(Debug, Args)]
#[command(after_help = "\
Name a paper by its id, an identifier (arXiv, DOI, PubMed, ACL, OpenReview, OpenAlex, Semantic Scholar), a URL, or its \
title or a part of it. Several papers count together.

Examples:
  relata similar 1706.03762
  relata similar \"attention is all you need\" 1810.04805 --not 1512.03385 -k 5
  relata similar --like library.bib --exclude library.bib --diversity 0.3
  relata similar --text-file abstract.txt --json
  relata similar 1706.03762 --facet background  the same problem, by any method
  relata similar --profile default -k 20        by your likes and dislikes
  relata similar 1706.03762 -k 50 --format bib > related.bib

Exit codes: 0 found, 1 nothing found, 2 error (such as a paper that is not in the library).")]
pub(super) struct SimilarArgs {
    #[command(flatten)]
    pub seeds: SeedArgs,
    /// Compare only the sentences of abstracts that describe this
    #[arg(long, value_name = "FACET", value_parser = PossibleValuesParser::new(Facet::ALL.map(Facet::name)))]
    pub facet: Option<String>,
    #[command(flatten)]
    pub asking: AskingArgs,
}

pub(super) fn run(args: &SimilarArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let (facet, profile) =
        (args.facet.as_deref().and_then(|name| name.parse().ok()), args.asking.steering.profile.clone());
    let mut request = Request { facet, profile, ..Request::default() };
    args.seeds.add_to(&mut request, output)?;
    ask(request, &args.asking, common, output)
}
