use proptest::prelude::*;

use super::*;

fn latex(text: &str) -> Draft {
    Draft::read(text, Markup::Latex, &mut |_| None)
}

fn texts(draft: &Draft) -> Vec<&str> {
    draft.passages.iter().map(|passage| passage.text.as_str()).collect()
}

/// A sentence that is long enough to be a passage.
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
fn included_files_are_read_in_their_places() {
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
    assert_eq!(
        (asked, &draft.inputs_missing[..]),
        (vec!["intro".into(), "deep".into(), "gone".into()], &["gone".into()][..])
    );
    assert_eq!(
        (draft.keys, draft.passages[0].heading.as_deref()),
        (vec!["deep".into(), "last".into()], Some("Introduction"))
    );
    // Reading ends even if a file includes itself.
    let draft = Draft::read("\\input{again}", Markup::Latex, &mut |_| Some("\\cite{a} \\input{again}".to_owned()));
    assert_eq!(draft.keys, ["a"]);
}

#[test]
fn files_are_included_in_the_syntax_of_plain_tex_and_of_the_package_import() {
    let mut input = |name: &str| Some(format!("\\cite{{{}}} ", name.replace('/', "-")));
    let draft = Draft::read(
        "\\input intro\n\\import{sec/}{file}\\subimport{a}{b}\\newcommand{\\x}[1]{\\input{#1}}\\input{\"quoted name\"}",
        Markup::Latex,
        &mut input,
    );
    assert_eq!(draft.keys, ["intro", "sec-file", "a-b", "quoted name"]);
    assert!(draft.inputs_missing.is_empty());
}

#[test]
fn an_included_document_does_not_end_the_one_that_includes_it() {
    let inner =
        format!("\\documentclass[main]{{subfiles}}\n\\begin{{document}}{LONG}\\end{{document}}\\cite{{behind}}");
    let draft = Draft::read(
        &format!("\\begin{{document}}\\subfile{{one}}\\section{{Two}} {LONG} \\cite{{a}}\\end{{document}}"),
        Markup::Latex,
        &mut |_| Some(inner.clone()),
    );
    assert_eq!((texts(&draft), draft.keys.as_slice()), (vec![LONG, LONG], &["a".to_owned()][..]));
}

#[test]
fn a_percent_sign_in_an_address_or_in_code_begins_no_comment() {
    for code in [
        "\\href{http://x.org/a%20b}{this}",
        "\\footnote{see \\url{http://a.org/%20b}}",
        "\\verb+100%+",
        "\\lstinline|a % b|",
        "\\begin{verbatim}\n100% x \\end{verbatim}",
        "\\begin{lstlisting}[language=C]\na % b\n\\end{lstlisting}",
    ] {
        let draft = latex(&format!("{LONG} {code} and \\cite{{a}} % \\cite{{b}}\nthe end."));
        assert_eq!(draft.keys, ["a"], "{code}");
        assert!(draft.passages[0].text.ends_with("the end."), "{draft:?}");
    }
    assert_eq!(latex("\\url{a % \\cite{a}\n} \\verb|% \\cite{b}\n \\cite{c}").keys, ["c"]);
}

#[test]
fn text_that_is_not_typeset_is_ignored() {
    for hidden in [
        "\\begin{comment}\nSecret \\cite{h}\n\\end{comment}",
        "\\begin{verbatim*}\\cite{h} Secret\\end{verbatim*}",
        "\\begin{minted}{tex}\\cite{h} Secret\\end{minted}",
        "\\iffalse Secret \\ifx\\a\\b \\iff \\else\\fi \\cite{h}\\fi",
        "\\if0 Secret \\cite{h} \\else\\fi",
        "\\verb|\\cite{h}|",
    ] {
        let draft =
            latex(&format!("\\begin{{document}}{LONG} {hidden} \\cite{{a}}\\end{{document}} \\cite{{h}} Secret"));
        assert_eq!(draft.keys, ["a"], "{hidden}");
        assert!(!format!("{draft:?}").contains("Secret"), "{draft:?}");
    }
    // Another name for a conditional hides no text. Nor does a conditional or an environment that is never closed.
    for shown in ["\\let\\ifdraft\\iffalse", "\\iffalse", "\\begin{comment}", "\\iffalse a \\else"] {
        assert_eq!(latex(&format!("{shown}\n\\cite{{a}} \\ifdraft x\\fi")).keys, ["a"], "{shown}");
    }
}

#[test]
fn keys_are_read_only_from_arguments_with_keys() {
    let draft = latex(
        "\\newcommand{\\mine}[1]{\\cite{#1}}\\AtEveryCitekey{\\clearfield{doi}}\\defcitealias{x}{Paper I}\n\\begin{document}\
         \\volcite{2}[5]{a} \\Pvolcite[see]{3}{b}, \\volcites{1}{c}{2}[7]{d} \\citetext{(see \\citealp{e})} end.",
    );
    assert_eq!(draft.keys, ["a", "b", "c", "d", "e"]);
    assert!(texts(&draft)[0].contains("end.") && !texts(&draft)[0].contains(['5', '[']), "{draft:?}");
}

#[test]
fn macros_that_cite_are_read_and_their_text_is_kept() {
    let draft = latex(
        "\\newcommand{\\of}[1]{(by~\\citet{#1})}\\newcommand*\\says[2]{#1~\\citep[p.~3]{#2}}\\def\\see#1{see \\cite{#1}}\n\
         \\newcommand{\\noted}[2][x]{\\textbf{#1}\\cite{#2}}\\let\\as\\citealp\\newcommand{\\bees}{Bees~\\cite{fixed}}\n\
         \\newcommand{\\bold}[1]{\\textbf{#1}}\\newcites{sec}{Secondary}\\begin{document}\n\
         One \\of{a,b} two \\says{Byron}{c} three \\see{d} four \\noted[y]{e} five \\as{f} six \\newcite{g} seven \\bold{h}.",
    );
    assert_eq!(draft.keys, ["fixed", "a", "b", "c", "d", "e", "f", "g"]);
    assert_eq!(texts(&draft), ["One two Byron three four five six seven h."]);
}

#[test]
fn a_bbl_file_of_biblatex_has_printed_references() {
    let draft = latex(
        "\\entry{b1}{article}{}\n\\name{author}{2}{}{%\n{{hash=x}{family={Byron},given={Ada}}}%\n{{hash=y}{family={Gauss}}}%\n}\n\
         \\field{title}{How \\emph{bees} dance}\n\\field{year}{2001}\n\\endentry\n\\entry{b2}{misc}{}\\field{title}{Wasps}\\endentry",
    );
    let references: Vec<_> = draft.references.iter().map(|one| (one.key.as_deref(), one.text.as_str())).collect();
    assert_eq!(references, [(Some("b1"), "Byron, Gauss. How bees dance."), (Some("b2"), ". Wasps.")]);
}

#[test]
fn printed_references_have_keys() {
    let draft = latex(
        "Bees \\cite{b1,b2}.\n\\begin{thebibliography}{9}\n\\bibitem{b1} A. Byron. \\newblock How \\emph{bees} dance. 2001.\n\
         \\bibitem[Gauss(2002)]{b2} C. Gauss, arXiv:2101.00001.\n\\end{thebibliography}",
    );
    let [first, second] = &draft.references[..] else { panic!("{draft:?}") };
    assert_eq!((first.key.as_deref(), first.text.as_str()), (Some("b1"), "A. Byron. How bees dance. 2001."));
    assert!(second.key.as_deref() == Some("b2") && second.text.contains("arXiv:2101.00001"), "{second:?}");
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
        ("[Byr01] A. Byron. How bees\n    dance. 2001.\n[Gau02] C. Gauss. Wasps. 2002.", Markup::Plain),
        ("[1]: A. Byron. How bees dance. 2001.\n[2]: C. Gauss. Wasps. 2002.", Markup::Markdown),
        ("[Byron et al., 2001] A. Byron. How bees dance. 2001.\n[Gauss, 2002] C. Gauss. Wasps. 2002.", Markup::Plain),
        ("=====\n1. A. Byron. How bees\n\n   dance. 2001.\n2. C. Gauss. Wasps. 2002.", Markup::Plain),
    ] {
        let heading = if markup == Markup::Plain { "7. REFERENCES" } else { "## References" };
        let draft = Draft::read(&format!("{LONG}\n\n{heading}\n\n{list}\n"), markup, &mut |_| None);
        let references: Vec<&str> = draft.references.iter().map(|reference| reference.text.as_str()).collect();
        assert_eq!(references, ["A. Byron. How bees dance. 2001.", "C. Gauss. Wasps. 2002."], "{list}");
        assert_eq!(texts(&draft), [LONG]);
    }
}

#[test]
fn many_headings_begin_a_list_of_references() {
    for heading in [
        "## References {.unnumbered}", "References\n==========", "References {-}\n----------", "**References**",
        "# References and Notes {#refs}", "Literatur", "# Bibliographie",
    ] {
        let text = format!("# Bees {{#sec:bees}}\n\n{LONG}\n\n{heading}\n\nA. Byron. How bees dance. 2001.\n");
        let draft = Draft::read(&text, Markup::Markdown, &mut |_| None);
        let references: Vec<&str> = draft.references.iter().map(|reference| reference.text.as_str()).collect();
        assert_eq!((references, texts(&draft)), (vec!["A. Byron. How bees dance. 2001."], vec![LONG]), "{heading}");
        assert_eq!((draft.title.as_deref(), draft.passages[0].heading.as_deref()), (Some("Bees"), Some("Bees")));
    }
    let text = format!("Bees\n====\n\nDances\n------\n{LONG}\n");
    let draft = Draft::read(&text, Markup::Markdown, &mut |_| None);
    assert_eq!((draft.title.as_deref(), texts(&draft)), (Some("Bees"), vec![LONG]));
    assert_eq!(draft.passages[0].heading.as_deref(), Some("Dances"));
}

#[test]
fn text_after_a_list_of_references_is_prose() {
    for behind in ["Appendix A\n\n", "\n", "APPENDIX: PROOFS\n", "\nMore proofs\n\n"] {
        let text =
            format!("{LONG}\n\nReferences\n[1] A. Byron. Dances. 2001.\n[2] C. Gauss. Wasps. 2002.\n{behind}{LONG}\n");
        let draft = Draft::read(&text, Markup::Plain, &mut |_| None);
        assert!(draft.references.len() == 2 && texts(&draft) == [LONG, LONG], "{behind:?}: {draft:?}");
        assert_ne!(draft.passages[1].heading.as_deref(), Some("References"));
    }
}

#[test]
fn short_paragraphs_are_joined_and_long_ones_are_cut_at_sentences() {
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
    fn a_citation_is_found_whatever_is_around_it(
        text in "(x|\\\\url\\{a%20b\\}|\\\\verb\\|%\\||\\\\%|\\\\\\\\|% no\n|\\\\iffalse no\\\\fi |\\\\begin\\{comment\\}%\\\\end\\{comment\\}|\\\\section\\{A\\}|\\\\footnote\\{b\\}|\\\\input\\{f\\}|[ \n~]){0,30}"
    ) {
        let inner = "\\begin{document}f\\end{document}".to_owned();
        let draft = Draft::read(&format!("{text}\\cite{{key}}{text}"), Markup::Latex, &mut |_| Some(inner.clone()));
        prop_assert_eq!(draft.keys, ["key"]);
    }

    #[test]
    fn no_text_makes_the_reader_panic(
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
        "\\newcommand{\\a}[1]{\\cite{#1}",
        "\\newcommand{\\a}[9]{\\cite{#9}}\\a{b}",
        "\\def\\a#1{",
        "\\let\\a\\cite\\a",
        "\\entry{a}",
        "\\entry{a}\\endentry",
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
        "@{",
        "\\url{",
        "\\verb|",
        "\\iffalse ",
        "\\iffalse \\fi",
        "\\begin{comment}",
        "\\begin{comment}\\end{comment}% ",
        "\\input x ",
        "x\n==\n",
        "[x1] ",
        "arXiv:2101.00001 ",
    ] {
        // LaTeX texts are shorter, because each unclosed argument is searched up to the maximum length of an argument.
        for (markup, bytes) in [(Markup::Latex, 100_000), (Markup::Markdown, 1_000_000), (Markup::Plain, 1_000_000)] {
            let text = unit.repeat(bytes / unit.len());
            let start = std::time::Instant::now();
            Draft::read(&text, markup, &mut |_| None);
            assert!(start.elapsed().as_secs() < 10, "{unit}, {markup:?}: {:?}", start.elapsed());
        }
    }
}
