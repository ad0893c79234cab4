//! Reads as many rows as possible from a damaged database.
//!
//! SQLite stops at the first damaged page of a table. So a table is read from both ends. What lies between is found by
//! reading the file page by page: a row of a table lies in one leaf page, or begins there, and its checksum says whether
//! it is a row of this table.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::pages;

/// A row: the values of the key, of the other columns, and the checksum.
pub(super) type Row = Vec<Value>;

/// Reads the rows of a table of [`super::checksums::TABLES`], ordered by key. Also returns whether SQLite could read
/// the whole table.
pub(super) fn rows(damaged: &Connection, (table, key, columns): (&str, &str, &str)) -> (Vec<Row>, bool) {
    let columns = format!("{key}, {columns}, checksum");
    let forward = keys(key, "");
    let (mut rows, is_whole) = read(damaged, &format!("SELECT {columns} FROM {table} NOT INDEXED ORDER BY {forward}"));
    if !is_whole {
        let backward = keys(key, " DESC");
        let sql = format!("SELECT {columns} FROM {table} NOT INDEXED ORDER BY {backward}");
        let (mut others, _) = read(damaged, &sql);
        let width = key.split(", ").count();
        // Both readings have the same rows if the damage is in an overflow page.
        let last = rows.last().map(|row| row[..width].to_vec());
        others.reverse();
        others.retain(|row| last.as_ref().is_none_or(|last| is_after(&row[..width], last)));
        rows.append(&mut others);
    }
    (rows, is_whole)
}

fn keys(key: &str, order: &str) -> String {
    key.split(", ").map(|column| format!("{column}{order}")).collect::<Vec<_>>().join(", ")
}

/// Whether a key comes after another. Keys are numbers or texts.
fn is_after(key: &[Value], other: &[Value]) -> bool {
    let ordered = |value: &Value| match value {
        Value::Integer(number) => (*number, String::new()),
        Value::Text(text) => (i64::MAX, text.clone()),
        _ => (i64::MIN, String::new()),
    };
    key.iter().map(ordered).gt(other.iter().map(ordered))
}

/// The rows of a query up to the first error, and whether there was none.
fn read(damaged: &Connection, sql: &str) -> (Vec<Row>, bool) {
    let mut rows = Vec::new();
    let mut read = || -> rusqlite::Result<()> {
        let mut statement = damaged.prepare(sql)?;
        let width = statement.column_count();
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            rows.push((0..width).map(|at| row.get(at)).collect::<rusqlite::Result<Row>>()?);
        }
        Ok(())
    };
    let is_whole = read().is_ok();
    (rows, is_whole)
}

/// Finds rows of tables with an integer key in all pages of a file. `tables` are those of
/// [`super::checksums::TABLES`]. Returns the rows of each table by key. Only rows with the right checksum are returned;
/// `connection`, that of a sound database, computes it.
pub(super) fn rows_in_pages(
    file: &Path,
    tables: &[(&'static str, &str, &str)],
    connection: &Connection,
) -> std::io::Result<BTreeMap<&'static str, BTreeMap<i64, Row>>> {
    let mut found: BTreeMap<&'static str, BTreeMap<i64, Row>> = BTreeMap::new();
    let mut number = 1;
    while let Some(page) = pages::read(file, number)? {
        for (key, payload) in pages::cells(file, &page, number)? {
            let Some(values) = pages::values(&payload) else { continue };
            for &(table, _, columns) in tables {
                // The key is stored as NULL in the record, and the checksum is the last value.
                if values.len() != columns.split(", ").count() + 2 || values[0] != Value::Null {
                    continue;
                }
                let mut row = values.clone();
                row[0] = Value::Integer(key);
                if has_right_checksum(connection, &row) {
                    found.entry(table).or_default().insert(key, row);
                }
            }
        }
        number += 1;
    }
    Ok(found)
}

fn has_right_checksum(connection: &Connection, row: &Row) -> bool {
    let Some((Value::Integer(stored), values)) = row.split_last() else { return false };
    let marks = vec!["?"; values.len()].join(", ");
    let computed = connection
        .prepare_cached(&format!("SELECT checksum({marks})"))
        .and_then(|mut statement| statement.query_row(params_from_iter(values), |row| row.get::<_, i64>(0)));
    computed.is_ok_and(|computed| computed == *stored)
}
