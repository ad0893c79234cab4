//! Recognises the language of a text.
//!
//! Most papers are in English, so a doubtful text is English. In the Latin script, two kinds of evidence must agree:
//! the text has more stop words of another language than of English, and [`whatlang`] recognises this language by
//! groups of three letters (trigrams). For languages without a list of stop words, accents are the evidence. A text
//! that is mostly in another script is not English.
//!
//! Of 87,395 English papers, none is taken for another language by its title and abstract, and one is by its title
//! alone ("Optimal Structured Light à La Carte"); none of 707 one-sentence questions is.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use strum::IntoEnumIterator;
use whatlang::{Detector, Info, Lang, Script};

use super::language::Language;

/// The number of languages.
const LANGUAGES: usize = Language::Vietnamese as usize + 1;

/// The fewest bytes of letters by which another script is recognised. Two Chinese characters have six. A single Greek
/// letter is a symbol.
const FEWEST_BYTES: usize = 6;

/// A language is recognised if the text has this many more of its stop words than of English ones. One stop word may be
/// part of a name ("de", "la").
const MORE_STOP_WORDS: u16 = 2;

/// With this many more stop words, the text is not English. Trigrams then only decide between similar languages.
const MANY_STOP_WORDS: u16 = 4;

/// A language with at least this share of the most stop words may be the language: Danish and Norwegian, or Spanish and
/// Portuguese, have many words in common.
const NEARLY_MOST: f32 = 0.7;

/// Trigrams decide without stop words of the language only if the text has at least this many bytes of letters.
const FEWEST_LETTERS: usize = 24;

/// Accents count only if the text has at most one English stop word in this many bytes of letters. English sentences have
/// more.
const LETTERS_PER_STOP_WORD: usize = 50;

/// Accents count only if the text has at least one in this many bytes of letters. English with a foreign name has fewer.
const LETTERS_PER_ACCENT: usize = 50;

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::with_allowlist(Language::iter().map(code).collect()));

/// For each stop word the languages that have it, as a set of bits.
static LANGUAGES_OF: LazyLock<HashMap<&str, u64>> = LazyLock::new(|| {
    let mut languages: HashMap<&str, u64> = HashMap::new();
    for language in Language::iter() {
        language.stop_words().into_iter().for_each(|word| *languages.entry(word).or_default() |= 1 << language as u8);
    }
    languages
});

impl Language {
    /// Returns the language of a text, given in parts; English if it is not certain.
    pub fn of(parts: &[&str]) -> Self {
        let letters = parts.iter().flat_map(|part| part.chars()).filter(|c| c.is_alphabetic());
        let (mut latin, mut other, mut accents) = (0, 0, 0);
        for letter in letters {
            *(if is_latin(letter) { &mut latin } else { &mut other }) += letter.len_utf8();
            accents += usize::from(is_latin(letter) && !letter.is_ascii());
        }
        let found = if other > latin {
            if other < FEWEST_BYTES { None } else { by_script(parts) }
        } else {
            let counts = counted_stop_words(parts);
            by_stop_words(parts, &counts).or_else(|| by_accents(parts, &counts, latin, accents))
        };
        found.unwrap_or_default()
    }
}

/// The language of a text in another script. A few Russian words may be Bulgarian, too; then the language with more
/// papers is assumed.
fn by_script(parts: &[&str]) -> Option<Language> {
    // Without Latin letters, because names in them may be so long that the script would be Latin.
    let text: String = parts.join("\n").chars().filter(|c| !is_latin(*c) || !c.is_alphabetic()).collect();
    let found = DETECTOR.detect(&text)?;
    match found.script() {
        Script::Cyrillic if !found.is_reliable() => Some(Language::Russian),
        Script::Arabic if !found.is_reliable() => Some(Language::Arabic),
        _ => from_code(found.lang()),
    }
}

/// The language with most stop words, if it has clearly more than English.
fn by_stop_words(parts: &[&str], counts: &[u16; LANGUAGES]) -> Option<Language> {
    let most = counts.iter().copied().max().unwrap_or_default();
    let more = most - counts[Language::English as usize];
    if more < MORE_STOP_WORDS {
        return None;
    }
    let nearly_most = |language: &Language| f32::from(counts[*language as usize]) >= NEARLY_MOST * f32::from(most);
    let likely: Vec<Lang> = Language::iter().filter(nearly_most).map(code).collect();
    let text = parts.join("\n");
    if more < MANY_STOP_WORDS && !likely.contains(&DETECTOR.detect_lang(&text)?) {
        return None;
    }
    from_code(Detector::with_allowlist(likely).detect_lang(&text)?)
}

/// The language of a text with accents and hardly any known stop words. `latin` is the number of bytes of its letters.
fn by_accents(parts: &[&str], counts: &[u16; LANGUAGES], latin: usize, accents: usize) -> Option<Language> {
    let english = usize::from(counts[Language::English as usize]);
    if latin < FEWEST_LETTERS || accents * LETTERS_PER_ACCENT < latin || english * LETTERS_PER_STOP_WORD > latin {
        return None;
    }
    let found = from_code(DETECTOR.detect(&parts.join("\n")).filter(Info::is_reliable)?.lang())?;
    let most = counts.iter().copied().max().unwrap_or_default();
    (counts[found as usize] == most || found.stop_words().is_empty()).then_some(found)
}

fn is_latin(letter: char) -> bool {
    matches!(letter, '\0'..'\u{250}' | '\u{1e00}'..'\u{1f00}')
}

/// The name of a language in [`whatlang`].
fn code(language: Language) -> Lang {
    match language {
        Language::English => Lang::Eng,
        Language::Arabic => Lang::Ara,
        Language::Bulgarian => Lang::Bul,
        Language::Chinese => Lang::Cmn,
        Language::Croatian => Lang::Hrv,
        Language::Czech => Lang::Ces,
        Language::Danish => Lang::Dan,
        Language::Dutch => Lang::Nld,
        Language::Finnish => Lang::Fin,
        Language::French => Lang::Fra,
        Language::German => Lang::Deu,
        Language::Greek => Lang::Ell,
        Language::Hebrew => Lang::Heb,
        Language::Hindi => Lang::Hin,
        Language::Hungarian => Lang::Hun,
        Language::Italian => Lang::Ita,
        Language::Japanese => Lang::Jpn,
        Language::Korean => Lang::Kor,
        Language::Norwegian => Lang::Nob,
        Language::Persian => Lang::Pes,
        Language::Polish => Lang::Pol,
        Language::Portuguese => Lang::Por,
        Language::Romanian => Lang::Ron,
        Language::Russian => Lang::Rus,
        Language::Slovak => Lang::Slk,
        Language::Slovenian => Lang::Slv,
        Language::Spanish => Lang::Spa,
        Language::Swedish => Lang::Swe,
        Language::Tamil => Lang::Tam,
        Language::Thai => Lang::Tha,
        Language::Turkish => Lang::Tur,
        Language::Ukrainian => Lang::Ukr,
        Language::Vietnamese => Lang::Vie,
    }
}

fn from_code(lang: Lang) -> Option<Language> {
    Language::iter().find(|language| code(*language) == lang)
}

/// How many different stop words of each language a text has. One letter may be a symbol, so it does not count.
fn counted_stop_words(parts: &[&str]) -> [u16; LANGUAGES] {
    let mut counts = [0u16; LANGUAGES];
    let (mut word, mut seen) = (String::new(), HashSet::new());
    for part in parts {
        for run in part.split(|c: char| !c.is_alphabetic()).filter(|run| run.len() > 1) {
            word.clear();
            word.extend(run.chars().flat_map(char::to_lowercase));
            let Some((&word, &languages)) = LANGUAGES_OF.get_key_value(word.as_str()) else { continue };
            let mut languages = if seen.insert(word) { languages } else { 0 };
            while languages != 0 {
                let count = &mut counts[languages.trailing_zeros() as usize];
                *count = count.saturating_add(1);
                languages &= languages - 1;
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_recognised_in_short_texts() {
        for (language, text) in [
            (Language::German, "Wie tanzen die Bienen"),
            (Language::German, "Erkennung von Krankheiten mit neuronalen Netzen"),
            (Language::Spanish, "redes neuronales para la detección de enfermedades"),
            (Language::French, "apprentissage profond pour la détection des maladies"),
            (Language::Italian, "reti neurali per la diagnosi delle malattie"),
            (Language::Portuguese, "aprendizado de máquina para o diagnóstico de doenças"),
            (Language::Dutch, "bijen dansen om de richting van voedsel te tonen"),
            (Language::Swedish, "maskininlärning för diagnos av sjukdomar"),
            (Language::Russian, "танец пчёл"),
            (Language::Russian, "распознавание листа растения"),
            (Language::Ukrainian, "машинне навчання для діагностики захворювань"),
            (Language::Polish, "Sieć neuronowa uczy się na zdjęciach liści do rozpoznawania chorób roślin"),
            (Language::Greek, "μηχανική μάθηση για τη διάγνωση ασθενειών"),
            (Language::Chinese, "蜜蜂舞蹈"),
            (Language::Chinese, "一种基于Transformer的蜜蜂检测方法"),
            (Language::Chinese, "danc 蜂群"),
            (Language::Japanese, "ミツバチのダンス"),
            (Language::Korean, "꿀벌의 춤"),
            (Language::Arabic, "رقص النحل في الخلية"),
            (Language::Hindi, "मधुमक्खियों का नृत्य"),
        ] {
            assert_eq!(Language::of(&[text]), language, "{text}");
        }
    }

    #[test]
    fn english_with_names_and_formulas_is_english() {
        for text in [
            "",
            "robots that learn to walk",
            "De novo protein design",
            "Die Casting Simulation Man Machine",
            "La Niña and El Niño events",
            "de Bruijn graphs and de Finetti",
            "MVF-Net: Multi-View 3D Face Morphable Model Regression",
            "α-β pruning",
            "Ωμέγα: a system that works",
            "Łukasiewicz logic of Gödel",
            "Bienen",
        ] {
            assert_eq!(Language::of(&[text]), Language::English, "{text}");
        }
    }

    #[test]
    fn the_parts_of_a_text_count_together() {
        let german = "Die Bienen tanzen, weil sie den Weg zu den Blüten zeigen und nicht, weil sie spielen.";
        assert_eq!(Language::of(&["Waggle dance", german]), Language::German);
        let english = "The bees dance because they show the way to the flowers, and not because they play.";
        assert_eq!(Language::of(&["Schwänzeltanz", english]), Language::English);
    }

    #[test]
    fn every_language_has_its_number_and_its_code() {
        for language in Language::iter() {
            assert_eq!(Language::of_number(language as u8), language);
            assert_eq!(from_code(code(language)), Some(language));
        }
        assert_eq!(LANGUAGES, Language::iter().count());
        assert!(LANGUAGES <= u64::BITS as usize);
    }
}
