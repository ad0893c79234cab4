//! Degrees of theses: converts between words for them and BibLaTeX's `phdthesis` and `mastersthesis`.

/// Returns BibLaTeX's `type` of a thesis if the text has a degree, such as `Ph.D.`, `doctoralThesis` or
/// `Thesis (M.S.)--Hive University`.
pub(super) fn degree(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '.').map(|word| word.replace('.', ""));
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let is_doctors = |word: &String| word.contains("doctor") || word.starts_with("phd") || word == "dphil";
    let is_masters = |word: &String| {
        word.contains("master")
            || word.starts_with("msc")
            || matches!(word.as_str(), "ma" | "ms" | "mathesis" | "msthesis")
    };
    if words.iter().any(is_doctors) || words.windows(2).any(|pair| pair[0] == "ph" && pair[1] == "d") {
        Some("phdthesis")
    } else {
        words.iter().any(is_masters).then_some("mastersthesis")
    }
}

/// Returns BibLaTeX's `type` of a thesis for the words in a file: `phdthesis` for `Ph.D. thesis`. Other words are
/// returned unchanged.
pub(super) fn thesis_type(text: &str) -> String {
    degree(text).unwrap_or(text).to_owned()
}

/// Returns the words for a `type`. [`thesis_type`] converts them back.
pub(super) fn thesis_words(kind: &str) -> &str {
    match kind {
        "phdthesis" => "PhD thesis",
        "mastersthesis" => "Master's thesis",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_recognised_and_their_words_are_read_back() {
        for (text, expected) in [
            ("Ph.D.", "phdthesis"),
            ("Ph. D.", "phdthesis"),
            ("Doctoral dissertation", "phdthesis"),
            ("info:eu-repo/semantics/doctoralThesis", "phdthesis"),
            ("M.Sc. thesis", "mastersthesis"),
            ("Thesis (M.S.)--Hive University, 1999", "mastersthesis"),
            ("MA", "mastersthesis"),
            ("Habilitation", "Habilitation"),
            ("A thesis on graph design", "A thesis on graph design"),
        ] {
            assert_eq!(thesis_type(text), expected, "{text}");
            assert_eq!(thesis_type(thesis_words(expected)), expected);
        }
    }
}
