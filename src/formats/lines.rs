//! Reads lines of text of bounded length, one at a time.

use std::io::BufRead;

use super::input::Input;
use super::limits::MAX_RECORD_BYTES;

/// Reads the next line and returns it without its line end (`\n` or `\r\n`). Returns a message if the line has more
/// than `limit` bytes or is not UTF-8. Returns `None` at the end, also if the input broke off within a line.
///
/// `buffer` is overwritten. Passing the same buffer each time saves allocations.
pub(super) fn next_line<'b>(
    input: &mut Input,
    buffer: &'b mut Vec<u8>,
    limit: usize,
) -> Option<Result<&'b str, String>> {
    Some(next_bytes(input, buffer, 0, limit)?.and_then(|()| text(buffer)))
}

/// Cuts `buffer` to its first `keep` bytes, and appends the next line without its line end. If both together have more
/// than `limit` bytes, skips the line and returns a message.
pub(super) fn next_bytes(
    input: &mut Input,
    buffer: &mut Vec<u8>,
    keep: usize,
    limit: usize,
) -> Option<Result<(), String>> {
    buffer.truncate(keep);
    let mut length = keep as u64;
    loop {
        // `fill_buf` of `Input` never fails.
        let available = input.fill_buf().unwrap_or_default();
        let end = memchr::memchr(b'\n', available);
        let piece = &available[..end.unwrap_or(available.len())];
        length += piece.len() as u64;
        if length <= limit as u64 {
            buffer.extend_from_slice(piece);
        }
        let is_last = available.is_empty();
        let consumed = piece.len() + usize::from(end.is_some());
        input.consume(consumed);
        if is_last && (length == keep as u64 || input.broke_off()) {
            return None;
        }
        if end.is_some() || is_last {
            break;
        }
    }
    if length > limit as u64 {
        buffer.clear();
        return Some(Err(over(limit, length)));
    }
    if buffer.len() > keep && buffer.ends_with(b"\r") {
        buffer.pop();
    }
    Some(Ok(()))
}

/// Returns the message for a record of at least `bytes` bytes, which exceeds [`MAX_RECORD_BYTES`].
pub(super) fn too_large(bytes: u64) -> String {
    over(MAX_RECORD_BYTES, bytes)
}

/// Returns the message for a record of at least `bytes` bytes, which exceeds `limit`.
fn over(limit: usize, bytes: u64) -> String {
    format!(
        "a record of {} MiB, more than the limit of {} MiB, was skipped; split it, or remove full texts from it",
        bytes >> 20,
        limit >> 20
    )
}

/// Returns `bytes` as text, or a message if they are not UTF-8.
pub(super) fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        format!(
            "not UTF-8: byte {} of the line is 0x{:02X}; if the file is Latin-1, convert it: \
             `iconv -f LATIN1 -t UTF-8 FILE > NEW_FILE`",
            offset + 1,
            bytes[offset]
        )
    })
}
