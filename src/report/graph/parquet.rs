//! [Parquet](https://parquet.apache.org/docs/file-format/): a row for each edge.

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, FloatType};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use super::writer::{EdgeOf, GraphWriter};
use crate::formats::write::parquet::into_io;

const SCHEMA: &str = "message edges {
    required binary source (STRING);
    required binary target (STRING);
    required float weight;
    required boolean mutual;
}";

/// Number of rows in a row group.
const GROUP: usize = 1 << 16;

/// Writes edges as a table.
pub(super) struct EdgeTable<W: Write + Send> {
    file: SerializedFileWriter<W>,
    ends: [Vec<ByteArray>; 2],
    weights: Vec<f32>,
    mutual: Vec<bool>,
}

impl<W: Write + Send> EdgeTable<W> {
    /// Begins a table.
    pub(super) fn new(out: W) -> io::Result<Self> {
        let schema = parse_message_type(SCHEMA).map_err(into_io)?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(into_io)?;
        Ok(Self { file, ends: [Vec::new(), Vec::new()], weights: Vec::new(), mutual: Vec::new() })
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for ids in &mut self.ends {
            if let Some(mut column) = group.next_column()? {
                column.typed::<ByteArrayType>().write_batch(ids, None, None)?;
                column.close()?;
            }
            ids.clear();
        }
        if let Some(mut column) = group.next_column()? {
            column.typed::<FloatType>().write_batch(&self.weights, None, None)?;
            column.close()?;
        }
        if let Some(mut column) = group.next_column()? {
            column.typed::<BoolType>().write_batch(&self.mutual, None, None)?;
            column.close()?;
        }
        group.close()?;
        self.weights.clear();
        self.mutual.clear();
        Ok(())
    }
}

impl<W: Write + Send> GraphWriter for EdgeTable<W> {
    fn edge(&mut self, edge: EdgeOf) -> io::Result<()> {
        for (ids, id) in self.ends.iter_mut().zip([edge.source, edge.target]) {
            ids.push(id.into());
        }
        self.weights.push(edge.weight);
        self.mutual.push(edge.is_mutual);
        if self.weights.len() == GROUP { self.write_group().map_err(into_io) } else { Ok(()) }
    }

    fn finish(&mut self) -> io::Result<()> {
        if !self.weights.is_empty() {
            self.write_group().map_err(into_io)?;
        }
        self.file.finish().map(|_| ()).map_err(into_io)
    }
}
