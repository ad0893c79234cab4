//! Authors, in the many ways in which records list them.

use serde_json::Value;

use super::field_names;

/// Who wrote a paper.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Authors {
    pub names: Vec<String>,
    /// There are more.
    pub et_al: bool,
}

/// Authors from a list of names, of objects, of `[family, given]`; or from one string.
pub(super) fn authors(value: &Value) -> Authors {
    match value {
        Value::String(text) => match written_list(text) {
            Some(names) => Authors { names, et_al: false },
            None => split(text),
        },
        Value::Array(elements) => Authors { names: elements.iter().filter_map(name).collect(), et_al: false },
        value => Authors { names: name(value).into_iter().collect(), et_al: false },
    }
}

fn name(value: &Value) -> Option<String> {
    let object = match value {
        Value::String(name) => return Some(name.clone()),
        // arXiv's `authors_parsed`: family, given, suffix.
        Value::Array(parts) => {
            let part = |at: usize| parts.get(at).and_then(Value::as_str).unwrap_or_default();
            return Some(joined([part(1), part(0), part(2)]));
        }
        Value::Object(object) => object,
        _ => return None,
    };
    let part = |keys: &[&str]| {
        let found = object.iter().find(|(key, _)| keys.contains(&field_names::squeezed(key).as_str()));
        found.and_then(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let whole = part(&["name", "fullname", "displayname", "literal", "authorname"]);
    if !whole.is_empty() {
        return Some(whole.to_owned());
    }
    let parts = joined([
        part(&["given", "first", "firstname", "givenname", "forenames", "forename"]),
        part(&["middle", "middlename"]),
        part(&["nondroppingparticle", "droppingparticle"]),
        part(&["family", "last", "lastname", "familyname", "surname", "keyname"]),
        part(&["suffix"]),
    ]);
    if !parts.is_empty() {
        return Some(parts);
    }
    // OpenAlex: `{"author": {"display_name": …}}`. Semantic Scholar's older exports have lists for middle names.
    object.get("author").and_then(name)
}

fn joined<const N: usize>(parts: [&str; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Authors from one string.
///
/// Separators are tried from the plainest down: semicolons, bars and line ends; BibTeX's ` and `; commas last, because
/// `Curie, Marie` is one author and `Marie Curie, Niels Bohr` are two. A line end among commas only wraps the text.
pub(super) fn split(text: &str) -> Authors {
    let (text, et_al) = without_et_al(text);
    let mut names = Vec::new();
    let is_wrapped = text.contains('\n') && (text.contains(',') || text.contains(" and"));
    let separators = [';', '|', if is_wrapped { ';' } else { '\n' }];
    if let Some(separator) = separators.into_iter().find(|separator| text.contains(*separator)) {
        names.extend(text.split(separator).map(|name| name.trim().trim_start_matches("and ").to_owned()));
    } else {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let parts: Vec<&str> = text.split(" and ").flat_map(|part| part.split(" & ")).collect();
        let is_joined = parts.len() > 1;
        // "A B, C D, and E F" has a comma where BibTeX has none.
        for part in parts {
            match split_at_commas(part.trim_end_matches(',')) {
                Some(split) => names.extend(split),
                None if is_joined || !part.trim().is_empty() => names.push(part.to_owned()),
                None => {}
            }
        }
    }
    let names = names.iter().map(|name| name.trim().trim_end_matches(',').to_owned()).filter(|name| !name.is_empty());
    Authors { names: names.collect(), et_al }
}

/// Cuts off `et al.` and BibTeX's `and others`.
pub(super) fn without_et_al(text: &str) -> (&str, bool) {
    let text = text.trim();
    for ending in ["et al.", "et al", "and others", "and others."] {
        let Some(at) = text.len().checked_sub(ending.len()) else { continue };
        if text.is_char_boundary(at)
            && text[at..].eq_ignore_ascii_case(ending)
            && text[..at].ends_with(|c: char| c.is_whitespace() || c == ',' || c == ';')
        {
            return (text[..at].trim().trim_end_matches([',', ';']), true);
        }
    }
    (text, false)
}

/// The names between commas, where the commas are surely between names.
fn split_at_commas(text: &str) -> Option<Vec<String>> {
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let are_initials = |part: &&str| part.split(['.', ' ', '-']).all(|piece| piece.chars().count() <= 1);
    if parts.len() < 2 {
        return None;
    }
    if parts.iter().all(|part| part.contains(' ') && !are_initials(part)) {
        return Some(parts.into_iter().map(str::to_owned).collect());
    }
    // "Curie, M., Bohr, N." gives every second part in initials.
    let (families, initials): (Vec<_>, Vec<_>) = parts.chunks(2).map(|pair| (pair[0], pair.get(1))).unzip();
    let in_pairs = initials.iter().all(|given| given.is_some_and(are_initials));
    (parts.len() > 2 && in_pairs && !families.iter().any(are_initials)).then(|| {
        families.iter().zip(initials).map(|(family, given)| format!("{family}, {}", given.unwrap_or(&""))).collect()
    })
}

/// The elements of a list that a program wrote into a table cell: `["A", "B"]`, or in Python `['A', 'B']`.
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_string_is_split_only_where_names_surely_end() {
        for (text, names) in [
            ("Byron, Ada; Gauss, Carl F.", &["Byron, Ada", "Gauss, Carl F."][..]),
            ("Ada Byron and Carl Gauss", &["Ada Byron", "Carl Gauss"]),
            ("Byron, Ada and Gauss, Carl", &["Byron, Ada", "Gauss, Carl"]),
            ("Ada Byron, Carl Gauss, and Emmy Noether", &["Ada Byron", "Carl Gauss", "Emmy Noether"]),
            ("Ada Byron, Carl Gauss & Emmy Noether", &["Ada Byron", "Carl Gauss", "Emmy Noether"]),
            ("Ada Byron, Carl Gauss", &["Ada Byron", "Carl Gauss"]),
            ("Byron, Ada", &["Byron, Ada"]),
            ("van der Berg, J. K.", &["van der Berg, J. K."]),
            ("Byron, A., Gauss, C. F.", &["Byron, A.", "Gauss, C. F."]),
            ("Plato, Aristotle, Socrates", &["Plato, Aristotle, Socrates"]),
            ("Ada Byron|Carl Gauss", &["Ada Byron", "Carl Gauss"]),
            ("Ada Byron\nCarl Gauss", &["Ada Byron", "Carl Gauss"]),
            ("A. Byron, C.\n  Gauss and\nE. Noether", &["A. Byron", "C. Gauss", "E. Noether"]),
            ("Byron, A.; and Gauss, C.", &["Byron, A.", "Gauss, C."]),
            ("['Ada Byron', \"Conor O'Neil\"]", &["Ada Byron", "Conor O'Neil"]),
            ("[\"Byron, Ada\"]", &["Byron, Ada"]),
            ("Ferdinand Sandoval", &["Ferdinand Sandoval"]),
            (" ; ", &[]),
        ] {
            assert_eq!(authors(&json!(text)).names, names, "in {text:?}");
        }
    }

    #[test]
    fn et_al_is_a_flag_and_not_a_name() {
        for text in ["Ada Byron et al.", "Ada Byron, et al", "Ada Byron and others", "Ada Byron; et al."] {
            assert_eq!(split(text), Authors { names: vec!["Ada Byron".into()], et_al: true }, "{text}");
        }
        assert_eq!(split("Ada Metal").names, ["Ada Metal"]);
    }

    #[test]
    fn names_in_parts_are_joined() {
        let value = json!([
            {"first": "Ada", "middle": ["K."], "last": "Byron"}, {"firstName": "Carl", "lastName": "Gauss"},
            {"given": "Emmy", "family": "Noether", "suffix": "Jr."}, {"literal": "The Bee Team"}, 7, {}, "Plain Name"
        ]);
        assert_eq!(
            authors(&value).names,
            ["Ada Byron", "Carl Gauss", "Emmy Noether Jr.", "The Bee Team", "Plain Name"]
        );
    }
}
