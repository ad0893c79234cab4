//! Everything that is done to a text and can be called from outside the crate.

use std::path::Path;

use relata::draft::{Draft, Markup};
use relata::embed::store::{ModelChoice, ModelStore};
use relata::embed::{EmbedOptions, Embedder, Side};
use relata::engine::{Features, Request, TextQuery, compare_records, read_queries};
use relata::evaluate::qrels::Qrels;
use relata::evaluate::run::Run;
use relata::formats::write::ExportFormat;
use relata::formats::{self, Format, ReadOptions};
use relata::lexical::{Language, LexicalIndex, Pattern, Tokenizer, informative_terms};
use relata::paper::{Identifier, IdentifierKind, Name, Paper, PaperId, Record, split_and, title_key};

/// A function of a text.
pub struct Function {
    pub name: String,
    /// How often it handles the text.
    pub copies: usize,
    pub run: Box<dyn Fn(&str)>,
}

fn function(name: impl Into<String>, run: impl Fn(&str) + 'static) -> Function {
    of_copies(name, 1, run)
}

fn of_copies(name: impl Into<String>, copies: usize, run: impl Fn(&str) + 'static) -> Function {
    Function { name: name.into(), copies, run: Box::new(run) }
}

/// Returns all functions. Without a model, those that embed are left out.
pub fn all() -> Vec<Function> {
    let mut all = records();
    all.extend(names());
    all.extend(words());
    all.extend(readers());
    all.extend(writers());
    all.extend(drafts());
    all.extend(with_a_model());
    all
}

/// The paper in an index of words, in a record, and in a comparison.
fn title_and_abstract(text: &str) -> (String, Option<String>) {
    ("Bees dance".to_owned(), Some(text.to_owned()))
}

/// Cleaning: a text in each field of a record.
fn records() -> Vec<Function> {
    type Set = fn(&mut Record, String);
    let sets: [(&str, Set); 18] = [
        ("id", |record, text| record.id = text),
        ("title", |record, text| record.title = text),
        ("abstract", |record, text| record.abstract_text = text),
        ("author", |record, text| record.authors = vec![text]),
        ("authors", |record, text| record.authors = text.split(' ').map(str::to_owned).collect()),
        ("venue", |record, text| record.venue = text),
        ("category", |record, text| record.categories = vec![text]),
        ("keyword", |record, text| record.keywords = vec![text]),
        ("keywords", |record, text| record.keywords = text.split(' ').map(str::to_owned).collect()),
        ("organisation", |record, text| record.organizations = vec![text + "@"]),
        ("identifier", |record, text| record.identifiers = vec![(IdentifierKind::Doi, text)]),
        ("url", |record, text| record.url = text),
        ("kind", |record, text| record.kind = text),
        ("pages", |record, text| record.details = vec![("pages".to_owned(), text)]),
        ("subtitle", |record, text| record.details = vec![("subtitle".to_owned(), text)]),
        ("note", |record, text| record.details = vec![("note".to_owned(), text)]),
        ("details", |record, text| {
            record.details = text.split(' ').enumerate().map(|(at, text)| (at.to_string(), text.to_owned())).collect();
        }),
        ("mention", |record, text| record.mentions = vec![text]),
    ];
    let of = |(field, set): (&str, Set)| {
        function(format!("clean {field}"), move |text| {
            let mut record = Record { title: "Bees dance".to_owned(), ..Record::default() };
            set(&mut record, text.to_owned());
            let _ = record.into_paper();
        })
    };
    sets.into_iter().map(of).collect()
}

/// Names, identifiers and titles.
fn names() -> Vec<Function> {
    vec![
        function("Name::parse", |text| drop(Name::parse(text).notation())),
        function("split_and", |text| drop(split_and(text))),
        function("title_key", |text| drop(title_key(text))),
        function("Identifier::parse", |text| drop(Identifier::parse(text))),
        function("Identifier::find_in", |text| drop(Identifier::find_in(text))),
        function("Identifier::all_in", |text| drop(Identifier::all_in(text))),
        of_copies("compare titles", 2, |text| {
            let of = |title: String| Features::of(&paper(title, None));
            compare_records(&of(text.to_owned()), &of(format!("{text} b")));
        }),
        of_copies("compare abstracts", 2, |text| {
            let of = |text: String| Features::of(&paper("Bees dance".to_owned(), Some(text)));
            compare_records(&of(text.to_owned()), &of(format!("{text} b")));
        }),
        of_copies("compare authors", 2, |text| {
            let of = |name: String| {
                Features::of(&Paper {
                    authors: text.split_whitespace().map(str::to_owned).chain([name]).collect(),
                    ..paper("Bees dance".to_owned(), None)
                })
            };
            compare_records(&of("Ada".to_owned()), &of("Bo".to_owned()));
        }),
    ]
}

/// Languages, words, terms and questions.
fn words() -> Vec<Function> {
    let languages = [
        Language::English,
        Language::German,
        Language::Finnish,
        Language::French,
        Language::Turkish,
        Language::Hungarian,
        Language::Russian,
        Language::Arabic,
        Language::Tamil,
        Language::Chinese,
    ];
    let mut all: Vec<Function> = languages
        .into_iter()
        .map(|language| {
            of_copies(format!("words {}", language.name()), 2, move |text| {
                let mut tokenizer = Tokenizer::default();
                tokenizer.document_in(language, text, Some(text));
            })
        })
        .collect();
    all.extend([
        function("Language::of", |text| {
            Language::of(&[text, text]);
        }),
        of_copies("Pattern", 5, |text| {
            let mut tokenizer = Tokenizer::default();
            for is_beginning in [false, true] {
                let languages = [Language::English, Language::German];
                if let Some(pattern) = Pattern::new(&mut tokenizer, text, is_beginning, &languages) {
                    pattern.occurs_in(&mut tokenizer, text, Language::English);
                    pattern.occurs_in(
                        &mut tokenizer,
                        &text[..text.floor_char_boundary(text.len() / 2)],
                        Language::English,
                    );
                }
            }
        }),
        of_copies("LexicalIndex", 2, |text| {
            let index = LexicalIndex::refresh(None, &[Some(1)], |_, sink| {
                sink(title_and_abstract(text));
                Ok(())
            });
            let index = index.expect("an index");
            index.question_words(&mut Tokenizer::default(), text);
        }),
        function("informative_terms", |text| {
            let empty = LexicalIndex::refresh(None, &[], |_, _| Ok(())).expect("an index");
            drop(informative_terms(&empty, &[title_and_abstract(text)], 10));
        }),
        function("TextQuery", |text| {
            let query = TextQuery::parse(text);
            let _ = query.expression.map(|expression| expression.fields().len());
        }),
        function("read_queries", |text| drop(read_queries(text.as_bytes(), Path::new("queries"), &Request::default()))),
        function("Qrels", |text| drop(Qrels::read(text.as_bytes(), Path::new("qrels")))),
        function("Run", |text| drop(Run::read(text.as_bytes(), Path::new("run")))),
    ]);
    all
}

/// For each format a file with `@` in place of the text.
const FILES: [(Format, &str, &str); 22] = [
    (Format::Bibtex, "@article{k, title = {Bees}, ", "note = {@}}\n"),
    (Format::Bibtex, "@article{k, title = {Bees}, ", "author = {@}, abstract = \"@\"}\n"),
    (Format::Bibtex, "@article{k, title = {Bees}, keywords = {a}", "@"),
    (Format::Bibtex, "", "@article{@, title = {Bees}, crossref = {@}}\n@string{a = {@}}"),
    (Format::Ris, "TY  - JOUR\nTI  - Bees\n", "AU  - @\nAB  - @\nKW  - @\nER  - \n"),
    (Format::Nbib, "PMID- 1\nTI  - Bees\n", "FAU - @\nAB  - @\n      @\nAD  - @\n\n"),
    (Format::Enw, "%0 Journal Article\n%T Bees\n", "%A @\n%X @\n%K @\n"),
    (Format::Wos, "FN a\nPT J\nTI Bees\n", "AU @\n   @\nAB @\nER\nEF\n"),
    (Format::Refworks, "RT Journal\nT1 Bees\n", "A1 @\nAB @\nK1 @\n"),
    (Format::Ovid, "<1>\nTitle\n  Bees\n", "Authors\n  @\nAbstract\n  @\n"),
    (Format::Csv, "title,authors,abstract,keywords\n", "Bees,\"@\",\"@\",\"@\"\n"),
    (Format::Csv, "title,authors,abstract,keywords\n", "@"),
    (Format::Tsv, "title\tauthors\tabstract\n", "Bees\t@\t@\n"),
    (Format::JsonLines, "{\"title\": \"Bees\", ", "\"authors\": \"@\", \"abstract\": \"@\", \"keywords\": \"@\"}\n"),
    (Format::JsonLines, "", "@"),
    (Format::Json, "[{\"title\": \"Bees\", ", "\"author\": [{\"family\": \"@\"}], \"abstract\": \"@\"}]"),
    (Format::Json, "[", "@"),
    (Format::Xml, "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>Bees</title>", ATOM),
    (Format::Xml, "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>", PUBMED),
    (Format::Xml, "<dblp><article key=\"a\"><title>Bees</title>", "<author>@</author><note>@</note></article></dblp>"),
    (Format::Xml, "<dblp>", "@"),
    (Format::Listing, "Total of 1 entries\n", "@\nA, B\n@\n"),
];

const ATOM: &str = "<author><name>@</name></author><summary>@</summary></entry></feed>";
const PUBMED: &str = "<ArticleTitle>Bees</ArticleTitle><Abstract><AbstractText>@</AbstractText></Abstract>\
    <AuthorList><Author><LastName>@</LastName></Author></AuthorList></Article></MedlineCitation></PubmedArticle>\
    </PubmedArticleSet>";

fn read(text: &str, format: Option<Format>) {
    let options = ReadOptions { format, ..ReadOptions::default() };
    // Every text is either read or refused; both are fine.
    let _ = formats::read_from(text.as_bytes(), Path::new("growth"), &options, &mut |_| Ok(()));
}

/// Readers: a text within a record, the text alone in each format, and many records.
fn readers() -> Vec<Function> {
    let mut all = Vec::new();
    for (at, (format, start, end)) in FILES.into_iter().enumerate() {
        all.push(of_copies(format!("read {format} {at}"), end.matches('@').count(), move |text| {
            read(&format!("{start}{}", end.replace('@', text)), Some(format));
        }));
    }
    for format in Format::ALL.iter().copied().map(Some).chain([None]) {
        let name = format.map_or("detected", Format::name);
        all.push(function(format!("read {name}"), move |text| read(text, format)));
    }
    all
}

/// Records of each format, for files of many records: `@` is the number of the record.
const RECORDS: [(Format, &str, &str); 16] = [
    (Format::Bibtex, "", "@article{k@, title = {Bees @}}\n"),
    (Format::Bibtex, "", "@article{k, title = {Bees}}\n"),
    (Format::Bibtex, "", "@article{k@, title = {Bees @}, crossref = {k}}\n"),
    (Format::Bibtex, "", "@string{k@ = {Bees @}}\n"),
    (Format::Bibtex, "", "@article{k@, title = {Bees @\n"),
    (Format::Bibtex, "@article{k, title = {Bees}", ", note@ = {a}"),
    (Format::Ris, "", "TY  - JOUR\nTI  - Bees @\nER  - \n"),
    (Format::Ris, "TY  - JOUR\nTI  - Bees\n", "AU  - Ada @\n"),
    (Format::Nbib, "", "PMID- @\nTI  - Bees @\n\n"),
    (Format::Enw, "", "%0 Journal Article\n%T Bees @\n\n"),
    (Format::Csv, "title\n", "Bees @\n"),
    (Format::JsonLines, "", "{\"title\": \"Bees @\"}\n"),
    (Format::Json, "{\"title\": \"Bees\"", ", \"a@\": 1"),
    (Format::Xml, "<dblp>", "<article key=\"@\"><title>Bees @</title></article>"),
    (Format::Xml, "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">", RDF),
    (Format::Listing, "", "Bees dance at noon @\nAda Byron, Bo Cay\nPDF\n"),
];

const RDF: &str = "<bib:Article rdf:about=\"#a@\"><dc:title>Bees @</dc:title>\
    <dcterms:isReferencedBy rdf:resource=\"#b\"/></bib:Article>";

/// Functions that read files of many records, of about as many bytes as the text.
pub fn readers_of_many() -> Vec<Function> {
    let of = |(at, (format, start, record)): (usize, (Format, &'static str, &'static str))| {
        function(format!("records {format} {at}"), move |text| {
            let mut file = start.to_owned();
            for number in 0.. {
                if file.len() >= text.len() {
                    break;
                }
                file.push_str(&record.replace('@', &format!("{number}")));
            }
            read(&file, Some(format));
        })
    };
    RECORDS.into_iter().enumerate().map(of).collect()
}

fn paper(title: String, abstract_text: Option<String>) -> Paper {
    let record = Record { title: "Bees dance".to_owned(), ..Record::default() };
    Paper { title, abstract_text, ..record.into_paper().expect("a title") }
}

/// Writers: a text in each field of a paper. Such a paper may be in a library that another program wrote.
fn writers() -> Vec<Function> {
    type Make = fn(&str) -> Paper;
    let makes: [(&str, usize, Make); 5] = [
        ("texts", 3, |text| Paper { venue: Some(text.to_owned()), ..paper(text.to_owned(), Some(text.to_owned())) }),
        ("id and url", 2, |text| Paper {
            id: PaperId::new(text),
            url: Some(format!("https://{text}")),
            ..paper("Bees".to_owned(), None)
        }),
        ("author", 1, |text| Paper { authors: vec![text.to_owned()], ..paper("Bees".to_owned(), None) }),
        ("lists", 3, |text| {
            let list: Vec<String> = text.split(' ').map(str::to_owned).collect();
            let keywords = list.clone();
            Paper { authors: list, keywords, organizations: vec![text.to_owned()], ..paper("Bees".to_owned(), None) }
        }),
        ("details", 9, |text| Paper {
            details: ["author", "editor", "note", "pages", "file", "protected", "month", "keywords"]
                .map(|name| (name.to_owned(), text.to_owned()))
                .into(),
            kind: Some(text.to_owned()),
            ..paper("Bees".to_owned(), None)
        }),
    ];
    let mut all = Vec::new();
    for format in ExportFormat::ALL.iter().copied() {
        for (name, copies, make) in makes {
            all.push(of_copies(format!("write {format} {name}"), copies, move |text| {
                let mut writer = format.writer(std::io::sink());
                writer.paper(&make(text)).and_then(|()| writer.finish()).expect("written");
            }));
        }
        all.push(function(format!("write {format} papers"), move |text| {
            let mut writer = format.writer(std::io::sink());
            let one = paper("Bees".to_owned(), None);
            (0..text.len() / 64).try_for_each(|_| writer.paper(&one)).expect("written");
            writer.finish().expect("written");
        }));
    }
    all
}

fn drafts() -> Vec<Function> {
    [Markup::Latex, Markup::Markdown, Markup::Plain]
        .into_iter()
        .map(|markup| {
            function(format!("draft {markup:?}"), move |text| {
                let _ = Draft::read(text, markup, &mut |_| None);
            })
        })
        .collect()
}

/// Embedding a paper and a question, and asking a library of one paper.
fn with_a_model() -> Vec<Function> {
    let Some(embedder) = ModelStore::from_env().ok().and_then(|store| {
        let choice = ModelChoice::parse(&relata::embed::default_model().name).ok()?;
        store.load(&choice, EmbedOptions::default(), &mut |_| ()).ok()
    }) else {
        println!("no model: embedding is left out");
        return Vec::new();
    };
    vec![of_copies("embed", 2, move |text| {
        let embedder: &Embedder = &embedder;
        // A text without letters that the model knows is refused; that is fine.
        let _ = embedder.embed_one(text, Side::Paper);
        let _ = embedder.embed_one(text, Side::Query);
    })]
}
