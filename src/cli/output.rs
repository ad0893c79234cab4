//! Prints lists of papers, messages and JSON. Defines the outcomes of a command.

use std::io::{BufWriter, Stdout, Write};

use console::{Style, Term};
use serde::Serialize;

use super::global::Common;
use crate::engine::json::Versioned;
use crate::engine::{About, Explanation, Named, Paper, Parts, Recommendation, SentenceMatch};
use crate::formats::write::visible::{Visible, visible};

/// How a command without an error ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1.
    NothingFound,
}

impl Outcome {
    /// [`Done`](Self::Done) if something was found.
    pub(super) fn found(found: bool) -> Self {
        if found { Self::Done } else { Self::NothingFound }
    }
}

/// Line width in columns if stdout is not a terminal and `COLUMNS` is not set.
const DEFAULT_WIDTH: usize = 100;

/// Maximum number of authors before "et al.".
const SHOWN_AUTHORS: usize = 3;

/// Maximum length in characters of a matching sentence; a longer one is cut.
const SHOWN_OF_SENTENCE: usize = 110;

/// Prints data to stdout and messages to stderr. Nothing else in the program prints.
///
/// Text from outside cannot control a terminal, because both are written through [`Visible`], also if they are not
/// terminals: `relata list | less -R` ends on one.
pub(super) struct Output {
    stdout: Visible<BufWriter<Stdout>>,
    width: usize,
    quiet: bool,
    pub json: bool,
}

impl Output {
    pub(super) fn new(common: &Common) -> Self {
        let stdout = Term::stdout();
        let columns = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = if stdout.is_term() { Some(usize::from(stdout.size().1)) } else { columns() };
        Self {
            stdout: Visible::text(BufWriter::new(std::io::stdout())),
            // In fewer than 40 columns, wrapping cuts titles into pieces; in more than 120, lines are hard to read.
            width: width.unwrap_or(DEFAULT_WIDTH).clamp(40, 120),
            quiet: common.quiet,
            json: common.json,
        }
    }

    pub(super) fn line(&mut self, text: impl AsRef<str>) -> anyhow::Result<()> {
        Ok(writeln!(self.stdout, "{}", text.as_ref())?)
    }

    /// Prints a line with `text` in a style, after `before`.
    pub(super) fn styled(&mut self, before: &str, style: &Style, text: &str) -> anyhow::Result<()> {
        write!(self.stdout, "{before}")?;
        // Only the codes of the style may control the terminal.
        Ok(writeln!(self.stdout.target(), "{}", style.apply_to(visible(text)))?)
    }

    /// Returns stdout, for output that is written as bytes, such as reports and completions.
    pub(super) fn writer(&mut self) -> &mut dyn Write {
        &mut self.stdout
    }

    /// Prints an answer as JSON, with `schema_version` as its first key.
    pub(super) fn json(&mut self, answer: &impl Serialize) -> anyhow::Result<()> {
        self.complete_json(&Versioned::from(answer))
    }

    /// Prints an answer as JSON that already has a `schema_version`.
    pub(super) fn complete_json(&mut self, answer: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer_pretty(Visible::json(self.stdout.target()), answer).map_err(std::io::Error::from)?;
        self.line("")
    }

    /// Prints an answer as one line of JSON, and flushes stdout.
    pub(super) fn json_line(&mut self, answer: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer(Visible::json(self.stdout.target()), &Versioned::from(answer))
            .map_err(std::io::Error::from)?;
        self.line("")?;
        self.flush()
    }

    /// Prints a message unless `--quiet`. A closed stderr is not an error.
    pub(super) fn note(&mut self, text: impl AsRef<str>) {
        if !self.quiet {
            self.warning(text);
        }
    }

    /// Prints a problem that did not stop the command, even with `--quiet`.
    pub(super) fn warning(&mut self, text: impl AsRef<str>) {
        let _ = self.flush();
        message(text.as_ref());
    }

    pub(super) fn error(&mut self, error: &anyhow::Error) {
        let _ = self.flush();
        let label = Style::new().for_stderr().red().bold().apply_to("error:");
        let causes: String = error.chain().skip(1).map(|cause| format!(": {cause}")).collect();
        let _ = write!(std::io::stderr(), "{label} ");
        message(&format!("{error}{causes}"));
    }

    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.stdout.flush()?)
    }

    /// Prints a heading above a list, wrapped, and a blank line.
    pub(super) fn heading(&mut self, text: &str) -> anyhow::Result<()> {
        self.wrapped(text, 0).into_iter().try_for_each(|line| self.line(line))?;
        self.line("")
    }

    /// Prints a line for each paper: its id and title.
    pub(super) fn titles<'a>(&mut self, papers: impl IntoIterator<Item = &'a Paper>) -> anyhow::Result<()> {
        papers.into_iter().try_for_each(|paper| self.line(format!("{}  {}", paper.id, paper.title)))
    }

    /// Prints a numbered list: rank, score, year, title; then authors, venue, identifier.
    pub(super) fn recommendations(&mut self, recommendations: &[Recommendation]) -> anyhow::Result<()> {
        self.recommendations_because(recommendations, &[], true)
    }

    /// Prints a numbered list as [`recommendations`](Self::recommendations) does. After each paper, prints its reason
    /// in `because`, if there is one, and its explanation if `explain` is true.
    pub(super) fn recommendations_because(
        &mut self,
        recommendations: &[Recommendation],
        because: &[String],
        explain: bool,
    ) -> anyhow::Result<()> {
        let digits = recommendations.len().to_string().len().max(2);
        for (place, recommendation) in recommendations.iter().enumerate() {
            let Recommendation { rank, score, parts, paper, .. } = recommendation;
            // Papers that are listed by date or by name have no score.
            let score = if *parts == Parts::default() { " ".repeat(5) } else { format!("{score:.3}") };
            let head = format!("{rank:>digits$}  {score}  {}  ", year(paper.year));
            let indent = " ".repeat(head.len());
            let title = self.wrapped(&paper.title, head.len());
            let mut lines = title.iter();
            let first = lines.next().map_or("", String::as_str);
            let bold = Style::new().bold();
            self.styled(&head, &bold, first)?;
            for line in lines {
                self.styled(&indent, &bold, line)?;
            }
            for line in self.wrapped(&byline(paper), head.len()) {
                self.styled(&indent, &Style::new().dim(), &line)?;
            }
            let others = if explain { reasons(recommendation) } else { Vec::new() };
            let seed = || seed_of(recommendation).filter(|_| explain);
            for reason in because.get(place).cloned().or_else(seed).into_iter().chain(others) {
                for (at, line) in self.wrapped(&reason, head.len() + 2).into_iter().enumerate() {
                    self.line(format!("{indent}{}{line}", if at == 0 { "" } else { "  " }))?;
                }
            }
        }
        Ok(())
    }

    /// Prints all fields of a paper, its most informative `terms`, and the `source` from which it was added.
    pub(super) fn paper(&mut self, paper: &Paper, terms: &[String], source: &str) -> anyhow::Result<()> {
        let bold = Style::new().bold();
        for line in self.wrapped(&paper.title, 0) {
            self.styled("", &bold, &line)?;
        }
        let authors = paper.short_authors(usize::MAX);
        let date = paper.date.map(|date| date.to_string()).or(paper.year.map(|year| year.to_string()));
        let identifiers: Vec<String> = paper.ids.iter().map(|identifier| identifier.to_string()).collect();
        for (name, value) in [
            ("id", paper.id.to_string()),
            ("authors", authors),
            ("published", date.unwrap_or_default()),
            ("venue", paper.venue.clone().unwrap_or_default()),
            ("categories", paper.categories.join(", ")),
            ("keywords", paper.keywords.join(", ")),
            ("terms", terms.join(", ")),
            ("affiliation", paper.organizations.join(", ")),
            ("identifiers", identifiers.join(", ")),
            ("link", paper.link().unwrap_or_default()),
            ("code", if paper.has_code { "available".to_owned() } else { String::new() }),
            ("added from", visible(source).into_owned()),
        ] {
            for (number, line) in self.wrapped(&value, 12).into_iter().enumerate() {
                self.line(format!("{:12}{line}", if number == 0 { name } else { "" }))?;
            }
        }
        self.line("")?;
        match &paper.abstract_text {
            None => self.line("No abstract: relata compares this paper by its title alone."),
            Some(text) => self.wrapped(text, 0).into_iter().try_for_each(|line| self.line(line)),
        }
    }

    /// Wraps a text into lines that are at most the line width minus `indent` long. Returns no lines for an empty text.
    pub(super) fn wrapped(&self, text: &str, indent: usize) -> Vec<String> {
        if text.is_empty() {
            return Vec::new();
        }
        // Does not break ids and words such as "on-the-fly", so that they can be copied from the screen unchanged.
        let options = textwrap::Options::new(self.width - indent.min(self.width / 2))
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace);
        textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
    }
}

/// "1 paper", "2 papers".
pub(super) fn papers_counted(count: impl std::fmt::Display + PartialEq + From<u8>) -> String {
    format!("{count} paper{}", if count == 1u8.into() { "" } else { "s" })
}

/// Returns the year in four columns, or four spaces if it is unknown.
pub(super) fn year(year: Option<i16>) -> String {
    year.map_or_else(|| "    ".to_owned(), |year| format!("{year:4}"))
}

/// Returns a line with the seed that an explanation is about, if there are several seeds.
fn seed_of(recommendation: &Recommendation) -> Option<String> {
    Some(match recommendation.because.as_ref()?.about.as_ref()? {
        About::Paper(Named { id, title }) => format!("like “{title}” ({id})"),
        About::Text { text } => format!("like “{}”", shortened(text)),
    })
}

/// Returns the lines of an explanation: matching sentences, shared terms, the parts of the score. Returns none if the
/// request did not ask for an explanation.
fn reasons(recommendation: &Recommendation) -> Vec<String> {
    let Some(Explanation { about: _, sentences, terms }) = &recommendation.because else { return Vec::new() };
    let sentence = |SentenceMatch { seed, paper, similarity }: &SentenceMatch| {
        let [seed, paper] = [seed, paper].map(|text| shortened(text));
        format!("{similarity:.2} “{seed}” ~ “{paper}”")
    };
    let mut reasons: Vec<String> = sentences.iter().map(sentence).collect();
    if !terms.is_empty() {
        let terms: Vec<&str> = terms.iter().map(|term| term.text.as_str()).collect();
        reasons.push(format!("terms: {}", terms.join(", ")));
    }
    // Without `..`, so that a new part does not compile until it is printed here.
    let Parts { document, sentences, terms, disliked, age } = recommendation.parts;
    let parts = [
        ("text", document),
        ("sentences", sentences),
        ("terms", terms),
        ("similarity to disliked papers", disliked),
        ("age", age),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(_, share)| *share != 0.0).map(|(name, share)| format!("{name} {share:+.3}")).collect();
    let nearer = recommendation.percentile.map(|share| format!("; closer than {:.1} % of pairs", share * 100.0));
    reasons.push(format!("score: {}{}", parts.join(", "), nearer.unwrap_or_default()));
    reasons
}

/// Returns a sentence, cut after [`SHOWN_OF_SENTENCE`] characters.
pub(super) fn shortened(sentence: &str) -> String {
    match sentence.char_indices().nth(SHOWN_OF_SENTENCE) {
        None => sentence.to_owned(),
        Some((end, _)) => format!("{}…", sentence[..end].trim_end()),
    }
}

/// Returns a line with authors, venue, id and first identifier of a paper, and "title only" if it has no abstract.
pub(super) fn byline(paper: &Paper) -> String {
    let authors = paper.short_authors(SHOWN_AUTHORS);
    let public = paper.ids.iter().next().map(|identifier| identifier.to_string());
    let public = public.filter(|public| public != paper.id.as_str()).unwrap_or_default();
    let title_only = if paper.abstract_text.is_none() { "title only" } else { "" };
    let parts = [authors.as_str(), paper.venue.as_deref().unwrap_or_default(), paper.id.as_str(), &public, title_only];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Prints a message to stderr. A closed stderr is not an error. Lines after the first are indented, so that no name of a
/// file with a line end in it looks like another message.
pub(super) fn message(text: &str) {
    let mut lines = text.trim_end_matches('\n').split('\n');
    let mut shown = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        shown.push_str(if line.starts_with(' ') || line.is_empty() { "\n" } else { "\n  " });
        shown.push_str(line);
    }
    let _ = writeln!(Visible::text(std::io::stderr()), "{shown}");
}
