//! An XML element with its content.

/// The greatest depth of elements that is read. MathML, the deepest markup in papers, needs about 40. This limit allows
/// functions here to recurse.
pub(super) const MAX_DEPTH: usize = 256;

/// The bytes that an element, an attribute or a text adds to the size of a record, in addition to its characters.
pub(super) const NODE_BYTES: usize = 24;

/// An element. Names of elements and attributes have no prefixes.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub content: Vec<Content>,
    /// The line of the file on which it starts.
    pub line: u64,
}

/// A part of the content of an element.
#[derive(Debug)]
pub(super) enum Content {
    Element(Element),
    Text(String),
}

impl Element {
    /// Appends text, and returns the bytes that this adds to the size of the record. Consecutive pieces of text become
    /// one.
    pub(super) fn push_text(&mut self, piece: &str) -> usize {
        if let Some(Content::Text(text)) = self.content.last_mut() {
            text.push_str(piece);
            return piece.len();
        }
        self.content.push(Content::Text(piece.to_owned()));
        piece.len() + NODE_BYTES
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

    /// Returns the elements directly within this one.
    pub(super) fn children(&self) -> impl DoubleEndedIterator<Item = &Element> {
        self.content.iter().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// Returns the elements at a path such as `ids/id@type=doi`, in document order. A step is a name, or `*` for any
    /// name, with conditions on attributes. An attribute that is missing has an empty value.
    pub(super) fn all<'e>(&'e self, path: &str) -> std::vec::IntoIter<&'e Self> {
        let mut found = vec![self];
        for step in path.split('/') {
            let mut conditions = step.split('@');
            let name = conditions.next().unwrap_or_default();
            let conditions: Vec<(&str, &str)> = conditions.filter_map(|condition| condition.split_once('=')).collect();
            let matches = |element: &&Self| {
                (name == "*" || element.name == name)
                    && conditions.iter().all(|(attribute, value)| element.attribute(attribute) == *value)
            };
            found = found.into_iter().flat_map(Self::children).filter(matches).collect();
        }
        found.into_iter()
    }

    /// Returns the first element at a path.
    pub(super) fn child(&self, path: &str) -> Option<&Self> {
        self.all(path).next()
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
    pub(super) fn plain(&self) -> String {
        let pieces = self.content.iter().map(|content| match content {
            Content::Text(text) => text.clone(),
            Content::Element(element) => element.plain(),
        });
        pieces.collect()
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
