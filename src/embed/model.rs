//! The folder of a sentence-transformers model and its configuration.

use std::path::{Path, PathBuf};

use candle_transformers::models::bert::{Config, HiddenAct};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::pooling::Pooling;
use crate::vector::ModelIdentity;
use crate::{Error, Result};

/// The greatest number of tokens read from a text. The default model's own configuration says 256. On expert judgements
/// of similarity between papers, 512 tokens gave better results (59.8 against 59.1 nDCG at 20 %).
const MAX_TOKENS: usize = 512;

/// The configuration of a model folder; weights and tokenizer stay on disk.
#[derive(Debug, Clone)]
pub struct ModelFolder {
    /// The folder.
    pub path: PathBuf,
    pub(super) config: Config,
    pub(super) pooling: Pooling,
    pub(super) prompts: Prompts,
    pub(super) lower_case: bool,
}

/// Texts put before the text to embed, from `config_sentence_transformers.json`.
#[derive(Debug, Clone, Default)]
pub(super) struct Prompts {
    pub paper: String,
    pub query: String,
}

/// The part of `config.json` that is checked before the file is read as the configuration of a BERT model.
#[derive(Debug, Deserialize)]
struct ConfigKind {
    #[serde(default)]
    model_type: String,
    #[serde(default)]
    position_embedding_type: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Default, Deserialize)]
struct SentenceTransformersConfig {
    #[serde(default)]
    prompts: std::collections::HashMap<String, String>,
    #[serde(default)]
    default_prompt_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct SentenceBertConfig {
    #[serde(default)]
    do_lower_case: bool,
}

impl ModelFolder {
    /// Reads the configuration in `path`.
    ///
    /// # Errors
    /// [`Error::Model`] with the file that is missing, or the setting that relata does not support.
    pub fn open(path: &Path) -> Result<Self> {
        let refuse = |reason: String| Err(Error::Model { path: path.to_owned(), reason });
        let kind: ConfigKind = required(path, "config.json")?;
        if kind.model_type != "bert" || kind.position_embedding_type.is_some_and(|kind| kind != "absolute") {
            return refuse(
                "config.json does not describe a BERT encoder with absolute positions, the only supported kind".into(),
            );
        }
        let config: Config = required(path, "config.json")?;
        if config.hidden_act == HiddenAct::GeluApproximate {
            return refuse("config.json sets the approximate GELU, which is not supported".into());
        }
        if config.num_attention_heads == 0 || !config.hidden_size.is_multiple_of(config.num_attention_heads) {
            return refuse("config.json: the number of heads does not divide the hidden size".into());
        }
        let modules: Vec<Module> = required(path, "modules.json")?;
        let mut pooling = None;
        for module in &modules {
            match module.kind.rsplit('.').next().unwrap_or_default() {
                // Every embedding is normalised anyway.
                "Transformer" | "Normalize" => {}
                "Pooling" => {
                    let file = path.join(&module.path).join("config.json");
                    let json = std::fs::read_to_string(&file).map_err(Error::io("read", &file))?;
                    let parsed = Pooling::from_json(&json);
                    pooling = Some(parsed.map_err(|reason| Error::Model { path: file, reason })?);
                }
                other => {
                    return refuse(format!("modules.json lists the module {other}, which is not supported"));
                }
            }
        }
        let Some(pooling) = pooling else {
            return refuse("modules.json has no Pooling module; only sentence-transformers models can be used".into());
        };
        let settings: SentenceTransformersConfig = optional(path, "config_sentence_transformers.json")?;
        let prompt = |names: &[&str]| {
            let names = names.iter().copied().chain(settings.default_prompt_name.as_deref());
            names.filter_map(|name| settings.prompts.get(name)).next().cloned().unwrap_or_default()
        };
        let sentence_bert: SentenceBertConfig = optional(path, "sentence_bert_config.json")?;
        Ok(Self {
            path: path.to_owned(),
            config,
            pooling,
            prompts: Prompts { paper: prompt(&["document", "passage"]), query: prompt(&["query"]) },
            lower_case: sentence_bert.do_lower_case,
        })
    }

    /// Dimension of the model's vectors.
    pub fn dim(&self) -> usize {
        self.config.hidden_size
    }

    /// Dimension of each attention head.
    pub(super) fn head_width(&self) -> usize {
        self.config.hidden_size / self.config.num_attention_heads
    }

    /// The greatest number of tokens read from a text: 512, or fewer if the model has fewer positions.
    pub fn max_tokens(&self) -> usize {
        MAX_TOKENS.min(self.config.max_position_embeddings)
    }

    /// How the model pools the vectors of tokens.
    pub fn pooling(&self) -> Pooling {
        self.pooling
    }

    pub(super) fn weights(&self) -> PathBuf {
        self.path.join("model.safetensors")
    }

    pub(super) fn tokenizer(&self) -> PathBuf {
        self.path.join("tokenizer.json")
    }

    /// Returns the identity of the model's vectors, with a hash of everything that affects them. The caller passes the
    /// [`hashes`](Self::hashes) of the two large files, because computing them takes a while, and whether the tokenizer
    /// is that of a multilingual model.
    pub(super) fn identity(&self, hashes: &FileHashes, multilingual: bool) -> ModelIdentity {
        let Prompts { paper, query } = &self.prompts;
        let (pooling, max_tokens) = (self.pooling.name(), self.max_tokens());
        let mut hash = Sha256::new();
        hash.update(&hashes.weights);
        hash.update(&hashes.tokenizer);
        hash.update(format!("{pooling}\n{max_tokens}\n{}\n{paper:?}\n{query:?}", self.lower_case));
        let name = self.path.file_name().map_or_else(|| "model".into(), |name| name.to_string_lossy().into_owned());
        ModelIdentity { name, sha256: hex(&hash.finalize()), dim: self.dim(), multilingual }
    }

    /// Hashes the two large files; takes about 50 ms for the default model.
    pub(super) fn hashes(&self) -> Result<FileHashes> {
        Ok(FileHashes { weights: sha256_file(&self.weights())?, tokenizer: sha256_file(&self.tokenizer())? })
    }
}

/// SHA-256 of a model's weights and tokenizer, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileHashes {
    pub weights: String,
    pub tokenizer: String,
}

fn required<T: DeserializeOwned>(folder: &Path, file: &str) -> Result<T> {
    let path = folder.join(file);
    let json = match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let reason = format!("{file} is missing; --model takes the folder of a sentence-transformers model");
            return Err(Error::Model { path: folder.to_owned(), reason });
        }
        read => read.map_err(Error::io("read", &path))?,
    };
    serde_json::from_slice(&json).map_err(|error| Error::Model { path, reason: error.to_string() })
}

fn optional<T: DeserializeOwned + Default>(folder: &Path, file: &str) -> Result<T> {
    if folder.join(file).exists() { required(folder, file) } else { Ok(T::default()) }
}

/// SHA-256 of a file's bytes, in hexadecimal.
pub(super) fn sha256_file(path: &Path) -> Result<String> {
    let file = std::fs::File::open(path).map_err(Error::io("read", path))?;
    // SAFETY: the bytes are read once, front to back. relata replaces model files only by rename, never in place.
    let bytes = unsafe { memmap2::Mmap::map(&file) }.map_err(Error::io("read", path))?;
    Ok(hex(&Sha256::digest(&bytes)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
