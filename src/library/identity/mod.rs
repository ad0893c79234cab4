//! Decides which records are of one work, and merges them into one paper.
//!
//! [`compare`] judges two records, [`grouping::groups`] judges any number, and [`merging::merged`] merges a group into
//! one paper. Their results do not depend on the order of the records. None of them reads or writes a file.

pub mod grouping;
pub mod merging;
mod people;
mod titles;

#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

use crate::paper::{Identifier, IdentifierKind, Paper, split_and};
use people::{Agreement, People};
use titles::{NEAR, Relation, Title};

/// The features by which records are compared. Some are computed on first use, because only comparisons need them.
#[derive(Debug, Clone)]
pub struct Features {
    id: String,
    title: Title,
    names: Vec<String>,
    people: OnceCell<People>,
    year: Option<i16>,
    /// Public identifiers.
    pub identifiers: Vec<Identifier>,
    abstract_text: String,
    words: OnceCell<BTreeSet<u64>>,
    work_type: WorkType,
    first_page: Option<String>,
    isbn: Option<String>,
    /// Keys by which records of the same work are found.
    pub keys: Vec<i64>,
    /// A hash of the record.
    fingerprint: u64,
}

/// Types of works. A work of one type is never a version of a work of another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WorkType {
    Text,
    Thesis,
    Data,
    Patent,
}

/// Why two records are of one work; the strongest reason first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A person joined them.
    Person,
    /// They are equal.
    Record,
    /// They share a public identifier.
    Identifier(String),
    /// They have the same id and title.
    Id,
    /// Titles and authors agree.
    TitleAndAuthors,
    /// Titles and abstracts agree, and one record has no authors.
    TitleAndAbstract,
    /// Long titles agree, and one record has no authors.
    Title,
}

/// The text of the reason for versions that a person joined.
pub const BY_HAND: &str = "joined by hand";

/// The text of the reason for versions with equal records.
pub const SAME_RECORD: &str = "the same record";

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person => f.write_str(BY_HAND),
            Self::Record => f.write_str(SAME_RECORD),
            Self::Identifier(identifier) => f.write_str(identifier),
            Self::Id => f.write_str("id and title"),
            Self::TitleAndAuthors => f.write_str("title and authors"),
            Self::TitleAndAbstract => f.write_str("title and abstract"),
            Self::Title => f.write_str("title"),
        }
    }
}

/// A judgement about two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// They are of one work.
    Same(Reason),
    /// They may be of one work, but are too different, or something contradicts it. The text gives the reason.
    Possible(&'static str),
    /// They are of two works.
    Other,
}

/// The most years between a preprint and its publication.
const YEARS: i16 = 3;

/// Thresholds for the share of the words of the shorter abstract that the other abstract has. From `ONE_TEXT` on, both
/// are one text; below `TWO_TEXTS`, they are two texts. Two abstracts on one subject share about 0.4, mostly common
/// words.
const ONE_TEXT: f64 = 0.6;
const TWO_TEXTS: f64 = 0.35;

/// At this share two abstracts are certainly one text. Abstracts of two works by the same people share up to 0.75. An
/// example is "closed loop navigation for holonomic vehicles" and, a year later, the same "for non-holonomic vehicles".
const VERY_TEXT: f64 = 0.85;

/// Two abstracts are judged only if both have at least this number of words, or if one has all words of the other.
const FEW_WORDS: usize = 8;

/// Registrants of the DOIs of preprint servers and repositories. A published work has another DOI.
const PREPRINTS: [&str; 30] = [
    "10.1101", "10.64898", "10.48550", "10.2139", "10.21203", "10.20944", "10.26434", "10.31219", "10.31222",
    "10.31223", "10.31224", "10.31228", "10.31234", "10.31235", "10.31237", "10.31730", "10.32942", "10.33774",
    "10.35542", "10.36227", "10.5281", "10.6084", "10.17605", "10.22541", "10.14293", "10.13140", "10.33767",
    "10.51094", "10.60692", "10.32388",
];

/// Whether a DOI is that of a preprint or a deposit.
fn is_preprint(doi: &str) -> bool {
    PREPRINTS.contains(&doi.split('/').next().unwrap_or_default())
}

/// The relation of two abstracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// One text, perhaps edited.
    One,
    /// Unknown: one is missing or too short, or they are neither similar nor different enough.
    Unclear,
    /// Two texts.
    Two,
}

impl Features {
    /// The features of a record.
    pub fn of(paper: &Paper) -> Self {
        let title = Title::new(&paper.title);
        // The detail `author` is in BibTeX's notation, which shows the parts of each name.
        let names = paper.details.get("author").map_or_else(|| paper.authors.clone(), |names| split_and(names));
        let abstract_text = paper.abstract_text.clone().unwrap_or_default();
        let content = format!(
            "{}\n{}\n{:?}\n{:?}\n{:?}\n{names:?}{:?}",
            paper.id, paper.title, paper.year, paper.venue, paper.kind, paper.details
        );
        let fingerprint = xxh3_64(content.as_bytes()) ^ xxh3_64(abstract_text.as_bytes());
        Self {
            // For a title that many works have, the key is the hash of the record, so that only equal records are
            // found.
            keys: if title.is_generic() { vec![fingerprint.cast_signed()] } else { title.keys() },
            id: paper.id.as_str().to_owned(),
            title,
            people: OnceCell::new(),
            year: paper.year,
            identifiers: paper.ids.iter().collect(),
            words: OnceCell::new(),
            work_type: work_type(paper),
            first_page: paper.details.get("pages").and_then(|pages| first_number(pages)),
            isbn: paper.details.get("isbn").map(|isbn| isbn.replace(['-', ' '], "")),
            fingerprint,
            names,
            abstract_text,
        }
    }

    fn people(&self) -> &People {
        self.people.get_or_init(|| People::new(&self.names))
    }

    /// Hashes of the long words of the abstract.
    fn words(&self) -> &BTreeSet<u64> {
        self.words.get_or_init(|| words(&self.abstract_text))
    }

    /// Whether the titles may be of one work, for example because one corrects the other.
    pub fn is_like(&self, other: &Self) -> bool {
        self.title.relation(&other.title) != Relation::Other
    }

    /// The relation of the abstracts.
    pub fn texts(&self, other: &Self) -> Texts {
        let Some((shared, words)) = self.shared_words(other) else { return Texts::Unclear };
        match shared {
            1.0 => Texts::One,
            _ if words < FEW_WORDS => Texts::Unclear,
            shared if shared >= ONE_TEXT => Texts::One,
            shared if shared < TWO_TEXTS => Texts::Two,
            _ => Texts::Unclear,
        }
    }

    /// Returns the share of the words of the shorter abstract that the other has, and the number of words of the
    /// shorter abstract. `None` if that number is 0.
    fn shared_words(&self, other: &Self) -> Option<(f64, usize)> {
        let (a, b) = (self.words(), other.words());
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if short.is_empty() {
            return None;
        }
        Some((short.intersection(long).count() as f64 / short.len() as f64, short.len()))
    }

    /// Whether the abstracts are certainly one text, so that the titles may differ.
    fn share_a_text(&self, other: &Self) -> bool {
        self.shared_words(other).is_some_and(|(shared, words)| shared >= VERY_TEXT && words >= 2 * FEW_WORDS)
    }

    /// Whether both have an identifier of the same kind. [`compare`] checks for equal identifiers first, so here they
    /// differ: one catalogue lists two works.
    fn has_ids_of_one_catalogue(&self, other: &Self) -> bool {
        self.identifiers.iter().any(|identifier| other.identifiers.iter().any(|other| other.kind == identifier.kind))
    }

    fn shares_key(&self, other: &Self) -> bool {
        self.keys.iter().any(|key| other.keys.contains(key))
    }

    fn years_apart(&self, other: &Self) -> i16 {
        self.year.zip(other.year).map_or(0, |(a, b)| (a - b).abs())
    }

    fn shared_identifier(&self, other: &Self) -> Option<&Identifier> {
        self.identifiers.iter().find(|identifier| other.identifiers.contains(identifier))
    }

    /// Why the records cannot be of one work: their identifiers, ISBNs or first pages differ.
    fn conflict(&self, other: &Self) -> Option<&'static str> {
        let value = |features: &Self, kind| {
            let found = features.identifiers.iter().find(|identifier| identifier.kind == kind);
            found.map(|identifier| identifier.value.clone())
        };
        let differ = |kind| value(self, kind).zip(value(other, kind)).filter(|(a, b)| a != b);
        if differ(IdentifierKind::Doi).is_some_and(|(a, b)| !is_preprint(&a) && !is_preprint(&b)) {
            return Some("the same title, but another DOI");
        }
        let kinds = [
            (IdentifierKind::Arxiv, "the same title, but another arXiv id"),
            (IdentifierKind::Pmid, "the same title, but another PubMed id"),
            (IdentifierKind::Acl, "the same title, but another ACL id"),
        ];
        if let Some((_, why)) = kinds.into_iter().find(|(kind, _)| differ(*kind).is_some()) {
            return Some(why);
        }
        let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
        if differ(&self.isbn, &other.isbn) {
            return Some("the same title, but another ISBN");
        }
        // A conference paper and its extended article have different pages. A preprint has no pages, so it has no
        // conflict.
        differ(&self.first_page, &other.first_page).then_some("the same title, but other pages")
    }
}

/// Judges two records; their order does not matter.
pub fn compare(a: &Features, b: &Features) -> Verdict {
    let relation = a.title.relation(&b.title);
    if let Some(identifier) = a.shared_identifier(b) {
        return by_identifier(a, b, relation, identifier);
    }
    let is_almost = match relation {
        Relation::Other => return Verdict::Other,
        Relation::Near(likeness) => likeness >= ALMOST,
        Relation::Numbered => a.title.likeness(&b.title) >= ALMOST,
        Relation::Equal | Relation::Subtitle => true,
    };
    let possible = |why| if is_almost { possible(a, b, why) } else { Verdict::Other };
    match relation {
        Relation::Equal if a.fingerprint == b.fingerprint => Verdict::Same(Reason::Id),
        _ if a.title.is_generic() || b.title.is_generic() => Verdict::Other,
        _ if a.work_type != b.work_type => possible("almost the same title, but works of different kinds"),
        Relation::Numbered => possible("the titles differ in a number or a word such as \"reply\""),
        _ if a.years_apart(b) > YEARS => possible("almost the same title, but years far apart"),
        Relation::Equal => by_equal_title(a, b),
        Relation::Subtitle => by_title_without_subtitle(a, b),
        Relation::Near(likeness) => by_near_title(a, b, likeness),
        Relation::Other => Verdict::Other,
    }
}

/// Whether two records cannot be of one work, even if a third record matches both.
fn contradict(a: &Features, b: &Features) -> bool {
    if a.shared_identifier(b).is_some() {
        return false;
    }
    let (people, texts) = (a.people().agreement(b.people()), a.texts(b));
    people == Agreement::None
        || a.work_type != b.work_type
        || a.title.relation(&b.title) == Relation::Numbered
        || (texts != Texts::One && a.conflict(b).is_some())
        || (texts == Texts::Two && people != Agreement::All)
}

/// Returns [`Verdict::Possible`] for records with common authors or the same abstract, and otherwise
/// [`Verdict::Other`].
fn possible(a: &Features, b: &Features, why: &'static str) -> Verdict {
    let agree = matches!(a.people().agreement(b.people()), Agreement::All | Agreement::Some);
    if agree || a.texts(b) == Texts::One { Verdict::Possible(why) } else { Verdict::Other }
}

fn by_identifier(a: &Features, b: &Features, relation: Relation, identifier: &Identifier) -> Verdict {
    let same = || Verdict::Same(Reason::Identifier(identifier.to_string()));
    let people = a.people().agreement(b.people());
    match relation {
        Relation::Equal => same(),
        Relation::Subtitle if people != Agreement::None => same(),
        Relation::Near(_) if people != Agreement::None && a.texts(b) != Texts::Two => same(),
        Relation::Numbered if a.title.is_withdrawal_of(&b.title) => same(),
        // A short form of the title: "BERT" for "BERT: Pre-training of …".
        Relation::Other if people == Agreement::All && a.texts(b) == Texts::One => same(),
        _ => Verdict::Possible("the same identifier, but another title: a chapter and its book, perhaps"),
    }
}

fn by_equal_title(a: &Features, b: &Features) -> Verdict {
    let (people, texts) = (a.people().agreement(b.people()), a.texts(b));
    let is_short = a.title.is_short() || b.title.is_short();
    let conflict = a.conflict(b).filter(|_| texts != Texts::One);
    match people {
        Agreement::None if texts == Texts::One => Verdict::Possible("the same title and abstract, but other authors"),
        Agreement::None => Verdict::Possible("the same title, but other authors"),
        _ if conflict.is_some() => Verdict::Possible(conflict.unwrap_or_default()),
        Agreement::Unknown => match texts {
            Texts::Two => Verdict::Possible("the same title, but another abstract, and no authors"),
            Texts::One if a.words().len().min(b.words().len()) >= FEW_WORDS => Verdict::Same(Reason::TitleAndAbstract),
            _ if a.id == b.id => Verdict::Same(Reason::Id),
            _ if a.has_ids_of_one_catalogue(b) => {
                Verdict::Possible("the same title, but another id in the same catalogue, and no authors")
            }
            _ if a.title.is_long() && b.title.is_long() => Verdict::Same(Reason::Title),
            _ => Verdict::Possible("the same title, but it is short and no authors are known"),
        },
        Agreement::All if is_short && a.id == b.id && texts != Texts::Two => Verdict::Same(Reason::Id),
        _ if is_short && texts != Texts::One && (!a.people().are_the_same(b.people()) || a.years_apart(b) > 0) => {
            Verdict::Possible("the same short title by some of the same people")
        }
        _ if is_short && texts == Texts::Two => Verdict::Possible("the same short title, but another abstract"),
        Agreement::Some if texts == Texts::Two => {
            Verdict::Possible("the same title by some of the same people, but another abstract")
        }
        // `Agreement::Some` means at least half of the authors. With two authors, this can be a single name, and two
        // people may have the same name.
        Agreement::Some if texts != Texts::One && !(a.title.is_long() && b.title.is_long()) => {
            Verdict::Possible("the same title by some of the same people")
        }
        Agreement::All | Agreement::Some => Verdict::Same(Reason::TitleAndAuthors),
    }
}

fn by_title_without_subtitle(a: &Features, b: &Features) -> Verdict {
    let is_one = a.share_a_text(b);
    match a.people().agreement(b.people()) {
        Agreement::All if is_one && a.conflict(b).is_none() => Verdict::Same(Reason::TitleAndAuthors),
        Agreement::All | Agreement::Some => Verdict::Possible("the same title apart from a subtitle"),
        _ if is_one => Verdict::Possible("the same abstract, and the same title apart from a subtitle"),
        _ => Verdict::Other,
    }
}

fn by_near_title(a: &Features, b: &Features, likeness: f64) -> Verdict {
    let is_one = a.share_a_text(b);
    match a.people().agreement(b.people()) {
        // The library looks up similar records by their keys, so records without a common key must not match.
        Agreement::All if is_one && likeness >= ONE_TITLE && a.conflict(b).is_none() && a.shares_key(b) => {
            Verdict::Same(Reason::TitleAndAuthors)
        }
        Agreement::All | Agreement::Some if is_one => {
            Verdict::Possible("the same authors and abstract, but other titles")
        }
        Agreement::All if likeness >= ALMOST => Verdict::Possible("the same authors and almost the same title"),
        _ => Verdict::Other,
    }
}

/// The least similarity of two titles of one work, if authors and abstract are the same.
const ONE_TITLE: f64 = 0.85;

/// The least similarity of two titles that may be of one work, if the authors are the same.
const ALMOST: f64 = 0.9;

const _: () = assert!(NEAR < ONE_TITLE && ONE_TITLE < ALMOST);

/// Hashes of the words that have four or more letters or are not in ASCII.
fn words(text: &str) -> BTreeSet<u64> {
    let lower = text.to_lowercase();
    let words =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 4 || !word.is_ascii());
    // Only the first 400 words: some records have the full text in place of the abstract, and it begins with the
    // abstract.
    words.take(400).filter(|word| !word.is_empty()).map(|word| xxh3_64(word.as_bytes())).collect()
}

/// The first number in a range of pages.
fn first_number(pages: &str) -> Option<String> {
    let digits: String = pages.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let number = digits.trim_start_matches('0');
    (!number.is_empty()).then(|| number.to_owned())
}

fn work_type(paper: &Paper) -> WorkType {
    match paper.kind.as_deref().unwrap_or_default() {
        "thesis" | "phdthesis" | "mastersthesis" => WorkType::Thesis,
        "dataset" | "software" => WorkType::Data,
        "patent" => WorkType::Patent,
        _ => WorkType::Text,
    }
}
