//! Walks through the XML of an answer, and checks that it is complete. `formats` reads the content of the records.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// A part of an answer.
pub(super) enum XmlEvent<'a> {
    /// The start of an element.
    Start(&'a Element<'a>),
    /// The end of an element that contains only this text and no elements.
    Leaf(&'a str),
}

/// The tag of an element.
pub(super) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        // The check for repeated attributes takes quadratic time.
        let mut attributes = self.0.attributes();
        let attributes = attributes.with_checks(false).flatten();
        let mut named = attributes.filter(|attribute| attribute.key.local_name().as_ref() == name);
        named
            .next()
            .and_then(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).ok())
            .map(|value| value.into_owned())
    }
}

/// Calls `see` for each element of an answer with its path from the root, such as `feed/entry/id`, without prefixes.
///
/// # Errors
///
/// The reason why the answer is unusable: incomplete, invalid XML, another root element, a web page.
pub(super) fn walk(answer: &str, root: &str, see: &mut dyn FnMut(&str, XmlEvent)) -> Result<(), String> {
    if answer.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err("the answer is empty".to_owned());
    }
    let mut reader = Reader::from_str(answer);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    let mut path = String::new();
    let mut text = String::new();
    let mut is_leaf = false;
    let mut was_closed = false;
    loop {
        match reader.read_event().map_err(|error| format!("the answer is not valid XML ({error})"))? {
            Event::Start(tag) => {
                if path.is_empty() && tag.local_name().as_ref() != root {
                    let name = tag.local_name().as_ref().to_ascii_lowercase();
                    let what = if name == "html" { "a web page" } else { "something else" };
                    return Err(format!("the answer is {what} instead of a list of papers"));
                }
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(tag.local_name().as_ref());
                text.clear();
                is_leaf = true;
                see(&path, XmlEvent::Start(&Element(tag)));
            }
            Event::End(_) => {
                if std::mem::replace(&mut is_leaf, false) {
                    see(&path, XmlEvent::Leaf(text.trim()));
                }
                path.truncate(path.rfind('/').unwrap_or(0));
                was_closed |= path.is_empty();
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::CData(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => text.push(character),
                _ => text.push_str(resolve_predefined_entity(&reference.xml10_content()).unwrap_or_default()),
            },
            Event::Eof if was_closed && path.is_empty() => return Ok(()),
            Event::Eof => return Err("the answer breaks off".to_owned()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(answer: &str) -> Result<Vec<String>, String> {
        let mut seen = Vec::new();
        walk(answer, "feed", &mut |path, met| match met {
            XmlEvent::Start(element) => seen.extend(element.attribute("code").map(|code| format!("{path}@{code}"))),
            XmlEvent::Leaf(text) => seen.push(format!("{path}={text}")),
        })?;
        Ok(seen)
    }

    #[test]
    fn elements_have_paths_without_prefixes() {
        let answer = "\u{feff}<?xml version='1.0'?><f:feed xmlns:f='x'><o:total> 3 </o:total><entry><id>a&amp;b&#33;</id>\
                      <x><![CDATA[<y>]]></x></entry><error code='a&lt;b'/></f:feed>\n";
        assert_eq!(
            seen(answer).unwrap(),
            ["feed/total=3", "feed/entry/id=a&b!", "feed/entry/x=<y>", "feed/error@a<b", "feed/error="]
        );
    }

    #[test]
    fn an_incomplete_or_foreign_answer_is_refused() {
        for (answer, reason) in [
            ("", "is empty"),
            (" \n", "is empty"),
            ("<feed><entry>", "breaks off"),
            ("<feed><entry></ent", "not valid XML"),
            ("<feed><entry></feed>", "not valid XML"),
            ("<!DOCTYPE html><html><body><p>Down for maintenance<br></body></html>", "a web page"),
            ("<rss/>", "something else"),
            ("busy", "breaks off"),
        ] {
            let refusal = seen(answer).unwrap_err();
            assert!(refusal.contains(reason), "{answer}: {refusal}");
        }
    }
}
