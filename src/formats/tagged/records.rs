//! Reads a file of tagged lines record by record, whatever the tags look like.
//!
//! Each format implements [`Dialect`]. [`read`] holds one record at a time. A record that is too large or not text is
//! reported, and the next record is read.

use std::collections::BTreeMap;

use crate::Result;
use crate::formats::input::Input;
use crate::formats::limits::MAX_RECORD_BYTES;
use crate::formats::lines::{next_line, too_large};
use crate::formats::output::Output;
use crate::paper::Record;

/// The role of a line in its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'l> {
    /// The tag and the value of a field that begins a record and ends the record before it.
    First(&'l str, &'l str),
    /// The tag and the value of a field; ignored if no record is open.
    Field(&'l str, &'l str),
    /// A further line of the field above.
    More(&'l str),
    /// The end of the record.
    End,
    /// A line to ignore.
    Nothing,
}

/// A format of tagged lines.
pub(super) trait Dialect {
    /// Classifies `line`. `open` has the fields of the open record; if it has no fields, no record is open.
    fn line<'l>(&mut self, line: &'l str, open: &Fields) -> Line<'l>;

    /// Makes a record from its fields.
    fn record(&self, fields: &mut Fields) -> Record;
}

/// The fields of one record, in order. Reading a field takes its value, so the values that remain are unread.
///
/// A parameter `tags` contains tags separated by spaces. Empty values are skipped.
#[derive(Debug, Default)]
pub(super) struct Fields {
    fields: Vec<Field>,
    /// An upper bound of the bytes that the fields use.
    bytes: usize,
    /// Whether the line before was blank.
    pub is_after_blank: bool,
}

#[derive(Debug)]
struct Field {
    tag: String,
    value: String,
}

/// About how many bytes a field uses in addition to its text.
const FIELD_BYTES: usize = 64;

impl Fields {
    /// Appends a field, with its tag in upper case and its value trimmed.
    fn push(&mut self, tag: &str, value: &str) {
        self.bytes += FIELD_BYTES + tag.len() + value.len();
        self.fields.push(Field { tag: tag.to_ascii_uppercase(), value: value.trim().to_owned() });
    }

    /// Appends a line to the last field.
    fn extend_last(&mut self, line: &str) {
        let line = line.trim();
        if let Some(last) = self.fields.last_mut().filter(|_| !line.is_empty()) {
            self.bytes += line.len() + 1;
            if !last.value.is_empty() {
                last.value.push('\n');
            }
            last.value.push_str(line);
        }
    }

    /// Whether there are no fields, which means that no record is open.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The tag of the last field.
    pub(super) fn last_tag(&self) -> &str {
        self.fields.last().map_or("", |field| &field.tag)
    }

    /// Whether the record has a field with this tag, read or not.
    pub(super) fn has(&self, tag: &str) -> bool {
        self.count(tag) > 0
    }

    /// The number of fields with this tag, read or not.
    pub(super) fn count(&self, tag: &str) -> usize {
        self.fields.iter().filter(|field| field.tag == tag).count()
    }

    /// Returns the first value under `tag` without taking it; empty if there is none.
    pub(super) fn peek(&self, tag: &str) -> &str {
        let found = self.fields.iter().find(|field| field.tag == tag && !field.value.is_empty());
        found.map_or("", |field| &field.value)
    }

    /// Takes the first value of the first tag that has a value; empty if there is none.
    pub(super) fn take(&mut self, tags: &str) -> String {
        let tag = tags.split(' ').find(|tag| !self.peek(tag).is_empty()).unwrap_or_default();
        let field = self.fields.iter_mut().find(|field| field.tag == tag && !field.value.is_empty());
        field.map(|field| std::mem::take(&mut field.value)).unwrap_or_default()
    }

    /// Takes all values under these tags, in the order of the record.
    pub(super) fn take_all(&mut self, tags: &str) -> Vec<String> {
        self.take_tagged(tags).into_iter().map(|(_, value)| value).collect()
    }

    /// Like [`Fields::take_all`], but also returns the tag of each value.
    pub(super) fn take_tagged(&mut self, tags: &str) -> Vec<(String, String)> {
        let is_wanted = |field: &&mut Field| !field.value.is_empty() && tags.split(' ').any(|tag| tag == field.tag);
        let wanted = self.fields.iter_mut().filter(is_wanted);
        wanted.map(|field| (field.tag.clone(), std::mem::take(&mut field.value))).collect()
    }

    /// Takes the lines of all values under these tags.
    pub(super) fn take_lines(&mut self, tags: &str) -> Vec<String> {
        self.take_all(tags).iter().flat_map(|value| value.lines()).map(str::to_owned).collect()
    }

    /// Takes all values that remain, by tag. The values of a tag and their lines are joined with `; `.
    pub(super) fn take_rest(&mut self) -> BTreeMap<String, String> {
        let mut rest = BTreeMap::<String, String>::new();
        for Field { tag, value } in self.fields.drain(..).filter(|field| !field.value.is_empty()) {
            let joined = rest.entry(tag).or_default();
            if !joined.is_empty() {
                joined.push_str("; ");
            }
            joined.push_str(&value.replace('\n', "; "));
        }
        rest
    }
}

/// Reads a whole file.
pub(super) fn read(input: &mut Input, output: &mut Output, dialect: &mut dyn Dialect) -> Result<()> {
    let mut buffer = Vec::new();
    let mut open = Open::default();
    loop {
        let line = input.line();
        let text = match next_line(input, &mut buffer, MAX_RECORD_BYTES) {
            None if input.broke_off() => return Ok(()),
            None => return open.close(output, dialect),
            Some(Ok(text)) => text,
            Some(Err(reason)) => {
                if open.fields.is_empty() {
                    output.problem(line, reason)?;
                } else {
                    open.reject(line, reason);
                }
                continue;
            }
        };
        // A file that was appended to another keeps its byte-order mark.
        match dialect.line(text.strip_prefix('\u{feff}').unwrap_or(text), &open.fields) {
            Line::First(tag, value) => {
                open.close(output, dialect)?;
                open.line = line;
                open.fields.push(tag, value);
            }
            Line::Field(tag, value) if open.has_room_for(value) => open.fields.push(tag, value),
            Line::More(more) if open.has_room_for(more) => open.fields.extend_last(more),
            Line::End => open.close(output, dialect)?,
            Line::Field(..) | Line::More(_) | Line::Nothing => {}
        }
        open.fields.is_after_blank = text.trim().is_empty();
    }
}

/// The record being read.
#[derive(Default)]
struct Open {
    /// The line on which the record starts.
    line: u64,
    fields: Fields,
    /// The line and the reason of the error that makes the record unusable.
    rejection: Option<(u64, String)>,
}

impl Open {
    /// Whether a record is open and can take `text`. A record that would become too large is marked as unusable.
    fn has_room_for(&mut self, text: &str) -> bool {
        let size = self.fields.bytes + text.len();
        if size > MAX_RECORD_BYTES {
            self.reject(self.line, too_large(size as u64));
        }
        self.rejection.is_none() && !self.fields.is_empty()
    }

    fn reject(&mut self, line: u64, reason: String) {
        self.rejection.get_or_insert((line, reason));
    }

    fn close(&mut self, output: &mut Output, dialect: &dyn Dialect) -> Result<()> {
        let mut fields = std::mem::take(&mut self.fields);
        if let Some((line, reason)) = self.rejection.take() {
            output.problem(line, reason)
        } else if !fields.is_empty() {
            output.record(self.line, dialect.record(&mut fields))
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_once_and_the_rest_is_kept_by_tag() {
        let mut fields = Fields::default();
        for (tag, value) in [("t1", ""), ("T1", " On Bees "), ("AU", "A"), ("C1", "x"), ("AU", "B"), ("C1", "y")] {
            fields.push(tag, value);
        }
        fields.extend_last("  z ");
        assert_eq!((fields.peek("T1"), fields.last_tag(), fields.count("AU")), ("On Bees", "C1", 2));
        assert_eq!(fields.take("TI T1"), "On Bees");
        assert_eq!(fields.take("TI T1"), "");
        assert_eq!(fields.take_all("AU"), ["A", "B"]);
        assert_eq!(fields.take_rest(), BTreeMap::from([("C1".to_owned(), "x; y; z".to_owned())]));
        assert!(fields.take_rest().is_empty());
    }
}
