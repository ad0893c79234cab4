//! From text to token ids.

use tokenizers::{Tokenizer, TruncationParams};

use super::model::ModelFolder;
use crate::{Error, Result};

/// The tokenizer of a model: truncates at the model's `max_tokens`, never pads.
pub(super) struct TextTokenizer {
    tokenizer: Tokenizer,
    lower_case: bool,
}

impl TextTokenizer {
    /// Reads `tokenizer.json`; the truncation and padding that it asks for are replaced by ours.
    pub(super) fn load(folder: &ModelFolder) -> Result<Self> {
        let fail = |error: tokenizers::Error| Error::Model { path: folder.tokenizer(), reason: error.to_string() };
        let mut tokenizer = Tokenizer::from_file(folder.tokenizer()).map_err(fail)?;
        let truncation = TruncationParams { max_length: folder.max_tokens(), ..TruncationParams::default() };
        tokenizer.with_padding(None).with_truncation(Some(truncation)).map_err(fail)?;
        let (words, rows) = (tokenizer.get_vocab_size(true), folder.config.vocab_size);
        if words > rows {
            let reason =
                format!("it has {words} tokens, the weights have {rows}: the two files are of different models");
            return Err(Error::Model { path: folder.tokenizer(), reason });
        }
        Ok(Self { tokenizer, lower_case: folder.lower_case })
    }

    /// Token ids of each text, special tokens included; all cores are used.
    pub(super) fn encode(&self, texts: Vec<String>) -> Result<Vec<Vec<u32>>> {
        let texts = if self.lower_case { texts.iter().map(|text| text.to_lowercase()).collect() } else { texts };
        let encoded = self.tokenizer.encode_batch_fast(texts, true).map_err(Error::Encoder)?;
        Ok(encoded.iter().map(|encoding| encoding.get_ids().to_vec()).collect())
    }
}
