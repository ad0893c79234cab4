//! How far a list was read, stored in the library so that the next sync continues there.

use jiff::civil::{Date, date};
use serde::Serialize;
use serde_json::Value;

use super::list::days_before;
use super::progress::is_token;
use super::source::{Interface, Source};

/// The beginning of every list: arXiv's first papers are of this month.
const BEGINNING: Date = date(1991, 8, 1);

/// After this many syncs that failed with the same token, the next sync begins again on a day.
pub(super) const MAX_FAILURES: u32 = 2;

/// How far a list was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct State {
    /// The next sync begins on this day. Papers of earlier days are stored.
    pub from: Date,
    /// The token of the next page, if reading was interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The number of syncs in a row that failed with this token.
    #[serde(skip_serializing_if = "is_zero")]
    pub failures: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(failures: &u32) -> bool {
    *failures == 0
}

impl State {
    /// The name of a source's state in the library: `arxiv:cs.LG`, `arxiv-oai:cs.LG`.
    pub(super) fn name(source: &Source) -> String {
        format!("{}{}", prefix(source.interface), source.category)
    }

    /// The state of a list that begins on a day.
    pub(super) fn beginning(from: Date) -> Self {
        Self { from, token: None, failures: 0 }
    }

    /// Returns the stored state of a source, if there is one. If it is damaged, also returns a message: without its token,
    /// the list begins again on its day; without its day, at the beginning.
    pub(super) fn of(states: &[(String, String)], source: &Source, today: Date) -> Option<(Self, Option<String>)> {
        let name = Self::name(source);
        let (_, text) = states.iter().find(|(found, _)| *found == name)?;
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let from = value["from"].as_str().and_then(|from| from.parse::<Date>().ok());
        // Tomorrow is possible: the clock of the server may be ahead.
        let from = from.filter(|from| (BEGINNING..=days_before(today, -1)).contains(from));
        let Some(from) = from else {
            let message = format!(
                "what is stored on the last sync of {name} is damaged, so the list is read from its beginning, {BEGINNING}; \
                 to begin later, use --since DAY"
            );
            return Some((Self::beginning(BEGINNING), Some(message)));
        };
        let token = match &value["token"] {
            Value::Null => None,
            Value::String(token) if is_token(token) => Some(token.clone()),
            _ => {
                let message = format!(
                    "the stored token of the last sync of {name} is damaged, so the list is read again from {from}"
                );
                return Some((Self::beginning(from), Some(message)));
            }
        };
        let failures = value["failures"].as_u64().unwrap_or(0).min(u64::from(MAX_FAILURES)) as u32;
        if token.is_some() && failures >= MAX_FAILURES {
            let message =
                format!("{failures} syncs of {name} failed with the same token, so the list is read again from {from}");
            return Some((Self::beginning(from), Some(message)));
        }
        Some((Self { from, token, failures }, None))
    }

    pub(super) fn text(&self) -> String {
        // Writing dates and texts as JSON cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn prefix(interface: Interface) -> &'static str {
    match interface {
        Interface::Search => "arxiv:",
        Interface::Oai => "arxiv-oai:",
    }
}

/// All sources with a stored state.
pub fn known_sources(states: &[(String, String)]) -> Vec<Source> {
    let source = |interface, name: &str| {
        let category = name.strip_prefix(prefix(interface))?.parse().ok()?;
        Some(Source { interface, category })
    };
    let of = |name: &str| source(Interface::Search, name).or_else(|| source(Interface::Oai, name));
    states.iter().filter_map(|(name, _)| of(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (State, String) {
        let source = Source { interface: Interface::Oai, category: "cs.LG".parse().unwrap() };
        let states = [(State::name(&source), text.to_owned())];
        let (state, message) = State::of(&states, &source, date(2026, 11, 22)).unwrap();
        (state, message.unwrap_or_default())
    }

    #[test]
    fn a_state_is_read_as_it_was_written() {
        for (token, failures) in [(None, 0), (Some("verb%3DListRecords".to_owned()), 1)] {
            let state = State { from: date(2026, 11, 2), token, failures };
            assert_eq!(read(&state.text()), (state, String::new()));
        }
        // The clock of the server may be ahead.
        assert_eq!(read("{\"from\":\"2026-11-23\"}"), (State::beginning(date(2026, 11, 23)), String::new()));
    }

    #[test]
    fn a_damaged_state_leads_to_a_message_and_a_beginning() {
        let long = format!("{{\"from\":\"2026-11-02\",\"token\":\"{}\"}}", "x".repeat(70_000));
        for text in [
            long.as_str(),
            "{\"from\":\"2026-11-02\",\"token\":\"a\\u0000b\"}",
            "{\"from\":\"2026-11-02\",\"token\":\"\"}",
            "{\"from\":\"2026-11-02\",\"token\":[7]}",
        ] {
            let (state, message) = read(text);
            assert_eq!(state, State::beginning(date(2026, 11, 2)));
            assert!(
                message.contains("of arxiv-oai:cs.LG is damaged, so the list is read again from 2026-11-02"),
                "{message}"
            );
        }
        let brackets = "[".repeat(100_000);
        for text in [
            "",
            "{",
            "7",
            "null",
            "{}",
            "{\"from\":7}",
            "{\"from\":\"soon\"}",
            "{\"from\":\"9999-12-31\"}",
            "{\"from\":\"-009999-01-01\"}",
            "{\"from\":\"2026-11-24\"}",
            brackets.as_str(),
        ] {
            let (state, message) = read(text);
            assert_eq!(state, State::beginning(BEGINNING), "{text}");
            assert!(message.contains("read from its beginning, 1991-08-01"), "{message}");
        }
        let (state, message) = read("{\"from\":\"2026-11-02\",\"token\":\"a\",\"failures\":99999999999}");
        assert_eq!(state, State::beginning(date(2026, 11, 2)));
        assert!(message.contains("2 syncs of arxiv-oai:cs.LG failed with the same token"), "{message}");
    }
}
