//! Commands in a text, their arguments, and which of them cite.

/// Longest argument that is looked at: a brace that is never closed must not make each command search to the end.
const LONGEST_ARGUMENT: usize = 16 << 10;

/// Whether a command of this name cites: `\cite`, `\citep`, `\parencite`, `\textcites`, `\nocite`, and those of
/// packages, but not those that set how citations look, nor `\citetext`, whose argument is text.
pub(super) fn is_citing(name: &str) -> bool {
    let is_setting = ["Declare", "new", "renew", "set", "bib", "provide", "def", "AtEvery", "AtNext"]
        .iter()
        .any(|prefix| name.starts_with(prefix));
    let is_style = ["style", "setup", "format", "delims", "text"].iter().any(|suffix| name.ends_with(suffix));
    (name.contains("cite") || name.contains("Cite")) && !is_setting && !is_style
}

/// A command in a text.
pub(super) struct Command<'t> {
    pub name: &'t str,
    /// Where its backslash is.
    pub start: usize,
    /// Where its name ends.
    pub end: usize,
}

impl Command<'_> {
    /// Its first argument in braces, behind a star and what is in brackets, and where that ends.
    pub(super) fn argument<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        next_argument(text, self.end)
    }

    /// The arguments in which it cites, one or all of them (`\cites{a}{b}`), and where the last ends.
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

    /// The keys that it cites, without those that hold commands or the parameter of a macro.
    pub(super) fn keys<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let keys = self.citing_arguments(text).0.into_iter().flat_map(|argument| argument.split(',')).map(str::trim);
        keys.filter(|key| !key.contains(['\\', '{', '}', '#']))
    }
}

/// The command of letters whose backslash is at `start`.
pub(super) fn command_at(text: &str, start: usize) -> Option<Command<'_>> {
    let letters = text.as_bytes()[start + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let end = start + 1 + letters;
    (letters > 0).then(|| Command { name: &text[start + 1..end], start, end })
}

/// The commands of letters that begin at `from` or behind it, in order.
pub(super) fn commands(text: &str, from: usize) -> impl Iterator<Item = Command<'_>> {
    let mut at = from;
    let backslashes = std::iter::from_fn(move || {
        let start = at + text[at..].find('\\')?;
        // `\\`, `\%`: the sign behind a backslash begins no command.
        at = start + 1 + text[start + 1..].chars().next().map_or(0, char::len_utf8);
        Some(start)
    });
    backslashes.filter_map(|start| command_at(text, start))
}

/// The next argument in braces, behind stars and what is in brackets, and where it ends.
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

/// Where what opens at `at` closes.
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
