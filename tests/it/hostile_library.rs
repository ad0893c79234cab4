//! Libraries from strangers: names in the database, and links in the folder, that lead to files of the user.

#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use rusqlite::Connection;

use crate::program::{Workplace, six_papers};

/// A place with a library, and a folder with a file that must survive.
fn place() -> (Workplace, PathBuf) {
    let place = Workplace::with(six_papers());
    let victim = place.path("victim");
    std::fs::create_dir(&victim).unwrap();
    std::fs::write(victim.join("thesis.tex"), "years of work").unwrap();
    (place, victim)
}

fn is_intact(victim: &std::path::Path) -> bool {
    std::fs::read_to_string(victim.join("thesis.tex")).is_ok_and(|text| text == "years of work")
        && std::fs::read_dir(victim).unwrap().count() == 1
}

#[test]
fn a_name_in_the_database_does_not_lead_out_of_the_cache() {
    for name in ["x/../../victim", "../../victim", "/tmp", "..", "", "0123456789ABCDEF0123456789ABCDEF", "x\0y"] {
        let (place, victim) = place();
        std::fs::create_dir_all(place.library().join("cache/index-x")).unwrap();
        let database = Connection::open(place.library().join("papers.db")).unwrap();
        database.execute("UPDATE meta SET value = ? WHERE key = 'state'", [name]).unwrap();
        drop(database);
        for command in [&["search", "robots"][..], &["add"], &["similar", "walk1"], &["info"]] {
            place.run(command).fails_saying(&["is damaged", "is not the name of a state", "relata repair"]);
        }
        assert!(is_intact(&victim), "{name}");
        // A repair gives the state a new name.
        place.run(&["repair"]).ok();
        place.run(&["search", "robots that walk"]).ok();
    }
}

#[test]
fn links_in_the_folder_are_not_followed() {
    for entry in ["write.lock", "cache", "papers.db", "papers.db-wal", "papers.db-shm"] {
        let (place, victim) = place();
        let path = place.library().join(entry);
        if path.is_dir() {
            std::fs::remove_dir_all(&path).ok()
        } else {
            std::fs::remove_file(&path).ok()
        };
        let target = if entry == "cache" { victim.clone() } else { victim.join("thesis.tex") };
        symlink(target, &path).unwrap();
        let new = place.file("new.jsonl", r#"{"id":"n","title":"New","abstract":"A new one."}"#);
        for command in [&["add", &new][..], &["search", "robots"], &["like", "walk1"], &["repair"]] {
            place.run(command).fails_saying(&[entry, "a symbolic link, which relata does not follow"]);
        }
        assert!(is_intact(&victim), "{entry}");
    }
}

#[test]
fn a_lock_file_that_is_a_hard_link_keeps_its_text() {
    let (place, victim) = place();
    let lock = place.library().join("write.lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::hard_link(victim.join("thesis.tex"), &lock).unwrap();
    place.run(&["like", "walk1"]).ok();
    assert!(is_intact(&victim));
}

#[test]
fn folders_of_others_in_the_cache_are_not_deleted() {
    let (place, _) = place();
    let cache = place.library().join("cache");
    let foreign = cache.join(format!("index-{}", "0".repeat(32)));
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("thesis.tex"), "years of work").unwrap();
    symlink(&foreign, cache.join(format!("lexical-{}", "1".repeat(32)))).unwrap();
    let new = place.file("new.jsonl", r#"{"id":"n","title":"New","abstract":"A new one."}"#);
    place.run(&["add", &new]).ok();
    assert_eq!(std::fs::read_to_string(foreign.join("thesis.tex")).unwrap(), "years of work");
    place.run(&["search", "robots that walk"]).ok();
}

#[test]
fn a_trigger_in_the_database_cannot_call_functions_that_do_harm() {
    let (place, _) = place();
    let database = Connection::open(place.library().join("papers.db")).unwrap();
    let trigger = "CREATE TRIGGER harm AFTER INSERT ON opinions BEGIN SELECT load_extension('victim'); END";
    database.execute_batch(trigger).unwrap();
    drop(database);
    place.run(&["like", "walk1"]).fails_saying(&["is damaged"]);
}
