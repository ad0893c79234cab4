//! Names of people in the notation of [BibTeX](http://mirrors.ctan.org/info/bibtex/tamethebeast/ttb_en.pdf) (section
//! 11), which every reference manager can read. The forms are `Family, Given`, `Family, Suffix, Given` and `Given von
//! Family`. Names of organisations are in braces: `{World Health Organization}`.

use super::spacing::single_spaced;

/// A name in parts. A name without a given name, such as that of an organisation, is a family name only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// With particles: `van der Waals`.
    pub family: String,
    /// Given names or initials.
    pub given: String,
    /// `Jr`, `III`.
    pub suffix: String,
}

/// Suffixes after a person's name and a comma.
const SUFFIXES: [&str; 9] = ["jr", "sr", "ii", "iii", "iv", "md", "phd", "dphil", "frs"];

/// Particles that begin or join family names.
pub(crate) const PARTICLES: [&str; 40] = [
    "van", "von", "de", "der", "den", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "el", "al",
    "bin", "ibn", "ben", "ter", "ten", "te", "zu", "zur", "zum", "af", "av", "y", "e", "st", "san", "in", "'t", "vom",
    "dal", "dalla", "degli", "op", "i",
];

/// Suffixes after an organisation's name and a comma.
const COMPANIES: [&str; 4] = ["inc", "ltd", "llc", "gmbh"];

impl Name {
    /// Reads a name in BibTeX's notation.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let whole = |text: &str| Self { family: without_braces(text), ..Self::default() };
        if is_braced(text) {
            return whole(text);
        }
        let parts: Vec<&str> = split_outside_braces(text, |c| c == ',').collect();
        let part = |at: usize| without_braces(parts.get(at).map_or("", |part| part.trim()));
        match parts.len() {
            1 => Self::given_first(text),
            2 if is_one_of(parts[1], &COMPANIES) => whole(text),
            // In "Rahman, Md", "Md" is a given name: a suffix needs two words before it.
            2 if is_one_of(parts[1], &SUFFIXES) && part(0).contains(' ') => {
                Self { suffix: part(1), ..Self::given_first(parts[0].trim()) }
            }
            2 => Self { family: part(0), given: part(1), suffix: String::new() },
            // Everything except BibTeX writes "Family, Given, Suffix".
            3 if is_one_of(parts[2], &SUFFIXES) => Self { family: part(0), given: part(1), suffix: part(2) },
            3 => Self { family: part(0), given: part(2), suffix: part(1) },
            _ => whole(text),
        }
    }

    /// Reads `Given von Family`. The family name begins with the first particle, or is the last word if there is none.
    ///
    /// A particle is a word in lower case. If the first word is in lower case too (`maria de la cruz`, `peter j
    /// bickel`), case distinguishes nothing, and a particle is one of [`PARTICLES`] that is no initial.
    fn given_first(text: &str) -> Self {
        let words = words_outside_braces(text);
        let Some(last) = words.len().checked_sub(1) else { return Self::default() };
        let is_known = |word: &str| word.len() > 1 && PARTICLES.contains(&word);
        let by_case = !words[0].starts_with(char::is_lowercase);
        let is_particle = |word: &&str| by_case && word.starts_with(char::is_lowercase) || is_known(word);
        let family = words[..last].iter().position(is_particle).unwrap_or(last);
        let joined = |words: &[&str]| without_braces(&words.join(" "));
        Self { family: joined(&words[family..]), given: joined(&words[..family]), suffix: String::new() }
    }

    /// The name as people read it: `Given Family Suffix`.
    pub fn display(&self) -> String {
        let parts = [self.given.as_str(), &self.family, &self.suffix];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The name in BibTeX's notation. [`parse`](Self::parse) reads it back to the same parts, also from a list of
    /// names.
    pub fn notation(&self) -> String {
        let Self { family, given, suffix } = self;
        if given.is_empty() && suffix.is_empty() {
            return if family.contains(char::is_whitespace) { format!("{{{family}}}") } else { guarded(family) };
        }
        let is_like_a_suffix = is_one_of(given, &SUFFIXES) || is_one_of(given, &COMPANIES);
        let given = if is_like_a_suffix { format!("{{{given}}}") } else { guarded(given) };
        match suffix.is_empty() {
            true => format!("{}, {given}", guarded(family)),
            false => format!("{}, {}, {given}", guarded(family), guarded(suffix)),
        }
    }
}

/// Puts a part into braces if it contains a comma or "and", which separate parts and names.
fn guarded(part: &str) -> String {
    let has_and = part.split_whitespace().any(|word| word.eq_ignore_ascii_case("and"));
    if part.contains(',') || has_and { format!("{{{part}}}") } else { part.to_owned() }
}

/// Splits a BibTeX list (`A and B`).
pub fn split_and(list: &str) -> Vec<String> {
    let words = words_outside_braces(list);
    let names = words.split(|word| word.eq_ignore_ascii_case("and")).map(|words| words.join(" "));
    names.filter(|name| !name.is_empty()).collect()
}

/// Whether `text`, without spaces and full stops and in any case, is one of `words`.
fn is_one_of(text: &str, words: &[&str]) -> bool {
    let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '.').flat_map(char::to_lowercase);
    words.iter().any(|word| letters.clone().eq(word.chars()))
}

/// Whether one pair of braces encloses all of `text`.
fn is_braced(text: &str) -> bool {
    let mut depth = 0usize;
    let end_of_first = text.bytes().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    end_of_first.is_some_and(|end| end > 0 && end + 1 == text.len())
}

fn without_braces(text: &str) -> String {
    if text.contains(['{', '}']) { single_spaced(&text.replace(['{', '}'], "")) } else { single_spaced(text) }
}

fn words_outside_braces(text: &str) -> Vec<&str> {
    split_outside_braces(text, char::is_whitespace).filter(|word| !word.is_empty()).collect()
}

/// Splits `text` at the separators that are not in braces.
pub(crate) fn split_outside_braces(text: &str, is_separator: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    let mut depth = 0usize;
    text.split(move |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && is_separator(c)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> [String; 3] {
        let Name { family, given, suffix } = Name::parse(text);
        [family, given, suffix]
    }

    #[test]
    fn names_are_read_in_every_order() {
        for (text, expected) in [
            ("Ada Byron", ["Byron", "Ada", ""]),
            ("Byron, Ada", ["Byron", "Ada", ""]),
            ("King, Jr, Martin Luther", ["King", "Martin Luther", "Jr"]),
            ("King, Martin Luther, Jr.", ["King", "Martin Luther", "Jr."]),
            ("Johannes Diderik van der Waals", ["van der Waals", "Johannes Diderik", ""]),
            ("van der Waals, Johannes", ["van der Waals", "Johannes", ""]),
            ("García Márquez, Gabriel", ["García Márquez", "Gabriel", ""]),
            ("{World Health Organization}", ["World Health Organization", "", ""]),
            ("Google, Inc.", ["Google, Inc.", "", ""]),
            ("Rahman, Md", ["Rahman", "Md", ""]),
            ("Harold Varmus, MD", ["Varmus", "Harold", "MD"]),
            ("Plato", ["Plato", "", ""]),
            ("bell hooks", ["hooks", "bell", ""]),
            ("Gerard 't Hooft", ["'t Hooft", "Gerard", ""]),
            ("{Barnes and Noble} Press", ["Press", "Barnes and Noble", ""]),
            (" ", ["", "", ""]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
        assert_eq!(split_and("A B and {C and D} AND\nE, F"), ["A B", "{C and D}", "E, F"]);
    }

    #[test]
    fn names_in_lower_case_are_divided_at_known_particles() {
        for (text, expected) in [
            ("vincent van Gogh", ["van Gogh", "vincent", ""]),
            ("yann lecun", ["lecun", "yann", ""]),
            ("ludwig van beethoven", ["van beethoven", "ludwig", ""]),
            ("maria de la cruz", ["de la cruz", "maria", ""]),
            ("van der Waals", ["van der Waals", "", ""]),
            ("peter j bickel", ["bickel", "peter j", ""]),
            ("james e smith", ["smith", "james e", ""]),
            ("martin luther king", ["king", "martin luther", ""]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_written_name_is_read_back_to_the_same_parts(family in "[A-Z][a-z]{1,6}( [A-Z][a-z]{1,5})?", given in "([A-Z][a-z]{0,5}( [A-Z]\\.)?)?") {
            let name = Name { family, given, suffix: String::new() };
            proptest::prop_assert_eq!(Name::parse(&name.notation()), name);
        }

        #[test]
        fn a_written_list_of_names_is_read_back_to_the_same_names(
            texts in proptest::collection::vec("([A-Za-z.{} ,]| and |, Jr|Inc){0,8}", 1..4)
        ) {
            let names: Vec<Name> = texts.iter().map(|text| Name::parse(text)).filter(|name| *name != Name::default()).collect();
            let list = names.iter().map(Name::notation).collect::<Vec<_>>().join(" and ");
            let read: Vec<Name> = split_and(&list).iter().map(|name| Name::parse(name)).collect();
            proptest::prop_assert_eq!(read, names, "in {}", list);
        }
    }
}
