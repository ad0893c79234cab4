//! Removes notices of copyright, licence and origin. Publishers and databases (EBSCO, PsycINFO, Scopus, Wiley) write
//! them after an abstract, and some before it. They make the abstracts of one publisher similar.
//!
//! A notice is removed only at the start or the end of the text. It must begin with a known phrase, be short, and
//! continue like a notice.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::paper::patterns::{WordList, compiled};

/// The greatest length of a notice, in bytes. EBSCO has the longest.
const MAX_NOTICE: usize = 700;

/// The greatest length of an owner's name without a year, in bytes.
const MAX_OWNER: usize = 100;

/// The most notices that are removed at the end of a text, since several may follow each other.
const MAX_NOTICES: usize = 6;

/// Places where a notice may begin.
static BEGINNING: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?x)© | \[ABSTRACT | \( (?:[cC]\) | copyright\) | © | PsycI | Abstract)
        | \b(?:Copyright | Crown\  | The\ Author | Published\ by\  | All\ rights | This\ article | This\ is\ a
             | This\ work\ is | Licensed\  | Distributed\  | PsycI)",
    )
});

/// Notices with known wording, which continue to the end of the text. "Copyright of ancient texts" does not match,
/// because it is a subject.
static KNOWN: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?xs)^(?:(?:©|\([cC]\)|\(copyright\))\s*)?(?:
          Copyright\ of\ .*\ is\ the\ property\ of\ 
        | This\ article\ is\ protected\ by\ copyright
        | This\ is\ an\ (?:open[\ -]access|Open\ Access)\ (?:article|journal)
        | This\ article\ is\ an\ open[\ -]access\ article
        | This\ (?:is\ an\ )?(?:article|work)\ (?:is\ )?(?:distributed|published|licensed)\ under
        | Licensed\ under\ | Distributed\ under\ a\ Creative\ Commons
        | \(?Psyc(?:INFO|Info)\ Database\ Record
        | \[ABSTRACT\ FROM\ (?:AUTHOR|PUBLISHER)\]
        | \(Abstract\ shortened\ by\ (?:UMI|ProQuest))",
    )
});

/// Notices with an owner and usually a year. The text after the match decides whether the notice continues to the end.
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    let sign = r"(?:©|\([cC]\)|\(copyright\))\s*";
    let word = r"(?:Crown\ )?[Cc]opyright:?\s*";
    let authors = r"(?:[Tt]he\ [Aa]uthor|[Aa]uthors|Author\(s\))";
    let year = r"(?-u:\b)(?:18|19|20)\d\d(?-u:\b)";
    compiled(&format!(
        r"(?x)^(?:
          All\ rights\ reserved | Published\ by\ 
        | (?:Crown\ )?(?:{sign}|{word}(?:{sign})?)(?:{year}|\p{{Uppercase}}.{{0,55}}?{year})
        | (?:{word})?{sign}{authors} | {authors}.{{0,50}}?{year})"
    ))
});

/// Words of publishers' names and of notices.
const OWNERS: WordList = WordList(
    "author, authors, b.v, bmj, blackwell, cambridge, commons, copyright, elsevier, gmbh, ieee, inc, informa, \
    institute, journal, karger, license, licence, licensee, limited, llc, ltd, mdpi, nature, oxford, permission, \
    permissions, press, published, publisher, publishing, reserved, rights, society, springer, university, verlag, \
    wiley",
);

/// Words in lower case that may be part of a name.
const CONNECTORS: WordList = WordList("and, of, for, the, de, und, on, in");

/// A notice at the start of the text. It ends with a full stop or semicolon after a word that is not an initial, and a
/// capital letter follows.
static FIRST: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?x)^((?:Copyright\ )?(?:©|\([cC]\)).{1,100}?(?:B\.V|[^.\s][^.\s])[.;])
        \s+(?:All\ rights\ reserved[.;]\s+)?(\p{Uppercase})",
    )
});

/// The text without notices at its ends.
pub(super) fn without(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    for _ in 0..MAX_NOTICES {
        let Some(start) = start_of_last(rest) else { break };
        rest = rest[..start]
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '-' | '–' | '—' | '(' | '['));
    }
    let first = FIRST.captures(rest).filter(|found| DATED.is_match(rest) && is_notice_to_its_end(&found[1], false));
    first.and_then(|found| found.get(2)).map_or(rest, |capital| &rest[capital.start()..]).into()
}

/// The start of a notice that continues to the end of `text`.
fn start_of_last(text: &str) -> Option<usize> {
    let from = text.floor_char_boundary(text.len().saturating_sub(MAX_NOTICE));
    // The first place gives the longest notice.
    BEGINNING.find_iter(&text[from..]).map(|found| from + found.start()).find(|start| {
        let (before, notice) = text.split_at(*start);
        let before = before.trim_end();
        let begins_sentence =
            before.is_empty() || before.ends_with(['.', '!', '?', ')', ']', '”', '"', ':', ';', '|', '>', '。']);
        if KNOWN.is_match(notice) {
            return begins_sentence;
        }
        // "© Seismological Society of America".
        let owner = notice.strip_prefix("Copyright ").unwrap_or(notice).strip_prefix('©');
        (DATED.is_match(notice) || owner.is_some_and(is_name_of_owner))
            && (begins_sentence || notice.starts_with('©'))
            && is_notice_to_its_end(notice, before.is_empty())
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '.')).filter(|word| !word.is_empty())
}

fn is_owner(word: &str) -> bool {
    OWNERS.contains(&word.trim_end_matches('.').to_lowercase())
}

fn is_small_word(word: &str) -> bool {
    word.starts_with(char::is_lowercase) && !CONNECTORS.contains(word) && !is_owner(word)
}

fn is_name_of_owner(text: &str) -> bool {
    text.len() <= MAX_OWNER && words(text).any(is_owner) && !words(text).any(is_small_word)
}

/// Whether a text that begins like a notice continues like one: with names and phrases of owners, and without other
/// sentences. `strictly` is for a notice that is the whole text: then a name has at most four words.
fn is_notice_to_its_end(text: &str, strictly: bool) -> bool {
    if text.len() > MAX_NOTICE / 2 {
        return false;
    }
    let sentences = text.split(". ").map(str::trim).filter(|sentence| !sentence.is_empty());
    sentences.enumerate().all(|(count, sentence)| {
        let small = words(sentence).filter(|word| is_small_word(word)).count();
        let is_notice = words(sentence).any(is_owner) || KNOWN.is_match(sentence) || DATED.is_match(sentence);
        // "Karger AG, Basel": the rest of a name after an initial.
        let is_name = small == 0 && words(sentence).count() <= if strictly { 4 } else { 8 };
        if count == 0 { small <= 8 } else { is_name || (is_notice && small <= 16) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTICES: [&str; 24] = [
        "© 2023, The Author(s), under exclusive licence to Springer Nature Limited.",
        "© 2020 Elsevier Ltd",
        "© 2013 S. Karger AG, Basel.",
        "©2004 John Wiley & Sons, Inc.",
        "© The Author(s) 2020. Published by Oxford University Press. All rights reserved. For permissions, please e-mail: \
         journals@bees.org.",
        "Copyright © 2019 Elsevier Ltd. All rights reserved.",
        "Copyright © 2019. Published by Elsevier B.V.",
        "Copyright 2011 by the Bee Society.",
        "(C) 2010 Elsevier B.V. All rights reserved.",
        "(c) 2012 Wiley Periodicals, Inc.",
        "Crown Copyright © 2012. Published by Elsevier Ltd. All rights reserved.",
        "This article is protected by copyright. All rights reserved.",
        "The Author(s) 2020. Published by Oxford University Press.",
        "Published by Elsevier Inc.",
        "All rights reserved.",
        "(PsycINFO Database Record (c) 2012 APA, all rights reserved)",
        "[ABSTRACT FROM AUTHOR] Copyright of Journal of Bees is the property of Hive Inc. and its content may not be copied \
         or emailed to multiple sites or posted to a listserv without the copyright holder's express written permission. \
         However, users may print, download, or email articles for individual use.",
        "This is an open access article under the CC BY license (http://creativecommons.org/licenses/by/4.0/).",
        "© 2014 Wiley-VCH Verlag GmbH & Co. KGaA, Weinheim.",
        "© Springer-Verlag Berlin Heidelberg 2010.",
        "© Apiological Society of the North.",
        "© The author(s).",
        "(copyright) 2012 Elsevier B.V.",
        "© This is an open access journal, and articles are distributed under the terms of a licence.",
    ];

    #[test]
    fn notices_at_the_end_are_removed() {
        for notice in NOTICES {
            assert_eq!(
                without(&format!("Bees hum in 2019. They sting. {notice}")),
                "Bees hum in 2019. They sting.",
                "{notice}"
            );
            assert_eq!(without(notice), "", "{notice}");
        }
        assert_eq!(without("Bees hum © 2020 Elsevier Ltd"), "Bees hum");
    }

    #[test]
    fn notices_at_the_beginning_are_removed() {
        for text in [
            "© 2017 IEEE. Bees hum.",
            "© 2016 Elsevier B.V. All rights reserved. Bees hum.",
            "Copyright © 2019 Hive Ltd. Bees hum.",
        ] {
            assert_eq!(without(text), "Bees hum.", "{text}");
        }
        assert_eq!(without("© 2020 Hive Ltd. Échelle des abeilles."), "Échelle des abeilles.");
    }

    #[test]
    fn sentences_about_rights_and_years_are_kept() {
        for text in [
            "We study copyright. Copyright of images is a problem in 2020.",
            "Hives by LEGO © are cheap.",
            "We built it with Shrinky-Dink© Electrodes",
            "We compare (a) 2008, (b) 2009 and (c) 2010 with each other.",
            "© 2019 was a good year for bees, which we show by counting them in every hive of the north.",
            "The Authors 2020 project counts bees, and this is what it found in the hives of the whole of the north.",
            "Published by hand, the survey of 2010 counts bees and wasps and finds that there are ever fewer of them now.",
            "Bees hum. All bees reserved nothing.",
            "This is an open question.",
        ] {
            assert_eq!(without(text), text);
        }
    }
}
