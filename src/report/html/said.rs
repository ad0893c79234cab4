//! Numbers in words, for templates, which call functions with references or with values.

use std::borrow::Borrow;

use super::wording;

pub(super) fn count(number: impl Borrow<usize>, one: &str, many: &str) -> String {
    wording::count(*number.borrow() as u64, one, many)
}

pub(super) fn similarity(similarity: impl Borrow<f32>) -> String {
    wording::similarity(*similarity.borrow())
}

pub(super) fn percentage(share: impl Borrow<f32>) -> String {
    wording::percentage(*share.borrow())
}
