//! Finds the text that LaTeX typesets: a source with its included files, without comments and disabled text.

use std::collections::HashSet;

use super::commands::{Command, closing, command_at, commands, next_argument};

/// Maximum number of included files, nested or not. The limit stops a file that includes itself. A book has fewer
/// chapters.
const MOST_INPUTS: usize = 200;

/// Environments whose content LaTeX prints as written, or not at all. Commands in them do not cite, and `%` does not
/// begin a comment.
const VERBATIM: [&str; 6] = ["comment", "filecontents", "lstlisting", "minted", "verbatim", "Verbatim"];

/// Commands whose first argument is an address. In an address, `%` does not begin a comment.
const ADDRESSES: [&str; 4] = ["href", "nolinkurl", "path", "url"];

/// Maximum length of an address or of code within a line, in bytes. Without a limit, the whole line would be searched
/// for the end of each address or code that is not closed.
const LONGEST_CODE: usize = 4 << 10;

/// Number of bytes before `\iffalse` that are searched for a command that gives it another name.
const DEFINITION: usize = 80;

/// Returns the text with each inclusion replaced by the text of the file. Adds the names of files that `input` does not
/// find to `missing`, each once.
pub(super) fn included(text: &str, input: &mut dyn FnMut(&str) -> Option<String>, missing: &mut Vec<String>) -> String {
    let mut text = typeset(text);
    let mut from = 0;
    for _ in 0..MOST_INPUTS {
        let next = commands(&text, from).find_map(|command| Some((command.start, inclusion(&command, &text)?)));
        let Some((start, (name, end))) = next else { break };
        let inner = if missing.contains(&name) { None } else { input(&name) };
        match inner {
            Some(inner) => text.replace_range(start..end, body(&typeset(&inner))),
            None => {
                text.replace_range(start..end, "");
                if !missing.contains(&name) {
                    missing.push(name);
                }
            }
        }
        from = start;
    }
    text
}

/// Returns the name of the file that a command includes, and the position after the command. The parameter of a macro
/// is not a file name.
fn inclusion(command: &Command, text: &str) -> Option<(String, usize)> {
    let (name, end) = match command.name {
        "include" | "subfile" | "subfileinclude" => command.argument(text).map(|(name, end)| (name.to_owned(), end))?,
        "input" => {
            let rest = text[command.end..].trim_start_matches([' ', '\t']);
            if rest.starts_with('{') {
                command.argument(text).map(|(name, end)| (name.to_owned(), end))?
            } else {
                // The syntax of plain TeX: `\input chapter`.
                let name =
                    &rest[..rest.find(|c: char| c.is_whitespace() || "\\{}[]%$".contains(c)).unwrap_or(rest.len())];
                (name.to_owned(), text.len() - rest.len() + name.len())
            }
        }
        "import" | "subimport" | "includefrom" | "subincludefrom" | "inputfrom" | "subinputfrom" => {
            let (folder, end) = command.argument(text)?;
            let (name, end) = next_argument(text, end)?;
            (format!("{}/{}", folder.trim().trim_end_matches('/'), name.trim()), end)
        }
        _ => return None,
    };
    let name = name.trim().trim_matches('"');
    (!name.is_empty() && !name.contains(['\\', '#', '\n'])).then(|| (name.to_owned(), end))
}

/// Returns the text between `\begin{document}` and `\end{document}` if an included file has them. LaTeX uses the rest
/// only when it typesets the file on its own.
fn body(text: &str) -> &str {
    let Some((_, body)) = text.split_once("\\begin{document}") else { return text };
    body.split_once("\\end{document}").map_or(body, |(body, _)| body)
}

/// Returns the text without comments, verbatim environments, text that `\iffalse` disables, and text after
/// `\end{document}`.
fn typeset(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Names of unclosed environments, and whether a conditional is unclosed. Their ends are not searched for again.
    let mut unclosed = HashSet::new();
    let mut is_conditional_unclosed = false;
    // The text before `kept` is already in `out` or dropped.
    let (mut kept, mut at) = (0, 0);
    while let Some(found) = text[at..].find(['%', '\\']) {
        at += found;
        if text.as_bytes()[at] == b'%' {
            out.push_str(&text[kept..at]);
            let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
            let before = text[..at].trim_end_matches([' ', '\t']);
            // A line that contains only a comment is removed with its line break. A blank line would end the paragraph.
            let is_whole = before.is_empty() || before.ends_with('\n');
            kept = if is_whole { text.len().min(end + 1) } else { end };
            at = kept;
            continue;
        }
        let Some(command) = command_at(text, at) else {
            // In `\\` and `\%`, the second character begins neither a command nor a comment.
            at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
            continue;
        };
        let dropped = match command.name {
            "begin" => verbatim_end(&command, text, &mut unclosed),
            "end" if text[command.end..].starts_with("{document}") => {
                out.push_str(&text[kept..command.end + "{document}".len()]);
                return out;
            }
            name if !is_conditional_unclosed && is_never_true(name, text, at) => {
                let end = disabled_text_end(text, command.end);
                is_conditional_unclosed = end.is_none();
                end
            }
            "verb" | "lstinline" | "mintinline" => {
                let end = code_end(text, &command);
                // Code is part of the text. Code with a backslash is dropped, so that nothing in it is read as a
                // command.
                if text[command.end..end].contains('\\') {
                    Some(end)
                } else {
                    at = end;
                    continue;
                }
            }
            name if ADDRESSES.contains(&name) => {
                at = code_end(text, &command);
                continue;
            }
            _ => None,
        };
        match dropped {
            Some(end) => {
                out.push_str(&text[kept..command.start]);
                (kept, at) = (end, end);
            }
            None => at = command.end,
        }
    }
    out.push_str(&text[kept..]);
    out
}

/// Returns the position after the environment that a `\begin` opens; `None` if it is not verbatim or never closed.
fn verbatim_end<'t>(command: &Command, text: &'t str, unclosed: &mut HashSet<&'t str>) -> Option<usize> {
    let (name, end) = command.argument(text)?;
    if !VERBATIM.contains(&name.trim_end_matches('*')) || unclosed.contains(name) {
        return None;
    }
    let closing = format!("\\end{{{name}}}");
    let Some(length) = text[end..].find(&closing) else {
        unclosed.insert(name);
        return None;
    };
    Some(end + length + closing.len())
}

/// Whether the command `name` at `at` is `\iffalse`, or `\if0`, which people use instead. A definition such as
/// `\let\ifdraft\iffalse` does not count.
fn is_never_true(name: &str, text: &str, at: usize) -> bool {
    let is_one =
        name == "iffalse" || (name == "if" && text[at + "\\if".len()..].trim_start_matches(' ').starts_with('0'));
    let before = &text[text.floor_char_boundary(at.saturating_sub(DEFINITION))..at];
    let line = before.rsplit('\n').next().unwrap_or(before);
    is_one && !["\\let", "\\def", "command"].iter().any(|definition| line.contains(definition))
}

/// Returns the position where disabled text ends: after its `\fi`, or after its `\else`, which begins enabled text.
/// `None` if there is neither before the document begins or ends.
fn disabled_text_end(text: &str, from: usize) -> Option<usize> {
    let mut depth = 1;
    for command in commands(text, from) {
        match command.name {
            "fi" if depth == 1 => return Some(command.end),
            "fi" => depth -= 1,
            "else" if depth == 1 => return Some(command.end),
            "begin" | "end" if text[command.end..].starts_with("{document}") => return None,
            // Conditionals of packages, such as `\ifthenelse{…}`, have arguments and no `\fi`. `\iff` is an arrow.
            name if name.starts_with("if") && name != "iff" && !text[command.end..].starts_with('{') => depth += 1,
            _ => {}
        }
    }
    None
}

/// Returns the position after the address or code that follows a command. If it is not closed in its line, returns the
/// position after the command's name.
fn code_end(text: &str, command: &Command) -> usize {
    let from = command.end;
    let line = &text[from..text.floor_char_boundary(from + LONGEST_CODE)];
    let line = &line[..line.find('\n').unwrap_or(line.len())];
    let mut at = usize::from(line.starts_with('*'));
    if command.name != "verb" {
        if line[at..].starts_with('[') {
            at = closing(line.as_bytes(), at, b'[', b']').map_or(at, |end| end + 1);
        }
        if command.name == "mintinline" && line[at..].starts_with('{') {
            at = closing(line.as_bytes(), at, b'{', b'}').map_or(at, |end| end + 1);
        }
    }
    let end = match line[at..].chars().next() {
        Some('{') if command.name != "verb" => closing(line.as_bytes(), at, b'{', b'}').map(|end| end + 1),
        Some(mark) if !ADDRESSES.contains(&command.name) => {
            let inner = at + mark.len_utf8();
            line[inner..].find(mark).map(|length| inner + length + mark.len_utf8())
        }
        _ => None,
    };
    from + end.unwrap_or(0)
}
