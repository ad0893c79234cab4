//! How far a list was read, stored in the library so that the next sync continues there.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::source::{Interface, Source};

/// How far a list was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// The next sync begins on this day. Papers of earlier days are stored.
    pub from: Date,
    /// The token of the next page, if reading was interrupted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl State {
    /// The name of a source's state in the library: `arxiv:cs.LG`, `arxiv-oai:cs.LG`.
    pub(super) fn name(source: &Source) -> String {
        format!("{}{}", prefix(source.interface), source.category)
    }

    /// Returns the stored state of a source, if there is one.
    pub(super) fn of(states: &[(String, String)], source: &Source) -> Option<Self> {
        let name = Self::name(source);
        let (_, text) = states.iter().find(|(found, _)| *found == name)?;
        // An unreadable state is from another version of relata: the source is synced as if for the first time.
        serde_json::from_str(text).ok()
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
