//! Writes a feed as HTML: one self-contained page in the style of reports, without a script.

use std::io::{self, Write};

use askama::Template;

use super::super::head::Head;
use super::super::html::{Bar, Title};
use super::super::wording;
use super::digest::{Digest, Entry, day};

pub(super) fn write(digest: &Digest, out: &mut dyn Write) -> io::Result<()> {
    Page { digest }.write_into(out)?;
    writeln!(out)
}

#[derive(Template)]
#[template(path = "feed/page.html", whitespace = "minimize")]
struct Page<'a> {
    digest: &'a Digest,
}

impl Page<'_> {
    fn head(&self) -> Head {
        Head { title: self.digest.title(), has_script: false }
    }

    fn made_on(&self) -> String {
        day(self.digest.made_at)
    }

    fn item(number: usize, entry: &Entry) -> Item<'_> {
        Item { number, entry }
    }
}

#[derive(Template)]
#[template(path = "feed/entry.html", whitespace = "minimize")]
struct Item<'a> {
    number: usize,
    entry: &'a Entry,
}

impl<'a> Item<'a> {
    fn title(&self) -> Title<'a> {
        Title { text: &self.entry.paper.title, link: self.entry.paper.web_link() }
    }

    fn because(&self) -> Title<'a> {
        Title { text: &self.entry.because.title, link: self.entry.because.web_link() }
    }
}
