//! What people ask: the syntax of a text, conditions, and whole questions to a small library.

use std::sync::LazyLock;

use relata::engine::{AddRequest, EmbedOptions, Engine, ModelChoice, ModelStore, Request, TextQuery, unobserved};
use relata::library::{Condition, Field};
use relata::sync::Category;
use tempfile::TempDir;

use super::{Parser, bytes, folder, models, seeds};

pub const PARSERS: &[Parser] = &[
    Parser { name: "query", seeds: || bytes(seeds::QUESTIONS), read: read_query },
    Parser { name: "conditions", seeds: || bytes(seeds::CONDITIONS), read: read_conditions },
    Parser { name: "question", seeds: || bytes(seeds::QUESTIONS), read: ask },
];

/// The fields of a condition.
const FIELDS: [Field; 8] =
    [Field::Since, Field::Until, Field::Year, Field::Venue, Field::Category, Field::Author, Field::Source, Field::Has];

fn read_query(input: &[u8]) -> usize {
    let query = TextQuery::parse(&String::from_utf8_lossy(input));
    usize::from(query.expression.is_some()) + usize::from(!query.text.is_empty())
}

/// Reads dates, years and other conditions: every line as each of them.
fn read_conditions(input: &[u8]) -> usize {
    let text = String::from_utf8_lossy(input);
    let read = |line: &str| {
        let conditions = FIELDS.iter().filter(|field| Condition::new(**field, line).is_ok()).count();
        conditions + usize::from(line.parse::<Category>().is_ok())
    };
    text.lines().map(read).sum()
}

/// A library of the papers in `seeds`, with vectors of the small model.
pub struct SmallLibrary {
    /// Open while it is used.
    pub engine: Engine,
    /// The folder with the library in `library` and the model in `model`.
    pub folder: TempDir,
}

impl SmallLibrary {
    /// Makes the library, with all its caches.
    pub fn new() -> Self {
        let folder = folder();
        let model = folder.path().join("model");
        models::write(&model);
        let store = ModelStore::new(folder.path().join("models"), true);
        let choice = Some(ModelChoice::Folder(model));
        let engine = Engine::open_or_create(&folder.path().join("library"), store, choice, EmbedOptions::default());
        let engine = engine.expect("a new library");
        let file = folder.path().join("papers.jsonl");
        std::fs::write(&file, seeds::LIBRARY.join("\n")).expect("a temporary file");
        engine.add(&AddRequest::of([file]), &unobserved).expect("papers");
        Self { engine, folder }
    }
}

/// Asks a question, as `search` does.
fn ask(input: &[u8]) -> usize {
    static LIBRARY: LazyLock<SmallLibrary> = LazyLock::new(SmallLibrary::new);
    let request = Request { explain: true, ..Request::about(String::from_utf8_lossy(input)) };
    LIBRARY.engine.ask(&request, &unobserved).map_or(0, |answer| answer.results.len())
}
