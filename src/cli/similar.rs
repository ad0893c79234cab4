//! `relata similar`.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use serde_json::json;

use super::Outcome;
use super::args::{Common, SimilarArgs};
use super::export::chosen;
use super::output::Output;
use super::progress::Progress;
use super::search::{Asked, answer, with_options};
use crate::library::{Library, Listed};
use crate::rank::facets::Facet;
use crate::recommender::{Question, Seed};

pub(super) fn run(args: &SimilarArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.format, output)?;
    let recommender = common.open()?;
    let progress = Progress::new(common);
    let facet = args.facet.as_deref().and_then(Facet::from_name);
    let in_respect = facet.map(|facet| format!(" in their {}", facet.name())).unwrap_or_default();
    let observer = |event: crate::recommender::Event| progress.observe(event);
    if let Some(file) = &args.text_file {
        let text = read_text(file)?;
        let question = Question { liked: vec![Seed::Text(text)], facet, ..Question::default() };
        let found = recommender.recommend(&with_options(question, args.options), &observer)?;
        drop(progress);
        let query = json!({ "kind": "text_file", "file": file, "facet": args.facet, "top_k": args.options.top_k, "exact": args.options.exact });
        let heading = format!("Papers like the text in {}{in_respect}", file.display());
        return answer(output, &Asked { query, seeds: 1, heading, format }, &found);
    }
    let seeds = find_all(recommender.library(), &args.papers)?;
    let numbers: Vec<_> = seeds.iter().map(|seed| seed.number).collect();
    let question = Question { facet, ..Question::like(&numbers) };
    let found = recommender.recommend(&with_options(question, args.options), &observer)?;
    drop(progress);
    let named: Vec<_> = seeds.iter().map(|seed| json!({ "id": seed.paper.id, "title": seed.paper.title })).collect();
    let query = json!({ "kind": "papers", "papers": named, "facet": args.facet, "top_k": args.options.top_k, "exact": args.options.exact });
    let titles: Vec<String> = seeds.iter().map(|seed| format!("“{}” ({})", seed.paper.title, seed.paper.id)).collect();
    let heading = format!("Papers like {}{in_respect}", titles.join(" and "));
    answer(output, &Asked { query, seeds: seeds.len(), heading, format }, &found)
}

/// The papers that were named. Several words may be one title without quotes, which is tried first.
pub(super) fn find_all(library: &Library, names: &[String]) -> crate::Result<Vec<Listed>> {
    if names.len() > 1
        && let Ok(found) = library.find(&names.join(" "))
    {
        return Ok(vec![found]);
    }
    each_once(names.iter().map(|name| library.find(name)))
}

/// The papers found, one that was named twice only once.
pub(super) fn each_once(found: impl Iterator<Item = crate::Result<Listed>>) -> crate::Result<Vec<Listed>> {
    let mut seen = HashSet::new();
    let mut papers: Vec<Listed> = found.collect::<crate::Result<_>>()?;
    papers.retain(|listed| seen.insert(listed.number));
    Ok(papers)
}

fn read_text(file: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let read = match file.to_str() {
        Some("-") => std::io::stdin().read_to_end(&mut bytes),
        _ => std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.with_context(|| format!("cannot read {}", file.display()))?;
    String::from_utf8(bytes).with_context(|| format!("{} is no UTF-8 text; convert it with `iconv`", file.display()))
}
