//! A list or a table of the desk. It is built once: the same rows stand on the page, in the workbook and in the text, in the
//! order and with the filter that the address asks for. Nothing of it is on the phone.

mod cell;

use std::cmp::Ordering;

use chrono::Datelike;

pub use self::cell::{Cell, Value, Weight};
use crate::text;

/// Columns, and rows of cells that are what they are: a count, a moment, a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub name: String,
    /// What it is, of which unit, as of when: the lines above it in a file.
    pub above: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// What stands below the rows whatever their order: a sum, what lies in none of them. Not below a part of them.
    pub below: Vec<Vec<Cell>>,
    /// The order in which the rows stand.
    pub sorted: Option<Sorted>,
    /// Whether a file numbers the rows.
    pub is_numbered: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted {
    /// The key of a column.
    pub by: &'static str,
    pub is_down: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// As an address names it.
    pub key: &'static str,
    pub head: String,
    pub stands: Stands,
    /// Figures end at the right.
    pub is_figure: bool,
    pub is_sortable: bool,
}

/// Where a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    Everywhere,
    /// A phone's page leaves it out.
    WithRoom,
    OnPage,
    InFile,
}

impl Column {
    pub fn new(key: &'static str, head: String) -> Self {
        Self {
            key,
            head,
            stands: Stands::Everywhere,
            is_figure: false,
            is_sortable: true,
        }
    }

    pub fn figure(key: &'static str, head: String) -> Self {
        Self {
            is_figure: true,
            ..Self::new(key, head)
        }
    }

    pub fn stands(self, stands: Stands) -> Self {
        Self { stands, ..self }
    }

    pub fn unsorted(self) -> Self {
        Self {
            is_sortable: false,
            ..self
        }
    }

    pub fn is_on_page(&self) -> bool {
        self.stands != Stands::InFile
    }

    pub fn is_in_file(&self) -> bool {
        self.stands != Stands::OnPage
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// One a column.
    pub cells: Vec<Cell>,
    /// What a form of the row sends: which one it is.
    pub of: Vec<(&'static str, String)>,
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            of: Vec::new(),
        }
    }
}

/// Letters of what an address asks that count.
const ASKED_MAX: usize = 100;

/// What an address asks of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// The key of a column.
    pub by: Option<String>,
    pub is_down: bool,
    /// Words of a row; marks are not needed.
    pub find: Option<String>,
    /// From 0.
    pub page: u32,
    /// All on one page, as it is printed.
    pub is_whole: bool,
}

impl Order {
    /// What an address says of a table, after `prefix` where a page has several.
    pub const NAMES: [&'static str; 5] = ["sort", "down", "find", "page", "whole"];

    /// By a column, the least first.
    pub fn by(key: &str) -> Self {
        Self {
            by: Some(key.to_owned()),
            ..Self::default()
        }
    }

    pub fn read(prefix: &str, get: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| {
            let text = get(&format!("{prefix}{name}"))?;
            let text: String = text.chars().take(ASKED_MAX).collect();
            (!text.trim().is_empty()).then_some(text)
        };
        Self {
            by: text("sort"),
            is_down: text("down").is_some(),
            find: text("find"),
            page: text("page").and_then(|it| it.parse().ok()).unwrap_or(0),
            is_whole: text("whole").is_some(),
        }
    }
}

/// A part of a table as a page shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub table: Table,
    pub order: Order,
    /// Rows that were found.
    pub total: usize,
    /// Rows on a page.
    pub size: usize,
}

impl Shown {
    /// Pages that there are; one at least.
    pub fn pages(&self) -> usize {
        self.total.div_ceil(self.size.max(1)).max(1)
    }

    /// Whether nothing is left out.
    pub fn is_all(&self) -> bool {
        self.table.rows.len() == self.total
    }
}

impl Table {
    /// The page that is asked for.
    pub fn shown(self, order: Order, size: usize) -> Shown {
        let mut table = self.whole(&order);
        let total = table.rows.len();
        if !order.is_whole {
            let first = usize::try_from(order.page)
                .unwrap_or(usize::MAX)
                .saturating_mul(size);
            table.rows = table.rows.into_iter().skip(first).take(size).collect();
        }
        Shown {
            table,
            order,
            total,
            size,
        }
    }

    /// A page of a list that somebody else has sorted and cut.
    pub fn part(self, order: Order, total: usize, size: usize) -> Shown {
        Shown {
            table: self,
            order,
            total,
            size,
        }
    }

    /// All rows that are asked for, in the order that is asked for.
    pub fn whole(mut self, order: &Order) -> Self {
        if let Some(find) = &order.find {
            self.rows.retain(|row| is_found(row, find));
            self.below.clear();
        }
        let by = order.by.as_deref();
        let by = by.and_then(|by| self.columns.iter().position(|column| column.key == by));
        if let Some(at) = by.filter(|at| self.columns[*at].is_sortable) {
            let mut rows: Vec<_> = self
                .rows
                .into_iter()
                .map(|row| (key(&row, at), row))
                .collect();
            rows.sort_by(|(a, _), (b, _)| compare(a.as_ref(), b.as_ref(), order.is_down));
            self.rows = rows.into_iter().map(|(_, row)| row).collect();
            self.sorted = Some(Sorted {
                by: self.columns[at].key,
                is_down: order.is_down,
            });
        }
        self
    }

    /// The same with only some of the columns on a page; a file has them all.
    pub fn on_page(mut self, keys: &[&str]) -> Self {
        for column in &mut self.columns {
            if !keys.contains(&column.key) {
                column.stands = Stands::InFile;
            }
        }
        self
    }
}

fn is_found(row: &Row, find: &str) -> bool {
    let words = row.cells.iter().flat_map(Cell::words);
    let words: Vec<&str> = words.collect();
    text::matches(&text::fold(&words.join(" ")), find)
}

/// What a row is sorted by.
enum Key {
    Words(String),
    Figure(f64),
}

/// Counts and moments are far below 2⁵².
fn key(row: &Row, at: usize) -> Option<Key> {
    Some(match &row.cells.get(at)?.value {
        Value::Empty => return None,
        Value::Text(text) => Key::Words(text::place_key(text)),
        Value::Name(name) => Key::Words(text::name_key(name)),
        Value::Count(count) => Key::Figure(*count as f64),
        Value::Points(figure) | Value::Gap(figure) => Key::Figure(*figure),
        Value::Share { part, whole } => Key::Figure(*part as f64 / *whole as f64),
        Value::Bar { share, .. } => Key::Figure(*share),
        // What weighs most, and how much of that.
        Value::Marks(marks) => {
            let most = marks.iter().map(|(weight, _)| *weight).max()?;
            let count = marks.iter().filter(|(weight, _)| *weight == most).count();
            Key::Figure(f64::from(most as u8) * 100.0 + count as f64)
        }
        Value::Day(day) => Key::Figure(f64::from(day.num_days_from_ce())),
        Value::Moment(at) => Key::Figure(at.timestamp_millis() as f64),
        Value::Stage(stage) => Key::Figure(stage.map_or(0.0, |stage| f64::from(stage as u8) + 1.0)),
    })
}

/// What is missing stands last, whichever way round.
fn compare(a: Option<&Key>, b: Option<&Key>, is_down: bool) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else {
        return a.is_none().cmp(&b.is_none());
    };
    let order = match (a, b) {
        (Key::Words(a), Key::Words(b)) => a.cmp(b),
        (Key::Figure(a), Key::Figure(b)) => a.total_cmp(b),
        (Key::Figure(_), Key::Words(_)) => Ordering::Less,
        (Key::Words(_), Key::Figure(_)) => Ordering::Greater,
    };
    match is_down {
        true => order.reverse(),
        false => order,
    }
}
