//! The identifiers of a record, in whatever field they are: fields of their own, the id, the link, a note, the name of a
//! journal (`arXiv preprint arXiv:1706.03762`), a volume (`abs/1706.03762`).

use super::patterns::WordList;
use super::{Identifier, IdentifierKind, Identifiers, Record, clean};

/// Details whose text may hold an identifier.
const TEXTS: WordList = WordList(
    "doi, eprint, note, addendum, howpublished, journal-ref, journalref, url, biburl, eid, number, volume, pages, \
    pubstate, pmcid",
);

impl Record {
    /// The identifiers that the record states, then those that its texts mention: of each kind the first.
    pub(super) fn all_identifiers(&self) -> Identifiers {
        let stated = self.identifiers.iter().filter_map(|(kind, text)| Identifier::of_kind(*kind, text));
        let links = [&self.id, &self.url].into_iter().filter_map(|text| Identifier::parse(&clean::verbatim(text)));
        let details = self.details.iter().filter_map(|(name, value)| Identifier::of_detail(name, value));
        let is_text = |name: &str| TEXTS.contains(&name.to_ascii_lowercase());
        let texts = self.details.iter().filter(|(name, _)| is_text(name)).map(|(_, value)| value);
        let texts = self.mentions.iter().chain([&self.venue, &self.url]).chain(texts);
        let mentioned = texts.flat_map(|text| Identifier::find_in(text));
        let mut ids = Identifiers::default();
        for identifier in stated.chain(links).chain(self.eprint()).chain(details).chain(mentioned) {
            ids.add(identifier);
        }
        ids
    }

    /// The identifier in BibLaTeX's `eprint`, whose registry is in another field.
    fn eprint(&self) -> Option<Identifier> {
        let detail = |name: &str| {
            let named = self.details.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.trim())
        };
        let kind = match detail("eprinttype").or(detail("archiveprefix")) {
            None | Some("") => IdentifierKind::Arxiv,
            Some(registry) => IdentifierKind::from_prefix(registry)?,
        };
        Identifier::of_kind(kind, detail("eprint")?)
    }
}

impl Identifier {
    /// The identifier in a detail that is named like its registry.
    pub(super) fn of_detail(name: &str, value: &str) -> Option<Self> {
        Self::of_kind(IdentifierKind::from_prefix(name)?, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(record: Record) -> String {
        record.all_identifiers().iter().map(|identifier| identifier.to_string()).collect::<Vec<_>>().join(" ")
    }

    fn with_detail(name: &str, value: &str) -> Record {
        Record { details: vec![(name.to_owned(), value.to_owned())], ..Record::default() }
    }

    #[test]
    fn identifiers_are_found_in_every_field() {
        let venue = |text: &str| Record { venue: text.to_owned(), ..Record::default() };
        let mention = |text: &str| Record { mentions: vec![text.to_owned()], ..Record::default() };
        let url = |text: &str| Record { url: text.to_owned(), ..Record::default() };
        for (record, expected) in [
            (venue("arXiv preprint arXiv:1706.03762"), "arxiv:1706.03762"),
            (venue("Journal of Bees"), ""),
            (mention("J. Bees 3, doi:10.1000/hive.7"), "doi:10.1000/hive.7"),
            (mention("Comment on doi:10.1000/hive.7"), ""),
            (url("https://example.org/a https://doi.org/10.1000/hive.7"), "doi:10.1000/hive.7"),
            (with_detail("Note", "PMID: 77"), "pmid:77"),
            (with_detail("volume", "abs/1706.03762"), "arxiv:1706.03762"),
            (with_detail("doi", "arXiv:1706.03762"), "arxiv:1706.03762"),
            (with_detail("pmcid", "77"), "pmcid:PMC77"),
            (with_detail("eprint", "1706.03762v2"), "arxiv:1706.03762"),
            (with_detail("pages", "1706.03762"), ""),
            (with_detail("publisher", "doi:10.1000/hive.7"), ""),
        ] {
            assert_eq!(found(record.clone()), expected, "{record:?}");
        }
        let mut record = with_detail("eprint", "77");
        record.details.push(("eprinttype".to_owned(), "pubmed".to_owned()));
        assert_eq!(found(record), "pmid:77");
    }

    #[test]
    fn stated_identifiers_precede_mentioned_ones() {
        let record = Record {
            identifiers: vec![(IdentifierKind::Doi, "10.1000/own".to_owned())],
            mentions: vec!["doi:10.1000/other".to_owned()],
            ..Record::default()
        };
        assert_eq!(found(record), "doi:10.1000/own");
    }
}
