//! Statistics of the vectors, in plain words.

use askama::Template;

use super::wording;
use crate::analysis::EmbeddingStatistics;

#[derive(Template)]
#[template(
    ext = "html",
    whitespace = "minimize",
    source = r##"<section id=embedding aria-labelledby=embedding-title>
<h2 id=embedding-title>The model’s view</h2>
<p class=about>The model turns each paper into a vector of {{ statistics.shape[1] }} numbers. The closer the directions of two vectors, the more alike the papers.</p>
<div class=charts>
<div>
<h3>How alike pairs are</h3>
<p class=about>All pairs, by similarity. Most pairs have little in common; where their hump lies depends on the model, and decides what a high similarity is.</p>
<ol class="columns histogram" aria-label="Pairs by similarity">
{%- for bin in bins %}
<li style=--h:{{ bin.percent }}% title="{{ bin.from }} to {{ bin.to }}: {{ bin.pairs }}"{% if bin.is_labelled %} class=tick{% endif %}><i></i><span>{{ bin.from }}</span><small>{{ bin.pairs }}</small></li>
{%- endfor %}
</ol>
</div>
{%- if !statistics.percentile_scale.is_empty() %}
<div>
<h3>What is a high similarity?</h3>
<p class=about>{{ wording::ABOUT_SCALE }}</p>
<table class=steps><caption class=aloud>Percentile scale</caption><thead><tr><th scope=col>Pairs less alike</th><th scope=col>Similarity</th></tr></thead><tbody>
{%- for (share, similarity) in statistics.percentile_scale.iter().copied() %}
<tr><td>{{ wording::percentage(share) }}</td><td>{{ wording::similarity(similarity) }}</td></tr>
{%- endfor %}
</tbody></table>
</div>
{%- endif %}
<div>
<h3>How varied they are</h3>
<p class=about>These {{ wording::count(statistics.shape[0], "paper", "papers") }} use about <strong>{{ statistics.effective_rank.round() }}</strong> of {{ statistics.shape[1] }} directions (the effective rank); more directions mean more varied topics.{% if !statistics.variance_shares.is_empty() %} The first direction explains {{ wording::percentage(self.first_share()) }} of the variance, the first {{ statistics.variance_shares.len() }} together {{ wording::percentage(self.all_shares()) }}.{% endif %}</p>
{%- if statistics.variance_shares.len() > 1 %}
<ol class="columns histogram" aria-label="Share of variance of the first directions">
{%- for (index, share) in statistics.variance_shares.iter().copied().enumerate() %}
<li style=--h:{{ self.percent(share) }}% title="Direction {{ index + 1 }}: {{ wording::percentage(share) }}"{% if index == 0 || (index + 1).is_multiple_of(5) %} class=tick{% endif %}><i></i><span>{{ index + 1 }}</span><small>{{ wording::percentage(share) }}</small></li>
{%- endfor %}
</ol>
{%- endif %}
</div>
</div>
</section>"##
)]
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

/// The bins from the first to the last that is not empty.
fn bins(histogram: &crate::analysis::Histogram) -> Vec<Bin> {
    let [begin, end] = histogram.range;
    let width = (end - begin) / histogram.counts.len().max(1) as f32;
    let most = histogram.counts.iter().copied().max().unwrap_or_default().max(1);
    let first = histogram.counts.iter().position(|&count| count > 0).unwrap_or_default();
    let last = histogram.counts.iter().rposition(|&count| count > 0).map_or(0, |last| last + 1);
    let bin = |index: usize| {
        let (from, pairs) = (begin + index as f32 * width, histogram.counts[index]);
        // A label at each whole tenth that a bin begins at, or nearly.
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
