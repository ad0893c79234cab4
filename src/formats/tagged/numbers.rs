//! The standard numbers of journals (ISSN) and books (ISBN).

/// The ISSNs and ISBNs of a record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct StandardNumbers {
    /// As `1234-567X`, separated by commas.
    pub issn: String,
    /// As written, separated by commas.
    pub isbn: String,
    /// Texts that contain neither an ISSN nor an ISBN.
    pub others: Vec<String>,
}

impl StandardNumbers {
    /// Finds the numbers in texts such as `1999-7777(Electronic),0222-6666(Print)`.
    pub(super) fn find(texts: &[String]) -> Self {
        let mut found = Self::default();
        for text in texts.iter().filter(|text| !text.is_empty()) {
            let mut is_used = found.add(text);
            if !is_used {
                for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '/')) {
                    is_used |= found.add(word);
                }
            }
            if !is_used {
                found.others.push(text.clone());
            }
        }
        found
    }

    fn add(&mut self, text: &str) -> bool {
        let text = text.trim();
        let text = ["ISBN-", "ISSN-", "EISSN-", "ISBN", "ISSN"]
            .iter()
            .find_map(|label| text.strip_prefix(label))
            .unwrap_or(text);
        let text = text.trim_start_matches([':', ' ']);
        let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        let (start, check) = digits.split_at(digits.char_indices().next_back().map_or(0, |(at, _)| at));
        if !start.bytes().all(|byte| byte.is_ascii_digit())
            || !check.chars().all(|c| c.is_ascii_digit() || matches!(c, 'X' | 'x'))
        {
            return false;
        }
        let (list, number) = match digits.len() {
            8 => (&mut self.issn, format!("{}-{}", &digits[..4], digits[4..].to_uppercase())),
            10 | 13 => (&mut self.isbn, text.to_owned()),
            _ => return false,
        };
        // A work has only a few numbers. The limit keeps the time linear for hostile files.
        if list.len() < 200 && !list.split(", ").any(|known| known == number) {
            if !list.is_empty() {
                list.push_str(", ");
            }
            list.push_str(&number);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_decides_between_issn_and_isbn() {
        let found = |text: &str| StandardNumbers::find(&[text.to_owned()]);
        assert_eq!(found("1999-7777(Electronic),02226666(Print)").issn, "1999-7777, 0222-6666");
        assert_eq!(found("1895-577x 1895-577X").issn, "1895-577X");
        assert_eq!(found("0727912771 (paperback)").isbn, "0727912771");
        assert_eq!(found("978 1 5985 7192 9").isbn, "978 1 5985 7192 9");
        assert_eq!(found("ISBN-978-1-5985-7192-9").isbn, "978-1-5985-7192-9");
        assert_eq!(found("US 6818228").others, ["US 6818228"]);
        assert_eq!(found("é"), StandardNumbers { others: vec!["é".into()], ..StandardNumbers::default() });
    }
}
