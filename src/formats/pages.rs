//! Makes the page range of a paper from its first and its last page.

/// Returns the pages as BibTeX writes them (`12--34`), or the one page that is known. If `first` is a range already, it
/// is returned unchanged. But if `last` has a hyphen too, hyphens are part of the page numbers (`S1-12`, `S1-20`).
pub(super) fn page_range(first: &str, last: &str) -> String {
    let is_parted = |page: &str| page.contains(['-', '\u{2013}', ',']);
    match (first.trim(), last.trim()) {
        // If there are no pages, Ovid writes "No" as the first page and "Specified" or "Pagination" as the last.
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
    fn the_first_and_the_last_page_make_one_range() {
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
