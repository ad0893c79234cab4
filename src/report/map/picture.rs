//! The map alone as PNG. The drawing is rasterised with a font that ships with the program, so that equal input gives
//! equal pictures on every machine. DejaVu Sans has the scripts of Europe, Arabic and Hebrew. Other characters are left
//! out.

use std::io::{self, Write};
use std::sync::Arc;

use resvg::{tiny_skia, usvg};

use super::drawing;
use crate::report::Report;

/// Pixels per unit of the drawing, enough for a slide or half a printed page.
const SCALE: f32 = 1.5;

pub(in crate::report) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut drawn = Vec::new();
    drawing::write(report, &mut drawn)?;
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    let options =
        usvg::Options { font_family: "DejaVu Sans".to_owned(), fontdb: Arc::new(fonts), ..usvg::Options::default() };
    let tree = usvg::Tree::from_data(&drawn, &options).map_err(io::Error::other)?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or_else(|| io::Error::other("the drawing is empty"))?;
    let mut canvas = tiny_skia::Pixmap::new(size.width(), size.height())
        .ok_or_else(|| io::Error::other("not enough memory for the picture"))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut canvas.as_mut());
    out.write_all(&canvas.encode_png().map_err(io::Error::other)?)
}
