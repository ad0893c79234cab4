//! Model folders from a stranger: none may crash this program, keep it busy, or give vectors that mean nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use candle_core::{Device, Tensor};
use relata::Error;
use relata::embed::{EmbedOptions, Embedder, Side};
use relata::vector::Precision;
use serde_json::{Value, json};

use crate::embedding::random_model;

struct Model(tempfile::TempDir);

impl Model {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        random_model(folder.path(), (48, 3, 100, 2), "gelu", "pooling_mode_mean_tokens");
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Changes the value at a pointer in a JSON file, such as `/model/unk_token`.
    fn with(self, file: &str, pointer: &str, value: Value) -> Self {
        let mut json: Value = serde_json::from_slice(&std::fs::read(self.file(file)).unwrap()).unwrap();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        json.pointer_mut(parent).unwrap()[field] = value;
        std::fs::write(self.file(file), json.to_string()).unwrap();
        self
    }

    /// Changes the tensors whose names contain `part`.
    fn with_weights(self, part: &str, change: impl Fn(&Tensor) -> Tensor) -> Self {
        let path = self.file("model.safetensors");
        let mut tensors: HashMap<String, Tensor> = candle_core::safetensors::load(&path, &Device::Cpu).unwrap();
        let changed = tensors.iter_mut().filter(|(name, _)| name.contains(part));
        assert!(changed.map(|(_, tensor)| *tensor = change(tensor)).count() > 0);
        candle_core::safetensors::save(&tensors, &path).unwrap();
        self
    }

    fn load(&self, precision: Precision) -> Result<Embedder, Error> {
        let started = Instant::now();
        let loaded = Embedder::load(self.0.path(), None, EmbedOptions { precision, kernels: None });
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
        loaded
    }

    /// Checks that the model is refused in every precision, in few words.
    fn is_refused(&self, reason: &str) {
        for precision in Precision::ALL {
            let error = match self.load(precision) {
                Err(error @ (Error::Model { .. } | Error::Io { .. })) => error.to_string(),
                Err(error) => panic!("{error:?}"),
                Ok(_) => panic!("a model was loaded that should be refused because {reason:?}"),
            };
            assert!(error.contains(reason) && error.len() < 700, "{precision}: {error}");
        }
    }
}

const TOKENIZER: &str = "tokenizer.json";

#[test]
fn templates_that_do_not_fit_the_model_are_refused() {
    let sep = json!(["[SEP]", 4_000_000]);
    Model::new().with(TOKENIZER, "/post_processor/sep", sep).is_refused("token 4000000");
    let template = |single: Value, special: Value| {
        let template =
            json!({ "type": "TemplateProcessing", "single": single, "pair": single, "special_tokens": special });
        Model::new().with(TOKENIZER, "/post_processor", template)
    };
    let (text, special) =
        (json!({ "Sequence": { "id": "A", "type_id": 0 } }), json!({ "SpecialToken": { "id": "S", "type_id": 0 } }));
    let ids = |ids: Vec<u32>| json!({ "S": { "id": "S", "ids": ids, "tokens": vec!["S"; ids.len()] } });
    template(json!([text, special]), ids(vec![2, 30])).is_refused("token 30");
    template(json!([text, special]), ids(vec![2; 41]))
        .is_refused("adds 41 tokens to each text, but the model reads 40");
    template(json!([text, text, text]), json!({})).is_refused("tokens of a text, but the model reads 40");
    template(json!(vec![text.clone(); 300]), json!({})).is_refused("values; relata accepts 1000");
    // The special token is missing: `tokenizers` panics.
    template(json!([text, special]), json!({})).is_refused("tokenizer.json: ");
    // The second text is missing: `tokenizers` panics.
    let second = json!({ "Sequence": { "id": "B", "type_id": 0 } });
    template(json!([text, second]), json!({})).is_refused("tokenizer.json: ");
    assert!(template(json!([special, text, special]), ids(vec![2])).load(Precision::Bf16).is_ok());
}

#[test]
fn steps_of_a_tokenizer_that_grow_or_panic_are_refused() {
    let double = json!({ "type": "Replace", "pattern": { "String": "e" }, "content": "ee" });
    let many = json!({ "type": "Sequence", "normalizers": vec![double; 40] });
    Model::new().with(TOKENIZER, "/normalizer", many).is_refused("times as long; relata accepts 2048 times");
    let long = json!({ "type": "Prepend", "prepend": "x".repeat(10_000_000) });
    Model::new().with(TOKENIZER, "/normalizer", long).is_refused("a text of 10000000 bytes");
    let bytes = json!({ "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": false });
    let many = json!({ "type": "Sequence", "pretokenizers": vec![bytes; 60] });
    Model::new().with(TOKENIZER, "/pre_tokenizer", many).is_refused("times as long");
    Model::new()
        .with(TOKENIZER, "/pre_tokenizer", json!({ "type": "FixedLength", "length": 0 }))
        .is_refused("tokenizer.json: ");
    // Tries every way to cut each piece of 40 characters, until `fancy-regex` gives up.
    let slow = json!({ "type": "Split", "pattern": { "Regex": "([a-z .0-9]+[a-z .0-9]+)+(?!x)!" }, "behavior": "Isolated",
        "invert": false });
    let cut = json!({ "type": "FixedLength", "length": 40 });
    let steps = [vec![cut], vec![slow; 8]].concat();
    let slow = json!({ "type": "Sequence", "pretokenizers": steps });
    Model::new().with(TOKENIZER, "/pre_tokenizer", slow).is_refused("it takes more than 500 ms for a text of ");
    // A trie of one node that leads outside.
    let table = json!({ "type": "Precompiled", "precompiled_charsmap": "BAAAAAD8//8=" });
    Model::new().with(TOKENIZER, "/normalizer", table).is_refused("tokenizer.json: ");
    let model = json!({ "type": "WordPiece", "vocab": { "[UNK]": 1, "a": 2 }, "unk_token": "[UNK]",
        "continuing_subword_prefix": "##", "max_input_chars_per_word": 1_000_000_000 });
    Model::new().with(TOKENIZER, "/model", model).is_refused("it cuts words of 1000000000 characters");
    let model = json!({ "type": "WordLevel", "vocab": { "[UNK]": 1, "x".repeat(5_000): 2 }, "unk_token": "[UNK]" });
    Model::new().with(TOKENIZER, "/model", model).is_refused("a token of 5000 bytes");
    Model::new().with(TOKENIZER, "/model/unk_token", json!("none")).is_refused("tokenizer.json: ");
    Model::new().with(TOKENIZER, "/added_tokens", json!(["x".repeat(1_000)])).is_refused("tokenizer.json: ");
}

#[test]
fn weights_that_do_not_fit_the_configuration_are_refused() {
    for (setting, number, reason) in [
        ("/vocab_size", json!(31), "embeddings.word_embeddings.weight has the shape [30, 48]"),
        ("/vocab_size", json!(10_000_000), "has the shape [30, 48], but according to config.json it is [10000000, 48]"),
        ("/hidden_size", json!(54), "has the shape [30, 48]"),
        ("/num_hidden_layers", json!(3), "it has no tensor encoder.layer.2."),
        ("/intermediate_size", json!(99), "intermediate.dense.weight has the shape [100, 48]"),
        ("/max_position_embeddings", json!(1_000_000), "position_embeddings.weight has the shape [40, 48]"),
        ("/type_vocab_size", json!(3), "token_type_embeddings"),
        ("/hidden_size", json!(3u64 << 60), "weights; relata accepts"),
        ("/hidden_size", json!(-48), "invalid value"),
    ] {
        Model::new().with("config.json", setting, number).is_refused(reason);
    }
    Model::new().with("config.json", "/vocab_size", json!(29)).is_refused("");
}

#[test]
fn weights_that_mean_nothing_are_refused() {
    let filled = |value: f32| move |tensor: &Tensor| Tensor::full(value, tensor.shape(), &Device::Cpu).unwrap();
    for part in
        ["word_embeddings", "layer.1.output.dense.bias", "layer.0.attention.output.LayerNorm.weight", "query.bias"]
    {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            Model::new().with_weights(part, filled(value)).is_refused("a weight is not a finite number");
        }
    }
    Model::new().with_weights("", filled(0.0)).is_refused("it cannot be used");
    Model::new().with_weights("LayerNorm.weight", filled(0.0)).is_refused("different texts the same vector");
    let whole = |tensor: &Tensor| tensor.to_dtype(candle_core::DType::I64).unwrap();
    Model::new().with_weights("word_embeddings", whole).is_refused("not floating point");
    // Numbers that overflow on the way: an error or a vector, but no crash.
    for value in [1e38, -1e38, 1e20, f32::MIN_POSITIVE, 1e-45] {
        for part in ["", "word_embeddings", "LayerNorm.weight", "dense.weight", "query.weight"] {
            let model = Model::new().with_weights(part, filled(value));
            for precision in Precision::ALL {
                if let Ok(embedder) = model.load(precision) {
                    let _ = embedder.embed_one("a text of many words, and more", Side::Paper);
                }
            }
        }
    }
}

#[test]
fn files_of_weights_that_lie_are_refused() {
    let header = |header: &str, data: usize| {
        let model = Model::new();
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        std::fs::write(model.file("model.safetensors"), bytes).unwrap();
        model
    };
    let tensor =
        |offsets: [u64; 2], shape: Vec<u64>| json!({ "dtype": "F32", "shape": shape, "data_offsets": offsets });
    let name = "embeddings.word_embeddings.weight";
    for (offsets, shape) in [
        ([0, 1 << 40], vec![1 << 38]),
        ([8, 4], vec![1]),
        ([4, 8], vec![1]),
        ([0, 4], vec![u64::MAX, 2]),
        ([0, u64::MAX], vec![1]),
        ([0, 4], vec![30, 48]),
    ] {
        header(&json!({ name: tensor(offsets, shape) }).to_string(), 8).is_refused("model.safetensors: ");
    }
    let overlapping = json!({ name: tensor([0, 8], vec![2]), "b": tensor([4, 12], vec![2]) });
    header(&overlapping.to_string(), 12).is_refused("model.safetensors: ");
    for text in ["", "{", "[]", "{}", "{\"a\":1}", &"[".repeat(100_000)] {
        header(text, 0).is_refused("model.safetensors: ");
    }
    for bytes in [vec![], vec![1, 2, 3], vec![0xff; 100], vec![0; 100]] {
        let model = Model::new();
        std::fs::write(model.file("model.safetensors"), bytes).unwrap();
        model.is_refused("model.safetensors: ");
    }
    let model = Model::new();
    let bytes = std::fs::read(model.file("model.safetensors")).unwrap();
    for length in [9, 1_000, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(model.file("model.safetensors"), &bytes[..length]).unwrap();
        model.is_refused("model.safetensors: ");
    }
}

#[test]
fn files_that_are_missing_huge_or_no_files_are_refused() {
    let names = ["config.json", "modules.json", "1_Pooling/config.json", TOKENIZER, "model.safetensors"];
    for name in names {
        let model = Model::new();
        let path = model.file(name);
        // A file without contents takes no space on the disk, but has a size.
        std::fs::File::create(&path).unwrap().set_len(10 << 30).unwrap();
        model.is_refused("has 10240 MiB; relata reads at most");
        std::fs::remove_file(&path).unwrap();
        model.is_refused(name.rsplit('/').next().unwrap());
        std::fs::create_dir(&path).unwrap();
        model.is_refused("is not a file");
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_and_links_to_files_are_read() {
    use std::os::unix::fs::symlink;
    for name in ["config.json", "modules.json", "1_Pooling/config.json", TOKENIZER, "model.safetensors"] {
        let model = Model::new();
        let (path, aside) = (model.file(name), model.file("aside"));
        std::fs::rename(&path, &aside).unwrap();
        symlink(&aside, &path).unwrap();
        assert!(model.load(Precision::Bf16).is_ok(), "{name}");
        let made = std::process::Command::new("mkfifo").arg(model.file("pipe")).status();
        assert!(made.unwrap().success());
        for target in [Path::new("/dev/zero"), &model.file("pipe")] {
            std::fs::remove_file(&path).unwrap();
            symlink(target, &path).unwrap();
            model.is_refused("is not a file");
        }
    }
    // Files that a model need not have.
    for name in ["sentence_bert_config.json", "config_sentence_transformers.json"] {
        let model = Model::new();
        symlink("/dev/zero", model.file(name)).unwrap();
        model.is_refused("is not a file");
    }
}
