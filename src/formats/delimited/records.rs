//! Where the records of a table end, also if a double quote is opened and never closed.
//!
//! Such a stray quote takes all rows up to the next quote into one cell. It differs from a cell of several lines by what it
//! took: rows of the table, each on its line, or the quote that opens a cell of a later row. Then its line is read by
//! itself, the quote as a character, and reading goes on with the next line. No more than [`LOOK_AHEAD`] lines are looked
//! at, which bounds the time for a file of stray quotes.

use super::super::input::Input;
use super::super::limits::MAX_RECORD_BYTES;
use super::super::lines::{next_bytes, text};

/// How many lines behind a quote show whether it is stray.
const LOOK_AHEAD: usize = 64;

/// Rows of fewer columns are too much like prose with a comma in it.
const MANY_COLUMNS: usize = 4;

/// So many rows, one after the other, are not prose.
const MANY_ROWS: usize = 4;

pub(super) struct Records {
    pub delimiter: u8,
    /// How many cells a row has, once the header was read.
    pub columns: Option<usize>,
    /// The first line with a stray quote, and how many there are.
    pub stray_quotes: Option<(u64, u64)>,
    buffer: Vec<u8>,
    cutter: Cutter,
    /// Lines behind a stray quote, to be read again.
    again: Again,
}

/// The cells of a record, or why it cannot be read.
type Cells = Result<Vec<String>, String>;

#[derive(Default)]
struct Again {
    /// Each with its end.
    lines: Vec<u8>,
    at: usize,
    line: u64,
}

impl Again {
    fn next(&mut self) -> Option<&[u8]> {
        let rest = self.lines.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.at += length + 1;
        self.line += 1;
        Some(&rest[..length])
    }

    /// Puts `lines`, the first of them number `line`, before what is left.
    fn put_back(&mut self, lines: &[u8], line: u64) {
        let mut all = lines.to_vec();
        if !all.is_empty() && !all.ends_with(b"\n") {
            all.push(b'\n');
        }
        all.extend_from_slice(self.lines.get(self.at..).unwrap_or_default());
        *self = Self { lines: all, at: 0, line };
    }
}

impl Records {
    pub(super) fn new(delimiter: u8) -> Self {
        let (buffer, cutter, again) = (Vec::new(), Cutter::new(delimiter), Again::default());
        Self { delimiter, columns: None, stray_quotes: None, buffer, cutter, again }
    }

    /// The next record that is not blank, and the line on which it starts.
    pub(super) fn next(&mut self, input: &mut Input) -> Option<(u64, Cells)> {
        loop {
            let line = if self.again.at < self.again.lines.len() { self.again.line } else { input.line() };
            let mut length = 0;
            let mut behind = 0;
            let mut quoting = Quoting::FieldStart;
            let is_closed = loop {
                match self.next_line(input, length) {
                    None if length == 0 => return None,
                    None => break false,
                    Some(Err(reason)) => return Some((line, Err(reason))),
                    Some(Ok(())) => {}
                }
                quoting = quoting.scan(&self.buffer[length..], &[self.delimiter]);
                if quoting != Quoting::Inside {
                    break true;
                }
                self.buffer.push(b'\n');
                length = self.buffer.len();
                behind += 1;
                if behind == LOOK_AHEAD && self.has_taken_rows(Quoted::Open) {
                    return Some((line, self.by_itself(line)));
                }
            };
            if !is_closed && self.has_taken_rows(Quoted::Open) {
                return Some((line, self.by_itself(line)));
            }
            if !is_closed {
                return (!input.broke_off()).then(|| (line, Err(self.never_closed())));
            }
            if self.buffer.trim_ascii().is_empty() {
                continue;
            }
            let record = text(&self.buffer).map(|_| self.cutter.cells(&self.buffer));
            let is_short = (1..LOOK_AHEAD).contains(&behind);
            let is_row = record.as_ref().is_ok_and(|cells| Some(cells.len()) == self.columns);
            if is_short && self.has_taken_rows(if is_row { Quoted::Row } else { Quoted::NoRow }) {
                return Some((line, self.by_itself(line)));
            }
            return Some((line, record));
        }
    }

    fn next_line(&mut self, input: &mut Input, keep: usize) -> Option<Result<(), String>> {
        let Some(line) = self.again.next() else { return next_bytes(input, &mut self.buffer, keep, MAX_RECORD_BYTES) };
        self.buffer.truncate(keep);
        self.buffer.extend_from_slice(line);
        Some(Ok(()))
    }

    /// Whether the quote that is open at the end of the first line in the buffer has taken rows into its cell.
    fn has_taken_rows(&self, found: Quoted) -> bool {
        let Some(columns) = self.columns.filter(|columns| *columns > 1) else { return false };
        let mut lines = self.buffer.split(|byte| *byte == b'\n');
        let is_row = |line: &[u8]| LineCells::new(line, self.delimiter).count() == columns;
        let first = lines.next().unwrap_or_default();
        let behind: Vec<bool> =
            lines.filter(|line| !line.trim_ascii().is_empty()).take(LOOK_AHEAD).map(is_row).collect();
        let rows = behind.iter().filter(|is_row| **is_row).count();
        let (all, most) = (rows == behind.len() && rows > 0, rows * 2 > behind.len());
        let met = || meets_a_cell(&self.buffer, self.delimiter);
        match found {
            // The last row of a file that was cut off ends in an open cell too.
            Quoted::Open if behind.is_empty() => is_row(first) && !opens_last_cell(first, self.delimiter),
            Quoted::Open => most,
            Quoted::Row => is_row(first) && met().is_some_and(|before| all || before == self.delimiter),
            Quoted::NoRow => {
                met().is_some_and(|before| before == self.delimiter || is_row(first) || most)
                    || is_row(first) && most && columns >= MANY_COLUMNS
                    || all && rows >= MANY_ROWS
            }
        }
    }

    /// The first line in the buffer as a row of its own; those behind it are read again.
    fn by_itself(&mut self, line: u64) -> Cells {
        let first_length = memchr::memchr(b'\n', &self.buffer).unwrap_or(self.buffer.len());
        let behind = self.buffer.get(first_length + 1..).unwrap_or_default();
        self.again.put_back(behind, line + 1);
        let first = text(&self.buffer[..first_length])?;
        let cells: Vec<String> = LineCells::new(first.as_bytes(), self.delimiter).map(of_cell).collect();
        if Some(cells.len()) != self.columns {
            return Err("a double quote is opened here and never closed; close it, or take it out".to_owned());
        }
        let (first, count) = self.stray_quotes.unwrap_or((line, 0));
        self.stray_quotes = Some((first, count + 1));
        Ok(cells)
    }

    fn never_closed(&self) -> String {
        let behind = self.buffer.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1);
        let lost = match behind {
            0 => String::new(),
            _ => format!(
                ", so that {} behind it were not read; close it, or take it out",
                counted(behind as u64, "line")
            ),
        };
        format!("a double quote is opened here and never closed{lost}")
    }
}

/// What happened to a quote that was open at the end of its line.
#[derive(Clone, Copy)]
enum Quoted {
    /// It is still open.
    Open,
    /// It was closed, and there are as many cells as there are columns.
    Row,
    NoRow,
}

/// Where in a record the scan is, as to quotes: the automaton of the csv crate, which this must agree with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Quoting {
    FieldStart,
    /// In a field without quotes, or behind its closing one: a quote here is a character.
    Outside,
    Inside,
    /// Behind a quote in a quoted field: the closing one, or the first of a pair.
    AtQuote,
}

impl Quoting {
    /// The state after `bytes` and, outside of quotes, the end of a line.
    pub(super) fn scan(mut self, bytes: &[u8], delimiters: &[u8]) -> Self {
        for byte in bytes {
            self = self.after(*byte, delimiters);
        }
        self
    }

    fn after(self, byte: u8, delimiters: &[u8]) -> Self {
        match (self, byte) {
            (Self::FieldStart | Self::AtQuote, b'"') => Self::Inside,
            (Self::Inside, b'"') => Self::AtQuote,
            (Self::Inside, _) => Self::Inside,
            (_, byte) if delimiters.contains(&byte) => Self::FieldStart,
            _ => Self::Outside,
        }
    }
}

/// The delimiter or line end before a quote that ends a quoted cell though it looks like the beginning of another one: text
/// follows it.
fn meets_a_cell(record: &[u8], delimiter: u8) -> Option<u8> {
    let mut quoting = Quoting::FieldStart;
    record.iter().enumerate().find_map(|(at, byte)| {
        let before = quoting;
        quoting = quoting.after(*byte, &[delimiter]);
        let is_met = before == Quoting::AtQuote && quoting == Quoting::Outside;
        let start = *record.get(at.checked_sub(2)?)?;
        (is_met && (start == delimiter || start == b'\n')).then_some(start)
    })
}

/// The cells of a line that is a row: one that opens a quote and does not close it has a quote in it.
struct LineCells<'l> {
    rest: Option<&'l [u8]>,
    delimiter: u8,
    /// As long as no quote was left open: behind one that was, none is closed.
    has_quoted: bool,
}

impl<'l> LineCells<'l> {
    fn new(line: &'l [u8], delimiter: u8) -> Self {
        Self { rest: Some(line), delimiter, has_quoted: true }
    }

    /// Where the quoted cell at the start of `rest` ends: behind its closing quote.
    fn quoted_end(&self, rest: &[u8]) -> Option<usize> {
        let mut at = 1;
        loop {
            at += memchr::memchr(b'"', rest.get(at..)?)? + 1;
            match rest.get(at) {
                Some(b'"') => at += 1,
                Some(byte) if *byte != self.delimiter => {}
                _ => return Some(at),
            }
        }
    }
}

impl<'l> Iterator for LineCells<'l> {
    type Item = &'l [u8];

    /// As written, with its quotes.
    fn next(&mut self) -> Option<&'l [u8]> {
        let rest = self.rest?;
        let quoted = (self.has_quoted && rest.starts_with(b"\"")).then(|| self.quoted_end(rest));
        self.has_quoted &= quoted != Some(None);
        let end = quoted.flatten().or_else(|| memchr::memchr(self.delimiter, rest)).unwrap_or(rest.len());
        self.rest = rest.get(end + 1..);
        Some(&rest[..end])
    }
}

fn opens_last_cell(line: &[u8], delimiter: u8) -> bool {
    LineCells::new(line, delimiter).last().is_some_and(|cell| cell.starts_with(b"\""))
}

fn of_cell(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    match text.strip_prefix('"') {
        None => text.into_owned(),
        Some(quoted) => match quoted.strip_suffix('"') {
            Some(inside) => inside.replace("\"\"", "\"").trim_end_matches('"').to_owned(),
            None => quoted.to_owned(),
        },
    }
}

/// Splits records into cells. Making the automaton takes longer than running it, so make one for many records.
pub(super) struct Cutter {
    automaton: csv_core::Reader,
    /// The text of the cells, one behind the other.
    text: Vec<u8>,
    /// Where each cell ends in it.
    ends: Vec<usize>,
}

impl Cutter {
    pub(super) fn new(delimiter: u8) -> Self {
        let automaton = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Self { automaton, text: Vec::new(), ends: Vec::new() }
    }

    /// The cells of the first record in `bytes`; none of a blank one.
    pub(super) fn cells(&mut self, bytes: &[u8]) -> Vec<String> {
        self.automaton.reset();
        // No cell is longer than what it was written as, and each ends at a byte or at the end of all.
        self.text.resize(bytes.len().max(self.text.len()), 0);
        self.ends.resize((bytes.len() + 1).max(self.ends.len()), 0);
        let (mut read, mut written, mut count) = (0, 0, 0);
        // The second call, without bytes, ends the record.
        for _ in 0..2 {
            let (rest, text, ends) = (&bytes[read..], &mut self.text[written..], &mut self.ends[count..]);
            let (result, more_read, more_written, more) = self.automaton.read_record(rest, text, ends);
            (read, written, count) = (read + more_read, written + more_written, count + more);
            if result == csv_core::ReadRecordResult::Record {
                break;
            }
        }
        let starts = std::iter::once(&0).chain(&self.ends);
        let cells = starts.zip(&self.ends[..count]).map(|(start, end)| &self.text[*start..*end]);
        cells.map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
    }
}

/// "1 line", "2 lines".
pub(super) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_line_without_a_stray_quote_has_the_cells_that_the_csv_crate_finds(
            cells in proptest::collection::vec("[ab\"; ]{0,5}", 1..6)
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
            writer.write_record(&cells).unwrap();
            let line = writer.into_inner().unwrap();
            let line = line.strip_suffix(b"\n").unwrap();
            prop_assert_eq!(LineCells::new(line, b';').count(), cells.len());
            prop_assert_eq!(Cutter::new(b';').cells(line), cells);
        }
    }

    #[test]
    fn a_cell_with_a_stray_quote_ends_at_the_delimiter() {
        let cells = |line: &str| LineCells::new(line.as_bytes(), b',').map(of_cell).collect::<Vec<_>>();
        assert_eq!(cells("1,\"On Bees,1999"), ["1", "On Bees", "1999"]);
        assert_eq!(cells("1,\"On Bees\"\",1999"), ["1", "On Bees", "1999"]);
        assert_eq!(cells("\"1\",\"On \"Bees\", or so\",\"1999"), ["1", "On \"Bees", " or so\"", "1999"]);
        assert_eq!(cells(""), [""]);
    }
}
