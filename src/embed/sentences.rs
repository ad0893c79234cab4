//! Splits a text into sentences.
//!
//! The rules of Unicode (UAX #29) find every mark that may end a sentence. They cover the marks, quotes and brackets of
//! all scripts, but not abbreviations, so this file decides whether a mark ends a sentence. In doubt it does not split
//! the text: a search still finds two sentences in one piece, but half a sentence has no meaning.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// The smallest size of a sentence: the bytes of its letters. A shorter piece is a number, a heading or a remark, and
/// is joined to the sentence after it. The unit is bytes because an ideograph, which has three, carries as much meaning
/// as a few letters.
const FEWEST_LETTERS: usize = 13;

/// The number of bytes read on each side of a mark. This limit makes the time linear for any text.
const CONTEXT: usize = 48;

/// Marks that do not always end a sentence: the full stops of Unicode, and the two other marks that also occur in names
/// and addresses.
const MARKS: [char; 6] = ['.', '?', '!', '\u{2024}', '\u{fe52}', '\u{ff0e}'];

/// Characters that may occur between a mark and the white space after it. A dollar sign closes a formula.
const CLOSING: [char; 10] = [')', ']', '}', '$', '"', '\'', '”', '’', '»', '›'];

/// Characters that may occur before the first word of a sentence.
const OPENING: [char; 19] =
    ['(', '[', '{', '"', '\'', '`', '“', '‘', '„', '«', '‹', '¿', '¡', '（', '［', '「', '『', '《', '【'];

/// Words after which a full stop never ends a sentence, even before a capital.
const NEVER_LAST: &str = "e.g eg i.e ie E.g I.e cf Cf vs viz approx ca esp incl Fig Figs fig figs Eq Eqs eq eqs Eqn \
    Dr Prof Mr Mrs Ms St Mt vgl bzw Abb ggf sog pág págs núm aprox ej см ср напр рис табл стр";

/// Words after which a full stop ends a sentence only before a word of [`FIRST_WORDS`]. The same rule holds for
/// initials and for letters with full stops between them.
const SELDOM_LAST: &str = "abbr aka al wrt resp Ph.D Inc Ltd Co Corp Jr Sr Dept Univ Inst Proc Conf Trans Int Yahoo";

/// Words after which a full stop may end a sentence before a capital, but not before a number or a small letter.
const OFTEN_LAST: &str = "No no Nos nos Nr Vol vol vols pp Ch ch chap Sec Sect sec sect Ref Refs ref refs Tab tab Thm \
    Lem Def Prop Cor Alg Ex App Suppl etc Avg avg ft max min std var temp conc spp subsp Jan Feb Mar Apr Jun Jul Aug \
    Sep Sept Oct Nov Dec др пр тыс млн гл гг";

/// Words that often begin a sentence and rarely begin a name.
const FIRST_WORDS: &str = "\
    A Additionally After All Also Although Among An And Another As At Based Because Besides Both \
    But By Code Compared Consequently Current Despite Different During Due Each Empirical Existing Experimental \
    Experiments Extensive Finally First Firstly Following For From Further Furthermore Given He Hence Here How However \
    If Importantly In Indeed Inspired Instead Interestingly It Its Later Many Meanwhile More Moreover Most Motivated \
    Nevertheless Next Numerical On Once One Our Overall Previous Prior Rather Recent Recently Results Second Secondly \
    Several She Similarly Simulation Simulations Since So Some Specifically Subsequently Such That The Their Then \
    Theoretical There Therefore These They This Those Though Through Thus To Together Traditional Two Typically Under \
    Unfortunately Unlike Using Various We What When Where Whereas Whether Which While Why With Within Without Yet";

/// Returns the byte ranges of the sentences of `text`, in order, without white space at their ends. Together they cover
/// everything but white space. A blank text has no sentence; any other text has at least one.
///
/// A blank line ends a sentence unless a small letter follows; a single line break does not. The time is proportional
/// to the length of the text.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    // Replaces each full stop by a mark of the same length after which Unicode always breaks. Unicode's rule for full
    // stops would search for the case of the next letter, however far away. Replaces line ends by spaces, because
    // Unicode breaks at line ends. Replaces dollar signs by brackets, because a formula may close after a mark.
    let marked = text
        .replace('.', "!")
        .replace(['\u{2024}', '\u{fe52}', '\u{ff0e}'], "！")
        .replace(['\n', '\r'], " ")
        .replace('$', ")");
    let marked = with_greek_marks(marked);
    let mut found = Vec::new();
    for paragraph in paragraphs(text) {
        let lower_case = is_in_lower_case(&text[paragraph.clone()]);
        let mut start = paragraph.start;
        for (offset, piece) in marked[paragraph.clone()].split_sentence_bound_indices() {
            let end = paragraph.start + offset + piece.len();
            if end <= start {
                // Unicode breaks inside white space that the last range already includes.
                continue;
            }
            let end = if end < paragraph.end { corrected_end(&text[..paragraph.end], start..end) } else { end };
            if end > start
                && (end == paragraph.end || ends_sentence(&text[start..end], &text[end..paragraph.end], lower_case))
            {
                found.push(start..end);
                start = end;
            }
        }
    }
    join_fragments(text, found)
}

/// Replaces Greek question marks by marks at which Unicode breaks. A semicolon is a Greek question mark if it is
/// between a Greek word of at least two letters and a Greek capital.
fn with_greek_marks(text: String) -> String {
    let is_greek = |c: char| matches!(c, '\u{370}'..'\u{400}' | '\u{1f00}'..'\u{2000}') && c.is_alphabetic();
    let is_question = |at: usize| {
        // This test is first, so that a run of semicolons is read only once.
        if text[..at].chars().rev().take(2).filter(|c| is_greek(*c)).count() < 2 {
            return false;
        }
        let after = text[at..].trim_start_matches([';', '\u{37e}']);
        after.starts_with(char::is_whitespace)
            && after.trim_start().starts_with(|c: char| is_greek(c) && c.is_uppercase())
    };
    if !text.contains(is_greek) {
        return text;
    }
    let mark = |(at, c): (usize, char)| match c {
        ';' if is_question(at) => '!',
        // This mark has two bytes, as the Arabic question mark has.
        '\u{37e}' => '؟',
        other => other,
    };
    text.char_indices().map(mark).collect()
}

/// Returns the parts of the text between blank lines. A blank line before a small letter does not count, because it
/// comes from double spacing.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut inside = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let blank = line.trim().is_empty();
        match found.last_mut() {
            _ if blank => (),
            Some(last) if inside || line.trim_start().starts_with(char::is_lowercase) => last.end = range.end,
            _ => found.push(range),
        }
        inside = !blank;
    }
    found
}

/// Returns a corrected end of the range. Unicode puts the brackets and quotes that open the next sentence at the end of
/// this range; the end moves back before them. If there are none, the end moves forward over brackets and quotes that
/// close this sentence after white space, and over the white space after them.
fn corrected_end(text: &str, range: Range<usize>) -> usize {
    let opens = |c: char| OPENING.contains(&c) && !CLOSING.contains(&c);
    let closed = text[range.clone()].trim_end_matches(opens).len();
    if range.start + closed < range.end {
        return range.start + closed;
    }
    let rest = text[range.end..].trim_start_matches(['”', '’', '»', ')', ']']);
    if rest.starts_with(char::is_whitespace) { text.len() - rest.trim_start().len() } else { range.end }
}

/// Whether a text is written without capitals at the beginning of sentences: small letters follow full stops, and no
/// capital does. The title before an abstract, and names, may have capitals.
fn is_in_lower_case(text: &str) -> bool {
    let after_marks = text.match_indices(['.', '?', '!']).filter_map(|(at, mark)| {
        let after = text[at + 1..].strip_prefix(char::is_whitespace)?.trim_start();
        let first = after.trim_start_matches(OPENING).chars().next()?;
        is_ordinary_word(last_word(&text[..at])).then_some((mark, first))
    });
    let mut small = false;
    for (mark, first) in after_marks {
        if first.is_uppercase() {
            return false;
        }
        // Other marks occur within sentences, too.
        small |= mark == "." && first.is_lowercase();
    }
    small
}

/// Whether a sentence ends between `before`, which ends with a mark and closing characters, and `after`. In a text in
/// lower case, a small letter may begin a sentence.
fn ends_sentence(before: &str, after: &str, lower_case: bool) -> bool {
    let before = &before[before.ceil_char_boundary(before.trim_end().len().saturating_sub(CONTEXT))..];
    let after = &after[..after.floor_char_boundary(CONTEXT)];
    let marked = before.trim_end_matches(|c: char| c.is_whitespace() || CLOSING.contains(&c));
    let stem = marked.trim_end_matches(|c: char| c.is_whitespace() || MARKS.contains(&c));
    let next = after.trim_start_matches(OPENING);
    let Some(first) = next.chars().next() else { return true };
    if !marked.ends_with(MARKS) {
        // Marks of other scripts are used only at the end of a sentence.
        return true;
    }
    let last = last_word(stem);
    let (next_word, rest) = next.split_at(next.find(|c: char| !c.is_alphabetic()).unwrap_or(next.len()));
    let first_word = || listed(FIRST_WORDS, next_word) && !rest.starts_with('.');
    let marks = marked[stem.len()..].trim_start();
    if marks.matches('.').count() > 2 {
        return first_word() && before.ends_with(char::is_whitespace);
    }
    if !before.ends_with(char::is_whitespace) {
        // No white space follows: the text has lost its spaces, unless this is a name, a number or an address.
        let whole = next.len() == after.len() && rest.starts_with(|c: char| c.is_whitespace() || c == ',');
        let capitalised = first.is_uppercase() && next_word.chars().skip(1).all(char::is_lowercase);
        let plain =
            is_ordinary_word(last) && !last.ends_with(char::is_uppercase) && stem.len() + marks.len() == marked.len();
        let caseless = first.is_alphabetic() && !first.is_lowercase() && !first.is_uppercase();
        return !last.contains(['.', '/', '@', '_']) && (caseless || whole && (first_word() || capitalised && plain));
    }
    if first.is_numeric() {
        return is_ordinary_word(last);
    }
    if first.is_lowercase() {
        let numeral = after.starts_with('(') && next_word.len() < 4 && rest.starts_with(')');
        return is_ordinary_word(last) && (numeral || lower_case || next_word.contains(char::is_uppercase));
    }
    if marks.len() > 1 && marks.ends_with('.') {
        // The full stop follows another mark ("Why?."), so it is not the full stop of an abbreviation.
        return true;
    }
    let previous = stem[..stem.len() - last.len()].trim_end();
    let initials = last.chars().count() == 1 && next_word.chars().count() == 1 && rest.starts_with('.');
    let numeral = last.len() < 4 && last.chars().all(|c| c.is_numeric() || "ivx".contains(c));
    if listed(NEVER_LAST, last) || initials || numeral && previous.ends_with([':', ';']) {
        return false;
    }
    first_word() || !(listed(SELDOM_LAST, last) || is_initial(last, last_word(previous)))
}

/// Whether the word consists of single letters with full stops between them, or of one capital that could begin a name.
fn is_initial(word: &str, previous: &str) -> bool {
    let dotted = word.contains('.');
    let word = if dotted { word.rsplit('-').next().unwrap_or(word) } else { word };
    let letters = word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic));
    let dotted = dotted || previous.ends_with('.') && previous.chars().count() == 2;
    // A name: "by J. Smith" and "Ada B. Jones". No name: "the matrix M" and "5 V".
    let word_before = previous.len() > 4 && previous.starts_with(char::is_lowercase);
    let name = word.chars().all(char::is_uppercase) && !word_before && !previous.starts_with(char::is_numeric);
    letters && (dotted || name)
}

/// Whether a full stop after the word ends a sentence even before a number or a small letter.
fn is_ordinary_word(word: &str) -> bool {
    let abbreviation = [NEVER_LAST, SELDOM_LAST, OFTEN_LAST].iter().any(|words| listed(words, word));
    let tail = word.chars().rev().take_while(|c| c.is_alphanumeric()).count();
    word.ends_with('%') || word.ends_with(CLOSING) || tail > 1 && !abbreviation
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c: char| c.is_whitespace() || OPENING.contains(&c)).next().unwrap_or(text)
}

fn listed(words: &str, word: &str) -> bool {
    words.split(' ').any(|listed| listed == word)
}

/// Trims the ranges and drops blank ranges. Joins a range with few letters to the next range, or to the previous one at
/// the end of the text.
fn join_fragments(text: &str, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    let mut letters = FEWEST_LETTERS;
    for range in ranges {
        let piece = text[range.clone()].trim_start();
        let range = range.end - piece.len()..range.end - (piece.len() - piece.trim_end().len());
        let more: usize = text[range.clone()].chars().filter(|c| c.is_alphabetic()).map(char::len_utf8).sum();
        match joined.last_mut() {
            _ if range.is_empty() => (),
            Some(last) if letters < FEWEST_LETTERS => {
                last.end = range.end;
                letters += more;
            }
            _ => {
                joined.push(range);
                letters = more;
            }
        }
    }
    if letters < FEWEST_LETTERS
        && let Some(last) = joined.pop()
    {
        match joined.last_mut() {
            Some(previous) => previous.end = last.end,
            None => joined.push(last),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Asserts that the text is split exactly at the bars.
    fn assert_split(barred: &str) {
        let text = barred.replace('|', "");
        let split: Vec<&str> = sentences(&text).into_iter().map(|range| &text[range]).collect();
        let expected: Vec<&str> = barred.split('|').map(str::trim).collect();
        assert_eq!(split, expected);
    }

    #[test]
    fn sentences_end_at_marks() {
        for barred in [
            "Walking robots fall down. |Ours gets up again! |Does it hurt itself? |Apparently it never does.",
            "The corpus was published in 2019. |Models reach an accuracy of 95%. |BERT reaches more than that.",
            "We improve the upper bound to $O(n).$ |Graphs of degree $d$ follow. |$k$-trees need more time.",
            "They asked \"why is it slow?\" |Nobody could tell “why it is slow.” |(Experiments were missing.)",
            "It is called ‘the cold start. ’ |There are few remedies against it.",
            "Answers were collected by mail. |45% of them were empty. |iNames were kept apart from those.",
            "There are two contributions here. |(i) We sort the papers. |(ii) We read the papers.",
            "BACKGROUND: Papers are many. |METHODS: We counted all of them. |CONCLUSIONS: There are more.",
            "Nothing happened to group A. |Subjects of the others took no vitamin C. |We compare them later.",
        ] {
            assert_split(barred);
        }
    }

    #[test]
    fn sentences_do_not_end_at_abbreviations_numbers_and_names() {
        for barred in [
            "Shown by Li et al. and Wu et al., 2019, and Xu et al. (2020) and Hu et al. |We do more than that.",
            "Models, e.g. BERT, i.e. Encoders, vs. LSTMs, cf. Section 3, z. B. Transformers, are compared.",
            "See Fig. 3, Figs. 4 and 5, Eq. (2), Sec. 7, vol. 12, no. 4, pp. 1 and approx. 30 others, resp. Table 2.",
            "Dr. Ada B. Jones, J. R. Smith and A.-B. Lee of St. Louis study the strains of E. coli and C. Elegans.",
            "The U.S. Government spends more than the U.K. |We count what is spent in the U.S. |It is more each year.",
            "We release v2.0, which needs .NET 4.5 or Node.js, at https://example.org/a?b=C.html. |It costs nothing.",
            "The difference was significant (p < .05, r = 0.3). |Values of 1.5 or more were not seen.",
            "We sum all of $a_1, ..., a_n$ and so on ... until nothing is left... |However, there is more.",
            "Our questions are: 1. Which papers match? and 2. (why?) do we read them on Yahoo! Answers?",
        ] {
            assert_split(barred);
        }
    }

    #[test]
    fn sentences_are_found_without_spaces_if_the_case_is_clear() {
        assert_split(
            "Does this loop ever end?|We doubt that it does.|In the end it stops at example.org/A, np.Array or 3.5.",
        );
        assert_split("Some say that it does not (at all).|Experiments, ours among them, show it.");
    }

    #[test]
    fn marks_of_all_scripts_end_sentences() {
        assert_split("我们提出一种新的方法。|（它很快）实验表明该方法有效！|速度提高3．5倍．|代码是公开的。");
        assert_split("هل هذا النص طويل بما يكفي؟ |نعم، إنه نص طويل جدا.");
        assert_split("यह एक लंबा वाक्य है। |यह भी एक लंबा वाक्य है।");
    }

    #[test]
    fn a_small_letter_begins_a_sentence_only_in_a_text_in_lower_case() {
        assert_split(
            "we train models like BERT on papers. |they learn fast. |see fig. 3 and wu et al. for more, e.g. tables.",
        );
        assert_split("Learning from Few Papers. |we read the papers of Wu. |nothing is left to read, yet we try.");
        assert_split("We read papers all day. |Nothing is left to read. nobody knows why it is so.");
    }

    #[test]
    fn sentences_end_in_other_languages() {
        for barred in [
            "Siehe Abb. 3 und ggf. Tab. 4 für mehr, z. B. Bienen. |Die Wespen fehlen in dieser Studie.",
            "Las abejas bailan todo el día. |¿Cómo aprenden el camino a las flores? |¡Nadie lo sabe todavía!",
            "Пчёлы танцуют, см. рис. 3 и табл. 2. |Они показывают путь к цветам.",
            "Πώς χορεύουν οι μέλισσες; |Χορεύουν με τον ήλιο; |Δεν ξέρουμε ακόμα.",
            "Das Modell ist schnell. |Es lernt aus wenigen Daten. |Ältere Modelle lernen langsam.",
            "我们研究蜜蜂的舞蹈。|它们如何找到花朵？|“没有人知道！”|我们继续研究……直到明白。",
            "ミツバチのダンスを研究する。|どのように花を見つけるのか？|まだ誰も知らない。",
            "شہد کی مکھیاں ناچتی ہیں۔ |وہ پھولوں کا راستہ دکھاتی ہیں۔",
            "زنبورها می‌رقصند. |آنها راه گل‌ها را نشان می‌دهند؟ |هنوز نمی‌دانیم.",
            "꿀벌은 춤을 춘다. |꽃의 방향을 알려 준다.",
        ] {
            assert_split(barred);
        }
        assert_split("The angles α; Β and γ; Δ are measured, as in Σ; Π.");
    }

    #[test]
    fn blank_lines_end_sentences_and_line_breaks_do_not() {
        assert_split(
            "A title without a stop\n \r\n|An abstract that is\r\nbroken into lines\n\nand wide. |Lines\nfollow it.",
        );
    }

    #[test]
    fn short_titles_headings_and_remarks_are_joined_to_a_sentence() {
        for barred in [
            "Abstract. We read papers all day. |Results. We know too much. |Why? Because we read. [1] 2.",
            "What is a sentence?. |Sentences are hard to define in general.",
            "Spending in the U.S.. |Budgets have grown in all the years.",
            "1. First we read all of it. |2. Then we write about it.",
            "Hm. (1)",
        ] {
            assert_split(barred);
        }
        assert!(sentences(" \n\n ").is_empty());
    }

    #[test]
    fn a_long_text_without_sentences_takes_little_time() {
        for part in ["(", ".", ". ", "a.", "? ”", "a "] {
            assert_eq!(sentences(&format!(".{}", part.repeat(300_000))).len(), 1, "{part}");
        }
    }

    proptest! {
        #[test]
        fn sentences_are_trimmed_and_in_order_and_cover_all_but_white_space(
            text in "([a-cA-C1 .?!()$”“。．\\n\\-\"\u{301}]|\\r\\n|We |e\\.g\\. |\u{2028}|\u{85}|\\PC){0,80}"
        ) {
            let mut end = 0;
            for range in sentences(&text) {
                prop_assert!(range.start >= end && range.end > range.start);
                prop_assert_eq!(text[end..range.start].trim(), "");
                prop_assert_eq!(text[range.clone()].trim(), &text[range.clone()]);
                end = range.end;
            }
            prop_assert_eq!(text[end..].trim(), "");
        }
    }
}
