//! The strongest pairs, as a table that the script filters.

use askama::Template;

use super::pieces::{Bar, Here};
use super::wording;
use crate::analysis::{Pair, Relation};
use crate::report::Report;

/// Pairs in the page, besides all that may be one work; CSV and JSON have every pair.
const SHOWN: usize = 500;

#[derive(Template)]
#[template(
    ext = "html",
    whitespace = "minimize",
    source = r##"<section id=pairs aria-labelledby=pairs-title>
<h2 id=pairs-title>Strongest pairs</h2>
<p class=about>The most similar pairs, by the cosine of their vectors{% if has_percentiles %}, with the share of the library’s pairs that are less similar{% endif %}. “Mutual” means that each is the other’s nearest here.{% if pairs.len() < report.analysis.pairs.len() %} The list shows {{ pairs.len() }} of {{ wording::count(report.analysis.pairs.len(), "pair", "pairs") }}.{% endif %}</p>
{%- if kinds.len() > 1 %}
<fieldset class=choice hidden><legend>Show</legend>
{%- for (kind, name, count) in kinds %}
<label><input type=radio name=kind value={{ kind }}{% if loop.first %} checked{% endif %}> {{ name }} <small>{{ count }}</small></label>
{%- endfor %}
</fieldset>
{%- endif %}
<table><caption class=aloud>The strongest pairs</caption>
<thead><tr><th scope=col>Similarity</th><th scope=col>Papers</th><th scope=col>{% if has_percentiles %}Closer than{% endif %}</th></tr></thead>
<tbody>
{%- for pair in pairs %}
<tr class="any {{ self.classes(pair) }}"><td>{{ Bar::new(pair.similarity)|safe }}</td><td>{{ Here::new(report, pair.papers[0])|safe }}{{ Here::new(report, pair.papers[1])|safe }}{{ self.marks(pair)|safe }}</td><td>{{ self.closer_than(pair) }}</td></tr>
{%- endfor %}
</tbody></table>
<p class=more hidden><button type=button></button></p>
</section>"##
)]
pub(super) struct Pairs<'a> {
    report: &'a Report,
    pairs: Vec<&'a Pair>,
    kinds: Vec<(&'static str, &'static str, usize)>,
    has_percentiles: bool,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let all = report.analysis.pairs.iter().enumerate();
        let shown = all.filter(|(index, pair)| *index < SHOWN || pair.kinship != Relation::Distinct);
        let pairs: Vec<&Pair> = shown.map(|(_, pair)| pair).collect();
        let count = |is_of: fn(&Pair) -> bool| pairs.iter().filter(|pair| is_of(pair)).count();
        let kinds = [
            ("any", "all", pairs.len()),
            ("mutual", "mutual", count(|pair| pair.is_mutual)),
            ("near", "near-duplicates", count(|pair| pair.kinship == Relation::NearDuplicate)),
            ("versions", "versions", count(|pair| pair.kinship == Relation::Versions)),
        ];
        let kinds = kinds.into_iter().filter(|(_, _, count)| *count > 0).collect();
        let has_percentiles = pairs.iter().any(|pair| pair.percentile.is_some());
        Self { report, pairs, kinds, has_percentiles }
    }

    fn classes(&self, pair: &Pair) -> String {
        let kinship = match pair.kinship {
            Relation::Distinct => "",
            Relation::NearDuplicate => "near",
            Relation::Versions => "versions",
        };
        format!("{}{kinship}", if pair.is_mutual { "mutual " } else { "" })
    }

    fn closer_than(&self, pair: &Pair) -> String {
        pair.percentile.map(wording::percentage).unwrap_or_default()
    }

    /// Markup; it has no text from papers.
    fn marks(&self, pair: &Pair) -> String {
        let marks: String = wording::marks(pair).iter().map(|mark| format!("<span class=tag>{mark}</span>")).collect();
        if marks.is_empty() { marks } else { format!("<p>{marks}</p>") }
    }
}
