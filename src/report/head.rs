//! The head that all pages share: a page loads nothing, and all look alike.

use askama::Template;

const STYLE: &str = include_str!("report.css");

/// The inside of a page's `<head>`.
#[derive(Template)]
#[template(
    ext = "html",
    whitespace = "minimize",
    source = r##"<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline';{% if has_script %} script-src 'unsafe-inline';{% endif %} base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="relata">
<title>{{ title }}</title>
<style>
{{ STYLE|safe }}
</style>"##
)]
pub(super) struct Head {
    /// Title of the page.
    pub title: String,
    /// Whether the page has a script.
    pub has_script: bool,
}
