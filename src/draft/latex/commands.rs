//! Finds the commands in a LaTeX text and their arguments, and decides which commands cite.

use std::collections::HashMap;

/// Maximum length of an argument, in bytes. Without a limit, each command with an unclosed brace would search to the
/// end of the text.
const LONGEST_ARGUMENT: usize = 16 << 10;

/// Whether a command of this name cites. Such commands are `\cite`, `\citep`, `\parencite`, `\textcites`, `\nocite` and
/// similar ones of packages. Commands that set the style of citations do not cite. Neither does `\citetext`, whose
/// argument is text. `\newcite` cites, but `\newcites` of the package multibib names another bibliography.
pub(super) fn is_citing(name: &str) -> bool {
    let is_setting =
        ["Declare", "newcites", "newcommand", "renew", "set", "bib", "provide", "def", "AtEvery", "AtNext"]
            .iter()
            .any(|prefix| name.starts_with(prefix));
    let is_style = ["style", "setup", "format", "delims", "text"].iter().any(|suffix| name.ends_with(suffix));
    (name.contains("cite") || name.contains("Cite")) && !is_setting && !is_style
}

/// Commands of the draft that cite: for each name, the argument with keys, counted from 0 without optional arguments.
pub(super) type Macros<'t> = HashMap<&'t str, usize>;

/// Returns the commands that a text defines with one of their arguments as the keys of a citation, such as
/// `\newcommand{\see}[1]{(see \cite{#1})}`, and other names of citing commands, such as `\let\see\citep`.
pub(super) fn citing_macros(text: &str) -> Macros<'_> {
    let mut macros = Macros::new();
    for command in commands(text, 0) {
        let rest = text[command.end..].trim_start_matches(['*', ' ', '\n']);
        let rest = rest.strip_prefix('{').unwrap_or(rest).trim_start();
        let Some(defined) = rest.starts_with('\\').then(|| command_at(text, text.len() - rest.len())).flatten() else {
            continue;
        };
        let behind = text[defined.end..].trim_start_matches(['}', ' ', '\n']);
        let at = text.len() - behind.len();
        let (body, optional) = match command.name {
            "let" => {
                let other = behind.trim_start_matches(['=', ' ']);
                let other = other.starts_with('\\').then(|| command_at(text, text.len() - other.len())).flatten();
                if other.is_some_and(|other| is_citing(other.name)) {
                    macros.insert(defined.name, 0);
                }
                continue;
            }
            "def" | "gdef" => (behind.find('{').and_then(|open| next_argument(text, at + open)), 0),
            "newcommand" | "renewcommand" | "providecommand" | "DeclareRobustCommand" | "newrobustcmd" => {
                // `[2][x]`: two arguments, of which the first is optional.
                let brackets = behind[..behind.find('{').unwrap_or(0)].matches('[').count();
                (next_argument(text, at), brackets.saturating_sub(1))
            }
            _ => continue,
        };
        let Some((body, _)) = body else { continue };
        let parameter = commands(body, 0).filter(|inner| is_citing(inner.name)).find_map(|inner| {
            let number: usize = inner.argument(body)?.0.trim().strip_prefix('#')?.parse().ok()?;
            number.checked_sub(1 + optional)
        });
        macros.extend(parameter.map(|parameter| (defined.name, parameter)));
    }
    macros
}

/// A command in a text.
pub(super) struct Command<'t> {
    pub name: &'t str,
    /// Position of its backslash, in bytes.
    pub start: usize,
    /// Position of the end of its name, in bytes.
    pub end: usize,
}

impl Command<'_> {
    /// Returns its first argument in braces, and the position after it. Skips stars and arguments in brackets.
    pub(super) fn argument<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        next_argument(text, self.end)
    }

    /// Returns its argument number `number`, counted from 0 without those in brackets, and the position after it.
    pub(super) fn argument_at<'t>(&self, text: &'t str, number: usize) -> Option<(&'t str, usize)> {
        (0..number).try_fold(self.end, |at, _| Some(next_argument(text, at)?.1)).and_then(|at| next_argument(text, at))
    }

    /// Returns its arguments that contain keys, and the position after the last one. Only commands such as
    /// `\cites{a}{b}` have several.
    pub(super) fn citing_arguments<'t>(&self, text: &'t str) -> (Vec<&'t str>, usize) {
        let name = self.name.to_ascii_lowercase();
        let cites_many = name.ends_with("cites");
        // `\volcite{2}[5]{key}`: a volume precedes each key.
        let has_volumes = name.contains("volcite");
        let (mut arguments, mut at, mut is_volume) = (Vec::new(), self.end, has_volumes);
        while let Some((argument, end)) = next_argument(text, at).filter(|_| cites_many || arguments.is_empty()) {
            at = end;
            if !is_volume {
                arguments.push(argument);
            }
            is_volume = has_volumes && !is_volume;
        }
        (arguments, at)
    }

    /// Returns the keys that it cites. Skips keys that contain a command or the parameter of a macro.
    pub(super) fn keys<'t>(&self, text: &'t str, macros: &Macros) -> impl Iterator<Item = &'t str> {
        let arguments = match macros.get(self.name) {
            Some(number) => self.argument_at(text, *number).map(|(keys, _)| keys).into_iter().collect(),
            None => self.citing_arguments(text).0,
        };
        let keys = arguments.into_iter().flat_map(|argument| argument.split(',')).map(str::trim);
        keys.filter(|key| !key.contains(['\\', '{', '}', '#']))
    }
}

/// Returns the command whose backslash is at `start`; `None` if no letter follows the backslash.
pub(super) fn command_at(text: &str, start: usize) -> Option<Command<'_>> {
    let letters = text.as_bytes()[start + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let end = start + 1 + letters;
    (letters > 0).then(|| Command { name: &text[start + 1..end], start, end })
}

/// Returns the commands that begin at `from` or later, in order. Their names consist of letters.
pub(super) fn commands(text: &str, from: usize) -> impl Iterator<Item = Command<'_>> {
    let mut at = from;
    let backslashes = std::iter::from_fn(move || {
        let start = at + text[at..].find('\\')?;
        // In `\\` and `\%`, the character after the backslash does not begin a command.
        at = start + 1 + text[start + 1..].chars().next().map_or(0, char::len_utf8);
        Some(start)
    });
    backslashes.filter_map(|start| command_at(text, start))
}

/// Returns the next argument in braces, and the position after it. Skips white space, stars, and arguments in brackets
/// or parentheses.
pub(super) fn next_argument(text: &str, from: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        match bytes.get(at)? {
            b' ' | b'\n' | b'\t' | b'*' => at += 1,
            b'[' => at = closing(bytes, at, b'[', b']')? + 1,
            b'(' => at = closing(bytes, at, b'(', b')')? + 1,
            b'{' => {
                let end = closing(bytes, at, b'{', b'}')?;
                return Some((&text[at + 1..end], end + 1));
            }
            _ => return None,
        }
    }
}

/// Returns the position of the bracket that closes the one at `at`; `None` if there is none within [`LONGEST_ARGUMENT`]
/// bytes.
pub(super) fn closing(bytes: &[u8], at: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0usize;
    let mut place = at;
    while place < bytes.len().min(at + LONGEST_ARGUMENT) {
        match bytes[place] {
            b'\\' => place += 1,
            byte if byte == open => depth += 1,
            byte if byte == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(place);
                }
            }
            _ => {}
        }
        place += 1;
    }
    None
}
