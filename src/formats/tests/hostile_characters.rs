//! Puts characters that control a terminal or hide text at every place of a file of every format, and checks the papers
//! and every export.

use serde_json::Value;

use super::*;
use crate::formats::write::{ExportFormat, Ranking};
use crate::paper::clean::is_unprintable;

/// ESC with a colour, OSC with BEL, CSI of C1, an override, an isolate and a mark of direction, a separator of
/// lines, a tag.
const HOSTILE: &str = "\u{1b}[31m\u{1b}]0;x\u{7}\u{9b}31m\u{202e}\u{2066}\u{200e}\u{2028}\u{e0041}";

/// A text file with this character is refused as a binary file; JSON and XML can have its escape.
const NUL: &str = "\0";

/// Characters that identifiers and dates lose without becoming invalid.
const UNSEEN: &str = "\u{202e}\u{2066}\u{200e}\u{200b}";

const JSON: &str = r#"{"id":"a1","title":"On bees","abstract":"They hum.","authors":["Byron, Ada","Gauss, C. F."],"year":1999,
"date":"1999-02-03","venue":"Hive","keywords":["wax","honey"],"categories":["cs.LG"],"organizations":["Hive Inc"],"arxiv":"1706.03762",
"doi":"10.1234/bees","url":"https://bees.example/a","kind":"article","volume":"3","pages":"1-9","publisher":"Comb","issn":"1234-5678",
"editors":["Maja, B."],"custom":{"note":"x"}}"#;

const OWN_JSON: &str = r#"{"id":"a1","title":"On bees","abstract":"They hum.","authors":["Ada Byron"],"et_al":true,"date":"1999-02-03",
"venue":"Hive","categories":["cs.LG"],"ids":{"doi":"10.1234/bees","dblp":"conf/hive/Byron17"},"url":"https://bees.example/a","has_code":true,
"kind":"article","details":{"volume":"3","ris:c1":"x","editor":"Maja, B. and {Hive}","note":"doi:10.1234/bees","author":"Byron, Ada"}}"#;

const CSL: &str = r#"[{"id":"a1","type":"article-journal","title":"On bees","title-short":"Bees","author":[{"family":"Byron","given":"Ada"},
{"literal":"Hive"}],"editor":[{"family":"Maja"}],"container-title":"Hive","issued":{"date-parts":[[1999,2,3]]},"DOI":"10.1234/bees",
"URL":"https://bees.example/a","genre":"x","note":"y","abstract":"They hum.","keyword":"wax, honey","custom":{"relata":{"details":{"csl:z":"w"}}}}]"#;

const CSV: &str = "id,title,authors,et_al,year,date,venue,kind,doi,dblp,url,keywords,categories,organizations,has_code,abstract,details\n\
    a1,On bees,Ada Byron; Carl Gauss,,1999,1999-02-03,Hive,article,10.1234/bees,conf/hive/Byron17,https://bees.example/a,wax; honey,cs.LG,\
    Hive Inc,true,They hum.,\"{\"\"note\"\":\"\"x\"\"}\"\n";

const TSV: &str = "Title\tAuthors\tYear\tDOI\tSource title\tVolume\tIssue\tPublisher\tAuthor Keywords\tAffiliations\tAbstract\tLink\n\
    On bees\tByron A.; Gauss C.\t1999\t10.1234/bees\tHive\t3\t2\tComb\twax; honey\tHive Inc\tThey hum.\thttps://bees.example/a\n";

const BIBTEX: &str = "@string{hive = {Hive}}\n@article{a1, title = {On {Bees}}, author = {Byron, Ada and {Hive Society} and others}, \
    journal = hive, year = 1999, month = feb, doi = {10.1234/bees}, url = {https://bees.example/a}, eprint = {1706.03762}, archiveprefix = {arXiv}, \
    primaryclass = {cs.LG}, keywords = {wax, honey}, abstract = {They \\emph{hum}.}, volume = {3}, pages = {1--9}, custom-field = {x}, \
    file = {:a.pdf:PDF}, note = {doi:10.1234/bees}, publisher = {Comb}, editor = {Maja, B.}}\n";

const RIS: &str = "TY  - JOUR\r\nID  - a1\r\nTI  - On bees\r\nAU  - Byron, Ada\r\nA2  - Maja, B.\r\nT2  - Hive\r\nPY  - 1999\r\nDA  - 1999/02/03/\r\n\
    DO  - 10.1234/bees\r\nUR  - https://bees.example/a\r\nKW  - wax\r\nAB  - They hum.\r\nVL  - 3\r\nSP  - 1\r\nEP  - 9\r\nN1  - x\r\nC1  - y\r\n\
    AD  - Hive Inc\r\nM2  - dblp: conf/hive/Byron17\r\nSN  - 1234-5678\r\nER  - \r\n";

const NBIB: &str = "PMID- 12345678\nTI  - On bees\nAB  - They hum.\nFAU - Byron, Ada\nAD  - Hive Inc.\nJT  - Hive\nTA  - Hv\nDP  - 1999 Feb 3\n\
    VI  - 3\nIP  - 2\nPG  - 1-9\nLID - 10.1234/bees [doi]\nAID - PMC77 [pmc]\nMH  - Wax\nOT  - honey\nPT  - Journal Article\nIS  - 1234-5678\n\n";

const ENW: &str = "%0 Journal Article\n%A Byron, Ada\n%T On bees\n%J Hive\n%D 1999\n%8 February 3\n%V 3\n%N 2\n%P 1-9\n%R 10.1234/bees\n%K wax\n\
    %X They hum.\n%U https://bees.example/a\n%I Comb\n%E Maja, B.\n%F a1\n%Z x\n%+ Hive Inc\n\n";

const WOS: &str = "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Byron, A\nAF Byron, Ada\nTI On bees\nSO HIVE\nDT Article\nDE wax; honey\n\
    ID COMB\nAB They hum.\nC1 [Byron, Ada] Hive Inc.\nSN 1234-5678\nPD FEB 3\nPY 1999\nVL 3\nIS 2\nBP 1\nEP 9\nDI 10.1234/bees\nPM 123\nUT WOS:1\nER\n\nEF\n";

const REFWORKS: &str = "RT Journal Article\nSR Electronic(1)\nID 12\nA1 Byron,Ada\nT1 On bees\nJF Hive\nYR 1999\nFD Feb 3\nVO 3\nSP 1\nOP 9\nK1 wax\n\
    AB They hum.\nNO x\nDO 10.1234/bees\nLK https://bees.example/a\nPB Comb\nAD Hive Inc\n\n";

const OVID: &str = "<1>\nVN  - Ovid Technologies\nAU  - Byron, Ada\nTI  - On bees.\nSO  - Hive. 3(2):1-9, February 3, 1999.\nDO  - 10.1234/bees\n\
    AB  - They hum.\nMC  - Wax\nYR  - 1999\nIN  - Hive Inc\n\n";

const LISTING: &str = "LGFeb 3, 1999\nOn beesAda Byron, Carl Gauss\nBees hum.\n";

const ATOM: &str = "<?xml version=\"1.0\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:arxiv=\"http://arxiv.org/schemas/atom\">\n<entry>\
    <id>http://arxiv.org/abs/1706.03762v1</id><title>On bees</title><summary>They hum.</summary><published>1999-02-03T00:00:00Z</published>\
    <author><name>Ada Byron</name><arxiv:affiliation>Hive Inc</arxiv:affiliation></author><arxiv:doi>10.1234/bees</arxiv:doi>\
    <arxiv:journal_ref>Hive 3</arxiv:journal_ref><arxiv:comment>x</arxiv:comment><category term=\"cs.LG\"/></entry>\n</feed>\n";

const PUBMED: &str = "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>123</PMID><Article><Journal><ISSN>1234-5678</ISSN><JournalIssue>\
    <Volume>3</Volume><PubDate><Year>1999</Year><Month>Feb</Month></PubDate></JournalIssue><Title>Hive</Title></Journal><ArticleTitle>On bees\
    </ArticleTitle><Abstract><AbstractText Label=\"AIM\">They hum.</AbstractText></Abstract><AuthorList><Author><LastName>Byron</LastName><ForeName>Ada\
    </ForeName><AffiliationInfo><Affiliation>Hive Inc</Affiliation></AffiliationInfo></Author></AuthorList></Article></MedlineCitation><PubmedData>\
    <ArticleIdList><ArticleId IdType=\"doi\">10.1234/bees</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>";

const DUBLIN_CORE: &str = "<oai_dc:dc xmlns:oai_dc=\"a\" xmlns:dc=\"b\"><dc:title>On bees</dc:title><dc:creator>Byron, Ada</dc:creator>\
    <dc:description>They hum.</dc:description><dc:subject>wax</dc:subject><dc:date>1999-02-03</dc:date><dc:identifier>https://doi.org/10.1234/bees\
    </dc:identifier><dc:publisher>Comb</dc:publisher><dc:source>Hive</dc:source><dc:type>article</dc:type></oai_dc:dc>";

const DBLP: &str = "<dblp><article key=\"journals/hive/Byron17\"><author>Ada Byron</author><title>On bees</title><journal>Hive</journal><year>1999</year>\
    <volume>3</volume><pages>1-9</pages><ee>https://doi.org/10.1234/bees</ee><url>db/hive.html#Byron17</url></article></dblp>";

const MODS: &str = "<mods version=\"3\"><titleInfo><title>On bees</title></titleInfo><name type=\"personal\"><namePart type=\"family\">Byron</namePart>\
    </name><genre>article</genre><originInfo><publisher>Comb</publisher><dateIssued>1999</dateIssued></originInfo><abstract>They hum.</abstract>\
    <subject><topic>wax</topic></subject><identifier type=\"doi\">10.1234/bees</identifier></mods>";

/// Writes a character as a file of a format has it.
type Written = fn(char) -> String;

/// A file, its name and format, and how it writes a character that it cannot contain as it is.
const FILES: [(Format, &str, &str, Written); 19] = [
    (Format::JsonLines, "a.json", JSON, in_json),
    (Format::Json, "a.json", JSON, in_json),
    (Format::Json, "a.json", OWN_JSON, in_json),
    (Format::Json, "a.json", CSL, in_json),
    (Format::Csv, "a.csv", CSV, as_it_is),
    (Format::Tsv, "a.tsv", TSV, as_it_is),
    (Format::Bibtex, "a.bib", BIBTEX, as_it_is),
    (Format::Ris, "a.ris", RIS, as_it_is),
    (Format::Nbib, "a.nbib", NBIB, as_it_is),
    (Format::Enw, "a.enw", ENW, as_it_is),
    (Format::Wos, "a.txt", WOS, as_it_is),
    (Format::Refworks, "a.txt", REFWORKS, as_it_is),
    (Format::Ovid, "a.txt", OVID, as_it_is),
    (Format::Listing, "a.txt", LISTING, as_it_is),
    (Format::Xml, "a.xml", ATOM, as_entity),
    (Format::Xml, "a.xml", PUBMED, as_it_is),
    (Format::Xml, "a.xml", DUBLIN_CORE, as_entity),
    (Format::Xml, "a.xml", DBLP, as_it_is),
    (Format::Xml, "a.xml", MODS, as_entity),
];

fn as_it_is(c: char) -> String {
    c.to_string()
}

fn in_json(c: char) -> String {
    if c < ' ' { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() }
}

fn as_entity(c: char) -> String {
    format!("&#{};", u32::from(c))
}

/// Every name and text of a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(elements) => elements.iter().flat_map(texts).collect(),
        Value::Object(object) => {
            object.iter().flat_map(|(name, value)| [vec![name.as_str()], texts(value)].concat()).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns where a paper or one of its exports has such a character.
fn leaks(paper: &Paper) -> Vec<String> {
    let mut leaks = Vec::new();
    let value = serde_json::to_value(paper).unwrap();
    leaks.extend(texts(&value).iter().filter(|text| text.contains(is_unprintable)).map(|text| format!("{text:?}")));
    for &format in ExportFormat::ALL {
        let mut bytes = Vec::new();
        {
            let mut writer = format.writer(&mut bytes);
            writer.found(Ranking { rank: 1, score: 0.5, similarity: 0.5 }, paper).unwrap();
            writer.finish().unwrap();
        }
        let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        // JSON can also contain them as escapes.
        let value = match format {
            ExportFormat::Csl | ExportFormat::JsonLines => serde_json::from_str(&text).unwrap(),
            _ => Value::Null,
        };
        let is_clean = |text: &str| !text.contains(is_unprintable);
        if !is_clean(&text.replace('\n', " ")) || !texts(&value).into_iter().all(is_clean) {
            leaks.push(format!("{format}: {text:?}"));
        }
    }
    leaks
}

#[test]
fn no_place_of_any_format_lets_a_control_character_or_an_invisible_one_in() {
    let mut failures = Vec::new();
    for (format, name, file, written) in FILES {
        let file = if format == Format::JsonLines { file.replace('\n', " ") } else { file.to_owned() };
        assert_eq!(read_reader(file.as_bytes(), name, Some(format)).unwrap().papers.len(), 1, "{format}: {file}");
        for hostile in [HOSTILE, NUL, UNSEEN] {
            let (mut read, mut tried) = (0, 0);
            let inserted: String = hostile.chars().map(written).collect();
            // Next to a letter or digit, which is within a tag, a name of a field, or a value.
            let places = file.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()).map(|(at, _)| at);
            for at in places {
                let text = format!("{}{inserted}{}", &file[..at], &file[at..]);
                tried += 1;
                let Ok(outcome) = read_reader(text.as_bytes(), name, Some(format)) else { continue };
                read += outcome.papers.len().min(1);
                let place = &file[at..file.len().min(at + 12)];
                failures
                    .extend(outcome.papers.iter().flat_map(leaks).map(|leak| format!("{format} at {place:?}: {leak}")));
            }
            // Places within the tags of XML and of the first lines of other formats lose the record.
            if hostile != NUL && read * 4 < tried {
                failures.push(format!("{format}: only {read} of {tried} with {hostile:?} were read"));
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures[..failures.len().min(12)].join("\n"));
}
