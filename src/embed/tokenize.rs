//! Splits texts into token ids, and finds the tokens of each sentence.

use std::ops::Range;
use std::time::{Duration, Instant};

use tokenizers::normalizers::{Lowercase, NormalizerWrapper, Sequence};
use tokenizers::{Encoding, PostProcessor, Tokenizer, TruncationParams};

use super::files::unusable;
use super::model::ModelFolder;
use super::sentences::sentences;
use super::tokenizer_file;
use crate::http::in_short;
use crate::panics::guarded;
use crate::{Error, Result};

/// The tokens of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tokens {
    /// The ids of all tokens, including the special tokens.
    pub ids: Vec<u32>,
    /// The sentences that have tokens, in order. The text is cut at the model's `max_tokens`. A sentence across the cut
    /// has only the tokens before the cut, and later sentences are missing.
    pub sentences: Vec<SentenceTokens>,
}

/// The place of a sentence in the text and among the tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SentenceTokens {
    /// Range of bytes in the text.
    pub range: Range<usize>,
    /// Range of indices into the ids.
    pub tokens: Range<usize>,
}

/// A model is multilingual if more than this share of the pieces of words in its vocabulary have letters that English
/// does not have. Pieces of one letter do not count. The share is 0.1 % in BERT for English (parts of names), and more
/// than half in a multilingual model.
const MULTILINGUAL: f32 = 0.05;

/// How many bytes of a text are read for each token of the model's limit. A token has far fewer: a word has six, and a
/// word of more than 100 letters is one unknown token. A tokenizer would read the whole text first, and takes hundreds
/// of bytes of memory for each byte of it.
const BYTES_PER_TOKEN: usize = 128;
/// A sentence on which a tokenizer is tried, of at least a token for each of its six words.
const SAMPLE: &str = "a few bees and 7 wasps. ";

/// How often the sentence is repeated in the samples. Regular expressions with back references can take very long; the
/// texts grow slowly, so that the first text that takes too long does not take much longer. The last fills 512 tokens.
const SAMPLE_SENTENCES: [usize; 4] = [4, 16, 64, 128];

/// The longest time for a sample: many times what a busy machine needs for a known tokenizer, one millisecond.
const SAMPLE_TIME: Duration = Duration::from_millis(500);

/// The tokenizer of a model. Truncates at the model's `max_tokens`, never pads.
pub(super) struct TextTokenizer {
    tokenizer: Tokenizer,
    is_multilingual: bool,
    /// The most tokens that the model reads.
    max_tokens: usize,
    /// The number of tokens that the weights have.
    rows: usize,
    /// The longest text that is tokenized, in bytes; the rest is cut off.
    longest_text: usize,
}

impl TextTokenizer {
    /// Makes a tokenizer of `json`, the contents of `tokenizer.json`, but ignores its truncation and padding.
    ///
    /// # Errors
    /// [`Error::Model`] if the tokenizer does not fit the model, or if it could crash or grow without end.
    pub(super) fn load(folder: &ModelFolder, json: &[u8]) -> Result<Self> {
        guarded(|| Self::make(folder, json)).map_err(|reason| unusable(&folder.tokenizer(), in_short(&reason)))
    }

    fn make(folder: &ModelFolder, json: &[u8]) -> tokenizers::Result<Self> {
        let mut tokenizer = Tokenizer::from_bytes(json)?;
        let max_tokens = folder.max_tokens();
        let longest_text = tokenizer_file::longest_text(json)?.min(max_tokens.saturating_mul(BYTES_PER_TOKEN));
        let special = tokenizer.get_post_processor().map_or(0, |processor| processor.added_tokens(false));
        if special >= max_tokens {
            return Err(format!("it adds {special} tokens to each text, but the model reads {max_tokens}").into());
        }
        let truncation = TruncationParams { max_length: max_tokens, ..TruncationParams::default() };
        tokenizer.with_padding(None).with_truncation(Some(truncation))?;
        if folder.lower_case {
            let own = tokenizer.get_normalizer().cloned();
            let steps = std::iter::once(NormalizerWrapper::Lowercase(Lowercase)).chain(own).collect();
            tokenizer.with_normalizer(Some(Sequence::new(steps)))?;
        }
        let vocabulary = tokenizer.get_vocab(true);
        tokenizer_file::check_model(&tokenizer, vocabulary.keys())?;
        let is_multilingual = is_multilingual(vocabulary.keys());
        let greatest = vocabulary.into_values().max().unwrap_or(0);
        let rows = folder.config.vocab_size;
        if greatest as usize >= rows {
            return Err(other_model(greatest, rows).into());
        }
        let tokenizer = Self { tokenizer, is_multilingual, max_tokens, rows, longest_text };
        // The template of the tokenizer adds the same tokens to every text, and is applied after the text is cut.
        tokenizer.checked_ids("bees")?;
        for count in SAMPLE_SENTENCES {
            let started = Instant::now();
            tokenizer.checked_ids(&SAMPLE.repeat(count))?;
            if started.elapsed() > SAMPLE_TIME {
                let bytes = count * SAMPLE.len();
                return Err(
                    format!("it takes more than {} ms for a text of {bytes} bytes", SAMPLE_TIME.as_millis()).into()
                );
            }
        }
        Ok(tokenizer)
    }

    /// Tokenizes a text and checks that the model has the tokens.
    fn checked_ids(&self, text: &str) -> tokenizers::Result<Encoding> {
        // With this limit no step of the tokenizer can fill the memory.
        let text = &text[..text.floor_char_boundary(self.longest_text)];
        let encoding = self.tokenizer.encode(text, true)?;
        let ids = encoding.get_ids();
        if ids.len() > self.max_tokens {
            let (tokens, max_tokens) = (ids.len(), self.max_tokens);
            return Err(format!("it makes {tokens} tokens of a text, but the model reads {max_tokens}").into());
        }
        match ids.iter().max() {
            Some(&greatest) if greatest as usize >= self.rows => Err(other_model(greatest, self.rows).into()),
            _ => Ok(encoding),
        }
    }

    /// Whether the vocabulary is that of a model that reads other languages than English.
    pub(super) fn is_multilingual(&self) -> bool {
        self.is_multilingual
    }

    /// Returns the tokens of `prompt` followed by `text`. The prompt belongs to no sentence.
    pub(super) fn encode(&self, prompt: &str, text: &str) -> Result<Tokens> {
        self.encode_split(prompt, text, sentences(text))
    }

    /// Does the same as [`encode`](Self::encode), with the sentences at the given ranges. They must ascend and not
    /// overlap.
    pub(super) fn encode_split(&self, prompt: &str, text: &str, sentences: Vec<Range<usize>>) -> Result<Tokens> {
        let encode = || match prompt {
            "" => self.checked_ids(text),
            prompt => self.checked_ids(&format!("{prompt}{text}")),
        };
        // The steps of a strange tokenizer may panic on certain texts.
        let encoding = guarded(encode).map_err(|reason| Error::Encoder(in_short(&reason).into()))?;
        let offsets = encoding.get_offsets();
        // Skips the tokens of the prompt, and special tokens, whose range is empty.
        let mut placed =
            (0..offsets.len()).filter(|&token| offsets[token].1 > offsets[token].0.max(prompt.len())).peekable();
        let mut found = Vec::new();
        for range in sentences {
            let end = prompt.len() + range.end;
            let Some(&first) = placed.peek() else { break };
            let mut last = None;
            while let Some(token) = placed.next_if(|&token| offsets[token].0 < end) {
                last = Some(token);
            }
            if let Some(last) = last {
                found.push(SentenceTokens { range, tokens: first..last + 1 });
            }
        }
        Ok(Tokens { ids: encoding.get_ids().to_vec(), sentences: found })
    }
}

fn other_model(token: u32, rows: usize) -> String {
    format!("it has token {token}, but the weights have {rows} tokens: the files are from different models")
}

/// Judges the pieces of a vocabulary by [`MULTILINGUAL`].
fn is_multilingual<'v>(vocabulary: impl Iterator<Item = &'v String>) -> bool {
    // The marks of pieces: of the middle of a word (BERT), and of its beginning (SentencePiece).
    let word = |piece: &'v String| piece.trim_start_matches("##").trim_start_matches('\u{2581}');
    let is_word = |word: &&str| word.chars().nth(1).is_some() && word.chars().all(char::is_alphabetic);
    let (mut words, mut others) = (0, 0);
    for word in vocabulary.map(word).filter(is_word) {
        words += 1;
        others += usize::from(!word.is_ascii());
    }
    others as f32 > MULTILINGUAL * words as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vocabulary_with_letters_of_other_languages_is_multilingual() {
        let is = |pieces: &str| is_multilingual(pieces.split(' ').map(str::to_owned).collect::<Vec<_>>().iter());
        assert!(is("\u{2581}the \u{2581}of \u{2581}für \u{2581}по на 蜜蜂 a"));
        assert!(is("the of ##ing für ##ßen"));
        assert!(!is("the of ##ing ##ed é я 蜂 [UNK]"));
        assert!(!is(""));
    }
}
