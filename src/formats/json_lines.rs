//! Reads [JSON Lines](https://jsonlines.org): one paper per line. Each line is parsed separately, so a bad line does
//! not affect others.

use super::fields::{self, Context, FieldMap};
use super::input::Input;
use super::limits::MAX_JSON_BYTES;
use super::lines::next_line;
use super::output::Output;
use crate::Result;

pub(super) fn read(input: &mut Input, output: &mut Output, map: &FieldMap) -> Result<()> {
    let context = Context::new(map);
    let mut buffer = Vec::new();
    loop {
        let line = input.line();
        match next_line(input, &mut buffer, MAX_JSON_BYTES) {
            None => return context.finish(output),
            Some(Err(reason)) => output.problem(line, reason)?,
            Some(Ok(text)) if text.trim().is_empty() => {}
            Some(Ok(text)) => match serde_json::from_str(text) {
                Ok(element) => fields::put(output, &context, line, &element)?,
                Err(error) => output.problem(line, format!("not JSON: {}", without_line(&error)))?,
            },
        }
    }
}

/// Returns serde_json's message without its line number, which is always 1: serde_json gets one line at a time.
fn without_line(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    match message.strip_suffix(&place) {
        Some(what) => format!("{what} at column {}", error.column()),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::super::tests::{read_bytes, read_reader};

    #[test]
    fn a_bad_line_does_not_affect_others() {
        let lines = b"{\"title\": \"A\"}\n\n{\"title\": \"B\",}\r\n[1]\n{\"year\": 1999, \"doi\": \"x\"}\n\
            {\"abstract\": \"Text.\"}\n{}\n{\"title\": \"caf\xe9\"}\n{\"title\": \"C\"}";
        let outcome = read_bytes(lines, "p.jsonl");
        assert_eq!(outcome.titles(), ["A", "café", "C"]);
        assert_eq!(outcome.lines, [1, 8, 9]);
        assert_eq!(
            outcome.problems,
            [
                "p.jsonl:3: not JSON: trailing comma at column 15",
                "p.jsonl:4: not an object with a title, but an array",
                "p.jsonl:5: neither title nor abstract; the fields are year, doi",
                "p.jsonl:6: no title",
                "p.jsonl:7: neither title nor abstract",
            ]
        );
    }

    #[test]
    fn a_line_over_the_size_limit_is_skipped_and_the_next_is_read() {
        let long = std::io::repeat(b'x').take(17 << 20);
        let reader = "{\"title\": \"A\"}\n\"".as_bytes().chain(long).chain("\"\n{\"title\": \"B\"}\n".as_bytes());
        let outcome = read_reader(reader, "p.jsonl", None).unwrap();
        assert_eq!(outcome.titles(), ["A", "B"]);
        assert_eq!(outcome.lines, [1, 3]);
        assert_eq!(
            outcome.problems,
            ["p.jsonl:2: a record of 17 MiB, more than the limit of 4 MiB, was skipped; split it, or remove full \
              texts from it"]
        );
    }

    #[test]
    fn deep_nesting_is_a_problem_of_its_line_and_does_not_crash() {
        let (open, close) = ("[".repeat(1 << 20), "]".repeat(1 << 20));
        let deep = format!("{open}{close}\n{{\"title\": {open}{close}}}\n{{\"title\": \"B\"}}\n");
        let outcome = read_bytes(format!("{{\"title\": \"A\"}}\n{deep}"), "p.jsonl");
        assert_eq!(outcome.titles(), ["A", "B"]);
        assert_eq!(
            outcome.problems,
            [
                "p.jsonl:2: not JSON: recursion limit exceeded at column 128",
                "p.jsonl:3: not JSON: recursion limit exceeded at column 137",
            ]
        );
    }
}
