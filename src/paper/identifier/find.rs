//! Identifiers in running text: a note, a journal reference, `CoRR abs/1706.03762`.

use std::collections::HashSet;

use super::forms::{pmcid, without_punctuation};
use super::{Identifier, IdentifierKind};

/// Words before which a text speaks of the paper itself, and behind which of another one.
const OF_ANOTHER: [&str; 33] = [
    "addendum to",
    "based on",
    "builds on",
    "cf",
    "cites",
    "cited by",
    "comment in",
    "comment on",
    "comment to",
    "comments on",
    "commentary on",
    "companion",
    "continuation of",
    "corrects",
    "correction to",
    "correction of",
    "corrigendum to",
    "corrigendum for",
    "erratum in",
    "erratum to",
    "erratum for",
    "expands on",
    "follow up",
    "part of",
    "references",
    "reply to",
    "response to",
    "retraction of",
    "review of",
    "see",
    "sequel to",
    "superseded by",
    "supplement to",
];

/// Longest that one word may be and still hold an identifier; what is longer is data.
const LONGEST: usize = 500;

impl Identifier {
    /// The identifiers in a text about a paper that are the paper's own, in their order.
    ///
    /// Found are links, DOIs, and what has a prefix (`arXiv:`, `PMID 123`) or cannot be anything else
    /// (`abs/1706.03762`, `PMC123`). What stands behind words such as "comment on", "erratum to", "see", "in:" is
    /// another paper's, to the end of the line; and where two of one kind are named, nobody can say which is meant.
    /// Linear in the text.
    pub fn find_in(text: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for line in text.lines() {
            found.extend(in_line(line));
        }
        let mut own: Vec<Self> = Vec::new();
        for identifier in &found {
            let is_only = found.iter().all(|other| other.kind != identifier.kind || other == identifier);
            if is_only && !own.contains(identifier) {
                own.push(identifier.clone());
            }
        }
        own
    }
}

impl Identifier {
    /// Every identifier in a text, whosever it is, each once, in order: what a manuscript names. Linear in the text.
    pub fn all_in(text: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let mut seen = HashSet::new();
        let mut before = "";
        // Markdown has the target of a link in parentheses, right behind its text.
        for word in text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '|')).flat_map(|word| word.split("]("))
        {
            if word.is_empty() {
                continue;
            }
            if word.len() <= LONGEST
                && let Some(identifier) = in_word(before, word)
                && seen.insert(identifier.clone())
            {
                found.push(identifier);
            }
            before = word;
        }
        found
    }
}

fn in_line(line: &str) -> Vec<Identifier> {
    // Never more than a few are told of one paper; a list of references is nothing to search.
    const MOST: usize = 16;
    let words = || {
        let parts = line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '|'));
        parts.filter(|word| !word.is_empty()).scan(["", "", ""], |words, word| {
            *words = [words[1], words[2], word];
            Some(*words)
        })
    };
    let of = |[_, before, word]: [&str; 3]| (word.len() <= LONGEST).then(|| in_word(before, word))?;
    // Most texts name nothing, and whose it would be need not be asked.
    if words().all(|words| of(words).is_none()) {
        return Vec::new();
    }
    words().take_while(|words| !names_another(*words)).filter_map(of).take(MOST).collect()
}

/// Whether what follows the three words is about another paper.
fn names_another(words: [&str; 3]) -> bool {
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('-', " ");
    let last = words[2];
    // "in" is a word like any other unless a colon follows, or it is how the line begins.
    if plain(last) == "in" {
        return last.ends_with(':');
    }
    let (last, before) = (plain(last), plain(words[1]));
    let two = format!("{before} {last}");
    OF_ANOTHER.iter().any(|phrase| *phrase == last || *phrase == two)
}

fn in_word(before: &str, word: &str) -> Option<Identifier> {
    let word = without_punctuation(word);
    // TeX: \url{…}, \href{…}{…}, \doi{…}.
    let word = ["url{", "href{", "doi{"]
        .iter()
        .find_map(|command| word.split_once(command))
        .map_or(word, |(_, inner)| without_punctuation(inner.split('}').next().unwrap_or_default()));
    let is_link = word.contains("://");
    let prefixed = || word.split_once(':').filter(|(prefix, _)| Identifier::kind_of_prefix(prefix).is_some());
    if is_link {
        let at = word.find("http").unwrap_or(0);
        return Identifier::parse(&word[at..]);
    }
    if let Some((_, rest)) = prefixed() {
        return (!rest.is_empty()).then(|| Identifier::parse(word))?;
    }
    if let Some(at) =
        word.find("10.").filter(|at| *at == 0 || !word[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '.'))
        && let Some(doi) = Identifier::bare(IdentifierKind::Doi, &word[at..])
    {
        return Some(doi);
    }
    if let Some(id) = word.strip_prefix("abs/").or(word.strip_prefix("pdf/")) {
        return Identifier::bare(IdentifierKind::Arxiv, id);
    }
    if word.starts_with("PMC") {
        return pmcid(word).map(|value| Identifier { kind: IdentifierKind::Pmcid, value });
    }
    if word.contains('/') && word.split('/').next().is_some_and(|host| host.contains('.')) {
        return Identifier::parse(word);
    }
    // "arXiv 1706.03762", "arXiv: 1706.03762", "PMID: 123".
    let prefix = before.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let kind = match prefix.as_str() {
        "eprint" | "preprint" | "e-print" => Some(IdentifierKind::Arxiv),
        prefix => Identifier::kind_of_prefix(prefix),
    };
    kind.and_then(|kind| Identifier::bare(kind, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        Identifier::find_in(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn identifiers_are_found_where_people_hide_them() {
        for (text, expected) in [
            ("arXiv preprint arXiv:1706.03762", "arxiv:1706.03762"),
            ("arXiv preprint arXiv:1706.03762v3, 2017.", "arxiv:1706.03762"),
            ("arXiv preprint 1706.03762", "arxiv:1706.03762"),
            ("CoRR abs/1706.03762", "arxiv:1706.03762"),
            (
                "J. Bees 3 (2001), doi:10.1000/Hive.7; preprint at https://arxiv.org/abs/2101.00001v2",
                "doi:10.1000/hive.7 arxiv:2101.00001",
            ),
            ("doi: 10.1000/hive.7.", "doi:10.1000/hive.7"),
            ("(DOI 10.1000/hive(7))", "doi:10.1000/hive(7)"),
            ("https://doi.org/10.1000/hive.7, accessed 2001", "doi:10.1000/hive.7"),
            ("\\url{https://doi.org/10.1000/hive.7}", "doi:10.1000/hive.7"),
            ("PMID: 123; PMCID: PMC456", "pmid:123 pmcid:PMC456"),
            ("PubMed PMC456.", "pmcid:PMC456"),
            ("dblp.org/rec/conf/hive/Byron17", "dblp:conf/hive/Byron17"),
            ("Version 10.2 of the hive", ""),
            ("pages 1706.03762", ""),
            ("Twelve bees in 2017", ""),
            ("", ""),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn what_names_another_paper_is_left_out() {
        for text in [
            "Comment on arXiv:1706.03762",
            "Comments on: doi:10.1000/hive.7",
            "Erratum to doi:10.1000/hive.7",
            "Erratum in: J Bees. 2001;3:1. doi: 10.1000/hive.7",
            "Reply to Byron, https://doi.org/10.1000/hive.7",
            "See also arXiv:1706.03762",
            "see https://arxiv.org/abs/1706.03762",
            "In: Proceedings of Bees, doi:10.1000/proceedings",
            "Follow-up of arXiv:1706.03762",
            "builds on arXiv:1706.03762",
            "arXiv:1706.03762 and arXiv:1706.03763",
        ] {
            assert_eq!(found(text), "", "{text}");
        }
        assert_eq!(found("doi:10.1000/hive.7. See also doi:10.1000/hive.8"), "doi:10.1000/hive.7");
        assert_eq!(found("Comment on doi:10.1000/hive.8\ndoi:10.1000/hive.7"), "doi:10.1000/hive.7");
    }

    #[test]
    fn a_manuscript_names_many_and_those_of_others() {
        let text = "As [they show](https://arxiv.org/abs/1706.03762v2), see arXiv:1810.04805 and (doi:10.1000/hive.7);\n\
                    \\url{https://doi.org/10.1000/hive.8}. Again arXiv:1810.04805.";
        let found: Vec<String> = Identifier::all_in(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["arxiv:1706.03762", "arxiv:1810.04805", "doi:10.1000/hive.7", "doi:10.1000/hive.8"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(\\PC|arXiv:|10\\.1000/|https://|PMC|[ \\n().{}]){0,40}") {
            let _ = Identifier::all_in(&text);
            let _ = Identifier::find_in(&text);
        }
    }
}
