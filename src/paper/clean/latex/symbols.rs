//! Commands for a character or a word.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Letters and signs of text, each after its name. LaTeX drops the space after such a command. If a character has
/// several names, relata writes the first.
const TEXT: &str = "
    ss ß SS ẞ ae æ AE Æ oe œ OE Œ o ø O Ø l ł L Ł aa å AA Å i ı j ȷ dh ð DH Ð dj đ DJ Đ ng ŋ NG Ŋ th þ TH Þ
    textendash – textemdash — textquoteleft ‘ textquoteright ’ textquotedblleft “ textquotedblright ”
    quotedblbase „ quotesinglbase ‚ guillemotleft « guillemotright » guillemetleft « guillemetright »
    guilsinglleft ‹ guilsinglright › glqq „ grqq “ glq ‚ grq ‘ flqq « frqq » flq ‹ frq ›
    textexclamdown ¡ textquestiondown ¿ textbullet • textellipsis … textsection § textparagraph ¶
    textcopyright © textregistered ® texttrademark ™ textservicemark ℠ textdegree ° textcelsius ℃ textmu µ
    textsterling £ texteuro € textyen ¥ textcent ¢ textwon ₩ textdagger † textdaggerdbl ‡
    textonehalf ½ textonequarter ¼ textthreequarters ¾ textordfeminine ª textordmasculine º
    textperiodcentered · textbrokenbar ¦ textcurrency ¤  textminus −
    textonesuperior ¹ texttwosuperior ² textthreesuperior ³ textbackslash \\ textasciitilde ~ textasciicircum ^
    textunderscore _ textbar | textless < textgreater > textbraceleft { textbraceright } textdollar $
    textquotesingle ' textquotedbl \" textasciigrave ` textasciiacute ´ textasciidieresis ¨ textasciimacron ¯
    textnumero № textperthousand ‰
    textestimated ℮ textreferencemark ※ textinterrobang ‽ textfractionsolidus ⁄ slash / hyphen -
";

/// Symbols of mathematics, some of them also used in text, each after its name. If a character has several names,
/// relata writes the first.
const MATH: &str = "
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ varkappa ϰ
    lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ
    omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω digamma ϝ
    leq ≤ le ≤ geq ≥ ge ≥ leqslant ⩽ geqslant ⩾ neq ≠ ne ≠ ll ≪ gg ≫ lesssim ≲ gtrsim ≳ lessapprox ⪅ gtrapprox ⪆
    approx ≈ approxeq ≊ sim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝ doteq ≐ triangleq ≜ coloneqq ≔ asymp ≍
    prec ≺ succ ≻ preceq ⪯ succeq ⪰ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋
    sqsubseteq ⊑ sqsupseteq ⊒ cup ∪ cap ∩ bigcup ⋃ bigcap ⋂ setminus ∖ emptyset ∅ varnothing ∅ sqcup ⊔ sqcap ⊓ uplus ⊎
    to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷
    Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ Longrightarrow ⟹ Longleftrightarrow ⟺ implies ⟹ iff ⟺ mapsto ↦
    longmapsto ⟼ uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖
    hookrightarrow ↪ hookleftarrow ↩ rightharpoonup ⇀ rightleftharpoons ⇌ leadsto ⇝ rightsquigarrow ⇝
    twoheadrightarrow ↠ rightrightarrows ⇉ over /
    times × div ÷ pm ± mp ∓ cdot ⋅ ast ∗ star ⋆ circ ∘ bullet ∙ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ dagger †
    ddagger ‡ wedge ∧ land ∧ vee ∨ lor ∨ bigwedge ⋀ bigvee ⋁ bigoplus ⨁ bigotimes ⨂ wr ≀ amalg ⨿ ltimes ⋉ rtimes ⋊
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ partial ∂ nabla ∇ infty ∞ prime ′ surd √ angle ∠ triangle △
    forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ perp ⟂ parallel ∥ nparallel ∦ mid ∣ nmid ∤ vdash ⊢ dashv ⊣
    models ⊨ vDash ⊨ therefore ∴ because ∵ aleph ℵ beth ℶ ell ℓ hbar ℏ hslash ℏ Re ℜ Im ℑ wp ℘ imath ı jmath ȷ
    langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ Vert ‖ lVert ‖ rVert ‖ vert | lvert | rvert | lbrace { rbrace }
    lbrack [ rbrack ] backslash \\ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ dotsc … dotsb ⋯ lll ⋘ ggg ⋙
    square □ Box □ blacksquare ■ Diamond ◇ diamond ⋄ lozenge ◊ bigcirc ◯ clubsuit ♣ diamondsuit ♢ heartsuit ♡
    spadesuit ♠ sharp ♯ flat ♭ natural ♮ checkmark ✓ bigstar ★ bowtie ⋈ Join ⨝ S § P ¶ copyright © pounds £ euro €
    dag † ddag ‡ degree ° celsius ℃ micro µ complement ∁ mho ℧ eth ð circledast ⊛ boxplus ⊞ boxtimes ⊠
    ohm Ω colon : lt < gt >
";

/// Commands for a word, each name before its word. The space after such a command is kept.
const WORDS: &str = "
    TeX TeX LaTeX LaTeX LaTeXe LaTeX2e BibTeX BibTeX
    sin sin cos cos tan tan cot cot sec sec csc csc arcsin arcsin arccos arccos arctan arctan sinh sinh cosh cosh
    tanh tanh log log ln ln lg lg exp exp min min max max inf inf sup sup lim lim liminf lim\u{a0}inf limsup lim\u{a0}sup
    arg arg argmin arg\u{a0}min argmax arg\u{a0}max det det dim dim ker ker deg deg gcd gcd hom hom Pr Pr tr tr Tr Tr
    rank rank diag diag sign sign mod mod bmod mod poly poly polylog polylog
";

/// The character or word of a command.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Symbol {
    /// A letter or sign of text.
    Text(&'static str),
    /// A symbol of mathematics.
    Math(&'static str),
    /// A word.
    Word(&'static str),
}

static BY_NAME: LazyLock<HashMap<&'static str, Symbol>> = LazyLock::new(|| {
    let words = pairs(WORDS).map(|(name, word)| (name, Symbol::Word(word)));
    let math = pairs(MATH).map(|(name, symbol)| (name, Symbol::Math(symbol)));
    words.chain(math).chain(pairs(TEXT).map(|(name, sign)| (name, Symbol::Text(sign)))).collect()
});

static BY_CHARACTER: LazyLock<HashMap<char, Symbol>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    let text = pairs(TEXT).map(|(name, sign)| (sign, Symbol::Text(name)));
    for (sign, name) in text.chain(pairs(MATH).map(|(name, symbol)| (symbol, Symbol::Math(name)))) {
        if let Some(c) = sign.chars().next() {
            names.entry(c).or_insert(name);
        }
    }
    names
});

fn pairs(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut words = table.split_ascii_whitespace();
    std::iter::from_fn(move || Some((words.next()?, words.next()?)))
}

/// The character or word of the command with this name.
pub(super) fn symbol(name: &str) -> Option<Symbol> {
    let by_name = &*BY_NAME;
    // `\textalpha`, of the package textgreek.
    by_name.get(name).copied().or_else(|| match by_name.get(name.strip_prefix("text")?) {
        Some(Symbol::Math(symbol)) => Some(Symbol::Text(symbol)),
        _ => None,
    })
}

/// The name of the command for this character.
pub(super) fn command(c: char) -> Option<Symbol> {
    BY_CHARACTER.get(&c).copied()
}
