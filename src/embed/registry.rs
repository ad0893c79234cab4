//! The registry of known models: `models/registry.toml`, which is compiled in.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{Error, Result};

/// A model that can be fetched by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownModel {
    /// The name, as on the command line.
    pub name: String,
    /// A description of one line.
    pub about: String,
    /// SPDX licence of the weights.
    pub licence: String,
    /// Its repository on the Hugging Face hub.
    pub hub: HubSource,
    /// The Python package that contains it, if there is one.
    pub pip: Option<PipSource>,
    /// All its files.
    pub files: Vec<KnownFile>,
}

/// A repository on the hub.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubSource {
    /// `organisation/name`.
    pub repository: String,
    /// Branch, tag or commit.
    pub revision: String,
}

/// A Python package.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipSource {
    /// `name==version`.
    pub package: String,
    /// Folder of the model inside the wheel.
    pub folder: String,
}

/// A file of a model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFile {
    /// Relative path, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

impl KnownModel {
    /// Size of all files, in bytes.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Returns the model with this name. Upper and lower case are equal.
    ///
    /// # Errors
    /// [`Error::UnknownModel`] with the known names.
    pub fn by_name(name: &str) -> Result<&'static Self> {
        known_models().iter().find(|model| model.name.eq_ignore_ascii_case(name)).ok_or_else(|| Error::UnknownModel {
            name: name.to_owned(),
            known: known_models().iter().map(|model| model.name.clone()).collect(),
        })
    }
}

#[derive(Deserialize)]
struct Registry {
    model: Vec<KnownModel>,
}

static REGISTRY: LazyLock<Vec<KnownModel>> = LazyLock::new(|| {
    let text = include_str!("../../models/registry.toml");
    // The file is part of the program, and a test parses it.
    toml::from_str::<Registry>(text).expect("models/registry.toml is well formed").model
});

/// All known models, the default first.
pub fn known_models() -> &'static [KnownModel] {
    &REGISTRY
}

/// The model that is used if the user names none.
pub fn default_model() -> &'static KnownModel {
    // The test that parses the file also checks that it lists a model.
    &known_models()[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_model_has_all_its_files_and_is_found_by_its_name() {
        assert_eq!(default_model().name, "all-MiniLM-L6-v2");
        for model in known_models() {
            for needed in ["modules.json", "config.json", "tokenizer.json", "model.safetensors"] {
                assert!(model.files.iter().any(|file| file.path == needed), "{}: {needed}", model.name);
            }
            for file in &model.files {
                assert!(file.sha256.len() == 64 && file.bytes > 0 && !file.path.contains(".."), "{}", file.path);
            }
        }
        assert!(KnownModel::by_name("ALL-minilm-l6-v2").is_ok());
        assert!(KnownModel::by_name("gpt").unwrap_err().to_string().contains("all-MiniLM-L6-v2"));
    }
}
