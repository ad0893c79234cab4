//! `relata info`.

use clap::Args;
use indicatif::{HumanBytes, HumanCount};

use super::global::Common;
use super::output::{Outcome, Output};
use super::progress::Progress;
use crate::engine::Info;

/// Show what the library holds and where it is
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/info.txt"))]
pub(super) struct InfoArgs {
    /// Check the whole database for damage: its pages, vectors and sentence vectors
    #[arg(long)]
    pub check: bool,
}

pub(super) fn run(args: &InfoArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let engine = common.open()?;
    let info = Progress::during(common, |observer| engine.info(args.check, observer))?;
    if output.json {
        output.json(&info)?;
    } else {
        print(&info, output)?;
    }
    Ok(Outcome::Done)
}

fn print(info: &Info, output: &mut Output) -> anyhow::Result<()> {
    output.line(format!("library   {}", info.library.display()))?;
    let [count, bare] = [info.papers, info.without_abstract].map(HumanCount);
    output.line(format!("papers    {count}, {bare} of them without an abstract"))?;
    if info.not_embedded > 0 {
        let pending = HumanCount(info.not_embedded);
        output
            .line(format!("          {pending} not embedded yet: `add` is running or was interrupted; run it again"))?;
    }
    output.line(format!("vectors   {}", vectors_in_words(info)))?;
    match &info.model {
        None => output.line("model     none yet")?,
        Some(model) => output.line(format!("model     {}, {} dimensions", model.short(), model.dim))?,
    }
    let [indexed, in_graph] = [info.searchable, info.in_graph].map(|count| HumanCount(count as u64));
    let way = if in_graph.0 > 0 {
        format!("approximate, with a graph of {in_graph}")
    } else {
        "exact: each is compared with the query".into()
    };
    output.line(format!("search    {indexed} papers, {way}"))?;
    if info.languages.iter().any(|(language, _)| *language != "English") {
        let counts =
            info.languages.iter().map(|(language, papers)| format!("{} {language}", HumanCount(*papers as u64)));
        let only_english = info.model.as_ref().is_some_and(|model| !model.multilingual);
        let note = if only_english { "; the model reads only English" } else { "" };
        output.line(format!("languages {}{note}", counts.collect::<Vec<_>>().join(", ")))?;
    }
    let sizes = format!("{} database, {} cache", HumanBytes(info.database_bytes), HumanBytes(info.cache_bytes));
    output.line(format!("on disk   {sizes}"))?;
    if info.checked {
        output.line("checked   no damage in any page, vector or sentence vector")?;
    }
    Ok(())
}

/// "2,000 (f32 500, bf16 1,500), 17,432 sentence vectors (6.52 MiB)"
fn vectors_in_words(info: &Info) -> String {
    let total: u64 = info.vectors.iter().map(|(_, papers)| papers).sum();
    let by_precision: Vec<String> = info
        .vectors
        .iter()
        .filter(|(_, papers)| *papers > 0)
        .map(|(precision, papers)| format!("{precision} {}", HumanCount(*papers)))
        .collect();
    let by_precision = if total > 0 { format!(" ({})", by_precision.join(", ")) } else { String::new() };
    let (total, sentences) = (HumanCount(total), HumanCount(info.sentence_vectors));
    let size = HumanBytes(info.sentence_vector_bytes);
    format!("{total}{by_precision}, {sentences} sentence vectors ({size})")
}
