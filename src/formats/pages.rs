//! The pages of a paper, from fields for the first and the last page.

/// `12--34`, as BibTeX writes it, or the one page that is known. A first page that is a range already stays as it is, unless
/// the last shows that hyphens belong to the numbers (`S1-12`, `S1-20`).
pub(super) fn page_range(first: &str, last: &str) -> String {
    let is_parted = |page: &str| page.contains(['-', '\u{2013}', ',']);
    match (first.trim(), last.trim()) {
        // Ovid: "No" to "Specified", "No" to "Pagination".
        ("No", last) if !last.starts_with(|c: char| c.is_ascii_digit()) => String::new(),
        ("", last) => last.to_owned(),
        (first, last) if last.is_empty() || first == last || is_parted(first) && !is_parted(last) => first.to_owned(),
        (first, last) => format!("{first}--{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_a_range_once() {
        for (first, last, expected) in [
            ("12", " 34", "12--34"),
            ("349-69", "", "349-69"),
            ("349-69", "369", "349-69"),
            ("S1-12", "S1-20", "S1-12--S1-20"),
            ("7", "7", "7"),
            ("e0815", "", "e0815"),
            ("", "9", "9"),
            ("No", "Specified", ""),
            ("No", "Pagination", ""),
        ] {
            assert_eq!(page_range(first, last), expected);
        }
    }
}
