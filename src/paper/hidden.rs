//! The identifiers of a record, wherever in it they stand: in their own fields, in its id or link, or hidden in a note,
//! a journal's name (`arXiv preprint arXiv:1706.03762`), a volume (`abs/1706.03762`).

use super::{Identifier, IdentifierKind, Identifiers, Record, clean};

/// Details that hold an identifier of one kind.
const OF_KIND: [(&str, IdentifierKind); 9] = [
    ("doi", IdentifierKind::Doi),
    ("arxiv", IdentifierKind::Arxiv),
    ("arxivid", IdentifierKind::Arxiv),
    ("pmid", IdentifierKind::Pmid),
    ("pubmed", IdentifierKind::Pmid),
    ("pmcid", IdentifierKind::Pmcid),
    ("pmc", IdentifierKind::Pmcid),
    ("corpusid", IdentifierKind::CorpusId),
    ("openalex", IdentifierKind::Openalex),
];

/// Details that are text in which one may stand.
const TEXTS: [&str; 15] = [
    "doi",
    "eprint",
    "note",
    "addendum",
    "howpublished",
    "journal-ref",
    "journalref",
    "url",
    "biburl",
    "eid",
    "number",
    "volume",
    "pages",
    "pubstate",
    "pmcid",
];

impl Record {
    /// The identifiers that the record states, and then those that can be found in it: of each kind the first.
    pub(super) fn all_identifiers(&self) -> Identifiers {
        let mut ids = Identifiers::default();
        let stated = self.identifiers.iter().filter_map(|(kind, text)| Identifier::of_kind(*kind, text));
        // As they will be read again.
        let (id, url) = (clean::verbatim(&self.id), clean::verbatim(&self.url));
        stated.chain(Identifier::parse(&id)).chain(Identifier::parse(&url)).for_each(|id| ids.add(id));
        self.of_eprint().into_iter().for_each(|id| ids.add(id));
        for (name, value) in &self.details {
            let name = name.to_ascii_lowercase();
            let kind = OF_KIND.iter().find(|(of, _)| *of == name).map(|(_, kind)| *kind);
            if let Some(identifier) = kind.and_then(|kind| Identifier::of_kind(kind, value)) {
                ids.add(identifier);
            }
        }
        let is_text = |name: &str| TEXTS.contains(&name.to_ascii_lowercase().as_str());
        let details = self.details.iter().filter(|(name, _)| is_text(name)).map(|(_, value)| value);
        let texts = self.mentions.iter().chain([&self.venue, &self.url]).chain(details);
        for text in texts {
            Identifier::find_in(text).into_iter().for_each(|id| ids.add(id));
        }
        ids
    }

    /// Whether a detail says nothing but one of the identifiers.
    pub(super) fn repeats(ids: &Identifiers, name: &str, value: &str) -> bool {
        let kind = OF_KIND.iter().find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind);
        kind.and_then(|kind| Identifier::of_kind(kind, value)).is_some_and(|id| ids.get(id.kind) == Some(&*id.value))
    }

    /// BibLaTeX's `eprint`, whose registry stands in another field.
    fn of_eprint(&self) -> Option<Identifier> {
        let detail = |name: &str| {
            let named = self.details.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.trim())
        };
        let registry = detail("eprinttype").or(detail("archiveprefix")).unwrap_or_default().to_ascii_lowercase();
        let kind = match registry.as_str() {
            "" | "arxiv" => IdentifierKind::Arxiv,
            "pubmed" | "pmid" => IdentifierKind::Pmid,
            "pmc" | "pmcid" => IdentifierKind::Pmcid,
            _ => return None,
        };
        Identifier::of_kind(kind, detail("eprint")?)
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
    fn identifiers_are_found_in_every_field_where_they_hide() {
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
    fn what_is_stated_counts_more_than_what_is_mentioned() {
        let record = Record {
            identifiers: vec![(IdentifierKind::Doi, "10.1000/own".to_owned())],
            mentions: vec!["doi:10.1000/other".to_owned()],
            ..Record::default()
        };
        assert_eq!(found(record), "doi:10.1000/own");
    }
}
