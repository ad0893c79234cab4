use super::super::tests::{read_bytes, read_reader};
use super::super::{Format, MAX_RECORD_BYTES};
use super::*;
use crate::paper::{IdentifierKind, Paper};

fn papers(text: &str) -> Vec<Paper> {
    let outcome = read_bytes(text, "bees.bib");
    assert_eq!(outcome.problems, [""; 0]);
    outcome.papers
}

fn paper(text: &str) -> Paper {
    let mut papers = papers(text);
    assert_eq!(papers.len(), 1, "{papers:?}");
    papers.remove(0)
}

fn detail<'p>(paper: &'p Paper, name: &str) -> Option<&'p str> {
    paper.details.get(name).map(String::as_str)
}

#[test]
fn an_entry_is_a_paper_with_all_its_fields() {
    let found = paper(
        r#"@InProceedings { byron1843,
            author = "Byron, Ada and {\"O}zge {\c C}elik and {Hive Society} and others", editor = {Carl Gau{\ss}},
            title = {On {BERT} and the {Danube} Bees: $\alpha$-honey}, booktitle = {Proc.\ of Bees \& Wax},
            year = 1843, month = nov, pages = {12--34}, address = {Ulm}, volume = {7}, keywords = {honey, wax; hives},
            abstract = {They hum {\em loudly}, 5\% of them.}, doi = {https://doi.org/10.1234/BEES}, eprint = {1706.03762v3},
            archivePrefix = {arXiv}, primaryClass = {cs.CL}, url = {\url{http://bees.example/~a\_b}}, date-added = {today},
            mood = {merry}
        }"#,
    );
    assert_eq!((found.id.as_str(), found.kind.as_deref()), ("byron1843", Some("inproceedings")));
    assert_eq!(found.title, "On BERT and the Danube Bees: α-honey");
    assert_eq!(found.authors, ["Ada Byron", "Özge Çelik", "Hive Society"]);
    assert!(found.et_al);
    assert_eq!((found.year, found.venue.as_deref()), (Some(1843), Some("Proc. of Bees & Wax")));
    assert_eq!(found.abstract_text.as_deref(), Some("They hum loudly, 5% of them."));
    assert_eq!((found.keywords, found.categories), (vec!["honey, wax".into(), "hives".into()], vec!["cs.CL".into()]));
    assert_eq!(found.url.as_deref(), Some("http://bees.example/~a_b"));
    assert_eq!(found.ids.iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["arxiv:1706.03762", "doi:10.1234/bees"]);
    let details: Vec<_> = found.details.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        details,
        [
            // The notation is kept because the name alone does not show that this is an organisation.
            ("author", "Byron, Ada and Çelik, Özge and {Hive Society}"),
            ("date-added", "today"),
            ("editor", "Gauß, Carl"),
            ("location", "Ulm"),
            ("month", "11"),
            ("mood", "merry"),
            ("pages", "12--34"),
            ("protected", "Danube"),
            ("volume", "7"),
        ]
    );
}

#[test]
fn entry_types_become_those_of_biblatex() {
    for (entry, kind, of_type) in [
        ("@conference{k, title={T}}", "inproceedings", None),
        ("@PhdThesis{k, title={T}, school={S}}", "thesis", Some("phdthesis")),
        ("@mastersthesis{k, title={T}, type={Diplomarbeit}}", "thesis", Some("Diplomarbeit")),
        ("@thesis{k, title={T}, type={PhD thesis}}", "thesis", Some("phdthesis")),
        ("@techreport{k, title={T}, type={Memo}}", "report", Some("Memo")),
        ("@electronic{k, title={T}}", "online", None),
        ("@Software{k, title={T}}", "software", None),
    ] {
        let found = paper(entry);
        assert_eq!((found.kind.as_deref(), detail(&found, "type")), (Some(kind), of_type), "{entry}");
    }
    assert_eq!(detail(&paper("@phdthesis{k, title={T}, school={S}}"), "institution"), Some("S"));
}

#[test]
fn venues_places_and_titles_are_read_from_the_fields_of_each_kind() {
    let both = paper("@inproceedings{k, title={T}, journal={J}, booktitle={B}}");
    assert_eq!((both.venue.as_deref(), detail(&both, "journaltitle")), (Some("B"), Some("J")));
    let both = paper("@article{k, title={T}, journal={J}, booktitle={B}}");
    assert_eq!((both.venue.as_deref(), detail(&both, "booktitle")), (Some("J"), Some("B")));
    let acm = paper("@inproceedings{k, title={T}, location={Ulm}, address={New York}}");
    assert_eq!((detail(&acm, "location"), detail(&acm, "venue")), (Some("New York"), Some("Ulm")));
    assert_eq!(paper("@misc{k, title={T}, venue={BeeConf}}").venue.as_deref(), Some("BeeConf"));
    assert_eq!(paper("@collection{k, booktitle={All Bees}, editor={A}}").title, "All Bees");
    assert_eq!(paper("@mvbook{k, maintitle={All Bees}}").title, "All Bees");
    assert_eq!(paper("@book{k, title={Bees}, subtitle={A Life}}").title, "Bees: A Life");
    assert_eq!(paper("@book{k, title={Why Bees?}, subtitle={A Life}}").title, "Why Bees? A Life");
    assert_eq!(paper("@book{k, title={Bees}, booktitle={Bees}}").venue, None);
}

#[test]
fn repeated_and_unknown_fields_are_kept() {
    let found = paper(
        "@article{k, title={T}, keywords={a}, keywords={b}, note={one}, note={two}, note={one}, doi={soon}, \
         eprint={12/34}, eprinttype={jstor}, school={S}, institution={I}}",
    );
    assert_eq!(found.keywords, ["a", "b"]);
    for (name, value) in [
        ("note", "one"),
        ("note-2", "two"),
        ("doi", "soon"),
        ("eprint", "12/34"),
        ("eprinttype", "jstor"),
        ("institution", "S"),
        ("institution-2", "I"),
    ] {
        assert_eq!(detail(&found, name), Some(value), "{name}");
    }
    let dblp = read_bytes("@article{k, title={T}, journal={CoRR}, volume={abs/1706.03762}}", "x.bib");
    assert_eq!(dblp.problems, [""; 0]);
    let pubmed = paper("@article{k, title={T}, eprint={123}, eprinttype={pubmed}, pmid={123}}");
    assert_eq!(pubmed.ids.get(IdentifierKind::Pmid), Some("123"));
}

#[test]
fn entries_inherit_fields_from_the_entries_they_refer_to() {
    let text = "
        @inproceedings{child, title={C}, crossref={PROC}, pages={1}}
        @article{other, title={O}, year=1900}
        @proceedings{proc, title={All of it}, editor={E}, year=1901, doi={10.1234/p}, pages={1--99}, xdata={pub}}
        @inproceedings{late, title={L}, crossref={proc}, year=1902}
        @xdata{pub, publisher={Wax Press}}
        @incollection{both, title={B}, booktitle={Own}, crossref={proc}, xdata={pub}}
        @mvbook{whole, title={Works}, author={Byron}}
        @book{volume, title={First}, crossref={whole}}
        @inbook{chapter, title={Chapter}, crossref={volume}}
        @periodical{issue, title={Letters}, year=1904}
        @article{piece, title={P}, crossref={issue}}
        @misc{lost, title={Lost}, crossref={nowhere}}
        @misc{circle, title={Circle}, crossref={circle}, xdata={circle}}";
    let found = papers(text);
    let by_id = |id: &str| found.iter().find(|paper| paper.id.as_str() == id).unwrap();
    let ids: Vec<&str> = found.iter().map(|paper| paper.id.as_str()).collect();
    assert_eq!(
        ids,
        ["child", "other", "proc", "late", "both", "whole", "volume", "chapter", "issue", "piece", "lost", "circle"]
    );
    let child = by_id("child");
    assert_eq!((child.venue.as_deref(), child.year), (Some("All of it"), Some(1901)));
    assert_eq!((detail(child, "editor"), detail(child, "pages")), (Some("E"), Some("1")));
    assert_eq!((detail(child, "publisher"), child.ids.is_empty()), (Some("Wax Press"), true));
    assert_eq!(by_id("late").year, Some(1902));
    assert_eq!(by_id("both").venue.as_deref(), Some("Own"));
    assert_eq!(detail(by_id("volume"), "maintitle"), Some("Works"));
    assert_eq!(by_id("chapter").venue.as_deref(), Some("First"));
    assert_eq!(detail(by_id("chapter"), "maintitle"), Some("Works"));
    assert_eq!((by_id("piece").venue.as_deref(), by_id("piece").year), (Some("Letters"), Some(1904)));
    assert_eq!(by_id("lost").title, "Lost");
}

#[test]
fn an_entry_inherits_only_from_a_source_within_16_mebibytes() {
    let filler = format!("@misc{{f, title={{F}}, note={{{}}}}}\n", "x".repeat(1 << 20));
    let text =
        format!("@misc{{a, title={{A}}, crossref={{z}}}}\n{}@misc{{z, title={{Z}}, year=1900}}", filler.repeat(20));
    assert_eq!(papers(&text)[0].year, None, "the source is more than 16 MiB away");
    let text =
        format!("@misc{{a, title={{A}}, crossref={{z}}}}\n{}@misc{{z, title={{Z}}, year=1900}}", filler.repeat(10));
    assert_eq!(papers(&text)[0].year, Some(1900));
}

#[test]
fn a_broken_entry_does_not_affect_others() {
    let text = "@article{a,\n title={One},\n year={1900},\n@article{b,\n title={Two\n}\n\n@article{c,\n author\u{1f4af} {X Y},\n title={Three}\n}
@article{d,\n abstract={no title}\n}\n@article(e, title=\"Five (5)\")\n@article{f, title={Six";
    let outcome = read_bytes(text, "x.bib");
    assert_eq!(outcome.titles(), ["One", "Two", "Three", "Five (5)", "Six"]);
    assert_eq!(outcome.lines, [1, 4, 8, 15, 16]);
    assert_eq!(outcome.papers[2].authors, ["X Y"]);
    assert_eq!(outcome.problems, ["x.bib:12: no title"]);
}

#[test]
fn only_bibtex_is_recognised() {
    for text in [
        "% a comment\n\n@article{k,\n  title = {T}\n}",
        "some words\n}@ARTICLE ( k, title = \"T\" )",
        "@string{a = \"b\"}",
        "@inproceedings{\nbyron1843,\ntitle={T}}",
        "@misc{ title = {T}}",
        "@misc{k,\n% note\n title = {T}}",
    ] {
        assert!(claims(text), "{text}");
    }
    for text in [
        "title,abstract\nBees,\"as in @article{k, there\"",
        "@media (max-width: 10px) { a { color: red } }",
        "@dataclass(frozen=True)\nclass Bee:\n  pass",
        "@decorate(a, b)\ndef f(): pass",
        "@interface Bee { int wings(); }",
        "mail a@b.example{x}, or @bees (all of them)",
        "@comment this",
    ] {
        assert!(!claims(text), "{text}");
    }
}

#[test]
fn hostile_files_are_read_in_linear_time() {
    for unit in [
        "{",
        "@article{",
        "@article{\n",
        "@article{a,\n",
        "@article{a, t={\n",
        "@comment{\n@a{b,\n",
        "@string{a=a#a}",
        "@a(b,\"\n",
        "@",
        "@article{a, crossref={b}}\n",
        "@book{a, title={b}, crossref={a}, xdata={a,a,a,a}}\n",
        "a={b}}\n",
        "@a{b}a={c}",
    ] {
        let text = unit.repeat(2_000_000 / unit.len());
        let start = std::time::Instant::now();
        read_reader(text.as_bytes(), "x.bib", Some(Format::Bibtex)).unwrap();
        assert!(start.elapsed().as_secs() < 10, "{unit:?} {:?}", start.elapsed());
    }
    let long = format!("@article{{a, title={{{}}}}}", "x".repeat(MAX_RECORD_BYTES));
    assert_eq!(read_bytes(long, "x.bib").problems.len(), 1);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "([a-z ]|[@{}()\",=#%\\\\$\n]|@article\\{|@string\\{|title=|crossref=|xdata=|a,){0,60}") {
        read_reader(text.as_bytes(), "x.bib", Some(Format::Bibtex)).ok();
    }
}

#[test]
fn entries_with_unbalanced_braces_are_read_and_reported() {
    let outcome = read_bytes(
        "@article{a, title = {Bees}}\n@article{b, title = {Wasps, year = 2001}\n@book{c, title = {Ants}}\n",
        "x.bib",
    );
    assert_eq!((outcome.titles(), outcome.papers[1].year), (vec!["Bees", "Wasps", "Ants"], Some(2001)));
    let told = "x.bib: broken entries were read as far as possible; check them: ";
    assert!(outcome.notices[0].starts_with(told), "{:?}", outcome.notices);
    assert!(outcome.notices[0].ends_with("b in line 2 (braces do not balance)"), "{:?}", outcome.notices);
    let outcome =
        read_bytes("@article{a, title = {Bees}}\n@article{c,\n title = {On wasps},\n abstract = {They hu", "x.bib");
    assert_eq!(outcome.titles(), ["Bees", "On wasps"]);
    assert!(outcome.notices[0].ends_with("c in line 2 (the file ends within it)"), "{:?}", outcome.notices);
    assert!(read_bytes("@article{a, title = {Bees}}", "x.bib").notices.is_empty());
}

#[test]
fn keys_are_kept_as_written() {
    for key in ["DBLP:conf/a--b", "10.1002/(SICI)1097-0258(19980815)17:15/16<1661::AID>3.0.CO;2-2", "a_b$c", "a`b''c"] {
        assert_eq!(paper(&format!("@article{{{key}, title={{Bees}}}}")).id.as_str(), key);
    }
}

#[test]
fn many_repeated_and_many_inherited_fields_take_linear_time() {
    // Searching all fields again for each of them, or copying the names so far, would take hours.
    let repeated: String =
        (0..200_000).map(|number| format!("author = {{Ada B{number}}}, note = {{{number}}}, ")).collect();
    let outcome = read_bytes(format!("@article{{k, title = {{Bees}}, {repeated}}}"), "a.bib");
    assert_eq!(outcome.papers[0].authors.len(), 32_768);
    assert!(outcome.papers[0].details.contains_key("note-99") && !outcome.papers[0].details.contains_key("note-100"));
    let fields: String = (0..100_000).map(|number| format!("x{number} = {{a}}, ")).collect();
    let outcome = read_bytes(format!("@xdata{{x, {fields}}}\n@article{{k, title = {{Bees}}, xdata = {{x}}}}"), "a.bib");
    assert_eq!(outcome.papers[0].details.len(), 4096);
    assert!(
        outcome.notices.iter().all(|notice| notice.contains("other fields (first 4096 of ")),
        "{:?}",
        outcome.notices
    );
}
