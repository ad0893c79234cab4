//! Reads people from the many forms in which records list them. Returns names in BibTeX's notation if the source has
//! the parts of names.

use serde_json::{Map, Value};

use super::commas::{self, PairEvidence};
use super::shapes;
use super::squeezed::squeezed;
use super::written_list::written_list;
use crate::paper::{Name, single_spaced};

/// Who wrote a paper.
#[derive(Debug, Default, PartialEq)]
pub(in crate::formats) struct Authors {
    pub names: Vec<String>,
    /// Whether there are more authors.
    pub et_al: bool,
}

/// Roles other than that of an author, in Zotero's and DataCite's words, in the form of [`squeezed`].
const OTHER_ROLES: [&str; 21] = [
    "editor", "serieseditor", "translator", "contributor", "bookauthor", "reviewedauthor", "recipient", "castmember",
    "commenter", "counsel", "wordsby", "producer", "scriptwriter", "attorneyagent", "guest", "interviewer",
    "cosponsor", "datacurator", "datamanager", "hostinginstitution", "rightsholder",
];

/// Returns the authors from a list of names, of objects or of `[family, given]`, or from one string.
pub(in crate::formats) fn authors(value: &Value) -> Authors {
    authors_by_habit(value, &PairEvidence::default())
}

/// As [`authors`], with the evidence from other lists of the file.
pub(super) fn authors_by_habit(value: &Value, habit: &PairEvidence) -> Authors {
    match value {
        Value::String(text) => match written_list(text) {
            Some(names) => Authors { names, et_al: false },
            None => split_by_habit(text, habit),
        },
        Value::Array(elements) => {
            let is_author = |element: &&Value| role(element).is_none_or(|role| !OTHER_ROLES.contains(&role.as_str()));
            of_names(elements.iter().filter(is_author).filter_map(name).collect())
        }
        Value::Object(object) => match object.get("author") {
            // Europe PMC and DBLP: `{"author": [ … ]}`.
            Some(inner @ (Value::Array(_) | Value::String(_))) => authors_by_habit(inner, habit),
            Some(inner) => of_names(name(inner).into_iter().collect()),
            None => of_names(name(value).into_iter().collect()),
        },
        _ => Authors::default(),
    }
}

/// Returns the people in a list whose role is `wanted`, as in Zotero's `creators`.
pub(super) fn with_role(value: &Value, wanted: &str) -> Vec<String> {
    let has_role = |element: &&Value| role(element).is_some_and(|role| role == wanted);
    value.as_array().into_iter().flatten().filter(has_role).filter_map(name).collect()
}

/// Joins names as BibTeX does: `Byron, Ada and Gauss, Carl`.
pub(in crate::formats) fn joined(names: &[String]) -> String {
    let guarded = |name: &String| {
        let is_split = crate::paper::split_and(name).len() > 1;
        if is_split { format!("{{{name}}}") } else { name.clone() }
    };
    names.iter().map(guarded).collect::<Vec<_>>().join(" and ")
}

fn of_names(mut names: Vec<String>) -> Authors {
    let is_others = |name: &String| matches!(name.trim_matches(['{', '}']), "others" | "et al." | "et al");
    let et_al = names.last().is_some_and(is_others);
    names.truncate(names.len() - usize::from(et_al));
    Authors { names, et_al }
}

fn role(element: &Value) -> Option<String> {
    let object = element.as_object()?;
    let role = object.get("creatorType").or_else(|| object.get("contributorType"))?.as_str()?;
    Some(squeezed(role))
}

fn name(value: &Value) -> Option<String> {
    let object = match value {
        Value::String(name) => return Some(name.trim().to_owned()),
        // arXiv's `authors_parsed`: family, given, suffix.
        Value::Array(parts) => {
            let part = |at: usize| parts.get(at).and_then(Value::as_str).unwrap_or_default();
            // arXiv turns a colon after the name of a collaboration into a name without letters.
            let has_letters = parts.iter().filter_map(Value::as_str).any(|part| part.contains(char::is_alphanumeric));
            return has_letters.then(|| in_notation(part(0), part(1), part(2)));
        }
        Value::Object(object) => object,
        _ => return None,
    };
    let family = part(object, &["family", "last", "lastname", "familyname", "surname", "keyname"]);
    if family.is_empty() {
        return whole_name(object);
    }
    let particles = part(object, &["nondroppingparticle", "droppingparticle"]);
    let family = [particles, family].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let given = part(object, &["given", "first", "firstname", "givenname", "forenames", "forename", "initials"]);
    let given = [given, part(object, &["middle", "middlename"])];
    let given = given.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    Some(in_notation(&family, &given, &part(object, &["suffix"])))
}

/// Returns the first value under one of `keys` that is not empty. It may be a list: Semantic Scholar's older exports
/// have lists of middle names.
fn part(object: &Map<String, Value>, keys: &[&str]) -> String {
    let is_key = |name: &str| keys.contains(&squeezed(name).as_str());
    let mut found = object.iter().filter(|(name, _)| is_key(name)).map(|(_, value)| match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Array(_) => shapes::text(value),
        _ => String::new(),
    });
    found.find(|text| !text.is_empty()).unwrap_or_default()
}

fn whole_name(object: &Map<String, Value>) -> Option<String> {
    // Crossref (with `sequence`) and Zotero (with `creatorType`) write `name` only if a name has no parts, as for an
    // organisation.
    let has_only_organisations = object.get("sequence").is_some() || object.get("creatorType").is_some();
    let says_so = object.get("nameType").and_then(Value::as_str) == Some("Organizational");
    let name = part(object, &["name", "fullname", "displayname", "authorname", "text"]);
    if !name.is_empty() {
        let is_organisation = has_only_organisations || says_so;
        return Some(if is_organisation { in_notation(&name, "", "") } else { name.trim().to_owned() });
    }
    let organisation = part(object, &["literal", "collectivename", "collaboration"]);
    if !organisation.is_empty() {
        return Some(in_notation(&organisation, "", ""));
    }
    let given = part(object, &["given", "first", "firstname", "givenname"]);
    if !given.is_empty() {
        return Some(in_notation(&given, "", ""));
    }
    // OpenAlex: `{"author": {"display_name": …}}`.
    let inner = object.get("author").and_then(Value::as_object).and_then(whole_name);
    inner.or_else(|| Some(part(object, &["rawauthorname"])).filter(|name| !name.is_empty()))
}

/// Returns a name in BibTeX's notation, with braces if commas or words in the parts would be misread.
pub(in crate::formats) fn in_notation(family: &str, given: &str, suffix: &str) -> String {
    let name = Name { family: family.trim().into(), given: given.trim().into(), suffix: suffix.trim().into() };
    let plain = name.notation();
    let has_braces = [family, given, suffix].iter().any(|part| part.contains(['{', '}']));
    if !has_braces || Name::parse(&plain) == name {
        return plain;
    }
    let guarded = |part: &str| if part.is_empty() { String::new() } else { format!("{{{part}}}") };
    let (family, given, suffix) = (guarded(&name.family), guarded(&name.given), guarded(&name.suffix));
    match (given.is_empty(), suffix.is_empty()) {
        (true, true) => family,
        (_, true) => format!("{family}, {given}"),
        (_, false) => format!("{family}, {suffix}, {given}"),
    }
}

/// Returns the affiliations that are listed with the authors.
pub(super) fn affiliations(value: &Value) -> Vec<String> {
    let inner = value.get("author").unwrap_or(value);
    let mut found = Vec::new();
    for object in inner.as_array().into_iter().flatten().filter_map(Value::as_object) {
        let keys = ["affiliations", "affiliation", "institutions", "raw_affiliations"];
        match keys.iter().find_map(|key| object.get(*key).filter(|value| !shapes::is_blank(value))) {
            Some(Value::Array(elements)) => found.extend(elements.iter().map(shapes::text)),
            Some(value) => found.push(shapes::text(value)),
            None => {}
        }
    }
    found
}

/// Returns the authors from one string.
///
/// The first of these separators in the string is used: semicolon, bar, line end; then ` and ` or ` & `; then comma, as
/// described in [`commas`]. If a string with line ends also has commas or ` and`, the line ends only wrap the text.
pub(in crate::formats) fn split(text: &str) -> Authors {
    split_by_habit(text, &PairEvidence::default())
}

/// Returns the separator of the names in `text`, if it is a semicolon, a bar or a line end.
fn plain_separator(text: &str) -> Option<char> {
    let is_wrapped = text.contains('\n') && (text.contains(',') || text.contains(" and"));
    let separators = [';', '|', if is_wrapped { ';' } else { '\n' }];
    separators.into_iter().find(|separator| text.contains(*separator))
}

/// Learns from one list of names how its file writes such lists.
pub(in crate::formats) fn learn(text: &str, habit: &PairEvidence) {
    let (text, _) = without_et_al(text);
    if plain_separator(text).is_none() && !text.contains(" and ") && !text.contains(['[', '{', '&']) {
        habit.learn(text);
    }
}

fn split_by_habit(text: &str, habit: &PairEvidence) -> Authors {
    let (text, et_al) = without_et_al(text);
    let mut names = Vec::new();
    if let Some(separator) = plain_separator(text) {
        names.extend(text.split(separator).map(|name| name.trim().trim_start_matches("and ").to_owned()));
    } else {
        let text = single_spaced(text);
        let parts: Vec<&str> = text.split(" and ").flat_map(|part| part.split(" & ")).collect();
        let is_joined = parts.len() > 1;
        // A BibTeX list of names, each as `Family, Given`.
        let are_pairs = is_joined && parts.iter().all(|part| part.trim_end_matches(',').matches(',').count() == 1);
        // "A B, C D, and E F" has a comma before the "and", which BibTeX does not write.
        for part in parts {
            match commas::split(part.trim_end_matches(','), habit).filter(|_| !are_pairs) {
                Some(split) => names.extend(split),
                None if is_joined || !part.trim().is_empty() => names.push(part.to_owned()),
                None => {}
            }
        }
    }
    let names = names.iter().map(|name| without_registry_number(name.trim().trim_end_matches(',')).to_owned());
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    let turned: Option<Vec<String>> = names.iter().map(|name| with_comma(name)).collect();
    Authors { names: turned.unwrap_or(names), et_al }
}

/// Removes Scopus's number of an author, which follows the name: `Byron, Ada (57190394669)`.
fn without_registry_number(name: &str) -> &str {
    let number = name.strip_suffix(')').and_then(|name| name.rsplit_once(" ("));
    match number {
        Some((name, number)) if number.len() >= 8 && number.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => name,
    }
}

/// Adds a comma after the family name to a name as in Scopus (`Byron A.K.`) or PubMed (`Byron AK`). Returns `None` for
/// any other name.
fn with_comma(name: &str) -> Option<String> {
    let (family, initials) = name.split_once(' ').and_then(|_| name.rsplit_once(' '))?;
    let pieces = || initials.split(['.', '-']).filter(|piece| !piece.is_empty());
    let is_dotted = initials.contains('.');
    let are_capitals = |piece: &str| piece.chars().all(char::is_uppercase);
    let longest = if is_dotted { 1 } else { 3 };
    let are_initials = pieces().all(|piece| are_capitals(piece) && piece.chars().count() <= longest)
        || pieces().count() == 1 && pieces().all(|piece| are_capitals(piece) && piece.chars().count() <= 3);
    // "A. K. Byron" has its initials in front, and "ADA BYRON" has no initials.
    let is_word = |word: &str| word.chars().filter(|c| c.is_lowercase()).count() > 0;
    let is_family = !family.contains(['.', ',']) && family.split(' ').next_back().is_some_and(is_word);
    // PubMed ends its list with a full stop.
    let is_end = initials.len() > 2 && initials.find('.') == Some(initials.len() - 1);
    let initials = if is_end { initials.trim_end_matches('.') } else { initials };
    (pieces().count() > 0 && are_initials && is_family).then(|| format!("{family}, {initials}"))
}

/// Splits names that Springer's tables write without a separator: `Ada ByronCarl Gauss`.
pub(super) fn unglued(names: &str) -> Vec<String> {
    const PREFIXES: [&str; 9] = ["Mc", "Mac", "De", "Di", "Du", "La", "Le", "Van", "Fitz"];
    let mut parts = Vec::new();
    let (mut start, mut word_start, mut has_space) = (0, 0, false);
    let letters = names.char_indices();
    for ((_, before), (at, letter)) in letters.clone().zip(letters.skip(1)) {
        if matches!(before, ' ' | '-' | '\'') {
            word_start = at;
        }
        has_space |= before == ' ';
        let word = &names[word_start..at];
        let is_seam = (before.is_lowercase() || before == '.') && letter.is_uppercase();
        let has_family = has_space && word.chars().nth(1).is_some();
        if is_seam && has_family && !PREFIXES.contains(&word) && !word.ends_with('.') {
            parts.push(names[start..at].to_owned());
            (start, word_start, has_space) = (at, at, false);
        }
    }
    parts.push(names[start..].to_owned());
    parts
}

/// Removes `et al.` or BibTeX's `and others` at the end. Returns whether there was one of them.
pub(in crate::formats) fn without_et_al(text: &str) -> (&str, bool) {
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
            ("Byron, Ada, Gauss, Carl", &["Byron, Ada", "Gauss, Carl"]),
            ("Corrêa de Sousa, Ana Carolina and Byron, Ada", &["Corrêa de Sousa, Ana Carolina", "Byron, Ada"]),
            ("Ada Byron|Carl Gauss", &["Ada Byron", "Carl Gauss"]),
            ("Ada Byron\nCarl Gauss", &["Ada Byron", "Carl Gauss"]),
            ("A. Byron, C.\n  Gauss and\nE. Noether", &["A. Byron", "C. Gauss", "E. Noether"]),
            ("Byron, A.; and Gauss, C.", &["Byron, A.", "Gauss, C."]),
            ("['Ada Byron', \"Conor O'Neil\"]", &["Ada Byron", "Conor O'Neil"]),
            ("[\"Byron, Ada\"]", &["Byron, Ada"]),
            ("Ferdinand Sandoval", &["Ferdinand Sandoval"]),
            ("Byron AK, Gauss C, O'Hara RE.", &["Byron, AK", "Gauss, C", "O'Hara, RE"]),
            ("Byron A.K.; van der Berg J.-P.", &["Byron, A.K.", "van der Berg, J.-P."]),
            ("A. K. Byron; C. F. Gauss", &["A. K. Byron", "C. F. Gauss"]),
            ("ADA BYRON; CARL GAUSS", &["ADA BYRON", "CARL GAUSS"]),
            ("Byron, Ada (57190394669); Gauss, Carl (57190394670)", &["Byron, Ada", "Gauss, Carl"]),
            (" ; ", &[]),
        ] {
            assert_eq!(authors(&Value::String(text.into())).names, names, "in {text:?}");
        }
    }

    /// As [`unglued`], but searches for the last word again at each letter.
    fn unglued_slowly(names: &str) -> Vec<String> {
        let prefixes = ["Mc", "Mac", "De", "Di", "Du", "La", "Le", "Van", "Fitz"];
        let letters: Vec<(usize, char)> = names.char_indices().collect();
        let (mut parts, mut start) = (Vec::new(), 0);
        for [(_, before), (at, letter)] in letters.array_windows() {
            let word = names[start..*at].rsplit([' ', '-', '\'']).next().unwrap_or_default();
            let is_seam = (before.is_lowercase() || *before == '.') && letter.is_uppercase();
            let has_family = names[start..*at].contains(' ') && word.chars().count() > 1;
            if is_seam && has_family && !prefixes.contains(&word) && !word.ends_with('.') {
                parts.push(names[start..*at].to_owned());
                start = *at;
            }
        }
        parts.push(names[start..].to_owned());
        parts
    }

    proptest::proptest! {
        #[test]
        fn names_are_split_as_by_searching_each_time(names in "([A-C]|[a-c]|[ .'-]|Mc|De|é){0,16}") {
            proptest::prop_assert_eq!(unglued(&names), unglued_slowly(&names));
        }
    }

    #[test]
    fn a_long_word_is_searched_once_for_seams() {
        assert_eq!(unglued(&"aA".repeat(500_000)).len(), 1);
    }

    #[test]
    fn names_without_a_separator_are_split() {
        assert_eq!(
            unglued("Ada ByronCarl F. McGaussEmmy de Noether"),
            ["Ada Byron", "Carl F. McGauss", "Emmy de Noether"]
        );
        assert_eq!(unglued("Plato"), ["Plato"]);
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
        let text = json!([
            {"first": "Ada", "middle": ["K."], "last": "Byron"}, {"firstName": "Carl", "lastName": "Gauss"},
            {"given": "Emmy", "family": "Noether", "suffix": "Jr."}, {"literal": "The Bee Team"}, 7, {}, "Plain Name"
        ]);
        assert_eq!(
            authors(&serde_json::from_str(&text.to_string()).unwrap()).names,
            ["Byron, Ada K.", "Gauss, Carl", "Noether, Jr., Emmy", "{The Bee Team}", "Plain Name"]
        );
    }
}
