//! Finds identifiers in running text: a note, a journal reference, `CoRR abs/1706.03762`.

use std::collections::HashSet;

use super::registries::{Identifier, IdentifierKind, without_punctuation};
use crate::paper::patterns::WordList;

/// Words and phrases after which a text is about another paper.
const OF_ANOTHER: WordList = WordList(
    "addendum to, based on, builds on, cf, cites, cited by, comment in, comment on, comment to, comments on, \
    commentary on, companion, continuation of, corrects, correction to, correction of, corrigendum to, \
    corrigendum for, erratum in, erratum to, erratum for, expands on, follow up, part of, references, reply to, \
    response to, retraction of, review of, see, sequel to, superseded by, supplement to",
);

/// The longest word that may contain an identifier, in bytes. Longer words are data, not text.
const MAX_WORD: usize = 500;

/// The most identifiers that are taken from one line. A line with more is a list of references.
const MAX_IN_LINE: usize = 16;

impl Identifier {
    /// Returns the identifiers of a paper that occur in a text about it, in the order of the text.
    ///
    /// Finds links, DOIs, identifiers with a prefix (`arXiv:`, `PMID 123`), and identifiers with an unmistakable form
    /// (`abs/1706.03762`, `PMC123`). Ignores the rest of a line after words such as "comment on", "erratum to", "see"
    /// and "in:", because it is about another paper. If the text has two different identifiers of one kind, returns
    /// neither. Takes linear time.
    pub fn find_in(text: &str) -> Vec<Self> {
        // The first of each kind, and whether it is the only one.
        let mut own: Vec<(Self, bool)> = Vec::new();
        for identifier in text.lines().flat_map(own_in_line) {
            match own.iter_mut().find(|(first, _)| first.kind == identifier.kind) {
                Some((first, is_only)) => *is_only &= *first == identifier,
                None => own.push((identifier, true)),
            }
        }
        own.into_iter().filter(|(_, is_only)| *is_only).map(|(identifier, _)| identifier).collect()
    }

    /// Returns every identifier in a text such as a manuscript, each once, in the order of the text. Takes linear time.
    pub fn all_in(text: &str) -> Vec<Self> {
        let mut seen = HashSet::new();
        // In Markdown, the target of a link is in parentheses, directly after the text of the link.
        let words = words(text).flat_map(|word| word.split("]("));
        with_two_before(words)
            .filter_map(|[_, before, word]| in_word(before, word))
            .filter(|identifier| seen.insert(identifier.clone()))
            .collect()
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '|')).filter(|word| !word.is_empty())
}

/// Each word with the two words before it. The word itself is the last of the three.
fn with_two_before<'t>(words: impl Iterator<Item = &'t str>) -> impl Iterator<Item = [&'t str; 3]> {
    words.scan(["", "", ""], |words, word| {
        *words = [words[1], words[2], word];
        Some(*words)
    })
}

fn own_in_line(line: &str) -> Vec<Identifier> {
    let found = |[_, before, word]: [&str; 3]| in_word(before, word);
    // Most lines have no identifier. For these, the slow test for phrases about other papers is skipped.
    if with_two_before(words(line)).all(|words| found(words).is_none()) {
        return Vec::new();
    }
    let own = with_two_before(words(line)).take_while(|words| !names_another(*words));
    own.filter_map(found).take(MAX_IN_LINE).collect()
}

/// Whether the text after these three words is about another paper.
fn names_another([_, before, last]: [&str; 3]) -> bool {
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('-', " ");
    let word = plain(last);
    // "in" is about another paper only if a colon follows.
    if word == "in" {
        return last.ends_with(':');
    }
    let two = format!("{} {word}", plain(before));
    OF_ANOTHER.iter().any(|phrase| phrase == word || phrase == two)
}

fn in_word(before: &str, word: &str) -> Option<Identifier> {
    if word.len() > MAX_WORD {
        return None;
    }
    let word = without_punctuation(word);
    // TeX: \url{…}, \href{…}{…}, \doi{…}.
    let word = ["url{", "href{", "doi{"]
        .iter()
        .find_map(|command| word.split_once(command))
        .map_or(word, |(_, inner)| without_punctuation(inner.split('}').next().unwrap_or_default()));
    if word.contains("://") {
        return Identifier::parse(&word[word.find("http").unwrap_or(0)..]);
    }
    if let Some((prefix, rest)) = word.split_once(':')
        && IdentifierKind::from_prefix(prefix).is_some()
    {
        return (!rest.is_empty()).then(|| Identifier::parse(word))?;
    }
    if let Some(at) = word.find("10.")
        && !word[..at].ends_with(|c: char| c.is_alphanumeric() || c == '.')
        && let Some(doi) = Identifier::bare(IdentifierKind::Doi, &word[at..])
    {
        return Some(doi);
    }
    if let Some(id) = word.strip_prefix("abs/").or(word.strip_prefix("pdf/")) {
        return Identifier::bare(IdentifierKind::Arxiv, id);
    }
    if word.starts_with("PMC") {
        return Identifier::bare(IdentifierKind::Pmcid, word);
    }
    if word.split_once('/').is_some_and(|(host, _)| host.contains('.')) {
        return Identifier::parse(word);
    }
    // "arXiv 1706.03762", "arXiv: 1706.03762", "PMID: 123".
    let prefix = before.trim_matches(|c: char| !c.is_alphanumeric());
    let is_preprint = ["eprint", "preprint", "e-print"].iter().any(|known| prefix.eq_ignore_ascii_case(known));
    let kind = if is_preprint { Some(IdentifierKind::Arxiv) } else { IdentifierKind::from_prefix(prefix) };
    Identifier::bare(kind?, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        Identifier::find_in(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn many_identifiers_of_one_text_are_compared_once() {
        // Comparing each with all others would take minutes.
        let many: String = (0..200_000).map(|number| format!("doi:10.1234/{number}\n")).collect();
        assert_eq!(found(&format!("arXiv:1706.03762\n{many}")), "arxiv:1706.03762");
        assert_eq!(found("doi:10.1234/a\narXiv:1706.03762\ndoi:10.1234/a"), "doi:10.1234/a arxiv:1706.03762");
    }

    #[test]
    fn identifiers_are_found_in_running_text() {
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
    fn identifiers_of_other_papers_are_left_out() {
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
    fn all_identifiers_in_a_manuscript_are_found() {
        let text = "As [they show](https://arxiv.org/abs/1706.03762v2), see arXiv:1810.04805 and (doi:10.1000/hive.7);\n\
                    \\url{https://doi.org/10.1000/hive.8}. Again arXiv:1810.04805.";
        let found: Vec<String> = Identifier::all_in(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["arxiv:1706.03762", "arxiv:1810.04805", "doi:10.1000/hive.7", "doi:10.1000/hive.8"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_search_panic(text in "(\\PC|arXiv:|10\\.1000/|https://|PMC|[ \\n().{}]){0,40}") {
            let _ = Identifier::all_in(&text);
            let _ = Identifier::find_in(&text);
        }
    }
}
