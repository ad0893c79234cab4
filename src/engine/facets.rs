//! Facets of papers: the classifier of sentences, the weights of sentences by facet, and training from labelled
//! abstracts.
//!
//! A labelled abstract is a line of JSON; other keys are ignored:
//!
//! ```json
//! {"sentences": ["Bees dance.", "We film them."], "labels": ["background", "method"]}
//! ```

use std::collections::HashMap;
use std::fs::File;
use std::io::BufRead;
use std::path::Path;

use serde::Deserialize;

use super::paper_list::{each_json_line, open};
use super::snapshot::{SeedText, Snapshot};
use crate::embed::Embedder;
use crate::formats;
use crate::lexical::{Language, Term, Tokenizer};
use crate::rank::facet_weight;
use crate::rank::facets::{Abstract, Facet, FacetModel};
use crate::rank::sentences::WeightedSentence;
use crate::search::{Content, FacetContent};
use crate::vector::{Embedded, ModelIdentity, SentenceVector};
use crate::{Error, Result};

/// The built-in classifier, for vectors of the default model.
const BUILT_IN: &str = include_str!("../../models/facets.json");

/// The sentences of an abstract, each with its facet, if it has one.
type LabelledAbstract = Vec<(String, Option<Facet>)>;

/// A line of a file of labelled abstracts.
#[derive(Deserialize)]
struct Line {
    sentences: Vec<String>,
    labels: Vec<String>,
}

/// The facet of a label. Objectives count as background, as is usual with three facets.
fn facet_of(label: &str) -> std::result::Result<Option<Facet>, String> {
    match label {
        "objective" => Ok(Some(Facet::Background)),
        "other" => Ok(None),
        name => name
            .parse()
            .map(Some)
            .map_err(|_| format!("{label:?} is not a label; use background, objective, method, result or other")),
    }
}

/// Reads labelled abstracts, one in each line.
fn read_labelled(reader: impl BufRead, path: &Path) -> Result<Vec<LabelledAbstract>> {
    let mut abstracts = Vec::new();
    let form = "a labelled abstract is {\"sentences\": [\u{2026}], \"labels\": [\u{2026}]}";
    each_json_line(reader, path, form, |Line { sentences, labels }| {
        if sentences.len() != labels.len() {
            return Err(format!("it has {} sentences and {} labels", sentences.len(), labels.len()));
        }
        let labels: Vec<_> = labels.iter().map(|label| facet_of(label)).collect::<std::result::Result<_, _>>()?;
        abstracts.push(sentences.into_iter().zip(labels).collect());
        Ok(())
    })?;
    match abstracts.is_empty() {
        true => Err(Error::Input { path: path.to_owned(), reason: "it has no labelled abstract".to_owned() }),
        false => Ok(abstracts),
    }
}

/// Embeds labelled abstracts, each as one text, so that a sentence has the same vector as in a library. Sentences
/// beyond the model's `max_tokens` are left out.
fn embed_labelled(embedder: &Embedder, abstracts: &[LabelledAbstract]) -> Result<Vec<Abstract>> {
    let (mut texts, mut facets) = (Vec::new(), Vec::new());
    for sentences in abstracts {
        let (mut text, mut ranges, mut own) = (String::new(), Vec::new(), Vec::new());
        for (sentence, facet) in sentences.iter().filter(|(sentence, _)| !sentence.trim().is_empty()) {
            if !text.is_empty() {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(sentence);
            ranges.push(start..text.len());
            own.push((start as u32, *facet));
        }
        if !text.is_empty() {
            texts.push((text, ranges));
            facets.push(own);
        }
    }
    let with_facets = |(embedded, facets): (Embedded, Vec<(u32, Option<Facet>)>)| {
        // Sentences are matched by their start, since the model returns no vector for a sentence without known
        // characters.
        let facet = |start: u32| facets.iter().find(|(other, _)| *other == start).and_then(|(_, facet)| *facet);
        let labelled = |SentenceVector { range, vector }: SentenceVector| (vector, facet(range.start));
        Abstract { sentences: embedded.sentences.into_iter().map(labelled).collect() }
    };
    Ok(embedder.embed_split(&texts)?.into_iter().zip(facets).map(with_facets).collect())
}

/// Labelled abstracts for training and, if given, others for evaluation.
pub struct FacetTraining {
    train: Vec<LabelledAbstract>,
    dev: Option<Vec<LabelledAbstract>>,
}

impl FacetTraining {
    /// Reads files of labelled abstracts; `-` is standard input.
    ///
    /// # Errors
    /// [`Error::Input`] on the first invalid line, or if a file has no labelled abstract; [`Error::Io`].
    pub fn read(train: &Path, dev: Option<&Path>) -> Result<Self> {
        let read = |path: &Path| read_labelled(open(path)?, path);
        Ok(Self { train: read(train)?, dev: dev.map(read).transpose()? })
    }

    /// Trains a classifier for the vectors of a model. Returns it with the embedded abstracts.
    ///
    /// # Errors
    /// As for [`Embedder::embed`].
    pub fn run(self, embedder: &Embedder) -> Result<(FacetModel, Vec<Abstract>, Option<Vec<Abstract>>)> {
        let train = embed_labelled(embedder, &self.train)?;
        let dev = self.dev.map(|dev| embed_labelled(embedder, &dev)).transpose()?;
        Ok((FacetModel::train(&train, embedder.identity().clone()), train, dev))
    }
}

fn read_facet_model(path: Option<&Path>) -> Result<FacetModel> {
    let read = |path: &Path| formats::read_whole(File::open(path).map_err(Error::io("read", path))?, path);
    let read = path.map(read).transpose()?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    FacetModel::from_json(read.as_deref().unwrap_or(BUILT_IN)).map_err(|reason| Error::Input {
        path: path.unwrap_or(Path::new("models/facets.json")).to_owned(),
        reason: format!("{reason}; name a file that `relata train-facets` wrote"),
    })
}

impl Snapshot<'_> {
    /// The classifier of sentences, read at the first call.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if the classifier is for another model than that of the library's vectors;
    /// [`Error::Input`] or [`Error::Io`] if its file cannot be read.
    pub(super) fn facet_model(&self) -> Result<&FacetModel> {
        let facets = match self.engine.facets.get() {
            Some(facets) => facets,
            None => {
                let facets = read_facet_model(self.engine.facet_file.as_deref())?;
                self.engine.facets.get_or_init(|| facets)
            }
        };
        let is_other = |library: &ModelIdentity| {
            let ModelIdentity { sha256, dim, .. } = facets.model();
            library.sha256 != *sha256 || library.dim != *dim
        };
        if let Some(library) = self.library.model()?.filter(is_other) {
            let (trained, library) = (facets.model().short(), library.short());
            return Err(Error::InvalidParameter(format!(
                "the facet classifier is for vectors of the model {trained}, and the library's vectors are of {library}; train a \
                 classifier for them with `relata train-facets` and name its file with --facet-model FILE"
            )));
        }
        Ok(facets)
    }

    /// The content of a paper for a question with or without a facet. `sentences` are those of its text, which is read
    /// only for a facet.
    pub(super) fn content(
        &self,
        sentences: Vec<SentenceVector>,
        facet: Option<Facet>,
        text: impl FnOnce() -> Result<(SeedText, Language)>,
        tokenizer: &mut Tokenizer,
    ) -> Result<Content> {
        let of_facet = match facet {
            Some(facet) => Some(self.facet_content(&sentences, facet, text()?, tokenizer)?.into()),
            None => None,
        };
        let sentences = sentences.into_iter().map(|sentence| sentence.vector.into()).collect();
        Ok(Content { sentences, facet: of_facet })
    }

    /// What the sentences of a text say about a facet. The weight of a sentence is the probability that it has the
    /// facet.
    fn facet_content(
        &self,
        sentences: &[SentenceVector],
        facet: Facet,
        (SeedText { title, text, .. }, language): (SeedText, Language),
        tokenizer: &mut Tokenizer,
    ) -> Result<FacetContent> {
        // The sentences of the title are left out, unless the text has no others. A short title is part of the next
        // sentence. The `+ 1` is the full stop that ends a title.
        let within = sentences.partition_point(|sentence| sentence.range.end as usize <= title.len() + 1);
        let sentences = if within < sentences.len() { &sentences[within..] } else { sentences };
        let labels = self.facet_model()?.label(&sentences.iter().map(|sentence| &sentence.vector).collect::<Vec<_>>());
        let weights: Vec<f32> = labels.iter().map(|label| facet_weight(label.of(facet))).collect();
        let greatest = weights.iter().copied().fold(0.0, f32::max);
        let mut counts: HashMap<Term, f32> = HashMap::new();
        for (SentenceVector { range, .. }, weight) in sentences.iter().zip(&weights) {
            let sentence = text.get(range.start as usize..range.end as usize).unwrap_or_default();
            for word in tokenizer.words(sentence, language) {
                *counts.entry(word.term).or_default() += weight / greatest;
            }
        }
        let weighted =
            |(sentence, &weight): (&SentenceVector, &f32)| WeightedSentence { vector: sentence.vector.clone(), weight };
        Ok(FacetContent {
            sentences: sentences.iter().zip(&weights).map(weighted).collect(),
            words: self.generation()?.indexes().terms.word_vector(&counts),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<LabelledAbstract>> {
        read_labelled(text.as_bytes(), Path::new("bees.jsonl"))
    }

    #[test]
    fn labels_are_read_as_facets() {
        let line = r#"{"id": 1, "sentences": ["a", "b", "c", "d", "e"],
            "labels": ["background", "objective", "method", "result", "other"]}"#;
        let read = read(&format!("\n{}\n", line.replace('\n', ""))).unwrap();
        let facets: Vec<_> = read[0].iter().map(|(_, facet)| *facet).collect();
        let [background, method, result] = Facet::ALL.map(Some);
        assert_eq!(facets, [background, background, method, result, None]);
    }

    #[test]
    fn invalid_lines_are_reported() {
        for (text, message) in [
            ("", "bees.jsonl: it has no labelled abstract"),
            ("{\"sentences\": [\"a\"]}", "line 1: missing field `labels`"),
            ("{\"sentences\": [\"a\"], \"labels\": []}", "line 1: it has 1 sentences and 0 labels"),
            ("{\"sentences\": [\"a\"], \"labels\": [\"aim\"]}", "\"aim\" is not a label; use background"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
