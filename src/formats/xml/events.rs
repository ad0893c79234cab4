//! Turns bytes into records: tracks the open elements, collects the content of records, and continues where the XML is
//! broken.
//!
//! [quick-xml](https://docs.rs/quick-xml) finds tags and texts ([XML 1.0](https://www.w3.org/TR/xml/)). This module
//! matches start and end tags itself, because people cut, join and edit their files. An end tag closes the nearest open
//! element of its name, and is ignored if there is none. A `<` that starts no tag is text. A second document in the
//! same file starts without open elements. Names are compared without their prefixes, because prefixes are often not
//! declared.

mod recovery;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::source::Source;
use super::tree::{Element, MAX_DEPTH, NODE_BYTES};
use crate::formats::limits::MAX_RECORD_BYTES;
use crate::formats::lines::too_large;

/// The reader of quick-xml is restarted when it counts more open elements than this. It never stops counting an element
/// without an end tag, and keeps its name.
const MAX_COUNTED: usize = 4 * MAX_DEPTH;

/// A tag counts as one more element for each of these bytes, since quick-xml keeps names of any length.
const COUNTED_BYTES: usize = 64;

/// What [`Events::next`] has read.
#[derive(Debug)]
pub(super) enum Step {
    /// An element outside of records started; see [`Events::started`].
    Start,
    /// The current record, which [`Events::begin_record`] began, is complete.
    Record(Element),
    /// The current record cannot be used.
    Broken { line: u64, reason: String },
    /// The document type declaration defines entities.
    Entities { line: u64 },
    /// The end of the file, with the name of the outermost element that is still open.
    End(Option<String>),
}

/// Reads a document event by event.
pub(super) struct Events<'i, 'a> {
    reader: Reader<Source<'i, 'a>>,
    /// The bytes of the current event. Its memory is used again for the next one.
    buffer: Vec<u8>,
    /// The open elements, the outermost first. Their content is collected only within a record.
    open: Vec<Element>,
    /// How many elements deeper than [`MAX_DEPTH`] are open.
    too_deep: u64,
    /// About how many elements quick-xml counts as open.
    counted: usize,
    /// Whether the element that has just started is empty (`<a/>`), and so ends at once.
    ends_at_once: bool,
    record: Option<CurrentRecord>,
    /// The line and the description of the first error in the XML, until the caller takes it.
    pub(super) first_error: Option<(u64, String)>,
    has_error: bool,
}

/// The state of the current record.
struct CurrentRecord {
    /// How many elements are open around the record.
    depth: usize,
    pruned: &'static [&'static str],
    /// Whether the record may contain an element of its own name. If not, such an element shows that the record's end
    /// tag is missing.
    nests: bool,
    /// How many elements are open around the pruned element, if one is open.
    pruned_at: Option<usize>,
    fault: Option<Fault>,
    /// How many bytes were consumed before the record.
    start: u64,
    /// The approximate size of the record in bytes.
    size: usize,
}

impl CurrentRecord {
    fn is_ignoring(&self) -> bool {
        self.pruned_at.is_some() || self.fault.is_some()
    }
}

#[derive(Clone, Copy)]
enum Fault {
    TooLarge,
    TooDeep,
}

impl<'i, 'a> Events<'i, 'a> {
    pub(super) fn new(source: Source<'i, 'a>) -> Self {
        Self {
            reader: new_reader(source),
            buffer: Vec::new(),
            open: Vec::new(),
            too_deep: 0,
            counted: 0,
            ends_at_once: false,
            record: None,
            first_error: None,
            has_error: false,
        }
    }

    /// Reads to the next step.
    pub(super) fn next(&mut self) -> Step {
        loop {
            if let Some(step) = self.advance() {
                return step;
            }
        }
    }

    /// Returns the element that has just started, without content, and the name of its parent.
    pub(super) fn started(&self) -> Option<(&Element, &str)> {
        let (element, around) = self.open.split_last()?;
        Some((element, around.last().map_or("", Element::name)))
    }

    /// The line of the next byte.
    pub(super) fn line(&self) -> u64 {
        self.reader.get_ref().line()
    }

    pub(super) fn broke_off(&self) -> bool {
        self.reader.get_ref().broke_off()
    }

    /// Begins a record with the element that has just started. Collects all its content except the elements in
    /// `pruned`.
    /// `nests` is whether the record may contain an element of its own name.
    pub(super) fn begin_record(&mut self, pruned: &'static [&'static str], nests: bool) {
        self.record = Some(CurrentRecord {
            depth: self.open.len() - 1,
            pruned,
            nests,
            pruned_at: None,
            fault: None,
            start: self.reader.get_ref().consumed(),
            size: 0,
        });
    }

    fn advance(&mut self) -> Option<Step> {
        if std::mem::take(&mut self.ends_at_once) {
            return self.close_to(self.open.len() - 1);
        }
        if self.counted > MAX_COUNTED {
            self.restart();
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let step = self.read_event(&mut buffer);
        buffer.clear();
        self.buffer = buffer;
        step
    }

    /// Reads one event into `buffer`, which must be empty.
    fn read_event(&mut self, buffer: &mut Vec<u8>) -> Option<Step> {
        let line = self.line();
        self.reader.get_mut().allow_event();
        let event = match self.reader.read_event_into(buffer) {
            Ok(event) => event,
            Err(error) => {
                self.recover(error, buffer, line);
                return None;
            }
        };
        match event {
            Event::Start(tag) => return self.start(&tag, false, line),
            Event::Empty(tag) => return self.start(&tag, true, line),
            Event::End(tag) => return self.end(tag.name().as_ref(), line),
            Event::Text(text) => self.text(&text),
            Event::CData(text) => self.text(&text),
            // An unknown entity stays in the text.
            Event::GeneralRef(name) => self.text(&htmlize::unescape(format!("&{};", &*name))),
            Event::Decl(_) => return self.new_document(),
            Event::DocType(text) => {
                let entities = text.contains("<!ENTITY").then_some(Step::Entities { line });
                // If the declaration cuts off a record, only that is reported. Entities are not expanded anyway.
                return self.new_document().or(entities);
            }
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => return Some(self.finish()),
        }
        None
    }

    fn start(&mut self, tag: &BytesStart, is_empty: bool, line: u64) -> Option<Step> {
        let rest = || format!("{}{}", &**tag, if is_empty { "/>" } else { ">" });
        let is_name_start = |c: char| c.is_alphabetic() || matches!(c, '_' | ':');
        self.counted += if is_empty { 0 } else { 1 + tag.len() / COUNTED_BYTES };
        // A tag contains no `<`, not even in quotes.
        if !tag.starts_with(is_name_start) || tag.contains('<') {
            self.stray(rest().as_bytes(), line);
            return None;
        }
        let name = local(tag.name().0);
        if let Some(depth) = self.flat_record().filter(|depth| self.open[*depth].name == name) {
            self.note_error(line, format!("<{name}> starts before the last one has ended"));
            let is_given_back = self.reader.get_mut().give_back(format!("<{}", rest()).as_bytes());
            return if is_given_back { self.close_to(depth) } else { None };
        }
        let depth = self.open.len();
        if depth >= MAX_DEPTH {
            self.too_deep += u64::from(!is_empty);
            self.fail(Fault::TooDeep);
            return None;
        }
        self.ends_at_once = is_empty;
        let mut element = Element::new(name, line);
        let is_kept = match &mut self.record {
            Some(record) if record.is_ignoring() => false,
            Some(record) if record.pruned.contains(&name) => {
                record.pruned_at = Some(depth);
                false
            }
            _ => true,
        };
        if is_kept {
            element.attributes = attributes(tag);
        }
        let attributes = element.attributes.iter().map(|(name, value)| name.len() + value.len() + NODE_BYTES);
        let size = name.len() + NODE_BYTES + attributes.sum::<usize>();
        self.open.push(element);
        if self.record.is_none() {
            return Some(Step::Start);
        }
        if is_kept {
            self.grow(size);
        }
        None
    }

    fn end(&mut self, name: &str, line: u64) -> Option<Step> {
        self.counted = self.counted.saturating_sub(1);
        if let Some((name, rest)) = name.split_once('<') {
            self.reader.get_mut().give_back(format!("<{rest}>").as_bytes());
            return self.end(name, line);
        }
        let name = local(name.split_ascii_whitespace().next().unwrap_or_default());
        // An end tag with the name of the record ends the record at any depth.
        let ends_record = self.flat_record().is_some_and(|depth| self.open[depth].name == name);
        if self.too_deep > 0 && !ends_record {
            self.too_deep -= 1;
            return None;
        }
        match self.open.iter().rposition(|element| element.name == name) {
            Some(depth) => {
                if let Some(inner) = self.open[depth + 1..].last() {
                    let what = format!("</{name}> is where <{}> should end", inner.name);
                    self.note_error(line, what);
                }
                self.close_to(depth)
            }
            None => {
                self.note_error(line, format!("</{name}> ends no open element"));
                None
            }
        }
    }

    /// Returns the position of the current record in `open`, if the record cannot contain an element of its own name.
    fn flat_record(&self) -> Option<usize> {
        self.record.as_ref().filter(|record| !record.nests).map(|record| record.depth)
    }

    /// Closes all open elements except the outer `depth`.
    fn close_to(&mut self, depth: usize) -> Option<Step> {
        let mut step = None;
        while self.open.len() > depth
            && let Some(element) = self.open.pop()
        {
            let at = self.open.len();
            let Some(record) = &mut self.record else { continue };
            if at == record.depth {
                step = self.end_record(element);
            } else if record.pruned_at == Some(at) {
                record.pruned_at = None;
            } else if !record.is_ignoring()
                && let Some(parent) = self.open.last_mut()
            {
                parent.push_child(element);
            }
        }
        step
    }

    fn end_record(&mut self, element: Element) -> Option<Step> {
        let record = self.record.take()?;
        self.too_deep = 0;
        let reason = match record.fault {
            None => return Some(Step::Record(element)),
            Some(Fault::TooLarge) => too_large(self.reader.get_ref().consumed() - record.start),
            Some(Fault::TooDeep) => {
                format!("a record with elements nested more than {MAX_DEPTH} deep, unlike any list of papers; skipped")
            }
        };
        Some(Step::Broken { line: element.line, reason })
    }

    fn text(&mut self, text: &str) {
        if self.record.as_ref().is_none_or(CurrentRecord::is_ignoring) || self.too_deep > 0 {
            return;
        }
        // Line ends and indentation between elements become one space.
        let is_blank = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_whitespace());
        let piece = if is_blank { " " } else { text };
        if let Some(element) = self.open.last_mut() {
            element.push_text(piece);
            self.grow(piece.len());
        }
    }

    /// Adds to the size of the current record, which fails if it is too large.
    fn grow(&mut self, bytes: usize) {
        if let Some(record) = &mut self.record {
            record.size += bytes;
            if record.size > MAX_RECORD_BYTES {
                self.fail(Fault::TooLarge);
            }
        }
    }

    fn fail(&mut self, fault: Fault) {
        if let Some(record) = self.record.as_mut().filter(|record| !record.is_ignoring()) {
            record.fault = Some(fault);
            self.open[record.depth..].iter_mut().for_each(Element::remove_content);
        }
    }

    /// Starts a document. If a record is still open, it is lost and reported.
    fn new_document(&mut self) -> Option<Step> {
        let record = self.record.take();
        let line = record.map(|record| self.open[record.depth].line);
        self.open.clear();
        self.too_deep = 0;
        let reason = "this record is cut off: another XML document starts in the middle of it".to_owned();
        line.map(|line| Step::Broken { line, reason })
    }

    fn finish(&mut self) -> Step {
        let record = self.record.take().filter(|_| !self.broke_off());
        let line = record.map(|record| self.open[record.depth].line);
        let outermost = self.open.drain(..).next().map(|element| element.name);
        match line {
            Some(line) => {
                let reason = "the file ends in the middle of this record: it was cut off; earlier papers were read";
                Step::Broken { line, reason: reason.to_owned() }
            }
            None => Step::End(outermost),
        }
    }
}

fn attributes(tag: &BytesStart) -> Vec<(String, String)> {
    let mut attributes = tag.attributes();
    let attributes = attributes.with_checks(false).flatten();
    let own = attributes.filter(|attribute| attribute.key.0 != "xmlns" && !attribute.key.0.starts_with("xmlns:"));
    own.map(|attribute| {
        let value: &str = &attribute.value;
        (local(attribute.key.0).to_owned(), htmlize::unescape_attribute(value).into_owned())
    })
    .collect()
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
