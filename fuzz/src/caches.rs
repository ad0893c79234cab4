//! Files of caches, as a library folder from elsewhere may contain them: damaged, but with the right checksums, which
//! alone would stop every one of these inputs.
//!
//! The first byte of an input chooses the file; the others are its content.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, mem};

use relata::cache::{self, Kind};
use relata::catalog::{self, Heading};
use relata::index::hnsw::BuildParams;
use relata::index::{self, Expected, Row, Scope, VectorIndex};
use relata::lexical::{self, Candidates, Language, Pattern, Tokenizer};
use relata::library::LibraryState;
use relata::vector::Embedding;
use serde_json::Value;
use tempfile::TempDir;

use super::questions::SmallLibrary;
use super::{Parser, folder};

pub const PARSERS: &[Parser] = &[
    Parser { name: "cache_index", seeds: || INDEX.seeds(), read: |input| read_index(INDEX.with(input)) },
    Parser { name: "cache_lexical", seeds: || LEXICAL.seeds(), read: |input| read_lexical(LEXICAL.with(input)) },
    Parser { name: "cache_catalog", seeds: || CATALOG.seeds(), read: |input| read_catalog(CATALOG.with(input)) },
    Parser { name: "cache_manifest", seeds: manifest_seeds, read: read_manifest },
];

static LIBRARY: LazyLock<SmallLibrary> = LazyLock::new(SmallLibrary::new);

static STATE: LazyLock<LibraryState> =
    LazyLock::new(|| LIBRARY.engine.library().and_then(|library| library.state()).expect("the state of a library"));

/// The state that the index was made from.
static EXPECTED: LazyLock<Expected> =
    LazyLock::new(|| Expected { model_sha256: "m".to_owned(), dim: 2, state: STATE.state.clone() });

static INDEX: LazyLock<Damaged> = LazyLock::new(|| {
    let live: Vec<Row> = (1..41).map(|number| Row { version: number as u128, key: number }).collect();
    let vector = |key: i64| Embedding::new(vec![(key as f32 / 30.0).cos(), (key as f32 / 30.0).sin()]);
    let vectors = VectorIndex::refresh(None, &live, 2, |keys, sink| {
        keys.iter().try_for_each(|key| vector(*key).map(|vector| sink(vector.as_slice())))
    });
    let mut vectors = vectors.expect("vectors");
    vectors.build_graph(BuildParams::default(), &mut |_| ()).expect("a graph");
    let folder = folder();
    vectors.store(folder.path(), &EXPECTED).expect("a cache");
    Damaged::of(folder.path(), "index")
});

static LEXICAL: LazyLock<Damaged> =
    LazyLock::new(|| Damaged::of(&LIBRARY.folder.path().join("library/cache"), "lexical"));

static CATALOG: LazyLock<Damaged> =
    LazyLock::new(|| Damaged::of(&LIBRARY.folder.path().join("library/cache"), "catalog"));

/// A folder of a cache in which a file is replaced.
struct Damaged {
    kind: Kind,
    made_from: Value,
    files: Vec<(String, Vec<u8>)>,
    manifest: Vec<u8>,
    folder: TempDir,
}

impl Damaged {
    /// Reads the folder `name-STATE` below `cache`.
    fn of(cache: &Path, name: &'static str) -> Self {
        let whole = cache.join(format!("{name}-{}", STATE.state));
        let manifest = fs::read(whole.join("manifest.json")).expect("a manifest");
        let mut fields: BTreeMap<String, Value> = serde_json::from_slice(&manifest).expect("a manifest");
        let format = fields.remove("format").and_then(|format| format.as_u64()).expect("a format") as u32;
        let files = fields.remove("files").expect("files");
        fields.remove("state");
        let names =
            files.as_array().into_iter().flatten().map(|file| file["name"].as_str().expect("a name").to_owned());
        let files = names.map(|name| (name.clone(), fs::read(whole.join(name)).expect("a file"))).collect();
        let made_from = serde_json::to_value(fields).expect("fields");
        Self { kind: Kind { name, format }, made_from, files, manifest, folder: folder() }
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let seed = |(at, (_, content)): (usize, &(String, Vec<u8>))| [&[at as u8], content.as_slice()].concat();
        self.files.iter().enumerate().map(seed).collect()
    }

    /// Writes the cache with one file replaced, and returns where it is.
    fn with(&self, input: &[u8]) -> &Path {
        let (chosen, content) = input.split_first().unwrap_or((&0, &[]));
        let chosen = usize::from(*chosen) % self.files.len();
        let files = self
            .files
            .iter()
            .enumerate()
            .map(|(at, (name, whole))| (name.as_str(), if at == chosen { content } else { whole.as_slice() }));
        let files: Vec<(&str, &[u8])> = files.collect();
        cache::store(self.folder.path(), self.kind, &STATE.state, &self.made_from, &files).expect("a cache");
        self.folder.path()
    }

    /// Writes the cache with another manifest, and returns where it is.
    fn with_manifest(&self, manifest: &[u8]) -> &Path {
        let path: PathBuf = self.folder.path().join(format!("{}-{}", self.kind.name, STATE.state));
        if !path.exists() {
            self.with(&self.seeds()[0]);
        }
        fs::write(path.join("manifest.json"), manifest).expect("a manifest");
        self.folder.path()
    }
}

/// Opens the index, and searches it if it opens.
fn read_index(cache: &Path) -> usize {
    let Some(index) = index::open_cached(cache, &EXPECTED).index else { return 0 };
    let found = [Scope::Fast, Scope::Exact].map(|scope| index.search(&[&[1.0, 0.0]], 1, scope, &|_| true, 0));
    let keys = (0..index.end()).filter(|position| index.key(*position).is_some()).count();
    index.order();
    mem::drop(found);
    keys
}

/// Opens the index of words, and asks a question if it opens.
fn read_lexical(cache: &Path) -> usize {
    let Some(index) = lexical::open_cached(cache, &STATE.state, "").index else { return 0 };
    let mut tokenizer = Tokenizer::default();
    let words = index.question_words(&mut tokenizer, "dancing bees in the evening");
    index.question_scores(&words);
    let document = tokenizer.document("On bees that dance", Some("They dance in the evening."));
    index.similarities(&document);
    if let Some(pattern) = Pattern::new(&mut tokenizer, "danc", true, &[Language::English]) {
        let _: Candidates = pattern.candidates(&index);
    }
    (0..index.end()).fold(0, |count, position| {
        std::hint::black_box(index.language(position));
        count + 1
    })
}

/// Opens the catalog, and looks papers up if it opens.
fn read_catalog(cache: &Path) -> usize {
    let Some(catalog) = catalog::open_cached(cache, &STATE).index else { return 0 };
    for heading in
        [Heading::TitleWord("bees"), Heading::Family("byron"), Heading::Year("2018"), Heading::VenueWord("bee")]
    {
        let mut places = catalog.places(heading).to_vec();
        catalog.sort_newest_first(&mut places);
        assert!(places.iter().all(|place| catalog.papers().get(*place as usize).is_some()), "a place without a paper");
    }
    catalog.len()
}

fn manifest_seeds() -> Vec<Vec<u8>> {
    [&INDEX, &LEXICAL, &CATALOG].map(|cache| cache.manifest.clone()).to_vec()
}

/// Opens each cache with the manifest.
fn read_manifest(input: &[u8]) -> usize {
    read_index(INDEX.with_manifest(input))
        + read_lexical(LEXICAL.with_manifest(input))
        + read_catalog(CATALOG.with_manifest(input))
}
