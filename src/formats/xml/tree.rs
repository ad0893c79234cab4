//! One record as a tree, flat in memory: nodes in document order, each knowing where it ends, and one text for all.
//!
//! It is filled from events without recursion and emptied without freeing, so that reading a million records allocates
//! as much as reading the largest of them.

/// The largest depth of elements that is followed; MathML, the deepest thing in papers, needs about 40.
pub(super) const MAX_DEPTH: usize = 256;

/// Elements, attributes and texts of a record.
#[derive(Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    text: String,
    /// How many nodes there were when the last element ended: a text that ended before is complete.
    sealed: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Element,
    Attribute,
    Text,
}

#[derive(Clone, Copy)]
struct Node {
    kind: Kind,
    /// Name from here to `value`, value from there to `end`, both in the text of the tree.
    start: u32,
    value: u32,
    end: u32,
    /// The index behind the last node within this one.
    next: u32,
    /// Counted from the line of the record.
    line: u32,
}

impl Tree {
    /// Memory that is in use.
    pub(super) fn size(&self) -> usize {
        self.text.len() + self.nodes.len() * size_of::<Node>()
    }

    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        self.text.clear();
        self.sealed = 0;
    }

    /// Opens an element; the index is for [`Tree::close`].
    pub(super) fn open(&mut self, name: &str, line: u64) -> usize {
        self.push(Kind::Element, name, "", u32::try_from(line).unwrap_or(u32::MAX));
        self.nodes.len() - 1
    }

    /// Everything since then is within the element.
    pub(super) fn close(&mut self, element: usize) {
        let next = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(element) {
            node.next = next;
        }
        self.sealed = self.nodes.len();
    }

    /// An attribute of the element that was opened last.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.push(Kind::Attribute, name, value, 0);
    }

    /// Appends text; pieces that follow each other are one.
    pub(super) fn text(&mut self, piece: &str) {
        let is_open = self.sealed < self.nodes.len();
        match self.nodes.last_mut() {
            Some(node) if node.kind == Kind::Text && is_open => {
                self.text.push_str(piece);
                node.end = self.text.len() as u32;
            }
            _ => self.push(Kind::Text, "", piece, 0),
        }
    }

    fn push(&mut self, kind: Kind, name: &str, value: &str, line: u32) {
        let start = self.text.len() as u32;
        self.text.push_str(name);
        let middle = self.text.len() as u32;
        self.text.push_str(value);
        let end = self.text.len() as u32;
        self.nodes.push(Node { kind, start, value: middle, end, next: self.nodes.len() as u32 + 1, line });
    }

    /// The outermost element.
    pub(super) fn root(&self) -> Option<Element<'_>> {
        (!self.nodes.is_empty()).then_some(Element { tree: self, at: 0 })
    }

    fn name(&self, node: Node) -> &str {
        &self.text[node.start as usize..node.value as usize]
    }

    fn value(&self, node: Node) -> &str {
        &self.text[node.value as usize..node.end as usize]
    }
}

/// An element of a tree.
#[derive(Clone, Copy)]
pub(super) struct Element<'t> {
    tree: &'t Tree,
    at: usize,
}

/// What is directly in an element.
pub(super) enum Content<'t> {
    Element(Element<'t>),
    Text(&'t str),
}

impl<'t> Element<'t> {
    fn node(self) -> Node {
        self.tree.nodes[self.at]
    }

    /// The name without its prefix.
    pub(super) fn name(self) -> &'t str {
        self.tree.name(self.node())
    }

    /// Whether this is the very same element.
    pub(super) fn is(self, other: Self) -> bool {
        self.at == other.at
    }

    /// Lines between the start of the record and this.
    pub(super) fn line(self) -> u64 {
        self.node().line.into()
    }

    /// The value of an attribute, by name without prefix; empty where there is none.
    pub(super) fn attribute(self, name: &str) -> &'t str {
        let nodes = self.tree.nodes[self.at + 1..].iter().take_while(|node| node.kind == Kind::Attribute);
        nodes.copied().find(|node| self.tree.name(*node) == name).map_or("", |node| self.tree.value(node))
    }

    /// Elements and texts directly within.
    pub(super) fn content(self) -> impl Iterator<Item = Content<'t>> {
        let end = self.node().next as usize;
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            while at < end {
                let (node, here) = (self.tree.nodes[at], at);
                at = node.next as usize;
                match node.kind {
                    Kind::Attribute => {}
                    Kind::Element => return Some(Content::Element(Element { tree: self.tree, at: here })),
                    Kind::Text => return Some(Content::Text(self.tree.value(node))),
                }
            }
            None
        })
    }

    /// Elements directly within.
    pub(super) fn children(self) -> impl Iterator<Item = Element<'t>> {
        self.content().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// Those of one name.
    pub(super) fn all(self, name: &str) -> impl Iterator<Item = Element<'t>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first of a name.
    pub(super) fn child(self, name: &str) -> Option<Element<'t>> {
        self.all(name).next()
    }

    /// The first of the first of … the names, from the outside in.
    pub(super) fn at(self, path: &[&str]) -> Option<Element<'t>> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Every element within, in document order.
    pub(super) fn descendants(self) -> impl Iterator<Item = Element<'t>> {
        let within = self.at + 1..self.node().next as usize;
        within
            .filter(move |at| self.tree.nodes[*at].kind == Kind::Element)
            .map(move |at| Element { tree: self.tree, at })
    }

    /// Those of one name.
    pub(super) fn every(self, name: &str) -> impl Iterator<Item = Element<'t>> {
        self.descendants().filter(move |element| element.name() == name)
    }

    /// Visits what is within, in document order; an element is also visited when it ends. `visit` says whether to go
    /// into an element.
    pub(super) fn walk(self, mut visit: impl FnMut(Visit<'t>) -> bool) {
        let end = self.node().next as usize;
        let mut open: Vec<usize> = Vec::new();
        let mut at = self.at + 1;
        loop {
            while let Some(element) = open.pop_if(|element| self.tree.nodes[*element].next as usize <= at) {
                visit(Visit::End(Element { tree: self.tree, at: element }));
            }
            if at >= end {
                return;
            }
            let node = self.tree.nodes[at];
            match node.kind {
                Kind::Attribute => at += 1,
                Kind::Text => {
                    visit(Visit::Text(self.tree.value(node)));
                    at += 1;
                }
                Kind::Element => {
                    let parent = open.last().map(|parent| Element { tree: self.tree, at: *parent });
                    if visit(Visit::Start { element: Element { tree: self.tree, at }, parent }) {
                        open.push(at);
                        at += 1;
                    } else {
                        at = node.next as usize;
                    }
                }
            }
        }
    }

    /// All text within, as it stands: for fields without markup.
    pub(super) fn plain(self) -> String {
        let mut text = String::new();
        let within = &self.tree.nodes[self.at + 1..self.node().next as usize];
        for node in within.iter().filter(|node| node.kind == Kind::Text) {
            text.push_str(self.tree.value(*node));
        }
        text
    }

    /// The plain text of the first child of a name; empty where there is none.
    pub(super) fn text_of(self, name: &str) -> String {
        self.child(name).map(Self::trimmed).unwrap_or_default()
    }

    /// The plain text at the end of a path; empty where there is none.
    pub(super) fn text_at(self, path: &[&str]) -> String {
        self.at(path).map(Self::trimmed).unwrap_or_default()
    }

    /// The plain texts of all children of a name, without empty ones.
    pub(super) fn texts_of(self, name: &str) -> Vec<String> {
        self.all(name).map(Self::trimmed).filter(|text| !text.is_empty()).collect()
    }

    /// [`Element::plain`] without outer white space.
    pub(super) fn trimmed(self) -> String {
        let text = self.plain();
        let inner = text.trim();
        if inner.len() == text.len() { text } else { inner.to_owned() }
    }
}

/// A step of [`Element::walk`].
pub(super) enum Visit<'t> {
    Start {
        element: Element<'t>,
        /// `None` within the element that is walked.
        parent: Option<Element<'t>>,
    },
    Text(&'t str),
    End(Element<'t>),
}
