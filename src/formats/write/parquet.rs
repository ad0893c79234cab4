//! [Parquet](https://parquet.apache.org/docs/file-format/): a row per paper with its id, its title and its vector, a
//! list of 32-bit floats ([nested types](https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists)).

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::data_type::{ByteArray, ByteArrayType, FloatType};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use ::parquet::schema::types::ColumnPath;

use super::writer::VectorWriter;
use crate::paper::Paper;

/// The columns. Parquet has no type for lists of a fixed length, so `vector` is a plain list.
const SCHEMA: &str = "message papers {
    required binary id (STRING);
    required binary title (STRING);
    required group vector (LIST) { repeated group list { required float element; } }
}";

/// The number of rows in a group, which are held in memory and written together: a few MiB of vectors.
const GROUP: usize = 4096;

/// Writes vectors as a table.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    ids: Vec<ByteArray>,
    titles: Vec<ByteArray>,
    numbers: Vec<f32>,
    /// 0 for the first number of each vector, else 1.
    repetitions: Vec<i16>,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Begins a table.
    pub fn new(out: W) -> io::Result<Self> {
        let schema = parse_message_type(SCHEMA).map_err(into_io)?;
        let numbers = ColumnPath::from("vector.list.element");
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            // Vectors do not compress.
            .set_column_compression(numbers.clone(), Compression::UNCOMPRESSED)
            .set_column_dictionary_enabled(numbers, false)
            .build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(into_io)?;
        Ok(Self { file, ids: Vec::new(), titles: Vec::new(), numbers: Vec::new(), repetitions: Vec::new() })
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for texts in [&self.ids, &self.titles] {
            if let Some(mut column) = group.next_column()? {
                column.typed::<ByteArrayType>().write_batch(texts, None, None)?;
                column.close()?;
            }
        }
        if let Some(mut column) = group.next_column()? {
            let defined = vec![1; self.numbers.len()];
            column.typed::<FloatType>().write_batch(&self.numbers, Some(&defined), Some(&self.repetitions))?;
            column.close()?;
        }
        group.close()?;
        self.ids.clear();
        self.titles.clear();
        self.numbers.clear();
        self.repetitions.clear();
        Ok(())
    }
}

impl<W: Write + Send> VectorWriter for ParquetWriter<W> {
    fn vector(&mut self, paper: &Paper, vector: &[f32]) -> io::Result<()> {
        self.ids.push(paper.id.as_str().into());
        self.titles.push(paper.title.as_str().into());
        self.numbers.extend_from_slice(vector);
        self.repetitions.extend((0..vector.len()).map(|at| i16::from(at > 0)));
        if self.ids.len() == GROUP { self.write_group().map_err(into_io) } else { Ok(()) }
    }

    fn finish(&mut self) -> io::Result<()> {
        if !self.ids.is_empty() {
            self.write_group().map_err(into_io)?;
        }
        self.file.finish().map(|_| ()).map_err(into_io)
    }
}

pub(crate) fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        error => io::Error::other(error),
    }
}
