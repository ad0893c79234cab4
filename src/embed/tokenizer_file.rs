//! Checks a `tokenizer.json` before it is run. A tokenizer is a small program: the file may be a stranger's, and its steps
//! may multiply a text without end.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use tokenizers::models::ModelWrapper;
use tokenizers::{NormalizerWrapper, PreTokenizerWrapper, Tokenizer};

use super::files::json_reason;

/// The most values (numbers, texts, lists, objects) of the normaliser, the pre-tokenizer, the template and the decoder, each.
/// Those of known models have at most 50.
const MAX_VALUES: usize = 1_000;

/// The longest text of a step, in bytes, such as a regular expression. Those of known models have at most 300.
const MAX_TEXT_BYTES: usize = 4 << 10;

/// The most regular expressions of all parts. Known tokenizers have at most three. A hostile one takes some 30 ms on each
/// piece of a text, after which `fancy-regex` gives up.
const MAX_EXPRESSIONS: usize = 8;

/// How many bytes all steps together may make of one byte. For BERT it is at most 8, for multilingual models about 500: a
/// single ligature of Arabic becomes 33 bytes.
const MAX_GROWTH: f64 = 2048.0;

/// The most bytes that a text may grow to. A longer text is cut before: at 4 MiB for BERT, and at 16 KiB for the
/// strangest tokenizer that is accepted. A model reads 512 tokens, some 3 KB.
const MAX_GROWN_BYTES: usize = 32 << 20;

/// The most tokens outside the vocabulary of the model's file.
const MAX_ADDED_TOKENS: usize = 100_000;

/// The longest token, in bytes. At each position of a text, tokens of up to this length are looked up.
const MAX_TOKEN_BYTES: usize = 1 << 10;

/// The longest word that WordPiece cuts into pieces, in characters: it takes the square of this number of steps. BERT has
/// 100.
const MAX_WORD_CHARACTERS: usize = 1_000;

/// The parts of the file that are checked before the file is read as a tokenizer.
#[derive(Deserialize)]
struct Parts {
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    post_processor: Value,
    #[serde(default)]
    decoder: Value,
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
    #[serde(default, rename = "model")]
    _model: IgnoredAny,
}

#[derive(Deserialize)]
struct AddedToken {
    content: String,
}

/// Returns the longest text that the tokenizer may get, in bytes. With it, no step makes more than [`MAX_GROWN_BYTES`].
///
/// # Errors
/// Why the tokenizer is refused.
pub(super) fn longest_text(json: &[u8]) -> Result<usize, String> {
    let parts: Parts = serde_json::from_slice(json).map_err(|error| json_reason(&error))?;
    for (name, part) in [
        ("normalizer", &parts.normalizer),
        ("pre_tokenizer", &parts.pre_tokenizer),
        ("post_processor", &parts.post_processor),
        // It is never run, but each of its regular expressions is compiled.
        ("decoder", &parts.decoder),
    ] {
        let (values, longest) = size(part);
        if values > MAX_VALUES {
            return Err(format!("its {name} has {values} values; relata accepts {MAX_VALUES}"));
        }
        if longest > MAX_TEXT_BYTES {
            return Err(format!("its {name} has a text of {longest} bytes; relata accepts {MAX_TEXT_BYTES}"));
        }
    }
    let parts_with_expressions = [&parts.normalizer, &parts.pre_tokenizer, &parts.decoder];
    let expressions: usize = parts_with_expressions.into_iter().map(expressions).sum();
    if expressions > MAX_EXPRESSIONS {
        return Err(format!("it has {expressions} regular expressions; relata accepts {MAX_EXPRESSIONS}"));
    }
    // The steps are read as `tokenizers` reads them, and written again: only then their types are certain.
    let fail = |error: serde_json::Error| json_reason(&error);
    let normalizer: Option<NormalizerWrapper> = serde_json::from_value(parts.normalizer).map_err(fail)?;
    let pre_tokenizer: Option<PreTokenizerWrapper> = serde_json::from_value(parts.pre_tokenizer).map_err(fail)?;
    let mut total = 1.0;
    for step in [serde_json::to_value(normalizer), serde_json::to_value(pre_tokenizer)] {
        total *= growth(&step.map_err(fail)?)?;
    }
    if total > MAX_GROWTH {
        return Err(format!(
            "its normalizer and pre_tokenizer can make a text {total:.0} times as long; relata accepts {MAX_GROWTH} times"
        ));
    }
    let longest = (MAX_GROWN_BYTES as f64 / total) as usize;
    let added: usize = parts.added_tokens.iter().map(|token| token.content.len()).sum();
    // The added tokens are normalised when the tokenizer is made.
    if parts.added_tokens.len() > MAX_ADDED_TOKENS || added > longest {
        return Err(format!("it has {} added tokens of {added} bytes, too many", parts.added_tokens.len()));
    }
    Ok(longest)
}

/// Returns the number of values in `value`, and the length of its longest text except the table of characters of
/// SentencePiece, which is data.
fn size(value: &Value) -> (usize, usize) {
    let both = |(values, longest): (usize, usize), (more, other): (usize, usize)| (values + more, longest.max(other));
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => (1, 0),
        Value::String(text) => (1, text.len()),
        Value::Array(items) => items.iter().map(size).fold((1, 0), both),
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| *name != "precompiled_charsmap");
            fields.map(|(name, value)| both(size(value), (1, name.len()))).fold((1, 0), both)
        }
    }
}

/// Returns the number of regular expressions in `value`.
fn expressions(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(expressions).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| usize::from(name == "Regex") + expressions(value)).sum()
        }
        _ => 0,
    }
}

/// Returns an upper bound of the bytes that a step makes of one byte.
fn growth(step: &Value) -> Result<f64, String> {
    let length = |field: &str| step[field].as_str().map_or(0, str::len) as f64;
    Ok(match step["type"].as_str() {
        None if step.is_null() => 1.0,
        Some("Sequence") => {
            let steps = step["normalizers"].as_array().or(step["pretokenizers"].as_array());
            steps.into_iter().flatten().try_fold(1.0, |product, step| growth(step).map(|growth| product * growth))?
        }
        // Spaces around each Chinese character (3 bytes become 5), canonical decomposition, lower case.
        Some("BertNormalizer") => 5.0 / 3.0 * 3.0 * 1.5,
        // A syllable of Hangul, 3 bytes, becomes three letters of 3 bytes.
        Some("NFC" | "NFD") => 3.0,
        // U+FDFA, 3 bytes, becomes 33 bytes.
        Some("NFKC" | "NFKD") => 11.0,
        // "İ", 2 bytes, becomes 3 bytes.
        Some("Lowercase") => 1.5,
        Some("Precompiled") => longest_replacement(step["precompiled_charsmap"].as_str().unwrap_or_default())?,
        Some("Replace") => match step["pattern"]["String"].as_str() {
            Some(pattern) if !pattern.is_empty() => (length("content") / pattern.len() as f64).max(1.0),
            // A pattern can match before and after each byte.
            _ => 1.0 + 2.0 * length("content"),
        },
        Some("Prepend") => 1.0 + length("prepend"),
        // A byte becomes a character of one or two bytes, and a space may be put before it.
        Some("ByteLevel") => 3.0,
        Some("Metaspace") => 1.0 + length("replacement"),
        Some(
            "Strip" | "StripAccents" | "Nmt" | "BertPreTokenizer" | "Whitespace" | "WhitespaceSplit" | "Punctuation"
            | "Digits" | "UnicodeScripts" | "CharDelimiterSplit" | "Split" | "FixedLength",
        ) => 1.0,
        other => return Err(format!("it has a step of the kind {other:?}, which relata does not know")),
    })
}

/// Returns the length of the longest replacement in a table of SentencePiece: base64 of the size of a trie, the trie, and
/// the replacements, each ended by a zero byte.
fn longest_replacement(table: &str) -> Result<f64, String> {
    let damaged = || "the table of its normalizer is damaged".to_owned();
    let mut bytes = Vec::with_capacity(table.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in table.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(damaged()),
        };
        (bits, count) = ((bits << 6) | u32::from(value), count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    let (size, rest) = bytes.split_first_chunk::<4>().ok_or_else(damaged)?;
    let replacements = rest.get(u32::from_le_bytes(*size) as usize..).ok_or_else(damaged)?;
    let longest = replacements.split(|byte| *byte == 0).map(<[u8]>::len).max().unwrap_or(0);
    Ok((longest as f64).max(1.0))
}

/// Checks the model of a tokenizer and its vocabulary.
///
/// # Errors
/// Why the tokenizer is refused.
pub(super) fn check_model<'v>(
    tokenizer: &Tokenizer,
    mut vocabulary: impl Iterator<Item = &'v String>,
) -> Result<(), String> {
    let affix = match tokenizer.get_model() {
        ModelWrapper::WordPiece(model) => {
            if model.max_input_chars_per_word > MAX_WORD_CHARACTERS {
                let longest = model.max_input_chars_per_word;
                return Err(format!("it cuts words of {longest} characters; relata accepts {MAX_WORD_CHARACTERS}"));
            }
            model.continuing_subword_prefix.len()
        }
        ModelWrapper::BPE(model) => {
            if model.dropout.is_some_and(|dropout| dropout != 0.0) {
                return Err("it cuts words at random (dropout), so that a text has ever new vectors".to_owned());
            }
            let affixes = [&model.continuing_subword_prefix, &model.end_of_word_suffix];
            affixes.into_iter().flatten().map(String::len).max().unwrap_or(0)
        }
        ModelWrapper::WordLevel(_) | ModelWrapper::Unigram(_) => 0,
    };
    let longest = vocabulary.by_ref().map(String::len).max().unwrap_or(0).max(affix);
    if longest > MAX_TOKEN_BYTES {
        return Err(format!("it has a token of {longest} bytes; relata accepts {MAX_TOKEN_BYTES}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(parts: Value) -> Result<usize, String> {
        longest_text(parts.to_string().as_bytes())
    }

    fn replace(pattern: Value, content: &str) -> Value {
        json!({ "type": "Replace", "pattern": pattern, "content": content })
    }

    #[test]
    fn tokenizers_of_known_kinds_may_get_long_texts() {
        let bert = json!({ "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
            "lowercase": true });
        assert_eq!(read(json!({ "normalizer": bert, "pre_tokenizer": { "type": "BertPreTokenizer" } })), Ok(4_473_924));
        // The table is a trie of four bytes and the replacements "ab" and "c".
        let table = json!({ "type": "Precompiled", "precompiled_charsmap": "BAAAAAAAAABhYgBjAA==" });
        let spaces = replace(json!({ "Regex": " {2,}" }), " ");
        let meta = json!({ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true });
        let multilingual = json!({ "normalizer": { "type": "Sequence", "normalizers": [table, spaces] },
            "pre_tokenizer": meta });
        assert_eq!(read(multilingual), Ok(MAX_GROWN_BYTES / (2 * 3 * 4)));
        assert_eq!(read(json!({})), Ok(MAX_GROWN_BYTES));
    }

    #[test]
    fn steps_that_multiply_a_text_are_refused() {
        let double = replace(json!({ "String": "a" }), "aa");
        let sequence = |steps: Vec<Value>| json!({ "normalizer": { "type": "Sequence", "normalizers": steps } });
        assert!(read(sequence(vec![double.clone(); 11])).is_ok());
        assert!(read(sequence(vec![double; 12])).unwrap_err().contains("4096 times as long; relata accepts 2048"));
        for hostile in [
            replace(json!({ "Regex": "" }), &"x".repeat(2_000)),
            replace(json!({ "String": "" }), &"x".repeat(2_000)),
            json!({ "type": "Prepend", "prepend": "x".repeat(4_000) }),
            // An old form without the tag of its type.
            json!({ "pattern": { "String": "e" }, "content": "e".repeat(3_000) }),
            // The name of another type: `tokenizers` goes by the fields.
            json!({ "type": "BertNormalizer", "pattern": { "String": "e" }, "content": "e".repeat(3_000) }),
        ] {
            let error = read(json!({ "normalizer": hostile })).unwrap_err();
            assert!(error.contains("times as long"), "{error}");
        }
        let byte_level =
            json!({ "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": false });
        let many = json!({ "type": "Sequence", "pretokenizers": vec![byte_level; 8] });
        assert!(read(json!({ "pre_tokenizer": many })).unwrap_err().contains("6561 times as long"));
        assert!(
            read(sequence(vec![json!({ "type": "NFC" }); 600])).unwrap_err().contains("values; relata accepts 1000")
        );
        let many = sequence(vec![replace(json!({ "Regex": "x+" }), ""); 9]);
        assert!(read(many).unwrap_err().contains("it has 9 regular expressions; relata accepts 8"));
        let long = replace(json!({ "Regex": "(a*)*".repeat(2_000) }), "");
        assert!(read(json!({ "normalizer": long })).unwrap_err().contains("a text of 10000 bytes"));
        let pieces = vec![json!({ "Sequence": { "id": "A", "type_id": 0 } }); 300];
        let template = json!({ "type": "TemplateProcessing", "single": pieces, "pair": [], "special_tokens": {} });
        assert!(read(json!({ "post_processor": template })).unwrap_err().contains("its post_processor has"));
        let token = json!({ "content": "x".repeat(40 << 20) });
        assert!(read(json!({ "added_tokens": [token] })).unwrap_err().contains("1 added tokens"));
        assert!(read(json!({ "normalizer": { "type": "Bees" } })).is_err());
        assert!(longest_text(b"{\"normalizer\":").is_err());
        assert!(longest_text("[".repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn a_damaged_table_is_refused() {
        // A size beyond the end; no size; a character outside base64.
        for table in ["/////wAA", "AA==", "", "B!AA"] {
            assert!(longest_replacement(table).unwrap_err().contains("damaged"), "{table}");
        }
        assert_eq!(longest_replacement("AAAAAGFiYwA="), Ok(3.0));
    }
}
