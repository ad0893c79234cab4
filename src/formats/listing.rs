//! Reads text that was copied from a page of a paper site. Each paper has a line with a field code, a date and
//! sometimes `Code`, without spaces between them; a line with the title, the authors and, after ` · `, the
//! organizations; and the abstract.
//!
//! ```text
//! LGMay 19, 2016Code
//! One Title About LearningAda Byron, Carl Gauss, Emmy Noether et al. · a-lab, a-university
//! The abstract.
//! ```
//!
//! This module splits a text into papers and their lines; [`glued`] finds where a title ends and the authors begin. It
//! needs the words of other papers for that, so papers are processed in batches.

mod glued;
mod names;

use std::collections::HashSet;

use jiff::civil::Date;

use super::calendar::MONTHS;
use super::fields::people;
use super::input::Input;
use super::limits::MAX_RECORD_BYTES;
use super::lines::{next_line, too_large};
use super::output::Output;
use crate::Result;
use crate::paper::Record;

/// How many papers a batch has. A page has some dozens of papers; more than a few hundred add few new words.
const BATCH_PAPERS: usize = 256;

/// After a finished abstract, a line with fewer characters and without a full stop is a button or a link of the page.
const BUTTON_CHARS: usize = 40;

/// Whether the text contains the first line of a paper.
pub(super) fn has_header_line(text: &str) -> bool {
    text.lines().any(|line| Header::parse(line).is_some())
}

/// Reads a listing.
pub(super) fn read(input: &mut Input, output: &mut Output) -> Result<()> {
    let mut buffer = Vec::new();
    let mut batch = Batch::default();
    let mut reported_stray = false;
    loop {
        let line = input.line();
        let text = match next_line(input, &mut buffer, MAX_RECORD_BYTES) {
            None => break,
            Some(Ok(text)) => text.trim(),
            Some(Err(reason)) => {
                batch.finish(output, &mut reported_stray)?;
                output.problem(line, reason)?;
                continue;
            }
        };
        if text.is_empty() {
            continue;
        }
        if let Some(header) = Header::parse(text) {
            if batch.blocks.len() >= BATCH_PAPERS || batch.bytes > MAX_RECORD_BYTES {
                batch.finish(output, &mut reported_stray)?;
            }
            batch.blocks.push(Block { line, header, lines: Vec::new(), bytes: 0 });
        } else if let Some(block) = batch.blocks.last_mut() {
            batch.bytes += text.len();
            block.bytes += text.len();
            if block.bytes > MAX_RECORD_BYTES {
                let (line, bytes) = (block.line, block.bytes as u64);
                batch.blocks.pop();
                batch.finish(output, &mut reported_stray)?;
                output.problem(line, too_large(bytes))?;
            } else {
                block.lines.push((line, text.to_owned()));
            }
        } else {
            report_stray(output, line, text, &mut reported_stray)?;
        }
    }
    if input.broke_off() {
        // The abstract of the last paper may be incomplete.
        batch.blocks.pop();
    }
    batch.finish(output, &mut reported_stray)
}

/// Reports text that belongs to no paper, once per file, because pages have many such lines.
fn report_stray(output: &mut Output, line: u64, text: &str, reported: &mut bool) -> Result<()> {
    if std::mem::replace(reported, true) {
        return Ok(());
    }
    let start: String = text.chars().take(BUTTON_CHARS).collect();
    let reason = format!("{start:?} is not part of a paper and was skipped, like all other text outside of papers");
    output.notice_at(line, reason)
}

/// The first line of a paper.
#[derive(Debug, PartialEq)]
struct Header {
    category: String,
    year: i16,
    date: Option<Date>,
    has_code: bool,
}

impl Header {
    fn parse(line: &str) -> Option<Self> {
        let line = line.trim();
        // The longest header has `cond-mat.stat-mech`, `September`, a day, a year and `Code`.
        if line.len() > 48 || !line.is_ascii() {
            return None;
        }
        let (at, month) = MONTHS.iter().zip(1..).find_map(|(name, month)| Some((line.find(&name[..3])?, month)))?;
        let category = line[..at].trim_end();
        let is_code = category.len() >= 2
            && (category.bytes().all(|byte| byte.is_ascii_uppercase())
                || category.split_once('.').is_some_and(|(archive, subject)| {
                    let is_word = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
                    archive.len() >= 2 && is_word(archive) && subject.len() >= 2 && is_word(subject)
                }));
        let rest = line[at..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let month_name = &line[at..line.len() - rest.len()];
        if !is_code || !MONTHS[month - 1].starts_with(month_name) && month_name != "Sept" {
            return None;
        }
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let rest = rest.trim_start_matches(['.', ' ']);
        let (day, rest) = rest.split_at(digits(rest));
        let rest = rest.trim_start_matches([',', ' ']);
        let (year, rest) = rest.split_at(digits(rest));
        let year = year.parse().ok().filter(|year| (1000..3000).contains(year))?;
        let has_code = match rest.trim() {
            "" => false,
            word => word.eq_ignore_ascii_case("code").then_some(true)?,
        };
        let date = Date::new(year, i8::try_from(month).ok()?, day.parse().ok()?).ok();
        Some(Self { category: category.to_owned(), year, date, has_code })
    }
}

/// One paper's lines.
struct Block {
    line: u64,
    header: Header,
    lines: Vec<(u64, String)>,
    bytes: usize,
}

impl Block {
    /// Removes the buttons and links after a finished abstract, and returns the first of them.
    fn cut_buttons(&mut self) -> Option<(u64, String)> {
        let is_finished = |text: &str| text.ends_with(['.', '?', '!', ')', '"', '”', '…', '$', '}']);
        let is_button = |text: &str| text.chars().count() < BUTTON_CHARS && !is_finished(text);
        let prose = self.lines.iter().rposition(|(_, text)| !is_button(text))? + 1;
        if prose < 2 || prose == self.lines.len() || !is_finished(&self.lines[prose - 1].1) {
            return None;
        }
        self.lines.drain(prose..).next()
    }

    fn abstract_text(&self) -> String {
        self.lines.iter().skip(1).map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Returns the record, or `None` if the block has no title.
    fn record(&self, abstract_text: &str, page: &HashSet<String>) -> Option<Record> {
        let (_, line) = self.lines.first()?;
        let mut record = Record {
            abstract_text: abstract_text.to_owned(),
            year: Some(self.header.year.into()),
            date: self.header.date,
            categories: vec![self.header.category.clone()],
            has_code: self.header.has_code,
            ..Record::default()
        };
        let (line, organizations) = without_organizations(line);
        record.organizations = organizations;
        let (line, et_al) = people::without_et_al(line);
        record.et_al = et_al;
        match glued::split(line, abstract_text, page) {
            Some((title, authors)) => {
                record.title = title.to_owned();
                record.authors = authors.into_iter().map(str::to_owned).collect();
            }
            None => record.title = line.to_owned(),
        }
        Some(record)
    }
}

/// Splits off the organisations, which follow ` · `.
fn without_organizations(line: &str) -> (&str, Vec<String>) {
    // A title may contain ` · ` too, so the last one counts.
    match line.rsplit_once(" · ") {
        Some((line, organizations)) => {
            let names = organizations.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            (line.trim_end(), names.collect())
        }
        None => (line.trim_end_matches('·').trim_end(), Vec::new()),
    }
}

#[derive(Default)]
struct Batch {
    blocks: Vec<Block>,
    bytes: usize,
}

impl Batch {
    /// Passes the papers to `output` and empties the batch.
    fn finish(&mut self, output: &mut Output, reported_stray: &mut bool) -> Result<()> {
        let mut blocks = std::mem::take(self).blocks;
        let strays: Vec<_> = blocks.iter_mut().map(Block::cut_buttons).collect();
        let abstracts: Vec<_> = blocks.iter().map(Block::abstract_text).collect();
        let title_lines = blocks.iter().filter_map(|block| block.lines.first());
        let titles = title_lines.map(|(_, line)| people::without_et_al(without_organizations(line).0).0);
        let page =
            abstracts.iter().flat_map(|text| glued::words(text)).chain(titles.flat_map(glued::title_words)).collect();
        for ((block, abstract_text), stray) in blocks.iter().zip(&abstracts).zip(strays) {
            match block.record(abstract_text, &page) {
                Some(record) => output.record(block.line, record)?,
                None => output.problem(block.line, "no title under this line")?,
            }
            if let Some((line, text)) = stray {
                report_stray(output, line, &text, reported_stray)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::read_bytes;
    use super::*;

    const PAGE: &str = "\
Trending papers
Sort by date
LGJun 4, 2018Code
Bees, wasps, and neural networksAda K. Byron, Carl Gauss, Emmy Noether et al. · a-lab, b-university
Bees hum in networks.

CLDec 13, 2021
A hive without words: what bees say?Zoë van der Dam

AIMay 1, 2020
Only a title here
NEJan 9, 2019
Learning to Hum with LSTMsDeepHive Team, Ada K. Byron
An abstract
over lines.

And one more paragraph.
Load more
LGJun 5, 2018
LGJun 6, 2018
The endCarl Gauss
An abstract at the end of a page without full stop
";

    #[test]
    fn each_part_of_a_paper_is_found() {
        for page in [PAGE.to_owned(), PAGE.replace('\n', "\r\n"), format!("\u{feff}{}", PAGE.replace('\n', "\n \n"))] {
            let outcome = read_bytes(&page, "page.txt");
            let [bees, hive, only, lstm, end] = &outcome.papers[..] else { panic!("{:?}", outcome.titles()) };
            assert_eq!(bees.title, "Bees, wasps, and neural networks");
            assert_eq!(bees.authors, ["Ada K. Byron", "Carl Gauss", "Emmy Noether"]);
            assert!(bees.et_al && bees.has_code && !hive.et_al && !hive.has_code);
            assert_eq!(bees.organizations, ["a-lab", "b-university"]);
            assert_eq!(
                (bees.date, &bees.categories[..]),
                (Some(jiff::civil::date(2018, 6, 4)), &["LG".to_owned()][..])
            );
            assert_eq!(bees.abstract_text.as_deref(), Some("Bees hum in networks."));
            assert_eq!(
                (hive.title.as_str(), &hive.authors[..]),
                ("A hive without words: what bees say?", &["Zoë van der Dam".to_owned()][..])
            );
            assert_eq!((hive.year, hive.abstract_text.as_deref()), (Some(2021), None));
            assert_eq!((only.title.as_str(), only.authors.len()), ("Only a title here", 0));
            assert_eq!(
                (lstm.title.as_str(), lstm.authors[0].as_str()),
                ("Learning to Hum with LSTMs", "DeepHive Team")
            );
            assert_eq!(lstm.abstract_text.as_deref(), Some("An abstract over lines. And one more paragraph."));
            assert_eq!(end.abstract_text.as_deref(), Some("An abstract at the end of a page without full stop"));
        }
    }

    #[test]
    fn stray_text_is_reported_once_and_a_paper_without_title_each_time() {
        let outcome = read_bytes(PAGE, "page.txt");
        assert_eq!(outcome.lines, [3, 7, 10, 12, 20]);
        assert_eq!(
            outcome.notices,
            [
                "page.txt:1: \"Trending papers\" is not part of a paper and was skipped, like all other text outside of papers"
            ]
        );
        assert_eq!(outcome.problems, ["page.txt:19: no title under this line"]);
        let behind = read_bytes("LGJun 4, 2018\nOn beesAda Byron\nBees hum.\nLoad more\n1 2 3\n", "page.txt");
        assert_eq!(behind.papers[0].abstract_text.as_deref(), Some("Bees hum."));
        assert!(behind.notices[0].starts_with("page.txt:4: \"Load more\""), "{:?}", behind.notices);
    }

    #[test]
    fn the_first_line_of_a_paper_is_recognised() {
        let header = |category: &str, date, has_code| {
            let year = 2018;
            Some(Header { category: category.into(), year, date, has_code })
        };
        let june = Some(jiff::civil::date(2018, 6, 4));
        assert_eq!(Header::parse("LGJun 4, 2018"), header("LG", june, false));
        assert_eq!(Header::parse(" LG Jun 4, 2018 Code "), header("LG", june, true));
        assert_eq!(Header::parse("cs.LGJune 4 2018code"), header("cs.LG", june, true));
        assert_eq!(Header::parse("NEMay 32, 2018"), header("NE", None, false), "an invalid day is dropped");
        for line in [
            "Jun 4, 2018", "LGJun 4, 2018 was a day", "LGJuno 4, 2018", "LGJun 4", "Learning May 4, 2018", "LG", "",
            "éJun 4, 2018",
        ] {
            assert_eq!(Header::parse(line), None, "{line}");
        }
    }

    #[test]
    fn a_listing_of_many_papers_is_read_in_batches() {
        let page: String = (0..1000).map(|at| format!("LGJun 4, 2018\non bees {at}Ada Byron\nBees hum.\n")).collect();
        let outcome = read_bytes(page, "page.txt");
        assert_eq!(outcome.papers.len(), 1000);
        assert_eq!((outcome.papers[999].title.as_str(), outcome.lines[999]), ("on bees 999", 2998));
    }

    fn names() -> impl Strategy<Value = String> {
        "(Ada|Zoë|Jong-hwan|J\\.|J\\.-P\\.|Peter C|Nan Rosemary|Øystein)( B\\.)?( van der| de)? (Byron|McHale|O'Neil|LeCamus|Hadfield-Menell|Li|Çelik|DeVoe)"
    }

    fn titles() -> impl Strategy<Value = String> {
        // No title has a comma before a capital: it could also separate two names, and the page does not show which.
        let words = "(On|deep|Learning|networks|graph-based|and|BeeNet|of|hives:|flight, of|GANs|3D)";
        let last = "(networks|Learning|bees|GANs|LSTM|3D|hives\\?|\\(extended\\)|Model-Based Flight|2)";
        (proptest::collection::vec(words, 1..8), last).prop_map(|(words, last)| format!("{} {last}", words.join(" ")))
    }

    proptest! {
        #[test]
        fn titles_and_authors_without_a_separator_are_split(
            papers in proptest::collection::vec((titles(), proptest::collection::vec(names(), 1..4), any::<bool>()), 1..8)
        ) {
            let mut page = String::new();
            for (title, authors, et_al) in &papers {
                let et_al = if *et_al { " et al. · a-lab" } else { "" };
                page += &format!("LGJun 4, 2018\n{title}{}{et_al}\nWe study deep networks of bees.\n", authors.join(", "));
            }
            let outcome = read_bytes(page, "page.txt");
            prop_assert_eq!(outcome.papers.len(), papers.len());
            for (found, (title, authors, et_al)) in outcome.papers.iter().zip(&papers) {
                prop_assert_eq!(&found.title, title);
                prop_assert_eq!(&found.authors, authors);
                prop_assert_eq!(found.et_al, *et_al);
            }
        }
    }
}
