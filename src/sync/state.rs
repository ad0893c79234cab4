//! Where a list stands: what the library remembers so that the next sync goes on from there.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::client::Validators;
use super::source::{Interface, Source};

/// How far a list was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// The day from which the list is to be read on; everything before is here.
    pub from: Date,
    /// Of the page at which reading was interrupted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Of a list that was read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validators: Option<Validators>,
}

impl State {
    /// The name of a source's state in the library: `arxiv:cs.LG`, `arxiv-oai:cs.LG`.
    pub(super) fn name(source: &Source) -> String {
        let Source { interface, category } = source;
        format!("{}{category}", prefix(*interface))
    }

    /// The state of a source among those that are remembered.
    pub(super) fn of(states: &[(String, String)], source: &Source) -> Option<Self> {
        let name = Self::name(source);
        let (_, text) = states.iter().find(|(found, _)| *found == name)?;
        // What cannot be read was written by another relata: its source is synced as if for the first time.
        serde_json::from_str(text).ok()
    }

    pub(super) fn text(&self) -> String {
        // A struct of dates and texts always becomes JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn prefix(interface: Interface) -> &'static str {
    match interface {
        Interface::Search => "arxiv:",
        Interface::Oai => "arxiv-oai:",
    }
}

/// The source of a state's name.
pub(super) fn source(name: &str) -> Option<Source> {
    let of = |interface| name.strip_prefix(prefix(interface)).map(|category| (interface, category));
    let (interface, category) = of(Interface::Search).or_else(|| of(Interface::Oai))?;
    Some(Source { interface, category: category.parse().ok()? })
}
