//! The meanings of the names of fields and columns.
//!
//! Names are compared without case and punctuation, so `Paper_ID`, `paperId` and `paper-id` are the same name.

use std::collections::HashMap;
use std::sync::LazyLock;

use Field::{
    Abstract, Authors, Bibtex, Categories, Composite, Date, Day, Detail, Details, Editors, EtAl, FirstPage, HasCode,
    Id, Identifiers, InvertedAbstract, Keywords, Kind, LastPage, Marker, Mention, Month, Organizations, OwnKind,
    Source, Title, Url, Venue, Wrapper, Year,
};

use super::csl::squeezed_variables;
use super::squeezed::squeezed;
use crate::paper::IdentifierKind;

/// What a name can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Field {
    Title,
    Abstract,
    /// OpenAlex's abstract: each word with its positions.
    InvertedAbstract,
    Authors,
    EtAl,
    Year,
    Month,
    Day,
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
    /// Kind of work, in the words of the program that wrote the file.
    Kind,
    /// Kind of work in relata's own words.
    OwnKind,
    /// relata's own object of details.
    Details,
    /// A field of BibLaTeX.
    Detail(&'static str),
    /// A field of BibLaTeX that holds names.
    Editors(&'static str),
    FirstPage,
    LastPage,
    /// A journal, a database, or the sentences of an abstract, depending on the value.
    Source,
    /// Text that may contain identifiers.
    Mention,
    /// The text of a BibTeX entry.
    Bibtex,
    /// An object with fields about the journal, or with some fields of the paper.
    Composite,
    /// An object that may hold the paper itself.
    Wrapper,
    /// Not a field of papers. Its presence shows the dialect of a record.
    Marker,
    /// A variable of CSL with none of the meanings above.
    Csl,
}

/// The meaning of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) struct Meaning {
    pub field: Field,
    /// Position among the names of the field. A lower rank is preferred. 0 means that the user mapped the name.
    pub rank: u8,
}

/// The names of each field in the form of [`squeezed`](super::squeezed::squeezed), in order of preference. They are
/// relata's own names, and those of exports and APIs of paper sites.
#[rustfmt::skip]
const NAMES: &[(Field, &str)] = &[
    (Title,
        "title papertitle articletitle documenttitle primarytitle titleprimary itemtitle ti titles worktitle \
        displayname headline"),
    (Abstract,
        "abstract abstracttext paperabstract abstracts summary abstractnote ab notesabstract articleabstract \
        descriptions description tldr"),
    (InvertedAbstract, "abstractinvertedindex"),
    (Authors,
        "authorsparsed authorfullnames authorlist authorships authors author authornames creators creator \
        authorsprimary firstauthors primaryauthors authorstring authorshipsauthordisplayname au"),
    (EtAl, "etal"),
    (Year, "year publicationyear pubyear yearpublished publishedyear yearofpublication py"),
    (Month, "month publishedmonth publicationmonth"),
    (Day, "day publishedday"),
    (Date,
        "date versions publicationdate pubdate published publisheddate datepublished publishedat publishtime issued \
        firstpublicationdate publishedprint publishedonline printpublicationdate electronicpublicationdate coverdate \
        preprintdate earliestdate imprints dates updatedate pubdatefreefrom pdate odate cdate tcdate"),
    (Venue,
        "venue journal booktitle conference containertitle container journalname journaltitle proceedingstitle \
        publicationtitle publicationname sourcetitle sourcetitleanthologytitle journalbook publication periodicalfull \
        periodical secondarytitle titlesecondary encyclopediatitle dictionarytitle websitetitle blogtitle \
        hostvenuedisplayname primarylocationsourcedisplayname publicationvenue alternatetitle1 journalref server"),
    (Keywords, "keywords keyword authorkeywords keywordlist tags manualtags"),
    (Categories,
        "categories category fields fieldsofstudy subjects subject subjectareas primarycategory s2fieldsofstudy \
        inspirecategories webofsciencecategories primarytopic primaryarea"),
    (Organizations, "organizations organisations affiliations authoraffiliations institutions aff"),
    (HasCode, "hascode githubrepo github coderepository"),
    (Url,
        "url link site absurl urlabs externalurl landingpageurl articleurl puburl officialurl ee links pdfurl pdflink"),
    (Identifiers, "ids externalids identifiers identifier"),
    (Field::Identifier(IdentifierKind::Arxiv), "arxiv arxivid eprint arxiveprints"),
    (Field::Identifier(IdentifierKind::Doi), "doi dois itemdoi articledoi doilink"),
    (Field::Identifier(IdentifierKind::Pmid), "pmid pubmed pubmedid medlinepmid"),
    (Field::Identifier(IdentifierKind::Pmcid), "pmcid pmc"),
    (Field::Identifier(IdentifierKind::Acl), "acl aclid"),
    (Field::Identifier(IdentifierKind::Openreview), "openreview openreviewid"),
    (Field::Identifier(IdentifierKind::Openalex), "openalex openalexid"),
    (Field::Identifier(IdentifierKind::S2), "s2 s2id semanticscholar semanticscholarid"),
    (Field::Identifier(IdentifierKind::CorpusId), "corpusid s2corpusid"),
    (Field::Identifier(IdentifierKind::Dblp), "dblp dblpkey dblpid"),
    (Id, "id paperid citationkey citekey bibkey key uid"),
    (Kind,
        "itemtype typecrossref bibtextype publicationtypes publicationtype pubtypelist documenttype typeofreference \
        contenttype referencetype doctype entrytype types type"),
    (OwnKind, "kind"),
    (Details, "details"),
    (FirstPage, "startpage firstpage pagestart beginningpage bibliofirstpage pagefirst"),
    (LastPage, "endpage lastpage pageend endingpage bibliolastpage otherpages"),
    (Source, "source"),
    (Mention, "citation sourceurls urls"),
    (Bibtex, "bibtex"),
    (Composite, "biblio journalinfo primarylocation hostvenue publicationinfo thesisinfo"),
    (Wrapper,
        "content bibjson attributes metadata paper info bib data message citingpaper citedpaper work article record \
        document item"),
    (Marker, "forum replyto invitation invitations cites gsrank indexed isparatext"),
    (Detail("volume"), "volume vol journalvolume volumenumber bibliovolume"),
    (Detail("number"), "issue journalissue issuenumber biblioissue number reportnumber patentnumber seriesnumber"),
    (Detail("pages"), "pages page pagination pageinfo pagerange pagenumbers"),
    (Detail("eid"), "artno articlenumber articleno elocationid artid eid"),
    (Detail("publisher"), "publisher publishername hostorganizationname"),
    (Detail("location"),
        "publisherplace publisherlocation placeofpublication placepublished place location address publisheraddress"),
    (Detail("issn"), "issn issns issnl issnisbn eissn essn"),
    (Detail("isbn"), "isbn isbns"),
    (Detail("language"), "language languageoforiginaldocument languages lang"),
    (Detail("edition"), "edition"),
    (Detail("series"), "series bookseriestitle seriestitle collectiontitle tertiarytitle titletertiary"),
    (Editors("editor"), "editor editors bookeditors secondaryauthors authorssecondary"),
    (Editors("translator"), "translator translators"),
    (Detail("note"), "note comments extra publicnotes notes"),
    (Detail("eventtitle"), "eventtitle conferencename conferencetitle meetingname event"),
    (Detail("institution"), "institution university school"),
    (Detail("type"), "thesistype reporttype manuscripttype degreetype"),
    (Detail("subtitle"), "subtitle"),
    (Detail("shorttitle"), "shorttitle titleshort"),
    (Detail("shortjournal"),
        "journalabbreviation abbreviatedsourcetitle shortcontainertitle containertitleshort periodicalabbrev \
        isoabbreviation journaliso journalisoabbreviation"),
    (Detail("pagetotal"), "numpages numberofpages pagetotal"),
    (Detail("volumes"), "numberofvolumes"),
    (Detail("urldate"), "accessdate"),
    (Detail("annotation"), "annote annotation"),
    (Detail("version"), "versionnumber"),
    (Detail("arxiv:report-no"), "reportno"),
];

static MEANINGS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut meanings = HashMap::new();
    for (field, names) in NAMES {
        for (rank, name) in (1..).zip(names.split(' ')) {
            meanings.entry(name.to_owned()).or_insert(Meaning { field: *field, rank });
        }
    }
    for name in squeezed_variables() {
        meanings.entry(name).or_insert(Meaning { field: Field::Csl, rank: 1 });
    }
    meanings
});

/// Returns the meaning of a name, if it has one.
pub(in crate::formats) fn meaning(name: &str) -> Option<Meaning> {
    MEANINGS.get(&squeezed(name)).copied()
}

/// Fields to which a column can be mapped, for messages.
pub(in crate::formats) const NAMEABLE: &str = "title, abstract, authors, year, date, venue, keywords, categories, \
    organizations, url, id, kind, doi, arxiv, pmid, acl, openreview, openalex, s2, volume, number, pages, publisher, \
    location, issn, isbn, language, edition, series, editor, note";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_squeezed_and_has_one_meaning() {
        let mut seen = HashMap::new();
        for (field, names) in NAMES {
            for name in names.split(' ') {
                assert_eq!(squeezed(name), name);
                assert_eq!(seen.insert(name, field), None, "{name} means two things");
            }
        }
        for name in NAMEABLE.split(", ") {
            assert!(meaning(name).is_some(), "{name}");
        }
    }

    #[test]
    fn spelling_does_not_matter() {
        for name in ["Paper_ID", "paperId", "paper-id", " PAPER ID\u{a0}"] {
            assert_eq!(meaning(name).map(|meaning| meaning.field), Some(Id), "{name}");
        }
        assert_eq!(meaning("papér id"), None);
        assert_eq!(meaning(&"t".repeat(1000)), None);
    }
}
