//! From lines to the fields of a record, whatever the tags look like.
//!
//! A format implements [`Syntax`]; [`read`] drives it over a file, holds one record at a time, and keeps a record that
//! is too large or not text from harming the next.

use std::collections::HashMap;
use std::ops::Range;

use crate::Result;
use crate::formats::input::Input;
use crate::formats::lines::{Line as InputLine, next_line, too_large};
use crate::formats::output::Output;
use crate::formats::refusal::MAX_RECORD_BYTES;
use crate::paper::Record;

/// What a line is to its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'l> {
    /// Tag and value of a field that begins a record, and ends the one before where nothing else did.
    First(&'l str, &'l str),
    /// Tag and value of a field; outside of records it says nothing.
    Field(&'l str, &'l str),
    /// More of the field above.
    More(&'l str),
    /// The end of the record.
    End,
    /// Nothing.
    Nothing,
}

/// A format of tagged lines.
pub(super) trait Syntax {
    /// What `line` is, after the fields of the record that is open; without fields none is.
    fn line<'l>(&mut self, line: &'l str, open: &Fields) -> Line<'l>;

    /// What the fields of one record say.
    fn record(&mut self, fields: &mut Fields) -> Record;
}

/// The fields of one record in their order. Who uses a field takes it, so that what is left is what nobody understood.
#[derive(Debug, Default)]
pub(in crate::formats) struct Fields {
    text: String,
    fields: Vec<Field>,
}

#[derive(Debug, Clone)]
struct Field {
    tag: Range<usize>,
    value: Range<usize>,
    is_taken: bool,
}

impl Fields {
    /// One more field. Outer white space of its value is dropped.
    pub(in crate::formats) fn push(&mut self, tag: &str, value: &str) {
        let start = self.text.len();
        self.text.extend(tag.chars().map(|c| c.to_ascii_uppercase()));
        let middle = self.text.len();
        self.text.push_str(value.trim());
        self.fields.push(Field { tag: start..middle, value: middle..self.text.len(), is_taken: false });
    }

    /// A further line of the last field.
    fn extend_last(&mut self, line: &str) {
        if let Some(last) = self.fields.last_mut()
            && !line.trim().is_empty()
        {
            if !last.value.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(line.trim());
            last.value.end = self.text.len();
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
    }

    /// Whether there is no field, so that no record is open.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The tag of the last field.
    pub(super) fn last_tag(&self) -> &str {
        self.fields.last().map_or("", |field| &self.text[field.tag.clone()])
    }

    /// Whether a field has this tag.
    pub(super) fn has(&self, tag: &str) -> bool {
        self.fields.iter().any(|field| &self.text[field.tag.clone()] == tag)
    }

    /// How many fields have this tag.
    pub(super) fn count(&self, tag: &str) -> usize {
        self.fields.iter().filter(|field| &self.text[field.tag.clone()] == tag).count()
    }

    /// The first value under `tag` that is not empty; it stays.
    pub(super) fn peek(&self, tag: &str) -> &str {
        let found = self.fields.iter().find(|field| &self.text[field.tag.clone()] == tag && !field.value.is_empty());
        found.map_or("", |field| &self.text[field.value.clone()])
    }

    /// Takes the first value that is not empty, of the first tag that has one.
    pub(super) fn take(&mut self, tags: &[&str]) -> String {
        for tag in tags {
            let is_wanted = |field: &&mut Field| {
                !field.is_taken && &self.text[field.tag.clone()] == *tag && !field.value.is_empty()
            };
            if let Some(field) = self.fields.iter_mut().find(is_wanted) {
                field.is_taken = true;
                return self.text[field.value.clone()].to_owned();
            }
        }
        String::new()
    }

    /// Takes all values under these tags that are not empty, in the order of the record.
    pub(super) fn take_all(&mut self, tags: &[&str]) -> Vec<String> {
        self.take_tagged(tags).into_iter().map(|(_, value)| value).collect()
    }

    /// As [`Fields::take_all`], with the tag of each.
    pub(super) fn take_tagged(&mut self, tags: &[&str]) -> Vec<(String, String)> {
        let mut taken = Vec::new();
        for field in &mut self.fields {
            let tag = &self.text[field.tag.clone()];
            if !field.is_taken && tags.contains(&tag) {
                field.is_taken = true;
                if !field.value.is_empty() {
                    taken.push((tag.to_owned(), self.text[field.value.clone()].to_owned()));
                }
            }
        }
        taken
    }

    /// Takes the lines of all values under these tags.
    pub(super) fn take_lines(&mut self, tags: &[&str]) -> Vec<String> {
        self.take_all(tags).iter().flat_map(|value| value.lines()).map(str::to_owned).collect()
    }

    /// Takes what nobody took, by tag; several values of one tag are joined with `; `.
    pub(super) fn take_rest(&mut self) -> Vec<(String, String)> {
        let mut rest: Vec<(String, String)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for field in self.fields.iter_mut().filter(|field| !field.is_taken && !field.value.is_empty()) {
            field.is_taken = true;
            let (tag, value) = (&self.text[field.tag.clone()], self.text[field.value.clone()].replace('\n', "; "));
            match places.get(tag) {
                Some(place) => {
                    let values = &mut rest[*place].1;
                    values.push_str("; ");
                    values.push_str(&value);
                }
                None => {
                    places.insert(tag, rest.len());
                    rest.push((tag.to_owned(), value));
                }
            }
        }
        rest
    }
}

/// Reads a whole file.
pub(super) fn read(input: &mut Input, output: &mut Output, syntax: &mut impl Syntax) -> Result<()> {
    let mut buffer = Vec::new();
    let mut open = Open::default();
    loop {
        let line = input.line();
        match next_line(input, &mut buffer) {
            None if input.broke_off() => return Ok(()),
            None => return open.close(output, syntax),
            Some(InputLine::Unusable(reason)) if open.fields.is_empty() => output.problem(line, reason)?,
            Some(InputLine::Unusable(reason)) => open.spoil(line, reason),
            Some(InputLine::Text(text)) => match syntax.line(text, &open.fields) {
                Line::First(tag, value) => {
                    open.close(output, syntax)?;
                    open.line = line;
                    open.push(tag, value);
                }
                Line::Field(tag, value) if !open.fields.is_empty() => open.push(tag, value),
                Line::More(more) => open.extend(more),
                Line::End => open.close(output, syntax)?,
                Line::Field(..) | Line::Nothing => {}
            },
        }
    }
}

/// The record that is being read.
#[derive(Default)]
struct Open {
    /// Where it starts.
    line: u64,
    fields: Fields,
    /// Why it is none, and on which line.
    spoiled: Option<(u64, String)>,
}

impl Open {
    fn push(&mut self, tag: &str, value: &str) {
        if self.has_room_for(value) {
            self.fields.push(tag, value);
        }
    }

    fn extend(&mut self, more: &str) {
        if self.has_room_for(more) {
            self.fields.extend_last(more);
        }
    }

    fn has_room_for(&mut self, text: &str) -> bool {
        let size = self.fields.text.len() + text.len();
        // Empty fields weigh nothing as text.
        if size > MAX_RECORD_BYTES || self.fields.fields.len() > MAX_RECORD_BYTES / 64 {
            self.spoil(self.line, too_large(size as u64));
        }
        self.spoiled.is_none()
    }

    fn spoil(&mut self, line: u64, reason: String) {
        self.spoiled.get_or_insert((line, reason));
    }

    fn close(&mut self, output: &mut Output, syntax: &mut impl Syntax) -> Result<()> {
        if let Some((line, reason)) = self.spoiled.take() {
            output.problem(line, reason)?;
        } else if !self.fields.is_empty() {
            output.record(self.line, syntax.record(&mut self.fields))?;
        }
        self.fields.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_not_taken_again_and_the_rest_is_by_tag() {
        let mut fields = Fields::default();
        for (tag, value) in [("t1", ""), ("T1", " On Bees "), ("AU", "A"), ("C1", "x"), ("AU", "B"), ("C1", "y")] {
            fields.push(tag, value);
        }
        fields.extend_last("  z ");
        assert_eq!((fields.peek("T1"), fields.last_tag(), fields.count("AU")), ("On Bees", "C1", 2));
        assert_eq!(fields.take(&["TI", "T1"]), "On Bees");
        assert_eq!(fields.take(&["TI", "T1"]), "");
        assert_eq!(fields.take_all(&["AU"]), ["A", "B"]);
        assert_eq!(fields.take_rest(), [("C1".to_owned(), "x; y; z".to_owned())]);
        assert!(fields.take_rest().is_empty());
    }
}
