//! Lines of text, one at a time, of bounded length.

use std::io::BufRead;

use super::input::Input;
use super::limits::MAX_RECORD_BYTES;

/// Reads the next line, of up to `limit` bytes and without its end (`\n` or `\r\n`), or the message why it cannot be
/// used; `None` at the end, also where the input broke off in the middle of a line.
///
/// `buffer` is overwritten; giving the same one each time saves allocations.
pub(super) fn next_line<'b>(
    input: &mut Input,
    buffer: &'b mut Vec<u8>,
    limit: usize,
) -> Option<Result<&'b str, String>> {
    Some(next_bytes(input, buffer, 0, limit)?.and_then(|()| text(buffer)))
}

/// Appends the next line, without its end, to the first `keep` bytes of `buffer`. The limit is for both together: a
/// line over it is skipped to its end, and not held.
pub(super) fn next_bytes(
    input: &mut Input,
    buffer: &mut Vec<u8>,
    keep: usize,
    limit: usize,
) -> Option<Result<(), String>> {
    buffer.truncate(keep);
    let mut length = keep as u64;
    loop {
        // `Input` keeps its errors to itself.
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

/// The message for a record of `bytes` bytes or more, more than [`MAX_RECORD_BYTES`].
pub(super) fn too_large(bytes: u64) -> String {
    over(MAX_RECORD_BYTES, bytes)
}

/// The message for a record of `bytes` bytes or more, more than `limit`.
fn over(limit: usize, bytes: u64) -> String {
    format!(
        "a record of {} MiB, more than the {} MiB that are read; skipped. Split it, or take full texts out of it",
        bytes >> 20,
        limit >> 20
    )
}

/// `bytes` as text, or the message that they are not UTF-8.
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
