//! `relata similar`.

use clap::Args;

use super::answer::ask;
use super::global::Common;
use super::output::{Outcome, Output};
use super::steering::{AskingArgs, FacetArgs, SeedArgs};
use crate::engine::Request;

/// Find papers like the ones you name
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/similar.txt"))]
pub(super) struct SimilarArgs {
    #[command(flatten)]
    pub seeds: SeedArgs,
    #[command(flatten)]
    pub facet: FacetArgs,
    /// Treat --text as text, without conditions and names
    #[arg(long, requires = "text")]
    pub verbatim: bool,
    #[command(flatten)]
    pub asking: AskingArgs,
}

pub(super) fn run(args: &SimilarArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let (facet, profile) = (args.facet.facet(), args.asking.profile.profile.clone());
    let mut request = Request { facet, profile, ..Request::default() };
    args.seeds.add_to(&mut request, output)?;
    request.verbatim = args.verbatim;
    ask(request, &args.asking, common, output)
}
