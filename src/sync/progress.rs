//! Notices lists without an end: a server may repeat pages, send ever new ones, or send a token that cannot be stored.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::list::Page;

/// The longest token that is stored, in bytes. arXiv's tokens have about 150 bytes. A token becomes part of an address, in
/// which it may take three times as many bytes.
pub(super) const MAX_TOKEN_BYTES: usize = 4 << 10;

/// How many pages without a new paper may follow each other, although the list goes on. One or two are possible: a list
/// that begins again at the minute of its last paper repeats the papers of this minute.
const MAX_REPEATED_PAGES: u32 = 3;

/// A list may have this many more papers than the double of the number on its first page, since papers are added while it
/// is read, and a list that begins again repeats some.
const MORE_PAPERS: u64 = 10_000;

/// The most papers of a list: six times the papers of arXiv. Their hashes take 200 MB.
const MAX_PAPERS: u64 = 20_000_000;

/// What was received of a list since its beginning.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Hashes of identifiers: 8 bytes for each paper.
    ids: HashSet<u64>,
    tokens: HashSet<u64>,
    papers: u64,
    /// The number of papers of the list according to its first page.
    total: Option<u64>,
    repeated_pages: u32,
}

impl Progress {
    /// Counts a page after which the list goes on. `Err` says why the list cannot be read further.
    pub(super) fn count(&mut self, page: &Page) -> Result<(), String> {
        self.papers += page.records;
        let total = *self.total.get_or_insert(page.total.unwrap_or(u64::MAX));
        let most = total.saturating_mul(2).saturating_add(MORE_PAPERS).min(MAX_PAPERS);
        let mut is_new = false;
        for id in &page.ids {
            is_new |= self.ids.insert(hash(id));
        }
        self.repeated_pages = if is_new { 0 } else { self.repeated_pages + 1 };
        if self.repeated_pages >= MAX_REPEATED_PAGES {
            return Err("the server sends the same papers again and again".to_owned());
        }
        if self.papers > most {
            let papers = self.papers;
            return Err(format!("the server sent {papers} papers, more than its list can have, and the list goes on"));
        }
        if let Some(token) = &page.token {
            if !is_token(token) {
                let bytes = token.len();
                return Err(format!(
                    "the token of the next page is invalid: it has {bytes} bytes; relata accepts {MAX_TOKEN_BYTES}, without \
                     control characters"
                ));
            }
            if !self.tokens.insert(hash(token)) {
                return Err("the server sent a token for the second time, so its list has no end".to_owned());
            }
        }
        Ok(())
    }
}

/// Whether a text can be a token.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_TOKEN_BYTES && !text.chars().any(char::is_control)
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[u32], token: Option<&str>, total: Option<u64>) -> Page {
        let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
        Page { records: ids.len() as u64, ids, token: token.map(str::to_owned), total, ..Page::default() }
    }

    #[test]
    fn pages_without_new_papers_end_a_list_after_the_third() {
        let mut progress = Progress::default();
        for ids in [[1, 2], [1, 2], [2, 1], [2, 3], [3, 3], [1, 2]] {
            progress.count(&page(&ids, None, None)).unwrap();
        }
        assert!(progress.count(&page(&[3], None, None)).unwrap_err().contains("the same papers again"));
        let mut empty = Progress::default();
        empty.count(&page(&[], None, None)).unwrap();
        empty.count(&page(&[], None, None)).unwrap();
        assert!(empty.count(&page(&[], None, None)).is_err());
    }

    #[test]
    fn a_list_of_far_more_papers_than_its_first_page_says_ends() {
        let mut progress = Progress::default();
        let mut pages = 0;
        // The total grows, as if there were always one page more.
        while progress.count(&page(&[pages * 2, pages * 2 + 1], None, Some(3 + u64::from(pages)))).is_ok() {
            pages += 1;
        }
        assert_eq!(u64::from(pages), (MORE_PAPERS + 2 * 3) / 2);
        let mut endless = Progress::default();
        assert!(endless.count(&page(&[1], None, Some(u64::MAX))).is_ok());
    }

    #[test]
    fn invalid_and_repeated_tokens_end_a_list() {
        let mut progress = Progress::default();
        for (id, token) in [(1, "a"), (2, "b"), (3, &"x".repeat(MAX_TOKEN_BYTES))] {
            progress.count(&page(&[id], Some(token), None)).unwrap();
        }
        assert!(progress.count(&page(&[4], Some("a"), None)).unwrap_err().contains("second time"));
        let long = progress.count(&page(&[5], Some(&"x".repeat(70_000)), None)).unwrap_err();
        assert!(long.contains("it has 70000 bytes; relata accepts 4096"), "{long}");
        assert!(progress.count(&page(&[6], Some("a\u{1b}[2Jb"), None)).is_err());
    }
}
