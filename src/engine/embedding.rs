//! Embeds the papers of a library that have no vector of their present text.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::event::Event;
use super::writer::Writer;
use crate::Result;
use crate::embed::{Embedder, Side, TEXTS_PER_TASK, Work};
use crate::library::{Library, PaperNumber, Pending, WriteLock};
use crate::vector::Embedded;

/// The number of papers read or stored in one transaction. It is small, so that a killed process loses little, but
/// large enough that committing takes a small part of the time.
pub(super) const PAPERS_PER_TRANSACTION: usize = 1000;

/// The minimum number of embedded papers stored in one transaction. A killed process loses at most these papers and the
/// unfinished tasks, two for each worker.
const PAPERS_PER_WINDOW: usize = 128;

impl Writer<'_> {
    /// Embeds all papers that wait for vectors. Returns how many, and how long storing the vectors took.
    pub(super) fn embed_pending(&mut self, lock: &WriteLock) -> Result<(u64, Duration)> {
        let total = self.library().count_pending()?;
        if total == 0 {
            return Ok((0, Duration::ZERO));
        }
        let (embedder, observer) = (self.embedder()?, self.observer);
        observer(Event::Embedding { done: 0, total });
        let mut papers = PendingPapers { page: Vec::new().into_iter(), last: 0, count: 0 };
        let mut vectors = FinishedVectors { waiting: BTreeMap::new(), stored: 0, took: Duration::ZERO };
        let outcome = embedder.embed_each(Side::Paper, rayon::current_num_threads(), |work| {
            match work {
                Work::Next(texts) => papers.hand_out(self.library(), texts)?,
                Work::Done(results) => {
                    vectors.waiting.extend(results.into_iter().map(|((at, paper), result)| (at, (paper, result))));
                    let done = vectors.stored + vectors.waiting.len() as u64;
                    vectors.store(self.library_mut(), lock, embedder, PAPERS_PER_WINDOW)?;
                    observer(Event::Embedding { done, total });
                }
            }
            Ok(())
        });
        // Vectors that were finished before a failure are kept.
        vectors.store(self.library_mut(), lock, embedder, 1)?;
        outcome?;
        Ok((vectors.stored, vectors.took))
    }
}

/// The papers to embed, read page by page.
struct PendingPapers {
    page: std::vec::IntoIter<Pending>,
    last: PaperNumber,
    count: u64,
}

impl PendingPapers {
    /// Hands out the texts of one task, each with its place in the order and its paper.
    fn hand_out(&mut self, library: &Library, texts: &mut Vec<((u64, Pending), String)>) -> Result<()> {
        while texts.len() < TEXTS_PER_TASK {
            let Some(mut paper) = self.page.next() else {
                self.page = library.pending(self.last, PAPERS_PER_TRANSACTION)?.into_iter();
                if self.page.len() == 0 {
                    return Ok(());
                }
                continue;
            };
            self.last = paper.number;
            let text = std::mem::take(&mut paper.text);
            texts.push(((self.count, paper), text));
            self.count += 1;
        }
        Ok(())
    }
}

/// Finished vectors. They are stored in the order in which their texts were handed out, so that the library does not
/// depend on the number of threads.
struct FinishedVectors {
    waiting: BTreeMap<u64, (Pending, Embedded)>,
    stored: u64,
    took: Duration,
}

impl FinishedVectors {
    /// Stores the vectors that are next in the order, in one transaction, if there are at least `window` of them.
    fn store(&mut self, library: &mut Library, lock: &WriteLock, embedder: &Embedder, window: usize) -> Result<()> {
        let ready = self.waiting.keys().zip(self.stored..).take_while(|(at, next)| *at == next).count();
        if ready < window.max(1) {
            return Ok(());
        }
        let rest = self.waiting.split_off(&(self.stored + ready as u64));
        let (papers, embedded): (Vec<Pending>, Vec<Embedded>) =
            std::mem::replace(&mut self.waiting, rest).into_values().unzip();
        let started = Instant::now();
        library.store_vectors(lock, embedder.identity(), embedder.precision(), &papers, &embedded)?;
        self.took += started.elapsed();
        self.stored += ready as u64;
        Ok(())
    }
}
