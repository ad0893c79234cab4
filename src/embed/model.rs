//! The folder of a sentence-transformers model and its configuration.

use std::path::{Component, Path, PathBuf};

use candle_transformers::models::bert::{Config, HiddenAct};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::files::{self, MAX_CONFIG_BYTES, MAX_TOKENIZER_BYTES, hex, json_reason, unusable};
use super::pooling::Pooling;
use crate::http::in_short;
use crate::vector::ModelIdentity;
use crate::{Error, Result};

/// The greatest number of tokens read from a text. The default model's own configuration says 256. On expert judgements
/// of similarity between papers, 512 tokens gave better results (59.8 against 59.1 nDCG at 20 %).
const MAX_TOKENS: usize = 512;

/// The files of a model that are read, besides `config.json` in the folder of the pooling, which `modules.json` names.
pub(super) const READ_FILES: [&str; 6] = [
    "modules.json",
    "config.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "model.safetensors",
];

/// The most numbers that the weights may have, 4 GiB. The largest BERT has a third.
const MAX_WEIGHTS: u64 = 1 << 30;

/// The longest prompt, in bytes. A longer one leaves no room for the text among the 512 tokens.
const MAX_PROMPT_BYTES: usize = 1 << 10;

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
    /// Reads the configuration in `path`. Reads no files but the usual ones (`READ_FILES`) and those of the pooling.
    ///
    /// # Errors
    /// [`Error::Model`] with the file that is missing, or the setting that relata does not support.
    pub fn open(path: &Path) -> Result<Self> {
        let refuse = |reason: String| Err(unusable(path, reason));
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
        if let Err(reason) = check_numbers(&config) {
            return refuse(format!("config.json: {reason}"));
        }
        let modules: Vec<Module> = required(path, "modules.json")?;
        let mut pooling = None;
        for module in &modules {
            match module.kind.rsplit('.').next().unwrap_or_default() {
                // Every embedding is normalised anyway.
                "Transformer" | "Normalize" => {}
                "Pooling" if pooling.is_some() => return refuse("modules.json lists two Pooling modules".into()),
                "Pooling" => {
                    let inside = Path::new(&module.path);
                    if !inside.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
                        let place = in_short(&module.path);
                        return refuse(format!("modules.json names {place:?}, which is outside the model's folder"));
                    }
                    let file = path.join(inside).join("config.json");
                    let parsed = Pooling::from_json(&files::read(&file, MAX_CONFIG_BYTES)?);
                    pooling = Some(parsed.map_err(|reason| Error::Model { path: file, reason })?);
                }
                other => {
                    let other = in_short(other);
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
        let prompts = Prompts { paper: prompt(&["document", "passage"]), query: prompt(&["query"]) };
        let longest = prompts.paper.len().max(prompts.query.len());
        if longest > MAX_PROMPT_BYTES {
            return refuse(format!(
                "config_sentence_transformers.json has a prompt of {longest} bytes; relata accepts {MAX_PROMPT_BYTES}"
            ));
        }
        let sentence_bert: SentenceBertConfig = optional(path, "sentence_bert_config.json")?;
        Ok(Self { path: path.to_owned(), config, pooling, prompts, lower_case: sentence_bert.do_lower_case })
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

    pub(super) fn read_tokenizer(&self) -> Result<Vec<u8>> {
        files::read(&self.tokenizer(), MAX_TOKENIZER_BYTES)
    }

    /// Returns the identity of the model's vectors, with a hash of everything that affects them. The caller passes the
    /// [`hashes`](Self::hashes) of the two large files, because computing them takes a while, and whether the tokenizer
    /// is that of a multilingual model.
    pub(super) fn identity(&self, hashes: &FileHashes, multilingual: bool) -> ModelIdentity {
        // Without `..`, so that a new field of the configuration cannot be forgotten here.
        let Config {
            vocab_size: vocabulary,
            hidden_size: width,
            num_hidden_layers: layers,
            num_attention_heads: heads,
            intermediate_size: inner,
            hidden_act: activation,
            max_position_embeddings: positions,
            type_vocab_size: types,
            layer_norm_eps: epsilon,
            // Used only for training, for padding or for other encoders.
            hidden_dropout_prob: _,
            initializer_range: _,
            pad_token_id: _,
            position_embedding_type: _,
            use_cache: _,
            classifier_dropout: _,
            model_type: _,
        } = &self.config;
        let Prompts { paper, query } = &self.prompts;
        let (pooling, max_tokens, lower_case) = (self.pooling.name(), self.max_tokens(), self.lower_case);
        let mut hash = Sha256::new();
        hash.update(&hashes.weights);
        hash.update(&hashes.tokenizer);
        hash.update(format!(
            "{vocabulary} {width} {layers} {heads} {inner} {activation:?} {positions} {types} {epsilon:e}\n"
        ));
        hash.update(format!("{pooling}\n{max_tokens}\n{lower_case}\n{paper:?}\n{query:?}"));
        let name = self.path.file_name().map_or_else(|| "model".into(), |name| in_short(&name.to_string_lossy()));
        ModelIdentity { name, sha256: hex(&hash.finalize()), dim: self.dim(), multilingual }
    }

    /// Hashes the weights and the bytes of the tokenizer; takes about 50 ms for the default model.
    pub(super) fn hashes(&self, tokenizer: &[u8]) -> Result<FileHashes> {
        Ok(FileHashes { weights: files::sha256(&self.weights())?, tokenizer: hex(&Sha256::digest(tokenizer)) })
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
    let json = match files::read(&path, MAX_CONFIG_BYTES) {
        Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            let reason = format!("{file} is missing; --model takes the folder of a sentence-transformers model");
            return Err(unusable(folder, reason));
        }
        read => read?,
    };
    serde_json::from_slice(&json).map_err(|error| unusable(&path, json_reason(&error)))
}

/// Checks the numbers of a configuration before anything is allocated for them. `Err` is the reason why they are refused.
fn check_numbers(config: &Config) -> std::result::Result<(), String> {
    let Config { vocab_size, hidden_size, num_hidden_layers, num_attention_heads, intermediate_size, .. } = *config;
    let Config { max_position_embeddings, type_vocab_size, layer_norm_eps, .. } = *config;
    for (name, number) in [
        ("vocab_size", vocab_size),
        ("hidden_size", hidden_size),
        ("num_hidden_layers", num_hidden_layers),
        ("num_attention_heads", num_attention_heads),
        ("intermediate_size", intermediate_size),
        ("max_position_embeddings", max_position_embeddings),
        ("type_vocab_size", type_vocab_size),
    ] {
        if number == 0 {
            return Err(format!("{name} is 0"));
        }
    }
    if !hidden_size.is_multiple_of(num_attention_heads) {
        return Err("the number of heads does not divide the hidden size".to_owned());
    }
    if !(layer_norm_eps as f32 > 0.0 && layer_norm_eps <= 1.0) {
        return Err(format!("layer_norm_eps is {layer_norm_eps:e}, not a small positive number"));
    }
    // In f64, which cannot overflow here. Biases and norms are too few to count.
    let [words, width, layers, inner] =
        [vocab_size, hidden_size, num_hidden_layers, intermediate_size].map(|n| n as f64);
    let rows = words + max_position_embeddings as f64 + type_vocab_size as f64;
    let weights = width * (rows + layers * (4.0 * width + 2.0 * inner));
    if weights > MAX_WEIGHTS as f64 {
        return Err(format!("the model has {weights:.1e} weights; relata accepts {:.1e}", MAX_WEIGHTS as f64));
    }
    Ok(())
}

fn optional<T: DeserializeOwned + Default>(folder: &Path, file: &str) -> Result<T> {
    if folder.join(file).exists() { required(folder, file) } else { Ok(T::default()) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn config(changes: &[(&str, Value)]) -> Value {
        let mut config = json!({
            "model_type": "bert", "vocab_size": 30, "hidden_size": 8, "num_hidden_layers": 6, "num_attention_heads": 2,
            "intermediate_size": 16, "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "max_position_embeddings": 40,
            "type_vocab_size": 2, "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0,
        });
        for (name, value) in changes {
            config[name] = value.clone();
        }
        config
    }

    fn opened(changes: &[(&str, Value)], modules: &Value, files: &[(&str, Value)]) -> Result<ModelFolder> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("p")).unwrap();
        let pooling = json!({ "pooling_mode_mean_tokens": true });
        for (file, json) in [("p/config.json", &pooling), ("modules.json", modules), ("config.json", &config(changes))]
        {
            std::fs::write(folder.path().join(file), json.to_string()).unwrap();
        }
        for (file, json) in files {
            std::fs::write(folder.path().join(file), json.to_string()).unwrap();
        }
        ModelFolder::open(folder.path())
    }

    fn modules() -> Value {
        json!([{ "path": "", "type": "s.Transformer" }, { "path": "p", "type": "s.Pooling" }])
    }

    #[test]
    fn everything_that_changes_vectors_changes_the_identity() {
        let hashes = FileHashes { weights: "w".into(), tokenizer: "t".into() };
        let identity = |changes: &[(&str, Value)], files: &[(&str, Value)]| {
            opened(changes, &modules(), files).unwrap().identity(&hashes, false).sha256
        };
        let plain = identity(&[], &[]);
        for (name, value) in [
            ("vocab_size", json!(31)),
            ("hidden_size", json!(10)),
            ("num_hidden_layers", json!(3)),
            ("num_attention_heads", json!(4)),
            ("intermediate_size", json!(17)),
            ("hidden_act", json!("relu")),
            ("max_position_embeddings", json!(41)),
            ("type_vocab_size", json!(1)),
            ("layer_norm_eps", json!(1e-11)),
        ] {
            assert_ne!(identity(&[(name, value)], &[]), plain, "{name}");
        }
        for (name, value) in [("hidden_dropout_prob", json!(0.2)), ("transformers_version", json!("4.6.1"))] {
            assert_eq!(identity(&[(name, value)], &[]), plain, "{name}");
        }
        for (file, json) in [
            ("p/config.json", json!({ "pooling_mode_cls_token": true })),
            ("sentence_bert_config.json", json!({ "do_lower_case": true })),
            ("config_sentence_transformers.json", json!({ "prompts": { "query": "q: " } })),
        ] {
            assert_ne!(identity(&[], &[(file, json)]), plain, "{file}");
        }
        let other = FileHashes { weights: "w".into(), tokenizer: "u".into() };
        assert_ne!(opened(&[], &modules(), &[]).unwrap().identity(&other, false).sha256, plain);
    }

    #[test]
    fn absurd_configurations_are_refused_with_the_setting() {
        let huge = json!(1u64 << 60);
        for (name, value, reason) in [
            ("vocab_size", huge.clone(), "weights; relata accepts 1.1e9"),
            ("hidden_size", huge.clone(), "weights; relata accepts"),
            ("num_hidden_layers", huge.clone(), "weights; relata accepts"),
            ("num_attention_heads", huge.clone(), "does not divide"),
            ("intermediate_size", huge.clone(), "weights; relata accepts"),
            ("max_position_embeddings", huge, "weights; relata accepts"),
            ("vocab_size", json!(-1), "invalid value"),
            ("hidden_size", json!(0), "hidden_size is 0"),
            ("num_hidden_layers", json!(0), "num_hidden_layers is 0"),
            ("num_attention_heads", json!(0), "num_attention_heads is 0"),
            ("max_position_embeddings", json!(0), "max_position_embeddings is 0"),
            ("num_hidden_layers", json!(1.5), "invalid type"),
            ("layer_norm_eps", json!(-1), "layer_norm_eps is -1e0"),
            ("layer_norm_eps", json!(0), "layer_norm_eps is 0e0"),
            ("layer_norm_eps", json!(1e300), "layer_norm_eps is 1e300"),
            ("hidden_act", json!("x".repeat(10_000)), "unknown variant"),
        ] {
            let error = opened(&[(name, value)], &modules(), &[]).unwrap_err().to_string();
            assert!(error.contains(reason) && error.len() < 500, "{name}: {error}");
        }
    }

    #[test]
    fn hostile_lists_of_modules_and_prompts_are_refused() {
        for path in ["../p", "/etc", "p/../../x"] {
            let modules = json!([{ "path": path, "type": "s.Pooling" }]);
            assert!(
                opened(&[], &modules, &[]).unwrap_err().to_string().contains("outside the model's folder"),
                "{path}"
            );
        }
        let pooling = json!({ "path": "p", "type": "s.Pooling" });
        assert!(opened(&[], &json!([pooling, pooling]), &[]).unwrap_err().to_string().contains("two Pooling modules"));
        let prompts = json!({ "prompts": { "document": "x".repeat(5_000) } });
        let error = opened(&[], &modules(), &[("config_sentence_transformers.json", prompts)]).unwrap_err().to_string();
        assert!(error.contains("a prompt of 5000 bytes; relata accepts 1024"), "{error}");
        let large = json!("x".repeat(2 << 20));
        let error = opened(&[], &modules(), &[("config.json", large)]).unwrap_err().to_string();
        assert!(error.contains("config.json: has 2 MiB; relata reads at most 1 MiB of such a file"), "{error}");
    }
}
