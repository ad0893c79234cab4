//! Files of a model folder. The other files of the folder are those of a small model of random numbers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use relata::embed::{EmbedOptions, Embedder, Side};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Parser, folder};

pub const PARSERS: &[Parser] = &[
    Parser { name: "model_config", seeds: || vec![small_file(CONFIG)], read: |input| load(CONFIG, input) },
    Parser { name: "model_modules", seeds: || vec![small_file(MODULES)], read: |input| load(MODULES, input) },
    Parser { name: "model_pooling", seeds: || vec![small_file(POOLING)], read: |input| load(POOLING, input) },
    Parser { name: "model_prompts", seeds: || vec![small_file(PROMPTS)], read: |input| load(PROMPTS, input) },
    Parser { name: "model_tokenizer", seeds: tokenizer_seeds, read: |input| load(TOKENIZER, input) },
    Parser { name: "model_weights", seeds: || vec![small_file(WEIGHTS)], read: |input| load(WEIGHTS, input) },
];

const CONFIG: &str = "config.json";
const MODULES: &str = "modules.json";
const POOLING: &str = "1_Pooling/config.json";
const PROMPTS: &str = "config_sentence_transformers.json";
const TOKENIZER: &str = "tokenizer.json";
const WEIGHTS: &str = "model.safetensors";

/// Numbers in a vector of the small model.
const HIDDEN: usize = 32;
/// Numbers within its feed-forward layer.
const INNER: usize = 64;
/// The longest text that it reads, in tokens.
const POSITIONS: usize = 64;

/// A text that every loaded model embeds.
const TEXT: &str = "Bees that dance. They find 7 flowers!";

/// Loads the small model with `input` in place of one of its files, and embeds a text. Returns 1 if the model runs.
fn load(file: &str, input: &[u8]) -> usize {
    static MODEL: LazyLock<TempDir> = LazyLock::new(|| {
        let folder = folder();
        write(folder.path());
        folder
    });
    let path = MODEL.path().join(file);
    fs::write(&path, input).expect("a temporary file");
    let embedder = Embedder::load(MODEL.path(), None, EmbedOptions::default());
    let embedded = embedder.and_then(|embedder| embedder.embed_one(TEXT, Side::Query));
    fs::write(&path, small_file(file)).expect("a temporary file");
    usize::from(embedded.is_ok())
}

/// Writes the small model to a folder.
pub fn write(folder: &Path) {
    fs::create_dir_all(folder.join("1_Pooling")).expect("a temporary folder");
    for file in [CONFIG, MODULES, POOLING, PROMPTS, TOKENIZER, WEIGHTS] {
        fs::write(folder.join(file), small_file(file)).expect("a temporary file");
    }
}

fn small_file(name: &str) -> Vec<u8> {
    static FILES: LazyLock<BTreeMap<&str, Vec<u8>>> = LazyLock::new(|| {
        let json = |value: Value| value.to_string().into_bytes();
        BTreeMap::from([
            (CONFIG, json(config())),
            (MODULES, json(modules())),
            (POOLING, json(json!({"word_embedding_dimension": HIDDEN, "pooling_mode_mean_tokens": true}))),
            (PROMPTS, json(json!({"prompts": {"query": "query: ", "passage": ""}, "default_prompt_name": null}))),
            (TOKENIZER, json(tokenizer())),
            (WEIGHTS, weights()),
        ])
    });
    FILES[name].clone()
}

fn config() -> Value {
    json!({
        "model_type": "bert", "vocab_size": vocabulary().len(), "hidden_size": HIDDEN, "num_hidden_layers": 1,
        "num_attention_heads": 2, "intermediate_size": INNER, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
        "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "initializer_range": 0.02,
        "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute", "use_cache": true,
    })
}

fn modules() -> Value {
    let module = |at: usize, path: &str, kind: &str| json!({"idx": at, "name": at.to_string(), "path": path, "type": format!("sentence_transformers.models.{kind}")});
    json!([module(0, "", "Transformer"), module(1, "1_Pooling", "Pooling"), module(2, "2_Normalize", "Normalize")])
}

/// Special tokens, and each letter and digit at the beginning of a word and within one.
fn vocabulary() -> Vec<String> {
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ".", "!", "?", ","].map(str::to_owned);
    let characters =
        ('a'..='z').chain('0'..='9').flat_map(|character| [character.to_string(), format!("##{character}")]);
    special.into_iter().chain(characters).collect()
}

fn tokenizer() -> Value {
    let special = |id: usize, token: &str| {
        json!({"id": id, "content": token, "single_word": false, "lstrip": false, "rstrip": false,
               "normalized": false, "special": true})
    };
    let token = |token: &str| json!({"SpecialToken": {"id": token, "type_id": 0}});
    let text = json!({"Sequence": {"id": "A", "type_id": 0}});
    let vocabulary: serde_json::Map<String, Value> =
        vocabulary().into_iter().enumerate().map(|(id, token)| (token, id.into())).collect();
    json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [special(0, "[PAD]"), special(1, "[UNK]"), special(2, "[CLS]"), special(3, "[SEP]")],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                       "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [token("[CLS]"), text, token("[SEP]")],
            "pair": [token("[CLS]"), text, token("[SEP]")],
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                               "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}},
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocabulary},
    })
}

/// The small model's tokenizer, and others with parts that may grow or slow a text.
fn tokenizer_seeds() -> Vec<Vec<u8>> {
    let with = |part: &str, value: Value| {
        let mut tokenizer = tokenizer();
        tokenizer[part] = value;
        tokenizer.to_string().into_bytes()
    };
    let replace =
        |pattern: &str, content: &str| json!({"type": "Replace", "pattern": {"Regex": pattern}, "content": content});
    let split = |pattern: &str| json!({"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": false});
    let pieces = json!([["<unk>", 0.0], ["b", -1.0], ["ees", -2.5]]);
    vec![
        small_file(TOKENIZER),
        with("normalizer", json!({"type": "Sequence", "normalizers": [replace(" +", " "), {"type": "NFKC"}]})),
        with("normalizer", json!({"type": "Prepend", "prepend": "_"})),
        with(
            "pre_tokenizer",
            json!({"type": "Sequence", "pretokenizers": [split("[a-z]+"), {"type": "Digits", "individual_digits": true}]}),
        ),
        with(
            "pre_tokenizer",
            json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}),
        ),
        with(
            "pre_tokenizer",
            json!({"type": "Metaspace", "replacement": "_", "prepend_scheme": "always", "split": true}),
        ),
        with("model", json!({"type": "BPE", "vocab": {"b": 0, "e": 1, "be": 2}, "merges": ["b e"]})),
        with("model", json!({"type": "Unigram", "unk_id": 0, "vocab": pieces, "byte_fallback": false})),
        with("model", json!({"type": "WordLevel", "vocab": {"[UNK]": 1, "bees": 4}, "unk_token": "[UNK]"})),
    ]
}

/// Random weights in the format of [safetensors](https://github.com/huggingface/safetensors): the length of a JSON
/// header, the header, and numbers.
fn weights() -> Vec<u8> {
    let layer = "encoder.layer.0";
    let mut tensors: Vec<(String, Vec<usize>)> = vec![
        ("embeddings.word_embeddings.weight".into(), vec![vocabulary().len(), HIDDEN]),
        ("embeddings.position_embeddings.weight".into(), vec![POSITIONS, HIDDEN]),
        ("embeddings.token_type_embeddings.weight".into(), vec![2, HIDDEN]),
    ];
    for (name, outputs, inputs) in [
        ("attention.self.query", HIDDEN, HIDDEN),
        ("attention.self.key", HIDDEN, HIDDEN),
        ("attention.self.value", HIDDEN, HIDDEN),
        ("attention.output.dense", HIDDEN, HIDDEN),
        ("intermediate.dense", INNER, HIDDEN),
        ("output.dense", HIDDEN, INNER),
    ] {
        tensors.push((format!("{layer}.{name}.weight"), vec![outputs, inputs]));
        tensors.push((format!("{layer}.{name}.bias"), vec![outputs]));
    }
    for norm in ["embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"] {
        tensors.push((format!("{norm}.LayerNorm.weight"), vec![HIDDEN]));
        tensors.push((format!("{norm}.LayerNorm.bias"), vec![HIDDEN]));
    }
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    let mut state: u32 = 1;
    for (name, shape) in tensors {
        let start = data.len();
        for _ in 0..shape.iter().product() {
            // A linear congruential generator; numbers from -1 to 1.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            data.extend_from_slice(&((state >> 8) as f32 / (1 << 23) as f32 - 1.0).to_le_bytes());
        }
        header.insert(name, json!({"dtype": "F32", "shape": shape, "data_offsets": [start, data.len()]}));
    }
    let header = Value::Object(header).to_string();
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &data].concat()
}
