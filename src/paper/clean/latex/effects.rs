//! Commands that do not write a symbol or a word, and their effects on their arguments.

use super::symbols::symbol;

/// The effect of a command that does not write a symbol or a word.
pub(super) enum Effect {
    /// Changes its argument.
    Changes(Action),
    /// No effect. The argument, if there is one, is text. For example fonts, sizes and groups.
    Plain,
    /// Drops this number of arguments: references, lengths, names of environments.
    Dropped(usize),
    /// Its argument is a link, in which no character has a special meaning.
    Link,
    /// Its argument is a formula.
    Formula,
    /// A bracket of any size follows, or a dot in place of an invisible bracket.
    Bracket,
    /// Writes a space. The command is a space or a line break.
    Space,
}

/// The effect of the command with this name; `None` for a symbol, a word or an unknown command.
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

/// Whether LaTeX or a common package has a command with this name.
pub(super) fn is_known(name: &str) -> bool {
    effect(name).is_some() || symbol(name).is_some()
}

/// What happens at the end of a frame to the text that was written since its start.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Action {
    Nothing,
    Mark,
    /// A brace that is kept.
    Brace,
    Accent(char),
    /// An accent of mathematics. It applies only to a single character.
    MathAccent(char),
    Superscript,
    Subscript,
    /// A superscript in text. Stays plain text if Unicode has no superscript for it.
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
    /// Drops an argument. The next argument is text.
    DroppedFirst,
}
