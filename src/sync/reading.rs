//! One list on its way into the library: page by page, each stored before the next is asked for, with how far it came
//! remembered behind each.

use jiff::civil::Date;

use super::atom::AtomList;
use super::client::{Answer, Client, Received, Validators};
use super::list::{List, Page, day, days_before};
use super::oai::OaiList;
use super::shelf::{Notices, Shelf, Taken};
use super::source::{Interface, Servers, Source, SourceReport, SyncOptions};
use super::state::State;
use crate::formats::Format;
use crate::{Error, Result};

/// How often a list is begun anew because a token has expired, before that counts as a fault of the server.
const MOST_BEGINNINGS: u32 = 5;

/// Papers from which on the other interface is recommended: arXiv's manual asks for it.
const MANY: u64 = 10_000;

/// A list on its way into the library.
pub(super) struct Reading<'o> {
    options: &'o SyncOptions,
    list: Box<dyn List>,
    state: State,
    /// Whether the library is to remember how far this list was read. Not so for one that ends before the days that
    /// were read already: they would be read again.
    keeps_state: bool,
    today: Date,
    report: SourceReport,
}

impl<'o> Reading<'o> {
    /// `known` is where the list stands, and `today` the present day as far as this machine knows.
    pub(super) fn new(source: &Source, known: Option<State>, options: &'o SyncOptions, today: Date) -> Self {
        let is_past = known.as_ref().is_some_and(|known| options.until.is_some_and(|until| until < known.from));
        // Token and validators belong to a list that is read on, not to one that begins elsewhere.
        let known = known.filter(|known| options.since.is_none_or(|since| since == known.from));
        let known = known.filter(|_| options.until.is_none());
        let since = options.since.or(known.as_ref().map(|known| known.from)).unwrap_or(today);
        let state = known.unwrap_or(State { from: since, token: None, validators: None });
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
    pub(super) fn run(&mut self, client: &mut Client, shelf: &mut dyn Shelf, notices: Notices) -> Result<()> {
        let before = client.requests;
        let outcome = self.read_all(client, shelf, notices);
        self.report.requests = client.requests - before;
        outcome
    }

    /// What came.
    pub(super) fn into_report(self) -> SourceReport {
        self.report
    }

    fn read_all(&mut self, client: &mut Client, shelf: &mut dyn Shelf, notices: Notices) -> Result<()> {
        let mut known = self.state.validators.take();
        let mut of_first = None;
        let mut beginnings = 0;
        loop {
            match client.ask(&*self.list, known.take().as_ref())? {
                Answer::NotModified => {
                    self.report.complete = true;
                    return Ok(());
                }
                Answer::Expired if beginnings < MOST_BEGINNINGS => {
                    beginnings += 1;
                    self.state.token = None;
                    self.list.begin_again(self.state.from);
                }
                Answer::Expired => {
                    let server = self.list.question().server;
                    let reason = "the server forgets its own tokens; try again later".to_owned();
                    return Err(Error::Server { server, reason });
                }
                Answer::Page(received) => {
                    let Received { page, text, validators, date } = *received;
                    if self.report.received == 0 && page.total.is_some_and(|total| total > MANY) {
                        notices(format!(
                            "{} papers are on their way; for so many, --oai is faster",
                            page.total.unwrap_or(0)
                        ));
                    }
                    if of_first.is_none() {
                        self.today = date.map(day).unwrap_or(self.today).min(self.today);
                        of_first = Some(validators.filter(|_| page.speaks_for_all));
                    }
                    let is_taken = self.take(&page, &text, shelf)?;
                    if is_taken && !self.list.go_on(&page) {
                        return self.end(of_first.flatten(), shelf);
                    }
                    if is_taken {
                        self.pass(page);
                    }
                    self.remember(shelf)?;
                    if !is_taken || self.room() == Some(0) {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// How many papers the limit leaves.
    fn room(&self) -> Option<u64> {
        self.options.limit.map(|limit| limit.saturating_sub(self.report.changed))
    }

    /// A page is stored, and others follow.
    fn pass(&mut self, page: Page) {
        self.state.from = page.reached.map_or(self.state.from, |reached| day(reached).max(self.state.from));
        // The token of a list with an end stays behind: going on with it would end there, too.
        self.state.token = page.token.filter(|_| self.options.until.is_none());
    }

    /// Stores a page; whether the limit left room for all of it.
    fn take(&mut self, page: &Page, text: &str, shelf: &mut dyn Shelf) -> Result<bool> {
        self.report.deleted += page.deleted;
        if page.records == 0 {
            return Ok(true);
        }
        let name = format!("arxiv:{}", self.report.source.category);
        let Taken { records, changed, cut } = shelf.take(&name, text, Format::Xml, self.room())?;
        if records < page.records {
            return Err(Error::Server {
                server: self.list.question().server,
                reason: format!(
                    "of {} records on a page, only {records} could be read; arXiv's format may have changed, and a newer \
                     relata may know it",
                    page.records
                ),
            });
        }
        self.report.received += page.records;
        self.report.changed += changed;
        Ok(!cut)
    }

    /// The list was read to its end.
    fn end(&mut self, validators: Option<Validators>, shelf: &mut dyn Shelf) -> Result<()> {
        self.report.complete = true;
        let end = self.options.until.map_or(self.today, |until| until.min(self.today));
        let from = days_before(end, self.list.overlap_days()).max(self.report.since);
        let validators = validators.filter(|_| self.options.until.is_none());
        self.state = State { from, token: None, validators };
        self.remember(shelf)
    }

    fn remember(&self, shelf: &mut dyn Shelf) -> Result<()> {
        if !self.keeps_state {
            return Ok(());
        }
        shelf.remember(&State::name(&self.report.source), &self.state.text())
    }

    /// What to say when reading fails.
    pub(super) fn advice(&self) -> String {
        let Reading { options, report, state, .. } = self;
        if options.dry_run {
            return "Nothing was stored, since this was a dry run".to_owned();
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
        format!("{kept}; `relata sync arxiv --category {category}{oai} --since {since}{until}` goes on from there")
    }
}
