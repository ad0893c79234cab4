//! The indexes of one state of a library. They never change after they are made.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::Path;

use super::connections::Connections;
use super::event::{Event, Observer};
use super::question::Seed;
use crate::catalog::{self, Catalog};
use crate::index::{self, Expected, Matrix, Row, VectorIndex};
use crate::lexical::{self, LexicalIndex, Text};
use crate::library::{CACHE, CatalogEntry, Library, LibraryState, PaperNumber, SearchableVector};
use crate::rank::calibration::{Calibration, random_pairs};
use crate::search::{AllowedPapers, Indexes};
use crate::vector::{ModelIdentity, dot};
use crate::{Error, Result};

/// The number of pairs of papers for the calibration. One pair is 0.02 % of them.
const CALIBRATION_PAIRS: usize = 5_000;

/// Part of the notice that a damaged index was replaced.
pub(super) const REBUILT: &str = "the index is rebuilt";

/// The indexes of one state. A paper has the same position in those of vectors and terms.
pub(super) struct Generation {
    /// The state.
    pub moment: LibraryState,
    /// The model of the vectors.
    model_sha256: String,
    /// The name of the model if it reads only English.
    pub english_model: Option<String>,
    /// Whether the vectors differ from those on disk.
    stale_vectors: bool,
    /// Whether the terms differ from those on disk.
    stale_terms: bool,
    /// Whether the catalog differs from that on disk.
    stale_catalog: bool,
    pub vectors: VectorIndex,
    terms: LexicalIndex,
    pub catalog: Catalog,
    /// All papers that can be found.
    pub everything: AllowedPapers,
    pub calibration: Calibration,
}

impl Generation {
    /// Makes the generation of `moment`, the state that `library` reads. Returns `None` while nothing is embedded. If
    /// the indexes of this state are on disk, they are mapped. Otherwise they are made from the database and from
    /// `base`, or without a base from older indexes on disk.
    ///
    /// Any generation of any library can be the base. It only provides vectors and terms, which are identified by the
    /// hash of their texts.
    pub fn make(
        library: &Library,
        moment: LibraryState,
        base: Option<&Self>,
        observer: Observer,
    ) -> Result<Option<Self>> {
        let Some(model) = library.model()? else { return Ok(None) };
        let opening = Opening::new(library, &moment, &model, base, observer);
        let (vectors, stale_vectors) = opening.vectors()?;
        if vectors.is_empty() {
            return Ok(None);
        }
        let (terms, stale_terms) = opening.terms(&vectors)?;
        let (catalog, stale_catalog) = opening.catalog()?;
        let everything = AllowedPapers::new(&vectors, |_| true);
        let positions: Vec<u32> = everything.positions().collect();
        let calibration = calibrate(positions.len(), |place| vectors.vector(positions[place]));
        Ok(Some(Self {
            moment,
            model_sha256: model.sha256,
            english_model: (!model.multilingual).then_some(model.name),
            stale_vectors,
            stale_terms,
            stale_catalog,
            vectors,
            terms,
            catalog,
            everything,
            calibration,
        }))
    }

    /// Makes a generation for papers that are in no library. A search in it finds nothing. It only has the term weights
    /// and the calibration of these papers.
    pub fn of_batch(vectors: &Matrix, texts: &[Text]) -> Result<Self> {
        let nothing = VectorIndex::refresh(None, &[], vectors.dim(), |_, _| Ok(()))?;
        let rows: Vec<Option<u128>> = (1..=texts.len() as u128).map(Some).collect();
        let terms = LexicalIndex::refresh(None, &rows, |positions, sink| {
            positions.iter().for_each(|&position| sink(texts[position as usize].clone()));
            Ok(())
        })?;
        let calibration = calibrate(vectors.len(), |place| vectors.row(place as u32));
        let everything = AllowedPapers::new(&nothing, |_| true);
        Ok(Self {
            moment: LibraryState::default(),
            model_sha256: String::new(),
            english_model: None,
            stale_vectors: true,
            stale_terms: true,
            stale_catalog: true,
            vectors: nothing,
            terms,
            catalog: Catalog::default(),
            everything,
            calibration,
        })
    }

    /// The indexes of vectors and terms.
    pub fn indexes(&self) -> Indexes<'_> {
        Indexes { vectors: &self.vectors, terms: &self.terms }
    }

    /// The position of a seed, if it can be found.
    pub fn position_of(&self, seed: &Seed) -> Option<u32> {
        self.vectors.position(seed.number()?)
    }

    /// The papers that can be found.
    pub fn numbers(&self) -> impl Iterator<Item = PaperNumber> {
        self.numbered().map(|(number, _)| number)
    }

    /// The papers that can be found, with their positions.
    pub fn numbered(&self) -> impl Iterator<Item = (PaperNumber, u32)> {
        self.everything.positions().filter_map(|position| Some((self.vectors.key(position)?, position)))
    }

    /// Whether one of the indexes differs from that on disk. If not, all are mapped from disk.
    pub fn is_stale(&self) -> bool {
        self.stale_vectors || self.stale_terms || self.stale_catalog
    }

    /// Builds the graph if there is none and there are enough vectors for one.
    pub fn with_graph(mut self, observer: Observer) -> Result<Self> {
        if self.vectors.needs_graph() {
            let total = self.vectors.len() as u64;
            observer(Event::Graph { done: 0, total });
            let progress = &mut |done| observer(Event::Graph { done: done as u64, total });
            self.vectors.build_graph(index::hnsw::BuildParams::default(), progress)?;
            self.stale_vectors = true;
        }
        Ok(self)
    }

    /// Stores each index that differs from that on disk. The caller holds the write lock.
    pub fn store(&self, cache: &Path) -> Result<()> {
        let (model_sha256, state) = (self.model_sha256.clone(), self.moment.state.clone());
        if self.stale_vectors {
            let state = state.clone();
            self.vectors.store(cache, &Expected { model_sha256, dim: self.vectors.dim(), state })?;
        }
        if self.stale_terms {
            self.terms.store(cache, &state, &self.vectors.order())?;
        }
        if self.stale_catalog {
            self.catalog.store(cache, &self.moment)?;
        }
        Ok(())
    }
}

/// The calibration by random pairs of `count` vectors. The pairs are the same in every run.
fn calibrate<'a>(count: usize, vector: impl Fn(usize) -> &'a [f32]) -> Calibration {
    let pairs = random_pairs(count, CALIBRATION_PAIRS);
    Calibration::new(pairs.map(|[a, b]| dot(vector(a), vector(b))).collect())
}

/// Opens or makes the indexes of a generation.
struct Opening<'a> {
    library: &'a Library,
    cache: std::path::PathBuf,
    moment: &'a LibraryState,
    expected: Expected,
    base: Option<&'a Generation>,
    observer: Observer<'a>,
    live: OnceCell<Vec<SearchableVector>>,
}

impl<'a> Opening<'a> {
    fn new(
        library: &'a Library,
        moment: &'a LibraryState,
        model: &ModelIdentity,
        base: Option<&'a Generation>,
        observer: Observer<'a>,
    ) -> Self {
        let expected = Expected { model_sha256: model.sha256.clone(), dim: model.dim, state: moment.state.clone() };
        let base = base.filter(|base| base.model_sha256 == model.sha256);
        Self { library, cache: cache_of(library), moment, expected, base, observer, live: OnceCell::new() }
    }

    /// The vectors, and whether they differ from those on disk.
    fn vectors(&self) -> Result<(VectorIndex, bool)> {
        let cached = match self.base {
            // An index of another state on disk is not a better base than the one in memory.
            Some(_) if !index::has_cached(&self.cache, &self.expected.state) => index::Cached::default(),
            _ => index::open_cached(&self.cache, &self.expected),
        };
        self.report_damage(cached.damage);
        let on_disk = match cached.index {
            Some(index) if cached.fresh => return Ok((index, false)),
            other => other,
        };
        let base = self.base.map(|base| &base.vectors).or(on_disk.as_ref());
        let row = |row: &SearchableVector| Row { version: row.version, key: row.paper };
        let live: Vec<Row> = self.live_rows()?.iter().map(row).collect();
        let dim = self.expected.dim;
        let index = VectorIndex::refresh(base, &live, dim, |papers, sink| {
            self.library.read_vectors(papers.iter().copied(), dim, |embedding| sink(embedding.as_slice()))
        })?;
        Ok((index, true))
    }

    /// The terms at the positions of `vectors`, and whether they differ from those on disk.
    fn terms(&self, vectors: &VectorIndex) -> Result<(LexicalIndex, bool)> {
        let cached = match self.base {
            Some(_) if !lexical::has_cached(&self.cache, &self.expected.state) => lexical::Cached::default(),
            _ => lexical::open_cached(&self.cache, &self.expected.state, &vectors.order()),
        };
        self.report_damage(cached.damage);
        let on_disk = match cached.index {
            Some(index) if cached.fresh => return Ok((index, false)),
            other => other,
        };
        // This is the hash of the present text, not of the embedded text, since the present text is read below.
        let texts: HashMap<PaperNumber, u128> = self.live_rows()?.iter().map(|row| (row.paper, row.text)).collect();
        let rows: Vec<Option<u128>> =
            (0..vectors.end()).map(|position| texts.get(&vectors.key(position)?).copied()).collect();
        let base = self.base.map(|base| &base.terms).or(on_disk.as_ref());
        let index = LexicalIndex::refresh(base, &rows, |positions, sink| {
            self.library.read_texts(positions.iter().filter_map(|&position| vectors.key(position)), sink)
        })?;
        Ok((index, true))
    }

    /// The catalog, and whether it differs from that on disk.
    fn catalog(&self) -> Result<(Catalog, bool)> {
        // In one epoch, papers are only added.
        let base = self.base.filter(|base| base.moment.epoch == self.moment.epoch);
        let cached = match base {
            Some(_) if !catalog::has_cached(&self.cache, &self.moment.state) => catalog::Cached::default(),
            _ => catalog::open_cached(&self.cache, self.moment),
        };
        self.report_damage(cached.damage);
        let on_disk = match cached.index {
            Some(index) if cached.fresh => return Ok((index, false)),
            other => other,
        };
        let base = base.map(|base| &base.catalog).or(on_disk.as_ref());
        let papers: Vec<PaperNumber> = self.live_rows()?.iter().map(|row| row.paper).collect();
        let load = |papers: &[PaperNumber], sink: &mut dyn FnMut(CatalogEntry)| {
            self.library.read_catalog_entries(papers, sink)
        };
        Ok((Catalog::refresh(base, &papers, load)?, true))
    }

    /// The papers that can be searched, read once.
    fn live_rows(&self) -> Result<&[SearchableVector]> {
        if let Some(live) = self.live.get() {
            return Ok(live);
        }
        let live = self.library.live_rows()?;
        Ok(self.live.get_or_init(|| live))
    }

    fn report_damage(&self, damage: Option<String>) {
        if let Some(damage) = damage {
            let database = self.library.database().display();
            (self.observer)(Event::Notice(format!("{damage}; {REBUILT} from {database}")));
        }
    }
}

/// The folder for everything derived from the database.
pub(super) fn cache_of(library: &Library) -> std::path::PathBuf {
    library.folder().join(CACHE)
}

/// Whether the indexes of a state are on disk. The files are not checked.
pub(super) fn is_stored(connections: &Connections, moment: &LibraryState) -> bool {
    let cache = connections.folder().join(CACHE);
    let state = &moment.state;
    index::has_cached(&cache, state) && lexical::has_cached(&cache, state) && catalog::has_cached(&cache, state)
}

/// Whether the indexes of the present state are on disk and undamaged. Also true if there is nothing to index.
pub(super) fn is_cached(library: &Library) -> Result<bool> {
    let Some(model) = library.model()? else { return Ok(true) };
    if library.live_rows()?.is_empty() {
        return Ok(true);
    }
    let (cache, moment) = (cache_of(library), library.state()?);
    let expected = Expected { model_sha256: model.sha256, dim: model.dim, state: moment.state.clone() };
    let vectors = index::open_cached(&cache, &expected);
    let is_whole = |vectors: &VectorIndex| lexical::open_cached(&cache, &expected.state, &vectors.order()).fresh;
    let has_catalog = catalog::open_cached(&cache, &moment).fresh;
    Ok(has_catalog && vectors.fresh && vectors.index.as_ref().is_some_and(is_whole))
}

/// The error for a library without searchable papers.
pub(super) fn nothing_embedded(library: &Library) -> Result<Error> {
    let path = library.folder().to_owned();
    Ok(match library.count()? {
        0 => Error::EmptyLibrary { path },
        waiting => Error::NothingEmbedded { path, waiting },
    })
}
