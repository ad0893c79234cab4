//! Formats of papers, plain and packed. What is read is also written, in every format.

use std::io::{Cursor, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use relata::formats::write::ExportFormat;
use relata::formats::{self, Format, Item, ReadOptions};
use relata::paper::{Identifier, Name, split_and, title_key};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Parser, bytes, seeds};

pub const PARSERS: &[Parser] = &[
    Parser { name: "jsonl", seeds: || bytes(seeds::JSON_LINES), read: |input| read(input, Some(Format::JsonLines)) },
    Parser { name: "json", seeds: || bytes(seeds::JSON), read: |input| read(input, Some(Format::Json)) },
    Parser { name: "csv", seeds: || bytes(seeds::CSV), read: |input| read(input, Some(Format::Csv)) },
    Parser { name: "tsv", seeds: || bytes(seeds::TSV), read: |input| read(input, Some(Format::Tsv)) },
    Parser { name: "bibtex", seeds: || bytes(seeds::BIBTEX), read: |input| read(input, Some(Format::Bibtex)) },
    Parser { name: "ris", seeds: || bytes(seeds::RIS), read: |input| read(input, Some(Format::Ris)) },
    Parser { name: "nbib", seeds: || bytes(seeds::NBIB), read: |input| read(input, Some(Format::Nbib)) },
    Parser { name: "enw", seeds: || bytes(seeds::ENW), read: |input| read(input, Some(Format::Enw)) },
    Parser { name: "wos", seeds: || bytes(seeds::WOS), read: |input| read(input, Some(Format::Wos)) },
    Parser { name: "refworks", seeds: || bytes(seeds::REFWORKS), read: |input| read(input, Some(Format::Refworks)) },
    Parser { name: "ovid", seeds: || bytes(seeds::OVID), read: |input| read(input, Some(Format::Ovid)) },
    Parser { name: "xml", seeds: || bytes(seeds::XML), read: |input| read(input, Some(Format::Xml)) },
    Parser { name: "listing", seeds: || bytes(seeds::LISTING), read: |input| read(input, Some(Format::Listing)) },
    Parser { name: "detected", seeds: detected_seeds, read: |input| read(input, None) },
    Parser { name: "archive", seeds: archive_seeds, read: |input| read(input, None) },
    Parser { name: "name", seeds: || bytes(seeds::NAMES), read: read_name },
];

/// Reads papers, and writes each in every format.
fn read(input: &[u8], format: Option<Format>) -> usize {
    let options = ReadOptions { format, ..ReadOptions::default() };
    let mut writers: Vec<_> = ExportFormat::ALL.iter().map(|format| format.writer(std::io::sink())).collect();
    let mut papers = 0;
    // An input that is refused has no papers.
    let _ = formats::read_from(input, Path::new("fuzz"), &options, &mut |item| {
        if let Item::Paper { paper, .. } = item {
            papers += 1;
            writers.iter_mut().for_each(|writer| writer.paper(&paper).expect("a sink"));
        }
        Ok(())
    });
    writers.iter_mut().for_each(|writer| writer.finish().expect("a sink"));
    papers
}

/// Reads names of people, identifiers and a title.
fn read_name(input: &[u8]) -> usize {
    let text = String::from_utf8_lossy(input);
    let names = split_and(&text).iter().filter(|name| !Name::parse(name).notation().is_empty()).count();
    title_key(&text);
    names + usize::from(Identifier::parse(&text).is_some())
}

fn detected_seeds() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = PARSERS.iter().take(13).flat_map(|parser| (parser.seeds)()).collect();
    // Other encodings than UTF-8.
    let text = seeds::BIBTEX[0];
    let utf16: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
    all.push(utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect());
    all.push(utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect());
    all.push(b"title,abstract\nB\xf6hlen der Bienen,Sie summen \xfcber Wiesen\n".to_vec());
    all
}

/// Archives: gzip, Zstandard, zip with members, zip within zip.
fn archive_seeds() -> Vec<Vec<u8>> {
    let member = seeds::BIBTEX[0].as_bytes();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(member).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let zstandard = zstd::encode_all(member, 1).expect("memory");
    let zipped = |method, members: &[(&str, &[u8])]| {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(method);
        for (name, content) in members {
            archive.start_file(*name, options).expect("memory");
            archive.write_all(content).expect("memory");
        }
        archive.finish().expect("memory").into_inner()
    };
    let members: [(&str, &[u8]); 3] = [("a.bib", member), ("b/c.ris", seeds::RIS[0].as_bytes()), ("d.bib.gz", &gzip)];
    let stored = zipped(CompressionMethod::Stored, &members);
    let deflated = zipped(CompressionMethod::Deflated, &members);
    let nested = zipped(CompressionMethod::Stored, &[("inner.zip", &deflated)]);
    let zeros = zipped(CompressionMethod::Deflated, &[("a.csv", &[b'a'; 1 << 20])]);
    vec![gzip, zstandard, stored, deflated, nested, zeros]
}
