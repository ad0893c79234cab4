//! Where dialects of JSON hide their papers, and what in them has a title without being one.

use super::containers::is_container;
use super::csl;
use super::kinds;
use super::map::Names;
use super::names::Field;
use super::record::record;
use super::shapes::{is_blank, is_empty, text};
use super::squeezed::with_squeezed;
use super::value::{Element, Entries, Entry, Value};
use crate::paper::{IdentifierKind, Record};

/// What an object is.
pub(super) enum Reading<'t> {
    Record(Box<Record>),
    /// A review, a comment, a note, an attachment.
    NoPaper,
    /// Not a paper, but it holds a list of them.
    Papers(Vec<Element<'t>>),
    /// Without anything that a paper needs.
    Nothing(Entries<'t>),
}

/// Objects that hold the paper, and around which an id is that of the wrapping: DOAJ, DBLP, Google Scholar.
const WITH_FOREIGN_ID: [&str; 5] = ["bibjson", "info", "bib", "citingpaper", "citedpaper"];

/// Reads an object.
pub(super) fn read<'t>(names: &Names, entries: Entries<'t>) -> Reading<'t> {
    let (entries, wrapper) = unwrapped(names, entries);
    if is_no_paper(&entries, wrapper.as_deref()) {
        return Reading::NoPaper;
    }
    if !has_text(&entries.known) {
        return papers_within(names, entries);
    }
    if csl::is_item(&entries) {
        return Reading::Record(Box::new(csl::record(&entries)));
    }
    let mut record = record(names, &entries.known);
    match wrapper.as_deref() {
        Some("content") => add_openreview_id(&mut record, &entries),
        // DBLP ends titles with a full stop.
        Some("info") => record.title.truncate(record.title.trim_end_matches('.').len()),
        _ => {}
    }
    Reading::Record(Box::new(record))
}

/// Whether there is anything that makes an object a paper; a mere name does not.
fn has_text(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| {
        let field = entry.meaning.map(|meaning| meaning.field);
        matches!(field, Some(Field::Title | Field::Abstract | Field::InvertedAbstract)) && !is_empty(&entry.value)
    })
}

/// Brings the fields of an object that holds the paper up beside those around it, and says what the object was called.
fn unwrapped<'t>(names: &Names, mut outer: Entries<'t>) -> (Entries<'t>, Option<String>) {
    let has_title = outer.known.iter().any(|entry| is_title(entry) && !is_blank(&entry.value));
    let holds_paper = |entry: &Entry| {
        let may = matches!(entry.meaning.map(|meaning| meaning.field), Some(Field::Wrapper | Field::Source));
        let Value::Object(object) = &entry.value else { return false };
        let is_text = |name: &str| {
            let field = names.meaning(name).map(|meaning| meaning.field);
            matches!(field, Some(Field::Title | Field::Abstract | Field::InvertedAbstract))
        };
        may && object.iter().any(|(name, value)| is_text(name) && !is_blank(value))
    };
    let Some(at) = outer.known.iter().position(holds_paper) else { return (outer, None) };
    let wrapper = outer.known.remove(at);
    let Value::Object(object) = wrapper.value else { return (outer, None) };
    let name = with_squeezed(&wrapper.name, |name| Some(name.to_owned())).unwrap_or_default();
    let mut inner = Entries::of_object(names, object);
    if WITH_FOREIGN_ID.contains(&name.as_str()) || wrapper.name == "_source" {
        outer.known.retain(|entry| entry.meaning.is_none_or(|meaning| meaning.field != Field::Id));
    }
    // What is said in both places counts where the title is.
    let (mut first, second) = if has_title { (outer, inner) } else { (std::mem::take(&mut inner), outer) };
    let says = |entries: &[Entry], field| {
        entries
            .iter()
            .any(|entry| entry.meaning.is_some_and(|meaning| meaning.field == field) && !is_blank(&entry.value))
    };
    for entry in second.known {
        let is_new =
            entry.meaning.is_some_and(|meaning| meaning.field == Field::Marker || !says(&first.known, meaning.field));
        if is_new {
            first.known.push(entry);
        }
    }
    first.count += second.count;
    (first, Some(name))
}

fn is_title(entry: &Entry) -> bool {
    entry.meaning.is_some_and(|meaning| meaning.field == Field::Title)
}

/// Whether an entry of a list of papers is a note, a file, a review or the like.
pub(super) fn is_no_paper(entries: &Entries, wrapper: Option<&str>) -> bool {
    let says_so = |entry: &Entry| match &entry.value {
        Value::Text(word) => kinds::is_no_paper(&entry.name, word),
        Value::Bool(is_paratext) => entry.name == "is_paratext" && *is_paratext,
        _ => false,
    };
    entries.known.iter().any(says_so) || is_reply(entries, wrapper)
}

/// OpenReview keeps papers, reviews, comments, decisions and revisions as notes alike. A note that stands for itself is
/// a paper; one that replies to another, or was made by an invitation to do so, is none.
fn is_reply(entries: &Entries, wrapper: Option<&str>) -> bool {
    if wrapper != Some("content") {
        return false;
    }
    let find = |name: &str| entries.known.iter().find(|entry| entry.name == name).map(|entry| &entry.value);
    let text_of = |name: &str| find(name).filter(|value| !is_blank(value)).map(text);
    let (id, forum) = (text_of("id"), text_of("forum"));
    if text_of("replyto").is_some() && text_of("replyto") != id {
        return true;
    }
    if let (Some(id), Some(forum)) = (id, forum) {
        return id != forum;
    }
    const REPLIES: [&str; 12] = [
        "review",
        "comment",
        "decision",
        "rebuttal",
        "response",
        "revision",
        "withdrawal",
        "recommendation",
        "bid",
        "acknowledgement",
        "confirmation",
        "desk_reject",
    ];
    let invitation = find("invitation").or_else(|| find("invitations")?.as_list()?.first()).map(text);
    let purpose = invitation.as_deref().and_then(|invitation| invitation.rsplit('/').next()).map(str::to_lowercase);
    purpose
        .is_some_and(|purpose| !purpose.contains("submission") && REPLIES.iter().any(|reply| purpose.contains(reply)))
}

fn add_openreview_id(record: &mut Record, entries: &Entries) {
    let forum = entries.known.iter().find(|entry| entry.name == "forum").map(|entry| text(&entry.value));
    if let Some(forum) = forum {
        record.identifiers.push((IdentifierKind::Openreview, forum));
    }
}

fn papers_within<'t>(names: &Names, mut entries: Entries<'t>) -> Reading<'t> {
    let holds_list = |entry: &Entry| match &entry.value {
        Value::List(elements) => elements.iter().any(|element| element.as_object().is_some()),
        Value::Object(_) => true,
        _ => false,
    };
    let Some(at) = entries.known.iter().position(|entry| is_container(&entry.name) && holds_list(entry)) else {
        return Reading::Nothing(entries);
    };
    let elements = match entries.known.swap_remove(at).value {
        Value::List(elements) => elements,
        value => vec![value],
    };
    Reading::Papers(elements.into_iter().map(|element| element_of(names, element)).collect())
}

fn element_of<'t>(names: &Names, value: Value<'t>) -> Element<'t> {
    match value {
        Value::Object(object) => Element::Object(Entries::of_object(names, object)),
        Value::Null => Element::Other("null"),
        Value::Bool(_) => Element::Other("true or false"),
        Value::Number(_) => Element::Other("a number"),
        Value::Text(_) => Element::Other("a string"),
        Value::List(_) => Element::Other("an array"),
    }
}
