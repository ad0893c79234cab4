use proptest::prelude::*;

use super::*;

fn latex(text: &str) -> Draft {
    Draft::read(text, Markup::Latex, &mut |_| None)
}

fn texts(draft: &Draft) -> Vec<&str> {
    draft.passages.iter().map(|passage| passage.text.as_str()).collect()
}

/// A sentence long enough to stand alone.
const LONG: &str = "Bees that return from a rich source of food dance on the comb, and those that follow the dance fly in \
    the direction that it shows, over a distance that is told by how long the bee waggles, as was found by watching marked bees.";

#[test]
fn latex_is_cut_into_passages_under_headings_without_citations_and_figures() {
    let draft = latex(&format!(
        "\\documentclass{{article}}\n\\title{{How \\emph{{bees}} dance}}\n\\newcommand{{\\x}}{{preamble}}\n\\begin{{document}}\n\
         \\begin{{abstract}}\nThe abstract says \\citep[see][p. 3]{{frisch1967}} this. {LONG}\n\\end{{abstract}}\n\
         \\section{{Related \\textbf{{work}}}}\n{LONG} % a remark \\cite{{nobody}}\n% all remark\nIt goes on~\\parencite{{seeley, lindauer}}, as told.\n\n\
         \\begin{{figure*}}\\caption{{A hive}}\\cite{{picture}}\\end{{figure*}}\n50\\% of bees \\textcites[1]{{one}}[2]{{two}} dance. {LONG}\n\
         \\begin{{itemize}}\\item First \\item Second\\end{{itemize}}\n\\end{{document}}\nafter the end\n"
    ));
    assert_eq!(draft.title.as_deref(), Some("How bees dance"));
    assert_eq!(draft.keys, ["frisch1967", "seeley", "lindauer", "picture", "one", "two"]);
    let headings: Vec<_> = draft.passages.iter().map(|passage| passage.heading.as_deref().unwrap_or("")).collect();
    assert_eq!(headings, ["Abstract", "Related work", "Related work"]);
    let texts = texts(&draft);
    assert_eq!(texts[0], format!("The abstract says this. {LONG}"));
    assert_eq!(texts[1], format!("{LONG} It goes on, as told."));
    assert_eq!(texts[2], format!("50% of bees dance. {LONG} First Second"));
}

#[test]
fn bibliographies_are_those_that_the_document_names() {
    let draft = latex(
        "\\bibliography{bees, wasps.bib}\\addbibresource[datatype=bibtex]{hive.xml}\\nocite{*}\\citestyle{x}\nText.",
    );
    assert_eq!(draft.bibliographies, ["bees.bib", "wasps.bib", "hive.xml"]);
    assert_eq!(draft.keys, ["*"]);
}

#[test]
fn what_a_document_includes_stands_in_its_place() {
    let mut asked = Vec::new();
    let mut input = |name: &str| {
        asked.push(name.to_owned());
        match name {
            "intro" => Some(format!("\\section{{Introduction}} {LONG} % x\n\\input{{deep}}")),
            "deep" => Some("\\cite{deep}".to_owned()),
            _ => None,
        }
    };
    let draft = Draft::read(
        "\\begin{document}\\input{intro}\\include{gone}\\cite{last}\\end{document}",
        Markup::Latex,
        &mut input,
    );
    assert_eq!(asked, ["intro", "deep", "gone"]);
    assert_eq!(
        (draft.keys, draft.passages[0].heading.as_deref()),
        (vec!["deep".into(), "last".into()], Some("Introduction"))
    );
    // One that includes itself comes to an end.
    let draft = Draft::read("\\input{again}", Markup::Latex, &mut |_| Some("\\cite{a} \\input{again}".to_owned()));
    assert_eq!(draft.keys, ["a"]);
}

#[test]
fn printed_references_are_known_by_their_keys() {
    let draft = latex(
        "Bees \\cite{b1,b2}.\n\\begin{thebibliography}{9}\n\\bibitem{b1} A. Byron. \\newblock How \\emph{bees} dance. 2001.\n\
         \\bibitem[Gauss(2002)]{b2} C. Gauss, arXiv:2101.00001.\n\\end{thebibliography}",
    );
    assert_eq!(draft.reference("b1").unwrap().text, "A. Byron. How bees dance. 2001.");
    assert!(draft.reference("b2").unwrap().text.contains("arXiv:2101.00001"));
    assert_eq!(texts(&draft), ["Bees."]);
}

#[test]
fn markdown_has_citations_as_pandoc_writes_them() {
    let draft = Draft::read(
        &format!(
            "---\ntitle: \"How bees dance\"\nbibliography:\n  - bees.bib\n  - 'wasps.json'\nauthor: x\n---\n\n## Dances\n\n\
             {LONG} As [see @frisch1967, pp. 3-5; -@seeley:2010] and @{{lindauer 1955}} say, @Gould_75.\n<!-- @nobody -->\n\
             ```\n@code\n```\n\nMail me@example.org. [A link](https://arxiv.org/abs/2101.00001) and **bold** `code`. {LONG}\n"
        ),
        Markup::Markdown,
        &mut |_| None,
    );
    assert_eq!(draft.title.as_deref(), Some("How bees dance"));
    assert_eq!(draft.bibliographies, ["bees.bib", "wasps.json"]);
    assert_eq!(draft.keys, ["frisch1967", "seeley:2010", "lindauer 1955", "Gould_75"]);
    assert_eq!(draft.identifiers.iter().map(ToString::to_string).collect::<Vec<_>>(), ["arxiv:2101.00001"]);
    assert_eq!(texts(&draft)[1], format!("Mail me@example.org. A link and bold code. {LONG}"));
    assert!(texts(&draft)[0].starts_with(LONG) && !texts(&draft)[0].contains("frisch"), "{draft:?}");
    assert_eq!(draft.passages[0].heading.as_deref(), Some("Dances"));
}

#[test]
fn a_list_of_references_is_cut_into_its_entries() {
    for (list, markup) in [
        ("[1] A. Byron. How bees\n    dance. 2001.\n[2] C. Gauss. Wasps. 2002.", Markup::Plain),
        ("1. A. Byron. How bees dance. 2001.\n2. C. Gauss. Wasps. 2002.", Markup::Markdown),
        ("A. Byron. How bees\ndance. 2001.\n\nC. Gauss. Wasps. 2002.", Markup::Plain),
        ("A. Byron. How bees dance. 2001.\nC. Gauss. Wasps. 2002.", Markup::Plain),
        ("- A. Byron. How bees dance. 2001.\n- C. Gauss. Wasps. 2002.", Markup::Markdown),
    ] {
        let heading = if markup == Markup::Plain { "7. REFERENCES" } else { "## References" };
        let draft = Draft::read(&format!("{LONG}\n\n{heading}\n\n{list}\n"), markup, &mut |_| None);
        let references: Vec<&str> = draft.references.iter().map(|reference| reference.text.as_str()).collect();
        assert_eq!(references, ["A. Byron. How bees dance. 2001.", "C. Gauss. Wasps. 2002."], "{list}");
        assert_eq!(texts(&draft), [LONG]);
    }
}

#[test]
fn short_paragraphs_go_together_and_long_ones_are_cut_at_sentences() {
    let draft = Draft::read(
        &format!("Short.\n\nAlso short.\n\n{LONG}\n\n{}", format!("{LONG} ").repeat(12)),
        Markup::Plain,
        &mut |_| None,
    );
    assert_eq!(texts(&draft)[0], format!("Short. Also short. {LONG}"));
    assert!(draft.passages.len() > 2);
    assert!(
        draft.passages.iter().all(|passage| passage.text.len() <= 1200 && passage.text.ends_with('.')),
        "{draft:?}"
    );
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(
        text in "(\\PC|\\\\cite\\{|\\\\begin\\{figure\\}|\\\\end\\{figure\\}|\\\\input\\{x\\}|\\\\section\\{|\\\\bibitem\\{|[%\\[\\]{}@*`!()~\\n -]|References\\n|---\\n|\\[1\\] |é){0,40}"
    ) {
        for markup in [Markup::Latex, Markup::Markdown, Markup::Plain] {
            let draft = Draft::read(&text, markup, &mut |_| Some("\\cite{\\input{x}".to_owned()));
            prop_assert!(draft.passages.iter().all(|passage| !passage.text.trim().is_empty()));
        }
    }
}

#[test]
fn hostile_texts_are_read_in_time() {
    for unit in [
        "\\begin{figure}",
        "\\cite{",
        "\\cite[",
        "{",
        "@a [",
        "[@",
        "[@a ",
        "<!--",
        "\\title{",
        "![",
        "](",
        "\\bibitem{a}",
        "\\section{",
    ] {
        let text = unit.repeat(20_000);
        let start = std::time::Instant::now();
        for markup in [Markup::Latex, Markup::Markdown, Markup::Plain] {
            Draft::read(&text, markup, &mut |_| None);
        }
        assert!(start.elapsed().as_secs() < 10, "{unit}: {:?}", start.elapsed());
    }
}
