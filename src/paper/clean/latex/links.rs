//! Links in LaTeX. No character has a special meaning in them, but exporters escape some characters nevertheless.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::paper::patterns::compiled;

static ESCAPE: LazyLock<Regex> = LazyLock::new(|| {
    let names = "textasciitilde|textunderscore|textbackslash|sim|url|path|slash|allowbreak|protect";
    compiled(&format!(r"\\({names}) *|\\([_&%#$~{{}}/-])|[{{}}]"))
});

/// Reads a link, a path or a file name: undoes escapes, and keeps everything else.
pub(crate) fn from_latex_link(text: &str) -> String {
    let meant = |escape: &Captures| {
        let name = escape.get(1).or(escape.get(2)).map_or("", |name| name.as_str());
        let meant = match name {
            "textasciitilde" | "sim" => "~",
            "textunderscore" => "_",
            "textbackslash" => "\\",
            "slash" => "/",
            "url" | "path" | "allowbreak" | "protect" | "-" => "",
            sign => sign,
        };
        meant.to_owned()
    };
    ESCAPE.replace_all(text, meant).into_owned()
}
