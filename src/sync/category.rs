//! arXiv's categories ([taxonomy](https://arxiv.org/category_taxonomy)) and their names in each interface.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// Archives: name, group, and whether it has subjects. An archive without subjects is itself a category.
#[rustfmt::skip]
const ARCHIVES: [(&str, &str, bool); 20] = [
    ("astro-ph", "physics", true), ("cond-mat", "physics", true), ("cs", "cs", true), ("econ", "econ", true),
    ("eess", "eess", true), ("gr-qc", "physics", false), ("hep-ex", "physics", false), ("hep-lat", "physics", false),
    ("hep-ph", "physics", false), ("hep-th", "physics", false), ("math", "math", true), ("math-ph", "physics", false),
    ("nlin", "physics", true), ("nucl-ex", "physics", false), ("nucl-th", "physics", false),
    ("physics", "physics", true), ("q-bio", "q-bio", true), ("q-fin", "q-fin", true), ("quant-ph", "physics", false),
    ("stat", "stat", true),
];

/// Archives whose subjects are in lower case, as in `physics.optics`. Subjects of other archives are in upper case, as
/// in `cs.LG`.
const LOWER_CASE: [&str; 2] = ["cond-mat", "physics"];

/// A category (`cs.LG`, `hep-th`) or a whole archive (`cs`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Category {
    archive: &'static str,
    group: &'static str,
    has_subjects: bool,
    subject: Option<String>,
}

impl Category {
    /// Returns the query for the category in the search interface.
    pub(super) fn query(&self) -> String {
        match &self.subject {
            None if self.has_subjects => format!("cat:{}.*", self.archive),
            _ => format!("cat:{self}"),
        }
    }

    /// Returns the set of the category in OAI-PMH: `group:archive:SUBJECT`, or `group:archive`.
    pub(super) fn set(&self) -> String {
        let Self { group, archive, .. } = self;
        match &self.subject {
            Some(subject) => format!("{group}:{archive}:{subject}"),
            // If a group has only one archive, the set has the name of the group.
            None if group == archive && *archive != "physics" => (*archive).to_owned(),
            None => format!("{group}:{archive}"),
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.archive)?;
        self.subject.iter().try_for_each(|subject| write!(f, ".{subject}"))
    }
}

impl FromStr for Category {
    type Err = Error;

    /// Reads `cs.LG` in upper or lower case, and sets of OAI-PMH (`cs:cs:LG`).
    fn from_str(text: &str) -> Result<Self, Error> {
        let trimmed = text.trim();
        let parts: Vec<&str> = trimmed.split([':', '.']).collect();
        let (archive, subject) = match (parts.as_slice(), trimmed.contains(':')) {
            ([archive] | [_, archive], _) if parts.len() == 1 || trimmed.contains(':') => (*archive, None),
            ([archive, subject], false) | ([_, archive, subject], true) => (*archive, Some(*subject)),
            _ => ("", None),
        };
        let found = ARCHIVES.iter().find(|(name, ..)| name.eq_ignore_ascii_case(archive));
        let fits = |has_subjects: bool| {
            subject.is_none_or(|subject| {
                let is_word = subject.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
                has_subjects && is_word && subject.len() >= 2
            })
        };
        match found {
            Some(&(archive, group, has_subjects)) if fits(has_subjects) => {
                let is_lower = LOWER_CASE.contains(&archive);
                let in_case = |s: &str| if is_lower { s.to_ascii_lowercase() } else { s.to_ascii_uppercase() };
                Ok(Self { archive, group, has_subjects, subject: subject.map(in_case) })
            }
            _ => Err(Error::InvalidParameter(format!(
                "arXiv has no category {text:?}; write it as cs.LG, physics.optics or hep-th. \
                 https://arxiv.org/category_taxonomy lists them"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_read_in_any_notation_and_written_in_the_notation_of_each_interface() {
        for (text, name, query, set) in [
            ("cs.LG", "cs.LG", "cat:cs.LG", "cs:cs:LG"),
            (" CS.lg ", "cs.LG", "cat:cs.LG", "cs:cs:LG"),
            ("cs:cs:LG", "cs.LG", "cat:cs.LG", "cs:cs:LG"),
            ("cs", "cs", "cat:cs.*", "cs"),
            ("hep-th", "hep-th", "cat:hep-th", "physics:hep-th"),
            ("physics:hep-th", "hep-th", "cat:hep-th", "physics:hep-th"),
            ("Physics.Optics", "physics.optics", "cat:physics.optics", "physics:physics:optics"),
            ("cond-mat.str-el", "cond-mat.str-el", "cat:cond-mat.str-el", "physics:cond-mat:str-el"),
            ("astro-ph.ga", "astro-ph.GA", "cat:astro-ph.GA", "physics:astro-ph:GA"),
            ("physics", "physics", "cat:physics.*", "physics:physics"),
            ("q-bio.NC", "q-bio.NC", "cat:q-bio.NC", "q-bio:q-bio:NC"),
        ] {
            let category: Category = text.parse().unwrap();
            assert_eq!(
                (category.to_string().as_str(), category.query(), category.set()),
                (name, query.into(), set.into())
            );
        }
    }

    #[test]
    fn invalid_categories_are_refused() {
        for text in ["", "bees", "cs.", "cs.LG AND ti:bees", "hep-th.XY", "cs.L G", "cs.LG.X", "a:b:c:d", ":", "."] {
            let refusal = text.parse::<Category>().unwrap_err().to_string();
            assert!(refusal.contains("write it as cs.LG"), "{text}: {refusal}");
        }
    }
}
