//! A workbook: a sheet a table, with heads that stay in sight and stand on every printed page.

use app::locale::t;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use shared::calendar;
use shared::table::{Table, Value};

use super::Sheet;

/// Letters that a cell holds at most, with room to spare (Excel's limit is 32,767).
const LETTERS: usize = 32_000;
/// Columns are as wide as what stands in them, within these bounds.
const NARROW: usize = 8;
const WIDE: usize = 48;
/// A4.
const PAPER: u8 = 9;
/// Letters of a sheet's name.
const NAME: usize = 31;

struct Formats {
    title: Format,
    note: Format,
    head: Format,
    text: Format,
    count: Format,
    points: Format,
    share: Format,
    gap: Format,
    day: Format,
    moment: Format,
}

impl Formats {
    fn new() -> Self {
        let number = |format: &str| Format::new().set_num_format(format);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            note: Format::new().set_italic(),
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_border_bottom(FormatBorder::Thin),
            text: Format::new().set_align(FormatAlign::Top),
            count: number("#,##0"),
            points: number("0.#"),
            share: number("0.0%"),
            gap: number("+0.0;-0.0;0.0"),
            day: number("dd/mm/yyyy"),
            moment: number("dd/mm/yyyy hh:mm"),
        }
    }
}

/// The bytes of a workbook.
pub fn workbook(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let formats = Formats::new();
    for (at, table) in tables.iter().enumerate() {
        // Rows go to a file of their own as they are written: 100,000 take 4 MB of memory and not 150.
        let page = workbook.add_worksheet_with_constant_memory()?;
        page.set_name(sheet_name(&table.name, at))?;
        write(page, table, &formats)?;
    }
    workbook.save_to_buffer()
}

fn write(page: &mut Worksheet, table: &Table, formats: &Formats) -> Result<(), XlsxError> {
    let sheet = Sheet::of(table);
    let mut at = 0;
    for (line, text) in table.above.iter().enumerate() {
        let format = match line {
            0 => &formats.title,
            _ => &formats.note,
        };
        page.write_string_with_format(at, 0, text, format)?;
        at += 1;
    }
    let head = at;
    for (column, text) in (0..).zip(&sheet.heads) {
        page.write_string_with_format(head, column, text, &formats.head)?;
    }
    let mut widths = Widths::of(&sheet);
    for row in sheet.lines() {
        at += 1;
        for (column, value) in (0..).zip(&row) {
            put(page, at, column, value, formats)?;
        }
        widths.see(&row);
    }
    for (column, width) in (0..).zip(widths.widths()) {
        page.set_column_width(column, width)?;
    }
    page.set_freeze_panes(head + 1, 0)?;
    page.set_repeat_rows(head, head)?;
    // A sum is none of the rows that are sorted and filtered there.
    let below = u32::try_from(table.below.len()).unwrap_or(0);
    let columns = u16::try_from(sheet.heads.len()).ok();
    if let Some(last) = columns.and_then(|it| it.checked_sub(1)) {
        page.autofilter(head, 0, (at - below).max(head + 1), last)?;
    }
    page.set_paper_size(PAPER);
    page.set_print_fit_to_pages(1, 0);
    if sheet.heads.len() > 6 {
        page.set_landscape();
    }
    page.set_footer(format!("&R{} &P/&N", t("export.page")));
    Ok(())
}

fn put(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let (number, format) = match value {
        Value::Empty | Value::Stage(_) | Value::Bar { .. } | Value::Marks(_) => return Ok(()),
        Value::Text(text) | Value::Name(text) => {
            let text: String = text.chars().take(LETTERS).collect();
            // Written as a text: what begins like a formula stays a text.
            page.write_string_with_format(row, column, text, &formats.text)?;
            return Ok(());
        }
        // Counts are far below 2⁵².
        Value::Count(count) => (*count as f64, &formats.count),
        Value::Points(points) => (*points, &formats.points),
        Value::Share { part, whole } => (*part as f64 / *whole as f64, &formats.share),
        Value::Gap(gap) => (*gap, &formats.gap),
        Value::Day(day) => (serial(day.and_time(NaiveTime::MIN)), &formats.day),
        Value::Moment(at) => (serial(calendar::here(*at).naive_local()), &formats.moment),
    };
    page.write_number_with_format(row, column, number, format)?;
    Ok(())
}

/// A moment as spreadsheets count it: days since 30 December 1899.
fn serial(at: NaiveDateTime) -> f64 {
    let first = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default();
    let seconds = (at - first.and_time(NaiveTime::MIN)).num_seconds();
    seconds as f64 / 86_400.0
}

/// How wide columns are to be: letters of what stands in them.
struct Widths(Vec<usize>);

impl Widths {
    fn of(sheet: &Sheet) -> Self {
        let heads = sheet.heads.iter();
        Self(heads.map(|head| head.chars().count().min(14)).collect())
    }

    fn see(&mut self, row: &[Value]) {
        let letters = |value: &Value| match value {
            Value::Text(text) | Value::Name(text) => text.chars().count(),
            Value::Moment(_) => 16,
            Value::Day(_) => 10,
            _ => NARROW,
        };
        for (width, value) in self.0.iter_mut().zip(row) {
            *width = (*width).max(letters(value));
        }
    }

    fn widths(&self) -> impl Iterator<Item = f64> {
        let width = |width: &usize| u32::try_from(width.clamp(&NARROW, &WIDE) + 2);
        self.0
            .iter()
            .map(move |it| f64::from(width(it).unwrap_or(u32::MAX)))
    }
}

/// A name that a sheet may have, and no other sheet of the workbook has.
fn sheet_name(name: &str, at: usize) -> String {
    let plain: String = name
        .chars()
        .filter(|letter| !matches!(letter, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\''))
        .take(NAME - 3)
        .collect();
    match at {
        0 => plain,
        _ => format!("{plain} {}", at + 1),
    }
}
