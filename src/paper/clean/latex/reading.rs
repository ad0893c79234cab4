//! Reads LaTeX in one pass over the input, with a bounded stack instead of recursion.

mod commands;

use super::effects::Action;
use super::evidence;
use super::scripts;

/// Start of a group in the result of [`from_latex_with_groups`](super::from_latex_with_groups). It is a control
/// character, which no cleaned text contains.
pub(crate) const GROUP_START: char = '\u{1}';

/// End of a group.
pub(crate) const GROUP_END: char = '\u{2}';

/// How to read braces that are not around an argument.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Braces {
    /// Drop them: the text is LaTeX, and they only group.
    Dropped,
    /// As `Dropped`, but mark their places.
    Marked,
    /// Keep them, and every unknown command: the text may not be LaTeX.
    Kept,
}

/// The greatest depth of nested groups and arguments. Deeper groups are read as if they were not nested.
const MAX_DEPTH: usize = 64;

/// The longest argument of `\cite`, `\url` and similar commands that is skipped as a whole. Without this limit, each
/// command before an unclosed brace searches to the end of the text.
const MAX_SKIPPED_BYTES: usize = 4096;

struct Frame {
    action: Action,
    /// The start of the frame in the output.
    start: usize,
    /// Whether the frame ends with the next character or command, not with a brace.
    is_single: bool,
}

pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    out: String,
    frames: Vec<Frame>,
    /// Open braces beyond [`MAX_DEPTH`].
    overflow: usize,
    braces: Braces,
    /// The start of the current formula: its position in the output, and the number of open frames there.
    math: Option<(usize, usize)>,
    /// The end of the last command that is not LaTeX. A command directly after it is not LaTeX either (`C:\foo\bar`).
    literal_end: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, braces: Braces) -> Self {
        Self {
            text,
            at: 0,
            end: text.len(),
            out: String::with_capacity(text.len()),
            frames: Vec::new(),
            overflow: 0,
            braces,
            math: None,
            literal_end: usize::MAX,
        }
    }

    pub(super) fn read(mut self) -> String {
        self.run();
        while let Some(frame) = self.frames.last() {
            match frame.action {
                // A kept brace that is never closed.
                Action::Brace => drop(self.frames.pop()),
                _ => self.close(),
            }
        }
        self.out
    }

    /// Reads up to `end`.
    fn run(&mut self) {
        while self.at < self.end {
            if self.is_awaited() {
                self.single();
                continue;
            }
            let rest = self.rest();
            let special = if self.math.is_some() { SPECIAL_IN_MATH } else { SPECIAL_IN_TEXT };
            let plain = rest.bytes().position(|byte| special.contains(&byte)).unwrap_or(rest.len());
            self.out.push_str(&rest[..plain]);
            self.at += plain;
            if plain < rest.len() {
                self.special(rest.as_bytes()[plain]);
            }
        }
    }

    /// Whether the next character alone is the argument of a command.
    fn is_awaited(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.is_single)
    }

    fn single(&mut self) {
        let Some(c) = self.rest().chars().next() else { return };
        match c {
            c if c.is_whitespace() => self.at += c.len_utf8(),
            '\\' | '{' | '}' | '$' => self.special(c as u8),
            '^' | '_' if self.math.is_some() => self.special(c as u8),
            c => self.skip(c.len_utf8()).atom(c.encode_utf8(&mut [0; 4])),
        }
    }

    fn skip(&mut self, bytes: usize) -> &mut Self {
        self.at += bytes;
        self
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    fn is_strict(&self) -> bool {
        self.braces == Braces::Kept
    }

    /// Writes a unit of text, and ends the frames whose argument is one unit.
    fn atom(&mut self, text: &str) {
        self.out.push_str(text);
        self.finish_single();
    }

    /// Ends the frames whose argument is one unit, if they have text.
    fn finish_single(&mut self) {
        while self.frames.last().is_some_and(|frame| frame.is_single && self.out.len() > frame.start) {
            self.close();
        }
    }

    fn special(&mut self, byte: u8) {
        match byte {
            b'\\' => self.command(),
            b'{' => self.open_brace(),
            b'}' => self.close_brace(),
            b'$' => self.dollar(),
            b'^' => self.skip(1).argument(Action::Superscript),
            b'_' => self.skip(1).argument(Action::Subscript),
            b'~' => self.tie(),
            b'&' => self.skip(1).atom(" "),
            b'\'' if self.math.is_some() => self.skip(1).atom("′"),
            _ => self.ligature(),
        }
    }

    /// Reads `--`, `---`, quotation marks, and signs that are no ligature.
    fn ligature(&mut self) {
        #[rustfmt::skip]
        const LIGATURES: [(&str, &str); 7] =
            [("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("`", "‘"), ("?`", "¿"), ("!`", "¡")];
        let rest = self.rest();
        let found = LIGATURES.iter().find(|(written, _)| rest.starts_with(written));
        let (written, meant) = match (found, &rest[..1]) {
            (Some(found), _) if !self.is_strict() => *found,
            // These marks are reserved for groups, so they are dropped from the input.
            (_, mark @ ("\u{1}" | "\u{2}")) => (mark, ""),
            (_, sign) => (sign, sign),
        };
        self.skip(written.len()).atom(meant);
    }

    /// Reads a tie. It is a space, but people also write `~5` for "about five".
    fn tie(&mut self) {
        let is_about = self.out.chars().next_back().is_none_or(|c| c.is_whitespace() || c == '(')
            && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit());
        let is_tie = self.math.is_some() || !self.is_strict() && !is_about;
        self.skip(1).atom(if is_tie { " " } else { "~" });
    }

    fn open_brace(&mut self) {
        let is_latex = self.math.is_some()
            || !self.is_strict()
            || self.frames.iter().any(|frame| frame.action != Action::Brace)
            || evidence::is_latex_group(&self.rest()[1..]);
        let action = match self.braces {
            _ if !is_latex => Action::Brace,
            // BibTeX reads `{\"o}` as a letter. Groups in a formula need no mark, because it has no words.
            Braces::Marked if self.math.is_none() && !self.rest()[1..].starts_with('\\') => Action::Mark,
            _ => Action::Nothing,
        };
        self.at += 1;
        if self.frames.len() >= MAX_DEPTH {
            self.overflow += 1;
            return;
        }
        let start = self.out.len();
        match action {
            Action::Brace => self.out.push('{'),
            Action::Mark => self.out.push(GROUP_START),
            _ => {}
        }
        self.frames.push(Frame { action, start, is_single: false });
    }

    fn close_brace(&mut self) {
        self.at += 1;
        if self.overflow > 0 {
            self.overflow -= 1;
            return;
        }
        let floor = self.math.map_or(0, |(_, depth)| depth);
        while self.frames.len() > floor && self.is_awaited() {
            self.close();
        }
        if self.frames.len() > floor {
            self.close();
            self.finish_single();
        } else if self.is_strict() && self.math.is_none() {
            self.out.push('}');
        }
    }

    /// Begins an argument, which is a group, a single character or a command.
    fn argument(&mut self, action: Action) {
        if self.frames.len() >= MAX_DEPTH {
            return;
        }
        let next = self.rest().trim_start().bytes().next();
        self.frames.push(Frame { action, start: self.out.len(), is_single: next != Some(b'{') });
        if matches!(next, None | Some(b'}' | b'$' | b'&')) {
            self.close();
            return self.finish_single();
        }
        self.skip_spaces();
        self.at += usize::from(next == Some(b'{'));
    }

    /// Ends the innermost frame.
    fn close(&mut self) {
        let Some(Frame { action, start, .. }) = self.frames.pop() else { return };
        match action {
            Action::Nothing => {}
            Action::Brace => self.out.push('}'),
            Action::Mark if self.out.len() == start + GROUP_START.len_utf8() => self.out.truncate(start),
            Action::Mark => self.out.push(GROUP_END),
            Action::Dropped => self.out.truncate(start),
            Action::DroppedFirst => {
                self.out.truncate(start);
                if self.rest().trim_start().starts_with('{') {
                    self.argument(Action::Nothing);
                }
            }
            Action::Quotes => {
                self.out.insert(start, '“');
                self.out.push('”');
            }
            Action::Numerator { is_binomial } => {
                self.argument(Action::Denominator { numerator: start, is_binomial });
            }
            Action::Denominator { numerator, is_binomial } => {
                let below = self.out.split_off(start);
                let above = self.out.split_off(numerator);
                let fraction = match is_binomial {
                    true => format!("({above} choose {below})"),
                    false => format!("{}/{}", bracketed(&above), bracketed(&below)),
                };
                self.out.push_str(&fraction);
            }
            _ => {
                let inside = self.out.split_off(start);
                self.out.push_str(&changed(action, &inside));
            }
        }
    }

    fn dollar(&mut self) {
        if self.math.is_some() {
            // A dollar within `\text{…}`, or the second dollar of `$$`.
            return self.at += 1;
        }
        let rest = self.rest();
        let fence = if rest.starts_with("$$") { 2 } else { 1 };
        match evidence::formula(rest, fence, self.is_strict()) {
            Some(length) => self.formula(fence, length),
            None => self.skip(fence).atom(&rest[..fence]),
        }
    }

    /// Reads a formula of `length` bytes between fences of `fence` bytes.
    fn formula(&mut self, fence: usize, length: usize) {
        let (outer_end, outer_math) = (self.end, self.math);
        self.at += fence;
        self.end = self.at + length;
        let start = self.out.len();
        // If a command needs one unit as argument, the whole formula is that unit.
        self.frames.push(Frame { action: Action::Nothing, start, is_single: false });
        let depth = self.frames.len();
        self.math = Some((start, depth));
        self.skip_spaces();
        let outer_overflow = std::mem::take(&mut self.overflow);
        self.run();
        while self.frames.len() > depth {
            self.close();
        }
        self.overflow = outer_overflow;
        self.frames.pop();
        self.out.truncate(start + self.out[start..].trim_end().len());
        (self.end, self.math) = (outer_end, outer_math);
        self.at = (self.at + fence).min(self.end);
        self.finish_single();
    }
}

/// Puts a part of a fraction into brackets, unless it is a number, a word or in brackets already.
fn bracketed(text: &str) -> String {
    let text = text.trim();
    let is_one = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '√' | '∂' | '∞' | '′' | '^' | '_'));
    let is_in_brackets = text.starts_with('(') && text.find(')') == Some(text.len() - 1);
    if is_one || is_in_brackets { text.to_owned() } else { format!("({text})") }
}

/// The text without the marks of groups, because Unicode has no superscripts of these.
fn unmarked(inside: &str) -> String {
    inside.replace([GROUP_START, GROUP_END], "")
}

fn changed(action: Action, inside: &str) -> String {
    let script = |sign: char, mapped: Option<String>| match mapped {
        Some(mapped) => mapped,
        None if inside.trim().chars().count() == 1 => format!("{sign}{}", inside.trim()),
        None => format!("{sign}{{{}}}", inside.trim()),
    };
    match action {
        Action::Accent(mark) => scripts::accented(inside, mark),
        Action::MathAccent(mark) => {
            let mut characters = inside.trim().chars().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
            match (characters.next(), characters.next()) {
                (Some(_), None) => scripts::accented(inside.trim(), mark),
                _ => inside.to_owned(),
            }
        }
        Action::Superscript => script('^', scripts::superscript(inside)),
        Action::Subscript => script('_', scripts::subscript(inside)),
        Action::TextSuperscript => scripts::superscript(&unmarked(inside)).unwrap_or_else(|| inside.to_owned()),
        Action::TextSubscript => scripts::subscript(&unmarked(inside)).unwrap_or_else(|| inside.to_owned()),
        Action::Root(sign) => format!("{sign}{}", bracketed(inside)),
        Action::DoubleStruck => inside.chars().map(scripts::double_struck).collect(),
        _ => inside.to_owned(),
    }
}

/// The bytes that have a special meaning in LaTeX or mark a group.
const SPECIAL_IN_TEXT: &[u8] = b"\\{}$~-`'?!\x01\x02";

const SPECIAL_IN_MATH: &[u8] = b"\\{}$~^_&'\x01\x02";
