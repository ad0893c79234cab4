//! Shows progress on stderr: a bar in a terminal, a few lines elsewhere.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use console::Term;
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::global::Common;
use super::output::message;
use crate::engine::{Event, FetchEvent, Observer};

/// Shows [`Event`]s.
pub(super) struct Progress {
    quiet: bool,
    terminal: bool,
    bar: Mutex<(&'static str, ProgressBar)>,
}

/// The templates of the bars, one for each kind of work.
const FETCHING: &str = "fetching  {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const READING: &str = "reading   {spinner} {pos} papers";
const EMBEDDING: &str = "embedding {bar:30} {pos} of {len} papers, {per_sec}, {eta} left";
const COMPARING: &str = "comparing {bar:30} {pos} of {len} papers, {eta} left";
const INDEXING: &str = "indexing  {bar:30} {pos} of {len} papers, {eta} left";
const COPYING: &str = "copying   {bar:30} {percent} %, {eta} left";
const REPAIRING: &str = "repairing {bar:30} {pos} of {len} parts";
const WRITING: &str = "writing   {bar:30} {pos} of {len} papers, {eta} left";

impl Progress {
    pub(super) fn new(common: &Common) -> Self {
        let terminal = Term::stderr().is_term();
        Self { quiet: common.quiet, terminal, bar: Mutex::new(("", ProgressBar::hidden())) }
    }

    /// Runs `work` and shows its events.
    pub(super) fn during<T>(common: &Common, work: impl FnOnce(Observer) -> T) -> T {
        let progress = Self::new(common);
        work(&|event| progress.observe(event))
    }

    /// Receives an event, from any thread.
    pub(super) fn observe(&self, event: Event) {
        match event {
            Event::Fetch(FetchEvent::Trying { model, source, bytes }) => {
                self.print_line(&format!("fetching the model {model} ({}) from {source}", HumanBytes(bytes)));
                self.show(FETCHING, 0, Some(bytes));
            }
            Event::Fetch(FetchEvent::Progress { bytes_done }) => self.show(FETCHING, bytes_done, None),
            Event::Fetch(FetchEvent::Failed { source, reason }) => {
                self.clear();
                self.print_line(&format!("  {source}: {reason}"));
            }
            Event::Fetch(FetchEvent::Ready { path }) => {
                self.clear();
                self.print_line(&format!("  verified; stored in {}", path.display()));
            }
            Event::Notice(text) => self.print_line(&format!("note: {text}")),
            Event::Reading { papers, .. } => self.show(READING, papers, None),
            Event::Embedding { done, total } => self.show(EMBEDDING, done, Some(total)),
            Event::Comparing { done, total } => self.show(COMPARING, done, Some(total)),
            Event::Copying { done, total } => self.show(COPYING, done, Some(total)),
            Event::Repairing { done, total } => self.show(REPAIRING, done, Some(total)),
            Event::Graph { done, total } => self.show(INDEXING, done, Some(total)),
        }
    }

    /// Shows that `done` of `total` papers are written.
    pub(super) fn writing(&self, done: u64, total: u64) {
        self.show(WRITING, done, Some(total));
    }

    fn show(&self, template: &'static str, done: u64, total: Option<u64>) {
        if self.quiet || !self.terminal {
            return;
        }
        let mut shown = self.shown();
        if shown.0 != template {
            shown.1.finish_and_clear();
            let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
            // Does not fail: the templates are constants, and a test parses each.
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("━╸─"));
            }
            // Updates the rate and the remaining time during a long batch.
            bar.enable_steady_tick(Duration::from_millis(200));
            *shown = (template, bar);
        }
        shown.1.set_position(done);
    }

    fn print_line(&self, text: &str) {
        if !self.quiet {
            let shown = self.shown();
            shown.1.suspend(|| message(text));
        }
    }

    fn shown(&self) -> MutexGuard<'_, (&'static str, ProgressBar)> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the bar.
    pub(super) fn clear(&self) {
        let mut shown = self.shown();
        shown.1.finish_and_clear();
        *shown = ("", ProgressBar::hidden());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_well_formed() {
        for template in [FETCHING, READING, EMBEDDING, COMPARING, INDEXING, WRITING, COPYING, REPAIRING] {
            ProgressStyle::with_template(template).unwrap();
        }
    }
}
