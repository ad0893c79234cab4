//! What the names of fields and columns mean.
//!
//! Names are compared without case and punctuation, so `Paper_ID`, `paperId` and `paper-id` are one.

use crate::paper::IdentifierKind;

/// What a name can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Abstract,
    /// OpenAlex: word → positions.
    InvertedAbstract,
    Authors,
    EtAl,
    Year,
    Date,
    Venue,
    Keywords,
    Categories,
    Organizations,
    HasCode,
    Url,
    /// An object or list of identifiers.
    Identifiers,
    Identifier(IdentifierKind),
    Id,
}

/// Names as [`squeezed`], the preferred first: relata's own, then those of exports and interfaces of paper sites
/// (Semantic Scholar, OpenAlex, Crossref/CSL, Europe PMC, Scopus, Web of Science, Zotero, arXiv).
const NAMES: [(Field, &[&str]); 22] = [
    (
        Field::Title,
        &["title", "papertitle", "articletitle", "documenttitle", "primarytitle", "itemtitle", "ti", "displayname"],
    ),
    (Field::Abstract, &["abstract", "abstracttext", "paperabstract", "summary", "abstractnote", "ab", "description"]),
    (Field::InvertedAbstract, &["abstractinvertedindex"]),
    (
        Field::Authors,
        &[
            "authorsparsed",
            "authors",
            "author",
            "authorlist",
            "authornames",
            "authorfullnames",
            "authorships",
            "creators",
            "creator",
            "authorstring",
            "au",
        ],
    ),
    (Field::EtAl, &["etal"]),
    (Field::Year, &["year", "publicationyear", "pubyear", "yearpublished", "publishedyear", "py"]),
    (
        Field::Date,
        &[
            "date",
            "publicationdate",
            "pubdate",
            "published",
            "publisheddate",
            "datepublished",
            "publishedat",
            "issued",
            "firstpublicationdate",
            "coverdate",
            "updatedate",
        ],
    ),
    (
        Field::Venue,
        &[
            "venue",
            "journal",
            "booktitle",
            "conference",
            "containertitle",
            "container",
            "journalname",
            "journaltitle",
            "publicationtitle",
            "publicationname",
            "sourcetitle",
            "journalref",
        ],
    ),
    (Field::Keywords, &["keywords", "keyword", "authorkeywords", "tags", "manualtags"]),
    (
        Field::Categories,
        &[
            "categories",
            "category",
            "fields",
            "fieldsofstudy",
            "subjects",
            "subject",
            "subjectareas",
            "primarycategory",
            "s2fieldsofstudy",
        ],
    ),
    (Field::Organizations, &["organizations", "organisations", "affiliations", "institutions"]),
    (Field::HasCode, &["hascode"]),
    (Field::Url, &["url", "link", "links", "absurl", "urlabs", "pdfurl"]),
    (Field::Identifiers, &["ids", "externalids", "identifiers"]),
    (Field::Identifier(IdentifierKind::Arxiv), &["arxiv", "arxivid", "eprint"]),
    (Field::Identifier(IdentifierKind::Doi), &["doi"]),
    (Field::Identifier(IdentifierKind::Pmid), &["pmid", "pubmed", "pubmedid"]),
    (Field::Identifier(IdentifierKind::Acl), &["acl", "aclid"]),
    (Field::Identifier(IdentifierKind::Openreview), &["openreview", "openreviewid"]),
    (Field::Identifier(IdentifierKind::Openalex), &["openalex", "openalexid"]),
    (Field::Identifier(IdentifierKind::S2), &["s2", "s2id", "semanticscholar", "semanticscholarid"]),
    (Field::Id, &["id", "paperid", "key", "citekey", "citationkey", "bibkey", "uid"]),
];

/// The name in lower case, letters and digits only.
pub(super) fn squeezed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a name means, and its rank among the names of that field.
pub(super) fn meaning(name: &str) -> Option<(Field, usize)> {
    let name = squeezed(name);
    NAMES.iter().find_map(|(field, names)| Some((*field, names.iter().position(|known| *known == name)?)))
}

/// Whether the name means anything.
pub(super) fn is_known(name: &str) -> bool {
    meaning(name).is_some()
}

/// Whether a column of this name makes a table a table of papers.
pub(super) fn is_title(name: &str) -> bool {
    meaning(name).is_some_and(|(field, _)| field == Field::Title)
}
