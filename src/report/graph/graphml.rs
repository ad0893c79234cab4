//! [GraphML](http://graphml.graphdrawing.org/specification.html), as Gephi, networkx, igraph and yEd read it.
//!
//! Nodes have the papers' ids; their `label`, which Gephi shows, is the title. Edges have no direction: `target` is
//! among the nearest papers of `source`, and `mutual` is true if the reverse holds too.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::writer::{EdgeOf, GraphWriter, rounded};
use crate::formats::write::visible::Visible;
use crate::paper::Paper;

const NAMESPACE: &str = "http://graphml.graphdrawing.org/xmlns";

/// The data of nodes and edges: key, element, type.
const KEYS: [(&str, &str, &str); 6] = [
    ("label", "node", "string"),
    ("authors", "node", "string"),
    ("year", "node", "int"),
    ("venue", "node", "string"),
    ("weight", "edge", "double"),
    ("mutual", "edge", "boolean"),
];

/// Writes a graph.
pub(super) struct GraphMlWriter<W: Write> {
    xml: Writer<Visible<W>>,
}

impl<W: Write> GraphMlWriter<W> {
    /// Begins a graph.
    pub(super) fn new(out: W) -> io::Result<Self> {
        let mut xml = Writer::new_with_indent(Visible::text(out), b' ', 1);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        xml.write_event(Event::Start(BytesStart::new("graphml").with_attributes([("xmlns", NAMESPACE)])))?;
        for (key, element, kind) in KEYS {
            let attributes = [("id", key), ("for", element), ("attr.name", key), ("attr.type", kind)];
            xml.write_event(Event::Empty(BytesStart::new("key").with_attributes(attributes)))?;
        }
        let attributes = [("id", "papers"), ("edgedefault", "undirected")];
        xml.write_event(Event::Start(BytesStart::new("graph").with_attributes(attributes)))?;
        Ok(Self { xml })
    }

    fn data(&mut self, key: &str, value: &str) -> io::Result<()> {
        let data = self.xml.create_element("data").with_attribute(("key", key));
        data.write_text_content(BytesText::new(value)).map(|_| ())
    }
}

impl<W: Write> GraphWriter for GraphMlWriter<W> {
    fn node(&mut self, paper: &Paper) -> io::Result<()> {
        self.xml.write_event(Event::Start(BytesStart::new("node").with_attributes([("id", paper.id.as_str())])))?;
        self.data("label", &paper.title)?;
        if !paper.authors.is_empty() {
            self.data("authors", &paper.authors.join("; "))?;
        }
        if let Some(year) = paper.year {
            self.data("year", &year.to_string())?;
        }
        if let Some(venue) = &paper.venue {
            self.data("venue", venue)?;
        }
        self.xml.write_event(Event::End(BytesEnd::new("node")))
    }

    fn edge(&mut self, edge: EdgeOf) -> io::Result<()> {
        let attributes = [("source", edge.source), ("target", edge.target)];
        self.xml.write_event(Event::Start(BytesStart::new("edge").with_attributes(attributes)))?;
        self.data("weight", &rounded(edge.weight).to_string())?;
        self.data("mutual", &edge.is_mutual.to_string())?;
        self.xml.write_event(Event::End(BytesEnd::new("edge")))
    }

    fn finish(&mut self) -> io::Result<()> {
        self.xml.write_event(Event::End(BytesEnd::new("graph")))?;
        self.xml.write_event(Event::End(BytesEnd::new("graphml")))?;
        self.xml.get_mut().write_all(b"\n")?;
        self.xml.get_mut().flush()
    }
}
