//! Reads JSON: an array of papers, an object that contains such an array (the APIs of paper sites return this), or one
//! paper. A file may have several of these, one after the other. Only one element is in memory at a time.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::fields::{self, COMMON_CONTAINERS, Context, FieldMap, is_container};
use super::input::Input;
use super::limits::MAX_JSON_BYTES;
use super::output::Output;
use crate::{Error, Result};

/// How many keys a message lists for an object without papers.
const LISTED_KEYS: usize = 12;

/// A list in an object may have this many elements in a row that are not papers. If it has more, it counts as a list of
/// papers, and each of these elements is reported as a problem.
const MAX_DOUBTS: usize = 64;

pub(super) fn read(input: &mut Input, output: &mut Output, map: &FieldMap) -> Result<()> {
    let context = Context::new(map);
    let meter = Meter { line: Cell::new(input.line()), allowance: Cell::new(None) };
    let mut deserializer = serde_json::Deserializer::from_reader(Metered { input: &mut *input, meter: &meter });
    let mut reading = Reading { output, context: &context, meter: &meter, doubts: Vec::new(), failure: None };
    let mut outcome = Ok(());
    // `end` fails as long as anything but white space follows.
    while outcome.is_ok() && deserializer.end().is_err() {
        let document = Document { reading: &mut reading, depth: 0 };
        outcome = document.deserialize(&mut deserializer).map(|_| ());
    }
    if let Some(failure) = reading.failure {
        return Err(failure);
    }
    match outcome {
        Err(error) if !input.broke_off() => output.notice_at(error.line().max(1) as u64, explain(&error))?,
        _ => {}
    }
    context.finish(output)
}

fn explain(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or_default();
    if error.is_eof() {
        format!("the JSON ends in the middle ({what}): the file was cut off; earlier papers were read")
    } else if error.is_io() {
        format!("{what}; earlier papers were read")
    } else if what.starts_with("invalid unicode") {
        "not UTF-8; earlier papers were read. If the file is Latin-1, convert it: `iconv -f LATIN1 -t UTF-8 FILE > NEW_FILE`"
            .to_owned()
    } else {
        format!("not JSON from here on: {what} at column {}; earlier papers were read", error.column())
    }
}

/// How far the deserializer has read. serde_json does not give a visitor its position.
struct Meter {
    line: Cell<u64>,
    /// How many more bytes the current record may have.
    allowance: Cell<Option<usize>>,
}

struct Metered<'m, 'i, 'a> {
    input: &'i mut Input<'a>,
    meter: &'m Meter,
}

impl Read for Metered<'_, '_, '_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(target)?;
        self.meter.line.set(self.input.line());
        if let Some(allowance) = self.meter.allowance.get() {
            let left = allowance.checked_sub(count).ok_or_else(|| {
                io::Error::other(format!(
                    "a record has more than {} MiB, so reading stopped; split it, or remove full texts from it",
                    MAX_JSON_BYTES >> 20
                ))
            })?;
            self.meter.allowance.set(Some(left));
        }
        Ok(count)
    }
}

struct Reading<'r, 'o, 'a> {
    output: &'r mut Output<'a>,
    context: &'o Context<'o>,
    meter: &'o Meter,
    /// Problems with elements of a list in an object. They are reported if the list has papers, or if the object itself
    /// is not a paper. A paper, too, can have lists under names such as `data` or `documents`.
    doubts: Vec<(u64, String)>,
    /// An error of the sink. It is kept here because serde's error types cannot contain it.
    failure: Option<Error>,
}

impl Reading<'_, '_, '_> {
    /// Passes an element of a list to the output. Returns whether the list seems to be a list of papers.
    fn put(&mut self, line: u64, element: &Value, is_in_object: bool) -> Result<bool> {
        let reason = fields::put_or_explain(self.output, self.context, line, element)?;
        if let Some(reason) = reason {
            self.doubts.push((line, reason));
            if is_in_object && self.doubts.len() <= MAX_DOUBTS {
                return Ok(false);
            }
        }
        self.report_doubts()?;
        Ok(true)
    }

    fn report_doubts(&mut self) -> Result<()> {
        self.doubts.drain(..).try_for_each(|(line, reason)| self.output.problem(line, reason))
    }

    /// Handles an object in which no list of papers was found: the object itself may be a paper. Returns true if it is
    /// a paper, or if problems with elements of its lists were reported.
    fn put_object(&mut self, line: u64, object: Map<String, Value>, keys: &[String], depth: usize) -> Result<bool> {
        if fields::put_or_explain(self.output, self.context, line, &Value::Object(object))?.is_none() {
            self.doubts.clear();
            return Ok(true);
        }
        if depth > 0 {
            return Ok(false);
        }
        if !self.doubts.is_empty() {
            return self.report_doubts().map(|()| true);
        }
        let reason = format!(
            "no papers in this object; its keys are {}; relata looks for a list of papers under {}, \u{2026}",
            keys.join(", "),
            COMMON_CONTAINERS.join(", ")
        );
        self.output.problem(line, reason).map(|()| false)
    }

    /// Keeps an error of the sink in `failure`, and returns an error of serde's type, which stops the deserializer.
    fn kept<T, E: serde::de::Error>(&mut self, outcome: Result<T>) -> Result<T, E> {
        outcome.map_err(|failure| {
            self.failure = Some(failure);
            E::custom("stopped")
        })
    }
}

/// Reads a whole document, or the value under a container key. Returns whether it contains papers or is an empty list.
struct Document<'d, 'r, 'o, 'a> {
    reading: &'d mut Reading<'r, 'o, 'a>,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Methods of a visitor for values that contain no papers.
macro_rules! no_papers {
    ($($visit:ident $value:ty),*) => { $(fn $visit<E>(self, _: $value) -> Result<bool, E> { Ok(false) })* };
}

impl<'de> Visitor<'de> for Document<'_, '_, '_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array of papers or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<bool, A::Error> {
        let Self { reading, depth } = self;
        let (mut has_papers, mut is_empty) = (false, true);
        let meter = reading.meter;
        while let Some((line, element)) =
            elements.next_element_seed(Limited { meter, left: &mut { MAX_JSON_BYTES } })?
        {
            is_empty = false;
            let outcome = reading.put(line, &element, depth > 0);
            has_papers |= reading.kept(outcome)?;
        }
        if has_papers {
            let reported = reading.report_doubts();
            reading.kept(reported)?;
        }
        Ok(has_papers || is_empty)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<bool, A::Error> {
        let Self { reading, depth } = self;
        let line = reading.meter.line.get();
        let (mut object, mut keys, mut has_papers) = (Map::new(), Vec::new(), false);
        let (meter, left) = (reading.meter, &mut { MAX_JSON_BYTES });
        while let Some(key) = (Limited { meter, left }).run(|| entries.next_key::<String>())? {
            if keys.len() < LISTED_KEYS {
                keys.push(key.clone());
            }
            if is_container(&key) {
                has_papers |= entries.next_value_seed(Document { reading, depth: depth + 1 })?;
            } else {
                let (_, value) = entries.next_value_seed(Limited { meter, left })?;
                object.insert(key, value);
            }
        }
        // An object with a list of papers is not a paper, even if it has a title.
        if has_papers {
            reading.doubts.clear();
            return Ok(true);
        }
        let outcome = reading.put_object(line, object, &keys, depth);
        reading.kept(outcome)
    }

    no_papers!(visit_bool bool, visit_u64 u64, visit_i64 i64, visit_f64 f64, visit_str &str);

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }
}

/// Reads a value of at most `left` bytes, and returns it with the line on which it begins. The line is taken before the
/// value is parsed, when serde_json has read at most its first byte.
struct Limited<'m> {
    meter: &'m Meter,
    /// How many bytes the record may still have.
    left: &'m mut usize,
}

impl Limited<'_> {
    fn run<T>(self, parse: impl FnOnce() -> T) -> T {
        self.meter.allowance.set(Some(*self.left));
        let parsed = parse();
        *self.left = self.meter.allowance.take().unwrap_or_default();
        parsed
    }
}

impl<'de> DeserializeSeed<'de> for Limited<'_> {
    type Value = (u64, Value);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(u64, Value), D::Error> {
        let line = self.meter.line.get();
        let value = self.run(|| serde::Deserialize::deserialize(deserializer))?;
        Ok((line, value))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::super::Format;
    use super::super::tests::{read_bytes, read_reader};

    #[test]
    fn arrays_of_papers_objects_with_such_an_array_and_single_papers_are_read() {
        for (text, titles) in [
            ("[]", &[][..]),
            (r#"[{"title": "A"}, {"title": "B"}]"#, &["A", "B"]),
            (r#"{"Results": [{"title": "A"}], "meta": {"count": 1, "title": "no paper"}}"#, &["A"]),
            (
                r#"{"status": "ok", "message": {"total": 2, "items": [{"title": ["A"]}, {"title": ["B"]}]}}"#,
                &["A", "B"],
            ),
            (r#"{"title": "My reading list", "papers": [{"title": "A"}]}"#, &["A"]),
            (r#"{"title": "A", "references": [{"title": "cited"}], "results": 3}"#, &["A"]),
            (r#"{"references": [{"title": "cited"}], "title": "A", "data": "on request"}"#, &["A"]),
            ("{\n\"title\": \"A\"\n}\n{\n\"title\": \"B\"\n}\n", &["A", "B"]),
        ] {
            let outcome = read_bytes(text, "p.json");
            assert_eq!((outcome.titles(), outcome.problems.len()), (titles.to_vec(), 0), "in {text}");
        }
    }

    #[test]
    fn a_bad_element_does_not_affect_others() {
        let text = "[\n{\"title\": \"A\"},\nnull,\n\"B\", {\"name\": \"C\"},\n\n{\"title\":\n\"D\"}\n]";
        let outcome = read_bytes(text, "p.json");
        assert_eq!(outcome.titles(), ["A", "D"]);
        assert_eq!(outcome.lines, [2, 6]);
        assert_eq!(
            outcome.problems,
            [
                "p.json:3: not an object with a title, but null",
                "p.json:4: not an object with a title, but a string",
                "p.json:4: neither title nor abstract; the fields are name",
            ]
        );
    }

    #[test]
    fn bad_elements_at_the_end_of_a_list_in_an_object_are_reported() {
        let outcome = read_bytes(r#"{"papers": [{"title": "A"}, null, 5], "list": ["x"]}"#, "p.json");
        assert_eq!((outcome.titles(), outcome.problems.len()), (vec!["A"], 2), "{:?}", outcome.problems);
    }

    #[test]
    fn papers_before_a_syntax_error_are_kept_and_the_error_is_reported_once() {
        for (text, problem) in [
            (
                "[{\"title\": \"A\"},\n{\"title\": \"B\",}]",
                "p.json:2: not JSON from here on: trailing comma at column 15;",
            ),
            (
                "[{\"title\": \"A\"},\n{\"title\": \"B\"",
                "p.json:2: the JSON ends in the middle (EOF while parsing an object)",
            ),
            ("[{\"title\": \"A\"}]\n\nmore", "p.json:3: not JSON from here on: expected value"),
            ("[{\"title\": \"A\"}, 01]", "p.json:1: not JSON from here on: invalid number"),
        ] {
            let outcome = read_bytes(text, "p.json");
            assert_eq!(outcome.titles(), ["A"]);
            let [told] = &outcome.notices[..] else { panic!("{:?}", outcome.notices) };
            assert_eq!(outcome.problems, [""; 0], "the number of lost records is unknown");
            assert!(told.starts_with(problem) && told.contains("were read"), "{told}");
        }
        let latin = read_bytes(b"[{\"title\": \"A\"}, {\"title\": \"caf\xe9\"}]", "p.json");
        assert_eq!((latin.titles(), latin.problems.len()), (vec!["A", "café"], 0));
    }

    #[test]
    fn the_message_for_an_object_without_papers_lists_its_keys() {
        let outcome = read_bytes(r#"{"journal": "Bees", "wasps": [{"title": "A"}]}"#, "p.json");
        assert_eq!(
            outcome.problems,
            [
                "p.json:1: no papers in this object; its keys are journal, wasps; relata looks for a list of papers under \
              papers, data, results, items, works, records, \u{2026}"
            ]
        );
    }

    #[test]
    fn deep_nesting_and_huge_records_are_problems() {
        let (open, close) = ("[".repeat(1 << 20), "]".repeat(1 << 20));
        for text in [
            format!("{open}{close}"),
            open.clone(),
            format!("{{\"papers\": [{}", "{\"a\":".repeat(1 << 20)),
            format!("[{{\"title\": {open}{close}}}]"),
            "{\"data\":".repeat(1 << 18),
        ] {
            let outcome = read_reader(text.as_bytes(), "p.json", Some(Format::Json)).unwrap();
            let told = [outcome.problems, outcome.notices].concat();
            assert!(told[0].contains("recursion limit exceeded"), "{told:?}");
        }
        let huge = "[{\"title\": \"A\"}, {\"title\": \"".as_bytes().chain(std::io::repeat(b'x').take(1 << 40));
        let outcome = read_reader(huge, "p.json", None).unwrap();
        assert_eq!(outcome.titles(), ["A"]);
        assert!(outcome.notices[0].contains("a record has more than 4 MiB"), "{:?}", outcome.notices);
    }
}
