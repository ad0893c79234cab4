//! Keeps the generation that answers questions up to date while others write.
//!
//! A question sees the library through one read transaction. If the generation in memory is of the same state, that
//! generation answers. If not, the first question that needs the next generation makes it, and other questions wait for
//! it. There is one exception, so that questions stay fast while papers are added. States of one epoch differ only by
//! added papers. So the generation in memory may still answer, without the newest papers, if it was current a moment
//! ago. Meanwhile the next generation is made in the background. As a result, added papers appear after a short delay,
//! and all other changes appear at once.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::connections::{Connection, Connections};
use super::event::{Event, Observer, unobserved};
use super::generation::{Generation, is_stored};
use crate::Result;
use crate::library::{Library, LibraryState};

/// How long a generation may answer without newer papers. Added papers should be found within one second, so half a
/// second is left to make the next generation.
const MAY_LAG: Duration = Duration::from_millis(500);

/// The minimum time between two generations made in the background, so that one generation includes many additions.
const MIN_BUILD_INTERVAL: Duration = Duration::from_millis(200);

/// A library's connections and its generation.
pub(super) struct Live {
    pub connections: Connections,
    slot: Mutex<Slot>,
    /// Notified when a generation was made or failed.
    made: Condvar,
}

#[derive(Default)]
struct Slot {
    current: Option<Current>,
    /// `Some` while a generation is being made, with its state if that is known yet.
    building: Option<Option<LibraryState>>,
}

struct Current {
    generation: Arc<Generation>,
    /// When the library was last known to be in the generation's state.
    as_of: Instant,
    /// How long it took to make the generation.
    took: Duration,
    /// Whether a writer may still store the indexes of this state on disk. False if they were already there when the
    /// generation was made. The generation uses those indexes unless they are damaged.
    may_be_stored: bool,
}

/// Whether the newest papers may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lag {
    /// Papers added in the last moment may be missing.
    Allowed,
    /// No paper may be missing.
    No,
}

impl Slot {
    fn set(&mut self, generation: Option<Arc<Generation>>, as_of: Instant, took: Duration, was_stored: bool) {
        self.current = generation.map(|generation| {
            let may_be_stored = !was_stored && generation.is_stale();
            Current { generation, as_of, took, may_be_stored }
        });
    }
}

impl Live {
    pub fn new(library: Library) -> Result<Self> {
        Ok(Self { connections: Connections::new(library)?, slot: Mutex::default(), made: Condvar::new() })
    }

    /// Begins to answer a question. Returns a read transaction and the generation to use, or no generation while
    /// nothing is embedded.
    pub fn begin(self: &Arc<Self>, lag: Lag, observer: Observer) -> Result<(Connection<'_>, Option<Arc<Generation>>)> {
        let asked_at = Instant::now();
        loop {
            let read_at = Instant::now();
            let reader = self.connections.read()?;
            let moment = reader.state()?;
            if reader.model()?.is_none() {
                return Ok((reader, None));
            }
            let mut slot = self.slot();
            if let Some(generation) = self.usable_generation(&mut slot, &moment, lag, asked_at, read_at) {
                return Ok((reader, Some(generation)));
            }
            match &slot.building {
                // The generation being made is of this state, so the transaction is kept.
                Some(Some(building)) if *building == moment => {
                    drop(self.wait(slot));
                    let made = self.current().filter(|generation| generation.moment.state == moment.state);
                    if let Some(generation) = made {
                        return Ok((reader, Some(generation)));
                    }
                }
                // A transaction prevents the write-ahead log from being emptied, so it ends before the wait.
                Some(_) => {
                    drop(reader);
                    drop(self.wait(slot));
                }
                None => {
                    slot.building = Some(Some(moment.clone()));
                    drop(slot);
                    let generation = self.build(Building(self), &reader, moment, read_at, observer)?;
                    return Ok((reader, generation));
                }
            }
        }
    }

    /// Returns the generation in memory if it can answer a question at `moment`, that is, if it is of that state or may
    /// lag behind it. Starts a thread that makes the next generation if that is due.
    fn usable_generation(
        self: &Arc<Self>,
        slot: &mut Slot,
        moment: &LibraryState,
        lag: Lag,
        asked_at: Instant,
        read_at: Instant,
    ) -> Option<Arc<Generation>> {
        let is_building = slot.building.is_some();
        let current = slot.current.as_mut()?;
        let found = &current.generation.moment;
        let is_of_state = found.state == moment.state;
        // If indexing takes longer, the lag may be longer; otherwise every question would wait.
        let may_lag = MAY_LAG.max(current.took * 2);
        let may_lag_behind = lag == Lag::Allowed
            && found.epoch == moment.epoch
            // This is false if the generation is newer than the transaction, or an older library was restored.
            && found.newest <= moment.newest
            && current.as_of + may_lag >= asked_at;
        if !is_of_state && !may_lag_behind {
            return None;
        }
        // Indexes of the same state that a writer has stored are better: they may have a graph, and processes share
        // mapped memory.
        let is_due = !is_building
            && match is_of_state {
                true => current.may_be_stored && is_stored(&self.connections, moment),
                false => current.as_of + MIN_BUILD_INTERVAL <= read_at,
            };
        if is_of_state {
            current.as_of = current.as_of.max(read_at);
        }
        let generation = current.generation.clone();
        if is_due {
            let live = self.clone();
            let spawned = std::thread::Builder::new().spawn(move || live.build_in_background());
            // If the thread cannot be started, a later question makes the generation.
            slot.building = spawned.is_ok().then_some(None);
        }
        Some(generation)
    }

    /// Makes the generation of a transaction's state and publishes it.
    fn build(
        &self,
        building: Building,
        library: &Library,
        moment: LibraryState,
        as_of: Instant,
        observer: Observer,
    ) -> Result<Option<Arc<Generation>>> {
        let base = self.slot().current.as_ref().map(|current| current.generation.clone());
        let (started, was_stored) = (Instant::now(), is_stored(&self.connections, &moment));
        let made = Generation::make(library, moment, base.as_deref(), observer)?;
        if base.is_none()
            && let Some(made) = &made
        {
            report(made, library, observer)?;
        }
        let generation = made.map(Arc::new);
        let mut slot = self.slot();
        // A writer may have published a newer generation meanwhile.
        let is_next = match (&slot.current, &base) {
            (Some(current), Some(base)) => Arc::ptr_eq(&current.generation, base),
            (current, _) => current.is_none(),
        };
        if is_next {
            slot.set(generation.clone(), as_of, started.elapsed(), was_stored);
        }
        drop(slot);
        drop(building);
        Ok(generation)
    }

    fn build_in_background(&self) {
        let building = Building(self);
        let build = || -> Result<()> {
            let as_of = Instant::now();
            let reader = self.connections.read()?;
            let moment = reader.state()?;
            self.slot().building = Some(Some(moment.clone()));
            self.build(building, &reader, moment, as_of, &unobserved).map(|_| ())
        };
        // The next question meets the same error and reports it.
        let _ = build();
    }

    /// Replaces the generation in memory by that of a writer. The writer must still hold the write lock.
    pub fn publish(&self, generation: Option<Arc<Generation>>, as_of: Instant, took: Duration) {
        self.slot().set(generation, as_of, took, false);
    }

    /// The generation in memory, of any state.
    pub fn current(&self) -> Option<Arc<Generation>> {
        self.slot().current.as_ref().map(|current| current.generation.clone())
    }

    /// Waits until no generation is being made.
    fn wait<'s>(&'s self, slot: MutexGuard<'s, Slot>) -> MutexGuard<'s, Slot> {
        let waited = self.made.wait_while(slot, |slot| slot.building.is_some());
        waited.unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        // The slot is consistent even if a thread panicked while it held the lock.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reports what the user should know about the first generation of a process.
fn report(made: &Generation, library: &Library, observer: Observer) -> Result<()> {
    let waiting = library.count()?.saturating_sub(made.vectors.len() as u64);
    if waiting > 0 {
        observer(Event::Notice(format!(
            "papers that are not embedded yet and cannot be found: {waiting}; `relata add` without a file embeds them"
        )));
    }
    if library.may_have_outdated_vectors()? {
        let outdated = library.count_pending()?.saturating_sub(waiting);
        if outdated > 0 {
            observer(Event::Notice(format!(
                "papers that are still found by an earlier text: {outdated}; `relata add` without a file embeds the present one"
            )));
        }
    }
    // A process that writes will store the indexes.
    if made.is_stale() && !library.is_being_written() {
        let renew = "the indexes on disk are missing or out of date, so this took longer; `relata add` without a file rebuilds them";
        observer(Event::Notice(renew.to_owned()));
    }
    Ok(())
}

/// Exists while a generation is being made. When it is dropped, also after an error or a panic, waiting questions
/// continue.
struct Building<'a>(&'a Live);

impl Drop for Building<'_> {
    fn drop(&mut self) {
        self.0.slot().building = None;
        self.0.made.notify_all();
    }
}
