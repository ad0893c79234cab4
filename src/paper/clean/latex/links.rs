//! Links: every sign stands for itself, but exporters escape some of them all the same.

/// A link, a path or a file name out of LaTeX: escapes are undone, everything else stands for itself.
pub(crate) fn from_latex_link(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '{', '}']) {
        out.push_str(&rest[..at]);
        let found = &rest[at..];
        const NAMES: [(&str, &str); 9] = [
            ("\\textasciitilde", "~"),
            ("\\textunderscore", "_"),
            ("\\textbackslash", "\\"),
            ("\\sim", "~"),
            ("\\url", ""),
            ("\\path", ""),
            ("\\slash", "/"),
            ("\\allowbreak", ""),
            ("\\protect", ""),
        ];
        if let Some((name, meant)) = NAMES.iter().find(|(name, _)| found.starts_with(name)) {
            out.push_str(meant);
            rest = found[name.len()..].trim_start_matches(' ');
            continue;
        }
        let mut characters = found.chars();
        match (characters.next(), characters.clone().next()) {
            (Some('\\'), Some(escaped @ ('_' | '&' | '%' | '#' | '$' | '~' | '{' | '}' | '-' | '/'))) => {
                if escaped != '-' {
                    out.push(escaped);
                }
                characters.next();
            }
            (Some('\\'), _) => out.push('\\'),
            _ => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out
}
