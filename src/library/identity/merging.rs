//! Merging the records of one work into one paper. The order of the records does not matter.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::paper::clean::begins_like_placeholder;
use crate::paper::{IdentifierKind, Paper, PaperId, derived_id, title_key};

/// An abstract of more letters than this is probably the beginning of the full text.
const LONGEST_ABSTRACT: usize = 6_000;

/// The most keywords or subject codes of a paper: thousands of records of one work may each have their own.
const MOST_KEYWORDS: usize = 500;

/// The most other ids of a paper, for the same reason.
const MOST_IDS: usize = 50;

/// The name of the detail that lists the other ids of the work, separated by commas, as in BibLaTeX. Texts may cite the
/// work by any of them.
const IDS: &str = "ids";

/// Merges the records of one work into one paper with the id `id`.
///
/// The records are ranked: published records before preprints, then by the number of fields. The first is the version
/// of record. Title, year, venue and kind are from the first record that has them. The details are from the version of
/// record and from records with its venue and year. The abstract and the list of authors are the longest ones. The
/// identifiers, keywords and subject codes are those of all records. The detail `ids` lists the ids of the records.
///
/// # Panics
/// If there are no records.
pub fn merged(id: &PaperId, records: &[&Paper]) -> Paper {
    assert!(!records.is_empty(), "a work has at least one record");
    let (record, others) = (records[0], &records[1..]);
    if others.iter().all(|other| *other == record) {
        return Paper { id: id.clone(), ..record.clone() };
    }
    let mut ranked: Vec<(Rank, &Paper)> = records.iter().map(|record| (rank(record), *record)).collect();
    ranked.sort_by(|a, b| a.0.cmp(&b.0));
    let ranked: Vec<&Paper> = ranked.into_iter().map(|(_, record)| record).collect();
    let version_of_record = ranked[0];
    let with_authors = ranked.iter().min_by_key(|record| {
        let letters: usize = record.authors.iter().map(|author| author.chars().count()).sum();
        Reverse((record.authors.len(), !record.et_al, letters))
    });
    let with_authors = with_authors.map_or(version_of_record, |record| record);
    let dated = ranked.iter().find(|record| record.year.is_some()).map_or(version_of_record, |record| record);
    let of_the_year = |record: &&&Paper| record.year == dated.year && record.date.is_some();
    let mut ids = version_of_record.ids.clone();
    ranked.iter().flat_map(|record| record.ids.iter()).for_each(|identifier| ids.add(identifier));
    Paper {
        id: id.clone(),
        title: title(&ranked).to_owned(),
        abstract_text: best_abstract(&ranked).map(str::to_owned),
        authors: with_authors.authors.clone(),
        et_al: with_authors.et_al,
        year: dated.year,
        date: dated.date.or_else(|| ranked.iter().find(of_the_year)?.date),
        venue: ranked.iter().find_map(|record| record.venue.clone()),
        categories: union(&ranked, |record| &record.categories),
        keywords: union(&ranked, |record| &record.keywords),
        organizations: ranked
            .iter()
            .map(|record| &record.organizations)
            .find(|organizations| !organizations.is_empty())
            .cloned()
            .unwrap_or_default(),
        ids,
        url: ranked.iter().find_map(|record| record.url.clone()),
        has_code: ranked.iter().any(|record| record.has_code),
        kind: kind(&ranked),
        details: details(id, &ranked, with_authors),
    }
}

/// The ids that files give the work, other than `id`.
fn other_ids(id: &PaperId, ranked: &[&Paper]) -> String {
    let listed = ranked.iter().filter_map(|record| record.details.get(IDS));
    let listed = listed.flat_map(|ids| ids.split(',')).map(str::trim).filter(|id| !id.is_empty());
    let given = ranked.iter().filter(|record| !has_generated_id(record)).map(|record| record.id.as_str());
    // LaTeX cannot cite ids with other characters.
    let given = given.filter(|id| id.chars().all(|c| c.is_alphanumeric() || "-_:./+*;!?<>@[]|".contains(c)));
    let ids: BTreeSet<&str> = given.chain(listed).filter(|other| *other != id.as_str()).collect();
    ids.into_iter().take(MOST_IDS).collect::<Vec<_>>().join(", ")
}

/// Whether the record's id was made from its fields and was not given by its file.
pub fn has_generated_id(record: &Paper) -> bool {
    record.ids.iter().any(|identifier| identifier.to_string() == record.id.as_str()) || has_derived_id(record)
}

/// Whether the record's id was derived from its title, author and year.
pub fn has_derived_id(record: &Paper) -> bool {
    let author = record.authors.first().map_or("", String::as_str);
    derived_id(&record.title, author, record.year) == record.id
}

/// The kind of the highest-ranked record that has one. A published work does not get the kind of its preprint.
fn kind(ranked: &[&Paper]) -> Option<String> {
    let is_published = publication(ranked[0]) == 3;
    let fits = |kind: &&String| !is_published || !matches!(kind.as_str(), "unpublished" | "online");
    ranked.iter().filter_map(|record| record.kind.as_ref()).find(fits).cloned()
}

/// A key that sorts the best record first.
type Rank = (Reverse<u8>, Reverse<usize>, Reverse<Option<i16>>, String);

fn rank(record: &Paper) -> Rank {
    let Paper { authors, year, venue, ids, url, kind, details, abstract_text, .. } = record;
    let filled = [
        !authors.is_empty(),
        year.is_some(),
        venue.is_some(),
        !ids.is_empty(),
        url.is_some(),
        kind.is_some(),
        abstract_text.is_some(),
    ];
    let filled = filled.into_iter().filter(|is_filled| *is_filled).count() + details.len();
    // Records that are equal otherwise are ordered by their content.
    let whole = serde_json::to_string(record).unwrap_or_default();
    (Reverse(publication(record)), Reverse(filled), Reverse(*year), whole)
}

/// The publication status of a record: 3 with a venue of publication, 2 with a publisher's DOI, 0 for a preprint, 1 if
/// unknown.
fn publication(record: &Paper) -> u8 {
    let is_published_kind = !matches!(record.kind.as_deref(), Some("unpublished" | "online" | "report"));
    match record.venue.as_deref().map(title_key) {
        Some(venue) if is_repository(&venue) => 0,
        Some(_) if is_published_kind => 3,
        _ if record.ids.get(IdentifierKind::Doi).is_some_and(|doi| !super::is_preprint(doi)) => 2,
        _ if record.ids.get(IdentifierKind::Arxiv).is_some() => 0,
        _ => 1,
    }
}

/// Whether a venue, as a [`title_key`], is a repository of preprints.
fn is_repository(venue: &str) -> bool {
    const REPOSITORIES: &str = "arxiv authorea biorxiv chemrxiv corr eartharxiv engrxiv hal medrxiv openreview osf \
                                preprint preprints psyarxiv socarxiv ssrn techrxiv zenodo";
    let is_repository = |word| REPOSITORIES.split(' ').any(|repository| repository == word);
    venue.split(' ').any(is_repository) || venue == "research square"
}

/// The title of the version of record; if it is all in capitals, the first other title that is not.
fn title<'a>(ranked: &[&'a Paper]) -> &'a str {
    let mut titles = ranked.iter().map(|record| record.title.as_str());
    titles.find(|title| title.chars().any(char::is_lowercase)).unwrap_or(&ranked[0].title)
}

/// The longest abstract. A placeholder, or a text longer than [`LONGEST_ABSTRACT`], is used only if there is no other.
/// Of equally long abstracts, returns that of the record ranked first.
fn best_abstract<'a>(ranked: &[&'a Paper]) -> Option<&'a str> {
    let texts = ranked.iter().filter_map(|record| record.abstract_text.as_deref());
    texts.min_by_key(|text| {
        let letters = text.chars().count();
        (begins_like_placeholder(text), letters > LONGEST_ABSTRACT, Reverse(letters))
    })
}

fn union<'a>(ranked: &[&'a Paper], of: impl Fn(&'a Paper) -> &'a Vec<String>) -> Vec<String> {
    let mut known = BTreeSet::new();
    let all = ranked.iter().flat_map(|record| of(record)).filter(|entry| known.insert(entry.to_lowercase()));
    all.take(MOST_KEYWORDS).cloned().collect()
}

/// The details of the version of record and of other records with its venue and year. Other records are excluded,
/// because the page numbers of a preprint are not those of the journal article. The parts of the authors' names are
/// from the record with the authors.
fn details(id: &PaperId, ranked: &[&Paper], with_authors: &Paper) -> BTreeMap<String, String> {
    let version_of_record = ranked[0];
    let venue = |record: &Paper| record.venue.as_deref().map(title_key);
    let mut details = version_of_record.details.clone();
    for record in ranked
        .iter()
        .filter(|record| venue(record) == venue(version_of_record) && record.year == version_of_record.year)
    {
        for (name, value) in &record.details {
            details.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    details.remove("author");
    details.extend(with_authors.details.get("author").map(|names| ("author".to_owned(), names.clone())));
    details.remove(IDS);
    let ids = other_ids(id, ranked);
    details.extend((!ids.is_empty()).then(|| (IDS.to_owned(), ids)));
    details
}

/// Returns the updated record of a file. `new` is the record that the file has now, and `old` the record that it had
/// before. A field that is empty in `new` is taken from `old`.
pub fn updated(new: &Paper, old: &Paper) -> Paper {
    fn or<T: Clone>(new: &[T], old: &[T]) -> Vec<T> {
        if new.is_empty() { old.to_vec() } else { new.to_vec() }
    }
    let mut ids = new.ids.clone();
    old.ids.iter().for_each(|identifier| ids.add(identifier));
    let with_authors = if new.authors.is_empty() { old } else { new };
    let mut details = old.details.clone();
    details.extend(new.details.clone());
    details.remove("author");
    details.extend(with_authors.details.get("author").map(|names| ("author".to_owned(), names.clone())));
    Paper {
        id: new.id.clone(),
        title: new.title.clone(),
        abstract_text: new.abstract_text.clone().or_else(|| old.abstract_text.clone()),
        et_al: with_authors.et_al,
        authors: with_authors.authors.clone(),
        year: new.year.or(old.year),
        date: new.date.or(old.date),
        venue: new.venue.clone().or_else(|| old.venue.clone()),
        categories: or(&new.categories, &old.categories),
        keywords: or(&new.keywords, &old.keywords),
        organizations: or(&new.organizations, &old.organizations),
        ids,
        url: new.url.clone().or_else(|| old.url.clone()),
        has_code: new.has_code || old.has_code,
        kind: new.kind.clone().or_else(|| old.kind.clone()),
        details,
    }
}
