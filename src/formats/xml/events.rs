//! From bytes to records: which elements are open, what of them is kept, and what is done where the XML is broken.
//!
//! [quick-xml](https://docs.rs/quick-xml) finds tags and texts ([XML 1.0](https://www.w3.org/TR/xml/)); matching start
//! and end tags is done here, as files that people have are cut, joined and edited by hand: an end tag closes the
//! nearest element of its name and is passed over if there is none, a `<` that starts no tag is text, and a second
//! document in the same file starts afresh. Names are compared without their prefixes, which are often not declared.

mod recovery;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::source::Source;
use super::tree::{MAX_DEPTH, Tree};
use crate::formats::lines::too_large;
use crate::formats::refusal::MAX_RECORD_BYTES;

/// How many more elements quick-xml may take for open than are: it counts, and never forgets one that was not closed.
const FORGOTTEN: usize = 4 * MAX_DEPTH;

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An element outside of records starts: [`Events::name`], [`Events::attribute`].
    Start,
    /// The record that was [begun](Events::begin_record) is complete.
    Record,
    /// The record that was begun is no use; why.
    Broken(String),
    /// A type declaration of the document: its name, and whether it defines entities.
    Doctype { name: String, has_entities: bool },
    /// The end, and the element that was still open.
    End(Option<String>),
}

/// Reads a document event by event.
pub(super) struct Events<'i, 'a> {
    reader: Reader<Source<'i, 'a>>,
    buffer: Vec<u8>,
    /// Names of the open elements, end to end, and where each starts.
    names: String,
    open: Vec<usize>,
    /// Elements deeper than [`MAX_DEPTH`].
    too_deep: u64,
    /// What quick-xml takes for open, about.
    counted: usize,
    /// The element that was started was an empty one.
    ends_at_once: bool,
    record: Option<RecordState>,
    /// The record in hand, or the element that was just started.
    pub(super) tree: Tree,
    /// Where the record in hand starts.
    pub(super) line: u64,
    /// What was first found not well-formed, until it is taken.
    pub(super) blemish: Option<(u64, String)>,
    blemishes: u64,
}

struct RecordState {
    /// How many elements are open around it.
    depth: usize,
    /// Where the open elements of the record are in the tree.
    indices: Vec<usize>,
    pruned: &'static [&'static str],
    /// Whether an element of the same name within it means that its end is missing.
    nests: bool,
    /// How many elements are open around the one that is left out.
    left_out: Option<usize>,
    fault: Option<Fault>,
    /// What was consumed before.
    start: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    TooLarge,
    TooDeep,
}

impl<'i, 'a> Events<'i, 'a> {
    pub(super) fn new(source: Source<'i, 'a>) -> Self {
        Self {
            reader: new_reader(source),
            buffer: Vec::new(),
            names: String::new(),
            open: Vec::new(),
            too_deep: 0,
            counted: 0,
            ends_at_once: false,
            record: None,
            tree: Tree::default(),
            line: 1,
            blemish: None,
            blemishes: 0,
        }
    }

    /// Reads on to the next step.
    pub(super) fn next(&mut self) -> Step {
        loop {
            if let Some(step) = self.advance() {
                return step;
            }
        }
    }

    /// The name of the element that was just started.
    pub(super) fn name(&self) -> &str {
        self.ancestor(0).unwrap_or_default()
    }

    /// The name of the element `levels` around it.
    pub(super) fn ancestor(&self, levels: usize) -> Option<&str> {
        self.name_at(self.open.len().checked_sub(levels + 1)?)
    }

    /// The name of the open element with `depth` around it.
    fn name_at(&self, depth: usize) -> Option<&str> {
        let end = self.open.get(depth + 1).copied().unwrap_or(self.names.len());
        Some(&self.names[*self.open.get(depth)?..end])
    }

    /// Of the element that was just started.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.tree.root().map_or("", |element| element.attribute(name))
    }

    /// The line on which reading stands.
    pub(super) fn end_line(&self) -> u64 {
        self.reader.get_ref().line()
    }

    pub(super) fn broke_off(&self) -> bool {
        self.reader.get_ref().broke_off()
    }

    /// Makes the element that was just started a record: everything in it is gathered but elements named in `pruned`.
    pub(super) fn begin_record(&mut self, pruned: &'static [&'static str], nests: bool) {
        self.record = Some(RecordState {
            depth: self.open.len() - 1,
            indices: vec![0],
            pruned,
            nests,
            left_out: None,
            fault: None,
            start: self.reader.get_ref().consumed(),
        });
    }

    fn advance(&mut self) -> Option<Step> {
        if self.record.is_none() {
            self.tree.clear();
        }
        if std::mem::take(&mut self.ends_at_once) {
            return self.close_to(self.open.len() - 1);
        }
        if self.counted > FORGOTTEN {
            self.restart();
        }
        let line = self.reader.get_ref().line();
        self.buffer.clear();
        self.reader.get_mut().allow_event();
        // The buffer is lent to the event, and the event is no part of `self`.
        let mut buffer = std::mem::take(&mut self.buffer);
        let taken = match self.reader.read_event_into(&mut buffer) {
            Ok(event) => Ok(self.take(event, line)),
            Err(error) => Err(error),
        };
        let step = taken.unwrap_or_else(|error| self.recover(error, &buffer, line));
        self.buffer = buffer;
        step
    }

    fn take(&mut self, event: Event, line: u64) -> Option<Step> {
        match event {
            Event::Start(tag) => self.start(&tag, false, line),
            Event::Empty(tag) => self.start(&tag, true, line),
            Event::End(tag) => self.end(tag.name().as_ref(), line),
            Event::Text(text) => self.text(&text),
            Event::CData(text) => self.text(&text),
            Event::GeneralRef(reference) => self.reference(&reference),
            Event::Decl(_) => self.new_document(),
            Event::DocType(text) => {
                if let Some(step) = self.new_document() {
                    // A document that was cut and then one with a DOCTYPE but no XML declaration: entities are not
                    // expanded anyway.
                    return Some(step);
                }
                let name = text.split(|c: char| c.is_whitespace() || c == '[').next().unwrap_or_default().to_owned();
                Some(Step::Doctype { name, has_entities: text.contains("<!ENTITY") })
            }
            Event::Comment(_) | Event::PI(_) => None,
            Event::Eof => Some(self.finish()),
        }
    }

    fn start(&mut self, tag: &BytesStart, is_empty: bool, line: u64) -> Option<Step> {
        let is_name_start = |c: char| c.is_alphabetic() || matches!(c, '_' | ':');
        // In a tag there is no `<`, not even in quotes.
        if !tag.starts_with(is_name_start) || tag.contains('<') {
            let rest = format!("{}{}", &**tag, if is_empty { "/>" } else { ">" });
            return self.stray(rest.as_bytes(), line);
        }
        self.counted += usize::from(!is_empty);
        let name = local(tag.name().0);
        let around = self.record.as_ref().filter(|record| !record.nests).map(|record| record.depth);
        if let Some(depth) = around.filter(|depth| self.name_at(*depth) == Some(name)) {
            let rest = format!("<{}{}", &**tag, if is_empty { "/>" } else { ">" });
            self.blemish(line, format!("<{name}> starts before the last one has ended"));
            return if self.reader.get_mut().give_back(rest.as_bytes()) { self.close_to(depth) } else { None };
        }
        if self.open.len() >= MAX_DEPTH {
            self.too_deep += u64::from(!is_empty);
            self.fail(Fault::TooDeep);
            return None;
        }
        self.open.push(self.names.len());
        self.names.push_str(name);
        self.ends_at_once = is_empty;
        let depth = self.open.len() - 1;
        let base = self.line;
        match &mut self.record {
            Some(record) if record.left_out.is_some() || record.fault.is_some() => return None,
            Some(record) if record.pruned.contains(&name) => {
                record.left_out = Some(depth);
                return None;
            }
            Some(record) => record.indices.push(self.tree.open(name, line - base.min(line))),
            None => {
                self.line = line;
                self.tree.open(name, 0);
            }
        }
        self.attributes(tag);
        match self.record {
            Some(_) => self.check_size(),
            None => Some(Step::Start),
        }
    }

    fn attributes(&mut self, tag: &BytesStart) {
        if tag.attributes_raw().trim_ascii().is_empty() {
            return;
        }
        for attribute in tag.attributes().with_checks(false).flatten() {
            let key = attribute.key.0;
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let value: &str = &attribute.value;
            if value.contains('&') {
                self.tree.attribute(local(key), &htmlize::unescape_attribute(value));
            } else {
                self.tree.attribute(local(key), value);
            }
        }
    }

    fn end(&mut self, name: &str, line: u64) -> Option<Step> {
        self.counted = self.counted.saturating_sub(1);
        if let Some((name, rest)) = name.split_once('<') {
            let rest = format!("<{rest}>");
            self.reader.get_mut().give_back(rest.as_bytes());
            return self.end(name, line);
        }
        let name = local(name.split_ascii_whitespace().next().unwrap_or_default());
        let record = self.record.as_ref().filter(|record| !record.nests).map(|record| record.depth);
        // However deep it may be, a record's own name ends it.
        if self.too_deep > 0 && record.is_none_or(|depth| self.name_at(depth) != Some(name)) {
            self.too_deep -= 1;
            return None;
        }
        if self.name() == name {
            return self.close_to(self.open.len() - 1);
        }
        match (0..self.open.len()).find(|levels| self.ancestor(*levels) == Some(name)) {
            Some(levels) => {
                self.blemish(line, format!("</{name}> stands where <{}> is to end", self.name()));
                self.close_to(self.open.len() - 1 - levels)
            }
            None => {
                self.blemish(line, format!("</{name}> ends nothing that has started"));
                None
            }
        }
    }

    /// Ends all elements but `depth`.
    fn close_to(&mut self, depth: usize) -> Option<Step> {
        if let Some(start) = self.open.get(depth) {
            self.names.truncate(*start);
            self.open.truncate(depth);
        }
        let record = self.record.as_mut()?;
        if record.left_out.is_some_and(|left_out| depth <= left_out) {
            record.left_out = None;
        }
        let mut record_end = record.depth + record.indices.len();
        while let Some(index) = record.indices.pop_if(|_| depth < record_end) {
            self.tree.close(index);
            record_end -= 1;
        }
        if depth > record.depth {
            return None;
        }
        let (fault, start) = (record.fault, record.start);
        self.record = None;
        self.too_deep = 0;
        Some(match fault {
            None => Step::Record,
            Some(Fault::TooLarge) => Step::Broken(too_large(self.reader.get_ref().consumed() - start)),
            Some(Fault::TooDeep) => Step::Broken(format!(
                "a record of elements nested more than {MAX_DEPTH} deep, which no list of papers has; skipped"
            )),
        })
    }

    fn text(&mut self, text: &str) -> Option<Step> {
        let record = self.record.as_ref()?;
        if record.left_out.is_some() || record.fault.is_some() || self.too_deep > 0 {
            return None;
        }
        // Line ends and indentation between elements.
        let is_blank = text.bytes().all(|byte| byte.is_ascii_whitespace());
        self.tree.text(if is_blank && !text.is_empty() { " " } else { text });
        self.check_size()
    }

    fn reference(&mut self, reference: &BytesRef) -> Option<Step> {
        let known = match &**reference {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            name => {
                let text = format!("&{name};");
                // A name that is none, and one that is not known, stays.
                return self.text(&htmlize::unescape(&text));
            }
        };
        self.text(known)
    }

    fn check_size(&mut self) -> Option<Step> {
        if self.tree.size() > MAX_RECORD_BYTES {
            self.fail(Fault::TooLarge);
        }
        None
    }

    fn fail(&mut self, fault: Fault) {
        if let Some(record) = &mut self.record
            && record.fault.is_none()
            && record.left_out.is_none()
        {
            record.fault = Some(fault);
            record.indices.clear();
            self.tree.clear();
        }
    }

    /// A document starts; if one has not ended, its record is lost.
    fn new_document(&mut self) -> Option<Step> {
        let is_cut = self.record.take().is_some();
        self.open.clear();
        self.names.clear();
        self.too_deep = 0;
        is_cut
            .then(|| Step::Broken("this record is cut off: another XML document starts in the middle of it".to_owned()))
    }

    fn finish(&mut self) -> Step {
        if self.record.take().is_some() && !self.broke_off() {
            self.open.clear();
            self.names.clear();
            return Step::Broken(
                "the file ends in the middle of this record: it was cut off; papers before were read".to_owned(),
            );
        }
        let outermost =
            (!self.open.is_empty()).then(|| self.ancestor(self.open.len() - 1).unwrap_or_default().to_owned());
        self.open.clear();
        self.names.clear();
        Step::End(outermost)
    }
}

fn new_reader<'i, 'a>(source: Source<'i, 'a>) -> Reader<Source<'i, 'a>> {
    let mut reader = Reader::from_reader(source);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    reader
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}
