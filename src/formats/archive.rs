//! Reads zip archives: each member that contains papers is read as if it were a separate file.
//!
//! Members are unpacked while they are read. The place of a record includes its member (`export.zip/refs.bib:12`).
//! Word, Excel and OpenDocument documents are zip archives too; they are refused with a message that says what to do
//! instead.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use super::input::Input;
use super::item::{Item, Notice};
use super::limits::unusable;
use super::options::{ReadOptions, ReadSummary};
use super::reading::read_input;
use super::unpacked::{Meter, Metered};
use crate::{Error, Result};

/// Whether a file that begins with these four bytes is a zip archive. An empty archive has a signature of its own.
pub(super) fn claims(start: &[u8]) -> bool {
    matches!(start, b"PK\x03\x04" | b"PK\x05\x06")
}

/// The largest archive that is read from a pipe, in bytes. Such an archive is first copied to a temporary file, because
/// the table of contents of an archive is at its end. Without the limit an endless input would fill the disk.
const MAX_PIPED_BYTES: u64 = 4 << 30;

/// The most members of an archive. Each takes time and memory even if it is empty; a folder of this many files is an archive
/// of something else.
const MAX_MEMBERS: usize = 100_000;

/// How many files without papers a message lists by name. It gives only the number of the others.
const LISTED_FILES: usize = 5;

/// Documents that are zip archives: how the name of one of their members begins, what they are, and what to do instead.
const DOCUMENTS: [(&str, &str, &str); 6] = [
    ("xl/", "an Excel workbook", "save the sheet as CSV (File > Save As > CSV UTF-8) and use that file"),
    ("word/", "a Word document", "export the references from your reference manager, as BibTeX or RIS"),
    ("ppt/", "a PowerPoint presentation", "use a file of titles and abstracts"),
    ("META-INF/container.xml", "an e-book (EPUB)", "use a file of titles and abstracts"),
    ("content.xml", "an OpenDocument file", "save the sheet as CSV and use that file"),
    ("index.xml", "a Numbers or Pages document", "save the sheet as CSV and use that file"),
];

/// Copies all bytes of `reader` to a temporary file.
pub(super) fn copied_to_temporary_file(mut reader: impl Read, path: &Path) -> Result<File> {
    let mut file = tempfile::tempfile().map_err(Error::io("write a temporary file for", path))?;
    let copied =
        io::copy(&mut reader.by_ref().take(MAX_PIPED_BYTES + 1), &mut file).map_err(Error::io("read", path))?;
    if copied > MAX_PIPED_BYTES {
        let limit = MAX_PIPED_BYTES >> 30;
        return Err(unusable(path, format!("is a zip archive of more than {limit} GiB in a pipe; save it to a file")));
    }
    Ok(file)
}

/// Reads an archive; see [`super::read`].
pub(super) fn read(
    mut file: File,
    path: &Path,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Item) -> Result<()>,
) -> Result<ReadSummary> {
    let damaged =
        |error: &dyn std::fmt::Display| unusable(path, format!("is a damaged zip archive ({error}); get it again"));
    let packed = file.seek(SeekFrom::End(0)).map_err(Error::io("read", path))?;
    let mut archive = ZipArchive::new(file).map_err(|error| damaged(&error))?;
    if archive.len() > MAX_MEMBERS {
        let reason =
            format!("is a zip archive of {} files; relata reads at most {MAX_MEMBERS}: unpack it", archive.len());
        return Err(unusable(path, reason));
    }
    let name_at = |at: usize| match archive.name_for_index(at) {
        Some(Ok(name)) => name.into_owned(),
        _ => format!("member {}", at + 1),
    };
    let names: Vec<String> = (0..archive.len()).map(name_at).collect();
    if let Some((what, remedy)) = document(&names) {
        return Err(unusable(path, format!("is {what}; {remedy}")));
    }
    let meter = Meter::of_archive(packed);
    let mut whole: Option<ReadSummary> = None;
    let mut without_papers = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let member = match archive.by_index(at) {
            Ok(member) => member,
            Err(error) => {
                without_papers.push((name.clone(), reason(&error)));
                continue;
            }
        };
        if !member.is_file() || is_hidden_or_system_file(name) {
            continue;
        }
        let place = path.join(name.trim_start_matches('/'));
        let input = Input::open(Box::new(Metered::unpacked(member, &meter)), &place, Some("zip"));
        match input.and_then(|input| read_input(input, &place, options, sink)) {
            Ok(read) => {
                let whole = whole.get_or_insert(ReadSummary { format: read.format, papers: 0, problems: 0 });
                whole.papers += read.papers;
                whole.problems += read.problems;
            }
            // An error with the path of the member is an error in the member. An error of the sink has another path.
            Err(Error::Input { path, reason }) if path == place => without_papers.push((name.clone(), reason)),
            Err(Error::Io { path, source, .. }) if path == place => {
                without_papers.push((name.clone(), source.to_string()))
            }
            Err(error) => return Err(error),
        }
    }
    let Some(whole) = whole else {
        let why = if without_papers.is_empty() { "nothing".to_owned() } else { listed(&without_papers) };
        return Err(unusable(path, format!("is a zip archive without papers; it contains {why}")));
    };
    if !without_papers.is_empty() {
        let text = format!("no papers in {}", listed(&without_papers));
        sink(Item::Notice(Notice { path: path.to_owned(), line: None, text }))?;
    }
    Ok(whole)
}

/// Lists files and why each has no papers: `a.pdf (is a PDF), b.txt (is empty) and 3 more`.
pub(crate) fn listed(files: &[(String, String)]) -> String {
    // The advice after the semicolon is for people who gave the file itself, so it is left out.
    let short = |(name, reason): &(String, String)| {
        let reason = reason.split(';').next().unwrap_or_default();
        format!("{name} ({reason})")
    };
    let named: Vec<String> = files.iter().take(LISTED_FILES).map(short).collect();
    let more = files.len().saturating_sub(LISTED_FILES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

/// Returns the kind of document that has members with these names, if any, and what to do instead.
fn document(names: &[String]) -> Option<(&'static str, &'static str)> {
    let has = |wanted: &str| names.iter().any(|name| name.starts_with(wanted));
    // An archive of papers may have a folder "word" too, but every document also has one of these files.
    let is_document = has("[Content_Types].xml") || has("mimetype") || has("buildVersionHistory.plist");
    let (_, what, remedy) = DOCUMENTS.iter().find(|(member, ..)| is_document && has(member))?;
    Some((what, remedy))
}

/// Whether a member is hidden or is a file that an operating system creates.
fn is_hidden_or_system_file(name: &str) -> bool {
    name.split(['/', '\\']).any(|part| (part.starts_with('.') && part != "..") || part == "__MACOSX")
        || name.ends_with("Thumbs.db")
        || name.ends_with("desktop.ini")
}

fn reason(error: &zip::result::ZipError) -> String {
    match error {
        zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
            "is encrypted; unpack it with its password".to_owned()
        }
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::CompressionMethod;
    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::super::tests::{read_bytes, read_reader};
    use super::*;

    fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, bytes) in members {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn refusal(members: &[(&str, &[u8])]) -> String {
        read_reader(&zipped(members)[..], "a.zip", None).unwrap_err().to_string()
    }

    const BEES: &[u8] = b"title,year\nOn Bees,1999\n,2000\n";
    const WASPS: &[u8] = b"{\"title\": \"On Wasps\"}\n";

    #[test]
    fn each_member_with_papers_is_read_and_is_part_of_the_place() {
        let inner = zipped(&[("bees.csv", BEES)]);
        let archive = zipped(&[
            ("__MACOSX/._bees.csv", b"junk"),
            ("list/bees.csv", BEES),
            (".DS_Store", b"junk"),
            ("paper.pdf", b"%PDF-1.7"),
            ("inner.zip", &inner),
            ("wasps.txt", WASPS),
            ("notes.txt", b"Dear all, read this."),
        ]);
        let outcome = read_bytes(&archive, "a.zip");
        assert_eq!(outcome.titles(), ["On Bees", "On Wasps"]);
        assert_eq!(outcome.problems, ["a.zip/list/bees.csv:3: neither title nor abstract"]);
        assert_eq!(
            outcome.notices,
            [
                "a.zip: no papers in paper.pdf (is a PDF), inner.zip (is a zip archive within another file), notes.txt (is in \
              an unknown format)"
            ]
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, &archive).unwrap();
        let mut places = Vec::new();
        let mut keep = |item| {
            if let Item::Paper { place, .. } = item {
                places.push(place.to_string());
            }
            Ok(())
        };
        super::super::read(&path, &Default::default(), &mut keep).unwrap();
        assert!(places[0].ends_with("a.zip/list/bees.csv:2") && places[1].ends_with("a.zip/wasps.txt:1"), "{places:?}");
    }

    #[test]
    fn an_archive_without_papers_is_refused_with_a_list_of_its_members() {
        assert!(refusal(&[]).ends_with("is a zip archive without papers; it contains nothing"));
        let many: Vec<(String, &[u8])> = (0..8).map(|n| (format!("{n}.pdf"), b"%PDF-".as_slice())).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        assert!(refusal(&many).ends_with("3.pdf (is a PDF), 4.pdf (is a PDF) and 3 more"), "{}", refusal(&many));
    }

    #[test]
    fn documents_are_refused_with_advice() {
        for (member, expected) in [
            ("xl/workbook.xml", "a.zip: is an Excel workbook; save the sheet as CSV"),
            ("word/document.xml", "is a Word document; export the references"),
        ] {
            let message = refusal(&[("[Content_Types].xml", b"<Types/>"), (member, b"<a/>")]);
            assert!(message.contains(expected), "{message}");
        }
        let message = refusal(&[("mimetype", b"application/epub+zip"), ("META-INF/container.xml", b"<a/>")]);
        assert!(message.contains("is an e-book (EPUB)"), "{message}");
        assert_eq!(read_bytes(zipped(&[("word/bees.csv", BEES)]), "a.zip").titles(), ["On Bees"]);
    }

    #[test]
    fn names_that_lead_outside_are_only_names_and_links_are_not_followed() {
        let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
        writer.add_symlink("link.csv", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        for name in ["../../outside.csv", "/tmp/absolute.csv"] {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(BEES).unwrap();
        }
        let outcome = read_bytes(writer.finish().unwrap().into_inner(), "a.zip");
        assert_eq!(outcome.titles(), ["On Bees", "On Bees"]);
        assert_eq!(outcome.notices, [""; 0]);
    }

    #[test]
    fn an_archive_of_very_many_files_is_refused() {
        let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
        for number in 0..=MAX_MEMBERS {
            writer.start_file(number.to_string(), SimpleFileOptions::default()).unwrap();
        }
        let archive = writer.finish().unwrap().into_inner();
        let refusal = read_reader(&archive[..], "a.zip", None).unwrap_err().to_string();
        assert!(refusal.contains("is a zip archive of 100001 files; relata reads at most 100000"), "{refusal}");
    }

    #[test]
    fn only_the_records_after_the_damage_in_a_member_are_lost() {
        let papers: String =
            (0..20_000).map(|n| format!("{{\"title\": \"Bee {n} {:x}\"}}\n", n * 7919 % 65536)).collect();
        let mut archive = zipped(&[("bees.jsonl", papers.as_bytes()), ("wasps.jsonl", WASPS)]);
        archive[100_000] ^= 0xff;
        let outcome = read_bytes(&archive, "a.zip");
        assert!(outcome.papers.len() > 100 && outcome.titles().contains(&"On Wasps"));
        assert!(outcome.notices.iter().any(|told| told.contains("the zip data ends early or is damaged")));
        let cut = read_reader(&archive[..archive.len() / 2], "a.zip", None).unwrap_err().to_string();
        assert!(cut.contains("is a damaged zip archive"), "{cut}");
    }

    #[test]
    fn reading_a_bomb_ends_at_the_limit_in_every_compression() {
        let line = format!("{{\"title\": \"Bees {}\"}}\n", "x".repeat(10_000));
        let bomb = line.repeat(6_000);
        let gzip = {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(bomb.as_bytes()).unwrap();
            encoder.finish().unwrap()
        };
        for packed in [gzip, zstd::encode_all(bomb.as_bytes(), 3).unwrap(), zipped(&[("a.jsonl", bomb.as_bytes())])] {
            let outcome = read_bytes(&packed, "a");
            let told = outcome.notices.last().unwrap();
            assert!(told.contains("unpacks to more than 200 times its size"), "{told}");
            assert!(told.contains("papers before this line were read") && outcome.papers.len() < 5_000, "{told}");
        }
        // The members of one archive share the limit.
        let half = &bomb[..bomb.len() / 3];
        let several =
            zipped(&[("a.jsonl", half.as_bytes()), ("b.jsonl", half.as_bytes()), ("c.jsonl", half.as_bytes())]);
        assert!(read_bytes(several, "a").notices.iter().any(|told| told.contains("a/b.jsonl") && told.contains("200")));
    }
}
