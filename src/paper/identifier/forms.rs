//! The one canonical form of each kind of identifier: what is none gives `None`.

/// Without prefix or URL: the canonical value of an identifier of arXiv.
pub(super) fn arxiv(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let id = match text.rsplit_once('v') {
        Some((id, version)) if all(version, |c| c.is_ascii_digit()) => id,
        _ => &text,
    };
    let new_style = || {
        let (month, number) = id.split_once('.')?;
        Some(
            month.len() == 4
                && (4..=5).contains(&number.len())
                && all(month, |c| c.is_ascii_digit())
                && all(number, |c| c.is_ascii_digit())
                && (1..=12).contains(&month[2..].parse().unwrap_or(0)),
        )
    };
    let old_style = || {
        let (archive, number) = id.split_once('/')?;
        let archive = archive.split('.').next().unwrap_or_default();
        Some(
            number.len() == 7
                && all(number, |c| c.is_ascii_digit())
                && all(archive, |c| c.is_ascii_lowercase() || c == '-'),
        )
    };
    if new_style().unwrap_or(false) {
        return Some(id.to_owned());
    }
    // `math.GT/0309136` and `math/0309136` are the same paper.
    old_style().unwrap_or(false).then(|| {
        let (archive, number) = id.split_once('/').unwrap_or_default();
        format!("{}/{number}", archive.split('.').next().unwrap_or_default())
    })
}

/// A DOI in lower case, percent signs and HTML's `&lt;` resolved, without what a sentence put behind it. Those that the
/// servers of Cold Spring Harbor (bioRxiv, medRxiv) give to a version name the work.
pub(super) fn doi(text: &str) -> Option<String> {
    let decoded = percent_decoded(text);
    let decoded = decoded.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let whole = without_punctuation(&decoded);
    let (registrant, suffix) = whole.strip_prefix("10.")?.split_once('/')?;
    let is_doi = registrant.len() >= 4
        && registrant.starts_with(|c: char| c.is_ascii_digit())
        && all(registrant, |c| c.is_ascii_digit() || c == '.')
        && !suffix.is_empty()
        && !suffix.contains(char::is_whitespace);
    let versioned = || whole.rsplit_once('v').filter(|(_, version)| all(version, |c| c.is_ascii_digit()));
    let is_numbered = ["1101", "64898"].contains(&registrant);
    let whole = versioned().filter(|_| is_numbered).map_or(whole, |(work, _)| work);
    is_doi.then(|| whole.to_lowercase())
}

/// PubMed's number.
pub(super) fn pmid(text: &str) -> Option<String> {
    // Tables fill the column with 0 where there is none; some number with a fraction (`123.0`).
    let text = text.strip_suffix(".0").unwrap_or(text);
    (text.len() <= 9 && all(text, |c| c.is_ascii_digit()) && !text.starts_with('0')).then(|| text.to_owned())
}

/// PubMed Central's: `PMC` and digits, of which a version (`.1`) is no part.
pub(super) fn pmcid(text: &str) -> Option<String> {
    let number = text.get(..3).filter(|prefix| prefix.eq_ignore_ascii_case("PMC")).map_or(text, |_| &text[3..]);
    let number = match number.split_once('.') {
        Some((number, version)) if all(version, |c| c.is_ascii_digit()) => number,
        _ => number,
    };
    pmid(number).map(|number| format!("PMC{number}"))
}

/// ACL Anthology: `P18-1001`, `2020.acl-main.1`.
pub(super) fn acl(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let old_style = text.len() == 8
        && bytes[0].is_ascii_alphabetic()
        && bytes[3] == b'-'
        && bytes[1..3].iter().chain(&bytes[4..]).all(u8::is_ascii_digit);
    if old_style {
        return Some(text.to_ascii_uppercase());
    }
    let new_style = || {
        let (year, rest) = text.split_once('.')?;
        let (volume, number) = rest.rsplit_once('.')?;
        Some(
            year.len() == 4
                && all(year, |c| c.is_ascii_digit())
                && volume.contains('-')
                && volume.starts_with(|c: char| c.is_ascii_alphanumeric())
                && all(volume, |c| c.is_ascii_alphanumeric() || c == '-')
                && all(number, |c| c.is_ascii_digit()),
        )
    };
    new_style().unwrap_or(false).then(|| text.to_owned())
}

/// OpenReview's forum: letters, digits, `-` and `_`.
pub(super) fn openreview(text: &str) -> Option<String> {
    ((6..=14).contains(&text.len()) && all(text, |c| c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .then(|| text.to_owned())
}

/// OpenAlex's work: `W` and digits.
pub(super) fn openalex(text: &str) -> Option<String> {
    let number = text.strip_prefix(['W', 'w'])?;
    (number.len() >= 4 && all(number, |c| c.is_ascii_digit())).then(|| format!("W{number}"))
}

/// Semantic Scholar's hash of a paper.
pub(super) fn s2(text: &str) -> Option<String> {
    (text.len() == 40 && all(text, |c| c.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
}

/// Semantic Scholar's number of a paper: digits.
pub(super) fn corpus_id(text: &str) -> Option<String> {
    (text.len() <= 12 && all(text, |c| c.is_ascii_digit()) && !text.starts_with('0')).then(|| text.to_owned())
}

/// DBLP's key: `conf/nips/VaswaniSPUJGKP17`.
pub(super) fn dblp(text: &str) -> Option<String> {
    let text = text.strip_suffix(".html").or(text.strip_suffix(".bib")).unwrap_or(text);
    let (collection, rest) = text.split_once('/')?;
    let collections =
        ["conf", "journals", "books", "phd", "reference", "series", "tr", "www", "persons", "data", "homepages"];
    (collections.contains(&collection)
        && rest.split('/').count() >= 2
        && rest.split('/').all(|part| all(part, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))))
    .then(|| text.to_owned())
}

/// `%28` as `(`; a percent sign that begins nothing stays.
pub(super) fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let hex = |byte: u8| char::from(byte).to_digit(16);
    let (bytes, mut decoded, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1).zip(bytes.get(at + 2)).and_then(|(high, low)| hex(*high).zip(hex(*low)));
        match digits.filter(|_| byte == b'%') {
            Some((high, low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            None => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// Without the marks that a sentence puts around an identifier or a link: a closing bracket belongs to it only if it is
/// opened within.
pub(super) fn without_punctuation(text: &str) -> &str {
    let mut text = text.trim_start_matches(['(', '[', '{', '<', '"', '\'', '“', '‘', '«', '\\']);
    while let Some(last) = text.chars().next_back() {
        let is_closed = |open: char, close: char| text.matches(open).count() >= text.matches(close).count();
        let belongs = match last {
            ')' => is_closed('(', ')'),
            ']' => is_closed('[', ']'),
            '}' => is_closed('{', '}'),
            '>' => is_closed('<', '>'),
            '.' | ',' | ';' | ':' | '/' | '!' | '"' | '\'' | '”' | '’' | '»' | '…' | '\\' | '*' => false,
            _ => true,
        };
        if belongs {
            break;
        }
        text = &text[..text.len() - last.len_utf8()];
    }
    text
}

pub(super) fn all(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doi_has_one_form_whatever_stands_around_it() {
        for (written, canonical) in [
            ("10.1016/S0140-6736(20)30183-5", "10.1016/s0140-6736(20)30183-5"),
            ("10.1016/S0140-6736%2820%2930183-5", "10.1016/s0140-6736(20)30183-5"),
            ("10.1000/bees).", "10.1000/bees"),
            (
                "10.1002/(SICI)1097(199806)49:8&lt;693::AID-ASI4&gt;3.0.CO;2-O",
                "10.1002/(sici)1097(199806)49:8<693::aid-asi4>3.0.co;2-o",
            ),
            ("10.1101/2020.01.01.123456v2", "10.1101/2020.01.01.123456"),
            ("10.1000/v2", "10.1000/v2"),
            ("10.1000/bee%", "10.1000/bee%"),
            ("10.10/x", ""),
            ("10.1000/", ""),
            ("10.1000/two words", ""),
        ] {
            assert_eq!(doi(written).unwrap_or_default(), canonical, "{written}");
        }
    }

    #[test]
    fn numbers_of_central_and_of_pubmed_are_told_apart_by_their_prefix() {
        assert_eq!(pmcid("PMC123.1").as_deref(), Some("PMC123"));
        assert_eq!(pmcid("pmc77").as_deref(), Some("PMC77"));
        assert_eq!(pmcid("PMC"), None);
        assert_eq!(pmid("PMC77"), None);
        assert_eq!(pmid("77.0").as_deref(), Some("77"));
    }

    #[test]
    fn a_key_of_dblp_has_three_parts() {
        assert_eq!(dblp("journals/corr/abs-1706-03762").as_deref(), Some("journals/corr/abs-1706-03762"));
        assert_eq!(dblp("conf/nips"), None);
        assert_eq!(dblp("and/or/not"), None);
    }
}
