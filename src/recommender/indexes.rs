//! The indexes of a library: opened when they are needed, brought up to date when papers change.

use crate::index::{self, Expected, Matrix, Row, VectorIndex};
use crate::lexical::{self, LexicalIndex, Text};
use crate::library::{LiveRow, PaperNumber};
use crate::rank::calibration::{Calibration, random_pairs};
use crate::recommender::{Event, Observer, Recommender};
use crate::search::{Admitted, Indexes};
use crate::vector::{ModelIdentity, dot};
use crate::{Error, Result};

/// Pairs of papers that the calibration is drawn from. One pair more or less is 0.02 % then.
const CALIBRATION_PAIRS: usize = 5_000;

/// Vectors and terms over the same positions.
pub(super) struct OpenIndexes {
    pub vectors: VectorIndex,
    terms: LexicalIndex,
    /// All papers.
    pub everything: Admitted,
    pub calibration: Calibration,
}

impl OpenIndexes {
    fn new(vectors: VectorIndex, terms: LexicalIndex) -> Self {
        let everything = Admitted::new(&vectors, |_| true);
        let positions: Vec<u32> = everything.positions().collect();
        let calibration = calibrate(positions.len(), |place| vectors.vector(positions[place]));
        Self { vectors, terms, everything, calibration }
    }

    /// For papers that are in no library: nothing can be found, but terms have the weights and similarities the meaning
    /// that they have among these papers.
    pub fn of_batch(vectors: &Matrix, texts: &[Text]) -> Result<Self> {
        let nothing = VectorIndex::refresh(None, &[], vectors.dim(), |_, _| Ok(()))?;
        let rows: Vec<Option<u128>> = (1..=texts.len() as u128).map(Some).collect();
        let terms = LexicalIndex::refresh(None, &rows, |positions, sink| {
            positions.iter().for_each(|&position| sink(texts[position as usize].clone()));
            Ok(())
        })?;
        let calibration = calibrate(vectors.len(), |place| vectors.row(place as u32));
        let everything = Admitted::new(&nothing, |_| true);
        Ok(Self { vectors: nothing, terms, everything, calibration })
    }

    pub fn borrowed(&self) -> Indexes<'_> {
        Indexes { vectors: &self.vectors, terms: &self.terms }
    }

    /// The papers that can be found.
    pub fn numbers(&self) -> impl Iterator<Item = PaperNumber> {
        self.numbered().map(|(number, _)| number)
    }

    /// The papers that can be found, with their positions.
    pub fn numbered(&self) -> impl Iterator<Item = (PaperNumber, u32)> {
        self.everything.positions().filter_map(|position| Some((self.vectors.key(position)?, position)))
    }
}

/// The similarities of pairs of `count` vectors drawn at random, always the same ones.
fn calibrate<'a>(count: usize, vector: impl Fn(usize) -> &'a [f32]) -> Calibration {
    let pairs = random_pairs(count, CALIBRATION_PAIRS);
    Calibration::new(pairs.map(|[a, b]| dot(vector(a), vector(b))).collect())
}

/// An index, and whether it is other than what is on disk.
struct Opened<T> {
    index: T,
    stale: bool,
}

impl Recommender {
    /// The indexes, opened at the first call; made anew if what is on disk is missing, damaged or out of date.
    pub(super) fn indexes(&self, observer: Observer) -> Result<&OpenIndexes> {
        if let Some(indexes) = self.indexes.get() {
            return Ok(indexes);
        }
        let Some(model) = self.library.model()? else { return Err(self.nothing_embedded()?) };
        let (vectors, terms, expected) = self.library.snapshot(|| {
            let expected = self.expected(&model)?;
            let vectors = self.open_vectors(&expected, observer)?;
            let terms = self.open_terms(&vectors.index, &expected, observer)?;
            Ok((vectors, terms, expected))
        })?;
        if vectors.index.is_empty() {
            return Err(self.nothing_embedded()?);
        }
        let waiting = self.library.count()?.saturating_sub(vectors.index.len() as u64);
        if waiting > 0 {
            observer(Event::Notice(format!(
                "papers that are not embedded yet and cannot be found: {waiting}; `relata add` without a file embeds them"
            )));
        }
        if vectors.stale || terms.stale {
            // Kept for the next time if nobody else is writing; an answer does not depend on it.
            if let Ok(_lock) = self.library.try_lock()
                && self.library.state()? == expected.state
            {
                let _ = self.store(&vectors, &terms, &expected);
            }
        }
        Ok(self.indexes.get_or_init(|| OpenIndexes::new(vectors.index, terms.index)))
    }

    /// Why nothing can be found.
    fn nothing_embedded(&self) -> Result<Error> {
        let path = self.library.folder().to_owned();
        Ok(match self.library.count()? {
            0 => Error::EmptyLibrary { path },
            waiting => Error::NothingEmbedded { path, waiting },
        })
    }

    fn expected(&self, model: &ModelIdentity) -> Result<Expected> {
        Ok(Expected { model_sha256: model.sha256.clone(), dim: model.dim, state: self.library.state()? })
    }

    fn open_vectors(&self, expected: &Expected, observer: Observer) -> Result<Opened<VectorIndex>> {
        let cached = index::open_cached(&self.cache(), expected);
        self.tell_damage(cached.damage, observer);
        let base = match cached.index {
            Some(index) if cached.fresh => return Ok(Opened { index, stale: false }),
            base => base,
        };
        let row = |LiveRow { version, paper }| Row { version, key: paper };
        let live: Vec<Row> = self.library.live_rows()?.into_iter().map(row).collect();
        let index = VectorIndex::refresh(base.as_ref(), &live, expected.dim, |papers, sink| {
            self.library.read_vectors(papers.iter().copied(), expected.dim, |embedding| sink(embedding.as_slice()))
        })?;
        Ok(Opened { index, stale: true })
    }

    /// The index of terms over the positions of `vectors`.
    fn open_terms(
        &self,
        vectors: &VectorIndex,
        expected: &Expected,
        observer: Observer,
    ) -> Result<Opened<LexicalIndex>> {
        let cached = lexical::open_cached(&self.cache(), &expected.state);
        self.tell_damage(cached.damage, observer);
        let rows = vectors.versions();
        let base = match cached.index {
            Some(index) if index.stands_as(&rows) => return Ok(Opened { index, stale: false }),
            base => base,
        };
        let index = LexicalIndex::refresh(base.as_ref(), &rows, |positions, sink| {
            self.library.read_texts(positions.iter().filter_map(|&position| vectors.key(position)), sink)
        })?;
        Ok(Opened { index, stale: true })
    }

    fn tell_damage(&self, damage: Option<String>, observer: Observer) {
        if let Some(damage) = damage {
            let database = self.library.database().display();
            observer(Event::Notice(format!("{damage}; the index is made anew from {database}")));
        }
    }

    fn store(&self, vectors: &Opened<VectorIndex>, terms: &Opened<LexicalIndex>, made_from: &Expected) -> Result<()> {
        if vectors.stale {
            vectors.index.store(&self.cache(), made_from)?;
        }
        if terms.stale {
            terms.index.store(&self.cache(), &made_from.state)?;
        }
        Ok(())
    }

    /// Brings the indexes on disk up to date, graph included; the caller holds the lock.
    pub(super) fn update_indexes(&mut self, observer: Observer) -> Result<()> {
        self.indexes.take();
        let Some(model) = self.library.model()? else { return Ok(()) };
        let expected = self.expected(&model)?;
        let mut vectors = self.open_vectors(&expected, observer)?;
        if vectors.index.wants_graph() {
            let total = vectors.index.len() as u64;
            observer(Event::Graph { done: 0, total });
            let progress = &mut |done| observer(Event::Graph { done: done as u64, total });
            vectors.index.build_graph(index::hnsw::BuildParams::default(), progress)?;
            vectors.stale = true;
        }
        let terms = self.open_terms(&vectors.index, &expected, observer)?;
        self.store(&vectors, &terms, &expected)
    }

    /// How many papers can be searched, and how many of them through the graph.
    pub fn index_size(&self, observer: Observer) -> Result<(usize, usize)> {
        match self.indexes(observer) {
            Err(Error::EmptyLibrary { .. } | Error::NothingEmbedded { .. }) => Ok((0, 0)),
            indexes => indexes.map(|indexes| (indexes.vectors.len(), indexes.vectors.graph_len())),
        }
    }
}
