//! Finds where each record of a table ends, even if a double quote is opened and never closed.
//!
//! Such a stray quote puts all rows up to the next quote into one cell. It is recognised by this cell: its lines are
//! rows of the table, or the quote that closes it was meant to open a cell of a later row. Then the line with the stray
//! quote is read as a separate row, without the quote, and reading continues with the next line. At most [`LOOK_AHEAD`]
//! lines are examined, which limits the time for a file with many stray quotes.

use std::collections::VecDeque;

use csv_core::ReadRecordResult;

use super::super::input::Input;
use super::super::limits::MAX_RECORD_BYTES;
use super::super::lines::{next_bytes, text};

/// How many lines after a quote are examined to decide whether it is stray.
const LOOK_AHEAD: usize = 64;

/// The most cells of a record: as many as a row of Excel has. Each cell takes many times the memory of its delimiter.
pub(super) const MAX_CELLS: usize = 1 << 14;

pub(super) struct Records {
    pub delimiter: u8,
    /// How many cells a row has; known after the header was read.
    pub columns: Option<usize>,
    /// The first line with a stray quote, and how many such lines there are.
    pub stray_quotes: Option<(u64, u64)>,
    buffer: Vec<u8>,
    cutter: Cutter,
    /// Lines after a stray quote, which are read again.
    again: VecDeque<Vec<u8>>,
    /// The number of the first line in `again`.
    again_at: u64,
}

/// The cells of a record, or the reason why it cannot be read.
type Cells = Result<Vec<String>, String>;

impl Records {
    pub(super) fn new(delimiter: u8) -> Self {
        let (buffer, cutter, again) = (Vec::new(), Cutter::new(delimiter), VecDeque::new());
        Self { delimiter, columns: None, stray_quotes: None, buffer, cutter, again, again_at: 0 }
    }

    /// Returns the next record that is not blank, and the line on which it starts.
    pub(super) fn next(&mut self, input: &mut Input) -> Option<(u64, Cells)> {
        loop {
            let line = if self.again.is_empty() { input.line() } else { self.again_at };
            let (mut length, mut behind) = (0, 0);
            let mut quoting = Quoting::FieldStart;
            loop {
                match self.next_line(input, length) {
                    None if length == 0 => return None,
                    None => break,
                    Some(Err(reason)) => return Some((line, Err(reason))),
                    Some(Ok(())) => {}
                }
                quoting = quoting.scan(&self.buffer[length..], &[self.delimiter]);
                if quoting != Quoting::Inside {
                    break;
                }
                self.buffer.push(b'\n');
                length = self.buffer.len();
                behind += 1;
                if behind == LOOK_AHEAD && self.is_stray_quote(Quoted::Open) {
                    return Some((line, self.without_stray_quote(line)));
                }
            }
            if quoting == Quoting::Inside {
                if self.is_stray_quote(Quoted::Open) {
                    return Some((line, self.without_stray_quote(line)));
                }
                return (!input.broke_off()).then(|| (line, Err(self.never_closed())));
            }
            if self.buffer.trim_ascii().is_empty() {
                continue;
            }
            let record = text(&self.buffer).and_then(|_| match self.cutter.cells(&self.buffer) {
                cells if cells.len() > MAX_CELLS => {
                    Err(format!("more than {MAX_CELLS} cells in a row; no spreadsheet has so many"))
                }
                cells => Ok(cells),
            });
            let is_row = record.as_ref().is_ok_and(|cells| Some(cells.len()) == self.columns);
            let is_short = (1..LOOK_AHEAD).contains(&behind);
            if is_short && self.is_stray_quote(if is_row { Quoted::Row } else { Quoted::NoRow }) {
                return Some((line, self.without_stray_quote(line)));
            }
            return Some((line, record));
        }
    }

    fn next_line(&mut self, input: &mut Input, keep: usize) -> Option<Result<(), String>> {
        let Some(line) = self.again.pop_front() else {
            return next_bytes(input, &mut self.buffer, keep, MAX_RECORD_BYTES);
        };
        self.again_at += 1;
        self.buffer.truncate(keep);
        self.buffer.extend_from_slice(&line);
        Some(Ok(()))
    }

    /// Whether the quote that is open at the end of the first line in the buffer is stray: whether its cell contains
    /// rows of the table. `found` is what happened to the quote.
    fn is_stray_quote(&mut self, found: Quoted) -> bool {
        let Some(columns) = self.columns.filter(|columns| *columns > 1) else { return false };
        let mut lines = self.buffer.split(|byte| *byte == b'\n');
        let first = lines.next().unwrap_or_default();
        let quote = Quoting::open_quote(first, self.delimiter);
        let is_first_row = self.cutter.cells(&without(first, quote)).len() == columns;
        let mut is_row = |line: &[u8]| self.cutter.cells(line).len() == columns;
        let behind: Vec<bool> =
            lines.filter(|line| !line.trim_ascii().is_empty()).take(LOOK_AHEAD).map(&mut is_row).collect();
        let are_rows = behind.iter().filter(|is_row| **is_row).count() * 2 > behind.len();
        match found {
            // A file that was cut off within a quoted cell also ends with an open quote. The quote is stray if the line
            // is a whole row without it.
            Quoted::Open if behind.is_empty() => is_first_row && first[quote..].contains(&self.delimiter),
            Quoted::Open => are_rows,
            Quoted::Row => is_first_row && closing_quote_could_open_a_cell(&self.buffer, self.delimiter),
            Quoted::NoRow => closing_quote_could_open_a_cell(&self.buffer, self.delimiter) || is_first_row && are_rows,
        }
    }

    /// Returns the first line in the buffer as a row of its own, without the stray quote. The lines after it are read
    /// again.
    fn without_stray_quote(&mut self, line: u64) -> Cells {
        let mut lines = self.buffer.split(|byte| *byte == b'\n');
        let first = lines.next().unwrap_or_default();
        // If the buffer ends with a line end, the last piece is empty.
        let behind: Vec<_> = lines.map(<[u8]>::to_vec).collect();
        let count = behind.len() - usize::from(self.buffer.ends_with(b"\n"));
        behind.into_iter().take(count).rev().for_each(|line| self.again.push_front(line));
        self.again_at = line + 1;
        let cells = self.cutter.cells(&without(text(first)?.as_bytes(), Quoting::open_quote(first, self.delimiter)));
        if Some(cells.len()) != self.columns {
            return Err("a double quote is opened here and never closed; close it or remove it".to_owned());
        }
        let (first, count) = self.stray_quotes.unwrap_or((line, 0));
        self.stray_quotes = Some((first, count + 1));
        Ok(cells)
    }

    fn never_closed(&self) -> String {
        let behind = self.buffer.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1);
        let lost = match behind {
            0 => String::new(),
            _ => format!(", so {} after it were not read; close it or remove it", counted(behind as u64, "line")),
        };
        format!("a double quote is opened here and never closed{lost}")
    }
}

/// What happened to a quote that was open at the end of its line.
#[derive(Clone, Copy)]
enum Quoted {
    /// It is still open.
    Open,
    /// It was closed, and the record has as many cells as the table has columns.
    Row,
    /// It was closed, and the record has another number of cells.
    NoRow,
}

/// `line` without the byte at `quote`.
fn without(line: &[u8], quote: usize) -> Vec<u8> {
    [&line[..quote], line.get(quote + 1..).unwrap_or_default()].concat()
}

/// The state of a scan for quotes. It must agree with the automaton of the csv crate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Quoting {
    FieldStart,
    /// In a field without quotes, or after the closing quote of a field. Here a quote is an ordinary character.
    Outside,
    Inside,
    /// After a quote in a quoted field: it is the closing quote, or the first of a pair.
    AtQuote,
}

impl Quoting {
    /// Returns the state after `bytes`.
    pub(super) fn scan(mut self, bytes: &[u8], delimiters: &[u8]) -> Self {
        for byte in bytes {
            self = self.after(*byte, delimiters);
        }
        self
    }

    /// Returns the position of the quote that is open at the end of a line, or the length of the line if there is none.
    fn open_quote(line: &[u8], delimiter: u8) -> usize {
        let (mut quoting, mut open) = (Self::FieldStart, 0);
        for (at, byte) in line.iter().enumerate() {
            if quoting == Self::FieldStart {
                open = at;
            }
            quoting = quoting.after(*byte, &[delimiter]);
        }
        if quoting == Self::Inside { open } else { line.len() }
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

/// Whether a quote that closes a cell looks like one that opens another cell: it follows a delimiter, and text follows
/// it.
fn closing_quote_could_open_a_cell(record: &[u8], delimiter: u8) -> bool {
    let mut quoting = Quoting::FieldStart;
    record.iter().enumerate().any(|(at, byte)| {
        let before = quoting;
        quoting = quoting.after(*byte, &[delimiter]);
        let is_end = before == Quoting::AtQuote && quoting == Quoting::Outside;
        is_end && at >= 2 && record[at - 2] == delimiter
    })
}

/// Splits records into cells. Use one for many records, because making the automaton takes longer than running it.
pub(super) struct Cutter {
    automaton: csv_core::Reader,
    /// The texts of the cells, one after the other.
    text: Vec<u8>,
    /// The end of each cell in `text`.
    ends: Vec<usize>,
}

impl Cutter {
    pub(super) fn new(delimiter: u8) -> Self {
        let automaton = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Self { automaton, text: Vec::new(), ends: Vec::new() }
    }

    /// Returns the cells of the first record in `bytes`, but at most one more than [`MAX_CELLS`]. For a blank record,
    /// the list is empty.
    pub(super) fn cells(&mut self, bytes: &[u8]) -> Vec<String> {
        self.automaton.reset();
        // The texts are never longer than `bytes`, and each cell ends at one of the bytes or at the end.
        self.text.resize(bytes.len().max(self.text.len()), 0);
        self.ends.resize((bytes.len() + 1).min(MAX_CELLS + 1).max(self.ends.len()), 0);
        let (mut read, mut written, mut count) = (0, 0, 0);
        // The second call gets no bytes, which ends the record.
        for _ in 0..2 {
            let (rest, text, ends) = (&bytes[read..], &mut self.text[written..], &mut self.ends[count..]);
            let (result, more_read, more_written, more) = self.automaton.read_record(rest, text, ends);
            (read, written, count) = (read + more_read, written + more_written, count + more);
            if matches!(result, ReadRecordResult::Record | ReadRecordResult::OutputEndsFull) {
                break;
            }
        }
        let starts = std::iter::once(&0).chain(&self.ends);
        let cells = starts.zip(&self.ends[..count]).map(|(start, end)| &self.text[*start..*end]);
        cells.map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
    }
}

/// Returns a number with its noun: "1 line", "2 lines".
pub(super) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_has_no_stray_quote(
            cells in proptest::collection::vec("[ab\"; ]{0,5}", 1..6)
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
            writer.write_record(&cells).unwrap();
            let line = writer.into_inner().unwrap();
            let line = line.strip_suffix(b"\n").unwrap();
            prop_assert_eq!(Quoting::open_quote(line, b';'), line.len());
            prop_assert_eq!(Cutter::new(b';').cells(line), cells);
        }
    }

    #[test]
    fn a_cell_with_a_stray_quote_ends_at_the_delimiter() {
        let cells = |line: &str| {
            let quote = Quoting::open_quote(line.as_bytes(), b',');
            Cutter::new(b',').cells(&without(line.as_bytes(), quote))
        };
        assert_eq!(cells("1,\"On Bees,1999"), ["1", "On Bees", "1999"]);
        assert_eq!(cells("1,\"A, or B\",\"On Bees,1999"), ["1", "A, or B", "On Bees", "1999"]);
    }
}
