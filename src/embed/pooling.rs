//! Pools the vectors of a text's tokens into the vector of the text.

use std::collections::BTreeMap;

use serde_json::Value;
use strum::IntoStaticStr;

use super::files::json_reason;

/// How the token vectors of a text become its vector
/// ([`Pooling`](https://sbert.net/docs/package_reference/sentence_transformer/models.html) in sentence-transformers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Pooling {
    /// The mean of all token vectors, special tokens included.
    Mean,
    /// The vector of the first token.
    Cls,
    /// The greatest value of each component.
    Max,
}

impl Pooling {
    /// Reads the `1_Pooling/config.json` of sentence-transformers, which has a switch for each mode. `Err` is the
    /// reason why the configuration cannot be used.
    pub(super) fn from_json(json: &[u8]) -> Result<Self, String> {
        let config: BTreeMap<String, Value> = serde_json::from_slice(json).map_err(|error| json_reason(&error))?;
        let on = config.iter().filter(|(_, value)| **value == Value::Bool(true));
        let modes: Vec<&str> = on.filter_map(|(key, _)| key.strip_prefix("pooling_mode_")).collect();
        match modes[..] {
            ["mean_tokens"] => Ok(Self::Mean),
            ["cls_token"] => Ok(Self::Cls),
            ["max_tokens"] => Ok(Self::Max),
            _ => Err("its pooling mode must be exactly one of mean, cls and max".to_owned()),
        }
    }

    /// The name that is stored with vectors: `mean`, `cls`, `max`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Pools `tokens`: one or more rows of `dim` numbers.
    pub(super) fn apply(self, tokens: &[f32], dim: usize) -> Vec<f32> {
        match self {
            Self::Cls => tokens[..dim].to_vec(),
            Self::Max => {
                let mut pooled = tokens[..dim].to_vec();
                for row in tokens.chunks_exact(dim) {
                    pooled.iter_mut().zip(row).for_each(|(p, x)| *p = p.max(*x));
                }
                pooled
            }
            Self::Mean => {
                let mut total = vec![0f32; dim];
                for row in tokens.chunks_exact(dim) {
                    total.iter_mut().zip(row).for_each(|(t, x)| *t += x);
                }
                let count = (tokens.len() / dim) as f32;
                total.iter_mut().for_each(|t| *t /= count);
                total
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_pools_as_its_name_says() {
        let tokens = [1.0, -2.0, 3.0, -4.0, 5.0, 0.0];
        assert_eq!(Pooling::Mean.apply(&tokens, 2), [3.0, -2.0]);
        assert_eq!(Pooling::Cls.apply(&tokens, 2), [1.0, -2.0]);
        assert_eq!(Pooling::Max.apply(&tokens, 2), [5.0, 0.0]);
    }

    #[test]
    fn a_config_with_two_modes_or_an_unknown_one_is_refused() {
        assert_eq!(Pooling::from_json(br#"{"pooling_mode_cls_token": true}"#), Ok(Pooling::Cls));
        for json in [
            r#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}"#,
            r#"{"pooling_mode_lasttoken": true}"#,
            "{}",
        ] {
            assert!(Pooling::from_json(json.as_bytes()).unwrap_err().contains("exactly one"));
        }
    }
}
