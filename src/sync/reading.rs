//! Reads one list into the library, page by page. Before the next request, it stores the page, and then the date up to
//! which the list was read.

use jiff::civil::Date;

use super::atom::AtomList;
use super::client::{Client, Received};
use super::list::{List, Page, day, days_before};
use super::oai::OaiList;
use super::progress::Progress;
use super::source::{Interface, MessageSink, PageOutcome, PaperStore, Servers, Source, SourceReport, SyncOptions};
use super::state::{MAX_FAILURES, State};
use crate::formats::Format;
use crate::{Error, Result};

/// Maximum number of times that a list begins again because a token has expired.
const MOST_BEGINNINGS: u32 = 5;

/// For lists of more papers, arXiv's manual recommends OAI-PMH.
const MANY: u64 = 10_000;

/// A list that is being read.
pub(super) struct Reading<'o> {
    options: &'o SyncOptions,
    list: Box<dyn List>,
    state: State,
    /// Whether to store how far the list was read. False in a dry run, and for a list that ends before the stored day,
    /// since later days would be read again.
    keeps_state: bool,
    progress: Progress,
    /// Whether the token was dropped after syncs that failed with it.
    drops_token: bool,
    today: Date,
    report: SourceReport,
}

impl<'o> Reading<'o> {
    /// `known` is the stored state, and `today` the day by the clock of this machine.
    pub(super) fn new(source: &Source, known: Option<State>, options: &'o SyncOptions, today: Date) -> Self {
        let is_past = known.as_ref().is_some_and(|known| options.until.is_some_and(|until| until < known.from));
        // The token is valid only for the interrupted list, not for a list that begins on another day.
        let known = known.filter(|known| options.since.is_none_or(|since| since == known.from));
        let known = known.filter(|_| options.until.is_none());
        let since = options.since.or(known.as_ref().map(|known| known.from)).unwrap_or(today);
        let state = known.unwrap_or(State::beginning(since));
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
        let (keeps_state, progress, drops_token) = (!options.dry_run && !is_past, Progress::default(), false);
        Self { options, list, state, keeps_state, progress, drops_token, today, report }
    }

    /// Reads the list to its end, to the limit, or to a failure.
    pub(super) fn run(&mut self, client: &mut Client, shelf: &mut dyn PaperStore, notices: MessageSink) -> Result<()> {
        let before = client.requests;
        let outcome = self.read_all(client, shelf, notices);
        self.report.requests = client.requests - before;
        if matches!(outcome, Err(Error::Server { .. } | Error::Input { .. })) && self.state.token.is_some() {
            self.state.failures += 1;
            if self.state.failures >= MAX_FAILURES {
                self.state = State::beginning(self.state.from);
                self.drops_token = self.keeps_state;
            }
            self.remember(shelf)?;
        }
        outcome
    }

    /// Returns the report on what was received.
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
                self.state = State::beginning(self.state.from);
                self.progress = Progress::default();
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
            if is_stored && !self.list.move_to_next_page(&page) {
                return self.end(shelf);
            }
            if is_stored && let Err(reason) = self.progress.count(&page) {
                // The page is stored. Its token is not: the next sync begins on the day of its last paper.
                self.advance(Page { token: None, ..page });
                self.remember(shelf)?;
                return Err(Error::Server { server: self.list.request().server, reason });
            }
            if is_stored {
                self.advance(page);
            }
            self.remember(shelf)?;
            if !is_stored || self.remaining_limit() == Some(0) {
                return Ok(());
            }
        }
    }

    /// Returns how many more papers the limit allows; `None` without a limit.
    fn remaining_limit(&self) -> Option<u64> {
        self.options.limit.map(|limit| limit.saturating_sub(self.report.changed))
    }

    /// Updates the state after a stored page that is not the last.
    fn advance(&mut self, page: Page) {
        // A day in the future is a mistake of the server: no later sync could begin there.
        let from = page.reached.map_or(self.state.from, |reached| day(reached).min(self.today).max(self.state.from));
        // The token of a list with a last day is not stored: the next sync would end on that day again.
        let token = page.token.filter(|_| self.options.until.is_none());
        self.state = State { from, token, failures: 0 };
    }

    /// Stores a page. Returns whether the limit allowed the whole page.
    fn take(&mut self, page: &Page, text: &str, shelf: &mut dyn PaperStore) -> Result<bool> {
        self.report.deleted += page.deleted;
        if page.records == 0 {
            return Ok(true);
        }
        let name = format!("arxiv:{}", self.report.source.category);
        let PageOutcome { records, changed, cut } = shelf.take(&name, text, Format::Xml, self.remaining_limit())?;
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

    /// Updates the state after the end of the list, and stores it.
    fn end(&mut self, shelf: &mut dyn PaperStore) -> Result<()> {
        self.report.complete = true;
        let end = self.options.until.map_or(self.today, |until| until.min(self.today));
        let from = days_before(end, self.list.overlap_days()).max(self.report.since);
        self.state = State::beginning(from);
        self.remember(shelf)
    }

    fn remember(&self, shelf: &mut dyn PaperStore) -> Result<()> {
        if !self.keeps_state {
            return Ok(());
        }
        shelf.remember(&State::name(&self.report.source), &self.state.text())
    }

    /// Returns what was kept and how to continue, for the message of a failure.
    pub(super) fn advice(&self) -> String {
        let Reading { options, report, state, .. } = self;
        if options.dry_run {
            return "Nothing was stored in this dry run".to_owned();
        }
        let kept = match report.received {
            0 => "Nothing was received".to_owned(),
            1 => "The paper received so far is kept".to_owned(),
            received => format!("The {received} papers received so far are kept"),
        };
        let category = &report.source.category;
        let oai = if report.source.interface == Interface::Oai { " --oai" } else { "" };
        let until = options.until.map(|until| format!(" --until {until}")).unwrap_or_default();
        let since = state.from;
        let again = if self.drops_token {
            format!(". {MAX_FAILURES} syncs failed with the same token, so the next one begins again on {since}")
        } else {
            String::new()
        };
        format!(
            "{kept}; `relata sync arxiv --category {category}{oai} --since {since}{until}` continues from there{again}"
        )
    }
}
