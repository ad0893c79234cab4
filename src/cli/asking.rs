//! From arguments to a question, for all verbs that recommend; and how its answer is given.

use std::collections::HashSet;
use std::path::Path;

use anyhow::bail;
use serde_json::{Map, Value, json};

use super::Outcome;
use super::args::{AnswerArgs, NotArgs, RankingArgs, SeedArgs};
use super::output::{Output, papers_counted};
use super::reading::{known_of, papers_of, text_of};
use super::similar::{each_once, find_all};
use super::steering::Steering;
use crate::formats::write::{ExportFormat, Standing};
use crate::rank::Ranker;
use crate::rank::facets::Facet;
use crate::recommender::{Observer, Question, Recency, Recommendation, Recommender, Seed, TextQuery};
use crate::report::json::ResultsJson;

/// A question that is being put together.
pub(super) struct Asking {
    pub question: Question,
    /// For programs: the question as the answer repeats it.
    query: Map<String, Value>,
    /// For people: what papers should be like, and unlike.
    like: Vec<String>,
    unlike: Vec<String>,
    /// Whether papers are listed that are not close.
    anyway: bool,
}

impl Asking {
    /// A question by a text.
    pub(super) fn about(text: &str, as_typed: &str) -> Self {
        let question = Question { text: Some(text.to_owned()), ..Question::default() };
        let query = query("text", [("text", json!(as_typed))]);
        Self { question, query, like: vec![format!("“{as_typed}”")], unlike: Vec::new(), anyway: false }
    }

    /// A question by examples; there need not be any where a profile has some.
    pub(super) fn by(
        args: &SeedArgs,
        has_profile: bool,
        recommender: &Recommender,
        output: &mut Output,
    ) -> anyhow::Result<Self> {
        let SeedArgs { papers, like, text, text_file, not: _ } = args;
        if papers.is_empty() && like.is_empty() && text.is_none() && text_file.is_none() && !has_profile {
            bail!(
                "name a paper that the answer should be like, or give --like FILE, --text TEXT, --text-file FILE or \
                 --profile NAME"
            );
        }
        let library = recommender.library();
        let mut asking = Self {
            question: Question::default(),
            query: Map::new(),
            like: Vec::new(),
            unlike: Vec::new(),
            anyway: false,
        };
        let named = if args.papers.is_empty() { Vec::new() } else { find_all(library, &args.papers)? };
        let papers: Vec<Value> =
            named.iter().map(|listed| json!({ "id": listed.paper.id, "title": listed.paper.title })).collect();
        asking.like.extend(named.iter().map(|listed| format!("“{}” ({})", listed.paper.title, listed.paper.id)));
        let mut liked: Vec<Seed> = named.iter().map(|listed| Seed::Stored(listed.number)).collect();
        let mut files = Vec::new();
        for file in &args.like {
            let papers = papers_of(file, output)?;
            asking.like.push(format!("{} of {}", papers_counted(papers.len() as u64), file.display()));
            files.push(json!({ "file": file, "papers": papers.len() }));
            for paper in papers {
                liked.push(recommender.seed(paper)?);
            }
        }
        if let Some(file) = &args.text_file {
            asking.like.push(format!("the text in {}", file.display()));
            liked.push(Seed::Text(text_of(file)?));
        }
        if let Some(text) = &args.text {
            asking.like.push(format!("“{text}”"));
        }
        let kind = match (papers.is_empty() && args.like.is_empty(), &args.text_file, &args.text) {
            (true, Some(_), None) => "text_file",
            (true, None, Some(_)) => "text",
            _ => "papers",
        };
        asking.query = query(
            kind,
            [
                ("papers", papers.into()),
                ("like", files.into()),
                ("file", json!(args.text_file)),
                ("text", json!(args.text)),
            ],
        );
        asking.question.liked = liked;
        asking.question.text = args.text.clone();
        asking.unlike(&args.not, recommender)?;
        Ok(asking)
    }

    /// A question by what a file holds, all of it.
    pub(super) fn by_file(kind: &str, file: &Path, seeds: Vec<Seed>) -> Self {
        let question = Question { liked: seeds, ..Question::default() };
        let query = query(kind, [("file", json!(file))]);
        Self { question, query, like: Vec::new(), unlike: Vec::new(), anyway: false }
    }

    /// Says to programs something more of the question.
    pub(super) fn tell(&mut self, key: &str, value: impl Into<Value>) {
        self.query.insert(key.to_owned(), value.into());
    }

    /// The question as JSON repeats it.
    pub(super) fn query(&self) -> Value {
        Value::Object(self.query.clone())
    }

    /// What it should be unlike. A paper that is under both is not wanted.
    pub(super) fn unlike(&mut self, args: &NotArgs, recommender: &Recommender) -> anyhow::Result<()> {
        let found = each_once(args.not.iter().map(|name| recommender.library().find(name)))?;
        let papers: Vec<Value> =
            found.iter().map(|listed| json!({ "id": listed.paper.id, "title": listed.paper.title })).collect();
        self.query.insert("not".to_owned(), papers.into());
        self.unlike = found.iter().map(|listed| format!("“{}” ({})", listed.paper.title, listed.paper.id)).collect();
        self.question.disliked = found.iter().map(|listed| Seed::Stored(listed.number)).collect();
        let had_seeds = self.question.seeds() > 0;
        let mut seen = HashSet::new();
        let disliked = &self.question.disliked;
        // A file may name a paper again.
        self.question.liked.retain(|seed| match seed {
            Seed::Stored(number) => !disliked.contains(seed) && seen.insert(*number),
            Seed::Foreign(_) | Seed::Text(_) => true,
        });
        if had_seeds && self.question.seeds() == 0 {
            bail!("every paper that the answer should be like is also under --not");
        }
        Ok(())
    }

    /// The answer, by a profile too if one was named.
    pub(super) fn steered(
        &mut self,
        steering: &Steering,
        recommender: &Recommender,
        observer: Observer,
    ) -> crate::Result<Vec<Recommendation>> {
        if let Some(profile) = &steering.profile {
            self.query.insert("profile".to_owned(), profile.name.clone().into());
            self.like.push(format!("those of the profile {:?}", profile.name));
        }
        let (question, found) = steering.recommend(recommender, std::mem::take(&mut self.question), observer)?;
        if steering.profile.is_some() {
            self.query.insert("papers".to_owned(), stored(&question.liked, recommender)?.into());
        }
        self.question = question;
        Ok(found)
    }

    /// In what respect papers should be alike.
    pub(super) fn in_respect(&mut self, facet: Option<Facet>) {
        self.question.facet = facet;
        self.query.insert("facet".to_owned(), json!(facet.map(Facet::name)));
    }

    /// How to order.
    pub(super) fn ordered(&mut self, args: &RankingArgs) {
        let today = jiff::Zoned::now().date();
        self.question.ranker = Ranker::from_name(&args.ranker).unwrap_or_default();
        self.question.diversity = args.diversity;
        self.question.recency = args.recency.map(|half_life_years| Recency { half_life_years, today });
        self.query.insert("ranker".to_owned(), self.question.ranker.name().into());
        self.query.insert("diversity".to_owned(), json!(args.diversity));
        self.query.insert("half_life_years".to_owned(), json!(args.recency));
    }

    /// How many, and whether every paper is compared.
    pub(super) fn with_size(&mut self, top_k: usize, exact: bool) {
        self.question.top_k = top_k;
        self.question.exact = exact;
        self.query.insert("top_k".to_owned(), top_k.into());
        self.query.insert("exact".to_owned(), exact.into());
    }

    /// How to order, how many, which papers may come: all that can be said whatever is asked.
    pub(super) fn follow(
        &mut self,
        args: &AnswerArgs,
        words: &TextQuery,
        steering: &Steering,
        recommender: &Recommender,
        observer: Observer,
        output: &mut Output,
    ) -> anyhow::Result<()> {
        self.ordered(&args.ranking);
        self.with_size(args.options.top_k as usize, args.options.exact);
        self.question.explain = args.options.explain || output.json;
        self.anyway = args.options.anyway;
        let among = recommender.admitted_by(words, &args.filters.filter(), observer)?;
        for file in &args.exclude.exclude {
            self.question.excluded.extend(known_of(file, recommender.library(), output)?);
        }
        self.question.excluded.extend(steering.excluded(recommender)?);
        self.query.insert("admitted".to_owned(), json!(among.as_ref().map(HashSet::len)));
        self.query.insert("excluded".to_owned(), self.question.excluded.len().into());
        self.question.among = among.map(Into::into);
        Ok(())
    }

    /// Says that nothing is compared: the newest papers that meet the conditions are the answer.
    pub(super) fn by_conditions_alone(&mut self) {
        self.question.text = None;
        self.query.insert("kind".to_owned(), "filters".into());
    }

    /// The question in words.
    fn heading(&self, verb: &str) -> String {
        let unlike =
            if self.unlike.is_empty() { String::new() } else { format!(", unlike {}", self.unlike.join(" and ")) };
        let respect = self.question.facet.map(|facet| format!(" in their {}", facet.name())).unwrap_or_default();
        format!("{verb} {}{unlike}{respect}", self.like.join(" and "))
    }

    /// Prints recommendations, as a file of papers, as JSON or for people.
    pub(super) fn answer(
        self,
        found: &[Recommendation],
        format: Option<ExportFormat>,
        output: &mut Output,
    ) -> anyhow::Result<Outcome> {
        let verb = if self.question.seeds() == 0 { "The newest papers by the filters" } else { "Papers like" };
        let heading = self.heading(verb);
        if self.is_withheld(found, format, output) {
            output.note(
                "nothing close in this library: the nearest paper is no nearer than papers on other subjects are; --anyway \
                 lists what there is",
            );
            return Ok(Outcome::NothingFound);
        }
        self.answer_under(&heading, found, &[], format, output)?;
        Ok(self.outcome(found, output))
    }

    /// Whether what was found is kept from people, since none of it is close.
    pub(super) fn is_withheld(&self, found: &[Recommendation], format: Option<ExportFormat>, output: &Output) -> bool {
        self.nothing_close(found) && format.is_none() && !output.json && !self.anyway
    }

    /// What came of it; if nothing did, people are told why.
    pub(super) fn outcome(&self, found: &[Recommendation], output: &mut Output) -> Outcome {
        if !found.is_empty() {
            return Outcome::Done;
        }
        if !output.json {
            output.note(match &self.question.among {
                Some(among) if among.is_empty() => "no paper of the library passes the filters",
                Some(_) => "no other paper of the library passes the filters",
                None => "no other paper in the library",
            });
        }
        Outcome::NothingFound
    }

    /// Whether what was found is noise: no paper is close by the library's own measure.
    pub(super) fn nothing_close(&self, found: &[Recommendation]) -> bool {
        let is_compared = self.question.ranker != Ranker::Lexical && self.question.seeds() > 0;
        is_compared && !found.is_empty() && !found.iter().any(|found| found.is_close)
    }

    /// As [`answer`](Self::answer), with candidates that are not known behind the others.
    pub(super) fn answer_under(
        &self,
        heading: &str,
        found: &[Recommendation],
        unknown: &[String],
        format: Option<ExportFormat>,
        output: &mut Output,
    ) -> anyhow::Result<()> {
        if let Some(format) = format {
            return exported(found, format, output);
        }
        if output.json {
            let unknown = self.question.candidates.as_ref().map(|_| unknown);
            let nothing_close = self.nothing_close(found);
            let results = ResultsJson::new(&self.query, self.question.seeds(), found);
            return output.json(&ResultsJson { unknown, nothing_close, ..results });
        }
        if !found.is_empty() {
            for line in output.wrapped(heading, 0) {
                output.line(line)?;
            }
            output.line("")?;
            output.recommendations(found)?;
        }
        Ok(())
    }

    /// Says to programs how many candidates there were.
    pub(super) fn among_candidates(&mut self, count: usize) -> String {
        self.tell("candidates", count);
        self.heading(&format!("{} by likeness to", papers_counted(count as u64)))
    }
}

/// Prints what was found as a file of papers.
pub(super) fn exported(found: &[Recommendation], format: ExportFormat, output: &mut Output) -> anyhow::Result<()> {
    let mut writer = format.writer(output.writer());
    for Recommendation { rank, score, similarity, paper, .. } in found {
        writer.found(Standing { rank: *rank, score: *score, similarity: *similarity }, paper)?;
    }
    Ok(writer.finish()?)
}

/// Seeds of the library, as JSON.
fn stored(seeds: &[Seed], recommender: &Recommender) -> crate::Result<Vec<Value>> {
    let mut named = Vec::new();
    for seed in seeds {
        if let Seed::Stored(number) = seed
            && let Some(listed) = recommender.library().paper(*number)?
        {
            named.push(json!({ "id": listed.paper.id, "title": listed.paper.title }));
        }
    }
    Ok(named)
}

/// A question as the answer repeats it: every key is there.
fn query<const N: usize>(kind: &str, known: [(&str, Value); N]) -> Map<String, Value> {
    let mut query = Map::new();
    query.insert("kind".to_owned(), kind.into());
    let empty =
        [("papers", json!([])), ("like", json!([])), ("file", Value::Null), ("text", Value::Null), ("not", json!([]))];
    query.extend(empty.into_iter().chain(known).map(|(key, value)| (key.to_owned(), value)));
    query
}
