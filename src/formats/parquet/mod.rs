//! Reads [Parquet](https://parquet.apache.org/docs/file-format/), the format of many data sets and of
//! `pandas.DataFrame.to_parquet`.
//!
//! The parquet crate decodes the file. A column means what its name means in JSON, and columns without a known meaning
//! are not read. The description of the columns is at the end of a file, so Parquet cannot be read from a pipe. The
//! line number of a place or a problem is the number of the row.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use parquet::basic::{LogicalType, TimeUnit};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field as Cell, Row};
use parquet::schema::types::Type;
use serde_json::{Map, Value};

use super::fields::{self, Context, Field, FieldMap};
use super::limits::{MAX_RECORD_BYTES, unusable};
use super::lines::too_large;
use super::output::Output;
use crate::panics::guarded;
use crate::{Error, Result};

const MAGIC: &[u8] = b"PAR1";

/// The most columns that an error message lists.
const LISTED_COLUMNS: usize = 12;

/// Whether `file` is Parquet. Sets its position back to the start.
pub(super) fn claims(file: &mut File) -> std::io::Result<bool> {
    // A pipe cannot be rewound.
    if !file.metadata()?.is_file() {
        return Ok(false);
    }
    let mut start = Vec::new();
    file.take(MAGIC.len() as u64).read_to_end(&mut start)?;
    file.rewind()?;
    Ok(start == MAGIC)
}

/// Reads a whole file. After damage in a row group, skips the rest of the group and reads the next one.
pub(super) fn read(file: File, output: &mut Output, map: &FieldMap) -> Result<()> {
    let table = Table::open(file, output.path, map)?;
    let mut first_row = 1;
    for group in 0..table.reader.num_row_groups() {
        table.read_group(group, first_row, output)?;
        let rows = table.reader.metadata().row_group(group).num_rows().unsigned_abs();
        first_row = first_row.saturating_add(rows);
    }
    table.context.finish(output)
}

struct Table<'m> {
    reader: SerializedFileReader<File>,
    context: Context<'m>,
    /// The columns that are read.
    columns: Type,
    /// The names of columns with times in nanoseconds, which is how pandas stores days. The crate returns such times as
    /// plain numbers.
    nanoseconds: Vec<String>,
}

impl<'m> Table<'m> {
    fn open(file: File, path: &Path, map: &'m FieldMap) -> Result<Self> {
        let refused =
            |reason: String| unusable(path, format!("is damaged Parquet data ({reason}); get the file again"));
        let reader = guarded(|| SerializedFileReader::new(file)).map_err(refused)?;
        let context = Context::new(map);
        let meaning = |column: &Type| context.names.meaning(column.name()).map(|meaning| meaning.field);
        let schema = reader.metadata().file_metadata().schema();
        let known: Vec<_> = schema.get_fields().iter().filter(|column| meaning(column).is_some()).cloned().collect();
        if !known.iter().any(|column| meaning(column) == Some(Field::Title)) {
            return Err(without_title(schema, path));
        }
        let in_nanoseconds = known.iter().filter(|column| is_in_nanoseconds(column));
        let nanoseconds = in_nanoseconds.map(|column| column.name().to_owned()).collect();
        let columns = Type::group_type_builder(schema.name()).with_fields(known).build();
        let columns = columns.map_err(|error| refused(error.to_string()))?;
        Ok(Self { reader, context, columns, nanoseconds })
    }

    fn read_group(&self, group: usize, first_row: u64, output: &mut Output) -> Result<()> {
        let mut row = first_row;
        let damaged = |output: &mut Output, row: u64, reason: String| {
            output.notice_at(
                row,
                format!("the Parquet data cannot be read ({reason}); the rest of its row group is skipped"),
            )
        };
        let group = match guarded(|| self.reader.get_row_group(group)) {
            Ok(group) => group,
            Err(reason) => return damaged(output, row, reason),
        };
        let mut rows = match guarded(|| RowIter::from_row_group(Some(self.columns.clone()), group.as_ref())) {
            Ok(rows) => rows,
            Err(reason) => return damaged(output, row, reason),
        };
        while let Some(cells) = guarded(|| rows.next().transpose()).transpose() {
            match cells {
                Ok(cells) => self.put(output, row, cells)?,
                Err(reason) => return damaged(output, row, reason),
            }
            row += 1;
        }
        Ok(())
    }

    fn put(&self, output: &mut Output, number: u64, cells: Row) -> Result<()> {
        let mut bytes = 0;
        let mut object = Map::new();
        for (name, cell) in cells.into_columns() {
            let value = match cell {
                Cell::Long(count) if self.nanoseconds.contains(&name) => moment(count.div_euclid(1_000_000)),
                cell => value(cell, &mut bytes),
            };
            object.insert(name, value);
        }
        if bytes > MAX_RECORD_BYTES {
            return output.problem(number, too_large(bytes as u64));
        }
        fields::put(output, &self.context, number, &Value::Object(object))
    }
}

fn is_in_nanoseconds(column: &Type) -> bool {
    let kind = column.get_basic_info().logical_type_ref();
    matches!(kind, Some(LogicalType::Timestamp(stamp)) if stamp.unit == TimeUnit::NANOS)
}

fn without_title(schema: &Type, path: &Path) -> Error {
    let columns = schema.get_fields().iter().take(LISTED_COLUMNS).map(|field| format!("{:?}", field.name()));
    let columns = columns.collect::<Vec<_>>().join(", ");
    unusable(path, format!("has no column for the title; its columns are {columns}. Rename one of them to title"))
}

/// Returns a cell as JSON, and adds the bytes of its texts to `bytes`.
fn value(cell: Cell, bytes: &mut usize) -> Value {
    let mut counted = |text: String| {
        *bytes += text.len();
        Value::String(text)
    };
    match cell {
        Cell::Bool(value) => value.into(),
        Cell::Str(text) => counted(text),
        // Older programs do not mark a column of text as text.
        Cell::Bytes(text) => String::from_utf8(text.data().to_vec()).map_or(Value::Null, counted),
        Cell::Date(days) => moment(i64::from(days) * 86_400_000),
        Cell::TimestampMillis(milliseconds) => moment(milliseconds),
        Cell::TimestampMicros(microseconds) => moment(microseconds.div_euclid(1000)),
        Cell::Group(row) => row
            .into_columns()
            .into_iter()
            .map(|(name, field)| (name, value(field, bytes)))
            .collect::<Map<_, _>>()
            .into(),
        Cell::ListInternal(list) => list.elements().iter().map(|field| value(field.clone(), bytes)).collect(),
        Cell::MapInternal(map) => {
            let entries = map.entries().iter().filter_map(|(key, field)| match key {
                Cell::Str(key) => Some((key.clone(), value(field.clone(), bytes))),
                _ => None,
            });
            entries.collect::<Map<_, _>>().into()
        }
        // Numbers. Everything else, such as a time of day, becomes null. So does NaN, the missing value in a column of
        // years.
        number => number.to_string().parse().map_or(Value::Null, Value::Number),
    }
}

/// Returns the day (UTC) of a time in milliseconds since 1970; null if the time is out of range.
fn moment(milliseconds: i64) -> Value {
    let moment = jiff::Timestamp::from_millisecond(milliseconds);
    moment.map_or(Value::Null, |moment| moment.to_zoned(jiff::tz::TimeZone::UTC).date().to_string().into())
}

#[cfg(test)]
mod tests;
