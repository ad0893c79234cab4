//! Finds the identifiers of a record in all its fields. They may be in the fields for identifiers, the id, the link, a
//! note, the name of a journal (`arXiv preprint arXiv:1706.03762`) or a volume (`abs/1706.03762`).

use super::patterns::WordList;
use super::{Identifier, IdentifierKind, Identifiers, clean};

/// Details whose text may contain an identifier.
const TEXTS: WordList = WordList(
    "doi, eprint, note, addendum, howpublished, journal-ref, journalref, url, biburl, eid, number, volume, pages, \
    pubstate, pmcid",
);

/// Returns the first identifier of each kind. The order is: the stated identifiers, those in the id and the link, those
/// in details for identifiers, those in other texts.
pub(super) fn all_identifiers<'r>(
    stated: &[(IdentifierKind, String)],
    id_and_link: [&str; 2],
    texts: impl Iterator<Item = &'r String>,
    details: &'r [(String, String)],
) -> Identifiers {
    let stated = stated.iter().filter_map(|(kind, text)| Identifier::of_kind(*kind, text));
    let links = id_and_link.into_iter().filter_map(|text| Identifier::parse(&clean::verbatim(text)));
    let named = details.iter().filter_map(|(name, value)| Identifier::of_detail(name, value));
    let is_text = |name: &str| TEXTS.contains(&name.to_ascii_lowercase());
    let texts = texts.chain(details.iter().filter(|(name, _)| is_text(name)).map(|(_, value)| value));
    let mentioned = texts.flat_map(|text| Identifier::find_in(text));
    let mut ids = Identifiers::default();
    stated.chain(links).chain(eprint(details)).chain(named).chain(mentioned).for_each(|found| ids.add(found));
    ids
}

/// The identifier in BibLaTeX's `eprint`. Another field gives its registry; without that field, it is arXiv.
fn eprint(details: &[(String, String)]) -> Option<Identifier> {
    let detail = |name: &str| {
        let named = details.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.trim())
    };
    let kind = match detail("eprinttype").or(detail("archiveprefix")) {
        None | Some("") => IdentifierKind::Arxiv,
        Some(registry) => IdentifierKind::from_prefix(registry)?,
    };
    Identifier::of_kind(kind, detail("eprint")?)
}

impl Identifier {
    /// The identifier in a detail whose name is that of a registry.
    pub(super) fn of_detail(name: &str, value: &str) -> Option<Self> {
        Self::of_kind(IdentifierKind::from_prefix(name)?, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(venue: &str, mention: &str, url: &str, details: &[(&str, &str)]) -> String {
        let details: Vec<_> = details.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let texts = [mention.to_owned(), venue.to_owned(), url.to_owned()];
        let ids = all_identifiers(&[], ["", url], texts.iter(), &details);
        ids.iter().map(|identifier| identifier.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn identifiers_are_found_in_every_field() {
        assert_eq!(found("arXiv preprint arXiv:1706.03762", "", "", &[]), "arxiv:1706.03762");
        assert_eq!(found("Journal of Bees", "", "", &[]), "");
        assert_eq!(found("", "J. Bees 3, doi:10.1000/hive.7", "", &[]), "doi:10.1000/hive.7");
        assert_eq!(found("", "Comment on doi:10.1000/hive.7", "", &[]), "");
        assert_eq!(found("", "", "https://example.org/a https://doi.org/10.1000/hive.7", &[]), "doi:10.1000/hive.7");
        for (name, value, expected) in [
            ("Note", "PMID: 77", "pmid:77"),
            ("volume", "abs/1706.03762", "arxiv:1706.03762"),
            ("doi", "arXiv:1706.03762", "arxiv:1706.03762"),
            ("pmcid", "77", "pmcid:PMC77"),
            ("eprint", "1706.03762v2", "arxiv:1706.03762"),
            ("pages", "1706.03762", ""),
            ("publisher", "doi:10.1000/hive.7", ""),
        ] {
            assert_eq!(found("", "", "", &[(name, value)]), expected, "{name}={value}");
        }
        assert_eq!(found("", "", "", &[("eprint", "77"), ("eprinttype", "pubmed")]), "pmid:77");
    }

    #[test]
    fn stated_identifiers_precede_mentioned_ones() {
        let stated = [(IdentifierKind::Doi, "10.1000/own".to_owned())];
        let ids = all_identifiers(&stated, ["", ""], ["doi:10.1000/other".to_owned()].iter(), &[]);
        assert_eq!(ids.get(IdentifierKind::Doi), Some("10.1000/own"));
    }
}
