//! The generation that questions are answered from, kept up to date while others write.
//!
//! A question sees the library through one read transaction. If the generation in memory is of that transaction's
//! state, it answers. If the state has moved, the next generation is made once, by whoever needs it first; others wait for
//! it. One exception keeps questions quick while papers are being added: states of one epoch differ only in papers
//! that came, so the generation at hand may still answer, without the newest papers, as long as it was current a moment
//! ago; the next one is made in the background meanwhile. So additions are gathered, and everything else is seen at once.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::connections::{Connections, Reader};
use super::event::{Event, Observer, unobserved};
use super::generation::{Generation, Made};
use crate::Result;
use crate::library::{Library, Moment};

/// For so long after it was current a generation may answer without papers that came since. Additions are promised to
/// be found within a second; this leaves half of it for making the next generation.
const MAY_LAG: Duration = Duration::from_millis(500);

/// A generation in the background is begun no sooner after the last one was current: so changes are gathered, and at
/// most a few generations are made a second.
const GATHER: Duration = Duration::from_millis(200);

/// A library's connections and its generation.
pub(super) struct Live {
    connections: Connections,
    slot: Mutex<Slot>,
    /// Notified when a generation was made, or could not be.
    made: Condvar,
}

#[derive(Default)]
struct Slot {
    current: Option<Current>,
    is_building: bool,
}

struct Current {
    generation: Arc<Generation>,
    /// When the library was last known to be in the generation's state.
    as_of: Instant,
    /// How long it took to make.
    took: Duration,
}

/// Whether the newest papers may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lag {
    /// Those of the last moment may.
    Allowed,
    /// None may: the question names one.
    No,
}

/// What the generation at hand is to a question.
enum Fit {
    /// It is of the question's state, or may stand in for it.
    Answers(Arc<Generation>),
    /// Another one is needed.
    TooOld,
}

impl Live {
    pub fn new(library: Library) -> Result<Self> {
        Ok(Self { connections: Connections::new(library)?, slot: Mutex::default(), made: Condvar::new() })
    }

    pub fn connections(&self) -> &Connections {
        &self.connections
    }

    pub fn into_connections(self) -> Connections {
        self.connections
    }

    /// Begins to answer a question: a read transaction, and the generation to answer from; none while nothing is
    /// embedded.
    pub fn begin(self: &Arc<Self>, lag: Lag, observer: Observer) -> Result<(Reader<'_>, Option<Arc<Generation>>)> {
        let asked_at = Instant::now();
        loop {
            let read_at = Instant::now();
            let reader = self.connections.read()?;
            let moment = reader.moment()?;
            if reader.model()?.is_none() {
                return Ok((reader, None));
            }
            let mut slot = self.slot();
            if let Fit::Answers(generation) = self.fit(&mut slot, &moment, lag, asked_at, read_at) {
                return Ok((reader, Some(generation)));
            }
            if slot.is_building {
                // Without a transaction meanwhile, which would hold the write-ahead log.
                drop(slot);
                drop(reader);
                self.wait();
                continue;
            }
            slot.is_building = true;
            drop(slot);
            let generation = self.build(&reader, moment, read_at, observer)?;
            return Ok((reader, generation));
        }
    }

    fn fit(self: &Arc<Self>, slot: &mut Slot, moment: &Moment, lag: Lag, asked_at: Instant, read_at: Instant) -> Fit {
        let is_building = slot.is_building;
        let Some(current) = &mut slot.current else { return Fit::TooOld };
        let found = &current.generation.moment;
        if found.state == moment.state {
            current.as_of = current.as_of.max(read_at);
            return Fit::Answers(current.generation.clone());
        }
        // A library that takes longer to index may lag for longer: otherwise every question would wait.
        let may_lag = MAY_LAG.max(current.took * 2);
        if lag == Lag::No || found.epoch != moment.epoch || current.as_of + may_lag < asked_at {
            return Fit::TooOld;
        }
        let generation = current.generation.clone();
        if !is_building && current.as_of + GATHER <= read_at {
            slot.is_building = true;
            let live = self.clone();
            std::thread::spawn(move || live.build_in_background());
        }
        Fit::Answers(generation)
    }

    /// Makes the generation of a transaction's state and publishes it. `is_building` was set by the caller.
    fn build(
        &self,
        library: &Library,
        moment: Moment,
        as_of: Instant,
        observer: Observer,
    ) -> Result<Option<Arc<Generation>>> {
        let done = Building(self);
        let base = self.slot().current.as_ref().map(|current| current.generation.clone());
        let started = Instant::now();
        let made = Generation::make(library, moment, base.as_deref(), observer)?;
        // Whoever writes will keep the indexes; otherwise every process makes them again.
        if base.is_none() && made.as_ref().is_some_and(Made::is_stale) && library.try_lock().is_ok() {
            observer(Event::Notice(
                "the indexes on disk were missing or out of date, so this took longer; `relata add` without a file renews \
                 them"
                    .to_owned(),
            ));
        }
        let generation = made.map(|made| Arc::new(made.generation));
        self.publish(generation.clone(), as_of, started.elapsed());
        drop(done);
        Ok(generation)
    }

    fn build_in_background(&self) {
        let build = || -> Result<()> {
            let as_of = Instant::now();
            let reader = self.connections.read()?;
            let moment = reader.moment()?;
            self.build(&reader, moment, as_of, &unobserved).map(|_| ())
        };
        let done = Building(self);
        // What goes wrong here goes wrong for the next question, which reports it.
        let _ = build();
        drop(done);
    }

    /// Replaces the generation at hand, by one that a writer made too.
    pub fn publish(&self, generation: Option<Arc<Generation>>, as_of: Instant, took: Duration) {
        let mut slot = self.slot();
        // One that was read later may have been published meanwhile.
        if slot.current.as_ref().is_none_or(|current| current.as_of <= as_of) {
            slot.current = generation.map(|generation| Current { generation, as_of, took });
        }
    }

    /// The generation at hand, of whatever state.
    pub fn current(&self) -> Option<Arc<Generation>> {
        self.slot().current.as_ref().map(|current| current.generation.clone())
    }

    fn wait(&self) {
        let slot = self.slot();
        let waited = self.made.wait_while(slot, |slot| slot.is_building);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        // It holds whole generations only, whatever panicked meanwhile.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While it lives, a generation is being made; when it ends, however it ends, others go on.
struct Building<'a>(&'a Live);

impl Drop for Building<'_> {
    fn drop(&mut self) {
        self.0.slot().is_building = false;
        self.0.made.notify_all();
    }
}
