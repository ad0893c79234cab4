//! `relata missing`.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::json;

use super::Outcome;
use super::args::{Common, MissingArgs};
use super::asking::{Asking, exported};
use super::export::chosen;
use super::output::{Output, papers_counted, shortened, visible};
use super::progress::Progress;
use super::reading::{papers_of, text_of};
use super::steering::Steering;
use crate::draft::{Draft, Markup, Passage};
use crate::formats::{self, detected};
use crate::paper::Identifier;
use crate::recommender::{Citations, Cited, Recommendation, Recommender, Seed, TextQuery};
use crate::report::json::RecommendationJson;
use crate::report::missing::{CitedJson, MissingJson, Reason, ResultJson};

/// Names shown of what is not known, before "and 12 more".
const SHOWN: usize = 5;

/// Bytes that all files which a draft includes may have together, many times those of a thesis. Drafts are other people's
/// files too, and one that names a file without end must not take all memory.
const MOST_INCLUDED: u64 = 64 << 20;

pub(super) fn run(args: &MissingArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.answer.format, output)?;
    let recommender = common.open()?;
    let mut input = Input::read(args, &recommender, output)?;
    let cited = recommender.cited(&input.citations)?;
    let progress = Progress::new(common);
    let observer = |event: crate::recommender::Event| progress.observe(event);
    let kind = if input.is_draft() { "draft" } else { "papers" };
    let mut asking = Asking::by_file(kind, &args.file, input.seeds(&recommender)?);
    asking.tell("passages", input.passages.len());
    asking.question.excluded = cited.excluded.clone();
    let unsteered = Steering::by_profile(None, &recommender)?;
    asking.follow(&args.answer, &TextQuery::default(), &unsteered, &recommender, &observer, output)?;
    let found = match input.is_draft() {
        true => recommender.recommend_for_passages(&asking.question, &observer)?,
        false => recommender.recommend(&asking.question, &observer)?,
    };
    drop(progress);
    input.tell(&cited, output);
    if asking.is_withheld(&found, format, output) {
        output.note(
            "nothing close in this library that is not cited: the nearest paper is no nearer than papers on other subjects \
             are; --anyway lists what there is",
        );
        return Ok(Outcome::NothingFound);
    }
    let answer = Answer { input: &input, cited: &cited, asking: &asking, found: &found };
    match format {
        Some(format) => exported(&found, format, output)?,
        None if output.json => output.json(&answer.json(&recommender)?)?,
        None if found.is_empty() => {}
        None => answer.print(args, output)?,
    }
    Ok(asking.outcome(&found, output))
}

/// A list of papers or a manuscript.
#[derive(Default)]
struct Input {
    citations: Citations,
    /// None of a list of papers.
    passages: Vec<Passage>,
    /// Bibliographies that the draft names and that are not there, or hold nothing.
    bibliographies_missing: Vec<String>,
    /// Files that the draft includes and that are not there, or hold no text.
    inputs_missing: Vec<String>,
}

impl Input {
    fn read(args: &MissingArgs, recommender: &Recommender, output: &mut Output) -> anyhow::Result<Self> {
        let file = &args.file;
        let named = args.markup.as_deref().and_then(Markup::from_name).or_else(|| Markup::from_extension(file));
        let is_text = || file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        if let Some(markup) = named {
            return Self::of_draft(&text_of(file)?, markup, args, output);
        }
        if is_text() && detected(&std::fs::read(file).unwrap_or_default(), file).is_none() {
            let text = text_of(file)?;
            return match identifiers_of(&text) {
                Some(identifiers) => Self::of_identifiers(identifiers, file, recommender),
                None => Self::of_draft(&text, Markup::Plain, args, output),
            };
        }
        if !args.bib.is_empty() {
            bail!("{} is a list of papers; --bib is for drafts (.tex, .md, .txt)", file.display());
        }
        let papers = match papers_of(file, output) {
            Err(error) if !file.is_dir() && !formats::has_ending(file) => bail!(
                "{error:#}. A draft ends in .tex, .md or .txt; of any other, --markup says how it is written (`pandoc FILE -t \
                 markdown | relata missing - --markup md`)"
            ),
            papers => papers?,
        };
        Ok(Self { citations: Citations { papers, ..Citations::default() }, ..Self::default() })
    }

    /// Papers that are named and nothing else.
    fn of_identifiers(names: Vec<Identifier>, file: &Path, recommender: &Recommender) -> anyhow::Result<Self> {
        let mut citations = Citations::default();
        for identifier in names {
            let number = recommender.library().number(&identifier.to_string())?;
            match number.map(|number| recommender.library().paper(number)).transpose()?.flatten() {
                Some(listed) => citations.papers.push(listed.paper),
                None => citations.identifiers.push(identifier),
            }
        }
        if citations.papers.is_empty() {
            bail!("{}: none of the papers that it names is in the library", file.display());
        }
        Ok(Self { citations, ..Self::default() })
    }

    fn of_draft(text: &str, markup: Markup, args: &MissingArgs, output: &mut Output) -> anyhow::Result<Self> {
        let folder = args.file.parent().unwrap_or(Path::new(""));
        let mut left = MOST_INCLUDED;
        let draft = Draft::read(text, markup, &mut |name| included(folder, name, &mut left));
        if draft.passages.is_empty() {
            bail!("{}: there is no text in it to look for papers by", args.file.display());
        }
        let mut entries = Vec::new();
        for file in &args.bib {
            entries.extend(papers_of(file, output)?);
        }
        let mut bibliographies_missing = Vec::new();
        for name in &draft.bibliographies {
            let path = folder.join(name);
            if !path.is_file() {
                bibliographies_missing
                    .push(format!("{}: the bibliography that the draft names is not there", path.display()));
                continue;
            }
            // One without an entry is no reason not to answer.
            match papers_of(&path, output) {
                Ok(papers) => entries.extend(papers),
                Err(error) => bibliographies_missing.push(format!("{error:#}")),
            }
        }
        let mut printed = Vec::new();
        if markup == Markup::Latex
            && let Some(name) = args.file.with_extension("bbl").file_name().and_then(|name| name.to_str())
            && let Some(text) = included(folder, name, &mut left)
        {
            // What arXiv hands out has the references as they were printed, and often no bibliography.
            printed = Draft::read(&text, Markup::Latex, &mut |_| None).references;
        }
        Ok(Self {
            citations: Citations::of(&draft, &entries, &printed),
            passages: draft.passages,
            bibliographies_missing,
            inputs_missing: draft.inputs_missing,
        })
    }

    /// What is looked for by: passages, or papers. A list may have a paper twice; from here on it does not.
    fn seeds(&mut self, recommender: &Recommender) -> crate::Result<Vec<Seed>> {
        if self.is_draft() {
            return Ok(self.passages.iter().map(|passage| Seed::Text(passage.text.clone())).collect());
        }
        let (mut seeds, mut kept, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for paper in std::mem::take(&mut self.citations.papers) {
            let seed = recommender.seed(paper.clone())?;
            if !matches!(seed, Seed::Stored(number) if !seen.insert(number)) {
                seeds.push(seed);
                kept.push(paper);
            }
        }
        self.citations.papers = kept;
        Ok(seeds)
    }

    fn is_draft(&self) -> bool {
        !self.passages.is_empty()
    }

    /// Says what was not found of what is cited.
    fn tell(&self, cited: &Cited, output: &mut Output) {
        let is_nothing_told = self.is_draft() && cited.is_nothing();
        if !self.inputs_missing.is_empty() {
            let names = listed(&self.inputs_missing);
            output.note(visible(&format!("included by the draft, but not there or no text: {names}")));
        }
        // Where every key is known from elsewhere, nothing is missing.
        if !cited.unresolved.is_empty() || is_nothing_told {
            self.bibliographies_missing.iter().for_each(|missing| output.note(visible(missing)));
        }
        if !cited.unresolved.is_empty() {
            let names = listed(&cited.unresolved);
            output.note(visible(&format!(
                "cited, but in no bibliography, or its entry was skipped (name one with --bib FILE): {names}"
            )));
        }
        if !cited.not_in_library.is_empty() {
            let (count, names) = (cited.not_in_library.len(), listed(&cited.not_in_library));
            output.note(visible(&format!("cited, but not in the library, {count}: {names}")));
        }
        if is_nothing_told {
            output.note("the draft cites nothing that could be told; papers that it cites may be among what follows");
        }
    }
}

/// The identifiers of a text that has one on each line and nothing else.
fn identifiers_of(text: &str) -> Option<Vec<Identifier>> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    let identifiers: Vec<Identifier> = lines.map(Identifier::parse).collect::<Option<_>>()?;
    (!identifiers.is_empty()).then_some(identifiers)
}

/// The text of a file that a draft includes, which may leave out its ending. `left` is how much may still be read.
fn included(folder: &Path, name: &str, left: &mut u64) -> Option<String> {
    let paths = [folder.join(name), folder.join(format!("{name}.tex"))];
    // A device or a pipe need not come to an end.
    let path = paths.iter().find(|path| path.is_file())?;
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(*left + 1).read_to_end(&mut bytes).ok()?;
    *left = left.checked_sub(bytes.len() as u64)?;
    formats::decoded(bytes)
}

/// The first names, and how many more there are.
fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let names: Vec<String> = names.iter().take(SHOWN).map(|name| shortened(name)).collect();
    format!("{}{}", names.join("; "), if more > 0 { format!("; and {more} more") } else { String::new() })
}

/// What there is to answer.
struct Answer<'a> {
    input: &'a Input,
    cited: &'a Cited,
    asking: &'a Asking,
    found: &'a [Recommendation],
}

impl Answer<'_> {
    fn print(&self, args: &MissingArgs, output: &mut Output) -> anyhow::Result<()> {
        for line in output.wrapped(&self.heading(&args.file), 0) {
            output.line(line)?;
        }
        output.line("")?;
        let reasons: Vec<String> = self.found.iter().map(|found| self.in_words(found)).collect();
        output.recommendations_because(self.found, &reasons, args.answer.options.explain)
    }

    fn heading(&self, file: &Path) -> String {
        let cited = self.cited.in_library.len();
        let of_them = match self.input.is_draft() {
            true => format!("which cites {} of it", papers_counted(cited as u64)),
            false => {
                let papers = self.input.citations.papers.len();
                format!("a list of {}, {cited} of them in it", papers_counted(papers as u64))
            }
        };
        format!("Papers of the library close to {}, {of_them}", file.display())
    }

    fn reason(&self, found: &Recommendation) -> Reason {
        match self.input.passages.get(found.seed) {
            Some(Passage { text, heading }) => {
                let sentence = found.because.as_ref().and_then(|because| because.sentences.first());
                let text = sentence.map_or_else(|| text.clone(), |sentence| sentence.seed.clone());
                Reason::Sentence { text, heading: heading.clone() }
            }
            None => {
                let paper = self.input.citations.papers.get(found.seed);
                let (id, title) =
                    paper.map_or_else(Default::default, |paper| (paper.id.to_string(), paper.title.clone()));
                Reason::Entry { id, title }
            }
        }
    }

    fn in_words(&self, found: &Recommendation) -> String {
        match self.reason(found) {
            Reason::Entry { id, title } => format!("near: {title} ({id})"),
            Reason::Sentence { text, heading: None } => format!("near: “{text}”"),
            Reason::Sentence { text, heading: Some(heading) } => format!("near: “{text}” ({heading})"),
        }
    }

    fn json(&self, recommender: &Recommender) -> anyhow::Result<MissingJson<'_>> {
        let Self { cited, asking, found, .. } = *self;
        let mut in_library = Vec::new();
        for &number in &cited.in_library {
            let listed = recommender.library().paper(number)?.context("a cited paper is gone")?;
            in_library.push(json!({ "id": listed.paper.id, "title": listed.paper.title }));
        }
        let cited = CitedJson {
            in_library,
            not_in_library: cited.not_in_library.clone(),
            unresolved: cited.unresolved.clone(),
        };
        let results = found.iter().map(|found| ResultJson {
            recommendation: RecommendationJson::new(found, asking.question.seeds()),
            reason: self.reason(found),
        });
        Ok(MissingJson::new(asking.query(), cited, results.collect(), asking.nothing_close(found)))
    }
}
