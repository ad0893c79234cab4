//! What a thesis is for.

/// BibLaTeX's `type` of a thesis for what a file calls it: `Ph.D. thesis` is a `phdthesis`; other words stay.
pub(super) fn thesis_type(text: &str) -> String {
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let is = |words: &[&str]| words.iter().any(|word| letters.contains(word));
    if is(&["phd", "dphil", "doctor"]) {
        "phdthesis".to_owned()
    } else if is(&["master", "msc", "mathesis"]) || letters == "ma" || letters == "ms" {
        "mastersthesis".to_owned()
    } else {
        text.to_owned()
    }
}

/// The words for a `type` that [`thesis_type`] reads back.
pub(in crate::formats) fn thesis_words(kind: &str) -> &str {
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
    fn degrees_are_understood_and_written_so_that_they_are() {
        for (text, expected) in [
            ("Ph.D.", "phdthesis"),
            ("Doctoral dissertation", "phdthesis"),
            ("M.Sc. thesis", "mastersthesis"),
            ("MA", "mastersthesis"),
            ("Habilitation", "Habilitation"),
        ] {
            assert_eq!(thesis_type(text), expected, "{text}");
            assert_eq!(thesis_type(thesis_words(expected)), expected);
        }
    }
}
