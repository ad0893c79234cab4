//! Reads lists that programs have written as text.

/// Returns the elements of a list that a program wrote into a table cell: `["A", "B"]`, or in Python `['A', 'B']`.
pub(super) fn written_list(text: &str) -> Option<Vec<String>> {
    let inside = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    if let Ok(elements) = serde_json::from_str::<Vec<String>>(text) {
        return Some(elements);
    }
    let mut elements = Vec::new();
    let mut rest = inside.trim();
    while let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"')) {
        let mut element = String::new();
        let mut escaped = false;
        let mut end = None;
        for (at, c) in rest.char_indices().skip(1) {
            match c {
                c if escaped => {
                    element.push(c);
                    escaped = false;
                }
                '\\' => escaped = true,
                c if c == quote => {
                    end = Some(at + quote.len_utf8());
                    break;
                }
                c => element.push(c),
            }
        }
        elements.push(element);
        rest = rest[end?..].trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    rest.is_empty().then_some(elements)
}
