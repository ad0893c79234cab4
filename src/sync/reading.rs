//! Reads one list into the library, page by page. Each page is stored before the next request, then how far the list was
//! read.

use jiff::civil::Date;

use super::atom::AtomList;
use super::client::{Client, Received};
use super::list::{List, Page, day, days_before};
use super::oai::OaiList;
use super::source::{Interface, MessageSink, PageOutcome, PaperStore, Servers, Source, SourceReport, SyncOptions};
use super::state::State;
use crate::formats::Format;
use crate::{Error, Result};

/// The most times that a list begins again because a token has expired.
const MOST_BEGINNINGS: u32 = 5;

/// For more papers, arXiv's manual recommends the other interface.
const MANY: u64 = 10_000;

/// A list that is being read.
pub(super) struct Reading<'o> {
    options: &'o SyncOptions,
    list: Box<dyn List>,
    state: State,
    /// Whether to store how far the list was read. Not for a list that ends before the stored day: later days would be read
    /// again.
    keeps_state: bool,
    today: Date,
    report: SourceReport,
}

impl<'o> Reading<'o> {
    /// `known` is the stored state, and `today` the day by the clock of this machine.
    pub(super) fn new(source: &Source, known: Option<State>, options: &'o SyncOptions, today: Date) -> Self {
        let is_past = known.as_ref().is_some_and(|known| options.until.is_some_and(|until| until < known.from));
        // The token belongs to the list that was interrupted, not to one that begins elsewhere.
        let known = known.filter(|known| options.since.is_none_or(|since| since == known.from));
        let known = known.filter(|_| options.until.is_none());
        let since = options.since.or(known.as_ref().map(|known| known.from)).unwrap_or(today);
        let state = known.unwrap_or(State { from: since, token: None });
        let Servers { search, oai, .. } = &options.servers;
        let list: Box<dyn List> = match source.interface {
            Interface::Search => {
                Box::new(AtomList::new(search, &source.category, since, options.until.unwrap_or(today)))
            }
            Interface::Oai => Box::new(OaiList::new(oai, &source.category, since, options.until, state.token.clone())),
        };
        let (received, changed, deleted, requests) = (0, 0, 0, 0);
        let source = source.clone();
        let report = SourceReport { source, since, received, changed, deleted, requests, complete: false };
        Self { options, list, state, keeps_state: !options.dry_run && !is_past, today, report }
    }

    /// Reads the list to its end, to the limit, or to a failure.
    pub(super) fn run(&mut self, client: &mut Client, shelf: &mut dyn PaperStore, notices: MessageSink) -> Result<()> {
        let before = client.requests;
        let outcome = self.read_all(client, shelf, notices);
        self.report.requests = client.requests - before;
        outcome
    }

    /// What was received.
    pub(super) fn into_report(self) -> SourceReport {
        self.report
    }

    fn read_all(&mut self, client: &mut Client, shelf: &mut dyn PaperStore, notices: MessageSink) -> Result<()> {
        let mut beginnings = 0;
        let mut is_first = true;
        loop {
            let Some(Received { page, text, date }) = client.request(&*self.list)? else {
                if beginnings == MOST_BEGINNINGS {
                    let server = self.list.request().server;
                    let reason = "the server does not accept its own tokens; try again later".to_owned();
                    return Err(Error::Server { server, reason });
                }
                beginnings += 1;
                self.state.token = None;
                self.list.begin_again(self.state.from);
                continue;
            };
            if std::mem::take(&mut is_first) {
                self.today = date.map_or(self.today, day).min(self.today);
                if let Some(total) = page.total.filter(|total| *total > MANY) {
                    notices(format!("receiving {total} papers; for so many, --oai is faster"));
                }
            }
            let is_stored = self.take(&page, &text, shelf)?;
            if is_stored && !self.list.go_on(&page) {
                return self.end(shelf);
            }
            if is_stored {
                self.pass(page);
            }
            self.remember(shelf)?;
            if !is_stored || self.room() == Some(0) {
                return Ok(());
            }
        }
    }

    /// How many more papers the limit allows.
    fn room(&self) -> Option<u64> {
        self.options.limit.map(|limit| limit.saturating_sub(self.report.changed))
    }

    /// Notes that a page is stored and others follow.
    fn pass(&mut self, page: Page) {
        self.state.from = page.reached.map_or(self.state.from, |reached| day(reached).max(self.state.from));
        // The token of a list with a last day is dropped: the list would end there again.
        self.state.token = page.token.filter(|_| self.options.until.is_none());
    }

    /// Stores a page and returns whether the limit allowed all of it.
    fn take(&mut self, page: &Page, text: &str, shelf: &mut dyn PaperStore) -> Result<bool> {
        self.report.deleted += page.deleted;
        if page.records == 0 {
            return Ok(true);
        }
        let name = format!("arxiv:{}", self.report.source.category);
        let PageOutcome { records, changed, cut } = shelf.take(&name, text, Format::Xml, self.room())?;
        if records < page.records {
            return Err(Error::Server {
                server: self.list.request().server,
                reason: format!(
                    "only {records} of {} records on a page could be read; arXiv's format may have changed; try a newer relata",
                    page.records
                ),
            });
        }
        self.report.received += page.records;
        self.report.changed += changed;
        Ok(!cut)
    }

    /// Notes that the list was read to its end.
    fn end(&mut self, shelf: &mut dyn PaperStore) -> Result<()> {
        self.report.complete = true;
        let end = self.options.until.map_or(self.today, |until| until.min(self.today));
        let from = days_before(end, self.list.overlap_days()).max(self.report.since);
        self.state = State { from, token: None };
        self.remember(shelf)
    }

    fn remember(&self, shelf: &mut dyn PaperStore) -> Result<()> {
        if !self.keeps_state {
            return Ok(());
        }
        shelf.remember(&State::name(&self.report.source), &self.state.text())
    }

    /// What to do when reading fails.
    pub(super) fn advice(&self) -> String {
        let Reading { options, report, state, .. } = self;
        if options.dry_run {
            return "Nothing was stored in this dry run".to_owned();
        }
        let kept = match report.received {
            0 => "Nothing was received from it".to_owned(),
            1 => "The paper received so far is kept".to_owned(),
            received => format!("The {received} papers received so far are kept"),
        };
        let category = &report.source.category;
        let oai = if report.source.interface == Interface::Oai { " --oai" } else { "" };
        let until = options.until.map(|until| format!(" --until {until}")).unwrap_or_default();
        let since = state.from;
        format!("{kept}; `relata sync arxiv --category {category}{oai} --since {since}{until}` continues from there")
    }
}
