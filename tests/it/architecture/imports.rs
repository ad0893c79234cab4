//! Finds which file imports which. Reads `use` lines and paths in the source, and follows them to the file that defines
//! the item.
//!
//! A type can have methods in a file that does not define the type. A call of such a method also counts as an import,
//! if the call is on `self` or names the type, or if no other method of the crate has the same name. Other calls of
//! methods are not found, and neither are paths in strings, such as those in page templates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::tokens::{Token, is_name, tokens, without_tests};

/// A path of modules and items, `["vector", "Embedding"]`.
type Names = Vec<String>;

/// One path in a file's code.
pub struct Import {
    /// The path from the root of the crate, without resolving re-exports. For a method, only its name.
    pub path: Names,
    /// The file that defines the item, relative to the root of the repository.
    pub file: PathBuf,
    /// The line of the path, from 1.
    pub line: usize,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The file uses the item by its path, or by a `use` line.
    Use,
    /// The file calls the method.
    Call,
    /// The file only re-exports the item with `pub use`, and does not use it.
    PassesOn,
    /// The file imports everything in a module, as in `use super::*`, which hides what it uses.
    Glob,
}

/// All files of a crate.
pub struct Crate {
    modules: BTreeMap<Names, Module>,
    /// Methods in another file than their type.
    far_methods: Vec<FarMethod>,
}

struct FarMethod {
    name: String,
    /// The file that defines the type, and the type's name.
    of_type: (PathBuf, String),
    /// The file of the method.
    file: PathBuf,
    /// Whether no other method of the crate has this name.
    is_unique: bool,
}

/// A file's code.
struct Module {
    file: PathBuf,
    uses: Vec<Use>,
    /// Paths of two or more names outside `use` lines.
    paths: Vec<(Names, usize)>,
    /// Single names outside `use` lines.
    names: BTreeSet<String>,
    /// Methods that are called, as `.name()` or `Type::name`; with the path of the type if it is known, and the line.
    calls: BTreeMap<(String, Option<Names>), usize>,
    /// The name of every method, with the path of its type; without the path for methods of a trait.
    methods: Vec<(String, Option<Names>)>,
}

/// One name that a `use` line imports.
struct Use {
    path: Names,
    /// The name of the item in the file; `*` for everything in the module.
    name: String,
    line: usize,
    is_public: bool,
}

impl Crate {
    /// Reads files: their paths relative to the root of the repository, all in `src`, and their text.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a Path, &'a str)>) -> Self {
        let modules = files.into_iter().map(|(file, text)| (module_path(file), Module::read(file, text)));
        let mut whole = Self { modules: modules.collect(), far_methods: Vec::new() };
        whole.far_methods = whole.find_far_methods();
        whole
    }

    fn find_far_methods(&self) -> Vec<FarMethod> {
        let methods = || self.modules.iter().flat_map(|(at, module)| module.methods.iter().map(move |of| (at, of)));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        methods().for_each(|(_, (name, _))| *counts.entry(name).or_default() += 1);
        let far = methods().filter_map(|(at, (name, of_type))| {
            let of_type = self.type_of(at, of_type.as_ref()?)?;
            let file = self.modules[at].file.clone();
            let is_unique = counts[name.as_str()] == 1;
            (of_type.0 != file).then(|| FarMethod { name: name.clone(), of_type, file, is_unique })
        });
        far.collect()
    }

    /// Returns the file that defines a type, and the name of the type in that file.
    fn type_of(&self, at: &[String], path: &[String]) -> Option<(PathBuf, String)> {
        let local = || self.modules[at].file.as_path();
        let file = self.file_of(at, path, &mut BTreeSet::new()).unwrap_or_else(local);
        Some((file.to_owned(), path.last()?.clone()))
    }

    /// Returns the imports of each file from other files, in the order of modules.
    pub fn imports(&self) -> impl Iterator<Item = (&Path, Vec<Import>)> {
        self.modules.iter().map(|(at, module)| (module.file.as_path(), self.imports_of(at, module)))
    }

    fn imports_of(&self, at: &[String], module: &Module) -> Vec<Import> {
        let used = module.uses.iter().map(|found| {
            let is_used =
                module.names.contains(&found.name) || module.paths.iter().any(|(path, _)| path[0] == found.name);
            let kind = match found.name.as_str() {
                "*" => Kind::Glob,
                _ if found.is_public && !is_used => Kind::PassesOn,
                _ => Kind::Use,
            };
            (&found.path, found.line, kind)
        });
        let named = module.paths.iter().map(|(path, line)| (path, *line, Kind::Use));
        let import = |(path, line, kind): (&Names, usize, Kind)| {
            let file = self.file_of(at, path, &mut BTreeSet::new())?.to_owned();
            Some(Import { path: self.absolute(at, path)?, file, line, kind })
        };
        let call = |((name, of_type), line): (&(String, Option<Names>), &usize)| {
            let of_type = of_type.as_ref().and_then(|path| self.type_of(at, path));
            let is_called =
                |far: &&FarMethod| far.name == *name && (far.is_unique || of_type.as_ref() == Some(&far.of_type));
            let file = self.far_methods.iter().find(is_called)?.file.clone();
            Some(Import { path: vec![name.clone()], file, line: *line, kind: Kind::Call })
        };
        let imports = used.chain(named).filter_map(import).chain(module.calls.iter().filter_map(call));
        imports.filter(|import| import.file != module.file).collect()
    }

    /// Returns the path from the root of the crate; `None` if it leads to another crate or to a local item.
    fn absolute(&self, at: &[String], path: &[String]) -> Option<Names> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            // `main.rs` uses the library by the name `relata`, as other crates do.
            "crate" | "relata" => Some(rest.to_vec()),
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
                // After `use memchr::memchr`, `memchr` is another crate.
                let is_another = found.path[0] == *first;
                if is_another { None } else { self.absolute(at, &[&found.path, rest].concat()) }
            }
        }
    }

    /// Returns the file that defines the item of a path in module `at`. Resolves all re-exports.
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
        let mut module = Self {
            file: file.to_owned(),
            uses: Vec::new(),
            paths: Vec::new(),
            names: BTreeSet::new(),
            calls: BTreeMap::new(),
            methods: Vec::new(),
        };
        let tokens = without_tests(tokens(text));
        let mut rest = tokens.as_slice();
        let (mut is_public, mut before, mut before_that) = (false, "", "");
        // `depth` is the number of open braces. `inner` has this number for the start of each open inner module, and
        // `impls` for the start of each open `impl`.
        let (mut depth, mut inner) = (0, Vec::<usize>::new());
        let mut impls: Vec<(usize, Impl)> = Vec::new();
        while let Some((token, behind)) = rest.split_first() {
            rest = behind;
            match token.text {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    inner.pop_if(|begin| *begin == depth);
                    impls.pop_if(|(begin, _)| *begin == depth);
                }
                "mod" if behind[1].text == "{" => inner.push(depth),
                // An `impl` block, not the type `impl Trait`.
                "impl" if ["", "{", "}", ";", "]", "unsafe"].contains(&before) => {
                    impls.extend(Impl::read(behind).map(|found| (depth, found)));
                }
                "trait" => impls.push((depth, Impl { of_type: vec![behind[0].text.to_owned()], is_of_trait: true })),
                "fn" => {
                    if let Some((_, found)) = impls.last().filter(|(begin, _)| begin + 1 == depth) {
                        let of_type = (!found.is_of_trait).then(|| found.of_type.clone());
                        module.methods.push((behind[0].text.to_owned(), of_type));
                    }
                }
                "pub" => rest = behind_visibility(behind),
                // The `use` in `impl Trait + use<'a>` imports nothing.
                "use" if behind[0].text != "<" => {
                    rest = read_use(behind, &[], &mut |path, name| {
                        let path = from_file(path, inner.len());
                        module.uses.push(Use { path, name, line: token.line, is_public });
                    });
                }
                name if is_name(name) && before == "." && ["(", "::"].contains(&rest[0].text) => {
                    let own = impls.last().filter(|_| before_that == "self").map(|(_, found)| found.of_type.clone());
                    module.calls.entry((name.to_owned(), own)).or_insert(token.line);
                }
                // A field.
                name if is_name(name) && before == "." => {}
                name if is_name(name) && before != "::" => {
                    let mut path = vec![name.to_owned()];
                    while let [colons, next, ..] = rest
                        && colons.text == "::"
                        && is_name(next.text)
                    {
                        path.push(next.text.to_owned());
                        rest = &rest[2..];
                    }
                    if let [of_type @ .., method] = &path[..]
                        && of_type.last().is_some_and(|name| name.starts_with(char::is_uppercase))
                    {
                        let is_own = of_type == ["Self"];
                        let own = impls.last().filter(|_| is_own).map(|(_, found)| found.of_type.clone());
                        let of_type = own.unwrap_or_else(|| of_type.to_vec());
                        module.calls.entry((method.clone(), Some(of_type))).or_insert(token.line);
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
            (before_that, before) = (before, token.text);
        }
        module
    }

    fn brings(&self, name: &str) -> Option<&Use> {
        self.uses.iter().find(|found| found.name == name)
    }
}

/// The head of an `impl`.
struct Impl {
    of_type: Names,
    is_of_trait: bool,
}

impl Impl {
    /// Reads the tokens after the word `impl`, such as `<'a> Trait for path::Type<'a> {`.
    fn read(mut rest: &[Token]) -> Option<Self> {
        if rest[0].text == "<" {
            let mut open = 0;
            let end = rest.iter().position(|token| {
                open += i32::from(token.text == "<") - i32::from(token.text == ">");
                open == 0
            })?;
            rest = &rest[end + 1..];
        }
        let head = &rest[..rest.iter().position(|token| token.text == "{")?];
        let target = head.iter().position(|token| token.text == "for");
        let path = head[target.map_or(0, |at| at + 1)..].iter();
        let path = path.take_while(|token| token.text == "::" || is_name(token.text)).map(|token| token.text);
        let of_type = path.filter(|text| *text != "::").map(str::to_owned).collect();
        Some(Self { of_type, is_of_trait: target.is_some() })
    }
}

/// Changes a path in an inner module to the path that has the same meaning at the top level of the file.
/// `modules` is the number of inner modules around it.
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

/// Reads one tree of a `use` line, such as `a::{b::C, d as e, self}`. Calls `found` with each path and its name in the
/// file.
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

/// Returns the tokens after the parentheses of `pub(super)` or `pub(in crate::formats)`.
fn behind_visibility<'t, 's>(rest: &'t [Token<'s>]) -> &'t [Token<'s>] {
    match rest {
        [open, word, ..] if open.text == "(" && ["crate", "super", "self", "in"].contains(&word.text) => {
            let length = rest.iter().position(|token| token.text == ")").unwrap();
            &rest[length + 1..]
        }
        _ => rest,
    }
}

/// Returns the module of a file: `a::b` for `src/a/b.rs` and `src/a/b/mod.rs`, `main` for `src/main.rs`.
fn module_path(file: &Path) -> Names {
    let inner = file.strip_prefix("src").unwrap().with_extension("");
    let names = inner.iter().map(|name| name.to_str().unwrap().to_owned());
    names.filter(|name| name != "mod" && name != "lib").collect()
}

#[test]
fn imports_lead_to_the_file_that_defines_the_item() {
    let files = [
        (
            "src/lib.rs",
            "pub mod error; pub mod paper; pub mod search; pub use error::{Error, Result};\nimpl<'a> Error {}",
        ),
        ("src/main.rs", "fn main() { relata::search::far::g() }"),
        ("src/error.rs", "pub enum Error {}"),
        (
            "src/paper/mod.rs",
            "mod name; pub mod clean; mod shown;\n#[cfg(test)]\nmod tests;\npub use name::{Name, Name as Called};\npub struct Paper;\nfn f(paper: &Paper) { paper.shown(); paper.clone() }",
        ),
        (
            "src/paper/shown.rs",
            "use super::Paper;\nimpl Paper { fn shown(&self) {} }\nimpl Clone for Paper { fn clone(&self) {} }",
        ),
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
            "mod inner { use super::super::near; use super::g; }\nuse super::{Near, near::{self}};\n#[cfg(test)]\nuse crate::paper::Paper;\nfn g(_: Near) {}\nuse super::*;",
        ),
    ];
    let files = files.map(|(file, text)| (Path::new(file), text));
    let found = Crate::read(files);
    let mut lines = Vec::new();
    for (file, imports) in found.imports() {
        for Import { path, file: other, line, kind } in imports {
            let [file, other] = [file, &other].map(|file| file.strip_prefix("src").unwrap().display());
            lines.push(format!("{file}:{line} {kind:?} {} of {other}", path.join("::")));
        }
    }
    lines.sort();
    lines.dedup();
    let expected = [
        "lib.rs:1 PassesOn error::Result of error.rs",
        "lib.rs:1 Use error::Error of error.rs",
        "main.rs:1 Use search::far::g of search/far.rs",
        "paper/clean.rs:1 Use Error of error.rs",
        "paper/mod.rs:4 PassesOn paper::name::Name of paper/name.rs",
        "paper/mod.rs:6 Call shown of paper/shown.rs",
        "paper/name.rs:1 Use Result of error.rs",
        "paper/shown.rs:1 Use paper::Paper of paper/mod.rs",
        "search/far.rs:1 Use search::near of search/near.rs",
        "search/far.rs:2 Use search::Near of search/near.rs",
        "search/far.rs:2 Use search::near of search/near.rs",
        "search/far.rs:6 Glob search of search/mod.rs",
        "search/mod.rs:1 PassesOn search::near::Near of search/near.rs",
        "search/mod.rs:1 Use search::far::find of search/far.rs",
        "search/near.rs:2 Use Result of error.rs",
        "search/near.rs:2 Use paper::Called of paper/name.rs",
        "search/near.rs:2 Use paper::clean of paper/clean.rs",
        "search/near.rs:6 Use paper::clean::title of paper/clean.rs",
    ];
    assert_eq!(lines, expected);
}
