//! Finds the papers in dialects of JSON that wrap them in other objects, and recognises objects with a title that are
//! not papers.

use serde_json::Value;

use super::containers::is_container;
use super::entries::{Entry, entries, value_of};
use super::map::Names;
use super::names::Field;
use super::record::record;
use super::shapes::{is_blank, is_empty, text};
use super::squeezed::squeezed;
use super::{csl, kinds};
use crate::paper::{IdentifierKind, Record};

/// What an object contains.
pub(super) enum Reading<'v> {
    Record(Box<Record>),
    /// A review, a comment, a note or an attachment.
    NoPaper,
    /// Not a paper, but a list of papers.
    Papers(&'v [Value]),
    /// Neither a title, nor an abstract, nor a list of papers.
    Nothing(Vec<Entry<'v>>),
}

/// Keys of inner objects that contain the paper in DOAJ, DBLP, Google Scholar and others. An id in the outer object
/// is not an id of the paper.
const WITH_FOREIGN_ID: [&str; 5] = ["bibjson", "info", "bib", "citingpaper", "citedpaper"];

/// Reads the fields of an object.
pub(super) fn read<'v>(names: &Names, entries: Vec<Entry<'v>>) -> Reading<'v> {
    let (entries, wrapper) = merged_with_inner_object(names, entries);
    if is_no_paper(&entries, wrapper.as_deref()) {
        return Reading::NoPaper;
    }
    if !entries.iter().any(|entry| is_text(entry) && !is_empty(entry.value)) {
        return papers_within(entries);
    }
    if csl::is_item(&entries) {
        return Reading::Record(Box::new(csl::record(&entries)));
    }
    let mut record = record(names, &entries);
    match wrapper.as_deref() {
        Some("content") => {
            let forum = value_of(&entries, "forum").map(|forum| (IdentifierKind::Openreview, text(forum)));
            record.identifiers.extend(forum);
        }
        // DBLP ends titles with a full stop.
        Some("info") => record.title.truncate(record.title.trim_end_matches('.').len()),
        _ => {}
    }
    Reading::Record(Box::new(record))
}

/// Whether a field makes an object a paper: a title or an abstract does, a mere name does not.
fn is_text(entry: &Entry) -> bool {
    matches!(entry.field(), Some(Field::Title | Field::Abstract | Field::InvertedAbstract))
}

/// If an inner object contains the paper, merges its fields with those of the object around it. Also returns the
/// squeezed key of the inner object.
fn merged_with_inner_object<'v>(names: &Names, mut outer: Vec<Entry<'v>>) -> (Vec<Entry<'v>>, Option<String>) {
    let inside = |entry: &Entry<'v>| {
        let object = entry.value.as_object()?;
        matches!(entry.field(), Some(Field::Wrapper | Field::Source)).then(|| entries(names, object))
    };
    let holds_paper = |inner: &Vec<Entry>| inner.iter().any(|entry| is_text(entry) && !is_blank(entry.value));
    let found = outer.iter().enumerate().find_map(|(at, entry)| Some((at, inside(entry).filter(holds_paper)?)));
    let Some((at, inner)) = found else { return (outer, None) };
    let wrapper = outer.remove(at).name;
    let name = squeezed(wrapper);
    if WITH_FOREIGN_ID.contains(&name.as_str()) || wrapper == "_source" {
        outer.retain(|entry| entry.field() != Some(Field::Id));
    }
    // If both objects have a field, the one in the object with the title is used.
    let has_title = outer.iter().any(|entry| entry.field() == Some(Field::Title) && !is_blank(entry.value));
    let (mut first, second) = if has_title { (outer, inner) } else { (inner, outer) };
    for entry in second {
        let is_said = |known: &Entry| known.field() == entry.field() && !is_blank(known.value);
        if matches!(entry.field(), None | Some(Field::Marker)) || !first.iter().any(is_said) {
            first.push(entry);
        }
    }
    (first, Some(name))
}

/// Whether an entry of a list of papers is a note, a file, a review or the like.
pub(super) fn is_no_paper(entries: &[Entry], wrapper: Option<&str>) -> bool {
    let says_so = |entry: &Entry| match entry.value {
        Value::String(word) => kinds::is_no_paper(entry.name, word),
        Value::Bool(is_paratext) => entry.name == "is_paratext" && *is_paratext,
        _ => false,
    };
    entries.iter().any(says_so) || wrapper == Some("content") && is_reply(entries)
}

/// Whether a note of OpenReview is a reply and not a paper. In OpenReview papers, reviews, comments, decisions and
/// revisions are all notes. A note is a reply if its `replyto` or its `forum` is another note. If these fields are
/// missing, its invitation decides.
fn is_reply(entries: &[Entry]) -> bool {
    #[rustfmt::skip]
    const REPLIES: [&str; 12] = [
        "review", "comment", "decision", "rebuttal", "response", "revision", "withdrawal", "recommendation", "bid",
        "acknowledgement", "confirmation", "desk_reject",
];
    let text_of = |name: &str| value_of(entries, name).filter(|value| !is_blank(value)).map(text);
    let (id, forum, answered) = (text_of("id"), text_of("forum"), text_of("replyto"));
    if answered.is_some() && answered != id {
        return true;
    }
    if let (Some(id), Some(forum)) = (id, forum) {
        return id != forum;
    }
    let invitation =
        value_of(entries, "invitation").or_else(|| value_of(entries, "invitations")?.as_array()?.first()).map(text);
    let purpose = invitation.as_deref().and_then(|invitation| invitation.rsplit('/').next()).map(str::to_lowercase);
    purpose
        .is_some_and(|purpose| !purpose.contains("submission") && REPLIES.iter().any(|reply| purpose.contains(reply)))
}

fn papers_within(entries: Vec<Entry>) -> Reading {
    let list = entries.iter().filter(|entry| is_container(entry.name)).find_map(|entry| match entry.value {
        Value::Array(elements) if elements.iter().any(Value::is_object) => Some(elements.as_slice()),
        Value::Object(_) => Some(std::slice::from_ref(entry.value)),
        _ => None,
    });
    list.map_or(Reading::Nothing(entries), Reading::Papers)
}
