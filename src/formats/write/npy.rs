//! NumPy's own format, [version 1.0](https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): one
//! matrix of 32-bit floats, little-endian, a row per paper. `numpy.load` reads it, also with `mmap_mode="r"`.
//!
//! The header has the number of rows, so the number must be known when writing begins.

use std::io::{self, Write};

use super::writer::VectorWriter;
use crate::paper::Paper;

/// The length of the whole header. It has room for two numbers of 20 digits, and is a multiple of 64, so that the
/// matrix is aligned in a mapped file.
const HEADER_BYTES: usize = 128;

/// The magic string and version 1.0.
const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";

/// Writes vectors as a matrix for NumPy.
pub struct NpyWriter<W> {
    out: W,
    dim: usize,
    left: u64,
}

impl<W: Write> NpyWriter<W> {
    /// Begins a matrix of `rows` rows of `dim` numbers.
    pub fn new(mut out: W, rows: u64, dim: usize) -> io::Result<Self> {
        let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {dim}), }}");
        // The length of the rest of the header, after the two bytes of the length itself. It includes the line end.
        let length = HEADER_BYTES - MAGIC.len() - 2;
        out.write_all(MAGIC)?;
        out.write_all(&[length as u8, 0])?;
        writeln!(out, "{text:width$}", width = length - 1)?;
        Ok(Self { out, dim, left: rows })
    }
}

impl<W: Write> VectorWriter for NpyWriter<W> {
    fn vector(&mut self, _paper: &Paper, vector: &[f32]) -> io::Result<()> {
        self.left = self.left.checked_sub(1).filter(|_| vector.len() == self.dim).ok_or_else(other_shape)?;
        vector.iter().try_for_each(|number| self.out.write_all(&number.to_le_bytes()))
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.left > 0 {
            return Err(other_shape());
        }
        self.out.flush()
    }
}

fn other_shape() -> io::Error {
    io::Error::other("the number or the length of the vectors differs from the shape in the header")
}
