//! The section of statistics of the vectors.

use askama::Template;

use super::wording;
use crate::analysis::EmbeddingStatistics;

#[derive(Template)]
#[template(path = "report/embedding.html", whitespace = "minimize")]
pub(super) struct Embedding<'a> {
    statistics: &'a EmbeddingStatistics,
    bins: Vec<Bin>,
}

struct Bin {
    from: String,
    to: String,
    pairs: String,
    percent: f32,
    is_labelled: bool,
}

impl<'a> Embedding<'a> {
    pub(super) fn new(statistics: &'a EmbeddingStatistics) -> Self {
        Self { statistics, bins: bins(&statistics.similarities) }
    }

    fn first_share(&self) -> f32 {
        self.statistics.variance_shares.first().copied().unwrap_or_default()
    }

    fn all_shares(&self) -> f32 {
        self.statistics.variance_shares.iter().sum::<f32>().min(1.0)
    }

    fn percent(&self, share: &f32) -> f32 {
        let most = self.statistics.variance_shares.first().copied().unwrap_or(1.0).max(f32::MIN_POSITIVE);
        (share / most * 1000.0).round() / 10.0
    }
}

/// Returns the bins without the empty ones at both ends.
fn bins(histogram: &crate::analysis::Histogram) -> Vec<Bin> {
    let [begin, end] = histogram.range;
    let width = (end - begin) / histogram.counts.len().max(1) as f32;
    let most = histogram.counts.iter().copied().max().unwrap_or_default().max(1);
    let first = histogram.counts.iter().position(|&count| count > 0).unwrap_or_default();
    let last = histogram.counts.iter().rposition(|&count| count > 0).map_or(0, |last| last + 1);
    let bin = |index: usize| {
        let (from, pairs) = (begin + index as f32 * width, histogram.counts[index]);
        // A bin has a label if it begins at a whole tenth, or nearly.
        let beyond = from.rem_euclid(0.1);
        Bin {
            from: wording::similarity(from),
            to: wording::similarity(from + width),
            pairs: wording::count(pairs, "pair", "pairs"),
            percent: (pairs as f32 / most as f32 * 1000.0).round() / 10.0,
            is_labelled: beyond < width / 2.0 || 0.1 - beyond <= width / 2.0,
        }
    };
    (first..last).map(bin).collect()
}
