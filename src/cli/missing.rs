//! `relata missing`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::Outcome;
use super::args::{Common, MissingArgs};
use super::asking::{nothing_close, set_order};
use super::export::chosen;
use super::output::{Output, papers_counted, visible};
use super::progress::Progress;
use super::reading::{known_of, papers_of, text_of};
use crate::draft::{Draft, Markup, Passage};
use crate::formats::detected;
use crate::formats::write::{ExportFormat, Standing};
use crate::paper::Paper;
use crate::recommender::{Citations, Cited, Question, Recommendation, Recommender, Seed, TextQuery};
use crate::report::json::RecommendationJson;
use crate::report::missing::{CitedJson, MissingJson, Reason, ResultJson};

/// Names shown of what is not known, before "and 12 more".
const SHOWN: usize = 5;

pub(super) fn run(args: &MissingArgs, common: &Common, output: &mut Output) -> anyhow::Result<Outcome> {
    let format = chosen(&args.format, output)?;
    let recommender = common.open()?;
    let mut input = Input::read(args, output)?;
    let cited = recommender.cited(&input.citations)?;
    let mut question = Question { liked: input.seeds(&recommender)?, ..Question::default() };
    set_order(&mut question, &args.ranking);
    question.top_k = args.options.top_k as usize;
    question.exact = args.options.exact;
    question.explain = args.options.explain || output.json;
    question.excluded = cited.excluded.clone();
    for file in &args.exclude.exclude {
        question.excluded.extend(known_of(file, recommender.library(), output)?);
    }
    let progress = Progress::new(common);
    let observer = |event: crate::recommender::Event| progress.observe(event);
    let among = recommender.admitted_by(&TextQuery::default(), &args.filters.filter(), &observer)?;
    question.among = among.map(Into::into);
    let found = match input.passages.is_empty() {
        true => recommender.recommend(&question, &observer)?,
        false => recommender.recommend_for_passages(&question, &observer)?,
    };
    drop(progress);
    tell_citations(&input, &cited, output);
    let answer = Answer { input: &input, cited: &cited, question: &question, found: &found, recommender: &recommender };
    answer.give(args, format, output)
}

/// A list of papers or a manuscript.
struct Input {
    citations: Citations,
    /// None of a list of papers.
    passages: Vec<Passage>,
    /// Keys that no bibliography has.
    unresolved: Vec<String>,
}

impl Input {
    fn read(args: &MissingArgs, output: &mut Output) -> anyhow::Result<Self> {
        let file = &args.file;
        let is_text = || file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        let markup = match Markup::from_extension(file) {
            None if is_text() && detected(&std::fs::read(file).unwrap_or_default(), file).is_none() => {
                Some(Markup::Plain)
            }
            markup => markup,
        };
        let Some(markup) = markup else {
            if !args.bib.is_empty() {
                bail!("{} is a list of papers; --bib is for drafts (.tex, .md, .txt)", file.display());
            }
            let papers = papers_of(file, output)?;
            let citations = Citations { papers, ..Citations::default() };
            return Ok(Self { citations, passages: Vec::new(), unresolved: Vec::new() });
        };
        let text = text_of(file)?;
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        let draft = Draft::read(&text, markup, &mut |name| included(&folder, name));
        if draft.passages.is_empty() {
            bail!("{}: there is no text in it to look for papers by", file.display());
        }
        Self::of_draft(draft, args, &folder, output)
    }

    fn of_draft(draft: Draft, args: &MissingArgs, folder: &Path, output: &mut Output) -> anyhow::Result<Self> {
        let mut papers = Vec::new();
        for file in &args.bib {
            papers.extend(papers_of(file, output)?);
        }
        for name in &draft.bibliographies {
            let path = folder.join(name);
            if !path.is_file() {
                output.note(format!("{}: the bibliography that the draft names is not there", path.display()));
                continue;
            }
            // One without an entry is no reason not to answer.
            match papers_of(&path, output) {
                Ok(entries) => papers.extend(entries),
                Err(error) => output.note(format!("{error:#}")),
            }
        }
        let mut references = draft.references.clone();
        if draft.bibliographies.iter().any(|name| !folder.join(name).is_file()) {
            // What arXiv hands out has the references as they were printed, and no bibliography.
            let printed = args.file.with_extension("bbl");
            let printed = std::fs::read_to_string(printed).unwrap_or_default();
            references.extend(Draft::read(&printed, Markup::Latex, &mut |_| None).references);
        }
        let everything = draft.keys.iter().any(|key| key == "*");
        let mut taken = HashSet::new();
        let mut citations = Citations {
            identifiers: draft.identifiers.clone(),
            own_title: draft.title.clone(),
            references: references.iter().filter(|one| one.key.is_none()).map(|one| one.text.clone()).collect(),
            papers: Vec::new(),
        };
        let mut unresolved = Vec::new();
        for key in draft.keys.iter().filter(|key| *key != "*") {
            let is_key = |paper: &&Paper| paper.id.as_str() == key;
            let entry = papers.iter().find(is_key);
            match (entry, references.iter().find(|reference| reference.key.as_deref() == Some(key))) {
                (Some(paper), _) if !taken.insert(paper.id.clone()) => {}
                (Some(paper), _) => citations.papers.push(paper.clone()),
                (None, Some(reference)) => citations.references.push(reference.text.clone()),
                (None, None) => unresolved.push(key.clone()),
            }
        }
        if everything {
            citations.papers.extend(papers.into_iter().filter(|paper| !taken.contains(&paper.id)));
        }
        Ok(Self { citations, passages: draft.passages, unresolved })
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
}

/// The text of a file that a draft includes, which may leave out its ending.
fn included(folder: &Path, name: &str) -> Option<String> {
    let path: PathBuf = folder.join(name);
    [path.clone(), folder.join(format!("{name}.tex"))].iter().find_map(|path| std::fs::read_to_string(path).ok())
}

/// Says what was not found of what is cited.
fn tell_citations(input: &Input, cited: &Cited, output: &mut Output) {
    let listed = |names: &[String]| {
        let more = names.len().saturating_sub(SHOWN);
        let names: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
        format!("{}{}", names.join("; "), if more > 0 { format!("; and {more} more") } else { String::new() })
    };
    if !input.unresolved.is_empty() {
        let names = listed(&input.unresolved);
        output.note(visible(&format!("cited, but in no bibliography (name one with --bib FILE): {names}")));
    }
    if !cited.not_in_library.is_empty() {
        let (count, names) = (cited.not_in_library.len(), listed(&cited.not_in_library));
        output.note(visible(&format!("cited, but not in the library, {count}: {names}")));
    }
    let is_told = !(cited.in_library.is_empty() && cited.not_in_library.is_empty() && input.unresolved.is_empty());
    if input.is_draft() && !is_told {
        output.note("the draft cites nothing that could be told; papers that it cites may be among what follows");
    }
}

/// What there is to answer.
struct Answer<'a> {
    input: &'a Input,
    cited: &'a Cited,
    question: &'a Question,
    found: &'a [Recommendation],
    recommender: &'a Recommender,
}

impl Answer<'_> {
    fn give(&self, args: &MissingArgs, format: Option<ExportFormat>, output: &mut Output) -> anyhow::Result<Outcome> {
        let Self { question, found, .. } = *self;
        let nothing_close = nothing_close(question, found);
        let outcome = if found.is_empty() { Outcome::NothingFound } else { Outcome::Done };
        if let Some(format) = format {
            let mut writer = format.writer(output.writer());
            for Recommendation { rank, score, similarity, paper, .. } in found {
                writer.found(Standing { rank: *rank, score: *score, similarity: *similarity }, paper)?;
            }
            writer.finish()?;
            return Ok(outcome);
        }
        if output.json {
            output.json(&self.json(args, nothing_close)?)?;
            return Ok(outcome);
        }
        if found.is_empty() {
            output.note("no other paper of the library passes the filters");
            return Ok(outcome);
        }
        if nothing_close && !args.options.anyway {
            output.note(
                "nothing close in this library that is not cited: the nearest paper is no nearer than papers on other \
                 subjects are; --anyway lists what there is",
            );
            return Ok(Outcome::NothingFound);
        }
        for line in output.wrapped(&self.heading(&args.file), 0) {
            output.line(line)?;
        }
        output.line("")?;
        let reasons: Vec<String> = found.iter().map(|found| self.in_words(found)).collect();
        output.recommendations_because(found, &reasons, args.options.explain)?;
        Ok(outcome)
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

    fn json(&self, args: &MissingArgs, nothing_close: bool) -> anyhow::Result<MissingJson<'_>> {
        let Self { input, cited, question, found, recommender } = *self;
        let mut in_library = Vec::new();
        for &number in &cited.in_library {
            let listed = recommender.library().paper(number)?.context("a cited paper is gone")?;
            in_library.push(json!({ "id": listed.paper.id, "title": listed.paper.title }));
        }
        let cited = CitedJson {
            in_library,
            not_in_library: cited.not_in_library.clone(),
            unresolved: input.unresolved.clone(),
        };
        let query: Value = json!({
            "kind": if input.is_draft() { "draft" } else { "papers" },
            "file": args.file,
            "passages": input.passages.len(),
            "ranker": question.ranker.name(),
            "diversity": question.diversity,
            "half_life_years": args.ranking.recency,
            "top_k": question.top_k,
            "exact": question.exact,
            "admitted": question.among.as_ref().map(|among| among.len()),
            "excluded": question.excluded.len(),
        });
        let results = found.iter().map(|found| ResultJson {
            recommendation: RecommendationJson::new(found, question.seeds()),
            reason: self.reason(found),
        });
        Ok(MissingJson::new(query, cited, results.collect(), nothing_close))
    }
}
