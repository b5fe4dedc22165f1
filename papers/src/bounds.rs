//! How much a paper holds. What is beyond is refused in words, never cut in silence.

/// Rows of a list or a register.
pub const ROWS: usize = 5_000;
/// Columns of a record.
pub const COLUMNS: usize = 10;
/// Letters of a name, an address, a title.
pub const NAME: usize = 200;
/// Letters of one line of a letterhead, of a legal basis, of a recipient.
pub const LINE: usize = 500;
/// Letters of a paragraph or a reason.
pub const PARAGRAPH: usize = 3_000;
/// Legal bases, recipients, addressees, paragraphs: each.
pub const LINES: usize = 40;
/// Certificates of one file: about a second of work and 100 MB while it is made.
pub const CERTIFICATES_IN_A_FILE: usize = 500;
/// Reports of one PDF: each takes about 1 MB of memory while it is made.
pub const REPORTS_IN_A_PDF: usize = 100;
/// Reports of one file for Word, and rows of each of their tables.
pub const REPORTS: usize = 500;
pub const REPORT_ROWS: usize = 60;
/// Letters of a template, and bytes of a symbol.
pub const TEMPLATE: usize = 200_000;
pub const SYMBOL: usize = 1_000_000;
/// Pixels of a symbol along one side.
pub const SYMBOL_SIDE: u32 = 3_000;
/// By how much words are moved on pre-printed stock, either way, in millimetres.
pub const SHIFT_MM: f32 = 50.0;
