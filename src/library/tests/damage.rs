//! Every value that the check of a library can examine is damaged once.

use jiff::Timestamp;

use super::*;
use crate::paper::IdentifierKind;

/// A library with at least one row in each table.
fn full() -> Place {
    let mut place = Place::new();
    let of_doi = |id: &str, text: &str| {
        let identifiers = vec![(IdentifierKind::Doi, "10.1234/bees".to_owned())];
        let title = "On the long dance of bees".to_owned();
        let record =
            Record { id: id.to_owned(), title, identifiers, abstract_text: text.to_owned(), ..Record::default() };
        [(record.into_paper().unwrap(), 1)]
    };
    place.add_records("a", "A text of some length.");
    for (file, papers) in [("b.bib", of_doi("b", "Bees.")), ("c.bib", of_doi("c", "Bees dance in the dark."))] {
        place.library.add_records(&place.lock, file, &papers, true, &mut KnownVersions::default()).unwrap();
    }
    place.embed(Precision::F32, 1, &[(0, 3)]);
    place.add_records("waiting", "Not embedded.");
    let (a, b) = (place.number("a"), place.number("b"));
    let at: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
    place.library.split_paper(&place.lock, b, None).unwrap();
    place.library.join(&place.lock, b, place.number("c")).unwrap();
    place.library.mark_seen(&place.lock, &[a], at).unwrap();
    place.library.set_sync_state(&place.lock, "arxiv", "{}").unwrap();
    place.sql(
        "INSERT INTO profiles (name, key, last_feed_at) VALUES ('me', lower(hex(randomblob(16))), '2026-11-01T00:00:00Z');
         INSERT INTO opinions VALUES (1, 1, 1, 1, '2026-11-01T00:00:00Z', NULL)",
    );
    // Completes the checksums.
    place.library.set_sync_state(&place.lock, "arxiv", "{ }").unwrap();
    place
}

/// The error of the check after a change of the database, which is undone; `None` if SQLite refuses the change.
fn check_after(place: &Place, damage: &str) -> Option<crate::Result<()>> {
    // The index would refuse a record that is not JSON.
    place.sql("PRAGMA foreign_keys = OFF; BEGIN; DROP INDEX papers_by_facts");
    let said = place.library.connection.execute_batch(damage).ok().map(|()| place.library.check());
    place.sql("ROLLBACK; PRAGMA foreign_keys = ON");
    said
}

#[test]
fn a_check_finds_a_damaged_value_in_every_column() {
    let place = full();
    place.library.check().unwrap();
    let columns =
        "SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
                   WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%'";
    let columns =
        place.library.rows(columns, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
    assert!(columns.len() > 40);
    for (table, column) in columns {
        assert!(place.rows(&table) > 0, "{table}");
        let damage =
            format!("UPDATE {table} SET {column} = x'ff' WHERE {column} IS (SELECT max({column}) FROM {table})");
        let said = check_after(&place, &damage);
        assert!(!matches!(said, Some(Ok(()))), "{table}.{column}");
    }
}

#[test]
fn a_check_finds_values_that_do_not_belong_together() {
    let place = full();
    for (damage, reason) in [
        ("UPDATE papers SET record = '{' WHERE id = 'waiting'", "Conversion error"),
        ("UPDATE papers SET record = replace(record, 'Not', 'Now') WHERE id = 'waiting'", "belongs to another text"),
        ("UPDATE papers SET record = replace(record, 'waiting', 'new') WHERE id = 'waiting'", "another id"),
        ("UPDATE papers SET title_key = 'bees' WHERE id = 'a'", "its title key belongs to another title"),
        ("UPDATE papers SET text_hash = zeroblob(16) WHERE id = 'waiting'", "belongs to another text"),
        ("UPDATE papers SET removal = -1 WHERE id = 'a'", "rows of papers with an invalid value: 1"),
        ("DELETE FROM identifiers", "\"b\": its identifiers or its title do not find it"),
        ("UPDATE title_keys SET key = key + 1", "its identifiers or its title do not find it"),
        ("UPDATE versions SET alone = 2", "rows of versions with an invalid value: 4"),
        ("DELETE FROM meta WHERE key = 'state'", "the state of the library has no name"),
        ("UPDATE meta SET value = 'damaged' WHERE key = 'epoch'", "rows of meta with an invalid value: 1"),
        ("DELETE FROM meta WHERE key = 'model_dim'", "the model that made the vectors is not recorded"),
        ("UPDATE decisions SET a = b", "rows of decisions with an invalid value"),
        ("UPDATE opinions SET opinion = 7", "rows of opinions with an invalid value: 1"),
        ("UPDATE opinions SET said_at = 'yesterday'", "Conversion error"),
        ("UPDATE seen SET profile = 9", "rows of seen with an invalid value: 1"),
        ("UPDATE seen SET seen_at = ''", "Conversion error"),
        ("UPDATE profiles SET key = 'me'", "rows of profiles with an invalid value: 1"),
    ] {
        let said = check_after(&place, damage).unwrap().expect_err(damage);
        assert!(matches!(&said, Error::Corrupt { detail, .. } if detail.contains(reason)), "{damage}: {said}");
    }
}

#[test]
fn a_check_finds_a_value_that_changed_on_the_disk_but_not_one_that_a_program_changed() {
    let place = full();
    for change in [
        "UPDATE sources SET name = 'd.bib' WHERE name = 'c.bib'",
        "UPDATE versions SET line = 7",
        "UPDATE papers SET record = replace(record, 'sources', 'Sources'), source = 2 WHERE id = 'a'",
        "UPDATE papers SET removal = 3 WHERE id = 'waiting'",
        "UPDATE decisions SET together = 1 - together",
        "UPDATE opinions SET opinion = -1",
        "UPDATE seen SET seen_at = '2025-11-01T00:00:00Z'",
        "UPDATE profiles SET name = 'you'",
        "UPDATE meta SET value = '[]' WHERE key LIKE 'sync:%'",
        "UPDATE vectors SET precision = 'bf16'",
        "UPDATE sentence_vectors SET data = CAST(substr(data, 1, length(data) - 1) || x'01' AS BLOB)",
    ] {
        check_after(&place, change).unwrap().expect(change);
        let table = change.split(' ').nth(1).unwrap();
        let silently = format!("DROP TRIGGER checksum_of_{table}; {change}");
        let said = check_after(&place, &silently).unwrap().expect_err(change);
        let reason = format!("rows of {table} that changed on the disk");
        assert!(matches!(&said, Error::Corrupt { detail, .. } if detail.contains(&reason)), "{change}: {said}");
    }
}

#[test]
fn a_check_accepts_the_versions_of_a_removed_file() {
    let mut place = Place::new();
    let doi = (IdentifierKind::Doi, "10.1234/bees".to_owned());
    let pubmed = (IdentifierKind::Pmid, "1234567".to_owned());
    for (file, identifiers) in [("a.bib", vec![doi.clone()]), ("b.bib", vec![doi, pubmed])] {
        let title = "On the long dance of bees".to_owned();
        let papers =
            [(Record { id: file.to_owned(), title, identifiers, ..Record::default() }.into_paper().unwrap(), 1)];
        place.library.add_records(&place.lock, file, &papers, true, &mut KnownVersions::default()).unwrap();
    }
    assert_eq!(place.rows("identifiers"), 2);
    place.library.remove_source(&place.lock, "b.bib").unwrap();
    assert_eq!(place.rows("identifiers"), 1, "that of the removed file no longer leads to the paper");
    place.library.check().unwrap();
}
