//! Measures the reading of files of papers: MB/s and memory of each format, on one core, from bytes in memory to
//! cleaned papers.
//!
//! `cargo bench --bench formats [-- PAPERS.jsonl [FORMAT]]`: uses the papers of the file, or the landmark papers that
//! ship with relata, repeated to about 64 MB for each format. For comparison, the column `limit` has the rate at which
//! a format's parsing library skips over the same bytes. Times are processor time, because a reader uses one thread and
//! other programs may be running.

mod memory;

use std::hint::black_box;
use std::io::Write;
use std::path::Path;

use relata::Paper;
use relata::formats::write::ExportFormat;
use relata::formats::{self, Item, ReadOptions};

const BYTES: usize = 64 << 20;

const FORMATS: [&str; 8] = [
    "JSON Lines", "JSON Lines of arXiv", "CSL-JSON", "CSV", "XML of PubMed", "XML of arXiv (OAI-PMH)", "BibTeX", "RIS",
];

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let file = arguments.next().unwrap_or_else(|| "examples/landmark-papers.jsonl".to_owned());
    let mut papers = Vec::new();
    read(&std::fs::read(&file).expect("the file"), &file, &mut |paper| papers.push(paper));
    println!("{} papers of {file}, repeated to {} MB; one thread", papers.len(), BYTES >> 20);
    println!("{:24} {:>8} {:>10} {:>12} {:>14}", "format", "MB/s", "papers/s", "limit, MB/s", "memory, MB");
    let wanted = arguments.next().unwrap_or_default();
    let made = |format: &str| match format {
        "JSON Lines" => ("a.jsonl", written(&papers, ExportFormat::JsonLines)),
        "JSON Lines of arXiv" => ("a.jsonl", repeated(&papers, arxiv_json)),
        "CSL-JSON" => ("a.json", written(&papers, ExportFormat::Csl)),
        "CSV" => ("a.csv", written(&papers, ExportFormat::Csv)),
        "XML of PubMed" => ("a.xml", in_root("PubmedArticleSet", repeated(&papers, pubmed))),
        "XML of arXiv (OAI-PMH)" => ("a.xml", in_root("ListRecords", repeated(&papers, arxiv_oai))),
        "BibTeX" => ("a.bib", written(&papers, ExportFormat::Bibtex)),
        _ => ("a.ris", written(&papers, ExportFormat::Ris)),
    };
    for format in FORMATS.into_iter().filter(|format| format.contains(&wanted)) {
        let (name, bytes) = &made(format);
        let limit = limit(format, bytes);
        let mut count = 0u64;
        // Takes the best of three runs, because other programs may be running.
        let ((), peak, seconds) = (0..3)
            .map(|_| {
                count = 0;
                let started = processor_seconds();
                let ((), peak) = memory::peak_of(|| read(bytes, name, &mut |_| count += 1));
                ((), peak, processor_seconds() - started)
            })
            .min_by(|a, b| a.2.total_cmp(&b.2))
            .expect("three runs");
        let megabytes = bytes.len() as f64 / 1e6;
        println!(
            "{format:24} {:>8.0} {:>10.0} {:>12} {:>14.1}",
            megabytes / seconds,
            count as f64 / seconds,
            limit.map_or("-".to_owned(), |seconds| format!("{:.0}", megabytes / seconds)),
            peak as f64 / 1e6
        );
    }
}

fn read(bytes: &[u8], name: &str, sink: &mut dyn FnMut(Paper)) {
    let mut put = |item| {
        match item {
            Item::Paper { paper, .. } => sink(*paper),
            told => panic!("{told:?}"),
        }
        Ok(())
    };
    formats::read_from(bytes, Path::new(name), &ReadOptions::default(), &mut put).expect("a file of papers");
}

/// Returns the processor time that this thread has used, in seconds.
fn processor_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a value that outlives the call.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(failed, 0, "a clock of the thread");
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Returns the seconds that the parsing library takes to skip over the bytes, or `None` for a format without a library.
fn limit(format: &str, bytes: &[u8]) -> Option<f64> {
    let started = processor_seconds();
    if format.starts_with("JSON") || format.starts_with("CSL") {
        for value in serde_json::Deserializer::from_slice(bytes).into_iter::<serde::de::IgnoredAny>() {
            black_box(value.expect("JSON"));
        }
    } else if format.starts_with("XML") {
        let mut reader = quick_xml::Reader::from_reader(bytes);
        let mut buffer = Vec::new();
        while !matches!(reader.read_event_into(&mut buffer).expect("XML"), quick_xml::events::Event::Eof) {
            buffer.clear();
        }
    } else if format == "CSV" {
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).expect("CSV") {}
    } else {
        return None;
    }
    Some(processor_seconds() - started)
}

fn written(papers: &[Paper], format: ExportFormat) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(BYTES + (1 << 20));
    let mut writer = format.writer(&mut bytes);
    let mut length = 0;
    for (number, paper) in papers.iter().cycle().enumerate() {
        length += paper.text().len() + 300;
        writer.paper(paper).expect("memory");
        if length > BYTES && number >= papers.len().min(1000) {
            break;
        }
    }
    writer.finish().expect("memory");
    drop(writer);
    bytes
}

fn repeated(papers: &[Paper], write: fn(&mut Vec<u8>, usize, &Paper)) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(BYTES + (1 << 20));
    for (number, paper) in papers.iter().cycle().enumerate() {
        write(&mut bytes, number, paper);
        if bytes.len() > BYTES {
            break;
        }
    }
    bytes
}

fn in_root(root: &str, records: Vec<u8>) -> Vec<u8> {
    let mut bytes = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root}>\n").into_bytes();
    bytes.extend(records);
    writeln!(bytes, "</{root}>").expect("memory");
    bytes
}

/// Writes a record as in arXiv's bulk metadata.
fn arxiv_json(bytes: &mut Vec<u8>, number: usize, paper: &Paper) {
    let names: Vec<_> =
        paper.names().iter().map(|name| [name.family.clone(), name.given.clone(), String::new()]).collect();
    let record = serde_json::json!({
        "id": format!("0704.{:04}", number % 10_000), "submitter": paper.authors.first(), "authors": paper.authors.join(", "),
        "title": paper.title, "comments": "37 pages, 15 figures; published version", "journal-ref": null, "doi": null,
        "report-no": null, "categories": "cs.LG stat.ML", "license": null, "abstract": format!("  {}\n", paper.abstract_text.as_deref().unwrap_or_default()),
        "versions": [{ "version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT" }, { "version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT" }],
        "update_date": "2008-11-26", "authors_parsed": names,
    });
    writeln!(bytes, "{record}").expect("memory");
}

/// Returns the authors, the title and the abstract, escaped for XML. `author` writes an author from the family name and
/// the given name.
fn in_xml(paper: &Paper, author: impl Fn(&str, &str) -> String) -> [String; 3] {
    let escape = |text: &str| quick_xml::escape::escape(text).into_owned();
    let authors = paper.names().iter().map(|name| author(&escape(&name.family), &escape(&name.given))).collect();
    [authors, escape(&paper.title), escape(paper.abstract_text.as_deref().unwrap_or_default())]
}

fn pubmed(bytes: &mut Vec<u8>, number: usize, paper: &Paper) {
    let [authors, title, text] = in_xml(paper, |family, given| {
        format!(
            "        <Author ValidYN=\"Y\"><LastName>{family}</LastName><ForeName>{given}</ForeName><Initials>A</Initials></Author>\n"
        )
    });
    let year = paper.year.unwrap_or(2000);
    writeln!(
        bytes,
        "<PubmedArticle>
  <MedlineCitation Status=\"MEDLINE\" Owner=\"NLM\">
    <PMID Version=\"1\">{number}</PMID>
    <DateCompleted><Year>{year}</Year><Month>05</Month><Day>14</Day></DateCompleted>
    <Article PubModel=\"Print\">
      <Journal>
        <ISSN IssnType=\"Print\">0036-8075</ISSN>
        <JournalIssue CitedMedium=\"Print\"><Volume>12</Volume><Issue>3</Issue><PubDate><Year>{year}</Year><Month>Mar</Month></PubDate></JournalIssue>
        <Title>Journal of Bees</Title>
        <ISOAbbreviation>J. Bees</ISOAbbreviation>
      </Journal>
      <ArticleTitle>{title}</ArticleTitle>
      <Pagination><MedlinePgn>123-45</MedlinePgn></Pagination>
      <Abstract><AbstractText>{text}</AbstractText></Abstract>
      <AuthorList CompleteYN=\"Y\">
{authors}      </AuthorList>
      <Language>eng</Language>
      <PublicationTypeList><PublicationType UI=\"D016428\">Journal Article</PublicationType></PublicationTypeList>
    </Article>
  </MedlineCitation>
  <PubmedData>
    <PublicationStatus>ppublish</PublicationStatus>
    <ArticleIdList><ArticleId IdType=\"pubmed\">{number}</ArticleId></ArticleIdList>
  </PubmedData>
</PubmedArticle>"
    )
    .expect("memory");
}

fn arxiv_oai(bytes: &mut Vec<u8>, number: usize, paper: &Paper) {
    let [authors, title, text] = in_xml(paper, |family, given| {
        format!("<author><keyname>{family}</keyname><forenames>{given}</forenames></author>")
    });
    writeln!(
        bytes,
        "<record><header><identifier>oai:arXiv.org:0704.{id:04}</identifier><datestamp>2007-05-23</datestamp><setSpec>cs</setSpec></header>
<metadata><arXiv xmlns=\"http://arxiv.org/OAI/arXiv/\"><id>0704.{id:04}</id><created>2007-03-31</created><authors>{authors}</authors>
<title>{title}</title><categories>cs.LG stat.ML</categories><comments>12 pages</comments><abstract>  {text}
</abstract></arXiv></metadata></record>",
        id = number % 10_000,
    )
    .expect("memory");
}
