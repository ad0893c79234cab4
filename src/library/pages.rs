//! The pages of SQLite's files, read without SQLite. The format: <https://www.sqlite.org/fileformat2.html>.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::types::Value;

/// The bytes with which a database of SQLite begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// The header at the start of the first page.
const HEADER: usize = 100;

/// The length that a database should have according to its first page; 0 if the file is no database.
pub(super) fn expected_length(database: &Path) -> io::Result<u64> {
    let Some(header) = read_up_to::<HEADER>(&mut File::open(database)?)? else { return Ok(0) };
    if !header.starts_with(MAGIC) {
        return Ok(0);
    }
    Ok(u64::from(number(&header, 28)) * size_in(&header) as u64)
}

/// Reads a page of a database. Pages are counted from 1. `None` if the file ends before the end of the page.
pub(super) fn read(database: &Path, page: u32) -> io::Result<Option<Vec<u8>>> {
    let mut file = File::open(database)?;
    let Some(header) = read_up_to::<HEADER>(&mut file)? else { return Ok(None) };
    let mut bytes = vec![0; size_in(&header)];
    file.seek(SeekFrom::Start(u64::from(page.saturating_sub(1)) * bytes.len() as u64))?;
    match file.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

fn size_in(header: &[u8; HEADER]) -> usize {
    size(u16::from_be_bytes([header[16], header[17]]).into())
}

/// The size of a page as it is written in a file. 1 stands for 65,536. A damaged size is replaced by the usual one.
pub(super) fn size(written: u32) -> usize {
    match written {
        1 => 65_536,
        512..=65_536 if written.is_power_of_two() => written as usize,
        _ => 4_096,
    }
}

/// The four bytes at a position, as a big-endian number.
pub(super) fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Reads exactly `N` bytes; `None` if the file ends before.
pub(super) fn read_up_to<const N: usize>(file: &mut impl Read) -> io::Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    match file.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// A page of rows: a leaf of a table.
const TABLE_LEAF: u8 = 0x0d;

/// The longest row that is read: more than any record that relata writes.
const LONGEST_ROW: u64 = 1 << 28;

/// The cells of a page of rows: each key with the bytes of its record. Empty for other pages. Leaves out cells that
/// are damaged or continue in pages that cannot be read.
pub(super) fn cells(database: &Path, page: &[u8], number: u32) -> io::Result<Vec<(i64, Vec<u8>)>> {
    let start = if number == 1 { HEADER } else { 0 };
    let mut cells = Vec::new();
    if page.get(start) != Some(&TABLE_LEAF) {
        return Ok(cells);
    }
    let count = usize::from(u16::from_be_bytes([page[start + 3], page[start + 4]]));
    for at in (0..count).map(|cell| start + 8 + 2 * cell) {
        let Some(pointer) = page.get(at..at + 2) else { break };
        let pointer = usize::from(u16::from_be_bytes([pointer[0], pointer[1]]));
        if let Some(cell) = cell(database, page, pointer)? {
            cells.push(cell);
        }
    }
    Ok(cells)
}

fn cell(database: &Path, page: &[u8], at: usize) -> io::Result<Option<(i64, Vec<u8>)>> {
    let Some((length, at)) = varint(page, at) else { return Ok(None) };
    let Some((key, at)) = varint(page, at) else { return Ok(None) };
    if length > LONGEST_ROW {
        return Ok(None);
    }
    // How many bytes of a long record are in the page itself: "B-tree Pages" in the description of the format.
    let (length, usable) = (length as usize, page.len());
    let (most, least) = (usable - 35, (usable - 12) * 32 / 255 - 23);
    let local = match least + length.saturating_sub(least) % (usable - 4) {
        _ if length <= most => length,
        local if local <= most => local,
        _ => least,
    };
    let Some(bytes) = page.get(at..at + local) else { return Ok(None) };
    let mut record = bytes.to_vec();
    let mut next = match page.get(at + local..at + local + 4) {
        Some(bytes) if local < length => number(bytes, 0),
        _ => 0,
    };
    while record.len() < length {
        let Some(overflow) = (if next == 0 { None } else { read(database, next)? }) else { return Ok(None) };
        let wanted = (length - record.len()).min(usable - 4);
        record.extend(&overflow[4..4 + wanted]);
        next = number(&overflow, 0);
    }
    Ok(Some((key.cast_signed(), record)))
}

/// The values of a record; `None` if it is damaged.
pub(super) fn values(record: &[u8]) -> Option<Vec<Value>> {
    let (header, mut at) = varint(record, 0)?;
    let mut body = usize::try_from(header).ok()?;
    let mut values = Vec::new();
    while at < usize::try_from(header).ok()? {
        let (sort, next) = varint(record, at)?;
        at = next;
        let length = match sort {
            0 | 8 | 9 => 0,
            1..=4 => sort as usize,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => usize::try_from((sort - 12) / 2).ok()?,
        };
        let bytes = record.get(body..body.checked_add(length)?)?;
        body += length;
        values.push(match sort {
            0 => Value::Null,
            8 | 9 => Value::Integer(sort as i64 - 8),
            7 => Value::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
            1..=6 => Value::Integer(signed(bytes)),
            _ if sort % 2 == 0 => Value::Blob(bytes.to_vec()),
            _ => Value::Text(String::from_utf8(bytes.to_vec()).ok()?),
        });
    }
    (body == record.len()).then_some(values)
}

/// A big-endian number in two's complement, of one to eight bytes.
fn signed(bytes: &[u8]) -> i64 {
    let first = i64::from(bytes[0].cast_signed());
    bytes[1..].iter().fold(first, |number, byte| number << 8 | i64::from(*byte))
}

/// Reads a number of SQLite's variable length: seven bits in each of up to eight bytes, and eight in a ninth. Returns
/// it with the position after it.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut number = 0u64;
    for place in 0..9 {
        let byte = *bytes.get(at + place)?;
        if place == 8 {
            return Some((number << 8 | u64::from(byte), at + 9));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((number, at + place + 1));
        }
    }
    None
}
