//! An XML element with its content.

use std::borrow::Cow;

/// The greatest depth of elements that is read. MathML, the deepest markup in papers, needs about 40. This limit allows
/// functions here to recurse.
pub(super) const MAX_DEPTH: usize = 256;

/// The bytes that an element or an attribute adds to the size of a record, in addition to its characters.
pub(super) const NODE_BYTES: usize = 24;

/// An element. Names of elements and attributes have no prefixes.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// The line of the file on which it starts.
    pub line: u64,
    /// All text directly within the element.
    text: String,
    /// The elements directly within this one, each with its position in `text`.
    children: Vec<(usize, Element)>,
}

/// A part of the content of an element.
pub(super) enum Content<'e> {
    Element(&'e Element),
    Text(&'e str),
}

impl Element {
    pub(super) fn new(name: &str, line: u64) -> Self {
        Self { name: name.to_owned(), line, ..Self::default() }
    }

    pub(super) fn push_text(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    pub(super) fn push_child(&mut self, child: Self) {
        self.children.push((self.text.len(), child));
    }

    pub(super) fn remove_content(&mut self) {
        (self.text, self.children) = Default::default();
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The value of an attribute; empty if there is none.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The value of an attribute, or the text if there is none.
    pub(super) fn attribute_or_text(&self, name: &str) -> String {
        Some(self.attribute(name)).filter(|value| !value.is_empty()).map_or_else(|| self.trimmed(), str::to_owned)
    }

    /// Returns the texts and elements directly within this one, in document order.
    pub(super) fn content(&self) -> impl Iterator<Item = Content<'_>> {
        let mut from = 0;
        let elements = self.children.iter().map(|(position, element)| (*position, Some(element)));
        elements.chain([(self.text.len(), None)]).flat_map(move |(position, element)| {
            let text = &self.text[std::mem::replace(&mut from, position)..position];
            let text = Some(text).filter(|text| !text.is_empty()).map(Content::Text);
            text.into_iter().chain(element.map(Content::Element))
        })
    }

    /// Returns the elements directly within this one.
    pub(super) fn children(&self) -> impl DoubleEndedIterator<Item = &Element> {
        self.children.iter().map(|(_, element)| element)
    }

    /// Returns the elements at a path such as `ids/id@type=doi`, in document order. A step is a name, or `*` for any
    /// name, with conditions on attributes. An attribute that is missing has an empty value.
    pub(super) fn all<'e>(&'e self, path: &str) -> std::vec::IntoIter<&'e Self> {
        let mut found = Vec::new();
        self.find_map(path, &mut |element| {
            found.push(element);
            None::<()>
        });
        found.into_iter()
    }

    /// Returns the first element at a path.
    pub(super) fn child(&self, path: &str) -> Option<&Self> {
        self.find_map(path, &mut Some)
    }

    /// Calls `map` with the elements at a path, in document order, until it returns something, and returns that.
    fn find_map<'e, T>(&'e self, path: &str, map: &mut impl FnMut(&'e Self) -> Option<T>) -> Option<T> {
        let (step, rest) = path.split_once('/').map_or((path, None), |(step, rest)| (step, Some(rest)));
        let (name, conditions) = step.split_once('@').unwrap_or((step, ""));
        let matches = |element: &&Self| {
            let mut conditions = conditions.split('@').filter_map(|condition| condition.split_once('='));
            (name == "*" || element.name == name)
                && conditions.all(|(attribute, value)| element.attribute(attribute) == value)
        };
        self.children().filter(matches).find_map(|element| match rest {
            Some(rest) => element.find_map(rest, map),
            None => map(element),
        })
    }

    /// Returns all elements within this one, in document order.
    pub(super) fn descendants(&self) -> impl Iterator<Item = &Element> {
        let mut ahead: Vec<&Element> = self.children().rev().collect();
        std::iter::from_fn(move || {
            let next = ahead.pop()?;
            ahead.extend(next.children().rev());
            Some(next)
        })
    }

    /// Returns the descendants with this name.
    pub(super) fn every(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.descendants().filter(move |element| element.name == name)
    }

    /// Returns all text within this element, unchanged. This is for fields without markup.
    pub(super) fn plain(&self) -> Cow<'_, str> {
        if self.children.is_empty() {
            return Cow::Borrowed(&self.text);
        }
        let pieces = self.content().map(|content| match content {
            Content::Text(text) => Cow::Borrowed(text),
            Content::Element(element) => element.plain(),
        });
        Cow::Owned(pieces.collect())
    }

    /// [`Element::plain`] without outer white space.
    pub(super) fn trimmed(&self) -> String {
        self.plain().trim().to_owned()
    }

    /// The plain text of the first element at a path; empty if there is none.
    pub(super) fn text_of(&self, path: &str) -> String {
        self.child(path).map(Self::trimmed).unwrap_or_default()
    }

    /// The plain texts of the elements at a path, without empty ones.
    pub(super) fn texts_of(&self, path: &str) -> Vec<String> {
        self.all(path).map(Self::trimmed).filter(|text| !text.is_empty()).collect()
    }
}
