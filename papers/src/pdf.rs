//! A template and its data as PDF, by Typst. The template sees three things: the fonts, `data.json`, and the symbol of an
//! association as `symbol.png`. There are no packages, no other files, no clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::PaperError;
use crate::bounds::TEMPLATE;

/// Tinos has the measures of Times New Roman, which the rules ask for, and all of Vietnamese.
const FONTS: [&[u8]; 4] = [
    include_bytes!("../fonts/Tinos_400Regular.ttf"),
    include_bytes!("../fonts/Tinos_400Regular_Italic.ttf"),
    include_bytes!("../fonts/Tinos_700Bold.ttf"),
    include_bytes!("../fonts/Tinos_700Bold_Italic.ttf"),
];

/// What all papers share. Made once, about a millisecond.
struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    data: FileId,
    symbol: FileId,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS
        .iter()
        .flat_map(|bytes| Font::iter(Bytes::new(*bytes)))
        .collect();
    let file = |name| {
        RootedPath::new(
            VirtualRoot::Project,
            VirtualPath::new(name).expect("a plain name is a path"),
        )
        .intern()
    };
    Shared {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        main: file("main.typ"),
        data: file("data.json"),
        symbol: file("symbol.png"),
    }
});

/// One paper in the making.
struct Desk {
    template: Source,
    data: Bytes,
    symbol: Option<Bytes>,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &SHARED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHARED.book
    }

    fn main(&self) -> FileId {
        SHARED.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == SHARED.main {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match (&self.symbol, id) {
            (_, id) if id == SHARED.data => Ok(self.data.clone()),
            (Some(symbol), id) if id == SHARED.symbol => Ok(symbol.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHARED.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Whether a reader for the blind finds headings and tables in the file. Costs size and time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    Written,
    LeftOut,
}

/// The PDF of `template` with `data`, which is JSON.
pub fn document(
    template: &str,
    data: Vec<u8>,
    symbol: Option<Vec<u8>>,
    tags: Tags,
) -> Result<Vec<u8>, PaperError> {
    if template.len() > TEMPLATE {
        return Err(PaperError::TooLong {
            what: "Mẫu in".to_owned(),
            most: TEMPLATE,
        });
    }
    let template = Source::new(SHARED.main, template.to_owned());
    let desk = Desk {
        template,
        data: Bytes::new(data),
        symbol: symbol.map(Bytes::new),
    };
    let drawn = drawn(&desk, tags);
    // Typst remembers everything it has laid out, for editors. A server prints each paper once.
    comemo::evict(0);
    drawn
}

fn drawn(desk: &Desk, tags: Tags) -> Result<Vec<u8>, PaperError> {
    let laid_out = typst::compile::<PagedDocument>(desk)
        .output
        .map_err(|errors| refused(desk, &errors))?;
    let options = PdfOptions {
        tagged: tags == Tags::Written,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&laid_out, &options).map_err(|errors| refused(desk, &errors))
}

/// The first thing that is wrong with a template, and its line.
fn refused(desk: &Desk, errors: &[SourceDiagnostic]) -> PaperError {
    let Some(first) = errors.first() else {
        return PaperError::Template(String::new());
    };
    let line = desk
        .range(first.span)
        .and_then(|range| desk.template.lines().byte_to_line(range.start));
    PaperError::Template(match line {
        Some(line) => format!("dòng {}: {}", line + 1, first.message),
        None => first.message.to_string(),
    })
}
