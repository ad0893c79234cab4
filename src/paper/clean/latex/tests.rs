use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

#[test]
fn accents_and_letters_are_read_in_every_spelling() {
    for (latex, expected) in [
        (r#"Ren\'e Bal\'{a}zs Erd\H{o}s {\"O}zge K{\"o}{\ss}ler"#, "René Balázs Erdős Özge Kößler"),
        (r"\c{c}elik {\c C}etin Ko\v{s}ice \v Sala \u{g} \k{a} \r{u} \d{h} \b{d}", "çelik Çetin Košice Šala ğ ą ů ḥ ḏ"),
        (r"Aks{\i}n Garc\'{\i}a Garc\'\i a D{\' \i}az", "Aksın García García Díaz"),
        (r"\O rsted {\o}re \AE on \ae on {\L}\'od\'z \aa rhus \TH or \dh", "Ørsted øre Æon æon Łódź århus Þor ð"),
        (r"\'{\^e} \^{\'{}} x", "ế ´ x"),
        (r"(11\=22) \~n \~{}", "(112̄2) ñ ~"),
        (r#"Na{\"\i}ve caf\'e\ au lait"#, "Naïve café au lait"),
    ] {
        assert_eq!(from_latex(latex), expected.nfc().collect::<String>(), "{latex}");
    }
}

#[test]
fn markup_is_removed_and_words_are_kept() {
    for (latex, expected) in [
        (r"{B}ee {\em hives} \textbf{of \emph{wax}} {\it Apis\/} \textsc{honey}", "Bee hives of wax Apis honey"),
        ("pages 1--2 --- ``so'' `he' said~X", "pages 1–2 — “so” ‘he' said X"),
        (r"R\&D 5\% of \$5 a\_b \#1 \{x\} C\slash D", "R&D 5% of $5 a_b #1 {x} C/D"),
        (
            r"see \url{http://x.example/~a_b%20c} or \href{http://y.example}{this page}",
            "see http://x.example/~a_b%20c or this page",
        ),
        (r"4\textsuperscript{th} CO\textsubscript{2} x\textsuperscript{\`eme}", "4ᵗʰ CO₂ xème"),
        (
            r"\mkbibquote{De Motu} and \enquote{so} \unknown{kept} \unknown gone \BibTeX{} too",
            "“De Motu” and “so” kept gone BibTeX too",
        ),
        (r"as in~\cite{byron1843,x} and \citep[p.~3]{y}.", "as in and."),
        (r"1915\textendash 1920\textregistered{} \textalpha", "1915–1920® α"),
        (r"pre\-{C}olumbian 10\,km \ldots and more\\next", "preColumbian 10 km … and more next"),
        (r"TGF-\alpha stimulation, ~5 g, a~b", "TGF-α stimulation, ~5 g, a b"),
        ("unbalanced } { braces \\", "unbalanced   braces \\"),
    ] {
        assert_eq!(from_latex(latex), expected, "{latex}");
    }
}

#[test]
fn formulas_stay_readable() {
    for (latex, expected) in [
        (r"$\alpha$-helix", "α-helix"),
        (r"$x^2$ and $x_i$", "x² and xᵢ"),
        (r"$\mathbb{R}^n$", "ℝⁿ"),
        (r"$\frac{a}{b}$ $\frac{a+b}{2}$ $\frac12$ $\frac{1}2$", "a/b (a+b)/2 1/2 1/2"),
        (r"$\sqrt{n}$ $\sqrt{a+b}$ $\sqrt[3]{x}$", "√n √(a+b) ∛x"),
        (r"$a \leq b \to c$ and $a\leq b$", "a ≤ b → c and a≤b"),
        (r"$O(n\log n)$, $\mathcal{O}(\varepsilon^{-1})$", "O(n log n), O(ε⁻¹)"),
        (r"$x_{i,j}^{a/b}$ $\sigma_{\mathrm{max}}$", "x_{i,j}^{a/b} σₘₐₓ"),
        (r"DNA$_{\textrm{2}}$ 10$^{-3}$ 30$^\circ$C $f'$", "DNA₂ 10⁻³ 30°C f′"),
        (r"$\hat{x}$ $\bar{1}00$ $\tilde O(n)$ $\overline{AB}$", "x̂ 1̄00 Õ(n) AB"),
        (r"$$E = mc^2$$ \(a_1\) \[b^2\]", "E = mc² a₁ b²"),
        (r"$\left(\sum_{i=1}^n x_i\right)$ $\binom{n}{k}$", "(∑ᵢ₌₁ⁿ xᵢ) (n choose k)"),
        (r"$\geq 5$ $\sim$10 $5 \pm 2$ $2\times3$ $M \not= N$", "≥5 ∼10 5 ± 2 2×3 M ≠ N"),
        (r"$10^{6} M_\odot$ $\rm km\, s^{-1}$ $5\msun$", "10⁶ M_⊙ km s⁻¹ 5 msun"),
        (r"\ensuremath{\alpha_1} $\text{if }x$", "α₁ if x"),
        ("costs $5 and $10, from $5-$10", "costs $5 and $10, from $5-$10"),
    ] {
        assert_eq!(from_latex(latex), expected.nfc().collect::<String>(), "{latex}");
    }
}

#[test]
fn text_that_only_looks_like_latex_is_not_changed() {
    for text in [
        r"it doesn\'t, the bee\'s",
        "costs $5 and $10",
        "from US$5 to US$6, $5-$10, $100 to 200$ and $PATH:$HOME",
        r"C:\temp and C:\alpha\beta and D:\data\in",
        r"\\server\share",
        "50% of a_b {x} and {BERT} -- it's ``so''~x",
        r"regex \d+\w* and \n and \t, \foo{bar}",
        r#"{\"a\": \"b\"} and say \"all\""#,
        r"a \unknown command",
        "one $ alone, and {",
    ] {
        assert_eq!(from_text(text), text);
    }
}

#[test]
fn latex_in_text_is_read() {
    for (text, expected) in [
        (
            r#"Bal\'azs and Erd\H{o}s, {\"O}zge, M\"uller, Fran\c cois, Ko\v{s}ice"#,
            "Balázs and Erdős, Özge, Müller, François, Košice",
        ),
        (
            r"bounds of $O(n \log n)$ and $x_{ij}$ for {\it all} \emph{bees}",
            "bounds of O(n log n) and xᵢⱼ for all bees",
        ),
        (r"as shown by \cite{byron}, 5\% of R\&D", "as shown by, 5% of R&D"),
        (
            r"\textit{Apis mellifera} at $ \alpha = 5 $ and \url{http://x.example/a_b}",
            "Apis mellifera at α = 5 and http://x.example/a_b",
        ),
        (r"TGF-\alpha is $\sim 5$", "TGF-α is ∼5"),
        (r"$k$-means for $(k,\epsilon)$ {plain}", "k-means for (k,ϵ) {plain}"),
    ] {
        assert_eq!(from_text(text), expected, "{text}");
    }
}

#[test]
fn hostile_text_is_read_in_linear_time() {
    for unit in [
        "{", "}", "$", "\\", "\\'", "^{", "$^{", "\\frac{", "\\cite{", "\\url{", "\\[", "\\(", "{\\em ",
        "\\textbackslash ", "$\\sqrt", "\\$x",
    ] {
        let text = unit.repeat(200_000 / unit.len());
        let start = std::time::Instant::now();
        from_latex(&text);
        from_text(&text);
        assert!(start.elapsed().as_secs() < 10, "{unit}");
    }
}

#[test]
fn text_is_written_as_latex() {
    for (text, expected) in [
        (
            "R&D: 5% of $5, a_b #1 {x} ~^\\",
            r"R\&D: 5\% of \$5, a\_b \#1 \textbraceleft{}x\textbraceright{} \textasciitilde{}\textasciicircum{}\textbackslash{}",
        ),
        (
            "α ≤ β², ℝ — “so” – x₁₂",
            r"{$\alpha$} {$\leq$} {$\beta$}{\textsuperscript{2}}, {$\mathbb{R}$} --- ``so'' -- x{\textsubscript{12}}",
        ),
        ("Erdős, Łódź, café, ế", r"Erd{\H{o}}s, {\L}ód{\'z}, café, {\'{\^e}}"),
        ("-- ''", "-{}- '{}'"),
        ("日本 Ελλάδα", "日本 Ελλάδα"),
        ("Δα θ\u{303} x\u{20d7}", r"{$\Delta$}{$\alpha$} {$\tilde{\theta}$} {$\vec{x}$}"),
    ] {
        assert_eq!(to_latex(text), expected);
        assert_eq!(from_latex(&to_latex(text)), text);
    }
    assert_eq!(to_latex_in_ascii("café García"), r"caf{\'e} Garc{\'i}a");
}

#[test]
fn a_letter_with_more_accents_than_any_language_has_is_written_as_it_is() {
    let letter = |marks: usize| format!("e{}", "\u{301}".repeat(marks));
    assert!(to_latex(&letter(8)).starts_with("{\\'{"));
    assert_eq!(to_latex(&letter(9)), letter(9));
    // Reading all marks again for each of them would take hours.
    let many = letter(200_000);
    assert_eq!(to_latex(&many), many);
    assert_eq!(to_latex(&many[1..]), many[1..]);
}

proptest! {
    #[test]
    fn written_latex_is_read_back_to_the_same_text(text in "([a-zA-Z0-9 ]|[$\\\\{}%&#_~^`'\"?!|<>-]|[À-ſ]|[α-ωάΓΔΘΕ]|[\\u{301}\\u{303}\\u{304}\\u{20d7}\\u{338}]|[≤≥→∞ℝ𝔼–—“”‘’…²³⁴₁₂ₙⁿ]|\\PC){0,30}") {
        let text: String = text.nfc().collect();
        prop_assert_eq!(from_latex(&to_latex(&text)), text.clone());
        prop_assert_eq!(from_latex(&to_latex_in_ascii(&text)), text);
    }

    #[test]
    fn cleaning_again_changes_nothing(
        text in "([a-z ]|\\\\[a-z'\"`^~$&%{}]|\\\\(alpha|emph|cite|frac|textbackslash|url|c|v|it|foo)|[$\\\\{}^_~0-9:]){0,25}"
    ) {
        let once = crate::paper::clean::phrase(&text);
        prop_assert_eq!(crate::paper::clean::phrase(&once), once);
    }
}
