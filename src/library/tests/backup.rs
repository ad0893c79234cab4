//! Backups, logs of other databases, and the repair of damaged databases.

use std::path::Path;

use super::*;
use crate::library::entries::DATABASE;

const LOG: &str = "papers.db-wal";

/// A generator of random numbers with a fixed seed, so that a failure can be repeated.
struct Random(u64);

impl Random {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn copy(from: &Path, to: &Path, name: &str) {
    if from.join(name).exists() {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// The ids of all papers with their records.
fn papers(library: &Library) -> Vec<(String, String)> {
    let sql = "SELECT id, record FROM papers ORDER BY number";
    library.rows(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

/// A library with `count` papers, most of them longer than a page, a profile and opinions.
fn filled(count: usize) -> Place {
    let mut place = Place::new();
    let text = |at: usize| format!("Paper {at} is about bees. ").repeat(1 + at % 7 * 40);
    let batch: Vec<(Paper, u64)> = (0..count).map(|at| paper(&format!("p{at}"), &text(at))).collect();
    place.library.add_records(&place.lock, "a.jsonl", &batch, true, &mut KnownVersions::default()).unwrap();
    while place.embed(Precision::F32, 1, &[(0, 3)]) > 0 {}
    let numbers: Vec<PaperNumber> = (0..count.min(5)).map(|at| place.number(&format!("p{at}"))).collect();
    let at = "2026-11-01T00:00:00Z".parse().unwrap();
    place.library.set_opinion(&place.lock, "me", &numbers, Some(Opinion::Liked), at).unwrap();
    place
}

#[test]
fn a_log_is_applied_to_its_own_database_and_moved_away_from_any_other() {
    // Copies the database at many moments, and the log at the end: each pair is what someone gets who puts back one of
    // the copies after the program was killed.
    let (mut moved, mut applied) = (0, 0);
    for seed in 0..12 {
        let mut random = Random(seed);
        let mut place = Place::new();
        let copies = tempfile::tempdir().unwrap();
        let mut states = Vec::new();
        for step in 0..20 {
            place.add_records(&format!("p{step}"), &"A text of some length. ".repeat(random.below(300)));
            if random.below(4) == 0 {
                place.library.query_one::<i64>("PRAGMA wal_checkpoint(PASSIVE)").unwrap();
            }
            let copied = copies.path().join(step.to_string());
            std::fs::create_dir(&copied).unwrap();
            copy(place.library.folder(), &copied, DATABASE);
            // What the copy has without any log.
            let alone = Library::open_file(&copied.join(DATABASE));
            states.push((copied, alone.ok().map(|library| papers(&library))));
        }
        let last = papers(&place.library);
        for (copied, alone) in states {
            copy(place.library.folder(), &copied, LOG);
            let library = match Library::open(&copied) {
                // The first copies have only one page.
                Err(Error::Corrupt { .. }) if alone.as_ref().is_none_or(Vec::is_empty) => continue,
                library => library.unwrap(),
            };
            library.check().unwrap();
            match library.notice() {
                Some(notice) => {
                    assert!(notice.contains("papers.db-wal.foreign-1"), "{notice}");
                    assert_eq!(Some(papers(&library)), alone, "the copy as it was");
                    assert!(copied.join("papers.db-wal.foreign-1").exists());
                    moved += 1;
                }
                None => {
                    assert_eq!(papers(&library), last, "nothing is lost");
                    applied += 1;
                }
            }
        }
    }
    assert!(moved > 50 && applied > 50, "{moved} {applied}");
}

#[test]
fn an_empty_database_beside_a_log_or_a_cache_is_damaged_and_not_new() {
    let mut place = filled(3);
    place.add_records("q", "In the log.");
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("log", 0), ("log", 1), ("cache", 0), ("cache", 1), ("cache", 300)] {
        let folder = folder.path().join(format!("{name}{bytes}"));
        std::fs::create_dir(&folder).unwrap();
        match name {
            "log" => copy(place.library.folder(), &folder, LOG),
            _ => std::fs::create_dir(folder.join("cache")).unwrap(),
        }
        std::fs::write(folder.join(DATABASE), vec![0; bytes]).unwrap();
        for open in [Library::open, Library::open_or_create] {
            let error = open(&folder).unwrap_err();
            assert!(matches!(error, Error::Corrupt { .. }), "{name} {bytes}: {error}");
        }
        assert_eq!(std::fs::metadata(folder.join(DATABASE)).unwrap().len(), bytes as u64, "nothing was changed");
    }
    // A database whose end is missing.
    let cut = folder.path().join("cut");
    std::fs::create_dir(&cut).unwrap();
    place.library.back_up(&cut.join(DATABASE), &mut |_, _| ()).unwrap();
    let file = std::fs::File::options().write(true).open(cut.join(DATABASE)).unwrap();
    file.set_len(file.metadata().unwrap().len() - 4096).unwrap();
    let error = Library::open(&cut).unwrap_err().to_string();
    assert!(error.contains("its end is missing") && error.contains("relata restore"), "{error}");
}

#[test]
fn a_backup_is_the_library_at_one_moment_and_can_be_restored() {
    let mut place = filled(40);
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup.db");
    let before = papers(&place.library);
    // Another connection writes while the pages are copied.
    let other = Library::open(place.library.folder()).unwrap();
    let mut pages = 0;
    let saved = other.back_up(&backup, &mut |done, total| {
        place.add_records(&format!("later{done}"), "Added meanwhile.");
        assert!(done <= total);
        pages = done;
    });
    assert_eq!(saved.unwrap(), 40);
    assert!(pages > 10);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a backup is one file");
    assert_eq!(papers(&Library::open_file(&backup).unwrap()), before);
    drop(other);

    let now = papers(&place.library);
    let library = place.library.folder().to_owned();
    let error = Library::restore(&library, &backup, &mut |_, _| ()).unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error}");
    let Place { library: open, lock, _folder } = place;
    drop((open, lock));
    let restored = Library::restore(&library, &backup, &mut |_, _| ()).unwrap();
    assert_eq!((restored.papers, papers(&Library::open(&library).unwrap())), (40, before));
    let undone = Library::restore(&library, &restored.replaced.unwrap(), &mut |_, _| ()).unwrap();
    assert_eq!(papers(&Library::open(&library).unwrap()), now);
    assert!(undone.replaced.unwrap().ends_with("papers.db.replaced-2"));
    // A new folder.
    let new = folder.path().join("new/library");
    Library::restore(&new, &backup, &mut |_, _| ()).unwrap();
    assert_eq!(Library::open(&new).unwrap().count().unwrap(), 40);
}

#[test]
fn a_backup_replaces_only_a_backup_and_a_damaged_one_is_not_restored() {
    let place = filled(20);
    let folder = tempfile::tempdir().unwrap();
    let thesis = folder.path().join("thesis.tex");
    std::fs::write(&thesis, "years of work").unwrap();
    let error = place.library.back_up(&thesis, &mut |_, _| ()).unwrap_err().to_string();
    assert!(error.contains("is no backup"), "{error}");
    assert_eq!(std::fs::read_to_string(&thesis).unwrap(), "years of work");
    let backup = folder.path().join("backup.db");
    place.library.back_up(&backup, &mut |_, _| ()).unwrap();
    place.library.back_up(&backup, &mut |_, _| ()).unwrap();
    let mut bytes = std::fs::read(&backup).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&backup, bytes).unwrap();
    let new = folder.path().join("new");
    let error = Library::restore(&new, &backup, &mut |_, _| ()).unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error}");
    assert!(!new.join(DATABASE).exists());
}

#[test]
fn a_repair_saves_every_paper_that_the_damage_did_not_touch() {
    let place = filled(60);
    let whole = papers(&place.library);
    let backups = tempfile::tempdir().unwrap();
    let backup = backups.path().join("whole.db");
    place.library.back_up(&backup, &mut |_, _| ()).unwrap();
    let sound = std::fs::read(&backup).unwrap();
    let pages = sound.len() / 4096;
    let mut random = Random(7);
    let (mut saved, mut repairs) = (0, 0);
    for attempt in 0..60 {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = sound.clone();
        let page = 4096 * random.below(pages);
        match attempt % 4 {
            // A lost page, an overwritten page, a flipped bit, a lost end.
            0 => bytes[page..page + 4096].fill(0),
            1 => bytes[page..page + 4096].iter_mut().for_each(|byte| *byte = random.below(256) as u8),
            2 => bytes[page + random.below(4096)] ^= 1 << random.below(8),
            _ => bytes.truncate(page.max(sound.len() / 2 / 4096 * 4096)),
        }
        std::fs::write(folder.path().join(DATABASE), &bytes).unwrap();
        if Library::open(folder.path()).is_ok_and(|library| library.check().is_ok()) {
            continue;
        }
        // Opening it may have turned on the log.
        let bytes = std::fs::read(folder.path().join(DATABASE)).unwrap();
        repairs += 1;
        let repaired = match Library::repair(folder.path(), &mut |_, _| ()) {
            Ok(repaired) => repaired,
            // The page with the names of the tables, or the root of the table of papers.
            Err(error) => panic!("attempt {attempt}, page {}: {error}", page / 4096 + 1),
        };
        let library = Library::open(folder.path()).unwrap();
        library.check().unwrap();
        let found = papers(&library);
        let altered = found.iter().filter(|paper| !whole.contains(paper)).count();
        assert!(altered <= repaired.changed.len() + 1, "attempt {attempt}: {altered} {repaired:?}");
        assert_eq!(repaired.lost_papers as usize, whole.len() - found.len(), "attempt {attempt}");
        // A page has at most a handful of these papers.
        if attempt % 4 != 3 {
            assert!(found.len() >= whole.len() - 12, "attempt {attempt}, page {}: {repaired:?}", page / 4096 + 1);
        }
        assert!(std::fs::read(repaired.replaced).unwrap() == bytes, "the damaged file is kept as it was");
        saved += found.len();
    }
    assert!(repairs > 40, "{repairs}");
    assert!(saved > repairs * 45, "{saved} papers in {repairs} repairs");
}
