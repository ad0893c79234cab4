//! Cuts a record to limits before it is cleaned, so that everything after it handles texts of a known length.
//!
//! The limits are many times what real records have. Among 87,395 papers and 90 files of other sources, the longest
//! abstract has 16 KB, the longest note (a table of contents) 31 KB, the longest list of references 33 KB, the longest
//! title 295 bytes, the longest author field 1.6 KB and the longest link 1.3 KB. The paper with most authors has 15,025
//! (COVIDSurg Collaborative, "SARS-CoV-2 vaccination modelling for safe surgery", 2021).

/// The longest abstract, and the longest value of a detail, in bytes: a thesis of 80,000 words.
pub(crate) const MAX_TEXT_BYTES: usize = 512 << 10;

/// The longest title, venue, name, keyword, id or link, in bytes.
pub(crate) const MAX_PHRASE_BYTES: usize = 16 << 10;

/// The most authors, keywords, categories, organizations, identifiers or other texts.
pub(crate) const MAX_ENTRIES: usize = 32 << 10;

/// The most details. A table has fewer columns.
pub(crate) const MAX_DETAILS: usize = 4 << 10;

/// The most bytes of all fields of a record. 15,025 authors with institutions take half of it.
pub(crate) const MAX_RECORD_TEXT_BYTES: usize = 4 << 20;

/// How far before a limit a text may end at white space instead of within a word, in bytes.
const NEAR_END: usize = 256;

/// The most fields that a message lists.
const LISTED: usize = 8;

/// Cuts fields one after the other.
pub(super) struct Cutter {
    /// How many bytes of the record's limit are left.
    left: usize,
    /// What was cut, for the first fields.
    fields: Vec<String>,
    /// How many other fields were cut.
    more: usize,
}

impl Cutter {
    /// Has all the bytes of a record left.
    pub fn new() -> Self {
        Self { left: MAX_RECORD_TEXT_BYTES, fields: Vec::new(), more: 0 }
    }

    /// Whether no bytes are left.
    pub fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Cuts a text.
    pub fn text(&mut self, name: &str, text: &mut String, limit: usize) {
        let (bytes, limit) = (text.len(), limit.min(self.left));
        if bytes > limit {
            text.truncate(end_within(text, limit));
            text.shrink_to_fit();
            let name: String = name.chars().take(40).collect();
            self.report(|| format!("{name} (first {} of {bytes} bytes)", text.len()));
        }
        self.left -= text.len();
    }

    /// Cuts a list and its texts.
    pub fn list<T>(&mut self, name: &str, list: &mut Vec<T>, most: usize, text_of: fn(&mut T) -> (&mut String, usize)) {
        let count = list.len();
        list.truncate(most);
        let mut kept = 0;
        for entry in list.iter_mut() {
            if self.is_full() {
                break;
            }
            let (text, limit) = text_of(entry);
            self.text(name, text, limit);
            kept += 1;
        }
        list.truncate(kept);
        self.dropped(name, kept, count);
    }

    /// Notes that only the first `kept` of `count` entries are left.
    pub fn dropped(&mut self, name: &str, kept: usize, count: usize) {
        if kept < count {
            self.report(|| format!("{name} (first {kept} of {count})"));
        }
    }

    fn report(&mut self, field: impl FnOnce() -> String) {
        match self.fields.len() < LISTED {
            true => self.fields.push(field()),
            false => self.more += 1,
        }
    }

    /// A sentence on what was cut.
    pub fn sentence(self) -> Option<String> {
        let Self { fields, more, .. } = self;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!fields.is_empty()).then(|| format!("too long for a paper, so it was cut: {}{more}", fields.join(", ")))
    }
}

/// Returns where a text ends that is cut to `limit` bytes: at the last white space if that is near, or else after a
/// whole character.
fn end_within(text: &str, limit: usize) -> usize {
    let end = text.floor_char_boundary(limit);
    let near = text.ceil_char_boundary(end.saturating_sub(NEAR_END));
    text[near..end].rfind(char::is_whitespace).map_or(end, |at| near + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::paper::IdentifierKind;
    use crate::paper::Record;

    fn record() -> Record {
        Record { title: "Bees".into(), ..Record::default() }
    }

    /// The bytes of all fields.
    fn bytes(record: &Record) -> usize {
        let Record { id, title, abstract_text, authors, venue, categories, keywords, .. } = record;
        let Record { organizations, identifiers, url, kind, details, mentions, .. } = record;
        let lists = [authors, categories, keywords, organizations, mentions].into_iter().flatten();
        let identifiers = identifiers.iter().map(|(_, text)| text);
        let details = details.iter().flat_map(|(name, value)| [name, value]);
        let texts = [id, title, abstract_text, venue, url, kind].into_iter().chain(lists);
        texts.chain(identifiers).chain(details).map(String::len).sum()
    }

    #[test]
    fn each_field_is_cut_and_the_cut_is_reported() {
        type Case = (&'static str, fn(&mut Record, String), usize);
        let cases: [Case; 13] = [
            ("id", |record, text| record.id = text, MAX_PHRASE_BYTES),
            ("title", |record, text| record.title = text, MAX_PHRASE_BYTES),
            ("abstract", |record, text| record.abstract_text = text, MAX_TEXT_BYTES),
            ("authors", |record, text| record.authors = vec![text], MAX_PHRASE_BYTES),
            ("venue", |record, text| record.venue = text, MAX_PHRASE_BYTES),
            ("link", |record, text| record.url = text, MAX_PHRASE_BYTES),
            ("kind", |record, text| record.kind = text, MAX_PHRASE_BYTES),
            ("identifiers", |record, text| record.identifiers = vec![(IdentifierKind::Doi, text)], MAX_PHRASE_BYTES),
            ("keywords", |record, text| record.keywords = vec![text], MAX_PHRASE_BYTES),
            ("categories", |record, text| record.categories = vec![text], MAX_PHRASE_BYTES),
            ("organizations", |record, text| record.organizations = vec![text], MAX_PHRASE_BYTES),
            ("note", |record, text| record.details = vec![("note".into(), text)], MAX_TEXT_BYTES),
            ("notes and links", |record, text| record.mentions = vec![text], MAX_TEXT_BYTES),
        ];
        for (name, set, limit) in cases {
            let mut whole = record();
            set(&mut whole, "y".repeat(limit));
            assert_eq!(whole.cut(), None, "{name}");
            let mut longer = record();
            set(&mut longer, "y".repeat(limit + 1));
            let expected =
                format!("too long for a paper, so it was cut: {name} (first {limit} of {} bytes)", limit + 1);
            assert_eq!(longer.cut().unwrap(), expected);
            assert_eq!(longer.cut(), None, "{name}: what was cut is within the limits");
            assert_eq!(longer, whole, "{name}");
        }
    }

    #[test]
    fn lists_are_cut_and_the_cut_is_reported() {
        let list = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>();
        let mut longer = Record { authors: list(MAX_ENTRIES + 5), keywords: list(15_025), ..record() };
        assert_eq!(longer.cut().unwrap(), "too long for a paper, so it was cut: authors (first 32768 of 32773)");
        assert_eq!((longer.authors.len(), longer.keywords.len()), (MAX_ENTRIES, 15_025));
        let details = list(MAX_DETAILS + 1).into_iter().map(|name| (name, "a".into())).collect();
        let mut longer = Record { details, ..record() };
        assert_eq!(longer.cut().unwrap(), "too long for a paper, so it was cut: other fields (first 4096 of 4097)");
    }

    #[test]
    fn a_record_has_a_limit_on_all_its_fields_together() {
        let many = vec!["y".repeat(MAX_PHRASE_BYTES); 1000];
        let mut longer = Record { organizations: many.clone(), keywords: many.clone(), authors: many, ..record() };
        let told = longer.cut().unwrap();
        assert_eq!(bytes(&longer), MAX_RECORD_TEXT_BYTES);
        for list in ["authors (first 256 of 1000)", "keywords (first 0 of 1000)", "organizations (first 0 of 1000)"] {
            assert!(told.contains(list), "{told}");
        }
        assert_eq!(longer.title, "Bees");
        let details = (0..50).map(|at| (at.to_string(), "y".repeat(MAX_TEXT_BYTES))).collect();
        let told = Record { details, ..record() }.cut().unwrap();
        assert!(told.ends_with("cut: 7 (first 524276 of 524288 bytes), other fields (first 8 of 50)"), "{told}");
        let told = Record { authors: vec!["y".repeat(MAX_PHRASE_BYTES + 1); 20], ..record() }.cut().unwrap();
        assert!(told.ends_with(" and 12 more"), "{told}");
    }

    #[test]
    fn a_text_is_cut_between_words_if_there_is_white_space_near_its_end() {
        assert_eq!(end_within("bees dance", 7), 4);
        assert_eq!(end_within("bées", 2), 1);
        assert_eq!(end_within(&"y".repeat(2000), 1000), 1000);
    }

    proptest! {
        #[test]
        fn a_cut_text_is_a_beginning_of_the_text(text in "(\\PC| |é|y{200}){0,12}", limit in 0usize..600) {
            let end = end_within(&text, limit.min(text.len()));
            prop_assert!(end <= limit && text.is_char_boundary(end));
        }
    }
}
