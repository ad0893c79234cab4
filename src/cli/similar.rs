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
#[command(after_help = include_str!("help/similar.txt"))]
pub(super) struct SimilarArgs {
    #[command(flatten)]
    pub seeds: SeedArgs,
    /// Compare only sentences of this kind in abstracts
    #[arg(long, value_name = "FACET", value_parser = PossibleValuesParser::new(Facet::ALL.map(Facet::name)))]
    pub facet: Option<String>,
    #[command(flatten)]
    pub asking: AskingArgs,
}

pub(super) fn run(args: &SimilarArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let (facet, profile) = (args.facet.as_deref().and_then(|name| name.parse().ok()), args.asking.profile.clone());
    let mut request = Request { facet, profile, ..Request::default() };
    args.seeds.add_to(&mut request, output)?;
    ask(request, &args.asking, common, output)
}
