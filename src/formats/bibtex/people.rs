//! Converts lists of names from LaTeX to the notation that the library stores.

use super::super::fields::people;
use crate::paper::clean::latex::{GROUP_END, GROUP_START, from_latex_with_groups};
use crate::paper::{single_spaced, split_and};

/// Returns the names in a list, and whether the list contains `others` or `et al.`.
pub(super) fn names(latex: &str) -> (Vec<String>, bool) {
    let mut names: Vec<String> =
        listed(latex).iter().map(|name| name_in_text(name)).filter(|name| !name.is_empty()).collect();
    let is_others = |name: &String| matches!(name.to_lowercase().trim_end_matches('.'), "others" | "et al" | "{et al}");
    let before = names.len();
    names.retain(|name| !is_others(name));
    let et_al = names.len() < before;
    (names, et_al)
}

/// Splits a list into names as written: at each `and`. A list with semicolons or many commas but no `and` is split like
/// the lists of other formats.
fn listed(latex: &str) -> Vec<String> {
    let names = split_and(latex);
    if let [only] = &names[..]
        && !only.contains('{')
        && (only.contains(';') || only.matches(',').count() > 2)
    {
        return people::split(only).names;
    }
    names.iter().flat_map(|name| before_and(name)).map(str::to_owned).collect()
}

/// Splits the text before an `and` at its commas, if these separate names. In `A B, C D, and …`, the comma before the
/// `and` shows that they do, if each name contains a space.
fn before_and(name: &str) -> Vec<&str> {
    let Some(listed) = name.strip_suffix(',') else { return vec![name] };
    let names: Vec<&str> = listed.split(',').map(str::trim).collect();
    let are_whole = !listed.contains('{') && names.iter().all(|name| name.contains(' '));
    if are_whole { names } else { vec![listed] }
}

fn name_in_text(latex: &str) -> String {
    if latex.contains('=')
        && let Some(name) = name_by_parts(latex)
    {
        return name;
    }
    let marked = from_latex_with_groups(latex);
    if !marked.contains([GROUP_START, '{', '}']) {
        return single_spaced(&marked);
    }
    let mut name = String::with_capacity(marked.len());
    let mut group: Option<String> = None;
    let mut depth = 0usize;
    for c in marked.chars() {
        match c {
            GROUP_START => {
                depth += 1;
                group.get_or_insert_with(String::new);
            }
            GROUP_END => depth = depth.saturating_sub(1),
            // Braces in the text would look like those of a group.
            '{' | '}' => continue,
            c => group.as_mut().unwrap_or(&mut name).push(c),
        }
        if depth == 0
            && let Some(inside) = group.take()
        {
            // Braces around a single word only prevent its abbreviation, so they are dropped. After a comma they are
            // kept, because without them a given name could be read as a suffix.
            match inside.trim().contains([' ', ',', '\u{a0}']) || name.trim_end().ends_with(',') {
                true => name.push_str(&format!("{{{}}}", inside.trim())),
                false => name.push_str(&inside),
            }
        }
    }
    name.push_str(&group.unwrap_or_default());
    single_spaced(&name)
}

/// Reads a name in Biber's notation by parts: `family=Byron, given=Ada, prefix=von`.
fn name_by_parts(latex: &str) -> Option<String> {
    let mut parts = [const { String::new() }; 4];
    for part in latex.split(',') {
        let (key, value) = part.split_once('=')?;
        let at = ["family", "given", "prefix", "suffix"].iter().position(|name| *name == key.trim());
        let value = value.trim().trim_matches('"');
        if let Some(at) = at {
            parts[at] = name_in_text(value).replace(['{', '}'], "");
        }
    }
    let [family, given, prefix, suffix] = parts;
    let family = format!("{prefix} {family}").trim().to_owned();
    let suffix = if suffix.is_empty() { suffix } else { format!("{suffix}, ") };
    (!family.is_empty()).then(|| if given.is_empty() { family.clone() } else { format!("{family}, {suffix}{given}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_only_the_braces_that_matter() {
        for (latex, expected) in [
            (r#"{\"O}zge, Ada and Garc{\'\i}a M{\'a}rquez, Gabriel"#, vec!["Özge, Ada", "García Márquez, Gabriel"]),
            (
                "{World Health Organization} and {{Barnes and Noble}, Inc.}",
                vec!["{World Health Organization}", "{Barnes and Noble, Inc.}"],
            ),
            (
                "Jordan L. Boyd{-}Graber and Lee{-}ann {Raboso} and {cfr42}",
                vec!["Jordan L. Boyd-Graber", "Lee-ann Raboso", "cfr42"],
            ),
            ("{W.M.P. van der} Aalst and A.~Byron", vec!["{W.M.P. van der} Aalst", "A. Byron"]),
            ("{\\'E}cole Sup, X and {{\\'E}cole Normale}", vec!["École Sup, X", "{École Normale}"]),
            ("Ada Byron, Carl Gauss, and Euler, L.", vec!["Ada Byron", "Carl Gauss", "Euler, L."]),
            ("Rahman Ali, {Md}", vec!["Rahman Ali, {Md}"]),
            ("Byron, Ada, and Euler, L.", vec!["Byron, Ada", "Euler, L."]),
            ("Byron, A.; Gauss, C.", vec!["Byron, A.", "Gauss, C."]),
            ("family=Byron, given=Ada, prefix=von and given=Carl, family=Gauss", vec!["von Byron, Ada", "Gauss, Carl"]),
        ] {
            assert_eq!(names(latex), (expected.into_iter().map(str::to_owned).collect(), false), "{latex}");
        }
        assert_eq!(names("Byron, Ada and others"), (vec!["Byron, Ada".to_owned()], true));
    }
}
