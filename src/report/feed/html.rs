//! HTML: one self-contained page in the look of reports, without script.

use std::io::{self, Write};

use askama::Template;

use super::super::head::Head;
use super::super::html::{Bar, Title};
use super::super::wording;
use super::digest::{Digest, Entry, day};

pub(super) fn write(digest: &Digest, out: &mut dyn Write) -> io::Result<()> {
    Page { digest }.write_into(out)
}

#[derive(Template)]
#[template(
    ext = "html",
    whitespace = "minimize",
    source = r##"<!doctype html>
<html lang="en">
<head>
{{ self.head()|safe }}
</head>
<body>
<header class="top">
<h1 dir="auto">{{ digest.title() }}</h1>
<p class="lead">{{ digest.lead() }}</p>
<dl>
<div><dt>Made on</dt><dd><time datetime="{{ self.made_on() }}">{{ self.made_on() }}</time></dd></div>
</dl>
</header>
<main id="papers">
{%- for (index, entry) in digest.entries.iter().enumerate() %}
{{ Self::item(index + 1, entry)|safe }}
{%- endfor %}
</main>
</body>
</html>
"##
)]
struct Page<'a> {
    digest: &'a Digest,
}

impl Page<'_> {
    fn head(&self) -> Head {
        Head { title: self.digest.title(), has_script: false }
    }

    fn made_on(&self) -> String {
        day(self.digest.made_at)
    }

    fn item(number: usize, entry: &Entry) -> Item<'_> {
        Item { number, entry }
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    whitespace = "minimize",
    source = r##"<article id={{ number }}>
<div>
<header>
<h2><a class=number href=#{{ number }} aria-label="Paper {{ number }}">{{ number }}</a> {{ self.title()|safe }}</h2>
<p>{{ wording::byline(entry.paper, wording::AUTHORS_OF_ENTRY) }}</p>
<p><code>{{ entry.paper.id }}</code></p>
</header>
{%- if let Some(text) = entry.paper.abstract_text %}
<details><summary>Abstract</summary>
<p dir=auto>{{ text }}</p>
</details>
{%- endif %}
</div>
<ol class=why aria-label="Why">
<li>Like {{ self.because()|safe }}{{ Bar::new(&entry.score)|safe }}
{%- if let Some(interest) = entry.interest %}<small>{{ interest }}</small>{% endif -%}
</li>
</ol>
</article>"##
)]
struct Item<'a> {
    number: usize,
    entry: &'a Entry,
}

impl<'a> Item<'a> {
    fn title(&self) -> Title<'a> {
        Title { text: &self.entry.paper.title, link: self.entry.paper.web_link() }
    }

    fn because(&self) -> Title<'a> {
        Title { text: &self.entry.because.title, link: self.entry.because.web_link() }
    }
}
