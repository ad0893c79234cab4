//! Commands that stand for no character, and what they do to their arguments.

use super::symbols::symbol;

/// The effect of a command that stands for no character.
pub(super) enum Effect {
    /// Changes its argument.
    Changes(Action),
    /// None: its argument, if any, is text. Fonts, sizes, groupings.
    Plain,
    /// Drops so many arguments: references, lengths, names of environments.
    Dropped(usize),
    /// Its argument is a link, in which every sign stands for itself.
    Link,
    /// Its argument is a formula.
    Formula,
    /// A bracket of any size follows, or a dot for none.
    Bracket,
    /// A space, or a new line.
    Space,
}

/// The effect of the command of this name; `None` if it stands for a character, or is unknown.
pub(super) fn effect(name: &str) -> Option<Effect> {
    Some(match name {
        "frac" | "dfrac" | "tfrac" | "cfrac" | "nicefrac" | "sfrac" => {
            Effect::Changes(Action::Numerator { is_binomial: false })
        }
        "binom" | "dbinom" | "tbinom" => Effect::Changes(Action::Numerator { is_binomial: true }),
        "sqrt" => Effect::Changes(Action::Root('√')),
        "textsuperscript" | "mkbibsuperscript" | "up" => Effect::Changes(Action::TextSuperscript),
        "textsubscript" => Effect::Changes(Action::TextSubscript),
        "mathbb" | "mathds" | "Bbb" => Effect::Changes(Action::DoubleStruck),
        "mkbibquote" | "enquote" | "textquote" => Effect::Changes(Action::Quotes),
        "not" => Effect::Changes(Action::Accent('\u{338}')),
        "url" | "path" | "nolinkurl" | "doi" => Effect::Link,
        "ensuremath" => Effect::Formula,
        "left" | "right" | "middle" | "big" | "Big" | "bigg" | "Bigg" | "bigl" | "bigr" | "Bigl" | "Bigr" | "biggl"
        | "biggr" | "Biggl" | "Biggr" => Effect::Bracket,
        "quad" | "qquad" | "space" | "enspace" | "thinspace" | "newline" | "linebreak" | "par" | "item" | "hfill"
        | "nobreakspace" | "addspace" | "newblock" | "addcolon" => Effect::Space,
        "href" | "textcolor" | "foreignlanguage" | "bibinfo" | "bibfield" | "colorbox" | "texorpdfstring" => {
            Effect::Changes(Action::DroppedFirst)
        }
        "cite" | "citep" | "citet" | "citealp" | "citealt" | "citeauthor" | "citeyear" | "citeyearpar"
        | "parencite" | "textcite" | "autocite" | "footcite" | "fullcite" | "nocite" | "onlinecite" | "label"
        | "ref" | "eqref" | "pageref" | "cref" | "Cref" | "autoref" | "index" | "footnote" | "footnotemark"
        | "thanks" | "vspace" | "hspace" | "includegraphics" | "noopsort" | "color" | "begin" | "end" | "phantom"
        | "vphantom" | "hphantom" | "bibitem" | "selectlanguage" | "usepackage" | "tag" => Effect::Dropped(1),
        "fontsize" | "setlength" | "rule" => Effect::Dropped(2),
        "em" | "it" | "bf" | "rm" | "sf" | "tt" | "sc" | "sl" | "cal" | "frak" | "bfseries" | "itshape" | "upshape"
        | "scshape" | "slshape" | "rmfamily" | "sffamily" | "ttfamily" | "mdseries" | "normalfont" | "tiny"
        | "scriptsize" | "footnotesize" | "small" | "normalsize" | "large" | "Large" | "LARGE" | "huge" | "Huge"
        | "displaystyle" | "textstyle" | "scriptstyle" | "limits" | "nolimits" | "nonumber" | "noindent"
        | "centering" | "protect" | "relax" | "unskip" | "nobreak" | "allowbreak" | "boldmath" | "unboldmath"
        | "emph" | "textbf" | "textit" | "texttt" | "textsc" | "textrm" | "textsf" | "textsl" | "textup" | "textmd"
        | "textnormal" | "text" | "mbox" | "hbox" | "fbox" | "underline" | "uline" | "ul" | "mathrm" | "mathbf"
        | "mathit" | "mathsf" | "mathtt" | "mathcal" | "mathfrak" | "mathscr" | "mathnormal" | "operatorname"
        | "boldsymbol" | "bm" | "pmb" | "bold" | "mathop" | "mathbin" | "mathrel" | "mathord" | "overbrace"
        | "underbrace" | "mkbibemph" | "mkbibbold" | "mkbibitalic" | "mkbibparens" | "textins" | "ce" | "lowercase"
        | "uppercase" | "MakeUppercase" | "MakeLowercase" | "NoCaseChange" | "title" | "section" | "paragraph" => {
            Effect::Plain
        }
        _ => return None,
    })
}

/// Whether LaTeX, or a package in common use, has a command of this name.
pub(super) fn is_known(name: &str) -> bool {
    effect(name).is_some() || symbol(name).is_some()
}

/// What to do with the text that was written since a frame began.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Action {
    Nothing,
    Mark,
    /// A brace that was kept.
    Brace,
    Accent(char),
    /// An accent of mathematics, for a single character only.
    MathAccent(char),
    Superscript,
    Subscript,
    /// A superscript in text; stays plain if Unicode lacks one.
    TextSuperscript,
    TextSubscript,
    Root(char),
    Numerator {
        is_binomial: bool,
    },
    Denominator {
        numerator: usize,
        is_binomial: bool,
    },
    Quotes,
    DoubleStruck,
    /// Drops an argument.
    Dropped,
    /// Drops an argument, before one that is text.
    DroppedFirst,
}
