//! Which file imports which: reads `use` lines and paths off the source and follows them to the file that has the item.
//!
//! Paths in strings are not seen, such as those in templates of pages, nor are methods, which name no file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A path of modules and items, as `["crate", "vector", "Embedding"]` without the `crate`.
type Names = Vec<String>;

/// One path in a file's code.
pub struct Import {
    /// From the root of the crate, as written: through re-exports, not past them.
    pub path: Names,
    /// The file that has the item, beside the root of the repository.
    pub file: PathBuf,
    /// Where the path is written; counted from one.
    pub line: usize,
    /// Whether it only passes a name on: a `pub use` of what the file itself does not use.
    pub passes_on: bool,
}

/// All files of a crate.
pub struct Crate {
    modules: BTreeMap<Names, Module>,
}

/// A file's code.
struct Module {
    file: PathBuf,
    uses: Vec<Use>,
    /// Paths of two or more names outside `use` lines.
    paths: Vec<(Names, usize)>,
    /// Single names outside `use` lines.
    names: BTreeSet<String>,
}

/// One name that a `use` line brings.
struct Use {
    path: Names,
    /// The name that it has in the file; `*` for all that the path has.
    name: String,
    line: usize,
    is_public: bool,
}

impl Crate {
    /// Reads files, given by their paths beside the root of the repository, all in `src`.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a Path, &'a str)>) -> Self {
        let modules = files.into_iter().map(|(file, text)| (module_path(file), Module::read(file, text)));
        Self { modules: modules.collect() }
    }

    /// What each file imports of others, in the order of modules.
    pub fn imports(&self) -> impl Iterator<Item = (&Path, Vec<Import>)> {
        self.modules.iter().map(|(at, module)| (module.file.as_path(), self.imports_of(at, module)))
    }

    fn imports_of(&self, at: &[String], module: &Module) -> Vec<Import> {
        let used = module.uses.iter().map(|found| {
            let is_used =
                module.names.contains(&found.name) || module.paths.iter().any(|(path, _)| path[0] == found.name);
            (&found.path, found.line, found.is_public && !is_used)
        });
        let named = module.paths.iter().map(|(path, line)| (path, *line, false));
        let import = |(path, line, passes_on): (&Names, usize, bool)| {
            let file = self.file_of(at, path, &mut BTreeSet::new())?.to_owned();
            Some(Import { path: self.absolute(at, path)?, file, line, passes_on })
        };
        used.chain(named).filter_map(import).filter(|import| import.file != module.file).collect()
    }

    /// The path from the root of the crate, or nothing when it leads to another crate or to something local.
    fn absolute(&self, at: &[String], path: &[String]) -> Option<Names> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([at, rest].concat()),
            "super" => {
                let (mut at, mut rest) = (at, path);
                while let Some((_, behind)) = rest.split_first().filter(|(first, _)| *first == "super") {
                    (at, rest) = (at.split_last()?.1, behind);
                }
                Some([at, rest].concat())
            }
            _ => {
                let child = [at, std::slice::from_ref(first)].concat();
                if self.modules.contains_key(&child) {
                    return Some([&child, rest].concat());
                }
                let found = self.modules[at].brings(first)?;
                // `use memchr::memchr` names another crate by the name that it brings.
                let is_another = found.path[0] == *first;
                if is_another { None } else { self.absolute(at, &[&found.path, rest].concat()) }
            }
        }
    }

    /// The file that has what a path written in module `at` leads to, past all re-exports.
    fn file_of<'c>(&'c self, at: &[String], path: &[String], passed: &mut BTreeSet<Names>) -> Option<&'c Path> {
        let whole = self.absolute(at, path)?;
        let depth = (0..=whole.len()).rev().find(|&depth| self.modules.contains_key(&whole[..depth]))?;
        let (inside, item) = whole.split_at(depth);
        let module = &self.modules[inside];
        let brought = item.first().and_then(|name| module.brings(name)).filter(|_| passed.insert(whole.clone()));
        let further =
            brought.and_then(|found| self.file_of(inside, &[found.path.as_slice(), &item[1..]].concat(), passed));
        Some(further.unwrap_or(&module.file))
    }
}

impl Module {
    fn read(file: &Path, text: &str) -> Self {
        let mut module = Self { file: file.to_owned(), uses: Vec::new(), paths: Vec::new(), names: BTreeSet::new() };
        let tokens = without_tests(tokens(text));
        let mut rest = tokens.as_slice();
        let (mut is_public, mut before) = (false, "");
        // Braces that are open, and how many were where the modules that lie in this file begin.
        let (mut depth, mut inner) = (0, Vec::new());
        while let Some((token, behind)) = rest.split_first() {
            rest = behind;
            match token.text {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    inner.pop_if(|begin| *begin == depth);
                }
                "mod" if behind[1].text == "{" => inner.push(depth),
                "pub" => rest = behind_visibility(behind),
                // `impl Trait + use<'a>` is another `use`.
                "use" if behind[0].text != "<" => {
                    rest = read_use(behind, &[], &mut |path, name| {
                        let path = from_file(path, inner.len());
                        module.uses.push(Use { path, name, line: token.line, is_public });
                    });
                }
                name if is_name(name) && before != "::" && before != "." => {
                    let mut path = vec![name.to_owned()];
                    while let [colons, next, ..] = rest
                        && colons.text == "::"
                        && is_name(next.text)
                    {
                        path.push(next.text.to_owned());
                        rest = &rest[2..];
                    }
                    if path.len() > 1 {
                        module.paths.push((from_file(path, inner.len()), token.line));
                    } else {
                        module.names.insert(name.to_owned());
                    }
                }
                _ => {}
            }
            is_public = token.text == "pub";
            before = token.text;
        }
        module
    }

    fn brings(&self, name: &str) -> Option<&Use> {
        self.uses.iter().find(|found| found.name == name)
    }
}

/// A path as it would be written outside of the modules that lie in the file around it.
fn from_file(mut path: Names, modules: usize) -> Names {
    for _ in 0..modules {
        match path.as_slice() {
            [first, second, ..] if first == "super" && second == "super" => _ = path.remove(0),
            [first, ..] if first == "super" => path[0] = "self".into(),
            _ => {}
        }
    }
    path
}

/// Reads one tree of a `use` line, as `a::{b::C, d as e, self}`, and calls `found` with each path and its name in the file.
fn read_use<'t, 's>(
    mut rest: &'t [Token<'s>],
    prefix: &[String],
    found: &mut impl FnMut(Names, String),
) -> &'t [Token<'s>] {
    let mut path = prefix.to_vec();
    loop {
        let token = rest[0].text;
        rest = &rest[1..];
        match token {
            "::" => {}
            "{" => {
                while rest[0].text != "}" {
                    rest = read_use(rest, &path, found);
                    if rest[0].text == "," {
                        rest = &rest[1..];
                    }
                }
                return &rest[1..];
            }
            "*" => {
                found(path, "*".into());
                return rest;
            }
            name => {
                if name != "self" || path.is_empty() {
                    path.push(name.to_owned());
                }
                if rest[0].text == "as" {
                    found(path, rest[1].text.to_owned());
                    return &rest[2..];
                }
                if rest[0].text != "::" {
                    let name = path[path.len() - 1].clone();
                    found(path, name);
                    return rest;
                }
            }
        }
    }
}

/// Behind the brackets of `pub(super)` or `pub(in crate::formats)`.
fn behind_visibility<'t, 's>(rest: &'t [Token<'s>]) -> &'t [Token<'s>] {
    match rest {
        [open, word, ..] if open.text == "(" && ["crate", "super", "self", "in"].contains(&word.text) => {
            let length = rest.iter().position(|token| token.text == ")").unwrap();
            &rest[length + 1..]
        }
        _ => rest,
    }
}

/// `src/a/b.rs` and `src/a/b/mod.rs` are the module `a::b`; the program's own file is one beside them.
fn module_path(file: &Path) -> Names {
    let inner = file.strip_prefix("src").unwrap().with_extension("");
    let names = inner.iter().map(|name| name.to_str().unwrap().to_owned());
    names.filter(|name| name != "mod" && name != "lib").collect()
}

/// A word, a `::`, or a single sign; of a literal, only its first sign.
#[derive(Clone, Copy)]
struct Token<'s> {
    text: &'s str,
    line: usize,
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// The tokens of Rust code, without comments and without what is in strings.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut found, mut rest, mut line) = (Vec::new(), code, 1);
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let length = match first {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").unwrap() + 2,
            _ if is_raw_string(rest) => {
                let open = rest.find('"').unwrap();
                let close = format!("\"{}", "#".repeat(rest[..open].matches('#').count()));
                open + 1 + rest[open + 1..].find(&close).unwrap() + close.len()
            }
            '"' => quoted(rest),
            '\'' if rest.starts_with("'\\") => quoted(rest),
            // A letter in quotes; without the second quote, a lifetime.
            '\'' => match rest.char_indices().nth(2) {
                Some((at, '\'')) => at + 1,
                _ => 1 + rest[1..].find(|c| !is_word(c)).unwrap(),
            },
            _ if word > 0 => word,
            _ if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        let text = if "\"'".contains(first) || is_raw_string(rest) { &rest[..1] } else { &rest[..length] };
        let is_comment = rest.starts_with("//") || rest.starts_with("/*");
        if !first.is_whitespace() && !is_comment {
            found.push(Token { text, line });
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

fn is_raw_string(rest: &str) -> bool {
    let inner = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'));
    inner.is_some_and(|inner| inner.trim_start_matches('#').starts_with('"'))
}

/// Bytes up to the end of a quoted text with backslashes.
fn quoted(rest: &str) -> usize {
    let quote = rest.as_bytes()[0];
    let mut bytes = rest.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => _ = bytes.next(),
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Takes items marked `#[cfg(test)]` out.
fn without_tests(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut rest) = (Vec::new(), tokens.as_slice());
    while !rest.is_empty() {
        let is_marked = rest.len() > MARK.len() && rest.iter().zip(MARK).all(|(token, mark)| token.text == mark);
        if !is_marked {
            kept.push(rest[0]);
            rest = &rest[1..];
            continue;
        }
        rest = &rest[MARK.len()..];
        let mut depth = 0;
        while let Some((token, behind)) = rest.split_first() {
            match token.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
            rest = behind;
            if depth == 0 && [";", "}"].contains(&token.text) {
                break;
            }
        }
    }
    kept
}

#[test]
fn imports_lead_to_the_file_that_has_the_item() {
    let files = [
        ("src/lib.rs", "pub mod error; pub mod paper; pub mod search; pub use error::{Error, Result};"),
        ("src/error.rs", "pub enum Error {}"),
        ("src/paper/mod.rs", "mod name; pub mod clean; pub use name::{Name, Name as Called};\npub struct Paper;"),
        (
            "src/paper/name.rs",
            "use super::super::Result; // use crate::search::far;\npub struct Name<'a>(&'a str, char = '\"');",
        ),
        ("src/paper/clean.rs", "pub(crate) fn title() -> crate::Error { r#\"use crate::search::near;\"# }"),
        (
            "src/search/mod.rs",
            "mod near; pub mod far; pub(crate) use self::near::Near; fn all() { far::find(\"use near::Near\") }",
        ),
        (
            "src/search/near.rs",
            "use std::fmt;\nuse crate::{\n    paper::{clean, Called},\n    Result as R,\n};\nfn f() { clean::title() }",
        ),
        (
            "src/search/far.rs",
            "mod inner { use super::super::near; use super::g; }\nuse super::{Near, near::{self}};\n#[cfg(test)]\nuse crate::paper::Paper;\nfn g(_: Near) {}",
        ),
    ];
    let files = files.map(|(file, text)| (Path::new(file), text));
    let found = Crate::read(files);
    let mut lines = Vec::new();
    for (file, imports) in found.imports() {
        for Import { path, file: other, line, passes_on } in imports {
            let how = if passes_on { "passes on" } else { "uses" };
            let file = file.strip_prefix("src").unwrap().display();
            let other = other.strip_prefix("src").unwrap().display();
            lines.push(format!("{file}:{line} {how} {} of {other}", path.join("::")));
        }
    }
    lines.sort();
    lines.dedup();
    let expected = [
        "lib.rs:1 passes on error::Error of error.rs",
        "lib.rs:1 passes on error::Result of error.rs",
        "paper/clean.rs:1 uses Error of error.rs",
        "paper/mod.rs:1 passes on paper::name::Name of paper/name.rs",
        "paper/name.rs:1 uses Result of error.rs",
        "search/far.rs:1 uses search::near of search/near.rs",
        "search/far.rs:2 uses search::Near of search/near.rs",
        "search/far.rs:2 uses search::near of search/near.rs",
        "search/mod.rs:1 passes on search::near::Near of search/near.rs",
        "search/mod.rs:1 uses search::far::find of search/far.rs",
        "search/near.rs:2 uses Result of error.rs",
        "search/near.rs:2 uses paper::Called of paper/name.rs",
        "search/near.rs:2 uses paper::clean of paper/clean.rs",
        "search/near.rs:6 uses paper::clean::title of paper/clean.rs",
    ];
    assert_eq!(lines, expected);
}
