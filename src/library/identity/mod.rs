//! Which records are of one work, and what they say together. Pure: nothing here reads or writes a file.
//!
//! [`compare`] judges two records, [`grouping::groups`] any number, and [`merging::merged`] makes one paper of a group.
//! None of them depends on the order in which the records came.

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

/// What of a record decides which work it is of.
///
/// Most records are like no other, so what only a comparison needs is worked out when one is made.
#[derive(Debug, Clone)]
pub struct Features {
    id: String,
    title: Title,
    names: Vec<String>,
    people: OnceCell<People>,
    year: Option<i16>,
    identifiers: Vec<Identifier>,
    abstract_text: String,
    words: OnceCell<BTreeSet<u64>>,
    sort: Sort,
    first_page: Option<String>,
    isbn: Option<String>,
    keys: Vec<i64>,
    /// Names the record by what it says.
    fingerprint: u64,
}

/// Kinds of work of which one is never a version of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    Thesis,
    Data,
    Patent,
}

/// Why two records are taken for one work; the strongest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A person said so.
    Person,
    /// They say the same to the letter.
    Record,
    /// They share a public identifier.
    Identifier(String),
    /// They have the same id and title.
    Id,
    /// Titles and authors agree.
    TitleAndAuthors,
    /// Titles and abstracts agree, and one names no authors.
    TitleAndAbstract,
    /// A long title agrees, and one names no authors.
    Title,
}

/// How it is written down that a person joined two records.
pub const BY_HAND: &str = "joined by hand";

/// How it is written down that two records say the same to the letter.
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

/// What two records are to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Of one work.
    Same(Reason),
    /// They look alike, but not enough, or something speaks against it: what.
    Possible(&'static str),
    /// Of two.
    Other,
}

/// Years that may lie between a preprint and its publication.
const YEARS: i16 = 3;

/// Shares of the words of the shorter abstract that are in the other one: from the first on the two are one text, below
/// the second they are two. Two abstracts on one subject share about 0.4, common words mostly.
const ONE_TEXT: f64 = 0.6;
const TWO_TEXTS: f64 = 0.35;

/// From this share on two abstracts are one text beyond doubt. The same people write "closed loop navigation for
/// holonomic vehicles" one year and "for non-holonomic vehicles" the next, with abstracts that share up to 0.75.
const VERY_TEXT: f64 = 0.85;

/// Fewer words than this say nothing about whether two abstracts are one, unless all are the same.
const FEW_WORDS: usize = 8;

/// Registrants of DOIs of preprint servers and repositories, whose works have another one once published.
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

/// How two abstracts stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// One text, perhaps edited.
    One,
    /// One of them is missing, or they are too short or too near to say.
    Unclear,
    /// Two texts.
    Two,
}

impl Features {
    /// What decides about a record.
    pub fn of(paper: &Paper) -> Self {
        let title = Title::new(&paper.title);
        // In the notation that has the parts of names, where there is one.
        let names = paper.details.get("author").map_or_else(|| paper.authors.clone(), |names| split_and(names));
        let abstract_text = paper.abstract_text.clone().unwrap_or_default();
        let said = format!(
            "{}\n{}\n{:?}\n{:?}\n{:?}\n{names:?}{:?}",
            paper.id, paper.title, paper.year, paper.venue, paper.kind, paper.details
        );
        let fingerprint = xxh3_64(said.as_bytes()) ^ xxh3_64(abstract_text.as_bytes());
        Self {
            // A title that says nothing is looked up by nothing but the whole record.
            keys: if title.is_generic() { vec![fingerprint.cast_signed()] } else { title.keys() },
            id: paper.id.as_str().to_owned(),
            title,
            people: OnceCell::new(),
            year: paper.year,
            identifiers: paper.ids.iter().collect(),
            words: OnceCell::new(),
            sort: sort(paper),
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

    /// Hashes of the words of the abstract that say something.
    fn words(&self) -> &BTreeSet<u64> {
        self.words.get_or_init(|| words(&self.abstract_text))
    }

    /// Keys under which records of the same work are looked up.
    pub fn keys(&self) -> &[i64] {
        &self.keys
    }

    /// Public identifiers.
    pub fn identifiers(&self) -> &[Identifier] {
        &self.identifiers
    }

    /// Whether the titles may be of one work, one perhaps a correction of the other.
    pub fn is_like(&self, other: &Self) -> bool {
        self.title.relation(&other.title) != Relation::Other
    }

    /// How the abstracts stand to each other.
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

    /// The share of the words of the shorter abstract that the other has, and how many words the shorter has; `None`
    /// when it has none.
    fn shared_words(&self, other: &Self) -> Option<(f64, usize)> {
        let (a, b) = (self.words(), other.words());
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if short.is_empty() {
            return None;
        }
        Some((short.intersection(long).count() as f64 / short.len() as f64, short.len()))
    }

    /// Whether the abstracts are so much one text that the titles need not be the same.
    fn share_a_text(&self, other: &Self) -> bool {
        self.shared_words(other).is_some_and(|(shared, words)| shared >= VERY_TEXT && words >= 2 * FEW_WORDS)
    }

    /// Whether a catalogue that may have a work twice has these under two ids.
    fn is_told_apart(&self, other: &Self) -> bool {
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

    /// The kind of identifier of which each has one of its own, though a work has but one.
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
        if let Some((_, said)) = kinds.into_iter().find(|(kind, _)| differ(*kind).is_some()) {
            return Some(said);
        }
        let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
        if differ(&self.isbn, &other.isbn) {
            return Some("the same title, but another ISBN");
        }
        // A preprint has no pages; a conference paper and the article that it grew into have their own.
        differ(&self.first_page, &other.first_page).then_some("the same title, but other pages")
    }
}

/// Judges two records; the order of the two says nothing.
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
    let look = |said| if is_almost { possible(a, b, said) } else { Verdict::Other };
    match relation {
        Relation::Equal if a.fingerprint == b.fingerprint => Verdict::Same(Reason::Id),
        _ if a.title.is_generic() || b.title.is_generic() => Verdict::Other,
        _ if a.sort != b.sort => look("almost the same title, but works of different kinds"),
        Relation::Numbered => look("the titles differ in a number or a word such as \"reply\""),
        _ if a.years_apart(b) > YEARS => look("almost the same title, but years far apart"),
        Relation::Equal => by_equal_title(a, b),
        Relation::Subtitle => by_title_without_subtitle(a, b),
        Relation::Near(likeness) => by_near_title(a, b, likeness),
        Relation::Other => Verdict::Other,
    }
}

/// Whether two records cannot be of one work, even if a third matches both.
fn contradict(a: &Features, b: &Features) -> bool {
    if a.shared_identifier(b).is_some() {
        return false;
    }
    let (people, texts) = (a.people().agreement(b.people()), a.texts(b));
    people == Agreement::None
        || a.sort != b.sort
        || a.title.relation(&b.title) == Relation::Numbered
        || (texts != Texts::One && a.conflict(b).is_some())
        || (texts == Texts::Two && people != Agreement::All)
}

/// What shares people or a text is worth a look.
fn possible(a: &Features, b: &Features, said: &'static str) -> Verdict {
    let agree = matches!(a.people().agreement(b.people()), Agreement::All | Agreement::Some);
    if agree || a.texts(b) == Texts::One { Verdict::Possible(said) } else { Verdict::Other }
}

fn by_identifier(a: &Features, b: &Features, relation: Relation, identifier: &Identifier) -> Verdict {
    let same = || Verdict::Same(Reason::Identifier(identifier.to_string()));
    let people = a.people().agreement(b.people());
    match relation {
        Relation::Equal => same(),
        Relation::Subtitle if people != Agreement::None => same(),
        Relation::Near(_) if people != Agreement::None && a.texts(b) != Texts::Two => same(),
        Relation::Numbered if a.title.is_withdrawal_of(&b.title) => same(),
        // A short name of the whole: "BERT" for "BERT: Pre-training of …".
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
            _ if a.is_told_apart(b) => {
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
        // Half of two authors is one name, which may be another's.
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
        Agreement::All | Agreement::Some => Verdict::Possible("the same title, but for a subtitle"),
        _ if is_one => Verdict::Possible("the same abstract, and the same title but for a subtitle"),
        _ => Verdict::Other,
    }
}

fn by_near_title(a: &Features, b: &Features, likeness: f64) -> Verdict {
    let is_one = a.share_a_text(b);
    match a.people().agreement(b.people()) {
        // What shares no key would be found only by chance.
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

/// Likeness from which on two titles of the same people, with the same abstract, are of one work.
const ONE_TITLE: f64 = 0.85;

/// Likeness from which on two titles of the same people are worth a look.
const ALMOST: f64 = 0.9;

/// Below [`NEAR`], titles under one identifier are of two works, unless everything else agrees.
const _: () = assert!(NEAR < ONE_TITLE && ONE_TITLE < ALMOST);

/// Words of four letters or more, or ideographs one by one, as hashes.
fn words(text: &str) -> BTreeSet<u64> {
    let lower = text.to_lowercase();
    let words =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 4 || !word.is_ascii());
    // A full text in the place of an abstract begins with the abstract.
    words.take(400).filter(|word| !word.is_empty()).map(|word| xxh3_64(word.as_bytes())).collect()
}

/// The first number in a range of pages.
fn first_number(pages: &str) -> Option<String> {
    let digits: String = pages.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let number = digits.trim_start_matches('0');
    (!number.is_empty()).then(|| number.to_owned())
}

fn sort(paper: &Paper) -> Sort {
    match paper.kind.as_deref().unwrap_or_default() {
        "thesis" | "phdthesis" | "mastersthesis" => Sort::Thesis,
        "dataset" | "software" => Sort::Data,
        "patent" => Sort::Patent,
        _ => Sort::Text,
    }
}
