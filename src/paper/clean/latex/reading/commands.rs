//! Reads commands: a backslash with a name or a sign, and the arguments.

use super::super::effects::{Action, Effect, effect};
use super::super::evidence;
use super::super::links::from_latex_link;
use super::super::scripts;
use super::super::symbols::{Symbol, symbol};
use super::{MAX_SKIPPED_BYTES, Reader};

impl<'t> Reader<'t> {
    pub(super) fn command(&mut self) {
        let rest = self.rest();
        let name_length = rest[1..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let is_path = self.at == self.literal_end || evidence::is_path(&self.text[..self.at]);
        if self.is_strict() && self.math.is_none() && is_path {
            self.literal(1 + name_length);
        } else if name_length > 0 {
            self.word(&rest[1..1 + name_length]);
        } else {
            self.sign(rest[1..].chars().next());
        }
    }

    /// Keeps a command that is not LaTeX.
    fn literal(&mut self, length: usize) {
        let literal = &self.rest()[..length];
        self.literal_end = self.at + length;
        self.skip(length).atom(literal);
    }

    /// Reads a command whose name is one character that is not a letter.
    fn sign(&mut self, sign: Option<char>) {
        let Some(sign) = sign else { return self.literal(1) };
        let is_text = self.is_strict() && self.math.is_none();
        let length = 1 + sign.len_utf8();
        match sign {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => self.skip(length).atom(sign.encode_utf8(&mut [0; 4])),
            '\'' | '`' | '^' | '"' | '~' | '=' | '.' => self.accent_sign(sign),
            ',' => self.skip(length).space(),
            '(' | '[' if self.math.is_none() => {
                match evidence::bracketed_formula(self.rest(), sign, self.is_strict()) {
                    Some(formula) => self.formula(2, formula),
                    None if is_text => self.literal(2),
                    None => self.at += 1,
                }
            }
            _ if is_text => self.literal(length),
            '\\' => {
                self.at += length;
                self.skip_optional();
                self.space();
            }
            ' ' | '\n' | '\r' | '\t' | ';' | ':' | '>' => self.skip(length).space(),
            '!' | '-' | '/' | '@' | '+' | ')' | ']' => self.at += length,
            '|' => self.skip(length).atom("‖"),
            _ => self.at += 1,
        }
    }

    /// Writes the space of a command such as `\,`.
    fn space(&mut self) {
        if self.math.is_some() && self.out.ends_with(' ') {
            return;
        }
        self.atom(" ");
        if self.math.is_some() {
            self.skip_spaces();
        }
    }

    fn accent_sign(&mut self, sign: char) {
        let is_accent = !self.is_strict() || self.math.is_some() || evidence::is_sign_accent(self.text, self.at);
        match scripts::accent(sign.encode_utf8(&mut [0; 4])).filter(|_| is_accent) {
            Some(mark) => self.skip(2).argument(Action::Accent(mark)),
            None => self.literal(2),
        }
    }

    /// Reads a command with a name of letters.
    fn word(&mut self, name: &str) {
        let length = 1 + name.len();
        let is_text = self.math.is_none();
        let is_doubtful = self.is_strict() && is_text;
        if is_text && let Some(mark) = scripts::accent(name) {
            if is_doubtful && !evidence::is_letter_accent(self.rest()) {
                return self.literal(length);
            }
            return self.skip(length).argument(Action::Accent(mark));
        }
        if let Some(symbol) = symbol(name) {
            self.at += length;
            // In a formula, these names are macros of the author.
            if !is_text && matches!(name, "O" | "o" | "L" | "l") {
                return self.atom(name);
            }
            return self.symbol(symbol, self.at - length);
        }
        let next = self.rest()[length..].trim_start().bytes().next();
        let has_argument = matches!(next, Some(b'{')) || matches!(next, Some(b'[')) && effect(name).is_some();
        if let Some(mark) = scripts::math_accent(name).filter(|_| has_argument || !is_text) {
            return self.skip(length).argument(Action::MathAccent(mark));
        }
        let needs_argument = matches!(
            effect(name),
            Some(Effect::Changes(_) | Effect::Dropped(_) | Effect::Link | Effect::Formula | Effect::Bracket)
        );
        match effect(name) {
            Some(_) if is_doubtful && needs_argument && !has_argument => self.literal(length),
            None if is_doubtful => self.literal(length),
            Some(effect) => self.skip(length).apply(effect, name),
            None => self.unknown(name, has_argument),
        }
    }

    fn apply(&mut self, effect: Effect, name: &str) {
        match effect {
            Effect::Plain if self.next_is_brace() => self.argument(Action::Nothing),
            Effect::Plain => self.skip_spaces(),
            Effect::Changes(Action::Root(_)) => {
                let sign = match self.skip_optional() {
                    "3" => '∛',
                    "4" => '∜',
                    _ => '√',
                };
                self.argument(Action::Root(sign));
            }
            Effect::Changes(action) => {
                self.skip_optional();
                self.argument(action);
            }
            Effect::Dropped(count) => self.drop_arguments(count, name),
            Effect::Link => match self.group() {
                Some(link) => self.atom(&from_latex_link(link)),
                None => self.argument(Action::Nothing),
            },
            Effect::Formula => self.formula_in_braces(),
            Effect::Bracket => {
                self.skip_spaces();
                if self.rest().starts_with('.') {
                    self.at += 1;
                }
            }
            Effect::Space => {
                self.skip_spaces();
                self.atom(" ");
            }
        }
    }

    /// Reads a command that is not in the tables. Keeps the argument. Without an argument, keeps the name if it has
    /// capitals (`\BibTeX`) or is in a formula, where it is probably a unit.
    fn unknown(&mut self, name: &str, has_argument: bool) {
        self.at += 1 + name.len();
        if has_argument {
            self.argument(Action::Nothing);
        } else if self.math.is_some() {
            self.symbol(Symbol::Word(""), self.at);
            self.atom(name);
        } else if name.contains(|c: char| c.is_ascii_uppercase()) {
            self.atom(name);
        } else {
            self.skip_spaces();
        }
    }

    fn symbol(&mut self, symbol: Symbol, name_at: usize) {
        match (symbol, self.math) {
            (Symbol::Text(sign), None) => {
                self.skip_spaces();
                self.atom(sign);
            }
            (Symbol::Math(sign), None) => self.atom(sign),
            (Symbol::Word(word), None) => self.atom(&word.replace('\u{a0}', " ")),
            (Symbol::Text(sign) | Symbol::Math(sign), Some((start, _))) => {
                // TeX ignores a space after a command. Spaces on both sides show that the author separated the parts of
                // the formula.
                let is_spaced = self.text[..name_at].ends_with(char::is_whitespace)
                    && self.rest().starts_with(char::is_whitespace)
                    && !self.is_awaited();
                self.skip_spaces();
                if is_spaced && self.out.len() > start && !self.out.ends_with(' ') {
                    self.out.push(' ');
                }
                self.atom(sign);
                if is_spaced || self.text[..self.at].ends_with(' ') && self.rest().starts_with(['=', '<', '>', '+']) {
                    self.out.push(' ');
                }
            }
            (Symbol::Word(word), Some((start, _))) => {
                let is_argument = self.is_awaited();
                if !is_argument && self.out.len() > start && self.out.ends_with(char::is_alphanumeric) {
                    self.out.push(' ');
                }
                self.skip_spaces();
                self.atom(&word.replace('\u{a0}', " "));
                let is_symbol = self.rest().strip_prefix('\\').is_some_and(|command| {
                    !command.starts_with("left")
                        && !command.starts_with("big")
                        && command.starts_with(char::is_alphabetic)
                });
                if !word.is_empty() && !is_argument && (is_symbol || self.rest().starts_with(char::is_alphanumeric)) {
                    self.out.push(' ');
                }
            }
        }
    }

    fn formula_in_braces(&mut self) {
        let before = self.at;
        self.skip_spaces();
        match self.group_length() {
            Some(length) if self.math.is_none() => self.formula(1, length - 2),
            _ => {
                self.at = before;
                self.argument(Action::Nothing);
            }
        }
    }

    fn drop_arguments(&mut self, count: usize, name: &str) {
        if self.rest().starts_with('*') {
            self.at += 1;
        }
        self.skip_optional();
        self.skip_optional();
        let floor = self.frames.last().map_or(0, |frame| frame.start);
        let dropped = (0..count).filter(|_| self.group().is_some()).count();
        if dropped < count && self.next_is_brace() {
            return self.argument(Action::Dropped);
        }
        if name.contains("cite") || name == "ref" || name == "footnote" || name == "label" {
            let kept = self.out[floor..].trim_end_matches([' ', '~']).len();
            self.out.truncate(floor + kept);
        }
    }

    fn next_is_brace(&self) -> bool {
        self.rest().trim_start().starts_with('{')
    }

    pub(super) fn skip_spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Skips `[…]`, if there is one, and returns its content.
    fn skip_optional(&mut self) -> &'t str {
        let rest = self.rest();
        let inside = rest.strip_prefix('[').and_then(|inside| {
            let end = inside.bytes().take(MAX_SKIPPED_BYTES).position(|byte| matches!(byte, b']' | b'{' | b'$'))?;
            inside[end..].starts_with(']').then(|| &inside[..end])
        });
        self.at += inside.map_or(0, |inside| inside.len() + 2);
        inside.unwrap_or_default()
    }

    /// Skips a group and returns its raw content; `None` if no group begins here, or if it is longer than
    /// [`MAX_SKIPPED_BYTES`].
    fn group(&mut self) -> Option<&'t str> {
        let before = self.at;
        self.skip_spaces();
        let Some(length) = self.group_length() else {
            self.at = before;
            return None;
        };
        let group = &self.rest()[1..length - 1];
        self.at += length;
        Some(group)
    }

    /// The length in bytes of the group that begins here, with its braces.
    fn group_length(&self) -> Option<usize> {
        let mut depth = 0usize;
        for (at, byte) in self.rest().bytes().take(MAX_SKIPPED_BYTES).enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return (at > 0).then_some(at + 1);
            }
        }
        None
    }
}
