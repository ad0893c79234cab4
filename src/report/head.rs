//! The `<head>` of all pages. All pages have the same style, and no page loads other files.

use askama::Template;

const STYLE: &str = include_str!("report.css");

/// The content of a page's `<head>`.
#[derive(Template)]
#[template(path = "report/head.html", whitespace = "minimize")]
pub(super) struct Head {
    /// Title of the page.
    pub title: String,
    /// Whether the page has a script.
    pub has_script: bool,
}
