//! Takes an Excel file (.xlsx, ECMA-376 part 1) apart into rows of cells.
//!
//! Only what a list needs is read: the sheets' names, shared texts, which numbers are days, and the cells with the
//! values that Excel computed. Nothing that a file says of itself is believed: neither how long its parts are, nor how
//! many texts or cells it has. What is read is counted as it comes, so a small file that unpacks to gigabytes, or names
//! one long text in a million cells, is refused before it takes the room.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Cursor, Read};

use chrono::{Days, NaiveDate};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::sheet::{Cell, Room, Sheet, push};
use super::{FileError, FileKind};

/// Parts of a file. One with a list has about ten, and some more with pictures.
const PARTS_MAX: usize = 10_000;
/// Sheets of a file.
const SHEETS_MAX: usize = 100;
/// Bytes of XML that are read of one file, unpacked.
const XML_MAX: u64 = 100 << 20;
/// Bytes from one tag to the next. A cell's longest text is a fifth of it, written in entities.
const RUN_MAX: usize = 1 << 20;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The visible and hidden sheets of a file.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    // What a file says of its parts takes room too, before any of them is read.
    let heads = bytes.windows(4).filter(|it| *it == b"PK\x01\x02").count();
    if heads > PARTS_MAX {
        return Err(FileError::TooLarge("trên 10.000 phần"));
    }
    let archive = ZipArchive::new(Cursor::new(bytes));
    let archive = archive.map_err(|_| FileError::Broken("thiếu phần cuối"))?;
    let mut workbook = Workbook::new(archive)?;
    workbook.open()?;
    let mut sheets = Vec::new();
    for (name, part) in std::mem::take(&mut workbook.sheets) {
        sheets.push(workbook.sheet(name, &part)?);
    }
    Ok(sheets)
}

struct Workbook<'a> {
    archive: Archive<'a>,
    /// Parts by their names in small letters, as some programs write them otherwise than they refer to them.
    parts: BTreeMap<String, usize>,
    /// Bytes of XML that may still be read.
    left: u64,
    room: Room,
    /// Names and parts.
    sheets: Vec<(String, String)>,
    texts: Vec<String>,
    /// Of each cell format, whether it shows a number as a day.
    days: Vec<bool>,
    begins_1904: bool,
}

impl<'a> Workbook<'a> {
    fn new(archive: Archive<'a>) -> Result<Self, FileError> {
        let mut parts = BTreeMap::new();
        for at in 0..archive.len() {
            if let Some(Ok(name)) = archive.name_for_index(at) {
                parts.entry(plain(&name)).or_insert(at);
            }
        }
        if let Some(kind) = other(&parts) {
            return Err(kind.into());
        }
        Ok(Self {
            archive,
            parts,
            left: XML_MAX,
            room: Room::default(),
            sheets: Vec::new(),
            texts: Vec::new(),
            days: Vec::new(),
            begins_1904: false,
        })
    }

    /// Reads what the cells refer to.
    fn open(&mut self) -> Result<(), FileError> {
        let of_package = self.relations("")?;
        let book = of_package
            .iter()
            .find(|it| it.is("/officeDocument"))
            .map_or_else(|| "xl/workbook.xml".to_owned(), |it| it.part.clone());
        let relations = self.relations(&book)?;
        let listed = self.book(&book)?;
        let named = |wanted: &str| relations.iter().find(|it| it.is(wanted));
        if let Some(texts) = named("/sharedStrings") {
            self.texts(&texts.part)?;
        }
        if let Some(styles) = named("/styles") {
            self.styles(&styles.part)?;
        }
        for (name, id) in listed {
            let found = relations.iter().find(|it| it.id == id);
            // A sheet that is a chart has no cells.
            if let Some(found) = found.filter(|it| it.is("/worksheet")) {
                self.sheets.push((name, found.part.clone()));
            }
        }
        if self.sheets.len() > SHEETS_MAX {
            return Err(FileError::TooLarge("trên 100 tờ"));
        }
        Ok(())
    }

    /// A part to read; `None` if the file has no such part.
    fn part<'w>(
        archive: &'w mut Archive<'a>,
        parts: &BTreeMap<String, usize>,
        left: &'w mut u64,
        name: &str,
    ) -> Result<Option<Xml<'w, Cursor<&'a [u8]>>>, FileError> {
        let Some(at) = parts.get(&plain(name)) else {
            return Ok(None);
        };
        let file = archive.by_index(*at);
        let file = file.map_err(|_| FileError::Broken("có phần không mở được"))?;
        Ok(Some(Xml::new(Counted { file, left, run: 0 })))
    }

    /// The relations of a part; of the whole file, if it is named "".
    fn relations(&mut self, part: &str) -> Result<Vec<Relation>, FileError> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = format!("{folder}/_rels/{file}.rels");
        let mut found = Vec::new();
        let Some(mut xml) = Self::part(&mut self.archive, &self.parts, &mut self.left, &name)?
        else {
            return Ok(found);
        };
        while let Some(event) = xml.next()? {
            let Event::Start(tag) = &event else { continue };
            if tag.local_name().as_ref() != b"Relationship" {
                continue;
            }
            let (Some(id), Some(kind), Some(target)) = (
                attribute(tag, b"Id"),
                attribute(tag, b"Type"),
                attribute(tag, b"Target"),
            ) else {
                continue;
            };
            self.room.text(&target)?;
            let part = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("{folder}/{target}"),
            };
            found.push(Relation { id, kind, part });
        }
        Ok(found)
    }

    /// The names of the sheets, with the relation each is found by.
    fn book(&mut self, part: &str) -> Result<Vec<(String, String)>, FileError> {
        let mut listed = Vec::new();
        let Some(mut xml) = Self::part(&mut self.archive, &self.parts, &mut self.left, part)?
        else {
            return Err(FileError::Broken("không có sổ bên trong"));
        };
        while let Some(event) = xml.next()? {
            let Event::Start(tag) = &event else { continue };
            match tag.local_name().as_ref() {
                b"workbookPr" => {
                    let marked = attribute(tag, b"date1904");
                    self.begins_1904 = matches!(marked.as_deref(), Some("1" | "true"));
                }
                b"sheet" => {
                    let name = attribute(tag, b"name").unwrap_or_default();
                    let id = attribute(tag, b"id").unwrap_or_default();
                    listed.push((self.room.text(&name)?, self.room.text(&id)?));
                }
                _ => {}
            }
        }
        Ok(listed)
    }

    /// Texts that cells name by number.
    fn texts(&mut self, part: &str) -> Result<(), FileError> {
        let Some(mut xml) = Self::part(&mut self.archive, &self.parts, &mut self.left, part)?
        else {
            return Ok(());
        };
        loop {
            match xml.next()? {
                None => return Ok(()),
                Some(Event::Start(tag)) if tag.local_name().as_ref() == b"si" => {
                    let text = xml.text_in(b"si")?;
                    self.texts.push(self.room.text(&text)?);
                }
                Some(_) => {}
            }
        }
    }

    /// Which cell formats show a number as a day.
    fn styles(&mut self, part: &str) -> Result<(), FileError> {
        let Some(mut xml) = Self::part(&mut self.archive, &self.parts, &mut self.left, part)?
        else {
            return Ok(());
        };
        let mut own: BTreeMap<u32, bool> = BTreeMap::new();
        let mut in_cells = false;
        while let Some(event) = xml.next()? {
            match &event {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    b"cellXfs" => in_cells = true,
                    b"numFmt" => {
                        let id = attribute(tag, b"numFmtId").and_then(|id| id.parse().ok());
                        let code = attribute(tag, b"formatCode");
                        if let (Some(id), Some(code)) = (id, code) {
                            own.insert(id, shows_day(&code));
                        }
                    }
                    b"xf" if in_cells => {
                        let id = attribute(tag, b"numFmtId").and_then(|id| id.parse().ok());
                        let id: u32 = id.unwrap_or(0);
                        let is_day = own.get(&id).copied();
                        self.days
                            .push(is_day.unwrap_or_else(|| is_built_in_day(id)));
                    }
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == b"cellXfs" => in_cells = false,
                _ => {}
            }
        }
        Ok(())
    }

    fn sheet(&mut self, name: String, part: &str) -> Result<Sheet, FileError> {
        let mut sheet = Sheet {
            name,
            rows: BTreeMap::new(),
        };
        let Some(mut xml) = Self::part(&mut self.archive, &self.parts, &mut self.left, part)?
        else {
            return Ok(sheet);
        };
        // From 0; where a row or a cell does not say where it stands, it follows the one before.
        let (mut row, mut column) = (0_u32, 0_u32);
        let mut is_first = true;
        loop {
            let Some(event) = xml.next()? else {
                return Ok(sheet);
            };
            let Event::Start(tag) = &event else { continue };
            match tag.local_name().as_ref() {
                b"row" => {
                    let told = attribute(tag, b"r").and_then(|row| row.parse::<u32>().ok());
                    let next = if is_first { 0 } else { row.saturating_add(1) };
                    row = told.map_or(next, |row| row.saturating_sub(1));
                    (column, is_first) = (0, false);
                }
                b"c" => {
                    let place = attribute(tag, b"r").and_then(|place| position(&place));
                    if let Some(told) = place {
                        (column, row) = told;
                    }
                    let format = attribute(tag, b"s").and_then(|format| format.parse().ok());
                    let kind = attribute(tag, b"t").unwrap_or_default();
                    let value = xml.value()?;
                    let cell = match kind.as_str() {
                        "s" => {
                            let text = value.trim().parse::<usize>().ok();
                            let text = text.and_then(|at| self.texts.get(at));
                            Cell::Text(self.room.text(text.map_or("", String::as_str))?)
                        }
                        "b" => Cell::Text(if value.trim() == "1" { "x" } else { "" }.to_owned()),
                        "e" => Cell::Broken(self.room.text(value.trim())?),
                        "d" => match value.get(..10).and_then(|day| day.parse().ok()) {
                            Some(day) => Cell::Date(day),
                            None => Cell::Text(self.room.text(&value)?),
                        },
                        "str" | "inlineStr" => Cell::Text(self.room.text(&value)?),
                        _ if value.is_empty() => Cell::Empty,
                        _ => {
                            let is_day = format.and_then(|at: usize| self.days.get(at));
                            match value.trim().parse() {
                                Ok(number) if is_day == Some(&true) => {
                                    day(number, self.begins_1904)
                                        .map_or(Cell::Number(number), Cell::Date)
                                }
                                Ok(number) => Cell::Number(number),
                                Err(_) => Cell::Text(self.room.text(&value)?),
                            }
                        }
                    };
                    let at = usize::try_from(column).unwrap_or(usize::MAX);
                    sheet.put(row.saturating_add(1), at, cell, &mut self.room)?;
                    column = column.saturating_add(1);
                }
                _ => {}
            }
        }
    }
}

/// What else is packed as an Excel file is.
fn other(parts: &BTreeMap<String, usize>) -> Option<FileKind> {
    let has = |name: &str| parts.contains_key(name);
    if has("xl/workbook.bin") {
        Some(FileKind::BinaryExcel)
    } else if has("[content_types].xml") || has("xl/workbook.xml") {
        let is_in = |folder: &str| parts.keys().any(|part| part.starts_with(folder));
        match () {
            () if is_in("word/") => Some(FileKind::Text),
            () if is_in("ppt/") => Some(FileKind::Slides),
            () => None,
        }
    } else if has("mimetype") && has("content.xml") {
        // Sheets and texts alike: both are saved anew.
        Some(FileKind::OpenDocument)
    } else {
        Some(FileKind::Archive)
    }
}

/// One part refers to another.
struct Relation {
    id: String,
    kind: String,
    part: String,
}

impl Relation {
    /// By the end of its address, which has another beginning in the strict variant.
    fn is(&self, kind: &str) -> bool {
        self.kind.ends_with(kind)
    }
}

/// A part's name to find it by: small letters, without `.` and `..`.
fn plain(name: &str) -> String {
    let name = name.to_lowercase().replace('\\', "/");
    let mut folders: Vec<&str> = Vec::new();
    for folder in name.split('/') {
        match folder {
            "" | "." => {}
            ".." => {
                folders.pop();
            }
            folder => folders.push(folder),
        }
    }
    folders.join("/")
}

/// Unpacks a part and counts: all bytes, and those since the last tag, which the reader of XML collects.
struct Counted<'w, R: Read> {
    file: ZipFile<'w, R>,
    left: &'w mut u64,
    run: usize,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        let read = &into[..count];
        let left = self.left.checked_sub(count as u64);
        self.run = match read.iter().rposition(|byte| *byte == b'<') {
            Some(last) => count - last,
            None => self.run + count,
        };
        match left.filter(|_| self.run <= RUN_MAX) {
            Some(left) => *self.left = left,
            None => return Err(io::ErrorKind::FileTooLarge.into()),
        }
        Ok(count)
    }
}

/// The events of a part.
struct Xml<'w, R: Read> {
    reader: Reader<BufReader<Counted<'w, R>>>,
    buffer: Vec<u8>,
}

impl<'w, R: Read> Xml<'w, R> {
    fn new(part: Counted<'w, R>) -> Self {
        let mut reader = Reader::from_reader(BufReader::new(part));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Self {
            reader,
            buffer: Vec::new(),
        }
    }

    /// The next event; `None` at the end.
    fn next(&mut self) -> Result<Option<Event<'_>>, FileError> {
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Eof) => Ok(None),
            Ok(event) => Ok(Some(event)),
            Err(quick_xml::Error::Io(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(FileError::TooLarge("bung ra trên 100 MB"))
            }
            Err(_) => Err(FileError::Broken("nội dung bên trong sai")),
        }
    }

    /// The text up to the end of an element: what its `t` hold, without how it is read aloud (`rPh`).
    fn text_in(&mut self, element: &[u8]) -> Result<String, FileError> {
        let mut text = String::new();
        let mut is_aloud = false;
        while let Some(event) = self.next()? {
            match &event {
                Event::Start(tag) if tag.local_name().as_ref() == b"rPh" => is_aloud = true,
                Event::End(tag) if tag.local_name().as_ref() == b"rPh" => is_aloud = false,
                Event::End(tag) if tag.local_name().as_ref() == element => break,
                Event::Start(tag) if tag.local_name().as_ref() == b"t" && !is_aloud => {
                    let keeps = attribute(tag, b"space").as_deref() == Some("preserve");
                    let part = self.words(b"t")?;
                    let part = if keeps {
                        &part
                    } else {
                        part.trim_matches([' ', '\t', '\r', '\n'])
                    };
                    push(&mut text, part);
                }
                _ => {}
            }
        }
        Ok(unescaped(text))
    }

    /// The words up to the end of an element.
    fn words(&mut self, element: &[u8]) -> Result<String, FileError> {
        let mut words = String::new();
        while let Some(event) = self.next()? {
            match &event {
                Event::Text(text) => push(&mut words, &String::from_utf8_lossy(text)),
                Event::CData(text) => push(&mut words, &String::from_utf8_lossy(text)),
                Event::GeneralRef(name) => {
                    let letter = match &name[..] {
                        b"lt" => Some('<'),
                        b"gt" => Some('>'),
                        b"amp" => Some('&'),
                        b"quot" => Some('"'),
                        b"apos" => Some('\''),
                        // No entity of the file's own is known: they unpack without end.
                        _ => name.resolve_char_ref().ok().flatten(),
                    };
                    if let Some(letter) = letter {
                        push(&mut words, letter.encode_utf8(&mut [0; 4]));
                    }
                }
                Event::End(tag) if tag.local_name().as_ref() == element => break,
                _ => {}
            }
        }
        Ok(words)
    }

    /// The value of a cell, up to its end. A formula is not looked at: its value stands beside it.
    fn value(&mut self) -> Result<String, FileError> {
        let mut value = String::new();
        while let Some(event) = self.next()? {
            match &event {
                Event::Start(tag) if tag.local_name().as_ref() == b"v" => {
                    value = unescaped(self.words(b"v")?);
                }
                Event::Start(tag) if tag.local_name().as_ref() == b"is" => {
                    value = self.text_in(b"is")?;
                }
                Event::End(tag) if tag.local_name().as_ref() == b"c" => break,
                _ => {}
            }
        }
        Ok(value)
    }
}

/// An attribute by its name without a prefix. Of two with one name the first; one that cannot be read is not there.
fn attribute(tag: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let mut attributes = tag.attributes();
    // It would compare each name with each.
    attributes.with_checks(false);
    let found = attributes
        .flatten()
        .find(|it| it.key.local_name().as_ref() == name)?;
    found
        .normalized_value(XmlVersion::Implicit1_0)
        .ok()
        .map(std::borrow::Cow::into_owned)
}

/// Line ends as Excel writes them into texts.
fn unescaped(text: String) -> String {
    match text.contains("_x000") {
        true => text.replace("_x000D_", "\r").replace("_x000A_", "\n"),
        false => text,
    }
}

/// Column and row of `B7`, from 0.
fn position(place: &str) -> Option<(u32, u32)> {
    let digits = place.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = place.split_at(digits);
    let mut column = 0_u32;
    for letter in letters.bytes() {
        let letter = letter.to_ascii_uppercase();
        if !letter.is_ascii_uppercase() {
            return None;
        }
        column = column
            .checked_mul(26)?
            .checked_add(u32::from(letter - b'A') + 1)?;
    }
    Some((
        column.checked_sub(1)?,
        row.parse::<u32>().ok()?.checked_sub(1)?,
    ))
}

/// A number as the day it means.
fn day(number: f64, begins_1904: bool) -> Option<NaiveDate> {
    /// 31 December 9999.
    const LAST: f64 = 2_958_466.0;
    if !(0.0..LAST).contains(&number) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative and small, just checked"
    )]
    let days = number as u64;
    let (year, days) = match (begins_1904, days) {
        (true, days) => (1904, days + 1),
        // Excel takes 1900 for a leap year, and its first day for the first.
        (false, 60..) => (1900, days - 1),
        (false, days) => (1900, days),
    };
    let eve = NaiveDate::from_ymd_opt(year - 1, 12, 31)?;
    eve.checked_add_days(Days::new(days))
}

/// Whether a format that every workbook knows shows days (ECMA-376 part 1, 18.8.30).
fn is_built_in_day(id: u32) -> bool {
    matches!(id, 14..=17 | 22 | 27..=31 | 36 | 50..=58)
}

/// Whether a format of a workbook's own shows days: one with a day or a year in it outside quotes, escapes and brackets.
fn shows_day(code: &str) -> bool {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => while letters.next().is_some_and(|it| it != '"') {},
            '[' => while letters.next().is_some_and(|it| it != ']') {},
            '\\' | '_' | '*' => {
                letters.next();
            }
            'd' | 'D' | 'y' | 'Y' => return true,
            // Positive numbers only, as days are.
            ';' => return false,
            _ => {}
        }
    }
    false
}
