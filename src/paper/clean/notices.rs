//! Who owns an abstract, and who printed it: publishers and databases write it behind the text (EBSCO, PsycINFO,
//! Scopus, Wiley), and some before it. It makes papers of one publisher look alike.
//!
//! Cut only at the ends of a text, from a phrase that begins a notice to the end, and only if what would be cut is
//! short and reads like one.

use std::borrow::Cow;

/// A notice is shorter, EBSCO's long one too.
const MAX_NOTICE: usize = 700;

/// The name of an owner without a year is shorter.
const MAX_OWNER: usize = 100;

/// Several notices may follow one another.
const MAX_NOTICES: usize = 6;

/// Phrases with which a notice begins that is known by heart, so that whatever follows it to the end belongs to it.
const KNOWN: [&str; 23] = [
    "Copyright of ",
    "This article is protected by copyright",
    "This is an open access article",
    "This is an open-access article",
    "This is an Open Access article",
    "This is an open access journal",
    "This article is an open access article",
    "This article is an open-access article",
    "This is an article distributed under",
    "This article is distributed under",
    "This article is published under",
    "This article is licensed under",
    "This work is licensed under",
    "Licensed under ",
    "Distributed under a Creative Commons",
    "(PsycINFO Database Record",
    "(PsycInfo Database Record",
    "PsycINFO Database Record",
    "PsycInfo Database Record",
    "[ABSTRACT FROM AUTHOR]",
    "[ABSTRACT FROM PUBLISHER]",
    "(Abstract shortened by UMI",
    "(Abstract shortened by ProQuest",
];

/// How all of them begin, and those with a year.
const BEGINNINGS: [&str; 19] = [
    "©",
    "(c)",
    "(C)",
    "Copyright",
    "Crown ",
    "The Author",
    "Published by ",
    "All rights",
    "This article",
    "This is a",
    "This work is",
    "Licensed ",
    "Distributed ",
    "PsycI",
    "(PsycI",
    "[ABSTRACT",
    "(Abstract",
    "(©",
    "(copyright)",
];

/// The sign in UTF-8.
const SIGN: &[u8] = "©".as_bytes();

/// Words of publishers' names and of notices, by which the rest of a short one is known.
const OWNERS: [&str; 38] = [
    "author",
    "authors",
    "b.v",
    "bmj",
    "blackwell",
    "cambridge",
    "commons",
    "copyright",
    "elsevier",
    "gmbh",
    "ieee",
    "inc",
    "informa",
    "institute",
    "journal",
    "karger",
    "license",
    "licence",
    "licensee",
    "limited",
    "llc",
    "ltd",
    "mdpi",
    "nature",
    "oxford",
    "permission",
    "permissions",
    "press",
    "published",
    "publisher",
    "publishing",
    "reserved",
    "rights",
    "society",
    "springer",
    "university",
    "verlag",
    "wiley",
];

/// How authors are named as owners.
const OWN_AUTHORS: [&str; 6] = ["The Author", "The author(s)", "The authors", "Author(s)", "Authors", "the author"];

/// Small words of names.
const CONNECTORS: [&str; 8] = ["and", "of", "for", "the", "de", "und", "on", "in"];

/// The text without notices at its ends.
pub(super) fn without(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    for _ in 0..MAX_NOTICES {
        let Some(start) = start_of_last(rest) else { break };
        rest = rest[..start]
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '-' | '–' | '—' | '(' | '['));
    }
    Cow::Borrowed(behind_first(rest))
}

/// Where the notice begins that is the end of `text`.
fn start_of_last(text: &str) -> Option<usize> {
    let from = text.floor_char_boundary(text.len().saturating_sub(MAX_NOTICE));
    let bytes = text.as_bytes();
    // Byte by byte, since every abstract comes by here: a word that begins like a notice.
    let begins = |at: &usize| match bytes[*at] {
        b'(' | b'[' | b'A' | b'C' | b'D' | b'L' | b'P' | b'T' => *at == 0 || !bytes[*at - 1].is_ascii_alphanumeric(),
        byte => byte == SIGN[0],
    };
    let starts = (from..text.len()).filter(begins);
    // The longest: what begins later is part of it.
    starts.filter(|at| BEGINNINGS.iter().any(|known| bytes[*at..].starts_with(known.as_bytes()))).find(|start| {
        let (before, notice) = text.split_at(*start);
        let begins_here = before.trim_end().ends_with(['.', '!', '?', ')', ']', '”', '"', ':', ';', '|', '>', '。']);
        match kind(notice) {
            Kind::Known => begins_here || before.trim().is_empty(),
            // A text that begins so may go on with what it says.
            Kind::Dated if before.trim().is_empty() => is_short(notice, true),
            Kind::Dated => (begins_here || notice.starts_with('©')) && is_short(notice, false),
            Kind::None => false,
        }
    })
}

enum Kind {
    Known,
    /// A sign or a word of ownership and a year, or a publisher: what follows decides.
    Dated,
    None,
}

fn kind(text: &str) -> Kind {
    if KNOWN.iter().any(|known| text.starts_with(known)) {
        // "Copyright of ancient texts" is a subject.
        let is_subject = text.starts_with("Copyright of ") && !text.contains(" is the property of ");
        return if is_subject { Kind::None } else { Kind::Known };
    }
    let text = text.strip_prefix("Crown ").unwrap_or(text);
    let rest = ["Copyright ", "copyright ", "Copyright: ", "Copyright"].iter().find_map(|word| text.strip_prefix(word));
    let (has_word, rest) = (rest.is_some(), rest.unwrap_or(text));
    let sign = ["©", "(c)", "(C)", "(copyright)"].iter().find_map(|sign| rest.strip_prefix(sign));
    let (has_sign, rest) = (sign.is_some(), sign.unwrap_or(rest).trim_start());
    let names_authors = OWN_AUTHORS.iter().any(|name| rest.starts_with(name));
    let is_published = !has_word && !has_sign && rest.starts_with("Published by ");
    // An owner and a year behind it: "© The Author(s) 2020", "© Springer-Verlag 2010", "The Author(s) 2020".
    let has_year_soon = || has_year(&rest[..rest.floor_char_boundary(60)]);
    let dated = match (has_sign, has_word) {
        (true, _) | (_, true) => starts_with_year(rest) || (rest.starts_with(char::is_uppercase) && has_year_soon()),
        _ => names_authors && has_year_soon(),
    };
    if has_sign && KNOWN.iter().any(|known| rest.starts_with(known)) {
        return Kind::Known;
    }
    let is_reserved = text.starts_with("All rights reserved");
    // "© Seismological Society of America", "© Hive Press."
    let is_owner = has_sign && rest.len() <= MAX_OWNER && is_name_of_owner(rest);
    if dated || is_owner || is_reserved || (has_sign && names_authors) || is_published {
        Kind::Dated
    } else {
        Kind::None
    }
}

/// Nothing but capitals and small words between them, and among them what publishers are called.
fn is_name_of_owner(text: &str) -> bool {
    let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '.')).filter(|word| !word.is_empty());
    let is_owner = |word: &str| OWNERS.contains(&word.trim_end_matches('.').to_lowercase().as_str());
    let is_name = |word: &str| !word.starts_with(char::is_lowercase) || CONNECTORS.contains(&word) || is_owner(word);
    words.clone().any(is_owner) && words.all(is_name)
}

fn starts_with_year(text: &str) -> bool {
    text.get(..4).is_some_and(has_year)
}

/// Four digits by themselves that are a year of print.
fn has_year(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers.any(|number| number.len() == 4 && matches!(&number[..2], "18" | "19" | "20"))
}

/// Whether a text that begins like a notice is one to its end: names of owners and phrases of theirs, and no sentence
/// that says something else; `strictly`, not even one of a few words.
fn is_short(text: &str, strictly: bool) -> bool {
    if text.len() > MAX_NOTICE / 2 {
        return false;
    }
    let sentences = text.split(". ").map(str::trim).filter(|sentence| !sentence.is_empty());
    sentences.enumerate().all(|(count, sentence)| {
        let words = || sentence.split(|c: char| !(c.is_alphanumeric() || c == '.')).filter(|word| !word.is_empty());
        let is_owner = |word: &str| OWNERS.contains(&word.trim_end_matches('.').to_lowercase().as_str());
        let is_small = |word: &&str| word.starts_with(char::is_lowercase) && !CONNECTORS.contains(word);
        let small = words().filter(|word| is_small(word) && !is_owner(word)).count();
        let is_notice = words().any(is_owner) || matches!(kind(sentence), Kind::Known | Kind::Dated);
        // "Karger AG, Basel": what stands behind the initial of a name.
        let is_name = small == 0 && words().count() <= if strictly { 4 } else { 8 };
        if count == 0 { small <= 8 } else { is_name || (is_notice && small <= 16) }
    })
}

/// Behind a notice with which the text begins: Scopus has `© 2017 IEEE. Bees hum.`
fn behind_first(text: &str) -> &str {
    let mut rest = text;
    for count in 0..MAX_NOTICES {
        let is_notice = match (kind(rest), count) {
            (Kind::Dated, 0) => rest.starts_with(['©', '(']) || rest.starts_with("Copyright"),
            (Kind::Dated, _) => true,
            (Kind::Known | Kind::None, _) => false,
        };
        // "Elsevier B.V. All": the stop before a capital that is no initial.
        let end = rest.match_indices(['.', ';']).map(|(at, _)| at + 1).find(|end| {
            let word = rest[..end - 1].rsplit([' ', '.']).next().unwrap_or_default();
            let behind = rest[*end..].trim_start();
            word.chars().count() > 1 && behind.starts_with(char::is_uppercase) || rest[..*end].ends_with("B.V.")
        });
        let (true, Some(end)) = (is_notice, end.filter(|end| *end <= 120)) else { break };
        if !is_short(&rest[..end], false) || rest[end..].trim().is_empty() {
            break;
        }
        rest = rest[end..].trim_start();
    }
    rest
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
    fn notices_at_the_end_go() {
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
    fn notices_at_the_beginning_go() {
        for text in [
            "© 2017 IEEE. Bees hum.",
            "© 2016 Elsevier B.V. All rights reserved. Bees hum.",
            "Copyright © 2019 Hive Ltd. Bees hum.",
        ] {
            assert_eq!(without(text), "Bees hum.", "{text}");
        }
    }

    #[test]
    fn what_a_text_says_of_rights_and_years_stays() {
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
