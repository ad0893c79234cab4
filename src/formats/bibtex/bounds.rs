//! Where a field begins that is not parted from the one before it as it should be.

/// Names that are taken for a field's wherever they stand with a value.
const KNOWN: [&str; 24] = [
    "abstract",
    "address",
    "author",
    "booktitle",
    "doi",
    "edition",
    "editor",
    "eprint",
    "institution",
    "isbn",
    "issn",
    "journal",
    "journaltitle",
    "keywords",
    "month",
    "note",
    "number",
    "pages",
    "publisher",
    "school",
    "series",
    "title",
    "volume",
    "year",
];

/// Whether a value holds a line that begins another field: then a brace or a quote is missing before it, and one too
/// many stands behind it.
pub(super) fn swallows_field(value: &str) -> bool {
    // An entry within a note has fields of its own.
    !value.contains('@')
        && value.contains('\n')
        && value.split('\n').skip(1).any(|line| begins_known_field(line, false))
}

/// Whether a text begins with a field that all know.
pub(super) fn begins_known_field(text: &str, may_be_number: bool) -> bool {
    let name = name_at_start(text.trim_start());
    let behind = text.trim_start()[name.len()..].trim_start();
    let value = behind.strip_prefix('=').map(str::trim_start);
    value.is_some_and(|value| value.starts_with(|c: char| c == '{' || c == '"' || may_be_number && c.is_ascii_digit()))
        && KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The letters and signs at the start of a text that may be a name.
pub(super) fn name_at_start(text: &str) -> &str {
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-+:".contains(byte)).count();
    &text[..length]
}

/// `text` ends with the `=` of a field; where that field begins. For `title = "Never closed, year = "1999"`, where a quote is
/// missing.
pub(super) fn field_at_end(text: &str) -> Option<usize> {
    let before = text.trim_end().strip_suffix('=')?.trim_end();
    let name = before.bytes().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-+:".contains(byte)).count();
    let start = before.len() - name;
    let is_parted = before[..start].trim_end_matches([' ', '\t']).ends_with([',', '\n']);
    (name > 0 && is_parted).then_some(start)
}
