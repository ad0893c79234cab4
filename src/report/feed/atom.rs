//! Writes a feed as Atom ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)).
//!
//! Ids are UUIDs ([RFC 9562](https://www.rfc-editor.org/rfc/rfc9562)). The id of a feed is the profile's key. The id of
//! an entry is made from this key and the paper's id, so the entry of a paper always has the same id.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use xxhash_rust::xxh3::xxh3_128;

use super::digest::{Digest, Entry};

pub(super) fn write(digest: &Digest, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
    feed.write_inner_content(|xml| {
        text(xml, "id", &uuid(u128::from_str_radix(&digest.key, 16).unwrap_or_default(), 4))?;
        text(xml, "title", &digest.title())?;
        text(xml, "subtitle", &digest.lead())?;
        text(xml, "updated", &moment(digest))?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", "relata"))?;
        let generator = xml.create_element("generator").with_attribute(("version", env!("CARGO_PKG_VERSION")));
        generator.write_text_content(BytesText::new("relata"))?;
        digest.entries.iter().try_for_each(|one| entry(xml, digest, one))
    })?;
    xml.get_mut().write_all(b"\n")
}

fn entry<W: Write>(xml: &mut Writer<W>, digest: &Digest, entry: &Entry) -> io::Result<()> {
    let paper = &entry.paper;
    xml.create_element("entry").write_inner_content(|xml| {
        let name = format!("{} {}", digest.key, paper.id);
        text(xml, "id", &uuid(xxh3_128(name.as_bytes()), 8))?;
        text(xml, "title", &paper.title)?;
        text(xml, "updated", &moment(digest))?;
        if let Some(date) = paper.date {
            text(xml, "published", &format!("{date}T00:00:00Z"))?;
        }
        for author in &paper.authors {
            xml.create_element("author").write_inner_content(|xml| text(xml, "name", author))?;
        }
        if let Some(link) = paper.web_link() {
            let link = [("rel", "alternate"), ("href", &iri(&link))];
            xml.create_element("link").with_attributes(link).write_empty()?;
        }
        for category in &paper.categories {
            xml.create_element("category").with_attribute(("term", category.as_str())).write_empty()?;
        }
        let interest = entry.interest.as_ref().map(|interest| format!(" ({interest})")).unwrap_or_default();
        let summary = paper.abstract_text.as_ref().map(|text| format!("\n\n{text}")).unwrap_or_default();
        text(xml, "summary", &format!("Similar to “{}”{interest}.{summary}", entry.because.title))
    })?;
    Ok(())
}

/// The time of a feed as a `dateTime` of [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339).
fn moment(digest: &Digest) -> String {
    digest.made_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn text<W: Write>(xml: &mut Writer<W>, element: &str, text: &str) -> io::Result<()> {
    xml.create_element(element).write_text_content(BytesText::new(text)).map(|_| ())
}

/// Percent-encodes the ASCII characters that an IRI must not contain
/// ([RFC 3987, 2.2](https://www.rfc-editor.org/rfc/rfc3987)).
fn iri(link: &str) -> String {
    let mut iri = String::with_capacity(link.len());
    for c in link.chars() {
        match c {
            '\0'..=' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '\x7f' => {
                iri.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c => iri.push(c),
        }
    }
    iri
}

/// Writes bits as a UUID of a version: 4 for random bits, 8 for other bits.
fn uuid(bits: u128, version: u128) -> String {
    let bits = bits & !(0xf << 76) | version << 76;
    let digits = format!("{:032x}", bits & !(0b11 << 62) | 0b10 << 62);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    format!("urn:uuid:{}", parts.join("-"))
}
