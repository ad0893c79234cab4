//! Makes a [`Paper`] from a record in a file: cleans its texts, finds its identifiers, and gives it an id.

use std::collections::{BTreeMap, HashSet};

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use super::hidden::all_identifiers;
use super::limits::{Cutter, MAX_DETAILS, MAX_ENTRIES, MAX_PHRASE_BYTES, MAX_TEXT_BYTES};
use super::{Identifier, IdentifierKind, Name, Paper, PaperId, clean, title_key};

/// A paper as it is in a file, before cleaning. An empty field means that the file does not have it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// The id in the file. If it is a public identifier, it is recognised as such too.
    pub id: String,
    /// Title. Required.
    pub title: String,
    /// Abstract.
    pub abstract_text: String,
    /// Authors, in order, each in the notation of [`Name`]: `Family, Given` where the file has the parts, `{Name}` for
    /// an organisation.
    pub authors: Vec<String>,
    /// Whether the file shows that there are more authors.
    pub et_al: bool,
    /// Year. A year outside the range of [`Paper::year`] is ignored.
    pub year: Option<i64>,
    /// Day of publication.
    pub date: Option<jiff::civil::Date>,
    /// Journal or conference.
    pub venue: String,
    /// Subject codes.
    pub categories: Vec<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Affiliations.
    pub organizations: Vec<String>,
    /// Identifiers by kind, as written; invalid ones are dropped.
    pub identifiers: Vec<(IdentifierKind, String)>,
    /// Link.
    pub url: String,
    /// Whether code is available according to the file.
    pub has_code: bool,
    /// Kind of work, as [`Paper::kind`].
    pub kind: String,
    /// Other fields, as in [`Paper::details`]. If a name has several values, the first is kept.
    pub details: Vec<(String, String)>,
    /// Texts that may mention identifiers of this paper: a note, a journal reference, a second link. They are not
    /// stored.
    pub mentions: Vec<String>,
}

/// Why a record cannot become a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Neither title nor abstract.
    #[error("neither title nor abstract")]
    Empty,
    /// An abstract without a title.
    #[error("no title")]
    NoTitle,
}

impl Record {
    /// Cuts the record to the limits of its fields (`limits`). Returns a sentence on what was cut, or `None` if nothing was. A
    /// record that was cut is within the limits.
    pub(crate) fn cut(&mut self) -> Option<String> {
        let mut cutter = Cutter::new();
        let Self { id, title, abstract_text, authors, venue, categories, keywords, organizations, .. } = self;
        let Self { identifiers, url, kind, details, mentions, .. } = self;
        cutter.text("id", id, MAX_PHRASE_BYTES);
        cutter.text("title", title, MAX_PHRASE_BYTES);
        cutter.text("abstract", abstract_text, MAX_TEXT_BYTES);
        cutter.list("authors", authors, MAX_ENTRIES, |text| (text, MAX_PHRASE_BYTES));
        for (name, text) in [("venue", venue), ("link", url), ("kind", kind)] {
            cutter.text(name, text, MAX_PHRASE_BYTES);
        }
        cutter.list("identifiers", identifiers, MAX_ENTRIES, |(_, text)| (text, MAX_PHRASE_BYTES));
        for (name, list) in [("keywords", keywords), ("categories", categories), ("organizations", organizations)] {
            cutter.list(name, list, MAX_ENTRIES, |text| (text, MAX_PHRASE_BYTES));
        }
        let (count, mut kept) = (details.len(), 0);
        for (name, value) in details.iter_mut().take(MAX_DETAILS) {
            if cutter.is_full() {
                break;
            }
            cutter.text("name of a field", name, MAX_PHRASE_BYTES);
            cutter.text(name, value, MAX_TEXT_BYTES);
            kept += 1;
        }
        details.truncate(kept);
        cutter.dropped("other fields", kept, count);
        cutter.list("notes and links", mentions, MAX_ENTRIES, |text| (text, MAX_TEXT_BYTES));
        cutter.sentence()
    }

    /// Cleans the record.
    ///
    /// Removes markup and control characters from texts, and gives them single spaces and NFC (see `clean`). Drops an
    /// abstract such as "No abstract available", empty entries, and repeated keywords, categories and organizations.
    /// Searches all fields that may contain public identifiers. Derives a missing id (see [`PaperId`]). Cuts a record
    /// that is longer than any real one (see `limits`).
    pub fn into_paper(mut self) -> Result<Paper, Rejection> {
        self.cut();
        self.split_links();
        self.join_subtitle();
        let title = clean::title(&self.title);
        let abstract_text = clean::abstract_text(&self.abstract_text);
        match (title_key(&title).is_empty(), abstract_text.is_empty()) {
            (true, true) => return Err(Rejection::Empty),
            (true, false) => return Err(Rejection::NoTitle),
            _ => {}
        }
        let texts = self.mentions.iter().chain([&self.venue, &self.url]);
        let ids = all_identifiers(&self.identifiers, [&self.id, &self.url], texts, &self.details);
        let in_range = |year: &i16| (1000..3000).contains(year);
        let year = self.year.and_then(|year| i16::try_from(year).ok()).filter(in_range);
        let year = year.or(self.date.map(|date| date.year()).filter(in_range));
        let names: Vec<Name> = all(&self.authors, clean::name).iter().filter_map(|name| settled_name(name)).collect();
        let authors: Vec<String> = names.iter().map(Name::display).collect();
        let id = clean::verbatim(&self.id);
        // Some sources have a URL as the id. The identifier in it is shorter to type.
        let is_link = id.contains("://") && Identifier::parse(&id).is_some();
        let id = if id.is_empty() || is_link {
            match ids.iter().next() {
                Some(identifier) => PaperId::new(identifier.to_string()),
                None => derived_id(&title, authors.first().map_or("", String::as_str), year),
            }
        } else {
            PaperId::new(id)
        };
        let mut details = BTreeMap::new();
        for (name, value) in &self.details {
            // A link may contain text that looks like markup.
            let value = match name.as_str() {
                _ if value.contains("://") => clean::verbatim(value),
                "pages" => clean::pages(value),
                _ => clean::phrase(value),
            };
            let is_repeated =
                Identifier::of_detail(name, &value).is_some_and(|id| ids.get(id.kind) == Some(&*id.value));
            if !value.is_empty() && !is_repeated {
                details.entry(clean::verbatim(name).to_lowercase()).or_insert(value);
            }
        }
        if authors.iter().zip(&names).any(|(display, name)| Name::parse(display) != *name) {
            let notation: Vec<String> = names.iter().map(Name::notation).collect();
            details.insert("author".to_owned(), notation.join(" and "));
        }
        Ok(Paper {
            id,
            title,
            abstract_text: non_empty(abstract_text),
            authors,
            et_al: self.et_al,
            year,
            date: self.date,
            venue: non_empty(clean::phrase(&self.venue)),
            categories: each_once(&self.categories, clean::phrase),
            keywords: keywords(&self.keywords),
            organizations: each_once(&self.organizations, clean::organisation),
            ids,
            url: non_empty(clean::verbatim(&self.url)),
            has_code: self.has_code,
            kind: non_empty(clean::verbatim(&self.kind).to_lowercase()),
            details,
        })
    }

    /// If `url` has several links, keeps the first as the paper's link. The others become a detail, unless they are
    /// identifiers.
    fn split_links(&mut self) {
        let mut links = self.url.split_whitespace().map(|link| link.trim_end_matches([';', ',', '|']));
        let is_link = |link: &str| link.starts_with("http://") || link.starts_with("https://");
        if !self.url.trim().contains(char::is_whitespace) || !links.clone().all(is_link) {
            return;
        }
        let first = links.next().unwrap_or_default().to_owned();
        let others: Vec<String> = links.map(str::to_owned).collect();
        self.url = first;
        let kept: Vec<&str> =
            others.iter().filter(|link| Identifier::parse(link).is_none()).map(String::as_str).collect();
        if !kept.is_empty() {
            self.details.push((MORE_LINKS.to_owned(), kept.join(" ")));
        }
        self.mentions.extend(others);
    }

    /// Appends the subtitle to the title, unless it is there already.
    fn join_subtitle(&mut self) {
        let Some(at) = self.details.iter().position(|(name, _)| name == "subtitle") else { return };
        let (_, subtitle) = self.details.remove(at);
        let is_there = title_key(&self.title).ends_with(&title_key(&subtitle));
        if !self.title.trim().is_empty() && !is_there {
            self.title = with_subtitle(&self.title, &subtitle);
        }
    }
}

impl Paper {
    /// The paper without control characters and invisible characters in any of its texts. A paper that
    /// [`Record::into_paper`] made has none; one whose record was changed in a database may have some.
    pub(crate) fn printable(self) -> Self {
        let one = |text: Option<String>| text.as_deref().map(clean::verbatim).filter(|text| !text.is_empty());
        let each = |texts: Vec<String>| all(&texts, clean::verbatim);
        // Without `..`, so that a new field does not compile until it is cleaned here.
        let Self {
            id,
            title,
            abstract_text,
            authors,
            et_al,
            year,
            date,
            venue,
            categories,
            keywords,
            organizations,
            ids,
            url,
            has_code,
            kind,
            details,
        } = self;
        Self {
            id: PaperId::new(clean::verbatim(id.as_str())),
            title: clean::verbatim(&title),
            abstract_text: one(abstract_text),
            authors: each(authors),
            et_al,
            year,
            date,
            venue: one(venue),
            categories: each(categories),
            keywords: each(keywords),
            organizations: each(organizations),
            ids: ids.printable(),
            url: one(url),
            has_code,
            kind: one(kind),
            details: details.iter().map(|(name, value)| (clean::verbatim(name), clean::verbatim(value))).collect(),
        }
    }
}

/// The name of the detail for all links except the first.
const MORE_LINKS: &str = "link";

/// Joins title and subtitle.
pub(crate) fn with_subtitle(title: &str, subtitle: &str) -> String {
    let title = title.trim_end();
    let separator = if title.ends_with(['.', '?', '!', ':']) { " " } else { ": " };
    format!("{title}{separator}{}", subtitle.trim())
}

/// An id made from first author, year and title: `family2017word-1a2b`, or `2017word-1a2b3c4d` without an author.
///
/// The hexadecimal digits (of the SHA-256 of the title's key) distinguish papers with the same first author, year and
/// first long word of the title. Without an author, more papers have the same year and word, so there are eight digits.
pub(crate) fn derived_id(title: &str, first_author: &str, year: Option<i16>) -> PaperId {
    let key = title_key(title);
    // The last word of the family name does not depend on how the name was split into parts.
    let family = Name::parse(first_author).family;
    let family = title_key(family.split_whitespace().next_back().unwrap_or_default()).replace(' ', "");
    // The minimum of four letters skips "the", "on" and "a". If all words are shorter, the first is used.
    let word = key.split(' ').find(|word| word.chars().count() >= 4).or(key.split(' ').next()).unwrap_or_default();
    let year = year.map(|year| year.to_string()).unwrap_or_default();
    let digest = Sha256::digest(key.as_bytes());
    // Title keys are decomposed (NFKD). The id is composed below, so that reading it from a file does not change it.
    let bytes = if family.is_empty() { 4 } else { 2 };
    let digits: String = digest.iter().take(bytes).map(|byte| format!("{byte:02x}")).collect();
    let id = format!("{family}{year}{word}-{digits}");
    PaperId::new(id.nfc().collect::<String>())
}

/// The parts of a name, cleaned so that reading them again changes nothing; `None` if no family name is left.
fn settled_name(name: &str) -> Option<Name> {
    if !name.contains(['\\', '$', '`', '{', '}', '<', '&']) {
        return Some(Name::parse(name)).filter(|name| !name.family.is_empty());
    }
    // The name still had its braces when it was cleaned. They are removed now, so a letter and its accent may become
    // adjacent.
    let Name { family, given, suffix } = Name::parse(name);
    let name = of_parts([family, given, suffix].map(|part| clean::name(&part)));
    let is_settled = |text: String| clean::name(&text) == text;
    let name = if is_settled(name.display()) && is_settled(name.notation()) {
        name
    } else {
        // Two parts may each contain one half of a command or a formula. No name has these characters.
        let plain = |part: String| part.replace(['\\', '$', '`'], " ");
        of_parts([name.family, name.given, name.suffix].map(|part| clean::name(&plain(part))))
    };
    (!name.family.is_empty()).then_some(name)
}

/// A name from family name, given names and suffix; a given name alone counts as family name.
fn of_parts([family, given, suffix]: [String; 3]) -> Name {
    match family.is_empty() {
        true => Name { family: given, given: String::new(), suffix },
        false => Name { family, given, suffix },
    }
}

fn all(texts: &[String], clean: fn(&str) -> String) -> Vec<String> {
    texts.iter().map(|text| clean(text)).filter(|text| !text.is_empty()).collect()
}

/// Cleaned phrases, each once: many files repeat an institution for every author.
fn each_once(texts: &[String], clean: fn(&str) -> String) -> Vec<String> {
    let mut seen = HashSet::new();
    all(texts, clean).into_iter().filter(|text| seen.insert(text.clone())).collect()
}

/// Cleans keywords. If there is only one text, and it is a list of keywords, it is split.
fn keywords(texts: &[String]) -> Vec<String> {
    let keywords = each_once(texts, clean::phrase);
    match &keywords[..] {
        [list] if list.contains("; ") => {
            each_once(&list.split("; ").map(str::to_owned).collect::<Vec<_>>(), clean::phrase)
        }
        _ => keywords,
    }
}

fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(title: &str) -> Record {
        Record { title: title.into(), ..Record::default() }
    }

    #[test]
    fn control_and_invisible_characters_are_removed() {
        let paper = record("  A\ttitle\u{1b}[31m \u{202e}with\n\u{200b}noise e\u{301} ").into_paper().unwrap();
        assert_eq!(paper.title, "A title [31m with noise é");
    }

    #[test]
    fn a_record_needs_a_title() {
        assert_eq!(record(" \n").into_paper(), Err(Rejection::Empty));
        let without_title = Record { abstract_text: "Text.".into(), ..record("—") };
        assert_eq!(without_title.into_paper().unwrap_err().to_string(), "no title");
    }

    #[test]
    fn the_id_is_that_of_the_file_or_an_identifier_or_derived_from_the_paper() {
        let mut record =
            Record { authors: vec!["Adam Santoro".into()], year: Some(2016), ..record("One-shot Learning") };
        let derived = record.clone().into_paper().unwrap().id;
        assert!(derived.as_str().starts_with("santoro2016shot-"), "{derived}");
        record.authors = vec!["Santoro, Adam".into()];
        assert_eq!(record.clone().into_paper().unwrap().id, derived, "both orders of a name give one id");
        record.identifiers = vec![(IdentifierKind::Doi, "https://doi.org/10.1/x".into())];
        assert_eq!(record.clone().into_paper().unwrap().id, derived, "10.1/x is no DOI");
        record.identifiers = vec![(IdentifierKind::Arxiv, "1605.06065v1".into())];
        assert_eq!(record.clone().into_paper().unwrap().id.as_str(), "arxiv:1605.06065");
        let hangul = Record { title: "가나다라".into(), ..Record::default() }.into_paper().unwrap().id;
        assert!(hangul.as_str().starts_with("가나다라-"), "composed, as the title is: {hangul}");
        record.id = "https://openalex.org/W2741809807".into();
        assert_eq!(record.clone().into_paper().unwrap().id.as_str(), "arxiv:1605.06065", "a URL is not an id");
        record.id = " P18-1001 ".into();
        let paper = record.into_paper().unwrap();
        assert_eq!(paper.id.as_str(), "P18-1001");
        assert_eq!(paper.ids.get(IdentifierKind::Acl), Some("P18-1001"));
    }

    #[test]
    fn repeated_entries_are_dropped_except_authors() {
        let twice = || vec!["Hive ".to_owned(), "Nest".to_owned(), String::new(), " Hive".to_owned()];
        let record = Record { organizations: twice(), keywords: twice(), authors: twice(), ..record("T") };
        let paper = record.into_paper().unwrap();
        assert_eq!(paper.organizations, ["Hive", "Nest"]);
        assert_eq!(paper.keywords, ["Hive", "Nest"]);
        assert_eq!(paper.authors, ["Hive", "Nest", "Hive"], "two people may have one name");
    }

    #[test]
    fn pages_links_and_subtitles_have_one_form() {
        let record = Record {
            url: "http://a.example/1 https://doi.org/10.1234/bees; http://b.example/2".into(),
            details: vec![("pages".into(), "429 \u{2013} 452".into()), ("subtitle".into(), "A life".into())],
            ..record("Bees")
        };
        let paper = record.into_paper().unwrap();
        assert_eq!((paper.title.as_str(), paper.url.as_deref()), ("Bees: A life", Some("http://a.example/1")));
        let details: Vec<_> = paper.details.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(details, ["link=http://b.example/2", "pages=429--452"]);
        assert_eq!(clean::pages("AB  - \u{2013}"), "AB");
        assert_eq!(paper.ids.get(IdentifierKind::Doi), Some("10.1234/bees"));
        let twice = Record { details: vec![("subtitle".into(), "A life.".into())], ..self::record("Bees: a life") };
        assert_eq!(twice.into_paper().unwrap().title, "Bees: a life");
    }

    #[test]
    fn addresses_are_removed_from_institutions_and_lists_of_keywords_are_split() {
        let organizations =
            ["Hive, Ulm. Electronic address: a.byron@hive.example.", "Hive, Ulm, a@b.example", "c@d.example", "Nest"];
        let record = Record {
            organizations: organizations.map(str::to_owned).to_vec(),
            keywords: vec!["honey; wax; honey".into()],
            ..record("T")
        };
        let paper = record.into_paper().unwrap();
        assert_eq!(paper.organizations, ["Hive, Ulm.", "Hive, Ulm", "Nest"]);
        assert_eq!(paper.keywords, ["honey", "wax"]);
    }

    #[test]
    fn a_year_out_of_range_is_ignored() {
        assert_eq!(Record { year: Some(20170), ..record("T") }.into_paper().unwrap().year, None);
        let dated = Record { date: Some(jiff::civil::date(2022, 6, 9)), ..record("T") };
        assert_eq!(dated.into_paper().unwrap().year, Some(2022));
        let ancient = Record { date: Some(jiff::civil::date(22, 6, 9)), ..record("T") };
        assert_eq!(ancient.into_paper().unwrap().year, None);
    }
}
