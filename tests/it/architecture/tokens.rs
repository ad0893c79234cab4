//! Splits Rust code into tokens.

/// A word, `::`, or another single character. A literal in quotes is represented by its first character.
#[derive(Clone, Copy)]
pub struct Token<'s> {
    pub text: &'s str,
    pub line: usize,
}

pub fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Returns the tokens of Rust code, without comments and without the contents of strings.
pub fn tokens(code: &str) -> Vec<Token<'_>> {
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
            // A character literal if there is a second quote, otherwise a lifetime.
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

/// Returns the length in bytes of a quoted text, which may have escapes with backslashes.
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

/// Removes items marked `#[cfg(test)]`.
pub fn without_tests(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
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
