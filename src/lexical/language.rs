//! The languages of papers, each with the stemmer and the stop words by which its words are read.

use rust_stemmers::{Algorithm, Stemmer};
use strum::{EnumIter, FromRepr, IntoStaticStr};

/// A language that is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, EnumIter, FromRepr, IntoStaticStr)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Language {
    #[default]
    English,
    Arabic,
    Bulgarian,
    Chinese,
    Croatian,
    Czech,
    Danish,
    Dutch,
    Finnish,
    French,
    German,
    Greek,
    Hebrew,
    Hindi,
    Hungarian,
    Italian,
    Japanese,
    Korean,
    Norwegian,
    Persian,
    Polish,
    Portuguese,
    Romanian,
    Russian,
    Slovak,
    Slovenian,
    Spanish,
    Swedish,
    Tamil,
    Thai,
    Turkish,
    Ukrainian,
    Vietnamese,
}

/// English words that have nothing to do with a subject, and the parts of "don't" and "we're" after the apostrophe.
const STOP_WORDS: &str = "\
    a about above across after again against all almost along already also although always am among amongst an and \
    another any are around as at be became because become becomes been before behind being below between beyond both \
    but by can cannot could d did do does doing done down due during each either else etc even ever every few for from \
    further get had has have having he hence her here hers herself him himself his how however i if in indeed into is \
    it its itself just least less ll many may me might mine more moreover most mostly much must my myself neither \
    never nevertheless no nor not nothing now of off often on once one only onto or other others otherwise our ours \
    ourselves out over own per perhaps quite rather re really s same several shall she should since so some such t \
    than that the their theirs them themselves then thence there thereby therefore these they this those though \
    through throughout thus to together too toward towards under until up upon us ve very via was we well were what \
    whatever when whence where whereas whereby wherein whether which while who whole whom whose why will with within \
    without would yet you your yours";

impl Language {
    /// The language with a number, `language as u8`; English if there is none.
    pub(super) fn of_number(number: u8) -> Self {
        Self::from_repr(number).unwrap_or_default()
    }

    /// The English name.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The language by whose rules words of a text are read: this one if it has a stemmer, or else English.
    pub fn of_words(self) -> Self {
        if self.rules().is_some() { self } else { Self::English }
    }

    /// The stemmer for [`of_words`](Self::of_words).
    pub(super) fn stemmer(self) -> Stemmer {
        Stemmer::create(self.rules().map_or(Algorithm::English, |(stemmer, _)| stemmer))
    }

    /// The stop words of the language, in lower case and with accents; none if there is no list.
    pub(super) fn stop_words(self) -> Vec<&'static str> {
        match self.rules() {
            _ if self == Self::English => STOP_WORDS.split_whitespace().collect(),
            Some((_, list)) => stop_words::lookup(list).unwrap_or_default().to_vec(),
            None => Vec::new(),
        }
    }

    /// The stemmer of the language, and the name of its list in the crate `stop_words`.
    fn rules(self) -> Option<(Algorithm, &'static str)> {
        Some(match self {
            Self::English => (Algorithm::English, "en"),
            Self::Arabic => (Algorithm::Arabic, "ar"),
            Self::Danish => (Algorithm::Danish, "da"),
            Self::Dutch => (Algorithm::Dutch, "nl"),
            Self::Finnish => (Algorithm::Finnish, "fi"),
            Self::French => (Algorithm::French, "fr"),
            Self::German => (Algorithm::German, "de"),
            Self::Greek => (Algorithm::Greek, "el"),
            Self::Hungarian => (Algorithm::Hungarian, "hu"),
            Self::Italian => (Algorithm::Italian, "it"),
            Self::Norwegian => (Algorithm::Norwegian, "no"),
            Self::Portuguese => (Algorithm::Portuguese, "pt"),
            Self::Romanian => (Algorithm::Romanian, "ro"),
            Self::Russian => (Algorithm::Russian, "ru"),
            Self::Spanish => (Algorithm::Spanish, "es"),
            Self::Swedish => (Algorithm::Swedish, "sv"),
            Self::Tamil => (Algorithm::Tamil, "ta"),
            Self::Turkish => (Algorithm::Turkish, "tr"),
            _ => return None,
        })
    }

    /// Whether ASCII letters in a text of this language are words of other languages.
    pub(super) fn has_own_script(self) -> bool {
        matches!(self, Self::Arabic | Self::Greek | Self::Russian | Self::Tamil)
    }
}
